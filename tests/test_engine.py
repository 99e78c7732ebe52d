"""The engine, with rules and sites made up for the purpose."""

from __future__ import annotations

import ast
import gc
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import lint_keras_acc.infer
import lint_keras_acc.rules
from lint_keras_acc import agreement, config, engine
from lint_keras_acc.config import Settings
from lint_keras_acc.findings import Applicability, Finding, Fix, Replace, Severity, Span
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect
from lint_keras_acc.rules import Rule
from lint_keras_acc.rules.precedence import PRECEDENCE, check
from lint_keras_acc.sites import CompileSite, KeyRead, Uses
from lint_keras_acc.source import Program, read_source
from tests.test_architecture import loaded_by

Check = Callable[[CompileSite], Iterable[Finding]]
SPAN = Span("x.py", None, 1, 1, 1, 5)


def rule(code: str, check: Check | None = None, severity: Severity = Severity.WARNING) -> Rule:
    """A rule that, unless it has a check, finds something at each compile call."""
    made = Rule(code, f"rule-{code[3:]}", severity)
    made(check or (lambda site: [made.finding(site, site.span, "found")]))
    return made


def site(span: Span = SPAN, **more: object) -> CompileSite:
    return replace(CompileSite(span, DEFAULT, ()), **more)  # type: ignore[arg-type]


def raising(site: CompileSite) -> Iterable[Finding]:
    raise KeyError("of ours")


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets the rules, and takes every call of a method `compile` for a compile site."""

    def sites(program: Program, dialect: Dialect | None = None, *more: object) -> Iterator[tuple[CompileSite, ...]]:
        for node in ast.walk(program.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "compile":
                yield (site(program.span(node)),)

    def use(*made: Rule) -> None:
        monkeypatch.setattr(lint_keras_acc.infer, "compile_sites", sites)
        monkeypatch.setattr(lint_keras_acc.rules, "source_rules", lambda: made)
        monkeypatch.setattr(lint_keras_acc.rules, "rule_names", lambda: {rule.code: rule.name for rule in made})
        forget()

    def forget() -> None:
        config.selected_codes.cache_clear()
        config.codes_of.cache_clear()

    yield use
    forget()


def lint(text: str, path: str = "x.py", settings: Settings | None = None) -> engine.Report:
    data = text.encode()
    if path.endswith(".ipynb"):
        cells = [{"cell_type": "code", "source": cell} for cell in text.split("\n---\n")]
        data = json.dumps({"cells": cells}).encode()
    return engine.lint_source(read_source(path, data), settings or Settings())


# --- one file -----------------------------------------------------------------------------------------------


def test_findings_are_in_order(rules: Callable[..., None]) -> None:
    rules(rule("KAC102"), rule("KAC101"))
    report = lint("a.compile(b.compile(loss))\nc.compile(loss)")
    assert [(f.span.line, f.span.column, f.code) for f in report.findings] == [
        (1, 1, "KAC101"),
        (1, 1, "KAC102"),
        (1, 11, "KAC101"),
        (1, 11, "KAC102"),
        (2, 1, "KAC101"),
        (2, 1, "KAC102"),
    ]


def test_a_rule_that_raises_stops_nothing_else(rules: Callable[..., None]) -> None:
    rules(rule("KAC101", raising), rule("KAC201"))
    report = lint("a.compile(loss)\nb.compile(loss)")
    assert [finding.code for finding in report.findings] == ["KAC201", "KAC201"]
    (failure,) = report.failures
    assert "KAC101: KeyError: 'of ours'" in str(failure)
    assert "test_engine.py" in str(failure)


@pytest.mark.parametrize("collects", [True, False])
def test_garbage_is_looked_for_later_if_at_all(rules: Callable[..., None], *, collects: bool) -> None:
    meanwhile: list[bool] = []

    def looks(site: CompileSite) -> Iterable[Finding]:
        meanwhile.append(gc.isenabled())
        return ()

    rules(rule("KAC101", looks))
    if not collects:
        gc.disable()
    try:
        lint("a.compile(loss)")
        assert (meanwhile, gc.isenabled()) == ([False], collects)
    finally:
        gc.enable()


def test_an_inference_that_raises_is_one_failure(rules: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    rules(rule("KAC101"))

    def sites(program: Program, dialect: Dialect | None = None, *more: object) -> Iterator[tuple[CompileSite, ...]]:
        yield (site(),)
        raise KeyError("of ours")

    monkeypatch.setattr(lint_keras_acc.infer, "compile_sites", sites)
    report = lint("a.compile(loss)")
    assert [finding.code for finding in report.findings] == ["KAC101"]
    assert ["the inference: KeyError" in str(failure) for failure in report.failures] == [True]


def test_a_program_that_is_too_deep_is_no_defect(rules: Callable[..., None]) -> None:
    def diving(site: CompileSite) -> Iterable[Finding]:
        return diving(site)

    rules(rule("KAC101"), rule("KAC102", diving))
    report = lint("a.compile(loss)\nb.compile(loss)")
    assert [finding.code for finding in report.findings] == ["KAC101", "KAC101"]
    assert [str(error) for error in report.errors] == ["x.py: is nested too deeply to be followed"]
    assert report.failures == ()


def test_nothing_is_parsed_behind_the_gate(rules: Callable[..., None]) -> None:
    rules(rule("KAC101"))
    assert lint("this is no Python") == engine.Report("x.py")
    assert lint("this is no Python either\na.compile(loss)").errors


def test_hints_are_told_on_request(rules: Callable[..., None]) -> None:
    rules(rule("KAC109", severity=Severity.HINT))
    assert not lint("a.compile(loss)").findings
    assert lint("a.compile(loss)", settings=Settings(hints=True)).findings


def test_the_same_place_and_code_once(rules: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    rules(rule("KAC101"))
    monkeypatch.setattr(lint_keras_acc.infer, "compile_sites", lambda *more: [(site(),), (site(),)])
    assert len(lint("a.compile(loss)").findings) == 1


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        (Settings(), {"KAC101", "KAC102", "KAC201"}),
        (Settings(select=("KAC1",)), {"KAC101", "KAC102"}),
        (Settings(select=("kac1",)), {"KAC101", "KAC102"}),
        (Settings(select=("rule-101",)), {"KAC101"}),
        (Settings(ignore=("KAC1",)), {"KAC201"}),
        (Settings(ignore=("rule-101",)), {"KAC102", "KAC201"}),
        (Settings(select=("KAC101",), extend_select=("KAC2",)), {"KAC101", "KAC201"}),
        (Settings(select=("KAC101",), ignore=("KAC1",)), {"KAC101"}),
        (Settings(select=("KAC1",), ignore=("KAC101",)), {"KAC102"}),
        (Settings(select=("KAC1",), ignore=("KAC1",)), set()),
        (Settings(per_file_ignores=(("x.py", ("KAC1",)),)), {"KAC201"}),
        (Settings(per_file_ignores=(("y.py", ("KAC1",)),)), {"KAC101", "KAC102", "KAC201"}),
        (Settings(per_file_ignores=(("*.py", ("rule-101",)),)), {"KAC102", "KAC201"}),
    ],
)
def test_selection(rules: Callable[..., None], settings: Settings, codes: set[str]) -> None:
    rules(rule("KAC101"), rule("KAC102"), rule("KAC201"))
    assert {finding.code for finding in lint("a.compile(loss)", settings=settings).findings} == codes


def test_a_tree_that_is_handed_in(rules: Callable[..., None]) -> None:
    rules(rule("KAC101"))
    text = "a = 'é'; b.compile(loss)  # noqa\n"
    report = engine.lint_tree("x.py", ast.parse(text), text.splitlines(keepends=True), Settings())
    assert [finding.span.column for finding in report.findings] == [10]


# --- noqa ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a.compile(loss)  # noqa", []),
        ("a.compile(loss)  # NoQA", []),
        ("a.compile(loss)  # noqa: KAC101", ["KAC201"]),
        ("a.compile(loss)  # noqa:KAC101,E501", ["KAC201"]),
        ("a.compile(loss)  # noqa: E501 KAC101", ["KAC201"]),
        ("a.compile(loss)  # noqa: KAC101, KAC201", []),
        ("a.compile(loss)  # noqa: KAC", []),
        ("a.compile(loss)  # noqa: KAC1", ["KAC201"]),
        ("a.compile(loss)  # noqa: kac101", ["KAC101", "KAC201"]),
        ("a.compile(loss)  # noqa: E501", ["KAC101", "KAC201"]),
        ("a.compile(loss)  #noqa", ["KAC101", "KAC201"]),
        ("a.compile(loss)\n# noqa", ["KAC101", "KAC201"]),
        ("a.compile(\nloss)  # noqa", ["KAC101", "KAC201"]),
        ("a.compile('''loss\n''')  # noqa", []),
        ("a.compile( \\\nloss)  # noqa", []),
        ("'''\n'''; a.compile(loss)\n'''\n# noqa\n'''", ["KAC101", "KAC201"]),
        ("# flake8: noqa\na.compile(loss)", []),
        ("# flake8: noqa here and a comment\na.compile(loss)", []),
        ("x = 1  # flake8: noqa\na.compile(loss)", ["KAC101", "KAC201"]),
    ],
)
def test_noqa(rules: Callable[..., None], text: str, codes: list[str]) -> None:
    rules(rule("KAC101"), rule("KAC201"))
    assert [finding.code for finding in lint(text).findings] == codes


def test_noqa_in_notebooks(rules: Callable[..., None]) -> None:
    rules(rule("KAC101"))
    cells = (
        "%pip install x's\na.compile(loss)  # noqa",
        "%%time\nb.compile(loss)",
        "!ls\nc.compile(loss) # noqa: KAC1",
    )
    report = lint("\n---\n".join(cells), "x.ipynb")
    assert [(finding.span.cell, finding.span.line) for finding in report.findings] == [(1, 2)]


def test_no_repair_of_a_line_with_noqa(rules: Callable[..., None]) -> None:
    def at_line_2(site: CompileSite) -> Iterable[Finding]:
        yield replace(finding(), span=site.span, fix=replace(fix(), repairs=(Replace(second_line, "1"),)))

    second_line = Span("x.py", None, 2, 1, 2, 2)
    rules(rule("KAC101", at_line_2))
    assert lint("a.compile(loss)\nb").findings[0].fix
    assert lint("a.compile(loss)\nb  # noqa: E501").findings[0].fix
    assert lint("a.compile(loss)\nb  # noqa").findings[0].fix is None
    assert lint("a.compile(loss)\nb  # noqa: KAC101").findings[0].fix is None


# --- possibilities ------------------------------------------------------------------------------------------


def finding(code: str = "KAC101", column: int = 1, **more: object) -> Finding:
    span = Span("x.py", None, 1, column, 1, column + 5)
    made = Finding(code, "name", Severity.ERROR, "message", span, SPAN)
    return replace(made, **more)  # type: ignore[arg-type]


def fix(code: str = "'mae'", applicability: Applicability = Applicability.SAFE) -> Fix:
    return Fix("title", applicability, (Replace(SPAN, code),))


HINT, UNSAFE = Severity.HINT, Applicability.UNSAFE


@pytest.mark.parametrize(
    ("possibilities", "kept"),
    [
        ([[finding()]], [finding()]),
        ([[finding()], [finding()]], [finding()]),
        ([[finding()], []], []),
        ([[], [finding()]], []),
        ([[finding("KAC101"), finding("KAC102")], [finding("KAC102")]], [finding("KAC102")]),
        ([[finding(column=1), finding(column=9)], [finding(column=9)]], [finding(column=9)]),
        ([[finding(column=1)], [finding(column=9)]], [finding(column=1)]),
        ([[finding()], [finding(severity=HINT)]], [finding(severity=HINT)]),
        ([[finding(column=1)], [finding(column=9, severity=HINT)]], [finding(column=1, severity=HINT)]),
        ([[finding(fix=fix())], [finding(fix=fix())]], [finding(fix=fix())]),
        ([[finding(fix=fix())], [finding(fix=fix("'mse'"))]], [finding()]),
        ([[finding(fix=fix())], [finding()]], [finding()]),
        (
            [[finding(fix=fix())], [finding(fix=fix(applicability=UNSAFE))]],
            [finding(fix=fix(applicability=UNSAFE))],
        ),
    ],
)
def test_only_what_all_possibilities_have(possibilities: list[list[Finding]], kept: list[Finding]) -> None:
    assert agreement.agreed(possibilities) == kept


READ = finding("KAC504")


def site_that_reads(*places: Span) -> CompileSite:
    return site(uses=Uses(history_reads=tuple(KeyRead("acc", place) for place in places)))


@pytest.mark.parametrize(
    ("sites", "possibilities", "kept"),
    [
        ([site_that_reads(READ.span)], [[READ]], [READ]),
        ([site_that_reads(READ.span), site_that_reads(READ.span)], [[READ], [READ]], [READ]),
        ([site_that_reads(READ.span), site_that_reads(READ.span)], [[READ], []], []),
        ([site_that_reads(READ.span), site_that_reads(READ.span)], [[], [READ]], []),
        ([site_that_reads(READ.span), site_that_reads()], [[READ], []], [READ]),
        ([site_that_reads(), site_that_reads(READ.span)], [[], [READ]], [READ]),
        ([site_that_reads(READ.span)], [[finding("KAC101")]], []),
    ],
)
def test_a_read_counts_where_it_is_one_of_this_model(
    sites: list[CompileSite], possibilities: list[list[Finding]], kept: list[Finding]
) -> None:
    assert agreement.agreed_reads(sites, possibilities) == kept


def test_reads_are_left_to_those_who_know_the_sites() -> None:
    assert agreement.agreed([[READ], [READ]]) == []


def test_the_linter_does_not_load_the_rules_of_batches() -> None:
    program = b'import keras\nm = keras.Sequential([keras.layers.Dense(1)])\nm.compile(loss="mse", metrics=["acc"])'
    code = (
        "from lint_keras_acc.config import Settings\nfrom lint_keras_acc.engine import lint_source\n"
        "from lint_keras_acc.source import read_source\n"
        f"assert lint_source(read_source('x.py', {program!r}), Settings()).findings"
    )
    loaded = {module.rpartition(".")[2][:4] for module in loaded_by(code) if module.startswith("lint_keras_acc.rules.")}
    assert "kac1" in loaded
    assert "kac6" not in loaded


# --- precedence ---------------------------------------------------------------------------------------------


def codes_left(*findings: Finding) -> list[str]:
    made = [rule(found.code, lambda site, found=found: [found]) for found in findings]  # type: ignore[misc]
    return [found.code for found in check(site(), made)]


@pytest.mark.parametrize(
    ("findings", "left"),
    [
        ([finding("KAC204", head=0), finding("KAC205", column=9, head=0)], ["KAC204"]),
        ([finding("KAC204", head=0), finding("KAC205", column=9, head=1)], ["KAC204", "KAC205"]),
        ([finding("KAC204"), finding("KAC205", column=9, head=1)], ["KAC204"]),
        ([finding("KAC101"), finding("KAC107")], ["KAC101"]),
        ([finding("KAC101"), finding("KAC107", column=4)], ["KAC101"]),
        ([finding("KAC101"), finding("KAC107", column=6)], ["KAC101", "KAC107"]),
        ([finding("KAC107"), finding("KAC101")], ["KAC101"]),
        ([finding("KAC109"), finding("KAC101"), finding("KAC107")], ["KAC101"]),
        ([finding("KAC401"), finding("KAC407", column=90, head=3)], ["KAC401"]),
        ([finding("KAC103"), finding("KAC201")], ["KAC103", "KAC201"]),
    ],
)
def test_precedence(findings: list[Finding], left: list[str]) -> None:
    assert codes_left(*findings) == left


# Who silences whom: at the same output, on the same entry, or anywhere in the call.
SILENCED_AT = {
    "output": {
        "109": "102 601 606 610",
        "201": "603 604 605 606",
        "202": "206 207",
        "203": "604 605 606",
        "204": "201 202 203 205 206 207 211 302 303 306 505 603 604 605 606",
        "205": "201 202 203 206 207 211 302 303 306 505 603 604 605 606",
        "206": "306",
        "207": "102 603",
        "208": "603",
        "301": "106 111 206 303 305 306 601 602 604 606 610",
        "302": "106 206 303 305 306 601 602 604 606 610",
        "303": "306 601 604 606 610",
        "304": "601 602 604 606 610",
        "305": "306 601 602 604 606 610",
        "410": "201 202",
        "602": "303 606",
        "603": "606",
        "604": "211",
        "605": "606",
        "607": "601 603 605 606",
    },
    "entry": {
        "101": "107 108 109 112 601 606 610",
        "102": "103 106 601 606 610",
        "103": "601 606 610",
        "105": "601 606 610",
        "106": "601 606 610",
        "107": "105 601 606 610",
        "108": "601 606 610",
        "111": "104",
        "114": "104",
        "608": "113",
    },
    "call": {"404": "409", "401": "407", "406": "407"},
}
PAIRS = [
    (where, f"KAC{root}", f"KAC{other}")
    for where, roots in SILENCED_AT.items()
    for root, others in roots.items()
    for other in others.split()
]


@pytest.mark.parametrize(("where", "root", "other"), PAIRS)
def test_who_silences_whom(where: str, root: str, other: str) -> None:
    elsewhere = {"column": 40, "head": 1}
    near = {"output": {"column": 40, "head": 0}, "entry": {"column": 1, "head": 0}, "call": elsewhere}[where]
    assert codes_left(finding(root, head=0), finding(other, **near)) == [root]
    if where != "call":
        assert codes_left(finding(root, head=0), finding(other, **elsewhere)) == [root, other]


def test_nobody_else_is_silenced() -> None:
    silenced = {(silence.root, code) for silence in PRECEDENCE for code in silence.silenced}
    assert silenced == {(root, other) for _, root, other in PAIRS}


def test_no_rule_silences_itself_or_its_own_root() -> None:
    pairs = {(silence.root, code) for silence in PRECEDENCE for code in silence.silenced}
    assert not {(code, root) for root, code in pairs} & pairs


def test_findings_about_a_model_that_is_only_built_are_hints() -> None:
    (found,) = check(site(uses=Uses(only_built=True)), [rule("KAC101", severity=Severity.ERROR)])
    assert found.severity is Severity.HINT


def test_without_somebody_to_tell_a_rule_may_raise() -> None:
    with pytest.raises(KeyError):
        check(site(), [rule("KAC101", raising)])


# --- many files ---------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for number in range(6):
        (tmp_path / f"{number}.py").write_text("a.compile(loss)\n" if number % 2 else "a = 1\n")
    (tmp_path / "broken.py").write_text("a.compile(loss")
    return tmp_path


def test_every_file_is_reported_whatever_becomes_of_the_others(tree: Path, rules: Callable[..., None]) -> None:
    rules(rule("KAC101"))
    done: list[tuple[int, int]] = []
    reports = list(engine.lint_paths([str(tree)], Settings(), lambda *step: done.append(step)))
    assert [(Path(r.path).name, len(r.findings), len(r.errors)) for r in reports] == [
        ("1.py", 1, 0),
        ("3.py", 1, 0),
        ("5.py", 1, 0),
        ("broken.py", 0, 1),
    ]
    assert done == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_processes_report_the_same(tree: Path) -> None:
    one = list(engine.lint_paths([str(tree)], Settings(jobs=1)))
    two = list(engine.lint_paths([str(tree)], Settings(jobs=2)))
    assert [str(report) for report in one] == [str(report) for report in two]
    assert [len(report.errors) for report in one] == [0, 0, 0, 1]


def test_named_files_are_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(b"x = '\xe9'")
    assert [len(report.errors) for report in engine.lint_paths([str(path)], Settings())] == [1]
    assert list(engine.lint_paths([str(tmp_path)], Settings())) == []

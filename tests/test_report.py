"""The report: all that is found is on the page once, and nothing of a program becomes a part of the page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args

import pytest

from lint_keras_acc.cli import main
from lint_keras_acc.cli.sources import Sources
from lint_keras_acc.config import Settings
from lint_keras_acc.engine import each_place_once, lint_paths
from lint_keras_acc.findings import Edit, Finding, Span
from lint_keras_acc.fixes import apply_edits, unified_diff
from lint_keras_acc.render.report.findings import Mark, excerpt, hunks
from lint_keras_acc.render.report.survey import natural_order, survey_of
from lint_keras_acc.source import read_source
from lint_keras_acc.verdicts import STANDINGS, Standing
from tests.readme import ROOT
from tests.saved.making import archive, compiled, dense, sequential
from tests.test_readme import options_in, options_of

EXAMPLES = ROOT / "examples"
DOCUMENT = ROOT / "docs" / "report.md"
CONTRADICTION = """\
import keras
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
"""
HONEST = CONTRADICTION.replace("accuracy", "mae")
HOSTILE = '</script><img src=x onerror="alert(1)"><!--'


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text in each."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[list[str]] = []
        self._open: list[int] = []
        self.feed(page)
        self.close()
        assert not self._open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append([])
        if tag not in ("input", "meta", "wbr"):
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.elements[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        for index in self._open:
            self.texts[index].append(data)

    def of(self, name: str, kind: str = "") -> Iterator[tuple[dict[str, str | None], str]]:
        """Attributes and text of the elements of a name and a class."""
        for (tag, attributes), texts in zip(self.elements, self.texts, strict=True):
            if tag == name and (not kind or kind in (attributes.get("class") or "").split()):
                yield attributes, "".join(texts)


def report(*arguments: object, status: int = 0) -> Elements:
    """The page that the command writes."""
    assert main(["report", "--isolated", "-o", "report.html", *map(str, arguments)]) == status
    return Elements(Path("report.html").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def findings_of(*paths: Path) -> list[Finding]:
    reports = lint_paths(map(str, paths), Settings())
    return [finding for report in reports for finding in each_place_once(report.findings)]


# --- what is on the page ----------------------------------------------------------------------------------


def test_every_finding_is_there_once() -> None:
    page = report(EXAMPLES)
    shown = [(str(attributes["data-code"]), attributes["id"]) for attributes, _ in page.of("details", "finding")]
    assert sorted(code for code, _ in shown) == sorted(finding.code for finding in findings_of(EXAMPLES))
    assert [number for _, number in shown] == [f"f{number}" for number in range(1, len(shown) + 1)]
    (_, lead), *_ = page.of("p", "lead")
    assert lead == f"{len(shown)} findings at 14 of 18 compile calls, in 8 of 9 files."


def test_every_link_leads_somewhere() -> None:
    page = report(EXAMPLES)
    targets = {attributes.get("id") for _, attributes in page.elements}
    links = [attributes["href"] or "" for attributes, _ in page.of("a")]
    assert len(links) > 30
    assert {link[1:] for link in links if link.startswith("#")} <= targets
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_what_is_wrong_where_and_what_runs() -> None:
    page = report(EXAMPLES / "article_topics.py", EXAMPLES / "heads.py")
    assert [text for _, text in page.of("ol", "what")] == [
        "1The string 'accuracy' is an argmax over independent labels.KAC102"
    ]
    assert [text for _, text in page.of("ul", "where")] == ["1 warning article_topics.py"]
    facts = [text for _, text in page.of("dl", "facts")]
    assert facts[0].startswith("output12 units, sigmoid activation line 27labelsmulti-hot rows line 22loss")
    assert "accuracy runs categorical_accuracy line 34not honest" in facts[0]
    assert "labels have as many axes as the predictions" in facts[0]
    assert [text for _, text in page.of("section") if text.startswith("Compile calls without findings")]


def test_folders_come_in_the_order_of_people(here: Path) -> None:
    for name in ("week10/a.py", "week2/b.py", "week2/extra/c.py", "readme.py"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(CONTRADICTION)
    page = report(here)
    names = [text for _, text in page.of("h3") if text.endswith(".py")]
    assert names == [f"1 warning {name}" for name in ("readme.py", "week2/b.py", "week2/extra/c.py", "week10/a.py")]
    folders = [text for _, text in page.of("summary") if text.endswith(("file", "files"))]
    assert folders == ["2 warnings week2/ 2 files", "1 warning extra/ 1 file", "1 warning week10/ 1 file"]


@pytest.mark.parametrize(("files", "is_open"), [(25, True), (26, False)])
def test_folders_of_many_files_are_folded(here: Path, files: int, is_open: bool) -> None:
    (here / "week1").mkdir()
    for number in range(files):
        (here / "week1" / f"{number}.py").write_text(CONTRADICTION)
    page = report(here)
    (folder,) = [
        attributes for attributes, text in page.of("details") if "week1/" in text and not attributes.get("class")
    ]
    assert ("open" in folder) is is_open


def test_numbers_in_names_are_ordered_as_numbers() -> None:
    names = ["b/1.py", "a/10.py", "a/9.py", "a/9²x.py", "z.py"]
    assert sorted(names, key=natural_order) == ["z.py", "a/9.py", "a/9²x.py", "a/10.py", "b/1.py"]


def test_notebooks_saved_models_and_what_cannot_be_read(here: Path) -> None:
    cells = [{"cell_type": "code", "source": text, "metadata": {}} for text in CONTRADICTION.splitlines(keepends=True)]
    (here / "book.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    (here / "broken.py").write_text("import keras\nmodel.compile(\n")
    (here / "no.keras").write_bytes(b"no archive")
    page = report("book.ipynb", "broken.py", "no.keras")
    assert [text for _, text in page.of("span", "place")][-1] == "cell 2, line 1"
    (unread,) = [text for _, text in page.of("section", "unread")]
    assert "broken.py, line 2: is not valid Python" in unread
    assert "no.keras: " in unread
    (_, lead), *_ = page.of("p", "lead")
    assert lead == "1 finding at 1 of 1 compile call, in 1 of 3 files. 2 files could not be read whole."


def test_a_saved_model_shows_its_code(here: Path) -> None:
    topics = compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc"])
    page = report(archive(here / "topics.keras", topics))
    (portrait,) = [text for _, text in page.of("details", "portrait")]
    assert "8    metrics=['acc']," in portrait
    (finding,) = [text for _, text in page.of("details", "finding")]
    assert "'acc' runs categorical_accuracy here" in finding
    assert "metrics=['acc']," in finding


def test_nothing_is_wrong(here: Path) -> None:
    (here / "good.py").write_text(HONEST)
    page = report("good.py")
    (_, lead), *_ = page.of("p", "lead")
    assert lead == "Nothing was found at 1 compile call in 1 file."
    assert not list(page.of("form"))


def test_hints_and_known_findings_are_counted(here: Path) -> None:
    (here / "model.py").write_text(CONTRADICTION)
    assert main(["check", "--isolated", "--write-baseline", "known.json", "model.py"]) == 0
    page = report("model.py", "--baseline", "known.json")
    (_, lead), *_ = page.of("p", "lead")
    assert lead.endswith("1 finding that the baseline knows is left out.")
    assert not list(page.of("details", "finding"))


# --- it is safe to open -----------------------------------------------------------------------------------


def test_nothing_of_a_program_becomes_part_of_the_page(here: Path) -> None:
    folder = here / "<script>alert(1)"
    folder.mkdir()
    file = folder / "<b onclick=alert(2)>&amp;.py"
    file.write_text(
        f"import keras  # {HOSTILE}\n"
        f"model = keras.Sequential([keras.layers.Dense(1, name='{HOSTILE}')])\n"
        f"model.compile(loss='mse', metrics=['accuracy', '{HOSTILE}'])  # {HOSTILE} \x0c\u202e\x00\n".replace(
            "\x00", ""
        ),
        encoding="utf-8",
    )
    page = report(folder, "--title", HOSTILE)
    harmless = report(EXAMPLES, status=0)
    known = {tag for tag, _ in harmless.elements}
    assert {tag for tag, _ in page.elements} <= known
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert HOSTILE in next(text for _, text in page.of("h1"))
    assert any(HOSTILE in text for _, text in page.of("pre", "code"))
    assert "\u202e" not in "".join(text for _, text in page.of("body"))


def test_only_the_script_of_the_page_may_run() -> None:
    page = report(EXAMPLES)
    ((_, script),) = page.of("script")
    (policy,) = [attributes["content"] or "" for attributes, _ in page.of("meta") if "http-equiv" in attributes]
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert not [attributes for _, attributes in page.elements if {"src", "srcset", "data", "action"} & set(attributes)]
    assert "url(" not in "".join(text for _, text in page.of("style"))


def test_the_same_files_give_the_same_bytes(here: Path) -> None:
    report(EXAMPLES)
    first = (here / "report.html").read_bytes()
    report(EXAMPLES, "--jobs", "2")
    assert (here / "report.html").read_bytes() == first
    assert str(here).encode() not in first


# --- excerpts and repairs ---------------------------------------------------------------------------------


def test_marks_are_what_the_findings_are_about() -> None:
    sources = Sources()
    page = report(EXAMPLES)
    marked = {text for attributes, text in page.of("mark") if attributes["class"] == "guilty"}
    for finding in findings_of(EXAMPLES):
        span = finding.span
        line = sources.line(span)
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        assert line[span.column - 1 : end] in marked


def one_line_excerpt(line: str, column: int, end_column: int) -> tuple[str, list[str]]:
    """What is shown of a line with one mark: its text, and what is marked."""
    span = Span("x.py", None, 1, column, 1, end_column)
    page = Elements(excerpt([line], [Mark(span, "guilty", "here")], "x"))
    return next(text for _, text in page.of("pre")), [text for _, text in page.of("mark")]


@pytest.mark.parametrize(
    ("line", "column", "end_column", "marked"),
    [
        ("abcDEFgh", 4, 7, ["DEF"]),
        ("\tabDEF", 4, 7, ["DEF"]),
        ("日本DEF", 3, 6, ["DEF"]),
        ("x" * 500 + "DEF" + "y" * 500, 501, 504, ["DEF"]),
        ("x" * 500 + "D" * 500, 501, 1001, ["D" * 107]),
        ("abc", 4, 4, []),
        ("abc", 9, 12, []),
        ("", 1, 1, []),
    ],
)
def test_excerpts_of_awkward_lines(line: str, column: int, end_column: int, marked: list[str]) -> None:
    shown, marks = one_line_excerpt(line, column, end_column)
    assert marks == marked
    assert max(map(len, shown.splitlines())) < 200
    assert "here" in shown


def test_marks_may_overlap() -> None:
    marks = [Mark(Span("x", None, 1, 1, 1, 9), "related", "call"), Mark(Span("x", None, 1, 3, 1, 5), "guilty", "name")]
    page = Elements(excerpt(["abCDefgh"], marks, "x"))
    assert [(attributes["class"], text) for attributes, text in page.of("mark")] == [
        ("related", "ab"),
        ("guilty", "CD"),
        ("related", "efgh"),
    ]


def changed_lines(diff: str) -> list[str]:
    return [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.iterdir() if path.suffix in (".py", ".ipynb")))
def test_repairs_are_those_of_a_diff(name: str) -> None:
    path = EXAMPLES / name
    sources = Sources()
    for finding in findings_of(path):
        edits = sources.edits(finding)
        assert edits
        shown = [sign + line for hunk in hunks(edits, sources) for sign, line in hunk.rows if sign != " "]
        source = read_source(str(path))
        assert shown == changed_lines(unified_diff(source, apply_edits(source, edits)))


def test_a_repair_in_windows_lines_and_in_two_places(here: Path) -> None:
    (here / "x.py").write_bytes(b"import a\r\n" + b"\r\n" * 20 + b"f(1)\r\ng(2)")
    places = ((1, 1, 1), (22, 3, 4), (23, 5, 5))
    spans = [Span("x.py", None, line, column, line, end_column) for line, column, end_column in places]
    edits = [Edit(span, content) for span, content in zip(spans, ("import keras\r\n", "9", "\n"), strict=True)]
    first, second = hunks(edits, Sources())
    assert (first.line, first.rows) == (1, (("+", "import keras"), (" ", "import a"), (" ", ""), (" ", "")))
    assert second.line == 20
    assert second.rows == ((" ", ""), (" ", ""), ("-", "f(1)"), ("+", "f(9)"), (" ", "g(2)"), ("+", ""))


# --- defects of ours --------------------------------------------------------------------------------------


def test_every_standing_has_words() -> None:
    assert set(STANDINGS) == set(get_args(Standing))


def test_a_defect_of_ours_costs_one_file(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def edits(self: Sources, finding: Finding) -> None:
        if finding.span.path == "a.py":
            raise ValueError("no <such> text")

    monkeypatch.setattr(Sources, "edits", edits)
    for name in ("a.py", "b.py"):
        (here / name).write_text(CONTRADICTION)
    page = report("a.py", "b.py", status=2)
    assert len(list(page.of("details", "finding"))) == 1
    (unshown,) = [text for _, text in page.of("section", "unread")]
    assert "internal error: the report: ValueError: no <such> text" in unshown
    assert "a.py: internal error: the report: ValueError" in capsys.readouterr().err


# --- the command ------------------------------------------------------------------------------------------


def test_the_command_says_what_it_wrote(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "model.py").write_text(CONTRADICTION)
    report("model.py")
    assert capsys.readouterr().err == "lint-keras-acc: wrote report.html: 1 finding in 1 file\n"


def test_a_missing_path_fails_and_the_rest_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "model.py").write_text(CONTRADICTION)
    page = report("model.py", "nowhere", status=2)
    assert len(list(page.of("details", "finding"))) == 1
    assert "nowhere: no such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["nowhere"], ["-"], [".", "--baseline", "none.json"]])
def test_without_anything_to_tell_nothing_is_written(here: Path, arguments: list[str]) -> None:
    assert main(["report", *arguments, "-o", "report.html"]) == 2
    assert not (here / "report.html").exists()


def test_where_it_cannot_write(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "model.py").write_text(CONTRADICTION)
    assert main(["report", "model.py", "-o", "no/such/report.html"]) == 2
    assert "no/such/report.html: cannot read or write: No such file" in capsys.readouterr().err


def test_to_standard_output(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (here / "model.py").write_text(CONTRADICTION)
    assert main(["report", "model.py", "-o", "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"<!DOCTYPE html>\n<html")


def test_it_needs_to_know_where_to(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["report", "."])
    assert re.search(r"required: -o/--output", capsys.readouterr().err)


def test_the_root_of_several_paths(here: Path) -> None:
    for name in ("one/a.py", "two/b.py"):
        (here / name).parent.mkdir()
        (here / name).write_text(CONTRADICTION)
    paths = ["one", "two/b.py"]
    reports = ((each, 0) for each in lint_paths(paths, Settings(), with_calls=True))
    surveyed = survey_of("title", "command", paths, reports)
    assert [file.name for file in surveyed.files] == ["one/a.py", "two/b.py"]
    assert surveyed.calls_with_findings == 2


def test_the_documentation_names_every_option() -> None:
    documented = options_in(DOCUMENT.read_text(encoding="utf-8"))
    assert documented < options_of("report")
    assert options_of("report") - documented == options_of("check") & options_of("sites") - {
        "--stdin-filename",
        "--output-format",
    }


def test_every_repair_says_how_to_make_it() -> None:
    churn = EXAMPLES / "customer_churn.py"
    (_, alone), *_ = report(churn).of("ul", "tiles")
    assert alone.endswith(f"1 with an unsafe repair: lint-keras-acc check --fix {churn} --unsafe-fixes")
    (_, both), *_ = report(churn, EXAMPLES / "spam_filter.py").of("ul", "tiles")
    assert both.endswith("1 with an unsafe repair: add --unsafe-fixes")

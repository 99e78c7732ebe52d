"""What an editor offers to do about findings."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Applicability, Finding, Span
from lint_keras_acc.fixes import apply_edits, fix_source
from lint_keras_acc.lsp.actions import (
    FIX_ALL,
    QUICK_FIX,
    Action,
    edits_between,
    fix_all,
    is_asked_for,
    quick_fixes,
    unsafe_because,
)
from lint_keras_acc.rules import all_rules
from lint_keras_acc.source import Source, read_source

SETTINGS = Settings(no_project=True, project_pins=False)
LOGITS = """\
import keras

model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=['accuracy'])
"""
SOFTMAX = """\
import keras

model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1, activation='softmax')])
model.compile(loss='binary_crossentropy', metrics=['mae'])
"""


def lint(source: Source) -> Sequence[Finding]:
    return lint_source(source, SETTINGS).findings


def actions_at(program: str, line: int) -> tuple[Source, list[Action]]:
    source = read_source("model.py", program.encode())
    return source, list(quick_fixes(source, lint(source), Span("model.py", None, line, 1, line, 999)))


def test_a_safe_repair_is_preferred() -> None:
    source, actions = actions_at(LOGITS, 4)
    repair, silence = actions
    assert (repair.title, repair.kind, repair.preferred) == (
        "Replace 'accuracy' by BinaryAccuracy(threshold=0.0, name='accuracy')",
        QUICK_FIX,
        True,
    )
    fixed = apply_edits(source, repair.edits)
    assert b"metrics=[keras.metrics.BinaryAccuracy(threshold=0.0, name='accuracy')]" in fixed
    assert not lint(read_source("model.py", fixed))
    assert [finding.code for finding in silence.findings] == ["KAC103"]


def test_an_unsafe_repair_says_why_and_is_not_preferred() -> None:
    _, actions = actions_at(SOFTMAX, 3)
    assert [(action.title, action.preferred) for action in actions if "noqa" not in action.title] == [
        ("Use 'sigmoid' at the output (unsafe: the model changes)", False)
    ]


def test_what_two_findings_ask_for_alike_is_offered_once() -> None:
    program = LOGITS.replace("keras.losses.BinaryCrossentropy(from_logits=True)", "'mse'").replace(
        "['accuracy']", "['mse', 'accuracy', 'accuracy']"
    )
    source = read_source("model.py", program.encode())
    findings = lint_source(source, replace(SETTINGS, hints=True)).findings
    actions = quick_fixes(source, findings, Span("model.py", None, 4, 1, 4, 999))
    deletions = [action for action in actions if action.title.startswith("Delete 'accuracy'")]
    assert [[finding.code for finding in action.findings] for action in deletions] == [["KAC101", "KAC403"]]


def test_silencing_adds_a_comment_and_nothing_else() -> None:
    source, actions = actions_at(LOGITS, 4)
    silence = actions[-1]
    assert silence.title == "Silence KAC103 on this line (# noqa)"
    silenced = apply_edits(source, silence.edits)
    assert silenced.decode() == LOGITS.replace("metrics=['accuracy'])", "metrics=['accuracy'])  # noqa: KAC103")
    assert not lint(read_source("model.py", silenced))


def test_two_codes_on_one_line_are_silenced_each_for_itself() -> None:
    program = LOGITS.replace("metrics=['accuracy']", "metrics=['accuracy', 'accurracy']")
    _, actions = actions_at(program, 4)
    assert [action.title for action in actions if "noqa" in action.title] == [
        "Silence KAC103 on this line (# noqa)",
        "Silence KAC402 on this line (# noqa)",
    ]


@pytest.mark.parametrize("line", [1, 2, 3])
def test_other_lines_offer_nothing(line: int) -> None:
    assert actions_at(LOGITS, line)[1] == []


def test_all_safe_repairs_are_those_of_the_command() -> None:
    program = f"{LOGITS}{SOFTMAX}model.compile('sgd', 'mse', metrics='accurracy')\n"
    source = read_source("model.py", program.encode())
    action = fix_all(source, lint)
    assert action is not None
    assert action.kind == FIX_ALL
    assert apply_edits(source, action.edits) == fix_source(source, lint).data
    assert all(
        finding.fix is not None and finding.fix.applicability is Applicability.SAFE for finding in action.findings
    )


def test_nothing_is_offered_where_nothing_is_safe() -> None:
    assert fix_all(read_source("model.py", SOFTMAX.encode()), lint) is None


def test_cells_get_their_own_edits() -> None:
    cells = [*LOGITS.rstrip("\n").rsplit("\n", 1), "# end"]
    document = {"cells": [{"cell_type": "code", "source": text} for text in cells], "metadata": {}, "nbformat": 4}
    source = read_source("model.ipynb", json.dumps(document).encode())
    action = fix_all(source, lint)
    assert action is not None
    assert {edit.span.cell for edit in action.edits} == {1}
    [repair, silence] = quick_fixes(source, lint(source), Span("model.ipynb", 1, 1, 1, 1, 999))
    assert {edit.span.cell for edit in (*repair.edits, *silence.edits)} == {1}
    assert not list(quick_fixes(source, lint(source), Span("model.ipynb", 0, 1, 1, 9, 1)))


@pytest.mark.parametrize("old", ["", "a\r\nb\r\nc", "x = 'é🎉'\n", "a\n\n\nb"])
@pytest.mark.parametrize("new", ["", "a\r\nb\r\nd", "x = 'é🎉!'\n", "b\n\n\na\n"])
def test_edits_between_two_texts_make_the_second(old: str, new: str) -> None:
    source = read_source("x.py", old.encode())
    assert apply_edits(source, edits_between(source, new.encode())) == new.encode()


@pytest.mark.parametrize(
    ("only", "asked"),
    [
        (None, True),
        (["source"], True),
        (["source.fixAll"], True),
        (["source.fixAll.lint-keras-acc"], True),
        (["source.fixAll.ruff"], False),
        (["source.fix"], False),
        ([], True),
        ([""], True),
        (["quickfix"], False),
    ],
)
def test_kinds_are_a_hierarchy(only: list[str] | None, asked: bool) -> None:
    assert is_asked_for(FIX_ALL, only) is asked


def examples() -> Iterator[tuple[str, Source]]:
    """The programs in the documentation of the rules, those that are bad first."""
    for rule in all_rules():
        for block in rule.documentation.split("```python\n")[1:]:
            yield rule.code, read_source("example.py", block.partition("```")[0].encode())


@pytest.mark.slow
def test_every_action_on_the_examples_of_the_rules_does_what_it_says() -> None:
    done = 0
    for _, source in examples():
        findings = lint(source)
        for finding in findings:
            for action in quick_fixes(source, findings, finding.span):
                after = lint(source.reread(apply_edits(source, action.edits)))
                left = Counter(finding.code for finding in after)
                told = Counter(finding.code for finding in findings)
                assert all(left[gone.code] < told[gone.code] for gone in action.findings), action
                done += 1
    assert done > 75


def test_every_unsafe_fix_of_the_examples_has_a_reason_of_its_own() -> None:
    reasons = {
        finding.code: unsafe_because(finding)
        for _, source in examples()
        for finding in lint(source)
        if finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE
    }
    assert reasons["KAC201"] == "the training changes"
    assert reasons["KAC102"] == "only the output and the loss say so"
    assert all(0 < len(reason) <= 100 and "\n" not in reason for reason in reasons.values())
    assert "something else in the program may depend on what it changes" not in reasons.values()

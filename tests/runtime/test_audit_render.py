"""What is printed and drawn of an audit: text of any width, JSON, the picture."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from lint_keras_acc.runtime.auditing.data import Audit, Candidate, ThresholdCurve
from lint_keras_acc.runtime.render.json import audit_json
from lint_keras_acc.runtime.render.text import audit_text
from tests.runtime.audits import AUDIT, CLEAN, DISAGREEING, OUTPUT, SEVERAL

SCHEMA = json.loads((Path(__file__).parent / "audit_schema.json").read_text())
ALL = {"findings": AUDIT, "clean": CLEAN, "disagreeing": DISAGREEING, "several": SEVERAL}
every_audit = pytest.mark.parametrize("audit", ALL.values(), ids=ALL)


def validate(text: str) -> dict[str, object]:
    """The object that the text is, if it is JSON of our schema without NaN."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    found: dict[str, object] = json.loads(text, parse_constant=refuse)
    Draft202012Validator(SCHEMA).validate(found)
    return found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@every_audit
def test_json_has_its_schema(audit: Audit) -> None:
    assert validate(audit_json(audit))["clean"] is audit.clean


def test_what_is_no_number_is_null() -> None:
    outputs = validate(audit_json(AUDIT))["outputs"]
    assert isinstance(outputs, list)
    figures = {candidate["name"]: candidate["figure"] for candidate in outputs[0]["candidates"]}
    assert figures["exact_match"] is None
    assert figures["sparse_categorical_accuracy"] is None
    assert figures["binary_accuracy at 0.5"] == 0.9


def test_the_text_says_all() -> None:
    text = audit_text(AUDIT, width=100)
    for part in (
        "articles: keras-3.15 on jax, 1,000 rows",
        "'accuracy' is categorical_accuracy here",
        "why: labels have as many axes as the predictions",
        "they agree",
        "Look at binary_accuracy at 0.5: 0.9000",
        "all zeros: no label is ever given",
        "warning KAC102",
        "2 | model.compile(loss='binary_crossentropy', metrics=['accuracy'])",
        "  = Replace 'accuracy' by BinaryAccuracy(name='accuracy')",
        "Found 1 finding.",
    ):
        assert part in text


def test_figures_that_are_none_are_told_from_nan() -> None:
    lines = audit_text(AUDIT, width=100).splitlines()
    assert any(line.split()[:2] == ["exact_match", "NaN"] for line in lines)
    assert "  Not here: sparse_categorical_accuracy: the labels are rows" in lines


def test_a_fix_is_an_advice_and_no_option_of_the_command() -> None:
    assert "--fix" not in audit_text(AUDIT, width=100)


def test_a_disagreement_is_loud() -> None:
    text = audit_text(DISAGREEING, width=100)
    assert "THEY DIFFER" in text
    assert "DISAGREEMENT: Keras prints 0.25 for 'accuracy'" in text
    assert text.rstrip().endswith("Found 1 disagreement.")
    assert not DISAGREEING.clean


def test_several_outputs_are_named_and_one_is_not() -> None:
    assert "mood: multi-label" in audit_text(SEVERAL, width=100)
    assert "topics: multi-label" not in audit_text(AUDIT, width=100)


@every_audit
@pytest.mark.parametrize("width", [80, 120])
def test_tables_keep_to_the_width(audit: Audit, width: int) -> None:
    lines = audit_text(audit, width=width).splitlines()
    findings = next((number for number, line in enumerate(lines) if line.startswith("<model")), len(lines))
    assert max(len(line) for line in lines[:findings]) <= width


@every_audit
def test_without_colour_there_are_no_codes(audit: Audit) -> None:
    assert "\033" not in audit_text(audit, width=100)
    assert str(audit) == audit_text(audit)


def test_colour_changes_nothing_but_colour() -> None:
    coloured = audit_text(AUDIT, width=100, colour=True)
    assert "\033[" in coloured
    lines = re.sub(r"\033\[[\d;]*m", "", coloured).splitlines()
    assert [line.rstrip() for line in lines] == audit_text(AUDIT, width=100).splitlines()


# --- the picture --------------------------------------------------------------------------------------------


def drawn(audit: Audit) -> list[tuple[str, object]]:
    """Every text of the picture that shows something, with its box on the screen."""
    pytest.importorskip("matplotlib")
    from matplotlib.text import Text

    from lint_keras_acc.runtime.render.plot import plot

    figure = plot(audit)
    figure.savefig(io.BytesIO(), format="png")
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text() and text.get_visible()]
    return [(text.get_text(), text.get_window_extent()) for text in texts]


def curve(scale: str, low: float, high: float) -> ThresholdCurve:
    cut = 0.0 if scale == "logits" else 0.5
    thresholds = np.unique([*np.linspace(low, high, 41), 0.0, 0.5])
    figures = 1 / (1 + np.abs(thresholds - cut))
    return ThresholdCurve(scale, cut, tuple(thresholds.tolist()), tuple(figures.tolist()))  # type: ignore[arg-type]


NAMES = (
    "binary_accuracy at 0.5",
    "binary_accuracy at 0",
    "binary_accuracy by rounding",
    "sparse_top_k_categorical_accuracy (k = 5)",
    "subset_accuracy at 0",
    "hamming_accuracy at 0",
    "balanced_accuracy",
    "categorical_accuracy",
    "exact_match",
)
MANY = tuple(
    Candidate(name, name.split()[0], 1 - number / 9, "", number == 1, number == 0) for number, name in enumerate(NAMES)
)


@pytest.mark.slow
@pytest.mark.parametrize(
    "audit",
    [
        AUDIT,
        CLEAN,
        SEVERAL,
        replace(AUDIT, outputs=(replace(OUTPUT, candidates=MANY, curve=curve("logits", -3, 3)),)),
        replace(AUDIT, outputs=(replace(OUTPUT, candidates=MANY, curve=curve("logits", -40, 40)),)),
        replace(AUDIT, outputs=(replace(OUTPUT, candidates=MANY, curve=curve("probabilities", 0, 1)),) * 3),
        replace(AUDIT, outputs=(replace(OUTPUT, candidates=MANY, curve=curve("logits", -1, 900)),)),
    ],
    ids=["probabilities", "bars", "two", "logits", "wide-logits", "three", "one-sided"],
)
def test_no_label_lies_on_another(audit: Audit) -> None:
    for (first, box), (second, other) in combinations(drawn(audit), 2):
        assert not box.overlaps(other), f"{first!r} lies on {second!r}"  # type: ignore[attr-defined]


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from lint_keras_acc.runtime.render.plot import save_plot

    save_plot(SEVERAL, str(tmp_path / "audit.png"))
    assert (tmp_path / "audit.png").read_bytes().startswith(b"\x89PNG")

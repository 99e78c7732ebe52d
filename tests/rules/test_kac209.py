"""Two compile calls that disagree on logits."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules.kac209_inconsistent_recompile import RULE
from lint_keras_acc.sites import CompileSite, EarlierCompile
from tests.rules.sites_builder import codes_and_fixes, head, loss, site, site_of, span_at

BEFORE = span_at(5, 20, 40)
LOGITS = "BinaryCrossentropy(from_logits=True)"
PROBABILITIES = "BinaryCrossentropy()"


def earlier(text: str | None) -> EarlierCompile:
    return EarlierCompile(span_at(5, 1, 60), (loss(text, BEFORE) if text else None,), True)


def recompiled(now: str, before: str | None, out: str = "(1)", **more: Any) -> CompileSite:
    return site(out, now, earlier=earlier(before), **more)


SILENT = [
    pytest.param(site("(1)", LOGITS), id="the first compile call"),
    pytest.param(recompiled(LOGITS, LOGITS), id="both take logits"),
    pytest.param(recompiled(PROBABILITIES, "binary_crossentropy"), id="neither does"),
    pytest.param(recompiled(LOGITS, None), id="the earlier loss is not matched"),
    pytest.param(recompiled(LOGITS, "custom"), id="a loss of the program's own"),
    pytest.param(recompiled("mse", LOGITS), id="another loss"),
    pytest.param(recompiled(LOGITS, "CategoricalCrossentropy()"), id="another cross-entropy"),
    pytest.param(recompiled(LOGITS, PROBABILITIES, "linear(1)"), id="KAC201 of the earlier call"),
    pytest.param(recompiled(LOGITS, PROBABILITIES, "sigmoid(1)"), id="KAC202"),
    pytest.param(recompiled(LOGITS, PROBABILITIES, custom_training=True), id="training of the program's own"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(
    ("now", "before", "repair"),
    [
        (PROBABILITIES, LOGITS, "True"),
        ("binary_crossentropy", LOGITS, "{keras.losses.BinaryCrossentropy}(from_logits=True)"),
        ("BinaryCrossentropy(from_logits=False)", LOGITS, "True"),
        (LOGITS, PROBABILITIES, "RemoveArgument"),
        (LOGITS, "binary_crossentropy", "RemoveArgument"),
    ],
)
@pytest.mark.parametrize("out", ["(1)", "", "custom(1)"])
def test_fires_and_aligns_with_the_earlier_call(now: str, before: str, repair: str, out: str) -> None:
    a_site = recompiled(now, before, out)
    assert codes_and_fixes(RULE, a_site) == [("KAC209", "warning", repair, "unsafe")]


def test_names_both_places() -> None:
    (finding,) = RULE.check(recompiled("binary_crossentropy", LOGITS))
    assert finding.message.startswith("from_logits is False here, and was True when the same model was compiled before")
    assert [(place.span.line, place.message) for place in finding.related] == [(5, "from_logits is True here")]
    assert finding.head == 0


def test_each_output_with_its_own() -> None:
    before = EarlierCompile(BEFORE, (loss(PROBABILITIES, BEFORE), loss(LOGITS, BEFORE)), True)
    a_site = site_of([head("(1)", PROBABILITIES), head("(1)", PROBABILITIES)], earlier=before)
    assert [finding.head for finding in RULE.check(a_site)] == [1]

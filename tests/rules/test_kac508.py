"""How many numbers evaluate returns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.rules.kac508_unpacked_evaluate import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import codes_and_fixes, evaluate_read, head, output, site, site_of


def taken(targets: int, metrics: list[str], *, exactly: bool = True, **more: Any) -> CompileSite:
    uses = Uses(evaluates=(evaluate_read(targets, exactly),))
    return site("sigmoid(1)", "binary_crossentropy", metrics, uses=uses, **more)


def two_outputs(targets: int, dialect: str = "keras-3.15", **more: Any) -> CompileSite:
    heads = [
        head(output("linear(1)", name="age"), "mse", ["mae"], several=True),
        head(output("sigmoid(1)", name="mood"), "binary_crossentropy", ["accuracy"], several=True),
    ]
    uses = Uses(evaluates=(evaluate_read(targets),))
    return site_of(heads, dialect=parse_dialect(dialect), uses=uses, **more)


SILENT = [
    pytest.param(taken(2, ["accuracy"]), id="loss and metric"),
    pytest.param(taken(3, ["accuracy", "AUC()"]), id="loss and two metrics"),
    pytest.param(taken(3, ["accuracy"], weighted=["mse"]), id="weighted metric"),
    pytest.param(taken(2, ["accuracy"], exactly=False), id="second"),
    pytest.param(taken(1, ["accuracy"], exactly=False), id="first"),
    pytest.param(taken(2, ["accuracy", "accuracy"]), id="given twice"),
    pytest.param(taken(2, ["custom"]), id="own metric"),
    pytest.param(taken(2, [], metrics_known=False), id="metrics not all known"),
    pytest.param(taken(2, [], custom_training=True), id="own training"),
    pytest.param(taken(2, [], outputs_known=False), id="number of outputs unknown"),
    pytest.param(two_outputs(5), id="two outputs"),
    pytest.param(two_outputs(3, "keras-3.6"), id="no losses of outputs"),
    pytest.param(two_outputs(2, outputs_known=False), id="two outputs at least"),
]

FOUND = [
    pytest.param(taken(2, []), "one number here", id="loss alone"),
    pytest.param(taken(1, [], exactly=False), "one number here", id="loss alone, first"),
    pytest.param(taken(2, [], outputs_known=False, sequential=True), "one number here", id="Sequential"),
    pytest.param(
        taken(2, ["accuracy", "AUC()"]), "3 numbers here (loss, accuracy, auc), and 2 are taken; take 3", id="too many"
    ),
    pytest.param(taken(3, ["accuracy"]), "2 numbers here (loss, accuracy), and 3 are taken; take 2", id="too few"),
    pytest.param(taken(3, ["accuracy"], exactly=False), "and there is no index 2", id="no third"),
    pytest.param(two_outputs(3), "returns 5 numbers here", id="losses of outputs"),
    pytest.param(two_outputs(3, "tf.keras-2.15"), "returns 5 numbers here", id="losses of outputs in TensorFlow"),
    pytest.param(two_outputs(5, "keras-3.6"), "returns 3 numbers here", id="no losses of outputs"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "words"), FOUND)
def test_found(a_site: CompileSite, words: str) -> None:
    (finding,) = RULE.check(a_site)
    assert (finding.severity.value, finding.fix) == ("error", None)
    assert words in finding.message


def test_an_output_that_is_not_trained_has_no_loss() -> None:
    found = two_outputs(3)
    assert codes_and_fixes(RULE, replace(found, heads=(replace(found.heads[0], loss=None), found.heads[1]))) == []

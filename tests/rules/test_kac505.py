"""An argmax over one column."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules.kac505_argmax_on_one_unit import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite, Fact, Step, Uses
from tests.rules.sites_builder import codes_and_fixes, head, output, prediction_read, site, site_of

_BCE = "binary_crossentropy"


def read(
    out: str, *steps: Step, axis: int | None = 1, rank: int | None = 2, loss: str = _BCE, **more: Any
) -> CompileSite:
    ours = {name: more.pop(name) for name in ("code", "kind") if name in more}
    reads = prediction_read(ours.pop("kind", "argmax"), *steps, axis=axis, **ours)
    made = output(out, rank=Fact(rank))
    return site(made, loss, ["accuracy"], uses=Uses(predictions=(reads,)), **more)


def two_outputs(*steps: Step) -> CompileSite:
    heads = [
        head(output("softmax(3)", name="kind", rank=Fact(2)), "categorical_crossentropy", several=True),
        head(output("sigmoid(1)", name="mood", rank=Fact(2)), _BCE, several=True),
    ]
    return site_of(heads, uses=Uses(predictions=(prediction_read("argmax", *steps, axis=1),)))


SILENT = [
    pytest.param(read("softmax(3)"), id="several units"),
    pytest.param(read("sigmoid"), id="units unknown"),
    pytest.param(read("sigmoid(1)", axis=0), id="over the batch"),
    pytest.param(read("sigmoid(1)", axis=None), id="over everything"),
    pytest.param(read("sigmoid(1)", "flat", axis=None), id="flattened"),
    pytest.param(read("sigmoid(1)", "squeezed", axis=-1), id="squeezed"),
    pytest.param(read("sigmoid(1)", "column", axis=-1), id="one column over the batch"),
    pytest.param(read("sigmoid(1)", "some", axis=-1), id="shape unknown"),
    pytest.param(read("sigmoid(1)", axis=1, rank=None), id="rank unknown"),
    pytest.param(read("sigmoid(1)", axis=2, rank=4), id="over an inner axis"),
    pytest.param(read("sigmoid(1)", kind="threshold"), id="no argmax"),
    pytest.param(read("sigmoid(1)", custom_training=True), id="own training"),
    pytest.param(two_outputs(), id="list of outputs"),
    pytest.param(two_outputs(0), id="output of three units"),
]

FOUND = [
    pytest.param(read("sigmoid(1)"), None, id="axis 1"),
    pytest.param(read("sigmoid(1)", axis=-1), None, id="last axis"),
    pytest.param(read("sigmoid(1)", axis=-1, rank=None), None, id="last axis, rank unknown"),
    pytest.param(read("sigmoid(1)", 0, axis=None), None, id="one row"),
    pytest.param(read("sigmoid(1)", "item", axis=0), None, id="each row"),
    pytest.param(read("sigmoid(1)", axis=3, rank=4), None, id="masks"),
    pytest.param(read("linear(1)", loss="mse", code="p"), None, id="regression has no classes"),
    pytest.param(read("sigmoid(1)", code="p"), "(p[:, 0] > 0.5).astype(int)", id="labels"),
    pytest.param(read("sigmoid(1)", code="p", axis=-1, rank=4), "(p[..., 0] > 0.5).astype(int)", id="masks to labels"),
    pytest.param(read("sigmoid(1)", 0, code="p[0]", axis=None), "int(p[0][0] > 0.5)", id="label of one row"),
    pytest.param(
        read("linear(1)", loss="BinaryCrossentropy(from_logits=True)", code="p"),
        "(p[:, 0] > 0).astype(int)",
        id="logits",
    ),
    pytest.param(two_outputs(1), None, id="output of one unit"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FOUND)
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC505", "error", code, "unsafe" if code else None)]


def test_a_layer_of_one_unit_that_should_have_more_is_the_root() -> None:
    from lint_keras_acc.rules import source_rules

    wrong = read("softmax(1)", loss="sparse_categorical_crossentropy")
    assert {finding.code for finding in check(wrong, source_rules())} == {"KAC204"}

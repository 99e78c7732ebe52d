"""Accuracy under a regression loss."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.findings import Applicability, Delete, Replace
from lint_keras_acc.rules.kac101_accuracy_on_regression import RULE
from lint_keras_acc.sites import CompileSite, Uses
from tests.rules.sites_builder import (
    codes_and_fixes,
    head,
    key_read,
    labels_of,
    output,
    site,
    site_of,
    span_at,
)

SILENT = [
    pytest.param(site("sigmoid(1)", "mse", ["accuracy"]), id="least-squares classifier"),
    pytest.param(site("softmax(3)", "mse", ["accuracy"]), id="least squares over classes"),
    pytest.param(site("sigmoid(1)", "mse", ["accuracy", "mse"]), id="the loss again is no evidence"),
    pytest.param(site("(1)", "mse", ["accuracy"]), id="activation unknown"),
    pytest.param(site("custom(1)", "mse", ["accuracy"]), id="custom last layer"),
    pytest.param(site("linear(1)", "mse", ["accuracy"], labels="binary"), id="0/1 labels"),
    pytest.param(site("linear(10)", "mse", ["accuracy"], labels="one-hot"), id="one-hot labels"),
    pytest.param(site("linear(10)", "mse", ["accuracy"], labels="integer"), id="class ids over units: KAC305"),
    pytest.param(site("linear(12)", "mse", ["accuracy"], labels="multi-hot"), id="multi-hot labels: KAC102"),
    pytest.param(site("sigmoid(1)", "mse", ["accuracy", "mae"], labels="binary"), id="0/1 labels outweigh mae"),
    pytest.param(site("sigmoid(8)", "mse", ["accuracy"], labels="input"), id="reconstruction of pixels: KAC109"),
    pytest.param(site("linear(1)", "custom", ["accuracy"]), id="custom loss"),
    pytest.param(site("linear(1)", None, ["accuracy"]), id="no loss"),
    pytest.param(site("linear(1)", "poisson", ["accuracy"]), id="poisson is no regression loss"),
    pytest.param(site("linear(1)", "mse", ["custom"]), id="metric that is merely named accuracy"),
    pytest.param(site("linear(1)", "mse", ["mae"]), id="regression metric"),
    pytest.param(site("linear(1)", "mse", ["accuracy"], uses=Uses(adversarial=True)), id="LSGAN discriminator"),
    pytest.param(site("linear(1)", "mse", ["accuracy"], custom_training=True), id="own training"),
    pytest.param(site("linear(1)", "binary_crossentropy", ["accuracy"]), id="classification loss: KAC201"),
]

FIXED = [
    pytest.param(site("linear(1)", "mse", ["accuracy"]), "'mae'", id="mse"),
    pytest.param(site("linear(1)", "mae", ["accuracy"]), "'mse'", id="mae"),
    pytest.param(site("linear(1)", "Huber()", ["acc"]), "'mae'", id="huber"),
    pytest.param(site("linear(3)", "function:mean_squared_error", ["accuracy"]), "'mae'", id="several units"),
    pytest.param(site("linear", "mse", ["accuracy"]), "'mae'", id="units unknown"),
    pytest.param(site("relu(1)", "mse", ["accuracy"]), "'mae'", id="relu"),
    pytest.param(site("linear(8)", "mse", ["accuracy"], labels="input"), "'mae'", id="reconstruction of any numbers"),
    pytest.param(site("tanh(1)", "mse", ["accuracy"]), "'mae'", id="tanh"),
    pytest.param(site("linear(1)", "mse", ["BinaryAccuracy()"]), "'mae'", id="instance"),
    pytest.param(site("linear(1)", "mse", ["Accuracy()"]), "'mae'", id="exact match"),
    pytest.param(site("linear(3)", "mse", ["function:categorical_accuracy"]), "'mae'", id="function"),
    pytest.param(site("linear(1)", "mse", ["accuracy"], labels="integer"), "'mae'", id="ids over one unit"),
    pytest.param(site("sigmoid(1)", "mse", ["accuracy"], labels="continuous"), "'mae'", id="scaled targets"),
    pytest.param(site("softmax(3)", "mse", ["accuracy"], labels="continuous"), "'mae'", id="softmax"),
    pytest.param(site("(1)", "mse", ["accuracy", "mape"]), "'mae'", id="regression metric beside it"),
    pytest.param(site("linear(1)", "mse", ["accuracy", "mse"]), "'mae'", id="the loss again"),
    pytest.param(site("linear(1)", "mse", ["accuracy", "mae"]), "Delete", id="mae is there"),
    pytest.param(site("linear(1)", "mse", ["MeanAbsoluteError()", "acc"]), "Delete", id="MeanAbsoluteError too"),
    pytest.param(site("linear(1)", "mse", ["accuracy"], surely_older=True), "'mae'", id="older: no better"),
]

UNFIXED = [
    pytest.param(site("tanh(1)", "mse", ["accuracy"], labels=labels_of("integer", low=-1, high=1)), id="tanh on -1/1"),
    pytest.param(site("linear(8)", "cosine_similarity", ["accuracy"]), id="cosine similarity"),
    pytest.param(
        site_of([head("linear(1)", "mse", ["accuracy"]), head("linear(1)", "mse", ["accuracy"])]),
        id="one metric of two outputs",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FIXED)
def test_fixed(a_site: CompileSite, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC101", "warning", code, "safe")]


@pytest.mark.parametrize("a_site", UNFIXED)
def test_unfixed(a_site: CompileSite) -> None:
    assert set(codes_and_fixes(RULE, a_site)) == {("KAC101", "warning", None, None)}


@pytest.mark.parametrize(
    "a_site",
    [
        pytest.param(site("relu(1)", "mse", ["accuracy"], labels="binary"), id="relu on 0/1"),
        pytest.param(site("tanh(10)", "mse", ["accuracy"], labels="one-hot"), id="tanh on one-hot"),
        pytest.param(site("softmax(1)", "mse", ["accuracy"]), id="softmax over one unit: KAC204"),
    ],
)
def test_hint_where_a_classification_may_be_meant(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC101", "hint", None, None)]


def test_of_two_accuracies_the_second_is_deleted() -> None:
    found = codes_and_fixes(RULE, site("relu(1)", "mse", ["acc", "accuracy"]))
    assert [code for _, _, code, _ in found] == ["'mae'", "Delete"]


@pytest.mark.parametrize(
    "uses",
    [
        Uses(keys_read=frozenset({"val_accuracy"})),
        Uses(keys_read=frozenset({"accuracy"})),
        Uses(history_escapes=True),
        Uses(evaluate_unpacked=True),
    ],
    ids=["monitored", "plotted", "history returned", "evaluate unpacked"],
)
def test_unsafe_where_the_number_is_read(uses: Uses) -> None:
    found = codes_and_fixes(RULE, site("linear(1)", "mse", ["accuracy"], uses=uses))
    assert found == [("KAC101", "warning", "'mae'", "unsafe")]


def repairs_of(a_site: CompileSite) -> list[tuple[str, int]]:
    """The code of each repair, and the line where it goes."""
    return [
        (getattr(repair, "code", "deleted"), repair.span.line)
        for finding in RULE.check(a_site)
        if finding.fix
        for repair in finding.fix.repairs
        if isinstance(repair, (Replace, Delete))
    ]


def test_what_reads_the_key_reads_the_new_one() -> None:
    reads = (key_read("acc"), replace(key_read("val_acc"), span=span_at(31, 17)), key_read("loss"))
    uses = Uses(history_reads=reads, keys_read=frozenset({"acc", "val_acc"}))
    replaced = site("linear(1)", "mse", ["acc"], uses=uses)
    assert repairs_of(replaced) == [("'mae'", 12), ("'mae'", 30), ("'val_mae'", 31)]
    (finding,) = RULE.check(replaced)
    assert finding.fix is not None
    assert finding.fix.applicability is Applicability.UNSAFE
    deleted = site("linear(1)", "mae", ["acc", "MeanSquaredError(name='error')"], uses=uses)
    assert repairs_of(deleted) == [("deleted", 12), ("'error'", 30), ("'val_error'", 31)]


def test_the_new_key_is_that_of_the_dialect_and_the_output() -> None:
    uses = Uses(history_reads=(key_read("val_acc"),), keys_read=frozenset({"val_acc"}))
    older = site("linear(1)", "mse", ["acc"], dialect="keras-2.2", uses=uses)
    assert repairs_of(older)[1:] == [("'val_mean_absolute_error'", 30)]
    uses = Uses(history_reads=(key_read("price_acc"),), keys_read=frozenset({"price_acc"}))
    heads = [
        head(output("linear(1)", name="price"), "mse", ["acc"], several=True),
        head(output("linear(1)", name="age"), "mse", [], several=True),
    ]
    assert repairs_of(site_of(heads, uses=uses))[1:] == [("'price_mae'", 30)]


def test_says_what_runs_and_where() -> None:
    (finding,) = RULE.check(site("linear(3)", "mse", ["accuracy"], labels="continuous"))
    assert "argmax over 3 linear outputs" not in finding.message  # one cannot know: the labels decide
    (finding,) = RULE.check(site("linear(1)", "mse", ["acc"]))
    assert finding.message.startswith("'acc' runs binary_accuracy here, which cuts one linear output at 0.5")
    assert [place.message for place in finding.related] == [
        "the loss is mean_squared_error",
        "the model ends in one linear output",
    ]
    assert finding.head == 0


@pytest.mark.parametrize(
    ("metrics", "messages"),
    [
        pytest.param(["acc", "mae"], ["delete it ('mae' is there already)"], id="mae is there"),
        pytest.param(
            ["MeanAbsoluteError()", "acc"],
            ["delete it (MeanAbsoluteError() is there already)"],
            id="as a class",
        ),
        pytest.param(["acc", "accuracy"], ["write 'mae'", "delete it (one 'mae' is enough)"], id="two"),
    ],
)
def test_says_what_the_fix_does(metrics: list[str], messages: list[str]) -> None:
    found = RULE.check(site("linear(1)", "mse", metrics))
    assert [finding.message.rpartition("; ")[2] for finding in found] == messages


def test_an_explicit_metric_does_what_it_is_called() -> None:
    (finding,) = RULE.check(site("linear(16)", "mse", ["CategoricalAccuracy()"]))
    assert finding.message.startswith("CategoricalAccuracy() takes the argmax over 16 linear outputs, but")

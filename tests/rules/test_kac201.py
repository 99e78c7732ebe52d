"""Logits into a loss that takes probabilities."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_keras_acc.findings import SetArgument
from lint_keras_acc.rules.kac201_logits_into_probability_loss import RULE
from lint_keras_acc.sites import Activation, CompileSite, Fact, Labels
from tests.rules.sites_builder import codes_and_fixes, head, labels_of, output, site, site_of

_SPARSE = "{keras.losses.SparseCategoricalCrossentropy}(from_logits=True)"
_BINARY = "{keras.losses.BinaryCrossentropy}(from_logits=True)"
_MIXED_PRECISION = replace(
    output("linear(10)"), inner=(Activation(Fact("softmax"), "string"), Activation(Fact("relu"), "string"))
)

SILENT = [
    pytest.param(site("linear(1)", "BinaryCrossentropy(from_logits=True)"), id="told"),
    pytest.param(site("linear(1)", "BinaryCrossentropy(from_logits=flag)"), id="told something unknown"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy"), id="activated"),
    pytest.param(site("(1)", "binary_crossentropy"), id="activation unknown"),
    pytest.param(site("custom(1)", "binary_crossentropy"), id="custom last layer"),
    pytest.param(site(_MIXED_PRECISION, "categorical_crossentropy"), id="Activation('linear') over a softmax"),
    pytest.param(site("linear(1)", "mse"), id="regression loss"),
    pytest.param(site("linear(1)", "hinge"), id="hinge takes margins"),
    pytest.param(site("linear(1)", "custom"), id="custom loss"),
    pytest.param(site("linear(3)", "crossentropy"), id="crossentropy over several units goes by the labels"),
    pytest.param(site("linear(1)"), id="no loss"),
    pytest.param(site("linear(1)", "binary_crossentropy", custom_training=True), id="own training"),
    pytest.param(site(output("linear(1)", integers=True), "binary_crossentropy"), id="integer output"),
]

FIXED = [
    pytest.param(
        site("linear(1)", "binary_crossentropy", dialect="tf.keras-2.15", surely_older=True),
        "{keras.losses.BinaryCrossentropy}(from_logits=True)",
        id="some TensorFlow 2",
    ),
    pytest.param(site("linear(1)", "binary_crossentropy", ["accuracy"]), _BINARY, id="string"),
    pytest.param(site("linear(1)", "function:binary_crossentropy"), _BINARY, id="function"),
    pytest.param(site("linear(1)", "class:BinaryCrossentropy"), _BINARY, id="class"),
    pytest.param(site("linear(1)", "crossentropy"), _BINARY, id="crossentropy at one unit"),
    pytest.param(site("linear(10)", "sparse_categorical_crossentropy"), _SPARSE, id="units do not matter"),
    pytest.param(site("linear", "sparse_categorical_crossentropy"), _SPARSE, id="units unknown"),
    pytest.param(site("linear(3)", "CategoricalCrossentropy(from_logits=False)"), "True", id="False written"),
    pytest.param(site("linear(3)", "CategoricalCrossentropy(False, 0.1)"), "True", id="positional False"),
    pytest.param(
        site("linear(1)", "BinaryCrossentropy(from_logits=False)", dialect="keras-2.2"),
        "True",
        id="class is there",
    ),
]

UNFIXED = [
    pytest.param(site("linear(1)", "binary_crossentropy", ["mae"]), id="regression metric"),
    pytest.param(site("linear(1)", "binary_crossentropy", labels="continuous"), id="continuous labels"),
    pytest.param(site("linear(1)", "binary_crossentropy", dialect="keras-2.2"), id="no loss classes yet"),
    pytest.param(site("linear(1)", "binary_crossentropy", surely_older=True), id="loss classes unsure"),
    pytest.param(
        site_of([head("linear(1)", "binary_crossentropy"), head("sigmoid(1)", "binary_crossentropy")]),
        id="one string for two outputs, the other is right",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), FIXED)
def test_fixed(a_site: CompileSite, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC201", "error", code, "unsafe")]


@pytest.mark.parametrize("a_site", UNFIXED)
def test_found_without_fix(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC201", "error", None, None)]


def test_an_instance_gets_the_argument() -> None:
    a_site = site("linear(1)", "BinaryCrossentropy(label_smoothing=0.1)")
    (finding,) = RULE.check(a_site)
    assert a_site.losses[0].span == finding.span
    assert finding.fix is not None
    assert finding.fix.repairs == (SetArgument(finding.span, "from_logits", "True"),)


def test_each_output_is_a_finding_of_its_own() -> None:
    a_site = site_of([head("sigmoid(1)", "mse"), head("linear(1)", "binary_crossentropy")])
    assert [finding.head for finding in RULE.check(a_site)] == [1]


def test_names_the_layer_and_the_backends() -> None:
    (finding,) = RULE.check(site("linear(4)", "sparse_categorical_crossentropy", labels=labels_of("integer")))
    assert [place.message for place in finding.related] == ["the model ends in 4 linear outputs"]
    assert "TensorFlow backend" in finding.message
    assert "JAX and torch" in finding.message


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        (labels_of("continuous"), "write 'mse' for a regression"),
        (
            labels_of("continuous", random=True),
            "write BinaryCrossentropy(from_logits=True), or end in a sigmoid",
        ),
    ],
    ids=["data", "random numbers"],
)
def test_random_numbers_do_not_outweigh_the_loss(labels: Labels, wanted: str) -> None:
    (finding,) = RULE.check(site("linear(1)", "binary_crossentropy", labels=labels))
    assert finding.message.endswith(f"; {wanted}")


@pytest.mark.parametrize(
    ("a_site", "advice"),
    [
        (
            site("linear(4)", "CategoricalCrossentropy(label_smoothing=0.1)"),
            "pass from_logits=True, or end in a softmax",
        ),
        (site("linear(4)", "categorical_crossentropy", dialect="keras-2.2"), "end in a softmax"),
    ],
    ids=["instance", "before there were classes"],
)
def test_advice_is_for_the_form_of_the_loss(a_site: CompileSite, advice: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message.endswith(f"; {advice}")

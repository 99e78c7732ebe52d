"""'accuracy' over independent labels."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac102_accuracy_on_multi_label import RULE
from lint_keras_acc.sites import CompileSite, Fact, Output, Uses
from tests.rules.sites_builder import codes_and_fixes, head, output, site, site_of

_BCE = "binary_crossentropy"
_LOGITS = "BinaryCrossentropy(from_logits=True)"
_FIX = "{keras.metrics.BinaryAccuracy}(name='accuracy')"
_ON_LOGITS = "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')"

SILENT = [
    pytest.param(site("sigmoid(1)", _BCE, ["accuracy"]), id="one unit"),
    pytest.param(site("sigmoid(1)", _BCE, ["categorical_accuracy"]), id="one unit: KAC108"),
    pytest.param(site("sigmoid(2)", _BCE, ["accuracy"]), id="two units, labels unknown"),
    pytest.param(site("sigmoid", _BCE, ["accuracy"]), id="units unknown"),
    pytest.param(site("sigmoid(10)", _BCE, ["accuracy"], labels="one-hot"), id="one-hot: argmax is honest"),
    pytest.param(site("sigmoid(784)", _BCE, ["accuracy"], labels="input"), id="reconstruction"),
    pytest.param(site("sigmoid(12)", _BCE, ["binary_accuracy"]), id="binary_accuracy"),
    pytest.param(site("sigmoid(12)", _BCE, ["BinaryAccuracy()", "AUC()"]), id="BinaryAccuracy"),
    pytest.param(site("softmax(12)", _BCE, ["accuracy"]), id="softmax: KAC206"),
    pytest.param(site("linear(12)", _BCE, ["accuracy"]), id="logits not told: KAC201 first"),
    pytest.param(site("(12)", _BCE, ["accuracy"]), id="activation unknown"),
    pytest.param(site("sigmoid(12)", "mse", ["accuracy"]), id="another loss"),
    pytest.param(site("sigmoid(12)", "custom", ["accuracy"], labels="multi-hot"), id="custom loss"),
    pytest.param(site("sigmoid(12)", _BCE, ["accuracy"], dialect="keras-2.2"), id="resolves by loss"),
    pytest.param(site("sigmoid(12)", _BCE, ["accuracy"], dialect="tf.keras-2.15-v1"), id="the old loop"),
    pytest.param(site("sigmoid(12)", _BCE, ["accuracy"], uses=Uses(argmax_on_predictions=True)), id="argmaxed later"),
    pytest.param(site("sigmoid(12)", _BCE, ["accuracy"], custom_training=True), id="own training"),
    pytest.param(site("sigmoid(12)", _BCE, ["TopKCategoricalAccuracy(k=2)"]), id="top-k says that rows have a class"),
    pytest.param(site("softmax(12)", "mse", ["accuracy"], labels="multi-hot"), id="softmax: what is meant is open"),
]

FOUND = [
    pytest.param(site("sigmoid(12)", _BCE, ["accuracy"]), _FIX, "unsafe", id="on evidence of the model"),
    pytest.param(site("sigmoid(12)", _BCE, ["accuracy"], labels="multi-hot"), _FIX, "safe", id="multi-hot"),
    pytest.param(site("sigmoid(2)", _BCE, ["accuracy"], labels="multi-hot"), _FIX, "safe", id="two units"),
    pytest.param(site("sigmoid(5)", "mse", ["accuracy"], labels="multi-hot"), _FIX, "safe", id="mse"),
    pytest.param(site("linear(5)", "mse", ["accuracy"], labels="multi-hot"), _FIX, "safe", id="linear under mse"),
    pytest.param(site("relu(5)", "mse", ["accuracy"], labels="multi-hot"), _FIX, "safe", id="relu under mse"),
    pytest.param(
        site("sigmoid(5)", _BCE, ["TopKCategoricalAccuracy(k=2)"], labels="multi-hot"), None, None, id="top-k"
    ),
    pytest.param(site("sigmoid(3)", _BCE, ["acc"]), "{keras.metrics.BinaryAccuracy}(name='acc')", "unsafe", id="acc"),
    pytest.param(site("linear(12)", _LOGITS, ["accuracy"]), _ON_LOGITS, "unsafe", id="logits"),
    pytest.param(site("linear(12)", _LOGITS, ["accuracy"], dialect="keras-3.3"), None, None, id="logits on Keras 3.3"),
    pytest.param(
        site("sigmoid(12)", _BCE, ["CategoricalAccuracy(name='hits')"], labels="multi-hot"),
        "{keras.metrics.BinaryAccuracy}(name='hits')",
        "safe",
        id="explicit class",
    ),
    pytest.param(
        site("sigmoid(12)", _BCE, ["categorical_accuracy"], dialect="keras-2.3"),
        "{keras.metrics.BinaryAccuracy}(name='categorical_accuracy')",
        "unsafe",
        id="explicit string where 'accuracy' would be right",
    ),
    pytest.param(site("sigmoid(12)", _BCE, ["accuracy"], dialect="tf.keras-2.4"), _FIX, "unsafe", id="TF 2.4"),
    pytest.param(site("sigmoid(12)", "binary_focal_crossentropy", ["accuracy"]), _FIX, "unsafe", id="focal"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code", "applicability"), FOUND)
def test_found(a_site: CompileSite, code: str | None, applicability: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC102", "warning", code, applicability)]


def test_hint_where_the_program_is_surely_older() -> None:
    (finding,) = RULE.check(site("sigmoid(12)", _BCE, ["accuracy"], dialect="keras-2.2", surely_older=True))
    assert finding.severity.value == "hint"
    assert "from TensorFlow 2.2 and Keras 2.4 on" in finding.message


def test_an_old_categorical_accuracy_is_no_better() -> None:
    older = site("sigmoid(12)", _BCE, ["categorical_accuracy"], dialect="keras-2.2", surely_older=True)
    assert codes_and_fixes(RULE, older) == [("KAC102", "warning", None, None)]


def test_the_old_loop_is_chosen_on_purpose() -> None:
    v1 = site("sigmoid(12)", _BCE, ["accuracy"], dialect="tf.keras-2.15-v1", surely_older=True)
    assert codes_and_fixes(RULE, v1) == []


def test_message_and_head() -> None:
    heads = [head("sigmoid(1)", _BCE, ["mse"]), head("sigmoid(12)", _BCE, ["accuracy"])]
    (finding,) = RULE.check(site_of(heads))
    assert finding.head == 1
    assert finding.message == (
        "'accuracy' runs categorical_accuracy here: argmax over 12 independent sigmoid outputs; "
        "write BinaryAccuracy(name='accuracy')"
    )


_DENSE_OUTPUTS = [
    pytest.param(output("sigmoid(12)", kind=Fact("Conv2D")), id="convolution of unknown rank"),
    pytest.param(output("sigmoid(12)", kind=Fact("Dense"), rank=Fact(3)), id="each step"),
]


@pytest.mark.parametrize("out", _DENSE_OUTPUTS)
def test_hint_where_the_classes_of_a_pixel_may_exclude_one_another(out: Output) -> None:
    (finding,) = RULE.check(site(out, _BCE, ["accuracy"]))
    assert finding.severity.value == "hint"
    assert "where several may be true at once" in finding.message


@pytest.mark.parametrize("out", _DENSE_OUTPUTS)
def test_pixels_of_several_labels_are_a_warning(out: Output) -> None:
    assert codes_and_fixes(RULE, site(out, _BCE, ["accuracy"], labels="multi-hot")) == [
        ("KAC102", "warning", _FIX, "safe")
    ]


def test_a_pooled_convolution_is_a_row_per_example() -> None:
    out = output("sigmoid(12)", kind=Fact("Conv2D"), rank=Fact(2))
    assert codes_and_fixes(RULE, site(out, _BCE, ["accuracy"])) == [("KAC102", "warning", _FIX, "unsafe")]


@pytest.mark.parametrize(
    ("a_site", "advice"),
    [
        (
            site("sigmoid(12)", _BCE, ["accuracy"], dialect="keras-2.2", surely_older=True),
            "write 'binary_accuracy', and read that log key",
        ),
        (
            site("linear(12)", _LOGITS, ["accuracy"], dialect="keras-3.3"),
            "Keras 3.0 to 3.4 refuse threshold=0.0, so upgrade or end the model in a sigmoid",
        ),
    ],
    ids=["no classes of metrics", "no threshold of 0"],
)
def test_advice_where_the_class_is_not_to_be_had(a_site: CompileSite, advice: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message.endswith(f"; {advice}")

"""IoU of probabilities."""

from __future__ import annotations

import pytest

from lint_keras_acc.findings import SetArgument
from lint_keras_acc.rules.kac110_iou_on_probabilities import RULE
from lint_keras_acc.sites import CompileSite, Fact, Uses
from tests.rules.sites_builder import codes_and_fixes, head, labels_of, output, site, site_of

_SPARSE = "sparse_categorical_crossentropy"
_CATEGORICAL = "categorical_crossentropy"
_BCE = "binary_crossentropy"

SILENT = [
    pytest.param(site("softmax(3)", _SPARSE, ["MeanIoU(3, sparse_y_pred=False)"]), id="argmax told"),
    pytest.param(site("softmax(3)", _SPARSE, ["MeanIoU(3, sparse_y_pred=flag)"]), id="something told"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["OneHotMeanIoU(3)"]), id="one-hot form"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["OneHotIoU(3, [0])"]), id="one-hot form of some classes"),
    pytest.param(site(output("linear(3)", integers=True), _SPARSE, ["MeanIoU(3)"]), id="class ids"),
    pytest.param(site("custom(3)", _SPARSE, ["MeanIoU(3)"]), id="custom last layer"),
    pytest.param(site("(3)", _SPARSE, ["MeanIoU(3)"]), id="activation unknown"),
    pytest.param(site("", "custom", ["MeanIoU(3)"]), id="output unknown"),
    pytest.param(site("sigmoid(1)", _BCE, ["BinaryIoU()"]), id="binary form"),
    pytest.param(site("sigmoid(3)", _BCE, ["MeanIoU(2, sparse_y_pred=False)"]), id="argmax over several sigmoids"),
    pytest.param(site("softmax(3)", _SPARSE, ["accuracy", "custom"]), id="other metrics"),
    pytest.param(site("softmax(1)", _BCE, ["MeanIoU(2)"]), id="one softmax unit: KAC204"),
    pytest.param(site("softmax(3)", _SPARSE, ["MeanIoU(3)"], custom_training=True), id="own training"),
    pytest.param(site("tanh(1)", "mse", ["MeanIoU(2)"]), id="what tanh means is not known"),
    pytest.param(site("linear(3)", "mse", ["MeanIoU(3)"]), id="what numbers mean is not known"),
]


def fixes_of(a_site: CompileSite) -> list[tuple[str, list[tuple[str, str]], str]]:
    """(severity, arguments that are set, applicability) of each finding."""
    found = []
    for finding in RULE.check(a_site):
        assert finding.fix is not None
        repairs = finding.fix.repairs
        assert all(isinstance(repair, SetArgument) for repair in repairs)
        arguments = [(repair.name, repair.code) for repair in repairs if isinstance(repair, SetArgument)]
        found.append((finding.severity.value, arguments, finding.fix.applicability.value))
    return found


_IDS = [("sparse_y_pred", "False")]
_ROWS = [("sparse_y_true", "False"), ("sparse_y_pred", "False")]

ARGMAX = [
    pytest.param(site("softmax(3)", _SPARSE, ["MeanIoU(3)"]), _IDS, id="ids by the loss"),
    pytest.param(site("softmax(3)", _SPARSE, ["IoU(3, [0])"]), _IDS, id="some classes"),
    pytest.param(site("softmax(3)", _SPARSE, ["MeanIoU(3, sparse_y_pred=True)"]), _IDS, id="written default"),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["MeanIoU(3)"]), _ROWS, id="rows by the loss"),
    pytest.param(site("softmax(3)", "custom", ["MeanIoU(3)"], labels="integer"), _IDS, id="ids by the labels"),
    pytest.param(site("softmax(3)", "mse", ["MeanIoU(3)"], labels="one-hot"), _ROWS, id="rows by the labels"),
    pytest.param(site("softmax", _SPARSE, ["MeanIoU(3)"]), _IDS, id="units unknown"),
    pytest.param(site("sigmoid(3)", _CATEGORICAL, ["MeanIoU(3)"]), _ROWS, id="sigmoids of one class"),
    pytest.param(
        site("linear(3)", "SparseCategoricalCrossentropy(from_logits=True)", ["MeanIoU(3)"]), _IDS, id="logits"
    ),
    pytest.param(site("softmax(3)", _CATEGORICAL, ["OneHotMeanIoU(3, sparse_y_pred=True)"]), _IDS, id="one-hot form"),
    pytest.param(site("linear(3)", "categorical_hinge", ["MeanIoU(3)"]), _ROWS, id="margins of classes"),
    pytest.param(site("linear(3)", "mse", ["MeanIoU(3)"], labels="one-hot"), _ROWS, id="least squares"),
]

UNFIXED = [
    pytest.param(site("softmax(3)", "custom", ["MeanIoU(3)"]), "error", id="labels and loss unknown"),
    pytest.param(site("softmax(3)", _SPARSE, ["OneHotMeanIoU(3, sparse_y_pred=True)"]), "error", id="rows, but ids"),
    pytest.param(site("softmax(3)", _SPARSE, ["MeanIoU(3)"], dialect="tf.keras-2.7"), "error", id="no argument yet"),
    pytest.param(site("sigmoid(3)", _BCE, ["MeanIoU(2)"]), "warning", id="several labels"),
    pytest.param(site("sigmoid", _BCE, ["MeanIoU(2)"]), "warning", id="sigmoids, units unknown"),
    pytest.param(site("sigmoid(1)", _BCE, ["MeanIoU(2)"], dialect="tf.keras-2.7"), "warning", id="no BinaryIoU yet"),
    pytest.param(site("sigmoid(1)", _BCE, ["IoU(3, [2])"]), "warning", id="a class that one unit has not"),
]

BINARY = [
    pytest.param(site("sigmoid(1)", _BCE, ["MeanIoU(2)"]), "{keras.metrics.BinaryIoU}(name='mean_io_u')", id="sigmoid"),
    pytest.param(
        site("sigmoid(1)", "custom", ["MeanIoU(num_classes=2, name='iou')"]),
        "{keras.metrics.BinaryIoU}(name='iou')",
        id="whatever the loss",
    ),
    pytest.param(
        site("sigmoid(1)", _BCE, ["MeanIoU(2, name='iou', sparse_y_pred=False)"]),
        "{keras.metrics.BinaryIoU}(name='iou')",
        id="argmax over one column",
    ),
    pytest.param(
        site("sigmoid(1)", _BCE, ["IoU(2, [1], name='iou')"]),
        "{keras.metrics.BinaryIoU}(target_class_ids=[1], name='iou')",
        id="one of the two classes",
    ),
    pytest.param(
        site("linear(1)", "BinaryCrossentropy(from_logits=True)", ["MeanIoU(2, name='iou')"]),
        "{keras.metrics.BinaryIoU}(threshold=0, name='iou')",
        id="logit",
    ),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "arguments"), ARGMAX)
def test_takes_the_argmax(a_site: CompileSite, arguments: list[tuple[str, str]]) -> None:
    assert fixes_of(a_site) == [("error", arguments, "safe")]


@pytest.mark.parametrize(("a_site", "severity"), UNFIXED)
def test_unfixed(a_site: CompileSite, severity: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC110", severity, None, None)]


@pytest.mark.parametrize(("a_site", "code"), BINARY)
def test_becomes_a_binary_iou(a_site: CompileSite, code: str) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC110", "warning", code, "safe")]


def test_no_fix_of_an_expression_of_two_outputs() -> None:
    two = [head(output("softmax(3)", name=name), _SPARSE, ["MeanIoU(3)"], several=True) for name in ("a", "b")]
    assert codes_and_fixes(RULE, site_of(two)) == [("KAC110", "error", None, None)] * 2


def test_the_key_stays_so_that_reading_it_does_not_matter() -> None:
    uses = Uses(keys_read=frozenset({"val_iou"}))
    a_site = site("sigmoid(1)", _BCE, ["MeanIoU(2, name='iou')"], uses=uses)
    assert codes_and_fixes(RULE, a_site)[0][3] == "safe"


@pytest.mark.parametrize(
    ("a_site", "says"),
    [
        (site("softmax(3)", _SPARSE, ["MeanIoU(3)"]), "3 softmax outputs for class ids and raises"),
        (
            site("softmax(3)", _CATEGORICAL, ["MeanIoU(3)"]),
            "to integers, nearly all 0; give it sparse_y_true",
        ),
        (
            site("softmax(3)", _CATEGORICAL, ["OneHotMeanIoU(3, sparse_y_pred=True)"]),
            "raises, since it finds more of them than labels; give it sparse_y_pred=False",
        ),
        (site("sigmoid(1)", _BCE, ["MeanIoU(2)"]), "so that the class 1 is never predicted; write BinaryIoU("),
        (
            site("softmax(3)", _SPARSE, ["MeanIoU(3)"], dialect="tf.keras-2.7"),
            "; take the argmax in a metric",
        ),
    ],
)
def test_message(a_site: CompileSite, says: str) -> None:
    (finding,) = RULE.check(a_site)
    assert says in finding.message


def test_labels_that_are_known_outweigh_the_loss() -> None:
    a_site = site("softmax(3)", _CATEGORICAL, ["MeanIoU(3)"], labels=labels_of("integer", classes=3))
    assert fixes_of(a_site) == [("error", _IDS, "safe")]
    unknown = site(output("softmax(3)", rank=Fact(4)), _CATEGORICAL, ["MeanIoU(3)"])
    assert fixes_of(unknown) == [("error", _ROWS, "safe")]

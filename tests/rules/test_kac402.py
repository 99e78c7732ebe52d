"""Names that Keras does not know."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac402_unknown_name import RULE
from lint_keras_acc.sites import CompileSite
from tests.rules.sites_builder import codes_and_fixes, head, labels_of, site, site_of

_CCE = "categorical_crossentropy"
_SPARSE = "sparse_categorical_crossentropy"
_BCE = "binary_crossentropy"
_LOGITS = "BinaryCrossentropy(from_logits=True)"


def regression(metric: str, dialect: str = "keras-3.15") -> CompileSite:
    return site("linear(1)", "mse", [metric], dialect=dialect)


SILENT = [
    pytest.param(site("softmax(5)", "crossentropy", ["accuracy", "acc", "auc"]), id="names of Keras 3"),
    pytest.param(site("softmax(5)", _CCE, ["ce", "mse"], dialect="tf.keras-2.15"), id="names of TF 2.15"),
    pytest.param(site("linear(1)", "huber_loss", ["logcosh"], dialect="tf.keras-2.15"), id="old names"),
    pytest.param(site("linear(1)", "custom", ["custom"]), id="callables"),
    pytest.param(site("linear(1)", "function:my_loss", ["function:f1"]), id="functions"),
    pytest.param(site("linear(1)", "mse", ["f1"], registered=frozenset({"f1"})), id="registered"),
    pytest.param(site("linear(1)", "??", ["?"]), id="placeholder"),
    pytest.param(site("linear(1)", "your_loss", ["TODO"]), id="placeholder in words"),
    pytest.param(site("linear(1)", "nonsense", ["f1"], custom_training=True), id="own training"),
]

METRICS = [
    pytest.param(regression("rmse"), "{keras.metrics.RootMeanSquaredError}(name='rmse')", id="rmse"),
    pytest.param(regression("r2"), "{keras.metrics.R2Score}(name='r2')", id="r2"),
    pytest.param(regression("logcosh"), "{keras.metrics.LogCoshError}()", id="logcosh"),
    pytest.param(regression("huber"), "{keras.losses.huber}", id="huber"),
    pytest.param(regression("kld"), "{keras.metrics.KLDivergence}(name='kld')", id="kld"),
    pytest.param(site("softmax(5)", _SPARSE, ["rmse"]), None, id="rmse of integer labels raises"),
    pytest.param(site("softmax(5)", _SPARSE, ["kld"]), None, id="kld of integer labels raises"),
    pytest.param(regression("mean_squared_eror"), "'mean_squared_error'", id="slip"),
    pytest.param(regression("accurracy"), None, id="slip that would be KAC101"),
    pytest.param(regression("f1"), None, id="f1 of a regression"),
    pytest.param(regression("loss"), "Delete", id="loss"),
    pytest.param(
        site("sigmoid(1)", _BCE, ["f1"]),
        "{keras.metrics.F1Score}(threshold=0.5, name='f1')",
        id="f1, one unit",
    ),
    pytest.param(
        site("sigmoid(1)", _BCE, ["f1"], labels=labels_of("binary", rank=1)),
        None,
        id="f1 of (n,) labels raises",
    ),
    pytest.param(site("linear(1)", _LOGITS, ["f1"]), None, id="f1 of a logit"),
    pytest.param(
        site("softmax(5)", _CCE, ["f1"]),
        "{keras.metrics.F1Score}(average='macro', name='f1')",
        id="f1, classes",
    ),
    pytest.param(
        site("sigmoid(5)", _BCE, ["f1"]),
        "{keras.metrics.F1Score}(average='macro', threshold=0.5, name='f1')",
        id="f1, labels",
    ),
    pytest.param(site("softmax(5)", _SPARSE, ["f1"]), None, id="f1 of integer labels"),
    pytest.param(site("sigmoid(1)", _BCE, ["f1"], dialect="tf.keras-2.4"), None, id="no F1Score yet"),
    pytest.param(
        site("softmax(5)", _SPARSE, ["mean_iou"]),
        "{keras.metrics.MeanIoU}(num_classes=5, sparse_y_pred=False, name='mean_iou')",
        id="IoU, integer masks",
    ),
    pytest.param(
        site("softmax(5)", _CCE, ["iou"]),
        "{keras.metrics.MeanIoU}(num_classes=5, sparse_y_true=False, sparse_y_pred=False, name='iou')",
        id="IoU, one-hot masks",
    ),
    pytest.param(site("sigmoid(1)", _BCE, ["iou"]), "{keras.metrics.BinaryIoU}(name='iou')", id="IoU, one map"),
    pytest.param(
        site("sigmoid(1)", _BCE, ["auc"], dialect="tf.keras-2.4"), "{keras.metrics.AUC}(name='auc')", id="auc"
    ),
    pytest.param(
        site("linear(1)", _LOGITS, ["auc"], dialect="tf.keras-2.8"),
        "{keras.metrics.AUC}(from_logits=True, name='auc')",
        id="auc of a logit",
    ),
    pytest.param(
        site("linear(1)", _LOGITS, ["precision"], dialect="tf.keras-2.12"),
        "{keras.metrics.Precision}(thresholds=0.0, name='precision')",
        id="precision of a logit",
    ),
    pytest.param(site("softmax(5)", _CCE, ["recall"], dialect="tf.keras-2.4"), None, id="recall over classes"),
    pytest.param(site("softmax(5)", _CCE, ["ce"]), "{keras.metrics.CategoricalCrossentropy}(name='ce')", id="ce"),
    pytest.param(
        site("linear(1)", _LOGITS, ["crossentropy"]),
        "{keras.metrics.BinaryCrossentropy}(from_logits=True, name='crossentropy')",
        id="crossentropy of a logit",
    ),
    pytest.param(site("softmax(5)", _CCE, ["accurancy"]), "'accuracy'", id="slip of accuracy"),
    pytest.param(site("sigmoid(12)", _BCE, ["accurancy"]), None, id="slip that would be KAC102"),
    pytest.param(site("sigmoid(12)", _BCE, ["binary_acuracy"]), "'binary_accuracy'", id="the honest one"),
    pytest.param(site("linear(1)", _LOGITS, ["acuracy"]), None, id="slip that would be KAC103"),
]

LOSSES = [
    pytest.param(site("linear(1)", "huber_loss"), "'huber'", id="huber_loss on Keras 3"),
    pytest.param(site("linear(1)", "logcosh"), "'log_cosh'", id="logcosh on Keras 3"),
    pytest.param(site("linear(1)", "log_cosh", dialect="tf.keras-2.3"), "'logcosh'", id="log_cosh before 2.4"),
    pytest.param(site("softmax(3)", "kullback_leibler_divergence"), "'kl_divergence'", id="old name"),
    pytest.param(site("softmax(3)", "cce"), "'categorical_crossentropy'", id="cce"),
    pytest.param(site("", "scce"), "'sparse_categorical_crossentropy'", id="scce, output unknown"),
    pytest.param(site("linear(3)", "cce"), None, id="would be KAC201"),
    pytest.param(site("softmax(1)", "cce"), None, id="would be KAC205"),
    pytest.param(site("softmax(3)", "Categorical_Crossentropy"), "'categorical_crossentropy'", id="capitals"),
    pytest.param(site("linear(1)", "mean_square_error"), "'mean_squared_error'", id="slip"),
    pytest.param(site("linear(1)", " mse"), "'mse'", id="a blank"),
    pytest.param(site("linear(1)", "rmse"), None, id="rmse is no loss"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "code"), [*METRICS, *LOSSES])
def test_found(a_site: CompileSite, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC402", "error", code, "safe" if code else None)]


@pytest.mark.parametrize("a_site", [site("linear(1)", "dice_loss"), regression("wibble")], ids=["loss", "metric"])
def test_hint_where_another_module_may_register_the_name(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC402", "hint", None, None)]


def test_hint_where_the_program_is_surely_older() -> None:
    older = site("linear(1)", "logcosh", ["mae"], dialect="keras-2.2", surely_older=True)
    assert codes_and_fixes(RULE, older) == [("KAC402", "hint", None, None)]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [("huber", []), ("rmse", [("KAC402", "error", None, None)])],
    ids=["known to the newest", "known to none"],
)
def test_which_old_version_is_a_guess(loss: str, expected: list[object]) -> None:
    assert codes_and_fixes(RULE, site("linear(1)", loss, dialect="keras-2.2", surely_older=True)) == expected


def test_one_loss_of_several_outputs_is_found_once() -> None:
    (finding,) = RULE.check(site_of([head("softmax(3)", "cce"), head("softmax(4)", "cce")]))
    assert finding.head is None
    assert finding.fix is not None


@pytest.mark.parametrize(
    ("a_site", "message"),
    [
        (regression("rmse"), "Keras 3 knows no metric 'rmse' and raises at the first batch"),
        (regression("rmse", "keras-2.2"), "Keras 2.2 knows no metric 'rmse' and raises"),
        (regression("kld"), "Keras 3 knows no metric 'kld' and raises"),
        (regression("ce"), "Keras 3 knows no metric 'ce' (TensorFlow up to 2.15 does)"),
        (
            regression("huber"),
            "Keras 3 knows no metric 'huber' and raises at the first batch; write keras.losses.huber",
        ),
        (regression("log_cosh"), "Keras 3 knows no metric 'log_cosh' (TensorFlow 2.4 to 2.15 does)"),
        (regression("f1score"), "Keras 3 knows no metric 'f1score' (Keras 1.2 does)"),
        (regression("auc", "tf.keras-2.4"), "TensorFlow 2.4 knows no metric 'auc' (Keras 3 does)"),
        (site("", "circle", dialect="keras-3.3"), "Keras 3.3 knows no loss 'circle' (a newer one does)"),
    ],
)
def test_names_the_generation_and_one_that_knows_the_name(a_site: CompileSite, message: str) -> None:
    (finding,) = RULE.check(a_site)
    assert finding.message.startswith(message)


def test_hint_where_some_older_version_knows_the_name() -> None:
    older = site("linear(1)", "huber_loss", ["mae"], dialect="keras-2.2", surely_older=True)
    assert codes_and_fixes(RULE, older) == [("KAC402", "hint", None, None)]

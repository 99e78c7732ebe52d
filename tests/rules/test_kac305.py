"""The loss is for another task than the labels are."""

from __future__ import annotations

import pytest

from lint_keras_acc.rules.kac305_task_mismatch import RULE
from lint_keras_acc.sites import CompileSite, Fact, Uses
from tests.rules.sites_builder import codes_and_fixes, head, labels_of, output, site, site_of

_SPARSE = "sparse_categorical_crossentropy"
_WIDE = labels_of("continuous", low=-3.0, high=17.0)

SILENT = [
    pytest.param(site("linear(1)", "mse", labels=_WIDE), id="a regression"),
    pytest.param(site("softmax(5)", "categorical_crossentropy", labels="continuous"), id="soft labels"),
    pytest.param(
        site("sigmoid(1)", "binary_crossentropy", labels=labels_of("continuous", low=0.0, high=1.0)),
        id="shares",
    ),
    pytest.param(site("linear(1)", "mse", labels="integer"), id="ordinal regression"),
    pytest.param(site("linear(5)", "mse", labels="integer"), id="no softmax"),
    pytest.param(site("softmax(1)", "mse", labels="integer"), id="one unit is KAC204"),
    pytest.param(site("softmax", "mse", labels="integer"), id="units unknown"),
    pytest.param(site("softmax(5)", "mse", labels=labels_of("integer", width=5)), id="counts for each column"),
    pytest.param(site("softmax(5)", "mse"), id="labels unknown"),
    pytest.param(site("softmax(5)", "mse", labels="input"), id="reconstruction"),
    pytest.param(site("softmax(5)", _SPARSE, labels=labels_of("continuous", random=True)), id="a smoke test"),
    pytest.param(site("sigmoid(1)", "mse", labels=labels_of("binary", low=1.0, high=1.0)), id="np.ones"),
    pytest.param(site("softmax(5)", "custom", labels="one-hot"), id="custom loss"),
    pytest.param(site("softmax(5)", "kld", labels="one-hot"), id="KL divergence"),
    pytest.param(site("sigmoid(1)", "mse", labels="binary", uses=Uses(adversarial=True)), id="least-squares GAN"),
    pytest.param(site("softmax(5)", _SPARSE, labels="continuous", custom_training=True), id="own training"),
]

FOUND = [
    pytest.param(site("softmax(5)", _SPARSE, labels="continuous"), "error", None, id="continuous, sparse"),
    pytest.param(site("sigmoid(1)", "binary_crossentropy", labels=_WIDE), "error", None, id="continuous, binary"),
    pytest.param(site("softmax(5)", "categorical_crossentropy", labels=_WIDE), "error", None, id="categorical"),
    pytest.param(site("softmax(5)", "mse", labels="integer"), "error", f"'{_SPARSE}'", id="ids against columns"),
    pytest.param(site("softmax(2)", "mae", labels="binary"), "error", f"'{_SPARSE}'", id="0/1 against two columns"),
    pytest.param(
        site(output("softmax(5)", rank=Fact(2)), "MeanSquaredError()", labels="integer"),
        "error",
        "{keras.losses.SparseCategoricalCrossentropy}()",
        id="instance",
    ),
    pytest.param(site("softmax(5)", "Huber(delta=2.0)", labels="integer"), "error", None, id="no delta there"),
    pytest.param(site("softmax(5)", "mse", labels="one-hot"), "hint", None, id="least squares on one-hot"),
    pytest.param(site("sigmoid(1)", "mse", labels="binary"), "hint", None, id="least squares on 0/1"),
    pytest.param(site("sigmoid(2)", "logcosh", labels="binary"), "hint", None, id="0/1 against two sigmoids"),
    pytest.param(site("sigmoid(1)", "mape", labels="binary"), "warning", None, id="percentage of 0"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(("a_site", "severity", "code"), FOUND)
def test_found(a_site: CompileSite, severity: str, code: str | None) -> None:
    assert codes_and_fixes(RULE, a_site) == [("KAC305", severity, code, "unsafe" if code else None)]


def test_no_fix_where_another_output_has_the_same_loss_rightly() -> None:
    heads = [head("softmax(5)", "mse", labels="integer"), head("linear(1)", "mse", labels="continuous")]
    assert codes_and_fixes(RULE, site_of(heads)) == [("KAC305", "error", None, None)]


def test_says_what_is_compared() -> None:
    (finding,) = RULE.check(site("softmax(10)", "mse", labels="integer"))
    assert finding.message.startswith(
        "mean_squared_error compares every one of the 10 softmax outputs with the class id itself"
    )

"""Training without a loss."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules.kac405_missing_loss import RULE
from lint_keras_acc.sites import CompileSite, EarlierCompile, LossArgument, Uses
from tests.rules.sites_builder import codes_and_fixes, loss_argument, site, span_at

FITTED = Uses(fitted=True)


def compiled(dialect: str = "keras-3.15", **more: Any) -> CompileSite:
    facts = {"loss_argument": loss_argument("absent"), "penalties": False, "uses": FITTED, **more}
    return site("softmax(3)", dialect=dialect, **facts)


def before(has_loss: bool | None) -> EarlierCompile:
    return EarlierCompile(span_at(5, 1, 60), (None,), has_loss)


SILENT = [
    *(
        pytest.param(compiled(loss_argument=loss_argument(form)), id=form)
        for form in ("single", "list", "dict", "unknown")
    ),
    pytest.param(compiled(custom_training=True), id="add_loss or train_step"),
    pytest.param(compiled(penalties=None), id="a layer of the program's own may add a loss"),
    pytest.param(compiled(uses=Uses(only_built=True)), id="only predicts"),
    pytest.param(compiled(uses=Uses()), id="no use is shown"),
    pytest.param(compiled(earlier=before(True)), id="the loss of the earlier call stays"),
    pytest.param(compiled(earlier=before(None)), id="the loss of the earlier call may stay"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert codes_and_fixes(RULE, a_site) == []


@pytest.mark.parametrize(
    ("a_site", "severity", "effect"),
    [
        pytest.param(compiled(), "error", "Keras 3 raises on TensorFlow and torch, and trains nothing on JAX", id="3"),
        pytest.param(compiled("tf.keras-2.15"), "error", "TensorFlow 2.15 raises", id="tf.keras"),
        pytest.param(compiled("tf_keras-2.21"), "error", "tf_keras raises", id="tf_keras"),
        pytest.param(compiled("keras-2.2"), "error", "Keras 2.2 raises in compile", id="Keras 2"),
        pytest.param(compiled("tf.keras-2.15-v1"), "error", "TensorFlow 2.15 raises in compile", id="old loop"),
        pytest.param(
            compiled(penalties=True), "warning", "only the penalties of its regularisers are trained", id="regulariser"
        ),
        pytest.param(
            compiled("keras-2.2", penalties=True), "error", "Keras 2.2 raises in compile", id="Keras 2, regulariser"
        ),
        pytest.param(
            compiled("tf.keras-2.15", earlier=before(True)), "error", "TensorFlow 2.15 raises", id="no loss stays"
        ),
        pytest.param(
            compiled(earlier=before(False)),
            "error",
            "Keras 3 raises on TensorFlow and torch, and trains nothing on JAX",
            id="none before either",
        ),
    ],
)
def test_fires(a_site: CompileSite, severity: str, effect: str) -> None:
    (finding,) = RULE.check(a_site)
    assert (finding.code, finding.severity.value, finding.fix) == ("KAC405", severity, None)
    assert finding.message == f"no loss is given, and the model is fitted: {effect}; write loss="
    assert finding.span == a_site.span


def test_a_written_none_is_the_place() -> None:
    none = LossArgument("none", span_at(11, 10, 4))
    (finding,) = RULE.check(compiled(loss_argument=none))
    assert finding.span == none.span

"""Well-known examples of what 'accuracy' stands for: every installed Keras prints these figures, and so do we."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime import kernels
from lint_keras_acc.runtime.accuracy import resolve
from tests.runtime.agreement import figures
from tests.runtime.agreement.backends import INSTALLATIONS, Installation, need, python

pytestmark = [pytest.mark.keras, pytest.mark.parametrize("installation", INSTALLATIONS)]

DIALECTS: dict[Installation, Dialect] = {
    "tensorflow": Dialect("keras", (3, 15)),
    "jax": Dialect("keras", (3, 15)),
    "torch": Dialect("keras", (3, 15)),
    "tf_keras": Dialect("tf_keras", (2, 21)),
}


@functools.cache
def printed(installation: Installation) -> Any:
    need(installation)
    return json.loads(python(installation, "-m", "tests.runtime.agreement.figures", installation).splitlines()[-1])


def exactly(figure: float) -> Any:
    """To the last bit of float32, which graph and eager mode of one backend round differently."""
    return pytest.approx(figure, rel=2**-23, abs=0)


def test_five_labels(installation: Installation) -> None:
    """0.5 and 1.0 as 'accuracy' for predictions that are right about the same 9 of 10 labels."""
    found = printed(installation)["five labels"]
    assert found["categorical_accuracy of the first batch"] == [1, 0]
    assert found["categorical_accuracy of the second batch"] == [1, 1]
    for which in ("first", "second"):
        assert found[f"binary_accuracy of the {which} batch"] == [exactly(0.8), 1]
        for mode in ("graph", "eager"):
            assert found[f"{which} batch, {mode}"] == {
                "accuracy": {"first": 0.5, "second": 1.0}[which],
                "binary_accuracy": exactly(0.9),
                "loss": pytest.approx(0.493640, abs=2e-6),
            }


def test_five_labels_by_our_kernels(installation: Installation) -> None:
    labels, first, second = figures.FIVE_LABELS, figures.FIRST_BATCH, figures.SECOND_BATCH
    resolution = resolve(DIALECTS[installation], "binary_crossentropy", labels.shape, first.shape)
    assert resolution.kernel == "categorical_accuracy"
    assert kernels.categorical_hits(labels, first).tolist() == [True, False]
    assert kernels.categorical_hits(labels, second).tolist() == [True, True]
    for batch in (first, second):
        assert kernels.binary_hits(labels, batch).mean(axis=-1).tolist() == [0.8, 1.0]
        assert kernels.binary_accuracy(labels, batch) == 0.9


def test_regression(installation: Installation) -> None:
    """'accuracy' of a regression: the share of targets 0 and 1 that the threshold of 0.5 happens to hit."""
    found = printed(installation)["regression"]
    targets, predictions = figures.REAL_TARGETS, figures.REAL_PREDICTIONS
    resolution = resolve(DIALECTS[installation], "mse", targets.shape, predictions.shape)
    assert resolution.kernel == "binary_accuracy"
    assert found == {"accuracy": exactly(4 / 6), "loss": pytest.approx(0.108333, abs=2e-6)}
    assert kernels.binary_accuracy(targets, predictions) == 4 / 6
    assert kernels.binary_accuracy(targets, predictions, rounding=True) == 1.0


def test_encodings(installation: Installation) -> None:
    """'accuracy' is right for logits and probabilities, one-hot and integer labels alike. The loss is not."""
    found = printed(installation)["encodings"]
    assert {combination: log.pop("accuracy") for combination, log in found.items()} == dict.fromkeys(found, 0.5)
    right, softmax_twice = 0.715311, 0.918332
    logits_as_probabilities = 0.402360
    # TensorFlow clips the numbers and takes the softmax of their logarithms; JAX and torch divide by the sum first.
    sparse = 0.605092 if installation in ("tensorflow", "tf_keras") else logits_as_probabilities
    assert {combination: log["loss"] for combination, log in found.items()} == {
        "logits, one-hot labels, from_logits=True": pytest.approx(right, abs=2e-6),
        "logits, one-hot labels, from_logits=False": pytest.approx(logits_as_probabilities, abs=2e-6),
        "logits, integer labels, from_logits=True": pytest.approx(right, abs=2e-6),
        "logits, integer labels, from_logits=False": pytest.approx(sparse, abs=2e-6),
        "probabilities, one-hot labels, from_logits=True": pytest.approx(softmax_twice, abs=2e-6),
        "probabilities, one-hot labels, from_logits=False": pytest.approx(right, abs=2e-6),
        "probabilities, integer labels, from_logits=True": pytest.approx(softmax_twice, abs=2e-6),
        "probabilities, integer labels, from_logits=False": pytest.approx(right, abs=2e-6),
    }
    for scores in (figures.LOGITS, figures.PROBABILITIES):
        assert kernels.categorical_accuracy(figures.ONE_HOT, scores) == 0.5
        assert kernels.sparse_categorical_accuracy(figures.CLASSES, scores) == 0.5


def test_one_unit_of_logits(installation: Installation) -> None:
    """Every logit has the sign that its label wants, and 'accuracy' says 0.5."""
    labels, logits = figures.ONE_UNIT_LABELS, figures.ONE_UNIT_LOGITS
    log = {"accuracy": 0.5, "binary_accuracy": 1.0, "loss": pytest.approx(0.368251, abs=2e-6)}
    assert printed(installation)["one unit of logits"] == log
    assert kernels.binary_accuracy(labels, logits) == 0.5
    assert kernels.binary_accuracy(labels, logits, threshold=0.0) == 1.0
    assert kernels.binary_accuracy(labels, logits, rounding=True) == 0.0

"""The resolver against what real versions did.

`resolutions.json` was recorded by running the versions that it names: identity models, compiled with one loss
and `metrics=['accuracy']`, on one batch of 12 (B) rows. Each row is `loss|shape of the predictions|shape of the
labels` with what the labels hold in brackets; BIN, CAT or SPA is the accuracy that was made, with `!` where the
call raised all the same, and `?` where it raised before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.runtime.accuracy import Resolution, resolve

RECORDED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "resolutions.json").read_text("utf-8"))
BINARY, CATEGORICAL, SPARSE = "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"
KERNELS = {"BIN": BINARY, "CAT": CATEGORICAL, "SPA": SPARSE}
ROWS_OF_A_DIALECT = [(name, group["rows"]) for group in RECORDED for name in group["dialects"]]
BY_SHAPES = [(name, rows) for name, rows in ROWS_OF_A_DIALECT if not parse_dialect(name).resolves_by_loss]
DIALECTS = [name for name, _ in ROWS_OF_A_DIALECT]


def shape(text: str, batch: int | None) -> tuple[int | None, ...]:
    return tuple(batch if size == "B" else int(size) for size in text.partition("[")[0].strip("()").split(","))


def resolved(dialect: str, row: str, batch: int | None = 12) -> Resolution:
    loss, predictions, labels = row.split("|")
    name, call, _ = loss.partition("(")
    form = "custom" if name == "custom" else "instance" if call else "string"
    return resolve(
        parse_dialect(dialect),
        None if name == "custom" else name,
        shape(labels, batch),
        shape(predictions, batch),
        loss_form=form,  # type: ignore[arg-type]
    )


def test_so_many_rows_reached_the_resolver() -> None:
    counts = {mark: sum(len(group["rows"].get(mark, ())) for group in RECORDED) for mark in ("", *"?")}
    reached = sum(len(rows) for group in RECORDED for mark, rows in group["rows"].items() if mark != "?")
    assert reached == 735
    assert counts["?"] == 128


@pytest.mark.parametrize("batch", [12, None], ids=["batch of 12", "batch unknown"])
@pytest.mark.parametrize(("dialect", "rows"), ROWS_OF_A_DIALECT, ids=DIALECTS)
def test_what_ran(dialect: str, rows: dict[str, list[str]], batch: int | None) -> None:
    measured = {row: KERNELS[mark[:3]] for mark, of_mark in rows.items() if mark != "?" for row in of_mark}
    assert {row: resolved(dialect, row, batch).kernel for row in measured} == measured


def depends_on_more_than_shapes(dialect: str, row: str) -> bool:
    """Calls that raised for what the labels held, for from_logits, in a user's function, or for the loss's name."""
    loss, predictions, _ = row.split("|")
    return (
        (loss.lower().startswith("sparse") and predictions.endswith(",1)"))
        or loss == "custom"
        or (loss == "BinaryCrossentropy(from_logits=True)" and not parse_dialect(dialect).is_keras3)
        or (loss == "kullback_leibler_divergence" and parse_dialect(dialect).is_keras3)
    )


@pytest.mark.parametrize(("dialect", "rows"), BY_SHAPES, ids=[name for name, _ in BY_SHAPES])
def test_what_raised_before_anything_was_resolved(dialect: str, rows: dict[str, list[str]]) -> None:
    raised = [row for row in rows["?"] if not depends_on_more_than_shapes(dialect, row)]
    assert len(raised) > 30
    for row in raised:
        resolution = resolved(dialect, row)
        assert resolution.kernel is None, row
        assert resolution.reason.startswith("the call raises: "), row


MULTI_LABEL = ("binary_crossentropy", (32, 5), (32, 5))


@pytest.mark.parametrize(
    ("dialect", "kernel"),
    [
        ("keras-1.0.0", CATEGORICAL),
        ("keras-1.0.1", CATEGORICAL),
        ("keras-1.0.2", CATEGORICAL),
        ("keras-1.0.5", CATEGORICAL),
        ("keras-1.0.6", BINARY),
        ("keras-2.3", BINARY),
        ("keras-2.4", CATEGORICAL),
        ("tf.keras-1.12", BINARY),
        ("tf.keras-2.1", BINARY),
        ("tf.keras-2.2", CATEGORICAL),
        ("tf.keras-2.4-v1", BINARY),
        ("tf.keras-2.15-v1", BINARY),
        ("tf_keras-2.21", CATEGORICAL),
        ("tf_keras-2.21-v1", BINARY),
        ("keras-3.15", CATEGORICAL),
    ],
)
def test_several_labels(dialect: str, kernel: str) -> None:
    assert resolve(parse_dialect(dialect), *MULTI_LABEL).kernel == kernel


@pytest.mark.parametrize(
    ("dialect", "loss", "labels", "predictions", "reason"),
    [
        (
            "keras-3.15",
            "mse",
            (32,),
            (32, 1),
            "one output unit: binary accuracy, predictions above 0.5 count as 1",
        ),
        (
            "keras-2.2",
            "mse",
            (32, 1),
            (32, 1),
            "one output unit: binary accuracy, predictions are rounded, so that those above 0.5 count as 1 and "
            "those from 1.5 on as 2 or more",
        ),
        (
            "keras-3.15",
            "binary_crossentropy",
            (32, 5),
            (32, 5),
            "labels have as many axes as the predictions, and several columns (this generation looks at the shapes, "
            "not at the loss): categorical accuracy, the position of the largest prediction is compared with that "
            "of the largest label",
        ),
        (
            "tf_keras-2.21",
            "sparse_categorical_crossentropy",
            (32,),
            (32, 5),
            "labels have fewer axes than the predictions (this generation looks at the shapes, not at the loss): "
            "sparse categorical accuracy, the position of the largest prediction is compared with the label",
        ),
        (
            "tf.keras-2.1",
            "binary_crossentropy",
            (32, 5),
            (32, 5),
            "binary cross-entropy (this generation looks at the loss): binary accuracy, predictions above 0.5 "
            "count as 1",
        ),
        (
            "tf.keras-2.1",
            "mse",
            (32, 5),
            (32, 5),
            "several output units, and mean_squared_error is no loss that would decide otherwise (this generation "
            "looks at the loss): categorical accuracy, the position of the largest prediction is compared with that "
            "of the largest label",
        ),
        (
            "keras-2.2.4",
            "sparse_categorical_crossentropy",
            (32, 4, 1),
            (32, 4, 5),
            "sparse categorical cross-entropy (this generation looks at the loss): sparse categorical accuracy, the "
            "position of the largest prediction is compared with the label; it raises on these shapes, because this "
            "version flattens the labels",
        ),
        (
            "keras-3.15",
            "categorical_crossentropy",
            (32, 1),
            (32, 5),
            "the call raises: categorical_crossentropy takes labels of the predictions' shape, not (32, 1) against "
            "(32, 5)",
        ),
    ],
)
def test_reasons(dialect: str, loss: str, labels: tuple[int, ...], predictions: tuple[int, ...], reason: str) -> None:
    assert resolve(parse_dialect(dialect), loss, labels, predictions).reason == reason


@pytest.mark.parametrize(
    ("dialect", "loss", "labels", "predictions", "kernel", "words"),
    [
        ("keras-3.15", None, (32, 5), (32, 5), CATEGORICAL, "as many axes"),
        ("keras-3.15", None, None, (None, 5), None, "the shape of the labels is not known"),
        ("keras-3.15", "cosine_similarity", (None, None), (None, 5), None, "the shape of the labels is not known"),
        ("keras-3.15", "sparse_categorical_crossentropy", None, (None, 5), SPARSE, "labels must have the shape"),
        ("keras-3.15", "mse", (32, 5), (32, None), None, "number of output units"),
        ("keras-2.2", None, (32, 5), (32, 5), None, "the loss is not known"),
        ("keras-2.2", "a loss of mine", (32, 5), (32, 5), CATEGORICAL, "a loss that Keras does not know"),
        ("keras-2.2", "BinaryCrossentropy", (32, 5), (32, 5), BINARY, "binary cross-entropy"),
        ("keras-2.2", "binary_crossentropy", None, (32, None), BINARY, "binary cross-entropy"),
        ("keras-3.15", "mse", (32, 5, 1), (32, 5), SPARSE, "one column"),
    ],
)
def test_what_is_not_known(
    dialect: str,
    loss: str | None,
    labels: tuple[int | None, ...] | None,
    predictions: tuple[int | None, ...],
    kernel: str | None,
    words: str,
) -> None:
    resolution = resolve(parse_dialect(dialect), loss, labels, predictions)
    assert resolution.kernel == kernel
    assert words in resolution.reason


def test_an_instance_that_is_not_recognised() -> None:
    resolution = resolve(parse_dialect("tf.keras-1.13"), "BinaryCrossentropy", (32, 5), (32, 5), loss_form="instance")
    assert resolution.kernel == CATEGORICAL
    assert "does not recognise it as an instance" in resolution.reason


def test_the_batch_stands_for_the_units() -> None:
    resolution = resolve(parse_dialect("keras-3.15"), "mse", (32,), (32,))
    assert resolution.kernel == CATEGORICAL
    assert resolution.reason.startswith("the predictions have no axis of units")


@pytest.mark.parametrize(("labels", "predictions"), [((), (32, 1)), ((32, 1), ())])
def test_scalars_are_refused(labels: tuple[int, ...], predictions: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="at least the batch axis"):
        resolve(parse_dialect("keras-3.15"), "mse", labels, predictions)


@pytest.mark.parametrize(
    ("dialect", "resolved_as_accuracy"),
    [
        ("keras-2.3", "accuracy acc"),
        ("tf.keras-2.5", "accuracy acc"),
        ("tf.keras-2.6", "accuracy acc Accuracy ACC Acc"),
        ("tf.keras-2.15-v1", "accuracy acc"),
        ("tf_keras-2.21", "accuracy acc Accuracy ACC Acc"),
        ("keras-3.15", "accuracy acc Accuracy ACC Acc"),
    ],
)
def test_capitalisations(dialect: str, resolved_as_accuracy: str) -> None:
    names = "accuracy acc Accuracy ACC Acc".split()
    parsed = parse_dialect(dialect)
    assert [name for name in names if parsed.resolves_accuracy(name)] == resolved_as_accuracy.split()

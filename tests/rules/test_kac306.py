"""Outputs with an axis that the labels do not have."""

from __future__ import annotations

from typing import Any

import pytest

from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.kac306_output_rank_above_labels import RULE
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.sites import CompileSite, Fact
from tests.rules.sites_builder import LAYER, labels_of, output, site


def fitted(out: str, loss: str, labels: tuple[int | None, ...], rank: int | None = 2, **more: Any) -> CompileSite:
    """`labels` is their shape: (None,), (None, 1), ...; `rank` that of the output."""
    facts: dict[str, Any] = {"rank": len(labels)} if labels else {}
    if len(labels) > 1 and labels[-1]:
        facts["width"] = labels[-1]
    made = output(out, rank=Fact(rank), kind=Fact(more.pop("kind", "Dense")))
    return site(made, loss, labels=labels_of(more.pop("encoding", None), **facts), **more)


N, COLUMN, THREE = (None,), (None, 1), (None, 3)

SILENT = [
    pytest.param(fitted("linear(1)", "mse", N), id="one unit, flat labels"),
    pytest.param(fitted("linear(1)", "mse", COLUMN), id="one unit, a column"),
    pytest.param(fitted("linear(3)", "mse", THREE), id="a column for each unit"),
    pytest.param(fitted("linear(3)", "mse", (None, None)), id="width unknown"),
    pytest.param(fitted("linear(3)", "mse", ()), id="rank of the labels unknown"),
    pytest.param(fitted("linear(3)", "mse", N, None), id="rank of the output unknown"),
    pytest.param(fitted("linear", "mse", N), id="units unknown"),
    pytest.param(fitted("linear(1)", "mse", COLUMN, 3), id="there may be one time step"),
    pytest.param(fitted("linear(1)", "mse", THREE, 3), id="labels of a sequence"),
    pytest.param(fitted("linear(1)", "mse", (None, 5, 1), 3), id="labels of a sequence, in columns"),
    pytest.param(fitted("softmax(3)", "sparse_categorical_crossentropy", N), id="ids"),
    pytest.param(fitted("softmax(3)", "sparse_categorical_crossentropy", COLUMN), id="a column of ids"),
    pytest.param(fitted("softmax(3)", "sparse_categorical_crossentropy", COLUMN, 3), id="ids of a sequence"),
    pytest.param(
        fitted("softmax(3)", "sparse_categorical_crossentropy", N, 3, dialect="tf_keras-2.21"),
        id="TensorFlow takes as many ids as there are rows",
    ),
    pytest.param(fitted("linear(1)", "mse", N, 3, dialect="tf.keras-2.6"), id="(n,) becomes (n, 1)"),
    pytest.param(fitted("linear(3)", "custom", N), id="a loss of the program's own"),
    pytest.param(fitted("linear(3)", "cosine_similarity", THREE), id="cosine similarity"),
    pytest.param(fitted("linear(3)", "mse", N, custom_training=True), id="training of the program's own"),
]


@pytest.mark.parametrize("a_site", SILENT)
def test_silent(a_site: CompileSite) -> None:
    assert list(RULE.check(a_site)) == []


UNITS = "the labels are one number a row, {}, and the output has 3 units"
AXES = "the output has {} axes, that of the batch among them, and the labels have {}"


@pytest.mark.parametrize(
    ("a_site", "severity", "axis", "effect"),
    [
        pytest.param(
            fitted("sigmoid(3)", "binary_crossentropy", N), "error", UNITS.format("(n,)"), "Keras 3 raises", id="bce"
        ),
        pytest.param(
            fitted("sigmoid(3)", "binary_crossentropy", COLUMN),
            "error",
            UNITS.format("(n, 1)"),
            "Keras 3 raises",
            id="bce, a column",
        ),
        pytest.param(
            fitted("sigmoid(3)", "binary_crossentropy", N, dialect="tf_keras-2.21"),
            "warning",
            UNITS.format("(n,)"),
            "Keras compares each label with every unit",
            id="bce, tf_keras",
        ),
        pytest.param(
            fitted("linear(3)", "mse", COLUMN),
            "warning",
            UNITS.format("(n, 1)"),
            "Keras compares each label with every unit",
            id="mse, a column",
        ),
        pytest.param(
            fitted("linear(3)", "mse", N),
            "warning",
            UNITS.format("(n,)"),
            "Keras 3 raises, or, in batches of one row or as many as units, compares them with the wrong outputs",
            id="mse",
        ),
        pytest.param(
            fitted("linear(3)", "mse", N, dialect="keras-2.2"),
            "error",
            UNITS.format("(n,)"),
            "Keras 2.2 raises",
            id="mse, Keras 2",
        ),
        pytest.param(
            fitted("softmax(3)", "kl_divergence", COLUMN),
            "warning",
            UNITS.format("(n, 1)"),
            "Keras compares each label with every unit",
            id="kld",
        ),
        pytest.param(
            fitted("sigmoid(1)", "binary_crossentropy", N, 3),
            "error",
            AXES.format(3, 1),
            "Keras 3 raises",
            id="bce, time",
        ),
        pytest.param(
            fitted("linear(1)", "mse", N, 3),
            "warning",
            AXES.format(3, 1),
            "Keras compares each label with the outputs of every row",
            id="mse, time",
        ),
        pytest.param(
            fitted("linear(1)", "mse", N, 3, dialect="tf_keras-2.21"),
            "warning",
            AXES.format(3, 1),
            "Keras compares each label with the outputs of every row",
            id="mse, time, tf_keras",
        ),
        pytest.param(
            fitted("linear(1)", "mse", COLUMN, 4),
            "warning",
            AXES.format(4, 2),
            "Keras compares each label with the outputs of every row",
            id="mse, image",
        ),
        pytest.param(
            fitted("softmax(3)", "categorical_crossentropy", THREE, 3),
            "error",
            AXES.format(3, 2),
            "Keras 3 raises",
            id="cce, one-hot rows for sequences",
        ),
        pytest.param(
            fitted("softmax(3)", "categorical_crossentropy", THREE, 3, dialect="tf_keras-2.21"),
            "error",
            AXES.format(3, 2),
            "tf_keras raises",
            id="cce, tf_keras",
        ),
        pytest.param(
            fitted("linear(3)", "mse", THREE, 3),
            "warning",
            AXES.format(3, 2),
            "Keras 3 raises, or compares each label with the outputs of every row",
            id="mse, rows for sequences",
        ),
        pytest.param(
            fitted("softmax(3)", "sparse_categorical_crossentropy", N, 3),
            "error",
            AXES.format(3, 1),
            "Keras 3 raises",
            id="ids for sequences",
        ),
        pytest.param(
            fitted("softmax(3)", "sparse_categorical_crossentropy", COLUMN, 4),
            "error",
            AXES.format(4, 2),
            "Keras 3 raises",
            id="ids for images",
        ),
    ],
)
def test_fires(a_site: CompileSite, severity: str, axis: str, effect: str) -> None:
    (finding,) = RULE.check(a_site)
    assert (finding.code, finding.severity.value, finding.fix, finding.head) == ("KAC306", severity, None, 0)
    assert finding.message.startswith(f"{axis}: under {a_site.losses[0].name.value} {effect}; ")
    assert finding.span == LAYER


@pytest.mark.parametrize(
    ("kind", "rank", "instead"),
    [
        ("LSTM", 3, "write return_sequences=False"),
        ("Dense", 3, "drop the axis before the last layer: Flatten, pooling, return_sequences=False"),
        ("Dense", 2, "write one unit, or labels with a column for each"),
    ],
)
def test_says_what_to_write(kind: str, rank: int, instead: str) -> None:
    (finding,) = RULE.check(fitted("sigmoid(3)", "binary_crossentropy", N, rank, kind=kind))
    assert finding.message.endswith(f"; {instead}")


@pytest.mark.parametrize(
    ("a_site", "code"),
    [
        (fitted("sigmoid(3)", "binary_crossentropy", N, encoding="integer"), "KAC302"),
        (fitted("softmax(3)", "categorical_crossentropy", N, encoding="integer"), "KAC302"),
        (fitted("softmax(3)", "mse", N, encoding="integer"), "KAC305"),
        (fitted("softmax(3)", "binary_crossentropy", N, encoding="integer"), "KAC206"),
        (fitted("linear(3)", "mse", N, encoding="continuous"), "KAC306"),
    ],
)
def test_the_root_speaks(a_site: CompileSite, code: str) -> None:
    assert [finding.code for finding in check(a_site, all_rules())] == [code]

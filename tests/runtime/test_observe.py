"""What a batch proves, what it does not, and batches that must give no error and no warning."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.runtime.observe import observe
from lint_keras_acc.sites import CompileSite, Head, Labels, Observed, Output
from tests.rules.sites_builder import head, output, probabilities, site, site_of

RNG = np.random.default_rng(0)
SPARSE = site("softmax(4)", "sparse_categorical_crossentropy", ["accuracy"])
CATEGORICAL = site("softmax(4)", "categorical_crossentropy", ["accuracy"])
BINARY = site("sigmoid(1)", "binary_crossentropy", ["accuracy"])
TAGS = site("sigmoid(4)", "binary_crossentropy", ["binary_accuracy"])
MSE = site("linear(1)", "mse", ["mae"])
IDS = np.array([0, 3, 1, 2, 2, 0, 1, 3])
EYE = np.eye(4, dtype=np.float32)


def seen(a_site: CompileSite, y_true: Any, y_pred: Any = None, **more: Any) -> Head:
    """The only head, after a batch; of predictions that are not given none is of interest."""
    if y_pred is None:
        units = a_site.heads[0].output.units.value or 1
        y_pred = probabilities(len(y_true), units) if units > 1 else np.linspace(0.1, 0.9, len(y_true))[:, None]
    return observe(a_site, y_true, y_pred, "jax", **more).heads[0]


def labels(a_site: CompileSite, y_true: Any, y_pred: Any = None, **more: Any) -> Labels:
    return seen(a_site, y_true, y_pred, **more).labels


def facts(a_site: CompileSite, y_true: Any, y_pred: Any = None, **more: Any) -> Observed:
    observed = seen(a_site, y_true, y_pred, **more).observed
    assert observed is not None
    return observed


# --- what is proved of the labels ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a_site", "y_true", "encoding"),
    [
        (SPARSE, IDS, "integer"),
        (SPARSE, IDS.astype(np.float64), "integer"),
        (SPARSE, IDS[:, None], "integer"),
        (SPARSE, IDS % 2, "integer"),  # 0 and 1 alone: still ids, and of an unknown number of classes
        (SPARSE, np.zeros(8, np.uint8), "integer"),
        (CATEGORICAL, EYE[IDS], "one-hot"),
        (CATEGORICAL, EYE[IDS].astype(bool), "one-hot"),
        (CATEGORICAL, EYE[:1], "one-hot"),
        (CATEGORICAL, np.eye(7)[IDS], "one-hot"),  # of another width than the output
        (CATEGORICAL, EYE[IDS] * 0.9 + 0.025, None),  # smoothed
        (CATEGORICAL, (EYE[IDS] + EYE[IDS[::-1]]) / 2, None),  # mixup
        (CATEGORICAL, np.where(IDS[:, None] == 3, 0, EYE[IDS]), None),  # rows of padding, or of no label
        (TAGS, EYE[IDS] + EYE[IDS[::-1]] > 0, "multi-hot"),
        (TAGS, RNG.uniform(size=(8, 4)), None),  # soft, or an image
        (TAGS, RNG.normal(size=(8, 4)), "continuous"),
        (BINARY, IDS % 2, "binary"),
        (BINARY, (IDS % 2)[:, None].astype(bool), "binary"),
        (BINARY, np.zeros(8), None),  # sorted
        (BINARY, IDS, None),
        (BINARY, np.where(IDS % 2, 0.9, 0.1), None),
        (MSE, RNG.normal(size=8), "continuous"),
        (MSE, RNG.uniform(size=8), None),  # scaled targets, or probabilities
        (MSE, IDS, None),  # counts
        (MSE, [np.nan, 1, 2, 3, 4, 5, 6, 7], None),
    ],
)
def test_encoding(a_site: CompileSite, y_true: Any, encoding: str | None) -> None:
    assert labels(a_site, np.asarray(y_true)).encoding.value == encoding


def test_shapes_and_extremes_are_facts() -> None:
    found = labels(SPARSE, IDS[:, None])
    assert (found.rank.value, found.width.value, found.low.value, found.high.value) == (2, 1, 0, 3)
    assert labels(SPARSE, IDS).width.value is None


def test_a_class_that_is_missing_says_nothing_of_their_number() -> None:
    assert labels(SPARSE, IDS % 3).classes.value is None
    assert labels(CATEGORICAL, EYE[IDS % 3]).classes.value == 4


def test_the_mark_of_padding_is_no_extreme() -> None:
    padded = np.array([[0, 2, -1, -1], [1, 3, 2, -1]])
    assert labels(SPARSE, padded, probabilities(8, 4).reshape(2, 4, 4)).low.value == 0
    assert labels(SPARSE, np.array([0, 2, -1]), probabilities(3, 4)).low.value == -1


def test_labels_that_are_the_input() -> None:
    images = RNG.uniform(size=(8, 4))
    assert labels(TAGS, images, inputs=images).encoding.value == "input"
    assert labels(TAGS, images, inputs=[RNG.uniform(size=(8, 3)), images.reshape(8, 2, 2)]).encoding.value == "input"
    assert labels(TAGS, images, inputs=images + 1).encoding.value is None
    assert labels(TAGS, images, inputs=np.array(["a text"] * 8)).encoding.value is None


def test_what_is_unknown_of_the_output_comes_from_the_predictions() -> None:
    made = seen(site(Output(), "sparse_categorical_crossentropy", ["accuracy"]), IDS, probabilities(8, 4))
    assert (made.output.units.value, made.output.rank.value) == (4, 2)
    assert made.metrics[0].kernel.value == "sparse_categorical_accuracy"


def test_kernels_are_those_of_the_shapes_at_all_places() -> None:
    unknown = site("(4)", "custom", ["accuracy"])
    assert unknown.metrics[0].kernel.value is None
    for y_true, kernel in ((IDS, "sparse_categorical_accuracy"), (EYE[IDS], "categorical_accuracy")):
        after = observe(unknown, y_true, probabilities(8, 4), "jax")
        assert after.metrics[0].kernel.value == after.heads[0].metrics[0].kernel.value == kernel


# --- what is measured ---------------------------------------------------------------------------------------


def test_numbers_are_counted() -> None:
    found = facts(MSE, np.array([0, 1, 2.5, -3, np.nan, np.inf, -np.inf, 1])).targets
    assert (found.count, found.low, found.high, found.zeros, found.ones) == (8, -3, 2.5, 1, 2)
    assert (found.nans, found.infinities, found.negative_infinities) == (1, 1, 1)
    assert (found.fractional, found.a_fraction) == (1, 2.5)


def test_what_weighs_nothing_is_left_out() -> None:
    weights = np.array([1, 1, 1, 1, 0, 0, 0, 0])
    found = facts(SPARSE, np.array([0, 3, 1, 2, 9, 9, -1, 9]), sample_weight=weights)
    assert (found.rows, found.foreign, found.targets.high) == (4, 0, 3)
    assert found.targets.shape == (8,)


@pytest.mark.parametrize("shape", [(2,), (2, 1), (2, 3), (2, 3, 1)])
def test_weights_of_every_shape(shape: tuple[int, ...]) -> None:
    steps = probabilities(6, 4).reshape(2, 3, 4)
    weights = np.ones(shape)
    weights[0] = 0
    assert facts(SPARSE, np.array([[9, 9, 9], [0, 1, 2]]), steps, sample_weight=weights).foreign == 0


def test_rows_that_are_equal() -> None:
    same = np.full((8, 4), 0.25)
    assert facts(SPARSE, IDS, same).same_rows
    assert not facts(SPARSE, IDS, same, inputs=np.ones((8, 2))).same_rows
    assert not facts(SPARSE, IDS[:1], same[:1]).same_rows
    assert not facts(SPARSE, IDS).same_rows


def test_scores_are_against_the_constant_answer() -> None:
    score = facts(SPARSE, IDS % 2, EYE[IDS]).score
    assert score is not None
    assert (score.hits, score.of, score.baseline, score.answer) == (4, 8, 4, 0)
    assert facts(SPARSE, np.zeros(8), EYE[IDS]).score is None


def test_a_threshold_is_honoured() -> None:
    logits = np.array([-1.0, 0.2, 3.0, -0.4])[:, None]
    for text, hits in (("BinaryAccuracy(threshold=0.0)", 4), ("BinaryAccuracy()", 3)):
        a_site = site("linear(1)", "BinaryCrossentropy(from_logits=True)", [text])
        score = facts(a_site, np.array([0, 1, 1, 0]), logits).score
        assert score is not None
        assert score.hits == hits


def test_sorted_labels_are_known() -> None:
    scores = probabilities(200, 4)
    shuffled = RNG.integers(4, size=200)
    for y_true, grouped in ((shuffled, False), (np.sort(shuffled), True)):
        score = facts(SPARSE, y_true, scores).score
        assert score is not None
        assert score.grouped is grouped


# --- several outputs, and what does not fit -----------------------------------------------------------------

TWO = site_of(
    [
        head(output("softmax(4)", name="kind"), "sparse_categorical_crossentropy", ["accuracy"], several=True),
        head(output("linear(1)", name="price"), "mse", several=True),
    ]
)


@pytest.mark.parametrize("form", [list, tuple, lambda parts: dict(zip(("kind", "price"), parts, strict=True))])
def test_several_outputs(form: Any) -> None:
    after = observe(TWO, form([IDS, IDS / 3 + 1]), form([probabilities(8, 4), IDS[:, None]]), "jax")
    assert [one.labels.encoding.value for one in after.heads] == ["integer", "continuous"]


def test_outputs_without_labels_stay_as_they_are() -> None:
    after = observe(TWO, {"kind": IDS}, [probabilities(8, 4), IDS[:, None]], "jax")
    assert after.heads[0].observed is not None
    assert after.heads[1] == TWO.heads[1]
    assert observe(TWO, [None, IDS], [probabilities(8, 4), IDS[:, None]], "jax").heads[0] == TWO.heads[0]


@pytest.mark.parametrize(
    ("y_true", "y_pred", "words"),
    [
        ([IDS], probabilities(8, 4), "y_true has 1 array, the model 2 outputs"),
        ({"kinds": IDS}, {"kind": IDS}, "y_true has 'kinds', but the outputs are 'kind', 'price'"),
        ([IDS, IDS[:3]], [probabilities(8, 4), IDS[:, None]], "y_true has 3 rows, y_pred 8 rows"),
        ([np.array(["a"] * 8), IDS], [IDS, IDS], "y_true must hold numbers"),
        ([np.float32(3), IDS], [IDS, IDS], "must have a batch axis"),
    ],
)
def test_what_does_not_fit_is_told(y_true: Any, y_pred: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        observe(TWO, y_true, y_pred, "jax")


# --- properties ---------------------------------------------------------------------------------------------

SITES = [
    site(f"{activation}({units})", loss, ["accuracy", "binary_accuracy", "sparse_categorical_accuracy"])
    for activation in ("softmax", "sigmoid", "linear", "relu")
    for units in (1, 3)
    for loss in ("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy", "mse", "custom")
]
DTYPES = [np.float16, np.float32, np.float64, np.int8, np.int64, np.uint8, np.bool_]


@st.composite
def batches(draw: st.DrawFn) -> tuple[CompileSite, Any, Any]:
    """Any labels and any predictions whose numbers of rows agree."""
    a_site = draw(st.sampled_from(SITES))
    rows, steps = draw(st.integers(0, 5)), draw(st.integers(1, 3))
    units = a_site.heads[0].output.units.value
    prediction = draw(st.sampled_from([(rows, units), (rows, steps, units)]))
    target = draw(st.sampled_from([(rows,), (rows, 1), (rows, units), (rows, steps), prediction, prediction[:-1]]))
    y_true = draw(arrays.arrays(draw(st.sampled_from(DTYPES)), target))
    y_pred = draw(arrays.arrays(draw(st.sampled_from(DTYPES[:3])), prediction))
    return a_site, y_true, y_pred


@settings(deadline=None)
@given(batches())
def test_any_batch_can_be_looked_at(batch: tuple[CompileSite, Any, Any]) -> None:
    """Whatever the numbers are, nothing raises or warns, facts are plain values that fit into JSON."""
    after = observe(*batch, "jax")
    check(after, all_rules())
    assert isinstance(after.heads[0].observed, Observed)
    json.dumps(dataclasses.asdict(after.heads[0].observed), allow_nan=False)
    hash(after)


@settings(deadline=None)
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_rows_proves_nothing(batch: tuple[CompileSite, Any, Any], random: Any) -> None:
    a_site, y_true, y_pred = batch
    order = list(range(len(y_true)))
    random.shuffle(order)
    first, second = observe(a_site, y_true, y_pred, "jax"), observe(a_site, y_true[order], y_pred[order], "jax")
    assert first.heads[0].labels == second.heads[0].labels
    assert {finding.code for finding in check(first, all_rules())} == {
        finding.code for finding in check(second, all_rules())
    }


@settings(deadline=None)
@given(batches())
def test_what_weighs_nothing_proves_nothing(batch: tuple[CompileSite, Any, Any]) -> None:
    """A batch of weights 0 has no labels that are known."""
    a_site, y_true, y_pred = batch
    after = observe(a_site, y_true, y_pred, "jax", sample_weight=np.zeros(len(y_true)))
    if y_true.shape[: y_pred.ndim - 1] == y_pred.shape[:-1] and y_true.ndim <= y_pred.ndim:
        assert not after.heads[0].labels.encoding.known
        assert after.heads[0].observed is not None
        assert after.heads[0].observed.foreign == 0


@settings(deadline=None)
@given(arrays.arrays(np.int64, st.integers(1, 40), elements=st.integers(0, 3)), st.integers(0, 1000))
def test_ids_within_the_units_are_never_told(y_true: Any, seed: int) -> None:
    after = observe(SPARSE, y_true, probabilities(len(y_true), 4, seed), "jax", trained=False)
    assert check(after, all_rules()) == []


# --- innocent batches ---------------------------------------------------------------------------------------


def image_of(count: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(size=(count, 6))


SENTENCES = np.array([[1, 3, 2, 0], [3, 1, 0, 0]])
LANGUAGE = probabilities(8, 4).reshape(2, 4, 4)
CUT = np.linspace(0.1, 0.9, 8)[:, None]

INNOCENT: dict[str, tuple[CompileSite, Any, Any, dict[str, Any]]] = {
    "one row": (SPARSE, IDS[:1], probabilities(1, 4), {}),
    "one row, binary": (BINARY, np.array([1]), np.array([[0.2]]), {}),
    "no row": (SPARSE, IDS[:0], probabilities(0, 4), {}),
    "sorted": (SPARSE, np.sort(IDS), probabilities(8, 4), {}),
    "one class": (SPARSE, np.full(64, 2), probabilities(64, 4), {"trained": True}),
    "one class, one-hot": (CATEGORICAL, EYE[np.full(64, 2)], probabilities(64, 4), {"trained": True}),
    "two of four classes": (SPARSE, IDS % 2, probabilities(8, 4), {}),
    "ids as a column of floats": (SPARSE, IDS[:, None].astype(np.float32), probabilities(8, 4), {}),
    "label smoothing": (CATEGORICAL, EYE[IDS] * 0.9 + 0.025, probabilities(8, 4), {}),
    "mixup": (CATEGORICAL, (EYE[IDS] + EYE[IDS[::-1]]) / 2, probabilities(8, 4), {}),
    "distillation": (CATEGORICAL, probabilities(8, 4, seed=1), probabilities(8, 4), {}),
    "one-hot with rows of padding": (CATEGORICAL, np.where(IDS[:, None] == 3, 0, EYE[IDS]), probabilities(8, 4), {}),
    "soft binary labels without accuracy": (site("sigmoid(1)", "binary_crossentropy"), CUT[::-1], CUT, {}),
    "multi-hot": (TAGS, (EYE[IDS] + EYE[IDS[::-1]] > 0).astype(int), probabilities(8, 4), {}),
    "tags of which each row has one": (TAGS, EYE[IDS], probabilities(8, 4), {}),
    "tags of which no row has any": (TAGS, np.zeros((8, 4)), probabilities(8, 4), {}),
    "autoencoder": (site("sigmoid(6)", "mse", ["accuracy"]), image_of(8), image_of(8, 1), {"inputs": image_of(8)}),
    "autoencoder, bce": (
        site("sigmoid(6)", "binary_crossentropy", ["binary_accuracy"]),
        image_of(8),
        image_of(8, 1),
        {"inputs": image_of(8)},
    ),
    "denoiser": (site("sigmoid(6)", "mse", ["mae"]), image_of(8), image_of(8, 1), {"inputs": image_of(8, 2)}),
    "segmentation mask": (
        BINARY,
        RNG.integers(2, size=(2, 5, 5, 1)),
        RNG.uniform(size=(2, 5, 5, 1)),
        {"trained": True},
    ),
    "segmentation mask without the last axis": (
        BINARY,
        RNG.integers(2, size=(2, 5, 5)),
        RNG.uniform(size=(2, 5, 5, 1)),
        {"trained": True},
    ),
    "segmentation by classes": (
        SPARSE,
        RNG.integers(4, size=(2, 5, 5)),
        probabilities(50, 4).reshape(2, 5, 5, 4),
        {"trained": True},
    ),
    "pixels without a class on JAX": (
        SPARSE,
        np.where(RNG.uniform(size=(2, 5, 5)) < 0.1, 255, 2),
        probabilities(50, 4).reshape(2, 5, 5, 4),
        {},
    ),
    "token ids": (SPARSE, SENTENCES, LANGUAGE, {}),
    "token ids as a column": (SPARSE, SENTENCES[..., None], LANGUAGE, {}),
    "padded steps on JAX": (SPARSE, np.where(SENTENCES == 0, -1, SENTENCES), LANGUAGE, {}),
    "padded steps that weigh 0": (
        SPARSE,
        np.where(SENTENCES == 0, -1, SENTENCES),
        LANGUAGE,
        {"sample_weight": SENTENCES > 0, "backend": "tensorflow"},
    ),
    "padded yes and no": (
        BINARY,
        np.array([[0, 1, -1], [1, -1, -1]]),
        RNG.uniform(size=(2, 3, 1)),
        {"sample_weight": np.array([[1, 1, 0], [1, 0, 0]])},
    ),
    "padded yes and no by a mask": (BINARY, np.array([[0, 1, -1], [1, -1, -1]]), RNG.uniform(size=(2, 3, 1)), {}),
    "ignored class": (
        site("softmax(4)", "SparseCategoricalCrossentropy(ignore_class=-1)", ["accuracy"]),
        np.where(IDS == 3, -1, IDS),
        probabilities(8, 4),
        {"backend": "tensorflow"},
    ),
    "whole numbers as targets": (MSE, IDS * 7, CUT * 20, {}),
    "counts of 0 and 1": (MSE, IDS % 2, CUT, {}),
    "years": (MSE, 1990 + IDS, 1990 + CUT, {}),
    "counts of several things": (site("relu(4)", "mse", ["mae"]), EYE[IDS] * IDS[:, None], probabilities(8, 4), {}),
    "rates": (site("exponential(1)", "poisson"), IDS, CUT * 4, {}),
    "signs under a margin": (site("tanh(1)", "hinge"), np.where(IDS % 2, 1, -1), CUT, {}),
    "least squares on 0 and 1": (site("sigmoid(1)", "mse", ["accuracy"]), IDS % 2, CUT, {}),
    "linear least squares on one-hot rows": (site("linear(4)", "mse", ["accuracy"]), EYE[IDS], probabilities(8, 4), {}),
    "two columns under sigmoids": (
        site("sigmoid(2)", "binary_crossentropy", ["accuracy"]),
        np.eye(2)[IDS % 2],
        probabilities(8, 2),
        {},
    ),
    "critic": (site("linear(1)", "custom"), -np.ones(8), CUT * 50, {}),
    "action values": (site("linear(4)", "huber"), RNG.normal(size=(8, 4)), probabilities(8, 4) * 30, {}),
    "embeddings": (site("linear(4)", "custom"), IDS, probabilities(8, 4) - 0.5, {}),
    "labels that nobody looks at": (site("linear(4)", "custom"), np.zeros(8), probabilities(8, 4) - 0.5, {}),
    "logits": (
        site("linear(4)", "SparseCategoricalCrossentropy(from_logits=True)", ["accuracy"]),
        IDS,
        RNG.normal(size=(8, 4)) * 30,
        {},
    ),
    "masked logits": (
        site("linear(4)", "SparseCategoricalCrossentropy(from_logits=True)", ["accuracy"]),
        IDS % 3,
        np.where(np.arange(4) == 3, -np.inf, RNG.normal(size=(8, 4))),
        {},
    ),
    "low precision": (SPARSE, IDS, probabilities(8, 4).astype(np.float16), {}),
    "a model that has not been trained": (
        BINARY,
        RNG.integers(2, size=500),
        np.full((500, 1), 0.5),
        {"trained": False},
    ),
    "trained or not": (BINARY, RNG.integers(2, size=500), np.full((500, 1), 0.5), {}),
    "sure and right": (SPARSE, IDS, EYE[IDS], {"trained": True}),
    "better than the baseline": (
        BINARY,
        np.arange(500) % 10 == 0,
        np.where(np.arange(500) % 20 == 0, 0.9, 0.1)[:, None],
        {"trained": True},
    ),
}


def alarms(a_site: CompileSite, y_true: Any, y_pred: Any, backend: str = "jax", **more: Any) -> list[Finding]:
    found = check(observe(a_site, y_true, y_pred, backend, **more), all_rules())
    return [finding for finding in found if finding.severity is not Severity.HINT]


@pytest.mark.parametrize("name", INNOCENT)
def test_innocent(name: str) -> None:
    a_site, y_true, y_pred, more = INNOCENT[name]
    assert alarms(a_site, y_true, y_pred, **more) == []


@pytest.mark.parametrize("name", INNOCENT)
def test_innocent_in_every_row(name: str) -> None:
    """What gives no alarm gives none in a part of it either."""
    a_site, y_true, y_pred, more = INNOCENT[name]
    for row in range(len(y_true)):
        parts = {key: value[row : row + 1] if isinstance(value, np.ndarray) else value for key, value in more.items()}
        assert alarms(a_site, y_true[row : row + 1], y_pred[row : row + 1], **parts) == []
        if row >= 8:
            break

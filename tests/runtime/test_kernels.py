"""The kernels: against references written in the plainest way, at the edges, and in a fixed amount of memory."""

from __future__ import annotations

import doctest
import math
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lint_keras_acc.runtime import blocks, kernels, rows

Array = NDArray[Any]
NAN, INF = math.nan, math.inf

patient = settings(deadline=None)


# --- references: one row after another, one number after another ----------------------------------------------


def plain_largest(row: list[float], nan: str, zeros: str) -> int:
    best = 0
    for index, score in enumerate(row):
        if plain_above(score, row[best], nan, zeros):
            best = index
    return best


def plain_above(one: float, other: float, nan: str, zeros: str) -> bool:
    if math.isnan(one) or math.isnan(other):
        wins, loses = (one, other) if nan == "wins" else (other, one)
        return math.isnan(wins) and not math.isnan(loses) and (nan == "wins" or one != -INF)
    if one == other == 0 and zeros == "signed":
        return math.copysign(1, one) > math.copysign(1, other)
    return one > other


def plain_in_top_k(label: int, row: list[float], k: int, backend: str) -> bool:
    if backend == "tensorflow":
        if not 0 <= label < len(row) or not all(map(math.isfinite, row)):
            return False
        return sum(score > row[label] for score in row) < k
    if backend == "jax":
        own = row[label] if -len(row) <= label < len(row) else -INF
        return sum(score > (-INF if math.isnan(own) else own) for score in row) < k
    own = row[label % len(row)]
    return not math.isnan(own) and sum(score > own or math.isnan(score) for score in row) < k


SCORES = st.sampled_from([0.0, -0.0, 0.25, 0.5, 0.75, 1.0, -1.0, 3.0, NAN, INF, -INF])
DTYPES = ["float16", "float32", "float64"]
BLOCKS = st.sampled_from([1, 7, 64, blocks.PIECE])


@st.composite
def matrices(draw: st.DrawFn, scores: st.SearchStrategy[float] = SCORES) -> Array:
    """Rows of scores: few classes, many, and those in between; contiguous, transposed, or every second column."""
    classes = draw(st.sampled_from([1, 2, 3, 10, rows.FEW, rows.FEW + 1, 70]))
    palette = draw(st.lists(scores, min_size=1, max_size=5))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    shape = (draw(st.integers(0, 20)), classes * 2)
    array = generator.choice(palette, size=shape).astype(draw(st.sampled_from(DTYPES)))
    form = draw(st.sampled_from(["contiguous", "Fortran", "strided"]))
    if form == "strided":
        return array[:, ::2]
    return np.asfortranarray(array[:, :classes]) if form == "Fortran" else array[:, :classes].copy()


def labels_for(scores: Array, data: st.DataObject, beyond: int = 0) -> Array:
    generator = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    drawn = generator.integers(-beyond, scores.shape[1] + beyond, len(scores))
    return drawn.astype(data.draw(st.sampled_from(["int8", "int32", "int64", "float32"])))


@patient
@given(matrices(), st.data(), BLOCKS, st.sampled_from(["wins", "ignored"]), st.sampled_from(["equal", "signed"]))
def test_largest_of_rows(scores: Array, data: st.DataObject, block: int, nan: rows.Nan, zeros: rows.Zeros) -> None:
    labels = labels_for(scores, data, beyond=1)
    expected = [label == plain_largest(row, nan, zeros) for label, row in zip(labels, scores.tolist(), strict=True)]
    one_hot = np.eye(scores.shape[1])[labels.astype(int) % scores.shape[1]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIECE", block)
        assert kernels.sparse_categorical_hits(labels, scores, nan=nan, zeros=zeros).tolist() == expected
        wanted = labels.astype(int) % scores.shape[1]
        found = kernels.categorical_hits(one_hot, scores, nan=nan, zeros=zeros).tolist()
        assert found == kernels.sparse_categorical_hits(wanted, scores, nan=nan, zeros=zeros).tolist()
        comparison = kernels.sparse_categorical_comparison(labels, scores, nan=nan, zeros=zeros)
        assert comparison.count() == sum(expected)


@patient
@given(matrices(), st.data(), BLOCKS, st.integers(0, 12), st.sampled_from(["tensorflow", "jax", "torch", "numpy"]))
def test_top_k(scores: Array, data: st.DataObject, block: int, k: int, backend: kernels.Backend) -> None:
    if backend == "tensorflow":
        scores = scores.astype(np.float32)
    if backend == "torch":
        k = min(k, scores.shape[1])
    labels = labels_for(scores, data, beyond=0 if backend == "numpy" else 2)
    expected = [plain_in_top_k(int(label), row, k, backend) for label, row in zip(labels, scores.tolist(), strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIECE", block)
        assert kernels.sparse_top_k_hits(labels, scores, k, backend=backend).tolist() == expected
        figure = kernels.sparse_top_k_categorical_accuracy(labels, scores, k, backend=backend)
    assert figure == (pytest.approx(np.mean(expected)) if expected else pytest.approx(NAN, nan_ok=True))


@patient
@given(matrices(), st.data(), BLOCKS, st.booleans(), st.sampled_from([0.5, 0.0, 0.25]))
def test_binary(scores: Array, data: st.DataObject, block: int, rounding: bool, threshold: float) -> None:
    palette = data.draw(st.sampled_from([[0, 1], [0, 1, 2, -1], [0.0, 0.5, 1.0]]))
    dtype = data.draw(st.sampled_from(["bool", "int64", "uint8", "float32"]))
    labels = np.random.default_rng(0).choice(palette, size=scores.shape).astype(dtype)

    def hit(label: float, score: float) -> bool:
        if rounding:
            return math.isfinite(score) and round(score) == label
        return float(score > threshold) == label

    expected = [
        [hit(*pair) for pair in zip(*both, strict=True)] for both in zip(labels.tolist(), scores.tolist(), strict=True)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIECE", block)
        assert kernels.binary_hits(labels, scores, threshold=threshold, rounding=rounding).tolist() == expected
        figure = kernels.binary_accuracy(labels, scores, threshold=threshold, rounding=rounding)
    assert figure == (pytest.approx(np.mean(expected)) if expected else pytest.approx(NAN, nan_ok=True))


@patient
@given(matrices(st.sampled_from([0.0, 0.5, 1.0])), st.data(), BLOCKS)
def test_weights(scores: Array, data: st.DataObject, block: int) -> None:
    """sum(weight * hit) / sum(weight), element by element."""
    shape = data.draw(st.sampled_from([scores.shape[:1], (*scores.shape[:1], 1), scores.shape]))
    weights = np.random.default_rng(1).integers(0, 4, size=shape)
    mask = np.random.default_rng(2).integers(0, 2, size=scores.shape) if shape == scores.shape else None
    labels = np.ones(scores.shape)
    total = whole = 0.0
    for i, j in np.ndindex(scores.shape):
        weight = float(weights.reshape(len(scores), -1)[i, j if shape == scores.shape else 0])
        weight *= mask[i, j] if mask is not None else 1
        total, whole = total + weight * (scores[i, j] > 0.5), whole + weight
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "PIECE", block)
        figure = kernels.binary_accuracy(labels, scores, sample_weight=weights, mask=mask)
    assert figure == (pytest.approx(total / whole) if whole else pytest.approx(NAN, nan_ok=True))


# --- edges ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "threshold_form", "rounding_form"),
    [(0.5, 0, 0), (1.5, 1, 2), (2.5, 1, 2), (-0.5, 0, 0), (-0.6, 0, -1), (INF, 1, None), (-INF, 0, None)],
)
def test_thresholds_and_rounding(score: float, threshold_form: int, rounding_form: int | None) -> None:
    for label in (-1, 0, 1, 2):
        assert kernels.binary_hits([label], [score]).tolist() == [label == threshold_form]
        assert kernels.binary_hits([label], [score], rounding=True).tolist() == [label == rounding_form]


def test_nan_is_right_about_zeros_unless_it_is_rounded() -> None:
    assert kernels.binary_hits([0, 1], [NAN, NAN]).tolist() == [True, False]
    assert kernels.binary_hits([0, 1], [NAN, NAN], rounding=True).tolist() == [False, False]


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint8", "int16", "int32", "int64", "uint64", "float16", "float64"])
def test_types_of_predictions(dtype: str) -> None:
    scores = np.array([[0, 1, 1], [1, 0, 0]]).astype(dtype)
    assert kernels.sparse_categorical_hits([1, 1], scores).tolist() == [True, False]
    assert kernels.categorical_hits([[0, 1, 0], [0, 1, 0]], scores).tolist() == [True, False]
    assert kernels.sparse_top_k_hits([2, 2], scores, 1).tolist() == [True, False]
    assert kernels.binary_hits([[0, 1, 1], [1, 0, 1]], scores).tolist() == [[True] * 3, [True, True, False]]
    assert kernels.exact_hits([[0, 1, 1], [1, 0, 1]], scores).tolist() == [[True] * 3, [True, True, False]]


def test_bfloat16() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    scores = np.array([[0.1, 0.7, NAN], [0.3, 0.3, 0.1]]).astype(ml_dtypes.bfloat16)
    assert kernels.sparse_categorical_hits([2, 0], scores).tolist() == [True, True]
    assert kernels.sparse_categorical_hits([1, 0], scores, nan="ignored").tolist() == [True, True]
    assert kernels.sparse_top_k_hits([1, 1], scores, 1, backend="jax").tolist() == [True, True]
    assert kernels.binary_hits(scores.astype(bool), scores)[1].tolist() == [False, False, False]


def test_ids_collide_in_float32() -> None:
    """2**24 + 1 is no float32. The predictions are a view of one zero, but for the last classes."""
    scores = np.zeros((1, 2**24 + 2), dtype=np.float32)
    scores[0, 2**24] = 1
    label = np.array([2**24 + 1])
    assert kernels.sparse_categorical_hits(label, scores).tolist() == [True]
    assert kernels.sparse_categorical_hits(label, scores, ids="labels").tolist() == [False]
    assert kernels.sparse_top_k_hits(label, scores, 1).tolist() == [False]


def test_integer_labels_in_categorical_accuracy() -> None:
    scores = np.eye(3)[[2, 0, 2, 1]]
    assert kernels.categorical_hits([0, 1, 2, 1], scores).tolist() == [True, False, True, False]
    assert kernels.categorical_hits([[0], [1], [2], [1]], scores).tolist() == [False, True, False, False]


def test_one_hot_labels_in_sparse_accuracy() -> None:
    scores = np.eye(3)[[1, 0, 2]]
    hits = kernels.sparse_categorical_hits(np.eye(3), scores)
    assert hits.tolist() == [[True, True, False], [False, False, False], [False, True, False]]
    assert kernels.sparse_categorical_accuracy(np.eye(3), scores) == pytest.approx(1 / 3)


def test_sequences_and_images() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random((2, 3, 4, 5))
    labels = generator.integers(0, 5, (2, 3, 4))
    expected = (scores.argmax(-1) == labels).tolist()
    for form in (labels, labels[..., np.newaxis]):
        assert kernels.sparse_categorical_hits(form, scores).tolist() == expected
    assert kernels.categorical_hits(np.eye(5)[labels], scores).tolist() == expected
    assert kernels.top_k_hits(np.eye(5)[labels], scores, 1).tolist() == expected
    assert kernels.sparse_top_k_hits(labels, scores.transpose(0, 1, 2, 3)[:], 1).tolist() == expected
    moved = np.moveaxis(np.ascontiguousarray(np.moveaxis(scores, -1, 0)), 0, -1)
    assert kernels.sparse_categorical_hits(labels, moved).tolist() == expected


def test_shapes_of_hits() -> None:
    ones = np.ones((4, 1))
    assert kernels.binary_hits(np.ones(4), ones).shape == (4, 1)
    assert kernels.binary_comparison(np.ones(4), ones, align=False).shape == (4, 4)
    assert kernels.sparse_categorical_hits(ones, np.ones((4, 3))).shape == (4,)
    assert kernels.sparse_top_k_hits(ones, np.ones((4, 3))).shape == (4, 1)
    assert kernels.top_k_hits(np.ones((2, 2, 3)), np.ones((2, 2, 3))).shape == (2, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kernels.binary_hits(np.ones(2), np.ones((2, 3))), r"labels of shape \(2,\) do not fit"),
        (lambda: kernels.sparse_categorical_hits(np.eye(4)[:2], np.ones((2, 4))), r"\(2, 4\) do not fit .* \(2,\)"),
        (lambda: kernels.sparse_categorical_hits([0, 1, 2], np.ones((2, 4))), r"\(3,\) do not fit .* \(2,\)"),
        (lambda: kernels.categorical_hits(np.eye(3), np.ones((2, 3))), r"\(3,\) do not fit .* \(2,\)"),
        (lambda: kernels.categorical_hits(np.ones((2, 0)), np.ones((2, 0))), "have no axis of classes"),
        (lambda: kernels.sparse_categorical_hits(1, 2), "have no axis of classes"),
        (lambda: kernels.sparse_top_k_hits([0], np.ones(3)), "have 1 axes where top-k accuracy needs 2"),
        (lambda: kernels.sparse_top_k_hits([0, 1, 2], np.ones((2, 3))), r"\(3,\) do not fit .* \(2, 3\)"),
        (lambda: kernels.sparse_top_k_hits([3], np.ones((1, 3))), "label 3 is out of range for 3 classes"),
        (lambda: kernels.sparse_top_k_hits([0], np.ones((1, 3)), 4, backend="torch"), "k between 0 and .* 3, not 4"),
        (lambda: kernels.sparse_top_k_hits([0], np.ones((1, 3)), backend="tensorflow"), "takes float32 .* not float64"),
        (lambda: kernels.subset_accuracy(1, 1), "needs an axis of labels"),
        (lambda: kernels.binary_accuracy([1], [1], sample_weight=[[1, 2]]), r"weights of shape \(1, 2\) do not fit"),
        (
            lambda: kernels.binary_accuracy(
                np.ones((2, 3)), np.ones((2, 3)), sample_weight=[1, 2], mask=np.ones((2, 3))
            ),
            r"a mask of shape \(2, 3\) does not fit weights of shape \(2,\)",
        ),
        (lambda: kernels.balanced_accuracy([0, 1, 2], np.ones((2, 4))), r"\(3,\) do not fit"),
    ],
)
def test_errors(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    "figure",
    [
        kernels.binary_accuracy,
        kernels.categorical_accuracy,
        kernels.top_k_categorical_accuracy,
        kernels.exact_match,
        kernels.subset_accuracy,
        kernels.hamming_accuracy,
        kernels.balanced_accuracy,
    ],
)
def test_nothing(figure: Callable[[Array, Array], float]) -> None:
    nothing = np.ones((0, 3))
    assert math.isnan(figure(nothing, nothing))


# --- what to look at instead ----------------------------------------------------------------------------------


def test_five_labels() -> None:
    """Two rows of five labels, of which nine in ten are predicted right."""
    labels = [[0, 0, 0, 1, 1], [0, 0, 1, 1, 0]]
    for scores, categorical in (
        ([[0.2, 0.1, 0.05, 0.6, 0.05], [0.1, 0.1, 0.6, 0.9, 0.2]], [1, 0]),
        ([[0.2, 0.1, 0.05, 0.6, 0.05], [0.1, 0.1, 0.9, 0.6, 0.2]], [1, 1]),
    ):
        assert kernels.categorical_hits(labels, scores).tolist() == categorical
        assert kernels.binary_hits(labels, scores).mean(axis=-1).tolist() == [0.8, 1]
        assert kernels.hamming_accuracy(labels, scores) == kernels.binary_accuracy(labels, scores) == 0.9
        assert kernels.subset_hits(labels, scores).tolist() == [False, True]
        assert kernels.all_zeros_baseline(labels) == 0.6


def test_regression() -> None:
    labels, scores = [0, 1, 2, 3, 1, 0], [0.2, 1.3, 1.8, 3.4, 0.6, -0.4]
    assert kernels.binary_accuracy(labels, scores, rounding=True) == 1
    assert kernels.binary_accuracy(labels, scores) == pytest.approx(2 / 3)


def test_balanced_accuracy_and_the_majority() -> None:
    labels = np.array([0] * 8 + [1, 2])
    scores = np.eye(3)[[0] * 10]
    for form in (labels, labels[:, np.newaxis], np.eye(3)[labels]):
        assert kernels.balanced_accuracy(form, scores) == pytest.approx(1 / 3)
    assert kernels.majority_baseline(labels) == kernels.majority_baseline(np.eye(3)[labels], one_hot=True) == 0.8
    binary = (labels == 0).astype(int)
    assert kernels.balanced_accuracy(binary, np.full((10, 1), 0.9)) == 0.5
    assert kernels.balanced_accuracy(labels, scores, sample_weight=labels == 0) == 1
    classes, predicted = kernels.class_ids(np.eye(3)[labels], scores)
    assert (classes.tolist(), predicted.tolist()) == (labels.tolist(), [0] * 10)


@patient
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
def test_balanced_accuracy_class_by_class(pairs: list[tuple[int, int]]) -> None:
    labels, predicted = zip(*pairs, strict=True)
    shares = [sum(pair == (known, known) for pair in pairs) / labels.count(known) for known in sorted(set(labels))]
    assert kernels.balanced_accuracy(labels, np.eye(4)[list(predicted)]) == pytest.approx(sum(shares) / len(shares))


# --- memory ---------------------------------------------------------------------------------------------------

MEGABYTE = 1 << 20


@pytest.mark.slow
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    "call",
    [
        lambda ids, one_hot, scores: kernels.binary_accuracy(one_hot, scores),
        lambda ids, one_hot, scores: kernels.binary_accuracy(one_hot, scores, sample_weight=ids),
        lambda ids, one_hot, scores: kernels.categorical_accuracy(one_hot, scores, nan="ignored", zeros="signed"),
        lambda ids, one_hot, scores: kernels.sparse_categorical_accuracy(ids, scores),
        lambda ids, one_hot, scores: kernels.sparse_categorical_accuracy(ids, scores, sample_weight=ids),
        lambda ids, one_hot, scores: kernels.top_k_categorical_accuracy(one_hot, scores, 2, backend="tensorflow"),
        lambda ids, one_hot, scores: kernels.sparse_top_k_categorical_accuracy(ids, scores, 2),
        lambda ids, one_hot, scores: kernels.exact_match(one_hot, scores),
        lambda ids, one_hot, scores: kernels.subset_accuracy(one_hot, scores),
        lambda ids, one_hot, scores: kernels.balanced_accuracy(ids, scores),
        lambda ids, one_hot, scores: kernels.all_zeros_baseline(one_hot),
    ],
)
@pytest.mark.parametrize("classes", [8, 400])
def test_memory_is_a_fixed_block(call: Callable[[Array, Array, Array], float], order: Any, classes: int) -> None:
    """No more for 16 MB of predictions than some pieces of them."""
    rows = 4 * MEGABYTE // classes
    ids = np.zeros(rows, dtype=np.int64)
    scores, one_hot = (np.zeros((rows, classes), dtype=np.float32, order=order) for _ in range(2))
    call(ids[:8], one_hot[:8], scores[:8])
    tracemalloc.start()
    call(ids, one_hot, scores)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * MEGABYTE


# --- documentation --------------------------------------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "kernels.md"


@pytest.mark.skipif(not PAGE.exists(), reason="needs a source tree")
def test_examples_of_the_page() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert not failed
    assert tried

"""Each generation's ways, against what was recorded from running it on rows at the edges.

`recorded_hits.json` holds what the metric functions of each version returned for the cases that are named in it:
a number for each row (Keras 1: their mean), or "raises".
"""

from __future__ import annotations

import json
import math
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime.kernels import Backend
from lint_keras_acc.runtime.semantics import KERNELS, Semantics, comparison, semantics, tally

Array = NDArray[Any]
RECORDED: dict[str, dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "recorded_hits.json").read_text(encoding="utf-8")
)
NEWEST = Dialect("keras", (3, 15))
BACKENDS: tuple[Backend, ...] = ("tensorflow", "jax", "torch", "numpy")


def semantics_of(name: str) -> Semantics:
    match = re.fullmatch(r"(keras|tf\.keras|tf_keras)-(\d+)\.(\d+)(?:\.(\d+))?(?:-(tensorflow|jax|torch))?", name)
    assert match
    family, major, minor, patch, backend = match.groups()
    dialect = Dialect(family, (int(major), int(minor)), patch=int(patch) if patch else None)  # type: ignore[arg-type]
    return semantics(dialect, backend or "tensorflow")  # type: ignore[arg-type]


def check(kernel: str, ways: Semantics, y_true: Any, y_pred: Any, recorded: Any, k: int = 5) -> None:
    """Our hits are the recorded ones: one by one, or averaged over the last axis, or over all."""
    compare = comparison(kernel, ways, k=k)
    if recorded == "raises":
        with pytest.raises(ValueError, match=r"do not fit|axes|at most|between|out of range|float32"):
            compare(y_true, y_pred).hits()
        return
    hits = compare(y_true, y_pred).hits().astype(float)
    expected = np.asarray(recorded, dtype=float)
    if expected.ndim == 0:
        hits = np.asarray(hits.mean())
    elif hits.ndim == expected.ndim + 1:
        hits = hits.mean(axis=-1)
    assert np.allclose(hits.reshape(expected.shape), expected, rtol=1e-6, atol=0), (y_true, y_pred)


def number(text: str) -> float:
    """'0.5', '0.5+' (the next float32), 'nan', '-inf'."""
    if text.endswith(("+", "-")):
        return float(np.nextafter(np.float32(text[:-1]), np.float32({"+": math.inf, "-": -math.inf}[text[-1]])))
    return float(text)


@pytest.mark.parametrize("name", RECORDED)
def test_binary(name: str) -> None:
    ways = semantics_of(name)
    for label, scores in RECORDED[name]["binary"].items():
        if not label.startswith("y="):
            continue
        for score, recorded in scores.items():
            y_true = np.float32([[float(label[2:])]])
            check("binary_accuracy", ways, y_true, np.float32([[number(score[2:])]]), recorded)
    labels, scores = np.float32([1, 0, 1]), np.float32([[0.9], [0.9], [0.1]])
    check("binary_accuracy", ways, labels, scores, RECORDED[name]["binary"]["y (n,) p (n,1)"])


NAN, INF = math.nan, math.inf
CATEGORICAL: dict[str, tuple[list[float], int]] = {
    "pred tie first two, y=0": ([0.4, 0.4, 0.2], 0),
    "pred tie first two, y=1": ([0.4, 0.4, 0.2], 1),
    "pred all equal y=0": ([0.3, 0.3, 0.3], 0),
    "pred all equal y=2": ([0.3, 0.3, 0.3], 2),
    "p nan at 0, y=0": ([NAN, 0.5, 0.3], 0),
    "p nan at 0, y=1": ([NAN, 0.5, 0.3], 1),
    "p nan at 1, y=0": ([0.5, NAN, 0.3], 0),
    "p nan at 1, y=1": ([0.5, NAN, 0.3], 1),
    "p nan at 2 y=0": ([0.5, 0.3, NAN], 0),
    "p nan at 2 y=2": ([0.5, 0.3, NAN], 2),
    "p all nan y=0": ([NAN, NAN, NAN], 0),
    "p inf tie y=1": ([INF, INF, 0.0], 1),
    "1 class": ([0.3], 0),
}


@pytest.mark.parametrize("name", RECORDED)
def test_categorical(name: str) -> None:
    ways = semantics_of(name)
    recorded = RECORDED[name]["categorical"]
    for case, (scores, label) in CATEGORICAL.items():
        check("categorical_accuracy", ways, np.eye(len(scores))[[label]], np.float32([scores]), recorded[case])
    check(
        "categorical_accuracy", ways, np.zeros((1, 3)), np.float32([[0.5, 0.3, 0.2]]), recorded["y all zero, p max=0"]
    )


PREDICTED = np.eye(3, dtype=np.float32)[[1, 0, 2]]
SEQUENCES = np.eye(3, dtype=np.float32)[[[1, 0, 2], [0, 1, 2]]]
SPARSE: dict[str, tuple[Array, Array]] = {
    "(n,) f32": (np.float32([1, 0, 1]), PREDICTED),
    "(n,1) f32": (np.float32([[1], [0], [1]]), PREDICTED),
    "-1": (np.float32([[-1], [-1], [-1]]), PREDICTED),
    "oob 7": (np.float32([[7], [7], [7]]), PREDICTED),
    "1.5": (np.float32([[1.5], [1.5], [1.5]]), PREDICTED),
    "onehot (n,c)": (np.eye(3, dtype=np.float32), PREDICTED),
    "seq (n,t)": (np.float32([[1, 0, 1], [1, 1, 2]]), SEQUENCES),
    "seq (n,t,1)": (np.float32([[[1], [0], [1]], [[1], [1], [2]]]), SEQUENCES),
}


@pytest.mark.parametrize("name", RECORDED)
def test_sparse_categorical(name: str) -> None:
    ways = semantics_of(name)
    for case, recorded in RECORDED[name]["sparse"].items():
        check("sparse_categorical_accuracy", ways, *SPARSE[case], recorded)


TOP_K: dict[str, tuple[list[float], int]] = {
    "tie3 [.3,.3,.3,.1] k=1": ([0.3, 0.3, 0.3, 0.1], 1),
    "tie3 [.3,.3,.3,.1] k=2": ([0.3, 0.3, 0.3, 0.1], 2),
    "tie3 [.3,.3,.3,.1] k=3": ([0.3, 0.3, 0.3, 0.1], 3),
    "boundary tie [.5,.2,.2,.1] k=2": ([0.5, 0.2, 0.2, 0.1], 2),
    "k=5>n=4": ([0.4, 0.3, 0.2, 0.1], 5),
    "nan [nan,.5,.3,.2] k=2": ([NAN, 0.5, 0.3, 0.2], 2),
    "inf [inf,.5,.3,.2] k=2": ([INF, 0.5, 0.3, 0.2], 2),
    "-inf [-inf,.5,.3,.2] k=4": ([-INF, 0.5, 0.3, 0.2], 4),
}
# Not modelled: what these functions did with labels of rank 1, which compile() never hands them.
RANK_1 = {"keras-2.0.8", "tf.keras-1.13"}


@pytest.mark.parametrize("name", RECORDED)
def test_top_k(name: str) -> None:
    ways = semantics_of(name)
    recorded = RECORDED[name]["top_k"]
    for case, (scores, k) in TOP_K.items():
        expected = recorded[case]
        rows = np.float32([scores] * 4)
        flat = expected if expected == "raises" else np.reshape(expected, 4).tolist()
        check("top_k_categorical_accuracy", ways, np.eye(4), rows, flat, k)
    if name not in RANK_1:
        for case, label in (("sparse oob 7 k=2", 7), ("sparse -1 k=2", -1)):
            if case in recorded:
                row = np.float32([[0.1, 0.7, 0.2]])
                check("sparse_top_k_categorical_accuracy", ways, np.array([label]), row, recorded[case], 2)
    if "sparse seq (2,3) vs (2,3,3) k=2" in recorded:
        labels, rows = np.array([[0, 1, 0], [1, 0, 1]]), np.float32([[[0.5, 0.4, 0.1]] * 3] * 2)
        expected = recorded["sparse seq (2,3) vs (2,3,3) k=2"]
        flat = expected if expected == "raises" else np.reshape(expected, (2, 3)).tolist()
        check("sparse_top_k_categorical_accuracy", ways, labels, rows, flat, 2)


@pytest.mark.parametrize("name", RECORDED)
def test_colliding_ids(name: str) -> None:
    types = {"float16": np.dtype(np.float16), "bfloat16": np.dtype(pytest.importorskip("ml_dtypes").bfloat16)}
    ways = semantics_of(name)
    for case, recorded in RECORDED[name]["ids"].items():
        match = re.fullmatch(r"fn (\w+) (onehot )?label=(\d+) argmax=(\d+)(?: f32label)?", case)
        assert match
        label, predicted = int(match[3]), int(match[4])
        scores = np.zeros((1, label + 2), dtype=types[match[1]])
        scores[0, predicted] = 1
        if match[2]:
            check("categorical_accuracy", ways, np.eye(label + 2, dtype=np.float32)[[label]], scores, recorded)
        else:
            check("sparse_categorical_accuracy", ways, np.float32([label]), scores, recorded)


# --- what compile() does around the functions -----------------------------------------------------------------

MASK = np.array([[True, True, False], [False, False, True]])
LABELS, SCORES = np.array([[[1], [1], [0]], [[0], [1], [1]]]), np.full((2, 3, 1), 0.9, dtype=np.float32)
# Right are steps 0 and 1 of the first row, 1 and 2 of the second: 4 of 6, and 3 of the 3 that are not masked.


@pytest.mark.parametrize(
    ("name", "figure"),
    [
        ("keras-1.2.2", 4 / 6),
        ("keras-2.2.4", 1),
        ("keras-2.3.1", 1),
        ("tf.keras-1.13", 4 / 6),
        ("tf.keras-1.14", 1),
        ("tf.keras-2.2", 4 / 6),
        ("tf.keras-2.3", 1),
        ("tf_keras-2.21", 1),
        ("keras-3.11.3-tensorflow", 4 / 6),
        ("keras-3.12.4-tensorflow", 1),
    ],
)
def test_masks(name: str, figure: float) -> None:
    empty = tally("binary_accuracy", semantics_of(name))
    assert empty.update(LABELS, SCORES, mask=MASK).result() == pytest.approx(figure)


def test_masks_are_heeded_batch_by_batch_before_keras_2_3() -> None:
    """The figure of each batch counts by its samples, not by those of its steps that are not masked."""
    wrong = 1 - LABELS
    for name, figure in (("keras-2.2.5", (2 * 1 + 1 * 0) / 3), ("keras-2.3.1", 3 / 5)):
        state = tally("binary_accuracy", semantics_of(name)).update(LABELS, SCORES, mask=MASK)
        state = state.update(wrong[:1], SCORES[:1], mask=MASK[:1])
        assert state.result() == pytest.approx(figure)


def test_weights_before_keras_2_3_make_no_mean() -> None:
    """mean(w * c) / mean(w != 0): measured 2.5 where sum(w * c) / sum(w) is 0.714, and NaN for weights of 0 alone."""
    labels = np.array([1, 1, 1, 1, 1, 0, 0, 1, 1, 1])
    scores, weights = np.full((10, 1), 0.9), np.array([0, 0, 0, 0, 1, 2, 3, 4, 5, 6])
    old, new = (tally("binary_accuracy", semantics_of(name)) for name in ("keras-2.2.4", "keras-3.15.1-jax"))
    assert old.update(labels, scores, weights).result() == pytest.approx(16 / 6)
    assert new.update(labels, scores, weights).result() == pytest.approx(16 / 21)
    with_nan = old.update(labels[:4], scores[:4], weights[:4]).update(labels[4:], scores[4:], weights[4:])
    assert math.isnan(with_nan.result())


def test_binary_accuracy_is_averaged_before_it_is_weighed_up_to_keras_3_3() -> None:
    labels, scores, weights = np.eye(2), np.eye(2), np.array([[1, 2], [3, 4]])
    with pytest.raises(ValueError, match=r"weights of shape \(2, 2\) do not fit values of shape \(2,\)"):
        tally("binary_accuracy", semantics(Dialect("keras", (3, 3)))).update(labels, scores, weights)
    assert tally("binary_accuracy", semantics(NEWEST)).update(labels, scores, weights).result() == 1


def test_labels_become_a_column_before_keras_3() -> None:
    """Integer labels in categorical accuracy name class 0; in Keras 3 the place of the largest in the batch."""
    labels, scores = np.array([0, 2, 1]), np.eye(3)[[0, 1, 1]]
    assert tally("categorical_accuracy", semantics_of("tf_keras-2.21")).update(labels, scores).result() == 1 / 3
    assert tally("categorical_accuracy", semantics(NEWEST)).update(labels, scores).result() == 2 / 3


def test_samples_of_different_lengths() -> None:
    """Keras 3 gives each sample the same weight, tf_keras each step."""
    long, short = np.ones((1, 3)), np.zeros((1, 1))
    scores = np.eye(2)[1]
    for name, figure in (("tf_keras-2.21", 3 / 4), ("keras-3.15.1-jax", 1 / 2)):
        state = tally("sparse_categorical_accuracy", semantics_of(name))
        for labels in (long, short):
            state = state.update(labels, np.broadcast_to(scores, (*labels.shape, 2)))
        assert state.result() == figure


def test_rounding_of_keras_2_3_at_one_threshold() -> None:
    labels, scores = np.array([[1.0]]), np.array([[1.6]])
    ways = semantics(Dialect("keras", (2, 3)))
    assert tally("binary_accuracy", ways).update(labels, scores).result() == 0
    assert tally("binary_accuracy", ways, threshold=0.4).update(labels, scores).result() == 1


@pytest.mark.parametrize(
    ("backend", "version", "winner"),
    [
        ("tensorflow", (3, 9), 1),
        ("jax", (3, 9), 1),
        ("torch", (3, 9), 0),
        ("tensorflow", (3, 8), 0),
        ("jax", (3, 8), 0),
    ],
)
def test_negative_zero(backend: Backend, version: tuple[int, int], winner: int) -> None:
    compare = comparison("sparse_categorical_accuracy", semantics(Dialect("keras", version), backend))
    assert compare([winner], np.float32([[-0.0, 0.0]])).hits().tolist() == [True]


@pytest.mark.parametrize(("backend", "hit"), [("tensorflow", True), ("torch", False), ("jax", False)])
def test_thresholds_in_half_precision(backend: Backend, hit: bool) -> None:
    """0.3 as a float16 is above 0.3 as a float32, and not above itself."""
    compare = comparison("binary_accuracy", semantics(NEWEST, backend), threshold=0.3)
    assert compare([[1]], np.float16([[0.3]])).hits().tolist() == [[hit]]


def test_jax_has_32_bits() -> None:
    scores = np.array([[1.0, 1 + 1e-12]])
    for backend, winner in (("jax", 0), ("tensorflow", 1)):
        compare = comparison("sparse_categorical_accuracy", semantics(NEWEST, backend))  # type: ignore[arg-type]
        assert compare([winner], scores).hits().tolist() == [True]


def test_metric_classes_of_tensorflow_have_32_bits() -> None:
    ways = semantics(Dialect("tf_keras", (2, 21)))
    scores = np.array([[1.0, 1 + 1e-12]])
    assert comparison("sparse_categorical_accuracy", ways)([1], scores).hits().tolist() == [True]
    assert tally("sparse_categorical_accuracy", ways).update([1], scores).result() == 0


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kernel", KERNELS)
def test_every_kernel_has_a_tally(kernel: str, backend: Backend) -> None:
    labels = np.array([1, 0]) if "sparse" in kernel else np.eye(2, dtype=np.float32)[[1, 0]]
    state = tally(kernel, semantics(NEWEST, backend), k=1).update(labels, np.eye(2, dtype=np.float32))
    assert state.result() == 0
    assert pickle.loads(pickle.dumps(state)).result() == state.result()


def test_no_such_kernel() -> None:
    with pytest.raises(ValueError, match="'accuracy' is no kernel; there are binary_accuracy,"):
        tally("accuracy", semantics(NEWEST))

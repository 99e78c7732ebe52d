"""Tallies: batches in any order, on any machine, give what the whole gives at once."""

from __future__ import annotations

import itertools
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime import kernels
from lint_keras_acc.runtime.semantics import KERNELS, semantics, tally
from lint_keras_acc.runtime.tallies import ClassTally, MeanTally, Tally

Array = NDArray[Any]
INSTEAD = ("subset_accuracy", "hamming_accuracy", "balanced_accuracy", "majority_baseline", "all_zeros_baseline")
DIALECTS = [Dialect("keras", (3, 15)), Dialect("tf_keras", (2, 21)), Dialect("keras", (2, 2))]
CLASSES = 3

patient = settings(deadline=None, max_examples=60)


class Batch:
    """Labels in both encodings, scores with ties, and whole or broken weights."""

    def __init__(self, rows: int, seed: int, weighted: bool, masked: bool) -> None:
        generator = np.random.default_rng(seed)
        self.ids = generator.integers(0, CLASSES, (rows, 1))
        self.scores = generator.choice([0.0, 0.25, 0.5, 1.0], (rows, CLASSES)).astype(np.float32)
        self.weights = generator.choice([0.0, 0.1, 1 / 3, 2.0], rows) if weighted else None
        self.mask = generator.integers(0, 2, rows).astype(bool) if masked else None

    def given_to(self, state: Tally, kernel: str) -> Tally:
        by_id = kernel.startswith("sparse") or kernel in ("balanced_accuracy", "majority_baseline")
        labels = self.ids if by_id else np.eye(CLASSES, dtype=np.float32)[self.ids[:, 0]]
        return state.update(labels, self.scores, self.weights, self.mask)


@st.composite
def empty_tallies(draw: st.DrawFn) -> tuple[str, Tally]:
    kernel = draw(st.sampled_from(KERNELS + INSTEAD))
    return kernel, tally(kernel, semantics(draw(st.sampled_from(DIALECTS))), k=2)


@st.composite
def some_batches(draw: st.DrawFn) -> list[Batch]:
    weighted, masked = draw(st.booleans()), draw(st.booleans())
    sizes = draw(st.lists(st.integers(0, 9), min_size=1, max_size=4))
    return [Batch(rows, draw(st.integers(0, 99)), weighted, masked) for rows in sizes]


def same(one: Tally, other: Tally) -> bool:
    """To the last bit."""
    return np.array_equal(one.result(), other.result(), equal_nan=True)


@patient
@given(empty_tallies(), some_batches())
def test_batches_may_come_in_any_order(empty: tuple[str, Tally], batches: list[Batch]) -> None:
    kernel, start = empty
    with np.errstate(all="ignore"):
        states = [batch.given_to(start, kernel) for batch in batches]
        one_by_one = start
        for batch in batches:
            one_by_one = batch.given_to(one_by_one, kernel)
        for order in itertools.permutations(states):
            merged = start
            for state in order:
                merged = merged.merge(state)
            assert same(merged, one_by_one)


@patient
@given(empty_tallies(), some_batches())
def test_merge_is_associative_and_commutative(empty: tuple[str, Tally], batches: list[Batch]) -> None:
    kernel, start = empty
    one, two, three = ((batches * 3)[index].given_to(start, kernel) for index in range(3))
    assert same(one.merge(two).merge(three), one.merge(two.merge(three)))
    assert same(one.merge(two), two.merge(one))
    assert same(one.merge(start), one)


@patient
@given(empty_tallies(), st.integers(0, 30), st.integers(0, 99), st.lists(st.integers(0, 30), max_size=3))
def test_batches_equal_the_whole(empty: tuple[str, Tally], rows: int, seed: int, cuts: list[int]) -> None:
    kernel, start = empty
    batch = Batch(rows, seed, weighted=False, masked=False)
    bounds = [0, *sorted(min(cut, rows) for cut in cuts), rows]
    state = start
    for first, last in itertools.pairwise(bounds):
        part = Batch(0, 0, weighted=False, masked=False)
        part.ids, part.scores = batch.ids[first:last], batch.scores[first:last]
        state = part.given_to(state, kernel)
    assert same(state, batch.given_to(start, kernel))


def test_a_tally_is_the_figure() -> None:
    batch = Batch(40, 0, weighted=True, masked=True)
    one_hot = np.eye(CLASSES)[batch.ids[:, 0]]
    ways = semantics(Dialect("keras", (3, 15)), "jax")
    weighed = {"sample_weight": batch.weights, "mask": batch.mask}
    for kernel, figure in (
        ("binary_accuracy", kernels.binary_accuracy(one_hot, batch.scores, **weighed)),
        ("categorical_accuracy", kernels.categorical_accuracy(one_hot, batch.scores, **weighed)),
        ("subset_accuracy", kernels.subset_accuracy(one_hot, batch.scores, **weighed)),
        ("balanced_accuracy", kernels.balanced_accuracy(batch.ids, batch.scores, **weighed)),
        ("all_zeros_baseline", kernels.all_zeros_baseline(one_hot, **weighed)),
    ):
        assert batch.given_to(tally(kernel, ways), kernel).result() == pytest.approx(figure, rel=1e-12)


def test_states_are_frozen_and_travel() -> None:
    batch = Batch(10, 0, weighted=True, masked=False)
    for kernel in KERNELS + INSTEAD:
        start = tally(kernel, semantics(Dialect("tf_keras", (2, 21))))
        state = batch.given_to(start, kernel)
        assert math.isnan(start.result())
        travelled = pickle.loads(pickle.dumps(state))
        assert travelled.result() == state.result()
        assert same(travelled.merge(state), state)
        assert isinstance(state, MeanTally | ClassTally)


def test_majority() -> None:
    state = (
        ClassTally("majority").update([0, 1, 1], np.eye(3)).merge(ClassTally("majority").update([2, 1], np.eye(3)[:2]))
    )
    assert state.result() == 3 / 5
    assert state.seen == {0: 1, 1: 3, 2: 1}


def test_weights_that_are_not_finite() -> None:
    state = tally("exact_match", semantics(Dialect("keras", (3, 15))))
    assert math.isnan(state.update([1.0], [1.0], [math.inf]).result())
    assert math.isnan(state.update([1.0], [1.0], [math.nan]).update([1.0], [1.0]).result())


def test_hits_of_a_batch() -> None:
    state = tally("sparse_categorical_accuracy", semantics(Dialect("keras", (3, 15))))
    assert isinstance(state, MeanTally)
    assert state.hits([1, 0], np.eye(2)[[1, 1]]).tolist() == [True, False]

"""Compares kernels with one installed Keras and prints what was compared, by kernel, as a line of JSON.

`python -m tests.runtime.agreement.worker INSTALLATION CASES SEED KERNEL...`, with KERAS_BACKEND set to suit. Of a
kernel that differs the difference is printed, as a string.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as with_seed
from numpy.typing import NDArray

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime.semantics import Backend, Semantics, semantics, tally
from tests.runtime.agreement.backends import Installation
from tests.runtime.agreement.batches import Batch, Trial, trials
from tests.runtime.agreement.installed import Keras, load

Array = NDArray[Any]

TRIALS_A_ROUND = 40
LEAST_RESULTS = 20


@dataclass
class Compared:
    """What was compared.

    cases:      rows with their labels, each judged by Keras and by us.
    results:    metrics fed with batches, weights and masks, whose results agreed to the last bit of float32.
    rounded:    results that Keras itself rounds more than once: means over axes that are no powers of two.
    worst:      the largest distance of such a result from ours, in units of the last place.
    nothing:    results of nothing but weights of 0: Keras says 0.0, we say that there is nothing to say.
    raised:     calls that raise in Keras, and with us.
    """

    installation: str
    version: str
    kernel: str
    cases: int = 0
    trials: int = 0
    results: int = 0
    rounded: int = 0
    worst: float = 0.0
    nothing: int = 0
    raised: int = 0
    seconds: float = 0.0


def our_semantics(installation: Installation, version: str) -> Semantics:
    major, minor = map(int, version.split(".")[:2])
    if installation == "tf_keras":
        return semantics(Dialect("tf_keras", (major, minor)), "tensorflow")
    return semantics(Dialect("keras", (major, minor)), cast(Backend, installation))


def compare(keras: Keras, ours: Semantics, trial: Trial, compared: Compared) -> None:
    """Raises AssertionError at the first difference."""
    seen_by_us = tuple(held(keras, batch) for batch in trial.batches)
    state = tally(trial.kernel, ours, threshold=trial.threshold, k=trial.k)
    for batch, seen in zip(trial.batches, seen_by_us, strict=True):
        theirs = attempt(keras.scores, trial, batch)
        hits = attempt(hits_of, state, seen)
        if isinstance(theirs, Exception):
            compared.raised += 1
            assert isinstance(hits, Exception), f"Keras raises {theirs!r}, we say {hits}"
            return
        assert not isinstance(hits, Exception), f"we raise {hits!r}, Keras says {theirs}"
        same_scores(hits, theirs, batch)
    compared.cases += trial.rows
    compared.trials += 1
    same_results(keras, trial, seen_by_us, state, compared)


def held(keras: Keras, batch: Batch) -> Batch:
    return replace(batch, y_true=keras.held(batch.y_true), y_pred=keras.held(batch.y_pred))


def hits_of(state: Any, batch: Batch) -> Array:
    hits: Array = state.compare(batch.y_true, batch.y_pred).hits()
    return hits


def attempt(call: Callable[..., Any], *arguments: Any) -> Any:
    """What the call gives, or the exception that it raises."""
    try:
        return call(*arguments)
    except Exception as error:
        return error


def same_scores(hits: Array, theirs: Array, batch: Batch) -> None:
    if hits.ndim == theirs.ndim + 1:
        hits = hits.mean(axis=-1)
        assert hits.shape == theirs.shape
        differ = np.abs(hits - theirs) > np.spacing(theirs.astype(np.float32))
    else:
        assert hits.shape == theirs.shape, f"shapes: ours {hits.shape}, Keras's {theirs.shape}"
        differ = hits != theirs.astype(bool)
    if differ.any():
        raise AssertionError(difference(differ, hits, theirs, batch))


def difference(differ: Array, hits: Array, theirs: Array, batch: Batch) -> str:
    place = tuple(int(index) for index in np.argwhere(differ)[0])
    row = place[: batch.y_pred.ndim - 1]
    return (
        f"{int(differ.sum())} of {differ.size} differ; at {place} we say {hits[place]}, Keras says {theirs[place]}: "
        f"labels {batch.y_true[row[: batch.y_true.ndim]]!r}, predictions {batch.y_pred[row]!r}"
    )


def same_results(keras: Keras, trial: Trial, batches: tuple[Batch, ...], empty: Any, compared: Compared) -> None:
    theirs = attempt(keras.result, trial)
    state = attempt(fed, empty, batches)
    if isinstance(theirs, Exception):
        compared.raised += 1
        assert isinstance(state, Exception), f"Keras raises {theirs!r}, we say {state.result()}"
        return
    assert not isinstance(state, Exception), f"we raise {state!r}, Keras says {theirs}"
    merged = fed(empty, batches[:1]).merge(fed(empty, batches[1:]))
    assert np.array_equal(merged.result(), state.result(), equal_nan=True)
    if np.isnan(state.result()):
        compared.nothing += 1
        assert theirs == 0.0, f"we saw nothing, Keras says {theirs}"
        return
    ours = np.float32(state.result())
    distance = float(abs(np.float64(ours) - theirs) / np.spacing(ours))
    if trial.is_exact:
        compared.results += 1
        assert distance <= 1, f"result: ours {ours!r}, Keras's {theirs!r}, {distance} units in the last place"
        return
    compared.rounded += 1
    compared.worst = max(compared.worst, distance)
    assert distance <= trial.rows + 3, f"result: ours {ours!r}, Keras's {theirs!r}"


def fed(state: Any, batches: tuple[Batch, ...]) -> Any:
    for batch in batches:
        state = state.update(batch.y_true, batch.y_pred, sample_weight=batch.sample_weight, mask=batch.mask)
    return state


def run(keras: Keras, installation: Installation, kernel: str, cases: int, seed: int) -> Compared:
    compared = Compared(installation, keras.version, kernel)
    ours = our_semantics(installation, keras.version)
    start = time.perf_counter()
    for number in itertools.count(seed):
        one_round(keras, ours, kernel, number, compared)
        if compared.cases >= cases and compared.results >= LEAST_RESULTS:
            break
    compared.seconds = round(time.perf_counter() - start, 1)
    return compared


def one_round(keras: Keras, ours: Semantics, kernel: str, seed: int, compared: Compared) -> None:
    @with_seed(seed)
    @settings(
        max_examples=TRIALS_A_ROUND,
        deadline=None,
        database=None,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(trials(kernel))
    def agree(trial: Trial) -> None:
        with np.errstate(all="ignore"):
            compare(keras, ours, trial, compared)

    agree()


def main(arguments: list[str]) -> int:
    installation, cases, seed, *kernels = arguments
    keras = load(cast(Installation, installation))
    told: dict[str, dict[str, Any] | str] = {}
    for kernel in kernels:
        try:
            told[kernel] = asdict(run(keras, cast(Installation, installation), kernel, int(cases), int(seed)))
        except Exception:
            told[kernel] = traceback.format_exc()
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

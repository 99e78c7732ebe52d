"""Times of the accuracy kernels as ratios to one read pass over the predictions, beside those of other libraries.

Prints one table of one run. Each column is there only if its library is installed. Keras runs in processes of its own,
one for each backend; the floor is measured again in each of them, so that every ratio is one of a single process. To
measure one core, bind the whole to it: `taskset -c 0 python benchmarks/kernels.py`.

The floor is `predictions.sum()`, one pass that reads every number and adds it up (in categorical accuracy, over both
arrays); beside it stands `predictions.max()`, NumPy's fastest pass, which keeps nothing but one number. Unless --warm
is given, each call gets the next of several equal batches that are together larger than the caches, so that floor and
kernels read from memory, as the predictions of a whole test set do; the batch of Keras lies in its own tensors.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.runtime import kernels

Array = NDArray[Any]
Call = Callable[[Array, Array], object]
# Together larger than a cache of the third level that other machines share.
SPREAD = 160 << 20


@dataclass(frozen=True)
class Task:
    """A kernel on a shape: ours, plain NumPy, and what others call it."""

    name: str
    rows: int
    classes: int
    labels: str
    ours: Call
    plain: Call
    metric: str
    scikit_learn: str

    def batch(self, seed: int) -> tuple[Array, Array]:
        generator = np.random.default_rng(seed)
        scores = generator.random((self.rows, self.classes), dtype=np.float32)
        if self.labels == "boolean":
            return generator.random((self.rows, 1)) < 0.5, scores
        ids = generator.integers(0, self.classes, self.rows)
        return (ids, scores) if self.labels == "ids" else (np.eye(self.classes, dtype=np.float32)[ids], scores)

    def passes(self, read: Callable[[Array], object]) -> Call:
        """Reading the predictions once, and the labels too where they are as large."""
        if self.labels == "one-hot":
            return lambda labels, scores: (read(labels), read(scores))
        return lambda labels, scores: read(scores)

    @property
    def title(self) -> str:
        return f"{self.name} ({self.rows:,}, {self.classes:,})"


def _rank(labels: Array, scores: Array) -> float:
    own = np.take_along_axis(scores, labels[:, np.newaxis], axis=1)
    return float(((scores > own).sum(axis=1) < 5).mean())


def _sparse(rows: int, classes: int) -> Task:
    return Task(
        "sparse",
        rows,
        classes,
        "ids",
        kernels.sparse_categorical_accuracy,
        lambda labels, scores: (scores.argmax(axis=1) == labels).mean(),
        "sparse_categorical_accuracy",
        "accuracy_score(labels, scores.argmax(axis=1))",
    )


def _top_5(rows: int, classes: int) -> Task:
    return Task(
        "top-5",
        rows,
        classes,
        "ids",
        lambda labels, scores: kernels.sparse_top_k_categorical_accuracy(labels, scores, backend="tensorflow"),
        _rank,
        "sparse_top_k_categorical_accuracy",
        f"top_k_accuracy_score(labels, scores, k=5, labels=range({classes}))",
    )


TASKS = (
    Task(
        "binary, boolean labels",
        1_000_000,
        1,
        "boolean",
        kernels.binary_accuracy,
        lambda labels, scores: ((scores > 0.5) == labels).mean(),
        "binary_accuracy",
        "accuracy_score(labels, scores > 0.5)",
    ),
    _sparse(100_000, 10),
    _sparse(10_000, 1000),
    Task(
        "categorical",
        10_000,
        1000,
        "one-hot",
        kernels.categorical_accuracy,
        lambda labels, scores: (scores.argmax(axis=1) == labels.argmax(axis=1)).mean(),
        "categorical_accuracy",
        "accuracy_score(labels.argmax(axis=1), scores.argmax(axis=1))",
    ),
    _top_5(100_000, 10),
    _top_5(10_000, 1000),
)
METRICS = {
    "binary_accuracy": "BinaryAccuracy",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "categorical_accuracy": "CategoricalAccuracy",
    "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
}
FLOOR, MAX, OURS, NUMPY, SCIKIT_LEARN = "sum", "max", "ours", "NumPy", "scikit-learn"


def best_times(calls: dict[str, Callable[[], object]], rounds: int, patience: float) -> dict[str, float]:
    """The shortest time of each, in ms. The calls take turns; one that has had `patience` seconds sits out."""
    for call in calls.values():
        call()
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            if sum(times[name]) > patience * 1000:
                continue
            start = time.perf_counter()
            call()
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: min(taken) for name, taken in times.items()}


def batches(task: Task, warm: bool) -> Iterator[tuple[Array, Array]]:
    first = task.batch(0)
    size = sum(array.nbytes for array in first)
    count = 1 if warm else max(2, -(-SPREAD // size))
    return cycle([first, *(tuple(array.copy() for array in first) for _ in range(count - 1))])  # type: ignore[list-item]


def numpy_times(task: Task, rounds: int, patience: float, warm: bool) -> dict[str, float]:
    supply = batches(task, warm)
    calls: dict[str, Call] = {
        FLOOR: task.passes(np.sum),
        MAX: task.passes(np.max),
        OURS: task.ours,
        NUMPY: task.plain,
    }
    if find_spec("sklearn"):
        calls[SCIKIT_LEARN] = scikit_learn(task.scikit_learn)
    return best_times({name: lambda call=call: call(*next(supply)) for name, call in calls.items()}, rounds, patience)  # type: ignore[misc]


def scikit_learn(expression: str) -> Call:
    metrics: Any = import_module("sklearn.metrics")

    code = compile(expression, "scikit-learn", "eval")
    names = {"accuracy_score": metrics.accuracy_score, "top_k_accuracy_score": metrics.top_k_accuracy_score}
    return lambda labels, scores: eval(code, {**names, "labels": labels, "scores": scores})


def keras_times(task: Task, rounds: int, patience: float, warm: bool) -> dict[str, float]:
    """Keras's own metric, its batch already in tensors: `update_state`, and compiled where the backend compiles."""
    keras: Any = import_module("keras")
    backend = keras.backend.backend()
    supply = batches(task, warm)
    labels, scores = (keras.ops.convert_to_tensor(array) for array in task.batch(0))
    metric = getattr(keras.metrics, METRICS[task.metric])()

    floor = task.passes(np.sum)

    def eager() -> object:
        metric.update_state(labels, scores)
        return waited(backend, metric.variables[0].value)

    calls = {FLOOR: lambda: floor(*next(supply)), f"{backend}, eager": eager}
    compiled = compiled_call(backend, getattr(keras.metrics, task.metric), labels, scores)
    if compiled:
        calls[f"{backend}, {'jit' if backend == 'jax' else 'tf.function'}"] = compiled
    return best_times(calls, rounds, patience)


def waited(backend: str, value: Any) -> object:
    return value.block_until_ready() if backend == "jax" else value


def compiled_call(backend: str, function: Any, labels: Any, scores: Any) -> Callable[[], object] | None:
    if backend == "tensorflow":
        tf: Any = import_module("tensorflow")
        graph = tf.function(lambda labels, scores: tf.reduce_mean(function(labels, scores)))
        return lambda: graph(labels, scores)
    if backend == "jax":
        jax: Any = import_module("jax")
        jitted = jax.jit(lambda labels, scores: function(labels, scores).mean())
        return lambda: jitted(labels, scores).block_until_ready()
    return None


def keras_in_a_process(backend: str, arguments: list[str]) -> dict[str, dict[str, float]]:
    """The times of each task on this backend; nothing where it is not installed."""
    if not find_spec("keras") or not find_spec(backend):
        return {}
    command = [sys.executable, __file__, *arguments, "--keras"]
    threads = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    quiet = {**os.environ, **threads, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(command, env=quiet, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(measured: dict[str, dict[str, str]]) -> str:
    """Markdown: a row a task, a column a contestant, in the order in which they appear."""
    columns = list(dict.fromkeys(name for row in measured.values() for name in row))
    lines = ["| task | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += [
        f"| {title} | " + " | ".join(row.get(name, "") for name in columns) + " |" for title, row in measured.items()
    ]
    return "\n".join(lines)


def ratios(times: dict[str, float]) -> dict[str, str]:
    return {name: f"{taken / times[FLOOR]:.2f}" for name, taken in times.items() if name != FLOOR}


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60, help="calls of each (default: 60)")
    parser.add_argument("--patience", type=float, default=4.0, help="seconds for each at most (default: 4)")
    parser.add_argument("--scale", type=int, default=1, help="divide all numbers of rows, to try it out")
    parser.add_argument("--warm", action="store_true", help="one batch, which may stay in the caches")
    parser.add_argument("--no-keras", action="store_true", help="leave Keras out")
    parser.add_argument("--keras", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    tasks = [Task(**{**vars(task), "rows": task.rows // options.scale}) for task in TASKS]
    bounds = (options.rounds, options.patience, options.warm)
    if options.keras:
        print(json.dumps({task.title: keras_times(task, *bounds) for task in tasks}))
        return 0
    measured: dict[str, dict[str, str]] = {}
    for task in tasks:
        times = numpy_times(task, *bounds)
        measured[task.title] = {"floor (sum), ms": f"{times[FLOOR]:.2f}", **ratios(times)}
    for backend in () if options.no_keras else ("tensorflow", "jax", "torch"):
        for title, times in keras_in_a_process(backend, given).items():
            measured[title] |= ratios(times)
    print("Times as ratios to the floor (the shortest of all rounds):\n")
    print(table(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())

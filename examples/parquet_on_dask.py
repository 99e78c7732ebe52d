"""Evaluate predictions that lie in Parquet files, on Dask: more than fits into memory, on any number of machines.

Each file becomes one tally where it is read; the tallies are merged. The files have a column "label" with class ids
and one column for the score of each class, "score_0", "score_1", ...

    python parquet_on_dask.py PREDICTIONS/*.parquet
"""

import sys

import dask
import numpy as np
import pyarrow.parquet as pq

from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.runtime.semantics import semantics, tally

ACCURACIES = (
    "sparse_categorical_accuracy",
    "sparse_top_k_categorical_accuracy",
    "balanced_accuracy",
    "majority_baseline",
)
KERAS = semantics(parse_dialect("keras-3.15"), "jax")


def empty():
    return {name: tally(name, KERAS, k=2) for name in ACCURACIES}


@dask.delayed
def tallied(path):
    tallies = empty()
    with pq.ParquetFile(path) as file:
        classes = sum(name.startswith("score_") for name in file.schema.names)
        for batch in file.iter_batches(batch_size=65_536):
            y_true = batch.column("label").to_numpy()
            y_pred = np.column_stack([batch.column(f"score_{index}").to_numpy() for index in range(classes)])
            tallies = {name: state.update(y_true, y_pred) for name, state in tallies.items()}
    return tallies


@dask.delayed
def merged(one, other):
    return {name: one[name].merge(other[name]) for name in ACCURACIES}


def evaluate(paths):
    """The figures by name, over all files."""
    states = [tallied(path) for path in paths]
    while len(states) > 1:
        pairs = zip(states[::2], states[1::2])
        states = [merged(one, other) for one, other in pairs] + states[len(states) // 2 * 2 :]
    (state,) = dask.compute(*states)
    return {name: state[name].result() for name in ACCURACIES}


if __name__ == "__main__":
    for name, figure in evaluate(sys.argv[1:]).items():
        print(f"{name:36}{figure:.4f}")

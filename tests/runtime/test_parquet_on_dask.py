"""The example that evaluates predictions in Parquet on Dask gives the figures of the whole at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lint_keras_acc.runtime import kernels

EXAMPLE = Path(__file__).parents[2] / "examples" / "parquet_on_dask.py"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="needs a source tree")


@pytest.mark.slow
def test_figures(tmp_path: Path) -> None:
    pytest.importorskip("dask")
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    generator = np.random.default_rng(0)
    labels, scores = generator.integers(0, 12, 100_000), generator.random((100_000, 12), dtype=np.float32)
    for number, rows in enumerate(np.array_split(np.arange(100_000), [70_000, 70_001, 90_000])):
        columns = {"label": labels[rows]} | {f"score_{index}": scores[rows, index] for index in range(12)}
        parquet.write_table(arrow.table(columns), tmp_path / f"{number}.parquet")

    done = subprocess.run(
        [sys.executable, str(EXAMPLE), *map(str, sorted(tmp_path.glob("*.parquet")))],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    printed = {name: float(figure) for name, figure in (line.split() for line in done.stdout.splitlines())}
    assert printed == {
        "sparse_categorical_accuracy": round(kernels.sparse_categorical_accuracy(labels, scores), 4),
        "sparse_top_k_categorical_accuracy": round(kernels.sparse_top_k_categorical_accuracy(labels, scores, 2), 4),
        "balanced_accuracy": round(kernels.balanced_accuracy(labels, scores), 4),
        "majority_baseline": round(kernels.majority_baseline(labels), 4),
    }

"""What Keras computes: every loss and every metric on every output and all labels, on one backend.

The value of a loss does not depend on the metrics, and that of a metric not on the loss (in the generations that
choose by shapes), so each is measured once and a cell combines the two; `measure_cells` runs whole cells, to prove it.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from lint_keras_acc.findings import Severity
from lint_keras_acc.rules import all_rules
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.runtime.observe import observe
from lint_keras_acc.runtime.reader import inspect
from tests.oracle.cells import (
    BATCHES,
    LABELS,
    LOSSES,
    METRICS,
    OUTPUTS,
    Cell,
    Labels,
    Loss,
    Metric,
    Output,
    cells,
    scores,
)

ROOT = Path(__file__).parent.parent.parent
BACKENDS = {"jax": "jax", "tensorflow": "tensorflow", "torch": "torch", "tf_keras": "tf_keras"}
SAMPLE = 300
# Another backend runs the same kernels: fewer batches tell whether it prints the same.
BATCHES_ELSEWHERE = 2
QUIET_AND_QUICK = {
    "CUDA_VISIBLE_DEVICES": "",
    "JAX_PLATFORMS": "cpu",
    "JAX_TRACEBACK_FILTERING": "off",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "XLA_FLAGS": "--xla_backend_optimization_level=0",
}

# One number, one for each class, or what was raised instead.
Value = float | list[float] | str


def is_measured(backend: str) -> bool:
    """It is installed, and asked for: by default JAX alone, since each backend takes minutes."""
    asked = os.environ.get("ORACLE_BACKENDS", "jax")
    if asked != "all" and backend not in asked.split(","):
        return False
    return find_spec("keras") is not None and find_spec(BACKENDS[backend]) is not None


def key(*parts: Labels | Output | Loss | Metric) -> str:
    """What a value is stored under."""
    return " | ".join(part.name if isinstance(part, Labels | Output) else part.code for part in parts)


@cache
def measured(backend: str) -> dict[str, Any]:
    """'losses' by labels, output and loss, 'metrics' by labels, output and metric: a value for each batch.

    'sample': whole cells by their number, as [loss, metric]; 'live': the codes that their live models get. It runs in a
    process of its own.
    """
    environment = dict(os.environ, KERAS_BACKEND="jax" if backend == "tf_keras" else backend, **QUIET_AND_QUICK)
    done = subprocess.run(
        [sys.executable, "-m", __name__, backend], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"measuring on {backend} failed:\n{done.stderr[-4000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


# --- in the process -----------------------------------------------------------------------------------------


class Measuring:
    """Keras as it is installed, with a model of each output."""

    def __init__(self, backend: str) -> None:
        self.keras = __import__("tf_keras" if backend == "tf_keras" else "keras")
        self.backend = "tensorflow" if backend == "tf_keras" else backend
        self.batches = BATCHES if backend == "jax" else BATCHES_ELSEWHERE
        self.models = {output: self._model(output) for output in OUTPUTS}

    def _model(self, output: Output) -> Any:
        """`Dense(units, activation)` whose weights pass on what they are given."""
        layers = self.keras.layers
        dense = layers.Dense(output.units, activation=output.activation)
        model = self.keras.Sequential([layers.Input((output.units,)), dense])
        dense.set_weights([np.eye(output.units, dtype="float32"), np.zeros(output.units, "float32")])
        return model

    def tensor(self, array: Any) -> Any:
        """As a fit hands it over: floats in single precision."""
        array = array.astype("float32") if array.dtype.kind == "f" else array
        if self.keras.__name__ == "keras":
            return self.keras.ops.convert_to_tensor(array)
        return __import__("tensorflow").convert_to_tensor(array)

    def evaluated(self, code: str) -> Any:
        return eval(code, {"keras": self.keras})

    def losses(self) -> Iterator[tuple[str, list[Value]]]:
        for labels, output, batches in self._batches():
            truth = self.tensor(labels.array)
            for loss in LOSSES:
                model = self.models[output]
                values: list[Value] = []
                model.compile(loss=self.evaluated(loss.code))
                for inputs, outputs in batches[:2]:
                    try:
                        values.append(plain(model.compute_loss(inputs, truth, outputs)))
                    except Exception as error:
                        values.append(words(error))
                        break
                yield key(labels, output, loss), values

    def metrics(self) -> Iterator[tuple[str, list[Value]]]:
        for labels, output, batches in self._batches():
            truth = self.tensor(labels.array)
            for metric in METRICS:
                model = self.models[output]
                values: list[Value] = []
                model.compile(loss="mse", metrics=[self.evaluated(metric.text(output.units))])
                for inputs, outputs in batches:
                    model.reset_metrics()
                    try:
                        result = model.compute_metrics(inputs, truth, outputs, None)
                        values.append(next(plain(value) for name, value in result.items() if name != "loss"))
                    except Exception as error:
                        values.append(words(error))
                        break
                yield key(labels, output, metric), values

    def _batches(self) -> Iterator[tuple[Labels, Output, list[tuple[Any, Any]]]]:
        for labels in LABELS:
            for output in OUTPUTS:
                inputs = [self.tensor(scores(labels, output, batch)) for batch in range(self.batches)]
                yield labels, output, [(batch, self.models[output](batch)) for batch in inputs]

    def cells(self, numbered: Iterable[tuple[int, Cell]]) -> Iterator[tuple[int, list[Value]]]:
        """Loss and metric of whole cells, as `evaluate` prints them; some of them as compiled graphs."""
        for number, cell in numbered:
            model = self._compiled(cell, run_eagerly=number % 10 > 0)
            inputs = scores(cell.labels, cell.output, 0)
            try:
                printed = model.evaluate(inputs, cell.labels.array, batch_size=len(inputs), verbose=0)
                yield number, [plain(value) for value in printed]
            except Exception as error:
                yield number, [words(error)]

    def live(self, numbered: Iterable[tuple[int, Cell]]) -> Iterator[tuple[int, list[str]]]:
        """The errors and warnings about whole cells as live models with a batch."""
        for number, cell in numbered:
            model = self._compiled(cell)
            outputs = np.asarray(plain_array(model(scores(cell.labels, cell.output, 0))))
            site = observe(inspect(model), cell.labels.array, outputs, self.backend)
            findings = check(site, all_rules())
            yield number, sorted({finding.code for finding in findings if finding.severity is not Severity.HINT})

    def _compiled(self, cell: Cell, **more: Any) -> Any:
        model = self.models[cell.output]
        metric = self.evaluated(cell.metric.text(cell.output.units))
        model.compile(loss=self.evaluated(cell.loss.code), metrics=[metric], **more)
        return model


def without_compiling(backend: str) -> AbstractContextManager[None]:
    """JAX compiles the branch in a hinge anew for each loss, unless it is told not to."""
    if backend != "jax":
        return nullcontext()
    context: AbstractContextManager[None] = __import__("jax").disable_jit()
    return context


def plain(value: Any) -> Value:
    """A number, or a list of them, of any backend's tensor."""
    numbers = np.asarray(plain_array(value), "float64")
    return float(numbers) if numbers.ndim == 0 else [float(number) for number in numbers.ravel()]


def plain_array(value: Any) -> Any:
    """Without gradients, which only torch has in the way."""
    return value.detach() if hasattr(value, "detach") else value


def words(error: Exception) -> str:
    """What was raised, in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"


def sample() -> list[tuple[int, Cell]]:
    """Some hundred cells of the product by their number."""
    return sorted(random.Random(0).sample(list(enumerate(cells())), SAMPLE), key=lambda numbered: numbered[0])


def main(backend: str) -> None:
    warnings.simplefilter("ignore")
    measuring = Measuring(backend)
    with without_compiling(backend):
        losses = dict(measuring.losses())
    found = {
        "version": measuring.keras.__version__,
        "losses": losses,
        "metrics": dict(measuring.metrics()),
        "sample": dict(measuring.cells(sample())),
        "live": dict(measuring.live(sample())),
    }
    print(json.dumps(found))


def is_number(value: Value) -> bool:
    return not isinstance(value, str) and not any(math.isnan(number) for number in np.ravel(value))


if __name__ == "__main__":
    main(sys.argv[1])

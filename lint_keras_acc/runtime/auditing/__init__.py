"""The audit of a live model: what its accuracies stand for on some data, and what the alternatives would say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lint_keras_acc.rules import all_rules, precedence
from lint_keras_acc.runtime.auditing.data import (
    Audit,
    AuditError,
    Baseline,
    Candidate,
    MetricAudit,
    OutputAudit,
    ThresholdCurve,
)
from lint_keras_acc.runtime.auditing.output import OutputCounts
from lint_keras_acc.runtime.auditing.running import (
    Arrays,
    Block,
    Data,
    Model,
    as_numpy,
    blocks,
    evaluate,
    leaves,
    one_line,
    outputs_of,
    silent,
    steps_trained,
    unchanged,
)
from lint_keras_acc.runtime.observe import observe
from lint_keras_acc.runtime.reader import LiveModel, read_model
from lint_keras_acc.runtime.reader.functions import own_functions
from lint_keras_acc.runtime.semantics import Semantics, semantics
from lint_keras_acc.sites import CompileSite, Head

__all__ = [
    "Audit",
    "AuditError",
    "Baseline",
    "Candidate",
    "MetricAudit",
    "OutputAudit",
    "ThresholdCurve",
    "audit",
]

# What the findings look at is kept until then: 64 MB of float32 predictions.
_OBSERVED_NUMBERS = 1 << 24


def audit(model: Model, x: Arrays, y: Arrays = None, *, sample_weight: Arrays = None, batch_size: int = 32) -> Audit:
    """What 'accuracy' stands for in a compiled model on some data, and what the alternatives would say.

    model:         a compiled model of Keras 3, tf.keras or tf_keras.
    x, y:          as `model.evaluate` takes them: arrays of n rows, lists of them in the order of inputs and outputs,
                   dicts by name; or one dataset as x that yields (x, y) or (x, y, sample_weight): a
                   tf.data.Dataset, PyDataset or Sequence, or DataLoader, which is read twice.
    sample_weight: (n,), or as Keras takes it; counts in `weighted_metrics` alone, as in Keras.
    batch_size:    rows in a batch of `evaluate` and `predict`. Of no use for a dataset.

    The figures are shares of rows or elements, in [0, 1]. The model is run twice, by `predict` and by `evaluate`
    (a third time, uncompiled, if it masks its output). Predictions are counted as they come and not kept, but for the
    first 16 million numbers, in which the findings are looked for (of batches of other lengths: those as the first).

    The model stays as it was: weights, optimizer and the states of stateful layers. What changes is what `evaluate`
    changes: metrics are reset and hold the evaluation, a model that was never called is built, its functions are
    compiled, and what 'accuracy' runs is decided by this data's shapes, if no batch has decided it before, until
    `compile` is called again (Keras 3.15, keras/src/trainers/compile_utils.py).

    Raises ReaderError (a ValueError) for what is no compiled model, and AuditError (a ValueError) for data that do not
    fit it. What `evaluate` raises is a part of the answer: `Audit.failure`.
    """
    with silent():
        read_model(model)
        data = Data.of(x, y, sample_weight, batch_size)
        with unchanged(model):
            run = _Run(model, data)
            for block in blocks(model, data):
                run.take(block)
        if not run.rows:
            raise AuditError("the dataset has no rows")
        with unchanged(model):
            printed, failure = _printed(model, data)
        return run.finish(printed, failure)


def _printed(model: Model, data: Data) -> tuple[dict[str, float], str]:
    try:
        return evaluate(model, data), ""
    except Exception as error:
        return {}, f"model.evaluate raises {type(error).__name__}: {one_line(error)}"


@dataclass
class _Run:
    """One audit while the predictions come in."""

    model: Model
    data: Data
    rows: int = 0
    batches: int = 0
    _live: LiveModel | None = None
    _outputs: list[OutputCounts | None] = field(default_factory=list)
    _kept: list[tuple[list[Any], ...]] = field(default_factory=list)
    _kept_numbers: int = 0
    observed_rows: int = 0

    @property
    def live(self) -> LiveModel:
        if self._live is None:
            self._live = read_model(self.model)
        return self._live

    @property
    def site(self) -> CompileSite:
        return self.live.site

    @property
    def _ways(self) -> Semantics:
        return semantics(self.site.dialect, self.live.backend)

    def take(self, block: Block) -> None:
        names = [head.output.name for head in self.site.heads]
        labels = outputs_of(block.y, names)
        predictions = outputs_of(block.y_pred, names)
        weights = _weights(block.sample_weight, names)
        masks = outputs_of(block.masks if self._ways.masks else None, names)
        if not self._outputs:
            self._outputs = [self._counts(*parts) for parts in zip(self.site.heads, labels, predictions, strict=True)]
        for counts, *arrays in zip(self._outputs, labels, predictions, weights, masks, strict=True):
            if counts is not None:
                counts.update(*arrays)
        self._keep(block, labels, predictions, weights)
        self.rows += len(predictions[0])
        self.batches += -(-len(predictions[0]) // self.data.batch_size) if self.data.rows is not None else 1

    def _counts(self, head: Head, labels: Any, predictions: Any) -> OutputCounts | None:
        if labels is None:
            return None
        return OutputCounts(head, self.site.dialect, self._ways, labels, predictions)

    def _keep(self, block: Block, labels: list[Any], predictions: list[Any], weights: list[Any]) -> None:
        part = ([as_numpy(one) for one in leaves(block.x)], labels, predictions, weights)
        if self._kept_numbers >= _OBSERVED_NUMBERS or (self._kept and _row_shapes(part) != _row_shapes(self._kept[0])):
            return
        self._kept.append(part)
        self._kept_numbers += sum(one.size for one in predictions)
        self.observed_rows += len(predictions[0])

    def finish(self, printed: dict[str, float], failure: str) -> Audit:
        site = self._observed()
        outputs = tuple(
            counts.finish(head, printed, failure, self.batches)
            for head, counts in zip(site.heads, self._outputs, strict=True)
            if counts is not None
        )
        return Audit(
            model=str(getattr(self.model, "name", type(self.model).__name__)),
            dialect=site.dialect,
            backend=self.live.backend,
            rows=self.rows,
            observed_rows=self.observed_rows,
            outputs=outputs,
            findings=tuple(precedence.check(site, all_rules())),
            text=self.live.text,
            failure=failure,
        )

    def _observed(self) -> CompileSite:
        """The site with what the kept rows show."""
        inputs, *by_output = (_joined_by_place(parts) for parts in zip(*self._kept, strict=True))
        labels, predictions, weights = (arrays[0] if len(arrays) == 1 else arrays for arrays in by_output)
        try:
            return observe(
                self.site,
                labels,
                predictions,
                self.live.backend,
                inputs=_numbers(inputs),
                sample_weight=weights,
                trained=True if steps_trained(self.model) else None,
                functions=own_functions(self.model),
            )
        except ValueError as error:
            raise AuditError(one_line(error)) from error


def _row_shapes(part: tuple[list[Any], ...]) -> list[tuple[int, ...] | None]:
    """Of each array the shape of a row: batches of sequences may be padded to different lengths."""
    return [None if array is None else array.shape[1:] for arrays in part for array in arrays]


def _joined_by_place(parts: Sequence[list[Any]]) -> list[Any]:
    """Of each array its parts put together; no copy of what is in one part."""
    return [_joined(arrays) for arrays in zip(*parts, strict=True)]


def _joined(arrays: Sequence[Any]) -> Any:
    if len(arrays) == 1 or any(array is None for array in arrays):
        return arrays[0] if len(arrays) == 1 else None
    return np.concatenate(arrays)


def _numbers(inputs: list[Any]) -> list[Any] | None:
    """The inputs that hold numbers: text is not reconstructed."""
    return [array for array in inputs if array.dtype.kind in "biuf"] or None


def _weights(sample_weight: Arrays, names: list[str | None]) -> list[Any]:
    """The weights of each output; Keras gives a single array to all of them."""
    if isinstance(sample_weight, np.ndarray):
        return [sample_weight] * len(names)
    return outputs_of(sample_weight, names)

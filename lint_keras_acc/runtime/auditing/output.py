"""What is counted at one output while the predictions come in, and what it says in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isnan, nan, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.rules.common import activation_range
from lint_keras_acc.runtime.accuracy import Resolution, resolve
from lint_keras_acc.runtime.auditing.counting import ScoreCounts
from lint_keras_acc.runtime.auditing.data import Baseline, Candidate, MetricAudit, OutputAudit, ThresholdCurve
from lint_keras_acc.runtime.auditing.tasks import Judgement, cut_of, judge
from lint_keras_acc.runtime.semantics import KERNELS, Semantics, tally
from lint_keras_acc.runtime.tallies import ClassTally, Tally
from lint_keras_acc.sites import Head, Metric

Array = NDArray[Any]

K = 5
_CUTS = (0.5, 0.0)
_FLOAT32_INTEGERS = 2**24
# One unit tells no more classes apart: more different labels are quantities.
_MOST_CLASSES = 256


@dataclass(frozen=True, slots=True)
class Shapes:
    """How labels and predictions lie to each other. `columns` of the predictions; 1 where they have no such axis."""

    labels: tuple[int, ...]
    predictions: tuple[int, ...]

    @property
    def columns(self) -> int:
        return self.predictions[-1] if len(self.predictions) > 1 else 1

    @property
    def are_elementwise(self) -> bool:
        """Each label has its score: equal shapes, or equal but for a last axis of 1."""
        labels, predictions = self.labels, self.predictions
        return labels == predictions or (*labels, 1) == predictions or labels == (*predictions, 1)

    @property
    def are_ids(self) -> bool:
        """One class id for each row of several scores."""
        rows = self.predictions[:-1]
        return self.columns > 1 and self.labels in (rows, (*rows, 1))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An accuracy of compile, and what it runs here."""

    metric: Metric
    kernel: str | None
    reason: str
    threshold: float
    k: int

    @property
    def candidate(self) -> str:
        return candidate_name(self.kernel, self.threshold, self.k) if self.kernel else ""

    @property
    def detail(self) -> str:
        if self.kernel == "binary_accuracy":
            return f"threshold {self.threshold:g}"
        return f"k {self.k}" if self.kernel and "top_k" in self.kernel else ""


def candidate_name(kernel: str, threshold: float = 0.5, k: int = K) -> str:
    """'binary_accuracy at 0.5', 'top_k_categorical_accuracy (k = 5)', 'categorical_accuracy'."""
    if kernel == "binary_accuracy":
        return f"{kernel} at {threshold:g}"
    return f"{kernel} (k = {k})" if "top_k" in kernel else kernel


class _Count:
    """A tally that ends with the first block that it cannot take."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self.problem = ""

    def update(self, labels: Array, predictions: Array, weight: Array | None, mask: Array | None) -> None:
        if self.problem:
            return
        try:
            self._tally = self._tally.update(labels, predictions, weight, mask)
        except (ValueError, IndexError, TypeError) as error:
            self.problem = " ".join(str(error).split())

    @property
    def figure(self) -> float | None:
        return None if self.problem else self._tally.result()


class OutputCounts:
    """All that is counted at one output: of fixed size, however many rows come."""

    def __init__(self, head: Head, dialect: Dialect, semantics: Semantics, labels: Array, predictions: Array) -> None:
        """`labels` and `predictions` of the first block, whose shapes decide what applies."""
        self._shapes = shapes = Shapes(labels.shape, predictions.shape)
        self._semantics = semantics
        self.resolution = _resolution(head, dialect, shapes)
        self._wanted = tuple(_wanted(head, dialect, self.resolution))
        self._labels, self._predictions = _in_words(labels), _in_words(predictions)
        self._metrics = [_Count(self._tally_of(one)) if one.kernel else None for one in self._wanted]
        self._candidates = {name: _Count(tally) for name, tally in self._applicable()}
        self._rows = 0
        self._masked = False
        is_cut = shapes.are_elementwise and activation_range(head) != "simplex"
        self._scores = ScoreCounts() if shapes.are_elementwise else None
        self._is_cut = is_cut
        self._classes = {cut: ClassTally("balanced", cut) for cut in (_CUTS if shapes.columns == 1 else (0.5,))}

    def _tally_of(self, wanted: _Wanted) -> Tally:
        assert wanted.kernel
        return tally(wanted.kernel, self._semantics, threshold=wanted.threshold, k=wanted.k)

    def _applicable(self) -> Iterator[tuple[str, Tally]]:
        """The candidates that these shapes allow, by name."""
        several = self._shapes.columns > 1
        if self._shapes.are_elementwise:
            for cut in _CUTS:
                yield candidate_name("binary_accuracy", cut), self._tally("binary_accuracy", threshold=cut)
            for wanted in self._wanted:
                if wanted.kernel == "binary_accuracy" and wanted.threshold not in _CUTS:
                    yield wanted.candidate, self._tally_of(wanted)
            yield _ROUNDING, tally("binary_accuracy", replace(self._semantics, rounding=True))
            yield "exact_match", self._tally("exact_match")
        if self._shapes.are_elementwise and several:
            yield "categorical_accuracy", self._tally("categorical_accuracy")
            for cut in _CUTS:
                yield f"subset_accuracy at {cut:g}", self._tally("subset_accuracy", threshold=cut)
        if self._shapes.are_ids:
            yield "sparse_categorical_accuracy", self._tally("sparse_categorical_accuracy")
        for k in sorted({K} | {wanted.k for wanted in self._wanted if wanted.kernel and "top_k" in wanted.kernel}):
            if several and k < self._shapes.columns:
                kernel = "sparse_top_k_categorical_accuracy" if self._shapes.are_ids else "top_k_categorical_accuracy"
                if self._shapes.are_ids or self._shapes.are_elementwise:
                    yield candidate_name(kernel, k=k), self._tally(kernel, k=k)

    def _tally(self, kernel: str, *, threshold: float = 0.5, k: int = K) -> Tally:
        return tally(kernel, self._semantics, threshold=threshold, k=k)

    # --- counting -------------------------------------------------------------------------------------------

    def update(self, labels: Array, predictions: Array, weight: Array | None, mask: Array | None) -> None:
        """One block: labels and predictions as the model's metrics get them."""
        self._rows += len(predictions)
        self._masked = self._masked or mask is not None
        for wanted, count in zip(self._wanted, self._metrics, strict=True):
            if count is not None:
                count.update(labels, predictions, weight if wanted.metric.weighted else None, mask)
        for count in self._candidates.values():
            count.update(labels, predictions, None, mask)
        if self._scores is not None:
            self._scores.update(labels, predictions, mask)
        if self._shapes.are_ids or self._shapes.are_elementwise:
            self._update_classes(labels, predictions, mask)

    def _update_classes(self, labels: Array, predictions: Array, mask: Array | None) -> None:
        """Give up counting where there are so many different labels that they are no classes."""
        self._classes = {cut: counts.update(labels, predictions, mask=mask) for cut, counts in self._classes.items()}
        most = max(self._shapes.columns, _MOST_CLASSES)
        if any(len(counts.seen) > most for counts in self._classes.values()):
            self._classes = {}

    # --- telling --------------------------------------------------------------------------------------------

    def finish(self, head: Head, printed: Mapping[str, float], problem: str, batches: int) -> OutputAudit:
        """What it all says, now that the labels of `head` were observed. `problem`: why Keras printed nothing."""
        cut = cut_of(head)
        judgement = judge(head, cut, self._shapes.columns, ids=self._shapes.are_ids)
        metrics = tuple(self._metric(index, printed, problem, batches) for index in range(len(self._wanted)))
        candidates = tuple(self._told(judgement, cut))
        return OutputAudit(
            name=head.output.name,
            task=judgement.task,
            resolution=self.resolution,
            metrics=metrics,
            candidates=candidates,
            verdict=judgement.why,
            labels=self._labels,
            predictions=self._predictions,
            baseline=self._baseline(judgement),
            curve=self._curve(judgement, cut),
        )

    def _metric(self, index: int, printed: Mapping[str, float], problem: str, batches: int) -> MetricAudit:
        wanted, count = self._wanted[index], self._metrics[index]
        key = wanted.metric.log_key or wanted.metric.key or ""
        told = printed.get(key)
        computed = count.figure if count is not None else None
        if told is None:
            problem = problem or f"the results of evaluate have no {key!r}"
        elif count is None or count.problem:
            problem = count.problem if count is not None else wanted.reason
        agrees = None
        if told is not None and computed is not None:
            agrees = agree(told, computed, 0 if self._adds_whole_numbers(wanted) else batches)
        return MetricAudit(
            key=key,
            written=wanted.metric.written or wanted.metric.name.value or key,
            kernel=wanted.kernel,
            reason=wanted.reason,
            detail=wanted.detail,
            weighted=wanted.metric.weighted,
            printed=told,
            computed=computed,
            agrees=agrees,
            problem=problem if told is None or computed is None else "",
        )

    def _adds_whole_numbers(self, wanted: _Wanted) -> bool:
        """Keras adds up a 0 or 1 for each row, few enough for float32, and no means, weights or masks."""
        is_elementwise = wanted.kernel in ("binary_accuracy", "exact_match")
        hits = prod(self._shapes.predictions[1:] if is_elementwise else self._shapes.predictions[1:-1])
        return hits == 1 and not wanted.metric.weighted and not self._masked and self._rows < _FLOAT32_INTEGERS

    def _told(self, judgement: Judgement, cut: float) -> Iterator[Candidate]:
        runs = {wanted.candidate for wanted in self._wanted}
        for name, count in self._candidates.items():
            kernel = _kernel_of(name)
            if kernel == "subset_accuracy" and (judgement.task != "multi-label" or name != f"{kernel} at {cut:g}"):
                continue
            if "top_k" in kernel and judgement.task == "multi-label" and name not in runs:
                yield Candidate(name, kernel, None, "several labels are true at once: there is no one class")
                continue
            note = count.problem or self._note(name, judgement, cut)
            yield Candidate(name, kernel, count.figure, note, name in runs, name == judgement.honest)
        yield from self._derived(judgement, cut)
        for kernel in KERNELS:
            if not any(_kernel_of(name) == kernel for name in self._candidates):
                name = candidate_name(kernel)
                yield Candidate(name, kernel, None, self._obstacle(kernel), name in runs)

    def _derived(self, judgement: Judgement, cut: float) -> Iterator[Candidate]:
        """The figures that no metric of Keras computes."""
        if judgement.task == "multi-label" and (elements := self._candidates.get(f"binary_accuracy at {cut:g}")):
            note = "1 - Hamming loss: the same as binary_accuracy there"
            yield Candidate(f"hamming_accuracy at {cut:g}", "hamming_accuracy", elements.figure, note)
        if judgement.task in ("binary", "multi-class") and self._classes:
            note = "the mean over the classes of the share of their rows that is right"
            figure = (self._classes.get(cut) or self._classes[0.5]).result()
            yield Candidate("balanced_accuracy", "balanced_accuracy", None if isnan(figure) else figure, note)

    def _note(self, name: str, judgement: Judgement, cut: float) -> str:
        columns = self._shapes.columns
        if judgement.task == "regression" and _kernel_of(name) == "binary_accuracy" and name != _ROUNDING:
            return "counts targets that are exactly 0 or 1, no others"
        if name in (f"binary_accuracy at {one:g}" for one in _CUTS):
            return self._note_on_cut(0.0 if name.endswith(" 0") else 0.5, judgement, cut)
        if name == _ROUNDING:
            return "what Keras up to 2.3 printed: round(score) == label"
        if name == "exact_match":
            return "scores equal to the labels, number by number: keras.metrics.Accuracy"
        if name.startswith("subset_accuracy"):
            return f"rows with all {columns} labels right"
        if "top_k" in name:
            return f"rows with fewer than {name.rpartition(' ')[2].rstrip(')')} scores above that of the class"
        if judgement.task == "multi-label" and name == "categorical_accuracy":
            return f"argmax over {columns} independent labels: the largest score on the first of the true ones"
        if name == "categorical_accuracy":
            return "the largest score where the largest label is"
        return "the largest score at the class that the label names" if "sparse" in name else ""

    def _note_on_cut(self, threshold: float, judgement: Judgement, cut: float) -> str:
        columns = self._shapes.columns
        if judgement.task == "multi-class" and threshold == 0.5:
            return f"element by element: a wrong row still has {max(columns - 2, 0)} of its {columns} right"
        if threshold == cut:
            return f"score > {threshold:g}{', each label by itself' if judgement.task == 'multi-label' else ''}"
        if threshold == 0:
            return "score > 0, where the scores are no logits"
        return "score > 0.5, where the scores are logits: 0.5 is a probability of 0.62"

    def _obstacle(self, kernel: str) -> str:
        """Why a kernel does not apply to these shapes."""
        columns = self._shapes.columns
        if kernel in ("binary_accuracy", "exact_match"):
            if self._shapes.are_ids:
                return f"one class id against {columns} scores: there is nothing to compare element by element"
            return f"labels {self._labels} do not fit predictions {self._predictions}"
        if columns == 1:
            return "there is one column: the largest of one score is always the first"
        if "sparse" in kernel and not self._shapes.are_ids:
            return "the labels are rows, not class ids"
        if "sparse" not in kernel and self._shapes.are_ids:
            return "the labels are class ids, not rows"
        if "top_k" in kernel and columns <= K:
            return f"there are only {columns} columns: among the first {K} is every class"
        return f"labels {self._labels} do not fit predictions {self._predictions}"

    def _baseline(self, judgement: Judgement) -> Baseline | None:
        if judgement.task == "multi-label" and self._scores is not None:
            return _baseline("all zeros: no label is ever given", self._scores.zeros_share)
        if judgement.task in ("binary", "multi-class") and self._classes:
            seen = self._classes[0.5].seen
            if any(label % 1 for label in seen):
                return None
            label = max(seen, key=seen.__getitem__, default=nan)
            share = replace(self._classes[0.5], figure="majority").result()
            return _baseline(f"always class {label:.0f}, the most frequent one", share)
        return None

    def _curve(self, judgement: Judgement, cut: float) -> ThresholdCurve | None:
        if self._scores is None or not self._is_cut or judgement.task not in ("binary", "multi-label"):
            return None
        return self._scores.curve(cut)


_ROUNDING = "binary_accuracy by rounding"


def agree(printed: float, computed: float, batches: int) -> bool:
    """Whether two means are the same in float32.

    To the last bit where Keras sums whole numbers (`batches` 0); where it sums weighted or averaged ones in float32,
    within the rounding of one addition a batch.
    """
    if isnan(printed) or isnan(computed):
        return isnan(printed) and isnan(computed)
    larger = np.float32(max(abs(printed), abs(computed)))
    tolerance = float(np.spacing(larger)) * (batches + 4 if batches else 1)
    return abs(float(np.float32(printed)) - float(np.float32(computed))) <= tolerance


def _baseline(name: str, figure: float) -> Baseline | None:
    return None if isnan(figure) else Baseline(name, figure)


def _kernel_of(name: str) -> str:
    return name.partition(" ")[0]


def _in_words(array: Array) -> str:
    """'(n, 10) float32': the shape but for the number of rows, and the dtype."""
    axes = ", ".join(["n", *map(str, array.shape[1:])])
    return f"({axes}{',' if array.ndim == 1 else ''}) {array.dtype.name}"


def _resolution(head: Head, dialect: Dialect, shapes: Shapes) -> Resolution:
    loss = head.loss
    return resolve(
        dialect,
        loss.name.value if loss else None,
        shapes.labels,
        shapes.predictions,
        loss_form=loss.form if loss else "absent",
    )


def _wanted(head: Head, dialect: Dialect, resolution: Resolution) -> Iterator[_Wanted]:
    for metric in head.metrics:
        is_string = metric.form == "string" and dialect.resolves_accuracy(metric.written or "")
        kernel = resolution.kernel if is_string else metric.kernel.value
        reason = resolution.reason if is_string else "compile names it"
        if is_string or kernel in KERNELS:
            threshold, k = _number(metric, "threshold", 0.5), _number(metric, "k", K)
            yield _Wanted(metric, kernel, reason, threshold, int(k))


def _number(metric: Metric, name: str, default: float) -> float:
    argument = metric.argument(name)
    value = argument.value if argument else None
    return float(value) if isinstance(value, int | float) else default

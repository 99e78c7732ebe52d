"""What an audit says, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime.accuracy import Resolution

Task = Literal["binary", "multi-class", "multi-label", "regression", "reconstruction", "unknown"]


class AuditError(ValueError):
    """The model and the data cannot be audited together. The message is one line for the user."""


@dataclass(frozen=True, slots=True)
class MetricAudit:
    """One accuracy that `compile` asks for, at one output.

    key:      its key in the logs, with the output's prefix.
    written:  how compile names it: 'accuracy', 'BinaryAccuracy', ...
    kernel:   what it runs here, None where that cannot be told.
    reason:   why it runs that.
    detail:   the threshold or k of a kernel that has one ('threshold 0.5', 'k 5'), else ''.
    weighted: it stands in weighted_metrics, so that sample weights count.
    printed:  the figure of `model.evaluate`, in [0, 1] or NaN; None where Keras printed none (`problem` says why).
    computed: the same figure from the kernels of this package; None where they have none (`problem` says why).
    agrees:   both figures are the same, to rounding in float32; None where one is missing.
    """

    key: str
    written: str
    kernel: str | None
    reason: str
    detail: str = ""
    weighted: bool = False
    printed: float | None = None
    computed: float | None = None
    agrees: bool | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to count what is right, and what it gives on this data.

    name:   'binary_accuracy at 0.5', 'categorical_accuracy', 'subset_accuracy at 0', ...
    kernel: the canonical name of the kernel.
    figure: in [0, 1] or NaN; None where the kernel does not apply.
    note:   why it does not apply, or what it counts.
    runs:   an accuracy of this output's `metrics` runs it.
    honest: it is the figure to look at for this task.
    """

    name: str
    kernel: str
    figure: float | None
    note: str
    runs: bool = False
    honest: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the honest figure would be for an answer that looks at no input. `name` says which answer that is."""

    name: str
    figure: float


@dataclass(frozen=True, slots=True)
class ThresholdCurve:
    """The share of right elements over the threshold, in ascending order of thresholds.

    scale: 'probabilities' or 'logits': where the cut belongs (`cut`: 0.5 or 0).
    """

    scale: Literal["probabilities", "logits"]
    cut: float
    thresholds: tuple[float, ...]
    figures: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class OutputAudit:
    """What was seen at one output.

    name:       the output's name, None for the only output of a model that gives it none.
    task:       what the labels, the loss and the activation say that is learnt here.
    resolution: what the string 'accuracy' runs here, whether compile asks for it or not.
    verdict:    which candidate is honest and why, or why none is.
    labels, predictions: shape and dtype in words.
    """

    name: str | None
    task: Task
    resolution: Resolution
    metrics: tuple[MetricAudit, ...]
    candidates: tuple[Candidate, ...]
    verdict: str
    labels: str
    predictions: str
    baseline: Baseline | None = None
    curve: ThresholdCurve | None = None

    @property
    def honest(self) -> Candidate | None:
        """The figure to look at; None where no accuracy is one (regression) or the task is unknown."""
        return next((candidate for candidate in self.candidates if candidate.honest), None)

    @property
    def printed(self) -> float | None:
        """What Keras prints for the first accuracy of this output."""
        return self.metrics[0].printed if self.metrics else None

    @property
    def computed(self) -> float | None:
        """Our figure for the first accuracy of this output."""
        return self.metrics[0].computed if self.metrics else None

    @property
    def agrees(self) -> bool | None:
        """Whether both are the same for every accuracy of this output; None where none could be compared."""
        compared = [metric.agrees for metric in self.metrics if metric.agrees is not None]
        return all(compared) if compared else None


@dataclass(frozen=True, slots=True)
class Audit:
    """What `audit` found out about a model on some data. `print` shows it as the command does.

    model:    the model's name.
    dialect:  its Keras generation; backend: 'tensorflow', 'jax', 'torch' or 'numpy'.
    rows:     how many rows of data were evaluated; observed_rows: how many of them the findings looked at.
    outputs:  one for each output, in the model's order.
    findings: of the model and of the batch, hints among them, in the order of the rules.
    text:     the portrait: Keras code that says what the model's head and its compile call are. The places of the
              findings are in it (1-based lines and columns).
    failure:  what `model.evaluate` raised, in one line; '' where it went well.
    """

    model: str
    dialect: Dialect
    backend: str
    rows: int
    observed_rows: int
    outputs: tuple[OutputAudit, ...]
    findings: tuple[Finding, ...]
    text: str
    failure: str = ""

    @property
    def disagreements(self) -> tuple[MetricAudit, ...]:
        """The accuracies for which Keras prints another figure than the kernels of this package give."""
        return tuple(metric for output in self.outputs for metric in output.metrics if metric.agrees is False)

    @property
    def defects(self) -> tuple[Finding, ...]:
        """The findings but for hints."""
        return tuple(finding for finding in self.findings if finding.severity is not Severity.HINT)

    @property
    def clean(self) -> bool:
        """Neither a finding (hints aside), nor a disagreement, nor a failure."""
        return not (self.defects or self.disagreements or self.failure)

    def __str__(self) -> str:
        from lint_keras_acc.runtime.render.text import audit_text

        return audit_text(self)

"""Where the rules and Keras's figures are meant to disagree, and why. The first that holds explains a cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.oracle.cells import Metric
from tests.oracle.tasks import task_of
from tests.oracle.verdicts import Verdict

# Their cross-entropies use the logits behind a softmax or sigmoid.
LOOKING_FOR_LOGITS = ("tensorflow", "tf_keras")


@dataclass(frozen=True)
class Exception_:
    """`rule`: the code that speaks too much or too little; `when` and `why` are for people, `holds` for the test.

    `backends`: where it can hold; everywhere if none is named.
    """

    rule: str
    when: str
    why: str
    holds: Callable[[Verdict], bool]
    backends: tuple[str, ...] = ()

    def applies_to(self, backend: str) -> bool:
        return not self.backends or backend in self.backends


def exception_for(verdict: Verdict) -> Exception_ | None:
    """The exception that explains a disagreement; None where it is a defect."""
    applying = (exception for exception in EXCEPTIONS if exception.applies_to(verdict.backend))
    return next((exception for exception in applying if exception.holds(verdict)), None)


# --- conditions ---------------------------------------------------------------------------------------------


def _misses(verdict: Verdict) -> bool:
    """Something is wrong, and no error or warning says so."""
    return verdict.state != "right" and not verdict.said.codes


def _loss_misses(verdict: Verdict, *families: str) -> bool:
    return verdict.side == "loss" and _misses(verdict) and (not families or verdict.cell.loss.family in families)


def _metric_misses(verdict: Verdict, *families: str) -> bool:
    """Beside a loss that is what is intended."""
    loss = verdict.of_loss
    of_family = not families or verdict.cell.loss.family in families
    return loss is not None and loss.state == "right" and _misses(verdict) and of_family


def _hint(verdict: Verdict, code: str) -> bool:
    return code in verdict.said.hints


def _task(verdict: Verdict) -> str:
    return task_of(verdict.cell.labels, verdict.cell.output.units).kind


def _is_accuracy(metric: Metric) -> bool:
    return metric.measures in ("accuracy", "top 2")


def _is_binary_accuracy(metric: Metric) -> bool:
    return metric.code in ("'binary_accuracy'", "keras.metrics.BinaryAccuracy()")


def _is_of_decisions(metric: Metric) -> bool:
    return metric.measures in ("precision", "recall")


def _is_told(metric: Metric) -> bool:
    """The program says itself where to cut, or that it expects logits."""
    return "threshold" in metric.code or "from_logits" in metric.code


def _speaks_for_nothing(verdict: Verdict, *codes: str) -> bool:
    return verdict.state == "right" and set(verdict.said.codes) <= set(codes)


# --- the table ----------------------------------------------------------------------------------------------

EXCEPTIONS: tuple[Exception_, ...] = (
    Exception_(
        "KAC204",
        "softmax over one unit on TensorFlow",
        "the loss uses the logits behind the softmax and is what is intended; what the model predicts is still 1.0",
        lambda it: it.side == "loss" and _speaks_for_nothing(it, "KAC204"),
        backends=LOOKING_FOR_LOGITS,
    ),
    Exception_(
        "KAC202, KAC206, KAC207",
        "softmax or sigmoid that does not fit the loss, on TensorFlow",
        "the loss uses the logits behind the activation and is what is intended; JAX and torch train something else, "
        "and everywhere `predict` returns other probabilities than are trained",
        lambda it: it.side == "loss" and _speaks_for_nothing(it, "KAC202", "KAC206", "KAC207"),
        backends=LOOKING_FOR_LOGITS,
    ),
    Exception_(
        "KAC203",
        "relu, tanh or softplus as logits; softplus under a categorical loss",
        "a hint: the activation limits what can be learnt, but the objective stays usable",
        lambda it: _loss_misses(it) and _hint(it, "KAC203"),
    ),
    Exception_(
        "KAC206",
        "softmax over two units under binary cross-entropy, on TensorFlow",
        "a hint: on JAX and torch it is the very cross-entropy of the two classes",
        lambda it: _loss_misses(it) and _hint(it, "KAC206"),
        backends=LOOKING_FOR_LOGITS,
    ),
    Exception_(
        "KAC207",
        "sigmoids or logits under binary cross-entropy over one-hot rows",
        "one class against the rest is a usable objective: a hint for sigmoids over 3 classes, silent for 2 and for "
        "logits",
        lambda it: _loss_misses(it, "binary") and it.cell.labels.kind == "one-hot",
    ),
    Exception_(
        "KAC206, KAC207",
        "multi-hot rows under a categorical loss over a softmax or logits",
        "the row may be meant as shares; without a softmax in the way nothing contradicts it",
        lambda it: _loss_misses(it, "categorical") and it.cell.labels.kind == "multi-hot",
    ),
    Exception_(
        "KAC305",
        "a softmax under mse over multi-hot rows, which it cannot reach",
        "a hint: the labels are 0 or 1",
        lambda it: _loss_misses(it, "regression") and _hint(it, "KAC305"),
    ),
    Exception_(
        "KAC212",
        "kl_divergence over other outputs or labels than shares",
        "a hint where the output may leave [0, 1], silent where it is above 0: it may be meant for shares that do not "
        "sum to 1",
        lambda it: _loss_misses(it, "divergence"),
    ),
    Exception_(
        "none",
        "a hinge over outputs or labels without a side",
        "the catalogue has no rule for the loss of a margin",
        lambda it: _loss_misses(it, "hinge", "categorical hinge"),
    ),
    Exception_(
        "KAC1xx",
        "any metric beside a loss that a finding calls wrong",
        "one defect, one finding: the loss is the root, and the repaired program is another cell of the product",
        lambda it: it.of_loss is not None and _misses(it) and bool(it.of_loss.said.codes),
    ),
    Exception_(
        "KAC1xx",
        "any metric beside a loss that is wrong by one of the exceptions above",
        "what the metric should measure is as open as what the loss should minimise",
        lambda it: it.of_loss is not None and _misses(it) and it.of_loss.state != "right",
    ),
    Exception_(
        "KAC107",
        "`Accuracy()` over one softmax unit",
        "the prediction is always 1.0, which does equal the label 1; KAC204 tells of the softmax",
        lambda it: it.of_loss is not None and _speaks_for_nothing(it, "KAC107") and it.cell.output.name == "softmax(1)",
    ),
    Exception_(
        "KAC101",
        "`BinaryAccuracy(threshold=0.0)` over a softplus under mse, labels -1 and 1",
        "a softplus is always above 0, so that the metric and the cut at 0 both say yes to every row; KAC211 tells of "
        "the softplus",
        lambda it: (
            it.of_loss is not None and _speaks_for_nothing(it, "KAC101") and it.of_loss.said.codes == ("KAC211",)
        ),
    ),
    Exception_(
        "KAC101, KAC106",
        "whole numbers from 1 on, under a loss that broadcasts them on tf_keras (Keras 3 raises)",
        "what they are does not show, and the rules believe the loss: no ids; a metric that takes them for ids is "
        "right if that is what they are",
        lambda it: (
            it.of_loss is not None
            and it.of_loss.state != "right"
            and it.cell.labels.name == "ids from 1 to 3"
            and _speaks_for_nothing(it, "KAC101", "KAC106")
        ),
        backends=("tf_keras",),
    ),
    Exception_(
        "KAC106",
        "`TopKCategoricalAccuracy(k=2)` over two units and a column of ids",
        "all classes are among the top 2, so that the 1.0 is right whatever the labels are",
        lambda it: it.of_loss is not None and _speaks_for_nothing(it, "KAC106") and it.cell.metric.measures == "top 2",
    ),
    Exception_(
        "KAC101",
        "relu, tanh or softplus under mse over labels of classes",
        "a hint: a least-squares classifier with an odd activation",
        lambda it: _metric_misses(it, "regression") and _hint(it, "KAC101"),
    ),
    Exception_(
        "KAC112",
        "an accuracy under a categorical hinge, or under a hinge over several units",
        "the rule is about the one margin of two classes; 'accuracy' of several takes the argmax, which is honest of "
        "rows that name one class",
        lambda it: (
            _metric_misses(it, "hinge", "categorical hinge")
            and _is_accuracy(it.cell.metric)
            and (it.cell.loss.family == "categorical hinge" or it.cell.output.units > 1)
        ),
    ),
    Exception_(
        "KAC101",
        "an accuracy under poisson",
        "counts are no regression loss in the catalogue, and sigmoids under poisson may be probabilities",
        lambda it: _metric_misses(it, "counts") and _is_accuracy(it.cell.metric),
    ),
    Exception_(
        "KAC103, KAC104",
        "a threshold or `from_logits=True` that is written, and does not fit the output",
        "who writes it is taken to mean it",
        lambda it: _metric_misses(it) and _is_told(it.cell.metric),
    ),
    Exception_(
        "KAC105",
        "'binary_accuracy' over one-hot rows under another loss than a categorical cross-entropy",
        "each column on its own may be meant; the audit tells it of a batch (KAC610)",
        lambda it: _metric_misses(it) and _is_binary_accuracy(it.cell.metric) and _task(it) == "classes",
    ),
    Exception_(
        "KAC106",
        "AUC and cross-entropy metrics over labels that they do not take",
        "the rule is about accuracies; of cross-entropy metrics only `from_logits` is judged (KAC104)",
        lambda it: _metric_misses(it) and it.cell.metric.measures in ("auc", "crossentropy"),
    ),
    Exception_(
        "KAC110",
        "`MeanIoU` of margins, rates and numbers",
        "the rule is about probabilities, logits and what is known to be of classes; cut to whole numbers these may be "
        "the class ids that are meant",
        lambda it: (
            _metric_misses(it, "hinge", "categorical hinge", "regression", "counts")
            and it.cell.metric.measures == "iou"
        ),
    ),
    Exception_(
        "KAC114",
        "`F1Score()` over one softmax or softplus unit",
        "such an output is always 1, or above the cut at 0, so that every row is a yes as the metric has it",
        lambda it: (
            it.of_loss is not None
            and _speaks_for_nothing(it, "KAC114")
            and it.cell.output.activation in ("softmax", "softplus")
        ),
    ),
    Exception_(
        "none",
        "`F1Score()` without a threshold over independent labels or class ids, or over a relu, which it cuts at 0",
        "the catalogue has no rule for it",
        lambda it: _metric_misses(it) and it.cell.metric.measures == "f1",
    ),
    Exception_(
        "KAC111",
        "`Precision` and `Recall` over several classes",
        "a hint for a softmax: the average over all cells may be meant, so that other outputs are not judged either",
        lambda it: _metric_misses(it) and _is_of_decisions(it.cell.metric) and it.cell.output.units > 1,
    ),
    Exception_(
        "KAC104",
        "`Precision` and `Recall` under a loss of margins or numbers",
        "the rule is about logits, which are not what these losses fit",
        lambda it: (
            _metric_misses(it, "hinge", "categorical hinge", "regression", "counts")
            and _is_of_decisions(it.cell.metric)
        ),
    ),
)

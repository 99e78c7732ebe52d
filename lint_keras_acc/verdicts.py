"""Whether the number that a metric prints is what its name promises: for editors and reports, in words.

The rules find what is wrong; here is said as well what is right, and what it depends on where that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.keras_api.metrics import METRICS
from lint_keras_acc.keras_api.resolvers import BINARY, CATEGORICAL, SPARSE, Choice
from lint_keras_acc.reading.heads import accuracy_choice
from lint_keras_acc.rules import rule_of, source_rules
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    is_logits,
    labels_are,
    loss_family,
    loss_name,
    output_words,
    units,
)
from lint_keras_acc.rules.metric_code import honest_kernel, metric_family
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.runtime.accuracy import counting_words, ground_words
from lint_keras_acc.sites import CompileSite, Encoding, Fact, Head, Metric

# 'conditional': honest if the labels are what the loss takes, which is not to be seen. 'doubtful': a legitimate reading
# exists. 'spoilt': the number counts what it says, of a model that is not trained as it is meant to be. 'refused':
# Keras does not take it as it is written, or means something else by it.
Standing = Literal["honest", "conditional", "doubtful", "spoilt", "dishonest", "refused", "unknown"]

# In words, the worst first.
STANDINGS: dict[Standing, str] = {
    "dishonest": "not honest",
    "spoilt": "counts what it says, but the loss does not fit",
    "refused": "not as Keras takes it",
    "doubtful": "doubtful",
    "unknown": "not known whether honest",
    "conditional": "honest, on a condition",
    "honest": "honest",
}

# An argmax asks for the order of the scores alone, which these leave as it is.
_KEEP_THE_ORDER = frozenset({"KAC201", "KAC202", "KAC203", "KAC206", "KAC207", "KAC208", "KAC209", "KAC410"})

_LABEL_WORDS = {
    "one-hot": "one-hot rows",
    "integer": "class ids",
    "binary": "0 or 1",
    "multi-hot": "multi-hot rows",
    "continuous": "continuous numbers",
    "input": "the input itself",
}


@dataclass(frozen=True)
class Verdict:
    """What one metric of one output is.

    kernel:   what runs, by its canonical name; None where that cannot be known.
    why:      on what ground Keras chooses it, where the metric is a string that Keras resolves; else ''.
    counts:   what counts as right; '' where it is no accuracy, or not known which.
    standing: whether the number is honest; None where the metric is no accuracy and no rule objects.
    because:  the ground for that, in a sentence without a full stop.
    instead:  what to write ("write BinaryAccuracy(name='accuracy')"), or ''.
    findings: what the rules find of this metric, and else of this output: the ground for `standing`.
    """

    kernel: str | None
    why: str
    counts: str
    standing: Standing | None
    because: str
    instead: str = ""
    findings: tuple[Finding, ...] = ()


def site_findings(site: CompileSite) -> tuple[Finding, ...]:
    """What the rules find in one possibility of a compile call, whatever is selected, silenced or off."""
    return tuple(check(site, source_rules(), lambda rule, error: None))


def verdict(site: CompileSite, index: int, metric: Metric, findings: Iterable[Finding]) -> Verdict:
    """What `metric` of the output `index` is, given `site_findings`."""
    head = site.heads[index]
    of_head = [finding for finding in findings if finding.head in (index, None)]
    own = [finding for finding in of_head if finding.span == metric.span and _is_of_the_number(finding)]
    others = [finding for finding in of_head if is_of_the_fit(finding)]
    kernel = metric.kernel.value
    why = _why(site, head, metric)
    counts = _counts(site, head, metric)
    if own:
        because, instead = rule_title(own[0].code), advice(own[0])
        return Verdict(kernel, why, counts, _objection(own), because, instead, tuple(own))
    if not _is_accuracy(metric):
        return Verdict(kernel, why, counts, None, "", findings=tuple(others))
    if others and not site.custom_training:
        return _spoilt(head, Verdict(kernel, why, counts, None, ""), others)
    standing, because = _standing(site, head, metric)
    return Verdict(kernel, why, counts, standing, because)


def _is_of_the_number(finding: Finding) -> bool:
    """What a generation may refuse, and this one takes, says nothing of the number."""
    return finding.severity is not Severity.HINT or not finding.code.startswith("KAC4")


def _objection(findings: Sequence[Finding]) -> Standing:
    if all(finding.severity is Severity.HINT for finding in findings):
        return "doubtful"
    return "refused" if all(finding.code.startswith("KAC4") for finding in findings) else "dishonest"


def is_of_the_fit(finding: Finding) -> bool:
    """The finding says that loss, output and labels do not go together."""
    return finding.code.startswith(("KAC2", "KAC3", "KAC410")) and finding.severity is not Severity.HINT


def rule_title(code: str) -> str:
    """What a rule is about, in a sentence without a full stop."""
    return rule_of(code).title.rstrip(".")


def contradiction(finding: Finding) -> str:
    """The first half of a message: what happens."""
    return finding.message.rpartition("; ")[0] or finding.message


def advice(finding: Finding) -> str:
    """The second half of a message: what to do; '' where it has none."""
    what, _, instead = finding.message.rpartition("; ")
    return instead if what else ""


def label_words(head: Head) -> str:
    """The labels in words: 'one-hot rows of 10 classes', 'class ids', 'not known'."""
    labels = head.labels
    words = _LABEL_WORDS.get(labels.encoding.value or "", "not known")
    several = labels.classes.value if labels.encoding.value in ("one-hot", "integer", "multi-hot") else None
    of = f" of {several} {'labels' if labels.encoding.value == 'multi-hot' else 'classes'}" if several else ""
    return f"{words}{of}{' (random)' if labels.random else ''}"


# --- what runs ----------------------------------------------------------------------------------------------


def _is_accuracy(metric: Metric) -> bool:
    return metric_family(metric) == "accuracy"


def is_resolved(site: CompileSite, metric: Metric) -> bool:
    """The metric is a string for which Keras chooses an accuracy."""
    return metric.form == "string" and bool(metric.written) and site.dialect.resolves_accuracy(metric.written or "")


def _choice(site: CompileSite, head: Head) -> Choice:
    return accuracy_choice(site.dialect, head.output, head.loss, head.labels)


def _why(site: CompileSite, head: Head, metric: Metric) -> str:
    if not is_resolved(site, metric) or site.custom_training:
        return ""
    choice = _choice(site, head)
    words = ground_words(choice, loss_name(head))
    if choice.ground == "one unit":
        words = "the output has one unit, whatever the loss and the labels are"
    if choice.ground == "encoding":
        words = f"the labels are {label_words(head)} (this generation looks at the shapes, not at the loss)"
    return words.replace("this generation", site.dialect.name)


def _counts(site: CompileSite, head: Head, metric: Metric) -> str:
    kernel = metric.kernel.value
    if kernel == BINARY and activation_range(head) == "unit":
        return f"predictions above {_threshold(metric):g} count as 1"
    if kernel in (BINARY, CATEGORICAL, SPARSE):
        return counting_words(site.dialect, kernel, threshold=_threshold(metric))
    if kernel == "exact_match":
        return "the prediction equals the label, number by number"
    if kernel in ("top_k_categorical_accuracy", "sparse_top_k_categorical_accuracy"):
        k = metric.argument("k")
        largest = 5 if k is None else k.value if isinstance(k.value, int) else "k"
        return f"the true class is among the {largest} largest predictions"
    return ""


def _threshold(metric: Metric) -> float:
    threshold = metric.argument("threshold")
    return threshold.value if threshold is not None and isinstance(threshold.value, int | float) else 0.5


# --- whether that is honest -------------------------------------------------------------------------------


def _spoilt(head: Head, known: Verdict, others: Sequence[Finding]) -> Verdict:
    """The loss, the output and the labels do not go together; an argmax may still count what it says."""
    is_argmax = known.kernel in (CATEGORICAL, SPARSE) and all(finding.code in _KEEP_THE_ORDER for finding in others)
    keeps = is_argmax and _fitting(head, known.kernel or "")[0] in ("honest", "conditional")
    others = sorted(others, key=lambda finding: finding.code in _KEEP_THE_ORDER)
    because = rule_title(others[0].code)
    standing: Standing = "spoilt" if keeps else "dishonest"
    return Verdict(known.kernel, known.why, known.counts, standing, because, advice(others[0]), tuple(others))


def _standing(site: CompileSite, head: Head, metric: Metric) -> tuple[Standing, str]:
    if site.custom_training:
        return "unknown", "the program trains in its own way, and what it gives to the metrics is not known"
    kernel = metric.kernel.value
    if kernel is None:
        return _undecided(site, head, metric)
    if kernel == "exact_match" or kernel not in METRICS:
        return "unknown", "it is honest only where the predictions are labels themselves, and not scores"
    kernel = kernel.replace("top_k_", "")
    wanted = honest_kernel(head)
    if wanted is None and kernel != BINARY and activation_range(head) == "simplex":
        wanted = kernel  # A softmax says that one class is right, whatever the loss is.
    if wanted is None:
        return "unknown", _missing(head)
    if kernel != wanted:
        return "doubtful", f"for {output_words(head)} and what is known of the labels, {wanted} would count the hits"
    if kernel == BINARY and not _is_cut_right(head, metric):
        return "doubtful", f"{output_words(head)} cut at {_threshold(metric):g}: nothing says that yes begins there"
    return _fitting(head, kernel)


def _undecided(site: CompileSite, head: Head, metric: Metric) -> tuple[Standing, str]:
    """Which accuracies may run, where that depends on something that is not known."""
    if not is_resolved(site, metric):
        return "unknown", "what it computes is not to be seen here"
    ground = _choice(site, head).ground
    if ground == "units unknown":
        return _by_units(site, head)
    if ground == "labels unknown":
        return "unknown", (
            "which one runs depends on the labels, which are not to be seen here: with one column it is "
            "sparse_categorical_accuracy, with several categorical_accuracy"
        )
    return "unknown", f"which one runs depends on the loss in {site.dialect.name}, and the loss is not to be seen here"


def _by_units(site: CompileSite, head: Head) -> tuple[Standing, str]:
    """What runs over one unit, and over several, where their number is not known."""
    output = replace(head.output, units=Fact(2))
    several = accuracy_choice(site.dialect, output, head.loss, head.labels).kernel
    family = loss_family(head)
    if family == "binary" and activation_range(head) == "unit" and several is not None:
        labels = "" if labels_are(head, "binary") else " and the labels are 0 and 1"
        return "conditional", (
            f"the output has one unit{labels}: then it is binary_accuracy, with several units {several}; "
            "how many there are is not to be seen here"
        )
    if family in ("categorical", "sparse") and several is not None:
        standing, _ = _fitting(head, several)
        words = "one-hot rows" if several == CATEGORICAL else "class ids"
        labels = "" if standing == "honest" else f" and the labels are {words}"
        return "conditional", (
            f"the output has several units{labels}: then it is {several}, with one unit binary_accuracy; "
            "how many there are is not to be seen here"
        )
    by = "loss" if site.dialect.resolves_by_loss else "labels"
    others = several or f"another one, which depends on the {by}"
    return "unknown", (
        "which one runs depends on the number of output units, which is not to be seen here: with one it is "
        f"binary_accuracy, with several {others}"
    )


def _missing(head: Head) -> str:
    if head.loss is None or head.loss.name.value is None:
        return "the loss is not one of Keras's own, so that nothing says what the output is trained to be"
    if activation_name(head) is None:
        return "what the model ends in is not to be seen here"
    return f"{loss_name(head)} does not say whether the output decides between classes"


def _is_cut_right(head: Head, metric: Metric) -> bool:
    """Yes and no part at the threshold: within a probability or between targets of 0 and 1, at 0 of a logit."""
    threshold = _threshold(metric)
    if is_logits(head):
        return threshold == 0
    return 0 < threshold < 1 and (activation_range(head) == "unit" or loss_family(head) == "regression")


def _fitting(head: Head, kernel: str) -> tuple[Standing, str]:
    """The kernel measures the task, if the labels are what the loss takes."""
    count = units(head)
    if kernel == BINARY and _are_not_zero_and_one(head):
        return "dishonest", "no label but 0 and 1 ever counts as right, and there are others"
    if kernel == BINARY:
        several = count is not None and count > 1
        task = f"each of the {count} labels is a yes or no" if several else "each row is a yes or no"
        return _given_labels(head, task, ("binary", "multi-hot"), "0 and 1")
    task = f"one of {count} classes is right" if count else "one class is right"
    if kernel == CATEGORICAL:
        return _given_labels(head, task, ("one-hot",), "one-hot rows")
    return _given_labels(head, task, ("integer", "binary"), "class ids")


def _given_labels(head: Head, task: str, fitting: tuple[Encoding, ...], words: str) -> tuple[Standing, str]:
    if labels_are(head, *fitting):
        return "honest", f"{task}, and the labels are {_LABEL_WORDS[head.labels.encoding.value or '']}"
    if head.labels.encoding.known:
        return "doubtful", f"it takes labels that are {words}, and these are {label_words(head)}"
    taken = f", as {loss_name(head)} takes them" if loss_family(head) in ("binary", "categorical", "sparse") else ""
    return "conditional", f"the labels are {words}{taken}; they are not to be seen here"


def _are_not_zero_and_one(head: Head) -> bool:
    """Some label is known to be another number."""
    labels = head.labels
    has_more_classes = (labels.classes.value or 0) > 2 and not labels_are(head, "one-hot", "multi-hot")
    return has_more_classes or (labels.low.value or 0) < 0 or (labels.high.value or 0) > 1

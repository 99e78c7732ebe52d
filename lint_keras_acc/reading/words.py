"""Losses and metrics in the words of `sites.py`, from their names: the same for every reader."""

from __future__ import annotations

from lint_keras_acc.findings import Span
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.sites import Argument, Fact, Form, Loss, Metric


def named_loss(
    written: str,
    form: Form,
    span: Span,
    logits: Fact[bool] = Fact(False),  # noqa: B008 - frozen
    arguments: tuple[Argument, ...] = (),
) -> Loss:
    """A loss of Keras by its string, function, class or instance; `logits` counts where it has a from_logits."""
    canonical = canonical_loss(written)
    # The string 'crossentropy' stands for one of the cross-entropies, without from_logits.
    has_logits = canonical == "crossentropy" or (canonical is not None and LOSSES[canonical].has_from_logits)
    name = Fact(canonical, span) if canonical else Fact[str]()
    return Loss(name, form, span, written, logits if has_logits else Fact(), arguments)


def string_metric(written: str, span: Span, dialect: Dialect, in_list: bool) -> Metric:
    """A metric that is given as a string."""
    canonical = canonical_metric(written)
    if dialect.resolves_accuracy(written):
        kernel = None
    elif dialect.exact_match(written):
        kernel = "exact_match"
    else:
        kernel = fixed_kernel(canonical, False) if dialect.resolves_metric(written) else None
    name = Fact(canonical, span) if canonical else Fact[str]()
    return Metric(name, "string", span, written, Fact(kernel), dialect.log_key(written, "string"), in_list=in_list)


def fixed_kernel(canonical: str | None, resolved: bool) -> str | None:
    """What a metric runs by its name alone; `resolved` is a class or function, whose 'accuracy' compares."""
    if canonical == "accuracy":
        return "exact_match" if resolved else None
    return None if canonical == "crossentropy" else canonical


def is_loss_of_keras(name: str, is_class: bool) -> bool:
    """Whether Keras has a loss class, or a loss function, of this name."""
    canonical = canonical_loss(name)
    return canonical is not None and (not is_class or LOSSES[canonical].class_name == name)


def is_metric_of_keras(name: str, is_class: bool) -> bool:
    """Whether Keras has a metric class, or a metric function, of this name."""
    canonical = canonical_metric(name)
    return canonical is not None and (not is_class or METRICS[canonical].class_name == name)

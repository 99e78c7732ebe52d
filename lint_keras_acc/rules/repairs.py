"""Repairs that several rules offer: another loss, logits said or unsaid, another activation.

Each is None where the code at hand does not allow it: the finding then goes without a fix.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lint_keras_acc.findings import Applicability, Fix, RemoveArgument, Repair, Replace, SetArgument
from lint_keras_acc.keras_api.layers import LAYERS
from lint_keras_acc.keras_api.losses import LOSSES
from lint_keras_acc.rules.common import final_activation, fix_applicability
from lint_keras_acc.rules.metric_code import class_code
from lint_keras_acc.sites import Argument, CompileSite, Head, Loss, Metric

# Metrics with a form for one-hot and one for integer labels.
_TWIN = re.compile("(sparse_)?((top_k_)?categorical_accuracy|categorical_crossentropy)")


def unsafe_fix(site: CompileSite, title: str, *repairs: Repair | None) -> Fix | None:
    """A fix that changes the training, made of all these repairs; None if one of them is not possible.

    None as well for a generator that is trained only as a part of another model: its own loss is never used
    and does not say what it should yield.
    """
    possible = tuple(repair for repair in repairs if repair is not None)
    is_mere_part = site.uses.only_built and site.uses.adversarial
    if len(possible) < len(repairs) or is_mere_part:
        return None
    return Fix(title, Applicability.UNSAFE, possible)


def sharing_heads(site: CompileSite, loss: Loss) -> tuple[Head, ...]:
    """The heads that have this very loss expression: one string may be the loss of every output."""
    return tuple(head for head in site.heads if head.loss is not None and head.loss.span == loss.span)


def all_who_share(site: CompileSite, head: Head, wrong: Callable[[Head], bool]) -> bool:
    """`wrong` holds for every output that has the loss of `head`, so that it may be changed for all."""
    return head.loss is not None and all(wrong(other) for other in sharing_heads(site, head.loss))


# --- the loss -----------------------------------------------------------------------------------------------


def replace_loss(loss: Loss, name: str) -> Replace | None:
    """Put the loss `name` in the place of `loss`, in the form that it has: a string stays a string."""
    code = _loss_code(loss, name)
    return Replace(loss.span, code) if code else None


def _loss_code(loss: Loss, name: str) -> str | None:
    class_name = LOSSES[name].class_name
    if loss.form == "string":
        is_class_name = loss.name.value in LOSSES and loss.written == LOSSES[loss.name.value].class_name
        return repr(class_name if is_class_name else name)
    if loss.form == "function" and not loss.arguments:
        return f"{{keras.losses.{name}}}"
    if loss.form == "class":
        return f"{{keras.losses.{class_name}}}"
    arguments = _carried_arguments(loss, name)
    if loss.form != "instance" or arguments is None:
        return None
    return f"{{keras.losses.{class_name}}}({', '.join(arguments)})"


def _carried_arguments(loss: Loss, name: str) -> list[str] | None:
    """The arguments of `loss`, for the loss `name`; None if one is not a constant or not known there."""
    known = LOSSES[name].class_parameters
    constant = all(argument.value is not None or argument.given_none for argument in loss.arguments)
    if not constant or any(argument.name not in known for argument in loss.arguments):
        return None
    return [_argument_code(argument) for argument in loss.arguments]


def swap_label_encoding(site: CompileSite, loss: Loss, name: str) -> Fix | None:
    """Replace `loss`, which raises for its labels, by the twin `name`, and explicit metrics by theirs.

    The metrics keep their log keys. Safe if all of it stands in the compile call.
    """
    loss_repair = replace_loss(loss, name)
    if loss_repair is None:
        return None
    metrics = [metric for head in sharing_heads(site, loss) for metric in head.metrics]
    codes = {metric.span: _twin_code(site, metric, name) for metric in metrics}
    repairs = (loss_repair, *(Replace(span, code) for span, code in codes.items() if code))
    safe = all(fix_applicability(site, repair.span) is Applicability.SAFE for repair in repairs)
    return Fix(f"Use {name}", Applicability.SAFE if safe else Applicability.UNSAFE, repairs)


def _twin_code(site: CompileSite, metric: Metric, loss_name: str) -> str | None:
    """Code for the twin of `metric` that takes the labels of the loss `loss_name`; None if it does itself."""
    name = metric.name.value or ""
    wants_sparse = loss_name.startswith("sparse_")
    if not _TWIN.fullmatch(name) or name.startswith("sparse_") == wants_sparse or metric.form == "unknown":
        return None
    twin = f"sparse_{name}" if wants_sparse else name.removeprefix("sparse_")
    kept = [argument for argument in metric.arguments if argument.name in ("k", "from_logits")]
    if any(argument.value is None for argument in kept):
        return None
    return class_code(site, twin, metric, *(_argument_code(argument) for argument in kept))


def _argument_code(argument: Argument) -> str:
    return f"{argument.name}={argument.value!r}"


def say_logits(loss: Loss) -> Repair | None:
    """Tell the loss that it receives logits; a string or function becomes the class."""
    name = "binary_crossentropy" if loss.name.value == "crossentropy" else loss.name.value
    if name not in LOSSES or not LOSSES[name].has_from_logits:
        return None
    if loss.form == "instance":
        written = loss.argument("from_logits")
        return Replace(written.span, "True") if written else SetArgument(loss.span, "from_logits", "True")
    if loss.arguments or loss.form not in ("string", "function", "class"):
        return None
    return Replace(loss.span, f"{{keras.losses.{LOSSES[name].class_name}}}(from_logits=True)")


def unsay_logits(loss: Loss) -> Repair | None:
    """Take `from_logits=True` out of the loss; a positional one becomes False, since others may follow it."""
    written = loss.argument("from_logits")
    if loss.form != "instance" or written is None:
        return None
    if written.position is not None:
        return Replace(written.span, "False")
    return RemoveArgument(loss.span, written.span)


# --- the activation -----------------------------------------------------------------------------------------


def is_in_cell(head: Head) -> bool:
    """The activation is that of a recurrent cell, which uses it inside as well; only a SimpleRNN does not."""
    kind = head.output.kind.value or ""
    return kind in ("RNN", "Bidirectional") or "LSTM" in kind or "GRU" in kind


def activation_advice(head: Head, name: str) -> str:
    """Advice to write the activation `name`, where that can stand in the last layer."""
    return f"end in a Dense layer with {name!r}" if is_in_cell(head) else f"write {name!r}"


def _takes_activation(head: Head) -> bool:
    """The last layer is known to have the argument `activation`."""
    info = LAYERS.get(head.output.kind.value or "")
    return info is not None and info.activation is not None


def replace_activation(head: Head, name: str) -> Repair | None:
    """Give the output the activation `name` in the place of the one that it has.

    None for recurrent cells and for layers that take no activation.
    """
    activation = final_activation(head)
    if is_in_cell(head) or (activation.form == "absent" and not _takes_activation(head)):
        return None
    if activation.replaceable and activation.name.span:
        return Replace(activation.name.span, repr(name))
    if activation.form == "absent" and head.output.layer:
        return SetArgument(head.output.layer, "activation", repr(name))
    return None

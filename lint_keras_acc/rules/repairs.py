"""Repairs that several rules offer: another loss, logits said or unsaid, another activation.

Each is None where the code at hand does not allow it: the finding then goes without a fix.
"""

from __future__ import annotations

from collections.abc import Callable

from lint_keras_acc.findings import Applicability, Fix, RemoveArgument, Repair, Replace, SetArgument
from lint_keras_acc.keras_api.losses import LOSSES
from lint_keras_acc.rules.common import final_activation
from lint_keras_acc.sites import CompileSite, Head, Loss


def unsafe_fix(title: str, *repairs: Repair | None) -> Fix | None:
    """A fix that changes the training, made of all these repairs; None if one of them is not possible."""
    possible = tuple(repair for repair in repairs if repair is not None)
    if len(possible) < len(repairs):
        return None
    return Fix(title, Applicability.UNSAFE, possible)


def all_who_share(site: CompileSite, head: Head, wrong: Callable[[Head], bool]) -> bool:
    """`wrong` holds for every output that has the very same loss expression, so that it may be changed."""
    loss = head.loss
    return loss is not None and all(
        wrong(other) for other in site.heads if other.loss is not None and other.loss.span == loss.span
    )


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
    """The arguments of `loss` for a call of the loss `name`; None if one is no constant or not known there."""
    known = LOSSES[name].class_parameters
    constant = all(argument.value is not None or argument.given_none for argument in loss.arguments)
    if not constant or any(argument.name not in known for argument in loss.arguments):
        return None
    return [f"{argument.name}={argument.value!r}" for argument in loss.arguments]


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


def replace_activation(head: Head, name: str) -> Repair | None:
    """Give the output the activation `name` in the place of the one that it has."""
    activation = final_activation(head)
    if activation.form == "absent" and head.output.layer:
        return SetArgument(head.output.layer, "activation", repr(name))
    if activation.replaceable and activation.name.span:
        return Replace(activation.name.span, repr(name))
    return None

"""The compile call of the same model before the one that is looked at."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from lint_keras_acc.infer.calls import Finder, Found
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.scopes import Event, Point, dotted
from lint_keras_acc.infer.values import Model, Value

# Methods that change what a model returns, or what its training minimises.
_CHANGING = frozenset({"add", "pop", "add_loss", "add_metric"})
# Attributes that do neither: fine-tuning sets them between two compile calls.
_HARMLESS = frozenset({"trainable", "name", "_name", "stop_training", "history", "learning_rate", "lr", "epsilon"})


def earlier_compile(receiver: Value, found: Found, frame: Frame, finder: Finder, evaluator: Evaluator) -> Call | None:
    """The last compile call of the model before `found` in this world, where nothing was added to it since.

    None as well where the file clones models: a clone has the layers of the model, but is not compiled.
    """
    if finder.mentions("clone_") or finder.mentions("multi_gpu_model"):
        return None
    for event, owner in reversed(_changes(receiver, found, frame, evaluator)):
        if event.kind == "call" and event.detail == "compile":
            if _failed(event, found.statement.point) or not isinstance(event.value, ast.Call):
                return None
            return Call(event.value, owner, event.point, evaluator)
        if not _is_harmless(event):
            return None
    return None


def _changes(receiver: Value, found: Found, frame: Frame, evaluator: Evaluator) -> Sequence[tuple[Event, Frame]]:
    """What has happened to the model so far, oldest first."""
    if isinstance(receiver, Model):
        return receiver.changes
    events = frame.scope.events.get(dotted(found.receiver) or "", [])
    bound, changes = evaluator.reaching(events, frame, found.statement.point)
    return [] if bound is None else [(event, frame) for event in changes]


def _failed(event: Event, point: Point) -> bool:
    """The compile call stands in a `try` whose handler runs now: it may be what raised."""
    bodies = {id(arm.control) for arm in event.path if isinstance(arm.control, ast.Try) and arm.index == 0}
    return any(id(arm.control) in bodies and arm.index >= 2 for arm in point.path)


def _is_harmless(event: Event) -> bool:
    if event.kind == "call":
        return event.detail not in _CHANGING
    return event.kind == "passed" or (event.kind == "setattr" and event.detail in _HARMLESS)

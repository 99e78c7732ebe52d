"""The callbacks that a fit gets, and the keys that they watch."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lint_keras_acc.findings import Span
from lint_keras_acc.infer.evaluate import Call
from lint_keras_acc.infer.symbols import is_keras_path
from lint_keras_acc.infer.uses.data import has_validation
from lint_keras_acc.infer.uses.following import SpanOf, Use
from lint_keras_acc.infer.values import Constant, Instance, Sequence, Value
from lint_keras_acc.sites import Fact, Monitor

_MONITOR_POSITION = {"EarlyStopping": 0, "ReduceLROnPlateau": 0, "ModelCheckpoint": 1, "BackupAndRestore": None}

_TEMPLATE_KEY = re.compile(r"\{(\w+)(?:![rsa])?(?::[^{}]*)?\}")

_NOT_KEYS = frozenset({"epoch", "batch", "step"})


def callbacks_of(use: Use) -> tuple[Value, ...]:
    """The callbacks that a fit gets: a list of them, or a single one."""
    given = use.call.argument(None, "callbacks")
    if isinstance(given, Sequence):
        return given.items
    return () if given is None else (given,)


def monitors_of(use: Use, spans: SpanOf) -> Iterator[Monitor]:
    """The callbacks of a fit that watch a key."""
    validation = has_validation(use)
    for callback in callbacks_of(use):
        if not isinstance(callback, Instance) or not is_keras_path(callback.path):
            continue
        yield from _monitors(callback, callback.path.rpartition(".")[2], validation, spans)


def _monitors(callback: Instance, name: str, validation: bool | None, spans: SpanOf) -> Iterator[Monitor]:
    if name not in _MONITOR_POSITION:
        return
    call = callback.call
    place = spans(call.node)
    if name == "ModelCheckpoint":
        yield from _templates(call, _mode(call.argument(None, "mode"), spans), validation, place, spans)
        best = call.argument(3, "save_best_only")
        if best is None or (isinstance(best, Constant) and not best.value):
            return  # every epoch is saved: nothing is watched
    monitor = call.argument(_MONITOR_POSITION[name], "monitor")
    mode = _mode(call.argument(None, "mode"), spans)
    if monitor is None:
        yield Monitor(name, "val_loss", None, mode, has_validation=validation, callback_span=place)
    elif isinstance(monitor, Constant) and isinstance(monitor.value, str):
        span = spans(monitor.node) if hasattr(monitor.node, "lineno") else place  # type: ignore[arg-type]
        yield Monitor(name, monitor.value, span, mode, has_validation=validation, callback_span=place)


def _templates(call: Call, mode: Fact[str], validation: bool | None, place: Span, spans: SpanOf) -> Iterator[Monitor]:
    """The keys in a checkpoint's path: '{val_accuracy:.2f}'."""
    path = call.argument(0, "filepath")
    if isinstance(path, Constant) and isinstance(path.value, str) and hasattr(path.node, "lineno"):
        for match in _TEMPLATE_KEY.finditer(path.value):
            if match[1] not in _NOT_KEYS:
                span = spans(path.node)  # type: ignore[arg-type]
                yield Monitor("ModelCheckpoint", match[1], span, mode, True, validation, place)


def _mode(value: Value | None, spans: SpanOf) -> Fact[str]:
    if value is None:
        return Fact("auto")
    if isinstance(value, Constant) and isinstance(value.value, str) and hasattr(value.node, "lineno"):
        return Fact(value.value, spans(value.node))  # type: ignore[arg-type]
    return Fact()

"""The callbacks that a fit gets, and the keys that they watch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lint_keras_acc.findings import Span
from lint_keras_acc.infer.calls import Finder
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.symbols import is_keras_path
from lint_keras_acc.infer.syntax import is_written
from lint_keras_acc.infer.uses.data import has_validation
from lint_keras_acc.infer.uses.following import Use
from lint_keras_acc.infer.values import Constant, Instance, LocalObject, Sequence, Value
from lint_keras_acc.infer.wrappers import SearchCall
from lint_keras_acc.sites import Fact, Monitor
from lint_keras_acc.source import SpanOf

_MONITOR_POSITION = {"EarlyStopping": 0, "ReduceLROnPlateau": 0, "ModelCheckpoint": 1}
_MODE_POSITION = {"EarlyStopping": 4, "ReduceLROnPlateau": 4, "ModelCheckpoint": 5}

_TEMPLATE_KEY = re.compile(r"\{(\w+)(?:![rsa])?(?::[^{}]*)?\}")

_NOT_KEYS = frozenset({"epoch", "batch", "step"})


# Where fit and fit_generator take their callbacks in old programs, which give them by position.
_CALLBACKS_POSITION = {"fit": 5, "fit_generator": 4}


def callbacks_of(use: Use) -> tuple[Value, ...]:
    """The callbacks that a fit gets: a list of them, or a single one."""
    position = None if use.wrapped else _CALLBACKS_POSITION.get(use.kind)
    given = use.call.argument(position, "callbacks")
    if isinstance(given, Instance) and given.path == "keras.callbacks.CallbackList":
        given = given.call.argument(0, "callbacks")
    if isinstance(given, Sequence):
        return given.items
    return () if given is None else (given,)


def monitors_of(use: Use, finder: Finder, spans: SpanOf) -> Iterator[Monitor]:
    """The callbacks of a fit that watch a key."""
    callbacks = callbacks_of(use)
    search = use.call if isinstance(use.call, SearchCall) else None
    if not callbacks and search is None:
        return
    fit = _Fit(has_validation(use), spans(use.call.node), any(_writes_logs(one, finder) for one in callbacks), spans)
    if search is not None:
        yield from fit.objectives(search)
    for callback in callbacks:
        if not isinstance(callback, Instance) or not is_keras_path(callback.path):
            continue
        yield from fit.monitors(callback.call, callback.path.rpartition(".")[2])


def _writes_logs(callback: Value, finder: Finder) -> bool:
    """A callback of the program's own that puts something into the logs."""
    if not isinstance(callback, LocalObject) or not finder.mentions("logs"):
        return False
    definition = callback.cls.definition
    lines = finder.text.split("\n")[definition.lineno - 1 : definition.end_lineno]
    return any(_LOGS_WRITTEN.search(line) for line in lines)


_LOGS_WRITTEN = re.compile(r"\blogs\s*\[[^\]]*\]\s*=(?!=)|\blogs\.(?:update|setdefault)\(")


class _Fit(NamedTuple):
    """A fit that callbacks reach."""

    validation: bool | None
    place: Span
    others_log: bool
    spans: SpanOf

    def monitors(self, call: Call, name: str) -> Iterator[Monitor]:
        if name not in _MONITOR_POSITION:
            return
        mode = _mode(call.argument(_MODE_POSITION.get(name), "mode"), self.spans)
        if name == "ModelCheckpoint":
            for key, span in _templates(call, self.spans):
                yield self.monitor(call, name, key, span, mode, in_template=True)
            best = call.argument(3, "save_best_only")
            if best is None or (isinstance(best, Constant) and not best.value):
                return  # every epoch is saved: nothing is watched
        monitor = call.argument(_MONITOR_POSITION[name], "monitor")
        if monitor is None:
            yield self.monitor(call, name, "val_loss", None, mode)
        elif isinstance(monitor, Constant) and isinstance(monitor.value, str):
            span = self.spans(monitor.node) if is_written(monitor.node) else self.spans(call.node)
            yield self.monitor(call, name, monitor.value, span, mode)

    def objectives(self, search: SearchCall) -> Iterator[Monitor]:
        """What a tuner looks for in the logs of its trials; it knows by itself whether less is better."""
        tuner = search.wrapper
        for objective in search.objectives():
            if objective.node is not None:
                span = self.spans(objective.node)
                yield self.monitor(tuner.call, tuner.class_name, str(objective.value), span, Fact())

    def monitor(
        self, call: Call, name: str, key: str, span: Span | None, mode: Fact[str], in_template: bool = False
    ) -> Monitor:
        return Monitor(
            name,
            key,
            span,
            mode,
            in_template,
            self.validation,
            self.spans(call.node),
            fit_span=self.place,
            others_log=self.others_log,
        )


def _templates(call: Call, spans: SpanOf) -> Iterator[tuple[str, Span]]:
    """The keys in a checkpoint's path, '{val_accuracy:.2f}', and the path."""
    path = call.argument(0, "filepath")
    if isinstance(path, Constant) and isinstance(path.value, str) and is_written(path.node):
        for match in _TEMPLATE_KEY.finditer(path.value):
            if match[1] not in _NOT_KEYS:
                yield match[1], spans(path.node)


def _mode(value: Value | None, spans: SpanOf) -> Fact[str]:
    if value is None:
        return Fact("auto")
    if isinstance(value, Constant) and isinstance(value.value, str) and is_written(value.node):
        return Fact(value.value, spans(value.node))
    return Fact()

"""Finds the wrappers of a program: how they call their model functions, and what trains what they wrap."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from lint_keras_acc.infer import arrays
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.scopes import Statement
from lint_keras_acc.infer.values import UNKNOWN, Array, Function, Instance, LocalObject, Model, Sequence, Value
from lint_keras_acc.infer.wrappers import (
    CLASSES,
    SEARCHES,
    VALIDATIONS,
    BuilderCall,
    SearchCall,
    TrainingCall,
    Wrapper,
    WrapperCall,
    encoded,
    is_categorical,
    options,
    wrapped_in,
    wrapper_of,
)
from lint_keras_acc.keras_api import tuners

if TYPE_CHECKING:
    from lint_keras_acc.infer.calls import Finder, Found

MAX_WRAPPERS = 24  # calls of wrappers in one program
MAX_FRAMES = 3  # activations in which one call is looked at

_NAMES = tuple(path.rpartition(".")[2] for path in CLASSES)


class Wrapping(NamedTuple):
    """A wrapper, its call with what searches give it, and the statement that it stands in."""

    wrapper: Wrapper
    call: WrapperCall
    found: Found


class Compiling(NamedTuple):
    """A wrapper's call as one of compile, and the model that it compiles."""

    call: WrapperCall
    model: Model


class Training(NamedTuple):
    """A call that fits what a wrapper wraps."""

    call: Call
    statement: Statement


class Wrappings:
    """The wrappers of one program."""

    def __init__(self, finder: Finder) -> None:
        self.finder = finder
        self.evaluator = finder.evaluator

    @cached_property
    def calls(self) -> list[Found]:
        """The calls that may make a wrapper, in the order of the text."""
        mentions = self.finder.mentions
        names = [name for name in dict.fromkeys(_NAMES) if mentions(name)]
        if any(map(mentions, tuners.PACKAGES)):
            names += [name for name in tuners.TUNERS if mentions(name)]
        names += [alias for name in names for alias in self.finder.aliases(name)]
        found = [found for name in names for found in self.finder.calls_of(name)]
        return sorted(found, key=lambda found: (found.call.lineno, found.call.col_offset))[:MAX_WRAPPERS]

    def of(self, found: Found, depth: int = 0) -> Iterator[Wrapping]:
        """What a call wraps, for each activation that it stands in."""
        for frame in self._frames(found, depth):
            wrapping = self._at(found, frame, depth)
            if wrapping is not None:
                yield wrapping

    def _at(self, found: Found, frame: Frame, depth: int = 0) -> Wrapping | None:
        wrapper = wrapper_of(self.evaluator.evaluate(found.call, frame, found.statement.point))
        if wrapper is None:
            return None
        return Wrapping(wrapper, WrapperCall(wrapper, self._searched(wrapper, depth)), found)

    def compiling(self, found: Found, frame: Frame) -> Compiling | None:
        """What a wrapper compiles with its own arguments: a model that comes uncompiled. None if it does not."""
        wrapping = self._at(found, frame)
        if wrapping is None or wrapping.wrapper.family not in ("scikeras", "tuner"):
            return None
        model = self._built(wrapping)
        if not isinstance(model, Model) or any(event.detail == "compile" for event, _ in model.changes):
            return None
        return Compiling(wrapping.call, model)

    def of_call(self, node: ast.AST) -> Wrapping | None:
        """The wrapper that a call expression makes."""
        found = next((found for found in self.calls if found.node is node), None)
        return next(self.of(found), None) if found is not None else None

    def builder_calls(self, definition: ast.AST, depth: int) -> Iterator[tuple[Function, BuilderCall, Statement]]:
        """How wrappers call a function of the program."""
        for found in self.calls:
            for wrapping in self.of(found, depth):
                function = self.model_function(wrapping.wrapper)
                if function is not None and function.definition is definition:
                    yield function, BuilderCall(wrapping.call), found.statement

    def model_function(self, wrapper: Wrapper) -> Function | None:
        """The function of the program that builds the model; None where it is none."""
        builder = wrapper.builder
        if isinstance(builder, LocalObject):
            method = "build" if wrapper.family == "tuner" else "__call__"
            builder = self.evaluator.class_attribute(builder.cls, method, builder)
        return builder if isinstance(builder, Function) else None

    def _built(self, wrapping: Wrapping) -> Value | None:
        """What the wrapper's model function returns, or the model that it wraps."""
        function = self.model_function(wrapping.wrapper)
        if function is not None:
            return self.evaluator.call_function(function, BuilderCall(wrapping.call))
        builder = wrapping.wrapper.builder
        return builder if isinstance(builder, Model) else None

    def trainings(self, wrapper: Wrapper, categorical: bool | None) -> Iterator[Training]:
        """The calls that fit what a wrapper wraps.

        categorical: whether the loss of the compile call is categorical cross-entropy.
        """
        if wrapper.family == "tuner":
            yield from self._tuner_searches(wrapper)
            return
        if wrapper.family == "scikeras":
            categorical = is_categorical(wrapper.call.argument(None, "loss"))
        for found in self.finder.methods("fit"):
            yield from self._fits(found, found.receiver, 0, wrapper, categorical)
        for name in VALIDATIONS:
            for found in self.finder.calls_of(name) if self.finder.mentions(name) else ():
                estimator = found.call.args[0] if found.call.args else None
                named = next((word.value for word in found.call.keywords if word.arg == "estimator"), estimator)
                if named is not None:
                    yield from self._fits(found, named, 1, wrapper, categorical)

    def _fits(
        self, found: Found, estimator: ast.expr, first: int, wrapper: Wrapper, categorical: bool | None
    ) -> Iterator[Training]:
        point = found.statement.point
        for frame in self.finder.frames(found.scope)[:MAX_FRAMES]:
            inner = wrapped_in(self.evaluator.evaluate(estimator, frame, point))
            if inner is not None and inner[0].call.node is wrapper.call.node:
                own = Call(found.call, frame, point, self.evaluator)
                call = TrainingCall(own, first, wrapper, lambda labels: _encode(labels, wrapper, categorical))
                yield Training(call, found.statement)
                return

    def _tuner_searches(self, wrapper: Wrapper) -> Iterator[Training]:
        hypermodel = wrapper.builder
        if isinstance(hypermodel, LocalObject):
            fit = self.evaluator.class_attribute(hypermodel.cls, "fit", hypermodel)
            if isinstance(fit, Function):
                return  # it may give other labels
        for found in self.finder.calls_of("search"):
            for frame in self._frames(found):
                point = found.statement.point
                tuner = self.evaluator.evaluate(found.call.func, frame, point)
                owner = getattr(tuner, "owner", None)
                if isinstance(owner, Instance) and owner.call.node is wrapper.call.node:
                    own = Call(found.call, frame, point, self.evaluator)
                    yield Training(SearchCall(own, wrapper), found.statement)
                    break

    def rebuilt(self, wrapper: Wrapper) -> Iterator[tuple[ast.expr, Frame, Statement]]:
        """The expressions that give a model of a tuner: built again, or the best of its search."""
        for name, attribute in (("build", "hypermodel"), ("get_best_models", None)):
            for found in self.finder.calls_of(name) if self.finder.mentions(name) else ():
                owner = found.receiver if isinstance(found.call.func, ast.Attribute) else None
                if attribute is not None:
                    owner = owner.value if isinstance(owner, ast.Attribute) and owner.attr == attribute else None
                if owner is None:
                    continue
                for frame in self._frames(found):
                    tuner = self.evaluator.evaluate(owner, frame, found.statement.point)
                    if isinstance(tuner, Instance) and tuner.call.node is wrapper.call.node:
                        yield _item_of(found, name), frame, found.statement
                        break

    def _searched(self, wrapper: Wrapper, depth: int) -> dict[str, Value] | None:
        """The parameters that searches of scikit-learn give a wrapper; None where they cannot be told."""
        if wrapper.family == "tuner":
            return {}
        if self.finder.mentions(".set_params"):
            return None
        found: dict[str, Value] = {}
        for name in SEARCHES:
            for search in self.finder.calls_of(name) if self.finder.mentions(name) else ():
                for value in self._values(search, depth):
                    told = _told(value, wrapper)
                    if told is None:
                        return None
                    found.update({key: UNKNOWN if key in found else given for key, given in told.items()})
                    break
        return found

    def _values(self, found: Found, depth: int) -> Iterator[Value]:
        for frame in self._frames(found, depth):
            yield self.evaluator.evaluate(found.call, frame, found.statement.point)

    def _frames(self, found: Found, depth: int = 0) -> list[Frame]:
        return self.finder.frames(found.scope, depth + 1)[:MAX_FRAMES]


def _item_of(found: Found, method: str) -> ast.expr:
    """The expression of one model: of `get_best_models()`, which returns a list, an item in the same statement."""
    value = getattr(found.statement.node, "value", None)
    if method == "get_best_models" and isinstance(value, ast.Subscript) and value.value is found.node:
        return value
    return found.call


def _told(search: Value, wrapper: Wrapper) -> dict[str, Value] | None:
    """What one search varies of a wrapper: nothing, where it searches something else."""
    if not isinstance(search, Instance):
        return {}
    inner = wrapped_in(search.call.argument(0, "estimator"))
    if inner is None or inner[0].call.node is not wrapper.call.node:
        return {}
    varied = search.call.argument(1, "param_grid", "param_distributions", "search_spaces")
    return None if varied is None else options(varied, inner[1], id(search.call.node))


def _encode(labels: Value, wrapper: Wrapper, categorical: bool | None) -> Value:
    array = arrays.of_sequence(labels) if isinstance(labels, Sequence) and not labels.open else labels
    if not isinstance(array, Array):
        return UNKNOWN
    return encoded(wrapper, array if array is labels else replace(array, node=labels.node), categorical)

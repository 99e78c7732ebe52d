"""The metrics and losses of the user's own that a live model was compiled with, to be called with arrays."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lint_keras_acc.runtime.reader.origin import is_of_keras


def own_functions(model: Any) -> dict[str, Callable[[Any, Any], Any]]:
    """By their names: metric functions and objects of loss classes, which Keras 3 hands labels to as they are.

    Not among them are loss functions, whose arguments Keras 3 aligns before (3.15, losses/losses.py,
    `LossFunctionWrapper.call`), metrics with a state, and what shares its name with another.
    """
    metrics = getattr(model, "_compile_metrics", None)
    given = [
        *_leaves(getattr(metrics, "_user_metrics", None)),
        *_leaves(getattr(metrics, "_user_weighted_metrics", None)),
    ]
    found = [(one.__name__, one) for one in given if not is_of_keras(one) and inspect.isfunction(one)]
    losses = _leaves(getattr(getattr(model, "_compile_loss", None), "_user_loss", None))
    found += [(type(one).__name__, one) for one in losses if _is_own_object(one)]
    names = [name for name, _ in found]
    return {name: function for name, function in found if names.count(name) == 1}


def _is_own_object(loss: Any) -> bool:
    """An object of a class of the user's own, not of Keras and no function."""
    is_object = not isinstance(loss, str | type) and not inspect.isroutine(loss) and callable(loss)
    return is_object and not is_of_keras(type(loss))


def _leaves(argument: Any) -> Iterator[Any]:
    """What stands in lists, tuples and dicts."""
    if isinstance(argument, Mapping):
        argument = list(argument.values())
    if isinstance(argument, list | tuple):
        for one in argument:
            yield from _leaves(one)
    elif argument is not None:
        yield argument

"""The dtype policy that a program sets for all its layers."""

from __future__ import annotations

from lint_keras_acc.infer.calls import Finder, Found
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.scopes import END, Point
from lint_keras_acc.infer.values import Constant, Instance, Symbol, Value
from lint_keras_acc.keras_api.dtypes import POLICY_CLASSES, POLICY_SETTERS, compute_dtype
from lint_keras_acc.sites import Fact
from lint_keras_acc.source import SpanOf

_NAMES = sorted({path.rpartition(".")[2] for path in POLICY_SETTERS})


def dtype_of(value: Value) -> str | None:
    """In what a layer computes that is given `value` as its dtype: a name, a policy object, a dtype of TensorFlow."""
    if isinstance(value, Instance) and value.path.rpartition(".")[2] in POLICY_CLASSES:
        value = value.call.argument(0, "name") or value
    if isinstance(value, Constant) and isinstance(value.value, str):
        return compute_dtype(value.value)
    if isinstance(value, Symbol) and value.path.startswith(("tensorflow.", "numpy.", "jax.numpy.")):
        return compute_dtype(value.path.rpartition(".")[2])
    return None


def global_dtype(finder: Finder, frame: Frame, point: Point, span_of: SpanOf) -> Fact[str]:
    """In what layers compute that are given no dtype, at a point of a frame, and where that is set.

    Unknown where nothing in the program sets it (another file may), and where several calls set different ones.
    """
    setters = [found for name in _NAMES if finder.mentions(name) for found in finder.calls_of(name)]
    reached = [found for found in setters if _is_setter(found, finder) and _has_run(found, finder, frame, point)]
    dtypes = {_dtype_set_by(found, finder) for found in reached}
    if len(dtypes) != 1:
        return Fact()
    return Fact(dtypes.pop(), span_of(reached[-1].node))


def _is_setter(found: Found, finder: Finder) -> bool:
    frame = finder.frames(found.scope)[0]
    callee = finder.evaluator.evaluate(found.call.func, frame, found.statement.point)
    return isinstance(callee, Symbol) and callee.path in POLICY_SETTERS


def _dtype_set_by(found: Found, finder: Finder) -> str | None:
    frames = finder.frames(found.scope)
    if len(frames) != 1:
        return None
    given = Call(found.call, frames[0], found.statement.point, finder.evaluator).argument(0, "policy", "value")
    return dtype_of(given) if given is not None else None


def _has_run(found: Found, finder: Finder, frame: Frame, point: Point) -> bool:
    """The call has been made before that point, in this world; in a function that has been called before it."""
    if _precedes(found, finder.evaluator, frame, point):
        return True
    if not _is_function(found):
        return False
    callers = finder.calls_of(found.scope.node.name)  # type: ignore[union-attr]
    inside = finder.frames(found.scope)[0]
    return any(_precedes(caller, finder.evaluator, frame, point) for caller in callers) and finder.evaluator.reached(
        found.statement.path, inside
    )


def _is_function(found: Found) -> bool:
    return hasattr(found.scope.node, "args") and hasattr(found.scope.node, "name")


def _precedes(found: Found, evaluator: Evaluator, frame: Frame, point: Point) -> bool:
    """The call stands before the point in its scope, in that of a caller, or in the module around them."""
    inner: Frame | None = frame
    while inner is not None:
        if inner.scope is found.scope:
            return _is_before(found, evaluator, inner, point)
        point, inner = inner.call_point, inner.caller
    module = evaluator.module_frame
    return found.scope is module.scope and _is_before(found, evaluator, module, END)


def _is_before(found: Found, evaluator: Evaluator, frame: Frame, point: Point) -> bool:
    statement = found.statement
    return statement.position < point.position and evaluator.reaches(statement.path, frame, point)

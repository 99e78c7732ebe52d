"""The places of a program that read what `predict` and `evaluate` return: found by words, once for the whole program.

A read counts only where it is one in every activation of its function, and in every set of decisions that leads to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Literal, NamedTuple, TypeVar

from lint_keras_acc.infer.calls import Finder, Found, occurrences
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.limits import MAX_STEPS, OutOfBudget
from lint_keras_acc.infer.predictions import PREDICTING, as_prediction, one_round
from lint_keras_acc.infer.scopes import Path, Point, Scope, Statement, dotted
from lint_keras_acc.infer.uses.results import result_name_of
from lint_keras_acc.infer.values import UNKNOWN, Constant, Instance, Prediction, Symbol, Value
from lint_keras_acc.sites import EvaluateRead, PredictionRead, Step
from lint_keras_acc.source import SpanOf

MAX_WORLDS = 6  # sets of decisions on the way to a read

T = TypeVar("T")
Kind = Literal["argmax", "threshold", "round", "label-metric"]
Group = Literal["argmax", "threshold", "label-metric"]
_GROUPS: dict[Kind, Group] = {
    "argmax": "argmax",
    "threshold": "threshold",
    "round": "threshold",
    "label-metric": "label-metric",
}

# Functions that find the greatest element, with the axis that they have by default; None is the whole array.
_ARGMAX: dict[str, int | None] = {
    "numpy.argmax": None,
    "jax.numpy.argmax": None,
    "keras.ops.argmax": None,
    "keras.backend.argmax": -1,
    "tensorflow.argmax": 0,
    "tensorflow.math.argmax": 0,
    "tensorflow.experimental.numpy.argmax": None,
}
_ROUND = frozenset(
    {
        *(f"numpy.{name}" for name in ("round", "round_", "around", "rint")),
        *(f"tensorflow.{name}" for name in ("round", "math.round", "math.rint")),
        *("builtins.round", "keras.backend.round", "keras.ops.round", "jax.numpy.round"),
    }
)
_COMPARISONS = frozenset({"greater", "greater_equal", "less", "less_equal"})

# Functions of sklearn.metrics that compare labels, and raise for scores: "Classification metrics can't handle a mix of
# binary and continuous targets". Measured with scikit-learn 1.9.
LABEL_METRICS = frozenset(
    "accuracy_score balanced_accuracy_score classification_report cohen_kappa_score confusion_matrix f1_score"
    " fbeta_score hamming_loss jaccard_score matthews_corrcoef multilabel_confusion_matrix"
    " precision_recall_fscore_support precision_score recall_score zero_one_loss".split()
)
# What stands before a value that several names, or one in brackets, are bound to.
_UNPACKS = re.compile(r"[,\])][^=\n]*=(?!=)")
_COMPARING = re.compile(r"[<>]")
_THRESHOLD_WORDS = ("round", "round_", "rint", "around", "greater", "less")

# Words of a test that asks what kind of model or data this is.
_TELLING = re.compile(
    r"shape|ndim|units|class|binary|multi|label|output|task|loss|activation|logit|sigmoid|softmax|len\b"
)


class Occasion(NamedTuple):
    """An expression that may be a read, where it is evaluated."""

    kind: Kind
    node: ast.expr
    function: str
    operands: tuple[ast.expr, ...]
    frame: Frame
    point: Point
    axis: int | None = None
    axis_known: bool = False
    number: ast.expr | None = None
    of_numpy: bool = False


class Evaluation(NamedTuple):
    """An expression that takes the numbers of an evaluate apart."""

    node: ast.expr
    operand: ast.expr
    targets: int
    exactly: bool


class Reads:
    """The reads of predictions and evaluations in one program, each with the calls that return what is read."""

    def __init__(self, finder: Finder, evaluator: Evaluator, spans: SpanOf) -> None:
        self.finder = finder
        self.evaluator = evaluator
        self.spans = spans
        self.steps = 0  # that the reads have taken
        self._predictions: dict[Group, list[tuple[Call, PredictionRead]]] = {}

    def predictions(self, group: Group) -> list[tuple[Call, PredictionRead]]:
        """The reads of predictions of one group. The evaluator has to assume nothing, with no decision made."""
        known = self._predictions.get(group)
        if known is None:
            reads = self._within_budget(self._words_of(group), self._predictions_of)
            known = self._predictions[group] = [found for found in reads if _GROUPS[found[1].kind] == group]
        return known

    @cached_property
    def evaluations(self) -> list[tuple[Call, EvaluateRead]]:
        if not self.finder.mentions(".evaluate"):
            return []
        return list(self._within_budget(self._words_of_evaluations(), self._evaluations_of))

    def _within_budget(
        self, offsets: Iterable[int], reads_of: Callable[[Scope, Statement], Iterable[tuple[Call, T]]]
    ) -> Iterator[tuple[Call, T]]:
        """The reads of the statements at these places of the text; all of it for the price of one compile call."""
        self.steps = 0
        for scope, statement in self.finder.statements_with(sorted(set(offsets))):
            try:
                yield from list(reads_of(scope, statement))
            except (OutOfBudget, RecursionError):
                self.evaluator.tainted = True
            if self.steps > MAX_STEPS:
                return

    # --- where to look --------------------------------------------------------------------------------------

    def _words_of(self, group: Group) -> Iterator[int]:
        mentions, text = self.finder.mentions, self.finder.text
        if group == "argmax":
            yield from occurrences(text, "argmax", "(")
        elif group == "threshold":
            yield from (match.start() for match in _COMPARING.finditer(text))
            for word in _THRESHOLD_WORDS:
                yield from occurrences(text, word)
        elif mentions("sklearn"):
            for name in [name for name in LABEL_METRICS if name in text]:
                yield from occurrences(text, name, "(")
                for alias in self.finder.aliases(name):
                    yield from occurrences(text, alias, "(")

    def _words_of_evaluations(self) -> Iterator[int]:
        """Where a call of evaluate, or the name that its result is bound or returned under, is taken apart."""
        text = self.finder.text
        names = {"evaluate", "evaluate_generator"}
        for found in (*self.finder.methods("evaluate"), *self.finder.methods("evaluate_generator")):
            name = _name_of_result(found)
            if name is not None:
                names.add(name)
        for name in names:
            for offset in occurrences(text, name):
                line = text[text.rfind("\n", 0, offset) + 1 : offset]
                indexed = (
                    text[offset + len(name) : offset + len(name) + 1] == "[" or ")[" in text[offset : offset + 200]
                )
                if indexed or _UNPACKS.search(line):
                    yield offset

    # --- predictions ----------------------------------------------------------------------------------------

    def _predictions_of(self, scope: Scope, statement: Statement) -> Iterator[tuple[Call, PredictionRead]]:
        rounds: dict[int, tuple[Occasion, list[list[Prediction | None]]]] = {}
        for frame in self._activations(scope, statement):
            for occasion in self._occasions(statement.node, frame, statement.point):
                values = [
                    as_prediction(self.evaluator.evaluate(operand, occasion.frame, occasion.point))
                    for operand in occasion.operands
                ]
                rounds.setdefault(id(occasion.node), (occasion, []))[1].append(values)
            if not any(value for _, seen in rounds.values() for value in seen[0]):
                return
        for occasion, seen in rounds.values():
            if occasion.kind != "label-metric" and self._is_guarded(statement.path):
                continue
            for index, operand in enumerate(occasion.operands):
                yield from self._agreed(occasion, operand, [values[index] for values in seen])

    def _agreed(
        self, occasion: Occasion, operand: ast.expr, values: list[Prediction | None]
    ) -> Iterator[tuple[Call, PredictionRead]]:
        """The read, for each call that the predictions may come from, if they surely are predictions."""
        predictions = [value for value in values if value is not None]
        if len(predictions) < len(values):
            return
        steps: tuple[Step, ...] = predictions[0].steps
        if any(prediction.steps != steps for prediction in predictions):
            steps = ("some",)
        sources = {id(prediction.call.node): prediction.call for prediction in predictions}
        for source in sources.values():
            yield (
                source,
                PredictionRead(
                    occasion.kind,
                    self.spans(occasion.node),
                    self.spans(source.node),
                    occasion.function,
                    self.spans(operand),
                    steps,
                    occasion.axis,
                    occasion.axis_known,
                    self.spans(occasion.number) if occasion.number is not None else None,
                ),
            )

    def _activations(self, scope: Scope, statement: Statement) -> Iterator[Frame]:
        """The activations of a scope that reach a statement, each as often as there are decisions on the way."""
        evaluator = self.evaluator
        for frame in self.finder.frames(scope):
            evaluator.new_world()
            for _ in range(MAX_WORLDS):
                self.steps += evaluator.steps
                evaluator.start()
                if evaluator.reached(statement.path, frame):
                    yield frame
                if not evaluator.world.next():
                    break

    def _is_guarded(self, path: Path) -> bool:
        """The statement is reached only after a test of what kind of model or data there is."""
        return any(
            isinstance(arm.control, ast.If) and _TELLING.search(ast.unparse(arm.control.test).lower()) for arm in path
        )

    def _occasions(self, node: ast.AST, frame: Frame, point: Point) -> Iterator[Occasion]:
        """The expressions of a statement that are reads if what they read is predictions."""
        for expression, inner, moment in walk(node, frame, point, self.evaluator):
            occasion = self._occasion(expression, inner, moment)
            if occasion is not None:
                yield occasion

    def _occasion(self, node: ast.AST, frame: Frame, point: Point) -> Occasion | None:
        if isinstance(node, ast.Compare):
            if len(node.ops) != 1 or not isinstance(node.ops[0], (ast.Gt, ast.GtE, ast.Lt, ast.LtE)):
                return None
            return _threshold(node, node.left, node.comparators[0], frame, point, self.evaluator)
        if not isinstance(node, ast.Call) or not isinstance(node.func, (ast.Name, ast.Attribute)):
            return None
        function = dotted(node.func) or f".{node.func.attr if isinstance(node.func, ast.Attribute) else ''}"
        callee = self.evaluator.evaluate(node.func, frame, point)
        call = Call(node, frame, point, self.evaluator)
        if isinstance(callee, Symbol):
            return self._of_function(callee.path, function, call)
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("argmax", "round"):
            axis = call.argument(0, "axis", "dim") or Constant(None)
            kind: Kind = "argmax" if node.func.attr == "argmax" else "round"
            return Occasion(kind, node, function, (node.func.value,), frame, point, *_axis(axis), of_numpy=True)
        return None

    def _of_function(self, path: str, function: str, call: Call) -> Occasion | None:
        node, frame, point = call.node, call.frame, call.point
        name = path.rpartition(".")[2]
        if path in _ARGMAX:
            operands = _given(node, 1, "a", "input", "x")
            axis = call.argument(1, "axis", "dimension") or Constant(_ARGMAX[path])
            of_numpy = path == "numpy.argmax"
            return Occasion("argmax", node, function, operands, frame, point, *_axis(axis), of_numpy=of_numpy)
        if path in _ROUND:
            return Occasion("round", node, function, _given(node, 1, "a", "x", "number"), frame, point)
        if path.startswith("sklearn.metrics.") and name in LABEL_METRICS:
            return Occasion("label-metric", node, name, _given(node, 2, "y_true", "y_pred", "y1", "y2"), frame, point)
        if name in _COMPARISONS and path.startswith(("numpy.", "tensorflow.", "keras.")) and len(node.args) == 2:
            return _threshold(node, node.args[0], node.args[1], frame, point, self.evaluator, function)
        return None

    # --- evaluations ----------------------------------------------------------------------------------------

    def _evaluations_of(self, scope: Scope, statement: Statement) -> Iterator[tuple[Call, EvaluateRead]]:
        if any(isinstance(arm.control, ast.Try) for arm in statement.path):
            return  # what raises there may be expected
        for evaluation in _takings_apart(statement.node):
            sources: dict[int, Call] = {}
            for frame in self._activations(scope, statement):
                value = self.evaluator.evaluate(evaluation.operand, frame, statement.point)
                if not isinstance(value, Instance) or not _is_list_of_numbers(value):
                    sources.clear()
                    break
                sources[id(value.call.node)] = value.call
            for source in sources.values():
                place = self.spans(evaluation.node)
                yield source, EvaluateRead(place, self.spans(source.node), evaluation.targets, evaluation.exactly)


def walk(node: ast.AST, frame: Frame, point: Point, evaluator: Evaluator) -> Iterator[tuple[ast.AST, Frame, Point]]:
    """The expressions of a statement with where each is evaluated: those of a comprehension in a frame of their own.

    Of a conditional expression only the arm that this world takes is walked through, of a lambda nothing.
    """
    stack: list[tuple[ast.AST, Frame, Point]] = [(node, frame, point)]
    while stack:
        node, frame, point = stack.pop()
        yield node, frame, point
        if isinstance(node, (ast.Name, ast.Constant, ast.Lambda)):
            continue
        if isinstance(node, ast.IfExp):
            chosen = node.body if evaluator.test(node.test, frame, point) else node.orelse
            stack += [(node.test, frame, point), (chosen, frame, point)]
            continue
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            stack.append((node.generators[0].iter, frame, point))
            inner = _comprehension_frame(node, frame, point, evaluator)
            parts = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
            stack += [(part, inner, Point(1, ())) for part in parts]
            continue
        stack += [(child, frame, point) for child in ast.iter_child_nodes(node) if not isinstance(child, _NO_PARTS)]


# Bodies of compound statements are statements of their own.
_NO_PARTS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _comprehension_frame(
    node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
    frame: Frame,
    point: Point,
    evaluator: Evaluator,
) -> Frame:
    """A frame in which the variables of a comprehension hold what one round gives them, as far as predictions go."""
    inner = frame
    for generator in node.generators:
        outer, moment = inner, point if inner is frame else Point(1, ())
        inner = evaluator.comprehension_frame(generator.target, UNKNOWN, outer)
        for name, unpack in _targets(generator.target):
            inner.arguments[name] = one_round(generator.iter, unpack, outer, moment, evaluator)
    return inner


def _targets(target: ast.expr, unpack: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    if isinstance(target, ast.Name):
        yield target.id, unpack
    elif isinstance(target, (ast.Tuple, ast.List)):
        for index, element in enumerate(target.elts):
            yield from _targets(element, (*unpack, index))


def _array_code(operand: ast.expr) -> str:
    """The text of an expression that an index can follow."""
    atom = isinstance(operand, (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
    return ast.unparse(operand) if atom else ""


def _returns_array(source: Call) -> bool:
    """`predict` returns NumPy arrays; calling the model returns tensors."""
    function = source.node.func
    return isinstance(function, ast.Attribute) and function.attr in PREDICTING


def _axis(value: Value) -> tuple[int | None, bool]:
    """The axis, and whether it is known."""
    if isinstance(value, Constant) and (value.value is None or type(value.value) is int):
        return value.value, True
    return None, False


def _given(node: ast.Call, positions: int, *names: str) -> tuple[ast.expr, ...]:
    """The expressions of the first positional arguments, and of the keyword arguments of these names."""
    if any(isinstance(argument, ast.Starred) for argument in node.args):
        return ()
    named = (keyword.value for keyword in node.keywords if keyword.arg in names)
    return (*node.args[:positions], *named)


def _threshold(
    node: ast.expr,
    left: ast.expr,
    right: ast.expr,
    frame: Frame,
    point: Point,
    evaluator: Evaluator,
    function: str = "",
) -> Occasion | None:
    """A comparison of something with 0.5."""
    for operand, other in ((left, right), (right, left)):
        if isinstance(other, ast.Constant) and not isinstance(other.value, float):
            continue
        number = evaluator.evaluate(other, frame, point)
        if isinstance(number, Constant) and number.value == 0.5:
            written = other if isinstance(other, ast.Constant) else None
            return Occasion("threshold", node, function, (operand,), frame, point, number=written)
    return None


def _name_of_result(found: Found) -> str | None:
    """The name that the result of a call is bound to, or that of the function that returns it."""
    statement = found.statement.node
    if isinstance(statement, ast.Return):
        return getattr(found.scope.node, "name", None)
    return result_name_of(found.call, statement)


def _is_list_of_numbers(value: Instance) -> bool:
    """What evaluate returns, and no dictionary of it."""
    if not value.path.startswith("keras.Model.evaluate"):
        return False
    return all(keyword.arg not in (None, "return_dict") for keyword in value.call.node.keywords)


def _takings_apart(statement: ast.stmt) -> Iterator[Evaluation]:
    """`a, b = operand` and `operand[1]` in a statement."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if isinstance(target, (ast.Tuple, ast.List)):
            starred = any(isinstance(item, ast.Starred) for item in target.elts)
            yield Evaluation(target, statement.value, len(target.elts) - starred, not starred)
    for node in ast.walk(statement) if not isinstance(statement, _COMPOUND) else ():
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Constant):
            index = node.slice.value
            if type(index) is int and index >= 0 and isinstance(node.value, (ast.Name, ast.Attribute, ast.Call)):
                yield Evaluation(node, node.value, index + 1, False)


_COMPOUND = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.FunctionDef, ast.ClassDef)

"""Reads the compile calls of a program: for each, the CompileSites that it may be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from math import inf
from typing import NamedTuple

from lint_keras_acc.infer.arguments import read_losses, read_metrics
from lint_keras_acc.infer.calls import Finder, Found, occurrences
from lint_keras_acc.infer.evaluate import Evaluator, Moment
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.idioms import dialect_of_text
from lint_keras_acc.infer.labels import agreed, labels_of_uses
from lint_keras_acc.infer.limits import MAX_WORLDS, OutOfBudget
from lint_keras_acc.infer.models import OutputReader, adds_loss, is_custom_training, outputs_form
from lint_keras_acc.infer.modules import Modules
from lint_keras_acc.infer.penalties import has_penalties
from lint_keras_acc.infer.policies import global_dtype
from lint_keras_acc.infer.pretrained import chooses_itself
from lint_keras_acc.infer.recompiles import earlier_compile
from lint_keras_acc.infer.scopes import dotted, in_loop
from lint_keras_acc.infer.uses import Follower, Reads, Trail, add_reads, read_uses, with_keys
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Constant,
    Function,
    Instance,
    Layer,
    LocalClass,
    LocalObject,
    Mapping,
    Method,
    Model,
    Sequence,
    Symbol,
    Unknown,
    Value,
)
from lint_keras_acc.infer.worlds import Supposition
from lint_keras_acc.infer.wrappers import KEPT_METRICS, WrapperCall, compile_argument, may_compile
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.reading.heads import Losses, Metrics, every_metric, read_heads
from lint_keras_acc.sites import Argument, CompileSite, EarlierCompile, Head, Labels, Output, Uses
from lint_keras_acc.source import Program

MAX_DATA_WORLDS = 6  # sets of decisions that concern the data alone, for one set that concerns the model


class Reach(NamedTuple):
    """How far a compile call is followed into other files."""

    with_data: bool  # what is done with the model, and the data for it
    steps: int  # evaluations in all its worlds


_REACHES = (Reach(True, 1_000), Reach(False, 2_000))

_KERAS_KEYWORDS = frozenset(
    "optimizer loss metrics loss_weights weighted_metrics run_eagerly steps_per_execution jit_compile"
    " sample_weight_mode target_tensors auto_scale_loss options distribute class_mode"
    " experimental_run_tf_function pss_evaluation_shards cloning theano_mode".split()
)
_REGISTERED = re.compile(
    r"(?:get_custom_objects\(\)\s*\.\s*update\(|custom_objects\s*=|[Cc]ustom_?[Oo]bject_?[Ss]cope\()\s*(?:\{([^}]*)\}|(\w+))"
    r"|get_custom_objects\(\)\s*\[\s*['\"](\w+)['\"]|register_keras_serializable\([^)]*?name\s*=\s*['\"](\w+)['\"]"
)
_GIVEN_DICT = re.compile(r"\s*=\s*\{([^}]*)\}")
_STRING_KEY = re.compile(r"""['"](\w+)['"]\s*:""")


class Reader:
    """Reads the compile calls of one program."""

    def __init__(
        self, program: Program, dialect: Dialect | None, modules: Modules | None = None, deadline: float = inf
    ) -> None:
        self.program = program
        self.span = program.span if modules is None else modules.span
        self.text = "\n".join(program.lines)
        self.evaluator = Evaluator(program.tree, modules, "global " in self.text)
        self.evaluator.deadline = deadline
        self.finder = Finder(self.text, self.evaluator)
        self.dialect = dialect or dialect_of_text(self.text)
        self.outputs = OutputReader(self.evaluator, self.span)
        self.reach = _REACHES[0]
        self.gave_up = False  # the last compile call asked for too much work
        self.reads = Reads(self.finder, self.evaluator, self.span)
        self.trails: dict[int, tuple[CompileSite, Trail]] = {}  # of the sites of the last compile call, by their id
        self._registered: frozenset[str] | None = None

    def sites(self) -> Iterator[tuple[CompileSite, ...]]:
        """For each compile call of a Keras model its possibilities, in the order of the text."""
        for found in self.compile_calls():
            possibilities = self.possibilities(found)
            if possibilities:
                yield possibilities

    def compile_calls(self) -> list[Found]:
        """The calls of `compile`, and those of wrappers that call it themselves, in the order of the text."""
        compiling = self.finder.methods("compile")
        wrapping = [found for found in self.finder.wrappings.calls if may_compile(found.call)]
        if not wrapping:
            return compiling
        return sorted((*compiling, *wrapping), key=lambda found: (found.call.lineno, found.call.col_offset))

    def possibilities(self, found: Found) -> tuple[CompileSite, ...]:
        """The CompileSites that a compile call may be; none where it is not a Keras model's.

        Where following it into other files is too much work, its data are read without them, then all of it.
        """
        evaluator = self.evaluator
        modules = evaluator.modules
        if modules is None:
            return self.followed(found)
        try:
            for self.reach in _REACHES:
                evaluator.allowance = self.reach.steps
                told = self.followed(found)
                if not self.gave_up or not evaluator.imported_frames:
                    return told
                evaluator.tainted = True
            evaluator.modules, evaluator.allowance = None, inf
            told = self.followed(found)
            evaluator.tainted = True
            return told
        finally:
            evaluator.modules, evaluator.allowance = modules, inf

    def followed(self, found: Found) -> tuple[CompileSite, ...]:
        evaluator = self.evaluator
        self.gave_up = False
        evaluator.spent = evaluator.steps = 0
        self.begin()
        self.trails.clear()
        collected: list[CompileSite] = []
        try:
            for frame in self.finder.frames(found.scope):
                collected.extend(site for site in self.worlds(found, frame) if site is not None)
        except (OutOfBudget, RecursionError):
            evaluator.tainted = True
            self.gave_up = True
            return (self.unknown_site(found),)
        collected = self.with_reads(collected)
        if any(not site.uses.only_built for site in collected):
            collected = [
                replace(site, uses=replace(site.uses, only_built=False)) if site.uses.only_built else site
                for site in collected
            ]
        return tuple(collected if len(collected) < 2 else dict.fromkeys(collected))

    def with_reads(self, sites: list[CompileSite]) -> list[CompileSite]:
        """The sites with the reads of predictions and evaluations, which are looked for without their decisions."""
        self.evaluator.spent = self.evaluator.steps = 0
        self.begin()
        told = []
        for site in sites:
            _, trail = self.trails.get(id(site), (site, None))
            told.append(site if trail is None else add_reads(site, trail, self.reads))
        return told

    def worlds(self, found: Found, frame: Frame) -> Iterator[CompileSite | None]:
        """One site for each set of decisions about branches."""
        evaluator = self.evaluator
        self.assume(found, frame)
        excluded: list[CompileSite | None] = []
        for count in range(MAX_WORLDS + 1):
            evaluator.start()
            if count == MAX_WORLDS:
                self.gave_up = True
                yield self.unknown_site(found)
                return
            site = self.site(found, frame)
            if evaluator.world.impossible:
                excluded.append(site)
            else:
                yield site
            if not evaluator.world.next():
                break
        if len(excluded) == count + 1:
            yield excluded[0]  # code that is never reached is read as if it were

    def assume(self, found: Found, frame: Frame) -> None:
        """What holds because the compile call is reached: the arms that it stands in, those its callers stand in."""
        evaluator = self.evaluator
        self.begin()
        inner: Frame | None = frame
        statement = found.statement
        supposed: list[Supposition] = []
        while inner is not None:
            supposed += evaluator.arrive(statement.path, statement.position, inner)
            for arm in statement.path:
                if isinstance(arm.control, ast.If):
                    point = inner.scope.point_of(arm.control)
                    supposed.append(Supposition(arm.control.test, inner, point, arm.index == 0))
                    contradicted = evaluator.test(arm.control.test, inner, point) != (arm.index == 0)
                    if contradicted and inner.caller is None:
                        inner.defaults_known = False
                    evaluator.forced[(id(inner), id(arm.control))] = arm.index
                elif isinstance(arm.control, (ast.For, ast.AsyncFor, ast.While)):
                    evaluator.site_loops.add(id(arm.control))
                elif isinstance(arm.control, ast.Match):
                    supposed += self.suppose_case(arm.control, arm.index, inner)
            if inner.call_statement is None:
                break
            statement, inner = inner.call_statement, inner.caller
        evaluator.supposed = supposed
        evaluator.new_world()

    def suppose_case(self, control: ast.Match, index: int, frame: Frame) -> Iterator[Supposition]:
        """One case of a `match` fits, and those before it do not."""
        point = frame.scope.point_of(control)
        for place, case in enumerate(control.cases[: index + 1]):
            test = self.evaluator.case_test(control, case)
            if test is not None:
                yield Supposition(test, frame, point, place == index)

    def begin(self) -> None:
        """Assume nothing, decide nothing."""
        evaluator = self.evaluator
        evaluator.new_world()
        evaluator.forced.clear()
        evaluator.supposed = []
        evaluator.site_loops.clear()
        evaluator.assumed.clear()
        evaluator.start()

    # --- one possibility ------------------------------------------------------------------------------------

    def unknown_site(self, found: Found) -> CompileSite:
        span = self.span(found.node)
        return CompileSite(span, self.dialect, (Head(Output(), None),), custom_training=True)

    def site(self, found: Found, frame: Frame) -> CompileSite | None:
        compiled = self.compiled(found, frame)
        if compiled is None:
            return None
        call, receiver = compiled
        evaluator, spans = self.evaluator, self.span
        sequential = receiver.kind == "sequential" if isinstance(receiver, Model) else None
        parameters = self.dialect.compile_parameters(sequential)
        loss_value, loss_node, _ = self.compile_argument(call, "loss", parameters)
        own_loss = chooses_itself(receiver, loss_value)
        losses = read_losses(UNKNOWN if own_loss and loss_value else loss_value, loss_node, spans)
        metrics = [self.metrics_of(call, receiver, name, parameters) for name in ("metrics", "weighted_metrics")]
        self.outputs.policy = global_dtype(self.finder, frame, found.statement.point, spans)
        outputs, outputs_known = self.outputs.outputs(receiver)
        form = outputs_form(receiver, evaluator) if outputs_known else "unknown"
        follower = Follower(self.finder, evaluator, _is_categorical(losses))
        uses, labels = self.uses_and_labels(found, frame, follower, [output.name for output in outputs])
        heads = read_heads(self.dialect, outputs, outputs_known, losses, metrics, labels)
        custom = is_custom_training(receiver, evaluator) or (isinstance(receiver, Model) and adds_loss(receiver))
        custom = custom or own_loss or self.own_class(receiver)
        metrics_read = every_metric(heads, metrics)
        keys = {key for metric in metrics_read for key in (metric.key, metric.log_key) if key}
        site = CompileSite(
            span=spans(found.node),
            dialect=self.dialect,
            heads=heads,
            outputs_known=outputs_known,
            outputs_form=form,
            losses=losses.every(),
            loss_argument=losses.argument,
            metrics=metrics_read,
            metrics_known=all(group.complete for group in metrics) and not _has_unknown_keywords(call),
            metrics_arguments=tuple(group.argument for group in metrics),
            positional=self.positional(call, parameters),
            custom_training=custom,
            penalties=has_penalties(receiver, evaluator) if found.is_compile and not losses.every() else None,
            earlier=self.earlier(receiver, found, frame, parameters, heads, outputs_known),
            sequential=sequential,
            registered=self.registered,
            uses=self.keyed(uses, keys),
            may_run_twice=in_loop(found.statement.path) or frame.caller is not None,
        )
        self.trails[id(site)] = site, follower.trail
        return site

    def compiled(self, found: Found, frame: Frame) -> tuple[Call, Value] | None:
        """The call with the arguments of compile, and what it compiles; None where that is no model of Keras."""
        if not found.is_compile:
            compiling = self.finder.wrappings.compiling(found, frame)
            return None if compiling is None else (compiling.call, compiling.model)
        point = found.statement.point
        call = Call(found.call, frame, point, self.evaluator)
        receiver = self.evaluator.evaluate(found.receiver, frame, point)
        return (call, receiver) if self.is_keras(receiver, call) else None

    def earlier(
        self,
        receiver: Value,
        found: Found,
        frame: Frame,
        parameters: tuple[str, ...],
        heads: tuple[Head, ...],
        outputs_known: bool,
    ) -> EarlierCompile | None:
        """The compile call of the same model before this one."""
        before = earlier_compile(receiver, found, frame, self.finder, self.evaluator) if found.is_compile else None
        if before is None:
            return None
        value, node, _ = self.compile_argument(before, "loss", parameters)
        losses = read_losses(value, node, self.span)
        metrics = [self.metrics_of(before, receiver, name, parameters) for name in ("metrics", "weighted_metrics")]
        told = all(group.complete for group in metrics) and not _has_unknown_keywords(before)
        count = len(heads)
        return EarlierCompile(
            span=self.span(before.node),
            losses=tuple(losses.at(head.output.name, index, count, outputs_known) for index, head in enumerate(heads)),
            has_loss=None if losses.argument.form == "unknown" else bool(losses.every()),
            metrics=tuple(metric for group in metrics for metric in group.every()) if told else None,
        )

    def uses_and_labels(
        self, found: Found, frame: Frame, follower: Follower, names: list[str | None]
    ) -> tuple[Uses, list[Labels]]:
        """What the program does with the model, and the labels of each of its outputs.

        Decisions on the way of the data alone make no further possibilities: labels that depend on them are unknown.
        """
        evaluator = self.evaluator
        if self.reach.with_data or evaluator.modules is None:
            return self.uses_in_reach(found, frame, follower, names)
        modules, evaluator.modules = evaluator.modules, None
        try:
            return self.uses_in_reach(found, frame, follower, names)
        finally:
            evaluator.modules = modules
            evaluator.tainted = True

    def uses_in_reach(
        self, found: Found, frame: Frame, follower: Follower, names: list[str | None]
    ) -> tuple[Uses, list[Labels]]:
        evaluator, spans = self.evaluator, self.span
        name = dotted(found.receiver) if found.is_compile else None
        world = evaluator.world
        moments: list[Moment] = []
        world.before_decision = lambda: moments.append(evaluator.moment())
        if name is not None:
            follower.follow(name, frame, found.statement.point)
        elif not found.is_compile:
            follower.wrapped_by(found.call)
        trail = follower.trail
        told = [labels_of_uses(trail.uses, names, spans)]
        uses = read_uses(trail, self.finder, evaluator, spans)
        if self.finder.expects_exception(found.statement, frame.scope):
            uses = replace(uses, only_built=True)
        world.before_decision = None
        if not moments:
            return uses, told[0]
        moment = moments[0]
        while len(told) + world.left(moment.position) <= MAX_DATA_WORLDS and world.next(moment.position):
            evaluator.back_to(moment)
            told.append(labels_of_uses(trail.uses, names, spans))
        if len(told) + world.left(moment.position) > MAX_DATA_WORLDS:
            if evaluator.modules is not None and evaluator.imported_frames:
                raise OutOfBudget
            told = [[Labels() for _ in names]]
        del world.trail[moment.position :]
        evaluator.back_to(moment)
        return uses, [agreed([labels[index] for labels in told]) for index in range(len(names))]

    def keyed(self, uses: Uses, keys: set[str]) -> Uses:
        """`uses` with the keys that are read outside compile calls."""
        if not keys:
            return uses
        return with_keys(uses, keys, self.text_without_compiles)

    @cached_property
    def text_without_compiles(self) -> str:
        lines = list(self.program.lines)
        for found in self.finder.methods("compile"):
            node = found.call
            for line in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[line] = ""
        return "\n".join(lines)

    def is_keras(self, receiver: Value, call: Call) -> bool:
        """Whether the call compiles a Keras model."""
        if isinstance(receiver, Model):
            return True
        if isinstance(receiver, Symbol):
            return self.looks_like_keras(call) and _may_be_imported_model(receiver.path)
        if isinstance(receiver, Constant) and receiver.value is None:
            return self.looks_like_keras(call)  # bound later, by whatever runs before
        if isinstance(receiver, (Constant, Sequence, Mapping, Function, LocalClass)):
            return False
        if isinstance(receiver, Layer):
            return receiver.cls is not None and self.looks_like_keras(call)
        if isinstance(receiver, LocalObject):
            return self.own_class(receiver) and self.looks_like_keras(call)
        if isinstance(receiver, Instance) and not receiver.path.startswith(("keras", "tensorflow", "transformers")):
            return self.looks_like_keras(call) and receiver.path.partition(".")[0] not in _NOT_KERAS
        if isinstance(receiver, Method):
            return False
        return self.looks_like_keras(call)

    def own_class(self, receiver: Value) -> bool:
        """An object of a local class that inherits from something that is not shown."""
        return isinstance(receiver, LocalObject) and any(
            isinstance(base, Unknown) or (isinstance(base, Symbol) and not base.path.startswith("builtins."))
            for base in self.evaluator.ancestry(receiver.cls)
        )

    def looks_like_keras(self, call: Call) -> bool:
        """The arguments are those of Model.compile: a loss or metrics beside an optimizer."""
        names = {keyword.arg for keyword in call.node.keywords if keyword.arg}
        if names - _KERAS_KEYWORDS:
            return False
        return "loss" in names or "metrics" in names

    def compile_argument(
        self, call: Call, name: str, parameters: tuple[str, ...]
    ) -> tuple[Value | None, ast.AST, int | None]:
        """The value of an argument of compile, its expression, and its position where it is positional."""
        if isinstance(call, WrapperCall):
            return compile_argument(call, name), call.node, None
        for keyword in call.node.keywords:
            if keyword.arg == name:
                return call.value(keyword.value), keyword.value, None
        position = parameters.index(name) if name in parameters else None
        if position is not None and position < len(call.node.args):
            node = call.node.args[position]
            if not isinstance(node, ast.Starred):
                return call.value(node), node, position
        return call.argument(None if position is None else position, name), call.node, None

    def metrics_of(self, call: Call, receiver: Value, name: str, parameters: tuple[str, ...]) -> Metrics:
        value, node, position = self.compile_argument(call, name, parameters)
        if value is not None and chooses_itself(receiver, value):
            value = UNKNOWN
        if name == "metrics" and value is None:
            misplaced = self.misplaced_metrics(call, parameters)
            if misplaced is not None:
                value, node, position = misplaced
        found = read_metrics(name, value, node, position, self.dialect, self.span)
        if isinstance(call, WrapperCall):
            return _as_listed(found)
        if value is not None and id(value.node) in self.evaluator.assumed:
            return replace(found, complete=False)  # a caller that is not in sight may give others
        return found

    def misplaced_metrics(self, call: Call, parameters: tuple[str, ...]) -> tuple[Value, ast.AST, int] | None:
        """A metrics list in the third place, which Keras 3 takes for loss_weights."""
        if len(parameters) > 2 and parameters[2] == "loss_weights" and len(call.node.args) > 2:
            node = call.node.args[2]
            value = call.value(node)
            if isinstance(value, Sequence) and any(
                isinstance(item, Constant) and isinstance(item.value, str) for item in value.items
            ):
                return value, node, 2
        return None

    def positional(self, call: Call, parameters: tuple[str, ...]) -> tuple[Argument, ...]:
        found: list[Argument] = []
        if isinstance(call, WrapperCall):
            return ()
        for position, node in enumerate(call.node.args):
            if isinstance(node, ast.Starred):
                break
            name = parameters[position] if position < len(parameters) else f"#{position}"
            value = call.value(node)
            constant = value.value if isinstance(value, Constant) else None
            if isinstance(value, Sequence):
                constant = tuple(item.value if isinstance(item, Constant) else None for item in value.items)
            found.append(Argument(name, self.span(node), constant, _is_none(value), position))
        return tuple(found)

    @property
    def registered(self) -> frozenset[str]:
        """The names that the file registers as custom objects."""
        if self._registered is None:
            names: set[str] = set()
            registers = any(word in self.text for word in ("ustom_object", "ustomObject", "register_keras"))
            for match in _REGISTERED.finditer(self.text) if registers else ():
                entries, variable, *registered = match.groups()
                names.update(name for name in registered if name)
                bodies = [entries or ""] if variable is None else self.dicts_of(variable)
                names.update(name for body in bodies for name in _STRING_KEY.findall(body))
            self._registered = frozenset(names)
        return self._registered

    def dicts_of(self, name: str) -> list[str]:
        """What stands in the braces of the dicts that a name is given."""
        behind = (_GIVEN_DICT.match(self.text, offset + len(name)) for offset in occurrences(self.text, name))
        return [match[1] for match in behind if match is not None]


_NOT_KERAS = frozenset(
    {"re", "torch", "regex", "numba", "sqlalchemy", "jinja2", "builtins", "pathlib", "jax", "theano"}
)


def _may_be_imported_model(path: str) -> bool:
    """An object of a module of the project: no class, and of no library that is known."""
    root, last = path.partition(".")[0], path.rpartition(".")[2]
    return root not in _NOT_KERAS and root not in ("keras", "tensorflow") and not last[:1].isupper()


def _is_none(value: Value) -> bool:
    return isinstance(value, Constant) and value.value is None


def _as_listed(metrics: Metrics) -> Metrics:
    """Metrics as scikeras gives them to compile: in a list, and those that strings name as objects.

    Objects may have other log keys than the strings.
    """
    form, complete = metrics.argument.form, metrics.complete
    if form in ("string", "instance", "function"):
        form = "list"
    if any(metric and metric.form == "string" and metric.written not in KEPT_METRICS for metric in metrics.flat or ()):
        complete = False
    return replace(metrics, argument=replace(metrics.argument, form=form), complete=complete)


def _is_categorical(losses: Losses) -> bool | None:
    """Whether the one loss is categorical cross-entropy; None where that is unknown."""
    loss = losses.single
    if loss is None or loss.form == "unknown":
        return None
    return loss.name.value == "categorical_crossentropy"


def _has_unknown_keywords(call: Call) -> bool:
    if all(keyword.arg is not None for keyword in call.node.keywords):
        return False
    return not call.keywords()[1]

"""What wraps a model function or a model: scikit-learn's interface to Keras, and Keras Tuner.

Facts from scikeras 0.13 (`scikeras/wrappers.py`, `scikeras/utils/transformers.py`), Keras 2
(`keras/wrappers/scikit_learn.py`, last in TensorFlow 2.11), Keras 3.8 and later
(`keras/src/wrappers/sklearn_wrapper.py`) and Keras Tuner 1.4 (`keras_tuner/src/engine/`).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from lint_keras_acc.infer.frames import Call, Thunk
from lint_keras_acc.infer.scopes import dotted
from lint_keras_acc.infer.syntax import dump
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Array,
    Constant,
    Instance,
    Mapping,
    Options,
    Sequence,
    Symbol,
    Value,
)
from lint_keras_acc.keras_api import tuners
from lint_keras_acc.keras_api.losses import canonical_loss
from lint_keras_acc.records import record

Given = Value | Thunk  # an argument that waits for its evaluation, or does not need one
Family = Literal["scikeras", "keras 2", "keras 3", "tuner"]

_DECIDED = ("Boolean", "Choice")
MAX_OPTIONS = 8  # values of one hyperparameter that are tried; of more, any one is unknown

CLASSES: dict[str, tuple[Family, bool]] = {  # path: the family, and whether it encodes classes
    "scikeras.wrappers.KerasClassifier": ("scikeras", True),
    "scikeras.wrappers.KerasRegressor": ("scikeras", False),
    "keras.wrappers.scikit_learn.KerasClassifier": ("keras 2", True),
    "keras.wrappers.scikit_learn.KerasRegressor": ("keras 2", False),
    "keras.wrappers.SKLearnClassifier": ("keras 3", True),
    "keras.wrappers.SKLearnRegressor": ("keras 3", False),
}
SEARCHES = ("GridSearchCV", "RandomizedSearchCV", "HalvingGridSearchCV", "HalvingRandomSearchCV", "BayesSearchCV")
VALIDATIONS = (
    "cross_val_score",
    "cross_validate",
    "cross_val_predict",
    "learning_curve",
    "validation_curve",
    "permutation_test_score",
)
HYPERPARAMETERS = "keras_tuner.HyperParameters"

# What `__init__` of scikeras' classes names; all else goes to the model function.
_SCIKERAS_OWN = frozenset(
    "model build_fn warm_start random_state optimizer loss metrics batch_size validation_batch_size verbose callbacks"
    " validation_split shuffle run_eagerly epochs class_weight loss_weights weighted_metrics".split()
)
# Metrics that scikeras hands on as they are; of other strings it makes objects, whose log keys may be others.
KEPT_METRICS = frozenset({"acc", "accuracy", "ce", "crossentropy"})


@record(frozen=True, eq=False)
class Wrapper:
    """A call that wraps a model function, a model or a hypermodel.

    family:  whose it is. classifier: it encodes the labels that it is fitted on as classes.
    """

    family: Family
    classifier: bool
    call: Call

    @property
    def builder(self) -> Value | None:
        """The model function, the model or the hypermodel."""
        if self.family == "tuner":
            first = self.call.argument(0, "hypermodel")
            return self.call.argument(1) if isinstance(first, Instance) and self.is_bare_tuner else first
        if self.family == "keras 2":
            return self.call.argument(0, "build_fn")
        return self.call.argument(0, "model", "build_fn")

    @property
    def keys(self) -> frozenset[str]:
        """The log keys of which one must be there: the score of the old KerasClassifier is that of the metric."""
        return frozenset({"acc", "accuracy"} if self.family == "keras 2" and self.classifier else ())

    @property
    def compiles_again(self) -> bool:
        """It compiles models that come compiled, with arguments of its own (`Tuner._override_compile_args`)."""
        given = {keyword.arg for keyword in self.call.node.keywords}
        return self.family == "tuner" and not given.isdisjoint({"loss", "metrics", "optimizer"})

    @property
    def is_bare_tuner(self) -> bool:
        """`Tuner(oracle, hypermodel)`"""
        return self.class_name == "Tuner"

    @property
    def class_name(self) -> str:
        """The name of its class, as it is written."""
        return (dotted(self.call.node.func) or "").rpartition(".")[2]


def wrapper_of(value: Value) -> Wrapper | None:
    """The wrapper that a value is; None where it is none."""
    if not isinstance(value, Instance):
        return None
    known = CLASSES.get(value.path)
    if known is not None:
        return Wrapper(*known, value.call)
    root, _, name = value.path.partition(".")
    if root in tuners.PACKAGES and name.rpartition(".")[2] in tuners.TUNERS:
        return Wrapper("tuner", False, value.call)
    return None


def wrapped_in(value: Value | None, depth: int = 0) -> tuple[Wrapper, str] | None:
    """The wrapper that an estimator of scikit-learn trains, and the prefix of its parameters.

    A search trains its estimator, a pipeline its last step: their labels arrive as they are. Of other
    estimators (ensembles, transformed targets, one of several outputs) that is not known: None.
    """
    if not isinstance(value, Instance) or depth > 4:
        return None
    wrapper = wrapper_of(value)
    if wrapper is not None:
        return wrapper, ""
    name = value.path.rpartition(".")[2]
    if name in SEARCHES:
        inner = wrapped_in(value.call.argument(0, "estimator"), depth + 1)
        return inner and (inner[0], f"estimator__{inner[1]}")
    if name == "Pipeline":
        return _last_step(value.call.argument(0, "steps"), depth)
    if name == "make_pipeline":
        steps = value.call.positional()
        last = wrapped_in(value.call.evaluator.force(steps[-1]), depth + 1) if steps else None
        if last is None:
            return None
        return last[0], f"{last[0].class_name.lower()}__{last[1]}"
    return None


def _last_step(steps: Value | None, depth: int) -> tuple[Wrapper, str] | None:
    last = steps.items[-1] if isinstance(steps, Sequence) and steps.items else None
    if not isinstance(last, Sequence) or len(last.items) != 2:
        return None
    name, estimator = last.items
    inner = wrapped_in(estimator, depth + 1)
    if inner is None:
        return None
    known = name.value if isinstance(name, Constant) else None
    return inner[0], f"{known}__{inner[1]}"


# --- calls with the arguments of others ---------------------------------------------------------------------


class PassedOn(Call):
    """A call that gives other arguments than are written in it: those of `positional()` and `keywords()`."""

    __slots__ = ("own",)

    def __init__(self, own: Call) -> None:
        super().__init__(own.node, own.frame, own.point, own.evaluator)
        self.own = own

    def argument(self, position: int | None, *names: str) -> Value | None:
        keywords, complete = self.keywords()
        for name in names:
            if name in keywords:
                return self.evaluator.force(keywords[name])
        if position is not None:
            items = self.positional()
            if items is None:
                return UNKNOWN
            if position < len(items):
                return self.evaluator.force(items[position])
        return None if complete else UNKNOWN


class PartialCall(PassedOn):
    """A call of what `functools.partial(...)` made: the partial's arguments, then those of the call."""

    __slots__ = ("base",)

    def __init__(self, own: Call, base: Call) -> None:
        super().__init__(own)
        self.base = base

    def positional(self) -> list[Given] | None:
        first, rest = self.base.positional(), self.own.positional()
        return None if first is None or rest is None else first[1:] + rest

    def keywords(self) -> tuple[dict[str, Given], bool]:
        first, first_complete = self.base.keywords()
        later, later_complete = self.own.keywords()
        return {**first, **later}, first_complete and later_complete


class WrapperCall(PassedOn):
    """The call of a wrapper with the parameters that its searches give it in the place of its own.

    searched: those parameters by name; None where a search gives some that cannot be told.
    """

    __slots__ = ("searched", "wrapper")

    def __init__(self, wrapper: Wrapper, searched: dict[str, Value] | None) -> None:
        super().__init__(wrapper.call)
        self.wrapper = wrapper
        self.searched = searched

    def positional(self) -> list[Given] | None:
        return []

    def keywords(self) -> tuple[dict[str, Given], bool]:
        given, complete = self.own.keywords()
        if self.searched is None:
            return {}, False
        return {**given, **self.searched}, complete


class BuilderCall(PassedOn):
    """How a wrapper calls its model function."""

    __slots__ = ("wrapper", "wrapping")

    def __init__(self, wrapping: WrapperCall) -> None:
        super().__init__(wrapping.own)
        self.wrapping = wrapping
        self.wrapper = wrapping.wrapper

    def positional(self) -> list[Given] | None:
        return [Instance(HYPERPARAMETERS, self.own)] if self.wrapper.family == "tuner" else []

    def keywords(self) -> tuple[dict[str, Given], bool]:
        if self.wrapper.family == "tuner":
            return {}, True
        given, complete = self.wrapping.keywords()
        if self.wrapper.family == "scikeras":
            return self._routed(given, complete), complete
        if self.wrapper.family == "keras 3":
            return self._model_kwargs()
        return {name: value for name, value in given.items() if name != "build_fn"}, complete

    def _routed(self, given: dict[str, Given], complete: bool) -> dict[str, Given]:
        """What scikeras routes to the model function, `compile_kwargs` among it."""
        passed: dict[str, Given] = {}
        for name, value in given.items():
            if "__" not in name and name not in _SCIKERAS_OWN:
                passed[name] = value
            elif name.startswith("model__"):
                passed[name.removeprefix("model__")] = value
        loss = compile_argument(self.wrapping, "loss") or Constant(None)
        metrics = compile_argument(self.wrapping, "metrics") or Constant(None)
        if not isinstance(metrics, (Sequence, Mapping)) and metrics != Constant(None):
            metrics = UNKNOWN  # it is put into a list
        named = {"optimizer": UNKNOWN, "loss": loss, "metrics": metrics}
        items = tuple((Constant(name), value) for name, value in named.items())
        passed["compile_kwargs"] = Mapping(items, open=not complete)
        passed["meta"] = passed["params"] = UNKNOWN
        return passed

    def _model_kwargs(self) -> tuple[dict[str, Given], bool]:
        mapping = self.wrapping.argument(None, "model_kwargs")
        data: dict[str, Given] = {"X": UNKNOWN, "y": UNKNOWN}
        if mapping is None or (isinstance(mapping, Constant) and mapping.value is None):
            return data, True
        if not isinstance(mapping, Mapping) or mapping.open:
            return data, False
        named = {key.value: value for key, value in mapping.items if isinstance(key, Constant)}
        return {**{str(name): value for name, value in named.items()}, **data}, True


def may_compile(node: ast.Call) -> bool:
    """Whether a wrapper's call gives the loss that an uncompiled model is compiled with."""
    return any(keyword.arg in ("loss", None) for keyword in node.keywords)


def compile_argument(call: WrapperCall, name: str) -> Value | None:
    """`loss` or `metrics` as scikeras gives them to compile; None where they are not given.

    Unknown where parameters are routed to them, as in `loss__from_logits=True`.
    """
    keywords, _ = call.keywords()
    if any(given.startswith((f"{name}__", f"compile__{name}")) for given in keywords):
        return UNKNOWN
    return call.argument(None, name)


def options(searched: Value, prefix: str, key: object) -> dict[str, Value] | None:
    """The parameters that a search varies, without the prefix of its estimator; None where they cannot be told."""
    if isinstance(searched, Sequence) and len(searched.items) == 1 and not searched.open:
        searched = searched.items[0]
    if not isinstance(searched, Mapping) or searched.open:
        return None
    found: dict[str, Value] = {}
    for name, values in searched.items:
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            return None
        if name.value.startswith(prefix):
            parameter = name.value.removeprefix(prefix)
            found[parameter] = _one_of(values, (key, parameter))
    return found


def _one_of(values: Value, key: tuple[object, ...]) -> Value:
    if not isinstance(values, Sequence) or values.open or not 0 < len(values.items) <= MAX_OPTIONS:
        return UNKNOWN
    return Options(values.items, key)


# --- labels -------------------------------------------------------------------------------------------------


def is_categorical(loss: Value | None) -> bool | None:
    """Whether scikeras takes its loss for categorical cross-entropy and makes class ids one-hot; None if unknown.

    It does not so for the class itself, of which it makes an object later.
    """
    if loss is None or (isinstance(loss, Constant) and loss.value is None):
        return False
    name: str | None = None
    if isinstance(loss, Constant) and isinstance(loss.value, str):
        name = loss.value
    elif isinstance(loss, (Symbol, Instance)) and loss.path.startswith("keras.losses."):
        name = loss.path.rpartition(".")[2]
    if name is None or (isinstance(loss, Symbol) and name[:1].isupper()):
        return None if name is None else False
    return canonical_loss(name) == "categorical_crossentropy"


def encoded(wrapper: Wrapper, labels: Array, categorical: bool | None) -> Value:
    """The labels that the model gets, of those that the wrapper is fitted on.

    categorical: the loss that decides it (the wrapper's own in scikeras, the model's in Keras 2) is
    categorical cross-entropy; None if that is not known.
    """
    if wrapper.family == "keras 2":
        return _encoded_by_keras_2(labels, wrapper.classifier, categorical)
    if not wrapper.classifier:
        column = wrapper.family == "keras 3" and labels.rank == 1
        return replace(labels, rank=2, width=1) if column else labels
    if wrapper.family == "scikeras":
        return _encoded_by_scikeras(labels, categorical)
    return _one_hot(labels) if labels.encoding in ("integer", "binary") else UNKNOWN


def _encoded_by_keras_2(labels: Array, classifier: bool, categorical: bool | None) -> Value:
    """Columns stay as they are. Of one column a classifier makes ids from 0 on; ids of shape (n,) become one-hot."""
    if _is_of_columns(labels):
        return labels
    if classifier and labels.encoding not in ("integer", "binary"):
        return UNKNOWN
    ids = _from_zero(labels) if classifier else labels
    if categorical is False or (labels.rank == 2 and labels.width == 1):
        return ids
    return _one_hot(labels) if categorical and classifier and labels.rank == 1 else UNKNOWN


def _encoded_by_scikeras(labels: Array, categorical: bool | None) -> Value:
    """Columns of 0 and 1 stay as they are; of one column come ids from 0 on, in shape (n, 1).

    They become one-hot where there are more than two classes.
    """
    if _is_of_columns(labels):
        return labels if labels.encoding in ("one-hot", "multi-hot") else UNKNOWN
    ids = replace(_from_zero(labels), rank=2, width=1)
    if labels.encoding == "binary":
        return ids
    if labels.encoding != "integer" or categorical is None:
        return UNKNOWN
    if not categorical:
        return ids
    return _one_hot(labels) if (labels.classes or 0) > 2 and not labels.subset else UNKNOWN


def _is_of_columns(labels: Array) -> bool:
    return labels.encoding in ("one-hot", "multi-hot") or (labels.rank == 2 and (labels.width or 0) > 1)


def _from_zero(labels: Array) -> Array:
    """Ids that count the classes which there are."""
    last = None if labels.classes is None or labels.subset else float(labels.classes - 1)
    low = 0.0 if last is not None else None
    return replace(labels, low=low, high=last, bounded=None, origin=frozenset())


def _one_hot(labels: Array) -> Array:
    columns = None if labels.subset else labels.classes
    numbers = replace(labels, low=None, high=None, bounded=None, origin=frozenset())
    return replace(numbers, encoding="one-hot", classes=columns, rank=2, width=columns)


class TrainingCall(Call):
    """A call that fits what an estimator wraps, with its arguments in the words of `Model.fit`.

    first: the position of the features, 1 in `cross_val_score(estimator, X, y)`.
    encode: from the labels of the call to those that the model gets.
    """

    __slots__ = ("encode", "first", "wrapper")

    def __init__(self, own: Call, first: int, wrapper: Wrapper, encode: Callable[[Value], Value]) -> None:
        super().__init__(own.node, own.frame, own.point, own.evaluator)
        self.first = first
        self.wrapper = wrapper
        self.encode = encode

    def argument(self, position: int | None, *names: str) -> Value | None:
        if position == 0:
            return super().argument(self.first, "X", *names)
        if position == 1:
            labels = super().argument(self.first + 1, "y", *names)
            return None if labels is None else self.encode(labels)
        given = super().argument(None, *names)
        if given is not None or position is not None:
            return given
        return self.wrapper.call.argument(None, *names, *(f"fit__{name}" for name in names))

    def written_keywords(self) -> list[ast.keyword]:
        own = [*self.node.keywords, *self.wrapper.call.node.keywords]
        routed = [
            ast.keyword(arg=keyword.arg.removeprefix("fit__"), value=keyword.value)
            for keyword in own
            if keyword.arg is not None and keyword.arg.startswith("fit__")
        ]
        return own + routed


def method(owner: Instance, name: str, call: Call) -> Value | None:
    """What a method of a wrapper, of an estimator that holds one, or of hyperparameters returns; None for others."""
    if owner.path.startswith(tuners.PACKAGES) and owner.path.endswith(".HyperParameters"):
        return hyperparameter(name, call) or UNKNOWN
    if name != "fit":
        return None
    wrapper = wrapper_of(owner)
    if wrapper is None:
        return None
    return Instance("keras.Model.fit", call) if wrapper.family == "keras 2" else owner


class SearchCall(Call):
    """`tuner.search(x, y, ...)`, whose arguments are those of `Model.fit`."""

    __slots__ = ("wrapper",)

    def __init__(self, own: Call, wrapper: Wrapper) -> None:
        super().__init__(own.node, own.frame, own.point, own.evaluator)
        self.wrapper = wrapper

    def objectives(self) -> list[Constant]:
        """The log keys that the tuner looks for in what the trials log, as they are written."""
        given = None if self.wrapper.is_bare_tuner else self.wrapper.call.argument(1, "objective")
        items = given.items if isinstance(given, Sequence) else (given,)
        named = [item.call.argument(0, "name") if _is_objective(item) else item for item in items]  # type: ignore[union-attr]
        return [name for name in named if isinstance(name, Constant) and isinstance(name.value, str)]


def _is_objective(value: Value | None) -> bool:
    return isinstance(value, Instance) and value.path.startswith(tuners.PACKAGES) and value.path.endswith(".Objective")


# --- hyperparameters ----------------------------------------------------------------------------------------


def hyperparameter(method: str, call: Call) -> Value | None:
    """What `hp.Choice('units', [32, 64])` may be; None where the call is no hyperparameter's.

    The same name is the same choice everywhere in one model.
    """
    name = call.constant(0, "name")
    if not isinstance(name, str):
        return None
    if method == "Boolean":
        return _chosen(name, (Constant(True), Constant(False)), call)
    if method == "Choice":
        values = call.argument(1, "values")
        if not isinstance(values, Sequence) or values.open or not 0 < len(values.items) <= MAX_OPTIONS:
            return UNKNOWN
        return _chosen(name, values.items, call)
    if method == "Fixed":
        return call.argument(1, "value") or UNKNOWN
    return UNKNOWN if method in ("Int", "Float") else None


def _chosen(name: str, items: tuple[Value, ...], call: Call) -> Value:
    if _has_namesake(name, call):
        return UNKNOWN
    return items[call.evaluator.world.choose(("hyperparameter", name), len(items))]


def _has_namesake(name: str, call: Call) -> bool:
    """Another hyperparameter of that name stands in the same function, with other values.

    Keras Tuner goes on with the values of the one that is asked for first.
    """
    scope, known = call.frame.scope, call.evaluator.namesakes
    if id(scope) not in known:
        known[id(scope)] = _namesakes(scope.node)
    return name in known[id(scope)]


def _namesakes(function: ast.AST) -> frozenset[str]:
    written: dict[str, set[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _DECIDED:
            first = next(
                iter((*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "name"))), None
            )
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                written.setdefault(first.value, set()).add(dump(node))
    return frozenset(name for name, forms in written.items() if len(forms) > 1)

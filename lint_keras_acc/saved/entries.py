"""The losses and metrics that a saved model was compiled with, in plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from lint_keras_acc.keras_api.defaults import default_of
from lint_keras_acc.keras_api.dialects import Dialect, may_be_numbered
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.reading.compiled import Entry, Tree, entry_of_wrapper, every_entry
from lint_keras_acc.reading.words import is_loss_of_keras, is_metric_of_keras
from lint_keras_acc.saved.parsing import (
    as_constant,
    as_identifier,
    as_mapping,
    as_name,
    as_sequence,
    is_module_of_keras,
)

Serialized = Mapping[str, object]
Module = Literal["losses", "metrics"]

_SILENT = frozenset({"name", "dtype"})
# What Keras 2 and Keras 3 write for the reduction of a loss that was given none.
_USUAL_REDUCTIONS = ("auto", "sum_over_batch_size")
_LAMBDA = "<lambda>"
# Names of functions that Keras has late or had early, and users have of their own: a name alone does not tell whose.
_OFTEN_OWN = frozenset({"circle", "ctc", "dice", "fbeta_score", "precision", "recall", "tversky"})


def loss_tree(value: object, dialect: Dialect, strings_are_sure: bool) -> Tree:
    """The loss argument of compile.

    strings_are_sure: a string is one; else it may be the name of a function as well (in an .h5 file).
    """
    reader = _Reader(dialect, strings_are_sure)
    return reader.tree(value, reader.loss)


def metric_tree(value: object, dialect: Dialect, strings_are_sure: bool, outputs: tuple[str, ...] = ()) -> Tree:
    """An argument of metrics of compile. `outputs`: those with whose names Keras 2 prefixes the names of metrics."""
    reader = _Reader(dialect, strings_are_sure)
    return reader.tree(value, reader.metric, outputs)


def misplaced_tree(value: object, dialect: Dialect, strings_are_sure: bool) -> Tree:
    """A metrics list that Keras 3 takes for loss_weights: it stood in the third place."""
    tree = metric_tree(value, dialect, strings_are_sure) if dialect.is_keras3 and isinstance(value, list) else None
    return tree if any(entry.form == "string" for entry in every_entry(tree)) else None


class _Reader:
    """Reads what Keras 1 to 3 write for the arguments of compile."""

    def __init__(self, dialect: Dialect, strings_are_sure: bool) -> None:
        self.dialect = dialect
        self.strings_are_sure = strings_are_sure

    def tree(
        self, value: object, entry: Callable[[object, str | None], Entry | None], outputs: tuple[str, ...] = ()
    ) -> Tree:
        """The lists, tuples and dicts of the user, with an Entry for each loss or metric."""
        return self._tree(value, entry, outputs, None)

    def _tree(
        self,
        value: object,
        entry: Callable[[object, str | None], Entry | None],
        outputs: tuple[str, ...],
        output: str | None,
    ) -> Tree:
        items = as_sequence(value)
        if isinstance(value, list) or items:
            names = outputs if output is None and len(outputs) == len(items) else [output] * len(items)
            found = [self._tree(item, entry, outputs, name) for item, name in zip(items, names, strict=True)]
            return found if isinstance(value, list) else tuple(found)
        if isinstance(value, dict) and not isinstance(value.get("class_name"), str):
            return {key: self._tree(item, entry, outputs, key) for key, item in value.items()}
        return entry(value, output)

    # --- one loss or metric -------------------------------------------------------------------------------

    def loss(self, value: object, output: str | None = None) -> Entry | None:
        return self._entry(value, "losses", self.dialect.resolves_loss, is_loss_of_keras, output)

    def metric(self, value: object, output: str | None = None) -> Entry | None:
        """A metric. `output`: the output that Keras 2 may have put before its name."""
        serialized = as_mapping(value)
        if serialized.get("class_name") != "MeanMetricWrapper":
            return self._entry(value, "metrics", self.dialect.resolves_metric, is_metric_of_keras, output)
        config = as_mapping(serialized.get("config"))
        function = as_name(config.get("fn")) or as_name(as_mapping(config.get("fn")).get("config")) or _LAMBDA
        key = self._key(config, output)
        return entry_of_wrapper(function, key) or _own(function, key=key)

    def _entry(
        self,
        value: object,
        module: Module,
        resolves: Callable[[str], bool],
        is_known: Callable[[str, bool], bool],
        output: str | None,
    ) -> Entry | None:
        if value is None:
            return None
        name = as_name(value)
        if name is not None:
            is_string = self._is_string(name) or (resolves(name) and name not in _OFTEN_OWN)
            return Entry("string", name) if is_string else _own(name)
        serialized = as_mapping(value)
        class_name = as_name(serialized.get("class_name")) or _LAMBDA
        if class_name in ("function", "__lambda__"):
            function = as_name(serialized.get("config")) or _LAMBDA
            return Entry("function", function, module) if _is_function(function, module) else _own(function)
        config = as_mapping(serialized.get("config"))
        key = self._key(config, output)
        is_of_keras = "module" not in serialized or is_module_of_keras(serialized["module"])
        if not is_of_keras or not is_known(class_name, True) or not _fits(class_name, module, config):
            return _own(class_name, key=key, called=class_name != _LAMBDA)
        return Entry("instance", class_name, module, _arguments(class_name, module, config, key), key)

    def _is_string(self, name: str) -> bool:
        """A string that this Keras does not know is no name of a function: '>' is only in those of registered ones."""
        return self.strings_are_sure and ">" not in name

    def _key(self, config: Mapping[str, object], output: str | None) -> str | None:
        """The name of an instance. Keras 2 puts that of the output before a metric's own."""
        name = as_name(config.get("name"))
        if name is None or output is None or self.dialect.is_keras3:
            return name
        return name.removeprefix(f"{output}_")


def _own(name: str, key: str | None = None, called: bool = False) -> Entry:
    """A function or, if `called`, an object of a class of the user's own."""
    return Entry("custom", name if name == _LAMBDA else as_identifier(name), key=key, called=called)


def _is_function(name: str, module: Module) -> bool:
    """Whether a function of this name is Keras's: only `>` and the name itself tell."""
    if name in _OFTEN_OWN:
        return False
    canonical = canonical_metric(name)
    is_metric = module == "metrics" and canonical is not None and METRICS[canonical].function
    return is_metric or is_loss_of_keras(name, False)


def _parameters(class_name: str, module: Module) -> tuple[str, ...]:
    if module == "losses":
        return LOSSES[canonical_loss(class_name) or ""].class_parameters
    return METRICS[canonical_metric(class_name) or ""].class_parameters


def _fits(class_name: str, module: Module, config: Mapping[str, object]) -> bool:
    """Whether Keras's class may have written this configuration, and not one of the user's own of the same name.

    Only .keras archives tell whose a class is. Keras leaves out `delta` of Huber alone (3.15, losses/losses.py).
    """
    parameters = _parameters(class_name, module)
    if not config.keys() <= {*parameters, "name", "dtype", "reduction", "fn"}:
        return False
    own = set(parameters) - {"name", "dtype", "reduction", "delta"}
    return not own or not own.isdisjoint(config)


def _arguments(
    class_name: str, module: Module, config: Mapping[str, object], key: str | None
) -> tuple[tuple[str, object], ...]:
    """What an instance of a Keras class was made with, but for defaults."""
    found: list[tuple[str, object]] = []
    for name in _parameters(class_name, module):
        if name in _SILENT or name not in config:
            continue
        value = as_constant(config[name])
        is_usual = config[name] in _USUAL_REDUCTIONS if name == "reduction" else value == default_of(class_name, name)
        if not is_usual:
            found.append((name, value))
    if module == "metrics" and key is not None:
        usual = METRICS[canonical_metric(class_name) or ""].default_name
        if not may_be_numbered(key, usual):
            found.append(("name", key))
    return tuple(found)

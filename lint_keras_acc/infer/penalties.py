"""Whether the layers of a model add something to the loss that compile is given."""

from __future__ import annotations

from collections.abc import Iterable

from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.models import model_outputs, sequential_layers
from lint_keras_acc.infer.values import Constant, Layer, Mapping, Model, Sequence, Symbol, Tensor, Value

MAX_VISITS = 600


def has_penalties(model: Value, evaluator: Evaluator) -> bool | None:
    """A regulariser of some layer adds to the loss; None where a layer is not known, and may add any loss."""
    walk = _Walk(evaluator)
    walk.visit(model)
    return walk.penalised if walk.complete else None


class _Walk:
    """Visits the layers of a model, each value once."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.penalised = False
        self.complete = True
        self._seen: set[int] = set()
        self._kept: list[Value] = []  # so that ids stay unique

    def visit(self, value: Value) -> None:
        if id(value) in self._seen or not self.complete:
            return
        self._seen.add(id(value))
        self._kept.append(value)
        if len(self._seen) > MAX_VISITS:
            self.complete = False
        elif isinstance(value, Model):
            self._model(value)
        elif isinstance(value, Tensor):
            self._tensor(value)
        elif isinstance(value, Layer):
            self._layer(value)
        elif isinstance(value, Sequence) and not value.open:
            self._each(value.items)
        elif isinstance(value, Mapping) and not value.open:
            self._each(item for _, item in value.items)
        elif not isinstance(value, (Constant, Symbol)):
            self.complete = False

    def _each(self, values: Iterable[Value]) -> None:
        for value in values:
            self.visit(value)

    def _model(self, model: Model) -> None:
        if model.kind == "sequential":
            self._each(sequential_layers(model, self.evaluator))
        elif model.kind == "functional":
            outputs = model_outputs(model, self.evaluator)
            self.complete = self.complete and outputs is not None
            self._each(value for _, value in outputs or ())
        elif model.kind != "application":
            self.complete = False

    def _tensor(self, tensor: Tensor) -> None:
        if isinstance(tensor.maker, Symbol) and tensor.maker.path == "keras.Input":
            return
        if tensor.call is None:
            self.complete = False
            return
        if not (isinstance(tensor.maker, Layer) and tensor.maker.call is tensor.call):  # `add([a, b])` is both at once
            self.visit(tensor.maker)
        self._arguments(tensor.call)

    def _arguments(self, call: Call) -> None:
        """What a layer or a function was called with."""
        given = call.positional()
        named, told = call.keywords()
        if given is None or not told:
            self.complete = False
            return
        for value in (*given, *named.values()):
            self.visit(self.evaluator.force(value))

    def _layer(self, layer: Layer) -> None:
        if layer.cls is not None:
            self.complete = False
            return
        self.penalised = self.penalised or layer.kind == "ActivityRegularization"
        given = layer.call.positional()
        named, told = layer.call.keywords()
        if given is None or not told:
            self.complete = False
            return
        for name, value in named.items():
            if name.endswith("regularizer"):
                known = self.evaluator.force(value)
                self.penalised = self.penalised or not (isinstance(known, Constant) and known.value is None)
            elif name in ("layer", "cell"):
                self.visit(self.evaluator.force(value))
        if layer.kind in _WRAPPERS and given:
            self.visit(self.evaluator.force(given[0]))


_WRAPPERS = frozenset({"TimeDistributed", "Bidirectional", "RNN", "SpectralNormalization"})

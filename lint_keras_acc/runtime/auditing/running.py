"""A live model over data: its batches, what it predicts for them, and what Keras prints.

Nothing here imports Keras: the model brings its own.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.runtime.auditing.data import AuditError

Array = NDArray[Any]
# What users hand to Keras: an array, or a list or dict of them; Keras and its data are not typed.
Arrays = Any
Model = Any
MaskReader = Callable[[Arrays], Arrays]

# Predictions of arrays are made for about so many rows at a time: `predict` has a cost of its own for each call.
_ROWS_AT_A_TIME = 8192
_INFINITE = -1


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows of the data, with what the model predicts for them.

    `x`, `y` and `sample_weight` are as the user gave them, cut to these rows. `masks` are None, or in a list or dict as
    the model returns its outputs: boolean, True where the model looked, or None.
    """

    x: Arrays
    y: Arrays
    sample_weight: Arrays
    y_pred: Arrays
    masks: Arrays


@dataclass(frozen=True, slots=True)
class Data:
    """Data as `model.evaluate` takes them. `rows` is None for a dataset, whose rows are counted as they come."""

    x: Arrays
    y: Arrays = None
    sample_weight: Arrays = None
    batch_size: int = 32
    rows: int | None = None

    @classmethod
    def of(cls, x: Arrays, y: Arrays, sample_weight: Arrays, batch_size: int) -> Data:
        """Raises AuditError where these are no data, or their numbers of rows differ."""
        if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
            raise AuditError(f"batch_size must be a whole number of 1 or more, not {batch_size!r}")
        if is_dataset(x):
            _check_dataset(x, y, sample_weight)
            return cls(x, batch_size=batch_size)
        if y is None:
            raise AuditError("there are no labels: give y, or a dataset that yields (x, y) as x")
        x, y = _arrays(x), _arrays(y)
        sample_weight = None if sample_weight is None else _arrays(sample_weight)
        return cls(x, y, sample_weight, batch_size, _common_rows(x, y, sample_weight))

    def batches(self) -> Iterator[tuple[Arrays, Arrays, Arrays]]:
        """(x, y, sample_weight) of the rows in order: a batch of the dataset, or many batches of the arrays."""
        if self.rows is None:
            yield from (_unpacked(batch) for batch in _dataset_batches(self.x))
            return
        step = max(1, _ROWS_AT_A_TIME // self.batch_size) * self.batch_size
        for start in range(0, self.rows, step):
            stop = min(start + step, self.rows)
            x, y, sample_weight = (_mapped(part, start, stop) for part in (self.x, self.y, self.sample_weight))
            yield x, y, sample_weight


def is_dataset(x: Arrays) -> bool:
    """Whether `x` yields batches by itself: a tf.data.Dataset, PyDataset, Sequence of Keras 2, DataLoader."""
    if isinstance(x, list | tuple | Mapping) or hasattr(x, "shape"):
        return False
    return hasattr(x, "__iter__") or (hasattr(x, "__getitem__") and hasattr(x, "__len__"))


def _check_dataset(x: Arrays, y: Arrays, sample_weight: Arrays) -> None:
    if y is not None or sample_weight is not None:
        raise AuditError(f"x is a {type(x).__name__}, which yields its own labels and weights: leave y and weights out")
    if isinstance(x, Iterator):
        raise AuditError("x is a generator, which can be read only once: give a Dataset, a PyDataset or arrays")
    cardinality = getattr(x, "cardinality", None)
    if cardinality is not None and int(cardinality()) == _INFINITE:
        raise AuditError("x never ends: take(n) some batches of it")


def _dataset_batches(x: Arrays) -> Iterator[Any]:
    if hasattr(x, "__getitem__") and hasattr(x, "__len__"):
        yield from (x[index] for index in range(len(x)))
    else:
        yield from x


def _unpacked(batch: Any) -> tuple[Arrays, Arrays, Arrays]:
    if not isinstance(batch, list | tuple) or len(batch) not in (2, 3):
        raise AuditError("the dataset does not yield labels: each batch must be (x, y) or (x, y, sample_weight)")
    x, y, *weight = batch
    if y is None:
        raise AuditError("the dataset yields no labels: each batch must be (x, y) or (x, y, sample_weight)")
    return x, as_numpy(y), as_numpy(weight[0]) if weight else None


def steps_trained(model: Model) -> int:
    """The steps that the optimizer of this model has made; 0 too where its weights were loaded without it."""
    steps = getattr(getattr(model, "optimizer", None), "iterations", None)
    return 0 if steps is None else int(as_numpy(steps))


# --- arrays -------------------------------------------------------------------------------------------------


def _arrays(value: Arrays) -> Arrays:
    """`value` with everything that can be cut into rows left as it is, and plain lists of numbers as arrays."""
    if isinstance(value, Mapping):
        return {name: _arrays(one) for name, one in value.items()}
    if hasattr(value, "shape"):
        return value
    if isinstance(value, list | tuple) and value and any(hasattr(one, "shape") and one.shape for one in value):
        return [_arrays(one) for one in value]
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise AuditError(f"the data are no array: {one_line(error)}") from None
    if array.dtype == object or not array.ndim:
        raise AuditError(f"the data must be arrays, lists or dicts of them, or a dataset, not {type(value).__name__}")
    return array


def leaves(value: Arrays) -> Iterator[Any]:
    """The arrays in a tree of lists and dicts."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, list | tuple):
        yield value
        return
    for one in value:
        yield from leaves(one)


def _mapped(value: Arrays, start: int, stop: int) -> Arrays:
    """Rows `start` to `stop` of every array of the tree: views of NumPy arrays, no copies."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {name: _mapped(one, start, stop) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(one, start, stop) for one in value]
    return value[start:stop]


def as_numpy(value: Arrays) -> Arrays:
    """The tree with NumPy arrays in the place of tensors."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {name: as_numpy(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_numpy(one) for one in value]
    detach = getattr(value, "detach", None)
    return np.asarray(detach().cpu() if detach is not None else value)


def _common_rows(x: Arrays, y: Arrays, sample_weight: Arrays) -> int:
    counts = {"x": x, "y": y, "sample_weight": sample_weight}
    shapes = [(name, one.shape) for name, tree in counts.items() if tree is not None for one in leaves(tree)]
    if single := next((name for name, shape in shapes if not shape), None):
        raise AuditError(f"{single} is a single number, without rows")
    found = [(name, int(shape[0])) for name, shape in shapes]
    if not found:
        raise AuditError("there are no data")
    if len({rows for _, rows in found}) > 1:
        told = ", ".join(f"{name} {rows:,}" for name, rows in dict.fromkeys(found))
        raise AuditError(f"the numbers of rows differ: {told}")
    if not found[0][1]:
        raise AuditError("there are no rows")
    return found[0][1]


# --- the model ----------------------------------------------------------------------------------------------


def blocks(model: Model, data: Data) -> Iterator[Block]:
    """The data with the model's predictions, some thousand rows (or a batch of the dataset) at a time.

    Raises AuditError where the model cannot predict on them.
    """
    read_masks = _mask_reader(model) if _may_mask(model) else None
    for x, y, sample_weight in data.batches():
        y_pred = as_numpy(_predict(model, data, x))
        masks = _masks(model, data, x, read_masks) if read_masks else None
        yield Block(x, as_numpy(y), as_numpy(sample_weight), y_pred, masks)


def _predict(model: Model, data: Data, x: Arrays) -> Arrays:
    try:
        if data.rows is None:
            return model.predict_on_batch(_as_backends_take(x))
        return model.predict(x, batch_size=data.batch_size, verbose=0)
    except Exception as error:
        shapes = ", ".join(str(tuple(one.shape)) for one in leaves(x) if hasattr(one, "shape"))
        takes = getattr(model, "input_shape", None)
        wanted = f"; the model takes {takes}" if takes is not None else ""
        raise AuditError(f"the model cannot predict on x of shape {shapes}{wanted}: {one_line(error)}") from error


def _as_backends_take(x: Arrays) -> Arrays:
    """The inputs of a batch as NumPy arrays, since JAX takes no tensors of others; text and ragged ones as they are."""
    if isinstance(x, Mapping):
        return {name: _as_backends_take(one) for name, one in x.items()}
    if isinstance(x, list | tuple):
        return [_as_backends_take(one) for one in x]
    try:
        array = as_numpy(x)
    except (TypeError, ValueError):
        return x
    return x if array.dtype == object else array


def _may_mask(model: Model) -> bool:
    """Whether a layer makes masks: Masking, Embedding with mask_zero, or one with a compute_mask of the user's own."""
    return any(
        type(layer).__name__ == "Masking"
        or getattr(layer, "mask_zero", False)
        or ("compute_mask" in vars(type(layer)) and "keras" not in type(layer).__module__)
        for layer in _layers(model)
    )


def _masks(model: Model, data: Data, x: Arrays, read: MaskReader) -> Arrays:
    """The mask of each output, as Keras hangs it on the output that a metric gets; None where there is none."""
    rows = int(next(leaves(x)).shape[0])
    step = rows if data.rows is None else data.batch_size
    with unchanged(model):
        parts = [read(_as_backends_take(_mapped(x, start, start + step))) for start in range(0, rows, step)]
    if isinstance(parts[0], Mapping):
        return {name: _joined_mask([masks[name] for masks in parts]) for name in parts[0]}
    return [_joined_mask(masks) for masks in zip(*parts, strict=True)]


def _mask_reader(model: Model) -> MaskReader:
    """What tells the masks of the outputs for some inputs, in a list or dict as the model returns its outputs.

    On JAX it is compiled once: called eagerly, each recurrent layer would be compiled anew for every batch, which
    takes seconds.
    """

    def read(x: Arrays) -> Arrays:
        returned = model(x)
        if isinstance(returned, Mapping):
            return {name: _raw_mask(one) for name, one in returned.items()}
        return [_raw_mask(one) for one in leaves(returned)]

    keras, jax = sys.modules.get("keras"), sys.modules.get("jax")
    if keras is None or jax is None or not isinstance(model, keras.Model) or keras.config.backend() != "jax":
        return read
    if model.run_eagerly:
        return read

    def read_purely(x: Arrays) -> Arrays:
        with keras.StatelessScope():
            return read(x)

    return cast(MaskReader, jax.jit(read_purely))


def _joined_mask(masks: Sequence[Any]) -> Array | None:
    """The mask of one output, whose rows come in parts."""
    if any(mask is None for mask in masks):
        return None
    return np.concatenate([np.asarray(as_numpy(mask), dtype=bool) for mask in masks])


def _raw_mask(tensor: Any) -> Any:
    mask = getattr(tensor, "_keras_mask", None)
    if mask is not None:
        return mask
    # Arrays of JAX take no attributes: Keras 3 keeps theirs beside (keras/src/backend/common/tensor_attributes.py).
    attributes = sys.modules.get("keras.src.backend.common.tensor_attributes")
    return attributes.get_tensor_attr(tensor, "_keras_mask") if attributes is not None else None


def evaluate(model: Model, data: Data) -> dict[str, float]:
    """What Keras prints, by log key. Raises whatever Keras raises."""
    arguments: dict[str, Any] = {"verbose": 0, "return_dict": True}
    if data.rows is not None:
        arguments |= {"y": data.y, "sample_weight": data.sample_weight, "batch_size": data.batch_size}
    logs = model.evaluate(data.x, **arguments)
    return {key: float(np.asarray(value)) for key, value in logs.items() if np.ndim(value) == 0}


@contextmanager
def unchanged(model: Model) -> Iterator[None]:
    """Run the model and set its states (of stateful layers, of generators of random numbers) back afterwards.

    On torch that is the generator of torch too, from which each `predict` and `evaluate` of Keras draws (measured with
    Keras 3.15). On JAX a call that raises leaves all variables empty (keras/src/backend/jax/trainer.py): they get
    their values back. Warnings of Keras are silenced: what they are about is what an audit says.

    Raises AuditError where such a call has left the model empty before.
    """
    with silent(), _same_random_numbers():
        weights = _weights_that_may_be_lost(model)
        before = [(one, np.asarray(one).copy()) for one in _states(model)]
        stateless = [layer for layer in _stateful_layers(model) if not _layer_states(layer)]
        try:
            yield
        finally:
            for variable, value in weights:
                if _is_empty(variable):
                    variable.assign(value)
            for variable, value in before:
                if not np.array_equal(np.asarray(variable), value):
                    variable.assign(value)
            for layer in stateless:
                _reset(layer)


def _weights_that_may_be_lost(model: Model) -> list[tuple[Any, Array]]:
    """Every variable of a model on JAX, with a copy of its value; raises AuditError where there is none."""
    if not hasattr(model, "jax_state_sync"):
        return []
    optimizer = getattr(model, "optimizer", None)
    variables = [*model.variables, *model.metrics_variables, *(optimizer.variables if optimizer is not None else ())]
    if any(_is_empty(variable) for variable in variables):
        raise AuditError("the model has lost its weights in a fit or evaluate that raised: build or load it anew")
    return [(variable, np.asarray(variable).copy()) for variable in variables]


def _is_empty(variable: Any) -> bool:
    """The trainer of JAX has taken the value out, to hand it on to its compiled functions."""
    return getattr(variable, "_value", variable) is None


def _states(model: Model) -> list[Any]:
    """What running may change: variables that are not trained, and the states of recurrent layers, which are not
    among them (Keras 3.15, keras/src/layers/rnn/rnn.py).
    """
    found = list(getattr(model, "non_trainable_variables", ()))
    return found + [state for layer in _stateful_layers(model) for state in _layer_states(layer)]


def _stateful_layers(model: Model) -> list[Any]:
    return [one for one in _layers(model) if getattr(one, "stateful", False) and hasattr(one, "states")]


def _layer_states(layer: Any) -> list[Any]:
    return [state for state in leaves(getattr(layer, "states", None) or ()) if state is not None]


def _reset(layer: Any) -> None:
    """Set the states of a layer that had none to zero, if it has any now."""
    reset = getattr(layer, "reset_state", None) or getattr(layer, "reset_states", None)
    if reset is not None and _layer_states(layer):
        reset()


def _layers(model: Model) -> list[Any]:
    """All layers, those within layers too."""
    return list(getattr(model, "_flatten_layers", lambda: ())())


@contextmanager
def _same_random_numbers() -> Iterator[None]:
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    state = torch.get_rng_state()
    try:
        yield
    finally:
        torch.set_rng_state(state)


@contextmanager
def silent() -> Iterator[None]:
    """No warnings of Keras, NumPy and the backends, not even where the user turns them into errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def one_line(error: BaseException) -> str:
    """The first words of an exception, without its name where that says nothing."""
    text = " ".join(str(error).split("\n\n")[0].split()) or type(error).__name__
    return text if len(text) <= 300 else text[:297] + "..."


def outputs_of(value: Arrays, names: Sequence[str | None]) -> list[Any]:
    """The arrays of a list, dict or single array in the order of the outputs; None for outputs it leaves out.

    Raises AuditError where their number, or a dict's keys, do not fit.
    """
    if value is None:
        return [None] * len(names)
    if isinstance(value, Mapping):
        if len(names) == 1 and len(value) == 1:
            return list(value.values())
        if unknown := [key for key in value if key not in names]:
            if len(value) == len(names) and not set(value) & set(names):
                return list(value.values())
            raise AuditError(f"the model has no output {unknown[0]!r}; its outputs are {', '.join(map(str, names))}")
        return [value.get(name) for name in names]
    arrays = list(value) if isinstance(value, list | tuple) else [value]
    if len(arrays) != len(names):
        raise AuditError(f"the model has {len(names)} outputs, but there are {len(arrays)} arrays of labels")
    return arrays

"""keras.utils and keras.datasets, and what the backend does with data."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lint_keras_acc.infer.data.facts import (
    Literal,
    argument_array,
    array_of,
    derived,
    forgotten,
    integer,
    made_by,
    plain,
    traced,
)
from lint_keras_acc.infer.data.sklearn_ import labels_of
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import Array, Constant, Sequence, Value
from lint_keras_acc.keras_api.datasets import DATASETS, DatasetInfo

Known = Callable[[Call], Value]


def to_categorical(call: Call) -> Value:
    """One-hot rows; as many columns as num_classes says, else as many as the largest id needs."""
    made = array_of(call.argument(0, "y", "x")) or Array()
    given = call.argument(1, "num_classes", "nb_classes")
    if given is None or (isinstance(given, Constant) and given.value is None):
        width = _columns_needed(made)
    else:
        width = integer(given) if isinstance(given, Constant) else None
    return one_hot_of(made, width, call)


def _columns_needed(made: Array) -> int | None:
    if isinstance(made, Literal) and made.high is not None:
        return int(made.high) + 1
    if made.subset or made.encoding not in ("integer", "binary") or made.low:
        return None
    return made.classes


def one_hot_of(made: Array, width: int | None, call: Call) -> Array:
    """A one-hot row for every number of `made`."""
    origin = made_by(call)
    if made.encoding in ("one-hot", "multi-hot"):
        return Array(origin=origin, width=width)
    if made.rank is None or (made.rank >= 2 and made.width is None):
        rank = None  # a last axis of size 1 would become that of the classes
    elif made.rank >= 2 and made.width == 1:
        rank = made.rank
    else:
        rank = made.rank + 1
    return Array(
        "one-hot",
        width,
        rank,
        width if rank != 1 else None,
        bounded=(0, 1),
        subset=made.subset and width is None,
        random=made.random,
        origin=origin,
        length=width if rank == 1 else made.length,
    )


def one_hot(call: Call) -> Value:
    """`tf.one_hot(y, depth)`, `keras.ops.one_hot(x, num_classes)`"""
    made = array_of(call.argument(0, "indices", "x", "inputs")) or Array()
    axis = call.argument(4, "axis")
    depth = call.argument(1, "depth", "num_classes")
    width = integer(depth) if isinstance(depth, Constant) else None
    if axis is not None and integer(axis) != -1:
        return Array(origin=made_by(call))
    made = plain(made, rank=made.rank + 1, width=None) if made.rank == 0 else made
    if made.rank is not None and made.rank >= 2 and made.width == 1:
        # Unlike to_categorical, it keeps the axis of size 1.
        return plain(one_hot_of(made, width, call), rank=made.rank + 1)
    return one_hot_of(made, width, call)


def load_data(name: str, info: DatasetInfo, call: Call) -> Value:
    """`mnist.load_data()`: (x_train, y_train), (x_test, y_test)."""
    if name == "cifar100" and call.argument(0, "label_mode") is not None:
        mode = call.constant(0, "label_mode")
        if mode != "fine":
            info = _coarse(info, mode)
    pairs = []
    for which in range(2):
        pairs.append(Sequence("tuple", (_examples(info, call, which), labels_of(info, call, which, 1))))
    return Sequence("tuple", tuple(pairs))


def _coarse(info: DatasetInfo, mode: object) -> DatasetInfo:
    classes = 20 if mode == "coarse" else None
    return DatasetInfo(classes, info.encoding, info.label_rank, info.label_width, None, None, True, info.features)


def _examples(info: DatasetInfo, call: Call, which: int) -> Array:
    origin = made_by(call, which, 0)
    if info.features is None:
        return Array(rank=1, origin=origin)
    images = len(info.features) > 1
    return Array(
        rank=1 + len(info.features),
        width=info.features[-1],
        low=0 if images else None,
        high=255 if images else None,
        bounded=(0, 255) if images else None,
        origin=origin,
    )


def normalize(call: Call) -> Value:
    made = argument_array(call, 0, "x")
    origin = traced(made)
    return forgotten(made, origin=origin | derived(origin, "normalize"))


def pad_sequences(call: Call) -> Value:
    size = call.argument(1, "maxlen")
    return Array(rank=2, width=integer(size) if isinstance(size, Constant) else None, origin=made_by(call))


def features_of(call: Call) -> Value:
    """Data of which no more is known."""
    return Array(origin=made_by(call))


_CATEGORICAL = (
    "keras.utils.to_categorical",
    "keras.np_utils.to_categorical",
    "np_utils.to_categorical",
    "tflearn.data_utils.to_categorical",
)

KNOWN: dict[str, Known] = {
    **dict.fromkeys(_CATEGORICAL, to_categorical),
    **{
        f"keras.datasets.{name}.load_data": partial(load_data, name, info)
        for name, info in DATASETS.items()
        if info.split
    },
    "keras.utils.normalize": normalize,
    "keras.preprocessing.sequence.pad_sequences": pad_sequences,
    "keras.utils.pad_sequences": pad_sequences,
    "keras.preprocessing.image.img_to_array": features_of,
    "keras.preprocessing.image.load_img": features_of,
    "keras.utils.img_to_array": features_of,
    "keras.utils.load_img": features_of,
    "keras.ops.one_hot": one_hot,
    "keras.backend.one_hot": one_hot,
    "tensorflow.one_hot": one_hot,
    "jax.nn.one_hot": one_hot,
}

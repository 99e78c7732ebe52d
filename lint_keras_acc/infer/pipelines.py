"""What yields features with labels: tf.data, directory iterators, generators and Sequences of the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from lint_keras_acc.infer.data.facts import Table, array_of, common, integer, made_by, plain
from lint_keras_acc.infer.data.pandas_ import column
from lint_keras_acc.infer.data.sklearn_ import class_labels
from lint_keras_acc.infer.frames import Call, Frame
from lint_keras_acc.infer.limits import MAX_DEPTH
from lint_keras_acc.infer.scopes import Point, Statement
from lint_keras_acc.infer.values import (
    UNKNOWN,
    Array,
    Constant,
    Dataset,
    Function,
    Instance,
    LocalObject,
    Mapping,
    Sequence,
    Value,
)
from lint_keras_acc.keras_api.datasets import FOLDERS

if TYPE_CHECKING:
    from lint_keras_acc.infer.evaluate import Evaluator

Known = Callable[[Call], Value]

NONE = Constant(None)
MAX_DRAWING = 2  # generators that draw from each other

# --- from directories and tables ----------------------------------------------------------------------------


def _images(call: Call) -> Array:
    return Array(rank=4, origin=made_by(call, 0))


def _listed(value: Value | None) -> int | None:
    """The number of classes that a list of names shows."""
    return len(value.items) if isinstance(value, Sequence) and not value.open else None


def _classes_in(directory: Value | None, listed: Value | None, depth: int = 0) -> int | None:
    """The number of classes in a directory: as listed, else where it is a public one."""
    if isinstance(listed, Sequence) or directory is None:
        return _listed(listed)
    if isinstance(directory, Constant) and isinstance(directory.value, str):
        folders = (FOLDERS.get(part) for part in re.split(r"[/\\\\]", directory.value))
        return next((classes for classes in folders if classes), None)
    if isinstance(directory, Instance) and directory.path in ("os.path.join", "pathlib.Path") and depth < 8:
        parts = (directory.call.argument(place) for place in range(len(directory.call.node.args)))
        found = (_classes_in(part, None, depth + 1) for part in parts)
        return next((classes for classes in found if classes), None)
    return None


def labels_by_mode(mode: object, classes: int | None, call: Call) -> Value:
    """The labels that a `class_mode` or `label_mode` makes."""
    origin = made_by(call, 1)
    if mode == "categorical":
        return Array("one-hot", classes, 2, classes, bounded=(0, 1), origin=origin, node=call.node)
    if mode in ("sparse", "int"):
        return plain(class_labels(classes), origin=origin, node=call.node)
    if mode == "binary":
        return Array("binary", 2, 1, bounded=(0, 1), origin=origin, node=call.node)
    if mode == "input":
        return _images(call)
    return NONE if mode is None else UNKNOWN


def _mode(call: Call, position: int | None, name: str, default: str) -> object:
    """The mode; something that no mode equals where it cannot be known."""
    value = call.argument(position, name)
    if value is None:
        return default
    return value.value if isinstance(value, Constant) else UNKNOWN


def flow_from_directory(call: Call) -> Value:
    mode = _mode(call, 4, "class_mode", "categorical")
    classes = _classes_in(call.argument(0, "directory"), call.argument(3, "classes"))
    return Dataset(_images(call), labels_by_mode(mode, classes, call))


def flow_from_dataframe(call: Call) -> Value:
    mode = _mode(call, None, "class_mode", "categorical")
    names = call.argument(3, "y_col")
    if mode in ("raw", "other"):
        table = array_of(call.argument(0, "dataframe"))
        labels: Value = UNKNOWN
        if table is not None and isinstance(names, Constant):
            labels = column(table, names.value)
        elif isinstance(names, Sequence) and not names.open:
            labels = Array(rank=2, width=len(names.items), origin=made_by(call, 1))
        return Dataset(_images(call), labels)
    if mode == "categorical" and isinstance(names, Sequence):
        return Dataset(_images(call), UNKNOWN)
    return Dataset(_images(call), labels_by_mode(mode, _listed(call.argument(None, "classes")), call))


def flow(call: Call) -> Value:
    """`datagen.flow(x, y)`"""
    features, labels = call.argument(0, "x"), call.argument(1, "y")
    return Dataset(features or UNKNOWN, NONE if labels is None else labels)


def from_directory(call: Call) -> Value:
    """`image_dataset_from_directory(...)` and its kin."""
    labels = call.argument(1, "labels")
    if isinstance(labels, Constant) and labels.value is None:
        return Dataset(_images(call), NONE)
    mode = _mode(call, 2, "label_mode", "int")
    classes = _classes_in(call.argument(0, "directory"), call.argument(3, "class_names"))
    made = labels_by_mode(mode, classes, call)
    if mode == "binary":
        made = Array("binary", 2, 2, 1, bounded=(0, 1), origin=made_by(call, 1), node=call.node)
    found = Dataset(_images(call), made)
    subset = call.argument(None, "subset")
    if isinstance(subset, Constant) and subset.value == "both":
        return Sequence("tuple", (found, found))
    return found


def timeseries(call: Call) -> Value:
    """`timeseries_dataset_from_array(data, targets)`, `TimeseriesGenerator(data, targets)`"""
    targets = call.argument(1, "targets")
    data = array_of(call.argument(0, "data"))
    features = Array(random=data.random if data else False, origin=made_by(call, 0))
    if targets is None or (isinstance(targets, Constant) and targets.value is None):
        return Dataset(features, NONE)
    labels = array_of(targets)
    return Dataset(features, UNKNOWN if labels is None else plain(labels, length=None, origin=made_by(call, 1)))


# --- tensorflow_datasets ------------------------------------------------------------------------------------

_TFDS_CLASSES = {
    "ag_news_subset": 4,
    "beans": 3,
    "caltech101": 102,
    "cassava": 5,
    "cats_vs_dogs": 2,
    "cifar10": 10,
    "cifar100": 100,
    "colorectal_histology": 8,
    "deep_weeds": 9,
    "eurosat": 10,
    "fashion_mnist": 10,
    "food101": 101,
    "horses_or_humans": 2,
    "imagenette": 10,
    "imdb_reviews": 2,
    "kmnist": 10,
    "malaria": 2,
    "mnist": 10,
    "oxford_flowers102": 102,
    "oxford_iiit_pet": 37,
    "patch_camelyon": 2,
    "resisc45": 45,
    "rock_paper_scissors": 3,
    "stanford_dogs": 120,
    "stl10": 10,
    "svhn_cropped": 10,
    "tf_flowers": 5,
    "uc_merced": 21,
    "yelp_polarity_reviews": 2,
}


def tfds_load(call: Call) -> Value:
    """`tfds.load(name, as_supervised=True)`"""
    name = call.constant(0, "name")
    key = name.partition("/")[0].partition(":")[0] if isinstance(name, str) else ""
    classes = _TFDS_CLASSES.get(key)
    features = Array(origin=made_by(call, 0))
    # The elements are not batched yet, or already are: the rank is left open.
    labels = (
        plain(class_labels(classes), rank=None, origin=made_by(call, 1), node=call.node)
        if classes
        else Array(origin=made_by(call, 1))
    )
    supervised = call.argument(None, "as_supervised")
    if isinstance(supervised, Constant) and supervised.value is True:
        one = Dataset(features, labels)
    elif supervised is not None and not isinstance(supervised, Constant):
        one = Dataset(UNKNOWN, UNKNOWN)
    else:
        items = (Constant("image"), features), (Constant("text"), features), (Constant("label"), labels)
        one = Dataset(Mapping(items, open=True), NONE)
    found = _splits(one, call.argument(1, "split"))
    info = call.argument(None, "with_info")
    if info is None:
        return found
    if isinstance(info, Constant):
        return Sequence("tuple", (found, UNKNOWN)) if info.value else found
    return UNKNOWN


def _splits(one: Dataset, split: Value | None) -> Value:
    if split is None:
        return Mapping(tuple((Constant(name), one) for name in ("train", "test", "validation")), open=True)
    if isinstance(split, Sequence) and not split.open:
        return Sequence("list", tuple(one for _ in split.items))
    return one if isinstance(split, Constant) else UNKNOWN


# --- tf.data ------------------------------------------------------------------------------------------------


def from_tensor_slices(call: Call) -> Value:
    """`Dataset.from_tensor_slices((x, y))`"""
    return of_element(call.argument(0, "tensors") or UNKNOWN)


def of_element(value: Value) -> Dataset:
    """The pipeline whose elements (or all of them together) are this."""
    if isinstance(value, Sequence) and value.kind == "tuple" and not value.open and len(value.items) in (2, 3):
        return Dataset(value.items[0], value.items[1])
    if isinstance(value, Sequence) and value.kind == "tuple" and len(value.items) == 1:
        return Dataset(value.items[0], NONE)
    return Dataset(value, NONE if isinstance(value, (Array, Mapping, Sequence)) else UNKNOWN)


def zipped(call: Call) -> Value:
    """`Dataset.zip((features, labels))`"""
    parts = call.argument(0, "datasets")
    if not isinstance(parts, Sequence):
        parts = Sequence("tuple", tuple(call.argument(index) or UNKNOWN for index in range(len(call.node.args))))
    if parts.open or len(parts.items) not in (2, 3) or not all(isinstance(item, Dataset) for item in parts.items):
        return Dataset(UNKNOWN, UNKNOWN)
    elements = [whole_element(item) for item in parts.items if isinstance(item, Dataset)]
    return Dataset(elements[0], elements[1])


def whole_element(dataset: Dataset) -> Value:
    if isinstance(dataset.labels, Constant) and dataset.labels.value is None:
        return dataset.features
    return Sequence("tuple", (dataset.features, dataset.labels))


def from_generator(call: Call) -> Value:
    function = call.argument(0, "generator")
    evaluator = call.evaluator
    made: Value = UNKNOWN
    if isinstance(function, Function):
        made = evaluator.call_function(function, None)
    return dataset_of(made, evaluator) or dataset_of(function or UNKNOWN, evaluator) or Dataset(UNKNOWN, UNKNOWN)


def unknown_dataset(call: Call) -> Value:
    return Dataset(UNKNOWN, UNKNOWN)


_KEEPING = frozenset(
    [
        "batch",
        "shuffle",
        "prefetch",
        "repeat",
        "take",
        "skip",
        "cache",
        "padded_batch",
        "shard",
        "with_options",
        "unbatch",
        "filter",
        "rebatch",
        "ragged_batch",
        "as_numpy_iterator",
        "snapshot",
        "assert_cardinality",
        "window",
        "ignore_errors",
        "make_one_shot_iterator",
        "get_single_element",
        "reset",
        "on_epoch_end",
        "set_processing_attrs",
    ]
)


def dataset_method(owner: Dataset, name: str, call: Call) -> Value:
    """A method of a pipeline or iterator."""
    if name in _KEEPING:
        return owner
    if name in ("map", "map_with_legacy_function"):
        return mapped(owner, call.argument(0, "map_func") or UNKNOWN, call.evaluator)
    if name in ("flat_map", "interleave", "apply"):
        return _transformed(owner, call) or _flat_mapped(owner, call)
    if name in ("next", "__next__", "get_next"):
        return whole_element(owner)
    if name == "concatenate":
        return _concatenated(owner, call.argument(0, "dataset"))
    if name == "enumerate":
        return Dataset(Array(), whole_element(owner))
    return UNKNOWN


def _concatenated(owner: Dataset, other: Value | None) -> Value:
    if not isinstance(other, Dataset):
        return Dataset(UNKNOWN, UNKNOWN)
    first, second = array_of(owner.labels), array_of(other.labels)
    if first is None or second is None:
        return Dataset(UNKNOWN, owner.labels if owner.labels == other.labels else UNKNOWN)
    return Dataset(UNKNOWN, common([first, second]))


def _transformed(owner: Dataset, call: Call) -> Dataset | None:
    """`apply(tf.data.experimental.ignore_errors())`; None for any other function."""
    how = call.argument(0, "transformation_func")
    if not isinstance(how, Instance) or not how.path.startswith("tensorflow.data.experimental."):
        return None
    name = how.path.rpartition(".")[2]
    if name == "map_and_batch":
        return mapped(owner, how.call.argument(0, "map_func") or UNKNOWN, call.evaluator)
    return owner if name in _KEEPING_TRANSFORMATIONS else None


_KEEPING_TRANSFORMATIONS = frozenset(
    [
        "assert_cardinality",
        "bucket_by_sequence_length",
        "copy_to_device",
        "dense_to_ragged_batch",
        "distribute",
        "ignore_errors",
        "prefetch_to_device",
        "shuffle_and_repeat",
        "snapshot",
        "take_while",
        "unbatch",
        "unique",
    ]
)


def _flat_mapped(owner: Dataset, call: Call) -> Value:
    """`windows.flat_map(lambda window: window.batch(n))`: the function is given a pipeline."""
    function = call.argument(0, "map_func", "transformation_func")
    if not isinstance(function, Function):
        return Dataset(UNKNOWN, UNKNOWN)
    made = applied(function, [owner], call.evaluator)
    return made if isinstance(made, Dataset) else Dataset(UNKNOWN, UNKNOWN)


def mapped(owner: Dataset, function: Value, evaluator: Evaluator) -> Dataset:
    """The pipeline after `map(function)`. Whether it gets batches or single elements is not told apart."""
    if not isinstance(function, Function):
        return Dataset(UNKNOWN, UNKNOWN)
    paired = not (isinstance(owner.labels, Constant) and owner.labels.value is None)
    given = [_loose(owner.features), _loose(owner.labels)] if paired else [_loose(owner.features)]
    if not paired and isinstance(owner.features, Sequence) and owner.features.kind == "tuple":
        given = [_loose(item) for item in owner.features.items]
    made = of_element(applied(function, given, evaluator))
    return Dataset(_restored(made.features, owner), _restored(made.labels, owner))


def _loose(value: Value) -> Value:
    """The value with or without its batch axis."""
    if isinstance(value, Table):
        return plain(value, rank=None, width=None, length=None, node=value.node)
    if isinstance(value, Array):
        return plain(value, rank=None, width=None, length=None)
    if isinstance(value, Sequence):
        return Sequence(value.kind, tuple(_loose(item) for item in value.items), value.open)
    if isinstance(value, Mapping):
        return Mapping(tuple((key, _loose(item)) for key, item in value.items), value.open)
    return value


def _restored(value: Value, owner: Dataset) -> Value:
    """The value as it was before, where the function only passed it on."""
    for before in (owner.features, owner.labels):
        if isinstance(before, Array) and value == _loose(before):
            return before
    return value


def applied(function: Function, values: list[Value], evaluator: Evaluator) -> Value:
    """The result of a function of the program for these arguments."""
    frame = evaluator.frame_of(function, None)
    definition = function.definition
    names = [parameter.arg for parameter in (*definition.args.posonlyargs, *definition.args.args)]
    if function.receiver is not None and names:
        names.pop(0)
    frame.arguments.update(zip(names, values, strict=False))
    if definition.args.vararg is not None:
        frame.arguments[definition.args.vararg.arg] = Sequence("tuple", tuple(values[len(names) :]))
    if isinstance(definition, ast.Lambda):
        return evaluator.evaluate(definition.body, frame, Point(1, ()))
    return evaluator.returned(frame)


# --- generators and objects of the program ------------------------------------------------------------------


def dataset_of(value: Value, evaluator: Evaluator) -> Dataset | None:
    """What a pipeline, generator, iterator or Sequence yields; None for anything else."""
    if isinstance(value, Dataset):
        return value
    if isinstance(value, Instance) and value.path == "generator":
        return _drawn(value.call.frame, evaluator)
    if isinstance(value, LocalObject):
        return _of_object(value, evaluator)
    return None


def _drawn(frame: Frame, evaluator: Evaluator) -> Dataset:
    """What a generator function yields, looked at once; nothing is known of what many generators hand on."""
    key = (-1, id(frame))
    known = evaluator.memo.get(key)
    if isinstance(known, Dataset):
        return known
    evaluator.memo[key] = Dataset(UNKNOWN, UNKNOWN)  # for one that draws from itself
    if evaluator.drawing < MAX_DRAWING:
        evaluator.drawing += 1
        try:
            evaluator.memo[key] = _yielded(frame, evaluator)
        finally:
            evaluator.drawing -= 1
    found = evaluator.memo[key]
    assert isinstance(found, Dataset)
    return found


def _yielded(frame: Frame, evaluator: Evaluator, depth: int = 0) -> Dataset:
    """The first pair that a generator function yields in this world."""
    for record in frame.scope.returns:
        if _yield_of(record) is None or not evaluator.reached(record.path, frame):
            continue
        expression = _yield_of(record)
        assert expression is not None
        if expression.value is None:
            continue
        made = evaluator.evaluate(expression.value, frame, record.point)
        if isinstance(expression, ast.YieldFrom):
            inner = dataset_of(made, evaluator) if depth < 3 else None
            return inner or Dataset(UNKNOWN, UNKNOWN)
        passed_on = _passed_on(expression.value, frame, record, evaluator)
        return passed_on or pair_of(made)
    return Dataset(UNKNOWN, UNKNOWN)


def _passed_on(node: ast.expr, frame: Frame, record: Statement, evaluator: Evaluator) -> Dataset | None:
    """What `for batch in batches: yield batch` yields; None for anything else."""
    if not isinstance(node, ast.Name) or evaluator.depth > MAX_DEPTH:
        return None
    binding, changes = evaluator.reaching(frame.scope.events.get(node.id, []), frame, record.point)
    if binding is None or changes or binding.kind != "for" or binding.unpack or binding.value is None:
        return None
    evaluator.depth += 1
    try:
        batches = evaluator.evaluate(binding.value, frame, frame.scope.point_of(binding.statement))
        return dataset_of(batches, evaluator)
    finally:
        evaluator.depth -= 1


def _yield_of(record: Statement) -> ast.Yield | ast.YieldFrom | None:
    node = record.node
    if isinstance(node, ast.Expr) and isinstance(node.value, (ast.Yield, ast.YieldFrom)):
        return node.value
    return None


def pair_of(value: Value) -> Dataset:
    """A batch `(x, y)` or `(x, y, weights)`."""
    if isinstance(value, Sequence) and not value.open and len(value.items) in (2, 3):
        return Dataset(value.items[0], value.items[1])
    return Dataset(UNKNOWN, UNKNOWN)


def _of_object(value: LocalObject, evaluator: Evaluator) -> Dataset | None:
    """What an object of the program yields: a Sequence's items, an iterator's next."""
    for name in ("__getitem__", "__next__", "next", "__iter__", "__call__"):
        function = evaluator.class_attribute(value.cls, name, value)
        if not isinstance(function, Function):
            continue
        made = evaluator.call_function(function, None)
        found = dataset_of(made, evaluator) if isinstance(made, Instance) else pair_of(made)
        if found is not None:
            return found
    return None


def dataset_attribute(owner: Dataset, name: str) -> Value | None:
    """An attribute of an iterator; None for a method."""
    if name in ("classes", "labels"):
        labels = array_of(owner.labels)
        if labels is None or labels.encoding not in ("one-hot", "integer", "binary"):
            return UNKNOWN
        classes = labels.classes
        return Array("binary" if classes == 2 else "integer", classes, 1)
    if name in (
        "class_names",
        "class_indices",
        "samples",
        "n",
        "num_classes",
        "image_shape",
        "element_spec",
        "batch_size",
    ):
        return UNKNOWN
    return None


def dataset_item(owner: Dataset, index: Constant) -> Value:
    """`iterator[0]`: a batch."""
    return whole_element(owner) if integer(index) is not None else UNKNOWN


def instance_method(owner: Instance, name: str, call: Call) -> Value | None:
    """A method of an ImageDataGenerator; None for other objects."""
    if not owner.path.startswith("keras.") or not owner.path.endswith(".ImageDataGenerator"):
        return None
    known = _GENERATOR_METHODS.get(name)
    return known(call) if known else UNKNOWN


_GENERATOR_METHODS: dict[str, Known] = {
    "flow": flow,
    "flow_from_directory": flow_from_directory,
    "flow_from_dataframe": flow_from_dataframe,
}

_DATASET = "tensorflow.data.Dataset"

KNOWN: dict[str, Known] = {
    **{
        f"{module}.{kind}_dataset_from_directory": from_directory
        for module in (
            "keras.utils",
            "keras.preprocessing",
            "keras.preprocessing.image",
            "keras.preprocessing.text",
        )
        for kind in ("image", "text", "audio")
    },
    "keras.utils.timeseries_dataset_from_array": timeseries,
    "keras.preprocessing.timeseries_dataset_from_array": timeseries,
    "keras.preprocessing.sequence.TimeseriesGenerator": timeseries,
    f"{_DATASET}.from_tensor_slices": from_tensor_slices,
    f"{_DATASET}.from_tensors": from_tensor_slices,
    f"{_DATASET}.from_generator": from_generator,
    f"{_DATASET}.zip": zipped,
    f"{_DATASET}.range": unknown_dataset,
    f"{_DATASET}.list_files": unknown_dataset,
    "tensorflow.data.TFRecordDataset": unknown_dataset,
    "tensorflow.data.TextLineDataset": unknown_dataset,
    "tensorflow.data.experimental.make_csv_dataset": unknown_dataset,
    "tensorflow_datasets.load": tfds_load,
    "tensorflow_datasets.public_api.load": tfds_load,
}

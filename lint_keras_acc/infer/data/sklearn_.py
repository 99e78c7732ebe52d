"""scikit-learn: data sets, splits, encoders and scalers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from lint_keras_acc.infer.data.facts import (
    Signed,
    Table,
    argument_array,
    array_of,
    derived,
    forgotten,
    integer,
    is_column,
    made_by,
    number,
    plain,
    rows,
    traced,
)
from lint_keras_acc.infer.data.operators import filled
from lint_keras_acc.infer.data.pandas_ import table_of
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import UNKNOWN, Array, Constant, Instance, Sequence, Value
from lint_keras_acc.keras_api.datasets import DATASETS, DatasetInfo

Known = Callable[[Call], Value]

# --- data sets that are loaded ------------------------------------------------------------------------------


def labels_of(info: DatasetInfo, call: Call, *path: int) -> Array:
    """The labels of a known data set."""
    continuous = info.encoding == "continuous"
    told = info.encoding != "integer" or bool(info.low)
    return Array(
        info.encoding,
        None if continuous else info.classes,
        info.label_rank,
        info.label_width,
        info.low if told else None,
        info.high if told else None,
        None if info.low is None or info.high is None else (info.low, info.high),
        origin=made_by(call, *path),
        node=call.node,
    )


def bunch(info: DatasetInfo, call: Call) -> Value:
    """`load_iris()`: an object with data and target, or both of them."""
    if _is_true(call.argument(None, "return_X_y")):
        return Sequence("tuple", (_features(info, call), labels_of(info, call, 1)))
    return Instance("sklearn.datasets.Bunch", call)


def _features(info: DatasetInfo, call: Call) -> Array:
    rank = 2 if info.features is None else 1 + len(info.features)
    width = info.features[-1] if info.features else None
    return Table(rank=rank, width=width, origin=made_by(call, 0))


def _is_true(value: Value | None) -> bool:
    return isinstance(value, Constant) and value.value is True


def bunch_item(owner: Instance, name: object) -> Value | None:
    """`bunch.target` and `bunch['target']`; None for what a data set does not have."""
    function = owner.call.evaluator.evaluate(owner.call.node.func, owner.call.frame, owner.call.point)
    path = getattr(function, "path", "")
    loader = path.rpartition(".")[2]
    info = DATASETS.get(loader)
    if name in ("data", "images"):
        return _features(info, owner.call) if info else Table(origin=made_by(owner.call, 0))
    if name == "target":
        return labels_of(info, owner.call, 1) if info else _openml_target(owner.call)
    if name == "frame":
        return Table(rank=2, origin=made_by(owner.call, 2))
    if name in ("target_names", "feature_names", "filenames"):
        return Array(rank=1, length=info.classes if info and name == "target_names" else None)
    return None


def _openml_target(call: Call) -> Array:
    """MNIST and its kin from openml.org are labelled with the digits 0 to 9 (as text)."""
    name = call.constant(0, "name")
    if isinstance(name, str) and name.lower() in ("mnist_784", "fashion-mnist", "mnist original"):
        return Array("integer", 10, 1, origin=made_by(call, 1), node=call.node)
    return Array(rank=1, origin=made_by(call, 1))


def openml(call: Call) -> Value:
    if _is_true(call.argument(None, "return_X_y")):
        return Sequence("tuple", (Table(rank=2, origin=made_by(call, 0)), _openml_target(call)))
    return Instance("sklearn.datasets.Bunch", call)


# --- data sets that are made --------------------------------------------------------------------------------


def _pair(call: Call, labels: Array, width: int | None) -> Value:
    features = Array("continuous", rank=2, width=width, origin=made_by(call, 0))
    return Sequence("tuple", (features, replace(labels, origin=made_by(call, 1), node=call.node)))


def _count(call: Call, position: int | None, name: str, default: int) -> int | None:
    value = call.argument(position, name)
    return default if value is None else integer(value)


def class_labels(classes: int | None, rank: int | None = 1) -> Array:
    if classes is None:
        return Array("integer", rank=rank)
    if classes == 2:
        return Array("binary", 2, rank, low=0, high=1, bounded=(0, 1))
    return Array("integer", classes, rank) if classes > 1 else Array(rank=rank)


def make_classification(call: Call) -> Value:
    return _pair(call, class_labels(_count(call, None, "n_classes", 2)), _count(call, 1, "n_features", 20))


def make_blobs(call: Call) -> Value:
    centers = call.argument(2, "centers")
    if centers is None or (isinstance(centers, Constant) and centers.value is None):
        classes: int | None = 3
    elif isinstance(centers, Constant):
        classes = integer(centers)
    else:
        classes = len(centers.items) if isinstance(centers, Sequence) and not centers.open else None
    return _pair(call, class_labels(classes), _count(call, 1, "n_features", 2))


def two_classes(call: Call) -> Value:
    return _pair(call, class_labels(2), 2)


def make_gaussian_quantiles(call: Call) -> Value:
    return _pair(call, class_labels(_count(call, None, "n_classes", 3)), _count(call, None, "n_features", 2))


def make_regression(call: Call) -> Value:
    targets = _count(call, None, "n_targets", 1)
    shape = {"rank": 1, "width": None} if targets == 1 else {"rank": 2 if targets else None, "width": targets}
    kind = Array if targets == 1 else Signed
    labels = kind("continuous", low=-2.0, high=2.0, **shape)  # type: ignore[arg-type]
    return _pair(call, labels, _count(call, 1, "n_features", 100))


def make_quantity(call: Call) -> Value:
    """`make_friedman1()` and its kin."""
    return _pair(call, Array("continuous", rank=1), None)


def make_multilabel(call: Call) -> Value:
    width = _count(call, None, "n_classes", 5)
    return _pair(call, Array("multi-hot", rank=2, width=width, bounded=(0, 1)), _count(call, 1, "n_features", 20))


# --- splits and copies --------------------------------------------------------------------------------------


def train_test_split(call: Call) -> Value:
    """Of every array two: some of its rows, and the others."""
    positional = call.positional()
    if positional is None:
        return UNKNOWN
    parts: list[Value] = []
    for index, argument in enumerate(positional):
        made = array_of(call.evaluator.force(argument))
        if made is None:
            made = Array(origin=made_by(call, index))
        for which in range(2):
            some = rows(made, (id(call.node), which))
            parts.append(table_of(some, made.columns) if isinstance(made, Table) else some)
    return Sequence("tuple", tuple(parts))


def shuffle(call: Call) -> Value:
    """`sklearn.utils.shuffle(x, y)`"""
    count = len(call.node.args)
    made = [argument_array(call, index) for index in range(count)]
    mixed = tuple(rows(item, id(call.node)) for item in made)
    if not mixed:
        return UNKNOWN
    return mixed[0] if count == 1 else Sequence("tuple", mixed)


def scale(call: Call) -> Value:
    return _standardised(argument_array(call, 0, "X"), "scale")


def minmax_scale(call: Call) -> Value:
    return _squeezed(argument_array(call, 0, "X"), call, "minmax")


def label_binarize(call: Call) -> Value:
    classes = call.argument(None, "classes")
    count = len(classes.items) if isinstance(classes, Sequence) and not classes.open else None
    return binarised(count, argument_array(call, 0, "y"), call)


def normalize(call: Call) -> Value:
    made = argument_array(call, 0, "X")
    return _transformed(made, "normalize", encoding=None)


# --- encoders and scalers -----------------------------------------------------------------------------------


def _classes_of(made: Array) -> int | None:
    return None if made.subset or made.encoding not in ("integer", "binary") else made.classes


def label_encoder(owner: Instance, call: Call) -> Value:
    """Class ids, counted from 0."""
    made = argument_array(call, 0, "y")
    classes = _classes_of(made)
    return Array(
        "binary" if classes == 2 else "integer",
        classes,
        1,
        subset=made.subset,
        origin=derived(made.origin, "encoded") or made_by(call),
        length=made.length,
    )


def ordinal_encoder(owner: Instance, call: Call) -> Value:
    made = argument_array(call, 0, "X")
    if made.rank == 2 and made.width == 1:
        return plain(label_encoder(owner, call), rank=2, width=1)  # type: ignore[arg-type]
    return Array(rank=2, width=made.width, origin=made_by(call))


def one_hot_encoder(owner: Instance, call: Call) -> Value:
    """One-hot columns, of a single column; several columns give several of them side by side."""
    made = argument_array(call, 0, "X", "y")
    drop = owner.call.argument(None, "drop")
    wide = made.rank is not None and not is_column(made)
    if wide or made.encoding in ("one-hot", "multi-hot", "continuous") or drop is not None:
        return Array(rank=2, origin=made_by(call))
    classes = _classes_of(made)
    return Array(
        "one-hot",
        classes,
        2,
        classes,
        bounded=(0, 1),
        subset=made.subset,
        origin=made_by(call),
        length=made.length,
    )


def label_binarizer(owner: Instance, call: Call) -> Value:
    made = argument_array(call, 0, "y")
    return binarised(_classes_of(made), made, call)


def binarised(classes: int | None, made: Array, call: Call) -> Array:
    """One-hot rows; of two classes a single column. Rank unknown where the number of classes is."""
    origin = made_by(call)
    if made.encoding == "multi-hot":
        return plain(made, origin=origin)
    if classes == 2:
        return Array("binary", 2, 2, 1, bounded=(0, 1), origin=origin, length=made.length)
    rank = 2 if classes else None
    return Array(
        "one-hot",
        classes,
        rank,
        classes,
        bounded=(0, 1),
        subset=made.subset,
        origin=origin,
        length=made.length,
    )


def multilabel_binarizer(owner: Instance, call: Call) -> Value:
    names = owner.call.argument(0, "classes")
    width = len(names.items) if isinstance(names, Sequence) and not names.open else None
    return Array("multi-hot", rank=2, width=width, bounded=(0, 1), origin=made_by(call))


def _transformed(made: Array, how: object, **changes: object) -> Array:
    origin = traced(made)
    facts: dict[str, object] = {"origin": origin | derived(origin, how), **changes}
    return forgotten(made, **facts)


def _standardised(made: Array, how: object) -> Array:
    """Mean 0 and deviation 1: something lies on either side."""
    return _transformed(made, how, encoding="continuous", low=-0.1, high=0.1)


def _squeezed(made: Array, call: Call, how: object) -> Array:
    """Between 0 and 1, or what feature_range says."""
    limits = call.argument(None, "feature_range")
    bounded: tuple[float, float] | None = (0.0, 1.0)
    if limits is not None:
        pair = shape_pair(limits)
        bounded = pair
    alone = made.encoding == "continuous" or (made.encoding is None and made.rank is not None and is_column(made))
    low, high = bounded if bounded else (None, None)
    if made.length == 1 and low is not None:
        # Every column has one number, which is its least one.
        return filled(low, plain(made), traced(made) | derived(traced(made), how))
    return _transformed(made, how, encoding="continuous" if alone else None, bounded=bounded, low=low, high=high)


def shape_pair(value: Value) -> tuple[float, float] | None:
    if not isinstance(value, Sequence) or len(value.items) != 2:
        return None
    low, high = (number(item) if isinstance(item, Constant) else None for item in value.items)
    return None if low is None or high is None else (low, high)


def standard_scaler(owner: Instance, call: Call) -> Value:
    return _standardised(argument_array(call, 0, "X"), id(owner.call.node))


def min_max_scaler(owner: Instance, call: Call) -> Value:
    return _squeezed(argument_array(call, 0, "X"), owner.call, id(owner.call.node))


def other_scaler(owner: Instance, call: Call) -> Value:
    made = argument_array(call, 0, "X")
    alone = made.encoding == "continuous" or (made.encoding is None and made.rank is not None and is_column(made))
    return _transformed(made, id(owner.call.node), encoding="continuous" if alone else None)


def new_features(owner: Instance, call: Call) -> Value:
    """A transformer of which no more is known: PCA, ColumnTransformer, CountVectorizer, ..."""
    made = argument_array(call, 0, "X")
    return Array(rank=2, origin=derived(made.origin, id(owner.call.node)) or made_by(call))


TRANSFORMERS: dict[str, Callable[[Instance, Call], Value]] = {
    "LabelEncoder": label_encoder,
    "OrdinalEncoder": ordinal_encoder,
    "OneHotEncoder": one_hot_encoder,
    "LabelBinarizer": label_binarizer,
    "MultiLabelBinarizer": multilabel_binarizer,
    "StandardScaler": standard_scaler,
    "MinMaxScaler": min_max_scaler,
    "MaxAbsScaler": other_scaler,
    "RobustScaler": other_scaler,
    "Normalizer": other_scaler,
    "PowerTransformer": other_scaler,
    "QuantileTransformer": other_scaler,
}


def method(owner: Instance, name: str, call: Call) -> Value:
    """A method of a scikit-learn object."""
    kind = owner.path.rpartition(".")[2]
    if name == "fit":
        return owner
    if name in ("transform", "fit_transform"):
        return TRANSFORMERS.get(kind, new_features)(owner, call)
    if name == "inverse_transform":
        made = argument_array(call, 0, "y", "X")
        return Array(rank=made.rank, origin=made_by(call))
    if name == "fit_resample" or name == "fit_sample":
        return _resampled(call)
    return UNKNOWN


def _resampled(call: Call) -> Value:
    """`SMOTE().fit_resample(X, y)`: other rows of the same kind."""
    features, labels = argument_array(call, 0, "X"), argument_array(call, 1, "y")
    return Sequence("tuple", (rows(features, id(call.node)), rows(labels, id(call.node))))


_SETS: dict[str, Known] = {
    **{name: partial(bunch, info) for name, info in DATASETS.items() if name.startswith(("load_", "fetch_"))},
    "fetch_openml": openml,
    "fetch_mldata": openml,
    "fetch_lfw_people": openml,
    "make_blobs": make_blobs,
    "make_circles": two_classes,
    "make_classification": make_classification,
    "make_friedman1": make_quantity,
    "make_friedman2": make_quantity,
    "make_friedman3": make_quantity,
    "make_gaussian_quantiles": make_gaussian_quantiles,
    "make_moons": two_classes,
    "make_multilabel_classification": make_multilabel,
    "make_regression": make_regression,
    "make_s_curve": make_quantity,
    "make_sparse_uncorrelated": make_quantity,
    "make_swiss_roll": make_quantity,
}

KNOWN: dict[str, Known] = {
    **{f"sklearn.datasets.{name}": function for name, function in _SETS.items()},
    **{
        f"sklearn.datasets.samples_generator.{name}": function
        for name, function in _SETS.items()
        if name.startswith("make_")
    },
    "sklearn.model_selection.train_test_split": train_test_split,
    "sklearn.cross_validation.train_test_split": train_test_split,
    "sklearn.utils.shuffle": shuffle,
    "sklearn.preprocessing.scale": scale,
    "sklearn.preprocessing.minmax_scale": minmax_scale,
    "sklearn.preprocessing.label_binarize": label_binarize,
    "sklearn.preprocessing.normalize": normalize,
}

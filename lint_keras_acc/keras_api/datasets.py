"""Labels of the data sets that keras.datasets and sklearn.datasets bring."""

from __future__ import annotations

from typing import Literal

from lint_keras_acc.records import record

Encoding = Literal["integer", "binary", "continuous"]


@record(frozen=True)
class DatasetInfo:
    """The labels of a data set, as its loader returns them.

    classes:     number of classes; None for continuous targets.
    encoding:    'integer' (class ids), 'binary' (0 and 1) or 'continuous'.
    label_rank:  number of axes with the batch axis: 1 for (n,), 2 for (n, 1) and (n, k).
    label_width: size of the last axis where there are two, else None.
    low, high:   the smallest and the largest label; None where it was not looked up.
    split:       the loader returns (x_train, y_train), (x_test, y_test), as keras.datasets do; else one
                 object with `data` and `target`, or (data, target) with `return_X_y=True`.
    features:    shape of one example, None where it varies.
    """

    classes: int | None
    encoding: Encoding
    label_rank: int
    label_width: int | None
    low: float | None
    high: float | None
    split: bool
    features: tuple[int, ...] | None = None


def _classes(classes: int, features: tuple[int, ...] | None, *, first: int = 0, split: bool = False) -> DatasetInfo:
    encoding: Encoding = "binary" if classes == 2 else "integer"
    return DatasetInfo(classes, encoding, 1, None, first, first + classes - 1, split, features)


def _column(classes: int, features: tuple[int, ...]) -> DatasetInfo:
    return DatasetInfo(classes, "integer", 2, 1, 0, classes - 1, True, features)


def _continuous(
    low: float | None,
    high: float | None,
    features: tuple[int, ...],
    *,
    width: int | None = None,
    split: bool = False,
) -> DatasetInfo:
    return DatasetInfo(None, "continuous", 1 if width is None else 2, width, low, high, split, features)


# Keras names are the modules of keras.datasets, scikit-learn's its functions.
DATASETS: dict[str, DatasetInfo] = {
    "mnist": _classes(10, (28, 28), split=True),
    "fashion_mnist": _classes(10, (28, 28), split=True),
    "cifar10": _column(10, (32, 32, 3)),
    "cifar100": _column(100, (32, 32, 3)),
    "imdb": _classes(2, None, split=True),
    "reuters": _classes(46, None, split=True),
    "boston_housing": _continuous(5.0, 50.0, (13,), split=True),
    "california_housing": _continuous(14999.0, 500001.0, (8,), split=True),
    "load_iris": _classes(3, (4,)),
    "load_digits": _classes(10, (64,)),
    "load_wine": _classes(3, (13,)),
    "load_breast_cancer": _classes(2, (30,)),
    "load_diabetes": _continuous(25.0, 346.0, (10,)),
    "load_boston": _continuous(5.0, 50.0, (13,)),
    "load_linnerud": _continuous(31.0, 247.0, (3,), width=3),
    "fetch_california_housing": _continuous(0.14999, 5.00001, (8,)),
    "fetch_covtype": _classes(7, (54,), first=1),
    "fetch_20newsgroups": _classes(20, None),
    "fetch_20newsgroups_vectorized": _classes(20, None),
    "fetch_olivetti_faces": _classes(40, (4096,)),
}

# Public folders of images and texts with a folder for each class, as their archives unpack: the number of classes.
FOLDERS: dict[str, int] = {
    "PetImages": 2,
    "aclImdb": 2,
    "cats_and_dogs_filtered": 2,
    "cats_and_dogs_small": 2,
    "cats_vs_dogs_small": 2,
    "flower_photos": 5,
    "horse-or-human": 2,
    "mini_speech_commands": 8,
    "rps": 3,
    "rps-test-set": 3,
    "stack_overflow_16k": 4,
    "validation-horse-or-human": 2,
}

"""What pipelines, generators and grown lists yield, and what is a reconstruction of what."""

from __future__ import annotations

import ast

import pytest

from lint_keras_acc.infer import arrays
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.scopes import END
from lint_keras_acc.infer.values import Array, Constant, Dataset, Sequence, Value

IMPORTS = """
import numpy as np, pandas as pd, tensorflow as tf, keras, tensorflow_datasets as tfds
from tensorflow.keras.utils import to_categorical
from tensorflow.keras.datasets import mnist
from tensorflow.keras.preprocessing.image import ImageDataGenerator
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
"""


def evaluator_of(source: str) -> Evaluator:
    return Evaluator(ast.parse(IMPORTS + source))


def labels_of(source: str) -> Value | None:
    """The labels of the pipeline `ds` of a program."""
    evaluator = evaluator_of(source)
    value = evaluator.lookup("ds", evaluator.module_frame, END)
    found = arrays.dataset_of(value, evaluator)
    assert isinstance(found, Dataset), value
    return found.labels


SLICES = "tf.data.Dataset.from_tensor_slices"

PIPELINES = [
    (
        "def pairs():\n    yield x, to_categorical(y)\n"
        "def again():\n    while True:\n        for batch in pairs():\n            yield batch\nds = again()",
        "one-hot",
    ),
    ("def again():\n    for batch in again():\n        yield batch\nds = again()", None),
    ("def more(n):\n    for batch in more(n + 1):\n        yield batch\nds = more(1)", None),
    ("def ys():\n    for x, y in pairs():\n        yield y\nds = ys()", None),
    ("ds = ImageDataGenerator().flow_from_directory('d')", "one-hot"),
    ("ds = ImageDataGenerator(rescale=1/255).flow_from_directory('d', class_mode='binary')", "binary"),
    ("ds = ImageDataGenerator().flow_from_directory('d', (9, 9), 'rgb', None, 'sparse')", "integer"),
    ("ds = ImageDataGenerator().flow_from_directory('d', class_mode=mode)", None),
    ("ds = ImageDataGenerator().flow_from_directory('d', class_mode=None)", None),
    ("g = ImageDataGenerator(); (x, y), _ = mnist.load_data(); ds = g.flow(x, to_categorical(y))", "one-hot"),
    ("ds = mine.ImageDataGenerator(rescale=2).flow_from_directory('d')", "no pipeline"),
    ("df = pd.read_csv('x'); ds = ImageDataGenerator().flow_from_dataframe(df, 'd', 'a', 'b')", "one-hot"),
    (
        "d = pd.read_csv('x'); ds = ImageDataGenerator().flow_from_dataframe(d, class_mode='raw', y_col='b')",
        None,
    ),
    ("ds = tf.keras.utils.image_dataset_from_directory('d', label_mode='categorical')", "one-hot"),
    ("ds = tf.keras.utils.image_dataset_from_directory('d')", "integer"),
    ("ds = tf.keras.utils.image_dataset_from_directory('d', class_names=['a', 'b'])", "binary"),
    ("ds = keras.preprocessing.image_dataset_from_directory('d', label_mode='binary')", "binary"),
    ("ds = tf.keras.utils.image_dataset_from_directory('data/cats_and_dogs_filtered/train')", "binary"),
    (
        "import os; root = os.path.join(os.path.dirname(archive), 'flower_photos')\n"
        "ds = tf.keras.utils.image_dataset_from_directory(os.path.join(root, 'train'))",
        "integer",
    ),
    ("ds = tf.keras.utils.text_dataset_from_directory('d', labels=None)", None),
    (
        "ds, val = tf.keras.utils.image_dataset_from_directory('d', subset='both', label_mode='binary')",
        "binary",
    ),
    (f"(x, y), _ = mnist.load_data(); ds = {SLICES}((x, y)).shuffle(9).batch(32).prefetch(1)", "integer"),
    (f"(x, y), _ = mnist.load_data(); ds = {SLICES}((x, to_categorical(y)))", "one-hot"),
    (
        "(x, y), _ = mnist.load_data()\ndef f(x, y):\n    return tf.cast(x, 'int8'), tf.one_hot(y, 10)\n"
        f"ds = {SLICES}((x, y)).map(f).batch(32)",
        "one-hot",
    ),
    (f"(x, y), _ = mnist.load_data(); ds = {SLICES}((x, y)).map(lambda a, b: (a / 255, b))", "integer"),
    (f"(x, y), _ = mnist.load_data(); ds = {SLICES}((x, y)).map(lambda a, b: (a, g(b)))", None),
    (f"(x, y), _ = mnist.load_data(); ds = {SLICES}((x, y)).map(mine)", None),
    (f"(x, y), _ = mnist.load_data(); ds = tf.data.Dataset.zip(({SLICES}(x), {SLICES}(y)))", "integer"),
    (
        f"s = np.sin(np.arange(1000) * 0.1)\nds = {SLICES}(s).window(21, shift=1)"
        ".flat_map(lambda w: w.batch(21)).map(lambda w: (w[:-1], w[-1])).batch(32)",
        "continuous",
    ),
    (
        "ds = tfds.load('mnist', split='train', as_supervised=True).map(lambda x, y: (x, y)).batch(2)",
        "integer",
    ),
    ("ds, info = tfds.load('cats_vs_dogs', split='train', as_supervised=True, with_info=True)", "binary"),
    (
        "(a, ds), i = tfds.load('mnist', split=['train', 'test'], as_supervised=True, with_info=True)",
        "integer",
    ),
    ("ds = tfds.load('mnist', as_supervised=True)['train']", "integer"),
    (
        "ds = tfds.load('mnist', split='train').map(lambda e: (e['image'], tf.one_hot(e['label'], 10)))",
        "one-hot",
    ),
    ("ds = tfds.load('other', split='train', as_supervised=True)", None),
    ("def g():\n    while True:\n        yield x, to_categorical(y)\nds = g()", "one-hot"),
    ("def g(n):\n    for i in range(n):\n        yield f(i), np.ones((8, 1))\nds = g(3)", "binary"),
    (
        "def g():\n    yield np.ones(3), np.ones(3)\nds = tf.data.Dataset.from_generator(g, types)",
        "binary",
    ),
    (
        "class S(keras.utils.Sequence):\n    def __len__(self):\n        return 3\n"
        "    def __getitem__(self, i):\n        return self.x[i], to_categorical(self.y[i], 5)\nds = S()",
        "one-hot",
    ),
    (
        "class S(keras.utils.Sequence):\n    def __init__(self, y):\n        self.y = y\n"
        "    def __getitem__(self, i):\n        return f(i), self.y[i:i + 3]\n"
        "ds = S(to_categorical(labels))",
        "one-hot",
    ),
    (
        "def g():\n    while True:\n        yield x, to_categorical(y)\n"
        "def h(inner):\n    for a, b in inner:\n        yield a, np.concatenate([b, b])\nds = h(g())",
        "one-hot",
    ),
    (
        "(x, y), _ = mnist.load_data()\ndef h(inner):\n    while True:\n        a, b = next(inner)\n"
        f"        yield a, to_categorical(b)\nds = h(iter({SLICES}((x, y)).batch(3)))",
        "one-hot",
    ),
    (
        "class S:\n    def __iter__(self):\n        yield f(), to_categorical(f())\n"
        "    def forever(self):\n        while True:\n"
        "            for pair in self.__iter__():\n                yield pair\n"
        "ds = S().forever()",
        "one-hot",
    ),
    (
        "class S(keras.utils.Sequence):\n    def __getitem__(self, i):\n"
        "        X = np.empty((self.batch, 8))\n        Y = np.empty((self.batch, self.classes))\n"
        "        for i, (path, label) in enumerate(self.files):\n"
        "            X[i,] = np.load(path)\n            Y[i,] = to_categorical(label, self.classes)\n"
        "        return X, Y\nds = S()",
        "one-hot",
    ),
    (
        f"(x, y), _ = mnist.load_data()\nds = {SLICES}((x, y))"
        ".apply(tf.data.experimental.map_and_batch(lambda a, b: (a, tf.one_hot(b, 10)), 32))"
        ".apply(tf.data.experimental.ignore_errors())",
        "one-hot",
    ),
    (f"(x, y), _ = mnist.load_data()\nds = {SLICES}((x, y)).apply(tf.data.experimental.other())", None),
    ("def h(inner):\n    for pair in inner:\n        yield pair\nds = h(other())", None),
    ("y = np.random.rand(100); ds = keras.utils.timeseries_dataset_from_array(x, y, 10)", "continuous"),
]


@pytest.mark.parametrize(("source", "encoding"), PIPELINES, ids=[source[-70:] for source, _ in PIPELINES])
def test_pipeline(source: str, encoding: str | None) -> None:
    if encoding == "no pipeline":
        evaluator = evaluator_of(source)
        assert arrays.dataset_of(evaluator.lookup("ds", evaluator.module_frame, END), evaluator) is None
        return
    labels = labels_of(source)
    assert (labels.encoding if isinstance(labels, Array) else None) == encoding


def test_without_labels() -> None:
    assert labels_of("ds = ImageDataGenerator().flow(np.ones((3, 3)))") == Constant(None)


def test_classes_of_a_directory() -> None:
    labels = labels_of("ds = ImageDataGenerator().flow_from_directory('d', classes=['a', 'b', 'c'])")
    assert isinstance(labels, Array)
    assert (labels.classes, labels.rank, labels.width) == (3, 2, 3)


def test_classes_of_a_public_directory() -> None:
    labels = labels_of("ds = ImageDataGenerator().flow_from_directory('/tmp/rps/', class_mode='sparse')")
    assert isinstance(labels, Array)
    assert (labels.encoding, labels.classes) == ("integer", 3)


LOAD = "(x, t), (u, v) = mnist.load_data()\n"

RECONSTRUCTIONS = [
    (LOAD + "x = x / 255.; y = x", True),
    (LOAD + "x = x.astype('float32') / 255.; x = x.reshape(-1, 784); y = x.reshape(-1, 28, 28)", True),
    (LOAD + "y = x / 255.; x = y + 0.1 * np.random.normal(size=y.shape); x = np.clip(x, 0., 1.)", True),
    (LOAD + "y = x", True),
    (LOAD + "y = x[:100]; x = x[:100]", True),
    (LOAD + "x, _, y, _ = train_test_split(x, x)", True),
    ("s = MinMaxScaler(); x = s.fit_transform(pd.read_csv('x').values); y = x", True),
    ("x = np.load('x.npy'); y = x", True),
    (LOAD + "y = t", False),
    (LOAD + "y = u", False),
    (LOAD + "y = x[1:]; x = x[:-1]", False),
    (LOAD + "x, y = train_test_split(x)", False),
    ("x = np.arange(10.); y = 2 * x + 1", False),
    ("x = np.linspace(0, 1, 50); y = np.sin(x)", False),
    ("data = np.loadtxt('d'); x = data[:, :-1]; y = data[:, -1]", False),
    ("data = pd.read_csv('d'); x = data.drop('a', axis=1); y = data['a']", False),
    ("data = pd.read_csv('d'); x = data[['a', 'b']]; y = data[['c']]", False),
    ("import pickle\nx, y = pickle.load(f)", False),
    ("y = np.random.randint(0, 2, 100); x = y + np.random.randn(100)", False),
    ("def load(p):\n    return np.load(p)\nx = load('x'); y = load('y')", False),
    ("x = unknown(); y = unknown()", False),
    ("x, y = np.load('both.npy')", False),
    ("x = np.concatenate([a, b]); y = np.concatenate([a, b])", False),
]


@pytest.mark.parametrize(("source", "same"), RECONSTRUCTIONS, ids=[source[-60:] for source, _ in RECONSTRUCTIONS])
def test_reconstruction(source: str, same: bool) -> None:
    evaluator = evaluator_of(source)
    values = [evaluator.lookup(name, evaluator.module_frame, END) for name in ("x", "y")]
    features, labels = (value if isinstance(value, Array) else Array() for value in values)
    assert (bool(labels.origin) and labels.origin <= features.origin) == same


GROWN = [
    ("for a in b:\n    y.append(0)\nfor a in c:\n    y.append(1)", "binary"),
    ("for a in b:\n    y.append(1)", None),
    (
        "for a in b:\n    if f(a):\n        y.append(0)\n    elif g(a):\n        y.append(1)\n"
        "    else:\n        y.append(2)",
        "integer",
    ),
    ("for a in b:\n    if f(a):\n        k = 0\n    else:\n        k = 1\n    y.append(k)", "binary"),
    ("for a in b:\n    y.append(1 if f(a) else 0)", "binary"),
    ("for a in b:\n    y.append(f(a))", None),
    ("for i, a in enumerate(['x', 'y', 'z']):\n    for p in a:\n        y.append(i)", "integer"),
    ("N = ['x', 'y', 'z']\nfor a in N:\n    k = N.index(a)\n    for p in a:\n        y.append(k)", "integer"),
    ("for a in b:\n    y.append([1, 0] if f(a) else [0, 1])", "one-hot"),
    ("for a in b:\n    y.append([0, 1, 1])\n    y.append([1, 0, 0])", "multi-hot"),
    ("for a in b:\n    y.append(to_categorical(a, 5))", "one-hot"),
    (
        "def k(n):\n    if n: return [1, 0]\n    elif m: return [0, 1]\nfor a in b:\n    y.append(np.array(k(a)))",
        "one-hot",
    ),
    ("def k(n):\n    if n: return 0\n    return 1\nfor a in b:\n    y.append(k(a))", "binary"),
    ("s = np.sin(np.arange(500) * .1)\nfor i in range(400):\n    y.append(s[i + 9])", "continuous"),
    ("s = np.array(range(1, 101))\nfor i in range(len(s) - 4):\n    y.append(s[i:i + 5])", "continuous"),
    ("s = np.array(range(1, 101))\nfor i in range(len(s) - 4):\n    y.append(s[i + 4])", "continuous"),
    ("s = np.array([0, 1, 2, 3])\nfor i in range(3):\n    y.append(s[i + 1])", None),
    (
        "names = ['Dog', 'Cat', 'Bird']\nexamples = []\ndef create():\n    for name in names:\n"
        "        label = names.index(name)\n        for path in find(name):\n"
        "            examples.append([load(path), label])\ncreate()\n"
        "for image, label in examples:\n    y.append(label)",
        "integer",
    ),
    (
        "e = []\nfor a in b:\n    e.append((a, 0))\n    e.append((a, 1))\nfor p, q in e:\n    y.append(q)",
        "binary",
    ),
    (
        "e = []\nfor a in b:\n    e.append((a, 0))\n    e.append((a, f(a)))\nfor p, q in e:\n    y.append(q)",
        None,
    ),
    ("for a in b:\n    y.append(0)\n    y.extend(c)", None),
]


@pytest.mark.parametrize(("source", "encoding"), GROWN, ids=[source[-60:] for source, _ in GROWN])
def test_grown_list(source: str, encoding: str | None) -> None:
    evaluator = evaluator_of("y = []\n" + source)
    frame = evaluator.module_frame
    changes = [event for event in frame.scope.events["y"] if event.kind == "call"]
    value = arrays.grown(Sequence("list", ()), changes[0], frame, evaluator)
    for change in changes[1:]:
        value = arrays.after(value, change, frame, evaluator)
    assert (value.encoding if isinstance(value, Array) else None) == encoding

"""What programs say of their labels: a program, and the facts of its `y`."""

from __future__ import annotations

import ast

import pytest

from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.scopes import END
from lint_keras_acc.infer.values import Array, Constant, Value

IMPORTS = """
import numpy as np, pandas as pd, tensorflow as tf, keras
from tensorflow.keras.utils import to_categorical
from tensorflow.keras.datasets import mnist, cifar10, imdb, boston_housing
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, LabelBinarizer, MultiLabelBinarizer
from sklearn.preprocessing import StandardScaler, MinMaxScaler
from sklearn.model_selection import train_test_split
from sklearn.datasets import load_iris, load_breast_cancer, load_diabetes
from sklearn.datasets import make_classification, make_regression, make_moons
"""


def value_of(source: str, name: str = "y") -> Value:
    evaluator = Evaluator(ast.parse(IMPORTS + source))
    return evaluator.lookup(name, evaluator.module_frame, END)


def facts_of(source: str, name: str = "y") -> Array:
    value = value_of(source, name)
    assert isinstance(value, Array), value
    return value


ENCODINGS = [
    # literals
    ("y = np.array([[0], [1], [1], [0]])", "binary"),
    ("y = np.array([0, 1, 1, 0])", "binary"),
    ("y = np.array([[0.], [1.], [1.], [0.]], 'float32')", "binary"),
    ("y = np.array([[0, 1, 1, 0]]).T", "binary"),
    ("y = np.array([True, False, True])", "binary"),
    ("y = np.array([11, 12, 13, 14, 15])", "continuous"),
    ("y = np.array(range(1, 17))", "continuous"),
    ("y = np.array([3., 6., 9., 12.])", "continuous"),
    ("y = np.array([0.5, 1.0])", "continuous"),
    ("y = np.array([0, 1, 2, 3])", None),
    ("y = np.array([0, 1, 2, 0, 1, 2])", "integer"),
    ("y = np.array([[1, 0], [0, 1]])", "one-hot"),
    ("y = np.array([[1, 1, 0], [0, 1, 0]])", "multi-hot"),
    ("y = np.array([[1, 0, 0], [0, 0, 0]])", None),
    ("y = np.array([-1, 1, 1, -1])", None),
    (f"y = np.array({[0, 1] * 300})", "binary"),
    (f"y = np.array({[[1, 0], [0, 1]] * 300})", "one-hot"),
    ("y = np.array([1] * 50 + [0] * 50)", "binary"),
    ("data = np.array([[1, 2, 0], [3, 4, 1], [5, 6, 1]]); y = data[:, 2]", "binary"),
    ("data = np.array([[1, 2, 0], [3, 4, 1], [5, 6, 1]]); y = data[:, 0:2]", "continuous"),
    ("x, y = make_regression(10)\nfor i in range(len(y)):\n    y[i] = y[i] / sum(y)", "continuous"),
    ("x, y = make_regression(10)\ny[y > 0] = 1", None),
    # NumPy
    ("y = np.zeros((4, 3)); y[np.arange(4), ids] = 1", "one-hot"),
    ("y = np.zeros(100); y[50:] = 1", "binary"),
    ("y = np.zeros(100); y[50:80] = 1; y[80:] = 2", "integer"),
    ("y = np.zeros(100); y[50:] = f()", None),
    ("y = np.zeros((100, 10)); y[3] = 1", None),
    ("y = np.zeros((100, 10))\nfor i, s in enumerate(seqs):\n    y[i, s] = 1", None),
    (
        "ids = dict((c, i) for i, c in enumerate(chars))\ny = np.zeros((n, 10))\n"
        "for i, s in enumerate(seqs):\n    y[i, ids[s]] = 1",
        "one-hot",
    ),
    ("y = np.ones((5, 1))", "binary"),
    ("y = np.concatenate([np.ones(5), np.zeros(5)])", "binary"),
    ("y = np.vstack((np.ones((5, 1)), np.zeros((5, 1))))", "binary"),
    ("y = np.ones((5, 1)) * 3", None),
    ("y = np.vstack((np.ones((5, 1)), np.zeros((5, 1)))); y += 0.05 * np.random.random(y.shape)", None),
    ("y = np.arange(100, 1100, 5)[:150]", "continuous"),
    ("y = np.arange(100)", None),
    ("y = np.arange(100) * 0.5", "continuous"),
    ("x = np.arange(0, 1, 0.01); y = np.sin(x)", "continuous"),
    ("x = np.linspace(-1, 1, 101); y = 2 * x + np.random.randn(*x.shape) * 0.33", "continuous"),
    ("x = np.array([1., 2.5, 4.]); y = 3 * x + 1", "continuous"),
    ("y = np.eye(10)[labels]", "one-hot"),
    ("y = np.argmax(np.eye(10)[labels], axis=1)", "integer"),
    ("y = np.random.randint(2, size=(1000, 1))", "binary"),
    ("y = np.random.randint(0, 10, (1000,))", "integer"),
    ("y = np.random.randint(0, 1, size=(100, 50))", None),
    ("y = np.random.randint(0, 2, (100, 5))", "multi-hot"),
    ("y = np.random.random((10, 3, 2))", "continuous"),
    ("y = np.random.default_rng(0).integers(0, 5, 100)", "integer"),
    ("y = np.where(f() > 3, 1, 0)", "binary"),
    ("x = np.random.rand(100); y = (x > 0.5).astype(int)", "binary"),
    ("x = np.random.rand(100, 3); y = (x > 0.5).astype(int)", "multi-hot"),
    ("y = np.load('y.npy')", None),
    ("y = np.load('x.npy')[:, 0] > 3", None),
    # encoders
    ("y = to_categorical(labels)", "one-hot"),
    ("y = keras.utils.np_utils.to_categorical(labels, 10)", "one-hot"),
    ("y = tf.keras.utils.to_categorical(to_categorical(labels))", None),
    ("y = pd.get_dummies(pd.read_csv('x.csv')['product']).values", "one-hot"),
    ("df = pd.get_dummies(pd.read_csv('x.csv')); y = df.values", None),
    ("df = pd.get_dummies(pd.read_csv('x.csv')); y = df['a']", None),
    ("y = LabelEncoder().fit_transform(labels)", "integer"),
    ("enc = LabelEncoder(); enc.fit(labels); y = to_categorical(enc.transform(labels))", "one-hot"),
    (
        "enc = OneHotEncoder(); enc.fit(z.reshape(-1, 1)); y = enc.transform(z.reshape(-1, 1)).toarray()",
        "one-hot",
    ),
    ("y = OneHotEncoder().fit_transform(pd.read_csv('x')[['a', 'b']])", None),
    ("y = MultiLabelBinarizer().fit_transform(tags)", "multi-hot"),
    ("y = LabelBinarizer().fit_transform(load_iris().target)", "one-hot"),
    ("y = LabelBinarizer().fit_transform(load_breast_cancer().target)", "binary"),
    ("y = StandardScaler().fit_transform(load_diabetes().target.reshape(-1, 1))", "continuous"),
    ("y = tf.one_hot(labels, depth=10)", "one-hot"),
    ("y = tf.one_hot(labels, depth=10, axis=0)", None),
    # data sets
    ("(x, y), (u, v) = mnist.load_data()", "integer"),
    ("(x, y), _ = cifar10.load_data()", "integer"),
    ("(x, y), test = imdb.load_data(num_words=100)", "binary"),
    ("(x, y), test = boston_housing.load_data()", "continuous"),
    ("(x, y), test = tf.keras.datasets.fashion_mnist.load_data(); y = to_categorical(y)", "one-hot"),
    ("data = mnist.load_data(); (x, y), t = data; y = y[:100]", "integer"),
    ("(x, y), _ = mnist.load_data(); y = (y == 5).astype('float32')", "binary"),
    ("(x, y), _ = mnist.load_data(); y[y == 3] = 0", None),
    ("y = load_iris()['target']", "integer"),
    ("data = load_breast_cancer(); y = data.target", "binary"),
    ("x, y = load_diabetes(return_X_y=True)", "continuous"),
    ("x, y = make_classification(n_samples=100)", "binary"),
    ("x, y = make_classification(n_samples=100, n_classes=4)", "integer"),
    ("x, y = make_regression(n_samples=100)", "continuous"),
    ("x, y = make_moons()", "binary"),
    ("iris = load_iris(); _, _, y, _ = train_test_split(iris.data, iris.target)", "integer"),
    ("x, y = load_iris().data, load_iris().target; y = to_categorical(y)", "one-hot"),
    # tables
    ("df = pd.read_csv('x.csv'); y = df['target'].values", None),
    ("df = pd.read_csv('x.csv'); y = df['t'].map({'M': 1, 'B': 0})", "binary"),
    (
        "df = pd.read_csv('x.csv'); df['t'] = df['t'].map({'a': 0, 'b': 1, 'c': 2}); y = df['t'].values",
        "integer",
    ),
    ("df = pd.read_csv('x.csv'); df['t'] = df['t'].map({'a': 1, 'b': 2, 'c': 3}); y = df['t']", None),
    ("df = pd.read_csv('x.csv'); y = df['t'].replace({'yes': 1, 'no': 0})", "binary"),
    ("df = pd.read_csv('x.csv'); y = (df['quality'] >= 6).astype(int)", "binary"),
    ("df = pd.read_csv('x.csv'); df.t = LabelEncoder().fit_transform(df.t); y = df.t", "integer"),
    ("df = pd.read_csv('x.csv'); y = df['t'].apply(lambda v: 1 if v > 3 else 0)", "binary"),
    ("df = pd.read_csv('x.csv'); y = pd.factorize(df['t'])[0]", "integer"),
    ("df = pd.read_csv('x.csv'); y = df['t'].astype('category').cat.codes", "integer"),
    ("df = pd.DataFrame({'a': [1., 2.5], 'b': [0, 1]}); y = df['b']", "binary"),
    ("df = pd.DataFrame({'a': [1., 2.5], 'b': [0, 1]}); y = df.drop('b', axis=1)", None),
    # comprehensions and loops
    ("y = np.array([1 if f(n) else 0 for n in names])", "binary"),
    ("m = {'a': 0, 'b': 1, 'c': 2}\ny = np.array([m[n] for n in names])", "integer"),
    (
        "names = ['a', 'b', 'c']\nids = {name: i for i, name in enumerate(names)}\n"
        "y = np.array([ids[n] for n in found])",
        "integer",
    ),
    ("y = np.array([[1.] for _ in range(len(a))] + [[0.] for _ in range(len(b))])", "binary"),
    ("y = [1 for _ in range(len(a))]", None),
    ("y = [[1, 0] if f(n) else [0, 1] for n in names]", "one-hot"),
    ("y = [to_categorical(n, num_classes=3) for n in names]", "one-hot"),
    ("y = np.array([i * 2 for i in range(100)])", "continuous"),
    ("(x, z), _ = mnist.load_data(); y = np.array([t for t in z])", "integer"),
    # flows that lose or keep what is known
    ("y = np.eye(3)[labels].reshape(-1, 3)", "one-hot"),
    ("y = np.eye(3)[labels].reshape(-1, 3, 1)", None),
    ("y, b = np.split(np.eye(3)[labels], 2)", "one-hot"),
    ("a, y, b = tf.split(np.eye(3)[labels], [60, 20, 20])", "one-hot"),
    ("y = np.eye(3)[labels].flatten()", None),
    ("y = np.eye(3)[labels] * 0.9 + 0.1 / 3", "one-hot"),
    ("(x, y), _ = mnist.load_data(); y = y - 1", None),
    ("(x, y), _ = mnist.load_data(); y = y.reshape(-1, 1)", "integer"),
    ("(x, y), _ = mnist.load_data(); y = np.expand_dims(y, -1).astype('float32')", "integer"),
    ("(x, y), _ = mnist.load_data(); y = y / 10", None),
    ("(x, y), _ = mnist.load_data(); np.random.shuffle(y)", "integer"),
]


@pytest.mark.parametrize(("source", "encoding"), ENCODINGS, ids=[source[:70] for source, _ in ENCODINGS])
def test_encoding(source: str, encoding: str | None) -> None:
    value = value_of(source)
    assert (value.encoding if isinstance(value, Array) else None) == encoding


FACTS: list[tuple[str, dict[str, object]]] = [
    ("y = np.array([[0], [1]])", {"rank": 2, "width": 1, "low": 0, "high": 1, "classes": 2, "length": 2}),
    ("y = np.array([1, 5, 9])", {"rank": 1, "low": 1, "high": 9, "bounded": (1, 9)}),
    ("y = np.array([1, 5, 9]) / 10", {"low": 0.1, "high": 0.9, "bounded": (0.1, 0.9)}),
    ("y = to_categorical(z, 7)", {"classes": 7, "width": 7}),
    ("(x, y), _ = cifar10.load_data()", {"classes": 10, "rank": 2, "width": 1}),
    ("(x, y), _ = cifar10.load_data(); y = to_categorical(y)", {"classes": 10, "rank": 2, "width": 10}),
    ("(x, y), _ = mnist.load_data(); y = to_categorical(y)", {"classes": 10, "rank": 2, "width": 10}),
    ("(x, y), _ = mnist.load_data(); y = y[y < 5]", {"classes": 10, "subset": True}),
    ("(x, y), _ = mnist.load_data(); y = to_categorical(y[y < 5])", {"classes": None, "subset": True}),
    ("(x, y), _ = mnist.load_data(); y = to_categorical(y[y < 5], 5)", {"classes": 5, "subset": False}),
    ("(y, _), _ = mnist.load_data(); y = y.astype('float32') / 255.", {"bounded": (0, 1), "rank": 3}),
    ("(y, _), _ = mnist.load_data(); y /= 255", {"bounded": (0, 1)}),
    ("(y, _), _ = mnist.load_data(); y = (y - 127.5) / 127.5", {"bounded": (-1, 1)}),
    ("(y, _), _ = mnist.load_data(); y = y.reshape((60000, 784))", {"rank": 2, "width": 784}),
    ("x, y = make_moons(); y = 2 * y - 1", {"encoding": None, "low": -1, "high": 1, "bounded": (-1, 1)}),
    ("x, y = make_moons(); y = np.where(y == 0, -1, 1)", {"encoding": None, "low": -1, "high": 1}),
    ("x, y = make_moons(); y = 1 - y", {"encoding": "binary", "low": 0, "high": 1}),
    ("x, y = make_regression(100)", {"low": -2.0, "high": 2.0, "rank": 1}),
    ("x, y = make_regression(100, n_targets=3)", {"rank": 2, "width": 3}),
    (
        "y = MinMaxScaler().fit_transform(load_diabetes().target.reshape(-1, 1))",
        {"bounded": (0, 1), "width": 1},
    ),
    ("y = np.random.rand(100, 2)", {"random": True, "bounded": (0, 1), "rank": 2, "width": 2}),
    ("y = np.random.randn(1000)", {"random": True, "low": -1.0, "high": 1.0}),
    ("y = np.sin(np.linspace(0, 10000, 100000))", {"bounded": (-1.0, 1.0), "low": -0.5, "high": 0.5}),
    ("y = np.eye(4)[y][mask]", {"classes": 4, "subset": False}),
    ("y = np.eye(4)[np.random.randint(0, 4, 100)]", {"classes": 4, "rank": 2, "width": 4}),
    ("y = np.eye(4)[np.random.randint(0, 4, (100, 1)).flatten()]", {"classes": 4, "rank": 2}),
    ("y = tf.one_hot(mnist.load_data()[0][1], 10)", {"classes": 10, "rank": 2, "width": 10}),
    ("y = LabelEncoder().fit_transform(['a', 'b'])", {"rank": 1}),
    ("y = OneHotEncoder().fit_transform(load_iris().target.reshape(-1, 1))", {"classes": 3, "width": 3}),
    ("a, b, y, d = train_test_split(f(), to_categorical(f(), 6))", {"classes": 6, "rank": None}),
    ("y = [0, 1, 1, 0] * 100; y = np.array(y)", {"encoding": "binary", "length": 400}),
    ("y = np.array([0] * 5000 + [1] * 5000)", {"encoding": "binary", "length": 10000}),
    *[
        (f"_, t = {make}; {scale}", {"encoding": "continuous", "low": 0, "high": 1, "bounded": (0, 1)})
        for make in ("make_regression(99)", "make_regression(99, n_targets=3)")
        for scale in (
            "y = (t - t.min()) / (t.max() - t.min())",
            "low, high = np.min(t), np.max(t); y = (t - low) / (high - low)",
            "y = (t - np.amin(t, axis=0)) / np.ptp(t, axis=0)",
            "t = (t - min(t)) / (max(t) - min(t)); y = np.array(t)",
        )
    ],
    (
        "_, t = make_regression(99); a, b = min(t), max(t); y = 2 * ((t - a) / (b - a)) - 1",
        {"encoding": "continuous", "low": -1, "high": 1, "bounded": (-1, 1)},
    ),
    ("_, t = make_moons(9); y = (t - t.min()) / (t.max() - t.min())", {"encoding": "binary", "classes": 2}),
    (
        "_, t = make_regression(99); y = (t - t.mean()) / t.std()",
        {"encoding": "continuous", "low": -0.1, "high": 0.1, "bounded": None},
    ),
    (
        "y = np.array([float(line) for line in f])\ny -= y.mean(axis=0)\ny /= y.std(axis=0)\ny = y[:40]",
        {"encoding": "continuous", "bounded": None},
    ),
    (
        "y = np.load('y.npy').ravel()\ny = y - y.min()\ny = y / y.max()",
        {"encoding": "continuous", "low": 0, "high": 1, "bounded": (0, 1)},
    ),
    (
        "_, a = make_regression(99); _, b = make_regression(9); y = (a - b.min()) / (b.max() - b.min())",
        {"encoding": "continuous", "low": None, "high": None, "bounded": None},
    ),
    ("_, t = make_regression(99); y = t / (t.max() - t.min())", {"low": None, "high": None, "bounded": None}),
    (
        "t = LabelEncoder().fit_transform(f()); y = MinMaxScaler(feature_range=(-1, 1)).fit_transform([t])[0]",
        {"encoding": None, "rank": 1, "low": -1, "high": -1},
    ),
    (
        "x, y = make_regression(99, 9, n_targets=6)\nfor i in range(len(y)):\n    y[i] = y[i] / float(sum(y[i]))",
        {"encoding": "continuous", "low": -1e-9, "high": 1e-9, "width": 6},
    ),
    (
        "x, y = make_regression(99, 9, n_targets=6)\nfor i in range(len(y)):\n    y[i] = abs(y[i]) / float(sum(y[i]))",
        {"low": None, "high": None},
    ),
    (
        "d = pd.read_csv('x'); y = np.stack([(d[c] > 0).astype(int) for c in ['a', 'b', 'c']]).T",
        {"encoding": "multi-hot", "rank": 2, "width": 3},
    ),
    ("d = pd.read_csv('x'); y = np.column_stack((d['a'] > 0, d['b'] < 3))", {"encoding": "multi-hot", "width": 2}),
    ("d = pd.read_csv('x'); y = np.column_stack((d['a'] == 0, d['a'] == 1))", {"encoding": None, "width": 2}),
    ("d = pd.read_csv('x'); y = np.column_stack((d['a'] > 0, d['a'] <= 0))", {"encoding": None, "width": 2}),
    ("y = to_categorical(np.array(pd.read_csv('x').drop('id', axis=1)))", {"encoding": "one-hot", "rank": None}),
    (
        "y = np.zeros((9, 4))\nfor i, t in enumerate(z):\n    y[i, :] = to_categorical(t, 4)",
        {"encoding": "one-hot", "rank": 2, "width": 4},
    ),
    (
        "_, t = make_moons(9)\ny = np.empty(9)\nfor i in range(9):\n    y[i] = t[i]",
        {"encoding": "binary", "rank": 1, "classes": 2},
    ),
    (
        "y = np.zeros((9, 4))\nfor i, t in enumerate(z):\n    y[i] = to_categorical(t, 4)\ny[3] = 0",
        {"encoding": None, "width": 4},
    ),
    ("y = np.empty((9, 4))\nfor i in z:\n    y[k] = to_categorical(i, 4)", {"encoding": None}),
    ("y = [0] * 5000 + [1] * 5000 + [2] * 10", {"encoding": "integer", "classes": 3, "length": 10010}),
]


COUNTS = [
    ("(x, t), _ = mnist.load_data(); y = len(np.unique(t))", 10),
    ("(x, t), _ = mnist.load_data(); y = np.unique(t).shape[0]", 10),
    ("(x, t), _ = mnist.load_data(); y = np.unique(t).size", 10),
    ("(x, t), _ = mnist.load_data(); y = np.max(t) + 1", 10),
    ("(x, t), _ = mnist.load_data(); y = t.max() + 1", 10),
    ("(x, t), _ = mnist.load_data(); y = to_categorical(t).shape[1]", 10),
    ("(x, t), _ = mnist.load_data(); y = x.reshape(-1, 784).shape[-1]", 784),
    ("x = np.array([[1, 2, 3], [4, 5, 6]]); y = x.shape[1]", 3),
    ("x = np.array([3, 9]); y = len(x) + x.max()", 11),
    ("y = load_iris().target.max() + 1", 3),
    ("y = np.eye(7)[labels].shape[1]", None),
    ("y = np.random.rand(5).max()", None),
    ("(x, t), _ = mnist.load_data(); y = t[t < 3].max()", None),
]


@pytest.mark.parametrize(("source", "count"), COUNTS, ids=[source[-50:] for source, _ in COUNTS])
def test_counts(source: str, count: int | None) -> None:
    """Sizes that programs compute from their data, to give them to layers and encoders."""
    value = value_of(source)
    assert (value.value if isinstance(value, Constant) else None) == count


STRANGE = [
    f"y = np.array([{10**400}, 1, 2]) * 2",
    f"y = np.arange({10**400})",
    "y = np.arange(0, 1e308, 1e-308)",
    "y = np.arange(0, 10, 0)",
    "y = np.arange(1000) ** np.arange(1000)",
    "y = 10 ** np.arange(4000)",
    "y = np.arange(-10, 10) ** 0.5",
    "y = 1 / np.arange(-3, 3)",
    "y = np.arange(10) % 0",
    "y = np.log(np.arange(10))",
    "y = np.exp(np.arange(4000))",
    "y = np.array([]); y = y[0] + y.reshape(-1, 1)",
    "y = np.array([[], []]); y = y[:, 0]",
    "y = np.array([[1, 2], [3]])[5, 7]",
    "y = np.array([1, 2, 3])[::0]",
    "y = np.zeros(-1)[None, ..., None]; y[0] = y",
    "y = np.linspace(0, 1, 10**30)",
    "y = [0] * 10**30 + [1] * -1",
    "y = np.array([1e308, 1e308]) + np.array([1e308, 1e308])",
    "y = np.eye(0)[y]",
    "y = np.split(np.arange(10), 10**30)",
    "y = np.zeros((2, 2)); y[y] = y; y = y.T.T[0, 0]['a']",
    "y = pd.DataFrame({}).drop(columns=[1, 'a', None])[None]['x'].map({})",
    "y = tf.one_hot(tf.one_hot(1, 2), tf.one_hot(3, 4))",
    "y = train_test_split()",
    "y = to_categorical()",
    "y = np.concatenate([])",
    "y = np.where()",
    "y = np.random.randint()",
]


@pytest.mark.parametrize("source", STRANGE)
def test_nothing_raises(source: str) -> None:
    assert isinstance(value_of(source), Value)


@pytest.mark.parametrize(("source", "facts"), FACTS, ids=[source[:70] for source, _ in FACTS])
def test_facts(source: str, facts: dict[str, object]) -> None:
    array = facts_of(source)
    found = {name: getattr(array, name) for name in facts}
    assert found == facts

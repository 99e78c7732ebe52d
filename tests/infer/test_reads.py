"""What a program makes of predictions, evaluations and callbacks, from its text to the findings."""

from __future__ import annotations

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.source import read_source

_IMPORTS = """\
import keras, numpy as np, tensorflow as tf
from keras import Sequential
from keras.callbacks import EarlyStopping
from keras.layers import Dense, Input
from sklearn import metrics
from sklearn.metrics import accuracy_score as score, confusion_matrix
"""
_BINARY = """
model = Sequential([Input((4,)), Dense(1, activation="sigmoid")])
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
model.fit(x, y)
"""
_LOGITS = """
model = Sequential([Input((4,)), Dense(1)])
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
model.fit(x, y)
"""


def found(text: str) -> list[str]:
    """The code and line of each finding; the text begins on line 1."""
    offset = _IMPORTS.count("\n")
    report = lint_source(read_source("program.py", (_IMPORTS + text).encode()), Settings(project_pins=False))
    assert not report.failures
    assert not report.errors
    return [f"{finding.code}:{finding.span.line - offset}" for finding in report.findings]


READ = [
    pytest.param("np.argmax(model.predict(x), axis=1)", "KAC505", id="at once"),
    pytest.param("p = model.predict(x); print(p.argmax(-1))", "KAC505", id="through a name"),
    pytest.param("p = model(x).numpy(); tf.argmax(p, 1)", "KAC505", id="called model"),
    pytest.param("labels = [np.argmax(row) for row in model.predict_on_batch(x)]", "KAC505", id="comprehension"),
    pytest.param("score(y, model.predict(x))", "KAC507", id="alias"),
    pytest.param("metrics.f1_score(y_true=y, y_pred=model.predict(x).ravel())", "KAC507", id="keyword and ravel"),
    pytest.param("p = np.squeeze(model.predict(x)); confusion_matrix(y, p)", "KAC507", id="squeezed"),
    pytest.param("confusion_matrix(y, model.predict(x)[:, 0])", "KAC507", id="column"),
    pytest.param("loss, acc, auc = model.evaluate(x, y)", "KAC508", id="unpacked"),
    pytest.param("s = model.evaluate(x, y); print(s[2])", "KAC508", id="index"),
]

NOT_READ = [
    pytest.param("np.argmax(model.predict(x), axis=0)", id="over the batch"),
    pytest.param("np.argmax(y_test, axis=1)", id="labels"),
    pytest.param("p = model.predict(x); p = (p > 0.5); score(y, p)", id="threshold"),
    pytest.param("p = model.predict(x); p[p > 0.5] = 1; p[p <= 0.5] = 0; score(y, p)", id="threshold in place"),
    pytest.param("p = model.predict(x); binarize(p); score(y, p)", id="changed by a function"),
    pytest.param("p = model.predict(x); [np.argmax(p) for p in others]", id="name of a comprehension"),
    pytest.param("metrics.roc_auc_score(y, model.predict(x))", id="scores wanted"),
    pytest.param("score(y, np.round(model.predict(x)))", id="round"),
    pytest.param("s = model.evaluate(x, y); print(s[0], s[1])", id="index of both"),
    pytest.param("s = model.evaluate(x, y, return_dict=True); loss, acc, auc = s", id="dictionary"),
    pytest.param("model = keras.models.load_model(f); np.argmax(model.predict(x), axis=1)", id="loaded again"),
]


@pytest.mark.parametrize(("line", "code"), READ)
def test_read(line: str, code: str) -> None:
    assert found(_BINARY + line) == [f"{code}:5"]


@pytest.mark.parametrize("line", NOT_READ)
def test_not_read(line: str) -> None:
    assert found(_BINARY + line) == []


@pytest.mark.parametrize("test", ["model.predict(x) > 0.5", "np.where(0.5 < model.predict(x), 1, 0)", "p[0][0] >= t"])
def test_thresholds(test: str) -> None:
    assert found(f"{_LOGITS}p, t = model.predict(x), 0.5\nprint({test})") == ["KAC506:6"]


@pytest.mark.parametrize("test", ["model.predict(x) > 0", "tf.sigmoid(model.predict(x)) > 0.5", "x > 0.5"])
def test_other_thresholds(test: str) -> None:
    assert found(f"{_LOGITS}p = model.predict(x)\nprint({test})") == []


def test_a_branch_that_makes_labels_is_a_doubt() -> None:
    text = "p = model.predict(x)\nif binary:\n    p = p > 0.5\nscore(y, p)\n"
    assert found(_BINARY + text) == []


def test_a_test_of_the_shape_is_a_doubt() -> None:
    text = "p = model.predict(x)\nif p.shape[1] > 1:\n    p = np.argmax(p, axis=1)\n"
    assert found(_BINARY + text) == []


def test_functions_methods_and_returned_results() -> None:
    text = """
def predicted(m):
    return m.predict(x)
def measured():
    return model.evaluate(x, y)
np.argmax(predicted(model), axis=1)
loss, = measured()
"""
    assert found(_BINARY + text) == ["KAC505:10", "KAC508:11"]


def test_a_function_reads_the_model_that_is_there_when_it_is_called() -> None:
    function = "def classify():\n    return np.argmax(model.predict(x), axis=1)\n"
    model = "model = keras.applications.MobileNet()\n"
    assert found(model + function + "classify()" + _BINARY) == []
    assert found(model + function + _BINARY + "classify()") == ["KAC505:3"]


def test_a_callback_that_suits_another_model_is_let_be() -> None:
    stop = 'stop = EarlyStopping("val_acc")\n'
    other = "other = Sequential([Dense(1)])\nother.compile(loss='mse', metrics=['acc'])\n"
    fit = "{}.fit(x, y, validation_split=0.1, callbacks=[stop])\n"
    assert found(_BINARY + stop + fit.format("model")) == ["KAC501:5"]
    both = _BINARY + stop + fit.format("model") + other + fit.format("other")
    assert [one for one in found(both) if one.startswith("KAC501")] == []


def test_validation_data_are_looked_for_in_every_fit() -> None:
    stop = "stop = [EarlyStopping()]\n"
    assert found(_BINARY + stop + "model.fit(x, y, callbacks=stop)") == ["KAC502:5"]
    assert found(_BINARY + stop + "model.fit(x, y, None, 3, 0, stop)") == []
    assert found(_BINARY + stop + "model.fit(x, y, callbacks=stop, **given)") == []
    own = (
        "class Own(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs):\n        logs['val_loss'] = 1\n"
    )
    assert found(_BINARY + own + "model.fit(x, y, callbacks=[Own(), EarlyStopping()])") == []

"""What is reported where scikit-learn or Keras Tuner train a model: what is so in real runs, and nothing else.

What is reported for scikeras was seen with scikeras 0.13 on Keras 3: `raises` and `runs` say which.
"""

from __future__ import annotations

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Finding
from lint_keras_acc.fixes import fix_source
from lint_keras_acc.source import Source, read_source

HEAD = """
import keras
import keras_tuner as kt
from keras.layers import Dense
from keras.models import Sequential
from scikeras.wrappers import KerasClassifier, KerasRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
"""
OLD = HEAD.replace("scikeras.wrappers", "keras.wrappers.scikit_learn").replace("import keras_tuner as kt\n", "")
SETTINGS = Settings(project_pins=False)


def function(last: str, compiled: str = "", parameters: str = "") -> str:
    compiling = f"    model.compile({compiled})\n" if compiled else ""
    return f"def build({parameters}):\n    model = Sequential([Dense(8), {last}])\n{compiling}    return model\n"


def findings(source: Source) -> tuple[Finding, ...]:
    report = lint_source(source, SETTINGS)
    assert not report.failures
    assert not report.errors
    return report.findings


def codes(text: str) -> list[str]:
    return [finding.code for finding in findings(read_source("program.py", text.encode()))]


def fixed(text: str, unsafe: bool = False) -> str:
    return fix_source(read_source("program.py", text.encode()), findings, unsafe).data.decode()


IRIS = "X, y = load_iris(return_X_y=True)\n"
CANCER = "X, y = load_breast_cancer(return_X_y=True)\n"
DIABETES = "X, y = load_diabetes(return_X_y=True)\n"
SOFTMAX = "Dense(3, activation='softmax')"
SIGMOID = "Dense(1, activation='sigmoid')"
CATEGORICAL = "loss='categorical_crossentropy', metrics=['accuracy'], optimizer='adam'"
SPARSE = "loss='sparse_categorical_crossentropy', metrics=['accuracy'], optimizer='adam'"

REPORTED = [
    pytest.param(
        HEAD + IRIS + function(SOFTMAX, CATEGORICAL) + "KerasClassifier(build).fit(X, y)\n",
        ["KAC302"],
        id="scikeras does not see the loss of a compiled model: raises",
    ),
    pytest.param(
        HEAD
        + CANCER
        + function("Dense(2, activation='softmax')")
        + "KerasClassifier(build, loss='categorical_crossentropy').fit(X, y)\n",
        ["KAC302"],
        id="scikeras makes two classes a column: raises",
    ),
    pytest.param(
        HEAD + IRIS + function("Dense(3)") + f"KerasClassifier(build, {SPARSE}).fit(X, y)\n",
        ["KAC201"],
        id="logits under the wrapper's loss",
    ),
    pytest.param(
        HEAD
        + DIABETES
        + function("Dense(1)", parameters="units=3")
        + "KerasRegressor(build, loss='mse', metrics=['accuracy'], units=4).fit(X, y)\n",
        ["KAC101"],
        id="accuracy of a regressor",
    ),
    pytest.param(
        HEAD
        + IRIS
        + function("Dense(3, activation=activation)", SPARSE, "activation='softmax'")
        + "search = GridSearchCV(KerasClassifier(build), {'model__activation': [None, 'linear']})\nsearch.fit(X, y)\n",
        ["KAC201"],
        id="all that a search tries is wrong",
    ),
    pytest.param(
        OLD + IRIS + function(SIGMOID, CATEGORICAL) + "cross_val_score(KerasClassifier(build_fn=build), X, y)\n",
        ["KAC205"],
        id="the old wrapper",
    ),
    pytest.param(
        HEAD
        + IRIS
        + function(SOFTMAX, SPARSE, "hp")
        + "tuner = kt.RandomSearch(build, objective='val_acc')\ntuner.search(X, y, validation_split=0.2)\n",
        ["KAC501"],
        id="an objective that is not logged: every trial fails",
    ),
    pytest.param(
        HEAD
        + IRIS
        + function(SOFTMAX, SPARSE, "hp")
        + "tuner = kt.RandomSearch(build, objective='val_accuracy')\ntuner.search(X, y)\n",
        ["KAC502"],
        id="an objective of validation without it: every trial fails",
    ),
    pytest.param(
        HEAD
        + IRIS
        + function("Dense(3, activation=hp.Choice('last', ['softmax', 'sigmoid']))", CATEGORICAL, "hp")
        + "tuner = kt.RandomSearch(build, objective='loss')\ntuner.search(X, y)\n",
        ["KAC302"],
        id="the labels of a search",
    ),
]

SILENT = [
    pytest.param(
        HEAD + IRIS + function(SOFTMAX) + f"KerasClassifier(build, {CATEGORICAL}).fit(X, y)\n",
        id="scikeras makes ids one-hot: runs",
    ),
    pytest.param(
        OLD + IRIS + function(SOFTMAX, CATEGORICAL) + "KerasClassifier(build_fn=build).fit(X, y)\n",
        id="the old wrapper makes ids one-hot",
    ),
    pytest.param(
        HEAD + IRIS + function(SOFTMAX) + f"KerasClassifier(build, {SPARSE}).fit(X, y + 1)\n",
        id="scikeras counts classes from 0: runs",
    ),
    pytest.param(
        HEAD
        + CANCER
        + function(SIGMOID)
        + "KerasClassifier(build, loss='binary_crossentropy', metrics='accuracy').fit(X, y)\n",
        id="scikeras puts a metric into a list: runs",
    ),
    pytest.param(
        HEAD
        + IRIS
        + function("Dense(3, activation=activation)", SPARSE, "activation=None")
        + "search = GridSearchCV(KerasClassifier(build), {'model__activation': ['softmax', None]})\nsearch.fit(X, y)\n",
        id="some of what a search tries is right",
    ),
    pytest.param(
        HEAD
        + IRIS
        + function("Dense(3, activation=activation)", SPARSE, "activation=None")
        + "net = KerasClassifier(build)\nnet.set_params(model__activation='softmax')\nnet.fit(X, y)\n",
        id="a parameter that is set later",
    ),
    pytest.param(
        HEAD
        + IRIS
        + function("Dense(3, activation=hp.Choice('last', ['softmax', 'sigmoid']))", SPARSE, "hp")
        + "tuner = kt.RandomSearch(build, objective='accuracy')\ntuner.search(X, y)\n",
        id="a choice of which one is right",
    ),
    pytest.param(
        HEAD + IRIS + "def build(hp):\n"
        "    model = Sequential([Dense(3, activation=None if hp.Boolean('logits') else 'softmax')])\n"
        "    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=hp.Boolean('logits'))\n"
        "    model.compile(loss=loss, metrics=['accuracy'])\n    return model\n"
        "tuner = kt.Hyperband(build, objective='val_accuracy')\ntuner.search(X, y, validation_split=0.2)\n",
        id="choices that stay together",
    ),
    pytest.param(
        "import keras_hub\n"
        "model = keras_hub.models.TextClassifier.from_preset('bert_tiny_en_uncased', num_classes=2)\n"
        "model.compile(loss='auto', metrics='auto')\nmodel.fit(x, y)\n",
        id="KerasHub chooses loss and metrics",
    ),
    pytest.param(
        "from transformers import TFAutoModelForSequenceClassification\n"
        "model = TFAutoModelForSequenceClassification.from_pretrained('bert-base-cased', num_labels=3)\n"
        "model.compile(optimizer='adam')\nmodel.fit(data)\nmodel.compile(loss='passthrough')\n",
        id="transformers choose the loss",
    ),
]


@pytest.mark.parametrize(("text", "expected"), REPORTED)
def test_reported(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize("text", SILENT)
def test_silent(text: str) -> None:
    assert codes(text) == []


def test_a_classifier_of_transformers_returns_logits() -> None:
    text = (
        "from transformers import TFBertForSequenceClassification\n"
        "import tensorflow as tf\n"
        "model = TFBertForSequenceClassification.from_pretrained('bert-base-cased', num_labels=3)\n"
        "model.compile(loss=tf.keras.losses.SparseCategoricalCrossentropy({}))\nmodel.fit(data)\n"
    )
    assert codes(text.format("")) == ["KAC201"]
    assert codes(text.format("from_logits=True")) == []


def test_a_wrapper_is_read_without_a_compile_call() -> None:
    text = HEAD + function("Dense(3)") + f"KerasClassifier(build, {SPARSE}).fit(X, y)\n"
    assert ".compile(" not in text
    assert codes(text) == ["KAC201"]


def test_the_loss_of_a_wrapper_is_mended() -> None:
    text = HEAD + IRIS + function("Dense(3)") + f"KerasClassifier(build, {SPARSE}).fit(X, y)\n"
    mended = fixed(text, unsafe=True)
    assert "KerasClassifier(build, loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)," in mended
    assert codes(mended) == []


def test_the_objective_of_a_tuner_is_mended() -> None:
    tuner = "tuner = kt.RandomSearch(build, objective='val_acc')\ntuner.search(X, y, validation_split=0.2)\n"
    text = HEAD + function(SOFTMAX, SPARSE, "hp") + tuner
    assert "objective='val_accuracy'" in fixed(text)

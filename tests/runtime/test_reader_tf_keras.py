"""The live reader on tf_keras: the same facts and findings, the old training loop, tf.keras with the legacy flag."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import warnings
from types import ModuleType

import pytest

from lint_keras_acc.keras_api.dialects import Dialect, parse_dialect
from lint_keras_acc.runtime.reader import backend_of, dialect_of, read_model
from tests.infer.revealed import parse_revelation, revelation, written
from tests.runtime.comparing import of_live, of_source, once, run, words
from tests.runtime.programs import HEADS, IMPORT, TWO_LOSSES, one_output, two_outputs

pytestmark = pytest.mark.keras

COMBINATIONS = 2
_IMPORT = "import tf_keras as keras\nfrom tf_keras import layers, losses, metrics\n"
_RAISES = "metrics=[metrics.BinaryAccuracy])"  # a class, which compile does not take here


@pytest.fixture(scope="module")
def tf_keras() -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module: ModuleType = pytest.importorskip("tf_keras")
    return module


FACTS = [
    pytest.param(
        "model = keras.Sequential([layers.Dense(6), layers.Dense(12, activation=tf.nn.sigmoid)])\n"
        "model.compile(loss='bce', metrics=['acc', metrics.AUC(name='area')])",
        "output=sigmoid(12) form=string kind=Dense rank=? loss=binary_crossentropy logits=False"
        " metrics=accuracy>categorical_accuracy,auc keys=acc,area sequential=True",
        id="a Sequential that is not built",
    ),
    pytest.param(
        "i = keras.Input((4,))\nmodel = keras.Model(i, tf.nn.softmax(layers.Dense(3)(i), axis=1))\n"
        "model.compile(loss=losses.CategoricalCrossentropy(from_logits=True), metrics='accuracy')",
        "output=softmax(3) form=function loss=categorical_crossentropy logits=True metrics_form=string",
        id="a function of TensorFlow, a bare metric",
    ),
    pytest.param(
        "i = keras.Input((4,))\nmodel = keras.Model(i, tf.argmax(layers.Softmax()(i), axis=-1))\n"
        "model.compile('sgd', 'mse')",
        "output=?(?) integers=True own=True",
        id="an argmax",
    ),
    pytest.param(
        "i = keras.Input((4,))\nmodel = keras.Model(i, layers.Dense(3)(i))\n"
        "model.add_loss(tf.reduce_mean(model.output))\nmodel.compile()",
        "output=linear(3) loss=none own_training=True",
        id="add_loss on a functional model",
    ),
    pytest.param(
        "i = keras.Input((4,))\nmodel = keras.Model(i, [layers.Dense(1, name='a')(i), layers.Dense(2, name='b')(i)])\n"
        "model.compile(loss='mse', metrics={'a': [metrics.AUC(name='z')], 'b': 'acc'})\n"
        "import numpy as np\nmodel.fit(np.ones((2, 4)), [np.ones((2, 1)), np.ones((2, 2))], verbose=0)",
        "name=a keys=a_z | name=b keys=b_acc",
        id="names that Keras has prefixed",
    ),
    pytest.param(
        "class Mine(keras.Model):\n    def call(self, x):\n        return x\n"
        "model = Mine()\nmodel.build((None, 4))\nmodel.compile(loss='mse', metrics=['acc'])",
        "output=?(?) loss=mean_squared_error own_training=False outputs_known=False",
        id="a subclass, which is not run",
    ),
]


@pytest.mark.parametrize(("program", "expected"), FACTS)
def test_facts(tf_keras: ModuleType, program: str, expected: str) -> None:
    parsed = parse_revelation(expected)
    model = run(f"import tensorflow as tf\n{_IMPORT}{program}")["model"]
    revealed = revelation((read_model(model).site,), parsed)
    assert revealed == parsed, written(revealed)


@pytest.mark.parametrize("head", [*HEADS, *TWO_LOSSES])
def test_readers_agree(tf_keras: ModuleType, head: str) -> None:
    told = []
    made: dict[str, dict[str, object]] = {}
    is_head = head in HEADS
    for program in one_output(COMBINATIONS, heads=(head,)) if is_head else two_outputs(COMBINATIONS, losses=(head,)):
        if _RAISES in program.compile:
            continue
        if program.model not in made:
            made[program.model] = run(program.model.replace(IMPORT, _IMPORT))
        model = read_model(run(program.compile, made[program.model])["model"])
        dialect, text = model.site.dialect, program.text.replace(IMPORT, _IMPORT)
        ast.parse(model.text)
        source, found = words(of_source(text, dialect)), words(once(of_live(model)))
        if found != source and not ("Lambda" in text and set(source) < set(found)):
            told.append(f"{text}source: {source}\nlive: {found}\n")
        portrait = words(of_source(model.text, dialect))
        if portrait != found and "Lambda" not in text and "axis=1" not in text:
            told.append(f"{model.text}portrait: {portrait}\nlive: {found}\n")
    assert not told, "\n".join(told)


def test_dialect_and_backend(tf_keras: ModuleType) -> None:
    model = tf_keras.Sequential([tf_keras.layers.Dense(1)])
    major, minor = tf_keras.__version__.split(".")[:2]
    assert dialect_of(model) == Dialect("tf_keras", (int(major), int(minor)), origin="installed")
    assert backend_of(model) == "tensorflow"


# --- modes that are for a whole process -------------------------------------------------------------------------

_REPORT = """
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(12, activation='sigmoid')])
model.compile('sgd', 'binary_crossentropy', metrics=['accuracy', keras.metrics.AUC()])
from lint_keras_acc.runtime.reader import read_model
site = read_model(model).site
metric = site.heads[0].metrics[0]
print(site.dialect.name, site.dialect.v1_keys, metric.kernel.value, metric.log_key, site.heads[0].output.units.value)
"""


def reported(start: str, **environment: str) -> list[str]:
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", **environment}
    done = subprocess.run(
        [sys.executable, "-c", f"{start}\n{_REPORT}"], capture_output=True, text=True, check=True, env=variables
    )
    return done.stdout.split()


@pytest.mark.parametrize(
    ("switch", "keys", "key"),
    [("disable_eager_execution", "False", "accuracy"), ("disable_v2_behavior", "True", "acc")],
)
def test_the_old_training_loop(tf_keras: ModuleType, switch: str, keys: str, key: str) -> None:
    name, *told = reported(f"import tensorflow as tf, tf_keras as keras\ntf.compat.v1.{switch}()")
    assert parse_dialect(name).v1_mode
    assert told == [keys, "binary_accuracy", key, "12"]


def test_tf_keras_as_tf_keras(tf_keras: ModuleType) -> None:
    name, *told = reported("from tensorflow import keras", TF_USE_LEGACY_KERAS="1")
    assert name == dialect_of(tf_keras.Sequential()).name
    assert told == ["False", "categorical_accuracy", "accuracy", "12"]

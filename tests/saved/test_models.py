"""What is read of saved models: facts, dialects, portraits, findings. The archives are made here, with no Keras."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from lint_keras_acc.cli import main
from lint_keras_acc.keras_api.dialects import DEFAULT
from lint_keras_acc.saved.models import SavedModel, read_saved
from lint_keras_acc.saved.versions import dialect_of_version
from tests.infer.revealed import parse_revelation, revelation, written
from tests.saved.making import archive, called, compiled, dense, findings, functional, hdf5, layer, sequential, start
from tests.saved.making import tensor as t

SOFTMAX = layer("Softmax", "softmax", axis=-1)
BCE_LOGITS = {
    "module": "keras.losses",
    "class_name": "BinaryCrossentropy",
    "config": {
        "name": "bce",
        "reduction": "sum_over_batch_size",
        "from_logits": True,
        "label_smoothing": 0.0,
        "axis": -1,
    },
    "registered_name": None,
}
AUC = {
    "module": "keras.metrics",
    "class_name": "AUC",
    "config": {"name": "area", "num_thresholds": 200, "curve": "ROC", "from_logits": False, "thresholds": None},
}


def function(name: str) -> dict[str, Any]:
    return {"module": "builtins", "class_name": "function", "config": name, "registered_name": "function"}


def own(class_name: str, **config: object) -> dict[str, Any]:
    return {"module": None, "class_name": class_name, "config": config, "registered_name": class_name}


LAMBDA = {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}}
INPUT = called(start(5))
HIDDEN = called(dense(6, name="hidden"), [t("inputs")])
TWO = functional(
    INPUT,
    HIDDEN,
    called(dense(1, "sigmoid", "a"), [t("hidden", shape=[None, 6])]),
    called(dense(3, "softmax", "b"), [t("hidden")]),
    outputs=[["a", 0, 0], ["b", 0, 0]],
)
NESTED = functional(
    called(start(6)),
    called(dense(2, name="p"), [t("inputs")]),
    called(dense(3, "tanh", "q"), [t("inputs")]),
    outputs=[["p", 0, 0], ["q", 0, 0]],
    name="inner",
)

FACTS = [
    pytest.param(
        compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc", AUC]),
        "output=sigmoid(12) form=string rank=2 kind=Dense loss=binary_crossentropy logits=False"
        " metrics=accuracy>categorical_accuracy,auc keys=acc,area sequential=True outputs_known=True",
        id="a Sequential",
    ),
    pytest.param(
        compiled(
            sequential(dense(4), layer("Activation", "act", activation="softmax"), layer("Dropout", "d", rate=0.1))
        ),
        "output=softmax(4) rank=2 loss=none metrics=none metrics_form=absent",
        id="an activation layer, and nothing but an optimizer",
    ),
    pytest.param(
        compiled(sequential(dense(4, LAMBDA)), loss=LAMBDA, metrics=[function("mine"), own("Mine", name="area")]),
        "output=?(4) form=custom loss=own own=False keys=mine,area",
        id="functions and classes of one's own",
    ),
    pytest.param(
        compiled(sequential(dense(4, layer("LeakyReLU", "leaky"))), loss=function("mean_squared_error")),
        "output=leaky_relu(4) form=instance loss=mean_squared_error",
        id="a layer as the activation",
    ),
    pytest.param(
        compiled(sequential(dense(4), layer("Mine", "mine", module=None)), loss="mse"),
        "output=?(?) own=True own_training=False",
        id="a layer of one's own",
    ),
    pytest.param(
        compiled(sequential(dense(4), layer("Lambda", "f", function=LAMBDA)), loss="mse"),
        "output=?(?) own=True",
        id="Lambda",
    ),
    pytest.param(
        compiled(sequential(sequential(dense(3), SOFTMAX, name="inner"), layer("Softmax", "again")), loss="mse"),
        "output=softmax(3) inner=softmax",
        id="a Sequential in a Sequential",
    ),
    pytest.param(
        compiled(sequential(layer("TimeDistributed", "each", layer=dense(4, "softmax"))), loss="mse"),
        "output=softmax(4) kind=TimeDistributed",
        id="a wrapper",
    ),
    pytest.param(
        compiled(sequential(layer("Bidirectional", "both", layer=layer("LSTM", "l", units=4, activation="tanh")))),
        "output=tanh(8) rank=2 kind=Bidirectional",
        id="Bidirectional",
    ),
    pytest.param(
        compiled(sequential(layer("RNN", "rnn", cell=layer("GRUCell", "cell", units=4, activation="tanh")))),
        "output=tanh(4) rank=2 kind=RNN",
        id="the cell of an RNN",
    ),
    pytest.param(
        compiled(TWO, loss=["bce", "categorical_crossentropy"], metrics=[[], ["acc", AUC]]),
        "name=a output=sigmoid(1) loss=binary_crossentropy metrics=none keys=none outputs_known=True |"
        " name=b output=softmax(3) loss=categorical_crossentropy metrics=accuracy>categorical_accuracy,auc"
        " keys=b_acc,b_area outputs_known=True",
        id="two outputs in lists",
    ),
    pytest.param(
        compiled(TWO, loss={"b": "mse", "a": BCE_LOGITS}, metrics={"b": "mae"}, weighted_metrics={"a": ["acc"]}),
        "name=a output=sigmoid(1) loss=binary_crossentropy logits=True metrics=accuracy>binary_accuracy |"
        " name=b output=softmax(3) loss=mean_squared_error logits=? metrics=mean_absolute_error",
        id="two outputs by name",
    ),
    pytest.param(
        compiled(
            functional(
                INPUT,
                HIDDEN,
                called(NESTED, [t("hidden")]),
                called(layer("Activation", "act", activation="relu"), [t("inner", 0, 1)]),
                outputs=["act", 0, 0],
            ),
            loss="mse",
        ),
        "output=relu(3) inner=tanh",
        id="the second output of a nested model",
    ),
    pytest.param(
        compiled(
            functional(
                INPUT,
                called(dense(5, "tanh", "shared"), [t("inputs")], [t("between")]),
                called(layer("Dropout", "between", rate=0.5), [t("shared", 0)]),
                outputs=["shared", 1, 0],
            ),
            loss="mse",
        ),
        "output=tanh(5) rank=2",
        id="a layer that is called twice",
    ),
    pytest.param(
        compiled(
            functional(
                INPUT,
                HIDDEN,
                called(
                    layer("Softmax", "softmax_1", module="keras.src.ops.nn", axis=-1), [t("hidden", shape=[None, 6])]
                ),
                outputs=["softmax_1", 0, 0],
            )
        ),
        "output=softmax(6) form=function",
        id="a function of tensors",
    ),
    pytest.param(
        compiled({"module": None, "class_name": "Mine", "config": {}, "build_config": {}}, loss="mse", metrics=["acc"]),
        "output=?(?) outputs_known=False own_training=True loss=mean_squared_error metrics=accuracy>?",
        id="a subclass",
    ),
    pytest.param(
        compiled({**TWO, "module": None, "class_name": "Mine"}, loss="mse"),
        "name=a output=sigmoid(1) own_training=True | name=b output=softmax(3) own_training=True",
        id="a functional model of one's own class",
    ),
    pytest.param(
        compiled(sequential(dense(4), layer("AddLoss", "add_loss"))), "own_training=True", id="add_loss of Keras 2"
    ),
    pytest.param(
        compiled(sequential(dense(2, dtype={"class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}))),
        "output=linear(2) dtype=bfloat16",
        id="a dtype policy",
    ),
    pytest.param(
        compiled(sequential(dense(2)), loss="mse", loss_weights=["accuracy"]),
        "metrics=accuracy>? metrics_form=list",
        id="metrics in the place of loss_weights",
    ),
    pytest.param(
        compiled(sequential(dense(2)), loss="mse", metrics={"class_name": "__tuple__", "items": ["mae"]}),
        "metrics=mean_absolute_error metrics_form=tuple",
        id="a tuple",
    ),
]


def read(tmp_path: Path, model: object, version: str = "3.15.1") -> SavedModel:
    return read_saved(archive(tmp_path / "model.keras", model, version))


@pytest.mark.parametrize(("model", "expected"), FACTS)
def test_facts(tmp_path: Path, model: object, expected: str) -> None:
    saved = read(tmp_path, model)
    assert saved.site
    ast.parse(saved.text)
    parsed = parse_revelation(expected)
    revealed = revelation((saved.site,), parsed)
    assert revealed == parsed, written(revealed)


def test_findings_and_portrait(tmp_path: Path) -> None:
    saved = read(tmp_path, compiled(sequential(dense(20), dense(12, "sigmoid", "labels")), loss="bce", metrics=["acc"]))
    assert saved.text == (
        "import keras\n\nmodel = keras.Sequential([\n    ...,\n"
        "    keras.layers.Dense(12, activation='sigmoid', name='labels'),\n])\n"
        "model.compile(\n    loss='bce',\n    metrics=['acc'],\n)\n"
    )
    (finding,) = findings(saved)
    assert (finding.code, finding.span.path, finding.span.line) == ("KAC102", saved.path, 9)


def test_without_compile_configuration(tmp_path: Path) -> None:
    for number, model in enumerate((sequential(dense(1)), {**sequential(dense(1)), "compile_config": {}})):
        assert read_saved(archive(tmp_path / f"{number}.keras", model)).site is None


def test_a_string_that_nothing_knows(tmp_path: Path) -> None:
    """In a .keras archive a string was one; in an .h5 file it may be the name of a function of one's own."""
    assert [f.code for f in findings(read(tmp_path, compiled(sequential(dense(2)), loss="mse", metrics=["f1"])))] == [
        "KAC402"
    ]
    pytest.importorskip("h5py")
    model = {"class_name": "Sequential", "config": sequential(dense(2))["config"]}
    training = {"loss": "my_loss", "metrics": ["f1"]}
    path = hdf5(tmp_path / "m.h5", {"model_config": model, "training_config": training, "keras_version": "3.15.1"})
    saved = read_saved(path)
    assert saved.site
    assert [metric.form for metric in saved.site.metrics] == ["custom"]
    assert [loss.form for loss in saved.site.losses] == ["custom"]
    assert not findings(saved)


# --- older generations ------------------------------------------------------------------------------------------


def old_dense(units: int, activation: str, name: str, **more: object) -> dict[str, Any]:
    return {"class_name": "Dense", "config": {"name": name, "units": units, "activation": activation, **more}}


def old_input(name: str) -> dict[str, Any]:
    config = {"batch_input_shape": [None, 4], "name": name}
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


KERAS_22 = {
    "class_name": "Sequential",
    "config": [old_dense(8, "relu", "a", batch_input_shape=[None, 4]), old_dense(12, "sigmoid", "b")],
}
KERAS_1 = {
    "class_name": "Sequential",
    "config": [{"class_name": "Dense", "config": {"name": "a", "output_dim": 3, "activation": "softmax"}}],
}
TF_2 = {
    "class_name": "Functional",
    "config": {
        "name": "siamese",
        "layers": [
            old_input("l"),
            old_input("r"),
            {
                "class_name": "Sequential",
                "config": {"name": "base", "layers": [old_dense(3, "tanh", "d", batch_input_shape=[None, 4])]},
                "name": "base",
                "inbound_nodes": [[["l", 0, 0, {}]], [["r", 0, 0, {}]]],
            },
            {
                "class_name": "TFOpLambda",
                "config": {"name": "tf.nn.sigmoid", "function": "nn.sigmoid"},
                "name": "s",
                "inbound_nodes": [["base", 2, 0, {"name": None}]],
            },
        ],
        "input_layers": [["l", 0, 0], ["r", 0, 0]],
        "output_layers": [["s", 0, 0]],
    },
}
WRAPPER = {
    "class_name": "MeanMetricWrapper",
    "config": {"name": "acc", "dtype": "float32", "fn": "categorical_accuracy"},
}
OLD_LOSS = {"class_name": "BinaryCrossentropy", "config": {"reduction": "auto", "name": "b", "from_logits": False}}

OLD = [
    pytest.param(
        KERAS_22,
        {"loss": "binary_crossentropy", "metrics": ["accuracy"], "sample_weight_mode": None},
        "2.2.4",
        "output=sigmoid(12) rank=2 metrics=accuracy>binary_accuracy keys=acc",
        [],
        id="a list of layers, by the old resolver",
    ),
    pytest.param(
        KERAS_1, {"loss": "mse", "metrics": []}, None, "output=softmax(3) loss=mean_squared_error", [], id="Keras 1"
    ),
    pytest.param(
        TF_2,
        {"loss": OLD_LOSS, "metrics": [[WRAPPER]]},
        "2.9.0",
        "output=sigmoid(3) form=function loss=binary_crossentropy metrics=accuracy>categorical_accuracy keys=acc",
        ["KAC102"],
        id="a shared model, a function of TensorFlow, a wrapped metric",
    ),
]


@pytest.mark.parametrize(("model", "training", "version", "expected", "codes"), OLD)
def test_hdf5(
    tmp_path: Path, model: object, training: object, version: str | None, expected: str, codes: list[str]
) -> None:
    pytest.importorskip("h5py")
    attributes = {"model_config": model, "training_config": training}
    saved = read_saved(hdf5(tmp_path / "m.h5", {**attributes, "keras_version": version} if version else attributes))
    assert saved.site
    parsed = parse_revelation(expected)
    revealed = revelation((saved.site,), parsed)
    assert revealed == parsed, written(revealed)
    assert [finding.code for finding in findings(saved)] == codes


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("3.15.1", "keras-3.15"),
        ("3.0.0.dev", "keras-3.0"),
        ("2.21.0", "tf_keras-2.21"),
        ("2.15.0", "tf.keras-2.15"),
        ("2.4.0", "tf.keras-2.4"),
        ("2.3.0-tf", "tf.keras-2.2"),
        ("2.2.4-tf", "tf.keras-2.1"),
        ("2.1.6-tf", "tf.keras-1.12"),
        ("2.3.1", "keras-2.3"),
        ("2.2.4", "keras-2.2"),
        (None, "keras-1.2"),
        ("of my own", DEFAULT.name),
    ],
)
def test_dialects(version: str | None, name: str) -> None:
    dialect = dialect_of_version(version)
    assert (dialect.name, dialect.origin) == (name, "saved")


# --- the command ------------------------------------------------------------------------------------------------


def test_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = archive(tmp_path / "news.keras", compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc"]))
    before = Path(path).read_bytes()
    assert main(["check", "--isolated", path]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith(f"{path}:8:14: KAC102 'acc' runs categorical_accuracy here: ")
    assert out.splitlines()[1] == "        metrics=['acc'],"
    assert f"    {path}:4:39: the model ends in 12 independent sigmoid outputs" in out.splitlines()
    assert not err
    for options in (["--fix", "--unsafe-fixes"], ["--diff", "--unsafe-fixes"], ["--add-noqa"]):
        assert main(["check", "--isolated", *options, path]) == 1
        assert "a saved model is not changed: repair the program that compiles it" in capsys.readouterr().err
    assert Path(path).read_bytes() == before


def test_json_and_sites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = archive(tmp_path / "news.keras", compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc"]))
    assert main(["check", "--isolated", "--output-format", "json", path]) == 1
    (finding,) = json.loads(capsys.readouterr().out)
    assert (finding["path"], finding["line"], finding["code"], finding["fix"]) == (path, 8, "KAC102", None)
    assert main(["sites", "--isolated", path]) == 0
    out = capsys.readouterr().out
    assert f"{path}:6:1: compile, keras-3.15 (saved)\n" in out
    assert "  8 |     metrics=['acc'],\n" in out


def test_a_known_finding_is_not_told_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = archive(tmp_path / "news.keras", compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc"]))
    baseline = str(tmp_path / "known.json")
    assert main(["check", "--isolated", "--write-baseline", baseline, path]) == 0
    assert main(["check", "--isolated", "--baseline", baseline, path]) == 0
    assert not capsys.readouterr().out


def test_statuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    built = archive(tmp_path / "built.keras", sequential(dense(1)))
    assert main(["check", "--isolated", built]) == 0
    assert capsys.readouterr().err == (
        f"lint-keras-acc: {built}: was saved without a compile configuration: there is nothing to check\n"
    )
    broken = tmp_path / "broken.keras"
    broken.write_bytes(Path(built).read_bytes()[:100])
    for command in ("check", "sites"):
        assert main([command, "--isolated", str(broken)]) == 2
        assert capsys.readouterr().err.startswith(f"lint-keras-acc: {broken}: is a damaged archive: ")


def test_archives_are_known_by_how_they_begin(tmp_path: Path) -> None:
    path = archive(tmp_path / "checkpoint-07", compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc"]))
    assert main(["check", "--isolated", path]) == 1


def test_directories_are_walked_for_programs_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive(tmp_path / "news.keras", compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc"]))
    assert main(["check", "--isolated", str(tmp_path)]) == 0
    assert not capsys.readouterr().out

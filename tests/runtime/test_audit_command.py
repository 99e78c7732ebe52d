"""The command `audit`: what it prints, its exit status, and one clear line for whatever is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lint_keras_acc.cli import main
from lint_keras_acc.runtime.auditing.counting import ScoreCounts
from lint_keras_acc.runtime.loading import LoadingError, load_data, load_model
from tests.runtime.test_audit_render import validate

keras = pytest.importorskip("keras")
keras_only = pytest.mark.keras

X = np.random.default_rng(5).normal(size=(40, 3)).astype("float32")
Y = (X[:, 0] > 0).astype("float32")
TOPICS = (X > 0.3).astype("float32")


class Twice(keras.layers.Layer):  # type: ignore[misc]
    def call(self, inputs: Any) -> Any:
        return inputs * 2


def own_loss(y_true: Any, y_pred: Any) -> Any:
    return keras.ops.mean(keras.ops.square(y_true - y_pred))


def model_of(*layers: Any, loss: Any = "binary_crossentropy", metrics: Sequence[str] = ("accuracy",)) -> Any:
    model = keras.Sequential([keras.Input((3,)), *layers], name="topics")
    model.compile(loss=loss, metrics=list(metrics))
    return model


def _save_models(folder: Path) -> None:
    dense = keras.layers.Dense
    model_of(dense(3, activation="sigmoid")).save(folder / "topics.keras")
    model_of(dense(3, activation="sigmoid"), metrics=["binary_accuracy"]).save(folder / "clean.keras")
    model_of(keras.layers.Lambda(lambda x: x), dense(1)).save(folder / "lambda.keras")
    model_of(Twice(), dense(1, activation="sigmoid")).save(folder / "custom.keras")
    model_of(dense(1, activation="sigmoid"), loss=own_loss).save(folder / "loss.keras")
    keras.Sequential([keras.Input((3,)), dense(3)], name="raw").save(folder / "raw.keras")
    model_of(dense(1)).save_weights(folder / "only.weights.h5")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models and data, right and wrong."""
    folder = tmp_path_factory.mktemp("audit")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _save_models(folder)
    np.savez(folder / "topics.npz", x=X, y=TOPICS)
    np.savez(folder / "named.npz", inputs=X, topics=TOPICS, weight=np.ones(40))
    np.savez(folder / "short.npz", x=X, y=TOPICS[:9])
    np.savez(folder / "wide.npz", x=X[:, :2], y=TOPICS)
    np.savez(folder / "text.npz", x=X, y=np.array(["a"] * 40))
    np.savez(folder / "objects.npz", x=X, y=np.array([{}] * 40, dtype=object))
    np.save(folder / "single.npy", X)
    (folder / "words.txt").write_text("no model")
    (folder / "folder").mkdir()
    return folder


def run(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Status, standard output and the last line of standard error; `@name` is a file of the folder."""
    given = [str(folder / one[1:]) if one.startswith("@") else one for one in arguments]
    status = main(["audit", *given])
    told = capsys.readouterr()
    return status, told.out, told.err.strip().splitlines()[-1] if told.err.strip() else ""


@keras_only
def test_findings_are_told_and_exit_with_1(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, files, "@topics.keras", "--data", "@topics.npz", "--no-color")
    assert status == 1
    assert out.startswith("topics: keras-3.")
    assert "KAC102" in out
    assert "they agree" in out
    assert "\033" not in out


@keras_only
def test_json_is_pure(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, files, "@topics.keras", "--data", "@topics.npz", "--output-format", "json")
    found = validate(out)
    assert (status, found["model"], found["rows"], found["clean"]) == (1, "topics", 40, False)


@keras_only
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--exit-zero"], 0),
        (["--ignore", "KAC102,KAC6"], 0),
        (["--select", "KAC101"], 0),
        (["--select", "accuracy-on-multi-label"], 1),
    ],
)
def test_rules_are_selected(options: list[str], expected: int, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, _ = run(capsys, files, "@topics.keras", "--data", "@topics.npz", *options)
    assert status == expected


@keras_only
def test_arrays_are_named(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = ["--x", "inputs", "--y", "topics", "--sample-weight", "weight", "--batch-size", "7", "--exit-zero"]
    status, out, _ = run(capsys, files, "@clean.keras", "--data", "@named.npz", *named, "--output-format", "json")
    metric = json.loads(out)["outputs"][0]["metrics"][0]
    assert (status, metric["kernel"], metric["agrees"]) == (0, "binary_accuracy", True)


@keras_only
def test_the_picture_is_drawn(files: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    picture = tmp_path / "audit.png"
    run(capsys, files, "@topics.keras", "--data", "@topics.npz", "--plot", str(picture))
    assert picture.read_bytes().startswith(b"\x89PNG")
    nowhere = str(tmp_path / "no" / "audit.png")
    status, _, error = run(capsys, files, "@topics.keras", "--data", "@topics.npz", "--plot", nowhere)
    assert (status, "cannot be written" in error) == (2, True)


@keras_only
@pytest.mark.parametrize(
    ("model", "data", "options", "message"),
    [
        ("none.keras", "topics.npz", [], "none.keras: no such file or directory"),
        ("folder", "topics.npz", [], "without a saved_model.pb, no model"),
        ("words.txt", "topics.npz", [], "neither a .keras nor an .h5 file"),
        ("topics.npz", "topics.npz", [], "is no Keras model: the data go behind --data"),
        ("only.weights.h5", "topics.npz", [], "holds weights at most"),
        ("raw.keras", "topics.npz", [], "compile it in Python"),
        ("lambda.keras", "topics.npz", [], "has code of its own inside"),
        ("custom.keras", "topics.npz", [], "has custom objects (Twice): load it in Python"),
        ("loss.keras", "topics.npz", [], "has custom objects (own_loss): load it in Python"),
        ("topics.keras", "none.npz", [], "none.npz: no such file"),
        ("topics.keras", "folder", [], "is a directory, no .npz file"),
        ("topics.keras", "single.npy", [], "single.npy: is no .npz file: save the data with numpy.savez"),
        ("topics.keras", "topics.keras", [], "holds no arrays"),
        ("topics.keras", "objects.npz", [], "'y' holds Python objects, which are not unpickled"),
        ("topics.keras", "named.npz", [], "has no array 'x'"),
        ("topics.keras", "named.npz", ["--x", "input"], "did you mean 'inputs'?"),
        ("topics.keras", "named.npz", ["--x", "inputs", "--y", "Topics"], "did you mean 'topics'?"),
        ("topics.keras", "short.npz", [], "the numbers of rows differ: x 40, y 9"),
        ("topics.keras", "wide.npz", [], "the model takes (None, 3)"),
        ("topics.keras", "text.npz", [], "'y' must hold numbers"),
        ("topics.keras", "topics.npz", ["--select", "KAC999"], "unknown rule 'KAC999'"),
    ],
)
def test_what_is_wrong_gets_one_line(
    model: str, data: str, options: list[str], message: str, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, error = run(capsys, files, f"@{model}", "--data", f"@{data}", *options)
    assert (status, out) == (2, "")
    assert error.startswith("lint-keras-acc: ")
    assert message in error


@keras_only
def test_a_bare_run_prints_nothing_of_kerass_own(files: Path) -> None:
    command = [sys.executable, "-m", "lint_keras_acc", "audit", str(files / "topics.keras")]
    command += ["--data", str(files / "topics.npz"), "--output-format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    validate(done.stdout)
    assert "Traceback" not in done.stderr


def test_wrong_use_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["model.keras"], ["model.keras", "--data", "x.npz", "--batch-size", "0"]):
        with pytest.raises(SystemExit) as caught:
            main(["audit", *arguments])
        assert caught.value.code == 2
    assert "--data" in capsys.readouterr().err


def _damaged(path: Path) -> None:
    np.savez_compressed(path, x=np.arange(1000.0), y=np.arange(1000.0))
    content = bytearray(path.read_bytes())
    content[150:200] = b"\xff" * 50
    path.write_bytes(content)


def test_archives_that_hold_something_else(tmp_path: Path) -> None:
    for name, member, content in (
        ("list.keras", "metadata.json", "[]"),
        ("words.keras", "metadata.json", '"3"'),
        ("bytes.npz", "x.npy", "hello"),
        ("cut.npz", "x.npy", "\x93NUMPY"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, content)
    _damaged(tmp_path / "damaged.npz")
    for path in tmp_path.glob("*.keras"):
        with pytest.raises(LoadingError, match="an archive without a model's metadata"):
            load_model(str(path))
    for path in tmp_path.glob("*.npz"):
        with pytest.raises(LoadingError, match=r"'x' (cannot be read|is no array)"):
            load_data(str(path), None, x=["x"], y=["x"])


# --- the older Keras ----------------------------------------------------------------------------------------


@keras_only
@pytest.mark.parametrize("form", [".h5", ".keras", ""], ids=["h5", "keras", "SavedModel"])
def test_models_of_tf_keras(form: str, tmp_path: Path) -> None:
    """In a process of its own, since tf_keras needs TensorFlow."""
    pytest.importorskip("tf_keras")
    np.savez(tmp_path / "data.npz", x=X, y=TOPICS)
    path = tmp_path / f"old{form}"
    program = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        "import tf_keras\n"
        "model = tf_keras.Sequential([tf_keras.layers.Dense(3, 'sigmoid', input_shape=(3,))])\n"
        "model.compile(loss='binary_crossentropy', metrics=['accuracy'])\n"
        f"model.save({str(path)!r})\n"
        "from lint_keras_acc.cli import main\n"
        f"sys.exit(main(['audit', {str(path)!r}, '--data', {str(tmp_path / 'data.npz')!r}, '--output-format', 'json']))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    found: Any = validate(done.stdout)
    assert (found["dialect"].split("-")[0], found["backend"]) == ("tf_keras", "tensorflow")
    assert found["outputs"][0]["metrics"][0]["agrees"] is True


@keras_only
@pytest.mark.parametrize("form", [".h5", ".keras", ""], ids=["h5", "keras", "SavedModel"])
def test_code_in_models_of_tf_keras_does_not_run(form: str, tmp_path: Path) -> None:
    pytest.importorskip("tf_keras")
    path, trace = tmp_path / f"old{form}", tmp_path / "it-ran"
    program = (
        "import sys, warnings; warnings.simplefilter('ignore')\n"
        "import tf_keras\n"
        f"run = tf_keras.layers.Lambda(lambda x: (open({str(trace)!r}, 'w').close(), x)[1])\n"
        "model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(3,)), run])\n"
        "model.compile(loss='mse', metrics=['accuracy'])\n"
        f"model.save({str(path)!r})\n"
        "from pathlib import Path\n"
        f"Path({str(trace)!r}).unlink()\n"
        "from lint_keras_acc.runtime.loading import LoadingError, load_model\n"
        "try:\n"
        f"    load_model({str(path)!r})\n"
        "except LoadingError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not trace.exists()
    # What a SavedModel holds in the place of the bytecode is TensorFlow's graph.
    assert ("has code of its own inside" in done.stdout) == (form != "")


# --- right at every threshold -------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [0.1, 1.0, 50.0])
def test_the_curve_is_exact_at_its_thresholds(scale: float) -> None:
    random = np.random.default_rng(3)
    scores = (random.normal(size=3000) * scale).astype("float32")
    scores[:9] = [0, -0.0, 0.5, 1, np.nan, np.inf, -np.inf, np.nextafter(np.float32(0.5), np.float32(1)), -0.5]
    labels = random.integers(0, 3, 3000)
    counts = ScoreCounts()
    for rows in np.array_split(np.arange(3000), 7):
        counts.update(labels[rows], scores[rows])
    curve = counts.curve(0.0)
    assert curve is not None
    assert {0.0, 0.5} <= set(curve.thresholds)
    expected = [float(np.mean((scores > np.float32(cut)) == labels)) for cut in curve.thresholds]
    assert list(curve.figures) == pytest.approx(expected, abs=1e-12)
    assert counts.zeros_share == np.mean(labels == 0)


def test_what_is_masked_does_not_count() -> None:
    counts = ScoreCounts()
    counts.update(np.array([[0, 1], [1, 1]]), np.array([[0.1, 0.2], [0.9, 0.8]]), np.array([False, True]))
    curve = counts.curve(0.5)
    assert curve is not None
    assert curve.figures[curve.thresholds.index(0.5)] == 1.0
    assert counts.zeros_share == 0

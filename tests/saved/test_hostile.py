"""Archives that are broken, enormous or made to do harm: refused in one line, in little time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_file
from lint_keras_acc.saved import archives, hdf5
from lint_keras_acc.saved.models import SavedError, read_saved
from lint_keras_acc.saved.parsing import MAX_TEXT
from tests.saved.making import archive, called, compiled, dense, functional, layer, sequential, start, tensor
from tests.saved.making import hdf5 as write_hdf5
from tests.saved.test_models import FACTS, OLD

pytestmark = pytest.mark.slow

GOOD = compiled(sequential(dense(12, "sigmoid")), loss="bce", metrics=["acc"])
SECONDS = 20  # that reading anything may take on a busy machine
MEMORY = 700 * 2**20


def refusal(path: str) -> str:
    """Why a file is not read. It takes little time."""
    began = time.monotonic()
    with pytest.raises(SavedError) as refused:
        read_saved(path)
    assert time.monotonic() - began < SECONDS
    assert str(refused.value) == f"{path}: {refused.value.message}"
    assert "\n" not in refused.value.message
    return refused.value.message


# --- zip --------------------------------------------------------------------------------------------------------


def test_a_bomb_that_says_how_large_it_is(tmp_path: Path) -> None:
    bomb = " " * (64 * 2**20)
    path = archive(tmp_path / "m.keras", GOOD, compression=zipfile.ZIP_DEFLATED, config=bomb)
    assert refusal(path) == "has a config.json that is longer than 16 MB"


def test_a_bomb_that_lies(tmp_path: Path) -> None:
    path = Path(archive(tmp_path / "m.keras", GOOD, compression=zipfile.ZIP_DEFLATED, config=" " * (64 * 2**20)))
    data = path.read_bytes()
    path.write_bytes(data.replace((64 * 2**20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert refusal(str(path)).startswith("is a damaged archive: ")


def test_too_many_members(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        for number in range(20_000):
            file.writestr(f"assets/{number:05}", b"")
    assert refusal(str(path)) == "is a damaged archive: it has too many members"


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_without_bounds(tmp_path: Path, compression: int) -> None:
    path = archive(tmp_path / "m.keras", GOOD, compression=compression)
    assert refusal(path) == "has a metadata.json that is compressed in a way that Keras does not use"


def test_members_of_other_names_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        for name in ("../config.json", "/config.json", "CONFIG.JSON", "metadata.json", "x/config.json"):
            file.writestr(name, "{}")
    assert refusal(str(path)) == "is no saved model: an archive with no config.json"
    assert sorted(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name(tmp_path: Path) -> None:
    path = Path(archive(tmp_path / "m.keras", GOOD))
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("config.json", json.dumps(GOOD))
    assert refusal(str(path)) == "is no saved model: an archive with 2 config.json"


def test_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("metadata.json", "{}")
        file.writestr("config.json", "{}")
        for member in file.filelist:
            member.flag_bits |= 0x1
    assert refusal(str(path)) == "has an encrypted metadata.json"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated(tmp_path: Path, share: float) -> None:
    path = Path(archive(tmp_path / "m.keras", GOOD))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    assert refusal(str(path)).startswith("is a damaged archive: ")


@pytest.mark.parametrize("data", [b"", b"P", b"\x89PNG\r\n\x1a\n" * 9, b"import keras\n"])
def test_other_files(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.keras"
    path.write_bytes(data)
    assert refusal(str(path)) == "is no saved model: neither a .keras archive nor an HDF5 file"


def test_what_is_no_file(tmp_path: Path) -> None:
    assert refusal(str(tmp_path / "none.keras")) == "cannot be read: No such file or directory"
    assert refusal(str(tmp_path)) == "cannot be read: Is a directory"


# --- JSON -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 200_000, "is nested too deeply"),
        ('{"a":' * 200_000, "is nested too deeply"),
        ('{"config": 1, "config": 2}', "has an object with the same key twice"),
        ("[]", "is no JSON object"),
        ("null", "is no JSON object"),
        ("{", "is no JSON"),
        ("", "is no JSON"),
        ('{"a": ' + "9" * 10_000 + "}", "is no JSON"),
    ],
)
def test_wrong_json(tmp_path: Path, text: str, reason: str) -> None:
    assert refusal(archive(tmp_path / "m.keras", GOOD, config=text)) == f"has a config.json that {reason}"


@pytest.mark.parametrize("depth", [100, 320, 3000])
def test_models_in_models(tmp_path: Path, depth: int) -> None:
    before, after = '{"class_name": "Sequential", "config": {"name": "plain", "layers": [', "]}}"
    text = f"{before * depth}{json.dumps(dense(1))}{after * depth}"[:-1] + ', "compile_config": {"loss": "mse"}}'
    path = archive(tmp_path / "m.keras", GOOD, config=text)
    if depth == 100:
        assert read_saved(path).site
    else:
        assert "nested too deeply" in refusal(path)


@pytest.mark.parametrize("config", [{}, {"class_name": "Sequential"}, {"class_name": 3, "config": {}}, {"config": {}}])
def test_no_model(tmp_path: Path, config: object) -> None:
    path = archive(tmp_path / "m.keras", {**config, "compile_config": {"loss": "mse"}})  # type: ignore[dict-item]
    assert refusal(path) == "is no saved model: its configuration has no class_name and config"


def test_circles(tmp_path: Path) -> None:
    layers = [
        called(start(5)),
        called(layer("Add", "first"), [tensor("inputs"), tensor("second")]),
        called(layer("Dropout", "second", rate=0.1), [tensor("first")]),
    ]
    model = compiled(functional(*layers, outputs=["second", 0, 0]), loss="mse")
    assert refusal(archive(tmp_path / "m.keras", model)) == "has layers that go in a circle"


def test_very_many_outputs(tmp_path: Path) -> None:
    outputs = [["last", 0, 0]] * 5000
    model = functional(called(start(5)), called(dense(1), [tensor("inputs")]), outputs=outputs)
    assert refusal(archive(tmp_path / "m.keras", compiled(model, loss="mse"))) == "has more than 256 outputs"


def test_joins_of_joins(tmp_path: Path) -> None:
    """Every layer is called with eight tensors of the one before: the number of ways back is beyond all bounds."""
    layers = [called(start(5))]
    for number in range(300):
        below = f"join_{number - 1}" if number else "inputs"
        layers.append(called(layer("Add", f"join_{number}"), [tensor(below)] * 8))
    model = compiled(functional(*layers, outputs=[["join_299", 0, 0]] * 256), loss="mse")
    began = time.monotonic()
    assert read_saved(archive(tmp_path / "m.keras", model)).site
    assert time.monotonic() - began < SECONDS


def test_deep_models_are_read(tmp_path: Path) -> None:
    layers = [dense(3, name=f"layer_{number}") for number in range(5000)]
    assert read_saved(archive(tmp_path / "m.keras", compiled(sequential(*layers), loss="mse"))).site


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak of one process")
def test_memory_is_bounded(tmp_path: Path) -> None:
    """The most that a text within the bounds can take: a list of empty lists."""
    model = compiled(sequential(dense(1)), loss="mse")
    model["more"] = "LISTS"
    lists = "[" + ",".join(["[]"] * ((MAX_TEXT - 4096) // 3)) + "]"
    path = archive(tmp_path / "m.keras", model, config=json.dumps(model).replace('"LISTS"', lists))
    # The peak that `resource` tells begins at that of the process which started this one.
    program = (
        "import re, sys\nfrom lint_keras_acc.saved.models import read_saved\n"
        "assert read_saved(sys.argv[1]).site\n"
        "print(int(re.search(r'VmHWM:\\s*(\\d+) kB', open('/proc/self/status').read()).group(1)) * 1024)"
    )
    done = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True)
    assert 10**6 < int(done.stdout) < MEMORY


# --- values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        sequential(dense(10**300)),
        sequential(dense(-1)),
        sequential(dense(float("nan"))),  # type: ignore[arg-type]
        sequential(dense(True)),
        sequential(dense("3")),  # type: ignore[arg-type]
        sequential(dense([3])),  # type: ignore[arg-type]
        sequential(dense(3, "x" * 100_000)),
        sequential(dense(3, name="\n import os\n")),
        sequential(dense(3, {"class_name": "function", "config": "os.system\n('ls')"})),
        sequential(layer("__import__('os')", "own", module=None)),
        {"module": None, "class_name": "a b\nc", "config": {}},
        functional(called(start(5)), outputs=["nowhere", 0, 0]),
        functional(called(start(5)), outputs=["inputs", 10**9, 10**9]),
        functional(called(start(5)), outputs={"class_name": ["inputs", 0, 0]}),
        functional(outputs=[]),
    ],
)
def test_odd_values_are_unknown(tmp_path: Path, model: dict[str, Any]) -> None:
    import ast

    path = archive(tmp_path / "m.keras", compiled(model, loss="mse", metrics=["acc", float("inf"), 3, {"x": 1}]))
    saved = read_saved(path)
    assert saved.site
    ast.parse(saved.text)
    assert not lint_file(path, Settings(hints=True), named=True).failures


@pytest.mark.parametrize("units", [10**300, -1, float("nan"), True, "3", None, [], {}, [[3]]])
def test_units_that_are_none(tmp_path: Path, units: Any) -> None:
    saved = read_saved(archive(tmp_path / "m.keras", compiled(sequential(dense(units)), loss="mse")))
    assert saved.site
    assert saved.site.heads[0].output.units.value is None


# --- mutations --------------------------------------------------------------------------------------------------

SEEDS = [value.values[0] for value in FACTS] + [
    {**value.values[0], "compile_config": value.values[1]} for value in OLD if isinstance(value.values[0], dict)
]
ODD: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["Dense", "Sequential", "Functional", "inputs", "function", "__tuple__", "__keras_tensor__"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["class_name", "config", "layers"]), inner)
    ),
    max_leaves=6,
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to everything that stands in a value."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += places(item, (*path, key))
    return found


def with_change(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    if not path:
        return change
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_change(value[path[0]], path[1:], change)
    return copy


@settings(max_examples=200, deadline=5000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_models(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever stands in the place of a part of a model: a report or a refusal, never a failure."""
    model = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(1, 3))):
        part = data.draw(st.sampled_from(places(model)))
        other = data.draw(st.sampled_from(places(model)))
        replacement = model
        for key in other:
            replacement = replacement[key]
        model = with_change(model, part, data.draw(ODD) if data.draw(st.booleans()) else replacement)
        if not isinstance(model, dict):
            break
    path = archive(tmp_path / "m.keras", model)
    report = lint_file(path, Settings(hints=True), named=True)
    assert not report.failures, report.failures
    assert report.refused or report.notes or report.portrait


# --- HDF5 -------------------------------------------------------------------------------------------------------


@pytest.fixture
def h5py() -> Any:
    return pytest.importorskip("h5py")


MODEL_CONFIG = {"class_name": "Sequential", "config": sequential(dense(12, "sigmoid"))["config"]}


def test_hdf5_of_weights(h5py: Any, tmp_path: Path) -> None:
    path = write_hdf5(tmp_path / "m.h5", {"keras_version": "2.4.0"})
    assert refusal(path) == "holds weights at most, no model: save it whole, with model.save"


def test_hdf5_attributes_of_other_types(h5py: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = [1.0] * 100
    assert refusal(str(path)) == "has a model_config that is no text"


def test_hdf5_attributes_that_are_too_long(h5py: Any, tmp_path: Path) -> None:
    path = write_hdf5(tmp_path / "m.h5", {"model_config": " " * (MAX_TEXT + 1)})
    assert refusal(path) == "has a model_config that is longer than 16 MB"


def test_hdf5_links_are_not_followed(h5py: Any, tmp_path: Path) -> None:
    path = write_hdf5(tmp_path / "m.h5", {"model_config": MODEL_CONFIG, "training_config": {"loss": "mse"}})
    with h5py.File(path, "a") as file:
        file["round"] = h5py.SoftLink("/round")
        file["away"] = h5py.ExternalLink("/dev/zero", "/")
    assert read_saved(path).site


def test_hdf5_without_h5py(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "h5py.py").write_text("raise ImportError\n")
    (tmp_path / "m.h5").write_bytes(archives.HDF5 + b"\x00" * 100)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert refusal(str(tmp_path / "m.h5")) == "needs h5py to be read: pip install 'lint-keras-acc[hdf5]'"


def test_hdf5_that_the_library_does_not_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.h5").write_bytes(archives.HDF5 + b"\x00" * 100)
    monkeypatch.setattr(hdf5, "SECONDS", 1)
    (tmp_path / "h5py.py").write_text("while True: pass\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert refusal(str(tmp_path / "m.h5")) == "is a damaged HDF5 file: reading it takes too long"
    (tmp_path / "h5py.py").write_text("import os\nos.abort()\n")
    assert refusal(str(tmp_path / "m.h5")) == "is a damaged HDF5 file: the HDF5 library fails on it"


@pytest.mark.parametrize("seed", range(6))
def test_damaged_hdf5(h5py: Any, tmp_path: Path, seed: int) -> None:
    import random

    chosen = random.Random(seed)
    path = Path(write_hdf5(tmp_path / "m.h5", {"model_config": MODEL_CONFIG, "training_config": {"loss": "mse"}}))
    data = bytearray(path.read_bytes())
    for _ in range(20):
        data[chosen.randrange(8, len(data))] = chosen.randrange(256)
    path.write_bytes(data)
    report = lint_file(str(path), Settings(), named=True)
    assert not report.failures
    assert report.refused or report.portrait or report.notes

"""What a program imports from its project is followed from disk."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from lint_keras_acc.infer.modules import MAX_MODULE_BYTES, MAX_MODULES, ModuleCache, holds, project_root
from tests.infer.projects import BUILDER, COMPILE, Reads, only_site, read_sites, units, write

BUILD = f"model = build()\n{COMPILE}"

SPELLINGS: dict[str, tuple[dict[str, str], str]] = {
    # name: the files of the project, and the linted train.py or, where it is among the files, its path
    "beside": ({"models.py": BUILDER}, f"from models import build\n{BUILD}"),
    "beside, as a module": ({"models.py": BUILDER}, f"import models\nmodel = models.build()\n{COMPILE}"),
    "renamed": ({"models.py": BUILDER}, f"from models import build as make\nmodel = make()\n{COMPILE}"),
    "a module, renamed": ({"models.py": BUILDER}, f"import models as m\nmodel = m.build()\n{COMPILE}"),
    "star": ({"models.py": BUILDER}, f"from models import *\n{BUILD}"),
    "in a function": (
        {"models.py": BUILDER},
        f"def main():\n    from models import build\n    model = build()\n    {COMPILE}",
    ),
    "where an import may fail": (
        {"models.py": BUILDER},
        f"try:\n    from .nowhere import build\nexcept ImportError:\n    from models import build\n{BUILD}",
    ),
    "in a package": (
        {"net/__init__.py": "", "net/models.py": BUILDER},
        f"from net.models import build\n{BUILD}",
    ),
    "a package by dots": (
        {"net/__init__.py": "", "net/models.py": BUILDER},
        f"import net.models\nmodel = net.models.build()\n{COMPILE}",
    ),
    "a package by dots, renamed": (
        {"net/__init__.py": "", "net/models.py": BUILDER},
        f"import net.models as nm\nmodel = nm.build()\n{COMPILE}",
    ),
    "a module of a package": (
        {"net/__init__.py": "", "net/models.py": BUILDER},
        f"from net import models\nmodel = models.build()\n{COMPILE}",
    ),
    "a package without __init__": ({"net/models.py": BUILDER}, f"from net.models import build\n{BUILD}"),
    "a re-export": (
        {"net/__init__.py": "from .models import build\n", "net/models.py": BUILDER},
        f"from net import build\n{BUILD}",
    ),
    "a re-export under another name": (
        {"net/__init__.py": "from .models import build as make\n", "net/models.py": BUILDER},
        f"import net\nmodel = net.make()\n{COMPILE}",
    ),
    "a re-export by star": (
        {"net/__init__.py": "from .models import *\n", "net/models.py": BUILDER},
        f"from net import build\n{BUILD}",
    ),
    "a star of a re-export by star": (
        {"net/__init__.py": "from .models import *\n", "net/models.py": BUILDER},
        f"from net import *\n{BUILD}",
    ),
    "a function with the name of its module": (
        {"net/__init__.py": "from .build import build\n", "net/build.py": BUILDER},
        f"from net import build\n{BUILD}",
    ),
    "a src layout": (
        {"src/net/__init__.py": "from net.models import build\n", "src/net/models.py": BUILDER},
        f"from net import build\n{BUILD}",
    ),
    "Keras by a star of a module": (
        {"common.py": "from keras.models import *\nfrom keras.layers import *\n"},
        f"from common import *\nmodel = Sequential([Dense(12, activation='sigmoid')])\n{COMPILE}",
    ),
    "Keras by the name of a module": (
        {"common.py": "import tensorflow as tf\nlayers = tf.keras.layers\n"},
        "from common import layers, tf\n"
        f"model = tf.keras.Sequential([layers.Dense(12, activation='sigmoid')])\n{COMPILE}",
    ),
}


@pytest.mark.parametrize(("files", "program"), SPELLINGS.values(), ids=SPELLINGS)
def test_spellings(tmp_path: Path, files: Mapping[str, str], program: str) -> None:
    write(tmp_path, {**files, "train.py": program})
    assert units(tmp_path / "train.py") == 12


@pytest.mark.parametrize(
    ("importing", "path"),
    [
        ("from .models import build", "app/net/train.py"),
        ("from . import models\nbuild = models.build", "app/net/train.py"),
        ("from ..net.models import build", "app/scripts/train.py"),
        ("from .. import net\nbuild = net.build", "app/scripts/train.py"),
        ("from app.net.models import build", "app/scripts/train.py"),
        ("from app.net import build", "examples/train.py"),
        ("from models import build", "app/net/train.py"),
    ],
)
def test_programs_of_packages(tmp_path: Path, importing: str, path: str) -> None:
    package = {
        "app/__init__.py": "",
        "app/net/__init__.py": "from .models import build\n",
        "app/net/models.py": BUILDER,
    }
    write(tmp_path, {**package, "app/scripts/__init__.py": "", path: f"{importing}\n{BUILD}"})
    assert units(tmp_path / path) == 12


def test_a_notebook_imports_modules_beside_it(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("%matplotlib inline\nfrom models import build", BUILD)]
    write(tmp_path, {"book/models.py": BUILDER, "book/train.ipynb": json.dumps({"cells": cells})})
    (head,) = only_site(tmp_path / "book" / "train.ipynb").heads
    assert head.output.units.value == 12
    assert head.output.units.span is not None
    assert head.output.units.span.path == str(tmp_path / "book" / "models.py")
    assert head.output.units.span.cell is None
    assert head.loss is not None
    assert head.loss.span.cell == 1


# --- what is imported ---------------------------------------------------------------------------------------


def test_constants_and_lists(tmp_path: Path) -> None:
    settings = 'CLASSES = 12\nLOSS = "mse"\nMETRICS = ["accuracy", "mae"]\n'
    program = "from keras import Sequential, layers\nimport settings\nfrom settings import CLASSES, LOSS\n"
    program += "model = Sequential([layers.Dense(CLASSES)])\nmodel.compile(loss=LOSS, metrics=settings.METRICS)\n"
    write(tmp_path, {"settings.py": settings, "train.py": program})
    site = only_site(tmp_path / "train.py")
    (head,) = site.heads
    assert (head.output.units.value, [metric.written for metric in head.metrics]) == (12, ["accuracy", "mae"])
    assert head.loss is not None
    assert head.loss.name.value == "mean_squared_error"
    place = head.loss.span
    assert (place.path, place.line, place.column, place.end_column) == (str(tmp_path / "settings.py"), 2, 8, 13)


@pytest.mark.parametrize("defined", ["def f1(y_true, y_pred):\n    return 0.5\n", "class f1:\n    pass\n"])
def test_own_losses_and_metrics(tmp_path: Path, defined: str) -> None:
    program = "from models import build\nfrom own import f1\nmodel = build()\nmodel.compile(loss=f1, metrics=[f1])\n"
    write(tmp_path, {"models.py": BUILDER, "own.py": defined, "train.py": program})
    site = only_site(tmp_path / "train.py")
    assert [loss.form for loss in site.losses] == ["custom"]
    assert [metric.form for metric in site.metrics] == ["custom"]


LABELS = """\
import numpy as np
from keras.utils import to_categorical


def load_data():
    x = np.zeros((100, 8))
    y = to_categorical(np.arange(100) % 12, 12)
    return x, y
"""


def test_labels_of_an_imported_loader(tmp_path: Path) -> None:
    program = f"from data import load_data\nfrom models import build\nx, y = load_data()\n{BUILD}model.fit(x, y)\n"
    write(tmp_path, {"models.py": BUILDER, "data.py": LABELS, "train.py": program})
    (head,) = only_site(tmp_path / "train.py").heads
    assert (head.labels.encoding.value, head.labels.classes.value) == ("one-hot", 12)
    assert head.labels.encoding.span is not None
    assert head.labels.encoding.span.path == str(tmp_path / "data.py")


SUBCLASS = """\
import keras


class Base(keras.Model):
    {method}


class Net(Base):
    def __init__(self, units):
        super().__init__()
        self.head = keras.layers.Dense(units, activation="sigmoid")

    def call(self, x):
        return self.head(x)
"""


@pytest.mark.parametrize(
    ("method", "is_custom"),
    [
        ("pass", False),
        ("def train_step(self, data):\n        return {}", True),
        ("def compute_loss(self, *given):\n        return 0.0", True),
    ],
)
def test_subclassed_models(tmp_path: Path, method: str, is_custom: bool) -> None:
    program = f"from net import Net\nmodel = Net(12)\n{COMPILE}"
    write(tmp_path, {"net.py": SUBCLASS.format(method=method), "train.py": program})
    site = only_site(tmp_path / "train.py")
    assert site.heads[0].output.units.value == 12
    assert site.custom_training is is_custom


def test_a_base_class_that_is_imported(tmp_path: Path) -> None:
    base = "import keras\nclass Base(keras.Model):\n    def train_step(self, data):\n        return {}\n"
    program = f"from base import Base\nclass Net(Base):\n    pass\nmodel = Net()\n{COMPILE}"
    write(tmp_path, {"base.py": base, "train.py": program})
    assert only_site(tmp_path / "train.py").custom_training


def test_globals_are_those_of_the_module_that_defines_the_function(tmp_path: Path) -> None:
    models = BUILDER.replace("units=12", "").replace("Dense(units", "Dense(UNITS") + "UNITS = 12\n"
    write(tmp_path, {"models.py": models, "train.py": f"from models import build\nUNITS = 3\n{BUILD}"})
    assert units(tmp_path / "train.py") == 12


def test_settings_that_a_later_star_import_replaces(tmp_path: Path) -> None:
    config = "UNITS = 3\ntry:\n    from local import *\nexcept ImportError:\n    pass\n"
    files = {"models.py": BUILDER, "config.py": config, "local.py": "UNITS = 5\nOTHER = 1\n"}
    program = f"from config import UNITS\nfrom models import build\nmodel = build(UNITS)\n{COMPILE}"
    write(tmp_path, {**files, "train.py": program})
    assert units(tmp_path / "train.py") == 5
    (tmp_path / "local.py").write_text("OTHER = 1\n")
    assert units(tmp_path / "train.py") == 3


BY_CONFIG = """\
import keras
import config
from config import Sizes


def build():
    return keras.Sequential([keras.layers.Dense(config.UNITS)])


def build_by_class():
    return keras.Sequential([keras.layers.Dense(Sizes.units)])
"""


@pytest.mark.parametrize("build", ["build", "build_by_class"])
@pytest.mark.parametrize(
    ("setting", "known"),
    [
        ("", 3),
        ("config.UNITS = config.Sizes.units = 4\nconfig.Sizes.units = 4", None),
        ("setattr(config, 'UNITS', 4)\nsetattr(config.Sizes, 'units', 4)", None),
        ("class Own:\n    def __init__(self):\n        self.UNITS = 4\n        self.units = 4", 3),
        ("config.OTHER = 4", 3),
        ("if config.UNITS == 4 and config.Sizes.units == 4:\n    raise SystemExit", 3),
    ],
    ids=["nothing", "assigned", "setattr", "of an own object", "another", "compared"],
)
def test_settings_that_the_program_changes(tmp_path: Path, setting: str, known: int | None, build: str) -> None:
    config = "UNITS = 3\n\n\nclass Sizes:\n    units = 3\n"
    program = f"import config\nfrom models import {build} as make\n{setting}\nmodel = make()\n{COMPILE}"
    write(tmp_path, {"models.py": BY_CONFIG, "config.py": config, "train.py": program})
    assert units(tmp_path / "train.py") == known


def test_a_module_is_not_run_as_main(tmp_path: Path) -> None:
    models = f"{BUILDER}UNITS = 12\nif __name__ == '__main__':\n    UNITS = 3\n"
    program = f"from models import build, UNITS\nmodel = build(UNITS)\n{COMPILE}"
    write(tmp_path, {"models.py": models, "train.py": program})
    assert units(tmp_path / "train.py") == 12


# --- what is not followed -----------------------------------------------------------------------------------


def test_a_folder_with_the_name_of_a_library_is_not_the_library(tmp_path: Path) -> None:
    fake = "def Sequential(layers):\n    return None\n"
    program = f"import keras\nmodel = keras.Sequential([keras.layers.Dense(12, activation='sigmoid')])\n{COMPILE}"
    write(tmp_path, {"keras.py": fake, "train.py": program})
    assert units(tmp_path / "train.py") == 12


def test_a_module_with_the_name_of_an_installed_one_comes_first(tmp_path: Path) -> None:
    write(tmp_path, {"pytest_asyncio.py": BUILDER, "train.py": f"from pytest_asyncio import build\n{BUILD}"})
    assert units(tmp_path / "train.py") == 12


def test_a_module_with_a_name_of_the_standard_library(tmp_path: Path) -> None:
    program = f"from parser_ import x\nfrom statistics import build\n{BUILD}"
    write(tmp_path, {"statistics.py": BUILDER, "train.py": program, "inner/train.py": program})
    assert units(tmp_path / "train.py") == 12  # beside the script: Python takes this one
    assert units(tmp_path / "inner" / "train.py") is None


def test_inside_a_package_a_name_of_two_modules_is_unknown(tmp_path: Path) -> None:
    other = BUILDER.replace("12", "3")
    program = f"from models import build\n{BUILD}"
    write(tmp_path, {"models.py": other, "net/__init__.py": "", "net/models.py": BUILDER, "net/train.py": program})
    assert units(tmp_path / "net" / "train.py") is None


@pytest.mark.parametrize("root_file", ["pyproject.toml", "setup.cfg", ".git"])
def test_nothing_outside_of_the_root(tmp_path: Path, root_file: str) -> None:
    write(
        tmp_path,
        {"models.py": BUILDER, f"inner/{root_file}": "", "inner/train.py": f"from models import build\n{BUILD}"},
    )
    assert project_root(str(tmp_path / "inner")) == str(tmp_path / "inner")
    assert units(tmp_path / "inner" / "train.py") is None
    assert units(tmp_path / "inner" / "train.py", tmp_path) == 12


def test_a_relative_import_does_not_leave_the_root(tmp_path: Path) -> None:
    files = {"models.py": BUILDER, "inner/setup.cfg": "", "inner/train.py": f"from ..models import build\n{BUILD}"}
    write(tmp_path, files)
    assert units(tmp_path / "inner" / "train.py") is None


def test_without_a_root_the_directory_of_the_program_is_it(tmp_path: Path) -> None:
    root = project_root(str(tmp_path))
    assert root == str(tmp_path) or os.path.exists(os.path.join(root, ".git"))


def test_links_do_not_lead_out(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"models.py": BUILDER, "net/models.py": BUILDER})
    write(
        tmp_path / "here",
        {"train.py": f"from models import build\n{BUILD}", "other.py": f"from net.models import build\n{BUILD}"},
    )
    (tmp_path / "here" / "models.py").symlink_to(tmp_path / "elsewhere" / "models.py")
    (tmp_path / "here" / "net").symlink_to(tmp_path / "elsewhere" / "net")
    assert units(tmp_path / "here" / "train.py") is None
    assert units(tmp_path / "here" / "other.py") is None


@pytest.mark.parametrize(
    "directory", ["site-packages", "env/lib/python3.11/site-packages", "venv", ".venv/lib", "node_modules"]
)
def test_installed_packages_are_not_followed(tmp_path: Path, directory: str) -> None:
    program = f"from models import build\n{BUILD}"
    write(tmp_path, {f"{directory}/models.py": BUILDER, f"{directory}/train.py": program})
    assert units(tmp_path / directory / "train.py") is None


def test_environments_under_any_name_are_not_followed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "my_env/pyvenv.cfg": "",
            "my_env/lib/models.py": BUILDER,
            "train.py": f"from my_env.lib.models import build\n{BUILD}",
        },
    )
    assert units(tmp_path / "train.py") is None


@pytest.mark.parametrize(
    "content",
    [b"def build(:\n", b"\0\0\0", b"# coding: nonsense\n", "π = 1".encode("utf-16"), b"x = 1\n" * MAX_MODULE_BYTES],
    ids=["syntax", "null bytes", "encoding", "utf-16", "too long"],
)
def test_what_cannot_be_read_is_unknown(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, {"train.py": f"from models import build\n{BUILD}"})
    (tmp_path / "models.py").write_bytes(content)
    assert units(tmp_path / "train.py") is None


def test_a_directory_or_a_pipe_is_no_module(tmp_path: Path) -> None:
    write(tmp_path, {"train.py": f"from models import build\n{BUILD}", "other.py": f"from pipe import build\n{BUILD}"})
    (tmp_path / "models.py").mkdir()
    os.mkfifo(tmp_path / "pipe.py")
    assert units(tmp_path / "train.py") is None
    assert units(tmp_path / "other.py") is None


# --- cycles and bounds --------------------------------------------------------------------------------------


def test_modules_that_import_one_another(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.py": "from b import *\nfrom b import CLASSES, build\n",
            "b.py": f"from a import *\nfrom a import CLASSES\n{BUILDER}",
            "train.py": f"from a import build, CLASSES\nmodel = build(CLASSES)\n{COMPILE}model = build()\n{COMPILE}",
        },
    )
    (of_cycle,), (known,) = read_sites(tmp_path / "train.py")
    assert of_cycle.heads[0].output.units.value is None
    assert known.heads[0].output.units.value == 12


def test_a_module_that_imports_itself(tmp_path: Path) -> None:
    write(tmp_path, {"models.py": f"from models import build\nimport models\n{BUILDER}"})
    (tmp_path / "train.py").write_text(f"import train\nfrom train import build\nfrom models import build\n{BUILD}")
    assert units(tmp_path / "train.py") == 12
    (tmp_path / "other.py").write_text(f"{BUILDER}import other\nmodel = other.build()\n{COMPILE}")
    assert units(tmp_path / "other.py") == 12


def test_a_package_of_a_thousand_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chain = {f"net/m{index}.py": f"from .m{index + 1} import *\n" for index in range(1000)}
    inits = "".join(f"from .m{index} import *\n" for index in range(1000))
    write(tmp_path, {**chain, "net/__init__.py": inits, "net/models.py": BUILDER})
    (tmp_path / "train.py").write_text(f"from net import build\n{BUILD}")
    (tmp_path / "other.py").write_text(f"from net.models import build\n{BUILD}")
    reads = Reads(monkeypatch)
    assert units(tmp_path / "train.py") is None
    assert len(reads.names) <= MAX_MODULES
    reads.names.clear()
    assert units(tmp_path / "other.py") == 12
    assert reads.names == ["models.py"]


# --- reading ------------------------------------------------------------------------------------------------


def test_nothing_is_read_for_values_that_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "import numpy as np\nimport keras\nfrom plots import plot\nfrom models import *\nimport unused\n"
        f"model = keras.Sequential([keras.layers.Dense(12, activation='sigmoid')])\n{COMPILE}"
        "plot(np.zeros(3))\n"
    )
    write(tmp_path, {"plots.py": "", "models.py": BUILDER, "unused.py": "", "train.py": program})
    reads = Reads(monkeypatch)
    assert units(tmp_path / "train.py") == 12
    assert reads.names == []


def test_a_module_is_read_once_for_all_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = {f"train{index}.py": f"from models import build\n{BUILD}" for index in range(5)}
    write(tmp_path, {"models.py": BUILDER, **programs})
    reads = Reads(monkeypatch)
    cache = ModuleCache()
    for name in programs:
        (site,) = read_sites(tmp_path / name, cache=cache)
        assert site[0].heads[0].output.units.value == 12
    assert reads.names == ["models.py"]


def test_a_module_that_has_changed_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, {"models.py": BUILDER, "train.py": f"from models import build\n{BUILD}"})
    cache = ModuleCache()
    ((before,),) = read_sites(tmp_path / "train.py", cache=cache)
    (tmp_path / "models.py").write_text(BUILDER.replace("12", "345"))
    ((after,),) = read_sites(tmp_path / "train.py", cache=cache)
    assert [site.heads[0].output.units.value for site in (before, after)] == [12, 345]


def test_the_cache_is_bounded(tmp_path: Path) -> None:
    paths = [tmp_path / f"m{index}.py" for index in range(4)]
    for path in paths:
        path.write_text("x = 1\n" * 10)
    cache = ModuleCache(max_bytes=150)
    first = [cache.module(str(path)) for path in paths]
    assert cache.module(str(paths[-1])) is first[-1]
    assert cache.module(str(paths[0])) is not first[0]


# --- uses in other files ------------------------------------------------------------------------------------

TRAINING = """\
from keras.utils import to_categorical


def train(net, features, ids, epochs=3):
    targets = to_categorical(ids, 12)
    net.fit(features, targets, epochs=epochs)


def show(net, features):
    print(net.predict(features))
"""


def test_a_fit_in_an_imported_function(tmp_path: Path) -> None:
    program = f"from models import build\nfrom training import train\n{BUILD}train(model, x, y)\n"
    write(tmp_path, {"models.py": BUILDER, "training.py": TRAINING, "train.py": program})
    site = only_site(tmp_path / "train.py")
    (head,) = site.heads
    assert (head.labels.encoding.value, head.labels.classes.value) == ("one-hot", 12)
    assert head.labels.encoding.span is not None
    assert head.labels.encoding.span.path == str(tmp_path / "training.py")
    assert site.uses.fitted
    assert not site.uses.only_built


def test_a_prediction_in_an_imported_function(tmp_path: Path) -> None:
    program = f"from models import build\nimport training\n{BUILD}training.show(model, x)\n"
    write(tmp_path, {"models.py": BUILDER, "training.py": TRAINING, "train.py": program})
    assert only_site(tmp_path / "train.py").uses.only_built


def test_the_logs_that_an_imported_callback_reads(tmp_path: Path) -> None:
    callback = (
        "import keras\n\nclass Stop(keras.callbacks.Callback):\n"
        "    def on_epoch_end(self, epoch, logs=None):\n        print(logs['acc'])\n"
    )
    program = f"from models import build\nfrom stop import Stop\n{BUILD}model.fit(x, y, callbacks=[Stop()])\n"
    program += "class Other:\n    def on_epoch_end(self, epoch, logs=None):\n        print(logs['mae'])\n"
    write(tmp_path, {"models.py": BUILDER, "stop.py": callback, "train.py": program})
    (read,) = only_site(tmp_path / "train.py").uses.history_reads
    assert (read.key, read.span.path, read.span.line) == ("acc", str(tmp_path / "stop.py"), 5)


# --- too much work ------------------------------------------------------------------------------------------

HOSTILE = {
    "a test of a thousand arms": "if a:\n    build = 1\n" + "elif a:\n    build = 2\n" * 1000,
    "too many branches": BUILDER
    + "".join(f"if f({number}):\n    build = lambda units={number}: None\n" for number in range(40)),
    "a name through a thousand others": BUILDER
    + "n0 = build\n"
    + "".join(f"n{number + 1} = n{number}\n" for number in range(1000))
    + "build = n1000\n",
    "calls of calls": "def f(x):\n    return g(x), g(x), g(x)\n\n"
    "def g(x):\n    return f((x, x)), f((x, 1))\n\nbuild = f(1)\n",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_module_does_not_take_what_the_program_says_itself(tmp_path: Path, text: str) -> None:
    program = f"from models import build\nmodel = build()\n{COMPILE}"
    program += f"import keras\nmodel = keras.Sequential([keras.layers.Dense(3)])\n{COMPILE}"
    program += "model.fit(x, build)\n"
    write(tmp_path, {"models.py": text, "train.py": program})
    first, second = read_sites(tmp_path / "train.py")
    assert {loss.name.value for site in first for loss in site.losses} == {"binary_crossentropy"}
    assert [site.heads[0].output.units.value for site in second] == [3]


# --- places -------------------------------------------------------------------------------------------------

ODD_PLACES = """\
x = 1; y = [2, 3]; z = lambda a=4, *b, c={5: 6}: (a, b, c)


@decorator(7)
@other(
    8,
)
class C(Base, metaclass=M):
    @property
    def f(self, a: int = 9, *, b: str = f"{x}{y!r}") -> None:
        with open(
            "x"
        ) as g, h: return [i for i in range(10) if i for j in i]


match x:
    case [1, *_] | {"a": 2, **r} if y: pass
try: pass
except (A, B) as e: pass
finally: x = (yield)
"""
HOLDING = Path(__file__).parent / "programs" / "classes.py"


def test_nodes_are_found_in_their_own_tree() -> None:
    trees = [ast.parse(text) for text in (ODD_PLACES, ODD_PLACES, HOLDING.read_text())]
    for tree in trees:
        for node in ast.walk(tree):
            if hasattr(node, "lineno"):
                assert [holds(other, node) for other in trees] == [other is tree for other in trees], ast.dump(node)


def test_each_compile_call_has_an_allowance_of_its_own(tmp_path: Path) -> None:
    pairs = ", ".join(f"({number}, {number})" for number in range(200))
    work = "".join(f"A{number} = [{pairs}]\n" for number in range(7))  # 1,400 evaluations for the whole
    builder = work + "UNITS = 12 if [A0, A1, A2, A3, A4, A5, A6] else 3\n" + BUILDER.replace("12", "UNITS")
    program = f"from models import build\n{BUILD}" + BUILD * 2
    write(tmp_path, {"models.py": builder, "train.py": program})
    assert [site.heads[0].output.units.value for (site,) in read_sites(tmp_path / "train.py")] == [12, 12, 12]


def test_data_of_a_module_that_builds_the_model_too_are_left_where_they_are_too_much_work(tmp_path: Path) -> None:
    heavy = BUILDER + "def work(n):\n    return (work(n + 1), work(n + 2), work(n + 3), work(n + 4))\n"
    program = f"import models\nown = models\nmodel = own.build()\n{COMPILE}model.fit(x, own.work(1))\n"
    write(tmp_path, {"models.py": heavy, "train.py": program})
    assert units(tmp_path / "train.py") == 12


def test_data_that_are_too_much_work_are_read_without_the_modules_that_are_imported_already(tmp_path: Path) -> None:
    pairs = ", ".join(f"({number}, {number})" for number in range(200))
    work = "".join(f"A{number} = [{pairs}]\n" for number in range(7))
    load = "def load():\n    return [A0, A1, A2, A3, A4, A5, A6], []\n"
    program = "import models\n\ndef main():\n    model = models.build()\n"
    program += f"    {COMPILE}    x, y = models.load()\n    model.fit(x, y)\n"
    write(tmp_path, {"models.py": work + load + BUILDER, "train.py": program})
    assert units(tmp_path / "train.py") == 12

"""The same model written as source, saved and held live gives the same findings.

Each program is run, its model is saved by the Keras that is there and read back. What differs has its reason here:

* A string that this Keras does not know, or that users often call a function, may be the name of a function in an .h5
  file: such a loss or metric is unknown there.
* Keras 2 keeps in an .h5 file what has become of the metrics, a list for each output, and not how they were written:
  KAC407 is silent there.
* Behind a Lambda only the live reader knows the units; the others may find less.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from functools import cache
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lint_keras_acc.findings import Finding
from lint_keras_acc.rules import source_rules
from lint_keras_acc.rules.precedence import check
from lint_keras_acc.runtime.reader import read_model
from lint_keras_acc.saved.models import read_saved
from tests.runtime.comparing import of_source, once, run, words
from tests.runtime.programs import HEADS, IMPORT, TWO_LOSSES, Written, one_output, two_outputs

pytestmark = pytest.mark.keras

# What Keras itself does not save: classes in the place of objects, and lambdas that have no file.
_UNSAVED = ("get_config() missing 1 required positional argument: 'self'", "could not get source code")
_IMPORT_TF_KERAS = "import tf_keras as keras\nfrom tf_keras import layers, losses, metrics\n"


@pytest.fixture(scope="module")
def keras() -> ModuleType:
    return installed("keras", "ops")


@pytest.fixture(scope="module")
def tf_keras() -> ModuleType:
    return installed("tf_keras", "layers")


def installed(package: str, attribute: str) -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("h5py")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module: ModuleType = pytest.importorskip(package)
    if not hasattr(module, attribute):
        pytest.skip(f"{package} has no {attribute}")
    return module


@cache
def compiled(model: str) -> dict[str, Any]:
    return run(model)


def told(findings: Iterable[Finding]) -> list[tuple[str, str, int | None]]:
    return sorted((found.code, found.severity.value, found.head) for found in once(list(findings)))


def is_saved(model: Any, path: Path) -> bool:
    """Save the model, if Keras can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.save(path)
    except (TypeError, OSError) as error:
        if not any(reason in str(error) for reason in _UNSAVED):
            raise
        return False
    return True


def agree(
    source: list[tuple[str, str]], live: list[tuple[str, str, int | None]], saved: list[Any], *, has_lambda: bool
) -> bool:
    """Whether the three readers find the same."""
    plain = sorted(found[:2] for found in saved)
    if has_lambda:
        return set(source) <= set(plain) and set(saved) <= set(live)
    return saved == live and plain == source


def knows_strings(program: Written) -> bool:
    """Whether no string that the program compiles with could as well be the name of a function of the user's own."""
    return not any(f"'{name}'" in program.compile for name in ("f1", "huber_loss", "precision", "rmse"))


def differences(programs: Iterable[Written], path: Path) -> tuple[list[str], int]:
    """Where the readers do not find the same, and how many programs were compared."""
    different, count = [], 0
    for program in programs:
        scope = compiled(program.model)
        run(program.compile, scope)
        if not is_saved(scope["model"], path):
            continue
        count += 1
        live, saved = read_model(scope["model"]), read_saved(str(path))
        assert saved.site
        assert saved.dialect.name == live.site.dialect.name
        of_live, of_saved = (told(check(site, source_rules())) for site in (live.site, saved.site))
        source = words(of_source(program.text, live.site.dialect))
        if not agree(source, of_live, of_saved, has_lambda="Lambda" in program.text):
            different.append(f"{program.text}source: {source}\nlive: {of_live}\nsaved: {of_saved}\n")
    return different, count


@pytest.mark.parametrize("head", HEADS)
def test_keras_archives(keras: ModuleType, tmp_path: Path, head: str) -> None:
    different, count = differences(one_output(5, heads=(head,), seed=1), tmp_path / "model.keras")
    assert not different, "\n".join(different)
    assert count or "lambda" in head


@pytest.mark.parametrize("loss", TWO_LOSSES)
def test_keras_archives_of_two_outputs(keras: ModuleType, tmp_path: Path, loss: str) -> None:
    different, count = differences(two_outputs(6, losses=(loss,), seed=1), tmp_path / "model.keras")
    assert not different, "\n".join(different)
    assert count


def test_hdf5(keras: ModuleType, tmp_path: Path) -> None:
    chosen = [*islice(one_output(2, seed=2), 0, None, 5), *islice(two_outputs(1, seed=2), 0, None, 3)]
    programs = [program for program in chosen if knows_strings(program)]
    different, count = differences(programs, tmp_path / "model.h5")
    assert not different, "\n".join(different)
    assert count > 10


def keeps_what_is_written(program: Written) -> bool:
    """Whether an .h5 file of Keras 2 keeps what the program compiles with."""
    is_flat_for_two = "second" in program.model and "metrics=['" in program.compile and "[[" not in program.compile
    return knows_strings(program) and not is_flat_for_two


def of_tf_keras(programs: Iterable[Written]) -> list[Written]:
    return [Written(program.model.replace(IMPORT, _IMPORT_TF_KERAS), program.compile) for program in programs]


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_tf_keras(tf_keras: ModuleType, tmp_path: Path, suffix: str) -> None:
    chosen = [*islice(one_output(1, seed=3), 0, None, 4), *islice(two_outputs(1, seed=3), 0, None, 4)]
    programs = of_tf_keras(program for program in chosen if suffix == "keras" or keeps_what_is_written(program))
    different, count = differences(programs, tmp_path / f"model.{suffix}")
    assert not different, "\n".join(different)
    assert count > 10

"""AccuracyCheck in real trainings: one process for each Keras runs those of `trainings.py`, and tells what they did."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lint_keras_acc.runtime.callback import AccuracyCheck, AccuracyFinding, AccuracyWarning, _taken

ROOT = Path(__file__).parents[2]
NEEDED = {
    "jax": ("keras", "jax"),
    "tensorflow": ("keras", "tensorflow"),
    "torch": ("keras", "torch"),
    "tf_keras": ("tf_keras", "tensorflow"),
}
every_keras = pytest.mark.parametrize("which", NEEDED)


@cache
def trainings(which: str) -> dict[str, Any]:
    program = [sys.executable, "-m", "tests.runtime.trainings", which]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return results


def training(which: str, name: str) -> dict[str, Any]:
    """What one training did; skips where it cannot be had."""
    asked = os.environ.get("CALLBACK_INSTALLATIONS", "tf_keras")
    if asked != "all" and which not in asked.split(","):
        pytest.skip(f"CALLBACK_INSTALLATIONS does not ask for {which}, which takes minutes")
    for package in NEEDED[which]:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    result: dict[str, Any] = trainings(which)[name]
    if "absent" in result:
        pytest.skip(f"no {result['absent']} with {which}")
    return result


# --- training stays as it is --------------------------------------------------------------------------------

NEUTRAL = "arrays weighted_with_validation several_steps_at_once eagerly shuffled_dataset sequence generator".split()


@pytest.mark.keras
@every_keras
@pytest.mark.parametrize("name", NEUTRAL)
def test_training_is_the_same_to_the_bit(which: str, name: str) -> None:
    """Weights, all states, the history, random numbers drawn later, and how often the step is traced."""
    assert training(which, name) == {"differences": [], "told": [], "restored": True}


@pytest.mark.keras
@every_keras
def test_a_check_that_fails_breaks_nothing(which: str) -> None:
    result = training(which, "a_check_that_fails")
    assert (result["differences"], result["restored"]) == ([], True)
    assert result["told"] == ["AccuracyCheck could not check this training: RuntimeError: broken on purpose"]


# --- what is told -------------------------------------------------------------------------------------------


@pytest.mark.keras
@every_keras
def test_a_finding_is_told_once(which: str) -> None:
    result = training(which, "findings")
    assert result["codes"] == ["KAC102", "KAC102"]
    assert result["counts"] == [1, 0, 0, 1, 0]
    assert result["where"] == ["trainings.py"]
    (text,) = result["first"]
    assert "metrics=['accuracy']" in text
    assert "KAC102" in text
    assert "--fix" not in text


@pytest.mark.keras
@every_keras
def test_a_finding_is_raised_and_the_model_survives(which: str) -> None:
    result = training(which, "raised")
    assert result["codes"] == ["KAC102"]
    assert result["finite"]
    assert len(result["loss"]) == 1


@pytest.mark.keras
@every_keras
def test_what_only_the_batch_shows(which: str) -> None:
    assert "KAC607" in training(which, "batch_findings")["codes"]


@pytest.mark.keras
@every_keras
def test_several_outputs(which: str) -> None:
    result = training(which, "several_outputs")
    assert [code for code, _ in result["codes"]] == ["KAC102"]
    assert result["warnings"] == 1


@pytest.mark.keras
@every_keras
def test_a_model_that_its_first_batch_builds(which: str) -> None:
    assert training(which, "subclassed")["told"] == []


# --- what cannot be checked ---------------------------------------------------------------------------------


@pytest.mark.keras
@every_keras
def test_batches_without_labels(which: str) -> None:
    reason = "its batches have no labels, so that only the model was looked at"
    assert training(which, "without_labels")["told"] == [f"AccuracyCheck could not check this training: {reason}"]


@pytest.mark.keras
@every_keras
def test_distributed_batches(which: str) -> None:
    reason = "its batches are distributed to several replicas"
    assert training(which, "distributed") == {
        "told": [f"AccuracyCheck could not check this training: {reason}"],
        "epochs": 1,
    }


@pytest.mark.keras
@every_keras
def test_every_kind_of_element_comes_again(which: str) -> None:
    assert training(which, "elements_of_a_dataset") == {
        "same type": True,
        "batches": [3, 1],
        "dense": True,
        "ragged": [[1.0], [2.0, 3.0], [], [4.0]],
        "first": ["dense", "ragged", "sparse", "words"],
    }


@pytest.mark.keras
def test_the_benchmark_tells_the_share_of_a_run() -> None:
    script = ROOT / "benchmarks" / "callback.py"
    if not script.exists() or any(importlib.util.find_spec(package) is None for package in NEEDED["jax"]):
        pytest.skip("needs a source tree, keras and jax")
    program = [sys.executable, str(script), "jax", "--rows", "300", "--epochs", "1"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    told = re.fullmatch(r"jax: the check took ([\d.]+) s of a fit of ([\d.]+) s: [\d.]+%\n", done.stdout)
    assert told, done.stdout + done.stderr
    assert 0 < float(told[1]) < float(told[2])


# --- without a Keras ----------------------------------------------------------------------------------------


class Model:
    """What AccuracyCheck needs of a model, with a train function in the way of torch."""

    def __init__(self, train_function: Any) -> None:
        self.train_function = train_function


def test_a_python_iterator_loses_no_batch() -> None:
    first, again = _taken(Model(None), iter([1, 2, 3]))
    assert first == 1
    assert list(again) == [1, 2, 3]


def test_the_end_of_an_epoch_is_told_by_the_train_function() -> None:
    def train_function(batches: Iterator[Any]) -> Any:
        raise StopIteration("in its own way")

    check, model = AccuracyCheck(), Model(train_function)
    check.set_model(model)
    check.on_train_begin()
    with pytest.raises(StopIteration, match="in its own way"):
        model.train_function(iter([]))
    assert model.train_function is not train_function  # the next epoch is checked


def test_what_the_step_raises_goes_out_and_the_train_function_is_put_back() -> None:
    def train_function(batches: Any) -> Any:
        raise KeyboardInterrupt

    check, model = AccuracyCheck(batches=2), Model(train_function)
    check.set_model(model)
    check.on_train_begin()
    with pytest.raises(KeyboardInterrupt):
        model.train_function([(1, 2)])
    assert model.train_function is train_function


def test_a_fit_that_was_interrupted_leaves_no_layer_behind() -> None:
    def train_function(batches: Any) -> Any:
        return {}

    model = Model(train_function)
    for _ in range(3):
        check = AccuracyCheck()
        check.set_model(model)
        check.on_train_begin()
    with pytest.warns(AccuracyWarning, match="no batch of it went through"):
        check.on_train_end()
    assert model.train_function is train_function


def test_a_keras_without_a_train_function() -> None:
    check = AccuracyCheck()
    check.set_model(Model(None))
    check.on_train_begin()
    with pytest.warns(AccuracyWarning, match="no train_function") as caught:
        check.on_train_batch_begin(0)
    assert caught[0].filename == __file__
    check.on_train_end()


def test_no_keras_model_is_told_as_one() -> None:
    check, model = AccuracyCheck(on_finding="raise"), Model(lambda batches: {"loss": 0.0})
    check.set_model(model)
    check.on_train_begin()
    assert model.train_function([(1, 2)]) == {"loss": 0.0}
    with pytest.warns(AccuracyWarning, match="could not check this training: ReaderError"):
        check.on_epoch_end(0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"batches": 0}, "batches must be"),
        ({"batches": True}, "batches must be"),
        ({"batches": 1.5}, "batches must be"),
        ({"on_finding": "print"}, "on_finding must be"),
        ({"ignore": ["KAC8"]}, "KAC8"),
    ],
)
def test_arguments_that_mean_nothing(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        AccuracyCheck(**arguments)


def test_every_other_hook_does_nothing() -> None:
    check = AccuracyCheck()
    for hook in ("on_batch_end", "on_test_begin", "on_predict_batch_end", "on_train_batch_end"):
        assert getattr(check, hook)(0, logs={}) is None
    with pytest.raises(AttributeError, match="no attribute 'onward'"):
        _ = check.onward


def test_what_is_raised_is_an_exception_and_what_is_told_a_warning() -> None:
    assert issubclass(AccuracyFinding, Exception)
    assert issubclass(AccuracyWarning, UserWarning)

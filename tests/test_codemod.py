"""The fixes as a command of libcst, as README.md shows it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from lint_keras_acc.codemod import FixCompile
from lint_keras_acc.config import ConfigError

pytestmark = pytest.mark.slow

# Five independent outputs: 'accuracy' runs an argmax over them.
PROGRAM = """\
import keras
from keras import layers

model = keras.Sequential([layers.Dense(5, activation="sigmoid")])
model.compile(
    "adam",
    loss="binary_crossentropy",
    metrics=["accuracy"],  # the share of rows
)
"""
FIXED = PROGRAM.replace('["accuracy"]', '[keras.metrics.BinaryAccuracy(name="accuracy")]')


def transformed(code: str | bytes, unsafe_fixes: bool = False, select: str | None = None) -> cst.Module:
    command = FixCompile(CodemodContext(filename="program.py"), unsafe_fixes, select)
    return command.transform_module(cst.parse_module(code))


def test_unsafe_fixes_are_made_when_asked_for() -> None:
    assert transformed(PROGRAM).code == PROGRAM
    assert transformed(PROGRAM, unsafe_fixes=True).code == FIXED


def test_the_bytes_stay_as_they_are_elsewhere() -> None:
    before = b"\xef\xbb\xbf" + PROGRAM.replace("\n", "\r\n").encode()
    after = b"\xef\xbb\xbf" + FIXED.replace("\n", "\r\n").encode()
    assert transformed(before, unsafe_fixes=True).bytes == after


def test_only_selected_rules_are_applied() -> None:
    assert transformed(PROGRAM, unsafe_fixes=True, select="KAC2,KAC103").code == PROGRAM
    assert transformed(PROGRAM, unsafe_fixes=True, select="KAC102").code == FIXED


def test_an_unknown_rule_is_told() -> None:
    with pytest.raises(ConfigError, match="nonsense"):
        transformed(PROGRAM, select="nonsense")


def test_suppressed_findings_are_not_fixed() -> None:
    suppressed = PROGRAM.replace("# the share of rows", "# noqa: KAC102")
    assert transformed(suppressed, unsafe_fixes=True).code == suppressed


def test_a_program_without_compile_call_stays_the_same_tree() -> None:
    tree = cst.parse_module("x = 1\n")
    assert FixCompile(CodemodContext()).transform_module(tree).deep_equals(tree)


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    command = [sys.executable, "-m", "libcst.tool", "codemod", "-x", "lint_keras_acc.codemod.FixCompile"]
    command += ["--no-format", "--jobs", "1", "--unsafe-fixes", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert path.read_text() == FIXED

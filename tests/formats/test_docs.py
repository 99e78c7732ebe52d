"""docs/formats.md: its CI files are valid, and the commands in them do what it says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.formats.project import FORMATS, REGRESSION, Run
from tests.formats.validators import VALID

TEXT = (Path(__file__).parent.parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")
YAML = re.findall(r"^```yaml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
COMMANDS = re.findall(r"lint(?:-keras-acc|_keras_acc) (check [^\n']*--output-format[^\n']*)", TEXT)


def test_every_format_is_in_the_table() -> None:
    assert re.findall(r"^\| `([\w-]+)` \|", TEXT, re.MULTILINE) == list(FORMATS)


@pytest.mark.parametrize("command", [command for command in COMMANDS if "FORMAT" not in command])
def test_commands(here: Path, run: Run, command: str) -> None:
    (here / "x.py").write_text(REGRESSION)
    arguments = shlex.split(command.partition(">")[0])[1:]
    where = arguments.index("--output-format")
    output_format = arguments[where + 1]
    done = run(output_format, *arguments[:where], *arguments[where + 2 :])
    assert done.status == (0 if "--exit-zero" in arguments else 1)
    assert VALID[output_format](done.out)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(YAML)))
def test_ci_files_are_valid(here: Path, number: int) -> None:
    schema = "vendor.github-workflows" if "runs-on" in YAML[number] else "vendor.gitlab-ci"
    (here / "ci.yml").write_text(YAML[number])
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, "ci.yml"],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_there_are_commands_for_every_server() -> None:
    assert len(YAML) == 3
    formats = set(re.findall(r"--output-format (\S+)", "\n".join(COMMANDS)))
    assert formats >= {"github", "sarif", "gitlab", "junit"}

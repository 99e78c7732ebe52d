"""README, CHANGELOG and .ci/run say what is so."""

from __future__ import annotations

import argparse
import re
import subprocess
from pathlib import Path

import pytest

from lint_keras_acc import __version__, config
from lint_keras_acc.cli.arguments import command_parser
from lint_keras_acc.config import parse_toml, settings_from
from lint_keras_acc.flake8_plugin import KerasAccuracyPlugin
from lint_keras_acc.rules import all_rules
from tests.readme import README, ROOT, refreshed, set_up_commands, with_program_output

TEXT = README.read_text(encoding="utf-8")
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
CODES = {rule.code for rule in all_rules()}


def section(title: str, text: str = TEXT) -> str:
    """The text under a heading."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_column(text: str) -> list[str]:
    """The cells of the first columns of tables, without heads."""
    rows = re.findall(r"^\| (.*?) \|", text, re.MULTILINE)
    return [row for row in rows if row not in ("option", "option of flake8", "key", "code")]


def options_in(text: str) -> set[str]:
    """The options that tables of options name."""
    return set(re.findall(r"--?[a-z0-9-]+", " ".join(first_column(text))))


def options_of(command: str) -> set[str]:
    """The options that a command has."""
    subparsers = next(action for action in command_parser()._actions if isinstance(action, argparse._SubParsersAction))
    actions = subparsers.choices[command]._actions
    return {option for action in actions for option in action.option_strings} - {"-h", "--help"}


def test_outputs_and_rules_are_up_to_date() -> None:
    assert refreshed(TEXT) == TEXT, "python -m tests.readme brings it up to date"


@pytest.mark.keras
def test_the_output_of_the_program_is_up_to_date() -> None:
    pytest.importorskip("keras")
    assert "binary_accuracy at 0.5       0.9000  honest" in TEXT
    assert with_program_output(TEXT) == TEXT, "python -m tests.readme brings it up to date"


def test_outputs_are_there() -> None:
    first_screen = TEXT.partition("## Set up")[0]
    assert "KAC102" in first_screen
    assert "docs/pictures/terminal.svg" in first_screen


def test_figures_of_the_first_screen_are_those_of_the_tutorial() -> None:
    printed, right = re.findall(r"prints ([\d.]+) where\s+(\d+) of 100 answers are right", TEXT)[0]
    tutorial = (ROOT / "docs" / "tutorials" / "multi-label.md").read_text(encoding="utf-8")
    assert f"{printed}   what Keras prints" in tutorial
    assert f"0.{right}   the accuracy" in tutorial


def test_rules_are_those_of_the_files() -> None:
    files = (ROOT / "lint_keras_acc" / "rules").glob("kac[0-9]*.py")
    named = {f"{rule.code.lower()}_{rule.name.replace('-', '_')}" for rule in all_rules()}
    assert {file.stem for file in files} == named
    assert set(first_column(section("Rules"))) == CODES


def test_every_rule_is_in_the_changelog() -> None:
    listed = re.findall(r"^- (KAC\d{3}) ([\w-]+)$", CHANGELOG, re.MULTILINE)
    assert sorted(listed) == [(rule.code, rule.name) for rule in all_rules()]


def test_the_changelog_begins_with_this_version() -> None:
    (newest, *_) = re.findall(r"^## (\S+?),? ", CHANGELOG, re.MULTILINE)
    assert newest == __version__


def test_codes_that_are_mentioned_exist() -> None:
    assert set(re.findall(r"KAC\d{3}", TEXT + CHANGELOG)) == CODES


def test_options_of_the_command() -> None:
    assert options_in(section("The command line", CONFIGURATION)) == options_of("check") | options_of("sites")


def test_settings() -> None:
    assert sorted(first_column(section("Settings", CONFIGURATION))) == sorted(f"`{key}`" for key in config._READERS)


def test_the_configuration_is_valid() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", section("Settings", CONFIGURATION), re.DOTALL)
    tool = parse_toml(example)["tool"]
    assert isinstance(tool, dict)
    settings = settings_from(tool[config.SECTION], "pyproject.toml")
    settings.check_selectors()
    assert not settings.selects("KAC504", "model.py")


def test_options_of_the_plugin() -> None:
    class Options:
        def __init__(self) -> None:
            self.names: set[str] = set()

        def add_option(self, name: str, **_: object) -> None:
            self.names.add(name)

    options = Options()
    KerasAccuracyPlugin.add_options(options)
    assert options_in(section("flake8", CONFIGURATION)) == options.names


def test_hooks() -> None:
    hooks = re.findall(r"^- id: (.*)$", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.MULTILINE)
    assert set(re.findall(r"lint-keras-acc(?:-fix)?(?=`)", section("pre-commit").partition("```")[0])) == set(hooks)


@pytest.mark.skipif(not (ROOT / ".ci").exists(), reason="needs a source tree")
def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = set_up_commands(TEXT)
    assert len(commands) == 2
    shown = subprocess.run([ROOT / ".ci" / "run", "--show"], capture_output=True, text=True, check=True)
    steps = [step for command in commands for step in command.split(" && ")]
    assert shown.stdout.splitlines()[: len(steps)] == steps
    assert "examples" in commands[0]
    assert "pytest" in commands[1]


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", TEXT)
    assert targets
    assert [target for target in targets if not Path(ROOT, target).exists()] == []

"""docs/adding-a-rule.md: its rule, put into a copy of the project, works there as the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lint_keras_acc.rules import rule_names
from tests.documents.pages import ROOT, blocks, text_of

PAGE = "docs/adding-a-rule.md"
RULE, TEST, SAID, COMMANDS = (block.text for block in blocks(PAGE, text_of(PAGE)))
BUILD_PAGE = """
import sys
sys.path.insert(0, "docs/site")
import rule_pages
from lint_keras_acc.rules import all_rules
print(rule_pages.rule_page(next(rule for rule in all_rules() if rule.code == "KAC199")))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the files of the page."""
    copy = tmp_path_factory.mktemp("copy")
    without = shutil.ignore_patterns("__pycache__")
    for folder in ("lint_keras_acc", "tests/rules", "docs/site"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=without)
    for file in ("tests/__init__.py", "tests/test_rule_docs.py", "pyproject.toml"):
        shutil.copy(ROOT / file, copy / file)
    text = text_of(PAGE)
    (name,) = set(re.findall(r"lint_keras_acc/rules/kac199\w+\.py", text))
    (copy / name).write_text(RULE, encoding="utf-8")
    (copy / "tests/rules/test_kac199.py").write_text(TEST, encoding="utf-8")
    example = RULE.partition("## Example\n")[2].partition("```python\n")[2].partition("```")[0]
    (copy / "example.py").write_text(example, encoding="utf-8")
    return copy


def run(copy: Path, *arguments: str) -> str:
    """What Python prints in the copy."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "failed" not in done.stdout, done.stdout
    return done.stdout


def test_the_project_has_no_such_rule() -> None:
    assert "KAC199" not in rule_names()


@pytest.mark.slow
def test_check(copy: Path) -> None:
    said = re.sub(r"\033\[\d+m", "", run(copy, "-m", "lint_keras_acc", "check", "--color", "example.py"))
    assert said.rstrip() == SAID.rstrip()


@pytest.mark.slow
def test_explain(copy: Path) -> None:
    assert "Among the k highest scores is then every class" in run(copy, "-m", "lint_keras_acc", "explain", "KAC199")


@pytest.mark.slow
def test_page(copy: Path) -> None:
    page = run(copy, "-c", BUILD_PAGE)
    assert "# top-k-of-few-classes" in page
    assert "among the 5 highest" in page
    assert '-    metrics=[keras.metrics.TopKCategoricalAccuracy(k=5, name="accuracy")],' in page


@pytest.mark.slow
def test_its_tests_pass(copy: Path) -> None:
    command = next(line for line in COMMANDS.splitlines() if "pytest" in line)
    said = run(copy, *command.split()[1:], "-q", "-p", "no:cacheprovider")
    assert re.search(r"\d\d passed", said), said

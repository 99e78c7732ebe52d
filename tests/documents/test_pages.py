"""Every block of the documentation is executed, or says who does it, or why nobody does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from lint_keras_acc import config
from lint_keras_acc.config import parse_toml, settings_from
from tests.documents.pages import ROOT, Block, blocks, pages, text_of
from tests.documents.running import is_executed, needs_keras, refreshed, tried_sessions
from tests.documents.session import refreshed_pages

BLOCKS = [block for page in pages() for block in blocks(page, text_of(page))]
IN_KERAS = [page for page in pages() if needs_keras(page)]
WITHOUT_KERAS = [page for page in pages() if not needs_keras(page)]
SESSIONS = sorted({block.page for block in BLOCKS if block.is_session and not block.is_left_alone})


def of(*languages: str) -> list[object]:
    """The blocks that are to be executed here, as parameters."""
    return [
        pytest.param(block, id=block.place)
        for block in BLOCKS
        if block.language in languages and not block.is_left_alone
    ]


def why_not(block: Block) -> str | None:
    """Why nothing executes a block; None where something does."""
    if block.is_left_alone or block.said("file") or block.said("output of"):
        return None
    if block.comment == "output of the program above" or block.language in ("python", "json", "toml", "yaml"):
        return None
    if block.language == "sh":
        commands = [line for line in block.text.splitlines() if line.strip()]
        return None if all(map(is_executed, commands)) else "has commands that are not executed here"
    if block.language == "text":
        return None if block.comment == "" and not block.text.lstrip().startswith("$ ") else "is not known"
    return f"is {block.language or 'of no language'}"


def test_every_block_is_executed() -> None:
    unexplained = [f"{block.place} {reason}" for block in BLOCKS if (reason := why_not(block))]
    assert unexplained == [], "say above the block who tests it, or why nobody does; see tests/documents/__init__.py"


def test_whoever_tests_a_block_knows_the_page() -> None:
    for block in BLOCKS:
        tester = block.said("tested by")
        if tester is not None:
            test = ROOT / tester
            assert test.is_file(), f"{block.place}: there is no {tester}"
            assert Path(block.page).stem in test.read_text("utf-8"), f"{tester} does not name {block.page}"


@pytest.mark.parametrize("page", WITHOUT_KERAS)
def test_outputs(page: str) -> None:
    assert refreshed(page, python=True) == text_of(page), f"python -m tests.documents {page}"


@pytest.mark.parametrize("page", IN_KERAS)
def test_outputs_of_the_linter(page: str) -> None:
    assert refreshed(page, python=False) == text_of(page), f"python -m tests.documents {page}"


@pytest.mark.keras
@pytest.mark.slow
def test_outputs_of_keras() -> None:
    pytest.importorskip("keras")
    pytest.importorskip("jax")
    with_programs = [
        page for page in IN_KERAS if page not in SESSIONS and page != "README.md"
    ]  # test_readme.py runs that
    assert len(with_programs) > 6
    for page, text in refreshed_pages(with_programs).items():
        assert text == text_of(page), f"python -m tests.documents {page}"


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=pytest.mark.keras if page in IN_KERAS else ()) for page in SESSIONS]
)
def test_sessions(page: str) -> None:
    tried = tried_sessions(page)
    assert tried.attempted
    assert not tried.failed


@pytest.mark.parametrize("block", of("json"))
def test_json(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", of("toml"))
def test_toml(block: Block) -> None:
    tool = parse_toml(block.text).get("tool", {})
    assert isinstance(tool, dict)
    if config.SECTION in tool:
        settings_from(tool[config.SECTION], "pyproject.toml").check_selectors()


@pytest.mark.parametrize("block", of("yaml"))
def test_yaml(block: Block, tmp_path: Path) -> None:
    read = yaml.safe_load(block.text)
    if isinstance(read, list):
        read = {"on": "push", "jobs": {"lint": {"runs-on": "ubuntu-latest", "steps": read}}}
    checker = next(_checkers(read), None)
    assert checker, "of what is this the configuration?"
    file = tmp_path / "file.yml"
    file.write_text(yaml.safe_dump(read) if "on" in read else block.text)
    if checker == "pre-commit":
        clientlib = pytest.importorskip("pre_commit.clientlib")
        clientlib.load_config(str(file))
        return
    command = pytest.importorskip("check_jsonschema")
    assert command.main(["--builtin-schema", checker, str(file)], standalone_mode=False) in (0, None)


def _checkers(read: dict[object, object]) -> Iterator[str]:
    """What a file is read by, as its keys show."""
    if "repos" in read:
        yield "pre-commit"
    if "jobs" in read:
        yield "vendor.github-workflows"
    if any(isinstance(value, dict) and "script" in value for value in read.values()):
        yield "vendor.gitlab-ci"

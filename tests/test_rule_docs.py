"""The documentation of every rule, executed: the bad example fires, the good one is silent, the fix is it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import Report, lint_source
from lint_keras_acc.findings import Finding, Severity
from lint_keras_acc.fixes import fix_source
from lint_keras_acc.rules import Rule, all_rules, source_rules
from lint_keras_acc.source import Source, read_source

ROOT = Path(__file__).parent.parent
SECTIONS = ["What it does", "Why is this bad", "In numbers", "Example", "Use instead", "Fix safety", "References"]
SETTINGS = Settings(extend_select=("KAC901",), hints=True, project_pins=False)
RULES = [pytest.param(rule, id=rule.code) for rule in all_rules()]
SOURCE_RULES = [pytest.param(rule, id=rule.code) for rule in source_rules()]
BATCH_RULES = [pytest.param(rule, id=rule.code) for rule in all_rules() if rule not in source_rules()]


def lint(text: str) -> Report:
    return lint_source(read_source("example.py", text.encode()), SETTINGS)


def findings(source: Source) -> tuple[Finding, ...]:
    return lint_source(source, SETTINGS).findings


def program(rule: Rule, section: str) -> str:
    """The one program of a section."""
    (found,) = re.findall(r"```python\n(.*?)```", rule.sections[section], re.DOTALL)
    return str(found)


@pytest.mark.parametrize("rule", RULES)
def test_sections(rule: Rule) -> None:
    summary, blank, *_ = rule.documentation.splitlines()
    assert summary.endswith(".")
    assert not blank
    assert re.findall(r"^## (.*)$", rule.documentation, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("rule", SOURCE_RULES)
def test_bad_example_fires_this_rule_alone(rule: Rule) -> None:
    report = lint(program(rule, "Example"))
    assert not report.errors
    assert not report.failures
    assert {finding.code for finding in report.findings} == {rule.code}


@pytest.mark.parametrize("rule", SOURCE_RULES)
def test_good_example_is_silent(rule: Rule) -> None:
    report = lint(program(rule, "Use instead"))
    assert report == Report("example.py")


@pytest.mark.parametrize("rule", SOURCE_RULES)
def test_fix_of_the_bad_example_is_the_good_one(rule: Rule) -> None:
    bad = read_source("example.py", program(rule, "Example").encode())
    fixable = [finding for finding in findings(bad) if finding.fix]
    if not fixable:
        assert re.search(r"\bno fix\b", rule.documentation, re.IGNORECASE)
        return
    fixed = fix_source(bad, findings, unsafe=True)
    assert fixed.data.decode() == program(rule, "Use instead")
    assert not fixed.remaining
    assert fixed.converged


# --- rules of batches: the examples build a model, x and y --------------------------------------------------


def codes_of_audit(rule: Rule, section: str) -> set[str]:
    """What the audit of an example finds, but for hints: its models are hardly trained."""
    keras = pytest.importorskip("keras")
    from lint_keras_acc.runtime import audit

    keras.utils.set_random_seed(0)
    names: dict[str, Any] = {}
    exec(program(rule, section), names)
    audited = audit(names["model"], names["x"], names["y"])
    return {finding.code for finding in audited.findings if finding.severity is not Severity.HINT}


@pytest.mark.keras
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("rule", BATCH_RULES)
def test_audit_of_the_bad_example_finds_this_alone(rule: Rule) -> None:
    assert codes_of_audit(rule, "Example") == {rule.code}


@pytest.mark.keras
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("rule", BATCH_RULES)
def test_audit_of_the_good_example_is_silent(rule: Rule) -> None:
    assert codes_of_audit(rule, "Use instead") == set()


@pytest.mark.parametrize("rule", BATCH_RULES)
def test_a_linter_of_sources_finds_nothing_in_either(rule: Rule) -> None:
    """What only a batch shows is not in the source; the examples are of one defect each."""
    assert rule.code.startswith("KAC6")
    assert {finding.code for finding in lint(program(rule, "Example")).findings} == set()
    assert lint(program(rule, "Use instead")) == Report("example.py")
    assert re.search(r"\bno fix\b", rule.documentation, re.IGNORECASE)


# --- sets that must be equal ------------------------------------------------------------------------------


def codes_in(path: str) -> set[str]:
    return set(re.findall(r"\bKAC\d{3}\b", (ROOT / path).read_text(encoding="utf-8")))


def codes_of_files(folder: str, pattern: str) -> set[str]:
    return {match[0].upper() for path in (ROOT / folder).glob(pattern) if (match := re.search(r"kac\d{3}", path.name))}


CODES = {rule.code for rule in all_rules()}


def test_file_names_are_codes_and_names() -> None:
    modules = {path.stem for path in (ROOT / "lint_keras_acc" / "rules").glob("kac*.py")}
    assert modules == {f"{rule.code}_{rule.name}".lower().replace("-", "_") for rule in all_rules()}


def test_every_rule_has_tests() -> None:
    assert codes_of_files("tests/rules", "test_kac*.py") == CODES


@pytest.mark.parametrize("document", ["README.md", "CHANGELOG.md"])
def test_document_names_every_code(document: str) -> None:
    if not (ROOT / document).exists():
        pytest.skip(f"there is no {document} yet")
    assert codes_in(document) == CODES

"""What says that an output is valid: schemas and programs of others, where there are any."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import xmlschema
from junitparser import JUnitXml, TestSuite

SCHEMAS = Path(__file__).parent.parent / "fixtures" / "schemas"

Issues = list[dict[str, object]]


@cache
def _sarif_validator() -> jsonschema.Draft4Validator:
    schema = json.loads((SCHEMAS / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    # The one thing of substance in which the standard has become stricter since.
    schema["definitions"]["region"]["anyOf"] = [{"required": ["startLine"]}]
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


@cache
def _junit_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))


def sarif(text: str) -> dict[str, Any]:
    """The run of a log that is valid."""
    log = json.loads(text)
    _sarif_validator().validate(log)
    (run,) = log["runs"]
    return dict(run)


def junit(text: str) -> list[TestSuite]:
    """The suites of a report that is valid, their sums counted again by another program."""
    _junit_schema().validate(text)
    report = JUnitXml.fromstring(text.encode())
    told = report.tests, report.failures, report.errors
    suites = list(report)
    for suite in suites:
        counted = suite.tests, suite.failures, suite.errors
        suite.update_statistics()
        assert (suite.tests, suite.failures, suite.errors) == counted
    report.update_statistics()
    assert (report.tests, report.failures, report.errors) == told
    return suites


def gitlab(text: str) -> Issues:
    """The issues of a report that is as GitLab documents it."""
    issues: Issues = json.loads(text)
    for issue in issues:
        location = issue["location"]
        assert isinstance(issue["description"], str)
        assert isinstance(issue["check_name"], str)
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert isinstance(location, dict)
        assert isinstance(location["path"], str)
        assert location["lines"]["begin"] >= 1
    fingerprints = [issue["fingerprint"] for issue in issues]
    assert len(set(fingerprints)) == len(fingerprints)
    return issues


def json_lines(text: str) -> Iterator[dict[str, object]]:
    for line in text.splitlines():
        yield json.loads(line)


def github(text: str) -> list[str]:
    *lines, last = text.split("\n")
    assert last == ""
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    return lines


VALID: dict[str, Callable[[str], object]] = {
    "text": str.splitlines,
    "concise": str.splitlines,
    "json": json.loads,
    "json-lines": lambda text: list(json_lines(text)),
    "sarif": sarif,
    "github": github,
    "gitlab": gitlab,
    "junit": junit,
}

"""The list of rules, as text and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from lint_keras_acc.rules import Rule


def rules_text(rules: Iterable[Rule]) -> Iterator[str]:
    """A line for each rule: code, severity, name and what it is about."""
    for rule in rules:
        yield f"{rule.code}  {rule.severity.value:<7}  {rule.name:<40}  {rule.title}".rstrip()


def rules_json(rules: Iterable[Rule]) -> str:
    """A JSON list of the rules with their documentation."""
    return json.dumps(
        [
            {
                "code": rule.code,
                "name": rule.name,
                "severity": rule.severity.value,
                "title": rule.title,
                "documentation": rule.documentation.strip(),
            }
            for rule in rules
        ],
        indent=2,
    )

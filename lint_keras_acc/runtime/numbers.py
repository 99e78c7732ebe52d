"""The figures of a rule's documentation: its section "In numbers" is a small program, and this runs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite, isnan
from typing import Any

from lint_keras_acc.rules import Rule

_PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Numbers:
    """What a program that the rule is about shows, and what is true of the same data; by what each figure is."""

    printed: Mapping[str, Any]
    honest: Mapping[str, Any]


def numbers(rule: Rule) -> Numbers:
    """Runs the program. It leaves two dictionaries, `printed` and `honest`."""
    names: dict[str, Any] = {}
    exec(compile(program(rule), f"<{rule.code} in numbers>", "exec"), names)
    return Numbers(names["printed"], names["honest"])


def program(rule: Rule) -> str:
    """The source of the program."""
    found = _PROGRAM.search(rule.sections.get("In numbers", ""))
    if found is None:
        raise ValueError(f"{rule.code} has no program in its section 'In numbers'")
    return found[1]


def figure(value: Any) -> str:
    """A figure as text: four digits behind the point of what is no whole number."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.4f}" if isfinite(value) else "NaN" if isnan(value) else "infinite"

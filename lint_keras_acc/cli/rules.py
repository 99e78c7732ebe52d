"""`lint-keras-acc rules` and `lint-keras-acc explain`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from lint_keras_acc.cli.console import CLEAN, fail

if TYPE_CHECKING:
    from lint_keras_acc.rules import Rule


def explain(options: argparse.Namespace) -> int:
    from lint_keras_acc.config import did_you_mean
    from lint_keras_acc.render.rules import rules_text
    from lint_keras_acc.rules import all_rules

    wanted: str = options.rule.strip()
    for rule in all_rules():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            print(f"{rule.code} {rule.name} ({rule.severity.value})\n\n{_documentation(rule)}")
            return CLEAN
    group = [rule for rule in all_rules() if wanted and rule.code.startswith(wanted.upper())]
    if group:
        print("\n".join(rules_text(group)))
        return CLEAN
    known = [name for rule in all_rules() for name in (rule.code, rule.name)]
    return fail(f"unknown rule {wanted!r}{did_you_mean(wanted, known)}")


def _documentation(rule: Rule) -> str:
    """The docstring, and below the program of "In numbers" its figures, where there is NumPy to compute them."""
    from lint_keras_acc.runtime.numbers import figure, numbers, program

    documentation = rule.documentation.strip()
    try:
        found = numbers(rule)
    except ImportError:
        return f'{documentation}\n\n(Where NumPy is installed, the figures of "In numbers" are shown too.)'
    shown = [("printed", found.printed), ("honest", found.honest)]
    rows = [(kind, what, figure(value)) for kind, figures in shown for what, value in figures.items()]
    widest = max(len(what) for _, what, _ in rows)
    table = "".join(f"{kind:<7}  {what:<{widest}}  {value}\n" for kind, what, value in rows)
    block = f"{program(rule)}```\n"
    return documentation.replace(block, f"{block}```text\n{table}```\n", 1)


def run(options: argparse.Namespace) -> int:
    from lint_keras_acc.render.rules import rules_json, rules_text
    from lint_keras_acc.rules import all_rules

    if options.output_format == "json":
        print(rules_json(all_rules()))
    else:
        for line in rules_text(all_rules()):
            print(line)
    return CLEAN

"""`lint-keras-acc rules` and `lint-keras-acc explain`."""

from __future__ import annotations

import argparse

from lint_keras_acc.cli.console import CLEAN, fail


def explain(options: argparse.Namespace) -> int:
    from lint_keras_acc.config import did_you_mean
    from lint_keras_acc.rules import all_rules

    wanted: str = options.rule
    for rule in all_rules():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            print(f"{rule.code} {rule.name} ({rule.severity.value})\n\n{rule.documentation.strip()}")
            return CLEAN
    known = [name for rule in all_rules() for name in (rule.code, rule.name)]
    return fail(f"unknown rule {wanted!r}{did_you_mean(wanted, known)}")


def run(options: argparse.Namespace) -> int:
    from lint_keras_acc.render.rules import rules_json, rules_text
    from lint_keras_acc.rules import all_rules

    if options.output_format == "json":
        print(rules_json(all_rules()))
    else:
        for line in rules_text(all_rules()):
            print(line)
    return CLEAN

"""The pages of the rules, made of their docstrings, and the index of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lint_keras_acc.rules import Rule

_GROUPS = {
    "1": "Accuracies and other metrics",
    "2": "The loss and the output",
    "3": "The loss and the labels",
    "4": "The call of compile",
    "5": "What is done with the result",
    "6": "A batch of a live model",
    "9": "Comments",
}
_TABLE = ("| code | name | severity | what it finds |", "|---|---|---|---|")


def rule_index(rules: Iterable[Rule]) -> str:
    """The page of all rules."""
    return "\n".join(_index_lines(rules)) + "\n"


def _index_lines(rules: Iterable[Rule]) -> Iterator[str]:
    yield "# Rules"
    group = ""
    for rule in rules:
        if rule.code[3] != group:
            group = rule.code[3]
            yield from ("", f"## {_GROUPS[group]}", "", *_TABLE)
        yield f"| [{rule.code}]({rule.code}.md) | {rule.name} | {rule.severity.value} | {summary(rule)} |"


def rule_page(rule: Rule) -> str:
    """The page of one rule."""
    _, _, text = rule.documentation.strip().partition("\n")
    return f"# {rule.name} ({rule.code})\n\n{summary(rule)}\n{text}\n"


def summary(rule: Rule) -> str:
    """The first line of the documentation."""
    return rule.documentation.strip().partition("\n")[0]

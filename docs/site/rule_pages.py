"""The pages of the rules, made of their docstrings, and the index of them.

To the sections of the docstring a page adds what can be computed: the figures of "In numbers", what the linter says of
the example, its repair, and what each generation of Keras makes of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generations import ALL, by_version

from lint_keras_acc.config import Settings
from lint_keras_acc.engine import lint_source
from lint_keras_acc.findings import Applicability, Finding, Severity
from lint_keras_acc.fixes import fix_source, unified_diff
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.render.text import excerpt, without_colour
from lint_keras_acc.rules import Rule, source_rules
from lint_keras_acc.runtime.numbers import figure, numbers
from lint_keras_acc.sites import CompileSite
from lint_keras_acc.source import Source, read_source

# What the rules are about, by the digit behind KAC.
GROUPS = {
    "1": "Accuracies and other metrics",
    "2": "The loss and the output",
    "3": "The loss and the labels",
    "4": "The call of compile",
    "5": "What is done with the result",
    "6": "A batch of a live model",
    "9": "Comments",
}
_TABLE = ("| code | name | severity | what it finds |", "|---|---|---|---|")
# All have the same sections: a table of contents beside them says nothing, and takes room from the code.
_HEAD = "---\nhide:\n- toc\n---\n"
_OF_BATCHES = (
    "The source does not show this: an [audit](../audit.md) of the model, or [the callback](../callback.md), does."
)
_PROGRAM = re.compile(r"```python\n(.*?)```\n?", re.DOTALL)


def rule_index(rules: Iterable[Rule]) -> str:
    """The page of all rules."""
    return "\n".join(_index_lines(rules)) + "\n"


def _index_lines(rules: Iterable[Rule]) -> Iterator[str]:
    yield "# Rules"
    yield from (
        "",
        "An **error** crashes somewhere, or its result is constant or undefined. A **warning** trains, but a reported",
        "number or the loss is not what it claims. A **hint** has a legitimate reading, and is off by default.",
        "In a terminal, `lint-keras-acc explain CODE` says what a rule finds.",
    )
    group = ""
    for rule in rules:
        if rule.code[3] != group:
            group = rule.code[3]
            yield from ("", f"## {GROUPS[group]}", "", *_TABLE)
        yield f"| [{rule.code}]({rule.code}.md) | {rule.name} | {_severity(rule.severity.value)} | {rule.title} |"


def rule_page(rule: Rule) -> str:
    """The page of one rule."""
    sections = rule.sections
    parts = [
        _HEAD,
        f"# {rule.name}\n",
        f"`{rule.code}` {_severity(rule.severity.value)}\n",
        f"{rule.title}\n",
        _section("What it does", sections),
        _section("Why is this bad", sections),
        f"## In numbers\n{_in_numbers(rule, sections['In numbers'])}",
        f"## Example\n{sections['Example']}\n{_what_the_linter_says(rule, _program(sections['Example']))}",
        _section("Use instead", sections),
        _in_each_generation(rule, _program(sections["Example"])),
        _section("Fix safety", sections),
        _section("References", sections),
    ]
    return "\n".join(parts)


def _section(title: str, sections: Mapping[str, str]) -> str:
    return f"## {title}\n{sections[title]}"


def _program(section: str) -> str:
    found = _PROGRAM.search(section)
    assert found, section
    return found[1]


def _severity(severity: str) -> str:
    return f'<span class="severity {severity}">{severity}</span>'


# --- figures ------------------------------------------------------------------------------------------------


def _in_numbers(rule: Rule, section: str) -> str:
    """The figures that the program of the section computes, and the program."""
    found = numbers(rule)
    cards = _card("printed", "What the program gives", found.printed) + _card("honest", "What is true", found.honest)
    shown = "".join(f"    {line}\n" for line in f"```python\n{_program(section)}```".splitlines())
    prose = _PROGRAM.sub("", section).strip()
    return f'{prose}\n\n<div class="figures">{cards}</div>\n\n??? note "How these figures are computed"\n\n{shown}\n'


def _card(kind: str, title: str, figures: Mapping[str, Any]) -> str:
    rows = "".join(
        f'<tr><td>{html.escape(what)}</td><td class="{_kind(value)}">{html.escape(figure(value))}</td></tr>'
        for what, value in figures.items()
    )
    return f'<table class="{kind}"><caption>{title}</caption><tbody>{rows}</tbody></table>'


def _kind(value: Any) -> str:
    return "words" if isinstance(value, str) and len(value) > 12 else "figure"


# --- what the linter says -----------------------------------------------------------------------------------


def _settings(rule: Rule) -> Settings:
    """All that this rule can say, and nothing of the others."""
    return Settings(select=(rule.code,), hints=True, project_pins=False, no_project=True)


def _findings(rule: Rule, source: Source) -> tuple[Finding, ...]:
    return lint_source(source, _settings(rule)).findings


def _what_the_linter_says(rule: Rule, program: str) -> str:
    if rule not in source_rules():
        return f"{_OF_BATCHES}\n"
    source = read_source("example.py", program.encode())
    found = _findings(rule, source)
    lines = source.text.splitlines()
    said = [line for one in found for line in excerpt(one, lambda span: lines[span.line - 1])]
    text = "\n".join(without_colour(line).rstrip() for line in said).rstrip()
    return f"What the linter says:\n\n```text\n{text}\n```\n{_repair(rule, source, found)}"


def _repair(rule: Rule, source: Source, found: tuple[Finding, ...]) -> str:
    kinds = {finding.fix.applicability for finding in found if finding.fix}
    if not kinds:
        return ""
    fixed = fix_source(source, lambda now: _findings(rule, now), unsafe=True)
    command = "--fix --unsafe-fixes" if Applicability.UNSAFE in kinds else "--fix"
    return f"\nWhat `{command}` changes:\n\n```diff\n{unified_diff(source, fixed.data)}```\n"


@dataclass(frozen=True)
class _Verdict:
    """What a version makes of a program: which accuracy runs, and what the linter says (severity, message)."""

    accuracy: str
    findings: tuple[tuple[Severity, str], ...]


def _in_each_generation(rule: Rule, program: str) -> str:
    """A table of the versions; none where there is nothing of Keras in the rule."""
    if rule.code.startswith("KAC9"):
        return ""
    rows = by_version(lambda dialect: _verdict(rule, program, dialect))
    of_accuracy, of_findings = any(verdict.accuracy for _, verdict in rows), rule in source_rules()
    if not (of_accuracy or of_findings):
        return ""
    titles = ["versions", *["`'accuracy'` runs"] * of_accuracy, *["the linter says of the example"] * of_findings]
    lines = [" | ".join(titles), " | ".join("---" for _ in titles)]
    for versions, verdict in rows:
        said = "<br>".join(f"{_severity(one.value)} {_cell(message)}" for one, message in verdict.findings)
        cells = [versions, *[_cell(verdict.accuracy)] * of_accuracy, *[said or "nothing"] * of_findings]
        lines.append(" | ".join(cells))
    table = "".join(f"| {line} |\n" for line in lines)
    return f"## In each generation of Keras\n\n{table}\n{ALL} [What else differs](../generations.md)\n"


def _verdict(rule: Rule, program: str, dialect: Dialect) -> _Verdict:
    settings = replace(_settings(rule), dialect=replace(dialect, origin="configuration"))
    report = lint_source(read_source("example.py", program.encode()), settings)
    told = tuple((finding.severity, _without_version(finding.message, dialect)) for finding in report.findings)
    return _Verdict(_accuracy(report.calls), told)


def _without_version(message: str, dialect: Dialect) -> str:
    """A message that names the version it is about, in words that are the same for its neighbours."""
    major, minor = dialect.version
    return re.sub(rf"\b(Keras|TensorFlow) {major}\.{minor}\b(?! to| on| and)", "this version", message)


def _accuracy(calls: Iterable[Iterable[CompileSite]]) -> str:
    """The kernels that the string 'accuracy' runs, one for each output; empty where the program does not have it."""
    kernels = {
        metric.kernel.value or "not known"
        for possibilities in calls
        for site in possibilities
        for head in site.heads
        for metric in head.metrics
        if metric.name.value == "accuracy" and metric.form == "string"
    }
    return ", ".join(sorted(kernels))


def _cell(text: str) -> str:
    return html.escape(text, quote=False).replace("|", "&#124;").replace("*", "&#42;").replace("_", "&#95;")

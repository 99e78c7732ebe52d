"""Programs that say at each compile call what the inference reveals there.

A file holds many programs, each under a line `# --- title`; what stands above the first is put before all of
them. The comment at the end of the line on which a compile call begins says what is revealed:

    model.compile(...)  # revealed: output=sigmoid(12) loss=binary_crossentropy labels=multi-hot

    ' | '       separates the outputs of one model
    ' / '       separates possibilities (an `if` and its `else`), in any order
    '?'         is unknown
    'nothing'   stands for a call that compiles no Keras model

Only the facts that are named are compared; FACTS and SITE_FACTS have their words. With `# missed because
REASON: ...` instead, the revelation is what would be right, and is known not to be reached. A title may end
in `[dialect: keras 2.2]` (or `[dialect: of the program]`), or in `[as written]` where no other spelling fits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lint_keras_acc.infer import compile_sites
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect, parse_dialect
from lint_keras_acc.sites import CompileSite, Fact, Head, Metric
from lint_keras_acc.source import Program, read_source

PROGRAMS = Path(__file__).parent / "programs"

_TITLE = re.compile(r"^# --- (.+)\n", re.MULTILINE)
_COMMENT = re.compile(r"#\s*(?:revealed|missed because ([^:]*)): (.*)$")

# What is revealed at one compile call: possibilities, of outputs, of facts.
Facts = tuple[tuple[str, str], ...]
Possibility = tuple[Facts, ...]
Revelation = frozenset[Possibility]

NOTHING: Revelation = frozenset()


@dataclass(frozen=True)
class Annotated:
    """One program with the revelations that it announces, by cell and line."""

    title: str
    text: str
    notebook: bool = False
    dialect: Dialect | None = DEFAULT

    @property
    def respellable(self) -> bool:
        return not self.notebook and self.missed is None and "[as written]" not in self.title

    @property
    def missed(self) -> str | None:
        """Why a revelation of this program is known not to be reached; None where all are."""
        return next((found[1] for found in _comments(self.text) if found[1]), None)

    def programs(self, text: str | None = None) -> list[Program]:
        text = self.text if text is None else text
        name = "program.ipynb" if self.notebook else "program.py"
        data = _notebook(text) if self.notebook else text
        programs, errors = read_source(name, data.encode()).programs()
        assert not errors, [str(error) for error in errors]
        return programs

    def announced(self) -> dict[tuple[int | None, int], str]:
        """The revelations as written, by cell and line of the comment."""
        cells = self.text.split("\n# %%\n") if self.notebook else [self.text]
        return {
            (index if self.notebook else None, number): found[2].strip()
            for index, cell in enumerate(cells)
            for number, line in enumerate(cell.split("\n"), start=1)
            if (found := _COMMENT.search(line))
        }

    def differences(self, text: str | None = None) -> list[str]:
        """Where what is revealed is not what is announced, in this or another spelling of the program."""
        announced = self.announced()
        revealed: dict[tuple[int | None, int], tuple[CompileSite, ...]] = {}
        for program in self.programs(text):
            for sites in compile_sites(program, self.dialect):
                revealed[sites[0].span.cell, sites[0].span.line] = sites
        told = []
        for place in sorted({*announced, *revealed}, key=str):
            expected = parse_revelation(announced.get(place, "nothing"))
            found = revelation(revealed.get(place, ()), expected)
            if found != expected:
                told.append(f"{place[1]}: announced {written(expected)}, revealed {written(found)}")
        return told


def annotated_programs(name: str) -> Iterator[Annotated]:
    """The programs of one file."""
    header, *parts = _TITLE.split((PROGRAMS / name).read_text("utf-8"))
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        words = re.search(r"\[dialect: (.*)\]", title)
        dialect = DEFAULT
        if words:
            dialect = None if words[1] == "of the program" else parse_dialect(words[1])
        yield Annotated(title, f"{header}{body}", name.endswith(".cells"), dialect)


def _comments(text: str) -> Iterator[re.Match[str]]:
    for line in text.split("\n"):
        found = _COMMENT.search(line)
        if found:
            yield found


def _notebook(text: str) -> str:
    cells = [
        {"cell_type": "code", "source": cell.splitlines(keepends=True), "metadata": {}, "outputs": []}
        for cell in text.split("\n# %%\n")
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


# --- the words of a revelation ----------------------------------------------------------------------------


def parse_revelation(text: str) -> Revelation:
    if text == "nothing":
        return NOTHING
    return frozenset(
        tuple(_parse_facts(head) for head in possibility.split(" | ")) for possibility in text.split(" / ")
    )


def _parse_facts(text: str) -> Facts:
    facts = []
    for word in text.split():
        name, equals, value = word.partition("=")
        assert name in FACTS or name in SITE_FACTS, f"{word!r} is no fact"
        assert equals, f"{word!r} has no value"
        facts.append((name, value))
    return tuple(facts)


def revelation(sites: tuple[CompileSite, ...], like: Revelation) -> Revelation:
    """What the sites reveal, in the words of another revelation."""
    used = {name: None for possibility in like for facts in possibility for name, _ in facts}
    names = list(used) or ["output", "loss"]
    return frozenset(
        tuple(tuple((name, _fact(name, site, head)) for name in names) for head in site.heads) for site in sites
    )


def written(told: Revelation) -> str:
    possibilities = (
        " | ".join(" ".join(f"{name}={value}" for name, value in facts) for facts in possibility)
        for possibility in told
    )
    return " / ".join(sorted(possibilities)) or "nothing"


def _fact(name: str, site: CompileSite, head: Head) -> str:
    return SITE_FACTS[name](site) if name in SITE_FACTS else FACTS[name](head)


def _value(fact: Fact[object] | object | None) -> str:
    value = fact.value if isinstance(fact, Fact) else fact
    return "?" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _output(head: Head) -> str:
    output = head.output
    return f"{_value(output.activation.name)}({_value(output.units)})"


def _loss(head: Head) -> str:
    if head.loss is None:
        return "none"
    return "own" if head.loss.form == "custom" else _value(head.loss.name)


def _metric(metric: Metric) -> str:
    name = "own" if metric.form == "custom" else _value(metric.name)
    kernel = _value(metric.kernel)
    return name if kernel == name or metric.form == "custom" else f"{name}>{kernel}"


def _listed(words: list[str]) -> str:
    return ",".join(words) or "none"


FACTS: dict[str, Callable[[Head], str]] = {
    # softmax(10): the activation and the units
    "output": _output,
    "inner": lambda head: _listed([_value(activation.name) for activation in head.output.inner]),
    "form": lambda head: head.output.activation.form,
    "name": lambda head: _value(head.output.name),
    "rank": lambda head: _value(head.output.rank),
    "kind": lambda head: _value(head.output.kind),
    "dtype": lambda head: _value(head.output.dtype),
    "integers": lambda head: str(head.output.integers),
    "own": lambda head: str(head.output.custom),
    "loss": _loss,
    "logits": lambda head: _value(head.loss.from_logits if head.loss else None),
    # accuracy>categorical_accuracy: a metric and the kernel that it runs, where that has another name
    "metrics": lambda head: _listed([_metric(metric) for metric in head.metrics]),
    "keys": lambda head: _listed([_value(metric.log_key) for metric in head.metrics]),
    "labels": lambda head: _value(head.labels.encoding),
    "classes": lambda head: _value(head.labels.classes),
    "width": lambda head: _value(head.labels.width),
}

SITE_FACTS: dict[str, Callable[[CompileSite], str]] = {
    "sequential": lambda site: _value(site.sequential),
    "outputs_known": lambda site: str(site.outputs_known),
    "own_training": lambda site: str(site.custom_training),
    "losses": lambda site: _listed([_value(loss.name) for loss in site.losses]),
    "metrics_known": lambda site: str(site.metrics_known),
    "metrics_form": lambda site: site.metrics_arguments[0].form,
    "only_built": lambda site: str(site.uses.only_built),
    "monitors": lambda site: _listed([monitor.key for monitor in site.uses.monitors]),
    "reads": lambda site: _listed(sorted({read.key for read in site.uses.history_reads})),
    "adversarial": lambda site: str(site.uses.adversarial),
    "unpacked": lambda site: str(site.uses.evaluate_unpacked),
    "dialect": lambda site: site.dialect.name.replace(" ", "-"),
    "registered": lambda site: _listed(sorted(site.registered)),
    "twice": lambda site: str(site.may_run_twice),
}

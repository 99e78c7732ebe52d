"""What the linter sees under the cursor: a metric, a loss, a compile call, or what was found there."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lint_keras_acc.engine import Report
from lint_keras_acc.findings import Finding, Severity, Span
from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.keras_api.losses import LOSSES
from lint_keras_acc.keras_api.metrics import canonical_metric
from lint_keras_acc.lsp.markup import Markdown, PlainText
from lint_keras_acc.render import one_line, place, relative, where
from lint_keras_acc.rules import rule_of, rule_page
from lint_keras_acc.rules.common import (
    activation_name,
    activation_range,
    final_activation,
    is_logits,
    labels_are,
    loss_family,
    takes_logits,
    units,
)
from lint_keras_acc.rules.metric_code import metric_words
from lint_keras_acc.sites import CompileSite, Encoding, Head, Loss, Metric
from lint_keras_acc.source import Program
from lint_keras_acc.verdicts import (
    STANDINGS,
    Standing,
    Verdict,
    advice,
    contradiction,
    is_of_the_fit,
    is_resolved,
    label_words,
    rule_title,
    site_findings,
    verdict,
)

Calls = Sequence[Sequence[CompileSite]]

# What the verdicts are called, as docs/editors.md explains them: the ground for some follows as part of the sentence.
TITLES: dict[Standing, str] = {
    **{standing: f"{words[:1].upper()}{words[1:]}" for standing, words in STANDINGS.items()},
    "conditional": "Honest if",
    "unknown": "Not known",
}
_ORIGINS = {
    "configuration": "as configured",
    "pinned": "as the project pins it",
    "idiom": "as the program is written",
    "default": "the newest: nothing says otherwise",
    "installed": "as installed",
    "saved": "as it was saved",
}
_TAKES = {
    "binary": "labels of 0 and 1, each column for itself",
    "categorical": "one-hot rows as labels",
    "sparse": "class ids as labels",
    "regression": "numbers, and measures how far they are apart",
    "hinge": "labels of -1 and 1, and scores of any sign",
}
# What the output of a cross-entropy may be, and its labels.
_FITTING: dict[str, tuple[tuple[str, ...], tuple[Encoding, ...]]] = {
    "binary": (("unit",), ("binary", "multi-hot")),
    "categorical": (("simplex",), ("one-hot",)),
    "sparse": (("simplex",), ("integer", "binary")),
}
_LONGEST_CODE = 48
_MOST_VARIANTS = 4


class Cursor(NamedTuple):
    """A place in a file, or in a cell of a notebook, as a Span counts it."""

    path: str
    cell: int | None
    line: int
    column: int


@dataclass(frozen=True)
class Hover:
    """What is told of the stretch of source that the cursor is in."""

    span: Span
    text: str


def hover(
    programs: Sequence[Program], report: Report, at: tuple[int | None, int, int], *, markdown: bool = True
) -> Hover | None:
    """What there is to say of the place `at`: cell, line and column as in a Span; None where that is nothing.

    `report` is what linting these programs said.
    """
    here = Cursor(report.path, *at)
    return _Teller(programs, report.calls, report.findings, Markdown() if markdown else PlainText()).at(here)


class _Teller:
    """The words for one source."""

    def __init__(
        self, programs: Sequence[Program], calls: Calls, findings: Sequence[Finding], markup: Markdown
    ) -> None:
        self._programs = programs
        self._calls = calls
        self._findings = findings
        self._markup = markup

    def at(self, at: Cursor) -> Hover | None:
        """The smallest thing around the place that there is something to say of."""
        things: dict[Span, list[str]] = {}
        for possibilities in self._calls:
            for site in possibilities:
                for span, text in self._things(site, at):
                    texts = things.setdefault(span, [])
                    if text not in texts:
                        texts.append(text)
        findings = [finding for finding in self._findings if _holds(finding.span, at)]
        spans = [*things, *(finding.span for finding in findings)]
        if not spans:
            return None
        span = min(spans, key=lambda span: (span.end_line - span.line, span.end_column - span.column))
        texts = things.get(span, [])
        parts = ["\n\n".join(self._variants(texts))] if texts else []
        parts += [self._explained(finding, with_message=not texts) for finding in findings if finding.span == span]
        return Hover(span, "\n\n---\n\n".join(parts))

    def _variants(self, texts: Sequence[str]) -> Iterator[str]:
        """Several readings of the program, the first in full, of the others the lines in which they differ from it."""
        if len(texts) == 1:
            yield texts[0]
            return
        yield f"{len(texts)} readings, by the branch, the caller or the output."
        first = texts[0].splitlines()
        yield f"{self._markup.strong('(1)')} {texts[0]}"
        for number, text in enumerate(texts[1:_MOST_VARIANTS], start=2):
            title, *rest = text.splitlines()
            different = "\n".join(line for line in rest if not line.startswith("- ") or line not in first)
            yield f"{self._markup.strong(f'({number})')} {title}\n{different.rstrip()}"
        if len(texts) > _MOST_VARIANTS:
            yield f"and {len(texts) - _MOST_VARIANTS} more"

    def _things(self, site: CompileSite, at: Cursor) -> Iterator[tuple[Span, str]]:
        """What there is to say of this compile call at a place."""
        name = self._name_of_call(site)
        if name is not None and _holds(name, at):
            yield name, self._call(site)
        for index, head in enumerate(site.heads):
            if head.loss is not None and _holds(head.loss.span, at):
                yield head.loss.span, self._loss(site, index, head.loss)
            for metric in head.metrics:
                if metric.written is None and metric.kernel.value is None:
                    continue
                if _holds(metric.span, at):
                    yield metric.span, self._metric(site, index, metric)

    def _name_of_call(self, site: CompileSite) -> Span | None:
        """The word `compile` of the call."""
        for program in self._programs:
            nodes = program.nodes_around(site.span)
            call = nodes[-1] if nodes else None
            if isinstance(call, ast.Call) and program.span(call) == site.span:
                span = program.span(call.func)
                length = len(call.func.attr) if isinstance(call.func, ast.Attribute) else span.end_column - span.column
                return Span(
                    span.path, span.cell, span.end_line, span.end_column - length, span.end_line, span.end_column
                )
        return None

    # --- a metric ---

    def _metric(self, site: CompileSite, index: int, metric: Metric) -> str:
        told = verdict(site, index, metric, site_findings(site))
        lines = [
            self._markup.strong(self._what_runs(site, metric, told)) + self._of_output(site, index),
            *self._judged(told),
            "\n".join([*self._counted(told), *self._facts(site, index, metric), *self._rules(told.findings)]),
        ]
        return "\n\n".join(filter(None, lines))

    def _what_runs(self, site: CompileSite, metric: Metric, told: Verdict) -> str:
        words = self._markup.code(one_line(metric_words(metric)))
        if told.kernel is None:
            return words
        if is_resolved(site, metric):
            return f"{words} runs {self._markup.code(told.kernel)}"
        is_class = metric.form != "string" and told.kernel == canonical_metric(metric.written or "")
        if is_class or told.kernel == metric.written:
            return words
        return f"{words} is {self._markup.code(told.kernel)}"

    def _of_output(self, site: CompileSite, index: int) -> str:
        """Which output it is about, where there are several."""
        if len(site.heads) < 2:
            return ""
        name = site.heads[index].output.name
        return f" at the output {self._markup.code(one_line(name)) if name else index}"

    def _judged(self, told: Verdict) -> Iterator[str]:
        if told.standing is None:
            return
        codes = dict.fromkeys(finding.code for finding in told.findings)
        found = f" ({', '.join(codes)})" if codes else ""
        because = self._markup.prose(_in_a_sentence(told.because))
        colon = "" if told.standing == "conditional" else ":"
        yield f"{self._markup.strong(TITLES[told.standing])}{colon} {because}{found}."
        if told.instead:
            yield f"{self._markup.strong('Instead')}: {self._markup.prose(told.instead)}."

    def _counted(self, told: Verdict) -> Iterator[str]:
        if told.counts:
            yield f"- how it counts: {self._markup.prose(told.counts)}"
        if told.why and told.kernel:
            yield f"- why this one: {self._markup.prose(told.why)}"

    def _rules(self, findings: Iterable[Finding]) -> Iterator[str]:
        for code, name in dict.fromkeys((finding.code, finding.name) for finding in findings):
            yield f"- rule: {self._markup.link(f'{code} {name}', rule_page(code))}"

    def _generation(self, dialect: Dialect) -> str:
        return f"{dialect.name}, {_ORIGINS[dialect.origin]}"

    # --- a loss ---

    def _loss(self, site: CompileSite, index: int, loss: Loss) -> str:
        head = site.heads[index]
        name = loss.name.value or loss.written
        title = self._markup.code(name) if name else "a loss that is not known"
        findings = [
            finding
            for finding in site_findings(site)
            if finding.head in (index, None) and (finding.span == loss.span or is_of_the_fit(finding))
        ]
        lines = [
            self._markup.strong(title) + self._of_output(site, index),
            *(self._contradicted(finding) for finding in findings),
            self._taken(head, loss) + ("" if findings else self._fits(head)),
            "\n".join([*self._facts(site, index, None), *self._rules(findings)]),
        ]
        return "\n\n".join(filter(None, lines))

    def _contradicted(self, finding: Finding) -> str:
        lead = "Doubtful" if finding.severity is Severity.HINT else "Contradiction"
        instead = advice(finding)
        return (
            f"{self._markup.strong(lead)}: {self._markup.prose(contradiction(finding))} ({finding.code})."
            f"{' ' + self._markup.prose(_sentence(instead)) if instead else ''}"
        )

    def _taken(self, head: Head, loss: Loss) -> str:
        """What the loss takes."""
        info = LOSSES.get(loss.name.value or "")
        if info is None or info.family not in _TAKES:
            return ""
        scale = ""
        if info.has_from_logits and loss.from_logits.known:
            scale = "logits, and " if takes_logits(head) else "probabilities, and "
        takes = _TAKES["categorical" if info.name == "categorical_hinge" else info.family]
        return f"Takes {scale}{takes.partition(',')[0] if units(head) == 1 and info.family == 'binary' else takes}."

    def _fits(self, head: Head) -> str:
        """Whether a cross-entropy gets what it takes, where no rule objects."""
        ranges, encodings = _FITTING.get(loss_family(head) or "", ((), ()))
        if not (is_logits(head) or activation_range(head) in ranges):
            return ""
        if labels_are(head, *encodings):
            return " It gets both."
        return "" if head.labels.encoding.known else " The output fits; the labels are not to be seen here."

    # --- a compile call ---

    def _call(self, site: CompileSite) -> str:
        findings = site_findings(site)
        lines = [f"{self._markup.strong('compile')}, read for {self._generation(site.dialect)}"]
        for index, head in enumerate(site.heads):
            lines.append("\n".join([*self._facts(site, index, None), *self._metrics(site, index, head, findings)]))
        return "\n\n".join(lines)

    def _metrics(self, site: CompileSite, index: int, head: Head, findings: Iterable[Finding]) -> Iterator[str]:
        for metric in head.metrics:
            told = verdict(site, index, metric, findings)
            standing = ""
            if told.standing:
                standing = f" — {self._markup.strong(STANDINGS[told.standing])}"
            yield f"- metric: {self._what_runs(site, metric, told)}{standing}"

    # --- what it was read from ---

    def _facts(self, site: CompileSite, index: int, metric: Metric | None) -> Iterator[str]:
        """A line for each thing that the accuracy and the loss depend on, with where it stands."""
        head = site.heads[index]
        output = head.output
        activation = final_activation(head)
        made = output.layer or activation.layer or activation.name.span
        yield f"- output{self._named(site, index)}: {self._output(head)}{self._read_at(made)}"
        labels = head.labels
        yield f"- labels: {label_words(head)}{self._read_at(labels.span)}"
        if head.loss is not None:
            logits = ", from_logits=True" if head.loss.from_logits.value else ""
            name = head.loss.name.value or head.loss.written or "not known"
            yield f"- loss: {self._markup.prose(one_line(name))}{logits}{self._read_at(head.loss.span, name)}"
        key = metric and (metric.log_key or metric.key)
        if key:
            yield f"- logged as {self._markup.code(one_line(key))}"
        if metric is not None:
            yield f"- read for {self._generation(site.dialect)}"

    def _named(self, site: CompileSite, index: int) -> str:
        name = site.heads[index].output.name
        return f" {one_line(name)}" if name and len(site.heads) > 1 else ""

    def _output(self, head: Head) -> str:
        count, name = units(head), activation_name(head)
        if count is None and name is None:
            return "not known"
        size = f"{count} unit{'' if count == 1 else 's'}" if count else "number of units not known"
        if is_logits(head):
            return f"{size}, no activation: logits"
        return f"{size}, {'no activation' if name == 'linear' else name or 'activation not known'}"

    def _read_at(self, span: Span | None, known: str | None = None) -> str:
        """` — line 22: `code``, with the cell or the file where that is another one; without code that is `known`."""
        if span is None:
            return ""
        here = (one for one in self._programs if one.path == span.path)
        program = next((one for one in here if one.tree_line(span.cell, span.line) is not None), None)
        if program is None:
            return f" — {one_line(self._elsewhere(span))}"
        in_file = where(span.cell, span.line)
        code = _shortened(program.segment(span))
        is_told = known is not None and code.strip("\"'") == known
        return f" — {in_file}" if is_told else f" — {in_file}: {self._markup.code(code)}"

    def _elsewhere(self, span: Span) -> str:
        """A place in another file, or in what else the notebook writes."""
        if self._programs and span.path != self._programs[0].path:
            name = relative(span.path, os.path.dirname(self._programs[0].path) or os.curdir)
            return f"{name}, line {span.line}"
        return place(span)

    # --- a finding ---

    def _explained(self, finding: Finding, *, with_message: bool) -> str:
        """The rule that has found something: what it says, and why that is bad."""
        lines = []
        if with_message:
            link = self._markup.link(f"{finding.code} {finding.name}", rule_page(finding.code))
            lines += [link, self._markup.strong(f"{rule_title(finding.code)}.")]
            lines.append(self._markup.prose(f"{finding.message}."))
            lines.append(
                "\n".join(
                    f"- {self._markup.prose(related.message)}{self._read_at(related.span)}"
                    for related in finding.related
                )
            )
        lines.append(_why_bad(finding.code))
        return "\n\n".join(filter(None, lines))


def _why_bad(code: str) -> str:
    """The first paragraph of the section of the rule's documentation that says why."""
    section = rule_of(code).sections.get("Why is this bad", "")
    return " ".join(section.strip().partition("\n\n")[0].split())


def _holds(span: Span, at: Cursor) -> bool:
    """The place is in the span, or right behind it, where a cursor may stand as well."""
    if (span.path, span.cell) != (at.path, at.cell):
        return False
    return (span.line, span.column) <= (at.line, at.column) <= (span.end_line, span.end_column)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _in_a_sentence(text: str) -> str:
    """A sentence behind a colon: its first letter small, unless its first word is a name."""
    word = text.partition(" ")[0]
    return text if word.upper() == word and len(word) > 1 else f"{text[:1].lower()}{text[1:]}"


def _shortened(code: str) -> str:
    """Code in one line, its end left out where it is long."""
    line = " ".join(one_line(code).split())
    return line if len(line) <= _LONGEST_CODE else f"{line[: _LONGEST_CODE - 1]}…"

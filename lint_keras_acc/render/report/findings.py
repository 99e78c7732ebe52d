"""A finding on the page: its places in the source, and its repair as a diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from lint_keras_acc.findings import Applicability, Edit, Finding, Span
from lint_keras_acc.fixing.text import Text, splice
from lint_keras_acc.render.report.markup import Markup, code_block, element, joined, text
from lint_keras_acc.render.report.survey import Survey, Texts
from lint_keras_acc.render.text import on_screen, screen_width
from lint_keras_acc.rules import rule_page
from lint_keras_acc.source import split_lines

# Lines that are shown before and after a place, and lines of a long one that are.
_AROUND = 1
_AROUND_CHANGE = 2
_MOST_LINES = 6
_WIDEST = 160


class Mark(NamedTuple):
    """A stretch of source that is marked, and the word on it."""

    span: Span
    kind: str
    label: str


def finding_entry(number: int, finding: Finding, survey: Survey, texts: Texts) -> Markup:
    """A finding that unfolds: in one line what is wrong and where, below it the source and the repair."""
    severity = finding.severity.value
    fix = finding.fix.applicability.value if finding.fix else None
    summary = element(
        "summary",
        element("span", severity, class_=f"severity {severity}"),
        Markup(" "),
        element("b", finding.code),
        Markup(" "),
        element("span", finding.message, class_="message"),
        Markup(" "),
        element("span", survey.place(finding.span, finding.site.path), class_="place"),
    )
    body = [_excerpts(finding, survey, texts), _repair(finding, survey, texts), _rule(finding)]
    return element(
        "details", summary, *body, class_="finding", id=f"f{number}", data_code=finding.code, data_severity=severity,
        data_fix=fix,
    )  # fmt: skip


def _rule(finding: Finding) -> Markup:
    return element(
        "p",
        element("a", f"Why {finding.name} is bad", href=f"#{finding.code}"),
        Markup(" · "),
        element("a", f"the page of {finding.code}", href=rule_page(finding.code), rel="noreferrer"),
        class_="more",
    )


# --- the source -------------------------------------------------------------------------------------------


def _excerpts(finding: Finding, survey: Survey, texts: Texts) -> Markup:
    """The lines of all its places, those of one file or cell together, with the file of each but its own."""
    marks = [Mark(finding.span, "guilty", finding.name)]
    marks += [Mark(related.span, "related", related.message) for related in finding.related]
    blocks: dict[tuple[str, int | None], list[Mark]] = {}
    for mark in marks:
        blocks.setdefault((mark.span.path, mark.span.cell), []).append(mark)
    shown = []
    for (path, cell), of_block in blocks.items():
        if (path, cell) != (finding.span.path, finding.span.cell):
            name = survey.place(of_block[0].span, finding.span.path)
            shown.append(element("p", name, class_="elsewhere"))
        shown.append(excerpt(split_lines(texts.text(path, cell)), of_block, survey.place(of_block[0].span)))
    return joined(shown)


def excerpt(lines: Sequence[str], marks: Sequence[Mark], name: str) -> Markup:
    """The lines that hold the marks and those around them, the marks highlighted with their words below them."""
    wanted: set[int] = set()
    for span, *_ in marks:
        last = min(span.end_line, span.line + _MOST_LINES)
        wanted.update(range(span.line - _AROUND, last + _AROUND + 1))
    numbers = sorted(number for number in wanted if 1 <= number <= len(lines))
    width = len(str(numbers[-1])) if numbers else 1
    rows = []
    above = numbers[0] - 1 if numbers else 0
    for number in numbers:
        if number != above + 1:
            rows.append(element("span", "⋮".rjust(width), class_="n") + "\n")
        above = number
        rows.append(_line(number, lines[number - 1], marks, width))
    return code_block(Markup("".join(rows)), "code", f"source at {name}")


def _line(number: int, line: str, marks: Sequence[Mark], width: int) -> str:
    """A line with its number, and below it a word on each mark that begins in it."""
    inside = [(mark, *_columns(number, line, mark.span)) for mark in marks if _covers(mark.span, number)]
    first = _first_column(line, [start for _, start, _ in inside])
    borders = {first, min(len(line), first + _WIDEST)}
    borders.update(column for _, start, end in inside for column in (start, end) if first <= column <= max(borders))
    parts = ["…" if first else ""]
    cuts = sorted(borders)
    for start, end in pairwise(cuts):
        kinds = {mark.kind for mark, mark_start, mark_end in inside if mark_start <= start and end <= mark_end}
        piece = text(on_screen(line[start:end]))
        parts.append(element("mark", piece, class_=min(kinds)) if kinds else piece)
    parts.append("…" if max(borders) < len(line) else "")
    rows = [f"{element('span', str(number).rjust(width), class_='n')}{''.join(parts)}\n"]
    for mark, start, _ in inside:
        if mark.span.line == number:
            indent = " " * (width + 2 + screen_width(on_screen(line[first : max(start, first)])) + (1 if first else 0))
            rows.append(f"{indent}{element('span', mark.label, class_=f'note {mark.kind}')}\n")
    return "".join(rows)


def _covers(span: Span, number: int) -> bool:
    return span.line <= number <= span.end_line


def _columns(number: int, line: str, span: Span) -> tuple[int, int]:
    """Where the span begins and ends in this line, counted from 0."""
    start = span.column - 1 if number == span.line else len(line) - len(line.lstrip())
    end = span.end_column - 1 if number == span.end_line else len(line)
    return min(start, len(line)), min(end, len(line))


def _first_column(line: str, starts: Sequence[int]) -> int:
    """What to leave out of a line that is too long to be shown whole."""
    if len(line) <= _WIDEST:
        return 0
    return max(0, min(starts, default=0) - _WIDEST // 3)


# --- the repair -------------------------------------------------------------------------------------------


class Hunk(NamedTuple):
    """Lines that a repair changes: '-' goes, '+' comes, ' ' stays."""

    cell: int | None
    line: int
    rows: tuple[tuple[str, str], ...]


_APPLICABILITY = {
    Applicability.SAFE: "Safe repair",
    Applicability.UNSAFE: "Unsafe repair: it changes the training, or a key that is read",
}


def _repair(finding: Finding, survey: Survey, texts: Texts) -> Markup:
    """What the fix is, and what it changes."""
    fix = finding.fix
    if fix is None:
        return Markup()
    head = element(
        "p", element("span", _APPLICABILITY[fix.applicability], class_=f"fix {fix.applicability.value}"),
        Markup(" "), fix.title,
    )  # fmt: skip
    edits = texts.edits(finding)
    if edits is None:
        return joined([head, element("p", "The change cannot be written into this text as it stands.", class_="more")])
    shown = [_hunk(hunk, finding, survey) for hunk in hunks(edits, texts)]
    return joined([head, *shown])


def _hunk(hunk: Hunk, finding: Finding, survey: Survey) -> Markup:
    rows = []
    for sign, line in hunk.rows:
        shown = f"{sign} {text(_clipped(line))}"
        name = {"-": "del", "+": "ins"}.get(sign)
        rows.append(element(name, Markup(shown)) if name else Markup(shown))
    where = Span(finding.span.path, hunk.cell, hunk.line, 1, hunk.line, 1)
    return code_block(joined(rows, Markup("\n")), "diff", f"change at {survey.place(where)}")


def _clipped(line: str) -> str:
    shown = on_screen(line)
    return shown if len(shown) <= 2 * _WIDEST else f"{shown[: 2 * _WIDEST]}…"


def hunks(edits: Sequence[Edit], texts: Texts) -> Iterator[Hunk]:
    """What the edits change, line by line, with some lines around."""
    by_text: dict[tuple[str, int | None], list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        by_text.setdefault((edit.span.path, edit.span.cell), []).append(edit)
    for (path, cell), of_text in sorted(by_text.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        whole = Text(texts.text(path, cell))
        for group in _neighbours(whole, splice(whole, of_text)):
            yield _hunk_of(whole, cell, group)


Replacement = tuple[int, int, str]


def _neighbours(whole: Text, replacements: Sequence[Replacement]) -> Iterator[list[Replacement]]:
    """Replacements in their order, together where the lines around them meet."""
    group: list[Replacement] = []
    for replacement in replacements:
        line = whole.place(replacement[0])[0]
        if group and line > whole.place(group[-1][1])[0] + 2 * _AROUND_CHANGE:
            yield group
            group = []
        group.append(replacement)
    if group:
        yield group


def _hunk_of(whole: Text, cell: int | None, group: Sequence[Replacement]) -> Hunk:
    first = max(1, whole.place(group[0][0])[0] - _AROUND_CHANGE)
    last = min(whole.place(len(whole.text))[0], whole.place(group[-1][1])[0] + _AROUND_CHANGE)
    start, end = whole.line_start(first), whole.line_end(last)
    parts = []
    position = start
    for from_, to, content in group:
        parts += [whole.text[position:from_], content]
        position = to
    old = split_lines(whole.text[start:end])
    new = split_lines("".join([*parts, whole.text[position:end]]))
    rows: list[tuple[str, str]] = []
    for tag, old_first, old_last, new_first, new_last in SequenceMatcher(None, old, new, False).get_opcodes():
        if tag == "equal":
            rows += [(" ", line) for line in old[old_first:old_last]]
        else:
            rows += [("-", line) for line in old[old_first:old_last]]
            rows += [("+", line) for line in new[new_first:new_last]]
    return Hunk(cell, first, tuple(rows))

"""Findings as text: a line each for a pipe, with the source underlined for a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from lint_keras_acc.findings import Applicability, Finding, Severity, Span
from lint_keras_acc.render import one_line, place

LineText = Callable[[Span], str]

_BOLD, _DIM, _RESET = "\033[1m", "\033[2m", "\033[0m"
_RELATED = "\033[34m"
_COLOURS = {Severity.ERROR: "\033[31m", Severity.WARNING: "\033[33m", Severity.HINT: "\033[36m"}
_DIFF_COLOURS = {"@": "\033[36m", "-": "\033[31m", "+": "\033[32m"}
_CODE = re.compile(r"\033\[\d*m")
_WIDEST = 120


def plain(finding: Finding, line_text: LineText | None = None) -> Iterator[str]:
    """`path:line:column: CODE message`, and the related places indented below.

    line_text: tells the lines, which are shown below each place; None shows none.
    """
    yield f"{place(finding.span)}: {finding.code} {one_line(finding.message)}"
    if line_text is not None:
        yield f"        {one_line(line_text(finding.span).strip())}"
    for related in finding.related:
        yield f"    {place(related.span)}: {one_line(related.message)}"
        if line_text is not None:
            yield f"        {one_line(line_text(related.span).strip())}"


def excerpt(finding: Finding, line_text: LineText) -> Iterator[str]:
    """The finding in colour, its places underlined in the source with a word on each, and what the fix is."""
    colour = _COLOURS[finding.severity]
    yield (
        f"{_BOLD}{place(finding.span)}{_RESET}: {colour}{finding.severity.value}{_RESET} "
        f"{_BOLD}{finding.code}{_RESET} {one_line(finding.message)}"
    )
    marks = [(finding.span, "^", colour, finding.name)]
    marks += [(related.span, "-", _RELATED, related.message) for related in finding.related]
    marks.sort(key=lambda mark: (mark[0].path != finding.span.path, mark[0]))
    width = len(str(max(span.line for span, *_ in marks)))
    shown: tuple[str, int | None] = finding.span.path, finding.span.cell
    above = ""
    yield f"{_DIM}{' ' * width} |{_RESET}"
    for span, mark, mark_colour, label in marks:
        if (span.path, span.cell) != shown:
            shown = span.path, span.cell
            above = ""
            yield f"{_DIM}{' ' * width} : {place(span)}{_RESET}"
        text, start, length = _window(line_text(span), span)
        line = f"{_DIM}{span.line:>{width}} |{_RESET} {text}"
        if line != above:
            yield line
        above = line
        underline = f"{' ' * start}{mark_colour}{mark * length} {one_line(label)}{_RESET}"
        yield f"{_DIM}{' ' * width} |{_RESET} {underline}"
    if finding.fix is not None:
        asked = "--fix --unsafe-fixes" if finding.fix.applicability is Applicability.UNSAFE else "--fix"
        yield f"{_DIM}{' ' * width} ={_RESET} {one_line(finding.fix.title)} ({asked})"
    yield ""


def without_colour(line: str) -> str:
    """A line of an excerpt, for a terminal that takes none or a reader who wants none."""
    return _CODE.sub("", line)


def coloured_diff(diff: str) -> str:
    """A unified diff of one file in colour."""
    lines = diff.splitlines(keepends=True)
    return "".join(_coloured_line(line, is_head=number < 2) for number, line in enumerate(lines))


def _coloured_line(line: str, *, is_head: bool) -> str:
    colour = _BOLD if is_head else _DIFF_COLOURS.get(line[:1])
    if colour is None:
        return line
    text = line.rstrip("\r\n")
    return f"{colour}{text}{_RESET}{line[len(text) :]}"


def statistics(findings: Iterable[Finding]) -> Iterator[str]:
    """How often each rule was found, the most frequent first."""
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        counts[finding.code, finding.name] = counts.get((finding.code, finding.name), 0) + 1
    for (code, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield f"{count:>6}  {code}  {name}"


def summary(findings: Sequence[Finding]) -> str:
    """How many findings there are, and how many of them have a fix."""
    safe, unsafe = (
        sum(finding.fix is not None and finding.fix.applicability is kind for finding in findings)
        for kind in (Applicability.SAFE, Applicability.UNSAFE)
    )
    fixes = [f"{safe} with --fix" if safe else "", f"{unsafe} with --fix --unsafe-fixes" if unsafe else ""]
    fixable = ", ".join(filter(None, fixes))
    return f"Found {counted(len(findings), 'finding')}" + (f"; to be repaired: {fixable}." if fixable else ".")


def counted(number: int, thing: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{number} {plural(number, thing)}"


def plural(number: int, thing: str) -> str:
    """`finding` for one, else `findings`."""
    return thing if number == 1 else f"{thing}s"


def _window(line: str, span: Span) -> tuple[str, int, int]:
    """What to show of a line, and where on the screen the span begins in it and how long it is."""
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    start = min(span.column - 1, len(line))
    first = 0 if end <= _WIDEST else max(0, start - _WIDEST // 3)
    before, inside = on_screen(line[first:start]), on_screen(line[start : min(end, first + _WIDEST)])
    after = on_screen(line[max(start, end) : first + _WIDEST])
    return before + inside + after, screen_width(before), max(screen_width(inside), 1)


def on_screen(text: str) -> str:
    """A piece of a line as it is shown: tabs are four spaces, control characters one."""
    return one_line(text.replace("\t", "    "))


def screen_width(text: str) -> int:
    """How many columns of a terminal, or of a font of one width, a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)

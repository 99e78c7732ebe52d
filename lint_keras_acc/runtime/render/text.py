"""An audit as text for a terminal, with rich."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lint_keras_acc.findings import Finding, Span
from lint_keras_acc.render.text import counted, excerpt
from lint_keras_acc.runtime.auditing.data import Audit, Candidate, MetricAudit, OutputAudit
from lint_keras_acc.runtime.render import disagreement, figure, output_name, title

_INDENT = 2


def audit_text(audit: Audit, *, width: int | None = None, colour: bool = False) -> str:
    """What the command prints: for each output what 'accuracy' is, the figures, and the findings. Ends in a newline.

    width:  columns of the terminal; as wide as it is where None is given.
    colour: with the codes that colour a terminal.
    """
    console = Console(
        file=io.StringIO(),
        width=width or shutil.get_terminal_size((100, 24)).columns,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        for part in _parts(audit):
            console.print(part, soft_wrap=isinstance(part, Text) and part.no_wrap is True)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n" if not colour else capture.get()


def _parts(audit: Audit) -> Iterator[RenderableType]:
    yield Text(title(audit), style="bold")
    for output in audit.outputs:
        yield from _output(output, audit.outputs)
    if audit.failure:
        yield Text()
        yield Text(audit.failure, style="bold red")
    for metric in audit.disagreements:
        yield Text()
        yield Text.assemble(("DISAGREEMENT: ", "bold red"), disagreement(metric))
    yield Text()
    for finding in audit.findings:
        for line in _excerpt(finding, audit.text):
            yield Text.from_ansi(line, no_wrap=True, end="\n")
    yield _summary(audit)


def _output(output: OutputAudit, outputs: Sequence[OutputAudit]) -> Iterator[RenderableType]:
    name = output_name(output, outputs)
    yield Text()
    yield Text.assemble(
        (f"{name}: " if name else "", "bold"),
        (output.task, "bold"),
        f"; labels {output.labels}, predictions {output.predictions}",
    )
    kernel = output.resolution.kernel
    yield _indented(Text.assemble("'accuracy' is ", (kernel or "nothing that can be told", "bold"), " here"))
    yield _indented(Text(f"why: {output.resolution.reason}", style="dim"))
    if output.metrics:
        yield Text()
        yield _indented(_metrics(output.metrics))
        for metric in output.metrics:
            if metric.problem:
                yield _indented(Text(f"{metric.key}: {metric.problem}", style="yellow"))
    yield Text()
    yield _indented(_candidates(output))
    yield Text()
    yield _indented(_verdict(output))
    for note, names in _inapplicable(output.candidates).items():
        yield _indented(Text(f"Not here: {', '.join(names)}: {note}", style="dim"))


def _metrics(metrics: Sequence[MetricAudit]) -> Table:
    table = _table()
    table.add_column("metric", no_wrap=True)
    table.add_column("runs")
    table.add_column("Keras prints", justify="right", no_wrap=True)
    table.add_column("recomputed", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for metric in metrics:
        runs = f"{metric.kernel or '-'}{', ' + metric.detail if metric.detail else ''}"
        runs += ", weighted" if metric.weighted else ""
        table.add_row(metric.key, runs, figure(metric.printed), figure(metric.computed), _agreement(metric))
    return table


def _agreement(metric: MetricAudit) -> Text:
    if metric.agrees is None:
        return Text("not compared", style="yellow")
    return Text("they agree", style="green") if metric.agrees else Text("THEY DIFFER", style="bold red")


def _candidates(output: OutputAudit) -> Table:
    table = _table()
    table.add_column("what could count as right")
    table.add_column("figure", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("what that is")
    for candidate in output.candidates:
        if candidate.figure is not None:
            style = "bold green" if candidate.honest else ""
            shown = Text(figure(candidate.figure), style)
            table.add_row(Text(candidate.name, style), shown, _role(candidate), candidate.note)
    if output.baseline:
        note = Text(output.baseline.name, style="cyan")
        table.add_row(Text("baseline", "cyan"), Text(figure(output.baseline.figure), "cyan"), "", note)
    return table


def _inapplicable(candidates: Sequence[Candidate]) -> dict[str, list[str]]:
    """The candidates without a figure, by the reason."""
    found: dict[str, list[str]] = {}
    for candidate in candidates:
        if candidate.figure is None:
            found.setdefault(candidate.note, []).append(candidate.name)
    return found


def _role(candidate: Candidate) -> Text:
    if candidate.honest:
        return Text("runs, honest" if candidate.runs else "honest", style="bold green")
    return Text("runs" if candidate.runs else "", style="yellow")


def _verdict(output: OutputAudit) -> Text:
    honest = output.honest
    if honest is None:
        return Text.assemble(("No accuracy is honest here: ", "bold"), output.verdict)
    return Text.assemble(
        ("Look at ", "bold"), (f"{honest.name}: {figure(honest.figure)}", "bold green"), f"; {output.verdict}"
    )


def _excerpt(finding: Finding, portrait: str) -> Iterator[str]:
    lines = portrait.splitlines()

    def line_text(span: Span) -> str:
        return lines[span.line - 1] if span.line <= len(lines) else ""

    *shown, _ = excerpt(replace(finding, fix=None), line_text)
    yield from shown
    if finding.fix is not None:
        margin = re.match(r"(?:\033\[\d*m)*( *)", shown[1])
        yield f"{margin[1] if margin else ''}= {finding.fix.title}"
    yield ""


def _summary(audit: Audit) -> Text:
    found = [counted(len(audit.findings), "finding")] if audit.findings else []
    if audit.disagreements:
        found.append(counted(len(audit.disagreements), "disagreement"))
    if found:
        return Text(f"Found {' and '.join(found)}.", style="bold")
    return Text("No findings." if not audit.failure else "No findings, but evaluate raises.", style="bold")


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold dim")


def _indented(part: RenderableType) -> Padding:
    return Padding(part, (0, 0, 0, _INDENT))

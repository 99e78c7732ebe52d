"""The first screen of the page: what is wrong, where, and what the accuracies are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from lint_keras_acc.findings import Applicability, Finding, Severity
from lint_keras_acc.render.report.calls import UNTOLD
from lint_keras_acc.render.report.markup import Markup, element, joined, text
from lint_keras_acc.render.report.prose import rule_title
from lint_keras_acc.render.report.survey import FileSurvey, Survey
from lint_keras_acc.render.text import counted, plural
from lint_keras_acc.rules import all_rules
from lint_keras_acc.verdicts import STANDINGS, Standing

# Up to so many files the folders are open.
_FEW = 25
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.HINT)


def lead(survey: Survey) -> Markup:
    """In one sentence what is wrong, and what to do."""
    files_with_findings = sum(bool(file.findings) for file in survey.files)
    calls = counted(len(survey.calls), "compile call")
    in_files = counted(len(survey.files), "file")
    unread = sum(bool(file.unread) for file in survey.files)
    said = []
    if survey.findings:
        said.append(
            f"{counted(len(survey.findings), 'finding')} at {survey.calls_with_findings} of {calls}, in "
            f"{files_with_findings} of {in_files}."
        )
    else:
        said.append(f"Nothing was found at {calls} in {in_files}.")
    if unread:
        said.append(f"{counted(unread, 'file')} could not be read whole.")
    known = sum(file.known for file in survey.files)
    if known:
        said.append(f"{counted(known, 'finding')} that the baseline knows {'is' if known == 1 else 'are'} left out.")
    untold = sum(len(file.report.untold) for file in survey.files)
    if untold:
        said.append(f"{counted(untold, 'hint')} not told (--hints).")
    return element("p", " ".join(said), class_="lead")


def summary(survey: Survey, told: Counter[tuple[str, Standing]]) -> Markup:
    """The first screen: what is wrong, where, and what the accuracies of all calls run, as `told` counts them."""
    parts = [_accuracies(told)]
    if survey.findings:
        what = element("div", element("h2", "What is wrong"), _what(survey.findings))
        where = element("div", element("h2", "Where"), _where(survey.files), class_="files")
        parts = [element("div", what, where, *parts, class_="columns")]
    return element("section", _tiles(survey), *parts, class_="summary", aria_label="Summary")


def _tiles(survey: Survey) -> Markup:
    """The figures: findings by severity, and repairs."""
    tiles = [
        element("li", element("b", str(count), class_=severity.value), f" {plural(count, severity.value)}")
        for severity in SEVERITIES
        if (count := survey.count(severity)) or severity is not Severity.HINT
    ]  # fmt: skip
    safe, unsafe = survey.repairs(Applicability.SAFE), survey.repairs(Applicability.UNSAFE)
    if safe:
        tiles.append(
            element(
                "li", element("b", str(safe), class_="safe"), " with a safe repair: ", element("code", survey.command)
            )
        )
    if unsafe:
        how = (
            ("add ", element("code", "--unsafe-fixes"))
            if safe
            else (element("code", f"{survey.command} --unsafe-fixes"),)
        )
        tiles.append(element("li", element("b", str(unsafe)), " with an unsafe repair: ", *how))
    return element("ul", *tiles, class_="tiles")


def _what(findings: Sequence[Finding]) -> Markup:
    """The rules, the worst and the most frequent first; each leads to its explanation and its places."""
    counts = Counter(finding.code for finding in findings)
    worst = {code: max((f.severity for f in findings if f.code == code), key=lambda s: s.rank) for code in counts}
    rules = {rule.code: rule for rule in all_rules()}
    ordered = sorted(counts, key=lambda code: (-worst[code].rank, -counts[code], code))
    rows = [
        element(
            "li",
            element(
                "a",
                element("span", str(counts[code]), class_=f"count {worst[code].value}"),
                element("span", rule_title(rules[code]), class_="title"),
                element("span", code, class_="name", title=rules[code].name),
                href=f"#{code}",
                data_rule=code,
            ),
        )
        for code in ordered
    ]
    return element("ol", *rows, class_="what")


# --- where ------------------------------------------------------------------------------------------------


class _Folder:
    """A folder on the way to files with findings."""

    def __init__(self) -> None:
        self.folders: dict[str, _Folder] = {}
        self.files: list[FileSurvey] = []

    def add(self, parts: Sequence[str], file: FileSurvey) -> None:
        if len(parts) == 1:
            self.files.append(file)
        else:
            self.folders.setdefault(parts[0], _Folder()).add(parts[1:], file)

    @property
    def every_file(self) -> list[FileSurvey]:
        return [*self.files, *(file for folder in self.folders.values() for file in folder.every_file)]


def _where(surveyed: Iterable[FileSurvey]) -> Markup:
    """The files with findings in their folders; each leads to its findings."""
    root = _Folder()
    for file in surveyed:
        if file.findings:
            root.add(file.name.split("/"), file)
    return element("ul", *_rows(root, is_open=len(root.every_file) <= _FEW), class_="where")


def _rows(folder: _Folder, *, is_open: bool) -> list[Markup]:
    rows = [
        element("li", element("a", *severity_counts([file]), file.name.rpartition("/")[2], href=f"#file-{file.number}"))
        for file in folder.files
    ]
    for name, inner in folder.folders.items():
        while not inner.files and len(inner.folders) == 1:
            ((child, inner),) = inner.folders.items()
            name = f"{name}/{child}"
        inside = inner.every_file
        summary = element(
            "summary", *severity_counts(inside), f"{name}/ ", element("small", counted(len(inside), "file"))
        )
        below = element("ul", *_rows(inner, is_open=is_open))
        rows.append(element("li", element("details", summary, below, open=is_open)))
    return rows


def severity_counts(surveyed: Iterable[FileSurvey]) -> list[Markup]:
    """How many findings there are of each severity."""
    severities = Counter(finding.severity for file in surveyed for _, finding in file.findings)
    return [
        element(
            "span",
            str(severities[severity]),
            element("span", f" {plural(severities[severity], severity.value)} ", class_="aloud"),
            class_=f"count {severity.value}",
        )
        for severity in SEVERITIES
        if severities[severity]
    ]


def _accuracies(told: Counter[tuple[str, Standing]]) -> Markup:
    """What the string 'accuracy' runs in all compile calls together, and how often that is honest."""
    if not told:
        return Markup()
    kernels: Counter[str] = Counter()
    standings: Counter[Standing] = Counter()
    for (kernel, standing), count in told.items():
        kernels[kernel] += count
        standings[standing] += count
    columns = sorted(kernels, key=lambda kernel: (kernel == UNTOLD, -kernels[kernel], kernel))
    rows = [
        _row(words, [told[kernel, standing] for kernel in columns], standings[standing], standing)
        for standing, words in STANDINGS.items()
        if standings[standing]
    ]
    heads = [element("th", _kernel(kernel), scope="col") for kernel in (*columns, "together")]
    together = [_row("together", [kernels[kernel] for kernel in columns], sum(kernels.values()))]
    return element(
        "div",
        element("h2", "What 'accuracy' runs here, and whether that is honest"),
        element(
            "table",
            element("thead", element("tr", element("td"), *heads)),
            element("tbody", *rows, *(together if len(rows) > 1 else [])),
        ),
        class_="kernels",
    )


def _row(words: str, counts: Sequence[int], together: int, kind: str | None = None) -> Markup:
    cells = [element("td", str(count or "")) for count in (*counts, together)]
    return element("tr", element("th", words, scope="row"), *cells, class_=kind)


def _kernel(name: str) -> Markup:
    """The name of a kernel, which may be broken at its underscores."""
    if "_" not in name:
        return text(name)
    return element("code", joined([text(part) for part in name.split("_")], Markup("_<wbr>")))

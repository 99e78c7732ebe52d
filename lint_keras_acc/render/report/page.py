"""The page: what is wrong and where on the first screen, then the files, then the rules."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.resources import files

from lint_keras_acc import __version__
from lint_keras_acc.findings import Applicability, Finding, Severity
from lint_keras_acc.render.report.calls import STANDINGS, accuracies, call_facts
from lint_keras_acc.render.report.findings import finding_entry
from lint_keras_acc.render.report.markup import Markup, code_block, element, joined, text
from lint_keras_acc.render.report.survey import Call, FileSurvey, Survey, Texts
from lint_keras_acc.render.text import counted
from lint_keras_acc.rules import Rule, all_rules, rule_page
from lint_keras_acc.verdicts import Standing

# Up to so many files the folders of the summary are open.
_FEW = 60
_SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.HINT)


def report_page(survey: Survey, texts: Texts) -> str:
    """The whole page. It is the same for the same survey, byte for byte."""
    script, style = _asset("page.js"), _asset("page.css")
    with_findings = [file for file in survey.files if file.findings]
    without = [file for file in survey.files if not file.findings and file.report.calls]
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{survey.title}: accuracy report"),
        element("style", style),
    )
    body = element(
        "body",
        element("a", "Skip to the findings", href="#findings", class_="skip"),
        element("header", element("h1", survey.title), _lead(survey)),
        element(
            "main",
            _summary(survey),
            _unread(survey),
            _found(with_findings, survey, texts),
            _clean(without, survey),
            _rules(survey),
        ),
        _footer(),
        element("script", script),
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _asset(name: str) -> Markup:
    return Markup(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _policy(script: str) -> str:
    """Nothing is loaded, and no script runs but that of the page itself."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    none = ("default-src", "base-uri", "form-action")
    return "; ".join(
        [*(f"{kind} 'none'" for kind in none), "style-src 'unsafe-inline'", f"script-src 'sha256-{digest}'"]
    )


# --- the first screen -------------------------------------------------------------------------------------


def _lead(survey: Survey) -> Markup:
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


def _summary(survey: Survey) -> Markup:
    if not survey.findings:
        return element("section", _tiles(survey), _accuracies(survey), class_="summary", aria_label="Summary")
    return element(
        "section",
        _tiles(survey),
        element(
            "div",
            element("div", element("h2", "What is wrong"), _what(survey.findings)),
            element("div", element("h2", "Where"), _where(survey.files)),
            class_="columns",
        ),
        _accuracies(survey),
        class_="summary",
        aria_label="Summary",
    )


def _tiles(survey: Survey) -> Markup:
    """The figures: findings by severity, and repairs."""
    tiles = [
        element("li", element("b", str(count), class_=severity.value), f" {_plural(count, severity.value)}")
        for severity in _SEVERITIES
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
        tiles.append(element("li", element("b", str(unsafe)), " with an unsafe repair"))
    return element("ul", *tiles, class_="tiles")


def _plural(count: int, thing: str) -> str:
    return thing if count == 1 else f"{thing}s"


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
                element("span", _title(rules[code]), class_="title"),
                element("span", code, class_="name", title=rules[code].name),
                href=f"#{code}",
                data_rule=code,
            ),
        )
        for code in ordered
    ]
    return element("ol", *rows, class_="what")


def _title(rule: Rule) -> Markup:
    return _prose(rule.documentation.strip().partition("\n")[0])


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
        element("li", element("a", *_counts([file]), file.name.rpartition("/")[2], href=f"#file-{file.number}"))
        for file in folder.files
    ]
    for name, inner in folder.folders.items():
        while not inner.files and len(inner.folders) == 1:
            ((child, inner),) = inner.folders.items()
            name = f"{name}/{child}"
        inside = inner.every_file
        summary = element("summary", *_counts(inside), f"{name}/ ", element("small", counted(len(inside), "file")))
        below = element("ul", *_rows(inner, is_open=is_open))
        rows.append(element("li", element("details", summary, below, open=is_open)))
    return rows


def _counts(surveyed: Iterable[FileSurvey]) -> list[Markup]:
    """How many findings there are of each severity."""
    severities = Counter(finding.severity for file in surveyed for _, finding in file.findings)
    return [
        element(
            "span",
            str(severities[severity]),
            element("span", f" {_plural(severities[severity], severity.value)} ", class_="aloud"),
            class_=f"count {severity.value}",
        )
        for severity in _SEVERITIES
        if severities[severity]
    ]


def _accuracies(survey: Survey) -> Markup:
    """What the string 'accuracy' runs in all compile calls together, and how often that is honest."""
    told = Counter(entry for call in survey.calls for entry in accuracies(call))
    if not told:
        return Markup()
    kernels = Counter({kernel: 0 for kernel, _ in told})
    standings: Counter[Standing] = Counter()
    for (kernel, standing), count in told.items():
        kernels[kernel] += count
        standings[standing] += count
    columns = [standing for standing in STANDINGS if standings[standing]]
    heads = [element("th", STANDINGS[standing], scope="col", class_=standing) for standing in columns]
    rows = [
        element(
            "tr",
            element("th", element("code", kernel) if "_" in kernel else kernel, scope="row"),
            *(element("td", str(told[kernel, standing] or ""), class_=standing) for standing in columns),
            element("td", str(count)),
        )
        for kernel, count in sorted(kernels.items(), key=lambda item: (-item[1], item[0]))
    ]
    sums = [element("td", str(standings[standing]), class_=standing) for standing in columns]
    total = element("tr", element("th", "together", scope="row"), *sums, element("td", str(sum(kernels.values()))))
    return element(
        "div",
        element("h2", "What 'accuracy' runs here, and whether that is honest"),
        element(
            "table",
            element("thead", element("tr", element("td"), *heads, element("th", "together", scope="col"))),
            element("tbody", *rows, *([total] if len(rows) > 1 else [])),
        ),
        class_="kernels",
    )


# --- the files --------------------------------------------------------------------------------------------


def _unread(survey: Survey) -> Markup:
    """What was not read, or not linted."""
    rows = [
        element("li", element("b", file.name), f"{', ' if where else ''}{where}: {message}")
        for file in survey.files
        for where, message in file.unread
    ]
    rows += [element("li", element("b", file.name), f": {note}") for file in survey.files for note in file.notes]
    if not rows:
        return Markup()
    return element(
        "section", element("h2", "Not read, or not whole"), element("ul", *rows), class_="unread", id="unread"
    )


def _found(with_findings: Sequence[FileSurvey], survey: Survey, texts: Texts) -> Markup:
    if not with_findings:
        return element("section", id="findings")
    sections = [_file(file, survey, texts) for file in with_findings]
    return element("section", element("h2", "Findings"), _filter(survey), *sections, id="findings", tabindex=-1)


def _filter(survey: Survey) -> Markup:
    """The fields that pick findings; they are shown where scripts run."""
    rules = sorted({(finding.code, finding.name) for finding in survey.findings})
    options = [element("option", "all rules", value="")]
    options += [element("option", f"{code} {name}", value=code) for code, name in rules]
    severities = [element("option", "all severities", value="")]
    severities += [
        element("option", _plural(2, each.value), value=each.value) for each in _SEVERITIES if survey.count(each)
    ]
    repairs = [
        element("option", "with or without repair", value=""),
        element("option", "with a safe repair", value="safe"),
        element("option", "with an unsafe repair", value="unsafe"),
        element("option", "without a repair", value="none"),
    ]
    return element(
        "form",
        element(
            "input",
            type="search",
            name="words",
            placeholder="Words in path or message",
            aria_label="Words in path or message",
            autocomplete="off",
        ),
        element("select", *options, name="rule", aria_label="Rule"),
        element("select", *severities, name="severity", aria_label="Severity"),
        element("select", *repairs, name="repair", aria_label="Repair"),
        element("button", "Open all", type="button", name="fold"),
        element("button", "Reset", type="reset"),
        element("output", "", name="shown", aria_live="polite"),
        class_="filter",
        role="search",
        hidden=True,
    )  # fmt: skip


def _file(file: FileSurvey, survey: Survey, texts: Texts) -> Markup:
    """A file with its compile calls, each with its findings."""
    calls = [
        _call(
            call,
            [finding_entry(number, finding, survey, texts) for number, finding in file.of_call(call)],
            file,
            survey,
        )
        for call in file.report.calls
    ]
    others = [finding_entry(number, finding, survey, texts) for number, finding in file.of_no_call]
    heading = element("h3", *_counts([file]), element("a", file.name, href=f"#file-{file.number}"))
    portrait = _portrait(file)
    return element("section", heading, *calls, *others, portrait, class_="file", id=f"file-{file.number}")


def _call(call: Call, findings: Sequence[Markup], file: FileSurvey, survey: Survey) -> Markup:
    site = call[0]
    where = element("h4", f"compile, {survey.place(site.span, file.report.path)}")
    dialect = element("span", f"{site.dialect.name} ({site.dialect.origin})", class_="dialect")
    kind = "call" if findings else "call clean"
    return element(
        "article", element("div", where, dialect, class_="head"), call_facts(call, survey), *findings, class_=kind
    )


def _portrait(file: FileSurvey) -> Markup:
    """The code that stands for a saved model."""
    if not file.report.portrait:
        return Markup()
    lines = file.report.portrait.splitlines()
    rows = [
        f"{element('span', str(number).rjust(len(str(len(lines)))), class_='n')}{text(line)}\n"
        for number, line in enumerate(lines, 1)
    ]
    shown = code_block(Markup("".join(rows)), "code", "the model as code")
    return element("details", element("summary", "The model as code"), shown, class_="portrait")


def _clean(without: Sequence[FileSurvey], survey: Survey) -> Markup:
    """Files in which nothing was found: what their accuracies are all the same."""
    if not without:
        return Markup()
    entries = [
        element(
            "details",
            element(
                "summary",
                element("h3", file.name),
                Markup(" "),
                element("small", counted(len(file.report.calls), "compile call")),
            ),
            *(_call(call, [], file, survey) for call in file.report.calls),
            _portrait(file),
            class_="file",
            id=f"file-{file.number}",
        )
        for file in without
    ]
    return element("section", element("h2", "Compile calls without findings"), *entries, id="clean")


# --- the rules --------------------------------------------------------------------------------------------


def _rules(survey: Survey) -> Markup:
    """Each rule that speaks here: what it finds, why that is bad, and all its places."""
    found = [(file, number, finding) for file in survey.files for number, finding in file.findings]
    by_code: dict[str, list[Markup]] = {}
    for _, number, finding in found:
        link = element("a", survey.place(finding.span), href=f"#f{number}")
        by_code.setdefault(finding.code, []).append(element("li", link))
    if not by_code:
        return Markup()
    sections = [_rule(rule, by_code[rule.code]) for rule in all_rules() if rule.code in by_code]
    return element("section", element("h2", "Rules"), *sections, id="rules")


def _rule(rule: Rule, places: Sequence[Markup]) -> Markup:
    parts = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", rule.documentation, re.MULTILINE | re.DOTALL))
    return element(
        "article",
        element("h3", f"{rule.code} {rule.name}"),
        element("p", _title(rule), class_="lead"),
        *_paragraphs(parts.get("Why is this bad", "")),
        element(
            "p", element("a", "The page of the rule, with an example", href=rule_page(rule.code), rel="noreferrer")
        ),
        element("ul", *places, class_="places"),
        class_="rule",
        id=rule.code,
    )


def _paragraphs(prose: str) -> list[Markup]:
    """Paragraphs and lists of a rule's documentation, as far as it uses Markdown."""
    blocks = [block for block in re.split(r"\n\s*\n", prose.strip()) if block and not block.startswith("```")]
    return [element("p", _prose(" ".join(block.split()))) for block in blocks]


def _prose(words: str) -> Markup:
    """A line of text with `code` in it."""
    pieces = re.split(r"`([^`]+)`", words)
    return joined([element("code", piece) if index % 2 else text(piece) for index, piece in enumerate(pieces)])


def _footer() -> Markup:
    return element(
        "footer",
        element("p", f"Written by lint-keras-acc {__version__}, which read the files and ran nothing of them."),
        element(
            "p",
            "Keys: / words to look for, j and k the next and the previous finding, Enter to unfold it.",
            class_="keys",
            hidden=True,
        ),
    )

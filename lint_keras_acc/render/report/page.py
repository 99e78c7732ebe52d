"""The page: what is wrong and where on the first screen, then the files, then the rules."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files
from typing import NamedTuple

from lint_keras_acc import __version__
from lint_keras_acc.engine import Failure
from lint_keras_acc.render.report.calls import accuracies, call_facts
from lint_keras_acc.render.report.findings import finding_entry
from lint_keras_acc.render.report.markup import Markup, code_block, element, text
from lint_keras_acc.render.report.prose import paragraphs, rule_title
from lint_keras_acc.render.report.summary import SEVERITIES, lead, severity_counts, summary
from lint_keras_acc.render.report.survey import Call, FileSurvey, Survey, Texts
from lint_keras_acc.render.text import counted, plural
from lint_keras_acc.rules import Rule, all_rules, rule_page
from lint_keras_acc.verdicts import Standing


class Page(NamedTuple):
    """The page, and where making it failed."""

    html: str
    failures: tuple[Failure, ...]


def report_page(survey: Survey, texts: Texts) -> Page:
    """The whole page. It is the same for the same survey, byte for byte."""
    script, style = _asset("page.js"), _asset("page.css")
    sections: dict[int, Markup] = {}
    told: Counter[tuple[str, Standing]] = Counter()
    failures = []
    for file in survey.files:
        try:
            sections[file.number] = _file(file, survey, texts)
            told.update(entry for call in file.report.calls for entry in accuracies(call))
        except Exception as error:
            failures.append(Failure.of(file.report.path, "the report", error))
            sections[file.number] = _unshown(file, failures[-1])
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{survey.title}: accuracy report"),
        element("style", style),
    )
    main = element(
        "main",
        summary(survey, told),
        _unread(survey),
        _found(survey, [sections[file.number] for file in survey.files if file.findings]),
        _clean([sections[file.number] for file in survey.files if not file.findings and file.report.calls]),
        _rules(survey),
    )
    body = element(
        "body",
        element("a", "Skip to the findings", href="#findings", class_="skip"),
        element("header", element("h1", survey.title), lead(survey)),
        main,
        _footer(),
        element("script", script),
    )
    return Page(f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n", tuple(failures))


def _asset(name: str) -> Markup:
    return Markup(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _policy(script: str) -> str:
    """Nothing is loaded, and no script runs but that of the page itself."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    none = ("default-src", "base-uri", "form-action")
    return "; ".join(
        [*(f"{kind} 'none'" for kind in none), "style-src 'unsafe-inline'", f"script-src 'sha256-{digest}'"]
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


def _found(survey: Survey, sections: Sequence[Markup]) -> Markup:
    """The files with findings."""
    if not sections:
        return element("section", id="findings")
    return element("section", element("h2", "Findings"), _filter(survey), *sections, id="findings", tabindex=-1)


def _clean(sections: Sequence[Markup]) -> Markup:
    """Files in which nothing was found: what their accuracies are all the same."""
    if not sections:
        return Markup()
    return element("section", element("h2", "Compile calls without findings"), *sections, id="clean")


def _filter(survey: Survey) -> Markup:
    """The fields that pick findings; they are shown where scripts run."""
    rules = sorted({(finding.code, finding.name) for finding in survey.findings})
    options = [element("option", "all rules", value="")]
    options += [element("option", f"{code} {name}", value=code) for code, name in rules]
    severities = [element("option", "all severities", value="")]
    severities += [
        element("option", plural(2, each.value), value=each.value) for each in SEVERITIES if survey.count(each)
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
    """A file with its compile calls, each with its findings; one without findings unfolds."""
    calls = []
    for call in file.report.calls:
        findings = [finding_entry(number, finding, survey, texts) for number, finding in file.of_call(call)]
        calls.append(_call(call, findings, file, survey))
    others = [finding_entry(number, finding, survey, texts) for number, finding in file.of_no_call]
    content = [*calls, *others, _portrait(file)]
    if file.findings:
        return element("section", _heading(file), *content, class_="file", id=f"file-{file.number}")
    count = element("small", counted(len(calls), "compile call"))
    head = element("summary", element("h3", file.name), Markup(" "), count)
    return element("details", head, *content, class_="file", id=f"file-{file.number}")


def _heading(file: FileSurvey) -> Markup:
    return element("h3", *severity_counts([file]), element("a", file.name, href=f"#file-{file.number}"))


def _unshown(file: FileSurvey, failure: Failure) -> Markup:
    """In the place of a file at which we failed."""
    said = element("p", f"internal error: {failure.message}")
    return element("section", _heading(file), said, class_="file unread", id=f"file-{file.number}")


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
    return element(
        "article",
        element("h3", f"{rule.code} {rule.name}"),
        element("p", rule_title(rule), class_="lead"),
        *paragraphs(rule.sections.get("Why is this bad", "")),
        element(
            "p", element("a", "The page of the rule, with an example", href=rule_page(rule.code), rel="noreferrer")
        ),
        element("ul", *places, class_="places"),
        class_="rule",
        id=rule.code,
    )


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

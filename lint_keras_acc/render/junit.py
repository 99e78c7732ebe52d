"""Findings as a report of tests in the XML of JUnit, which every CI server reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lint_keras_acc.render import one_line, place, unicode_only
from lint_keras_acc.render.told import Kind, Told, ToldFile
from lint_keras_acc.rules import rule_page

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def test_report(files: Iterable[ToldFile]) -> str:
    """A suite for each file: a failed test for each finding, an error for what was not read, or one test passed.

    In ASCII, so that it is right in whatever encoding it is written.
    """
    suites = [_suite(file) for file in files] or [_suite(ToldFile("no files"))]
    root = Element("testsuites", {"name": "lint-keras-acc", **_sums(suites)})
    root.extend(suites)
    indent(root)
    written: bytes = tostring(root, encoding="us-ascii", xml_declaration=True)
    return written.decode("ascii")


def _suite(file: ToldFile) -> Element:
    path = _text(file.path)
    suite = Element("testsuite", {"name": path})
    for told in file.findings:
        _add(
            suite, path, f"{told.finding.code} {told.finding.name}", "failure", told.finding.severity.value, _said(told)
        )
    for remark in file.remarks:
        if remark.kind is not Kind.NOTE:
            _add(suite, path, remark.kind.value, "error", remark.kind.value, [remark.message])
    if not len(suite):
        SubElement(suite, "testcase", {"name": "no findings", "classname": path, "time": "0"})
    for name, number in _counts(suite).items():
        suite.set(name, number)
    return suite


def _add(suite: Element, path: str, name: str, result: str, kind: str, lines: Iterable[str]) -> None:
    message, *others = [_text(line) for line in lines]
    case = SubElement(suite, "testcase", {"name": f"{name}: {message}", "classname": path, "time": "0"})
    SubElement(case, result, {"type": kind, "message": message}).text = "\n".join([message, *others])


def _said(told: Told) -> Iterator[str]:
    finding = told.finding
    yield f"{place(finding.span)}: {one_line(finding.message)}"
    for related in finding.related:
        yield f"{place(related.span)}: {one_line(related.message)}"
    if finding.fix is not None:
        yield f"Fix ({finding.fix.applicability.value}): {one_line(finding.fix.title)}"
    yield rule_page(finding.code)


def _counts(suite: Element) -> dict[str, str]:
    counted = {
        "tests": len(suite),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
    }
    return {**{name: str(number) for name, number in counted.items()}, "time": "0"}


def _sums(suites: list[Element]) -> dict[str, str]:
    sums = {name: sum(int(suite.get(name, 0)) for suite in suites) for name in ("tests", "failures", "errors")}
    return {**{name: str(number) for name, number in sums.items()}, "time": "0"}


def _text(text: str) -> str:
    """What XML can hold of a text: other characters are escaped as Python escapes them."""
    return _NO_XML.sub(lambda found: ascii(found.group())[1:-1], unicode_only(text))

"""One HTML page about a whole repository or course: what is wrong, where, and what each accuracy really is.

    survey    what was found, put in the order of the page (data)
    page      from a survey to the page: the files, the rules
    summary   its first screen
    calls     a compile call: what the linter sees there, and what 'accuracy' computes
    findings  a finding: its source, its repair
    prose     the documentation of rules
    markup    HTML elements; whatever is no markup already is escaped
    page.css, page.js   what the page looks like, and what it can do where scripts run

The page is one file that asks the network for nothing. It says the same, in the same bytes, of the same files.
"""

from __future__ import annotations

from lint_keras_acc.render.report.page import report_page
from lint_keras_acc.render.report.survey import Survey, Texts, survey_of

__all__ = ["Survey", "Texts", "report_page", "survey_of"]

"""The rules: one file each, one function each, from a CompileSite to its findings.

A module of this package that is named after a code (`kac101_accuracy_on_regression.py`) defines `RULE` and
decorates one function with it; dropping the file into the folder is the whole registration. Its docstring is
the rule's only documentation. One rule is about comments and has no function: `suppressions.py` tells it.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable
from functools import cache

from lint_keras_acc import DOCUMENTATION
from lint_keras_acc.findings import Finding, Fix, Related, Severity, Span
from lint_keras_acc.sites import CompileSite

Check = Callable[[CompileSite], Iterable[Finding]]


def _nothing(site: CompileSite) -> Iterable[Finding]:
    return ()


class Rule:
    """A code, a stable name, the severity that it has unless a finding says otherwise, and its check."""

    def __init__(self, code: str, name: str, severity: Severity) -> None:
        self.code = code
        self.name = name
        self.severity = severity
        self.documentation = ""
        # The findings of this rule alone, before other rules silence them; none for one that is of no site.
        self.check: Check = _nothing

    def __call__(self, check: Check) -> Check:
        self.check = check
        return check

    @property
    def title(self) -> str:
        """What the rule is about, in one sentence: the first line of its documentation."""
        return self.documentation.strip().partition("\n")[0]

    @property
    def sections(self) -> dict[str, str]:
        """The text of each section of its documentation, by the section's title."""
        _, *parts = re.split(r"^## (.*)\n", self.documentation, flags=re.MULTILINE)
        return dict(zip(parts[::2], parts[1::2], strict=True))

    def finding(
        self,
        site: CompileSite,
        span: Span,
        message: str,
        *,
        related: Iterable[Related | None] = (),
        fix: Fix | None = None,
        severity: Severity | None = None,
        head: int | None = None,
    ) -> Finding:
        """A finding of this rule about `span`. Places of `related` that are None are left out."""
        return Finding(
            self.code,
            self.name,
            severity or self.severity,
            message,
            span,
            site.span,
            tuple(place for place in related if place is not None),
            fix,
            head,
        )


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule of the package, by code."""
    return tuple(rule_of(code) for code in rule_names())


@cache
def source_rules() -> tuple[Rule, ...]:
    """The rules that can speak of a program, by code: those of batches (KAC6xx) never can, and are not loaded."""
    return tuple(rule_of(code) for code in rule_names() if not code.startswith("KAC6"))


@cache
def rule_names() -> dict[str, str]:
    """The name of every rule by its code, in order, as the names of the files say them: nothing is loaded."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name.startswith("kac"))
    parts = (module.partition("_") for module in modules)
    return {code.upper(): name.replace("_", "-") for code, _, name in parts}


def rule_page(code: str) -> str:
    """The address of the page that explains a rule, for editors, reports and exchange formats."""
    return f"{DOCUMENTATION}/rules/{code}/"


@cache
def rule_of(code: str) -> Rule:
    """The rule with this code."""
    module = importlib.import_module(f"{__name__}.{code.lower()}_{rule_names()[code].replace('-', '_')}")
    rule: Rule = module.RULE
    rule.documentation = module.__doc__ or ""
    return rule

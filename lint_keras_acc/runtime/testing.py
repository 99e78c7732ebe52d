"""For the test suites of users: no finding about a model on some data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lint_keras_acc.config import Settings
from lint_keras_acc.findings import Severity
from lint_keras_acc.runtime.auditing import Audit, audit
from lint_keras_acc.runtime.auditing.running import Arrays, Model
from lint_keras_acc.runtime.render.text import audit_text

_WIDTH = 100


def selected(result: Audit, settings: Settings) -> Audit:
    """The audit with the findings of the rules that are selected, and hints only where they are asked for."""
    findings = tuple(
        finding
        for finding in result.findings
        if settings.selects(finding.code, finding.span.path)
        and (finding.severity is not Severity.HINT or settings.tells_hints(finding.code))
    )
    return replace(result, findings=findings)


def assert_no_findings(
    model: Model,
    x: Arrays,
    y: Arrays = None,
    *,
    sample_weight: Arrays = None,
    batch_size: int = 32,
    ignore: Iterable[str] = (),
    select: Iterable[str] | None = None,
    hints: bool = False,
) -> Audit:
    """Raise AssertionError, with the whole audit as its text, if there is any finding about the model on these data.

    model, x, y, sample_weight, batch_size: as `audit` takes them.
    ignore, select: codes, prefixes of codes, or names of rules; by default all are selected. The most exact decides.
    hints: hints count, too.

    That Keras prints another figure than its kernel gives, or that `evaluate` raises, counts as a finding whatever is
    ignored. Returns the audit. Works without pytest.

    Raises ConfigError for a rule that does not exist, and what `audit` raises.
    """
    __tracebackhide__ = True  # pytest then shows the line of the user's test
    settings = Settings(select=_names(select, ("KAC",)), ignore=_names(ignore, ()), hints=hints)
    settings.check_selectors()
    result = selected(audit(model, x, y, sample_weight=sample_weight, batch_size=batch_size), settings)
    if result.findings or result.disagreements or result.failure:
        raise AssertionError(f"accuracy is not what it seems\n{audit_text(result, width=_WIDTH)}")
    return result


def _names(given: Iterable[str] | None, default: tuple[str, ...]) -> tuple[str, ...]:
    if given is None:
        return default
    return (given,) if isinstance(given, str) else tuple(given)

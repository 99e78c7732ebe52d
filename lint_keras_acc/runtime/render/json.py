"""An audit as JSON. What is no number (NaN, nothing) is null."""

from __future__ import annotations

import json
from math import isfinite

from lint_keras_acc.findings import Finding
from lint_keras_acc.render.data import stretch
from lint_keras_acc.runtime.auditing.data import Audit, Baseline, Candidate, MetricAudit, OutputAudit, ThresholdCurve


def audit_json(audit: Audit) -> str:
    """One JSON object; docs/audit.md describes it."""
    return json.dumps(_audit(audit), indent=2, allow_nan=False)


def _audit(audit: Audit) -> dict[str, object]:
    return {
        "model": audit.model,
        "dialect": audit.dialect.name,
        "backend": audit.backend,
        "rows": audit.rows,
        "observed_rows": audit.observed_rows,
        "clean": audit.clean,
        "failure": audit.failure or None,
        "outputs": [_output(output) for output in audit.outputs],
        "disagreements": [metric.key for metric in audit.disagreements],
        "findings": [_finding(finding) for finding in audit.findings],
        "portrait": audit.text,
    }


def _output(output: OutputAudit) -> dict[str, object]:
    return {
        "name": output.name,
        "task": output.task,
        "labels": output.labels,
        "predictions": output.predictions,
        "accuracy": {"kernel": output.resolution.kernel, "reason": output.resolution.reason},
        "metrics": [_metric(metric) for metric in output.metrics],
        "candidates": [_candidate(candidate) for candidate in output.candidates],
        "honest": output.honest.name if output.honest else None,
        "verdict": output.verdict,
        "baseline": _baseline(output.baseline) if output.baseline else None,
        "curve": _curve(output.curve) if output.curve else None,
    }


def _metric(metric: MetricAudit) -> dict[str, object]:
    return {
        "key": metric.key,
        "written": metric.written,
        "kernel": metric.kernel,
        "detail": metric.detail or None,
        "reason": metric.reason,
        "weighted": metric.weighted,
        "printed": _number(metric.printed),
        "computed": _number(metric.computed),
        "agrees": metric.agrees,
        "problem": metric.problem or None,
    }


def _candidate(candidate: Candidate) -> dict[str, object]:
    return {
        "name": candidate.name,
        "kernel": candidate.kernel,
        "figure": _number(candidate.figure),
        "note": candidate.note,
        "runs": candidate.runs,
        "honest": candidate.honest,
    }


def _baseline(baseline: Baseline) -> dict[str, object]:
    return {"name": baseline.name, "figure": _number(baseline.figure)}


def _curve(curve: ThresholdCurve) -> dict[str, object]:
    return {
        "scale": curve.scale,
        "cut": curve.cut,
        "thresholds": list(curve.thresholds),
        "figures": [_number(value) for value in curve.figures],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "output": finding.head,
        **stretch(finding.span),
        "related": [{"message": related.message, **stretch(related.span)} for related in finding.related],
        "advice": finding.fix.title if finding.fix else None,
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None

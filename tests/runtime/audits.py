"""Audits made by hand, for tests of what is printed and drawn."""

from __future__ import annotations

from dataclasses import replace

from lint_keras_acc.findings import Applicability, Finding, Fix, Related, Severity, Span
from lint_keras_acc.keras_api.dialects import DEFAULT
from lint_keras_acc.runtime.accuracy import Resolution
from lint_keras_acc.runtime.auditing.data import (
    Audit,
    Baseline,
    Candidate,
    MetricAudit,
    OutputAudit,
    ThresholdCurve,
)

PORTRAIT = """\
keras.layers.Dense(12, activation='sigmoid', name='topics')
model.compile(loss='binary_crossentropy', metrics=['accuracy'])
"""


def _span(line: int, column: int, end_column: int) -> Span:
    return Span("<model articles>", None, line, column, line, end_column)


FINDING = Finding(
    code="KAC102",
    name="accuracy-on-multi-label",
    severity=Severity.WARNING,
    message="'accuracy' runs categorical_accuracy here: argmax over 12 independent sigmoid outputs",
    span=_span(2, 52, 62),
    site=_span(2, 1, 64),
    related=(Related(_span(1, 24, 44), "12 independent yes/no"),),
    fix=Fix("Replace 'accuracy' by BinaryAccuracy(name='accuracy')", Applicability.SAFE, ()),
    head=0,
)

METRIC = MetricAudit(
    key="accuracy",
    written="accuracy",
    kernel="categorical_accuracy",
    reason="labels have as many axes as the predictions",
    printed=0.5,
    computed=0.5,
    agrees=True,
)

OUTPUT = OutputAudit(
    name="topics",
    task="multi-label",
    resolution=Resolution("categorical_accuracy", "labels have as many axes as the predictions, and several columns"),
    metrics=(METRIC,),
    candidates=(
        Candidate("binary_accuracy at 0.5", "binary_accuracy", 0.9, "each label by itself", honest=True),
        Candidate("categorical_accuracy", "categorical_accuracy", 0.5, "argmax over 12 labels", runs=True),
        Candidate("exact_match", "exact_match", float("nan"), "scores equal to the labels"),
        Candidate("sparse_categorical_accuracy", "sparse_categorical_accuracy", None, "the labels are rows"),
    ),
    verdict="each of the 12 labels is a yes or no of its own, cut at 0.5",
    labels="(n, 12) float32",
    predictions="(n, 12) float32",
    baseline=Baseline("all zeros: no label is ever given", 0.6),
    curve=ThresholdCurve("probabilities", 0.5, (0.0, 0.25, 0.5, 0.75, 1.0), (0.4, 0.7, 0.9, 0.8, 0.6)),
)

AUDIT = Audit(
    model="articles",
    dialect=replace(DEFAULT, origin="installed"),
    backend="jax",
    rows=1000,
    observed_rows=1000,
    outputs=(OUTPUT,),
    findings=(FINDING,),
    text=PORTRAIT,
)

CLEAN = replace(AUDIT, findings=(), outputs=(replace(OUTPUT, baseline=None, curve=None),))

DISAGREEING = replace(
    AUDIT, outputs=(replace(OUTPUT, metrics=(replace(METRIC, printed=0.25, agrees=False),)),), findings=()
)

SEVERAL = replace(AUDIT, outputs=(OUTPUT, replace(OUTPUT, name="mood", baseline=None, curve=None)))

"""The dialects against what real versions did.

`measured.json` was recorded by running every version that it names. `kernels`: which kernel 'accuracy' ran
for a loss, output shape and label shape (rows in which the call raised before the metric was made are left
out). `log_keys`: the key of a metric string, null where it raised. `strings`: what `loss=`, `metrics=` and
`activation=` know. `compile`: the signatures.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.keras_api.losses import canonical_loss
from lint_keras_acc.keras_api.metrics import canonical_metric

MEASURED: dict[str, Any] = json.loads((Path(__file__).parent / "measured.json").read_text("utf-8"))
KERNELS = {"BIN": "binary_accuracy", "CAT": "categorical_accuracy", "SPA": "sparse_categorical_accuracy"}
KERNEL_DIALECTS = [(name, group["rows"]) for group in MEASURED["kernels"] for name in group["dialects"]]


def shape(text: str) -> tuple[str, ...]:
    return tuple(text.strip("()").split(","))


def loss_and_form(text: str) -> tuple[str | None, str]:
    name, call, _ = text.partition("(")
    if name == "customfn":
        return None, "custom"
    return canonical_loss(name), "instance" if call else "string"


@pytest.mark.parametrize(("dialect", "rows"), KERNEL_DIALECTS, ids=[name for name, _ in KERNEL_DIALECTS])
def test_accuracy_runs_the_measured_kernel(dialect: str, rows: dict[str, list[str]]) -> None:
    predicted, measured = {}, {}
    for kernel, descriptions in rows.items():
        for description in descriptions:
            loss_text, output_text, label_text = description.split("|")
            loss, form = loss_and_form(loss_text)
            output, labels = shape(output_text), shape(label_text)
            measured[description] = KERNELS[kernel]
            predicted[description] = parse_dialect(dialect).accuracy_kernel(
                loss,
                form,
                units=int(output[-1]),
                encoding=None,
                label_rank=len(labels),
                label_width=int(labels[-1]) if len(labels) > 1 else None,
                output_rank=len(output),
            )
    assert len(measured) > 50
    assert predicted == measured


@pytest.mark.parametrize("dialect", MEASURED["log_keys"])
def test_log_keys(dialect: str) -> None:
    measured = MEASURED["log_keys"][dialect]
    assert {written: parse_dialect(dialect).log_key(written, "string") for written in measured} == measured


@pytest.mark.parametrize("dialect", MEASURED["strings"])
def test_strings(dialect: str) -> None:
    known = MEASURED["strings"][dialect]
    losses, metrics = known["losses"].split(), known["metrics"].split()
    of_any_version = MEASURED["strings"].values()
    parsed = parse_dialect(dialect)
    assert [name for name in losses if not parsed.resolves_loss(name)] == []
    assert [name for name in metrics if not parsed.resolves_metric(name)] == []
    gone = {name for other in of_any_version for name in other["losses"].split()} - set(losses)
    assert [name for name in sorted(gone) if parsed.resolves_loss(name)] == []
    gone = {name for other in of_any_version for name in other["metrics"].split()} - set(metrics)
    resolved = {name for name in gone if parsed.resolves_accuracy(name) or parsed.resolves_crossentropy(name)}
    assert [name for name in sorted(gone - resolved) if parsed.resolves_metric(name)] == []


@pytest.mark.parametrize("dialect", MEASURED["strings"])
def test_every_string_has_a_canonical_name(dialect: str) -> None:
    known = MEASURED["strings"][dialect]
    assert [name for name in known["losses"].split() if canonical_loss(name) is None] == []
    assert [name for name in known["metrics"].split() if canonical_metric(name) is None] == []
    assert [name for name in known["activations"].split() if canonical_activation(name) is None] == []


@pytest.mark.parametrize("dialect", MEASURED["compile"])
@pytest.mark.parametrize("kind", ["Model", "Sequential"])
def test_compile_parameters(dialect: str, kind: str) -> None:
    measured = tuple(MEASURED["compile"][dialect][kind].split())
    assert parse_dialect(dialect).compile_parameters(kind == "Sequential") == measured

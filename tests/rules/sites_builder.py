"""Compile sites from a few words, for tests of rules: no source, no inference.

    site("sigmoid(12)", "binary_crossentropy", ["accuracy"], labels="multi-hot")

Places are made up, but each part has its own: the layer stands on line 1, the loss on line 11, the metrics on
line 12, one after the other, and the compile call around both from line 10 to 14.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from lint_keras_acc.findings import Finding, Span
from lint_keras_acc.keras_api.activations import canonical_activation
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect, parse_dialect
from lint_keras_acc.keras_api.losses import LOSSES, canonical_loss
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.rules import Rule
from lint_keras_acc.runtime.observe import observe
from lint_keras_acc.sites import (
    Activation,
    Argument,
    CompileSite,
    Encoding,
    EvaluateRead,
    Fact,
    Form,
    Head,
    KeyRead,
    Labels,
    Loss,
    LossArgument,
    Metric,
    MetricsArgument,
    Monitor,
    Output,
    PredictionRead,
    Step,
    Uses,
)

CALL = Span("program.py", None, 10, 1, 14, 2)
LAYER = Span("program.py", None, 1, 1, 1, 20)
_LOSS = Span("program.py", None, 11, 10, 11, 40)
_LABELS = Span("program.py", None, 2, 1, 2, 20)


def span_at(line: int, column: int, width: int = 8) -> Span:
    return Span("program.py", None, line, column, line, column + width)


def output(text: str = "", *, name: str | None = None, **more: Any) -> Output:
    """'sigmoid(12)', 'linear(1)', 'softmax' (units unknown), '(3)' (activation unknown), 'custom(1)', ''."""
    match = re.fullmatch(r"(\w*)(?:\((\d+)\))?", text)
    assert match, text
    word, units = match[1], Fact(int(match[2])) if match[2] else Fact[int]()
    if word == "custom":
        return Output(name=name, units=units, custom=True, layer=LAYER, **more)
    if not word:
        return Output(name=name, units=units, layer=LAYER, **more)
    assert canonical_activation(word) == word, word
    written = word != "linear"
    activation = Activation(
        Fact(word, span_at(1, 10) if written else None),
        "string" if written else "absent",
        layer=LAYER,
        replaceable=written,
    )
    return Output(name=name, units=units, activation=activation, layer=LAYER, **more)


def _arguments(call: ast.Call, parameters: Iterable[str], line: int, column: int) -> tuple[Argument, ...]:
    named: list[tuple[str, ast.expr]] = [*zip(parameters, call.args, strict=False)]
    named += [(word.arg, word.value) for word in call.keywords if word.arg]
    found = []
    for index, (name, node) in enumerate(named):
        position = index if index < len(call.args) else None
        is_constant = isinstance(node, ast.Constant | ast.List | ast.Tuple | ast.UnaryOp)
        value = ast.literal_eval(node) if is_constant else None
        value = tuple(value) if isinstance(value, list) else value
        is_none = isinstance(node, ast.Constant) and node.value is None
        found.append(Argument(name, span_at(line, column + index, 1), value, is_none, position))
    return tuple(found)


def _parse(text: str) -> tuple[Form, str, ast.Call | None]:
    """'mse' is a string, 'AUC()' an instance, 'class:AUC' a class, 'function:mse' one; or 'custom'."""
    if text == "custom":
        return "custom", text, None
    prefix, _, rest = text.partition(":")
    if rest:
        assert prefix in get_args(Form)
        return prefix, rest, None  # type: ignore[return-value]
    if "(" in text:
        call = ast.parse(text, mode="eval").body
        assert isinstance(call, ast.Call)
        return "instance", text.partition("(")[0], call
    return "string", text, None


def loss(text: str, span: Span = _LOSS) -> Loss:
    form, written, call = _parse(text)
    if form == "custom":
        return Loss(Fact(), "custom", span, written)
    name = canonical_loss(written)
    arguments: tuple[Argument, ...] = ()
    if call:
        parameters = LOSSES[name].class_parameters if name else ()
        arguments = _arguments(call, parameters, span.line, span.column + 10)
    logits = Fact[bool]()
    if name and LOSSES[name].has_from_logits:
        given = next((argument for argument in arguments if argument.name == "from_logits"), None)
        value = bool(given.value) if given and given.value is not None else (None if given else False)
        logits = Fact(value, given.span if given else None)
    return Loss(Fact(name, span if name else None), form, span, written, logits, arguments)


def metric(
    text: str,
    index: int,
    head_output: Output,
    head_loss: Loss | None,
    labels: Labels,
    dialect: Dialect,
    several: bool,
    weighted: bool = False,
) -> Metric:
    form, written, call = _parse(text)
    span = span_at(13 if weighted else 12, 10 + 40 * index, 30)
    if form == "custom":
        return Metric(Fact(), "custom", span, written, weighted=weighted)
    name = canonical_metric(written)
    arguments: tuple[Argument, ...] = ()
    if call:
        parameters = METRICS[name].class_parameters if name else ()
        arguments = _arguments(call, parameters, span.line, span.column + 10)
    given = next((argument.value for argument in arguments if argument.name == "name"), None)
    key = dialect.log_key(written, form, given if isinstance(given, str) else None, weighted)  # type: ignore[arg-type]
    kernel = name
    if name == "accuracy":
        if form in ("instance", "class") or (form == "string" and dialect.exact_match(written)):
            kernel = "exact_match"
        else:
            kernel = dialect.accuracy_kernel(
                head_loss.name.value if head_loss else None,
                head_loss.form if head_loss else "absent",
                head_output.units.value,
                labels.encoding.value,
                labels.rank.value,
                labels.width.value,
                head_output.rank.value,
            )
    log_key = key if not several else (f"{head_output.name}_{key}" if head_output.name and key else None)
    return Metric(Fact(name), form, span, written, Fact(kernel), key, log_key, arguments, weighted)


def labels_of(encoding: Encoding | str | None, **more: Any) -> Labels:
    """Labels of a known encoding; `classes=3`, `rank=1`, `low=-1.0`, ... become facts."""
    flags = {key: value for key, value in more.items() if isinstance(value, bool)}
    facts = {key: Fact(value, _LABELS) for key, value in more.items() if not isinstance(value, bool)}
    known: Fact[Any] = Fact(encoding, _LABELS) if encoding else Fact()
    return Labels(encoding=known, **facts, **flags)


def head(
    out: str | Output = "",
    loss_text: str | None = None,
    metrics: Iterable[str] = (),
    *,
    labels: Labels | str | None = None,
    dialect: Dialect = DEFAULT,
    weighted: Iterable[str] = (),
    several: bool = False,
) -> Head:
    made = out if isinstance(out, Output) else output(out)
    targets = labels if isinstance(labels, Labels) else labels_of(labels)
    made_loss = loss(loss_text) if loss_text else None
    entries = [metric(text, index, made, made_loss, targets, dialect, several) for index, text in enumerate(metrics)]
    entries += [
        metric(text, index, made, made_loss, targets, dialect, several, weighted=True)
        for index, text in enumerate(weighted)
    ]
    return Head(made, made_loss, tuple(entries), targets)


def site(
    out: str | Output = "",
    loss_text: str | None = None,
    metrics: Iterable[str] = (),
    *,
    labels: Labels | str | None = None,
    dialect: Dialect | str = DEFAULT,
    weighted: Iterable[str] = (),
    surely_older: bool = False,
    **more: Any,
) -> CompileSite:
    """A compile site of one output; `more` are fields of CompileSite."""
    spoken = parse_dialect(dialect) if isinstance(dialect, str) else dialect
    spoken = replace(spoken, surely_older=surely_older or spoken.surely_older)
    only = head(out, loss_text, metrics, labels=labels, dialect=spoken, weighted=weighted)
    return site_of([only], dialect=spoken, **more)


def site_of(heads: Iterable[Head], *, dialect: Dialect = DEFAULT, **more: Any) -> CompileSite:
    """A compile site of these heads, with everything known unless `more` says otherwise."""
    heads = tuple(heads)
    facts: dict[str, Any] = {
        "outputs_known": True,
        "losses": tuple(head.loss for head in heads if head.loss),
        "metrics": tuple(entry for head in heads for entry in head.metrics),
        "metrics_known": True,
        "uses": Uses(),
        **more,
    }
    return CompileSite(CALL, dialect, heads, **facts)


def observed(a_site: CompileSite, y_true: Any, y_pred: Any, backend: str = "jax", **more: Any) -> CompileSite:
    """The site after a batch: labels and predictions are arrays or lists of numbers, `more` goes to `observe`."""
    return observe(a_site, np.asarray(y_true), np.asarray(y_pred), backend, **more)


def probabilities(rows: int, units: int, seed: int = 0) -> NDArray[np.float32]:
    """Rows that sum to 1, of which none is like another."""
    scores = np.random.default_rng(seed).uniform(0.1, 1.0, size=(rows, units))
    return (scores / scores.sum(axis=1, keepdims=True)).astype(np.float32)


def metrics_argument(
    form: str, *, name: str = "metrics", position: int | None = None, keys: str = "", **more: Any
) -> MetricsArgument:
    """`keys` are those of a dict, with spaces between; `more` are fields of MetricsArgument."""
    if keys:
        more = {"keys": _keys(keys, 12), "length": len(keys.split()), **more}
    return MetricsArgument(name, form, span_at(12, 9, 40), position, **more)  # type: ignore[arg-type]


def loss_argument(form: str, *, keys: str = "", **more: Any) -> LossArgument:
    """`keys` are those of a dict, with spaces between; `more` are fields of LossArgument."""
    span = None if form == "absent" else _LOSS
    if keys:
        more = {"keys": _keys(keys, 11), "length": len(keys.split()), **more}
    return LossArgument(form, span, **more)  # type: ignore[arg-type]


def _keys(keys: str, line: int) -> tuple[Fact[str], ...]:
    return tuple(Fact(key, span_at(line, 10 + 10 * index)) for index, key in enumerate(keys.split()))


def monitor(key: str, callback: str = "EarlyStopping", **more: Any) -> Monitor:
    return Monitor(callback, key, more.pop("span", span_at(20, 30, len(key) + 2)), **more)


def key_read(key: str, has_validation: bool | None = True) -> KeyRead:
    return KeyRead(key, span_at(30, 17, len(key) + 2), has_validation)


def prediction_read(kind: str, *steps: Step, axis: int | None = None, **more: Any) -> PredictionRead:
    """A read of what `predict` on line 39 returns; an argmax over `axis`."""
    facts: dict[str, Any] = {
        "span": span_at(40, 5, 30),
        "source": span_at(39, 5, 16),
        "function": {"argmax": "np.argmax", "label-metric": "accuracy_score"}.get(kind, ""),
        "operand": span_at(40, 15, 1),
        **more,
    }
    return PredictionRead(kind, steps=steps, axis=axis, axis_known=kind == "argmax", **facts)  # type: ignore[arg-type]


def evaluate_read(targets: int, exactly: bool = True) -> EvaluateRead:
    return EvaluateRead(span_at(50, 1, 12), span_at(50, 16, 20), targets, exactly)


def codes_and_fixes(rule: Rule, a_site: CompileSite) -> list[tuple[str, str, str | None, str | None]]:
    """(code, severity, code of the first repair, applicability) of each finding."""
    return [_summary(finding) for finding in rule.check(a_site)]


def _summary(finding: Finding) -> tuple[str, str, str | None, str | None]:
    assert "\n" not in finding.message
    if finding.fix is None:
        return finding.code, finding.severity.value, None, None
    repair = finding.fix.repairs[0]
    text = getattr(repair, "code", type(repair).__name__)
    return finding.code, finding.severity.value, text, finding.fix.applicability.value

"""What becomes of the predictions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint_keras_acc.infer.calls import PREDICTING, Finder, expressions
from lint_keras_acc.infer.evaluate import Call
from lint_keras_acc.infer.scopes import dotted
from lint_keras_acc.infer.uses.following import Trail, Use
from lint_keras_acc.infer.uses.reads import Reads
from lint_keras_acc.infer.uses.results import result_name
from lint_keras_acc.sites import EvaluateRead, PredictionRead


def predictions_read(trail: Trail, reads: Reads) -> Iterator[PredictionRead]:
    """The reads of predictions that surely are this model's."""
    for source, read in reads.predictions:
        if _is_of_trail(source, trail):
            yield read


def evaluates_read(trail: Trail, reads: Reads) -> Iterator[EvaluateRead]:
    """The places where the numbers of an evaluate that surely is this model's are taken apart."""
    for source, read in reads.evaluations:
        if _is_of_trail(source, trail):
            yield read


def _is_of_trail(source: Call, trail: Trail) -> bool:
    """A call of one of the model's methods, or of the model itself."""
    uses = [use for use in trail.uses if use.call.node is source.node]
    if uses:
        return all(use.sure for use in uses)
    name = dotted(source.node.func)
    return any(
        stretch.name == name and stretch.scope is source.frame.scope and stretch.holds(*source.point)
        for stretch in trail.stretches
    )


def argmax_on_predictions(uses: list[Use], finder: Finder) -> bool:
    """The predictions go through an argmax: single-label evidence."""
    if not finder.mentions("argmax") and not finder.mentions("predict_classes"):
        return False
    return any(use.kind in PREDICTING and _is_argmaxed(use, finder.text) for use in uses)


def _is_argmaxed(use: Use, text: str) -> bool:
    if use.kind == "predict_classes":
        return True
    calls = (node for node in expressions(use.statement.node) if isinstance(node, ast.Call))
    if any((dotted(node.func) or "").endswith("argmax") for node in calls):
        return True
    name = result_name(use)
    return name is not None and (f"argmax({name}" in text or f"{name}.argmax(" in text)

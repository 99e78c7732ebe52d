"""What becomes of the predictions."""

from __future__ import annotations

import ast
from dataclasses import replace

from lint_keras_acc.infer.calls import PREDICTING, Finder, expressions
from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.scopes import dotted
from lint_keras_acc.infer.uses.following import Trail, Use
from lint_keras_acc.infer.uses.reads import Group, Reads
from lint_keras_acc.infer.uses.results import result_name
from lint_keras_acc.sites import CompileSite, EvaluateRead


def add_reads(site: CompileSite, trail: Trail, reads: Reads) -> CompileSite:
    """The site with the reads of predictions and evaluations that surely are this model's.

    Only those are looked for that say something of such a model: an argmax where a single unit is known, a
    threshold where there are logits.
    """
    groups: list[Group] = ["label-metric"]
    if any(head.output.units.value == 1 for head in site.heads):
        groups.append("argmax")
    if any(loss.from_logits.value for loss in site.losses):
        groups.append("threshold")
    found = (read for group in groups for read in reads.predictions(group))
    predictions = tuple(read for source, read in found if _is_of_trail(source, trail))
    evaluates: tuple[EvaluateRead, ...] = ()
    if any(use.kind.startswith("evaluate") for use in trail.uses):
        evaluates = tuple(read for source, read in reads.evaluations if _is_of_trail(source, trail))
    if not predictions and not evaluates:
        return site
    return replace(site, uses=replace(site.uses, predictions=predictions, evaluates=evaluates))


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

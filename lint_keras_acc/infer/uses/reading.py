"""Uses of a model, from what following it has shown."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from lint_keras_acc.infer.calls import Finder
from lint_keras_acc.infer.evaluate import Evaluator
from lint_keras_acc.infer.uses.callbacks import monitors_of
from lint_keras_acc.infer.uses.following import Trail
from lint_keras_acc.infer.uses.histories import history_escapes, history_reads, log_reads
from lint_keras_acc.infer.uses.predictions import argmax_on_predictions
from lint_keras_acc.infer.uses.results import evaluate_unpacked
from lint_keras_acc.infer.uses.roles import is_adversarial
from lint_keras_acc.sites import Uses
from lint_keras_acc.source import SpanOf


def read_uses(trail: Trail, finder: Finder, evaluator: Evaluator, spans: SpanOf) -> Uses:
    """All that is told of the uses of a model, without the keys that depend on its metrics."""
    uses = trail.uses
    measured = any(use.measures and not finder.expects_exception(use.statement, use.call.frame.scope) for use in uses)
    ends_here = trail.is_local and not trail.handed_on  # all that happens to it is in sight
    elsewhere = any(finder.of(use.call.frame.scope) is not finder for use in uses)  # what reads the results there?
    only_built = (trail.recompiled_before_use or ((bool(uses) or ends_here) and not measured)) and not trail.leaves
    return Uses(
        only_built=only_built,
        fitted=any(use.trains for use in uses),
        monitors=tuple(monitor for use in uses if use.trains for monitor in monitors_of(use, finder, spans)),
        history_reads=(
            *history_reads(uses, finder, evaluator, spans),
            *log_reads(uses, finder, spans),
        ),
        keys_read=trail.keys,
        history_escapes=history_escapes(uses, finder.text) or trail.leaves or elsewhere,
        evaluate_unpacked=evaluate_unpacked(uses, finder.text) or elsewhere,
        argmax_on_predictions=argmax_on_predictions(uses, finder),
        adversarial=is_adversarial(trail.names, finder),
    )


def with_keys(uses: Uses, keys: set[str], text: str) -> Uses:
    """`uses` with those of the keys that the text reads as strings, plain or as `val_...`, or a wrapper asks for."""
    read = {found for key in keys for found in (key, f"val_{key}") if _is_read(found, text)}
    found = uses.keys_read & keys | read
    return uses if found == uses.keys_read else replace(uses, keys_read=found)


@lru_cache(maxsize=256)
def _is_read(key: str, text: str) -> bool:
    """The key stands in the text as a string, or in a template."""
    if key not in text:
        return False
    return any(form in text for form in (f"'{key}'", f'"{key}"', f"{{{key}:", f"{{{key}}}", f"{{{key}!"))

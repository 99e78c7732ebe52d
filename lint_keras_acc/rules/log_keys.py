"""The log keys that a compile call makes, and whether a key that is read is one of them."""

from __future__ import annotations

import re

from lint_keras_acc.findings import Severity
from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect
from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.records import record
from lint_keras_acc.rules.common import is_inside
from lint_keras_acc.rules.metric_code import SUFFIXED_FAMILIES
from lint_keras_acc.sites import CompileSite, Metric

RENAMED_KEYS = "TensorFlow 2.0 and Keras 2.3"
_BEFORE_RENAMING = Dialect("keras", (2, 2))
_VALIDATION = "val_"
_SURELY_OF_KERAS = ("accuracy", "regression", "crossentropy")


@record(frozen=True)
class LogKeys:
    """The keys that training logs, without their `val_` twins; `outputs` are the prefixes that some have."""

    made: tuple[str, ...]
    outputs: tuple[str, ...] = ()

    def has(self, key: str) -> bool:
        """`key` is made, or may be: Keras gives the second of a name a suffix."""
        bare = key.removeprefix(_VALIDATION)
        return bare in self.made or re.sub(r"_\d+$", "", bare) in self.made

    def twin(self, key: str) -> str | None:
        """The key that logs what `key` names in other words; None if there is none, or more than one."""
        bare = key.removeprefix(_VALIDATION)
        meant = self._canonical(bare)
        twins = [made for made in self.made if meant and self._canonical(made) == meant]
        return key.removesuffix(bare) + twins[0] if len(twins) == 1 else None

    def is_missing(self, key: str) -> bool:
        """`key` is surely not made: it is a name of Keras, or a slip of a made key, and not among them.

        Any other name may come from a callback of the program's own, which can add to the logs what it likes.
        """
        if self.has(key):
            return False
        bare = key.removeprefix(_VALIDATION)
        canonical = canonical_metric(bare)
        is_of_keras = canonical is not None and METRICS[canonical].family in _SURELY_OF_KERAS
        return is_of_keras or self.twin(key) is not None or self._is_slip(bare)

    def in_words(self, key: str) -> str:
        """The made keys as a message names them, with `val_` if `key` has it."""
        prefix = _VALIDATION if key.startswith(_VALIDATION) else ""
        return ", ".join(repr(prefix + made) for made in self.made)

    def _canonical(self, bare: str) -> str | None:
        for output in self.outputs:
            name = canonical_metric(bare.removeprefix(f"{output}_"))
            if bare.startswith(f"{output}_") and name:
                return f"{output}_{name}"
        return canonical_metric(bare)

    def _is_slip(self, bare: str) -> bool:
        from difflib import get_close_matches

        return bool(get_close_matches(bare, self.made, 1, 0.85))


def log_keys(site: CompileSite) -> LogKeys | None:
    """Every key that training logs; None where not all of them are surely known."""
    if site.custom_training or not site.metrics_known:
        return None
    if any(_is_uncertain(site, metric) for metric in site.metrics):
        return None
    return _keys_of(site, site.dialect, tuple(metric.log_key for metric in site.metrics if metric.log_key))


def missing_key(site: CompileSite, keys: LogKeys, key: str) -> tuple[Severity, LogKeys] | None:
    """How bad it is to read `key`, and the keys that are made instead; None where it may be made.

    A program that is surely older has its keys told for a guess of a version: what the newest Keras makes is
    let pass, and what some older one makes is a hint. Metrics that come from elsewhere, such as a
    default value, may be others in another run: then only a key with a twin is surely wrong.
    """
    is_missing = keys.is_missing(key)
    if is_missing and keys.twin(key) is None and not _are_written_here(site):
        return None
    if not site.dialect.surely_older:
        return (Severity.ERROR, keys) if is_missing else None
    newest = _keys_in(site, DEFAULT)
    if newest is None or not newest.is_missing(key):
        return None
    oldest = keys if site.dialect.v1_mode else _keys_in(site, _BEFORE_RENAMING)
    was_made = not is_missing or (oldest is not None and oldest.has(key))
    return (Severity.HINT, newest) if was_made else (Severity.ERROR, keys)


def _are_written_here(site: CompileSite) -> bool:
    return all(is_inside(site, metric.span) for metric in site.metrics)


def _keys_of(site: CompileSite, dialect: Dialect, metric_keys: tuple[str, ...]) -> LogKeys | None:
    if len(site.heads) == 1:
        return LogKeys(("loss", *metric_keys))
    outputs = tuple(head.output.name for head in site.heads if head.output.name)
    if not site.outputs_known or len(outputs) < len(site.heads):
        return None
    losses = tuple(f"{output}_loss" for output in outputs) if dialect.logs_output_losses else ()
    return LogKeys(("loss", *losses, *metric_keys), outputs)


def _keys_in(site: CompileSite, dialect: Dialect) -> LogKeys | None:
    return _keys_of(site, dialect, tuple(_key_in(dialect, metric) for metric in site.metrics))


def _key_in(dialect: Dialect, metric: Metric) -> str:
    """The log key of `metric` in another dialect, or as it is here where that cannot be told."""
    here, name = metric.log_key or "", metric.argument("name")
    there = None
    if metric.written and metric.form in ("string", "function", "instance"):
        given = name.value if name and isinstance(name.value, str) else None
        there = dialect.log_key(metric.written, metric.form, given)
    return here.removesuffix(metric.key) + there if there and metric.key else here


def _is_uncertain(site: CompileSite, metric: Metric) -> bool:
    """The key is unknown, or may have a prefix, or a suffix such as that of 'auc_1' in a second run."""
    if metric.log_key is None or metric.weighted:
        return True
    name = metric.name.value
    unnamed = metric.form in ("instance", "class") and metric.argument("name") is None
    return site.may_run_twice and unnamed and name in METRICS and METRICS[name].family in SUFFIXED_FAMILIES

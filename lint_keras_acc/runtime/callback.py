"""A callback that checks the first batches of `fit` and says what "accuracy" and the loss really are there.

`fit` has made `model.train_function` before `on_train_begin`, and looks it up again for each step (Keras 3,
keras/src/backend/*/trainer.py; tf.keras from 2.2 on and tf_keras, keras/engine/training.py). For the steps to be
checked another function stands in its place, which takes the batch out of what it is given, trains on it all the
same with the original function, and then predicts on it.

Nothing here imports Keras, and `AccuracyCheck` derives from no Keras's Callback: one class serves all of them.
"""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from itertools import chain
from typing import Any, Literal

import numpy as np

from lint_keras_acc.config import ConfigError, codes_of
from lint_keras_acc.findings import Finding, Severity, Span
from lint_keras_acc.render.text import excerpt, without_colour
from lint_keras_acc.rules import all_rules, precedence
from lint_keras_acc.runtime.auditing.running import as_numpy, leaves, one_line, unchanged
from lint_keras_acc.runtime.observe import observe
from lint_keras_acc.runtime.reader import LiveModel, read_model
from lint_keras_acc.runtime.reader.functions import own_functions
from lint_keras_acc.sites import CompileSite

# Keras and what it hands to its callbacks are not typed.
Model = Any
Batch = Any
Logs = Any
TrainFunction = Callable[..., Any]


class AccuracyWarning(UserWarning):
    """What AccuracyCheck found; `findings` is empty where it could not check."""

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


class AccuracyFinding(Exception):
    """What AccuracyCheck found, with `on_finding='raise'`."""

    def __init__(self, message: str, findings: tuple[Finding, ...]) -> None:
        super().__init__(message)
        self.findings = findings


class AccuracyCheck:
    """A callback for `fit` that says where accuracy or loss are not what they seem, and leaves training as it is.

    batches:    how many of the first batches of each `fit` to check.
    on_finding: 'warn': one AccuracyWarning with all findings of these batches. 'raise': AccuracyFinding, before the
                first step after them.
    ignore:     codes ('KAC101'), prefixes ('KAC6') or names of rules whose findings are not wanted.
    hints:      whether to tell findings that are only hints.

    A finding is told once, however often `fit` is called. Where a batch cannot be had (a distributed one), where it
    has no labels, and where the check itself fails, that is said in an AccuracyWarning, and training goes on.

    For Keras 3 on TensorFlow, JAX and torch, tf.keras from 2.2 on, and tf_keras. Weights, states, random numbers and
    the order of the data stay to the bit what they are without it.

    Raises ValueError for arguments that mean nothing.
    """

    # Keras 3 hands the ends of batches to another thread unless a callback wants them at once (this one has none).
    async_safe = True
    # tf_keras makes numbers of the logs of each batch unless all callbacks take tensors.
    _supports_tf_logs = True
    _chief_worker_only = False

    def __init__(
        self,
        batches: int = 1,
        on_finding: Literal["warn", "raise"] = "warn",
        *,
        ignore: Iterable[str] = (),
        hints: bool = False,
    ) -> None:
        if isinstance(batches, bool) or not isinstance(batches, int) or batches < 1:
            raise ValueError(f"batches must be a whole number of 1 or more, not {batches!r}")
        if on_finding not in ("warn", "raise"):
            raise ValueError(f"on_finding must be 'warn' or 'raise', not {on_finding!r}")
        self.batches = batches
        self.on_finding = on_finding
        self.hints = hints
        self.findings: tuple[Finding, ...] = ()
        self.model: Model = None
        self.params: Mapping[str, Any] = {}
        self._ignored = _codes((ignore,) if isinstance(ignore, str) else tuple(ignore))
        self._check: _Check | None = None
        self._told: set[tuple[str, int | None, Span]] = set()
        self._told_failures: set[str] = set()

    def set_model(self, model: Model) -> None:
        if model is not self.model:
            self._told.clear()
            self._told_failures.clear()
        self.model = model

    def set_params(self, params: Mapping[str, Any]) -> None:
        self.params = params

    def on_train_begin(self, logs: Logs = None) -> None:
        self._check = _Check(self.model, self.batches)

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        if self._check is not None and self._check.done:
            self._tell()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if self._check is not None and self._check.done:
            self._tell()

    def on_train_end(self, logs: Logs = None) -> None:
        if self._check is not None:
            self._check.finish()
            self._tell()

    def _tell(self) -> None:
        """Tell what was found. It is done between two steps, when the model has its weights on every backend."""
        check, self._check = self._check, None
        assert check is not None
        for failure in dict.fromkeys(check.failures):
            if failure not in self._told_failures:
                self._told_failures.add(failure)
                _warn(AccuracyWarning(f"AccuracyCheck could not check this training: {failure}"))
        findings = tuple(finding for finding in check.findings if self._is_told(finding))
        if not findings:
            return
        self.findings += findings
        message = _message(findings, check.text)
        if self.on_finding == "raise":
            raise AccuracyFinding(message, findings)
        _warn(AccuracyWarning(message, findings))

    def _is_told(self, finding: Finding) -> bool:
        """Wanted, and not told before."""
        if finding.code in self._ignored or (finding.severity is Severity.HINT and not self.hints):
            return False
        key = (finding.code, finding.head, finding.span)
        if key in self._told:
            return False
        self._told.add(key)
        return True

    # --- what else Keras asks of a callback -----------------------------------------------------------------

    def __getattr__(self, name: str) -> Callable[..., None]:
        """Every other hook, which does nothing."""
        if name.startswith("on_"):
            return _nothing
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def _implements_train_batch_hooks(self) -> bool:
        return True

    def _implements_test_batch_hooks(self) -> bool:
        return False

    def _implements_predict_batch_hooks(self) -> bool:
        return False


def _codes(selectors: tuple[str, ...]) -> frozenset[str]:
    try:
        return codes_of(selectors)
    except ConfigError as error:
        raise ValueError(str(error)) from None


def _nothing(*arguments: object, **named: object) -> None:
    """A hook that does nothing."""


def _message(findings: tuple[Finding, ...], text: str) -> str:
    """The findings as the linter shows them, their places underlined in the model's portrait."""
    lines = text.splitlines()
    shown = [
        without_colour(line)
        for finding in findings
        for line in excerpt(replace(finding, fix=None), lambda span: lines[span.line - 1])
    ]
    return "\n".join(["what this model is trained on and measured by is not what it seems", "", *shown]).rstrip()


def _warn(warning: AccuracyWarning) -> None:
    """Warn at the place that calls `fit`: the nearest frame that is neither ours nor Keras's."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] in _NOT_THE_USERS:
        frame, level = frame.f_back, level + 1
    warnings.warn(warning, stacklevel=level)


_NOT_THE_USERS = frozenset({"lint_keras_acc", "keras", "tf_keras", "tensorflow"})


# --- between fit and its train function ---------------------------------------------------------------------


class _NoBatch(Exception):
    """The batch of a step cannot be had; the text says why."""


class _Check:
    """What stands in the place of `model.train_function` for the steps that are checked."""

    def __init__(self, model: Model, batches: int) -> None:
        self.failures: list[str] = []
        self.text = ""
        self._model = model
        self._left = batches
        self._looked = False
        self._findings: dict[tuple[str, int | None, Span], Finding] = {}
        function = getattr(model, "train_function", None)
        while isinstance(function, _Check):  # of a fit that was interrupted
            function = function._function
        self._function: TrainFunction | None = function
        if callable(function):
            model.train_function = self
        else:
            self._stop_for("this Keras has no train_function from which the batch could be had")

    @property
    def done(self) -> bool:
        return self._left <= 0

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(self._findings.values())

    def stop(self) -> None:
        """Put the original train function back, unless Keras has made another one in the meantime."""
        self._left = 0
        if getattr(self._model, "train_function", None) is self:
            self._model.train_function = self._function

    def finish(self) -> None:
        """The training is over, whatever has been seen of it."""
        self.stop()
        if not self._looked and not self.failures:
            self.failures.append("no batch of it went through model.train_function")

    def _stop_for(self, reason: str) -> None:
        self.failures.append(reason)
        self.stop()

    def __call__(self, *arguments: Any) -> Any:
        """A step of training: `(iterator)` on TensorFlow, `(batches)` on torch, `(state, iterator)` on JAX."""
        assert self._function is not None
        if self.done:  # something else holds on to this function
            return self._function(*arguments)
        *state, source = arguments
        try:
            batch, source = _taken(self._model, source)
        except StopIteration:  # the end of the epoch, which the train function tells in its own way
            return self._function(*arguments)
        except _NoBatch as reason:
            self._stop_for(str(reason))
            return self._function(*arguments)
        self._left -= 1
        if self.done:
            self.stop()
        try:
            result = self._function(*state, source)
        except BaseException:
            self.stop()
            raise
        try:
            self._look_at(batch, result)
        except Exception as error:
            self._stop_for(f"{type(error).__name__}: {one_line(error)}")
        return result

    def _look_at(self, batch: Batch, result: Any) -> None:
        self._looked = True
        live = read_model(self._model)
        site = live.site
        _, labels, _ = parts = _unpacked(batch)
        if labels is None:
            self.failures.append("its batches have no labels, so that only the model was looked at")
        else:
            with _random_numbers_kept(live.backend):
                site = _observed(live, self._model, parts, result)
        self.text = live.text
        for finding in precedence.check(site, all_rules()):
            self._findings.setdefault((finding.code, finding.head, finding.span), finding)


def _observed(live: LiveModel, model: Model, batch: tuple[Any, Any, Any], result: Any) -> CompileSite:
    """The model's site with what the batch shows."""
    inputs, labels, weights = batch
    predictions = as_numpy(_predictions(live, model, inputs, result))
    return observe(
        live.site,
        as_numpy(labels),
        predictions,
        live.backend,
        inputs=as_numpy(inputs) if _may_be_equal(inputs, labels) else None,
        sample_weight=as_numpy(weights),
        trained=False,
        functions=own_functions(model),
    )


# --- the batch of a step ------------------------------------------------------------------------------------


def _taken(model: Model, source: Any) -> tuple[Batch, Any]:
    """The first batch of a step, and what to train on in the place of `source`: the same batches.

    Raises _NoBatch where they cannot be had; nothing is taken then. What `source` raises at its end goes out.
    """
    if isinstance(source, list | tuple):
        return source[0], source
    if type(source).__module__.startswith("tensorflow."):
        return _taken_from_tensorflow(model, source)
    batch = next(source)
    return batch, chain([batch], source)


def _brought(backend: str) -> Any:
    """The module of a backend, which the model has brought."""
    return sys.modules[backend]


def _taken_from_tensorflow(model: Model, source: Any) -> tuple[Batch, Any]:
    """As many batches as a step takes, and an iterator over them of the same type, so that nothing is traced again."""
    tf = _brought("tensorflow")
    if not isinstance(source, tf.data.Iterator):
        raise _NoBatch("its batches are distributed to several replicas")
    batches = [next(source)]
    while len(batches) < _steps_per_execution(model):
        following = source.get_next_as_optional()
        if not following.has_value():
            break
        batches.append(following.get_value())
    again = tf.data.Dataset.from_tensors(batches[0])
    for batch in batches[1:]:
        again = again.concatenate(tf.data.Dataset.from_tensors(batch))
    variant = tf.data.experimental.to_variant(again)
    return _without_optionals(batches[0]), iter(tf.data.experimental.from_variant(variant, source.element_spec))


def _without_optionals(value: Batch) -> Batch:
    """Keras 3 puts an empty `tf.experimental.Optional` in the place of None."""
    if isinstance(value, Mapping):
        return {name: _without_optionals(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return tuple(_without_optionals(one) for one in value)
    return None if hasattr(value, "has_value") else value


def _steps_per_execution(model: Model) -> int:
    """A number in Keras 3; a variable, or None, in tf.keras and tf_keras."""
    steps = getattr(model, "steps_per_execution", None)
    if steps is None:
        steps = getattr(model, "_steps_per_execution", None)
    return 1 if steps is None else int(steps)


def _unpacked(batch: Batch) -> tuple[Any, Any, Any]:
    """(x, y, sample_weight) of a batch, as Keras unpacks it."""
    if not isinstance(batch, list | tuple):
        return batch, None, None
    parts = [*batch, None, None]
    return parts[0], parts[1], parts[2]


def _may_be_equal(inputs: Any, labels: Any) -> bool:
    """Some labels have the shape of some input, as in an autoencoder."""
    shapes = {tuple(label.shape) for label in leaves(labels)}
    return any(tuple(one.shape) in shapes for one in leaves(inputs) if one is not None)


# --- what the model predicts for it -------------------------------------------------------------------------


def _predictions(live: LiveModel, model: Model, inputs: Any, result: Any) -> Any:
    """What the model predicts after the step, in inference mode; none of its states changes."""
    if live.backend == "jax":
        return _jax_predictions(model, inputs, result[1])
    predict = _tensorflow_predictions if live.backend == "tensorflow" else _torch_predictions
    with unchanged(model):
        return predict(model, inputs)


def _inference_mode(model: Model) -> dict[str, bool]:
    """Keras 3 hands `training` on only to a `call` that takes it, and knows which do; the others sort it out."""
    return {"training": False} if getattr(model, "_call_has_training_arg", True) else {}


def _jax_predictions(model: Model, inputs: Any, state: Any) -> Any:
    """From the values that the step has returned: the model's variables are empty until fit puts these back."""

    def predict(trainable: Any, non_trainable: Any, x: Any) -> Any:
        return model.stateless_call(trainable, non_trainable, x, **_inference_mode(model))[0]

    is_compiled = model.jit_compile and not model.run_eagerly
    return (_brought("jax").jit(predict) if is_compiled else predict)(state[0], state[1], inputs)


def _tensorflow_predictions(model: Model, inputs: Any) -> Any:
    """Within a function of its own, whose random operations have a state of their own; eagerly only what must be."""
    tf = _brought("tensorflow")
    try:
        return tf.function(lambda x: model(x, **_inference_mode(model)))(inputs)
    except Exception:
        if not model.run_eagerly:
            raise
        return model(inputs, **_inference_mode(model))


def _torch_predictions(model: Model, inputs: Any) -> Any:
    """Without gradients, and with torch's own modules in inference mode."""
    torch = _brought("torch")
    modes = [(module, module.training) for module in model.modules()]
    try:
        with torch.no_grad():
            model.eval()
            return model(inputs, **_inference_mode(model))
    finally:
        for module, mode in modes:
            module.training = mode


@contextmanager
def _random_numbers_kept(backend: str) -> Iterator[None]:
    """Layers that draw random numbers even in inference mode take none away from training."""
    python, numpy = random.getstate(), np.random.get_state()
    try:
        with _torch_random_numbers_kept() if backend == "torch" else nullcontext():
            yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)


def _torch_random_numbers_kept() -> Any:
    torch = _brought("torch")
    return torch.random.fork_rng([torch.cuda.current_device()] if torch.cuda.is_initialized() else [])

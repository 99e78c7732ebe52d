"""What differs between the Keras generations: what 'accuracy' is, which names exist, how logs are keyed.

There are three lines. Standalone Keras up to 2.3; the Keras inside TensorFlow (`tf.keras` up to 2.15, and the
packages `keras` 2.4 to 2.15 and `tf_keras`, which are the same code); and Keras 3.

Where a docstring says *measured*, real versions of the range were run; *read* means read in their source.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from lint_keras_acc.keras_api.metrics import METRICS, canonical_metric
from lint_keras_acc.keras_api.resolvers import ONE_UNIT, SEVERAL_UNITS, UNITS_UNKNOWN, Choice, by_labels, by_loss
from lint_keras_acc.keras_api.specifiers import ANY, Bound, upper_bound
from lint_keras_acc.keras_api.strings import LOSS_STRINGS, METRIC_STRINGS, Span, Spans, Version
from lint_keras_acc.records import record

DialectFamily = Literal["keras", "tf.keras", "tf_keras"]
Origin = Literal["configuration", "pinned", "idiom", "default", "installed", "saved"]
Line = Literal["standalone", "tensorflow", "keras3"]

_NEWEST_KERAS = (3, 15)
_LAST_TF_KERAS = (2, 15)

# The `__name__` that a metric's function had before it was renamed.
_OLD_FUNCTION_NAMES = {
    "kl_divergence": "kullback_leibler_divergence",
    "log_cosh_error": "logcosh",
    "cosine_similarity": "cosine_proximity",
    "huber": "huber_loss",
}
_KERAS_1_FUNCTION_NAMES = {"f1score": "fmeasure", "fscore": "fmeasure"}


@record(frozen=True)
class Dialect:
    """A Keras generation that a program is read for.

    family:       'keras' (the package), 'tf.keras' (inside TensorFlow) or 'tf_keras' (the package).
    version:      major and minor version of that package; of TensorFlow for 'tf.keras'.
    v1_mode:      `disable_eager_execution()` or `disable_v2_behavior()` brought the old training loop back.
    origin:       how the dialect is known: from the configuration, the versions that the project pins,
                  idioms of the program, by default, the Keras that is running (of a live model), or the one that
                  saved the model.
    surely_older: the program has idioms of an older generation than this one (a finding that holds only for
                  newer generations is then a hint).
    v1_keys:      `disable_v2_behavior()`: logs are keyed as in TensorFlow 1.x. Only with `v1_mode`.
    patch:        the third number of the version, known where standalone Keras is named or pinned with it (its
                  patches differ; those of the others do not); None stands for the last of its minor version.
    """

    family: DialectFamily
    version: Version
    v1_mode: bool = False
    origin: Origin = "default"
    surely_older: bool = False
    v1_keys: bool = False
    patch: int | None = None

    # --- which generation it is -----------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """'keras-3.15', 'tf.keras-2.4', 'keras-2.2', 'tf_keras-2.21', with '-v1' in the old training loop."""
        return f"{self.family}-{self.version[0]}.{self.version[1]}{'-v1' if self.v1_mode else ''}"

    @property
    def line(self) -> Line:
        """'standalone' (Keras up to 2.3), 'tensorflow' or 'keras3'.

        Measured: from 2.4 on the package `keras` is the Keras of TensorFlow (the functions are the same).
        """
        if self.family != "keras":
            return "tensorflow"
        if self.version >= (3, 0):
            return "keras3"
        return "tensorflow" if self.version >= (2, 4) else "standalone"

    @property
    def is_keras3(self) -> bool:
        return self.line == "keras3"

    def _within(self, spans: Spans) -> bool:
        span: Span | None = getattr(spans, self.line)
        return span is not None and span[0] <= self.version <= span[1]

    def _is_before(self, major: int, minor: int, patch: int) -> bool:
        """This is a standalone Keras older than that patch."""
        if self.line != "standalone" or self.version > (major, minor):
            return False
        return self.version < (major, minor) or (self.patch is not None and self.patch < patch)

    def _tensorflow_between(self, first: Version, last: Version = (99, 0)) -> bool:
        return self.line == "tensorflow" and first <= self.version <= last

    # --- what 'accuracy' becomes ----------------------------------------------------------------------------

    @property
    def resolves_by_loss(self) -> bool:
        """'accuracy' looks at the loss and the output's shape (the old resolver), not at the labels' shape.

        Measured on Keras 1.2.2 to 2.3.1, tf.keras 1.13 to 2.1, and on 2.4, 2.15 and tf_keras 2.21 with eager
        execution disabled. tf.keras 2.2 on and Keras 3 look at the shapes of labels and predictions. Read:
        Keras 1.0.0 and 1.0.1 looked at the output's shape only, 1.0.2 to 1.0.5 had no rule for binary
        cross-entropy.
        """
        return self.line == "standalone" or self._tensorflow_between((0, 0), (2, 1)) or self._runs_v1_loop

    @property
    def _runs_v1_loop(self) -> bool:
        return self.v1_mode and self.line == "tensorflow"

    def accuracy_kernel(
        self,
        loss: str | None,
        loss_form: str,
        units: int | None,
        encoding: str | None,
        label_rank: int | None = None,
        label_width: int | None = None,
        output_rank: int | None = None,
    ) -> str | None:
        """The metric that the string 'accuracy' runs here; None where that cannot be known.

        The parameters are those of `accuracy_choice`, which also tells the ground.
        """
        return self.accuracy_choice(loss, loss_form, units, encoding, label_rank, label_width, output_rank).kernel

    def accuracy_choice(
        self,
        loss: str | None,
        loss_form: str,
        units: int | None,
        encoding: str | None,
        label_rank: int | None = None,
        label_width: int | None = None,
        output_rank: int | None = None,
    ) -> Choice:
        """What the string 'accuracy' runs here, and why.

        `loss` is canonical, `loss_form` a `sites.Form`, `encoding` a `sites.Encoding`. Ranks count the
        batch axis.
        """
        if units == 1:
            return ONE_UNIT
        if not self.resolves_by_loss:
            if units is None:
                return UNITS_UNKNOWN
            return by_labels(loss, encoding, label_rank, label_width, output_rank)
        if self._is_before(1, 0, 2):
            return UNITS_UNKNOWN if units is None else SEVERAL_UNITS
        return by_loss(
            loss,
            loss_form,
            units,
            recognises_instances=self.recognises_loss_instances,
            has_binary_rule=not self._is_before(1, 0, 6),
        )

    @property
    def recognises_loss_instances(self) -> bool:
        """The rule of the loss takes `BinaryCrossentropy()` for binary cross-entropy, as it does the string.

        Measured: not up to Keras 2.2 and TensorFlow 1.13, from Keras 2.3 and TensorFlow 1.14 on.
        """
        return self.version == (2, 3) or self._tensorflow_between((1, 14))

    def resolves_accuracy(self, name: str) -> bool:
        """Whether this string is resolved to one of the accuracy kernels, as 'accuracy' is.

        Measured: 'accuracy' and 'acc' everywhere; any capitalisation from TensorFlow 2.6 on and in Keras 3.
        """
        return self._fold(name) in ("accuracy", "acc")

    def resolves_crossentropy(self, name: str) -> bool:
        """Whether this metric string is resolved to one of the cross-entropies, as 'ce' is.

        Read: from Keras 2.1.3 on; in every tf.keras. Measured: Keras 3 raises for them as metrics, though it
        takes them as losses (`resolves_loss`).
        """
        if self.is_keras3 or self._is_before(2, 1, 3):
            return False
        return self._fold(name) in ("crossentropy", "ce")

    def _fold(self, name: str) -> str:
        any_case = self.is_keras3 or (self._tensorflow_between((2, 6)) and not self._runs_v1_loop)
        return name.lower() if any_case else name

    def exact_match(self, name: str) -> bool:
        """Whether this string runs elementwise equality of labels and predictions (0 on probabilities).

        Measured: 'Accuracy' on TensorFlow 1.14 to 2.4, 'ACC' on 2.1 to 2.4 (2.5 read); later both are
        resolved like 'accuracy', except in the old training loop.
        """
        if self.resolves_accuracy(name):
            return False
        return (name == "Accuracy" and self._tensorflow_between((1, 14))) or (
            name == "ACC" and self._tensorflow_between((2, 1))
        )

    # --- which strings are known ----------------------------------------------------------------------------

    def resolves_loss(self, written: str) -> bool:
        """Whether `loss=` knows this string (measured on 20 versions)."""
        if self.is_keras3 and written.lower() in ("crossentropy", "ce"):
            return True
        spans = LOSS_STRINGS.get(written)
        return spans is not None and self._within(spans)

    def resolves_metric(self, written: str) -> bool:
        """Whether `metrics=` knows this string and can make a metric of it (measured on 20 versions)."""
        if self.resolves_accuracy(written) or self.resolves_crossentropy(written) or self.exact_match(written):
            return True
        spans = METRIC_STRINGS.get(written)
        return spans is not None and self._within(spans)

    # --- log keys -------------------------------------------------------------------------------------------

    @property
    def _keys_are_function_names(self) -> bool:
        """Measured: Keras up to 2.2, TensorFlow 1.x, and TensorFlow 2 after `disable_v2_behavior()`."""
        if self.line == "standalone":
            return self.version <= (2, 2)
        return self.line == "tensorflow" and (self.version < (2, 0) or (self._runs_v1_loop and self.v1_keys))

    def log_key(
        self,
        written: str,
        form: str,
        name: str | None = None,
        weighted: bool = False,
    ) -> str | None:
        """The key in the logs, without prefixes and suffix of duplicates; None if unknown.

        `form` is a `sites.Form`; `written` is the string, or the last part of the function's or class's name;
        `name` is an instance's own name. `weighted`: the entry stands in weighted_metrics and no equal key in
        metrics. Measured on 17 versions.
        """
        key = self._log_key(written, form, name)
        if weighted and key is not None and self._keys_are_function_names:
            return f"weighted_{key}"
        return key

    def _log_key(self, written: str, form: str, name: str | None) -> str | None:
        if form == "instance":
            return name or self._instance_key(written)
        if form == "class":
            return self._instance_key(written) if self.is_keras3 else None
        if form == "function":
            return snake_case(self._function_key(written) or written) if self.is_keras3 else self._function_key(written)
        if form != "string" or not self.resolves_metric(written):
            return None
        if self._keys_are_function_names:
            return self._resolved_key(written) or self._class_name_key(written) or self._function_key(written)
        if self._tensorflow_between((2, 2)) and not self._runs_v1_loop and not self.resolves_accuracy(written):
            return self._class_name_key(written) or written
        return written

    def _resolved_key(self, written: str) -> str | None:
        if self.resolves_accuracy(written):
            return "acc"
        return "ce" if self.resolves_crossentropy(written) else None

    def _class_name_key(self, written: str) -> str | None:
        """The key of a string such as 'AUC' where Keras logs it under the name of what it makes of it."""
        canonical = canonical_metric(written)
        if canonical is None or METRICS[canonical].class_name != written:
            return None
        return self._instance_key(written)

    def _instance_key(self, class_name: str) -> str | None:
        canonical = canonical_metric(class_name)
        if canonical is None or METRICS[canonical].class_name != class_name:
            return None
        if canonical == "kl_divergence" and self._renames_functions_later:
            return "kullback_leibler_divergence"
        return METRICS[canonical].default_name

    @property
    def _renames_functions_later(self) -> bool:
        return self.line == "standalone" or self._tensorflow_between((0, 0), (2, 3))

    def _function_key(self, written: str) -> str | None:
        """The `__name__` of a Keras function in this generation; other functions keep their own name."""
        canonical = canonical_metric(written)
        if canonical is None or not METRICS[canonical].function:
            return _KERAS_1_FUNCTION_NAMES.get(written, written)
        if canonical == "cosine_similarity" and self._tensorflow_between((2, 0)):
            return None  # keras.metrics and keras.losses have different functions of this name
        if self._renames_functions_later:
            return _OLD_FUNCTION_NAMES.get(canonical, canonical)
        return "log_cosh" if canonical == "log_cosh_error" else canonical

    # --- compile() ------------------------------------------------------------------------------------------

    def compile_parameters(self, sequential: bool | None = None) -> tuple[str, ...]:
        """The positional parameters of `compile` in order (measured on 15 versions; read: before Keras 2.0.7).

        Keras 3 has `loss_weights` third, where all others have `metrics`. Up to Keras 2.1 a Sequential has no
        `loss_weights` at all; where it is not known whether the model is one, only the common start is told.
        """
        return _compile_parameters(self, sequential, not self._is_before(2, 0, 7))

    @property
    def accepts_bare_metrics(self) -> bool:
        """`metrics='accuracy'` or `AUC()`, without a list. Measured: TensorFlow 2.2 to 2.15, tf_keras."""
        return self._tensorflow_between((2, 2)) and not self._runs_v1_loop

    @property
    def accepts_tuple_metrics(self) -> bool:
        """`metrics=('accuracy',)`. Measured: TensorFlow 2.2 to 2.15, tf_keras, Keras 3.14 on."""
        return self.accepts_bare_metrics or (self.is_keras3 and self.version >= (3, 14))

    @property
    def raises_on_duplicate_metrics(self) -> bool:
        """The same metric string twice raises. Measured: TensorFlow 2.2 to 2.15, tf_keras."""
        return self.accepts_bare_metrics

    @property
    def spreads_flat_metrics(self) -> bool:
        """A flat metrics list goes to every output. Measured: all but Keras 3 (the n-th to the n-th)."""
        return not self.is_keras3

    @property
    def keeps_metrics_on_recompile(self) -> bool:
        """A second `compile` without metrics keeps the old ones. Measured: Keras 3.6 on, not 3.5."""
        return self.is_keras3 and self.version >= (3, 6)

    @property
    def accepts_any_metrics_key(self) -> bool:
        """With one output a metrics dict may have any key. Measured: Keras 3.14 on."""
        return self.is_keras3 and self.version >= (3, 14)

    @property
    def ignores_unknown_metrics_keys(self) -> bool:
        """A key of a metrics dict that is no output gives no metric. Measured: up to Keras 2.2, TensorFlow 1.13.

        All others raise.
        """
        return (self.line == "standalone" and self.version <= (2, 2)) or self._tensorflow_between((0, 0), (1, 13))

    @property
    def requires_every_loss_key(self) -> bool:
        """A loss dict without a key for each output raises. Measured: Keras 3.7 on."""
        return self.is_keras3 and self.version >= (3, 7)

    @property
    def logs_output_losses(self) -> bool:
        """Several outputs have their own loss keys (`o1_loss`). Measured: all but Keras 3.0 to 3.6."""
        return not (self.is_keras3 and self.version < (3, 7))

    # --- thresholds and logits ------------------------------------------------------------------------------

    @property
    def accepts_zero_threshold(self) -> bool:
        """`BinaryAccuracy(threshold=0.0)`. Measured: Keras 3.0 to 3.4 raise."""
        return not (self.is_keras3 and self.version < (3, 5))

    @property
    def accepts_zero_thresholds(self) -> bool:
        """`Precision(thresholds=0.0)` on logits. Measured: up to TensorFlow 2.9 predictions below 0 raise."""
        return self.is_keras3 or self._tensorflow_between((2, 10))

    @property
    def auc_takes_from_logits(self) -> bool:
        """`AUC(from_logits=True)`. Read: TensorFlow 2.5 on; measured in Keras 3."""
        return self.is_keras3 or self._tensorflow_between((2, 5))

    @property
    def has_binary_iou(self) -> bool:
        """`BinaryIoU`, and `sparse_y_pred` of the other IoU classes. Read: Keras 2.8 on."""
        return self.is_keras3 or self._tensorflow_between((2, 8))

    @property
    def has_f1_score(self) -> bool:
        """`F1Score`, `FBetaScore`, `R2Score`. Read: Keras 2.13 on."""
        return self.is_keras3 or self._tensorflow_between((2, 13))

    @property
    def bypasses_activation(self) -> Literal["never", "same", "any"]:
        """Whether a cross-entropy uses the logits behind a final softmax or sigmoid.

        Measured: 'never' up to TensorFlow 2.3 and in standalone Keras; from 2.4 on 'any': a categorical
        cross-entropy uses even those behind a sigmoid. Keras 3 does so on the TensorFlow backend, and never
        on JAX and torch. ('same', where the loss checks that the activation is its own, is the case in no
        dialect.)
        """
        return "any" if self.is_keras3 or self._tensorflow_between((2, 4)) else "never"

    @property
    def flattens_sparse_labels(self) -> bool:
        """sparse_categorical_accuracy flattens the labels, so that it raises on sequences and images.

        Measured on Keras 2.2.4, read in 2.2.3; neither 2.2.2 nor 2.2.5 did.
        """
        return self.line == "standalone" and self.version == (2, 2) and self.patch in (3, 4)

    @property
    def rounds_predictions(self) -> bool:
        """binary_accuracy compares labels with rounded predictions: 0.5 with 0, but 1.5 with 2.

        Measured: standalone Keras; read: tf.keras up to 1.11. All others ask whether they are above 0.5.
        """
        return self.line == "standalone" or self._tensorflow_between((0, 0), (1, 11))

    @property
    def casts_label_ids(self) -> bool:
        """Accuracy casts class ids to the predictions' dtype: large ids collide. Measured: Keras 3.4 on."""
        return self.is_keras3 and self.version >= (3, 4)

    # --- callbacks ------------------------------------------------------------------------------------------

    @property
    def raises_on_missing_monitor(self) -> bool:
        """A callback in mode 'auto' raises where its monitor names no metric. Measured: Keras 3.

        EarlyStopping always; ModelCheckpoint and ReduceLROnPlateau from 3.11 on.
        """
        return self.is_keras3


DEFAULT = Dialect("keras", _NEWEST_KERAS)


@lru_cache(maxsize=1024)
def may_be_numbered(key: str, name: str) -> bool:
    """The key is `name`, or what Keras makes of it for a second layer or metric: 'auc', 'auc_1'."""
    return re.fullmatch(rf"{re.escape(name)}(_\d+)?", key) is not None


def snake_case(name: str) -> str:
    """How Keras 3 makes a key of a function's name: 'myMetric' becomes 'my_metric', '<lambda>' 'lambda'."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def _compile_parameters(dialect: Dialect, sequential: bool | None, has_weighted_metrics: bool) -> tuple[str, ...]:
    start, version = "optimizer loss metrics", dialect.version
    if dialect.is_keras3:
        rest = "weighted_metrics run_eagerly steps_per_execution jit_compile auto_scale_loss"
        return tuple(f"optimizer loss loss_weights metrics {rest}".split())
    if dialect.line == "standalone":
        if version <= (2, 1) and sequential is None:
            return tuple(start.split())
        without_weights = version <= (2, 1) and sequential
        middle = "sample_weight_mode" if without_weights else "loss_weights sample_weight_mode"
        end = "weighted_metrics" if has_weighted_metrics else ""
        end += " target_tensors" if has_weighted_metrics and not without_weights else ""
        return tuple(f"{start} {middle} {end}".split())
    if version <= (2, 1):
        end = "sample_weight_mode weighted_metrics target_tensors distribute"
    elif version == (2, 2):
        end = "sample_weight_mode weighted_metrics"
    elif version == (2, 3):
        end = "weighted_metrics run_eagerly"
    else:
        end = "weighted_metrics run_eagerly steps_per_execution"
        end += " jit_compile" if version >= (2, 9) else ""
        end += " pss_evaluation_shards" if version >= (2, 13) else ""
    return tuple(f"{start} loss_weights {end}".split())


# --- reading dialects and requirements ----------------------------------------------------------------------

_HELP = "Write keras-3, keras-2.2, tf.keras-2.4, tensorflow-2.15 or tf_keras-2.16 (-v1: the old training loop)"
_TEXT = re.compile(
    r"(?P<package>keras|tf[.]keras|tf[-_]keras|tensorflow|tf)[-= ]*(?P<version>\d+(?:[.]\d+)*)(?P<v1>-v1)?"
)
_TENSORFLOW = {1: 15, 2: 21}
# The newest minor version of each major version of the packages that bring a Keras.
_NEWEST: dict[str, dict[int, int]] = {
    "keras": {1: 2, 2: 15, 3: _NEWEST_KERAS[1]},
    "tf-keras": {2: 21},
    "tf.keras": {1: 15, 2: _LAST_TF_KERAS[1]},
    "tf": _TENSORFLOW,
    "tensorflow": _TENSORFLOW,
    "tensorflow-cpu": _TENSORFLOW,
    "tensorflow-gpu": _TENSORFLOW,
    "tensorflow-intel": _TENSORFLOW,
    "tensorflow-macos": _TENSORFLOW,
}


def parse_dialect(text: str, origin: Origin = "configuration") -> Dialect:
    """The dialect of a text such as 'keras-3.3'; ValueError with a helpful text where there is none.

    'tensorflow-2.15' is the Keras that it brings. A major version alone means its newest minor version.
    """
    match = _TEXT.fullmatch(text.strip().lower())
    if not match:
        raise ValueError(f"{text!r} is no dialect. {_HELP}")
    major, minor, patch, *_ = (*(int(number) for number in match["version"].split(".")), ANY, ANY)
    dialect = _dialect_of(match["package"], (major, minor, patch), origin)
    if dialect is None:
        raise ValueError(f"{text!r} is no dialect: there is no such version. {_HELP}")
    if not match["v1"]:
        return dialect
    if dialect.line != "tensorflow":
        raise ValueError(f"{text!r} is no dialect: only tf.keras has an old training loop. {_HELP}")
    return replace(dialect, v1_mode=True)


def dialect_of_requirement(package: str, version_specifier: str, origin: Origin = "pinned") -> Dialect | None:
    """The dialect that `keras==2.2.4` or `tensorflow>=2.3,<2.4` fixes, or bounds from above.

    It is the newest version that the specifier admits; None where nothing bounds it from above, where it
    cannot be read, and for packages that bring no Keras.
    """
    bound = upper_bound(version_specifier)
    return _dialect_of(package.split("[")[0].strip().lower(), bound, origin) if bound else None


def _dialect_of(package: str, version: Bound, origin: Origin) -> Dialect | None:
    """The Keras that this version of a package brings; `ANY` minor version or patch is the newest."""
    major, minor, patch = version
    package = package.replace("_", "-")
    newest = _NEWEST.get(package, {}).get(major)
    if newest is None:
        return None
    if minor == ANY:
        minor = newest
    if package == "keras":
        dialect = Dialect("keras", (major, minor), origin=origin)
        return replace(dialect, patch=patch) if patch != ANY and dialect.line == "standalone" else dialect
    if package == "tf-keras":
        return Dialect("tf_keras", (major, minor), origin=origin)
    if (major, minor) > _LAST_TF_KERAS:
        return replace(DEFAULT, origin=origin)
    return Dialect("tf.keras", (major, minor), origin=origin)

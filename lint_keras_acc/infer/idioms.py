"""Idioms that are surely of one Keras generation, found in the text of a program.

Each has words without which it cannot stand there: looking for words is many times faster than for patterns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect


@dataclass(frozen=True)
class Idiom:
    """Spellings that only some generations know; `words` are substrings of which one is in every match."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]

    def is_in(self, text: str) -> bool:
        return any(word in text for word in self.words) and any(True for _ in self._matches(text))

    def _matches(self, text: str) -> Iterator[re.Match[str]]:
        """The matches outside comments."""
        for match in self.pattern.finditer(text):
            if "#" not in text[text.rfind("\n", 0, match.start()) + 1 : match.start()]:
                yield match


def _idiom(words: str, pattern: str) -> Idiom:
    return Idiom(tuple(words.split()), re.compile(pattern, re.MULTILINE))


_TF_KERAS_PACKAGE = _idiom("tf_keras", r"^\s*(?:import|from)\s+tf_keras\b")
_STANDALONE = re.compile(r"^\s*(?:import|from)\s+keras\b", re.MULTILINE)

# Keras 2 warns of these, and knows them no more later.
_KERAS_1 = _idiom(
    "nb_epoch show_accuracy border_mode samples_per_epoch nb_val_samples Convolution dim_ordering",
    r"\b(?:nb_epoch|show_accuracy|border_mode|samples_per_epoch|nb_val_samples|dim_ordering)\s*="
    r"|\bConvolution[123]D\(\s*\w+\s*,\s*\d+\s*,\s*\d+|\bset_image_dim_ordering\(",
)
# What TensorFlow 2 has no more, outside tf.compat.v1.
_TENSORFLOW_1 = _idiom(
    "tf.Session tf.Interactive tf.placeholder tf.Config set_random_seed tf.global_var tf.get_ tf.GPU tf.reset_ tf.train."
    " .contrib tensorflow_backend tf.app. tf.is_nan tf.to_ tf.logging tf.gfile tf.random_ tf.truncated_ tf.log( tf.layers"
    " tf.variable_scope K.set_session image_dim_ordering export_saved_model",
    r"\btf\.(?:Session|InteractiveSession|placeholder|ConfigProto|set_random_seed|global_variables_initializer"
    r"|get_default_graph|get_variable|GPUOptions|reset_default_graph|train\.\w+Optimizer|is_nan|to_float|to_int32"
    r"|random_normal|random_uniform|truncated_normal|log|variable_scope)\s*\(|\btf\.(?:contrib|logging|gfile|layers)\."
    r"|\btensorflow\.contrib\b|\btensorflow_backend\b|\bfrom tensorflow import set_random_seed"
    r"|\btf\.app\.(?:run|flags)\b|\bkeras\.experimental\.export_saved_model\b|\bK\.(?:set_session|image_dim_ordering)\s*\(",
)
_V1_COMPATIBLE = _idiom("compat", r"\bimport tensorflow\.compat\.v1 as tf\b|\bfrom tensorflow\.compat import v1 as tf\b")
_V1_MODE = _idiom("disable_", r"\b(?:disable_eager_execution|disable_v2_behavior)\s*\(")
# Modules and methods that Keras 3 has no more; the modules are of the package keras up to 2.12.
_OLD_MODULES = _idiom(
    "keras.engine keras.utils keras.layers. keras.objectives keras.backend.common",
    r"^\s*(?:from|import)\s+keras\.(?:engine|objectives|backend\.common|utils\.(?:np_utils|vis_utils|generic_utils|training_utils)"
    r"|layers\.(?:core|convolutional|recurrent|embeddings|wrappers|merge|advanced_activations|noise|local|pooling"
    r"|normalization|convolutional_recurrent))\b|^\s*from\s+keras\.utils\s+import\s+[^\n#]*\b(?:np_utils|vis_utils)\b",
)
_OLD_NAMES = _idiom(
    "import",
    r"^\s*from\s+keras\.optimizers\s+import\s+[^\n#]*\b(?:adam|rmsprop|sgd|adagrad|adadelta|adamax|nadam)\b"
    r"|^\s*from\s+keras\.layers\s+import\s+[^\n#]*\bMerge\b|\boptimizers\.(?:adam|rmsprop|sgd|adagrad|adadelta)\(",
)
# What Keras 3 refuses: methods that are gone, the old names of optimizer arguments, packages that need Keras 2.
_BEFORE_KERAS_3 = _idiom(
    "fit_generator predict_classes evaluate_generator predict_generator lr= lr decay= tensorflow_addons"
    " layers.experimental wrappers.scikit_learn",
    r"\.(?:fit_generator|predict_classes|evaluate_generator|predict_generator)\s*\("
    r"|\b(?:Adam|SGD|RMSprop|Adagrad|Adadelta|Adamax|Nadam|Ftrl)\((?:[^()\n]*,)?\s*(?:lr|decay)\s*="
    r"|^\s*(?:import|from)\s+tensorflow_addons\b|\blayers\.experimental\b|\bkeras\.wrappers\.scikit_learn\b",
)


def dialect_of_text(text: str) -> Dialect:
    """The dialect that the program is surely written in, else the newest Keras 3."""
    if _TF_KERAS_PACKAGE.is_in(text):
        return Dialect("tf_keras", (2, 21), origin="idiom")
    if _KERAS_1.is_in(text):
        return Dialect("keras", (1, 2), origin="idiom", surely_older=True)
    if _V1_MODE.is_in(text):
        return Dialect("tf.keras", (2, 15), True, "idiom", True, "disable_v2_behavior" in text)
    if not _V1_COMPATIBLE.is_in(text) and _TENSORFLOW_1.is_in(text):
        if _STANDALONE.search(text):
            return Dialect("keras", (2, 2), origin="idiom", surely_older=True)
        return Dialect("tf.keras", (1, 15), origin="idiom", surely_older=True)
    if _OLD_MODULES.is_in(text) or _OLD_NAMES.is_in(text):
        return Dialect("keras", (2, 2), origin="idiom", surely_older=True)
    if _BEFORE_KERAS_3.is_in(text):
        if _STANDALONE.search(text):
            return Dialect("keras", (2, 2), origin="idiom", surely_older=True)
        return Dialect("tf.keras", (2, 15), origin="idiom", surely_older=True)
    return DEFAULT

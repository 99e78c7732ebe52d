"""Idioms that are surely of one Keras generation, found in the text of a program.

Every idiom begins with a word, and is looked for behind the places where this stands: a program has few such
places, and finding them is many times faster than searching for a pattern that begins with anything else.
"""

from __future__ import annotations

import re
from functools import cache

from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect

_MAX_BEFORE = 200  # characters before the word that may belong to the idiom


class Idiom:
    """A spelling that only some generations know: a word, what must stand behind it, and what before it."""

    __slots__ = ("before", "behind", "word")

    def __init__(self, word: str, behind: str, before: str = "") -> None:
        self.word = word
        self.behind = behind
        self.before = before

    def is_in(self, text: str) -> bool:
        """It stands in the text, outside comments."""
        pattern, before = _patterns(self.word, self.behind, self.before)
        for match in pattern.finditer(text):
            start = match.start()
            if before is not None and not before.search(text, max(start - _MAX_BEFORE, 0), start):
                continue
            if "#" not in text[text.rfind("\n", 0, start) + 1 : start]:
                return True
        return False


@cache
def _patterns(word: str, behind: str, before: str) -> tuple[re.Pattern[str], re.Pattern[str] | None]:
    """What finds a word with what must stand behind it, and what looks before it; compiled when the word is met."""
    literal = re.escape(word)
    boundary = rf"(?<!\w{literal})" if word[0] != "." else ""
    pattern = re.compile(literal + boundary + behind)
    return pattern, re.compile(rf"(?:{before})\Z", re.MULTILINE) if before else None


_IMPORT = r"^[ \t]*(?:from|import)[ \t]+"
_KEYWORD = r"^(?![ \t]*(?:def|class)\b)[^\n]*[(,]\s*"  # of a call; as names of their own they are used to this day
_OPTIMIZER_CALL = r"\b(?:Adam|SGD|RMSprop|Adagrad|Adadelta|Adamax|Nadam|Ftrl)\((?:[^()\n]*,)?\s*"

_TF_KERAS_PACKAGE = (Idiom("tf_keras", r"\b", _IMPORT),)
_STANDALONE = (Idiom("keras", r"\b", _IMPORT),)

# Keras 2 warns of these, and knows them no more later.
_KERAS_1 = (
    Idiom("nb_", r"(?:epoch|val_samples)\s*=", _KEYWORD),
    Idiom("samples_per_epoch", r"\s*=", _KEYWORD),
    Idiom("border_mode", r"\s*=", _KEYWORD),
    Idiom("show_accuracy", r"\s*=", _KEYWORD),
    Idiom("dim_ordering", r"\s*=", _KEYWORD),
    Idiom("set_image_dim_ordering", r"\("),
    Idiom("Convolution", r"[123]D\(\s*\w+\s*,\s*\d+\s*,\s*\d+"),
)
# What TensorFlow 2 has no more, outside tf.compat.v1.
_TENSORFLOW_1 = (
    Idiom(
        "tf.",
        r"(?:(?:Session|InteractiveSession|placeholder|ConfigProto|set_random_seed|global_variables_initializer"
        r"|get_default_graph|get_variable|GPUOptions|reset_default_graph|train\.\w+Optimizer|is_nan|to_float|to_int32"
        r"|random_normal|random_uniform|truncated_normal|log|variable_scope)\s*\("
        r"|(?:contrib|logging|gfile|layers)\.|app\.(?:run|flags)\b)",
    ),
    Idiom("tensorflow", r"(?:\.contrib|_backend)\b"),
    Idiom("from tensorflow import set_random_seed", ""),
    Idiom("keras.experimental.export_saved_model", r"\b"),
    Idiom("K.", r"(?:set_session|image_dim_ordering)\s*\("),
)
_V1_COMPATIBLE = (
    Idiom("import tensorflow.compat.v1 as tf", r"\b"),
    Idiom("from tensorflow.compat import v1 as tf", r"\b"),
)
# The Keras 2.6 that every later TensorFlow still carries inside, whichever Keras `tf.keras` is.
_INSIDE_TENSORFLOW = (
    Idiom(
        "tensorflow.python.keras",
        r"(?:\.(?:models|engine)\b|\s+import\s+[^\n#]*\b(?:models|Model|Sequential)\b|\s+as\b)",
        _IMPORT,
    ),
)
_V1_MODE = (Idiom("disable_", r"(?:eager_execution|v2_behavior)\s*\("),)
# Modules and names that Keras 3 has no more; the modules are of the package keras up to 2.12.
_OLD_NAMES = (
    Idiom(
        "keras.",
        r"(?:(?:engine|objectives|backend\.common|utils\.(?:np_utils|vis_utils|generic_utils|training_utils)"
        r"|layers\.(?:core|convolutional|recurrent|embeddings|wrappers|merge|advanced_activations|noise|local|pooling"
        r"|normalization|convolutional_recurrent))\b|utils\s+import\s+[^\n#]*\b(?:np_utils|vis_utils)\b"
        r"|optimizers\s+import\s+[^\n#]*\b(?:adam|rmsprop|sgd|adagrad|adadelta|adamax|nadam)\b"
        r"|layers\s+import\s+[^\n#]*\bMerge\b)",
        _IMPORT,
    ),
    Idiom("optimizers.", r"(?:adam|rmsprop|sgd|adagrad|adadelta)\("),
)
# What Keras 3 refuses: methods that are gone, old names of optimizer arguments, packages that need Keras 2.
_BEFORE_KERAS_3 = (
    Idiom(".fit_generator", r"\s*\("),
    Idiom(".predict_", r"(?:classes|generator)\s*\("),
    Idiom(".evaluate_generator", r"\s*\("),
    Idiom("lr", r"\s*=", _OPTIMIZER_CALL),
    Idiom("decay", r"\s*=", _OPTIMIZER_CALL),
    Idiom("tensorflow_addons", r"\b", _IMPORT),
    Idiom("layers.experimental", r"\b"),
    Idiom("mixed_precision.experimental", r"\b"),
    Idiom("layers.DenseFeatures", r"\b"),
    Idiom("keras.wrappers.scikit_learn", r"\b"),
    # The TensorFlow classes of transformers refuse Keras 3 (transformers 4, activations_tf.py).
    Idiom("transformers", r"\s+import\s[^#;]{0,300}?\bTF[A-Z]\w+", _IMPORT),
)


def dialect_of_text(text: str) -> Dialect:
    """The dialect that the program is surely written in, else the newest Keras 3."""
    if _has(text, _TF_KERAS_PACKAGE):
        return Dialect("tf_keras", (2, 21), origin="idiom")
    if _has(text, _KERAS_1):
        return Dialect("keras", (1, 2), origin="idiom", surely_older=True)
    if _has(text, _V1_MODE):
        return Dialect("tf.keras", (2, 15), True, "idiom", True, "disable_v2_behavior" in text)
    if _has(text, _TENSORFLOW_1) and not _has(text, _V1_COMPATIBLE):
        if _has(text, _STANDALONE):
            return Dialect("keras", (2, 2), origin="idiom", surely_older=True)
        return Dialect("tf.keras", (1, 15), origin="idiom", surely_older=True)
    if _has(text, _INSIDE_TENSORFLOW):
        return Dialect("tf.keras", (2, 6), origin="idiom", surely_older=True)
    if _has(text, _OLD_NAMES):
        return Dialect("keras", (2, 2), origin="idiom", surely_older=True)
    if _has(text, _BEFORE_KERAS_3):
        if _has(text, _STANDALONE):
            return Dialect("keras", (2, 2), origin="idiom", surely_older=True)
        return Dialect("tf.keras", (2, 15), origin="idiom", surely_older=True)
    return DEFAULT


def _has(text: str, idioms: tuple[Idiom, ...]) -> bool:
    for idiom in idioms:  # noqa: SIM110 - most words are not there, and a generator costs more than looking
        if idiom.word in text and idiom.is_in(text):
            return True
    return False

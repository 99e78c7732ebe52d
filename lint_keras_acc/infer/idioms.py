"""Idioms that are surely of one Keras generation, found in the text of a program."""

from __future__ import annotations

import re

from lint_keras_acc.keras_api.dialects import DEFAULT, Dialect

# Spellings that only Keras 1 knows; with Keras 2 they raise or warn.
_KERAS_1 = re.compile(
    r"\bnb_epoch\s*=|\bshow_accuracy\s*=|\bborder_mode\s*=|\bsamples_per_epoch\s*=|\bnb_val_samples\s*="
    r"|\bConvolution[123]D\(\s*\w+\s*,\s*\d+\s*,\s*\d+|\bdim_ordering\s*=|\bset_image_dim_ordering\("
)
# What TensorFlow 2 has no more (outside tf.compat.v1, which the patterns do not match).
_TENSORFLOW_1 = re.compile(
    r"\btf\.(?:Session|InteractiveSession|placeholder|ConfigProto|set_random_seed|global_variables_initializer"
    r"|get_default_graph|GPUOptions|reset_default_graph|train\.\w+Optimizer)\s*\(|\btf\.contrib\.|\btensorflow\.contrib\b"
    r"|\btensorflow_backend\b|\bfrom tensorflow import set_random_seed|\btf\.app\.(?:run|flags)\b"
)
# Words without which none of the patterns matches: looking for them is many times faster.
_KERAS_1_WORDS = ("nb_epoch", "show_accuracy", "border_mode", "samples_per_epoch", "nb_val_samples", "Convolution", "dim_ordering")
_TENSORFLOW_1_WORDS = (
    "tf.Session",
    "tf.InteractiveSession",
    "tf.placeholder",
    "tf.ConfigProto",
    "set_random_seed",
    "tf.global_variables_initializer",
    "tf.get_default_graph",
    "tf.GPUOptions",
    "tf.reset_default_graph",
    "tf.train.",
    ".contrib",
    "tensorflow_backend",
    "tf.app.",
)
_V1_COMPATIBLE = re.compile(r"\bimport tensorflow\.compat\.v1 as tf\b|\bfrom tensorflow\.compat import v1 as tf\b")
_V1_MODE = re.compile(r"\b(disable_eager_execution|disable_v2_behavior)\s*\(")
_STANDALONE = re.compile(r"^\s*(?:import|from)\s+keras\b", re.MULTILINE)
_TF_KERAS_PACKAGE = re.compile(r"^\s*(?:import|from)\s+tf_keras\b", re.MULTILINE)


def dialect_of_text(text: str) -> Dialect:
    """The dialect that the program is surely written in, else the newest Keras 3."""
    if "tf_keras" in text and _TF_KERAS_PACKAGE.search(text):
        return Dialect("tf_keras", (2, 21), origin="idiom")
    if any(word in text for word in _KERAS_1_WORDS) and _KERAS_1.search(text):
        return Dialect("keras", (1, 2), origin="idiom", surely_older=True)
    if "disable_" in text and _V1_MODE.search(text):
        return Dialect("tf.keras", (2, 15), True, "idiom", True, "disable_v2_behavior" in text)
    if "compat" in text and _V1_COMPATIBLE.search(text):
        return DEFAULT
    if any(word in text for word in _TENSORFLOW_1_WORDS) and _TENSORFLOW_1.search(text):
        if _STANDALONE.search(text):
            return Dialect("keras", (2, 2), origin="idiom", surely_older=True)
        return Dialect("tf.keras", (1, 15), origin="idiom", surely_older=True)
    return DEFAULT

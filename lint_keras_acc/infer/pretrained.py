"""Models that other libraries build on Keras: what their classes say of their outputs and of `compile`.

Facts from transformers 4 (`modeling_tf_utils.py`: its `train_step` gives the first output, the logits, to the loss of
compile), KerasHub 0.32 and KerasNLP (`keras_hub/src/models/*_classifier.py`, `text_classifier.py`).
"""

from __future__ import annotations

import re

from lint_keras_acc.infer.frames import Call
from lint_keras_acc.infer.values import Constant, Instance, Model, Value

PACKAGES = ("transformers.", "keras_hub.", "keras_nlp.", "keras_cv.")

_MAKERS = r"(?:\.from_pretrained|\.from_config)"
_TRANSFORMERS = re.compile(rf"transformers\..*\bTF\w+For(Sequence|Image|Audio|Token)Classification{_MAKERS}")
_HUB = re.compile(r"(?:keras_hub|keras_nlp)\..*\b(?!MobileNet)\w*Classifier(\.from_preset)?")
_OWN_CHOICES = frozenset({"auto", "auto_with_warning", "passthrough"})


def pretrained(path: str, call: Call) -> Model | None:
    """The classifier that a call of a library makes; None for all of which the class does not say what it returns."""
    found = _TRANSFORMERS.fullmatch(path)
    if found is not None:
        return Model("pretrained", call, name="tokens" if found[1] == "Token" else "logits")
    found = _HUB.fullmatch(path)
    if found is not None:
        return Model("pretrained", call, name="preset" if found[1] else "classifier")
    return None


def units_argument(model: Model) -> Value | None:
    """The number of classes that a pretrained classifier is told; None where it is not."""
    assert model.call is not None
    return model.call.argument(None, "num_labels", "num_classes")


def chooses_itself(receiver: Value, argument: Value | None) -> bool:
    """The model's class puts its own loss or metrics in the place of an argument of compile."""
    path = receiver.path if isinstance(receiver, Instance) else ""
    if not path.startswith(PACKAGES) and not (isinstance(receiver, Model) and receiver.kind == "pretrained"):
        return False
    return argument is None or (isinstance(argument, Constant) and argument.value in _OWN_CHOICES)

"""How the program uses a compiled model: its fits, labels, callbacks, histories, and what leaves the file."""

from lint_keras_acc.infer.uses.data import Data, data_of, same_expression, validation_of
from lint_keras_acc.infer.uses.following import Follower, Use
from lint_keras_acc.infer.uses.reading import read_uses, with_keys
from lint_keras_acc.infer.uses.reads import Reads

__all__ = [
    "Data",
    "Follower",
    "Reads",
    "Use",
    "data_of",
    "read_uses",
    "same_expression",
    "validation_of",
    "with_keys",
]

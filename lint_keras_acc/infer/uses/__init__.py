"""How the program uses a compiled model: its fits, labels, callbacks, histories, and what leaves the file."""

from lint_keras_acc.infer.uses.data import Data, data_of, same_expression, validation_of
from lint_keras_acc.infer.uses.following import Follower, Trail, Use
from lint_keras_acc.infer.uses.predictions import add_reads
from lint_keras_acc.infer.uses.reading import read_uses, with_keys
from lint_keras_acc.infer.uses.reads import Reads

__all__ = [
    "Data",
    "Follower",
    "Reads",
    "Trail",
    "Use",
    "add_reads",
    "data_of",
    "read_uses",
    "same_expression",
    "validation_of",
    "with_keys",
]

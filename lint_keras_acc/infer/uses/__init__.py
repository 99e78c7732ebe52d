"""How the program uses a compiled model: its fits, labels, callbacks, histories, and what leaves the file."""

from lint_keras_acc.infer.uses.data import data_of, same_expression
from lint_keras_acc.infer.uses.following import Follower, Use
from lint_keras_acc.infer.uses.reading import read_uses, with_keys

__all__ = ["Follower", "Use", "data_of", "read_uses", "same_expression", "with_keys"]

"""Says when a Keras model's accuracy, or the loss it minimises, is not what its author thinks."""

__version__ = "0.1.0"

# Where the documentation is published; the pages of the rules are below it.
DOCUMENTATION = "https://example.org/lint-keras-acc"

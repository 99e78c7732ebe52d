"""Says when a Keras model's accuracy, or the loss it minimises, is not what its author thinks."""

__version__ = "0.1.0"

"""The part that a model plays in its program, as far as names tell it."""

from __future__ import annotations

from lint_keras_acc.infer.calls import Finder

_ADVERSARIES = ("discriminator", "critic", "adversar")

_ROLES = frozenset({"d", "g", "dis", "gen", "disc", "adv", "generator"})  # of models, in programs of GANs


def is_adversarial(names: set[str], finder: Finder) -> bool:
    """The model is one part of a GAN: its names say so, or it stands in a program that freezes a discriminator."""
    parts = {name.rpartition(".")[2].lower() for name in names}
    if any(word in part for part in parts for word in _ADVERSARIES):
        return True
    freezes = finder.mentions(".trainable")
    if freezes and finder.mentions("discriminator"):
        return True
    words = {word for part in parts for word in part.split("_")}
    if any(word == "gan" or (word.endswith("gan") and freezes) for word in words):
        return True
    return not words.isdisjoint(_ROLES) and (freezes or any(map(finder.mentions, ("gan", "GAN", "Gan"))))

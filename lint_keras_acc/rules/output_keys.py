"""Which keys of a loss or metrics dict belong to which output."""

from __future__ import annotations

from collections.abc import Iterable

from lint_keras_acc.keras_api.dialects import may_be_numbered
from lint_keras_acc.sites import CompileSite, Fact, Output


def outputs_are_known(site: CompileSite) -> bool:
    """It is known how many outputs there are, and that nothing of the program's own says what compile gets for them."""
    return site.outputs_known and site.outputs_form != "unknown" and not site.custom_training


def output_keys_are_known(site: CompileSite) -> bool:
    """For each output it is known which keys may be its: its name, or the form of the name that Keras gives it."""
    return outputs_are_known(site) and all(
        head.output.name is not None or head.output.automatic is not None for head in site.heads
    )


def extra_keys(site: CompileSite, keys: Iterable[Fact[str]]) -> list[Fact[str]]:
    """The keys that belong to no output."""
    return [key for key in keys if not any(may_name(key.value, head.output) for head in site.heads)]


def nameless(site: CompileSite, keys: Iterable[Fact[str]]) -> list[str]:
    """The names of the outputs that none of the keys belongs to; of unnamed layers what Keras may call them."""
    given = [key.value for key in keys]
    outputs = [head.output for head in site.heads]
    return [output_words(output) for output in outputs if not any(may_name(key, output) for key in given)]


def may_name(key: str | None, output: Output) -> bool:
    """The key is the output's name, or may be the one that Keras gives its layer: 'dense', 'dense_3'."""
    if key is None or output.name is not None:
        return key is not None and key == output.name
    return output.automatic is not None and may_be_numbered(key, output.automatic)


def output_words(output: Output) -> str:
    """What an output is called: 'age', 'dense_...'."""
    return repr(output.name) if output.name is not None else f"'{output.automatic}_...'"


def names_of(site: CompileSite) -> str:
    """All outputs in words."""
    return " and ".join(output_words(head.output) for head in site.heads)


def nearest_name(site: CompileSite, key: str) -> str | None:
    """The name of an output that a key is a slip of."""
    from difflib import get_close_matches

    names = [head.output.name for head in site.heads if head.output.name is not None]
    found = get_close_matches(key, names, 1, 0.6)
    return found[0] if found else None

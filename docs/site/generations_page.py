"""The page of what differs between the generations of Keras: the tables of the rules, asked version by version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from operator import attrgetter, methodcaller
from typing import Any

from generations import ALL, by_version

from lint_keras_acc.keras_api.dialects import Dialect
from lint_keras_acc.runtime.accuracy import Shape, resolve
from lint_keras_acc.sites import Form

_INTRODUCTION = f"""
Three packages have been called Keras: standalone Keras up to 2.3, the Keras inside TensorFlow (`tf.keras`, now the
package tf_keras), and Keras 3. What `metrics=['accuracy']` runs, which arguments `compile` takes and how the numbers
are called in the logs has changed between them, and within them. This page is made of the tables that the rules look
at; "measured" says that real versions were run, "read" that it stands in their source.

{ALL}
"""

# The tables need the room of a table of contents.
_HEAD = "---\nhide:\n- toc\n---\n"

# What people build: the loss, how it is written, and the shapes of a batch of 32.
_CASES: tuple[tuple[str, str, Form, Shape, Shape], ...] = (
    ("yes or no", "binary_crossentropy", "string", (32, 1), (32, 1)),
    ("twelve labels", "binary_crossentropy", "string", (32, 12), (32, 12)),
    ("twelve labels, `BinaryCrossentropy()`", "binary_crossentropy", "instance", (32, 12), (32, 12)),
    ("ten classes, one-hot", "categorical_crossentropy", "string", (32, 10), (32, 10)),
    ("ten classes, ids", "sparse_categorical_crossentropy", "string", (32,), (32, 10)),
    ("ten classes, ids, a loss of one's own", "focal", "custom", (32,), (32, 10)),
    ("ten classes, one-hot, binary cross-entropy", "binary_crossentropy", "string", (32, 10), (32, 10)),
    ("a mask of pixels", "binary_crossentropy", "string", (32, 64, 64, 1), (32, 64, 64, 1)),
    ("pixels of five classes, ids", "sparse_categorical_crossentropy", "string", (32, 64, 64, 1), (32, 64, 64, 5)),
    ("one number", "mse", "string", (32, 1), (32, 1)),
    ("three numbers", "mse", "string", (32, 3), (32, 3)),
)


def generations_page() -> str:
    """The whole page."""
    return (
        "\n".join([_HEAD, "# The generations of Keras", _INTRODUCTION, *_accuracy(), *_calls(), *_differences()]) + "\n"
    )


def _accuracy() -> Iterator[str]:
    yield "## What `'accuracy'` runs\n"
    yield from _table("model", "labels, predictions", "versions", "runs", "why")
    for what, *case in _CASES:
        shapes = f"{case[2]}, {case[3]}"
        for versions, (kernel, reason) in by_version(partial(_resolved, case)):
            yield _row(what, shapes, versions, kernel, reason)
            what = shapes = ""
    yield ""


def _resolved(case: list[Any], dialect: Dialect) -> tuple[str, str]:
    """What runs, and on what ground."""
    loss, form, y_true, y_pred = case
    found = resolve(dialect, loss, y_true, y_pred, loss_form=form)
    ground, _, _ = found.reason.partition(": ")
    return (f"`{found.kernel}`", ground) if found.kernel else ("nothing", found.reason)


def _calls() -> Iterator[str]:
    yield "## What `compile` takes by position\n"
    yield from _table("versions", "parameters, in order")
    for versions, parameters in by_version(methodcaller("compile_parameters", sequential=False)):
        yield _row(versions, ", ".join(f"`{name}`" for name in parameters))
    yield "\n## How the logs call a metric\n"
    yield from _table("written", "versions", "key")
    for written in ("accuracy", "acc", "mse", "AUC"):
        what = f"`'{written}'`"
        for versions, key in by_version(methodcaller("log_key", written, "string")):
            yield _row(what, versions, f"`{key}`" if key else "no such string")
            what = ""
    yield ""


def _differences() -> Iterator[str]:
    yield "## What else differs\n"
    yield from _table("what", "where it is so", "how it is known")
    for name, member in vars(Dialect).items():
        if isinstance(member, property) and _is_of_interest(name, member):
            what, known = _told(member.__doc__ or "")
            yield _row(what, {answer: versions for versions, answer in _answers(name)}[True], known)


def _answers(name: str) -> list[tuple[str, object]]:
    return by_version(attrgetter(name))


def _is_of_interest(name: str, member: property) -> bool:
    """It says yes to some versions and no to others, and its documentation says how that is known."""
    answers = {answer for _, answer in _answers(name)}
    return not name.startswith("_") and answers == {True, False} and _told(member.__doc__ or "")[1] != ""


def _told(documentation: str) -> tuple[str, str]:
    """What a property says, and how it is known."""
    text = " ".join(documentation.split())
    source = re.search(r"\b(Measured|Read)\b", text)
    return (text[: source.start()].strip(), text[source.start() :]) if source else (text, "")


def _table(*titles: str) -> Iterable[str]:
    return _row(*titles), _row(*("---" for _ in titles))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"

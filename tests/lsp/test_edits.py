"""A thousand edits in a row: the text stays the editor's, and what is found is what a fresh start finds."""

from __future__ import annotations

import ast
import asyncio
import random
import re
import time
from collections.abc import Sequence
from functools import partial

import pytest
from lsprotocol import types

from lint_keras_acc.lsp.checked import Checked
from lint_keras_acc.lsp.diagnostics import Shown, diagnostics
from lint_keras_acc.lsp.documents import Document, Text
from lint_keras_acc.lsp.linting import Linter
from lint_keras_acc.lsp.positions import Units
from lint_keras_acc.lsp.session import Session
from lint_keras_acc.lsp.uris import path_of
from lint_keras_acc.lsp.workspace import SettingsOfFiles

EDITS = 1_000
CODECS = {Units.UTF_8: ("utf-8", 1), Units.UTF_16: ("utf-16-le", 2), Units.UTF_32: ("utf-32-le", 4)}
PROGRAM = """\
import keras
from sklearn.preprocessing import MultiLabelBinarizer

LABELS = ["a", "b", "c"]  # \N{GRINNING FACE}
y = MultiLabelBinarizer(classes=LABELS).fit_transform([["a"], ["b", "c"]])


def build(units, activation="sigmoid"):
    inputs = keras.Input((4,))
    outputs = keras.layers.Dense(units, activation=activation, name="\N{GRINNING FACE}"[:0] + "out")(inputs)
    return keras.Model(inputs, outputs)


model = build(3)
model.compile(loss="binary_crossentropy", metrics=["accuracy"])
model.fit([[0.0] * 4] * 2, y)

other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
other.compile(loss="mse", metrics=["\N{GRINNING FACE}"[:0] or "accuracy"])
label = "\N{GRINNING FACE}\N{GRINNING FACE}"; other.compile(loss="mse", metrics=["accuracy"])
"""
WORDS = [
    ["sigmoid", "softmax", "linear", "tanh"],
    ["binary_crossentropy", "categorical_crossentropy", "mse", "sparse_categorical_crossentropy"],
    ["accuracy", "binary_accuracy", "mae", "acc"],
    ["units", "3", "1", "12"],
]
WORD = re.compile(r"\b(?:" + "|".join(word for words in WORDS for word in words) + r")\b")
TYPED = [
    "x",
    "\N{GRINNING FACE}",
    "é",
    "#",
    '"',
    "\\",
    "\f",
    "\t",
    "\r",
    "\n",
    "\r\n",
    "(",
    ")",
    "\u2028",
    "\ufeff",
    "",
]
LINES = ["# \N{GRINNING FACE}\r\n", "\r\n", "\n", "# one\n# two\n", "pass\r", "x = '\N{GRINNING FACE}' \\\n  'é'\n"]

Change = types.TextDocumentContentChangePartial | types.TextDocumentContentChangeWholeDocument


class Silent:
    """Nobody is told of anything; what goes wrong fails the test."""

    def checked(self, checked: Checked) -> None: ...

    def closed(self, uris: Sequence[str]) -> None: ...

    def log(self, message: str) -> None:
        raise AssertionError(message)


class Typist:
    """An editor's side: its text, and edits of it in the words of the protocol, counted its own way."""

    def __init__(self, text: str, units: Units, chance: random.Random) -> None:
        self.text = self.whole = text
        self._codec, self._width = CODECS[units]
        self._chance = chance

    def edits(self) -> list[Change]:
        """One edit, or several that are sent together; the whole text now and then, and soon where it is no Python."""
        if self._chance.random() < (0.03 if self._is_python() else 0.5):
            self.text = self.whole
            return [types.TextDocumentContentChangeWholeDocument(self.text)]
        return [self._edit() for _ in range(self._chance.choice((1, 1, 1, 2)))]

    def _is_python(self) -> bool:
        try:
            ast.parse(self.text)
        except (SyntaxError, ValueError):
            return False
        return True

    def _edit(self) -> Change:
        """Another word in the place of one, a line more or less, or some character anywhere."""
        kind = self._chance.random()
        starts = [0, *(end.end() for end in re.finditer(r"\r\n|\r|\n", self.text))]
        if kind < 0.5 and (found := list(WORD.finditer(self.text))):
            word = self._chance.choice(found)
            words = next(words for words in WORDS if word.group() in words)
            return self._replace(word.start(), word.end(), self._chance.choice(words))
        if kind < 0.75:
            start = self._chance.choice(starts)
            return self._replace(start, start, self._chance.choice(LINES))
        if kind < 0.85:
            index = self._chance.randrange(len(starts))
            return self._replace(starts[index], (*starts, len(self.text))[index + 1], "")
        start = self._chance.randrange(len(self.text) + 1)
        end = min(len(self.text), start + self._chance.choice((0, 0, 1, 3)))
        return self._replace(start, end, self._chance.choice(TYPED))

    def _replace(self, start: int, end: int, new: str) -> Change:
        place = types.Range(self._position(start), self._position(end))
        # An editor has no place between the two halves of a line end.
        start, end = (self._offset(start), self._offset(end))
        self.text = self.text[:start] + new + self.text[end:]
        return types.TextDocumentContentChangePartial(place, new)

    def _offset(self, offset: int) -> int:
        return offset - 1 if self.text[offset - 1 : offset + 1] == "\r\n" else offset

    def _position(self, offset: int) -> types.Position:
        before = re.split(r"\r\n|\r|\n", self.text[: self._offset(offset)])
        return types.Position(len(before) - 1, len(before[-1].encode(self._codec)) // self._width)


def settings() -> SettingsOfFiles:
    return SettingsOfFiles(lambda message: pytest.fail(message))


async def edit(units: Units, chance: random.Random, edits: int) -> int:
    """Edit a document; how many times something else was found than before."""
    typist = Typist(PROGRAM, units, chance)
    uri = "untitled:one.py"
    session = Session(Silent(), settings())
    session.units = units
    session.open_file(types.TextDocumentItem(uri, "python", 0, PROGRAM))
    changes, before = 0, None
    for version in range(1, edits + 1):
        session.change_file(types.VersionedTextDocumentIdentifier(version, uri), typist.edits())
        if chance.random() < 0.2:
            continue  # the next edit comes before this one is linted
        told = partial(diagnostics, shown=Shown(), with_edits=version % 5 == 0)
        found = await session.ask(uri, told)
        document = Document(uri, path_of(uri), (Text(uri, "python", version, typist.text),))
        assert found == told(Linter(settings()).check(document, units)), typist.text
        changes += found != before
        before = found
    return changes


@pytest.mark.slow
@pytest.mark.parametrize("units", Units)
def test_edits_in_a_row_find_what_a_fresh_start_finds(units: Units) -> None:
    edits = EDITS // len(Units) + 1
    changes = asyncio.run(edit(units, random.Random(f"edits in {units}"), edits))
    assert changes > edits / 3, "the edits are no test if they change nothing"


@pytest.mark.parametrize("units", Units)
def test_the_text_stays_the_editors(units: Units) -> None:
    typist = Typist(PROGRAM, units, random.Random(f"text in {units}"))
    text = Text("untitled:one.py", "python", 0, PROGRAM)
    for version in range(EDITS // len(Units) + 1):
        text = text.changed(version, typist.edits(), units)
        assert text.text == typist.text


def test_thousands_of_changes_at_once_take_no_longer_than_one_by_one() -> None:
    """An editor that replaces a word everywhere sends them. Where each divides the whole text it takes minutes."""
    text = Text("untitled:one.py", "python", 1, "word = 1\r\n" * 20_000)
    first_words = [
        types.TextDocumentContentChangePartial(types.Range(types.Position(line, 0), types.Position(line, 4)), "name")
        for line in reversed(range(0, 20_000, 10))
    ]
    start = time.process_time()
    changed = text.changed(2, first_words, Units.UTF_16)
    assert time.process_time() - start < 2
    assert changed.text == ("name = 1\r\n" + "word = 1\r\n" * 9) * 2_000


@pytest.mark.parametrize(
    ("text", "start", "end", "new", "changed"),
    [
        ("a\rb", (1, 0), (1, 0), "\n", "a\r\nb"),  # two ends of lines become one
        ("a\nb", (0, 1), (0, 1), "\r", "a\r\nb"),
        ("a\r\nb", (0, 9), (1, 0), "", "ab"),
        ("a\rb\rc", (0, 1), (2, 0), "", "ac"),
        ("a\nb", (7, 7), (9, 9), "c", "a\nbc"),
        ("a\nb", (1, 1), (0, 0), "c", "c"),  # its end comes first
        ("", (0, 0), (0, 0), "\r\n", "\r\n"),
        ("a\fb\u2028c\x85d\ne", (1, 0), (1, 1), "", "a\fb\u2028c\x85d\n"),
        ("\ud83d\N{GRINNING FACE}", (0, 1), (0, 2), "", "\ud83d\N{GRINNING FACE}"),  # half of a character is none
        ("\ud83d\N{GRINNING FACE}", (0, 1), (0, 3), "", "\ud83d"),
        ("\0a", (0, 1), (0, 2), "b", "\0b"),
    ],
)
def test_changes_at_the_edges(text: str, start: tuple[int, int], end: tuple[int, int], new: str, changed: str) -> None:
    change = types.TextDocumentContentChangePartial(types.Range(types.Position(*start), types.Position(*end)), new)
    after = Text("untitled:one.py", "python", 1, text).changed(2, [change], Units.UTF_16)
    assert (after.text, after.version) == (changed, 2)

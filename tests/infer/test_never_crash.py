"""The inference ends, soon and without an exception, on whatever parses."""

from __future__ import annotations

import ast
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lint_keras_acc.infer import compile_sites
from lint_keras_acc.source import Program, read_source
from tests.infer.adversaries import ADVERSARIES, COMPILE, IMPORTS
from tests.infer.revealed import PROGRAMS

pytestmark = pytest.mark.slow

SECONDS = 20.0  # of processor time, on a slow machine; most programs take some milliseconds


def infer(text: str) -> int:
    """The number of compile calls that are found; fails if that takes long."""
    programs, errors = read_source("program.py", text.encode()).programs()
    assert not errors, [str(error) for error in errors]
    return sum(infer_program(program) for program in programs)


def infer_program(program: Program) -> int:
    started = time.process_time()
    sites = list(compile_sites(program))
    assert time.process_time() - started < SECONDS
    assert all(possibilities for possibilities in sites)
    assert all(site.heads for possibilities in sites for site in possibilities)
    return len(sites)


@pytest.mark.parametrize("text", ADVERSARIES.values(), ids=ADVERSARIES)
def test_adversary(text: str) -> None:
    infer(IMPORTS + text + COMPILE)


# --- programs of a grammar --------------------------------------------------------------------------------

NAMES = ["x", "y", "a", "b", "model", "net", "self", "units", "loss", "layers", "Dense", "f", "g", "C"]
STRINGS = ["softmax", "sigmoid", "relu", "mse", "binary_crossentropy", "accuracy", "acc", "", "out", "a"]
CALLEES = [
    "Dense",
    "Activation",
    "Sequential",
    "Model",
    "Input",
    "keras.layers.Flatten",
    "keras.layers.concatenate",
    "keras.layers.TimeDistributed",
    "keras.layers.Bidirectional",
    "keras.layers.LSTM",
    "keras.layers.Lambda",
    "keras.layers.Reshape",
    "keras.applications.VGG16",
    "keras.losses.BinaryCrossentropy",
    "keras.metrics.AUC",
    "keras.utils.to_categorical",
    "keras.datasets.mnist.load_data",
    "tf.nn.softmax",
    "tf.data.Dataset.from_tensor_slices",
    "np.array",
    "np.zeros",
    "np.eye",
    "functools.partial",
    "dict",
    "list",
    "len",
    "range",
    "zip",
    "enumerate",
    "sorted",
    "getattr",
    "int",
    "float",
    "str",
    "f",
    "g",
    "C",
    "self.build",
    "super",
    "x.append",
    "x.extend",
    "x.update",
    "x.pop",
    "x.get",
    "x.items",
    "x.reshape",
    "x.astype",
    "model.add",
    "model.pop",
    "model.compile",
    "model.fit",
    "model.evaluate",
    "model.predict",
    "net.compile",
    "net.fit",
    "self.model.compile",
]
KEYWORDS = ["units", "activation", "loss", "metrics", "name", "inputs", "outputs", "x", "y", "axis", "shape"]

NUMBERS = ["0", "1", "-1", "2", "10", "10**20", "0.5", "1e400", "3j"]
CONSTANTS = [*map(repr, STRINGS), *NUMBERS, "True", "None", "...", "b''"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "==", "<", "in", "and", "or", "is"]
ATTRIBUTES = ["model", "output", "shape", "history", "T", "layers", "values"]
TARGETS = [
    *NAMES,
    *(
        "self.model",
        "self.x",
        "x[0]",
        "x['a']",
        "x[:, 0]",
        "x, y",
        "(x, y), *a",
        "[a, b]",
        "x = y",
        "model.loss",
    ),
]
LINES_OF_THEIR_OWN = [
    *("global x", "del x", "pass", "import keras as x", "from keras.layers import *", "return_ = x"),
    *("model.compile(loss=loss, metrics=[x])", "model.fit(x, y)", "model.add(x)", "x.append(y)", "x += y"),
]
PARAMETERS = ["", "x", "self", "self, x, y=1", "*a, **b", "model, *, loss='mse'", "x, units=3"]


class Writer:
    """Writes programs out of a grammar, by chance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def pick(self, words: list[str]) -> str:
        return self.chance.choice(words)

    def program(self) -> str:
        return self.block(2, self.chance.randint(1, 10))

    def arguments(self, depth: int) -> str:
        given = [self.pick(["", "", "", "*"]) + self.expression(depth) for _ in range(self.chance.randint(0, 2))]
        for keyword in self.chance.sample([*KEYWORDS, ""], self.chance.randint(0, 2)):
            given.append(f"{keyword}=" * bool(keyword) + "**" * (not keyword) + self.expression(depth))
        return ", ".join(given)

    def expression(self, depth: int) -> str:
        if depth <= 0 or self.chance.random() < 0.2:
            return self.pick([*NAMES, *CONSTANTS])

        def inner() -> str:
            return self.expression(depth - 1)

        def several() -> list[str]:
            return [inner() for _ in range(self.chance.randint(0, 3))]

        forms: list[Callable[[], str]] = [
            *[lambda: f"{self.pick(CALLEES)}({self.arguments(depth - 1)})"] * 6,
            lambda: f"({inner()})({self.arguments(depth - 1)})",
            lambda: f"[{', '.join(several())}]",
            lambda: f"[*{inner()}, {inner()}]",
            lambda: f"({''.join(item + ', ' for item in several())})",
            lambda: "{" + ", ".join(f"{item}: {inner()}" for item in several()) + "}",
            lambda: f"({inner()})[{inner()}]",
            lambda: f"({inner()})[{inner()}:]",
            lambda: f"({inner()}).{self.pick(ATTRIBUTES)}",
            lambda: f"({inner()} {self.pick(OPERATORS)} {inner()})",
            lambda: f"({inner()} if {inner()} else {inner()})",
            lambda: f"[{inner()} for {self.pick(NAMES)} in {inner()}]",
            lambda: f"(lambda x, *a, y=1, **b: {inner()})",
            lambda: f"(y := {inner()})",
            lambda: "f'{" + self.pick(NAMES) + "}'",
        ]
        return self.chance.choice(forms)()

    def block(self, depth: int, count: int) -> str:
        return "".join(self.statement(depth) for _ in range(count))

    def body(self, depth: int) -> str:
        lines = self.block(depth - 1, self.chance.randint(1, 3)).splitlines()
        return "".join(f"    {line}\n" for line in lines)

    def statement(self, depth: int) -> str:
        def expression() -> str:
            return self.expression(3)

        forms: list[Callable[[], str]] = [
            *[lambda: f"{self.pick(TARGETS)} = {expression()}\n"] * 4,
            lambda: f"{expression()}\n",
            lambda: f"{self.pick(NAMES)} += {expression()}\n",
            lambda: f"{self.pick(LINES_OF_THEIR_OWN)}\n",
        ]
        if depth > 0:
            forms += [
                lambda: f"if {expression()}:\n{self.body(depth)}",
                lambda: f"if {expression()}:\n{self.body(depth)}else:\n{self.body(depth)}",
                lambda: f"for {self.pick(['x', 'x, y', 'model'])} in {expression()}:\n{self.body(depth)}",
                lambda: f"while {expression()}:\n{self.body(depth)}",
                lambda: f"with {expression()} as a:\n{self.body(depth)}",
                lambda: f"try:\n{self.body(depth)}except ValueError:\n{self.body(depth)}",
                *[lambda: self.function(depth)] * 3,
                lambda: f"class C{self.pick(['', '(Model)', '(C)', '(x)', '(Dense)'])}:\n{self.body(depth)}",
                lambda: f"match {expression()}:\n    case 'a':\n{_indented(self.body(depth))}",
            ]
        return self.chance.choice(forms)()

    def function(self, depth: int) -> str:
        name = self.pick(["f", "g", "build", "call", "__init__", "train_step"])
        leaving = self.pick(["return", "yield", "yield from", "raise"])
        end = f"    {leaving} {self.expression(3)}\n"
        return f"def {name}({self.pick(PARAMETERS)}):\n{self.body(depth)}{end}"


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32))
def test_programs_of_a_grammar(seed: int) -> None:
    written = Writer(seed).program()
    text = "import functools\nimport tensorflow as tf\n" + IMPORTS + written + COMPILE
    try:
        ast.parse(text)
    except (SyntaxError, ValueError):
        return
    infer(text)


# --- programs of real lines -------------------------------------------------------------------------------


def _statements(text: str) -> list[str]:
    return [ast.unparse(statement) for statement in ast.parse(text).body]


LINES = sorted(
    {line for path in PROGRAMS.glob("*.py") for line in _statements(path.read_text("utf-8"))},
    key=lambda line: (len(line), line),
)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32))
def test_programs_of_shuffled_statements(seed: int) -> None:
    lines = random.Random(seed).choices(LINES, k=30)
    infer(IMPORTS + "\n".join(lines) + "\n" + COMPILE)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(PROGRAMS.glob("*.py"))), st.integers(0, 2**32))
def test_programs_whose_parts_are_swapped(path: Path, seed: int) -> None:
    """Expressions of one program change places: still Python, seldom sense."""
    chance = random.Random(seed)
    tree = ast.parse(path.read_text("utf-8"))
    tree.body = chance.sample(tree.body, min(len(tree.body), 60))
    places = [
        (node, field, index)
        for node in ast.walk(tree)
        for field, value in ast.iter_fields(node)
        if field in ("args", "value", "values", "elts") and not isinstance(node, (ast.JoinedStr, ast.FormattedValue))
        for index in (range(len(value)) if isinstance(value, list) else [None])
    ]
    for _ in range(10):
        (one, first, at), (other, second, to) = chance.choice(places), chance.choice(places)
        left, right = _part(one, first, at), _part(other, second, to)
        if isinstance(left, ast.expr) and isinstance(right, ast.expr):
            _put(one, first, at, right)
            _put(other, second, to, left)
    try:
        text = ast.unparse(tree)
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, AttributeError):
        return
    infer(text)


def _part(node: ast.AST, field: str, index: int | None) -> object:
    value = getattr(node, field)
    return value if index is None else value[index] if index < len(value) else None


def _put(node: ast.AST, field: str, index: int | None, value: ast.expr) -> None:
    if index is None:
        setattr(node, field, value)
    else:
        getattr(node, field)[index] = value

"""Whatever the formatting of a call or a display: the tree is what it should be, and nothing else changes."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lint_keras_acc.findings import (
    Delete,
    NameArgument,
    RemoveArgument,
    Repair,
    Replace,
    SetArgument,
    Span,
    WrapInList,
)
from lint_keras_acc.fixes import apply_edits, edits_in
from lint_keras_acc.source import read_source
from tests.marked import fix

pytestmark = pytest.mark.slow

VALUES = (
    "'acc'",
    '"é😀"',
    "x",
    "k.M(1, a='b')",
    "[1, 2]",
    "('a',)",
    "(\n'a'\n'b')",
    "{'a': 1}",
    "-1.5",
    "lambda: 0",
)
BLANKS = ("", " ", "\t", "  ", "\x0c", "\\\n ", "\n    ", "  # note\n  ", "\n # one\n\n # two\n\t")
BEFORE = ("", "import keras\n", "'é😀'; ", "def f():\n    return ", "if y: ", "z = [\n  # é\n", "w(v=(")
AFTER = {"z = [\n  # é\n": " # end\n]", "w(v=(": "))"}


@dataclass(frozen=True)
class Written:
    """A program around one call or display, with the values in it."""

    text: str
    items: tuple[str, ...]

    @property
    def node(self) -> ast.expr:
        return only(self.text)

    def elements(self) -> list[ast.expr]:
        node = self.node
        if isinstance(node, ast.Call):
            values = [*node.args, *(keyword.value for keyword in node.keywords)]
            return sorted(values, key=lambda value: (value.lineno, value.col_offset))
        assert isinstance(node, (ast.List, ast.Tuple, ast.Set))
        return node.elts


def only(text: str) -> ast.expr:
    """The one expression whose first name is `target`, or that holds the string 'target'."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "target":
            found.append(node)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)) and any(map(is_mark, node.elts)):
            found.append(node)  # type: ignore[arg-type]
    (node,) = found
    return node


def is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "target"


def place(text: str, node: ast.AST) -> Span:
    """Where a node stands, by counting characters."""
    lines = [line.encode() for line in re.split(r"\r\n|\r|\n", text)]

    def column(line: int, offset: int) -> int:
        return len(lines[line - 1][:offset].decode()) + 1

    assert isinstance(node, ast.expr)
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    begin = (node.lineno, column(node.lineno, node.col_offset))
    return Span("program.py", None, *begin, node.end_lineno, column(node.end_lineno, node.end_col_offset))


def applied(text: str, *repairs: Repair) -> str | None:
    source = read_source("program.py", text.encode())
    edits = edits_in(source, source.programs()[0], fix(*repairs))
    return None if edits is None else apply_edits(source, edits).decode()


def same(one: ast.AST, other: str) -> bool:
    return ast.dump(one) == ast.dump(ast.parse(other, mode="eval").body)


def comments(text: str) -> list[str]:
    return re.findall(r"# \w+", text)


@st.composite
def written(draw: st.DrawFn, brackets: str, items: list[str]) -> Written:
    """The items between brackets, in any formatting, somewhere in a program."""
    blank = st.sampled_from(BLANKS)
    text = "target" if brackets == "()" else ""
    text += brackets[0] + draw(blank)
    for index, item in enumerate(items):
        is_last = index == len(items) - 1
        text += item + draw(blank)
        if not is_last or draw(st.booleans()):
            text += "," + draw(blank)
    before = draw(st.sampled_from(BEFORE))
    program = f"{before}{text}{brackets[-1]}{AFTER.get(before, '  # end')}\n"
    return Written(program.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), tuple(items))


@st.composite
def calls(draw: st.DrawFn) -> Written:
    positional = draw(st.lists(st.sampled_from(VALUES), max_size=2))
    names = draw(st.lists(st.sampled_from(["a", "b", "name"]), unique=True, max_size=3))
    keywords = [f"{name}={draw(st.sampled_from(VALUES))}" for name in names]
    rest = draw(st.sampled_from([[], ["**rest"]]))
    return draw(written("()", [*positional, *keywords, *rest]))


@st.composite
def displays(draw: st.DrawFn) -> tuple[Written, int]:
    brackets = draw(st.sampled_from(["[]", "{}", "(,)"]))
    values = [value for value in VALUES if brackets != "{}" or value not in ("[1, 2]", "{'a': 1}")]
    items = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
    position = draw(st.integers(0, len(items)))
    items.insert(position, "target")
    index = draw(st.integers(0, len(items) - 1).filter(lambda number: number != position))
    return draw(written(brackets, items)), index


@settings(deadline=None)
@given(calls(), st.sampled_from(["name", "threshold"]), st.sampled_from(["0.0", "f(1, b=[])"]))
def test_set_argument(call: Written, name: str, value: str) -> None:
    where = place(call.text, call.node)
    after = applied(call.text, SetArgument(where, name, value))
    assert after is not None

    arguments = list(call.items)
    given_name = [index for index, item in enumerate(arguments) if item.startswith(f"{name}=")]
    if given_name:
        arguments[given_name[0]] = f"{name}={value}"
    else:
        end = len(arguments) - (arguments[-1:] == ["**rest"])
        arguments.insert(end, f"{name}={value}")
    assert same(only(after), f"target({', '.join(arguments)})")
    assert comments(after) == comments(call.text)
    assert applied(after, SetArgument(place(after, only(after)), name, value)) == after


@settings(deadline=None)
@given(calls(), st.data())
def test_remove_argument(call: Written, data: st.DataObject) -> None:
    if not call.items:
        return
    index = data.draw(st.integers(0, len(call.items) - 1))
    after = applied(call.text, RemoveArgument(place(call.text, call.node), place(call.text, call.elements()[index])))
    if index + 1 < positional_count(call):  # another would take its place
        assert after is None
        return
    rest = [item for position, item in enumerate(call.items) if position != index]
    assert after is not None
    assert same(only(after), f"target({', '.join(rest)})")
    assert len(comments(call.text)) - len(comments(after)) <= 1


def positional_count(call: Written) -> int:
    node = call.node
    assert isinstance(node, ast.Call)
    return len(node.args)


@settings(deadline=None)
@given(calls())
def test_name_argument(call: Written) -> None:
    count = positional_count(call)
    if not count:
        return
    where = place(call.text, call.elements()[0])
    after = applied(call.text, NameArgument(place(call.text, call.node), where, "first", ("second",)))
    named = [f"{name}={item}" for name, item in zip(("first", "second"), call.items[:count], strict=False)]
    assert after is not None
    assert same(only(after), f"target({', '.join([*named, *call.items[count:]])})")
    assert comments(after) == comments(call.text)


@settings(deadline=None)
@given(displays())
def test_delete(made: tuple[Written, int]) -> None:
    display, index = made
    node = display.node
    after = applied(display.text, Delete(place(display.text, display.elements()[index])))
    assert after is not None
    rest = [item for position, item in enumerate(display.items) if position != index]
    joined = ", ".join(rest)
    expected = {ast.List: f"[{joined}]", ast.Set: f"{{{joined}}}", ast.Tuple: f"({joined},)"}[type(node)]
    assert same(only(after), expected)
    assert len(comments(display.text)) - len(comments(after)) <= 1
    assert after.count("\r\n") == after.count("\n") or "\r\n" not in display.text


@settings(deadline=None)
@given(displays())
def test_wrap_in_list(made: tuple[Written, int]) -> None:
    display, _ = made
    after = applied(display.text, WrapInList(place(display.text, display.node)))
    assert after is not None
    if isinstance(display.node, ast.List):
        assert f"[{ast.unparse(display.node)}]" in ast.unparse(ast.parse(after))
        return
    assert same(only(after), f"[{', '.join(display.items)}]")
    assert comments(after) == comments(display.text)


@settings(deadline=None)
@given(displays(), st.sampled_from(["new", "new(1)", "'new'"]))
def test_replace(made: tuple[Written, int], code: str) -> None:
    display, index = made
    after = applied(display.text, Replace(place(display.text, display.elements()[index]), code))
    assert after is not None
    items = [code if position == index else item for position, item in enumerate(display.items)]
    expected = {ast.List: "[{}]", ast.Set: "{{{}}}", ast.Tuple: "({},)"}[type(display.node)]
    assert same(only(after), expected.format(", ".join(items)))
    lost = comments(display.text).count("# note") - comments(after).count("# note")
    assert lost == 0

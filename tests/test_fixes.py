"""Repairs to edits, edits to bytes, findings to fixed files."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lint_keras_acc.findings import (
    Applicability,
    Delete,
    Edit,
    Finding,
    NameArgument,
    RemoveArgument,
    Repair,
    Replace,
    SetArgument,
    Span,
    WrapInList,
)
from lint_keras_acc.fixes import (
    apply_edits,
    edits_for,
    edits_in,
    fix_source,
    unified_diff,
    write_atomically,
)
from lint_keras_acc.source import Source, read_source
from tests.marked import call, finding, fix, source_of, span, spans

BINARY = "{keras.metrics.BinaryAccuracy}(name='accuracy')"


def applied(source: Source, *repairs: Repair) -> str | None:
    """The text after one fix; None where it cannot be expressed."""
    programs, errors = source.programs()
    assert not errors
    edits = edits_in(source, programs, fix(*repairs))
    if edits is None:
        return None
    changed = read_source(source.path, apply_edits(source, edits))
    assert not changed.programs()[1]
    return changed.text


def repaired(marked: str, *make: Callable[[str], Repair]) -> str | None:
    return applied(source_of(marked), *(repair(marked) for repair in make))


def replacing(code: str) -> Callable[[str], Repair]:
    return lambda marked: Replace(span(marked), code)


def setting(name: str, code: str) -> Callable[[str], Repair]:
    return lambda marked: SetArgument(call(marked), name, code)


def deleting(marked: str) -> Repair:
    return Delete(span(marked))


def removing(marked: str) -> Repair:
    return RemoveArgument(call(marked), span(marked))


def naming(name: str, *following: str) -> Callable[[str], Repair]:
    return lambda marked: NameArgument(call(marked), span(marked), name, following)


def wrapping(marked: str) -> Repair:
    return WrapInList(span(marked))


# --- replacing ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "code", "after"),
    [
        pytest.param("f(a=[«'acc'»])", "'mae'", "f(a=['mae'])", id="same-quotes"),
        pytest.param("f(a=[«\"acc\"», 'x', 'y'])", "'mae'", "f(a=[\"mae\", 'x', 'y'])", id="own-quotes"),
        pytest.param('f("x", a=«b»)', "'mae'", 'f("x", a="mae")', id="quotes-of-the-call"),
        pytest.param('x = "y"\nf(g(a=«b»))', "'mae'", 'x = "y"\nf(g(a="mae"))', id="quotes-of-the-file"),
        pytest.param('"""It\'s."""\nx = \'y\'\nf(«b»)', "'mae'", '"""It\'s."""\nx = \'y\'\nf(\'mae\')', id="docstring"),
        pytest.param("f(a=«u'acc'»)", "'mae'", "f(a='mae')", id="prefix"),
        pytest.param("f(a=«'ac' 'c'»)", "'mae'", "f(a='mae')", id="joined"),
        pytest.param("f(a=(«'ac'\n   'c'»))", "'mae'", "f(a=('mae'))", id="joined-over-lines"),
        pytest.param("f(a=«b»)", "g('it\"s')", "f(a=g('it\"s'))", id="quote-inside"),
        pytest.param("def f():\n    return«'acc'»\n", "mae", "def f():\n    return mae\n", id="glued-before"),
        pytest.param("x = «'acc'»if y else z", "mae", "x = mae if y else z", id="glued-behind"),
        pytest.param("x = «a» * 2", "b + c", "x = (b + c) * 2", id="precedence"),
        pytest.param("f(«a», 2)", "b + c", "f(b + c, 2)", id="no-needless-parentheses"),
        pytest.param("x = p > «.5»", "0", "x = p > 0", id="number"),
        pytest.param("f(a,\tb = «'acc'»  # why\n  )", "'mae'", "f(a,\tb = 'mae'  # why\n  )", id="tabs-comments"),
        pytest.param("f(a, \\\n  «'acc'»)", "'mae'", "f(a, \\\n  'mae')", id="backslash"),
        pytest.param("\x0c\nf(«'acc'»)\x0c\n", "'mae'", "\x0c\nf('mae')\x0c\n", id="form-feed"),
        pytest.param("f('😀é', «'acc'»)", "'mae'", "f('😀é', 'mae')", id="emoji-before"),
        pytest.param("d = {«'acc'»: 1}", "'accuracy'", "d = {'accuracy': 1}", id="dict-key"),
        pytest.param("x = f'{a}' + «'acc'»", "'mae'", "x = f'{a}' + 'mae'", id="beside-an-f-string"),
        pytest.param("f(p=«f'{a}'»)", "'mae'", "f(p='mae')", id="a-whole-f-string"),
        pytest.param("@d(«'acc'»)\ndef f(): pass", "'mae'", "@d('mae')\ndef f(): pass", id="decorator"),
        pytest.param("x = [y for y in («'a'»,)]", "'b'", "x = [y for y in ('b',)]", id="comprehension"),
        pytest.param("def f(a=«'acc'»): pass", "'mae'", "def f(a='mae'): pass", id="default"),
    ],
)
def test_replace(before: str, code: str, after: str) -> None:
    assert repaired(before, replacing(code)) == after


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param("x = f'{«a»}'", id="inside-an-f-string"),
        pytest.param("f(«a, b»)", id="no-expression"),
        pytest.param("f(a«b»)", id="part-of-a-name"),
        pytest.param("«x = 1»", id="statement"),
    ],
)
def test_a_span_that_is_no_expression_cannot_be_replaced(marked: str) -> None:
    assert repaired(marked, replacing("'mae'")) is None


def test_a_span_of_another_file_or_beyond_the_text_cannot_be_replaced() -> None:
    source = source_of("f(a)\n")
    assert applied(source, Replace(Span("other.py", None, 1, 3, 1, 4), "b")) is None
    assert applied(source, Replace(Span("program.py", None, 9, 3, 9, 4), "b")) is None
    assert applied(source, Replace(Span("program.py", 0, 1, 3, 1, 4), "b")) is None


def test_an_edit_is_the_smallest_difference_in_whole_tokens() -> None:
    marked = "import keras\nf([«keras.metrics.BinaryAccuracy(name='acc')»])\n"
    source = source_of(marked)
    (program,) = source.programs()[0]
    code = "{keras.metrics.BinaryAccuracy}(threshold=0.0, name='accuracy')"
    edits = edits_for(source, program, fix(Replace(span(marked), code)))
    assert edits is not None
    assert [edit.content for edit in edits] == ["threshold=0.0, name='accuracy'"]
    assert program.segment(edits[0].span) == "name='acc'"


# --- deleting -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("m = [«'a'»]", "m = []", id="only"),
        pytest.param("m = [ «'a'», ]", "m = []", id="only-with-blanks"),
        pytest.param("m = [\n    «'a'»,  # why\n]", "m = []", id="only-on-its-line"),
        pytest.param("m = [\n    # first\n    «'a'»,\n]", "m = [\n    # first\n]", id="only-below-a-comment"),
        pytest.param("m = [«'a'», 'b', 'c']", "m = ['b', 'c']", id="first"),
        pytest.param("m = [«'a'»,\n     'b']", "m = ['b']", id="first-before-a-line"),
        pytest.param("m = [«'a'»,\n     'b',\n     'c']", "m = ['b',\n     'c']", id="first-before-lines"),
        pytest.param("m = [«'a'», # why\n     'b']", "m = [  # why\n     'b']", id="first-before-a-comment"),
        pytest.param(
            "m = [«'a'»,\n     # b\n     'b']", "m = [\n     # b\n     'b']", id="first-before-a-comment-line"
        ),
        pytest.param("m = ['a', «'b'», 'c']", "m = ['a', 'c']", id="middle"),
        pytest.param("m = ['a', 'b', «'c'»]", "m = ['a', 'b']", id="last"),
        pytest.param("m = ['a', 'b', «'c'», ]", "m = ['a', 'b', ]", id="last-with-comma"),
        pytest.param("m = ['a' , «'b'»]", "m = ['a']", id="blank-before-comma"),
        pytest.param(
            "m = [\n    'a',  # one\n    «'b'»,  # two\n    'c',  # three\n]",
            "m = [\n    'a',  # one\n    'c',  # three\n]",
            id="middle-line-with-its-comment",
        ),
        pytest.param("m = [\n    «'a'»,  # one\n    'b',  # two\n]", "m = [\n    'b',  # two\n]", id="first-line"),
        pytest.param(
            "m = [\n    'a',  # one\n    «'b'»  # two\n]",
            "m = [\n    'a'  # one\n]",
            id="last-line-without-comma",
        ),
        pytest.param(
            "m = [\n    'a',  # one\n    # about b\n    «'b'»,\n    # end\n]",
            "m = [\n    'a',  # one\n    # about b\n    # end\n]",
            id="comments-on-their-own-lines-stay",
        ),
        pytest.param("m = ['a', «'b'»,  # both\n     'c']", "m = ['a',  # both\n     'c']", id="end-of-a-shared-line"),
        pytest.param("m = ['a',\n     «'b'», 'c']", "m = ['a',\n     'c']", id="begin-of-a-shared-line"),
        pytest.param("f(a=1,\n  b=[«'b'»])", "f(a=1,\n  b=[])", id="inside-a-call"),
        pytest.param("m = («'a'», 'b')", "m = ('b',)", id="tuple-stays-a-tuple"),
        pytest.param("m = ('a', «'b'»)", "m = ('a',)", id="tuple-last"),
        pytest.param("m = («'a'»,)", "m = ()", id="tuple-only"),
        pytest.param("m = «'a'», 'b'", "m = 'b',", id="bare-tuple"),
        pytest.param("m = «'a'»,", "m = ()", id="bare-tuple-only"),
        pytest.param("m = {«'a'», 'b'}", "m = {'b'}", id="set"),
        pytest.param("m = {«'a'»}", "m = set()", id="set-only"),
        pytest.param("m = {'x': 1, 'y': «2», **z}", "m = {'x': 1, **z}", id="dict-value"),
        pytest.param("m = {«'x'»: 1, 'y': 2}", "m = {'y': 2}", id="dict-key"),
        pytest.param("m = {'x': 1, «'y': 2»}", "m = {'x': 1}", id="dict-pair"),
        pytest.param("m = {**«z»}", "m = {}", id="dict-unpacking"),
        pytest.param("f(a, *b, c=«1», **d)", "f(a, *b, **d)", id="argument"),
        pytest.param("f(«a»)", "f()", id="only-argument"),
        pytest.param("f(a='x',  # why\n  b=«['c']»)", "f(a='x'  # why\n  )", id="last-argument-behind-a-comment"),
        pytest.param("f(a='x',\n  b=«['c']»)", "f(a='x')", id="last-argument-on-its-own-line"),
        pytest.param("m = [a, \\\n  «b», \\\n  c]", "m = [a, \\\n  c]", id="backslashes"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_delete(before: str, after: str, newline: str) -> None:
    assert repaired(before.replace("\n", newline), deleting) == after.replace("\n", newline)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("m.add(a)\nm.add(«b()»)\nm.fit()\n", "m.add(a)\nm.fit()\n", id="line"),
        pytest.param("m.add(«b(\n  1)»)  # why\nm.fit()\n", "m.fit()\n", id="lines-with-comment"),
        pytest.param("m.add(a)\nm.add(«b()»)", "m.add(a)", id="last-line-without-newline"),
        pytest.param("m.add(«b()»)", "", id="only-line"),
        pytest.param("if x:\n    m.add(«b()»)  # why\nm.fit()\n", "if x:\n    pass  # why\nm.fit()\n", id="block"),
        pytest.param("if x: m.add(«b()»)\n", "if x: pass\n", id="block-on-one-line"),
        pytest.param("if x:\n    y\nelse:\n    m.add(«b()»)\n", "if x:\n    y\nelse:\n    pass\n", id="else"),
        pytest.param("def f(m):\n    m.add(«b()»)\n    return m\n", "def f(m):\n    return m\n", id="function"),
        pytest.param(
            "try:\n    m.add(«b()»)\nexcept E:\n    pass\n", "try:\n    pass\nexcept E:\n    pass\n", id="try"
        ),
        pytest.param("try:\n    x\nexcept E:\n    m.add(«b()»)\n", "try:\n    x\nexcept E:\n    pass\n", id="handler"),
        pytest.param("a; m.add(«b()»); c\n", "a; c\n", id="between-semicolons"),
        pytest.param("a; m.add(«b()»)  # why\n", "a  # why\n", id="behind-a-semicolon"),
        pytest.param("m.add(«b()»); c\n", "c\n", id="before-a-semicolon"),
        pytest.param("if x: a; m.add(«b()»)\n", "if x: a\n", id="block-with-semicolon"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_delete_a_statement(before: str, after: str, newline: str) -> None:
    assert repaired(before.replace("\n", newline), deleting) == after.replace("\n", newline)


@pytest.mark.parametrize(
    "marked",
    [
        pytest.param("x = «b()»(y)", id="function-of-a-call"),
        pytest.param("x = «b»", id="assigned-value"),
        pytest.param("f(«a», b)", id="others-would-change-places"),
        pytest.param("x = [y for y in «z»]", id="iterated"),
        pytest.param("m = {'x': «1, 'y': 2»}", id="no-pair"),
    ],
)
def test_what_is_no_element_cannot_be_deleted(marked: str) -> None:
    assert repaired(marked, deleting) is None


def test_a_long_list_takes_no_long_time() -> None:
    items = [f"'{number}'" for number in range(5000)]
    marked = f"m = [«{items[0]}», {', '.join(items[1:-1])}, «{items[-1]}»]"
    deletions = [Delete(place) for place in spans(marked)]
    assert applied(source_of(marked), *deletions) == f"m = [{', '.join(items[1:-1])}]"


def test_several_elements_are_deleted_at_once() -> None:
    marked = "m = [«'a'», 'b', «'c'», 'd', «'e'»]"
    deletions = [Delete(place) for place in spans(marked)]
    assert applied(source_of(marked), *deletions) == "m = ['b', 'd']"


# --- arguments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("⟦f()⟧", "f(a=1)", id="empty"),
        pytest.param("⟦f( )⟧", "f(a=1)", id="blank"),
        pytest.param("⟦f(  # why\n)⟧", "f(  # why\na=1)", id="comment"),
        pytest.param("⟦f(x)⟧", "f(x, a=1)", id="one"),
        pytest.param("⟦f(x, y=2)⟧", "f(x, y=2, a=1)", id="two"),
        pytest.param("⟦f(x,y=2)⟧", "f(x,y=2,a=1)", id="dense"),
        pytest.param("⟦f(x,)⟧", "f(x, a=1,)", id="trailing-comma"),
        pytest.param("⟦f(x, )⟧", "f(x, a=1, )", id="trailing-comma-blank"),
        pytest.param("⟦f( x )⟧", "f( x, a=1 )", id="inner-blanks"),
        pytest.param("⟦f(x, **k)⟧", "f(x, a=1, **k)", id="kwargs"),
        pytest.param("⟦f(**k)⟧", "f(a=1, **k)", id="only-kwargs"),
        pytest.param("⟦f(\n    x,\n    **k,\n)⟧", "f(\n    x,\n    a=1,\n    **k,\n)", id="kwargs-on-lines"),
        pytest.param("⟦f(x, *y)⟧", "f(x, *y, a=1)", id="star"),
        pytest.param("⟦f(x, a=2, y=3)⟧", "f(x, a=1, y=3)", id="replaced"),
        pytest.param("⟦f(x, a = (2), y=3)⟧", "f(x, a = 1, y=3)", id="replaced-with-blanks"),
        pytest.param("⟦f(\n    x,\n    y,\n)⟧", "f(\n    x,\n    y,\n    a=1,\n)", id="lines"),
        pytest.param("⟦f(\n    x,\n    y\n)⟧", "f(\n    x,\n    y,\n    a=1\n)", id="lines-without-comma"),
        pytest.param("⟦f(\n    x\n)⟧", "f(\n    x,\n    a=1\n)", id="one-line"),
        pytest.param("⟦f(\n    x, y\n)⟧", "f(\n    x, y, a=1\n)", id="shared-line"),
        pytest.param(
            "⟦f(\n\tx,  # one\n\ty,  # two\n\t# end\n)⟧",
            "f(\n\tx,  # one\n\ty,  # two\n\t# end\n\ta=1,\n)",
            id="lines-with-comments",
        ),
        pytest.param(
            "⟦f(\n    x,\n    y  # two\n)⟧",
            "f(\n    x,\n    y,  # two\n    a=1\n)",
            id="comment-behind-the-last",
        ),
        pytest.param("⟦f(x,\n  y)⟧", "f(x,\n  y,\n  a=1)", id="aligned"),
        pytest.param("⟦f(x, y  # two\n)⟧", "f(x, y, a=1  # two\n)", id="comment-on-a-shared-line"),
        pytest.param("⟦f(x, \\\n  y)⟧", "f(x, \\\n  y, \\\n  a=1)", id="backslash"),
        pytest.param("⟦f⟧", "f(a=1)", id="bare-name"),
        pytest.param("g([⟦k.m.f⟧, x])", "g([k.m.f(a=1), x])", id="bare-attribute"),
        pytest.param("x = (m\n     .g(⟦f(x)⟧))", "x = (m\n     .g(f(x, a=1)))", id="chain"),
        pytest.param("x = (⟦m\n     .f(x)⟧)", "x = (m\n     .f(x, a=1))", id="call-over-lines"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_set_argument(before: str, after: str, newline: str) -> None:
    assert repaired(before.replace("\n", newline), setting("a", "1")) == after.replace("\n", newline)


@pytest.mark.parametrize("before", ["x = ⟦'a'⟧", "x = ⟦[a]⟧", "⟦f(x for x in y)⟧"], ids=["string", "list", "generator"])
def test_what_is_no_call_takes_no_argument(before: str) -> None:
    assert repaired(before, setting("a", "1")) is None


def test_two_arguments_of_one_call() -> None:
    for before, after in (
        ("⟦f()⟧", "f(a=1, b='x')"),
        ("⟦f(b='y', c='z')⟧", "f(b='x', c='z', a=1)"),
        ("⟦f⟧", "f(a=1, b='x')"),
    ):
        assert repaired(before, setting("a", "1"), setting("b", "'x'")) == after


def test_an_argument_is_replaced_and_one_beside_it_too() -> None:
    marked = "⟦f(a=0, m=[«'acc'»], b=0)⟧"
    assert repaired(marked, setting("a", "1"), setting("b", "2"), replacing("'mae'")) == "f(a=1, m=['mae'], b=2)"


def test_an_argument_goes_and_another_comes() -> None:
    assert repaired("⟦f(«x»)⟧", setting("a", "1"), removing) == "f(a=1)"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("⟦f(a=«True»)⟧", "f()", id="only"),
        pytest.param("⟦f(«True»)⟧", "f()", id="positional"),
        pytest.param("⟦f(a=«True», b=1)⟧", "f(b=1)", id="first"),
        pytest.param("⟦f(b=1, a = «True»)⟧", "f(b=1)", id="last"),
        pytest.param("⟦f(x, «True», b=1)⟧", "f(x, b=1)", id="positional-before-keyword"),
        pytest.param("g(⟦f(\n    b=1,\n    a=«True»,  # why\n)⟧)", "g(f(\n    b=1,\n))", id="line"),
        pytest.param("⟦f(a=«True», **k)⟧", "f(**k)", id="before-kwargs"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_remove_argument(before: str, after: str, newline: str) -> None:
    assert repaired(before.replace("\n", newline), removing) == after.replace("\n", newline)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("⟦f(«x», y)⟧", id="another-would-take-its-place"),
        pytest.param("⟦f(g(«x»))⟧", id="argument-of-another-call"),
        pytest.param("⟦«f»(x)⟧", id="the-function"),
    ],
)
def test_an_argument_that_cannot_be_removed(before: str) -> None:
    assert repaired(before, removing) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("⟦f(x, «['a']»)⟧", "f(x, m=['a'])", id="last"),
        pytest.param("⟦f(x, «['a']», y)⟧", "f(x, m=['a'], n=y)", id="follower"),
        pytest.param("⟦f(x,\n  «['a']»,  # why\n  y, z=1)⟧", "f(x,\n  m=['a'],  # why\n  n=y, z=1)", id="lines"),
    ],
)
def test_name_argument(before: str, after: str) -> None:
    assert repaired(before, naming("m", "n")) == after


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("⟦f(«x», y, z)⟧", id="follower-without-a-name"),
        pytest.param("⟦f(«x», m=1)⟧", id="name-taken"),
        pytest.param("⟦f(«x», *y)⟧", id="star"),
        pytest.param("⟦f(a=«x»)⟧", id="keyword"),
    ],
)
def test_an_argument_that_cannot_be_named(before: str) -> None:
    assert repaired(before, naming("m", "n")) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("f(m=«'a'»)", "f(m=['a'])", id="string"),
        pytest.param("f(m=«('a',)»)", "f(m=['a'])", id="tuple-of-one"),
        pytest.param("f(m=«('a', )»)", "f(m=['a'])", id="tuple-of-one-blank"),
        pytest.param("f(m=«('a' # b\n,)»)", "f(m=['a' # b\n,])", id="tuple-of-one-with-comment"),
        pytest.param("f(m=«('a', b)»)", "f(m=['a', b])", id="tuple"),
        pytest.param("f(m=«('a', b,)»)", "f(m=['a', b,])", id="tuple-with-comma"),
        pytest.param("f(m=«()»)", "f(m=[])", id="empty-tuple"),
        pytest.param("f(m=«{'a'}»)", "f(m=['a'])", id="set"),
        pytest.param("f(m=«{ 'a', b }»)", "f(m=[ 'a', b ])", id="set-with-blanks"),
        pytest.param("f(m=«g.M()»)", "f(m=[g.M()])", id="call"),
        pytest.param("f(«M()», x)", "f([M()], x)", id="positional"),
        pytest.param("f(m=(«'a'»))", "f(m=['a'])", id="grouped"),
        pytest.param("f(m=(\n    «'a'»  # why\n))", "f(m=[\n    'a'  # why\n])", id="grouped-over-lines"),
        pytest.param("f(m=(\n    «'a'\n    'b'»\n))", "f(m=[\n    'a'\n    'b'\n])", id="joined-over-lines"),
        pytest.param("f(m=«(\n    'a',  # why\n)»)", "f(m=[\n    'a',  # why\n])", id="tuple-over-lines"),
        pytest.param("m = «'a'»", "m = ['a']", id="assigned"),
        pytest.param("m = «'a',»", "m = ['a']", id="bare-tuple-of-one"),
        pytest.param("m = «'a', b»", "m = ['a', b]", id="bare-tuple"),
        pytest.param("f(m=«a if b else c»)", "f(m=[a if b else c])", id="conditional"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_wrap_in_list(before: str, after: str, newline: str) -> None:
    assert repaired(before.replace("\n", newline), wrapping) == after.replace("\n", newline)


def test_wrap_and_replace_together() -> None:
    assert repaired("f(m=«'acc'»)", wrapping, replacing("'mae'")) == "f(m=['mae'])"


# --- names and imports --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("imports", "name"),
    [
        ("import tensorflow as tf", "tf.keras.metrics.BinaryAccuracy"),
        ("import tensorflow", "tensorflow.keras.metrics.BinaryAccuracy"),
        ("import tensorflow.keras.layers", "tensorflow.keras.metrics.BinaryAccuracy"),
        ("import tensorflow.compat.v1 as tf", "tf.keras.metrics.BinaryAccuracy"),
        ("import keras", "keras.metrics.BinaryAccuracy"),
        ("import keras as K3", "K3.metrics.BinaryAccuracy"),
        ("import keras.layers", "keras.metrics.BinaryAccuracy"),
        ("import tf_keras as keras", "keras.metrics.BinaryAccuracy"),
        ("import tensorflow.keras as keras", "keras.metrics.BinaryAccuracy"),
        ("import keras.metrics as km", "km.BinaryAccuracy"),
        ("from tensorflow import keras", "keras.metrics.BinaryAccuracy"),
        ("from tensorflow.keras import metrics as M", "M.BinaryAccuracy"),
        ("from keras import layers, metrics", "metrics.BinaryAccuracy"),
        ("from keras.metrics import BinaryAccuracy", "BinaryAccuracy"),
        ("from keras.metrics import BinaryAccuracy as BA", "BA"),
        ("from tensorflow.python.keras.metrics import BinaryAccuracy", "BinaryAccuracy"),
        ("from keras.metrics import *", "BinaryAccuracy"),
        ("from keras import *", "metrics.BinaryAccuracy"),
        ("import tensorflow as tf\nfrom tensorflow import keras", "keras.metrics.BinaryAccuracy"),
        ("import tensorflow as tf\nfrom tensorflow.keras import metrics", "metrics.BinaryAccuracy"),
        (
            "try:\n    import keras\nexcept ImportError:\n    from tensorflow import keras",
            "keras.metrics.BinaryAccuracy",
        ),
        ("with quiet():\n    import keras", "keras.metrics.BinaryAccuracy"),
        ("import keras\nif x:\n    from keras import metrics", "keras.metrics.BinaryAccuracy"),
        (
            "import keras, typing\nif typing.TYPE_CHECKING:\n    from keras import metrics",
            "keras.metrics.BinaryAccuracy",
        ),
        ("import keras\nfrom keras import metrics\nmetrics = ['acc']", "keras.metrics.BinaryAccuracy"),
        (
            "import keras\nfrom keras import metrics\nfrom sklearn import metrics",
            "keras.metrics.BinaryAccuracy",
        ),
        (
            "import keras\nfrom keras import metrics\ndef f():\n    global metrics\n",
            "keras.metrics.BinaryAccuracy",
        ),
    ],
)
@pytest.mark.parametrize("place", ["f([«'acc'»])\n", "def b():\n    f([«'acc'»])\n"], ids=["module", "function"])
def test_a_name_is_spelled_by_what_is_imported(imports: str, name: str, place: str) -> None:
    if imports.endswith("global metrics\n"):
        imports += "    metrics = 1"
    before = f"{imports}\n{place}"
    after = before.replace("«'acc'»", f"{name}(name='accuracy')")
    assert repaired(before, replacing(BINARY)) == after


@pytest.mark.parametrize(
    ("before", "name"),
    [
        pytest.param("def b():\n    import keras\n    f([«'acc'»])\n", "keras.metrics.BinaryAccuracy", id="function"),
        pytest.param(
            "import keras\ndef b():\n    from keras import metrics\n    def c():\n        f([«'acc'»])\n",
            "metrics.BinaryAccuracy",
            id="outer-function",
        ),
        pytest.param(
            "import keras\nfrom keras import metrics\ndef b(metrics):\n    f([«'acc'»])\n",
            "keras.metrics.BinaryAccuracy",
            id="shadowed-by-a-parameter",
        ),
        pytest.param(
            "import keras\nfrom keras import metrics\ndef b():\n    metrics = [«'acc'»]\n",
            "keras.metrics.BinaryAccuracy",
            id="shadowed-by-a-variable",
        ),
        pytest.param(
            "import keras\nfrom keras import metrics\nx = [f([«'acc'»]) for metrics in y]\n",
            "keras.metrics.BinaryAccuracy",
            id="shadowed-in-a-comprehension",
        ),
        pytest.param(
            "import keras\nf([«'acc'»])\nfrom keras import metrics\n",
            "keras.metrics.BinaryAccuracy",
            id="imported-later",
        ),
        pytest.param(
            "if __name__ == '__main__':\n    import keras\n    f([«'acc'»])\n",
            "keras.metrics.BinaryAccuracy",
            id="in-the-same-block",
        ),
        pytest.param(
            "import tensorflow as tf\nfrom keras.models import Model\nm = tf.keras.Model()\nf([«'acc'»])\n",
            "tf.keras.metrics.BinaryAccuracy",
            id="both-families",
        ),
    ],
)
def test_a_name_is_looked_up_where_it_is_used(before: str, name: str) -> None:
    after = before.replace("«'acc'»", f"{name}(name='accuracy')")
    assert repaired(before, replacing(BINARY)) == after


MODEL = "from keras.models import Model\n"
TF_MODEL = "from tensorflow.keras.models import Model\n"
METRIC = "from keras.metrics import BinaryAccuracy\n"
TF_METRIC = "from tensorflow.keras.metrics import BinaryAccuracy\n"
USE = "f([«'acc'»])\n"
USED = "f([BinaryAccuracy(name='accuracy')])\n"
FUTURE = '"""Doc."""\nfrom __future__ import annotations\nimport os\n'
ON_ONE_LINE = f"{MODEL.strip()}; x = (1 +\n  2)\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"{MODEL}import os\n\n{USE}", f"{MODEL}{METRIC}import os\n\n{USED}", id="beside-its-family"),
        pytest.param(
            f"{MODEL}import os\nx = 1\nfrom keras.callbacks import History\n{USE}",
            f"{MODEL}{METRIC}import os\nx = 1\nfrom keras.callbacks import History\n{USED}",
            id="in-the-first-block",
        ),
        pytest.param(
            f"{TF_MODEL}from tensorflow.keras.layers import (\n    Dense,\n)\n{USE}",
            f"{TF_MODEL}from tensorflow.keras.layers import (\n    Dense,\n)\n{TF_METRIC}{USED}",
            id="behind-several-lines",
        ),
        pytest.param(
            f"import tensorflow as tf\n{MODEL}{USE}",
            f"import tensorflow as tf\n{MODEL}{METRIC}{USED}",
            id="families-are-not-mixed",
        ),
        pytest.param(
            f"try:\n    {MODEL}except ImportError:\n    {TF_MODEL}{USE}",
            f"try:\n    {MODEL}    {METRIC}except ImportError:\n    {TF_MODEL}    {TF_METRIC}{USED}",
            id="in-every-arm-of-a-try",
        ),
        pytest.param(
            f"def b():\n    {MODEL}    {USE}",
            f"def b():\n    {MODEL}    {METRIC}    {USED}",
            id="in-the-function",
        ),
        pytest.param(
            f"{FUTURE}def a():\n    {MODEL}def b():\n    {USE}",
            f"{FUTURE}{METRIC}def a():\n    {MODEL}def b():\n    {USED}",
            id="behind-the-other-imports",
        ),
        pytest.param(
            f"{MODEL}class BinaryAccuracy: pass\n{USE}",
            f"{MODEL}from keras import metrics\nclass BinaryAccuracy: pass\n"
            "f([metrics.BinaryAccuracy(name='accuracy')])\n",
            id="name-taken",
        ),
        pytest.param(
            f"{TF_MODEL}BinaryAccuracy = metrics = 1\n{USE}",
            f"{TF_MODEL}from tensorflow import keras\nBinaryAccuracy = metrics = 1\n"
            "f([keras.metrics.BinaryAccuracy(name='accuracy')])\n",
            id="module-name-taken",
        ),
        pytest.param(
            f"import keras\nkeras = 1\n{USE}",
            f"import keras\n{METRIC}keras = 1\n{USED}",
            id="keras-bound-again",
        ),
        pytest.param(f"{ON_ONE_LINE}{USE}", f"{ON_ONE_LINE}{METRIC}{USED}", id="semicolon"),
        pytest.param(f"{MODEL.strip()}; import os; {USE}", None, id="no-line-of-its-own"),
        pytest.param(f"from mine import build\n{USE}", None, id="no-family"),
        pytest.param(f"{MODEL}BinaryAccuracy = metrics = keras = 1\n{USE}", None, id="all-taken"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_an_import_is_added_where_nothing_spells_the_name(before: str, after: str | None, newline: str) -> None:
    expected = None if after is None else after.replace("\n", newline)
    assert repaired(before.replace("\n", newline), replacing(BINARY)) == expected


def test_an_import_that_two_repairs_need_is_added_once() -> None:
    marked = "from keras.models import Model\nf([«'a'», «'b'»])\n"
    repairs = [Replace(place, "{keras.metrics.AUC}()") for place in spans(marked)]
    after = "from keras.models import Model\nfrom keras.metrics import AUC\nf([AUC(), AUC()])\n"
    assert applied(source_of(marked), *repairs) == after


def test_two_imports_at_one_place() -> None:
    marked = "from keras.models import Model\nf(«'a'», «'b'»)\n"
    loss, metric = spans(marked)
    after = applied(
        source_of(marked), Replace(loss, "{keras.losses.Huber}()"), Replace(metric, "{keras.metrics.AUC}()")
    )
    assert after == (
        "from keras.models import Model\nfrom keras.losses import Huber\nfrom keras.metrics import AUC\n"
        "f(Huber(), AUC())\n"
    )


# --- bytes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "encoding", "bom"),
    [
        pytest.param("# coding: latin-1\nx = 'é'; f('ü', [«'acc'»])\n", "latin-1", b"", id="latin-1"),
        pytest.param("f('é😀', [«'acc'»])\r\n# 😀\r\n", "utf-8", b"\xef\xbb\xbf", id="byte-order-mark"),
        pytest.param("# coding: shift_jis\nf('表', [«'acc'»])\n", "shift_jis", b"", id="shift-jis"),
        pytest.param("f([«'acc'»])\r\ng()\nh()\r", "utf-8", b"", id="mixed-line-ends"),
        pytest.param("f([«'acc'»])", "utf-8", b"", id="no-last-line-end"),
        pytest.param("if x:\n\tf([ «'acc'»\t])\t\n", "utf-8", b"", id="tabs"),
    ],
)
def test_no_other_byte_changes(before: str, encoding: str, bom: bytes) -> None:
    source = source_of(before, encoding, bom)
    edits = edits_in(source, source.programs()[0], fix(Replace(span(before), "'mae'")))
    assert edits is not None
    assert apply_edits(source, edits) == source.data.replace(b"'acc'", b"'mae'")


def test_no_edits_no_change() -> None:
    source = source_of("f()\r\n")
    assert apply_edits(source, []) is source.data


def test_edits_that_overlap_are_refused() -> None:
    source = source_of("abcdef\n")
    edits = [Edit(Span("program.py", None, 1, 1, 1, 4), "x"), Edit(Span("program.py", None, 1, 3, 1, 5), "y")]
    with pytest.raises(ValueError, match="overlap"):
        apply_edits(source, edits)


def test_a_character_that_the_encoding_lacks_is_refused() -> None:
    source = source_of("# coding: latin-1\nf()\n", "latin-1")
    with pytest.raises(ValueError, match="latin"):
        apply_edits(source, [Edit(Span("program.py", None, 2, 1, 2, 2), "'😀'")])


# --- whole files --------------------------------------------------------------------------------------------


def words(old: str, new: str, applicability: Applicability = Applicability.SAFE) -> Callable[[Source], list[Finding]]:
    """A linter that finds the string `old` and wants the code `new` in its place."""

    def lint(source: Source) -> list[Finding]:
        found = []
        for program in source.programs()[0]:
            for node in ast.walk(program.tree):
                if isinstance(node, ast.Constant) and node.value == old:
                    place = program.span(node)
                    found.append(finding(fix(Replace(place, new), applicability=applicability), place))
        return found

    return lint


def test_a_file_is_fixed_and_linted_again() -> None:
    source = source_of("f(['a', 'x', 'a'])\n")
    result = fix_source(source, words("a", "'b'"))
    assert result.data == b"f(['b', 'x', 'b'])\n"
    assert len(result.applied) == 2
    assert (result.remaining, result.skipped, result.converged) == ((), (), True)


def test_a_fix_that_makes_another_finding_is_followed_by_its_fix() -> None:
    def lint(source: Source) -> list[Finding]:
        return [*words("a", "'b'")(source), *words("b", "'c'")(source)]

    assert fix_source(source_of("f('a')\n"), lint).data == b"f('c')\n"


def test_unsafe_fixes_wait_to_be_asked_for() -> None:
    lint = words("a", "'b'", Applicability.UNSAFE)
    source = source_of("f('a')\n")
    left = fix_source(source, lint)
    assert left.data is source.data
    assert len(left.remaining) == 1
    assert left.skipped == ()
    assert fix_source(source, lint, unsafe=True).data == b"f('b')\n"


def test_two_fixes_of_one_call_are_applied_in_one_pass() -> None:
    passes = []

    def lint(source: Source) -> list[Finding]:
        passes.append(source)
        if b"threshold" in source.data:
            return []
        loss, metric = spans("f(loss=«B()», metrics=[«A()»])")
        return [
            finding(fix(SetArgument(loss, "from_logits", "True")), loss),
            finding(fix(SetArgument(metric, "threshold", "0.0")), metric),
        ]

    result = fix_source(source_of("f(loss=B(), metrics=[A()])"), lint)
    assert result.data == b"f(loss=B(from_logits=True), metrics=[A(threshold=0.0)])"
    assert len(passes) == 2


def test_fixes_of_the_same_text_wait_for_the_next_pass() -> None:
    def lint(source: Source) -> list[Finding]:
        (program,) = source.programs()[0]
        (outer,) = (node for node in ast.walk(program.tree) if isinstance(node, ast.Call))
        place = program.span(outer)
        wanted = [("a", "1"), ("b", "2")]
        given = {keyword.arg for keyword in outer.keywords}
        return [finding(fix(SetArgument(place, *pair)), place) for pair in wanted if pair[0] not in given]

    result = fix_source(source_of("f()\n"), lint)
    assert result.data == b"f(a=1, b=2)\n"
    assert len(result.applied) == 2


def test_fixes_in_one_tuple_leave_a_tuple() -> None:
    def lint(source: Source) -> list[Finding]:
        (program,) = source.programs()[0]
        strings = [node for node in ast.walk(program.tree) if isinstance(node, ast.Constant) and node.value != "b"]
        return [finding(fix(Delete(program.span(node))), program.span(node)) for node in strings]

    assert fix_source(source_of("m = ('a', 'b', 'c')\n"), lint).data == b"m = ('b',)\n"


def test_two_findings_with_the_same_fix_are_both_fixed_by_it() -> None:
    def lint(source: Source) -> list[Finding]:
        return [*words("a", "'b'")(source), *words("a", "'b'")(source)]

    result = fix_source(source_of("f('a')\n"), lint)
    assert result.data == b"f('b')\n"
    assert len(result.applied) == 2


def test_the_import_of_several_fixes_is_added_once() -> None:
    source = source_of("from keras import layers\nf(['a', 'x', 'a'])\n")
    data = fix_source(source, words("a", "{keras.metrics.AUC}()")).data
    assert data == b"from keras import layers\nfrom keras.metrics import AUC\nf([AUC(), 'x', AUC()])\n"


def test_a_fix_that_breaks_the_file_is_left_out() -> None:
    def lint(source: Source) -> list[Finding]:
        return [*words("a", "1 +")(source), *words("b", "'c'")(source)]

    result = fix_source(source_of("f('a', 'b')\n"), lint)
    assert result.data == b"f('a', 'c')\n"
    assert [skipped.finding for skipped in result.skipped] == list(result.remaining)


def test_two_statements_that_leave_an_empty_block_together() -> None:
    def lint(source: Source) -> list[Finding]:
        (program,) = source.programs()[0]
        layers = [node.args[0] for node in ast.walk(program.tree) if isinstance(node, ast.Call) and node.args]
        return [finding(fix(Delete(program.span(node))), program.span(node)) for node in layers]

    result = fix_source(source_of("if x:\n    m.add(a)\n    m.add(b)\n"), lint)
    assert result.data == b"if x:\n    pass\n"
    assert len(result.applied) == 2


def test_a_fix_that_cannot_be_expressed_is_told() -> None:
    place = Span("elsewhere.py", None, 1, 1, 1, 2)
    result = fix_source(source_of("import keras\n"), lambda source: [finding(fix(Replace(place, "x")), place)])
    assert [skipped.reason for skipped in result.skipped] == ["it cannot be expressed in this text"]
    assert result.converged


def test_fixes_that_undo_one_another_end() -> None:
    def lint(source: Source) -> list[Finding]:
        return [*words("a", "'b'")(source), *words("b", "'a'")(source)]

    result = fix_source(source_of("f('a')\n"), lint)
    assert not result.converged
    assert result.data in (b"f('a')\n", b"f('b')\n")
    assert len(result.skipped) == 1


def test_fixes_without_end_are_cut_off() -> None:
    def lint(source: Source) -> list[Finding]:
        place = Span("program.py", None, 1, 1, 1, len(source.text.rstrip()) + 1)
        return [finding(fix(Replace(place, f"f({source.text.strip()})")), place)]

    result = fix_source(source_of("x\n"), lint, max_passes=3)
    assert result.data == b"f(f(f(x)))\n"
    assert not result.converged
    assert len(result.applied) == 3
    assert len(result.skipped) == 1


def test_a_fix_that_cannot_be_written_is_told() -> None:
    source = source_of("# coding: latin-1\nf('a', 'b')\n", "latin-1")

    def lint(changed: Source) -> list[Finding]:
        return [*words("a", "'😀'")(changed), *words("b", "'c'")(changed)]

    result = fix_source(source, lint)
    assert result.data == b"# coding: latin-1\nf('a', 'c')\n"
    assert len(result.skipped) == 1


def test_of_two_nested_fixes_the_outer_waits_for_nobody() -> None:
    def lint(source: Source) -> list[Finding]:
        (program,) = source.programs()[0]
        calls = [node for node in ast.walk(program.tree) if isinstance(node, ast.Call)]
        outer = [node for node in calls if ast.unparse(node.func) == "old"]
        inner = [node for node in ast.walk(program.tree) if isinstance(node, ast.Constant) and node.value == 1]
        wanted = [*((node, "new(1)") for node in outer), *((node, "2") for node in inner)]
        return [finding(fix(Replace(program.span(node), code)), program.span(node)) for node, code in wanted]

    result = fix_source(source_of("f(old(1))\n"), lint)
    assert result.data == b"f(new(2))\n"
    assert result.remaining == ()


def test_a_fix_that_changes_nothing_is_told() -> None:
    result = fix_source(source_of("f('a')\n"), words("a", "'a'"))
    assert [skipped.reason for skipped in result.skipped] == ["it is done already"]


# --- writing ------------------------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    return path


def test_a_file_is_replaced_and_keeps_its_mode(old: Path) -> None:
    old.chmod(0o741)
    assert write_atomically(str(old), b"new")
    assert old.read_bytes() == b"new"
    assert old.stat().st_mode & 0o777 == 0o741
    assert os.listdir(old.parent) == ["a.py"]


def test_an_unchanged_file_is_not_written(old: Path) -> None:
    before = old.stat()
    assert not write_atomically(str(old), b"old")
    assert (before.st_ino, before.st_mtime_ns) == (old.stat().st_ino, old.stat().st_mtime_ns)


def test_a_symbolic_link_is_followed(old: Path) -> None:
    (old.parent / "links").mkdir()
    link = old.parent / "links" / "link.py"
    link.symlink_to(old)
    assert write_atomically(str(link), b"new")
    assert link.is_symlink()
    assert old.read_bytes() == b"new"


def test_nothing_is_left_behind_when_writing_fails(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="full"):
        write_atomically(str(old), b"new")
    assert os.listdir(old.parent) == ["a.py"]
    assert old.read_bytes() == b"old"


def test_a_read_only_file_is_not_replaced(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionError):
        write_atomically(str(old), b"new")
    assert old.read_bytes() == b"old"


def test_a_unified_diff() -> None:
    source = source_of("a\nf('x')\nb")
    assert unified_diff(source, source.data) == ""
    assert unified_diff(source, b"a\nf('y')\nc") == (
        "--- program.py\n+++ program.py\n@@ -1,3 +1,3 @@\n a\n-f('x')\n-b\n\\ No newline at end of file\n"
        "+f('y')\n+c\n\\ No newline at end of file\n"
    )


def test_libcst_is_not_imported_for_nothing() -> None:
    code = "import sys, lint_keras_acc.fixes; sys.exit('libcst' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

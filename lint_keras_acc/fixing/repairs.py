"""From the repairs of a fix to text edits."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from lint_keras_acc.findings import (
    Delete,
    Edit,
    Fix,
    NameArgument,
    RemoveArgument,
    Repair,
    Replace,
    SetArgument,
    Span,
    WrapInList,
)
from lint_keras_acc.fixing.elements import Element, Elements, parse_elements
from lint_keras_acc.fixing.spelling import spell
from lint_keras_acc.fixing.text import NEWLINE, Text, hunks, splice, tokens
from lint_keras_acc.fixing.tree import argument_values, is_at, parent_of, path_to
from lint_keras_acc.source import Program, Source

Path = tuple[ast.AST, ...]
Change = Callable[[Elements], Elements]

_KERAS_NAME = re.compile(r"\{(keras(?:\.\w+)+)\}")
_PLAIN_STRING = re.compile(r"'([^'\"\\\r\n]*)'")
_QUOTED = re.compile(r"""[A-Za-z]{0,2}(['"])(?!\1\1)""")
_Container = (ast.Call, ast.List, ast.Tuple, ast.Set, ast.Dict)
_Bare = (ast.Name, ast.Attribute)
_Atom = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.Subscript,
    ast.List,
    ast.Set,
    ast.Dict,
    ast.Tuple,
)
_Delimiting = (ast.Call, ast.List, ast.Set, ast.Dict, ast.Assign, ast.Return, ast.Expr)


class _CannotExpress(Exception):
    """A repair does not fit what stands in the file."""


def edits_for(source: Source, program: Program, fix: Fix) -> tuple[Edit, ...] | None:
    """The text edits that carry out a fix; None where it cannot be expressed in this file.

    Edits of one fix never overlap. They come in the order of the file, imports that they need among them.
    """
    writer = _Writer(source, program)
    try:
        for repair in fix.repairs:
            writer.add(repair)
        return writer.edits()
    except (_CannotExpress, ValueError, RecursionError):
        return None


@dataclass
class _Pending:
    """The changes of one call, list, tuple, set or dict."""

    node: ast.AST
    span: Span
    changes: list[Change] = field(default_factory=list)
    deletions: list[Change] = field(default_factory=list)


class _Writer:
    """Collects the edits of one fix. All spans are those of the file as it is."""

    def __init__(self, source: Source, program: Program) -> None:
        self.source = source
        self.program = program
        self._edits: list[Edit] = []
        self._pending: dict[ast.AST, _Pending] = {}
        self._bare: dict[ast.AST, list[str]] = {}
        self._texts: dict[int | None, Text] = {}

    def add(self, repair: Repair) -> None:
        """Take one repair in. Raises _CannotExpress."""
        match repair:
            case Replace():
                self._replace(repair)
            case Delete():
                self._delete(repair)
            case SetArgument():
                self._set_argument(repair)
            case RemoveArgument():
                self._remove_argument(repair)
            case NameArgument():
                self._name_argument(repair)
            case WrapInList():
                self._wrap(repair)
            case Edit():
                self._edits.append(repair)

    def edits(self) -> tuple[Edit, ...]:
        """All edits together. Raises _CannotExpress or ValueError where they do not go together."""
        for pending in self._pending.values():
            self._rewrite(pending)
        for node, arguments in self._bare.items():
            _, end = self._range(node)
            self._put(self.program.span(node), end, end, f"({', '.join(arguments)})")
        edits = list(dict.fromkeys(self._edits))
        for cell in {edit.span.cell for edit in edits}:
            splice(self._text(cell), [edit for edit in edits if edit.span.cell == cell])
        return tuple(sorted(edits, key=lambda edit: (edit.span.cell or 0, edit.span)))

    # --- the repairs ---

    def _replace(self, repair: Replace) -> None:
        path = self._path(repair.span)
        start, end = self._range(path[-1])
        text = self._text(repair.span.cell).text
        new = self._code(repair.code, path)
        if not isinstance(_expression(new), _Atom) and not isinstance(parent_of(path), _Delimiting):
            new = f"({new})"
        if _is_word(text[start - 1 : start]) and _is_word(new[:1]):
            new = f" {new}"
        if _is_word(text[end : end + 1]) and _is_word(new[-1:]):
            new = f"{new} "
        for first, last, content in hunks(text[start:end], new):
            self._put(repair.span, start + first, start + last, content)

    def _delete(self, repair: Delete) -> None:
        path = path_to(self.program, repair.span)
        if not path:
            raise _CannotExpress
        if not is_at(path[-1], self.program, repair.span):
            self._delete_pair(path[-1], repair.span)
            return
        node, parent = path[-1], parent_of(path)
        if isinstance(parent, ast.Dict):
            pair = [node in (key, value) for key, value in zip(parent.keys, parent.values, strict=True)]
            self._delete_element(parent, pair.index(True))
        elif isinstance(parent, (ast.List, ast.Tuple, ast.Set)) and node in parent.elts:
            self._delete_element(parent, parent.elts.index(node))
        elif isinstance(parent, ast.Call) and node in argument_values(parent):
            statement = path[-3] if len(path) > 2 else None
            if isinstance(statement, ast.Expr) and _is_add(parent):
                self._delete_statement(statement, path[-4])
            else:
                self._delete_argument(parent, node)
        else:
            raise _CannotExpress

    def _delete_pair(self, node: ast.AST, span: Span) -> None:
        """Delete the pair of a dict whose key begins and whose value ends where the span does."""
        for index, (key, value) in enumerate(_pairs(node)):
            first, last = self.program.span(key), self.program.span(value)
            if (first.line, first.column, last.end_line, last.end_column) == (
                span.line,
                span.column,
                span.end_line,
                span.end_column,
            ):
                self._delete_element(node, index)
                return
        raise _CannotExpress

    def _delete_element(self, node: ast.AST, key: int) -> None:
        def change(elements: Elements) -> Elements:
            return _completed(node, elements.without(key))

        self._container(node).deletions.append(change)

    def _delete_argument(self, call: ast.Call, value: ast.AST) -> None:
        values = argument_values(call)
        key = values.index(value)
        if value in call.args and any(other in call.args for other in values[key + 1 :]):
            raise _CannotExpress  # those behind it would change places
        self._container(call).deletions.append(lambda elements: elements.without(key))

    def _delete_statement(self, statement: ast.Expr, owner: ast.AST) -> None:
        span = self.program.span(statement)
        text = self._text(span.cell)
        start, end = text.range(span)
        body = next(block for block in _statement_lists(owner) if statement in block)
        if len(body) == 1 and not isinstance(owner, ast.Module):
            self._put(span, start, end, "pass")
            return
        self._put(span, *_statement_range(text, start, end), "")

    def _set_argument(self, repair: SetArgument) -> None:
        path = self._path(repair.call)
        node = path[-1]
        value = self._code(repair.code, path)
        if isinstance(node, ast.Call):
            self._container(node).changes.append(lambda elements: elements.with_argument(repair.name, value))
        elif isinstance(node, _Bare):
            self._bare.setdefault(node, []).append(f"{repair.name}={value}")
        else:
            raise _CannotExpress

    def _remove_argument(self, repair: RemoveArgument) -> None:
        call = self._path(repair.call)[-1]
        path = self._path(repair.span)
        if not isinstance(call, ast.Call) or parent_of(path) is not call:
            raise _CannotExpress
        if path[-1] not in argument_values(call):
            raise _CannotExpress
        self._delete_argument(call, path[-1])

    def _name_argument(self, repair: NameArgument) -> None:
        call = self._path(repair.call)[-1]
        node = self._path(repair.span)[-1]
        if not isinstance(call, ast.Call) or node not in call.args:
            raise _CannotExpress
        behind = call.args[call.args.index(node) :]
        names = (repair.name, *repair.following)[: len(behind)]
        taken = {keyword.arg for keyword in call.keywords}
        if len(names) < len(behind) or len(set(names)) < len(names) or taken.intersection(names):
            raise _CannotExpress
        if any(isinstance(argument, ast.Starred) for argument in call.args):
            raise _CannotExpress
        values = argument_values(call)
        for name, argument in zip(names, behind, strict=True):
            self._container(call).changes.append(_naming(values.index(argument), name))

    def _wrap(self, repair: WrapInList) -> None:
        path = self._path(repair.span)
        node, parent = path[-1], parent_of(path)
        if isinstance(node, (ast.Tuple, ast.Set)):
            self._container(node).changes.append(_as_list)
        elif isinstance(parent, ast.Call) and node in argument_values(parent):
            key = argument_values(parent).index(node)
            self._container(parent).changes.append(_bracketing(key))
        else:
            start, end = self._range(node)
            self._put(repair.span, start, start, "[")
            self._put(repair.span, end, end, "]")

    # --- what they share ---

    def _rewrite(self, pending: _Pending) -> None:
        """Put the difference that the changes make to a call's (a list's, ...) own source."""
        start, end = self._range(pending.node)
        segment = self._text(pending.span.cell).text[start:end]
        before = parse_elements(segment)
        if before is None:
            raise _CannotExpress
        elements = before
        for change in (*pending.changes, *pending.deletions):
            elements = change(elements)
        new = elements.render()
        _expression(new)
        if isinstance(pending.node, ast.Tuple) and pending.deletions:
            # As a whole: two deletions in one tuple, each with an eye on the rest, could leave no tuple.
            self._put(pending.span, start, end, new)
            return
        for first, last, content in hunks(segment, new, several=True):
            self._put(pending.span, start + first, start + last, content)

    def _container(self, node: ast.AST) -> _Pending:
        if not isinstance(node, _Container):
            raise _CannotExpress
        if node not in self._pending:
            self._pending[node] = _Pending(node, self.program.span(node))
        return self._pending[node]

    def _path(self, span: Span) -> Path:
        """The way to the expression at `span`. Raises _CannotExpress where there is none."""
        path = path_to(self.program, span)
        if not path or not is_at(path[-1], self.program, span):
            raise _CannotExpress
        return path

    def _text(self, cell: int | None) -> Text:
        if cell not in self._texts:
            self._texts[cell] = Text(self.source.cell_text(cell))
        return self._texts[cell]

    def _range(self, node: ast.AST) -> tuple[int, int]:
        span = self.program.span(node)
        return self._text(span.cell).range(span)

    def _put(self, span: Span, start: int, end: int, content: str) -> None:
        self._edits.append(self._text(span.cell).edit(self.source.path, span.cell, start, end, content))

    def _code(self, code: str, path: Path) -> str:
        """The code of a repair in the file's quotes, its Keras names as the file spells them."""
        if "'" in code:
            quote = self._quote(path)
            code = _PLAIN_STRING.sub(rf"{quote}\1{quote}", code)

        def spelled(match: re.Match[str]) -> str:
            name = spell(self.source, self.program, path, match.group(1))
            if name is None:
                raise _CannotExpress
            self._edits += name.imports
            return name.text

        return _KERAS_NAME.sub(spelled, code)

    def _quote(self, path: Path) -> str:
        """The quotes of the string itself, else of the strings in the calls around it, else of the file."""
        for node in reversed(path):
            if node is path[-1] or isinstance(node, ast.Call):
                start, end = self._range(node)
                quote = _most_common_quote(self._text(self.program.span(node).cell).text[start:end])
                if quote:
                    return quote
        cells = self.source.cells
        text = self.source.text if cells is None else "\n".join(cell.text for cell in cells)
        return _most_common_quote(text) or "'"


def _most_common_quote(text: str) -> str | None:
    """' or ", whichever most strings of the text have; docstrings and comments do not count."""
    matches = (_QUOTED.match(token) for token in tokens(text))
    quotes = Counter(match.group(1) for match in matches if match)
    return max(quotes, key=lambda quote: (quotes[quote], quote)) if quotes else None


def _expression(code: str) -> ast.expr:
    """The tree of an expression. Raises _CannotExpress where it is none."""
    try:
        return ast.parse(f"(\n{code}\n)", mode="eval").body
    except SyntaxError:
        raise _CannotExpress from None


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _is_add(call: ast.Call) -> bool:
    """The call is `something.add(layer)`."""
    return (
        isinstance(call.func, ast.Attribute) and call.func.attr == "add" and not call.keywords and len(call.args) == 1
    )


def _pairs(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield key or value, value


def _statement_lists(owner: ast.AST) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(owner, name, None)
        if isinstance(block, list):
            yield block


def _statement_range(text: Text, start: int, end: int) -> tuple[int, int]:
    """What to take out for a statement: its lines, or its part of a line with one semicolon."""
    first, last = text.place(start)[0], text.place(end)[0]
    line_start, line_end = text.line_start(first), text.line_end(last)
    head, tail = text.text[line_start:start], text.text[end:line_end]
    if not head.strip() and (not tail.strip() or tail.lstrip().startswith("#")):
        if line_end < len(text.text):
            return line_start, text.line_start(last + 1)
        return (text.line_end(first - 1) if first > 1 else line_start), line_end
    if tail.lstrip().startswith(";"):
        behind = tail.lstrip()[1:].lstrip()
        if behind and not behind.startswith("#"):
            return start, line_end - len(behind)
        end = line_end - len(behind) if behind else line_end
        if not head.strip():
            return start, end
    before = head.rstrip()
    if before.endswith(";"):
        return start - len(head) + len(before[:-1].rstrip()), end
    return start, end


def _completed(node: ast.AST, elements: Elements) -> Elements:
    """A tuple stays a tuple and a set a set, whatever was taken out."""
    if isinstance(node, ast.Set) and not elements.items:
        return Elements("set(", elements.lead, (), ")")
    if not isinstance(node, ast.Tuple):
        return elements
    if not elements.items:
        return replace(elements, opening="(", closing=")")
    if len(elements.items) == 1:
        return elements.with_item(0, replace(elements.items[0], comma=True))
    return elements


def _as_list(elements: Elements) -> Elements:
    """The brackets of a tuple or a set replaced. A comma that only made the tuple goes."""
    items = elements.items
    is_tuple_of_one = len(items) == 1 and elements.opening != "{"
    if is_tuple_of_one and not NEWLINE.search(items[0].before_comma + items[0].after):
        items = (replace(items[0], comma=False, before_comma="", after=""),)
    return Elements("[", elements.lead, items, "]")


def _naming(key: int, name: str) -> Change:
    def change(elements: Elements) -> Elements:
        index = elements.index(key)
        item = elements.items[index]
        return elements.with_item(index, replace(item, prefix=f"{name}=", keyword=name))

    return change


def _bracketing(key: int) -> Change:
    def change(elements: Elements) -> Elements:
        index = elements.index(key)
        item = elements.items[index]
        return elements.with_item(index, replace(item, value=_bracketed(item)))

    return change


def _bracketed(item: Element) -> str:
    """Brackets around a value; in the place of parentheses that do nothing but group."""
    return f"[{item.value[1:-1]}]" if item.grouped else f"[{item.value}]"

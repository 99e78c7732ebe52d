"""The way from the module down to the expression that a span names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from lint_keras_acc.findings import Span
from lint_keras_acc.source import Program

Extent = tuple[tuple[int, int], tuple[int, int]]


def extent_of(node: ast.AST) -> Extent | None:
    """First and last place of a node in the tree's own counting, decorators included."""
    line = getattr(node, "lineno", None)
    if line is None:
        return None
    start = (line, node.col_offset)  # type: ignore[attr-defined]
    for decorator in getattr(node, "decorator_list", ()):
        start = min(start, (decorator.lineno, 0))
    return start, (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


def extent_of_span(program: Program, span: Span) -> Extent | None:
    """A span in the tree's own counting: lines of the program, columns in UTF-8 bytes from 0."""
    before = 0
    if span.cell is not None:
        starts = [block.start for block in program.blocks if block.cell == span.cell]
        if not starts:
            return None
        before = starts[0] - 1
    elif program.blocks:
        return None
    places = []
    for line, column in ((span.line, span.column), (span.end_line, span.end_column)):
        if not 1 <= line + before <= len(program.lines):
            return None
        text = program.lines[line + before - 1][: column - 1]
        places.append((line + before, len(text.encode("utf-8", "surrogatepass"))))
    return places[0], places[1]


def path_to(program: Program, span: Span) -> tuple[ast.AST, ...]:
    """The nodes around a span, from the module to the outermost expression that fills it exactly.

    Where no expression does, the path ends with the smallest node around it; empty if the span is not of
    this program. Nothing inside an f-string is found: its pieces cannot be edited as expressions.
    """
    wanted = extent_of_span(program, span)
    if wanted is None or span.path != program.path:
        return ()
    path: list[ast.AST] = [program.tree]
    while True:
        node = path[-1]
        if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.expr) and extent_of(node) == wanted):
            return tuple(path)
        inner = next((child for child in _children(node) if _contains(child, wanted)), None)
        if inner is None:
            return tuple(path)
        path.append(inner)


def is_at(node: ast.AST, program: Program, span: Span) -> bool:
    """The node is an expression that fills the span exactly."""
    return isinstance(node, ast.expr) and extent_of(node) == extent_of_span(program, span)


def parent_of(path: tuple[ast.AST, ...]) -> ast.AST | None:
    """What the last node of a path is a part of; the call, where it is the value of a keyword argument."""
    outer = [node for node in path[:-1] if not isinstance(node, ast.keyword)]
    return outer[-1] if outer else None


def argument_values(call: ast.Call) -> list[ast.AST]:
    """The values of the arguments in the order in which they are written."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [*sorted(values, key=lambda value: (value.lineno, value.col_offset))]


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The children that have a place; those of placeless nodes (arguments, ...) in their stead."""
    for child in ast.iter_child_nodes(node):
        if hasattr(child, "lineno"):
            yield child
        else:
            yield from _children(child)


def _contains(node: ast.AST, wanted: Extent) -> bool:
    extent = extent_of(node)
    return extent is not None and extent[0] <= wanted[0] and wanted[1] <= extent[1]

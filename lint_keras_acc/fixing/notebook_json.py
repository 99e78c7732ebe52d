"""Where the sources of the cells stand in the JSON text of a notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_SCALAR = re.compile(r"[^\s,\]}]+")
# One code point of a JSON string as it is written.
UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)


def _value_end(text: str, start: int) -> int:
    """Behind the JSON value that begins at `start`."""
    if text[start] == '"':
        return _end(_STRING.match(text, start))
    if text[start] not in "[{":
        return _end(_SCALAR.match(text, start))
    depth = 0
    for token in _BRACKET.finditer(text, start):
        if token.group() in "[{":
            depth += 1
        elif token.group() in "]}":
            depth -= 1
            if depth == 0:
                return token.end()
    raise ValueError("the JSON is not closed")


def _end(match: re.Match[str] | None) -> int:
    if match is None:
        raise ValueError("the JSON cannot be read")
    return match.end()


def _behind_space(text: str, position: int) -> int:
    return _end(_SPACE.match(text, position))


def list_items(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where the items of the JSON list at `start` stand."""
    position = _behind_space(text, start + 1)
    while text[position] != "]":
        end = _value_end(text, position)
        yield position, end
        position = _behind_space(text, end)
        if text[position] == ",":
            position = _behind_space(text, position + 1)


def object_members(text: str, start: int) -> dict[str, tuple[int, int]]:
    """Where the values of the JSON object at `start` stand, by key."""
    members = {}
    position = _behind_space(text, start + 1)
    while text[position] != "}":
        key_end = _value_end(text, position)
        key = json.loads(text[position:key_end])
        value = _behind_space(text, _behind_space(text, key_end) + 1)
        end = _value_end(text, value)
        members[key] = (value, end)
        position = _behind_space(text, end)
        if text[position] == ",":
            position = _behind_space(text, position + 1)
    return members


def source_places(text: str) -> Iterator[tuple[int, int]]:
    """Where the source of each cell stands, as `notebook.code_cells` counts cells; (0, 0) for one without."""
    document = object_members(text, _behind_space(text, 0))
    cells = document.get("cells")
    if cells is not None and text[cells[0]] == "[":
        lists = [cells]
    else:
        starts = [start for start, _ in list_items(text, document["worksheets"][0]) if text[start] == "{"]
        sheets = [object_members(text, start).get("cells") for start in starts]
        lists = [cells for cells in sheets if cells is not None and text[cells[0]] == "["]
    for start, _ in lists:
        for cell, _ in list_items(text, start):
            members = object_members(text, cell) if text[cell] == "{" else {}
            yield members.get("source", members.get("input", (0, 0)))

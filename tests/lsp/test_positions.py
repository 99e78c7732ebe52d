"""Columns in the units of the client, against what Python's own codecs count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint_keras_acc.lsp.positions import Units

LINES = st.text(st.sampled_from("aé\u20ac\U0001f600\ud83d\t "), max_size=12)
# The bytes of one unit.
WIDTHS = {Units.UTF_8: 1, Units.UTF_16: 2, Units.UTF_32: 4}
CODECS = {Units.UTF_8: "utf-8", Units.UTF_16: "utf-16-le", Units.UTF_32: "utf-32-le"}


def counted(text: str, units: Units) -> int:
    # Two halves of a character that stand side by side would become one.
    return sum(len(point.encode(CODECS[units], "surrogatepass")) for point in text) // WIDTHS[units]


@pytest.mark.parametrize("units", Units)
@given(line=LINES)
def test_every_place_of_a_line_is_found_again(line: str, units: Units) -> None:
    for column in range(len(line) + 1):
        character = counted(line[:column], units)
        assert units.to_client(line, column) == character
        assert units.from_client(line, character) == column


@pytest.mark.parametrize("units", Units)
def test_what_is_beyond_a_line_is_its_end(units: Units) -> None:
    for line in ("", "abc", "a\U0001f600"):
        assert units.from_client(line, 1_000) == len(line)


@pytest.mark.parametrize(("units", "length"), [(Units.UTF_8, 4), (Units.UTF_16, 2)])
def test_a_place_inside_of_a_character_is_its_beginning(units: Units, length: int) -> None:
    for inside in range(1, length):
        assert units.from_client("ab\U0001f600c", 2 + inside) == 2
    assert units.from_client("ab\U0001f600c", 2 + length) == 3

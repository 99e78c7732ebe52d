"""The picture of a terminal shows what the command prints now."""

from __future__ import annotations

import re

import pytest

from tests.pictures import PICTURE, drawn, session, words_in


def test_words_are_read_from_a_picture() -> None:
    assert words_in(drawn("\033[1mone <two>\033[0m\n\033[31mthree_4\033[0m")) == ["one", "<two>", "three_4"]


@pytest.mark.slow
def test_the_picture_is_up_to_date() -> None:
    """In its words and colours; where Rich puts them may differ from version to version."""
    picture, now = PICTURE.read_text(encoding="utf-8"), drawn(session())
    assert "KAC102" in words_in(picture)
    assert words_in(picture) == words_in(now), "python -m tests.pictures brings it up to date"
    assert re.findall(r"fill: (#\w+)", picture) == re.findall(r"fill: (#\w+)", now)


def test_the_picture_loads_nothing() -> None:
    picture = PICTURE.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|@import|@font-face|<script|<image", picture)

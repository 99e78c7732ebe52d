"""The programs of docs/upstream.md print what the page says, with every installed Keras."""

from __future__ import annotations

import json

import pytest

from tests.runtime.agreement.backends import INSTALLATIONS, Installation, need, python
from tests.runtime.agreement.upstream import reproductions


def test_page() -> None:
    """Every program is followed by what each installation prints."""
    found = reproductions()
    assert len(found) >= 14
    assert {tuple(reproduction.printed) for reproduction in found} == {INSTALLATIONS}


@pytest.mark.keras
@pytest.mark.parametrize("installation", INSTALLATIONS)
def test_reproductions(installation: Installation) -> None:
    need(installation)
    printed = python(installation, "-m", "tests.runtime.agreement.upstream", installation).splitlines()[-1]
    found = reproductions()
    said = {(each.heading, number): each.printed[installation] for number, each in enumerate(found)}
    outcomes = dict(zip(said, json.loads(printed), strict=True))
    assert {place: shortened(outcomes[place], said[place]) for place in said} == said


def shortened(outcome: str, said: str) -> str:
    """An error's message to the length at which the page breaks off with three dots."""
    kept = said.removesuffix("...")
    return said if said != kept and outcome.startswith(kept) else outcome

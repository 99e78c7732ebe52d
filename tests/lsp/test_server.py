"""The server as an editor meets it: what comes back for what is sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lsp.client import Editor, over_stdio

pytestmark = pytest.mark.slow

BAD = """\
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
"""
GOOD = BAD.replace('"accuracy"', '"mae"')


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """A server that serves all tests of this module, each of which has documents of its own."""
    with over_stdio() as editor:
        editor.initialize(tmp_path_factory.mktemp("root"))
        yield editor


def test_what_is_found_follows_the_text(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    editor.open(uri, BAD)
    (found,) = editor.diagnostics(uri, 1)
    assert found["message"].startswith("'accuracy' runs")
    assert (found["code"], found["severity"], found["source"]) == ("KAC101", 2, "lint-keras-acc")
    assert found["range"] == {"start": {"line": 3, "character": 35}, "end": {"line": 3, "character": 45}}
    assert found["codeDescription"]["href"].endswith("/rules/KAC101/")
    editor.rewrite(uri, GOOD, 2)
    assert editor.diagnostics(uri, 2) == []
    editor.rewrite(uri, BAD, 3)
    assert [found["code"] for found in editor.diagnostics(uri, 3)] == ["KAC101"]
    editor.close(uri)
    editor.take(lambda message: (message.get("params") or {}) == {"uri": uri, "diagnostics": []})

"""Hover and code actions as an editor gets them from the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lint_keras_acc.lsp.requests import Asked
from tests.lsp.client import Editor, Message, over_stdio

pytestmark = pytest.mark.slow

LOGITS = """\
import keras

model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1)])
print("🎉"); model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy"])
"""
FIXED = LOGITS.replace('["accuracy"]', '[keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")]')
# Where "accuracy" begins, in UTF-16: the emoji before it are two.
COLUMN = LOGITS.splitlines()[3].index('"accuracy"') + 1
AT = {"line": 3, "character": COLUMN}
ABLE = {
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {"dataSupport": True, "resolveSupport": {"properties": ["edit"]}},
    },
    "workspace": {"workspaceEdit": {"documentChanges": True}},
}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with over_stdio() as editor:
        editor.initialize(tmp_path_factory.mktemp("root"), ABLE)
        yield editor


@pytest.fixture(scope="module")
def simple_editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One that says nothing of what it can do."""
    with over_stdio() as editor:
        editor.initialize(tmp_path_factory.mktemp("root"))
        yield editor


def hover(editor: Editor, uri: str, position: Message) -> Any:
    return editor.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": position})


def actions(editor: Editor, uri: str, position: Message, only: list[str] | None = None, *told: Message) -> Any:
    context = {"diagnostics": list(told), **({"only": only} if only is not None else {})}
    place = {"start": position, "end": position}
    return editor.request("textDocument/codeAction", {"textDocument": {"uri": uri}, "range": place, "context": context})


def edited(text: str, edits: list[Message]) -> str:
    """The text after the edits of an answer, applied as the protocol has it."""
    lines = text.split("\n")
    starts = [sum(len(line.encode("utf-16-le")) + 2 for line in lines[:number]) for number in range(len(lines))]
    data = text.encode("utf-16-le")

    def offset(position: Message) -> int:
        return starts[position["line"]] + 2 * position["character"]

    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        data = data[:start] + edit["newText"].encode("utf-16-le") + data[end:]
    return data.decode("utf-16-le")


def test_what_the_server_offers_is_told_at_the_start(editor: Editor) -> None:
    offered = editor.capabilities["codeActionProvider"]
    assert offered["resolveProvider"] is True
    assert set(offered["codeActionKinds"]) == {"quickfix", "source.fixAll", "source.fixAll.lint-keras-acc"}
    assert editor.capabilities["hoverProvider"]


def test_hover_on_accuracy(editor: Editor, simple_editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "hover.py").as_uri()
    editor.open(uri, LOGITS)
    found = hover(editor, uri, AT)
    assert found["range"] == {"start": AT, "end": {"line": 3, "character": COLUMN + 10}}
    assert found["contents"]["kind"] == "markdown"
    assert found["contents"]["value"].startswith("**`'accuracy'` runs `binary_accuracy`**\n\n**Not honest**:")
    assert hover(editor, uri, {"line": 0, "character": 3}) is None
    simple_editor.open(uri, LOGITS)
    contents = hover(simple_editor, uri, AT)["contents"]
    assert contents["kind"] == "plaintext"
    assert contents["value"].startswith("'accuracy' runs binary_accuracy\n\nNot honest:")


def test_hover_is_told_in_the_format_that_the_editor_prefers() -> None:
    def asked(*formats: str) -> Asked:
        kinds = [types.MarkupKind(one) for one in formats] or None
        hovers = types.HoverClientCapabilities(content_format=kinds)
        return Asked.by(types.ClientCapabilities(text_document=types.TextDocumentClientCapabilities(hover=hovers)))

    assert asked("markdown", "plaintext").markdown
    assert asked("markdown").markdown
    assert not asked("plaintext", "markdown").markdown
    assert not asked().markdown


def test_the_quick_fix_repairs_the_text(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "fix.py").as_uri()
    editor.open(uri, LOGITS, version=7)
    (diagnostic,) = editor.diagnostics(uri, 7)
    repair, silence, everything = actions(editor, uri, AT, None, diagnostic)
    assert (repair["kind"], repair["isPreferred"]) == ("quickfix", True)
    assert repair["diagnostics"] == [diagnostic]
    (change,) = repair["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 7}
    assert edited(LOGITS, change["edits"]) == FIXED
    (change,) = silence["edit"]["documentChanges"]
    silenced = edited(LOGITS, change["edits"])
    assert silenced == LOGITS.rstrip("\n") + "  # noqa: KAC103\n"
    assert not silence.get("isPreferred")
    assert (everything["kind"], everything.get("edit")) == ("source.fixAll.lint-keras-acc", None)
    editor.rewrite(uri, silenced, 8)
    assert editor.diagnostics(uri, 8) == []
    assert actions(editor, uri, AT) == []


def test_all_safe_repairs_are_worked_out_when_they_are_chosen(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "all.py").as_uri()
    editor.open(uri, LOGITS)
    (action,) = actions(editor, uri, {"line": 0, "character": 0}, ["source.fixAll"])
    assert "edit" not in action
    (change,) = editor.request("codeAction/resolve", action)["edit"]["documentChanges"]
    assert edited(LOGITS, change["edits"]) == FIXED
    assert actions(editor, uri, {"line": 0, "character": 0}, ["source.organizeImports"]) == []
    assert actions(editor, uri, {"line": 0, "character": 0}) == []


def test_an_editor_that_resolves_nothing_gets_the_edits_at_once(simple_editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "all.py").as_uri()
    simple_editor.open(uri, LOGITS)
    (action,) = actions(simple_editor, uri, {"line": 0, "character": 0}, ["source"])
    assert edited(LOGITS, action["edit"]["changes"][uri]) == FIXED


def test_a_coding_line_means_nothing_to_a_text_that_is_decoded(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "latin.py").as_uri()
    text = "# coding: latin-1\n" + LOGITS.replace("🎉", "é")
    editor.open(uri, text)
    position = {"line": 4, "character": COLUMN - 1}
    repair, silence, _ = actions(editor, uri, position)
    (action,) = actions(editor, uri, position, ["source.fixAll"])
    everything = editor.request("codeAction/resolve", action)
    for one in (repair, everything):
        assert edited(text, one["edit"]["documentChanges"][0]["edits"]) == text.replace(
            '["accuracy"]', '[keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")]'
        )
    assert "# noqa: KAC103" in edited(text, silence["edit"]["documentChanges"][0]["edits"])


def test_cells_are_repaired_and_explained_one_by_one(editor: Editor, tmp_path: Path) -> None:
    notebook = (tmp_path / "notes.ipynb").as_uri()
    texts = LOGITS.rstrip("\n").rsplit("\n", 1)
    cells = [{"uri": f"{notebook.replace('file', 'vscode-notebook-cell', 1)}#{number}"} for number in range(2)]
    editor.notify(
        "notebookDocument/didOpen",
        {
            "notebookDocument": {
                "uri": notebook,
                "notebookType": "jupyter-notebook",
                "version": 1,
                "cells": [{"kind": 2, "document": cell["uri"]} for cell in cells],
            },
            "cellTextDocuments": [
                {**cell, "languageId": "python", "version": 1, "text": text}
                for cell, text in zip(cells, texts, strict=True)
            ],
        },
    )
    position = {"line": 0, "character": COLUMN}
    uri = cells[1]["uri"]
    assert "cell 0, line 3" in hover(editor, uri, position)["contents"]["value"]
    repair, silence, _ = actions(editor, uri, position)
    for action in (repair, silence):
        (change,) = action["edit"]["documentChanges"]
        assert change["textDocument"]["uri"] == uri
    assert actions(editor, cells[0]["uri"], {"line": 0, "character": 0}) == []


def test_a_document_that_is_not_open_has_nothing_to_say(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "unknown.py").as_uri()
    assert hover(editor, uri, AT) is None
    assert not actions(editor, uri, AT)
    assert editor.request("codeAction/resolve", {"title": "x", "data": {"uri": uri}})["title"] == "x"
    assert editor.request("codeAction/resolve", {"title": "x", "data": [1]})["title"] == "x"


def test_a_text_that_is_no_python_at_the_moment_offers_nothing(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "broken.py").as_uri()
    editor.open(uri, LOGITS + "x = (\n")
    assert hover(editor, uri, AT) is None
    assert actions(editor, uri, AT) == []

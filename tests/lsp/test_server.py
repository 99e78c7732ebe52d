"""The server as an editor meets it: what comes back for what is sent."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.client import REFUSAL, SILENCE, TIMEOUT, Editor, Message, over_stdio

pytestmark = pytest.mark.slow

BAD = """\
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(loss="mse", metrics=["accuracy"])
"""
GOOD = BAD.replace('"accuracy"', '"mae"')
BROKEN = BAD.replace('["accuracy"])', '["accuracy"')


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """A server that is sent to, for all tests of this module: each has documents of its own."""
    with over_stdio() as editor:
        editor.initialize(tmp_path_factory.mktemp("root"))
        yield editor


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """A server that is asked, and counts in UTF-8."""
    capabilities = {
        "general": {"positionEncodings": ["utf-8", "utf-16"]},
        "notebookDocument": {"synchronization": {}},
        "textDocument": {"diagnostic": {}},
        "workspace": {
            "configuration": True,
            "diagnostics": {"refreshSupport": True},
            "didChangeWatchedFiles": {"dynamicRegistration": True},
        },
    }
    with over_stdio() as editor:
        editor.initialize(tmp_path_factory.mktemp("root"), capabilities)
        yield editor


def codes(diagnostics: list[Message]) -> list[str]:
    return [diagnostic.get("code", diagnostic["message"]) for diagnostic in diagnostics]


def in_the_end(editor: Editor, uri: str, version: int) -> list[Message]:
    """What is told of a document: what has a fix is told once more, with its edits, and nothing follows that."""
    told = editor.diagnostics(uri, version)
    return editor.diagnostics(uri, version) if any("fix" in one["data"] for one in told) else told


def place(line: int, character: int, end: int) -> Message:
    return {"start": {"line": line, "character": character}, "end": {"line": line, "character": end}}


# --- what is told -------------------------------------------------------------------------------------------


def test_what_is_found_follows_the_text(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    editor.open(uri, BAD)
    (found,) = editor.diagnostics(uri, 1)
    assert (found["code"], found["severity"], found["source"]) == ("KAC101", 2, "lint-keras-acc")
    assert found["message"].startswith("'accuracy' runs")
    assert found["range"] == place(3, 35, 45)
    assert found["codeDescription"]["href"].endswith("/rules/KAC101/")
    related = [(one["location"]["range"], one["message"]) for one in found["relatedInformation"]]
    assert (place(3, 19, 24), "the loss is mean_squared_error") in related
    assert all(one["location"]["uri"] == uri for one in found["relatedInformation"])
    editor.rewrite(uri, GOOD, 2)
    assert editor.diagnostics(uri, 2) == []
    editor.change(uri, 3, {"range": place(3, 35, 40), "text": '"accuracy"'})
    assert codes(editor.diagnostics(uri, 3)) == ["KAC101"]


def test_the_edits_of_a_fix_are_told_too_when_typing_pauses(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "b.py").as_uri()
    editor.open(uri, BAD)
    first, second = editor.diagnostics(uri, 1), editor.diagnostics(uri, 1)
    assert "edits" not in first[0]["data"]["fix"]
    fix = second[0]["data"]["fix"]
    assert fix["applicability"] in ("safe", "unsafe")
    (edit,) = fix["edits"]
    assert edit["uri"] == uri
    assert edit["range"] == place(3, 35, 45)
    assert "accuracy" not in edit["newText"]


def test_a_document_that_is_closed_has_no_diagnostics(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "closed.py").as_uri()
    editor.open(uri, BAD)
    editor.close(uri)  # while it is linted, or before
    editor.take(lambda message: message.get("params") == {"uri": uri, "diagnostics": []})
    editor.open(uri, GOOD, version=2)
    assert editor.diagnostics(uri, 2) == []
    editor.rewrite(uri, BAD, 3)
    assert codes(editor.diagnostics(uri, 3)) == ["KAC101"]


def test_old_results_never_follow_newer_ones(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "typed.py").as_uri()
    editor.open(uri, GOOD)
    for version in range(2, 60):
        editor.rewrite(uri, "# line\n" * version + (BAD if version % 2 else GOOD), version)
    versions = [1]
    while versions[-1] < 59:
        published = editor.published(uri)
        versions.append(published["version"])
        assert codes(published["diagnostics"]) == (["KAC101"] if published["version"] % 2 else [])
    assert versions == sorted(versions)


def test_a_text_that_is_no_python_keeps_its_findings_for_a_while(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "broken.py").as_uri()
    editor.open(uri, BAD)
    assert codes(editor.diagnostics(uri, 1)) == ["KAC101"]
    with editor.together():
        editor.rewrite(uri, BROKEN, 2)
        editor.rewrite(uri, BAD, 3)
    assert codes(editor.diagnostics(uri, 3)) == ["KAC101"]
    editor.rewrite(uri, BROKEN, 4)
    (left,) = editor.diagnostics(uri, 4)
    assert left["message"].startswith("not checked: is not valid Python")
    assert left["severity"] == 3
    assert left["range"]["start"]["line"] == 3
    # Nothing was said of the text that was broken for a moment only.
    with pytest.raises(TimeoutError):
        editor.take(
            lambda message: (message.get("params") or {}).get("uri") == uri and message["params"]["version"] == 2,
            timeout=0.1,
        )


def test_what_is_no_program_of_keras_may_be_no_python(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "other.py").as_uri()
    editor.open(uri, "def (")
    assert editor.diagnostics(uri, 1) == []


def test_documents_of_other_languages_are_left_alone(editor: Editor, tmp_path: Path) -> None:
    editor.open((tmp_path / "a.json").as_uri(), BAD, language="json")
    editor.open((tmp_path / "a.ipynb").as_uri(), "{}", language="json")
    uri = (tmp_path / "after.py").as_uri()
    editor.open(uri, GOOD)
    assert editor.diagnostics(uri, 1) == []
    with pytest.raises(TimeoutError):
        editor.take(lambda message: "json" in str((message.get("params") or {}).get("uri")), timeout=0.1)


# --- places -------------------------------------------------------------------------------------------------

FACES = [*BAD.splitlines()[:3], 'label = "\N{GRINNING FACE}\N{GRINNING FACE}é"; ' + BAD.splitlines()[3]]


@pytest.mark.parametrize(("name", "before"), [("editor", 5), ("asking", 10)])
def test_columns_behind_an_emoji(name: str, before: int, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Two faces and an é are 5 units of UTF-16, and 10 of UTF-8."""
    editor = request.getfixturevalue(name)
    uri = (tmp_path / f"{name}.py").as_uri()
    editor.open(uri, "\r\n".join(FACES))
    told = editor.diagnostics(uri, 1) if name == "editor" else editor.pull(uri)["items"]
    column = len('label = ""; ') + before + 35
    assert [one["range"] for one in told] == [place(3, column, column + 10)]
    # What the editor deletes there is that string.
    editor.change(uri, 2, {"range": place(3, column, column + 10), "text": '"mae"'})
    told = editor.diagnostics(uri, 2) if name == "editor" else editor.pull(uri)["items"]
    assert told == []


@pytest.mark.parametrize("uri", ["untitled:Untitled-1", "untitled:Untitled-1.py", "inmemory://model/1"])
def test_documents_without_a_file(editor: Editor, uri: str) -> None:
    editor.open(uri, BAD)
    assert codes(editor.diagnostics(uri, 1)) == ["KAC101"]


def test_a_coding_line_and_a_byte_order_mark_mean_nothing_any_more(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "latin.py").as_uri()
    editor.open(uri, "# -*- coding: latin-1 -*-\n" + BAD.replace("model.compile", 'name = "é"; model.compile'))
    assert [one["range"] for one in editor.diagnostics(uri, 1)] == [place(4, 47, 57)]
    uri = (tmp_path / "marked.py").as_uri()
    editor.open(uri, "\ufeff" + "; ".join(BAD.split("\n")).replace("; ;", ";").strip("; "))
    (found,) = editor.diagnostics(uri, 1)
    assert found["range"]["start"] == {"line": 0, "character": 1 + len("import keras; ") + 70 + 35}


def test_lines_end_where_the_protocol_says(editor: Editor, tmp_path: Path) -> None:
    """A form feed, and what Unicode takes for line ends, are in the middle of a line."""
    uri = (tmp_path / "lines.py").as_uri()
    editor.open(uri, "# \x0c \x1c \x85 \u2028 still the first line\r" + BAD.replace("\n", "\r\n"))
    assert [one["range"] for one in editor.diagnostics(uri, 1)] == [place(4, 35, 45)]
    editor.change(uri, 2, {"range": place(4, 35, 45), "text": '"mae"'})
    assert editor.diagnostics(uri, 2) == []


def test_a_change_that_makes_no_sense_is_survived(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "far.py").as_uri()
    editor.change(uri, 7, {"text": "x"})  # it is not open
    assert "not open" in editor.taken("window/logMessage")["message"]
    editor.open(uri, GOOD)
    assert editor.diagnostics(uri, 1) == []
    far = {"start": {"line": 900, "character": 900}, "end": {"line": 900, "character": 901}}
    editor.change(uri, 2, {"range": far, "text": BAD.replace("import keras", "")})
    assert codes(editor.diagnostics(uri, 2)) == ["KAC101"]


# --- where a document is ------------------------------------------------------------------------------------


def test_what_a_file_imports_and_is_configured_with(editor: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "my models é%"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[tool.lint-keras-acc]\nignore = ["KAC101"]\n')
    (folder / "heads.py").write_text('"""\N{GRINNING FACE}"""\nimport keras\nhead = keras.layers.Dense(1)\n')
    text = BAD.replace("import keras", "import keras\nfrom heads import head").replace("keras.layers.Dense(1)", "head")
    (folder / "train.py").write_text(text)
    (folder / "link.py").symlink_to(folder / "train.py")
    uri, link = (folder / "train.py").as_uri(), (folder / "link.py").as_uri()
    editor.open(uri, text)
    assert editor.diagnostics(uri, 1) == []
    (folder / "pyproject.toml").write_text("[tool.lint-keras-acc]\n")
    editor.change(uri, 2)
    (found,) = editor.diagnostics(uri, 2)
    assert found["code"] == "KAC101"
    others = {one["location"]["uri"] for one in found["relatedInformation"]}
    assert (folder / "heads.py").as_uri() in others
    editor.open(link, text)
    assert codes(editor.diagnostics(link, 1)) == ["KAC101"]
    # A module is saved that is imported: the documents that are open are linted again.
    (folder / "heads.py").write_text("import keras\nhead = keras.layers.Dense(1, activation='sigmoid')\n")
    editor.notify("textDocument/didSave", {"textDocument": {"uri": (folder / "heads.py").as_uri()}})
    editor.take(lambda message: message.get("params") == {"uri": uri, "version": 2, "diagnostics": []})


def test_excluded_files_and_known_findings_are_not_told(editor: Editor, tmp_path: Path) -> None:
    from lint_keras_acc.cli import main

    (tmp_path / "old").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        '[tool.lint-keras-acc]\nextend-exclude = ["old"]\nbaseline = "known.json"\n'
    )
    for name in ("old/a.py", "known.py", "new.py"):
        (tmp_path / name).write_text(BAD)
    assert main(["check", "--write-baseline", str(tmp_path / "known.json"), str(tmp_path / "known.py")]) == 0
    told = {}
    for name in ("old/a.py", "known.py", "new.py"):
        uri = (tmp_path / name).as_uri()
        editor.open(uri, BAD)
        told[name] = codes(editor.diagnostics(uri, 1))
    assert told == {"old/a.py": [], "known.py": [], "new.py": ["KAC101"]}


def test_settings_that_cannot_be_understood_are_told_once(editor: Editor, tmp_path: Path) -> None:
    config = tmp_path / "pyproject.toml"
    config.write_text('[tool.lint-keras-acc]\nselct = ["KAC101"]\n')
    uri = (tmp_path / "a.py").as_uri()
    editor.open(uri, BAD)
    assert codes(editor.diagnostics(uri, 1)) == ["KAC101"]
    assert "unknown setting 'selct'; did you mean 'select'?" in editor.taken("window/showMessage")["message"]
    editor.change(uri, 2)
    editor.diagnostics(uri, 2)
    with pytest.raises(TimeoutError):
        editor.taken("window/showMessage", timeout=0.1)


def test_settings_of_the_editor(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "a.py").as_uri()
    editor.open(uri, BAD)
    assert codes(editor.diagnostics(uri, 1)) == ["KAC101"]
    for given, found in (
        ({"lint-keras-acc": {"ignore": ["KAC101"], "path": "", "trace": {"server": "off"}}}, []),
        ({"lint-keras-acc": {"ignore": []}}, ["KAC101"]),
        ({"ignore": ["KAC1"]}, []),
        ({"lint-keras-acc": {}}, ["KAC101"]),
    ):
        editor.notify("workspace/didChangeConfiguration", {"settings": given})
        editor.take(
            lambda message, found=found: (
                (message.get("params") or {}).get("uri") == uri and codes(message["params"]["diagnostics"]) == found
            )
        )
    editor.notify("workspace/didChangeConfiguration", {"settings": {"lint-keras-acc": {"select": ["nonsense"]}}})
    assert "unknown rule 'nonsense'" in editor.taken("window/showMessage")["message"]


@pytest.mark.parametrize("nothing", [None, {}, [], {"lint-keras-acc": None}, {"lint-keras-acc": {}}])
def test_settings_are_taken_back(editor: Editor, tmp_path: Path, nothing: object) -> None:
    uri = (tmp_path / "a.py").as_uri()
    editor.notify("workspace/didChangeConfiguration", {"settings": {"ignore": ["KAC101"]}})
    editor.open(uri, BAD)
    assert editor.diagnostics(uri, 1) == []
    editor.notify("workspace/didChangeConfiguration", {"settings": nothing})
    assert codes(editor.diagnostics(uri, 1)) == ["KAC101"]
    editor.close(uri)


def test_an_editor_that_is_asked_for_its_settings_may_say_anything(tmp_path: Path) -> None:
    """What it has started the server with goes for all of which it says nothing."""
    capabilities = {"workspace": {"configuration": True}, "textDocument": {"diagnostic": {}}}
    uri = (tmp_path / "a.py").as_uri()
    with over_stdio() as editor:
        editor.configuration = REFUSAL
        editor.initialize(tmp_path, capabilities, initializationOptions={"ignore": ["KAC101"]})
        assert "no settings here" in editor.taken("window/logMessage")["message"]
        editor.open(uri, BAD)
        assert editor.pull(uri)["items"] == []
        for answer, found in (
            ({"ignore": []}, ["KAC101"]),
            (None, []),
            ({"select": ["KAC101"], "ignore": []}, ["KAC101"]),
            ({}, []),
            ({"ignore": []}, ["KAC101"]),
            (REFUSAL, []),
        ):
            editor.configuration = answer
            editor.notify("workspace/didChangeConfiguration", {"settings": {"another-server": {"a": 1}}})
            deadline = time.monotonic() + TIMEOUT
            while codes(editor.pull(uri)["items"]) != found:
                assert time.monotonic() < deadline, answer
        editor.configuration = SILENCE
        editor.notify("workspace/didChangeConfiguration", {"settings": None})
        assert editor.pull(uri)["items"] == []
        editor.notify("workspace/didChangeConfiguration", {"settings": {"lint-keras-acc": {"ignore": []}}})
        assert codes(editor.pull(uri)["items"]) == ["KAC101"]
        editor.farewell()


def test_who_asks_is_told_when_settings_come_late(tmp_path: Path) -> None:
    capabilities = {
        "textDocument": {"diagnostic": {}},
        "workspace": {"configuration": True, "diagnostics": {"refreshSupport": True}},
    }
    with over_stdio() as editor:
        editor.configuration = {"ignore": ["KAC101"]}
        editor.initialize(tmp_path, capabilities)
        editor.take(lambda message: message.get("method") == "workspace/diagnostic/refresh")
        editor.open("untitled:a.py", BAD)
        assert editor.pull("untitled:a.py")["items"] == []


def test_documents_without_a_file_follow_the_first_folder(editor: Editor, tmp_path: Path) -> None:
    uri = "untitled:follows.py"
    (tmp_path / "pyproject.toml").write_text("[tool.lint-keras-acc]\nselect = ['KAC2']\n")
    editor.open(uri, BAD)
    assert codes(in_the_end(editor, uri, 1)) == ["KAC101"]
    folder = {"uri": tmp_path.as_uri(), "name": "a"}
    elsewhere = {"uri": "memfs:/b", "name": "b"}
    for event, found in (
        ({"added": [folder], "removed": []}, []),
        ({"added": [elsewhere], "removed": [folder]}, ["KAC101"]),
        ({"added": [], "removed": [elsewhere, {"uri": "file:///never/there", "name": ""}]}, ["KAC101"]),
    ):
        editor.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        assert codes(in_the_end(editor, uri, 1)) == found
    editor.close(uri)


# --- clients that ask ---------------------------------------------------------------------------------------


def test_diagnostics_for_who_asks(asking: Editor, tmp_path: Path) -> None:
    assert asking.capabilities["positionEncoding"] == "utf-8"
    assert asking.capabilities["diagnosticProvider"]["interFileDependencies"] is True
    uri = (tmp_path / "a.py").as_uri()
    assert asking.pull(uri)["items"] == []  # it is not open
    asking.open(uri, BAD)
    first = asking.pull(uri)
    assert first["kind"] == "full"
    assert codes(first["items"]) == ["KAC101"]
    assert first["items"][0]["data"]["fix"]["edits"]
    assert asking.pull(uri.replace("a.py", "%61.py"))["items"] == first["items"]
    assert asking.pull(uri, first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    asking.rewrite(uri, "# moved\n" + BAD, 2)
    second = asking.pull(uri, first["resultId"])
    assert second["kind"] == "full"
    assert second["items"][0]["range"] == place(4, 35, 45)
    asking.rewrite(uri, BROKEN, 3)
    assert codes(asking.pull(uri)["items"])[0].startswith("not checked")
    with pytest.raises(TimeoutError):
        asking.taken("textDocument/publishDiagnostics", timeout=0.1)


def test_who_asks_is_told_when_to_ask_again(asking: Editor, tmp_path: Path) -> None:
    registered = asking.take(lambda message: message.get("method") == "client/registerCapability")
    (registration,) = registered["params"]["registrations"]
    assert registration["method"] == "workspace/didChangeWatchedFiles"
    uri = (tmp_path / "a.py").as_uri()
    (tmp_path / "pyproject.toml").write_text("[tool.lint-keras-acc]\nselect = ['KAC2']\n")
    asking.open(uri, BAD)
    assert asking.pull(uri)["items"] == []
    (tmp_path / "pyproject.toml").unlink()
    changes = [{"uri": (tmp_path / "pyproject.toml").as_uri(), "type": 3}]
    asking.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    asking.take(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert codes(asking.pull(uri)["items"]) == ["KAC101"]
    asking.configuration = {"ignore": ["KAC101"], "interpreter": "/usr/bin/python", "path": None}
    asking.notify("workspace/didChangeConfiguration", {"settings": None})
    asking.take(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert asking.pull(uri)["items"] == []
    asking.configuration = {}
    asking.notify("workspace/didChangeConfiguration", {"settings": {"lint-keras-acc": {}}})
    asking.take(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert codes(asking.pull(uri)["items"]) == ["KAC101"]


# --- notebooks ----------------------------------------------------------------------------------------------


def cell(name: str, text: str, kind: int = 2, language: str = "python") -> tuple[Message, Message]:
    uri = f"vscode-notebook-cell:/n.ipynb#{name}"
    return {"kind": kind, "document": uri}, {"uri": uri, "languageId": language, "version": 1, "text": text}


def test_the_cells_of_a_notebook_are_one_program(editor: Editor, tmp_path: Path) -> None:
    uri = (tmp_path / "n.ipynb").as_uri()
    lines = BAD.splitlines()
    cells = [
        cell("a", "%matplotlib inline\nimport keras\n" + lines[2]),
        cell("b", "# Training", kind=1, language="markdown"),
        cell("c", '"\N{GRINNING FACE}"; ' + lines[3]),
    ]
    notebook: dict[str, Any] = {
        "uri": uri,
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [kind for kind, _ in cells],
    }
    editor.notify(
        "notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": [text for _, text in cells]}
    )
    name, third = cells[0][1]["uri"], cells[2][1]["uri"]
    assert editor.diagnostics(name, 1) == []
    (found,) = editor.diagnostics(third, 1)
    assert found["range"] == place(0, 41, 51)
    assert name in {one["location"]["uri"] for one in found["relatedInformation"]}
    (edit,) = editor.diagnostics(third, 1)[0]["data"]["fix"]["edits"]
    assert (edit["uri"], edit["range"]) == (third, found["range"])

    def change(version: int, cells: Message) -> None:
        document = {"uri": uri, "version": version}
        editor.notify("notebookDocument/didChange", {"notebookDocument": document, "change": {"cells": cells}})

    moved = {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}
    change(2, {"textContent": [{"document": {"uri": third, "version": 2}, "changes": [moved]}]})
    assert editor.diagnostics(third, 2)[0]["range"] == place(1, 41, 51)
    # Another cell comes in between, in which the model is another one.
    kind, text = cell("d", lines[2].replace("Dense(1)", "Dense(3, activation='softmax')"))
    change(3, {"structure": {"array": {"start": 2, "deleteCount": 0, "cells": [kind]}, "didOpen": [text]}})
    assert editor.diagnostics(text["uri"], 1) == []
    editor.take(
        lambda message: (
            (message.get("params") or {}).get("uri") == third and "KAC101" not in str(message["params"]["diagnostics"])
        )
    )
    # The first cell goes: what is left has no model any more.
    change(4, {"structure": {"array": {"start": 0, "deleteCount": 1, "cells": []}, "didClose": [{"uri": name}]}})
    editor.take(lambda message: message.get("params") == {"uri": name, "diagnostics": []})
    closed = [{"uri": each["document"]} for each in (cells[2][0], kind)]
    editor.notify("notebookDocument/didClose", {"notebookDocument": {"uri": uri}, "cellTextDocuments": closed})
    editor.take(lambda message: message.get("params") == {"uri": third, "diagnostics": []})


def test_cells_change_their_places_kinds_and_languages(asking: Editor) -> None:
    lines = BAD.splitlines()
    (imports, first), (model, second), (compiles, third) = (
        cell("imports", lines[0]),
        cell("model", lines[2]),
        cell("compiles", lines[3]),
    )
    uri = "untitled:Untitled-2.ipynb"
    notebook = {
        "uri": uri,
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [compiles, imports, model],
    }
    asking.notify(
        "notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": [third, first, second]}
    )
    version = 1

    def found_after(cells: Message) -> list[str]:
        nonlocal version
        version += 1
        document = {"uri": uri, "version": version}
        asking.notify("notebookDocument/didChange", {"notebookDocument": document, "change": {"cells": cells}})
        return codes(asking.pull(third["uri"])["items"])

    def splice(start: int, count: int, *cells: Message, **more: Any) -> Message:
        return {"structure": {"array": {"start": start, "deleteCount": count, "cells": list(cells)}, **more}}

    assert asking.pull(third["uri"])["items"] == []
    assert found_after(splice(0, 3, imports, model, compiles)) == ["KAC101"]  # moved
    assert found_after({"data": [{**model, "kind": 1}]}) == []
    assert found_after({"data": [model]}) == ["KAC101"]
    reopened = {"didClose": [{"uri": second["uri"]}], "didOpen": [{**second, "languageId": "r"}]}
    assert found_after(splice(1, 1, model, **reopened)) == []
    reopened = {"didClose": [{"uri": second["uri"]}], "didOpen": [second]}
    assert found_after(splice(1, 1, model, **reopened)) == ["KAC101"]
    assert found_after(splice(7, 9)) == ["KAC101"]  # nothing is there
    assert found_after(splice(0, 2, didClose=[{"uri": first["uri"]}, {"uri": second["uri"]}])) == []


def test_cells_for_who_asks(asking: Editor, tmp_path: Path) -> None:
    assert asking.capabilities["notebookDocumentSync"]["notebookSelector"] == [{"cells": [{"language": "python"}]}]
    cells = [cell("x", BAD.splitlines()[0] + "\n" + BAD.splitlines()[2]), cell("y", BAD.splitlines()[3])]
    notebook = {
        "uri": "untitled:Untitled-1.ipynb",
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [kind for kind, _ in cells],
    }
    texts = [text for _, text in cells]
    asking.notify("notebookDocument/didOpen", {"notebookDocument": notebook, "cellTextDocuments": texts})
    assert asking.pull(texts[0]["uri"])["items"] == []
    assert codes(asking.pull(texts[1]["uri"])["items"]) == ["KAC101"]


# --- what goes wrong in the server --------------------------------------------------------------------------

CLUMSY = """
import sys
from lint_keras_acc.incremental import LiveSource
from lint_keras_acc.lsp import server
lint, diagnostics = LiveSource.lint_source, server.diagnostics
def clumsy(self, source):
    print("on the way")
    if "a defect in linting" in source.text:
        raise ValueError("of the linter")
    return lint(self, source)
def mute(checked, shown, *, with_edits):
    if "a defect in telling" in checked.source.text:
        raise ValueError("of the server")
    return diagnostics(checked, shown, with_edits=with_edits)
LiveSource.lint_source, server.diagnostics = clumsy, mute
from lint_keras_acc.cli import main
sys.exit(main(["server"]))
"""


def test_a_defect_of_ours_is_logged_and_the_server_goes_on(tmp_path: Path) -> None:
    with over_stdio(command=[sys.executable, "-c", CLUMSY]) as editor:
        editor.initialize(tmp_path)
        for defect, told in (("linting", "ValueError: of the linter"), ("telling", "ValueError: of the server")):
            uri = (tmp_path / f"{defect}.py").as_uri()
            editor.open(uri, BAD + f"# a defect in {defect}")
            logged = editor.taken("window/logMessage")
            assert told in logged["message"]
            assert logged["type"] == 1
            editor.rewrite(uri, BAD, 2)
            assert codes(editor.diagnostics(uri, 2)) == ["KAC101"]
        editor.farewell()

"""When is told what was found: at once, after a while, or never."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest
from lsprotocol import types

from lint_keras_acc.lsp import session
from lint_keras_acc.lsp.checked import Checked
from lint_keras_acc.lsp.documents import Document
from lint_keras_acc.lsp.linting import Linter
from lint_keras_acc.lsp.positions import Units
from lint_keras_acc.lsp.session import Session
from lint_keras_acc.lsp.workspace import SettingsOfFiles

URI = "untitled:a.py"
GOOD = 'import keras\nkeras.Sequential([keras.layers.Dense(1)]).compile(loss="mse", metrics=["mae"])\n'
BAD = GOOD.replace("mae", "accuracy")
BROKEN = BAD.replace("])\n", "]\n")


class Listener:
    """Keeps what it is told: the last text of each document, and its findings and mistakes."""

    def __init__(self) -> None:
        self.told: list[tuple[str, list[str]]] = []
        self.logged: list[str] = []

    def checked(self, checked: Checked) -> None:
        report = checked.report
        words = [finding.code for finding in report.findings] + ["broken" for _ in report.errors]
        self.told.append((checked.document.texts[-1].text, words))

    def closed(self, uris: Sequence[str]) -> None: ...

    def log(self, message: str) -> None:
        self.logged.append(message)


def play(scene: Callable[[Session, Listener], Awaitable[None]]) -> None:
    async def run() -> None:
        listener = Listener()
        await scene(Session(listener, SettingsOfFiles(listener.log)), listener)
        assert not listener.logged

    asyncio.run(run())


def open_file(one: Session, text: str) -> None:
    one.open_file(types.TextDocumentItem(URI, "python", 1, text))


def rewrite(one: Session, text: str) -> None:
    name = types.VersionedTextDocumentIdentifier(2, URI)
    one.change_file(name, [types.TextDocumentContentChangeWholeDocument(text)])


def test_a_text_that_is_broken_for_a_moment_is_not_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "PATIENCE", 1_000)

    async def scene(one: Session, listener: Listener) -> None:
        open_file(one, BAD)
        await one.checked(URI)
        for number in range(3):
            rewrite(one, BROKEN + f"# {number}\n")
            await one.checked(URI)
        rewrite(one, GOOD)
        await one.checked(URI)
        assert listener.told == [(BAD, ["KAC101"]), (GOOD, [])]

    play(scene)


def test_a_text_that_is_left_broken_is_told_of_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "PATIENCE", 0)

    async def scene(one: Session, listener: Listener) -> None:
        open_file(one, BAD)
        await one.checked(URI)
        rewrite(one, BROKEN)
        settled = await one.settled(URI)
        assert settled is not None
        assert settled.report.errors
        assert listener.told == [(BAD, ["KAC101"]), (BROKEN, ["broken"])]

    play(scene)


def test_what_was_broken_before_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One cell of a notebook may be no Python for good: the others are told of at once."""
    monkeypatch.setattr(session, "PATIENCE", 1_000)
    cells = [types.NotebookCell(types.NotebookCellKind.Code, f"cell:{index}") for index in range(2)]

    async def scene(one: Session, listener: Listener) -> None:
        texts = [types.TextDocumentItem(cells[0].document, "python", 1, "this is no Python")]
        texts.append(types.TextDocumentItem(cells[1].document, "python", 1, BAD))
        one.open_notebook(types.NotebookDocument("untitled:n.ipynb", "jupyter-notebook", 1, cells), texts)
        await one.checked("cell:1")
        name = types.VersionedTextDocumentIdentifier(2, "cell:1")
        content = types.NotebookDocumentCellContentChanges(name, [types.TextDocumentContentChangeWholeDocument(GOOD)])
        event = types.NotebookDocumentChangeEvent(cells=types.NotebookDocumentCellChanges(text_content=[content]))
        one.change_notebook(types.VersionedNotebookDocumentIdentifier(2, "untitled:n.ipynb"), event)
        assert await one.settled("cell:1") is not None
        assert listener.told == [(BAD, ["KAC101", "broken"]), (GOOD, ["broken"])]

    play(scene)


def test_each_text_is_linted_once_and_those_between_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    linted: list[str] = []
    check = Linter.check

    def counted(self: Linter, document: Document, units: Units) -> Checked:
        linted.append(document.texts[0].text)
        return check(self, document, units)

    monkeypatch.setattr(Linter, "check", counted)

    async def scene(one: Session, listener: Listener) -> None:
        open_file(one, BAD)
        await asyncio.gather(*(one.checked(URI) for _ in range(5)))
        for number in range(20):
            rewrite(one, BAD + f"# {number}\n")
        await asyncio.gather(one.settled(URI), one.checked(URI))
        await one.checked(URI)
        assert linted == [BAD, BAD + "# 19\n"]
        assert [text for text, _ in listener.told] == linted

    play(scene)


def slow_where_it_says_so(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts with the word "slow" seem to take seconds; what is linted, in order."""
    check = Linter.check
    linted: list[str] = []

    def slow(self: Linter, document: Document, units: Units) -> Checked:
        text = document.texts[0].text
        linted.append(text)
        return replace(check(self, document, units), seconds=9.0 if "slow" in text else 0.01)

    monkeypatch.setattr(Linter, "check", slow)
    return linted


def test_a_slow_document_waits_for_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    slow_where_it_says_so(monkeypatch)
    monkeypatch.setattr(session, "_LONGEST_PAUSE", 0.05)

    async def scene(one: Session, listener: Listener) -> None:
        clock = asyncio.get_running_loop().time
        waited = []
        for text in (GOOD, GOOD + "# slow", BAD + "# slow", BAD, GOOD):
            began = clock()
            rewrite(one, text) if listener.told else open_file(one, text)
            await one.checked(URI)
            waited.append(clock() - began >= 0.05)
        assert [waited[2], waited[3]] == [True, True]

    play(scene)


def test_a_slow_document_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    linted = slow_where_it_says_so(monkeypatch)
    monkeypatch.setattr(session, "_LONGEST_PAUSE", 1.0)

    async def scene(one: Session, listener: Listener) -> None:
        open_file(one, GOOD + "# slow")
        await one.checked(URI)
        rewrite(one, BAD + "# slow")
        slow = asyncio.create_task(one.checked(URI))
        await asyncio.sleep(0.01)  # it rests now
        one.open_file(types.TextDocumentItem("untitled:other.py", "python", 1, BAD))
        await one.checked("untitled:other.py")
        assert linted == [GOOD + "# slow", BAD]
        await slow
        assert linted == [GOOD + "# slow", BAD, BAD + "# slow"]

    play(scene)


def test_an_answer_is_that_of_the_text_as_it_is() -> None:
    """A text that changes while the answer is worked out has another one."""

    async def scene(one: Session, listener: Listener) -> None:
        loop = asyncio.get_running_loop()
        texts = []

        def question(checked: Checked) -> str:
            if not texts:
                asyncio.run_coroutine_threadsafe(change(), loop).result()
            texts.append(checked.document.texts[0].text)
            return texts[-1]

        async def change() -> None:
            rewrite(one, GOOD)

        open_file(one, BAD)
        assert await one.ask(URI, question) == GOOD
        assert texts == [BAD, GOOD]

    play(scene)


def test_a_document_that_is_closed_while_something_is_asked_has_no_answer() -> None:
    async def scene(one: Session, listener: Listener) -> None:
        loop = asyncio.get_running_loop()

        def question(checked: Checked) -> str:
            loop.call_soon_threadsafe(one.close_file, URI)
            return "an answer"

        open_file(one, BAD)
        assert await one.ask(URI, question) is None

    play(scene)


def test_a_defect_of_ours_lets_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks of a document that cannot be linted has no answer, and other documents are linted."""

    def clumsy(self: Linter, document: Document, units: Units) -> Checked:
        if "clumsy" in document.uri:
            raise ValueError("of the linter")
        return check(self, document, units)

    check = Linter.check
    monkeypatch.setattr(Linter, "check", clumsy)

    async def scene(one: Session, listener: Listener) -> None:
        one.open_file(types.TextDocumentItem("untitled:clumsy.py", "python", 1, BAD))
        assert await asyncio.wait_for(one.ask("untitled:clumsy.py", lambda checked: 1), 10) is None
        assert "ValueError: of the linter" in listener.logged.pop()
        open_file(one, BAD)
        assert await asyncio.wait_for(one.ask(URI, lambda checked: 1), 10) == 1

    play(scene)


def test_a_document_that_is_opened_twice_is_the_second() -> None:
    async def scene(one: Session, listener: Listener) -> None:
        open_file(one, BAD)
        await one.checked(URI)
        one.open_file(types.TextDocumentItem(URI, "r", 1, BAD))
        assert await one.checked(URI) is None
        one.open_file(types.TextDocumentItem(URI, "python", 1, GOOD))
        assert await one.ask(URI, lambda checked: checked.source.text) == GOOD

    play(scene)

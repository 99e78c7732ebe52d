"""The open documents, the one thread that lints them, and when is told what it finds.

A change is linted at once when nothing else is. While the thread works, changes wait, and only the last text of each
document is linted next; what was found in a text that has changed since is not told. So the diagnostics of a file
that takes milliseconds follow every keystroke, and those of one that takes longer follow the pauses.

A text that is no Python at the moment is the usual one in the middle of a line. Nothing is told of it for a while:
what was told of the text before stays, which editors move along with the text. Only when it is left like that are
the findings taken back, and the reason given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeVar

from lsprotocol import types

from lint_keras_acc.engine import Failure
from lint_keras_acc.lsp.checked import Checked
from lint_keras_acc.lsp.documents import Change, Document, Notebook, Text
from lint_keras_acc.lsp.linting import Linter
from lint_keras_acc.lsp.positions import Units
from lint_keras_acc.lsp.uris import path_of, same
from lint_keras_acc.lsp.worker import Worker
from lint_keras_acc.lsp.workspace import SettingsOfFiles

_Answer = TypeVar("_Answer")
# Seconds for which a text may be no Python before that is told.
PATIENCE = 0.5
# Where linting a text took longer than this, in seconds, the next one waits as long, but never longer than the other.
_AT_ONCE = 0.05
_LONGEST_PAUSE = 0.5


class Audience(Protocol):
    """Who hears of what was found. Called in the event loop."""

    def checked(self, checked: Checked) -> None:
        """A document is as it was when this was found."""

    def closed(self, uris: Sequence[str]) -> None:
        """These texts are open no more."""

    def log(self, message: str) -> None:
        """Something has gone wrong in the server."""


class Session:
    """What is open in one editor. Everything runs in the event loop, but for what is handed to the thread."""

    def __init__(self, audience: Audience, settings: SettingsOfFiles) -> None:
        self._audience = audience
        self.settings = settings
        self.units = Units.UTF_16
        self._files: dict[str, Text] = {}
        self._notebooks: dict[str, Notebook] = {}
        self._notebook_of: dict[str, str] = {}  # by cell
        # By the URI of a file or a notebook: what it is now, what was found in it last, and what was told of it last.
        self._documents: dict[str, Document] = {}
        self._checked: dict[str, Checked] = {}
        self._told: dict[str, Checked] = {}
        # When each document that waits may be linted, by the clock of the event loop; the last wanted comes last.
        self._pending: dict[str, float] = {}
        self._wanted = asyncio.Event()
        self._work: asyncio.Task[None] | None = None
        self._turn: asyncio.Future[None] | None = None
        self._worker = Worker()
        self._linter = Linter(settings)
        self._worker.start(self._linter.prepare)

    # --- what the editor does -----------------------------------------------------------------------------

    def open_file(self, item: types.TextDocumentItem) -> None:
        """A file is open from now on: what it holds on the disk counts no more."""
        self.close_file(item.uri)  # nothing, but for an editor that has not said so
        self._take_file(Text(item.uri, item.language_id, item.version, item.text))

    def change_file(self, name: types.VersionedTextDocumentIdentifier, changes: Sequence[Change]) -> None:
        """The text of a file is another one."""
        text = self._files.get(same(name.uri))
        if text is None:
            self._audience.log(f"a change of {name.uri}, which is not open, means nothing")
            return
        self._take_file(text.changed(name.version, changes, self.units))

    def close_file(self, uri: str) -> None:
        """Nothing is told of a file any more."""
        text = self._files.pop(same(uri), None)
        if text is not None and same(uri) in self._documents:
            self._forget(same(uri))
            self._audience.closed([text.uri])

    def open_notebook(self, notebook: types.NotebookDocument, texts: Sequence[types.TextDocumentItem]) -> None:
        """A notebook is open from now on: all its cells of Python are one program."""
        self.close_notebook(notebook.uri)
        opened = Notebook(notebook.uri, notebook.version, list(notebook.cells))
        opened.open(texts)
        self._take_notebook(opened)

    def change_notebook(
        self, name: types.VersionedNotebookDocumentIdentifier, event: types.NotebookDocumentChangeEvent
    ) -> None:
        """Cells of a notebook have come, gone or moved, or their texts are others."""
        notebook = self._notebooks.get(same(name.uri))
        if notebook is None:
            self._audience.log(f"a change of {name.uri}, which is not open, means nothing")
            return
        before = notebook.document
        notebook.change(name.version, event, self.units)
        gone = {text.uri for text in before.texts} - {text.uri for text in notebook.document.texts}
        for uri in gone:  # or no cells of Python any more
            self._notebook_of.pop(same(uri), None)
        if gone:
            self._audience.closed(sorted(gone))
        self._take_notebook(notebook)

    def close_notebook(self, uri: str) -> None:
        """Nothing is told of a notebook any more."""
        notebook = self._notebooks.pop(same(uri), None)
        if notebook is None:
            return
        self._forget(same(uri))
        for text in notebook.texts.values():
            self._notebook_of.pop(same(text.uri), None)
        self._audience.closed(list(notebook.texts))

    def _take_file(self, text: Text) -> None:
        self._files[same(text.uri)] = text
        if text.is_python:
            self._take(Document(text.uri, path_of(text.uri), (text,)))

    def _take_notebook(self, notebook: Notebook) -> None:
        self._notebooks[same(notebook.uri)] = notebook
        for text in notebook.texts.values():
            self._notebook_of[same(text.uri)] = same(notebook.uri)
        self._take(notebook.document)

    def _take(self, document: Document) -> None:
        key = same(document.uri)
        self._documents[key] = document
        self._want(key)

    def _forget(self, key: str) -> None:
        for kept in (self._documents, self._checked, self._told, self._pending):
            kept.pop(key, None)
        self._worker.start(self._linter.forget, key)

    def lint_again(self) -> None:
        """What is around the documents has changed: settings, or files that they import."""
        self.lint_others("")

    def lint_others(self, uri: str) -> None:
        """A document has changed on the disk, where others read it that import it."""
        for key, document in list(self._documents.items()):
            if key != same(uri):
                self._take(Document(document.uri, document.path, document.texts, document.cells))

    # --- what is asked ------------------------------------------------------------------------------------

    async def ask(self, uri: str, question: Callable[[Checked], _Answer]) -> _Answer | None:
        """The answer, worked out in the thread, of what was found in a document as it is; None for one not open.

        Where the document changes meanwhile, the answer is worked out again: places in another text help nobody.
        """
        while (checked := await self.checked(uri)) is not None:
            answer = await self.work_out(question, checked)
            if self.is_current(checked):
                return answer
        return None

    async def settled(self, uri: str) -> Checked | None:
        """What is to be told of a document: where it is no Python any more, only when it has been none for a while."""
        checked = await self.checked(uri)
        while checked is not None and self._may_pass(checked):
            await asyncio.sleep(PATIENCE)
            now = await self.checked(uri)
            if now is checked:
                break
            checked = now
        if checked is not None and self.is_current(checked):
            self._told[same(checked.document.uri)] = checked
        return checked

    def _may_pass(self, checked: Checked) -> bool:
        """Whether there are other mistakes in the text than it had when it was last told of."""
        told = self._told.get(same(checked.document.uri))
        errors = [str(error) for error in checked.report.errors]
        return bool(errors) and told is not None and errors != [str(error) for error in told.report.errors]

    async def checked(self, uri: str) -> Checked | None:
        """What was found in a document, or in the notebook of a cell, as it is now."""
        key = self._notebook_of.get(same(uri), same(uri))
        while key in self._documents:
            checked = self._checked.get(key)
            if checked is not None and self.is_current(checked):
                return checked
            self._want(key)
            assert self._turn is not None
            await asyncio.shield(self._turn)
        return None

    async def work_out(self, question: Callable[[Checked], _Answer], checked: Checked) -> _Answer:
        """An answer of what was found in a document that may have changed since."""
        return await self._worker.do(question, checked)

    def is_current(self, checked: Checked) -> bool:
        """Whether the document is still the one that was linted."""
        return self._documents.get(same(checked.document.uri)) is checked.document

    # --- linting ------------------------------------------------------------------------------------------

    def _want(self, key: str) -> None:
        """Have a document linted, before those that wait already: it is the one that somebody looks at."""
        now = asyncio.get_running_loop().time()
        self._pending[key] = self._pending.pop(key, now + self._pause(key))
        self._wanted.set()
        if self._work is None or self._work.done():
            self._turn = asyncio.get_running_loop().create_future()
            self._work = asyncio.create_task(self._lint_pending())

    def _pause(self, key: str) -> float:
        """Seconds that a document waits after a change, for others that may follow."""
        former = self._checked.get(key)
        if former is None or former.seconds <= _AT_ONCE:
            return 0.0
        return min(former.seconds, _LONGEST_PAUSE)

    async def _lint_pending(self) -> None:
        while self._pending:
            now = asyncio.get_running_loop().time()
            key = next((key for key, due in reversed(self._pending.items()) if due <= now), None)
            if key is None:
                await self._rest(min(self._pending.values()) - now)
                continue
            self._pending.pop(key)
            former = self._checked.get(key)
            document = self._documents.get(key)
            if document is not None and (former is None or former.document is not document):
                try:
                    await self._lint(key, document)
                except Exception as error:  # nobody is to wait for what never comes
                    self._documents.pop(key, None)
                    self._audience.log(str(Failure.of(document.path, "linting", error)))
            done, self._turn = self._turn, asyncio.get_running_loop().create_future()
            assert done is not None
            done.set_result(None)

    async def _rest(self, seconds: float) -> None:
        """Wait as long, or until another document is wanted."""
        self._wanted.clear()
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._wanted.wait(), seconds)

    async def _lint(self, key: str, document: Document) -> None:
        checked = await self._worker.do(self._linter.check, document, self.units)
        if not self.is_current(checked):
            return
        self._checked[key] = checked
        for failure in checked.report.failures:
            self._audience.log(str(failure))
        if self._may_pass(checked):
            asyncio.get_running_loop().call_later(PATIENCE, self._tell, checked)
        else:
            self._tell(checked)

    def _tell(self, checked: Checked) -> None:
        """Whatever goes wrong there, other documents are linted."""
        if self.is_current(checked):
            self._told[same(checked.document.uri)] = checked
            try:
                self._audience.checked(checked)
            except Exception as error:
                self._audience.log(str(Failure.of(checked.document.path, "telling what was found", error)))

"""The language server: what it answers to, one function a message."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from lint_keras_acc import __version__
from lint_keras_acc.lsp.checked import Checked
from lint_keras_acc.lsp.diagnostics import SOURCE, Shown, diagnostics, pulled
from lint_keras_acc.lsp.positions import Units
from lint_keras_acc.lsp.processes import is_alive
from lint_keras_acc.lsp.protocol import Protocol
from lint_keras_acc.lsp.requests import CODE_ACTIONS, Asked, actions_at, hover_at, resolved, uri_of_action
from lint_keras_acc.lsp.session import Session
from lint_keras_acc.lsp.uris import path_of
from lint_keras_acc.lsp.workspace import SECTION, SettingsOfFiles
from lint_keras_acc.project import forget_pins
from lint_keras_acc.source import UNNAMED

# Cells of Python in notebooks of any kind.
_NOTEBOOKS = types.NotebookDocumentSyncOptions(
    [types.NotebookDocumentFilterWithCells([types.NotebookCellLanguage("python")])], save=True
)
# What settings, the Keras generation and imported models are read from.
_WATCHED = (
    "**/*.py",
    "**/{pyproject.toml,setup.cfg,Pipfile,environment.yml,environment.yaml}",
    "**/{uv.lock,poetry.lock,Pipfile.lock}",
    "**/requirements*.{txt,in}",
)
# Seconds between two looks at whether the editor is still there.
_WATCH = 2.0
# Seconds without a change after which the edits of fixes are worked out and told too.
_LEISURE = 0.3


class Server(LanguageServer):
    """A server for one client: its session, and what it can show."""

    protocol: Protocol

    def __init__(self) -> None:
        super().__init__(
            SOURCE,
            __version__,
            notebook_document_sync=_NOTEBOOKS,
            protocol_cls=Protocol,
        )
        self.session = Session(self, SettingsOfFiles(self.warn))
        self.shown = Shown()
        self.client = types.ClientCapabilities()
        self.asked = Asked()
        self.loop = asyncio.get_running_loop()
        self.stopped: asyncio.Future[int] = self.loop.create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        _answer(self)

    @property
    def pulls(self) -> bool:
        """Whether the client asks for diagnostics: then it is not sent any, or would show them twice."""
        return bool(self.client.text_document and self.client.text_document.diagnostic)

    def stop(self, status: int) -> None:
        """End the server, unless it has ended already."""
        if not self.stopped.done():
            self.stopped.set_result(status)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done that nobody waits for; where it fails, that is told."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.log(f"internal error: {type(error).__name__}: {error}")

    # --- what the session has to say ------------------------------------------------------------------------

    def checked(self, checked: Checked) -> None:
        """Tell the client what was found: at once without the edits of fixes, and with them when there is time."""
        if self.pulls:
            return
        self._publish(checked, diagnostics(checked, self.shown, with_edits=False))
        if self.shown.data and any(finding.fix for finding in checked.report.findings):
            self.loop.call_later(_LEISURE, lambda: self.start(self._publish_edits(checked)))

    async def _publish_edits(self, checked: Checked) -> None:
        if self.session.is_current(checked):
            told = await self.session.work_out(partial(diagnostics, shown=self.shown, with_edits=True), checked)
            if self.session.is_current(checked):
                self._publish(checked, told)

    def _publish(self, checked: Checked, told: dict[str, list[types.Diagnostic]]) -> None:
        for text in checked.document.texts:
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(text.uri, told[text.uri], text.version)
            )

    def closed(self, uris: Sequence[str]) -> None:
        """Take back what the client was told of texts that are open no more."""
        if not self.pulls:
            for uri in uris:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def log(self, message: str) -> None:
        """A failure of ours: for the log of the client, and no reason to stop."""
        self._say(types.MessageType.Error, message)

    def warn(self, message: str) -> None:
        """A mistake of the user's, who should see it. It may be met in any thread."""
        self.loop.call_soon_threadsafe(
            self.window_show_message, types.ShowMessageParams(types.MessageType.Warning, message)
        )

    def _say(self, kind: types.MessageType, message: str) -> None:
        self.window_log_message(types.LogMessageParams(kind, message))

    def report_server_error(self, error: Exception, source: object) -> None:
        self.log(f"internal error: {type(error).__name__}: {error}")


def _answer(server: Server) -> None:
    """Register what the server answers to."""
    session = server.session

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        if params.process_id is not None:
            server.start(_watch(server, params.process_id))
        server.client = params.capabilities
        server.shown = Shown.by(params.capabilities)
        server.asked = Asked.by(params.capabilities)
        session.units = Units(server.workspace.position_encoding)
        session.settings.start_at(_root(params))
        session.settings.start_with(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        registrations = list(_registrations(server.client))
        if registrations:
            server.client_register_capability(types.RegistrationParams(registrations))
        if can_be_asked() and session.settings.give(await asked_for_settings()):
            look_again()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        """Take the settings that the editor sends; where it sends none, or those of others, those that it has."""
        given: object = params.settings
        is_for_us = isinstance(given, dict) and SECTION in given
        if not is_for_us and can_be_asked():
            given = await asked_for_settings()
        session.settings.give(given)
        look_again()

    def can_be_asked() -> bool:
        return bool(server.client.workspace and server.client.workspace.configuration)

    async def asked_for_settings() -> object:
        """The settings that the editor has; None where it has none, or cannot say."""
        items = [types.ConfigurationItem(section=SECTION)]
        try:
            answer: object = await server.workspace_configuration_async(types.ConfigurationParams(items))
        except JsonRpcException as error:
            server.log(f"the editor does not tell its settings: {error}")
            return None
        return answer[0] if isinstance(answer, Sequence) and answer else None

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def did_change_workspace_folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        folders = server.workspace.folders.values()
        session.settings.start_at(next((_folder(folder.uri) for folder in folders), None))
        look_again()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: types.DidChangeWatchedFilesParams) -> None:
        look_again()

    def look_again() -> None:
        """Something beside the documents has changed that they depend on."""
        forget_pins()
        session.lint_again()
        workspace = server.client.workspace
        if server.pulls and workspace and workspace.diagnostics and workspace.diagnostics.refresh_support:
            server.workspace_diagnostic_refresh(None)

    @server.feature(types.EXIT)
    def exit(_: None) -> None:
        server.stop(0 if server.protocol.is_shut_down else 1)

    # --- documents --------------------------------------------------------------------------------------------

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        session.open_file(params.text_document)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        session.change_file(params.text_document, params.content_changes)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        session.close_file(params.text_document.uri)

    @server.feature(
        types.TEXT_DOCUMENT_DIAGNOSTIC,
        types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier=SOURCE),
    )
    async def diagnostic(params: types.DocumentDiagnosticParams) -> types.DocumentDiagnosticReport:
        checked = await session.settled(params.text_document.uri)
        if checked is None:
            return types.RelatedFullDocumentDiagnosticReport([])
        told = await session.work_out(partial(diagnostics, shown=server.shown, with_edits=True), checked)
        return pulled(told, params.text_document.uri, params.previous_result_id)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        session.lint_others(params.text_document.uri)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_OPEN)
    def notebook_did_open(params: types.DidOpenNotebookDocumentParams) -> None:
        session.open_notebook(params.notebook_document, params.cell_text_documents)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CHANGE)
    def notebook_did_change(params: types.DidChangeNotebookDocumentParams) -> None:
        session.change_notebook(params.notebook_document, params.change)

    @server.feature(types.NOTEBOOK_DOCUMENT_DID_CLOSE)
    def notebook_did_close(params: types.DidCloseNotebookDocumentParams) -> None:
        session.close_notebook(params.notebook_document.uri)

    # --- what is asked about a place --------------------------------------------------------------------------

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await session.ask(params.text_document.uri, partial(hover_at, params=params, asked=server.asked))

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, CODE_ACTIONS)
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        return await session.ask(params.text_document.uri, partial(actions_at, params=params, asked=server.asked))

    @server.feature(types.CODE_ACTION_RESOLVE)
    async def code_action_resolve(action: types.CodeAction) -> types.CodeAction:
        uri = uri_of_action(action)
        if uri is None:
            return action
        return await session.ask(uri, partial(resolved, action=action, asked=server.asked)) or action


async def _watch(server: Server, process: int) -> None:
    """Stop when the editor is gone: its end of the pipe may live on in another process that it has started."""
    while is_alive(process):
        await asyncio.sleep(_WATCH)
    server.stop(1)


def _registrations(client: types.ClientCapabilities) -> Iterator[types.Registration]:
    """What the client should tell besides, where it can be asked to."""
    able = client.workspace
    if able and able.did_change_watched_files and able.did_change_watched_files.dynamic_registration:
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        options: object = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        yield types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    if able and able.did_change_configuration and able.did_change_configuration.dynamic_registration:
        options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
        yield types.Registration("settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, options)


def _root(params: types.InitializeParams) -> str | None:
    """The first folder that is open."""
    folders = params.workspace_folders or []
    uri = folders[0].uri if folders else params.root_uri
    return _folder(uri) if uri else params.root_path


def _folder(uri: str) -> str | None:
    """The path of a folder that is one on this machine."""
    path = path_of(uri)
    return None if path == UNNAMED else path

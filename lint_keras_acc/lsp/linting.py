"""What the thread does with a document: the engine's findings in it, by the settings of its file."""

from __future__ import annotations

import gc
from dataclasses import replace
from time import thread_time

from lint_keras_acc.config import Settings
from lint_keras_acc.discovery import is_excluded
from lint_keras_acc.engine import Failure, Report
from lint_keras_acc.incremental import LiveSource
from lint_keras_acc.lsp.checked import Checked
from lint_keras_acc.lsp.documents import Document
from lint_keras_acc.lsp.positions import Units
from lint_keras_acc.lsp.uris import same
from lint_keras_acc.lsp.workspace import SettingsOfFiles
from lint_keras_acc.source import UNNAMED

# Seconds that a document may take. On the command line a file may take longer, since nobody types meanwhile.
_TIME_LIMIT = 5


class Linter:
    """The engine, with what it remembers of each document between two of its texts. All of it is of one thread."""

    def __init__(self, settings: SettingsOfFiles) -> None:
        self._settings = settings
        self._live: dict[str, LiveSource] = {}

    def prepare(self) -> None:
        """Load what linting needs, before there is anything to lint."""
        import lint_keras_acc.infer  # noqa: F401
        from lint_keras_acc.rules import source_rules

        source_rules()
        # None of that is garbage, ever: nobody has to look through it.
        gc.freeze()
        gc.enable()

    def check(self, document: Document, units: Units) -> Checked:
        """What is found in a document, as `lint-keras-acc check` would find it in a directory. It never fails."""
        start = thread_time()
        settings, source = Settings(), document.source
        try:
            settings = self._settings.of(document.path)
            settings = replace(settings, time_limit=min(settings.time_limit, _TIME_LIMIT))
            live = self._live_source(document, settings)
            if document.path != UNNAMED and is_excluded(document.path, settings):
                report = Report(document.path)
            else:
                report = self._without_known(live.lint_source(source), live)
                source = live.source or source
        except Exception as error:
            report = Report(document.path, failures=(Failure.of(document.path, "linting", error),))
        return Checked(document, settings, report, source, units, thread_time() - start)

    def _live_source(self, document: Document, settings: Settings) -> LiveSource:
        """What is remembered of the last text; nothing where the settings are others."""
        key = same(document.uri)
        live = self._live.get(key)
        if live is None or live.path != document.path or live.settings != settings:
            live = self._live[key] = LiveSource(document.path, settings)
        return live

    def _without_known(self, report: Report, live: LiveSource) -> Report:
        """The report without what the baseline knows."""
        baseline = self._settings.baseline(live.settings) if report.findings else None
        source = live.source
        if baseline is None or source is None:
            return report
        return baseline.left(report, lambda: source.programs()[0])

    def forget(self, uri: str) -> None:
        """Remember nothing of a document that is closed."""
        self._live.pop(same(uri), None)

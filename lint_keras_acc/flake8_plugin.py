"""The flake8 plugin: KAC codes from the tree that flake8 has parsed already."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lint_keras_acc import __version__

if TYPE_CHECKING:
    from lint_keras_acc.config import Settings
    from lint_keras_acc.findings import Finding
    from lint_keras_acc.keras_api.dialects import Dialect

# Any `.compile`: nothing of the linter is imported for a file that has none.
_GATE = ".compile"


class KerasAccuracyPlugin:
    """Tells flake8 what `lint-keras-acc check` finds. `# noqa` and per-file ignores are flake8's own."""

    name = "lint-keras-acc"
    version = __version__
    settings: Settings | None = None

    def __init__(self, tree: ast.Module, lines: Sequence[str], filename: str) -> None:
        self._tree = tree
        self._lines = lines
        self._filename = filename

    @classmethod
    def add_options(cls, option_manager: Any) -> None:
        """Add our options to flake8's own."""
        option_manager.add_option(
            "--keras-dialect",
            default=None,
            type=_dialect_name,
            parse_from_config=True,
            help="Keras generation to lint for, e.g. keras-3, tf.keras-2.4, keras-2.2 "
            "(default: what the project pins or the file shows, else the newest)",
        )
        option_manager.add_option(
            "--keras-hints",
            default=False,
            action="store_true",
            parse_from_config=True,
            help="also report findings for which a legitimate reading exists",
        )
        option_manager.add_option(
            "--no-keras-project-pins",
            default=False,
            action="store_true",
            parse_from_config=True,
            help="do not read the Keras version from requirement, project and lock files",
        )
        option_manager.add_option(
            "--keras-project-root",
            default=None,
            metavar="DIR",
            normalize_paths=True,
            parse_from_config=True,
            help="follow imports of modules below this directory (default: the nearest one above the file that has "
            "a pyproject.toml, setup.cfg or .git)",
        )
        option_manager.add_option(
            "--no-keras-project",
            default=False,
            action="store_true",
            parse_from_config=True,
            help="follow no imports: read no file but the one that is linted",
        )

    @classmethod
    def parse_options(cls, options: Any) -> None:
        """Keep what our options were set to."""
        from lint_keras_acc.config import Settings

        cls.settings = Settings(
            extend_select=_own_codes(options),
            hints=options.keras_hints,
            dialect=_dialect(options.keras_dialect),
            project_pins=not options.no_keras_project_pins,
            project_root=options.keras_project_root,
            no_project=options.no_keras_project,
        )

    def run(self) -> Iterator[tuple[int, int, str, type]]:
        """Line, 0-based column and `CODE message` of each finding."""
        if _GATE not in "".join(self._lines):
            return
        for finding in self._findings():
            yield finding.span.line, finding.span.column - 1, self._text(finding), type(self)

    def _findings(self) -> Sequence[Finding]:
        """What the engine finds; a defect of the linter is told on standard error and flake8 goes on."""
        try:
            from lint_keras_acc.config import Settings
            from lint_keras_acc.engine import each_place_once, lint_tree

            report = lint_tree(self._filename, self._tree, self._lines, self.settings or Settings())
        except Exception as error:
            print(f"{self._filename}: lint-keras-acc failed: {type(error).__name__}: {error}", file=sys.stderr)
            return ()
        for message in (*report.errors, *report.failures):
            print(f"lint-keras-acc: {message}", file=sys.stderr)
        return each_place_once(report.findings)

    @staticmethod
    def _text(finding: Finding) -> str:
        return f"{finding.code} {' '.join(finding.message.split())}"


def _own_codes(options: Any) -> tuple[str, ...]:
    """The rules that flake8 is told to select by their whole code: hints of such a rule are asked for."""
    written = [*(options.select or ()), *(getattr(options, "extend_select", None) or ())]
    codes = {code for code in written if code.startswith("KAC") and len(code) == len("KAC000")}
    if not codes:
        return ()
    from lint_keras_acc.rules import all_rules

    return tuple(rule.code for rule in all_rules() if rule.code in codes)


def _dialect(written: str | None) -> Dialect | None:
    if not written:
        return None
    from lint_keras_acc.keras_api.dialects import parse_dialect

    return parse_dialect(written)


def _dialect_name(written: str) -> str:
    """An argparse type: the name of a dialect, as it was written."""
    from argparse import ArgumentTypeError

    try:
        _dialect(written)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    return written

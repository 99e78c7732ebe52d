"""The fixes as a command of libcst.

`python -m libcst.tool codemod -x --no-format lint_keras_acc.codemod.FixCompile PATH`

Nothing else imports this module, since it brings libcst with it.
"""

from __future__ import annotations

import argparse
import os

import libcst as cst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from lint_keras_acc.config import Settings, find_settings, override
from lint_keras_acc.engine import lint_source
from lint_keras_acc.fixes import fix_source
from lint_keras_acc.source import SourceError, read_source


class FixCompile(CodemodCommand):
    """Repairs what `lint-keras-acc check --fix` repairs, with the settings of the project."""

    DESCRIPTION = "Repair compile() calls whose accuracy or loss is not what it seems."

    def __init__(self, context: CodemodContext, unsafe_fixes: bool = False, select: str | None = None) -> None:
        super().__init__(context)
        self.unsafe_fixes = unsafe_fixes
        self.select = select

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """The options of the command, which become arguments of the class."""
        arg_parser.add_argument(
            "--unsafe-fixes",
            action="store_true",
            help="also repair what changes the training or a key that is read",
        )
        arg_parser.add_argument("--select", metavar="RULES", help="the rules to apply (codes, prefixes, names)")

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """The module with all fixes applied; the same module where there are none."""
        path = self.context.filename or "stdin.py"
        settings = self._settings(path)
        try:
            source = read_source(path, tree.bytes)
        except SourceError as error:
            raise SkipFile(str(error)) from error
        result = fix_source(source, lambda changed: lint_source(changed, settings).findings, settings.unsafe_fixes)
        for skipped in result.skipped:
            span = skipped.finding.span
            self.context.warnings.append(
                f"{path}:{span.line}:{span.column}: {skipped.finding.code} was not fixed: {skipped.reason}"
            )
        return tree if result.data == source.data else cst.parse_module(result.data)

    def _settings(self, path: str) -> Settings:
        found = find_settings(os.path.dirname(path) or ".")
        selected = tuple(self.select.replace(",", " ").split()) if self.select else None
        settings = override(found, {"select": selected, "unsafe_fixes": self.unsafe_fixes or None})
        settings.check_selectors()
        return settings

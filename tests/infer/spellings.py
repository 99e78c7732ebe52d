"""The ways to spell the names of Keras: each turns a program with plain from-imports into another."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator

_IMPORT = re.compile(r"^([ \t]*)(from|import) keras\b([\w.]*)( as)?", re.MULTILINE)


def renamed(package: str) -> Callable[[str], str]:
    """`from package.layers import Dense`, `import package as keras`."""

    def respell(text: str) -> str:
        def one(match: re.Match[str]) -> str:
            indent, word, rest, named = match.groups("")
            plain = word == "import" and not rest and not named
            return f"{indent}{word} {package}{rest}{named}" + (" as keras" if plain else "")

        return _IMPORT.sub(one, text)

    return respell


def dotted(imported: str, package: str) -> Callable[[str], str]:
    """`import tensorflow as tf`, and every name in full: `tf.keras.layers.Dense`."""

    def respell(text: str) -> str:
        return _replace_names(text, imported, lambda module, name: f"{package}{module[5:]}.{name}".rstrip("."))

    return respell


def through_modules(statement: str, used: str) -> Callable[[str], str]:
    """`import keras.layers as keras_layers`, then `keras_layers.Dense`.

    Both patterns get the {module}, its {parent}, its {last} part, and all of it in one word, {flat}.
    """

    def parts(module: str) -> dict[str, str]:
        parent, _, last = module.rpartition(".")
        return {"module": module, "parent": parent, "last": last, "flat": module.replace(".", "_")}

    def respell(text: str) -> str:
        modules = {module for module, _ in _imported(text).values() if "." in module}
        imports = "; ".join(["import keras", *(statement.format(**parts(module)) for module in sorted(modules))])

        def name(module: str, member: str) -> str:
            if module not in modules:
                return f"keras.{member}".rstrip(".")
            return f"{used.format(**parts(module))}.{member}"

        return _replace_names(text, imports, name)

    return respell


def _imported(text: str) -> dict[str, tuple[str, str]]:
    """The names that the module imports from Keras, with their module and their name there."""
    found = {}
    for statement in _imports(text):
        for alias in statement.names:
            if isinstance(statement, ast.ImportFrom):
                found[alias.asname or alias.name] = (str(statement.module), alias.name)
            else:
                found[alias.asname or alias.name] = (alias.name, "")
    return found


def _imports(text: str) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in ast.parse(text).body:
        one_line = isinstance(statement, (ast.Import, ast.ImportFrom)) and statement.end_lineno == statement.lineno
        if one_line and re.match(r"(from|import) keras\b[^*]*$", ast.unparse(statement)):
            assert isinstance(statement, (ast.Import, ast.ImportFrom))
            yield statement


def _replace_names(text: str, imports: str, spell: Callable[[str, str], str]) -> str:
    """The program with other imports of Keras, and other words for the names that they bring."""
    names = _imported(text)
    skipped = {statement.lineno for statement in _imports(text)}
    lines = text.split("\n")
    last = ""
    found = []
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        line, column = token.start
        depth += (token.string in "([{") - (token.string in ")]}") if token.type == tokenize.OP else 0
        if token.type == tokenize.NAME and token.string in names and last != "." and line not in skipped:
            keyword = depth > 0 and re.match(r"\s*=[^=]", lines[line - 1][token.end[1] :])
            if not keyword:
                found.append((line, column, token.string))
        if token.type not in (tokenize.NL, tokenize.NEWLINE, tokenize.COMMENT):
            last = token.string
    for line, column, name in reversed(found):
        old = lines[line - 1]
        lines[line - 1] = old[:column] + spell(*names[name]) + old[column + len(name) :]
    for line in skipped:
        lines[line - 1] = imports if line == min(skipped) else ""
    return "\n".join(lines)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "keras": lambda text: text,
    "tensorflow.keras": renamed("tensorflow.keras"),
    "tf_keras": renamed("tf_keras"),
    "tensorflow.python.keras": renamed("tensorflow.python.keras"),
    "keras.api": renamed("keras.api"),
    "tensorflow.compat.v1.keras": renamed("tensorflow.compat.v1.keras"),
    "keras.layers.Dense": dotted("import keras", "keras"),
    "tf.keras.layers.Dense": dotted("import tensorflow as tf", "tf.keras"),
    "tfk.layers.Dense": dotted("import tensorflow.keras as tfk", "tfk"),
    "import keras.layers as keras_layers": through_modules("import {module} as {flat}", "{flat}"),
    "from keras import layers": through_modules("from {parent} import {last} as k_{last}", "k_{last}"),
}

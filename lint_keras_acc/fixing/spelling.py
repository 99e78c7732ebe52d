"""How a file spells a Keras name: by what it imports already, or by an import beside the others."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from lint_keras_acc.findings import Edit
from lint_keras_acc.fixing.text import Text
from lint_keras_acc.fixing.tree import extent_of
from lint_keras_acc.infer.symbols import canonical_path
from lint_keras_acc.source import Program, Source

ImportNode = ast.Import | ast.ImportFrom
_Function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_Definition = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_Comprehension = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

# The package through which a file reaches Keras. Names of different families must not be mixed in one model.
_FAMILY = re.compile(
    r"(?:tf_keras|keras_core|tensorflow(?:_core)?(?:\.\w+)*?\.keras|keras\._tf_keras\.keras|keras\.api|keras)\b"
)


@dataclass(frozen=True)
class Spelled:
    """The text of a name, and the edits that import what it begins with."""

    text: str
    imports: tuple[Edit, ...] = ()


@dataclass(frozen=True)
class _Bound:
    """A name that an import binds: the dotted path that it stands for, `*` as the name of a star import."""

    name: str
    path: str
    statement: ImportNode
    certain: bool


@dataclass(frozen=True)
class _Facts:
    """What the whole file says, whatever the place: the families that it uses, and names declared global."""

    families: tuple[str, ...]
    globals: frozenset[str]


def spell(source: Source, program: Program, path: tuple[ast.AST, ...], name: str) -> Spelled | None:
    """How to write a canonical name ('keras.metrics.AUC') at the last node of `path`, if there is a way."""
    names = _Names(program.tree, path)
    text = names.spelling(name)
    if text is not None:
        return Spelled(text)
    return _imported(source, program, names, name)


def imports_keras(program: Program) -> bool:
    """Whether anything in a program imports Keras, so that its names can be spelled there."""
    return bool(_facts(program.tree).families)


# --- what a name stands for ---------------------------------------------------------------------------------


class _Names:
    """The names that are visible at one place."""

    def __init__(self, module: ast.Module, path: tuple[ast.AST, ...]) -> None:
        self.module = module
        self.path = path
        self.facts = _facts(module)
        self.scopes = [node for node in path if isinstance(node, (ast.Module, *_Function))]
        self.locals = _local_names(path)
        self.place = (extent_of(path[-1]) or ((0, 0), (0, 0)))[0]

    def spelling(self, name: str) -> str | None:
        """The best spelling by what is imported: the shortest behind the imported name."""
        found = []
        for scope in self.scopes:
            for bound in _imports(scope, self.path):
                text = self._by(bound, name)
                if text is not None and self._is_of_the_file(bound.path):
                    found.append((text.count("."), self._rank(bound.path), text))
        return min(found)[2] if found else None

    def is_free(self, name: str) -> bool:
        """Nothing that is visible here, and nothing in the module, binds the name."""
        return (
            name not in self.locals
            and name not in self.facts.globals
            and name not in _stored(self.module)
            and all(bound.name != name for scope in self.scopes for bound in _imports(scope, self.path))
        )

    def _by(self, bound: _Bound, name: str) -> str | None:
        """The spelling of `name` through one import, if its name surely means that import here."""
        if not bound.certain or (extent_of(bound.statement) or (self.place,))[0] >= self.place:
            return None
        known = canonical_path(bound.path)
        if known == "tensorflow":
            known, rest = "", f".{name}"
        elif name == known or name.startswith(f"{known}."):
            rest = name[len(known) :]
        else:
            return None
        if bound.name == "*":
            first = rest[1:].partition(".")[0]
            reachable = known == "keras" or (known != "" and "." not in rest[1:])
            return rest[1:] if reachable and self.is_free(first) else None
        return bound.name + rest if self._means(bound) else None

    def _means(self, bound: _Bound) -> bool:
        """The name of an import is bound to nothing else where it is looked up."""
        if bound.name in self.facts.globals:
            return False
        for scope in reversed(self.scopes):
            same = [other for other in _imports(scope, self.path) if other.name == bound.name]
            if bound.name in _stored(scope) or (bound.name in self.locals and not same):
                return False
            if any(canonical_path(other.path) != canonical_path(bound.path) for other in same):
                return False
            if same:
                return any(other.statement is bound.statement for other in same)
        return False

    def _is_of_the_file(self, path: str) -> bool:
        return not self.facts.families or family_of(path) in self.facts.families

    def _rank(self, path: str) -> int:
        families = self.facts.families
        family = family_of(path)
        return families.index(family) if family in families else len(families)


def family_of(path: str) -> str | None:
    """'tensorflow.keras' for 'tensorflow.keras.layers', and for 'tensorflow' itself; None outside Keras."""
    family = _FAMILY.match(path)
    if family:
        return family.group()
    return f"{path}.keras" if canonical_path(path) == "tensorflow" else None


@lru_cache(maxsize=4)
def _facts(module: ast.Module) -> _Facts:
    families: Counter[str] = Counter()
    tensorflow: dict[str, str] = {}
    through_tensorflow: Counter[str] = Counter()
    declared: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, path in _imported_names(node):
                family = family_of(path)
                if canonical_path(path) == "tensorflow":
                    tensorflow[name] = path
                elif family:
                    families[family] += 1
        elif isinstance(node, ast.Attribute) and node.attr == "keras" and isinstance(node.value, ast.Name):
            through_tensorflow[node.value.id] += 1
    for name, count in through_tensorflow.items():
        if name in tensorflow:
            families[f"{tensorflow[name]}.keras"] += count
    if not families:
        families.update(f"{path}.keras" for path in tensorflow.values())
    return _Facts(tuple(family for family, _ in families.most_common()), frozenset(declared))


def _imported_names(node: ImportNode) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with the path that it stands for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (root, root)
    elif not node.level and node.module:
        for alias in node.names:
            if alias.name == "*":
                yield "*", node.module
            else:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
    else:
        for alias in node.names:
            yield alias.asname or alias.name, "." * node.level + alias.name


def _imports(scope: ast.AST, path: tuple[ast.AST, ...]) -> list[_Bound]:
    """The imports of a scope. Those of an `if` or a loop are certain only within it."""
    return list(_imports_of(getattr(scope, "body", ()), path, True))


def _imports_of(body: object, path: tuple[ast.AST, ...], certain: bool) -> Iterator[_Bound]:
    for statement in body if isinstance(body, list) else ():
        if isinstance(statement, (ast.Import, ast.ImportFrom)):
            for name, target in _imported_names(statement):
                yield _Bound(name, target, statement, certain)
        elif not isinstance(statement, _Definition) and not _is_for_types_only(statement):
            always = isinstance(statement, (ast.Try, ast.With, ast.AsyncWith)) or statement in path
            for block in blocks(statement):
                yield from _imports_of(block, path, certain and always)


def blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The lists of statements in a compound statement."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(statement, field, None)
        if isinstance(block, list) and block:
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _is_for_types_only(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.dump(statement.test)


@lru_cache(maxsize=64)
def _stored(scope: ast.AST) -> frozenset[str]:
    """The names that a scope binds by anything but an import."""
    return frozenset(_stored_in(getattr(scope, "body", ())))


def _stored_in(body: object) -> Iterator[str]:
    pending = list(body) if isinstance(body, list) else []
    while pending:
        node = pending.pop()
        if isinstance(node, _Definition):
            yield node.name
            pending += node.decorator_list
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest
        pending += ast.iter_child_nodes(node)


def _local_names(path: tuple[ast.AST, ...]) -> frozenset[str]:
    """The names that functions, classes and comprehensions around a place bind, imports left out."""
    names: set[str] = set()
    for node in path[1:]:
        if isinstance(node, _Function):
            arguments = node.args
            given = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
            names.update(argument.arg for argument in given)
            names.update(extra.arg for extra in (arguments.vararg, arguments.kwarg) if extra)
        if isinstance(node, _Definition):
            names |= _stored(node)
        if isinstance(node, _Comprehension):
            for generator in node.generators:
                names.update(part.id for part in ast.walk(generator.target) if isinstance(part, ast.Name))
    return frozenset(names)


# --- adding an import ---------------------------------------------------------------------------------------


class _Anchor(NamedTuple):
    """A statement of a block behind which an import of a family may go."""

    family: str
    block: list[ast.stmt]
    statement: ast.stmt


def _imported(source: Source, program: Program, names: _Names, name: str) -> Spelled | None:
    """The spelling of `name` once an import is added, in the family that the file uses most."""
    package, _, last = name.rpartition(".")
    for anchors in _anchors(names):
        spelled = _with_imports(source, program, names, anchors, package, last)
        if spelled is not None:
            return spelled
    return None


def _with_imports(
    source: Source, program: Program, names: _Names, anchors: list[_Anchor], package: str, last: str
) -> Spelled | None:
    """Add the import behind each of the anchors. It binds no name that the file has already."""
    module = package.rpartition(".")[2]
    for bound, text in ((last, last), (module, f"{module}.{last}"), ("keras", f"{package}.{last}")):
        if not names.is_free(bound):
            continue
        edits = []
        for anchor in anchors:
            if _last_line(anchor) < names.place[0]:
                statement = _import_statement(anchor.family, package, bound, last)
                edits.append(_line_behind(source, program, anchor, statement))
        if len(edits) == len(anchors) and all(edits):
            return Spelled(text, tuple(edit for edit in edits if edit))
    return None


def _import_statement(family: str, package: str, bound: str, last: str) -> str:
    """The import that binds `bound`: the name itself, its module, or Keras as a whole."""
    home = family + package[len("keras") :]
    if bound == last:
        return f"from {home} import {last}"
    if bound != "keras":
        return f"from {home.rpartition('.')[0]} import {bound}"
    if family == "keras":
        return "import keras"
    parent, _, child = family.rpartition(".")
    return f"from {parent} import keras" if child == "keras" else f"import {family} as keras"


def _anchors(names: _Names) -> Iterator[list[_Anchor]]:
    """Where an import may go, the best place first.

    Several statements at once stand in the arms of one `try`, where each arm needs the import.
    """
    families = names.facts.families
    if not families:
        return
    place = names.place
    module_body = _before(names.module.body, place)
    for body in (module_body, *(_before(_body(scope), place) for scope in names.scopes[1:])):
        for kind in (ast.ImportFrom, ast.Import):
            for family in families:
                beside = _first_group(body, kind, family)
                if beside:
                    yield [_Anchor(family, body, beside[-1])]
        for statement in reversed(body):
            if isinstance(statement, ast.Try):
                arms = list(_arms(statement, place))
                if arms:
                    yield arms
    header = [node for node in module_body if isinstance(node, (ast.Import, ast.ImportFrom))]
    if header:
        yield [_Anchor(families[0], module_body, header[-1])]


def _first_group(body: list[ast.stmt], kind: type[ImportNode], family: str) -> list[ast.stmt]:
    """The first imports of a family in a block, as far as nothing else stands between them."""
    found: list[ast.stmt] = []
    for node in body:
        if isinstance(node, kind) and _is_of(node, family):
            found.append(node)
        elif found and not isinstance(node, (ast.Import, ast.ImportFrom)):
            break
    return found


def _arms(statement: ast.Try, place: tuple[int, int]) -> Iterator[_Anchor]:
    """The last import of Keras in the body and in each handler of a `try`."""
    for block in (statement.body, *(handler.body for handler in statement.handlers)):
        for node in reversed(_before(block, place)):
            family = _family_of_import(node)
            if family:
                yield _Anchor(family, block, node)
                break


def _family_of_import(node: ast.stmt) -> str | None:
    if not isinstance(node, (ast.Import, ast.ImportFrom)):
        return None
    families: Iterable[str | None] = (family_of(path) for _, path in _imported_names(node))
    return next((family for family in families if family), None)


def _is_of(node: ImportNode, family: str) -> bool:
    return any(family_of(path) == family for _, path in _imported_names(node))


def _before(body: list[ast.stmt], place: tuple[int, int]) -> list[ast.stmt]:
    return [node for node in body if (node.lineno, node.col_offset) < place]


def _body(scope: ast.AST) -> list[ast.stmt]:
    body = getattr(scope, "body", None)
    return body if isinstance(body, list) else []


def _last_line(anchor: _Anchor) -> int:
    """The last line of the statements that begin on the line where the anchor ends."""
    line = anchor.statement.end_lineno or anchor.statement.lineno
    ends = (other.end_lineno or 0 for other in anchor.block if other.lineno == line)
    return max((line, *ends))


def _line_behind(source: Source, program: Program, anchor: _Anchor, statement: str) -> Edit | None:
    """Put a statement on a line of its own behind the lines of the anchor, with the same indentation."""
    span = program.span(anchor.statement)
    last_line = span.line + _last_line(anchor) - anchor.statement.lineno
    text = Text(source.cell_text(span.cell))
    indentation = text.text[text.line_start(span.line) : text.offset(span.line, span.column)]
    if indentation.strip():
        return None
    line_end = text.line_end(last_line)
    if line_end == len(text.text):
        newline = "\n" if source.is_notebook else source.newline
        return text.edit(source.path, span.cell, line_end, line_end, newline + indentation + statement)
    behind = text.line_start(last_line + 1)
    content = indentation + statement + text.text[line_end:behind]
    return text.edit(source.path, span.cell, behind, behind, content)

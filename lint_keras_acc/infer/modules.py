"""The modules of the project that a program imports: found on disk, read once, never run.

A program is followed into the files of its own project only: below the project's root, and never into installed
packages or virtual environments. Nothing is looked for before the value of an imported name is asked for.

Names are searched for as Python does when the program is run: beside the program first; then in the directories
above it up to the root, since it may be run from there; then in the `src` directories of all of these.
What is read is kept for the whole process, by path, and taken again only as long as the file is the same.
"""

from __future__ import annotations

import ast
import os
import re
import stat
import sys
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from lint_keras_acc.findings import Span
from lint_keras_acc.infer.scopes import Scope
from lint_keras_acc.source import UNNAMED, Program, SourceError, parse, read_bytes, read_source, split_lines

ROOT_FILES = ("pyproject.toml", "setup.cfg", ".git")

MAX_MODULES = 200  # that are read for one program
MAX_MODULE_BYTES = 1 << 19  # of one module
MAX_BYTES = 1 << 21  # of all modules that are read for one program
MAX_KEPT_BYTES = 1 << 22  # of all modules that a process keeps: a tree takes some 20 times the room of its text
MAX_DIRECTORIES = 24  # above a program, in which modules are looked for

# Libraries are known by their names, wherever they live: a folder `keras` of the project (of a project about
# Keras, say) is no Keras for us, and an absolute import of this name means the library.
_LIBRARIES = frozenset(
    "IPython PIL absl autokeras cv2 fastai gensim horovod imblearn jax joblib keras keras_core keras_cv keras_hub"
    " keras_nlp keras_tuner kerastuner kt lightgbm matplotlib mlflow nltk np_utils numba numpy optuna pandas plotly"
    " pyspark pytest pytorch_lightning ray regex scikeras scipy seaborn six skimage sklearn sqlalchemy statsmodels"
    " tensorboard tensorflow tensorflow_addons tensorflow_core tensorflow_datasets tensorflow_estimator"
    " tensorflow_hub tensorflow_probability tensorflow_text tensorflowjs tf_keras tflearn theano torch torchvision"
    " tqdm transformers wandb xgboost".split()
)
_INSTALLED = frozenset(
    {"site-packages", "dist-packages", "node_modules", ".venv", "venv", ".tox", ".nox", ".eggs", "__pypackages__"}
)

_NOWHERE = frozenset({UNNAMED, "stdin", "-", ""})  # what programs on standard input are called, by flake8 too


class Place(NamedTuple):
    """Where a module is: its file (None for a directory without `__init__.py`), and the directory of its submodules."""

    file: str | None
    directory: str | None

    @property
    def name(self) -> str:
        """The module's own name, without those of its packages."""
        return os.path.basename(self.directory or (self.file or "").removesuffix(".py"))


class Import(NamedTuple):
    """What an import statement names: a module, or a member (an attribute, else a submodule) of one."""

    place: Place
    member: str | None


@dataclass(eq=False)
class Module:
    """One file that has been read: its program and the scope of its names."""

    program: Program
    scope: Scope
    size: int


# --- reading ------------------------------------------------------------------------------------------------


class _Signature(NamedTuple):
    """What changes whenever a file does."""

    device: int
    inode: int
    size: int
    modified: int


class _Kept(NamedTuple):
    signature: _Signature
    data: bytes
    module: Module | None  # None for what is no Python


class ModuleCache:
    """The modules that a process has read; the least recently used are forgotten beyond a number of bytes."""

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0

    def module(self, path: str) -> Module | None:
        """The module in a file; None where it cannot be read, is no Python, or is too long."""
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_MODULE_BYTES:
            return None
        signature = _Signature(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        kept = self._kept.get(path)
        if kept is not None and kept.signature == signature:
            self._kept.move_to_end(path)
            return kept.module
        try:
            data = read_bytes(path)
        except SourceError:
            return None
        module = kept.module if kept is not None and kept.data == data else _parsed(path, data)
        self._keep(path, _Kept(signature, data, module))
        return module

    def _keep(self, path: str, kept: _Kept) -> None:
        former = self._kept.pop(path, None)
        self._bytes += len(kept.data) - (len(former.data) if former is not None else 0)
        self._kept[path] = kept
        while self._bytes > self._max_bytes and len(self._kept) > 1:
            self._bytes -= len(self._kept.popitem(last=False)[1].data)


def _parsed(path: str, data: bytes) -> Module | None:
    if len(data) > MAX_MODULE_BYTES:  # it has grown since it was looked at
        return None
    try:
        text = read_source(path, data).text
        program = Program(path, parse(path, text), split_lines(text))
    except SourceError:
        return None
    return Module(program, Scope(program.tree, None), len(data))


_CACHE = ModuleCache()


# --- finding ------------------------------------------------------------------------------------------------

# `config.net.units = 3` and `setattr(config.net, "units", 3)`: the first name and the last.
_ASSIGNED = re.compile(r"^[ \t]*(\w+)(?:\.\w+)*\.(\w+)[ \t]*(?::[^=\n]+)?[-+*/|]?=(?!=)", re.MULTILINE)
_SETATTR = re.compile(r"^[ \t]*setattr\([ \t]*(\w+)(?:\.\w+)*[ \t]*,[ \t]*[\"'](\w+)", re.MULTILINE)
_IMPORTED = re.compile(r"\bimport\b[ \t]*(?:\(([^)]*)\)|([^\n]*))")
_WORD = re.compile(r"\w+")


def is_library(path: str) -> bool:
    """Whether a dotted name is one of a library that is known by its name."""
    return path.partition(".")[0] in _LIBRARIES


def project_root(directory: str) -> str:
    """The nearest directory upwards that has a pyproject.toml, a setup.cfg or a .git; else the directory itself."""
    start = inner = os.path.abspath(directory)
    while True:
        if any(os.path.exists(os.path.join(inner, name)) for name in ROOT_FILES):
            return inner
        outer = os.path.dirname(inner)
        if outer == inner:
            return start
        inner = outer


@dataclass
class Modules:
    """What one program imports from its project. `root` is the project's directory; it is looked for if None.

    A program that is outside the root, or itself in an installed package, imports nothing that is followed.
    """

    program: Program
    root: str | None = None
    cache: ModuleCache = field(default_factory=lambda: _CACHE)

    @classmethod
    def around(cls, program: Program, root: str | None = None) -> Modules | None:
        """What finds the modules around a program; None around one that has no place on disk."""
        return None if program.path in _NOWHERE else cls(program, root)

    def __post_init__(self) -> None:
        path = self.program.path
        self.is_absolute = os.path.isabs(path)
        self.file = os.path.abspath(path)
        self.directory = os.path.dirname(self.file)
        self._real_root: str | None = None
        self._read: dict[str, Module | None] = {}  # by path
        self._bytes = 0
        self._bases: dict[str, list[str]] = {}
        self._found: dict[tuple[str, str], Place | None] = {}
        self._inside: dict[str, bool] = {}
        self._imports: dict[tuple[str, str], Import | None] = {}
        self._holders: dict[int, tuple[ast.AST, Program]] = {}

    # --- names ----------------------------------------------------------------------------------------------

    @cached_property
    def set_by_program(self) -> frozenset[str]:
        """The attributes that the program sets on what it imports: `config.units = 3` there holds in all modules."""
        text = "\n".join(self.program.lines)
        set_on: dict[str, set[str]] = {}
        for assigned in (_ASSIGNED.finditer(text), _SETATTR.finditer(text)):
            for match in assigned:
                set_on.setdefault(match[1], set()).add(match[2])
        if not set_on:
            return frozenset()
        imported = set(_WORD.findall(" ".join(match[1] or match[2] for match in _IMPORTED.finditer(text))))
        return frozenset(name for owner, names in set_on.items() if owner in imported for name in names)

    def find(self, written: str, importer: str | None = None) -> Import | None:
        """What `a.b.c`, or `..b.c` relative to the file `importer` (the program's own if None), names.

        None where that is no module of the project.
        """
        key = written, importer or self.file
        if key not in self._imports:
            self._imports[key] = self._named(*key)
        return self._imports[key]

    def _named(self, written: str, importer: str) -> Import | None:
        path = written.lstrip(".")
        level = len(written) - len(path)
        names = path.split(".") if path else []
        if level:
            directory = os.path.dirname(importer)
            for _ in range(level - 1):
                directory = os.path.dirname(directory)
            place: Place | None = self._package(directory)
        else:
            place = self._top(names.pop(0), os.path.dirname(importer))
        while place is not None and len(names) > 1:
            place = self.submodule(place, names.pop(0))
        return None if place is None else Import(place, names[0] if names else None)

    def place(self, written: str, importer: str | None = None) -> Place | None:
        """The module that `from a.b import *` names; None where that is no module of the project."""
        found = self.find(written, importer)
        if found is None or found.member is None:
            return None if found is None else found.place
        return self.submodule(found.place, found.member)

    def submodule(self, place: Place, name: str) -> Place | None:
        """A module in a package; None where there is none."""
        if place.directory is None:
            return None
        return self._module_in(place.directory, name) or self._bare_package(place.directory, name)

    def _top(self, name: str, directory: str) -> Place | None:
        """The module of an absolute import that stands in a file of this directory."""
        if name in _LIBRARIES:
            return None
        key = directory, name
        if key not in self._found:
            self._found[key] = self._search(name, directory)
        return self._found[key]

    def _search(self, name: str, directory: str) -> Place | None:
        if name in sys.stdlib_module_names:  # only what stands beside the script that is run comes before these
            return None if _is_package(self.directory) else self._module_in(self.directory, name)
        bases = self._search_path(self.directory)
        if directory != self.directory:
            bases = [*bases, *(base for base in self._search_path(directory) if base not in bases)]
        for base in bases:
            found = self._module_in(base, name)
            if found is not None:
                return found if self._is_certain(found, name) else None
        return next((found for base in bases if (found := self._bare_package(base, name)) is not None), None)

    def _is_certain(self, found: Place, name: str) -> bool:
        """Inside a package a name may mean the file beside the program or one of the package's surroundings."""
        if not _is_package(self.directory):
            return True
        return self._module_in(self.directory, name) in (None, found)

    def _search_path(self, directory: str) -> list[str]:
        """The directories that modules are looked for in, the first first."""
        known = self._bases.get(directory)
        if known is not None:
            return known
        above: list[str] = []
        inner = directory
        while len(above) < MAX_DIRECTORIES and self._is_inside(inner):
            above.append(inner)
            outer = os.path.dirname(inner)
            if outer == inner:
                break
            inner = outer
        if above and _is_package(directory):
            above.append(above.pop(0))  # a program of a package is rather run from outside of it
        sources = [source for base in above if os.path.isdir(source := os.path.join(base, "src"))]
        self._bases[directory] = above + sources
        return self._bases[directory]

    def _module_in(self, directory: str, name: str) -> Place | None:
        """A regular module or package of a directory; a package comes first, as it does for Python."""
        path = os.path.join(directory, name)
        init = os.path.join(path, "__init__.py")
        if os.path.isfile(init):
            return Place(init, path) if self._is_inside(path) else None
        file = f"{path}.py"
        return Place(file, None) if os.path.isfile(file) and self._is_inside(file) else None

    def _bare_package(self, directory: str, name: str) -> Place | None:
        """A directory without `__init__.py`, which Python takes for a package where nothing else has the name."""
        path = os.path.join(directory, name)
        return Place(None, path) if os.path.isdir(path) and self._is_inside(path) else None

    def _package(self, directory: str) -> Place | None:
        if not self._is_inside(directory):
            return None
        return Place(os.path.join(directory, "__init__.py") if _is_package(directory) else None, directory)

    def _is_inside(self, path: str) -> bool:
        """Whether a path belongs to the project: links may not lead out, and installed packages are not its own."""
        known = self._inside.get(path)
        if known is None:
            known = self._inside[path] = self._belongs(path)
        return known

    def _belongs(self, path: str) -> bool:
        if self._real_root is None:
            self._real_root = os.path.realpath(project_root(self.directory) if self.root is None else self.root)
        real = os.path.realpath(path)
        prefix = self._real_root.rstrip(os.sep) + os.sep
        if real != self._real_root and not real.startswith(prefix):
            return False
        if not _INSTALLED.isdisjoint(real.split(os.sep)):
            return False
        inner = real
        while len(inner) >= len(prefix):
            if os.path.exists(os.path.join(inner, "pyvenv.cfg")):
                return False
            inner = os.path.dirname(inner)
        return True

    # --- contents -------------------------------------------------------------------------------------------

    def read(self, place: Place) -> Module | None:
        """The module at a place; None where there is no file, it cannot be read, or too much has been read."""
        if place.file is None:
            return None
        path = place.file if self.is_absolute else os.path.relpath(place.file)
        if path in self._read:
            return self._read[path]
        module = None
        if len(self._read) < MAX_MODULES and self._bytes < MAX_BYTES:
            module = self.cache.module(path)
        if module is not None:
            self._bytes += module.size
        self._read[path] = module
        return module

    def is_program(self, place: Place) -> bool:
        """Whether a place is the file of the program itself."""
        return place.file is not None and os.path.realpath(place.file) == self.real_file

    @cached_property
    def real_file(self) -> str:
        return os.path.realpath(self.file)

    def span(self, node: ast.AST) -> Span:
        """Where a node of the program, or of a module that was read for it, stands."""
        if not self._read:
            return self.program.span(node)
        known = self._holders.get(id(node))
        if known is None:
            holder = self.program  # as most are of it, it is asked first
            if not holds(holder.tree, node):
                read = (module.program for module in self._read.values() if module is not None)
                holder = next((program for program in read if holds(program.tree, node)), holder)
            known = self._holders[id(node)] = (node, holder)  # the node too, so that its id stays its own
        return known[1].span(node)


def _is_package(directory: str) -> bool:
    return os.path.isfile(os.path.join(directory, "__init__.py"))


def holds(tree: ast.Module, node: ast.AST) -> bool:
    """Whether a node belongs to a tree: looked for only where its lines say that it may stand."""
    line: int | None = getattr(node, "lineno", None)
    if line is None:
        return False
    body = tree.body
    last = bisect_right(body, line, key=lambda statement: statement.lineno)
    stack: list[ast.AST] = [*_ending_at(body, last, line), *body[last : last + 1]]  # decorators stand before it
    while stack:
        current = stack.pop()
        if current is node:
            return True
        stack += (child for child in ast.iter_child_nodes(current) if _may_hold(child, line))
    return False


def _ending_at(body: list[ast.stmt], last: int, line: int) -> Iterator[ast.stmt]:
    """The statements before an index that reach to a line."""
    for statement in reversed(body[:last]):
        if (statement.end_lineno or statement.lineno) < line:
            return
        yield statement


def _may_hold(node: ast.AST, line: int) -> bool:
    first: int | None = getattr(node, "lineno", None)
    if first is None or getattr(node, "decorator_list", None):
        return True  # arguments, keywords of comprehensions and the like have no place of their own
    return first <= line <= (getattr(node, "end_lineno", None) or first)

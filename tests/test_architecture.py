"""The floors of the house: each module imports from its own floor and those below; what imports cost."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

import lint_keras_acc

ROOT = Path(lint_keras_acc.__file__).parent
PACKAGE = "lint_keras_acc"
# The longest prefix of a module's name decides.
FLOORS = {
    "": 0,
    "keras_api": 0,
    "records": 0,
    "findings": 1,
    "sites": 1,
    "source": 1,
    "notebook": 1,
    "tokens": 1,
    "infer": 2,
    "reading": 2,
    "runtime.accuracy": 2,
    "runtime.blocks": 2,
    "runtime.kernels": 2,
    "runtime.observe": 2,
    "runtime.reader": 2,
    "runtime.rows": 2,
    "runtime.semantics": 2,
    "runtime.shapes": 2,
    "runtime.tallies": 2,
    "saved": 2,
    "rules": 3,
    "agreement": 4,
    "baseline": 4,
    "config": 4,
    "discovery": 4,
    "engine": 4,
    "fixes": 4,
    "fixing": 4,
    "incremental": 4,
    "project": 4,
    "silencing": 4,
    "suppressions": 4,
    "verdicts": 4,
    "render": 5,
    "arrow": 5,
    "cli": 5,
    "codemod": 5,
    "flake8_plugin": 5,
    "lsp": 5,
    "runtime": 5,
    "__main__": 5,
}
HEAVY = {
    "pyarrow",
    "pygls",
    "lsprotocol",
    "numpy",
    "keras",
    "tensorflow",
    "torch",
    "jax",
    "tf_keras",
    "h5py",
    "rich",
    "matplotlib",
}
# What is imported by a name that is known at run time only.
CHOSEN_BY_USERS = ("keras", "tf_keras")
# Who may import what is heavy; all others may not, not even within a function or by a string. A live model has
# brought its own Keras: only what loads models from files imports one.
ALLOWED = {
    "arrow": {"pyarrow"},
    "lsp": {"pygls", "lsprotocol"},
    "runtime": {"numpy"},
    "runtime.render": {"numpy", "rich", "matplotlib"},
    "runtime.loading": {"numpy", "keras", "tf_keras", "h5py"},
    "saved.hdf5_attributes": {"h5py"},
}
MODULES = sorted(ROOT.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def longest_prefix(name: str, table: Collection[str]) -> str | None:
    """The entry of the table that names this module or the package nearest around it."""
    parts = name.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in table), None)


def floor(name: str) -> int:
    prefix = longest_prefix(name, FLOORS)
    return FLOORS[prefix or ""]


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere, except for type checking."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__"):
            yield from modules_named_by(node.args[0])
        yield from imports(node)


def modules_named_by(argument: ast.expr) -> Iterator[str]:
    """The module that a string names; nothing for one below the asking package; for a variable all that it may be."""
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif not (isinstance(argument, ast.JoinedStr) and ast.unparse(argument)[2:].startswith("{__name__}.")):
        yield from CHOSEN_BY_USERS


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import numpy", ["numpy"]),
        ("from rich import table", ["rich", "rich.table"]),
        ("def f():\n    return import_module('keras').Model", ["keras"]),
        ("x = importlib.import_module('tensorflow.keras')", ["tensorflow.keras"]),
        ("import_module(name)", ["keras", "tf_keras"]),
        ("import_module(f'{__name__}.{home}')", []),
        ("if TYPE_CHECKING:\n    import torch", []),
    ],
)
def test_imports_are_seen_in_every_form(source: str, found: list[str]) -> None:
    assert list(imports(ast.parse(source))) == found


def test_every_module_has_a_floor() -> None:
    assert {module_name(path).split(".")[0] for path in MODULES} <= set(FLOORS)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_down(path: Path) -> None:
    own = floor(module_name(path))
    for imported in imports(ast.parse(path.read_bytes())):
        if imported.startswith(PACKAGE + "."):
            below = imported.removeprefix(PACKAGE + ".")
            if below.split(".")[0] in FLOORS:
                assert floor(below) <= own, f"{module_name(path)} imports {imported}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_nothing_heavy_is_imported(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    roots = {imported.split(".")[0] for imported in imports(tree)}
    allowed = ALLOWED.get(longest_prefix(module_name(path), ALLOWED) or "", set())
    assert not roots & HEAVY - allowed
    if module_name(path) != "codemod":
        top = {imported.split(".")[0] for node in tree.body for imported in imports(ast.Module([node], []))}
        inside = {
            imported.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            for imported in imports(node)
        }
        assert "libcst" not in top - inside


def loaded_by(code: str) -> set[str]:
    """The modules that are there after `code` and were not before."""
    program = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*(set(sys.modules) - before), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent)
    return set(done.stderr.split())


def roots(modules: set[str]) -> set[str]:
    return {module.split(".")[0] for module in modules}


def test_the_version_costs_nothing() -> None:
    loaded = loaded_by("from lint_keras_acc.__main__ import main\nmain(['--version'])")
    assert loaded <= {PACKAGE, f"{PACKAGE}.__main__", "__future__"}


def test_the_plugin_costs_little() -> None:
    loaded = loaded_by("import lint_keras_acc.flake8_plugin")
    assert {module for module in loaded if module.startswith(PACKAGE)} == {
        PACKAGE,
        f"{PACKAGE}.flake8_plugin",
    }


def test_a_file_without_compile_calls_loads_no_rules() -> None:
    code = (
        "import ast\nfrom lint_keras_acc.flake8_plugin import KerasAccuracyPlugin as Plugin\n"
        "assert not list(Plugin(ast.parse('x = 1'), ['x = 1'], 'x.py').run())\n"
        "from lint_keras_acc.cli import main\n"
        f"assert main(['check', '--isolated', {str(Path(lint_keras_acc.__file__))!r}]) == 0"
    )
    loaded = loaded_by(code)
    assert not {module for module in loaded if module.startswith((f"{PACKAGE}.rules", f"{PACKAGE}.infer"))}


def test_linting_loads_nothing_heavy() -> None:
    code = (
        "import ast\nfrom lint_keras_acc.flake8_plugin import KerasAccuracyPlugin as Plugin\n"
        "text = 'import keras\\nm = keras.Sequential([keras.layers.Dense(1)])\\n"
        'm.compile(loss="mse", metrics=["accuracy"])\'\n'
        "assert list(Plugin(ast.parse(text), text.splitlines(), 'x.py').run())"
    )
    assert not roots(loaded_by(code)) & (HEAVY | {"libcst", "pathspec", "importlib_metadata"})

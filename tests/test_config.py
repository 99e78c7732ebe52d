"""Settings, the files that a run finds, and the Keras that a project pins."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lint_keras_acc.config import ConfigError, Settings, find_settings, override, read_settings
from lint_keras_acc.discovery import discover, is_excluded
from lint_keras_acc.keras_api.dialects import parse_dialect
from lint_keras_acc.project import project_dialect


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def settings_of(tmp_path: Path, section: str) -> Settings:
    write(tmp_path, {"pyproject.toml": f"[tool.lint-keras-acc]\n{section}\n"})
    settings = find_settings(str(tmp_path))
    settings.check_selectors()
    return settings


# --- pyproject.toml -----------------------------------------------------------------------------------------


def test_every_setting(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        """
        select = ["KAC1", "softmax-on-one-unit"]
        extend-select = ["KAC2"]
        ignore = ["KAC109"]
        hints = true
        dialect = "keras-2.2"
        exclude = ["old/"]
        extend-exclude = ["*_old.py"]
        force-exclude = true
        output-format = "json"
        fix = false
        unsafe-fixes = true
        statistics = true
        exit-zero = true
        jobs = 3
        project-pins = false
        [tool.lint-keras-acc.per-file-ignores]
        "tests/*" = ["KAC1"]
        """,
    )
    assert settings == Settings(
        select=("KAC1", "softmax-on-one-unit"),
        extend_select=("KAC2",),
        ignore=("KAC109",),
        hints=True,
        dialect=parse_dialect("keras-2.2"),
        exclude=("old/",),
        extend_exclude=("*_old.py",),
        force_exclude=True,
        per_file_ignores=(("tests/*", ("KAC1",)),),
        output_format="json",
        unsafe_fixes=True,
        statistics=True,
        exit_zero=True,
        jobs=3,
        root=str(tmp_path),
        project_pins=False,
    )


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("selct = []", "unknown setting 'selct'; did you mean 'select'?"),
        ("unsafe_fixes = true", "unknown setting 'unsafe_fixes'; did you mean 'unsafe-fixes'?"),
        ("zzz = 1", "unknown setting 'zzz'$"),
        ("select = 'KAC1'", "select: must be a list of strings, not 'KAC1'"),
        ("select = [1]", "select: must be a list of strings"),
        ("hints = 'yes'", "hints: must be true or false, not 'yes'"),
        ("jobs = 0", "jobs: must be a whole number"),
        ("jobs = true", "jobs: must be a whole number"),
        ("output-format = 'xml'", "output-format: must be one of text, json"),
        ("dialect = 'keras-9'", "dialect: "),
        ("dialect = 3", "dialect: must be a string"),
        ("per-file-ignores = ['x']", "per-file-ignores: must be a table"),
        ("per-file-ignores = {x = 'KAC1'}", "per-file-ignores: 'x': must be a list of strings"),
        ("select = ['KAC999']", "pyproject.toml: select: unknown rule 'KAC999'; did you mean"),
        ("ignore = ['softmax-on-one-unti']", "ignore: .*did you mean 'softmax-on-one-unit'?"),
        ("select = ['']", "select: unknown rule ''"),
        ("per-file-ignores = {x = ['E501']}", "per-file-ignores: 'x': unknown rule 'E501'"),
        ("]", "cannot be read"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, section: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        settings_of(tmp_path, section)


def test_the_nearest_file_with_a_section_counts(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "pyproject.toml": "[tool.lint-keras-acc]\nhints = true",
            "sub/pyproject.toml": "[project]\nname = 'x'",
            "sub/own/pyproject.toml": "[tool.lint-keras-acc]",
            "sub/own/deep/x.py": "",
        },
    )
    assert find_settings(str(tmp_path / "sub")).hints
    assert not find_settings(str(tmp_path / "sub" / "own" / "deep")).hints


def test_a_given_file_must_have_the_section(tmp_path: Path) -> None:
    path = write(tmp_path, {"pyproject.toml": "[project]\n"}) / "pyproject.toml"
    with pytest.raises(ConfigError, match="has no section"):
        read_settings(str(path))
    with pytest.raises(ConfigError, match="no such file"):
        read_settings(str(path) + "x")


def test_the_command_line_overrides() -> None:
    settings = Settings(select=("KAC2",), extend_select=("KAC3",), ignore=("KAC1",), hints=True)
    assert override(settings, {"ignore": ("KAC4",), "hints": None, "paths": []}).ignore == ("KAC4",)
    assert override(settings, {"select": ("KAC1",)}) == Settings(select=("KAC1",), hints=True)


# --- files --------------------------------------------------------------------------------------------------


def found(root: Path, settings: Settings | None = None) -> list[str]:
    files = discover([str(root)], settings or Settings(root=str(root)))
    return [os.path.relpath(file.path, root) for file in files]


def test_python_files_and_notebooks(tmp_path: Path) -> None:
    write(tmp_path, dict.fromkeys(["b.py", "a.ipynb", "c.pyw", "d.pyi", "e.txt", "sub/f.py", "z.py"], ""))
    assert found(tmp_path) == ["a.ipynb", "b.py", "c.pyw", "z.py", "sub/f.py"]


def test_directories_that_hold_no_sources_of_ours(tmp_path: Path) -> None:
    write(tmp_path, {f"{name}/x.py": "" for name in (".git", ".venv", ".tox", ".eggs", "build", "dist")})
    write(tmp_path, {f"{name}/x.py": "" for name in ("node_modules", "__pycache__", ".ipynb_checkpoints")})
    write(tmp_path, {"env/x.py": "", "env/pyvenv.cfg": "", "builder/x.py": ""})
    assert found(tmp_path) == ["builder/x.py"]
    assert found(tmp_path / "env") == ["x.py"]
    assert found(tmp_path / "build") == ["x.py"]


def test_named_files_and_each_file_once(tmp_path: Path) -> None:
    write(tmp_path, {"build/x.py": "", "y.txt": "", "z.py": ""})
    named = [str(tmp_path / name) for name in ("build/x.py", "y.txt", "z.py")]
    files = list(discover([*named, str(tmp_path)], Settings()))
    assert [(file.path, file.named) for file in files] == [(path, True) for path in named]


def test_here_is_shown_without_a_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"x.py": "", "sub/y.py": ""})
    monkeypatch.chdir(tmp_path)
    assert [file.path for file in discover(["."], Settings())] == ["x.py", "sub/y.py"]


@pytest.mark.parametrize(
    ("settings", "files"),
    [
        (Settings(extend_exclude=("sub/",)), ["a.py"]),
        (Settings(extend_exclude=("*.py",)), []),
        (Settings(extend_exclude=("*.py", "!a.py")), ["a.py"]),
        (Settings(extend_exclude=("/b.py",)), ["a.py", "sub/b.py"]),
        (Settings(exclude=("a.py",)), ["build/c.py", "sub/b.py"]),
    ],
)
def test_excludes(tmp_path: Path, settings: Settings, files: list[str]) -> None:
    write(tmp_path, {"a.py": "", "sub/b.py": "", "build/c.py": ""})
    assert found(tmp_path, override(settings, {"root": str(tmp_path)})) == files


def test_ignore_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".git/info/exclude": "excluded.py\n",
            ".gitignore": "# comment\ndata/\n*_pb2.py\n!kept_pb2.py\n/top.py\n",
            "sub/.gitignore": "local.py\n!x_pb2.py\n",
            "elsewhere/.gitignore": "*\n",
            **dict.fromkeys(["a.py", "top.py", "x_pb2.py", "kept_pb2.py", "excluded.py", "data/d.py", "local.py"], ""),
            **dict.fromkeys(["sub/top.py", "sub/local.py", "sub/x_pb2.py", "sub/y_pb2.py", "elsewhere/e.py"], ""),
        },
    )
    below = ["top.py", "x_pb2.py"]
    assert found(tmp_path) == ["a.py", "kept_pb2.py", "local.py", *(f"sub/{name}" for name in below)]
    assert found(tmp_path / "sub") == below
    assert found(tmp_path / "data") == ["d.py"]


def test_ignore_files_of_another_project_do_not_count(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.py", "project/x.py": ""})
    assert found(tmp_path / "project") == ["x.py"]


def test_links(tmp_path: Path) -> None:
    write(tmp_path, {"sub/x.py": ""})
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "link.py").symlink_to(tmp_path / "sub" / "x.py")
    assert found(tmp_path) == ["link.py"]


def test_a_file_of_two_names_is_found_once(tmp_path: Path) -> None:
    write(tmp_path, {"sub/x.py": ""})
    (tmp_path / "y.py").symlink_to(tmp_path / "sub" / "x.py")
    (tmp_path / "other").symlink_to(tmp_path / "sub")
    named = [str(tmp_path / name) for name in ("other/x.py", "other", "sub/x.py", "y.py", "")]
    assert [file.path for file in discover(named, Settings())] == [str(tmp_path / "other" / "x.py")]


@pytest.mark.parametrize(
    ("path", "settings", "excluded"),
    [
        ("a.py", Settings(), False),
        ("build/a.py", Settings(), True),
        ("build", Settings(), True),
        ("build.py", Settings(), False),
        ("sub/.venv/deep/a.py", Settings(), True),
        ("build/a.py", Settings(exclude=("attic/",)), False),
        ("attic/sub/a.py", Settings(exclude=("attic/",)), True),
        ("attic", Settings(extend_exclude=("attic/",)), True),
        ("a.py", Settings(extend_exclude=("*.py", "!a.py")), False),
        (".", Settings(extend_exclude=("*",)), False),
        ("../build/a.py", Settings(), False),
    ],
)
def test_what_is_excluded(tmp_path: Path, path: str, settings: Settings, excluded: bool) -> None:
    root = tmp_path / "dist" / "project"
    for directory in ("build", "attic"):
        (root / directory).mkdir(parents=True)
    assert is_excluded(str(root / path), override(settings, {"root": str(root)})) is excluded


def test_a_link_to_itself_is_left_to_the_reader(tmp_path: Path) -> None:
    write(tmp_path, {"x.py": ""})
    (tmp_path / "loop.py").symlink_to("loop.py")
    assert found(tmp_path) == ["loop.py", "x.py"]


# --- pins ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "dialect"),
    [
        ({"requirements.txt": "numpy\nkeras==2.2.4  # old\n"}, "keras-2.2"),
        ({"requirements.txt": "Keras == 2.2.4 ; python_version < '3'\n"}, "keras-2.2"),
        ({"requirements.txt": "tensorflow[and-cuda]==2.4.1 --hash=sha256:00\n"}, "tf.keras-2.4"),
        ({"requirements-gpu.txt": "tensorflow-gpu==1.15\n"}, "tf.keras-1.15"),
        ({"requirements.txt": "tensorflow_cpu>=2.3,<2.4\n"}, "tf.keras-2.3"),
        ({"requirements.txt": "tensorflow>=2.3\n"}, None),
        ({"requirements.txt": "tensorflow\n"}, None),
        ({"requirements.txt": "# keras==2.2.4\nkeras-tuner==1.0\ntensorflow-hub==0.8\n"}, None),
        ({"requirements.txt": "tensorflow==2.4\n", "requirements-dev.txt": "tensorflow==2.3\n"}, None),
        ({"requirements.txt": "tensorflow==2.4\nkeras==2.2.4\n"}, "keras-2.2"),
        ({"requirements.txt": "keras<2.3\n", "requirements-lock.txt": "keras==2.1.6\n"}, "keras-2.1"),
        ({"requirements.txt": "keras==2.2.4\n", "requirements-dev.txt": "keras==2.2.5\n"}, "keras-2.2"),
        ({"setup.py": "setup(install_requires=['numpy', \"tensorflow==2.2.0\"])"}, "tf.keras-2.2"),
        (
            {"setup.cfg": "[options]\ninstall_requires =\n    numpy\n    tensorflow ~= 2.2.0\n"},
            "tf.keras-2.2",
        ),
        ({"pyproject.toml": "[project]\ndependencies = ['keras==3.4.1']"}, "keras-3.4"),
        ({"pyproject.toml": "[project.optional-dependencies]\ntf = ['tensorflow==2.9.*']"}, "tf.keras-2.9"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\ntensorflow = '2.9.1'"}, "tf.keras-2.9"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\ntensorflow = {version = '~2.9'}"}, "tf.keras-2.9"),
        ({"pyproject.toml": "no TOML ["}, None),
        ({"poetry.lock": "[[package]]\nname = 'tf-keras'\nversion = '2.17.0'"}, "tf_keras-2.17"),
        (
            {
                "uv.lock": "[[package]]\nname = 'keras'\nversion = '3.4.1'\n"
                "[package.dependencies]\ntensorflow = '==2.4'",
                "pyproject.toml": "[project]\ndependencies = ['keras<4']",
            },
            "keras-3.4",
        ),
        ({"Pipfile": "[packages]\nkeras = '==2.3.1'"}, "keras-2.3"),
        ({"Pipfile.lock": json.dumps({"default": {"keras": {"version": "==2.3.1"}}})}, "keras-2.3"),
        ({"environment.yml": "dependencies:\n  - tensorflow=2.1\n  - pip:\n    - numpy==1"}, "tf.keras-2.1"),
        ({"environment.yml": "dependencies:\n  - pip:\n    - keras==2.2.4"}, "keras-2.2"),
    ],
)
def test_pins(tmp_path: Path, files: dict[str, str], dialect: str | None) -> None:
    write(tmp_path, {**files, "src/package/x.py": ""})
    pinned = project_dialect(str(tmp_path / "src" / "package"))
    assert (pinned and pinned.name) == dialect
    assert pinned is None or pinned.origin == "pinned"


def test_pins_of_the_nearest_project(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "keras==2.2.4", "inner/.git/HEAD": "", "inner/x.py": ""})
    assert project_dialect(str(tmp_path / "inner")) is None

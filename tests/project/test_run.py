"""The one script, in a clone whose environment is ready: what it hands on, and from where."""

import importlib.machinery
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """As much of a clone as the script looks at; its `intermingle` says where it is and what it was told."""
    clone = tmp_path / "clone"
    for folder in ("requirements", "server/static", "client/node_modules", ".venv/bin"):
        (clone / folder).mkdir(parents=True)
    for name in ("pyproject.toml", "hatch_build.py", "requirements/run.txt", "server/static/index.html"):
        (clone / name).touch()
    shutil.copy(ROOT / "run", clone / "run")
    intermingle = clone / ".venv" / "bin" / "intermingle"
    intermingle.write_text('#!/bin/sh\necho "$PWD" "$@"\n')
    intermingle.chmod(0o755)
    script = loaded(clone / "run")
    script.stamp("python", [])
    script.stamp("run", [clone / "requirements" / "run.txt"])
    script.stamp("package", [clone / "pyproject.toml", clone / "hatch_build.py", *script.client_sources()])
    return clone


def loaded(path: Path) -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("run_script", str(path))
    spec = importlib.util.spec_from_loader("run_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    loader.exec_module(module)
    sys.dont_write_bytecode = writes_bytecode
    return module


def run(clone: Path, *arguments: str, cwd: Path) -> str:
    called = [sys.executable, str(clone / "run"), *arguments]
    return subprocess.run(called, cwd=cwd, capture_output=True, check=True, text=True).stdout.strip()


def test_files_are_named_as_seen_from_where_one_is(clone: Path, tmp_path: Path) -> None:
    assert run(clone, "plan", "people.csv", cwd=tmp_path) == f"{tmp_path} plan people.csv"


def test_a_warm_start_installs_nothing(clone: Path) -> None:
    assert run(clone, "demo", "--no-open", cwd=clone) == f"{clone} demo --no-open"
    assert not (clone / ".venv" / "pyvenv.cfg").exists()


def test_without_a_command_it_says_which_there_are(clone: Path) -> None:
    assert "./run demo" in run(clone, cwd=clone)

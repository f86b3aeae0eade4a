"""The locks: every package with its hash, and no address, so that any mirror serves."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PYTHON_LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def pins(lock: Path) -> dict[str, str]:
    """Each pinned package with its lines: "click" → "click==8.5.1 --hash=sha256:…"."""
    lines = re.sub(r"\\\n\s+", "", lock.read_text()).splitlines()
    return {re.split(r"==", line)[0]: line for line in lines if re.match(r"\w", line)}


def client_lock() -> dict[str, dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = json.loads((ROOT / "client/package-lock.json").read_text())[
        "packages"
    ]
    return {name: package for name, package in packages.items() if name}


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.name)
def test_a_python_lock_names_no_registry(lock: Path) -> None:
    assert not re.findall(r".*(?:://|--index|--find-links|\s@\s).*", lock.read_text())


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda lock: lock.name)
def test_every_pin_of_a_python_lock_has_a_hash(lock: Path) -> None:
    assert pins(lock)
    assert [
        name for name, line in pins(lock).items() if "--hash=sha256:" not in line or "==" not in line
    ] == []


def test_the_client_lock_names_no_registry() -> None:
    assert [name for name, package in client_lock().items() if "resolved" in package] == []


def test_every_package_of_the_client_lock_has_a_hash() -> None:
    assert client_lock()
    assert [
        name for name, package in client_lock().items() if "sha512-" not in package.get("integrity", "")
    ] == []


def test_what_runs_is_locked_the_same_for_tests() -> None:
    run, test = pins(ROOT / "requirements/run.txt"), pins(ROOT / "requirements/test.txt")
    versions = {name: line.split(" ")[0] for name, line in run.items()}
    assert versions == {name: test[name].split(" ")[0] for name in run}


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[~=<>; ]", wanted)[0] for wanted in project["dependencies"]}
    assert names <= set(pins(ROOT / "requirements/run.txt"))


def test_tests_use_what_the_pages_are_built_with() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    locked = {line.split(" ")[0] for line in pins(ROOT / "requirements/test.txt").values()}
    assert set(build) <= locked

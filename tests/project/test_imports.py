"""The arrows between the parts: client → server → rooms → rotation, and the two inner ones are pure."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# What each part may import besides itself and the standard library; None: anything but our other parts.
MAY_IMPORT: dict[str, set[str] | None] = {
    "rotation": {"networkx"},
    "rooms": {"rotation", "msgspec"},
    "server": None,
}
PURE = ("rotation", "rooms")
PARTS = {*MAY_IMPORT, "client", "tests"}
ARROWS = {"rotation": set[str](), "rooms": {"rotation"}, "server": {"rooms", "rotation"}}

# The doors of the standard library to the clock, to the outside, to other threads and to chance.
IMPURE_MODULES = set(
    "asyncio atexit concurrent contextvars email fcntl fileinput ftplib getpass glob gc http imaplib io "
    "locale logging mmap multiprocessing os pathlib pickle platform pty queue readline resource sched "
    "secrets select selectors shelve shutil signal site smtplib socket socketserver sqlite3 ssl subprocess "
    "sys syslog tempfile termios threading time tty urllib uuid webbrowser wsgiref _thread".split()
)
IMPURE_CALLS = {"open", "print", "input", "breakpoint", "exec", "eval", "__import__"}
CLOCK_READINGS = {"now", "utcnow", "today"}


def sources(part: str) -> list[Path]:
    return sorted((ROOT / part).rglob("*.py"))


def imported(tree: ast.AST) -> Iterator[str]:
    """The top package of every import, wherever in the file it stands; "." for a relative one."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name.partition(".")[0] for name in names)
            case ast.ImportFrom(level=0, module=str(module)):
                yield module.partition(".")[0]
            case ast.ImportFrom():
                yield "."


def strangers(part: str, source: str) -> list[str]:
    """What the source of a part imports although the arrows forbid it."""
    found = set(imported(ast.parse(source)))
    allowed = MAY_IMPORT[part]
    ours = (found & PARTS) - ARROWS[part] - {part}
    if allowed is None:
        return sorted(ours)
    return sorted(ours | (found - allowed - {part} - sys.stdlib_module_names))


def impurities(source: str) -> list[str]:
    """Where the source reads a clock, reaches outside, rolls common dice or keeps state in its module."""
    tree = ast.parse(source)
    found = [f"imports {name}" for name in imported(tree) if name in IMPURE_MODULES]
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_CALLS:
                found.append(f"calls {name}")
            case (
                ast.Call(func=ast.Attribute(value=ast.Name(id="date" | "datetime"), attr=name))
                | ast.Call(func=ast.Attribute(value=ast.Attribute(attr="date" | "datetime"), attr=name))
            ) if name in CLOCK_READINGS:
                found.append(f"reads the clock by {name}")
            case ast.Attribute(value=ast.Name(id="random"), attr=name) if name != "Random":
                found.append(f"uses random.{name}")
            case ast.ImportFrom(module="random", names=names) if {n.name for n in names} != {"Random"}:
                found.append("uses the common random generator")
            case ast.Call(func=ast.Name(id="Random") | ast.Attribute(attr="Random"), args=[], keywords=[]):
                found.append("makes a Random without a seed")
            case ast.Global(names=names):
                found.append(f"changes the global {names[0]}")
            case _:
                pass
    return found


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_imports_follow_the_arrows(part: str) -> None:
    assert sources(part), f"{part}/ has no sources"
    wrong = {str(path.relative_to(ROOT)): strangers(part, path.read_text()) for path in sources(part)}
    assert {path: names for path, names in wrong.items() if names} == {}


@pytest.mark.parametrize("part", PURE)
def test_the_inner_parts_are_pure(part: str) -> None:
    wrong = {str(path.relative_to(ROOT)): impurities(path.read_text()) for path in sources(part)}
    assert {path: found for path, found in wrong.items() if found} == {}


def test_whatever_is_imported_is_a_dependency() -> None:
    """What only the tests install, or only another package asks for, would be missed elsewhere."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = {re.split(r"[\[~=<>; ]", wanted)[0] for wanted in project["dependencies"]}
    files = [path for part in MAY_IMPORT for path in sources(part)]
    found = {name for path in files for name in imported(ast.parse(path.read_text()))}
    makers = packages_distributions()
    undeclared = {
        name
        for name in found - sys.stdlib_module_names - set(MAY_IMPORT)
        if declared.isdisjoint(maker.lower().replace("_", "-") for maker in makers.get(name, []))
    }
    assert undeclared == set()


def test_heavy_packages_are_loaded_only_where_they_are_used() -> None:
    """aiortc takes 225 ms to import and redis 100: a start without them must not pay for that."""
    ask = "import sys, server.cli, server.app; print(*{'aiortc', 'av', 'redis'} & sys.modules.keys())"
    loaded = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("rotation", "import rooms.model"),
        ("rotation", "from server import cli"),
        ("rotation", "import numpy"),
        ("rooms", "def f():\n    from server.cli import main"),
        ("rooms", "import starlette"),
        ("rotation", "from . import plan"),
        ("server", "from tests.stories import evening"),
    ],
)
def test_an_import_against_the_arrows_is_found(part: str, line: str) -> None:
    assert strangers(part, line) != []


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from asyncio import sleep",
        "import os.path",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.date.today()",
        "import random\nrandom.shuffle([])",
        "from random import shuffle",
        "from random import Random\nRandom()",
        "open('plan.csv')",
        "print('plan')",
        "def f():\n    global plans",
    ],
)
def test_an_impure_line_is_found(line: str) -> None:
    assert impurities(line) != []


@pytest.mark.parametrize(
    "line",
    [
        "from random import Random\nRandom(7).shuffle([])",
        "import random\nrandom.Random(7)",
        "from datetime import datetime, UTC\ndatetime.fromtimestamp(0, UTC)",
        "def f(event):\n    return event.now()",
    ],
)
def test_a_pure_line_passes(line: str) -> None:
    assert impurities(line) == []

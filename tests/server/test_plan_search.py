"""The search of `intermingle plan`: its end, and how it is watched on a terminal."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from rich.console import Console

from rotation import Person, Problem
from server.plan_search import plan_within, search
from tests.server.plan_runs import names

# Whether everybody can meet 48 others is not known.
HARD = Problem(tuple(Person(f"p{at}") for at in range(50)), ((5,) * 10,) * 12)


def test_without_time_there_is_the_first_plan() -> None:
    found = search(HARD, 0, 0, Console(file=io.StringIO()))
    assert len(found.steps) == 1 and not found.stopped


def test_steps_are_ever_better_plans() -> None:
    found = search(HARD, 0, 0.5, Console(file=io.StringIO()))
    scores = [step.planned.score for step in found.steps]
    assert scores == sorted(scores) and len(scores) > 1
    assert found.best is found.steps[-1].planned


def test_so_much_work_is_at_least_one_plan() -> None:
    assert plan_within(HARD, 0, 0.0).plan == search(HARD, 0, 0, Console(quiet=True)).best.plan


def in_terminal(command: list[str], press: bytes = b"", **settings: str) -> tuple[int, str]:
    """The code and output of a program in a terminal of its own; `press` once it shows progress."""
    import pty

    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.pop("NO_COLOR", None)
        os.environ.update({"TERM": "xterm-256color", "COLUMNS": "100", **settings})
        os.execv(sys.executable, [sys.executable, "-m", "server.cli", *command])
    shown = b""
    try:
        while part := os.read(terminal, 65_536):
            shown += part
            if press and b"pairs meet" in shown:
                os.write(terminal, press)
                press = b""
    except OSError:
        pass  # a terminal whose program has ended
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


@pytest.fixture
def people(tmp_path: Path) -> str:
    path = tmp_path / "people.txt"
    path.write_bytes(names(50))
    return str(path)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal")
def test_ctrl_c_prints_the_best_plan_so_far(people: str) -> None:
    code, shown = in_terminal(
        ["plan", people, "--size", "5", "--rounds", "12", "--seconds", "90"], press=b"\x03"
    )
    assert code == 0 and "Traceback" not in shown
    assert "of 90 s" in shown
    assert "Round 12" in shown and "Stopped after" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal")
def test_colours_are_for_terminals_that_want_them(people: str) -> None:
    command = ["plan", people, "--size", "2", "--rounds", "1"]
    assert "\x1b[36m" in in_terminal(command)[1]
    assert "\x1b[36m" not in in_terminal(command, NO_COLOR="1")[1]

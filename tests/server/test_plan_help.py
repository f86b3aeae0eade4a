"""The help of `intermingle plan`: every option is in a section, and every example is a command that runs."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from server.plan_command import plan
from server.plan_options import spread
from tests.server.plan_runs import FIRST, team

HELP = CliRunner().invoke(plan, ["--help"]).stdout


def test_every_option_is_told_of_and_no_line_is_too_long() -> None:
    told = {word for line in HELP.splitlines() if line.startswith("  -") for word in line.split()}
    options = {name for each in plan.params for name in each.opts if name.startswith("--")}
    assert options - {word.rstrip(",") for word in told} == set()
    assert max(map(len, HELP.splitlines())) <= 80


def examples() -> list[str]:
    return [line.strip() for line in HELP.splitlines() if line.strip().startswith("intermingle plan ")]


@pytest.mark.parametrize("example", examples())
def test_every_example_runs(example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_bytes(team())
    if "--history" in example:
        for earlier in ("first", "second"):
            CliRunner().invoke(plan, ["people.csv", "--seconds", "0", "-o", f"{earlier}.json"])
    words = shlex.split(example)[2:]
    result = CliRunner().invoke(plan, [*words, "--seconds", "0"])
    assert result.exit_code == 0, result.output
    assert str(len(FIRST)) in result.stdout or "Written to" in result.stdout


def test_examples_are_found() -> None:
    assert len(examples()) >= 5


def test_history_takes_all_files_that_follow_it() -> None:
    assert spread(["a.csv", "--history", "b", "c", "-o", "d", "--history", "e"]) == [
        *("a.csv", "--history", "b", "--history", "c", "-o", "d", "--history", "e")
    ]
    assert spread(["--history", "b", "a.csv"]) == ["--history", "b", "a.csv"]

"""An evening of simulated guests on a real server, judged: small in every run, full size when asked for."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rooms.facts import EventOpened
from server.browser import Frame, Record
from server.journal import Entry
from server.journal_sqlite import SqliteJournal
from server.rehearsal import replans
from server.rehearse_command import ServerDied, own_server, rehearse, saved, summary


def run(*arguments: str) -> dict[str, Any]:
    done = invoke(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(rehearse, arguments)


def assert_nobody_was_failed(result: dict[str, Any]) -> None:
    assert result["longest_alone_s"] <= 5
    assert result["double_seated"] == 0
    assert result["unseated_person_rounds"] == 0
    assert result["report_matches_log"]
    assert result["digest_mismatches"] == 0


def test_a_small_evening_goes_well() -> None:
    result = run(
        *("--people", "8", "--size", "3", "--rounds", "2", "--minutes", "2"),
        *("--no-shows", "1", "--late", "1", "--drops", "2", "--speed", "60", "--seed", "3"),
    )
    assert_nobody_was_failed(result)
    assert result["people_came"] == 7
    assert [each["round"] for each in result["rounds"]] == [1, 2]
    assert 0 < result["met_mean"] <= result["hindsight_mean"] <= 6
    assert result["acknowledged"] > 5 and result["lost"] == result["doubled"] == 0
    assert "7 of 8 people came." in summary(result)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(1, 11))
def test_a_full_evening_goes_well(seed: int) -> None:
    result = run(
        *("--people", "30", "--size", "4", "--rounds", "6", "--no-shows", "20%"),
        *("--late", "3", "--drops", "2", "--minutes", "4", "--speed", "20", "--seed", str(seed)),
    )
    assert_nobody_was_failed(result)
    assert result["countdown_skew_ms"]["p99"] <= 250
    assert result["hindsight"] >= 0.95


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(1, 5))
def test_nothing_acknowledged_is_lost_when_the_server_is_killed_five_times(seed: int) -> None:
    result = run(
        *("--people", "20", "--rounds", "5", "--minutes", "4", "--late", "2", "--drops", "2"),
        *("--speed", "15", "--seed", str(seed), "--kill", "5"),
    )
    assert result["kills"] == 5
    assert result["acknowledged"] > 50
    assert result["lost"] == result["doubled"] == 0
    assert result["double_seated"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kill", "1", "--url", "http://127.0.0.1:1"], "cannot be killed"),
        (["--people", "5", "--no-shows", "50%", "--late", "4"], "than there are"),
        (["--no-shows", "some"], "neither a number nor a percentage"),
    ],
)
def test_what_cannot_be_rehearsed_is_said_before_anything_starts(arguments: list[str], words: str) -> None:
    done = invoke(*arguments)
    assert done.exit_code != 0
    assert words in done.output


def test_a_server_that_ends_by_itself_ends_the_rehearsal(tmp_path: Path) -> None:
    async def end_it() -> str:
        async with own_server(tmp_path) as server:
            os.kill(server.pid, signal.SIGTERM)
            with pytest.raises(ServerDied) as died:
                await asyncio.wait_for(server.watch(), 60)
            return str(died.value)

    assert "Its exit code was" in asyncio.run(end_it())


def test_lost_and_doubled_commands_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "f.sqlite3"

    async def write() -> None:
        journal = await SqliteJournal.open(path)
        for seq, cid in enumerate(["a", "b", "", "b", "c"], start=1):
            await journal.append(Entry("e1", seq, 1, 1, 0, "", cid, (EventOpened(at=0),)))
        await journal.append(Entry("e2", 1, 1, 1, 0, "", "elsewhere", (EventOpened(at=0),)))
        await journal.close()

    asyncio.run(write())
    record = Record(acknowledged={"a": 1, "c": 4, "elsewhere": 1, "never": 9})
    assert saved(path, "e1", [record]) == {"acknowledged": 4, "lost": 3, "doubled": 1}


def test_a_replan_lasts_from_the_first_change_that_made_the_plan_old() -> None:
    def frame(wall_ms: float, planned: bool | None) -> Frame:
        tables = {} if planned is None else {"numbers": {"planned": planned}}
        change = {"kind": "X", "by": "", "set": tables}
        return Frame(wall_ms, json.dumps({"type": "Changed", "seq": 1, "at": 0, "changes": [change]}))

    moments = [
        (0.0, None),
        (10.0, False),
        (15.0, False),
        (18.0, None),
        (40.0, True),
        (50.0, True),
        (60.0, False),
    ]
    assert replans(Record(frames=[frame(*each) for each in moments])) == [30.0]

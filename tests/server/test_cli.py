"""The command line: quick help, plain words when something cannot be, and a journal that can be read."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rooms.commands import AddPeople, AnyCommand, CreateEvent, OpenEvent
from rooms.decide import Decision, decide
from rooms.evolve import evolve
from rooms.model import By, Constellation, Event, Newcomer
from server import schema
from server.cli import free_port, main
from server.config import Config
from server.journal import Entry
from server.journal_sqlite import SqliteJournal

ORGANISER = By("organiser", "olga", "Olga")
AT = 1_776_349_000_000


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


async def written(path: Path) -> None:
    """A journal of three decisions."""
    journal = await SqliteJournal.open(path)
    event: Event | None = None
    commands: tuple[AnyCommand, ...] = (
        CreateEvent("e1", "Mixer", rounds=(Constellation(),)),
        AddPeople((Newcomer("a", "Ana", "ana@example.org"),)),
        OpenEvent(),
    )
    for seq, command in enumerate(commands, start=1):
        decision = decide(event, command, ORGANISER, AT + seq * 1_000)
        assert isinstance(decision, Decision)
        await journal.append(Entry("e1", seq, 1, 1, AT + seq * 1_000, "olga", "", decision.facts))
        for fact in decision.facts:
            event = evolve(event, fact)
    await journal.close()


@pytest.fixture
def data(tmp_path: Path) -> str:
    path = tmp_path / "data.sqlite3"
    asyncio.run(written(path))
    return str(path)


def test_help_names_every_command_and_loads_none_of_them() -> None:
    assert run("--help").exit_code == 0
    listing = "import sys; from server.cli import main; main(['--help'], standalone_mode=False)"
    probe = f"{listing}; print([name for name in sys.modules if name in {HEAVY}])"
    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    for command in ("demo", "doctor", "plan", "rehearse", "replay", "schema", "serve"):
        assert f"\n  {command} " in answer.stdout
    assert answer.stdout.endswith("[]\n")


HEAVY = ("uvicorn", "starlette", "rotation", "rooms", "server.app", "server.rehearse_command")


def test_replay_tells_every_fact_with_its_time_and_who_caused_it(data: str) -> None:
    lines = run("replay", "e1", "--data", data).output.splitlines()
    assert lines[0].startswith("     1  2026-04-16 14:16:41.000  olga            EventCreated {")
    assert '"name":"Ana"' in lines[1]
    assert lines[2].split() == ["3", "2026-04-16", "14:16:43.000", "olga", "EventOpened"]


def test_replay_shows_the_event_as_it_stood_after_any_decision(data: str) -> None:
    states = [json.loads(run("replay", "e1", "--data", data, "--at", str(at)).output) for at in (1, 2, 3)]
    assert [(each["phase"], list(each["participants"])) for each in states] == [
        ("draft", []),
        ("draft", ["a"]),
        ("open", ["a"]),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("e2",), "There is no event e2 in this data file."),
        (("e1", "--at", "9"), "There is no decision 9; this event has 3."),
        (("e1", "--data", "/nowhere/data.sqlite3"), "There is no data file /nowhere/data.sqlite3."),
    ],
)
def test_replay_says_what_is_missing(data: str, arguments: tuple[str, ...], sentence: str) -> None:
    result = run("replay", "--data", data, *arguments)
    assert (result.exit_code, result.stderr.strip(), result.stdout) == (1, sentence, "")


def test_replay_refuses_what_is_no_data_file(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Name\n" * 500)
    result = run("replay", "e1", "--data", str(path))
    assert result.exit_code == 1 and "is not a data file of Intermingle" in result.stderr
    assert path.read_text().startswith("Name")


def test_a_setting_that_cannot_be_meant_ends_before_anything_starts() -> None:
    result = run("serve", "--public-url", "http://meet.example.org")
    assert result.exit_code == 1 and "cameras" in result.stderr
    assert "Traceback" not in result.output


def test_every_setting_has_its_flag() -> None:
    flags = {flag for each in main.commands["serve"].params for flag in each.opts}
    assert {f"--{name.replace('_', '-')}" for name in Config.__struct_fields__} <= flags


def test_an_address_of_another_machine_is_said_plainly() -> None:
    result = run("serve", "--host", "192.0.2.1")
    assert result.exit_code == 1 and "192.0.2.1: it is no address of this machine" in result.stderr


def test_a_port_that_is_taken_is_said_plainly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
        assert result.exit_code == 1
        assert result.stderr == f"Port {port} on 127.0.0.1 is taken. Choose another with --port.\n"
        assert free_port("127.0.0.1", port) != port


def test_schema_check_fails_when_a_file_is_stale_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "ROOT", tmp_path)
    monkeypatch.setattr(schema.stale, "__defaults__", (tmp_path,))
    monkeypatch.setattr(schema.write, "__defaults__", (tmp_path,))
    failed = run("schema", "--check")
    assert failed.exit_code == 1 and "client/src/protocol.ts" in failed.stderr
    assert list(tmp_path.iterdir()) == []
    assert run("schema").output == "wrote client/src/protocol.ts\n"
    assert run("schema", "--check").exit_code == 0


def test_ctrl_c_ends_a_demo_calmly() -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "server.cli", "demo", "--no-open", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout is not None
    while "Ctrl-C" not in demo.stdout.readline():
        assert demo.poll() is None
    demo.send_signal(signal.SIGINT)
    _, complaints = demo.communicate(timeout=20)
    assert (demo.returncode, complaints) == (0, "")

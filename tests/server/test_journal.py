"""One contract for every journal; then what only a file can do: crash, fill up, rot."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from rooms.facts import EventCreated, EventOpened, MessageSent, ParticipantJoined, PlanAdopted, RoundAnnounced
from rooms.model import Constellation, Newcomer, PlanNumbers
from rotation import Certificate, Plan, Seating
from server.journal import Conflict, Entry, Journal, JournalFailed
from server.journal_memory import MemoryJournal
from server.journal_sqlite import SqliteJournal

Reopen = Callable[[], Awaitable[Journal]]


@pytest.fixture(params=["memory", "sqlite"])
async def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Reopen:
    """Opens a journal; called again, opens what the last one left behind."""
    stored: dict[str, list[Entry]] = {}

    async def memory() -> Journal:
        return MemoryJournal(stored)

    async def sqlite() -> Journal:
        return await SqliteJournal.open(tmp_path / "events.sqlite3")

    return memory if request.param == "memory" else sqlite


@pytest.fixture
async def journal(reopen: Reopen) -> Journal:
    return await reopen()


def entry(seq: int, event: str = "e1", *, term: int = 1, cid: str = "") -> Entry:
    facts = (MessageSent(at=seq * 10, by="h1", id=f"m{seq}", text="Grüße, 你好 “x”", name="Helle"),)
    return Entry(event, seq, 1, term, seq * 10, "h1", cid, facts)


async def test_what_was_appended_is_read_in_order(journal: Journal) -> None:
    for seq in (1, 2, 3):
        await journal.append(entry(seq, cid=f"c{seq}"))
    assert await journal.read("e1") == [entry(seq, cid=f"c{seq}") for seq in (1, 2, 3)]
    assert [each.seq for each in await journal.read("e1", after=2)] == [3]
    await journal.close()


async def test_every_kind_of_data_in_facts_comes_back_equal(journal: Journal) -> None:
    created = EventCreated(
        at=0, event="e1", title="Tuesday", zone="Europe/Copenhagen", starts_at=None,
        rounds=(Constellation(minutes=7.5, topic="Tea"),), manual=True, rate=20.0, seed=2**60,
    )  # fmt: skip
    joined = ParticipantJoined(at=1, person=Newcomer("p1", "Amara Okafor", role="mentor"), late=False)
    adopted = PlanAdopted(
        at=2,
        plan=Plan((Seating((("p1", "p2"), ("p3", "p4")), ("p5",)),)),
        certificate=Certificate(2, 2, "counting", True, 0),
        based_on="d" * 64,
        numbers=PlanNumbers(people=5, mean=0.8, least=0, most=1, repeats=0),
    )
    announced = RoundAnnounced(
        at=3, number=1, rooms=(("p1", "p2"),), resting=("p3",), starts_at=10_003, ends_at=20_003
    )
    whole = Entry("e1", 1, 1, 1, 3, "o1", "c", (created, joined, adopted, announced, EventOpened(at=4)))
    await journal.append(whole)
    assert await journal.read("e1") == [whole]
    await journal.close()


async def test_events_do_not_touch_each_other(journal: Journal) -> None:
    for event, seq in (("e2", 1), ("e1", 1), ("e1", 2)):
        await journal.append(entry(seq, event))
    assert await journal.events() == ["e1", "e2"]
    assert [each.seq for each in await journal.read("e2")] == [1]
    assert await journal.read("unknown") == []
    await journal.close()


async def test_a_deleted_event_is_gone_and_the_others_stay(reopen: Reopen) -> None:
    journal = await reopen()
    for event in ("e1", "e2"):
        for seq in (1, 2):
            await journal.append(entry(seq, event))
    await journal.delete("e1")
    await journal.delete("unknown")
    with pytest.raises(Conflict):
        await journal.append(entry(3, "e1"))
    await journal.close()
    again = await reopen()
    assert await again.events() == ["e2"]
    assert await again.read("e1") == []
    await again.append(entry(3, "e2"))
    await again.close()


@pytest.mark.parametrize("seq", [0, 1, 2, 4])
async def test_an_entry_that_is_not_the_next_is_a_conflict_and_changes_nothing(
    journal: Journal, seq: int
) -> None:
    await journal.append(entry(1))
    await journal.append(entry(2))
    with pytest.raises(Conflict):
        await journal.append(entry(seq))
    await journal.append(entry(3))
    assert [each.seq for each in await journal.read("e1")] == [1, 2, 3]
    await journal.close()


async def test_an_event_begins_with_entry_one(journal: Journal) -> None:
    with pytest.raises(Conflict):
        await journal.append(entry(2))
    assert await journal.events() == []
    await journal.close()


async def test_whoever_wrote_under_an_earlier_term_is_refused(journal: Journal) -> None:
    await journal.append(entry(1, term=1))
    await journal.append(entry(2, term=3))
    with pytest.raises(Conflict):
        await journal.append(entry(3, term=2))
    await journal.append(entry(3, term=3))
    await journal.close()


async def test_what_was_appended_is_there_after_a_restart(reopen: Reopen) -> None:
    first = await reopen()
    await first.append(entry(1))
    await first.close()
    second = await reopen()
    assert await second.read("e1") == [entry(1)]
    await second.append(entry(2))
    with pytest.raises(Conflict):
        await second.append(entry(2))
    await second.close()


async def test_concurrent_appends_of_many_events_all_arrive_once(journal: Journal) -> None:
    async def write(event: str) -> None:
        for seq in range(1, 21):
            await journal.append(entry(seq, event))

    await asyncio.gather(*(write(f"e{number:02}") for number in range(30)))
    for event in await journal.events():
        assert [each.seq for each in await journal.read(event)] == list(range(1, 21))
    assert len(await journal.events()) == 30
    await journal.close()


async def test_of_two_who_append_the_same_entry_at_once_one_wins(journal: Journal) -> None:
    outcomes = await asyncio.gather(
        *(journal.append(entry(1, cid=f"c{writer}")) for writer in range(8)), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7
    assert len(await journal.read("e1")) == 1
    await journal.close()


async def test_a_conflict_does_not_harm_entries_written_beside_it(journal: Journal) -> None:
    await journal.append(entry(1))
    outcomes = await asyncio.gather(
        journal.append(entry(5)),
        journal.append(entry(1, "e2")),
        journal.append(entry(2)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Conflict, type(None), type(None)]
    assert len(await journal.read("e1")) == 2 and len(await journal.read("e2")) == 1
    await journal.close()


async def test_tables_beside_the_entries_are_changed_whole_or_not_at_all(journal: Journal) -> None:
    await journal.execute(lambda db: db.execute("CREATE TABLE link (name TEXT PRIMARY KEY)") and None)

    def one_then_trouble(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO link VALUES ('a')")
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        await journal.execute(one_then_trouble)
    with pytest.raises(sqlite3.OperationalError):
        await journal.execute(lambda db: db.execute("INSERT INTO nowhere VALUES (1)") and None)
    await journal.execute(lambda db: db.execute("INSERT INTO link VALUES ('b')") and None)
    assert await journal.execute(lambda db: db.execute("SELECT name FROM link").fetchall()) == [("b",)]
    await journal.append(entry(1))
    await journal.close()


async def test_a_closed_journal_refuses(journal: Journal) -> None:
    await journal.close()
    await journal.close()
    with pytest.raises(JournalFailed, match="closed"):
        await journal.append(entry(1))
    with pytest.raises(JournalFailed, match="closed"):
        await journal.read("e1")


# Only files


async def test_closing_finishes_what_is_under_way(tmp_path: Path) -> None:
    journal = await SqliteJournal.open(tmp_path / "f.sqlite3")
    writes = [asyncio.ensure_future(journal.append(entry(1, f"e{number}"))) for number in range(50)]
    await asyncio.sleep(0)
    await journal.close()
    assert await asyncio.gather(*writes) == [None] * 50


async def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_written_after_it(tmp_path: Path) -> None:
    path = tmp_path / "f.sqlite3"
    journal = await SqliteJournal.open(path)
    await journal.append(entry(1))
    assert journal.failed() == ""
    await journal.execute(lambda db: db.execute("PRAGMA max_page_count = 8").fetchone())
    large = Entry("e1", 2, 1, 1, 0, "h", "", (MessageSent(at=0, id="m", text="x" * 100_000, name="H"),))
    with pytest.raises(JournalFailed, match="is full"):
        await journal.append(large)
    with pytest.raises(JournalFailed, match="is full"):
        await journal.append(entry(2))  # would fit: but the journal no longer trusts itself
    with pytest.raises(JournalFailed, match="is full"):
        await journal.read("e1")
    assert "is full" in journal.failed()
    await journal.close()
    again = await SqliteJournal.open(path)
    assert await again.read("e1") == [entry(1)]
    await again.close()


async def test_a_file_that_is_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Mei-Ling, " * 500)
    with pytest.raises(JournalFailed, match="is not a data file"):
        await SqliteJournal.open(path)
    assert path.read_text() == "Dear Mei-Ling, " * 500


async def test_a_damaged_file_is_refused_when_opened(tmp_path: Path) -> None:
    path = tmp_path / "f.sqlite3"
    journal = await SqliteJournal.open(path)
    await asyncio.gather(*(journal.append(entry(1, f"e{number}")) for number in range(200)))
    await journal.close()
    content = bytearray(path.read_bytes())
    content[2 * 4096 : 3 * 4096] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(JournalFailed, match="damaged"):
        await SqliteJournal.open(path)


async def test_a_gap_in_an_event_is_found_when_opened(tmp_path: Path) -> None:
    path = tmp_path / "f.sqlite3"
    journal = await SqliteJournal.open(path)
    for seq in (1, 2, 3):
        await journal.append(entry(seq))
    await journal.execute(lambda db: db.execute("DELETE FROM entry WHERE seq = 2") and None)
    await journal.close()
    with pytest.raises(JournalFailed, match="2 of 3"):
        await SqliteJournal.open(path)


async def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.sqlite3"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(JournalFailed, match="newer"):
        await SqliteJournal.open(path)


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(JournalFailed, match="cannot be opened"):
        await SqliteJournal.open(tmp_path / "folder")


async def test_no_folder_is_made_for_a_path_that_was_mistyped(tmp_path: Path) -> None:
    with pytest.raises(JournalFailed, match=r"There is no folder .*nope for the data file: make it"):
        await SqliteJournal.open(tmp_path / "nope" / "f.sqlite3")
    assert list(tmp_path.iterdir()) == []


async def test_two_servers_on_one_file_never_both_write_an_entry(tmp_path: Path) -> None:
    first = await SqliteJournal.open(tmp_path / "f.sqlite3")
    second = await SqliteJournal.open(tmp_path / "f.sqlite3")
    await first.append(entry(1))
    with pytest.raises(Conflict):
        await second.append(entry(1))
    await first.close()
    await second.close()


WRITER = """
import asyncio, sys
from rooms.facts import EventOpened
from server.journal import Entry
from server.journal_sqlite import SqliteJournal

async def write(journal, event):
    seq = len(await journal.read(event))
    while True:
        seq += 1
        await journal.append(Entry(event, seq, 1, 1, seq, "", "", (EventOpened(at=seq),)))
        sys.stdout.write(f"{event} {seq}\\n")
        sys.stdout.flush()

async def main():
    journal = await SqliteJournal.open(sys.argv[1])
    await asyncio.gather(*(write(journal, f"e{n}") for n in range(10)))

asyncio.run(main())
"""


@pytest.mark.parametrize("after", [40, 700])
async def test_nothing_acknowledged_is_lost_when_the_writer_is_killed(tmp_path: Path, after: int) -> None:
    path = tmp_path / "f.sqlite3"
    acknowledged: dict[str, int] = {}
    for _ in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            text=True,
        )
        assert writer.stdout is not None
        with writer, writer.stdout:
            for number, line in enumerate(writer.stdout):
                if number == after:
                    writer.send_signal(signal.SIGKILL)
                if line.endswith("\n"):
                    event, seq = line.split()
                    acknowledged[event] = int(seq)
        journal = await SqliteJournal.open(path)
        for event, last in acknowledged.items():
            found = [each.seq for each in await journal.read(event)]
            assert found == list(range(1, len(found) + 1))
            assert len(found) >= last
        await journal.close()
    assert len(acknowledged) == 10

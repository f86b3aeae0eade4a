"""Durable commands a second with many writers, beside a plain loop of single commits in the same run.

./run bench journal [--writers 100] [--seconds 3] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
import time
from pathlib import Path

from rooms.facts import ParticipantSatOut
from server.journal import Entry
from server.journal_sqlite import SqliteJournal, encode_facts


def entry(event: str, seq: int) -> Entry:
    return Entry(
        event,
        seq,
        1,
        1,
        seq,
        "p1",
        f"{event}-{seq}",
        (ParticipantSatOut(at=seq, by="p1", person="p1", on=True),),
    )


def one_at_a_time(path: Path, seconds: float) -> float:
    """Commits a second: the floor that group commit is compared with."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(
        "CREATE TABLE entry (event TEXT, seq INTEGER, facts TEXT, PRIMARY KEY (event, seq)) WITHOUT ROWID"
    )
    end, seq = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        seq += 1
        each = entry("e", seq)
        db.execute(
            "INSERT INTO entry VALUES (?, ?, ?)", (each.event, each.seq, encode_facts(each.facts).decode())
        )
    db.close()
    return seq / seconds


async def many_writers(path: Path, writers: int, seconds: float) -> tuple[float, list[float]]:
    """Appends a second, and how long each took in ms."""
    journal = await SqliteJournal.open(path)
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def write(event: str) -> None:
        seq = 0
        while (start := time.perf_counter()) < end:
            seq += 1
            await journal.append(entry(event, seq))
            took.append((time.perf_counter() - start) * 1000)

    await asyncio.gather(*(write(f"e{number}") for number in range(writers)))
    await journal.close()
    return len(took) / seconds, sorted(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        single = one_at_a_time(Path(folder) / "single.sqlite3", options.seconds)
        rate, took = asyncio.run(
            many_writers(Path(folder) / "group.sqlite3", options.writers, options.seconds)
        )
    result = {
        "writers": options.writers,
        "commands_per_second": round(rate),
        "single_commits_per_second": round(single),
        "ratio": round(rate / single, 1),
        "ack_ms_p50": round(took[len(took) // 2], 2),
        "ack_ms_p99": round(took[len(took) * 99 // 100], 2),
    }
    if options.json:
        print(json.dumps(result))
    else:
        for name, value in result.items():
            print(f"{name:28}{value:>12}")


if __name__ == "__main__":
    main()

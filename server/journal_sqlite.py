"""The journal in one SQLite file.

WAL with `synchronous=FULL`: what was acknowledged survives a power cut. One thread owns the connection and
writes all waiting entries in one transaction (group commit), so that the event loop never waits for a disk
and a hundred events cost hardly more syncs than one. Facts are stored as JSON: one readable row per decision.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from rooms.facts import AnyFact
from rotation import Certificate, Pair, Plan  # noqa: F401  (msgspec resolves them from here)
from server.journal import Conflict, Entry, JournalFailed, T

log = logging.getLogger("intermingle.journal")

LAYOUT = 1  # PRAGMA user_version of the files that this module writes

TABLE = """
CREATE TABLE IF NOT EXISTS entry (
  event TEXT NOT NULL,
  seq   INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  term  INTEGER NOT NULL,
  at    INTEGER NOT NULL,
  by    TEXT NOT NULL,
  cid   TEXT NOT NULL,
  facts TEXT NOT NULL,
  PRIMARY KEY (event, seq)
)
"""

INSERT = "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
HEAD = "SELECT seq, term FROM entry WHERE event = ? ORDER BY seq DESC LIMIT 1"

encode_facts = msgspec.json.Encoder().encode
decode_facts = msgspec.json.Decoder(tuple[AnyFact, ...]).decode


@dataclass(frozen=True, slots=True)
class _Append:
    entry: Entry
    row: tuple[Any, ...]
    answer: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class _Work:
    work: Callable[[sqlite3.Connection], Any]
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Close:
    answer: asyncio.Future[None]


_Job = _Append | _Work | _Close
_Answer = tuple[asyncio.Future[Any], Any]  # the future, and its result or the exception to raise


class SqliteJournal:
    """Made by `await SqliteJournal.open(path)`; belongs to the event loop that opened it."""

    def __init__(self, path: Path, connection: sqlite3.Connection, loop: asyncio.AbstractEventLoop) -> None:
        self.path = path
        self._connection = connection
        self._loop = loop
        # Needs no bound: each event waits for its entry before it makes the next.
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._heads: dict[
            str, tuple[int, int]
        ] = {}  # event: its last (seq, term), as far as it was looked up
        self._over = ""  # why nothing is written any more
        self._thread = threading.Thread(target=self._write_all, name="journal", daemon=True)
        self._thread.start()

    @classmethod
    async def open(cls, path: str | Path) -> SqliteJournal:
        """Open or make the file and check it. Raises `JournalFailed` when it cannot be trusted or written."""
        loop = asyncio.get_running_loop()
        return cls(Path(path), await loop.run_in_executor(None, _connect, Path(path)), loop)

    async def append(self, entry: Entry) -> None:
        facts = encode_facts(entry.facts).decode()
        row = (entry.event, entry.seq, entry.epoch, entry.term, entry.at, entry.by, entry.cid, facts)
        await self._put(lambda answer: _Append(entry, row, answer))

    async def read(self, event: str, after: int = 0) -> list[Entry]:
        return await self.execute(lambda connection: _read(connection, event, after))

    async def events(self) -> list[str]:
        return await self.execute(_events)

    async def delete(self, event: str) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM entry WHERE event = ?", (event,))
            self._heads.pop(event, None)

        await self.execute(work)

    async def execute(self, work: Callable[[sqlite3.Connection], T]) -> T:
        found: T = await self._put(lambda answer: _Work(work, answer))
        return found

    def failed(self) -> str:
        return self._over

    async def close(self) -> None:
        if not self._thread.is_alive():
            return
        answer: asyncio.Future[None] = self._loop.create_future()
        self._jobs.put(_Close(answer))
        self._over = self._over or "The journal is closed."
        await answer
        self._thread.join()  # it ends right after it has answered

    async def _put(self, job: Callable[[asyncio.Future[Any]], _Job]) -> Any:
        if self._over:
            raise JournalFailed(self._over)
        answer: asyncio.Future[Any] = self._loop.create_future()
        self._jobs.put(job(answer))
        return await answer

    # On the writer thread

    def _write_all(self) -> None:
        broken = ""
        while True:
            appends, other = _take(self._jobs)
            if appends:
                broken = broken or self._commit(appends)
                if broken:
                    self._tell([(each.answer, JournalFailed(broken)) for each in appends])
            match other:
                case _Work(work, answer):
                    broken = broken or self._run(work, answer)
                    if broken:
                        self._tell([(answer, JournalFailed(broken))])
                case _Close(answer):
                    self._connection.close()
                    self._tell([(answer, None)])
                    return

    def _commit(self, appends: list[_Append]) -> str:
        """One transaction for all; a conflict concerns only its own entry. Returns why it failed."""
        try:
            try:
                answers = self._transact(appends)
            except sqlite3.IntegrityError:
                # Another server writes this file too: look again at what is there.
                self._connection.execute("ROLLBACK")
                self._heads.clear()
                answers = self._transact(appends)
        except sqlite3.Error as error:
            return self._give_up(error)
        self._tell(answers)
        return ""

    def _transact(self, appends: list[_Append]) -> list[_Answer]:
        self._connection.execute("BEGIN IMMEDIATE")
        conflicts = [self._check(each.entry) for each in appends]
        rows = [each.row for each, conflict in zip(appends, conflicts, strict=True) if conflict is None]
        self._connection.executemany(INSERT, rows)
        self._connection.execute("COMMIT")
        return [(each.answer, conflict) for each, conflict in zip(appends, conflicts, strict=True)]

    def _check(self, entry: Entry) -> Conflict | None:
        seq, term = (
            self._heads.get(entry.event)
            or self._connection.execute(HEAD, (entry.event,)).fetchone()
            or (0, 0)
        )
        if entry.seq != seq + 1 or entry.term < term:
            return Conflict(entry)
        self._heads[entry.event] = entry.seq, entry.term
        return None

    def _run(self, work: Callable[[sqlite3.Connection], Any], answer: asyncio.Future[Any]) -> str:
        try:
            self._connection.execute("BEGIN")
            found = work(self._connection)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if _of_the_disk(error):
                return self._give_up(error)
            self._undo()
            self._tell([(answer, error)])
        except Exception as error:  # the caller's own goes back to the caller
            self._undo()
            self._tell([(answer, error)])
        else:
            self._tell([(answer, found)])
        return ""

    def _give_up(self, error: sqlite3.Error) -> str:
        """The file may now hold less than memory believes, so nothing is written until the next start."""
        self._undo()
        self._over = _sentence(self.path, error)
        log.error("journal failed", extra={"why": self._over, "sqlite": str(error)})
        return self._over

    def _undo(self) -> None:
        with contextlib.suppress(sqlite3.Error):  # SQLite has often rolled back by itself
            self._connection.execute("ROLLBACK")

    def _tell(self, answers: list[_Answer]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self._loop.call_soon_threadsafe(_settle, answers)


def _take(jobs: queue.SimpleQueue[_Job]) -> tuple[list[_Append], _Work | _Close | None]:
    """Wait for a job, then take every entry that waits, up to the next job of another kind."""
    appends: list[_Append] = []
    job = jobs.get()
    while isinstance(job, _Append):
        appends.append(job)
        try:
            job = jobs.get_nowait()
        except queue.Empty:
            return appends, None
    return appends, job


def _settle(answers: list[_Answer]) -> None:
    for future, outcome in answers:
        if future.done():  # whoever waited was cancelled
            continue
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


def _read(connection: sqlite3.Connection, event: str, after: int) -> list[Entry]:
    rows = connection.execute(
        "SELECT event, seq, epoch, term, at, by, cid, facts FROM entry"
        " WHERE event = ? AND seq > ? ORDER BY seq",
        (event, after),
    )
    return [
        Entry(event, seq, epoch, term, at, by, cid, decode_facts(facts))
        for event, seq, epoch, term, at, by, cid, facts in rows
    ]


def _events(connection: sqlite3.Connection) -> list[str]:
    return [event for (event,) in connection.execute("SELECT DISTINCT event FROM entry ORDER BY event")]


# Opening


def _connect(path: Path) -> sqlite3.Connection:
    if not path.parent.is_dir():
        raise JournalFailed(
            f"There is no folder {path.parent} for the data file: make it, or name another file."
        )
    try:
        # Handed from the thread that opens it to the writer thread, and never shared.
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    except (OSError, sqlite3.Error) as error:
        raise JournalFailed(f"The data file {path} cannot be opened: {error}.") from error
    try:
        _prepare(connection, path)
    except sqlite3.Error as error:
        connection.close()
        raise JournalFailed(_sentence(path, error)) from error
    except JournalFailed:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    if layout > LAYOUT:
        raise JournalFailed(f"The data file {path} was written by a newer Intermingle. Start that one.")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise JournalFailed(f"The data file {path} is damaged ({verdict}). Restore it from a backup.")
    connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL loses acknowledged entries in a power cut.
    connection.execute("PRAGMA synchronous = FULL")
    # What is deleted is overwritten: it was about people.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute(TABLE)
    connection.execute(f"PRAGMA user_version = {LAYOUT}")
    for event, entries, last in connection.execute(
        "SELECT event, count(*), max(seq) FROM entry GROUP BY event"
    ):
        if entries != last:
            raise JournalFailed(
                f"The data file {path} lacks entries of event {event}: {entries} of {last} are there. "
                "Restore it from a backup."
            )


FULL, CORRUPT, NOT_A_DATABASE = sqlite3.SQLITE_FULL, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB
OTHER_TROUBLE = (
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_NOMEM,
)


def _of_the_disk(error: sqlite3.Error) -> bool:
    """Whether the trouble is the file's; anything else is the caller's mistake."""
    return _code(error) in (FULL, CORRUPT, NOT_A_DATABASE, *OTHER_TROUBLE)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # the upper bits say where exactly


def _sentence(path: Path, error: sqlite3.Error) -> str:
    match _code(error):
        case sqlite3.SQLITE_FULL:
            return f"The disk with {path} is full. Make room, then start the server again."
        case sqlite3.SQLITE_CORRUPT:
            return f"The data file {path} is damaged. Restore it from a backup."
        case sqlite3.SQLITE_NOTADB:
            return f"{path} is not a data file of Intermingle. Choose another with --data."
        case sqlite3.SQLITE_BUSY:
            return f"Another program holds the data file {path}. End it, then start the server again."
        case _:
            return f"The data file {path} cannot be written: {error}. Mend that, then start the server again."

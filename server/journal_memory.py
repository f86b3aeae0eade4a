"""A journal that lives as long as the process: for tests, and for what need not outlive the server."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from server.journal import Conflict, Entry, JournalFailed, T


class MemoryJournal:
    """`stored` is what outlives a close: hand it to the next journal to play a restart."""

    def __init__(self, stored: dict[str, list[Entry]] | None = None) -> None:
        self.stored: dict[str, list[Entry]] = {} if stored is None else stored
        self._beside = sqlite3.connect(":memory:", isolation_level=None)
        self._closed = False

    async def append(self, entry: Entry) -> None:
        self._refuse_when_closed()
        entries = self.stored.get(entry.event, [])
        last = entries[-1] if entries else None
        if entry.seq != len(entries) + 1 or (last is not None and entry.term < last.term):
            raise Conflict(entry)
        self.stored.setdefault(entry.event, entries).append(entry)

    async def read(self, event: str, after: int = 0) -> list[Entry]:
        self._refuse_when_closed()
        return self.stored.get(event, [])[after:]

    async def events(self) -> list[str]:
        self._refuse_when_closed()
        return sorted(self.stored)

    async def delete(self, event: str) -> None:
        self._refuse_when_closed()
        self.stored.pop(event, None)

    async def execute(self, work: Callable[[sqlite3.Connection], T]) -> T:
        self._refuse_when_closed()
        self._beside.execute("BEGIN")
        try:
            found = work(self._beside)
        except BaseException:
            self._beside.execute("ROLLBACK")
            raise
        self._beside.execute("COMMIT")
        return found

    def failed(self) -> str:
        return "The journal is closed." if self._closed else ""

    async def close(self) -> None:
        self._closed = True
        self._beside.close()

    def _refuse_when_closed(self) -> None:
        if why := self.failed():
            raise JournalFailed(why)

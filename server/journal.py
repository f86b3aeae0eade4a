"""The journal: what has been decided, in order, durable before anyone is told.

One entry is one decision of one event. Entries are never changed; replaying their facts gives the event back.
`journal_sqlite` keeps them in a file, `journal_memory` in memory; one contract test runs against both.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Protocol, TypeVar

import msgspec

from rooms.facts import AnyFact
from rotation import Certificate, Pair, Plan  # noqa: F401  (msgspec resolves them from here)

T = TypeVar("T")


class Entry(msgspec.Struct, frozen=True):
    """One decision. `seq` counts the decisions of an event: 1, 2, 3 …

    `epoch` changes when a log is restored from a backup; `term` is the fencing token of the node that wrote
    (1 on a single node); `at` is event time in ms; `cid` is empty for what the server decided itself.
    """

    event: str
    seq: int
    epoch: int
    term: int
    at: int
    by: str
    cid: str
    facts: tuple[AnyFact, ...]


class Conflict(Exception):
    """The entry is not the next one of its event, or its term is over: somebody else has written."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(
            f"Entry {entry.seq} (term {entry.term}) of event {entry.event} does not follow the last."
        )
        self.entry = entry


class JournalFailed(Exception):
    """Nothing more can be made durable. The sentence says why and what to do."""


class Journal(Protocol):
    async def append(self, entry: Entry) -> None:
        """Return when the entry is durable. Raises `Conflict` or `JournalFailed`."""

    async def read(self, event: str, after: int = 0) -> list[Entry]:
        """The entries of an event with `seq` above `after`, in order."""

    async def events(self) -> list[str]:
        """The ids of all events that have entries, sorted."""

    async def delete(self, event: str) -> None:
        """Remove an event's entries for good. Its id is never to be used again."""

    async def execute(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` as one transaction on the database beside the entries, where links and cookies are kept.

        Durable when it returns. An exception of `work` undoes the transaction and comes out here.
        """

    def failed(self) -> str:
        """Why nothing can be made durable any more, in a sentence; empty while all is well."""

    async def close(self) -> None:
        """Finish what is under way. Later calls raise `JournalFailed`."""

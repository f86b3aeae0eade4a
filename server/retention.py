"""Deletes events, and everything about the people at them, some days after their end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from rooms.evolve import replay
from rooms.model import Event
from server.journal import Journal, JournalFailed
from server.registry import Registry
from server.tokens import Tokens

DAY_MS = 24 * 3600 * 1000
FIRST_SECONDS = 900.0  # after the start, when the events in which nobody is have left memory again
SWEEP_SECONDS = 6 * 3600.0

log = logging.getLogger("intermingle.retention")


class Retention:
    """`start` it once; `close` it before the journal. `wall` gives ms since 1970."""

    def __init__(
        self, days: int, registry: Registry, journal: Journal, tokens: Tokens, wall: Callable[[], float]
    ) -> None:
        self._days, self._registry, self._journal = days, registry, journal
        self._tokens, self._wall = tokens, wall
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work(), name="retention")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _work(self) -> None:
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            try:
                await self.sweep()
            except JournalFailed:
                log.exception("nothing deleted")
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> None:
        """Delete what is due. An event that someone is still looking at has its turn later."""
        for id in await self._journal.events():
            if id not in self._registry.live() and await self._is_due(id) and id not in self._registry.live():
                await self._journal.delete(id)
                await self._tokens.forget(id)
                log.info("event deleted", extra={"event": id})

    async def _is_due(self, id: str) -> bool:
        entries = await self._journal.read(id)
        try:
            event = replay(fact for entry in entries for fact in entry.facts)
        except Exception:  # whatever is wrong with one event, the others have their turn
            log.exception("event not replayed", extra={"event": id})
            return False
        return self._wall() >= last_day(event) + self._days * DAY_MS


def last_day(event: Event) -> int:
    """When an event was, or is to be, over: its last decision, or its start when that is still to come."""
    return max(event.at, event.starts_at or 0)

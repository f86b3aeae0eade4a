"""Which events live in this process: finds them, starts them from their journal, retires those at rest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from types import MappingProxyType

from rooms.commands import CreateEvent
from rooms.decide import Refused, decide
from rooms.model import By
from server import zones
from server.actor import EventActor, Surroundings
from server.journal import Conflict, Entry
from server.media.plane import PlaneEvent
from server.step import CannotReplay

EPOCH = TERM = 1  # a single node writes, and its log was never restored
REST_SECONDS = 300.0  # without anybody or anything to wait for, before an event leaves memory
SWEEP_SECONDS = 30.0

log = logging.getLogger("intermingle.registry")


class Registry:
    """The events of this process. `start` it before use and `close` it after."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._live: dict[str, EventActor] = {}
        self._loading: dict[str, asyncio.Task[EventActor | None]] = {}
        self._sweeper: asyncio.Task[None] | None = None

    def live(self) -> Mapping[str, EventActor]:
        """The events in memory, by id."""
        return MappingProxyType(self._live)

    async def start(self) -> None:
        """Bring back every event: those under way go on by the clock, the others soon retire."""
        for event in await self._around.journal.events():
            try:
                await self.find(event)
            except CannotReplay:  # the others shall run all the same
                log.exception("event not replayed", extra={"event": event})
        self._sweeper = asyncio.create_task(self._sweep(), name="registry")

    async def create(self, command: CreateEvent, by: By) -> EventActor | Refused:
        """A new event, durable when this returns. Raises `JournalFailed`."""
        now = int(self._around.wall())
        outcome = zones.refusal(command) or decide(None, command, by, now)
        if isinstance(outcome, Refused):
            return outcome
        entry = Entry(command.event, 1, EPOCH, TERM, now, by.id, "", outcome.facts)
        try:
            await self._around.journal.append(entry)
        except Conflict:
            return Refused("exists", "There is an event of this id already. Choose another id.")
        return self._begin([entry])

    async def find(self, event: str) -> EventActor | None:
        """The event, read from its journal if it is not in memory; None when there is none.

        Raises `JournalFailed`, `CannotReplay`.
        """
        actor = self._live.get(event)
        if actor is not None:
            return actor
        if event not in self._loading:
            task = self._loading[event] = asyncio.create_task(self._load(event), name=f"load {event}")
            task.add_done_callback(lambda _: self._loading.pop(event))
        return await asyncio.shield(self._loading[event])

    async def _load(self, event: str) -> EventActor | None:
        entries = await self._around.journal.read(event)
        if not entries:
            return None
        try:
            return self._begin(entries)
        except Exception as fault:
            raise CannotReplay(
                f"Event {event} cannot be replayed from its {len(entries)} entries."
            ) from fault

    def _begin(self, entries: list[Entry]) -> EventActor:
        actor = EventActor(entries, self._around)
        self._live[actor.id] = actor
        self._around.metrics.events.set(len(self._live))
        actor.start(ended=lambda: self._forget(actor))
        return actor

    def told(self, what: PlaneEvent) -> None:
        """News from the media plane, for the event that it is about."""
        actor = self._live.get(what.event)
        if actor is not None:
            actor.told(what)

    def _forget(self, actor: EventActor) -> None:
        if self._live.get(actor.id) is actor:
            del self._live[actor.id]
        self._around.metrics.events.set(len(self._live))

    async def retire(self) -> None:
        """Let events at rest leave memory."""
        now = asyncio.get_running_loop().time()
        for actor in list(self._live.values()):
            if not actor.at_rest():
                actor.quiet_since = now
            elif now - actor.quiet_since >= REST_SECONDS:
                # Out of the table first: whoever asks from now on gets a fresh one.
                self._forget(actor)
                await actor.stop()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            longest = max((actor.waiting() for actor in self._live.values()), default=0)
            self._around.metrics.inbox.set(longest)
            await self.retire()

    async def close(self) -> None:
        """Every event finishes what it was asked, and ends."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        await asyncio.gather(*self._loading.values(), return_exceptions=True)
        for actor in list(self._live.values()):
            await actor.stop()

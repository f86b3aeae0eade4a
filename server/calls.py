"""Sound and picture of one event: offers and answers pass through, and who is in whose slot is told.

The plane enforces who receives whom; the event decides it. This is the way between the browsers and the
plane, and nothing here is logged or lasts. Without a plane that works, the rest of the event goes on.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from rooms.effects import Edge
from rooms.model import Event, Medium, ParticipantId
from server import protocol
from server.frames import frame
from server.gaps import Gaps
from server.listeners import Listeners
from server.media.plane import (
    BadAnswer,
    Failed,
    NotOpen,
    Plane,
    PlaneEvent,
    Quality,
    Speaking,
    StaleCutover,
    TooFewSlots,
)
from server.media.worker import MediaDown
from server.session import Session

_SECONDS = 5.0
LEAST_SLOTS, MOST_SLOTS = 3, 12

log = logging.getLogger("intermingle.media")


class Calls:
    """`event` gives the state as it is now, `wall` the server's clock in ms since 1970."""

    def __init__(
        self,
        id: str,
        plane: Plane | None,
        listeners: Listeners,
        event: Callable[[], Event],
        wall: Callable[[], float],
    ) -> None:
        self._id, self._plane, self._listeners, self._event = id, plane, listeners, event
        self._wall = wall
        self._gaps = Gaps(lambda gaps: listeners.signal(gaps, listeners.hosts()))
        self._busy: dict[ParticipantId, asyncio.Task[None]] = {}
        self._slots: dict[ParticipantId, int] = {}  # of everyone who has a connection
        self._cutover, self._edges = 0, frozenset[Edge]()

    # From browsers

    def begin(self, session: Session) -> None:
        """A browser wants a connection; one that its person has is given up for it."""
        if self._plane is None:
            session.tell(frame(protocol.NoCall()))
            return
        for other in self._listeners.of(session.who.id):
            if other is not session:
                other.tell(frame(protocol.CallTaken()))
        self._after(session.who.id, self._open(self._plane, session))

    def answer(self, session: Session, sdp: str) -> None:
        if self._plane is not None:
            self._after(session.who.id, self._plane.answer(self._id, session.who.id, sdp))

    def gap(self, session: Session, cutover: int, ms: float) -> bool:
        """How long this browser waited at a switch. Whether that counts."""
        return self._gaps.report(session.who.id, cutover, ms)

    def leave(self, person: ParticipantId) -> None:
        """Someone is not part of the event any more, or not for now."""
        if self._plane is not None and person in self._busy:
            self._slots.pop(person, None)
            self._after(person, self._plane.close(self._id, person, "left"))

    def _after(self, person: ParticipantId, work: Coroutine[Any, Any, None]) -> None:
        """One after the other for each person. What the plane cannot do is told to nobody but the log."""
        before = self._busy.get(person)

        async def then() -> None:
            if before is not None:
                await asyncio.wait((before,))
            try:
                async with asyncio.timeout(_SECONDS):
                    await work
            except (MediaDown, TimeoutError):
                self._tell(person, protocol.CallLost())
            except (NotOpen, BadAnswer, TooFewSlots):
                log.info("call not made", exc_info=True, extra={"event": self._id})

        self._busy[person] = asyncio.create_task(then())

    async def _open(self, plane: Plane, session: Session) -> None:
        person = session.who.id
        await plane.close(self._id, person, "anew")
        received = sum(1 for _, receiver in self._edges if receiver == person)
        slots = self._slots[person] = max(self._enough(), received)
        offer = await plane.open(self._id, person, slots)
        found = self._event().participants.get(person)
        for medium in found.muted if found is not None else ():
            await plane.gate(self._id, person, medium, False)
        session.tell(
            frame(protocol.CallOffer(offer.sdp, offer.ice_servers, dict(offer.slots), self._cutover))
        )

    def _enough(self) -> int:
        """Slots for the largest room, somebody who has to be squeezed in, and a host who visits it."""
        sizes = [each.size for each in self._event().agenda]
        people = len(self._event().participants)
        rooms = [-(-people // each.rooms) for each in self._event().agenda if each.rooms]
        return min(max([LEAST_SLOTS, *sizes, *rooms]) + 2, MOST_SLOTS)

    # From the event

    async def prepare(self, cutover: int, edges: Iterable[Edge], at_ms: float) -> None:
        """`at_ms` of the loop's clock."""
        if self._plane is not None:
            await self._try(self._plane.prepare(self._id, cutover, self._fitting(edges), round(at_ms)))

    async def apply(self, cutover: int, edges: Iterable[Edge]) -> None:
        """Switch, and tell everyone who is in which of their slots now."""
        if self._plane is None:
            return
        fitting, began = self._fitting(edges), self._wall()
        self._cutover, self._edges = cutover, frozenset(fitting)
        self._gaps.switched(cutover)
        slots = await self._try(self._plane.apply(self._id, cutover, fitting))
        for person, shown in (slots or {}).items():
            self._tell(person, protocol.Slots(cutover, dict(shown), began))

    async def broadcast(self, host: str | None) -> None:
        """This host to everyone, or nobody; `apply` comes next, and tells the browsers."""
        if self._plane is not None:
            await self._try(self._plane.broadcast(self._id, host))

    def gate(self, person: ParticipantId, medium: Medium, on: bool) -> None:
        """Whoever has no connection is held back when they get one."""
        if self._plane is not None and person in self._slots:
            self._after(person, self._plane.gate(self._id, person, medium, on))

    def _fitting(self, edges: Iterable[Edge]) -> tuple[Edge, ...]:
        """Those for which there are slots: the first ones to each receiver. All others are not forwarded."""
        taken, usual = Counter[ParticipantId](), self._enough()
        fitting = []
        for edge in edges:
            receiver = edge[1]
            if taken[receiver] < self._slots.get(receiver, usual):
                taken[receiver] += 1
                fitting.append(edge)
        return tuple(fitting)

    async def _try(self, work: Coroutine[Any, Any, Any]) -> Any:
        try:
            async with asyncio.timeout(_SECONDS):
                return await work
        except MediaDown:
            pass  # not up yet, or dead and said so; the next process is told what holds
        except (StaleCutover, TooFewSlots, TimeoutError):
            log.exception("media not switched", extra={"event": self._id})

    # From the plane

    def told(self, what: PlaneEvent) -> None:
        match what:
            case Speaking(participant=person, on=on):
                ready = frame(protocol.Speaking(person, on))
                for session in self._listeners:
                    if session.who.role != "participant" or self._hears(session.who.id, person):
                        session.tell(ready)
            case Quality(participant=person, stopped=slots):
                self._tell(person, protocol.WeakLine(slots))
            case Failed(participant=person):
                self._slots.pop(person, None)
                self._tell(person, protocol.CallLost())
            case _:
                pass

    def _hears(self, person: ParticipantId, other: ParticipantId) -> bool:
        return other in (person, self._event().speaker) or (other, person) in self._edges

    def _tell(self, person: ParticipantId, message: protocol.ToBrowser) -> None:
        ready = frame(message)
        for session in self._listeners.of(person):
            session.tell(ready)

    def end(self) -> None:
        self._gaps.end()
        for task in self._busy.values():
            task.cancel()

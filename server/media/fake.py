"""A media plane without media: same rules, same answers, packets are method calls.

For tests, and for events that run without audio and video.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rooms.effects import Edge
from rooms.model import ParticipantId
from server.media.plane import (
    HOST_SLOT,
    Connected,
    Drained,
    FirstMedia,
    Kind,
    NotOpen,
    Offer,
    PlaneEvent,
    PlaneStats,
    Slot,
    SlotMap,
    Slots,
    StaleCutover,
    Switched,
    TooFewSlots,
)


@dataclass(slots=True)
class _Peer:
    size: int
    connected: bool = False
    gates: dict[Kind, bool] = field(default_factory=lambda: {"audio": True, "video": True})
    sent: set[Kind] = field(default_factory=set)
    slots: dict[Slot, ParticipantId] = field(default_factory=dict)
    fresh: set[Slot] = field(default_factory=set)  # re-pointed, and nothing has come since


@dataclass(slots=True)
class _Stage:
    """One event's part of the plane."""

    peers: dict[ParticipantId, _Peer] = field(default_factory=dict)
    edges: frozenset[Edge] = frozenset()
    cutover: int = 0
    applied_at: float = 0.0
    prepared: tuple[int, frozenset[Edge], int] | None = None
    host: ParticipantId | None = None
    packets: int = 0


class FakePlane:
    """`now` gives ms on any clock that does not jump."""

    def __init__(self, now: Callable[[], float] = lambda: time.monotonic() * 1000) -> None:
        self._now = now
        self._stages: defaultdict[str, _Stage] = defaultdict(_Stage)
        self._tell: Callable[[PlaneEvent], None] = lambda _: None

    def listen(self, tell: Callable[[PlaneEvent], None]) -> None:
        self._tell = tell

    async def open(self, event: str, participant: ParticipantId, slots: int) -> Offer:
        stage = self._stages[event]
        if participant not in stage.peers:
            arranged = _arrange({}, slots, participant, stage)
            stage.peers[participant] = _Peer(slots, slots=arranged, fresh=set(arranged))
        return Offer(f"fake {event} {participant} {slots}", (), dict(stage.peers[participant].slots))

    async def answer(self, event: str, participant: ParticipantId, sdp: str) -> None:
        peer = self._peer(event, participant)
        if not peer.connected:
            peer.connected = True
            self._tell(Connected(event, participant))

    async def close(self, event: str, participant: ParticipantId, reason: str) -> None:
        stage = self._stages[event]
        was = stage.peers.pop(participant, None)
        if not stage.peers:
            if not stage.edges:
                del self._stages[event]
            if was is not None:
                self._tell(Drained(event))

    async def prepare(self, event: str, cutover: int, edges: Iterable[Edge], at: int) -> None:
        stage = self._stages[event]
        if cutover <= stage.cutover:
            raise StaleCutover(f"Cutover {cutover} is not after {stage.cutover}.")
        stage.prepared = cutover, frozenset(edges), at

    async def apply(self, event: str, cutover: int, edges: Iterable[Edge]) -> SlotMap:
        stage, wanted = self._stages[event], frozenset(edges)
        if cutover < stage.cutover or (cutover == stage.cutover and cutover and wanted != stage.edges):
            raise StaleCutover(f"Cutover {cutover} comes after {stage.cutover}.")
        if cutover > stage.cutover:
            self._switch(stage, cutover, wanted)
        return {who: dict(peer.slots) for who, peer in stage.peers.items()}

    async def broadcast(self, event: str, source: ParticipantId | None) -> None:
        stage = self._stages[event]
        stage.host = source
        for who, peer in stage.peers.items():
            _point_host(peer.slots, who, source)

    async def gate(self, event: str, participant: ParticipantId, kind: Kind, on: bool) -> None:
        self._peer(event, participant).gates[kind] = on

    async def stats(self, event: str) -> PlaneStats:
        stage = self._stages.get(event) or _Stage()
        return PlaneStats(len(stage.peers), len(stage.edges), stage.cutover, stage.packets)

    def send(self, event: str, source: ParticipantId, kind: Kind) -> list[tuple[ParticipantId, Slot]]:
        """A packet from someone: who gets it, in which slot."""
        stage = self._stages.get(event)
        peer = stage.peers.get(source) if stage else None
        if stage is None or peer is None or not peer.connected or not peer.gates[kind]:
            return []
        if kind not in peer.sent:
            peer.sent.add(kind)
            self._tell(FirstMedia(event, source, kind))
        reached = [
            (who, slot)
            for who, receiver in stage.peers.items()
            if receiver.connected
            for slot, shown in receiver.slots.items()
            if shown == source
        ]
        stage.packets += len(reached)
        for who, slot in reached:
            self._report_switch(event, stage, who, slot)
        return reached

    def _report_switch(self, event: str, stage: _Stage, who: ParticipantId, slot: Slot) -> None:
        fresh = stage.peers[who].fresh
        if slot in fresh:
            fresh.remove(slot)
            self._tell(Switched(event, who, stage.cutover, slot, self._now() - stage.applied_at))

    def _switch(self, stage: _Stage, cutover: int, wanted: frozenset[Edge]) -> None:
        after = _Stage(edges=wanted, host=stage.host)
        arranged = {
            who: _arrange(peer.slots, peer.size, who, after) for who, peer in stage.peers.items()
        }  # may raise: nothing has been changed yet
        for who, slots in arranged.items():
            peer = stage.peers[who]
            peer.fresh = {slot for slot, shown in slots.items() if slot and peer.slots.get(slot) != shown}
            peer.slots = slots
        stage.edges, stage.cutover, stage.prepared = wanted, cutover, None
        stage.applied_at = self._now()

    def _peer(self, event: str, participant: ParticipantId) -> _Peer:
        stage = self._stages.get(event)
        if stage is None or participant not in stage.peers:
            raise NotOpen(f"{participant} has no connection in event {event}.")
        return stage.peers[participant]


def _arrange(old: Slots, size: int, receiver: ParticipantId, stage: _Stage) -> dict[Slot, ParticipantId]:
    """Slots for everyone the receiver is to see; whoever was there before keeps their slot."""
    wanted = sorted(sender for sender, to in stage.edges if to == receiver)
    if len(wanted) > size:
        raise TooFewSlots(f"{receiver} has {size} slots and would receive {len(wanted)} people.")
    slots = {slot: sender for slot, sender in old.items() if slot != HOST_SLOT and sender in wanted}
    free = iter(slot for slot in range(1, size + 1) if slot not in slots)
    newcomers = [sender for sender in wanted if sender not in slots.values()]
    slots |= dict(zip(free, newcomers, strict=False))
    _point_host(slots, receiver, stage.host)
    return slots


def _point_host(
    slots: dict[Slot, ParticipantId], receiver: ParticipantId, host: ParticipantId | None
) -> None:
    if host is None or host == receiver:
        slots.pop(HOST_SLOT, None)
    else:
        slots[HOST_SLOT] = host

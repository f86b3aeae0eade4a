"""The media plane, as the rest of the server sees it: who may receive whom, and from when on.

The plane knows directed edges and nothing of rooms. Each participant keeps one connection with a fixed number
of receive slots for the whole event; a switch re-points slots, and a partner who stays keeps their slot.
Participants' ids are unique within an event only, so everything is addressed by both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, Protocol

import msgspec

from rooms.effects import Edge
from rooms.model import ParticipantId

Kind = Literal["audio", "video"]
Slot = int  # slots 1 … n are for partners
HOST_SLOT: Slot = 0  # reserved for `broadcast`
Slots = Mapping[Slot, ParticipantId]  # who is to be seen in which slot of one receiver
SlotMap = Mapping[ParticipantId, Slots]  # the same for every connected receiver


class IceServer(msgspec.Struct, frozen=True):
    """A server that carries a connection which cannot be made straight."""

    urls: tuple[str, ...]
    username: str
    credential: str


class Offer(msgspec.Struct, frozen=True):
    """What a browser needs to connect. The offer always comes from the server and never changes."""

    sdp: str
    ice_servers: tuple[IceServer, ...]
    slots: Slots  # how things stand now, for whoever connects mid-round


class PlaneStats(msgspec.Struct, frozen=True):
    participants: int
    edges: int
    cutover: int
    packets: int  # forwarded since the event's first participant


# What the plane reports


class Connected(msgspec.Struct, frozen=True, tag=True):
    event: str
    participant: ParticipantId


class FirstMedia(msgspec.Struct, frozen=True, tag=True):
    """The first packet of this kind from someone."""

    event: str
    participant: ParticipantId
    kind: Kind


class Speaking(msgspec.Struct, frozen=True, tag=True):
    event: str
    participant: ParticipantId
    on: bool


class Quality(msgspec.Struct, frozen=True, tag=True):
    """A receiver's line. At "poor" their video is stopped before their audio suffers."""

    event: str
    participant: ParticipantId
    level: Literal["good", "poor"]
    stopped: tuple[Slot, ...] = ()  # whose pictures are not sent for now


class Switched(msgspec.Struct, frozen=True, tag=True):
    """The first packet in a slot that a cutover re-pointed, `ms` after the cutover was applied."""

    event: str
    participant: ParticipantId
    cutover: int
    slot: Slot
    ms: float


class Failed(msgspec.Struct, frozen=True, tag=True):
    """One participant's connection is lost; nobody else's is touched."""

    event: str
    participant: ParticipantId
    why: str


class Drained(msgspec.Struct, frozen=True, tag=True):
    """The event's last participant is gone."""

    event: str


PlaneEvent = Connected | FirstMedia | Speaking | Quality | Switched | Failed | Drained


class StaleCutover(Exception):
    """A later switch has already happened, or this one with other edges."""


class TooFewSlots(Exception):
    """Somebody would receive more people than they have slots. Nothing was changed."""


class NotOpen(Exception):
    """There is no connection for that participant."""


class BadAnswer(ValueError):
    """Not an answer to the plane's offer."""


class Plane(Protocol):
    """Whoever calls has checked who is asking: the plane believes every call."""

    def listen(self, tell: Callable[[PlaneEvent], None]) -> None:
        """From now on `tell` is called with everything that happens; it must return at once."""

    async def open(self, event: str, participant: ParticipantId, slots: int) -> Offer:
        """Idempotent: whoever is open gets the same offer again. Raises `TooFewSlots`."""

    async def answer(self, event: str, participant: ParticipantId, sdp: str) -> None:
        """The browser's answer to the offer. Raises `NotOpen`, `BadAnswer`."""

    async def close(self, event: str, participant: ParticipantId, reason: str) -> None:
        """Idempotent. Edges stay: who opens again before the next cutover has their partners back."""

    async def prepare(self, event: str, cutover: int, edges: Iterable[Edge], at: int) -> None:
        """These edges will hold from `at`, ms of `time.monotonic`: key frames are asked for in good time.

        A later call replaces an earlier one. Raises `StaleCutover`.
        """

    async def apply(self, event: str, cutover: int, edges: Iterable[Edge]) -> SlotMap:
        """From now on exactly these edges hold, all of them or, on an exception, those of before.

        Cutovers grow; the last one may be repeated with the same edges. Raises `StaleCutover`, `TooFewSlots`.
        """

    async def broadcast(self, event: str, source: ParticipantId | None) -> None:
        """Everybody receives `source` in the reserved slot, or nobody with None."""

    async def gate(self, event: str, participant: ParticipantId, kind: Kind, on: bool) -> None:
        """Let someone's audio or video through, or not. Raises `NotOpen`."""

    async def stats(self, event: str) -> PlaneStats: ...

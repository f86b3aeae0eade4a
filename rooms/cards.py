"""The tables of a view, card by card: what a screen draws. Times are ms of event time.

A view is a set of *tables*: JSON objects two levels deep (table → key → value). A single card is a table
whose keys are its fields. How cards are made is in `look`, how they change in `views`.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rooms.model import Medium, ParticipantId, Phase, Presence, RoomNumber, RoundNumber


class EventCard(msgspec.Struct, frozen=True):
    id: str
    title: str
    zone: str
    starts_at: int | None
    phase: Phase
    manual: bool
    next_at: int | None  # when the next round will be announced by the clock
    closed_at: int | None
    hosts: tuple[str, ...]  # names of hosts who are here
    speaker: str | None = None  # the id of the host whom everyone sees and hears
    speaker_name: str = ""


class RoundCard(msgspec.Struct, frozen=True):
    number: RoundNumber
    minutes: float
    size: int
    topic: str
    question: str
    state: Literal["to come", "now", "done", "skipped"]
    starts_at: int | None  # really, or as the timetable now stands; None before the event has a time
    rooms: int = 0  # more than 0: so many rooms were asked for, whatever `size` says


class ClockCard(msgspec.Struct, frozen=True):
    """The live round. All None between rounds."""

    number: RoundNumber | None = None
    state: Literal["announced", "running", "grace"] | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    paused_at: int | None = None


class PersonCard(msgspec.Struct, frozen=True):
    """Someone who has joined, as other guests see them."""

    name: str
    headline: str
    role: str
    presence: Presence


class RoomCard(msgspec.Struct, frozen=True):
    number: RoomNumber | None = None
    people: tuple[ParticipantId, ...] = ()
    help_at: int | None = None
    help_by: ParticipantId | None = None
    help_taken_by: str | None = None  # a host's name
    visitors: dict[str, str] = {}  # hosts' names, by their ids


class NextCard(msgspec.Struct, frozen=True):
    """The announced move, for one guest: a room with people, or a rest."""

    number: RoundNumber | None = None
    room: RoomNumber | None = None
    people: tuple[ParticipantId, ...] = ()
    new: tuple[ParticipantId, ...] = ()  # those of them not met before
    starts_at: int | None = None


class YouCard(msgspec.Struct, frozen=True):
    id: ParticipantId
    name: str
    headline: str
    email: str
    presence: Presence
    late_since: int | None
    waits: bool
    sits_out: bool
    can_join: RoomNumber | None  # for a latecomer: the room where they would be seated now
    join_with: tuple[ParticipantId, ...]  # who is here in that room
    new_next: int | None  # how many new people the plan has for them in the next round
    to_come: int | None  # and in all rounds that have not been announced, each person counted once
    muted: tuple[Medium, ...] = ()  # by a host


class ContactCard(msgspec.Struct, frozen=True):
    offered: bool
    email: str | None  # only when both have offered


class MessageCard(msgspec.Struct, frozen=True):
    id: str | None = None
    text: str = ""
    by: str = ""
    at: int | None = None


class GuestView(msgspec.Struct, frozen=True):
    event: EventCard
    rounds: dict[str, RoundCard]
    clock: ClockCard
    people: dict[ParticipantId, PersonCard]
    room: RoomCard
    next: NextCard
    you: YouCard
    met: dict[ParticipantId, tuple[RoundNumber, ...]]
    contacts: dict[ParticipantId, ContactCard]
    message: MessageCard


class ListedCard(msgspec.Struct, frozen=True):
    """Anyone on the list, as hosts see them. `email` is empty for facilitators."""

    name: str
    headline: str
    role: str
    email: str
    presence: Presence
    away_since: int | None
    room: RoomNumber | None
    late_since: int | None
    waits: bool
    sits_out: bool
    met: tuple[ParticipantId, ...]
    muted: tuple[Medium, ...] = ()


class SeatingCard(msgspec.Struct, frozen=True):
    rooms: tuple[tuple[ParticipantId, ...], ...]
    resting: tuple[ParticipantId, ...]


class MoveCard(msgspec.Struct, frozen=True):
    """The announced round, as hosts see it. All empty when none is announced."""

    number: RoundNumber | None = None
    rooms: tuple[tuple[ParticipantId, ...], ...] = ()
    resting: tuple[ParticipantId, ...] = ()
    starts_at: int | None = None


class NumbersCard(msgspec.Struct, frozen=True):
    """The plan in force. `planned` False: none yet, or it is out of date and a new one is being made."""

    planned: bool
    people: int = 0
    possible: int = 0  # new people anyone could meet at most: everyone else
    mean: float = 0.0
    least: int = 0
    most: int = 0
    repeats: int = 0
    distinct: int = 0
    bound: int = 0
    bound_name: str = ""
    optimal: bool = False


class NeedCard(msgspec.Struct, frozen=True):
    """One line of "Needs you". The key is the kind and the person or room."""

    kind: Literal["help", "late", "away"]
    since: int
    person: ParticipantId | None
    room: RoomNumber | None
    new: int = 0  # for a latecomer: new people in that room
    taken_by: str = ""


class HostCard(msgspec.Struct, frozen=True):
    name: str
    here: bool
    visiting: RoomNumber | None


class HostView(msgspec.Struct, frozen=True):
    event: EventCard
    rounds: dict[str, RoundCard]
    clock: ClockCard
    people: dict[ParticipantId, ListedCard]
    rooms: dict[str, RoomCard]  # of the running round, or of the announced one before the first
    next: MoveCard  # the announced round
    plan: dict[str, SeatingCard]  # by round number: rounds to come
    past: dict[str, SeatingCard]  # by round number: rounds that ended
    numbers: NumbersCard
    needs: dict[str, NeedCard]
    hosts: dict[str, HostCard]
    apart: dict[str, tuple[ParticipantId, ParticipantId]]
    message: MessageCard


View = GuestView | HostView


class Change(msgspec.Struct, frozen=True):
    """What one fact changes in one audience's tables. `kind` is the fact's name, for announcements."""

    kind: str
    by: str
    set: dict[str, dict[str, Any]]
    drop: dict[str, tuple[str, ...]] = {}

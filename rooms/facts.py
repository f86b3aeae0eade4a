"""Everything that can have happened. Facts are for ever: add fields with defaults, never rename.

Each carries `at` (ms of event time) and `by` (the id of who caused it, empty for the clock).
"""

from __future__ import annotations

import msgspec

from rooms.model import (
    Constellation,
    Medium,
    Newcomer,
    ParticipantId,
    PlanNumbers,
    RoomNumber,
    RoundNumber,
    WhySeated,
)
from rotation import Certificate, Pair, Plan

Groups = tuple[tuple[ParticipantId, ...], ...]  # groups[number - 1] is who sits in that room


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type"):
    at: int
    by: str = ""


class EventCreated(Fact, frozen=True, kw_only=True):
    event: str
    title: str
    zone: str
    starts_at: int | None
    rounds: tuple[Constellation, ...]
    manual: bool
    rate: float
    seed: int


class EventEdited(Fact, frozen=True, kw_only=True):
    title: str
    zone: str
    starts_at: int | None
    manual: bool


class RoundsSet(Fact, frozen=True, kw_only=True):
    """The whole agenda after the change, held rounds included."""

    rounds: tuple[Constellation, ...]


class PeopleAdded(Fact, frozen=True, kw_only=True):
    people: tuple[Newcomer, ...]


class PersonEdited(Fact, frozen=True, kw_only=True):
    person: Newcomer


class PersonRemoved(Fact, frozen=True, kw_only=True):
    person: ParticipantId


class ApartSet(Fact, frozen=True, kw_only=True):
    pairs: tuple[Pair, ...]


class MixedAgain(Fact, frozen=True, kw_only=True):
    seed: int


class EventOpened(Fact, frozen=True, kw_only=True):
    pass


class PlanAdopted(Fact, frozen=True, kw_only=True):
    plan: Plan
    certificate: Certificate
    based_on: str
    numbers: PlanNumbers


class PlenaryStarted(Fact, frozen=True, kw_only=True):
    pass


class RoundAnnounced(Fact, frozen=True, kw_only=True):
    number: RoundNumber
    rooms: Groups
    resting: tuple[ParticipantId, ...]
    starts_at: int
    ends_at: int


class RoundRefitted(Fact, frozen=True, kw_only=True):
    """The announced round, after someone left, came or sat out."""

    number: RoundNumber
    rooms: Groups
    resting: tuple[ParticipantId, ...]


class MoveCancelled(Fact, frozen=True, kw_only=True):
    number: RoundNumber


class RoundStarted(Fact, frozen=True, kw_only=True):
    """`at` is the scheduled time, also when the shell wakes late."""

    number: RoundNumber


class RoundPaused(Fact, frozen=True, kw_only=True):
    number: RoundNumber


class RoundResumed(Fact, frozen=True, kw_only=True):
    number: RoundNumber
    ends_at: int


class RoundTimeChanged(Fact, frozen=True, kw_only=True):
    number: RoundNumber
    ends_at: int
    seconds: int  # negative when shortened


class GraceStarted(Fact, frozen=True, kw_only=True):
    number: RoundNumber
    until: int


class RoundEnded(Fact, frozen=True, kw_only=True):
    """`next_at`: when the clock will announce the next round, None when it waits for a host."""

    number: RoundNumber
    next_at: int | None


class RoundSkipped(Fact, frozen=True, kw_only=True):
    number: RoundNumber
    skipped: bool


class RoundAdded(Fact, frozen=True, kw_only=True):
    round: Constellation


class TopicSet(Fact, frozen=True, kw_only=True):
    number: RoundNumber
    topic: str
    question: str


class ParticipantJoined(Fact, frozen=True, kw_only=True):
    """`late`: a round is running and they have no seat in it yet."""

    person: Newcomer
    late: bool


class ParticipantWaits(Fact, frozen=True, kw_only=True):
    person: ParticipantId


class ParticipantSeated(Fact, frozen=True, kw_only=True):
    """A seat in the running round; room None is the lobby: by the host's hand (`moved`) for this round,
    otherwise until a room can take them."""

    person: ParticipantId
    room: RoomNumber | None
    why: WhySeated


class ParticipantSatOut(Fact, frozen=True, kw_only=True):
    person: ParticipantId
    on: bool


class ParticipantWentAway(Fact, frozen=True, kw_only=True):
    person: ParticipantId


class ParticipantReturned(Fact, frozen=True, kw_only=True):
    person: ParticipantId


class ParticipantLeft(Fact, frozen=True, kw_only=True):
    person: ParticipantId


class FacilitatorCame(Fact, frozen=True, kw_only=True):
    id: str
    name: str


class FacilitatorWent(Fact, frozen=True, kw_only=True):
    id: str


class RoomVisited(Fact, frozen=True, kw_only=True):
    room: RoomNumber | None


class MessageSent(Fact, frozen=True, kw_only=True):
    id: str
    text: str
    name: str


class SpeakerChanged(Fact, frozen=True, kw_only=True):
    """The facilitator whom everyone sees and hears from now on; empty: nobody."""

    host: str


class ParticipantMuted(Fact, frozen=True, kw_only=True):
    """By a host, or not any more (`on` False), by themselves."""

    person: ParticipantId
    medium: Medium
    on: bool


class HelpAsked(Fact, frozen=True, kw_only=True):
    room: RoomNumber


class HelpTaken(Fact, frozen=True, kw_only=True):
    room: RoomNumber


class HelpClosed(Fact, frozen=True, kw_only=True):
    room: RoomNumber


class ContactOffered(Fact, frozen=True, kw_only=True):
    person: ParticipantId
    to: ParticipantId
    on: bool


class EventClosed(Fact, frozen=True, kw_only=True):
    pass


AnyFact = (
    EventCreated | EventEdited | RoundsSet | PeopleAdded | PersonEdited | PersonRemoved | ApartSet
    | MixedAgain | EventOpened | PlanAdopted | PlenaryStarted | RoundAnnounced | RoundRefitted | MoveCancelled
    | RoundStarted | RoundPaused | RoundResumed | RoundTimeChanged | GraceStarted | RoundEnded | RoundSkipped
    | RoundAdded | TopicSet | ParticipantJoined | ParticipantWaits | ParticipantSeated | ParticipantSatOut
    | ParticipantWentAway | ParticipantReturned | ParticipantLeft | FacilitatorCame | FacilitatorWent
    | RoomVisited | SpeakerChanged | ParticipantMuted | MessageSent | HelpAsked | HelpTaken | HelpClosed
    | ContactOffered | EventClosed
)  # fmt: skip

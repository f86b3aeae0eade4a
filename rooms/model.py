"""What an event is at one moment. Pure data: every change makes a new value.

Times are whole milliseconds of *event time* (see `timetable`); ids come from outside.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rotation import Certificate, Pair, Plan, Seating

ParticipantId = str
RoomNumber = int  # rooms are numbered from 1 within a round
RoundNumber = int  # rounds are numbered from 1 within an event, skipped ones included

Role = Literal["organiser", "facilitator", "participant", "system"]
Phase = Literal["draft", "open", "plenary", "rounds", "closed"]
Presence = Literal["expected", "here", "away", "left", "removed"]
RoundState = Literal["announced", "running", "grace"]
WhySeated = Literal["moved", "late", "alone", "returned"]
Medium = Literal["audio", "video"]


class By(msgspec.Struct, frozen=True):
    """Who gives a command: comes from the session, never from a frame."""

    role: Role
    id: str = ""
    name: str = ""


SYSTEM = By("system")


class Constellation(msgspec.Struct, frozen=True):
    """The pattern of one round. `rooms` > 0 asks for that many rooms and overrides `size`."""

    minutes: float = 8
    size: int = 4
    rooms: int = 0
    topic: str = ""
    question: str = ""
    skipped: bool = False


class Newcomer(msgspec.Struct, frozen=True):
    """A person as written on a list or typed at the door."""

    id: ParticipantId
    name: str
    email: str = ""
    role: str = ""
    headline: str = ""


class Participant(msgspec.Struct, frozen=True):
    id: ParticipantId
    name: str
    email: str = ""
    role: str = ""
    headline: str = ""
    presence: Presence = "expected"
    joined_at: int | None = None  # when they first came in
    away_since: int | None = None
    late_since: int | None = None  # came while a round was running and has no seat in it yet
    waits: bool = False  # a latecomer who chose, or was told, to wait for the next round
    sits_out: bool = False  # asked to rest in the announced, running or next round
    forced_rests: int = 0  # rounds spent on the bench without having asked for it
    muted: tuple[Medium, ...] = ()  # what a host has turned off; they may turn it on again themselves


class Facilitator(msgspec.Struct, frozen=True):
    id: str
    name: str
    here: bool = True
    visiting: RoomNumber | None = None


class Help(msgspec.Struct, frozen=True):
    asked_at: int
    asked_by: ParticipantId
    taken_by: str = ""  # a facilitator's id


class Room(msgspec.Struct, frozen=True):
    people: tuple[ParticipantId, ...]  # everyone whose seat this is, away or here
    help: Help | None = None


class Round(msgspec.Struct, frozen=True):
    """A live round. While announced, `rooms` is who will sit where at `starts_at`."""

    number: RoundNumber
    state: RoundState
    rooms: dict[RoomNumber, Room]
    resting: tuple[ParticipantId, ...]
    starts_at: int
    ends_at: int  # the end of talking; in grace, the moment everyone leaves
    paused_at: int | None = None
    paused_ms: int = 0  # pauses that are over
    counted_at: int = 0  # time together is counted in `together` up to here
    together: dict[Pair, int] = {}  # ms spent in one room, both here, this round


class PastRound(msgspec.Struct, frozen=True):
    """What really happened in a round that ended."""

    number: RoundNumber
    started_at: int
    ended_at: int
    talked_ms: int  # paused time left out
    rooms: tuple[tuple[ParticipantId, ...], ...]  # who sat together when it ended
    met: tuple[Pair, ...]  # pairs together long enough to count, sorted
    resting: tuple[ParticipantId, ...]


class PlanNumbers(msgspec.Struct, frozen=True):
    """Planned new people per person, for whom the plan was made."""

    people: int
    mean: float
    least: int
    most: int
    repeats: int


class Offered(msgspec.Struct, frozen=True):
    """The plan in force: one seating for each of `rounds`, the rounds to come when it was adopted."""

    plan: Plan
    certificate: Certificate
    based_on: str  # empty when another, equally good plan was asked for
    numbers: PlanNumbers
    rounds: tuple[RoundNumber, ...] = ()

    def seating(self, number: RoundNumber) -> Seating | None:
        """The seating planned for a round; None when the plan is older than the round."""
        return self.plan.seatings[self.rounds.index(number)] if number in self.rounds else None


class Message(msgspec.Struct, frozen=True):
    id: str
    text: str
    by: str
    at: int


class Event(msgspec.Struct, frozen=True):
    id: str
    title: str
    zone: str
    starts_at: int | None
    created_at: int
    rate: float
    seed: int
    manual: bool = False
    phase: Phase = "draft"
    agenda: tuple[Constellation, ...] = ()  # agenda[number - 1]
    participants: dict[ParticipantId, Participant] = {}
    facilitators: dict[str, Facilitator] = {}
    apart: tuple[Pair, ...] = ()
    offered: Offered | None = None
    round: Round | None = None
    past: tuple[PastRound, ...] = ()
    met: dict[ParticipantId, dict[ParticipantId, tuple[RoundNumber, ...]]] = {}  # in `past`, both ways
    next_at: int | None = None  # the clock announces the next round then, or as soon as two are here
    message: Message | None = None
    contacts: tuple[tuple[ParticipantId, ParticipantId], ...] = ()  # (who offered, to whom)
    speaker: str = ""  # the facilitator whom everyone sees and hears, wherever they are
    cutover: int = 0  # switches of the media plane so far
    closed_at: int | None = None
    at: int = 0  # time of the newest fact: no later fact is older

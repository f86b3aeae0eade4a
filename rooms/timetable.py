"""Rounds, moves and grace on one clock: every deadline, and when each round is expected.

All times are whole milliseconds of event time. Nothing here looks at a clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from rooms.model import Constellation, Event, ParticipantId, Round, RoundNumber
from rooms.presence import here, willing

MOVE = 10_000  # from the announcement of a round to its start
MOVE_NOW = 500
AMENDABLE = 2_000  # until this long before its start, an announced round is fitted to who is here
GRACE = 15_000  # to finish the sentence
LATE = 20_000  # a latecomer is seated after this long without having chosen
MEETING = 60_000  # together for so long, two people have met
LEAST_LEFT = 10_000  # a round is not shortened below this
WELCOME = CLOSE = 5 * 60_000  # everyone together, before the first round and after the last


def minutes(value: float) -> int:
    """Minutes in ms."""
    return round(value * 60_000)


def meeting(constellation: Constellation) -> int:
    """How long two people must be together to have met: 60 s, or half of a round shorter than 2 minutes."""
    return min(MEETING, minutes(constellation.minutes) // 2)


def total(agenda: Sequence[Constellation]) -> int:
    """From the start of the first round to the end of the last: talk, grace and the moves between.

    >>> total([Constellation(minutes=8), Constellation(minutes=8)]) == 2 * (8 * 60_000 + 15_000) + 10_000
    True
    """
    held = [each for each in agenda if not each.skipped]
    return sum(minutes(each.minutes) + GRACE for each in held) + MOVE * max(len(held) - 1, 0)


def lasts(agenda: Sequence[Constellation]) -> int:
    """The whole event with welcome and close, as one says it to people: up to the next full minute.

    `client/src/timetable.ts` counts the same.

    >>> lasts([Constellation(minutes=8)] * 5) == 52 * 60_000
    True
    """
    return -(-(WELCOME + total(agenda) + CLOSE) // 60_000) * 60_000


# Which rounds come


def announced(event: Event) -> RoundNumber:
    """The last round that was announced, 0 before the first. Later ones can still be changed."""
    last = event.past[-1].number if event.past else 0
    return event.round.number if event.round is not None else last


def coming(event: Event) -> tuple[RoundNumber, ...]:
    """The rounds that have not been announced and are not skipped."""
    later = range(announced(event) + 1, len(event.agenda) + 1)
    return tuple(number for number in later if not event.agenda[number - 1].skipped)


def now_in(round: Round, now: int) -> int:
    """The time as the round sees it: while it is paused, the moment of the pause."""
    return now if round.paused_at is None else round.paused_at


# Deadlines


class Due(NamedTuple):
    """Something the clock does. `person` is the latecomer to be seated."""

    at: int
    what: Literal["announce", "start", "grace", "end", "seat"]
    person: ParticipantId = ""


def next_due(event: Event) -> Due | None:
    """What the clock does next, and when; None while it waits for a host, or for people."""
    if event.round is None:
        return _announcement(event)
    if event.round.paused_at is not None:
        return None
    return min([_turn(event.round), *_late(event, event.round)])


def next_deadline(event: Event) -> int | None:
    """When `Wake` should come next."""
    due = next_due(event)
    return None if due is None else due.at


def worth_joining(event: Event, round: Round, at: int) -> bool:
    """Whether someone seated at this time still meets the others before the round ends."""
    left = round.ends_at - now_in(round, at)
    return round.state == "running" and left >= meeting(event.agenda[round.number - 1])


def enough(event: Event) -> bool:
    """Two people who would like a seat."""
    return sum(1 for person in here(event) if willing(person)) >= 2


def _announcement(event: Event) -> Due | None:
    if event.next_at is None or not coming(event) or not enough(event):
        return None
    return Due(event.next_at, "announce")


def _turn(round: Round) -> Due:
    match round.state:
        case "announced":
            return Due(round.starts_at, "start")
        case "running":
            return Due(round.ends_at, "grace")
        case "grace":
            return Due(round.ends_at, "end")


def _late(event: Event, round: Round) -> list[Due]:
    if round.state != "running":
        return []
    due = (
        Due(max(person.late_since + LATE, event.at), "seat", person.id)
        for person in here(event)
        if person.late_since is not None and not person.waits
    )
    return [each for each in due if worth_joining(event, round, each.at)]


# Expectations


def starts(event: Event) -> dict[RoundNumber, int | None]:
    """For each round, when it really started, or is expected to as things stand; None when nobody can say.

    While the event waits for a host, the estimate is the earliest: as if the round were started now.
    """
    known: dict[RoundNumber, int | None] = {past.number: past.started_at for past in event.past}
    clock = None if event.starts_at is None else event.starts_at + WELCOME
    if event.round is not None:
        known[event.round.number] = event.round.starts_at
        clock = event.round.ends_at + (0 if event.round.state == "grace" else GRACE) + MOVE
    elif event.past:
        clock = event.past[-1].ended_at + MOVE
    for number in coming(event):
        known[number] = clock
        if clock is not None:
            clock += minutes(event.agenda[number - 1].minutes) + GRACE + MOVE
    return {number: known.get(number) for number in range(1, len(event.agenda) + 1)}

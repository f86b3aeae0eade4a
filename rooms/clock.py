"""What happens by itself: due deadlines, law 3 (nobody alone), and announcing, ending, refitting rounds."""

from __future__ import annotations

from collections.abc import Mapping

from rooms import history
from rooms.assignment import Ties, comfortable, fit, refit, relieve, room_sizes, ties
from rooms.facts import (
    GraceStarted,
    ParticipantSeated,
    PlenaryStarted,
    RoundAnnounced,
    RoundEnded,
    RoundRefitted,
    RoundStarted,
)
from rooms.model import Event, ParticipantId, RoomNumber, Round, RoundNumber, WhySeated
from rooms.presence import company, here, talking, unseated, willing
from rooms.timetable import AMENDABLE, GRACE, MOVE, Due, coming, minutes, next_due, now_in
from rooms.turn import Turn
from rotation import Seating

# Deadlines


def settle(turn: Turn) -> None:
    """Everything due by now, in order, each at its scheduled time."""
    while (due := next_due(turn.event)) is not None and due.at <= turn.at:
        step = turn.clocked(due.at)
        _happens(step, due)
        relieve_all(step)
        turn.take(step)


def _happens(turn: Turn, due: Due) -> None:
    match due.what:
        case "announce":
            announce(turn, coming(turn.event)[0], MOVE)
        case "start":
            _start(turn)
        case "grace":
            grace(turn)
        case "end":
            end(turn, goes_on=True)
        case "seat":
            seat_latecomer(turn, due.person)


def _start(turn: Turn) -> None:
    if turn.event.round is not None:
        turn.add(RoundStarted(at=turn.at, by=turn.by, number=turn.event.round.number))


# Rounds


def announce(turn: Turn, number: RoundNumber, lead: int) -> None:
    """Fit the planned seating of a round to who is here; it starts `lead` ms from now."""
    seating = seat_everyone(turn.event, number)
    starts_at = turn.at + lead
    turn.add(
        RoundAnnounced(
            at=turn.at,
            by=turn.by,
            number=number,
            rooms=seating.groups,
            resting=seating.resting,
            starts_at=starts_at,
            ends_at=starts_at + minutes(turn.event.agenda[number - 1].minutes),
        )
    )


def seat_everyone(event: Event, number: RoundNumber) -> Seating:
    """Who would sit where if this round were announced now. Those who sit out are among the resting."""
    people = [person.id for person in here(event) if willing(person)]
    planned = None if event.offered is None else event.offered.seating(number)
    seating = fit(
        planned or Seating(()),
        people,
        room_sizes(event.agenda[number - 1], len(people)),
        ties(event),
        event.seed * 1_000 + number,
    )
    return Seating(seating.groups, seating.resting + _sitting_out(event))


def grace(turn: Turn) -> None:
    """A last 15 s."""
    if turn.event.round is not None:
        turn.add(GraceStarted(at=turn.at, by=turn.by, number=turn.event.round.number, until=turn.at + GRACE))


def end(turn: Turn, *, goes_on: bool) -> None:
    """End the round. If the event `goes_on`, the clock announces the next, or calls back after the last."""
    round = turn.event.round
    if round is None:
        return
    left = coming(turn.event)
    by_clock = goes_on and not turn.event.manual and bool(left)
    turn.add(RoundEnded(at=turn.at, by=turn.by, number=round.number, next_at=turn.at if by_clock else None))
    if goes_on and not left:
        turn.add(PlenaryStarted(at=turn.at, by=turn.by))


# Seats


def relieve_all(turn: Turn) -> None:
    """Law 3: in a running round nobody who is here and willing is alone, or left out."""
    while (round := talking(turn.event)) is not None:
        event = turn.event
        without = unseated(event, round)
        step = relieve(company(event, round), without, _comfortable(event, round), live_ties(event, turn.at))
        if step is None:
            return
        person, room = step
        why = _arrived(event, round, person) if person in without else "alone"
        turn.add(ParticipantSeated(at=turn.at, by=turn.by, person=person, room=room, why=why))


def seat_latecomer(turn: Turn, person: ParticipantId) -> bool:
    """Seat a latecomer where they gain most; False when no room can take them yet.

    Then they are latecomers no more but left out: law 3 finds them a seat as soon as there is one.
    """
    event, round = turn.event, talking(turn.event)
    if round is None:
        return False
    step = relieve(
        company(event, round),
        (person, *unseated(event, round)),
        _comfortable(event, round),
        live_ties(event, turn.at),
    )
    room = step[1] if step is not None and step[0] == person else None
    turn.add(ParticipantSeated(at=turn.at, by=turn.by, person=person, room=room, why="late"))
    return room is not None


def refit_announced(turn: Turn) -> None:
    """Amend the announced round to who is here and willing, until shortly before it starts."""
    round = turn.event.round
    if round is None or round.state != "announced":
        return
    if now_in(round, turn.at) <= round.starts_at - AMENDABLE:
        refit_to(turn, round, {number: room.people for number, room in round.rooms.items()})


def refit_to(
    turn: Turn, round: Round, rooms: Mapping[RoomNumber, tuple[ParticipantId, ...]], also: ParticipantId = ""
) -> None:
    """Bring the announced round to these rooms, changed where someone in them is absent, alone or left out.

    `also` has a seat in them though they were told to wait. A room that becomes empty keeps its number.
    """
    event = turn.event
    people = [person.id for person in here(event) if willing(person) or person.id == also]
    fitted = refit(rooms, people, _comfortable(event, round), ties(event))
    seated = {person for room in fitted.values() for person in room}
    resting = tuple(person.id for person in here(event) if person.id not in seated)
    groups = tuple(fitted.get(number, ()) for number in range(1, max(fitted, default=0) + 1))
    if _seated(fitted) != _seated({n: room.people for n, room in round.rooms.items()}) or set(resting) != set(
        round.resting
    ):
        turn.add(RoundRefitted(at=turn.at, by=turn.by, number=round.number, rooms=groups, resting=resting))


def _seated(rooms: Mapping[RoomNumber, tuple[ParticipantId, ...]]) -> dict[RoomNumber, set[ParticipantId]]:
    return {number: set(room) for number, room in rooms.items() if room}


def live_ties(event: Event, at: int) -> Ties:
    """What is between people now, meetings of the running round included."""
    round = talking(event)
    return ties(event, () if round is None else history.met_in(event, round, at))


def _arrived(event: Event, round: Round, person: ParticipantId) -> WhySeated:
    """Too late to be part of the announced seating, or back from being away or resting."""
    joined_at = event.participants[person].joined_at
    late = joined_at is not None and joined_at > round.starts_at - AMENDABLE
    return "late" if late else "returned"


def _comfortable(event: Event, round: Round) -> int:
    people = sum(1 for person in here(event) if willing(person))
    return comfortable(event.agenda[round.number - 1], people)


def _sitting_out(event: Event) -> tuple[ParticipantId, ...]:
    return tuple(person.id for person in here(event) if not willing(person))

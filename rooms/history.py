"""Who really met whom: counted from the time people spent in one room, never taken from a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from rooms.model import Event, ParticipantId, PastRound, Round, RoundNumber
from rooms.presence import company, talking
from rooms.timetable import meeting, now_in
from rotation import History, Pair, pair

Met = dict[ParticipantId, dict[ParticipantId, tuple[RoundNumber, ...]]]


def together(event: Event, round: Round, at: int) -> dict[Pair, int]:
    """Time (ms) spent in one room, both here, counted up to `at`. Announced and paused time adds nothing."""
    passed = now_in(round, at) - round.counted_at
    if round.state == "announced" or passed <= 0:
        return round.together
    spent = dict(round.together)
    for people in company(event, round).values():
        for two in _pairs(people):
            spent[two] = spent.get(two, 0) + passed
    return spent


def met_in(event: Event, round: Round, at: int) -> tuple[Pair, ...]:
    """Who has met in this round so far, sorted."""
    enough = meeting(event.agenda[round.number - 1])
    return tuple(sorted(two for two, spent in together(event, round, at).items() if spent >= enough))


def remember(met: Met, number: RoundNumber, pairs: Iterable[Pair]) -> Met:
    """The record of who met whom, with another round's meetings."""
    after = dict(met)
    fresh: set[ParticipantId] = set()
    for a, b in pairs:
        for one, other in ((a, b), (b, a)):
            if one not in fresh:
                after[one] = dict(after.get(one, {}))
                fresh.add(one)
            after[one][other] = (*after[one].get(other, ()), number)
    return after


def have_met(event: Event, a: ParticipantId, b: ParticipantId, at: int) -> bool:
    """Whether two people met in an earlier round, or have in this one."""
    if b in event.met.get(a, {}):
        return True
    round = talking(event)
    return round is not None and pair(a, b) in met_in(event, round, at)


def for_planning(event: Event) -> History:
    """Everything that a plan for the rounds to come has to know.

    In the announced or running round those who share a room count as having met, so that its end
    changes nothing when it goes as planned.
    """
    times: dict[Pair, int] = {
        (a, b): len(rounds) for a, others in event.met.items() for b, rounds in others.items() if a < b
    }
    for two in _meeting_now(event):
        times[two] = times.get(two, 0) + 1
    return History(
        meetings=tuple((a, b, count) for (a, b), count in times.items()),
        rests=tuple(
            (person.id, person.forced_rests) for person in event.participants.values() if person.forced_rests
        ),
        small=tuple((person, 1) for rooms in _all_rooms(event) for person in smaller(rooms)),
    )


def smaller(rooms: Iterable[tuple[ParticipantId, ...]]) -> Iterator[ParticipantId]:
    """Everyone in a room smaller than the round's largest."""
    rooms = tuple(rooms)
    largest = max(map(len, rooms), default=0)
    return (person for room in rooms if len(room) < largest for person in room)


def pairs_met(past: Iterable[PastRound]) -> Iterator[Pair]:
    """One pair for each meeting; those who met twice come twice."""
    return (two for round in past for two in round.met)


def _meeting_now(event: Event) -> set[Pair]:
    if event.round is None:
        return set()
    enough = meeting(event.agenda[event.round.number - 1])
    met = {two for two, spent in event.round.together.items() if spent >= enough}
    for room in event.round.rooms.values():
        met.update(_pairs(room.people))
    return met


def _all_rooms(event: Event) -> Iterator[tuple[tuple[ParticipantId, ...], ...]]:
    yield from (past.rooms for past in event.past)
    if event.round is not None:
        yield tuple(room.people for room in event.round.rooms.values())


def _pairs(people: Iterable[ParticipantId]) -> Iterator[Pair]:
    return (pair(a, b) for a, b in combinations(people, 2))

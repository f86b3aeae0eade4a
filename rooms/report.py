"""What an event achieved: counted from the facts, from who was really in a room with whom."""

from __future__ import annotations

from collections import Counter

import msgspec

from rooms import history
from rooms.assignment import room_sizes
from rooms.model import Event, ParticipantId, PastRound, Presence, RoundNumber
from rotation import Nonsense, Pair, Person, Problem, Rules, bound, pair


class RoundReport(msgspec.Struct, frozen=True):
    """One round as it was. Times are ms of event time."""

    number: RoundNumber
    topic: str
    started_at: int
    ended_at: int
    talked_ms: int  # pauses left out
    rooms: tuple[tuple[ParticipantId, ...], ...]  # when it ended
    resting: tuple[ParticipantId, ...]
    met: tuple[Pair, ...]
    new: int  # pairs who met for the first time
    met_after: float  # people met per person so far, on average


class PersonReport(msgspec.Struct, frozen=True):
    """One person, as the wrap-up shows it to them."""

    id: ParticipantId
    name: str
    role: str
    presence: Presence
    joined_at: int | None
    rounds: int  # rounds in which they met somebody
    rests: int  # rounds on the bench without having asked for it
    met: tuple[ParticipantId, ...]


class Report(msgspec.Struct, frozen=True):
    """The numbers are over everyone who came in at some time."""

    event: str
    title: str
    started_at: int | None  # of the first round
    ended_at: int | None  # of the last round
    listed: int
    came: int
    stayed: int  # were here, or briefly away, at the end
    rounds: tuple[RoundReport, ...]
    people: tuple[PersonReport, ...]
    pairs: int  # who met at least once
    repeats: int  # meetings beyond the first of each pair
    met_mean: float
    met_least: int
    met_most: int
    bound_mean: float  # no plan for those who were there could have more
    contacts: int  # pairs who both offered theirs


def report(event: Event) -> Report:
    """The report of the rounds that have ended, also while the event goes on."""
    came = [person for person in event.participants.values() if person.joined_at is not None]
    met = {person.id: event.met.get(person.id, {}) for person in came}
    counts = [len(others) for others in met.values()] or [0]
    pairs = sum(counts) // 2
    return Report(
        event=event.id,
        title=event.title,
        started_at=event.past[0].started_at if event.past else None,
        ended_at=event.past[-1].ended_at if event.past else None,
        listed=len(event.participants),
        came=len(came),
        stayed=sum(1 for person in came if person.presence in ("here", "away")),
        rounds=_rounds(event, len(came)),
        people=tuple(
            PersonReport(
                id=person.id,
                name=person.name,
                role=person.role,
                presence=person.presence,
                joined_at=person.joined_at,
                rounds=len({number for rounds in met[person.id].values() for number in rounds}),
                rests=person.forced_rests,
                met=tuple(met[person.id]),
            )
            for person in came
        ),
        pairs=pairs,
        repeats=sum(1 for _ in history.pairs_met(event.past)) - pairs,
        met_mean=sum(counts) / len(counts),
        met_least=min(counts),
        met_most=max(counts),
        # Moves within a round can make more meetings than any plan: then the limit is what was reached.
        bound_mean=max(_bound(event), sum(counts) / 2) * 2 / len(counts),
        contacts=sum(1 for a, b in event.contacts if a < b and (b, a) in event.contacts),
    )


def _rounds(event: Event, people: int) -> tuple[RoundReport, ...]:
    seen: set[Pair] = set()
    reports: list[RoundReport] = []
    for past in event.past:
        new = set(past.met) - seen
        seen |= new
        reports.append(
            RoundReport(
                number=past.number,
                topic=event.agenda[past.number - 1].topic,
                started_at=past.started_at,
                ended_at=past.ended_at,
                talked_ms=past.talked_ms,
                rooms=past.rooms,
                resting=past.resting,
                met=past.met,
                new=len(new),
                met_after=2 * len(seen) / people if people else 0.0,
            )
        )
    return tuple(reports)


def _bound(event: Event) -> int:
    """The most pairs that could have met, given who was there in which round.

    The smaller of two limits: what any plan allows for rooms of the sizes asked for, with the absent
    resting; and what each person could reach in the rounds in which they were there.
    """
    there = [_there(past) for past in event.past]
    ids = sorted(set().union(*there)) if there else []
    if len(ids) < 2:
        return 0
    sizes = [
        room_sizes(event.agenda[past.number - 1], len(present))
        for past, present in zip(event.past, there, strict=True)
    ]
    return min(_planned(event, ids, sizes), _reachable(event, there, sizes))


def _planned(event: Event, ids: list[ParticipantId], sizes: list[tuple[int, ...]]) -> int:
    try:
        problem = Problem(
            people=tuple(Person(id) for id in ids),
            rounds=tuple(sizes),
            rules=Rules(apart=frozenset(event.apart)),
        )
    except Nonsense:
        # Rules that no plan can keep: leave them out, which only raises the limit.
        problem = Problem(people=tuple(Person(id) for id in ids), rounds=tuple(sizes))
    return bound(problem)[0]


def _reachable(event: Event, there: list[frozenset[ParticipantId]], sizes: list[tuple[int, ...]]) -> int:
    """Half the sum over people of: others there in the same rounds, at most as many as rooms hold."""
    reach: Counter[ParticipantId] = Counter()
    others: dict[ParticipantId, set[ParticipantId]] = {}
    for present, rooms in zip(there, sizes, strict=True):
        for id in present:
            reach[id] += max(rooms, default=1) - 1
            others.setdefault(id, set()).update(present)
    apart = set(event.apart)
    return (
        sum(
            min(reach[id], sum(1 for other in known if other != id and pair(id, other) not in apart))
            for id, known in others.items()
        )
        // 2
    )


def _there(past: PastRound) -> frozenset[ParticipantId]:
    """Everyone who sat in a room of the round when it ended, or had met somebody in it."""
    return frozenset((*(id for room in past.rooms for id in room), *(id for two in past.met for id in two)))

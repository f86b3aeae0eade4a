"""The best plan of a tiny problem, found by trying all plans there are. Knows no solver, bound or checker.

Rules are read from the model's own words (`rotation.Rules`), once more and in the plainest way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from rotation.model import Pair, PersonId, Problem, RoomSizes, Template

Rooms = tuple[tuple[PersonId, ...], ...]

# Rules for which it matters which room is which.
NUMBERED = ("hosts", "stays", "pins", "rooms_differ")


def most_new_pairs(problem: Problem) -> int | None:
    """The most new pairs of any plan that keeps the hard rules; None when no plan keeps them.

    For about six people and three rounds: the cost is the number of seatings to the power of the rounds.
    """
    choices = [
        [(rooms, new_pairs(problem, [rooms])) for rooms in allowed_rounds(problem, number)]
        for number in range(1, len(problem.rounds) + 1)
    ]
    return _search(problem, choices, [], frozenset(), None)


def _search(
    problem: Problem,
    choices: Sequence[Sequence[tuple[Rooms, frozenset[Pair]]]],
    held: list[Rooms],
    met: frozenset[Pair],
    best: int | None,
) -> int | None:
    """The most new pairs after the rounds held, or `best` when they lead to no better plan."""
    possible = sum(max((len(pairs) for _, pairs in seatings), default=0) for seatings in choices[len(held) :])
    if best is not None and len(met) + possible <= best:
        return best
    if len(held) == len(choices):
        return len(met) if keeps_rules(problem, held) else best
    for rooms, pairs in choices[len(held)]:
        best = _search(problem, choices, [*held, rooms], met | pairs, best)
    return best


def new_pairs(problem: Problem, held: Iterable[Rooms]) -> frozenset[Pair]:
    """Pairs who meet in these rounds and had not met in history."""
    before = {frozenset((a, b)) for a, b, times in problem.history.meetings if times}
    return frozenset(
        (a, b)
        for rooms in held
        for room in rooms
        for a, b in combinations(sorted(room), 2)
        if {a, b} not in before
    )


def allowed_rounds(problem: Problem, number: int) -> list[Rooms]:
    """All ways to seat one round, by its number, that keep the hard rules about a single round."""
    rules = problem.rules
    here = [person.id for person in problem.people if (person.id, number) not in rules.away]
    numbered = any(getattr(rules, name) for name in NUMBERED)
    return [
        rooms
        for rooms in _seatings(tuple(here), problem.rounds[number - 1], numbered)
        if round_keeps(problem, number, rooms)
    ]


def _seatings(here: tuple[PersonId, ...], sizes: RoomSizes, numbered: bool) -> Iterator[Rooms]:
    if not sizes:
        yield ()
        return
    for room in combinations(here, sizes[0]):
        left = tuple(person for person in here if person not in room)
        for others in _seatings(left, sizes[1:], numbered):
            if numbered or not others or len(others[0]) != len(room) or room < others[0]:
                yield (room, *others)


def round_keeps(problem: Problem, number: int, rooms: Rooms) -> bool:
    """Whether the hard rules that speak of a single round are kept in it."""
    rules, soft = problem.rules, problem.rules.soft
    traits = {person.id: dict(person.traits) | {"role": person.role} for person in problem.people}
    room_of = {person: place for place, room in enumerate(rooms, start=1) for person in room}
    here = {person for person in traits if (person, number) not in rules.away}
    together = [pair for room in rooms for pair in combinations(room, 2)]
    broken = {
        "apart": any({a, b} == set(pair) for pair in together for a, b in rules.apart),
        "apart_by": any(
            traits[a].get(column) and traits[a].get(column) == traits[b].get(column)
            for a, b in together
            for column in rules.apart_by
        ),
        "together": any(
            len({room_of[person] for person in fellows if person in room_of}) > 1
            for fellows in rules.together
        ),
        "hosts": any(room_of.get(person) != room for person, room in rules.hosts if person in here),
        "pins": any(
            room_of.get(person) != room for person, at, room in rules.pins if at == number and person in here
        ),
        "at_least_three": any(len(room) < 3 and not rules.at_least_three.isdisjoint(room) for room in rooms),
    }
    if any(wrong and name not in soft for name, wrong in broken.items()):
        return False
    template = problem.templates[number - 1] if problem.templates else Template()
    return all(_fits(template, [traits[person]["role"] for person in room]) for room in rooms)


def _fits(template: Template, roles: Sequence[str]) -> bool:
    return (
        all(roles.count(role) == many for role, many in template.exactly)
        and all(roles.count(role) >= many for role, many in template.at_least)
        and (not template.same_role or len(set(roles)) <= 1)
    )


def keeps_rules(problem: Problem, held: Sequence[Rooms]) -> bool:
    """Whether the hard rules that speak of several rounds are kept."""
    rules, soft = problem.rules, problem.rules.soft
    met = Counter(frozenset(pair) for rooms in held for room in rooms for pair in combinations(room, 2))
    known = {person.id for person in problem.people}
    if "meet" not in soft and any({a, b} <= known and not met[frozenset((a, b))] for a, b in rules.meet):
        return False
    if rules.at_most and "at_most" not in soft and _meets_too_often(problem, held):
        return False
    if "stays" not in soft and any(len(set(_rooms_of(who, held))) > 1 for who in rules.stays):
        return False
    if rules.rooms_differ and "rooms_differ" not in soft and _returns(problem, held):
        return False
    return all(
        {frozenset(room) for room in held[later - 1]} == {frozenset(room) for room in held[first - 1]}
        for later, first in problem.same_as
    )


def _meets_too_often(problem: Problem, held: Sequence[Rooms]) -> bool:
    again = {later for later, _ in problem.same_as}
    times = Counter(
        frozenset(pair)
        for number, rooms in enumerate(held, start=1)
        if number not in again
        for room in rooms
        for pair in combinations(room, 2)
    )
    before = {frozenset((a, b)): count for a, b, count in problem.history.meetings}
    exempt = _fellowships(problem)
    return any(
        count + before.get(pair, 0) > problem.rules.at_most
        for pair, count in times.items()
        if not any(pair <= fellows for fellows in exempt)
    )


def _fellowships(problem: Problem) -> list[frozenset[PersonId]]:
    """The groups kept together, those that overlap being one."""
    found: list[frozenset[PersonId]] = []
    for fellows in problem.rules.together:
        touching = [other for other in found if other & fellows]
        found = [other for other in found if not other & fellows] + [fellows.union(*touching)]
    return found


def _rooms_of(person: PersonId, held: Sequence[Rooms]) -> list[int]:
    return [place for rooms in held for place, room in enumerate(rooms, start=1) if person in room]


def _returns(problem: Problem, held: Sequence[Rooms]) -> bool:
    rules = problem.rules
    exempt = {who for who, _ in rules.hosts} | rules.stays | {who for who, _, _ in rules.pins}
    exempt = exempt.union(*(fellows for fellows in _fellowships(problem) if fellows & exempt))
    rooms = {person.id: _rooms_of(person.id, held) for person in problem.people if person.id not in exempt}
    return any(len(set(places)) < len(places) for places in rooms.values())

"""Rooms of two neighbouring sizes: people are taken out of a design with equal rooms.

If those taken out never meet, each leaves a different room in every round: so many rooms become smaller by
one. Such people are a column of a transversal design, a room of a round that is not played, or the last
people of a design of the catalogue that has rooms of two sizes itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rotation.designs.catalogue import look_up
from rotation.designs.equal import equal
from rotation.designs.transversal import columns

Round = list[list[int]]

# Looking for people who never meet takes people squared; larger designs have columns.
_LARGEST = 400
_STARTS = 4


def two_sizes(sizes: Sequence[int], rounds: int) -> list[Round]:
    """Rounds with rooms of k and k - 1 people, largest first, in which nobody meets anybody twice."""
    rooms, k = len(sizes), sizes[0]
    gaps = rooms * k - sum(sizes)
    if sizes[-1] != k - 1 or k < 3:
        return []
    plan = [_without(set(range(rooms * k - gaps, rooms * k)), seated) for seated in columns(rooms, k, rounds)]
    if rooms * k > _LARGEST:
        return plan
    for make in (_catalogued, _equal):
        for whole in make(rooms, k, rounds):
            if len(plan) < rounds:
                plan = max(plan, _with_gaps(whole, gaps, rounds, len(plan)), key=len)
    return plan if len(plan) >= rounds else max(plan, *_with_more(rooms, k, gaps, rounds), key=len)


def _catalogued(rooms: int, k: int, rounds: int) -> Iterator[list[Round]]:
    return (entry.development.rounds(rounds + 1) for entry in look_up((k,) * rooms))


def _equal(rooms: int, k: int, rounds: int) -> Iterator[list[Round]]:
    yield equal(rooms, k, rounds + 1)


def _with_more(rooms: int, k: int, gaps: int, rounds: int) -> Iterator[list[Round]]:
    """Catalogued designs with fewer small rooms, without their last people; [] first."""
    yield []
    for fewer in range(1, gaps):
        for entry in look_up((k,) * (rooms - fewer) + (k - 1,) * fewer):
            whole = entry.development.rounds(rounds)
            first = rooms * k - gaps
            plan = [[[p for p in room if p < first] for room in seated] for seated in whole]
            if all(sum(len(room) < k for room in seated) == gaps for seated in plan):
                yield plan


def _with_gaps(whole: Sequence[Round], gaps: int, rounds: int, enough: int) -> list[Round]:
    """As many of the rounds, but more than enough, as leave so many people who never meet, without these.

    Found by halving: the fewer rounds are played, the more people never meet.
    """
    people, best = sum(map(len, whole[0])), list[Round]()
    low, high = enough + 1, min(rounds, len(whole))
    while low <= high:
        played = high if not best and high == min(rounds, len(whole)) else (low + high) // 2
        chosen = _strangers(whole[:played], people, gaps)
        if chosen:
            best = [_without(set(chosen), seated) for seated in whole[:played]]
            low = played + 1
        else:
            high = played - 1
    return best


def _without(gone: set[int], seated: Sequence[Sequence[int]]) -> Round:
    """The round without these people, and the others renumbered to close the gaps."""
    number = {p: i for i, p in enumerate(sorted({p for room in seated for p in room} - gone))}
    return [[number[p] for p in room if p in number] for room in seated]


def _strangers(rounds: Sequence[Round], people: int, many: int) -> list[int]:
    """So many people of whom no two meet, or [] when none are found: greedily, from those who meet fewest."""
    open_to = [(1 << people) - 1] * people
    for seated in rounds:
        for room in seated:
            mask = ~sum(1 << p for p in room)
            for p in room:
                open_to[p] &= mask
    by_open = sorted(range(people), key=lambda p: -open_to[p].bit_count())
    # The last people are those who stay fixed, if any do: they never meet.
    for first in (people - 1, *by_open[:_STARTS]):
        chosen, left = [first], open_to[first]
        while left and len(chosen) < many:
            following = max(_people(left), key=lambda p: (left & open_to[p]).bit_count())
            chosen.append(following)
            left &= open_to[following]
        if len(chosen) == many:
            return chosen
    return []


def _people(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low

"""An earlier plan for those who are here now: absent dropped, newcomers seated, the others hardly moved."""

from __future__ import annotations

from collections.abc import Sequence

from rotation.chance import Chance
from rotation.costs import Costs
from rotation.greedy import States, arrange, states_before


def repair(
    people: int,
    rounds: Sequence[Sequence[int]],
    previous: Sequence[Sequence[Sequence[int]]],
    costs: Costs,
    chance: Chance,
) -> list[list[list[int]]]:
    """Rooms and, last, who rests, for rounds of the given sizes.

    `previous` holds the rooms of the last plan, in which only people who are here are left; its benches are
    not needed. Rounds that it lacks are made anew. O(rounds * (people + newcomers * rooms * room size)).
    """
    states = states_before(people, costs)
    kept = [_keep(rooms, sizes) for rooms, sizes in zip(previous, rounds, strict=False)]
    for rooms in kept:
        for room in rooms:
            _note(room, states)
    rests = list(costs.rests)
    for rooms, sizes in zip(kept, rounds, strict=False):
        _seat_others(people, rooms, sizes, states, costs, rests, chance)
    return arrange(people, rounds, costs, chance, fixed=kept)


def _keep(rooms: Sequence[Sequence[int]], sizes: Sequence[int]) -> list[list[int]]:
    """The fullest groups in the largest rooms, cut to size; groups without a room are dissolved."""
    by_size = sorted(range(len(sizes)), key=lambda room: -sizes[room])
    fullest = sorted(rooms, key=lambda mates: -len(mates))
    kept: list[list[int]] = [[] for _ in sizes]
    for room, mates in zip(by_size, fullest, strict=False):
        kept[room] = list(mates[: sizes[room]])
    return kept


def _seat_others(
    people: int,
    rooms: list[list[int]],
    sizes: Sequence[int],
    states: States,
    costs: Costs,
    rests: list[int],
    chance: Chance,
) -> None:
    """Fill the round with whoever has no seat in it, those first who rested most, and bench the rest."""
    seated = {person for room in rooms for person in room}
    waiting = [person for person in range(people) if person not in seated]
    chance.shuffle(waiting)
    waiting.sort(key=lambda person: -rests[person])
    seats = sum(sizes) - len(seated)
    for person in waiting[:seats]:
        row = states[person]
        open_rooms = [room for room, mates in enumerate(rooms) if len(mates) < sizes[room]]
        prices = [sum([costs.once_more[row[mate]] for mate in rooms[room]]) for room in open_rooms]
        room = rooms[open_rooms[prices.index(min(prices))]]
        for mate in room:
            states[person][mate] += 1
            states[mate][person] += 1
        room.append(person)
    bench = waiting[seats:]
    for person in bench:
        rests[person] += 1
    rooms.append(bench)


def _note(room: Sequence[int], states: States) -> None:
    for a in room:
        row = states[a]
        for b in room:
            if a != b:
                row[b] += 1

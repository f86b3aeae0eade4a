"""An earlier plan for those who are here now: absent dropped, newcomers seated, the others hardly moved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby, islice

from rotation.chance import Chance
from rotation.costs import Costs
from rotation.greedy import arrange


def repair(
    people: int,
    rounds: Sequence[Sequence[int]],
    previous: Sequence[Sequence[list[int]]],
    costs: Costs,
    chance: Chance,
    present: Sequence[Collection[int]] = (),
    native: bool = True,
) -> list[list[list[int]]]:
    """Rooms and, last, who rests, for rounds of the given sizes; `present` as for `rotation.greedy`.

    `previous` holds the rooms of the last plan, in which only people who are there are left; its benches are
    not needed. Rounds that it lacks are made anew. Groups stay together, and in their rooms, as far as sizes
    allow; newcomers take the places left, and whoever then repeats a meeting may move, in the last rounds
    rather than in the first. Cost as for `arrange`.
    """
    small = list(costs.small)
    kept = [keep(rooms, sizes, small) for rooms, sizes in zip(previous, rounds, strict=False)]
    return arrange(people, rounds, costs, chance, kept, present, native)


def keep(rooms: Sequence[list[int]], sizes: Sequence[int], small: list[int]) -> list[list[int]]:
    """Who keeps a place, for each room: the fullest groups, cut to size, the fuller ones in larger rooms.

    Among those as full, the smaller rooms are for people who had the fewest (`small`, which is gone on with).
    A group whose old room is as large as the one it gets stays in it.

    >>> keep([[0, 1], [2, 3, 4], [5], [6, 7, 8]], (3, 3, 2), [0] * 9)
    [[6, 7, 8], [2, 3, 4], [0, 1]]
    """
    largest, full = max(sizes, default=0), list(map(len, rooms))
    groups = sorted(range(len(rooms)), key=full.__getitem__, reverse=True)
    large = sizes.count(largest)
    for group in groups[large : large + 1]:
        # Of those as full as the first that gets a smaller room, who had most of these go first.
        alike = [each for each in groups if full[each] == full[group]]
        alike.sort(key=lambda each: sum([small[person] for person in rooms[each]]), reverse=True)
        start = next(i for i, each in enumerate(groups) if full[each] == full[group])
        groups[start : start + len(alike)] = alike
    kept: list[list[int]] = [[] for _ in sizes]
    fullest = iter(groups)
    by_size = sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True)
    for size, equal in groupby(by_size, key=sizes.__getitem__):
        free = list(equal)
        chosen = list(islice(fullest, len(free)))
        stay = set(free).intersection(chosen)
        others = iter([room for room in free if room not in stay])
        for group in chosen:
            mates = rooms[group] if full[group] <= size else rooms[group][:size]
            kept[group if group in stay else next(others)] = mates
            if size < largest:
                for person in mates:
                    small[person] += 1
    return kept

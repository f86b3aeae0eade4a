"""An earlier plan for those who are here now: absent dropped, newcomers seated, the others hardly moved."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, groupby, islice, pairwise

from rotation.chance import Chance
from rotation.costs import Costs
from rotation.greedy import Kept, arrange, arrange_compiled
from rotation.native import library


@dataclass(frozen=True, slots=True)
class Before:
    """A round of an earlier plan: how many people each group had, and who, one group after the other; -1 for
    whoever is not there now."""

    sizes: Sequence[int]
    people: Sequence[int]

    def rooms(self) -> list[list[int]]:
        """The groups without those who are not there."""
        groups = pairwise(accumulate(self.sizes, initial=0))
        return [[who for who in self.people[start:end] if who >= 0] for start, end in groups]


def repair(
    people: int,
    rounds: Sequence[Sequence[int]],
    previous: Sequence[Before],
    costs: Costs,
    chance: Chance,
    present: Sequence[Collection[int]] = (),
    native: bool = True,
) -> list[list[list[int]]]:
    """Rooms and, last, who rests, for rounds of the given sizes; `present` as for `rotation.greedy`.

    Rounds that the last plan (`previous`) lacks are made anew. Groups stay together, and in their rooms, as
    far as sizes allow; newcomers take the places left, and whoever then repeats a meeting may move, in the
    last rounds rather than in the first. Cost as for `arrange`. The same chance gives the same plan with the
    compiled half and without (`native=False`).
    """
    both = list(zip(previous, rounds, strict=False))
    compiled = library() if native else None
    if compiled is not None:
        kept = _compiled(compiled, both, costs)
        return arrange_compiled(compiled, people, rounds, costs, chance, kept, present)
    small = list(costs.small)
    rooms = [keep(before.rooms(), sizes, small) for before, sizes in both]
    return arrange(people, rounds, costs, chance, rooms, present, native=False)


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


def _compiled(compiled: ctypes.CDLL, both: Sequence[tuple[Before, Sequence[int]]], costs: Costs) -> Kept:
    """What `keep` says of all rounds, by `native/repair.c`."""
    people = array("i", list(chain.from_iterable([before.people for before, _ in both])))
    sizes = array("i", list(chain.from_iterable([sizes for _, sizes in both])))
    many, kept = array("i", bytes(4 * len(sizes))), array("i", bytes(4 * len(people)))
    given = (
        array("i", [len(before.sizes) for before, _ in both]),
        array("i", list(chain.from_iterable([before.sizes for before, _ in both]))),
        people,
        array("i", [len(sizes) for _, sizes in both]),
        sizes,
        array("i", costs.small),
        many,
        kept,
    )
    addresses = [ctypes.c_void_p(each.buffer_info()[0] if each else None) for each in given]
    if compiled.intermingle_keep(len(both), *addresses) < 0:
        raise MemoryError
    return Kept(len(both), many, kept)

"""What a search is given: rounds of rooms, what meetings cost, and who may change places with whom."""

from __future__ import annotations

import math
from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cache

from rotation.chance import Chance
from rotation.costs import LARGEST_ROOM, REPEAT, Costs

# One round: the people of each room and, last, those who rest.
Rooms = Sequence[Sequence[int]]

THRESHOLDS = 4096


@dataclass(frozen=True, slots=True)
class Seats:
    """Who may take which place. Whoever moves takes the very place of the other.

    `roles`: the bits of each person. `masks[r][room][i]`: the bits that may have place i of a room (rests
    included), 0 for a place whose person never leaves it; without masks everyone may have any place.
    `units`: people who move together once they share a room.
    """

    roles: Sequence[int] = ()
    masks: Sequence[Sequence[Sequence[int]]] = ()
    units: Sequence[Collection[int]] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """A search before it begins. Rounds keep their rooms and sizes; who sits where is about to change."""

    rounds: Sequence[Rooms]
    kinds: Sequence[Sequence[int]]
    """`kinds[r][room]` says what sort of room it is (`rotation.costs.kinds`)."""
    costs: Costs
    seats: Seats
    people: int = field(init=False)
    unit_of: Sequence[int] = field(init=False)
    """The number of each person's unit, -1 for those who are in none."""
    uneven: bool = field(init=False)
    """Some rooms are smaller than others, or somebody rests."""
    earning: bool = field(init=False)
    """Some meetings cost less than nothing."""
    swap_worth: int = field(init=False)
    """Tries that cost as much time as an accepted swap does: counted as that many."""

    def __post_init__(self) -> None:
        people = len(self.costs.small)
        unit_of = [-1] * people
        for number, unit in enumerate(self.seats.units):
            for person in unit:
                unit_of[person] = number
        rooms = max((len(room) for rooms in self.rounds for room in rooms[:-1]), default=0)
        # Measured in plain Python, where a try takes about half a microsecond.
        uneven = any(
            kind != LARGEST_ROOM and room
            for of_round, rooms in zip(self.kinds, self.rounds, strict=True)
            for kind, room in zip(of_round, rooms, strict=True)
        )
        for name, value in (
            ("people", people),
            ("unit_of", unit_of),
            ("uneven", uneven),
            ("earning", min(self.costs.once_more, default=0) < 0),
            ("swap_worth", 40 + people // 2 + 2 * rooms * len(self.rounds)),
        ):
            object.__setattr__(self, name, value)


@cache
def thresholds(temperature: int) -> array[int]:
    """The most that a swap may cost: -T ln(u) for evenly spread u, in a random order.

    The temperature is in hundredths of one repeat.
    """
    table = [logarithm * temperature * REPEAT // (100 << 20) for logarithm in _logarithms()]
    return array("i", table)


@cache
def _logarithms() -> list[int]:
    """-ln(u) in units of 2**-20, shuffled."""
    table = [round(-math.log((u + 0.5) / THRESHOLDS) * (1 << 20)) for u in range(THRESHOLDS)]
    Chance(THRESHOLDS).shuffle(table)
    return table

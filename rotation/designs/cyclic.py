"""Base rounds, developed: a group turns the people, and a round becomes as many rounds as it has turns.

The group is Z_m or a product of such. Person `orbit * order + x` is turned by j into
`orbit * order + (x + j)`; those after the last orbit stay where they are. (R. C. Bose, On the construction of
balanced incomplete block designs, Annals of Eugenics 9, 1939.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import prod

Round = list[list[int]]


@dataclass(frozen=True, slots=True)
class Base:
    """A round to be turned `turns` times: by 0, 1, ... turns - 1 in a cyclic group.

    Turning by a multiple of `turns` leaves the round as it is: of rooms that this turning exchanges only one
    is given. In a product of groups, `turns` is the order of the group or 1.
    """

    turns: int
    rooms: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Development:
    """Base rounds under a group acting on `orbits` copies of itself."""

    moduli: tuple[int, ...]
    orbits: int
    bases: tuple[Base, ...]

    @property
    def order(self) -> int:
        return prod(self.moduli)

    def rounds(self, most: int) -> list[Round]:
        """The first rounds, at most so many."""
        return list(islice(self._all(), most))

    def columns(self, size: int) -> bool:
        """Whether the orbits never meet within, so that each room takes one person from each."""
        return self.orbits == size and all(
            sorted(p // self.order for p in room) == list(range(size))
            for base in self.bases
            for room in base.rooms
        )

    def _all(self) -> Iterator[Round]:
        for base in self.bases:
            whole = {tuple(sorted(self._turned(room, j))) for room in base.rooms for j in self._still(base)}
            for turn in range(base.turns):
                yield [self._turned(room, turn) for room in sorted(whole)]

    def _still(self, base: Base) -> range:
        """The turns that leave a base round as it is."""
        return range(0, self.order, base.turns)

    def _turned(self, room: Sequence[int], turn: int) -> list[int]:
        m, last = self.order, self.order * self.orbits
        if len(self.moduli) == 1:
            return [p if p >= last else p - p % m + (p + turn) % m for p in room]
        return [p if p >= last else p - p % m + self._sum(p % m, turn) for p in room]

    def _sum(self, a: int, b: int) -> int:
        """Two elements of the product, as mixed-radix numbers, added part by part."""
        result, unit = 0, 1
        for m in self.moduli:
            result += (a + b) % m * unit
            a, b, unit = a // m, b // m, unit * m
        return result

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

    def by_columns(self, size: int) -> list[int]:
        """For every person a number that counts people column by column, if each room takes one person from
        each of so many columns; else []. Columns are orbits next to each other, and a part of the fixed."""
        last = self.order * self.orbits
        fixed = 1 + max(last - 1, *(p for base in self.bases for room in base.rooms for p in room)) - last
        if last % size or fixed % size:
            return []
        moved, still = last // size, fixed // size
        width = moved + still
        number = [c * width + x for c in range(size) for x in range(moved)]
        number += [c * width + moved + x for c in range(size) for x in range(still)]
        rooms = (room for base in self.bases for room in base.rooms)
        across = all(sorted(number[p] // width for p in room) == list(range(size)) for room in rooms)
        return number if across else []

    def _all(self) -> Iterator[Round]:
        rows = [self._row(turn) for turn in range(self.order)]
        for base in self.bases:
            # Turning by a multiple of `turns` leaves a base round as it is.
            still = rows[:: base.turns]
            whole = {tuple(sorted(self._turned(room, row))) for room in base.rooms for row in still}
            for row in rows[: base.turns]:
                yield [self._turned(room, row) for room in sorted(whole)]

    def _turned(self, room: Sequence[int], row: Sequence[int]) -> list[int]:
        m, last = self.order, self.order * self.orbits
        return [p if p >= last else p - p % m + row[p % m] for p in room]

    def _row(self, turn: int) -> list[int]:
        """x + turn for every x of the group; elements of a product are mixed-radix numbers."""
        sums, unit = [0], 1
        for m in self.moduli:
            turn, digit = divmod(turn, m)
            sums = [low + (digit + x) % m * unit for x in range(m) for low in sums]
            unit *= m
        return sums

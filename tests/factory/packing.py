"""Finds rounds in which everybody meets everybody once: the lines of a projective space, parted into spreads.

    python -m tests.factory.packing 4 >> rotation/designs/catalogue.txt

People are the points of PG(3, q), rooms its lines. A round is a *spread*: lines that hold every point once.
All lines parted into spreads make q^2 + q + 1 rounds (R. H. F. Denniston, Some packings of projective spaces,
Atti della Accademia Nazionale dei Lincei 52, 1972). 85 people in fives for 21 rounds come of q = 4. For odd q
the turning below has other lines that it leaves as they are, and nothing is found: see parallelism.py for 5.

Points are the powers of a primitive element of GF(q^4), numbered modulo (q^4 - 1) / (q - 1). Adding q^2 + 1
turns the space; the orbits of points under it are lines and make one round. Base spreads with one line from
each of their orbits of lines become q + 1 rounds each; they are found one after the other, filling the point
with the fewest lines left first.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations

from rotation.designs.fields import Field, field, prime_powers

Line = tuple[int, ...]
_PATIENCE = 20_000  # lines tried for one spread before beginning anew
_LOOKED_AT = 12  # points whose lines are counted before one of them is filled


def powers(of: Field) -> list[int]:
    """All powers of a primitive element, from the zeroth on."""
    for element in range(2, of.order):
        found = [1]
        while (following := of.multiply(found[-1], element)) != 1:
            found.append(following)
        if len(found) == of.order - 1:
            return found
    raise AssertionError("every finite field has a primitive element")


def space(q: int) -> list[Line]:
    """The lines of PG(3, q)."""
    ((p, e),) = prime_powers(q)
    big = field(p, 4 * e)
    elements = powers(big)
    log = {element: i for i, element in enumerate(elements)}
    points = (q**4 - 1) // (q - 1)
    scalars = [elements[points * i] for i in range(q - 1)]
    lines = set()
    for a, b in combinations(range(points), 2):
        sums = (big.add(elements[a], big.multiply(scalar, elements[b])) for scalar in scalars)
        lines.add(tuple(sorted({a, b, *(log[each] % points for each in sums)})))
    return sorted(lines)


class Packing:
    """All lines of a space under the turning, parted into spreads."""

    def __init__(self, q: int, seed: int) -> None:
        self.q, self.points, self.step = q, (q + 1) * (q * q + 1), q * q + 1
        self.lines = space(q)
        self._chance = random.Random(seed)
        self._mask = [sum(1 << point for point in line) for line in self.lines]
        self._orbit = self._orbits()
        self.fixed = [line for line, orbit in zip(self.lines, self._orbit, strict=True) if orbit < 0]
        self._through: list[list[int]] = [[] for _ in range(self.points)]
        for number, line in enumerate(self.lines):
            for point in line if self._orbit[number] >= 0 else ():
                self._through[point].append(number)

    def _orbits(self) -> list[int]:
        """The number of the orbit of each line; -1 for a line that the turning leaves as it is."""
        number = {line: i for i, line in enumerate(self.lines)}
        orbit = [-2] * len(self.lines)
        count = 0
        for i, line in enumerate(self.lines):
            if orbit[i] == -2:
                turned = {
                    number[tuple(sorted((point + self.step * turn) % self.points for point in line))]
                    for turn in range(self.q + 1)
                }
                for each in turned:
                    orbit[each] = count if len(turned) > 1 else -1
                count += len(turned) > 1
        return orbit

    def base_spreads(self) -> list[list[Line]]:
        """As many as have a line of each orbit between them."""
        while True:
            left = set(self._orbit) - {-1}
            found = []
            while left and (spread := next(self._spreads(frozenset(left)), None)):
                found.append([self.lines[i] for i in spread])
                left -= {self._orbit[i] for i in spread}
            if not left:
                return found

    def _spreads(self, orbits: frozenset[int]) -> Iterator[list[int]]:
        self._tried = 0
        return self._fill((1 << self.points) - 1, orbits, [])

    def _fill(self, left: int, orbits: frozenset[int], spread: list[int]) -> Iterator[list[int]]:
        if not left:
            yield spread
            return
        open_points = [point for point in range(self.points) if left >> point & 1]
        looked_at = self._chance.sample(open_points, min(_LOOKED_AT, len(open_points)))
        fewest = min((self._fitting(point, left, orbits) for point in looked_at), key=len)
        self._chance.shuffle(fewest)
        for line in fewest:
            self._tried += 1
            if self._tried > _PATIENCE:
                return
            yield from self._fill(left & ~self._mask[line], orbits - {self._orbit[line]}, [*spread, line])

    def _fitting(self, point: int, left: int, orbits: frozenset[int]) -> list[int]:
        return [i for i in self._through[point] if self._orbit[i] in orbits and not self._mask[i] & ~left]


def line(packing: Packing, spreads: Sequence[Sequence[Line]]) -> str:
    """The design as the catalogue writes it: turning adds one there, so points are numbered by orbits."""
    q, step = packing.q, packing.step

    def number(point: int) -> int:
        return point % step * (q + 1) + point // step

    bases = [(q + 1, spread) for spread in spreads] + [(1, packing.fixed)]
    written = (
        f"{turns}:" + ",".join(".".join(str(p) for p in sorted(map(number, room))) for room in rooms)
        for turns, rooms in bases
    )
    return f"{step}x{q + 1} {q * q + q + 1} {q + 1}*{step} " + " ".join(written)


def main() -> None:
    packing = Packing(int(sys.argv[1]), seed=1)
    print(line(packing, packing.base_spreads()))


if __name__ == "__main__":
    main()

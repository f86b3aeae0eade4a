"""Rooms that take one person from each column: resolvable transversal designs.

Let g rooms hold k people each. Give every person a column, 0 .. k-1, and a number in a ring with g elements.
In round a, room b seats from column c the number a * m(c) + b. Two people of different columns meet in
exactly one of the g rounds as long as all differences of multipliers m(c) can be divided by: in a product of
fields that allows as many columns as the smallest field has elements (MacNeish, Annals of Mathematics 23,
1922). Person x of column c is c * g + x; those of one column never meet.

Where that allows too few columns the catalogue has some: over another group, found by search or published.
And g may be a product of two numbers that have enough (MacNeish, too).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product
from math import isqrt

from rotation.designs.catalogue import look_up
from rotation.designs.fields import Field, field, prime_powers

Round = list[list[int]]

# A catalogued design may have so many columns more than are asked for.
_SPARE_COLUMNS = 4


def columns(rooms: int, size: int, rounds: int) -> list[Round]:
    """Up to `rooms` rounds of rooms with one person from each of `size` columns; [] if none are known."""
    powers = prime_powers(rooms)
    if not powers or size < 2:
        return []
    if size <= powers[0][0] ** powers[0][1]:
        ring = [field(p, e) for p, e in powers]
        return [_round(a, rooms, size, ring) for a in range(min(rounds, rooms))]
    return _catalogued(rooms, size, rounds) or _product(rooms, size, rounds)


def _catalogued(rooms: int, size: int, rounds: int) -> list[Round]:
    for more in range(size, size + _SPARE_COLUMNS):
        for entry in look_up((more,) * rooms):
            if number := entry.development.by_columns(more):
                return [
                    [[number[p] for p in room if number[p] < size * rooms] for room in seated]
                    for seated in entry.development.rounds(rounds)
                ]
    return []


def _product(rooms: int, size: int, rounds: int) -> list[Round]:
    """People are pairs of one from a smaller design and one from another, and meet where both of them do."""
    for a in range(size, isqrt(rooms) + 1):
        b = rooms // a
        if rooms % a == 0 and (here := columns(a, size, a)) and (there := columns(b, size, b)):
            return [
                [[p // a * rooms + p % a * b + q % b for p, q in pairs] for pairs in _both(one, other)]
                for one, other in islice(product(here, there), rounds)
            ]
    return []


def _both(one: Round, other: Round) -> Iterator[list[tuple[int, int]]]:
    """Two rooms at a time, column by column."""
    for room, beside in product(one, other):
        yield list(zip(sorted(room), sorted(beside), strict=True))


def transposed(rooms: int, size: int, rounds: int) -> list[Round]:
    """Large rooms for a few rounds: every room of a design in columns becomes a person, every person a room.

    Two rooms of that design share one person at most. So k columns make k rounds of g rooms, with one person
    from each of the `size` rounds played; whole rounds make one more where there are g of them.
    """
    for many in range(min(rounds, rooms), 1, -1):
        plan = columns(rooms, many, size) if size <= rooms else []
        if len(plan) < size:
            continue
        found: list[Round] = [[[] for _ in range(rooms)] for _ in range(many)]
        for number, seated in enumerate(plan):
            for person, room in enumerate(seated):
                for p in room:
                    found[p // rooms][p % rooms].append(number * rooms + person)
        if size == rooms and many < rounds:
            found.append([list(range(r * rooms, (r + 1) * rooms)) for r in range(rooms)])
        return found
    return []


def _round(a: int, g: int, k: int, ring: Sequence[Field]) -> Round:
    shifted = [_shifted(_multiply(a, c, ring), ring) for c in range(k)]
    return [[c * g + column[b] for c, column in enumerate(shifted)] for b in range(g)]


def _multiply(a: int, c: int, ring: Sequence[Field]) -> int:
    """a times the multiplier of column c, which is c in every field of the product."""
    result, unit = 0, 1
    for part in ring:
        a, digit = divmod(a, part.order)
        result += part.multiply(digit, c) * unit
        unit *= part.order
    return result


def _shifted(start: int, ring: Sequence[Field]) -> list[int]:
    """start + b for every b of the ring in order."""
    sums = [0]
    unit = 1
    for part in ring:
        start, digit = divmod(start, part.order)
        sums = [low + high * unit for high in part.sums(digit) for low in sums]
        unit *= part.order
    return sums

"""Rooms that take one person from each column: resolvable transversal designs.

Let g rooms hold k people each. Give every person a column, 0 .. k-1, and a number in a ring with g elements.
In round a, room b seats from column c the number a * m(c) + b. Two people of different columns meet in
exactly one of the g rounds as long as all differences of multipliers m(c) can be divided by: in a product of
fields that allows as many columns as the smallest field has elements (MacNeish, Annals of Mathematics 23,
1922).

People of one column never meet. If k divides g they can, in further rounds, column by column: the column
lift. With g = k that adds the round that completes the affine plane. Taking people out of one column shrinks
as many rooms by one in every round, so rooms of k and k-1 are served too.
"""

from __future__ import annotations

from collections.abc import Sequence

from rotation.designs.fields import Field, field, prime_powers

Round = list[list[int]]


def transversal(sizes: Sequence[int], rounds: int) -> list[Round]:
    """Rounds with rooms of k and k-1 people, largest first, in which nobody meets anybody twice.

    [] when the number of rooms has too small a prime power in it.
    """
    g, k = len(sizes), sizes[0]
    removed = g * k - sum(sizes)
    powers = prime_powers(g)
    if sizes[-1] < k - 1 or not powers or k > powers[0][0] ** powers[0][1] or k < 2:
        return []
    ring = [field(p, e) for p, e in powers]
    plan = [_round(a, g, k, removed, ring) for a in range(min(rounds, g))]
    if removed == 0 and g % k == 0 and rounds > g:
        plan += _lift(g, k, rounds - g)
    return plan


def _round(a: int, g: int, k: int, removed: int, ring: Sequence[Field]) -> Round:
    """Number x of column c is person c * g + x; the last `removed` are taken out of the last column."""
    columns = [_shifted(_multiply(a, c, ring), g, ring) for c in range(k)]
    return [
        [c * g + column[b] for c, column in enumerate(columns) if c < k - 1 or column[b] < g - removed]
        for b in range(g)
    ]


def _lift(g: int, k: int, rounds: int) -> list[Round]:
    sizes = (k,) * (g // k)
    within = [[list(range(k))]] if g == k else transversal(sizes, rounds)
    return [[[c * g + x for x in room] for c in range(k) for room in rooms] for rooms in within]


def _multiply(a: int, c: int, ring: Sequence[Field]) -> int:
    """a times the multiplier of column c, which is c in every field of the product."""
    result, unit = 0, 1
    for part in ring:
        a, digit = divmod(a, part.order)
        result += part.multiply(digit, c) * unit
        unit *= part.order
    return result


def _shifted(start: int, g: int, ring: Sequence[Field]) -> list[int]:
    """start + b for every b of the ring in order."""
    sums = [0]
    unit = 1
    for part in ring:
        start, digit = divmod(start, part.order)
        added = [part.add(digit, b) * unit for b in range(part.order)]
        sums = [low + high for high in added for low in sums]
        unit *= part.order
    return sums

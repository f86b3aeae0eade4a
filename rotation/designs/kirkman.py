"""Kirkman triple systems and their like, straight from a field: everyone meets everyone once.

D. K. Ray-Chaudhuri and R. M. Wilson (Solution of Kirkman's schoolgirl problem, Proc. Symp. Pure Math. 19,
1971) give trios for 2q + 1 and 3q people, q = 6t + 1 a prime power; R. C. Bose (Annals of Eugenics 9, 1939)
fours for 3q + 1 people, q = 4t + 1 a prime power. Person `c * q + x` is element x of column c; a last one
stays fixed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from rotation.designs.fields import Field, field, prime_powers

Round = list[list[int]]


def trios_of_two_columns(people: int, rounds: int) -> list[Round]:
    """2q + 1 people in trios, up to q rounds; [] when q = 6t + 1 is no prime power."""
    made = _field(people - 1, 2, 6)
    if made is None:
        return []
    q, t, power, ring = made
    half = ring.multiply(ring.add(power(t), 1), _inverse_of_two(ring))
    m = next(i for i in range(q - 1) if power(i) == half)
    base = [[2 * q, 0, q]]
    for i in (i for start in (0, 2 * t, 4 * t) for i in range(start, start + t)):
        base.append([power(i), power(i + t), q + power(i + m)])
    for i in range(m + t, m + 2 * t):
        base.append([q + power(i), q + power(i + 2 * t), q + power(i + 4 * t)])
    return _turned(base, ring, 2, rounds)


def trios_of_three_columns(people: int, rounds: int) -> list[Round]:
    """3q people in trios, up to (3q - 1) / 2 rounds; [] when q = 6t + 1 is no prime power."""
    made = _field(people, 3, 6)
    if made is None:
        return []
    q, t, power, ring = made
    across = [[power(i + t), q + power(i + 3 * t), 2 * q + power(i + 5 * t)] for i in range(6 * t)]
    base = [[0, q, 2 * q]]
    for i in range(t):
        base += [[c * q + power(i + 2 * t * j) for j in range(3)] for c in range(3)]
    base += [room for i, room in enumerate(across) if i // t % 2 == 0]
    plan = _turned(base, ring, 3, rounds)
    still = (room for i, room in enumerate(across) if i // t % 2)
    return plan + [
        [moved for [moved] in _turned([room], ring, 3, q)] for room in islice(still, rounds - len(plan))
    ]


def fours_of_three_columns(people: int, rounds: int) -> list[Round]:
    """3q + 1 people in fours, up to q rounds; [] when q = 4t + 1 is no prime power."""
    made = _field(people - 1, 3, 4)
    if made is None:
        return []
    q, t, power, ring = made
    log = {power(i): i for i in range(q - 1)}
    minus_one = power(2 * t)
    a = next(
        i for i in range(1, 2 * t, 2) if (log[ring.add(power(i), 1)] - log[ring.add(power(i), minus_one)]) % 2
    )
    base = [[3 * q, 0, q, 2 * q]]
    for i in range(0, 2 * t, 2):
        for c in range(3):
            here, there = c * q, (c + 1) % 3 * q
            base.append(
                [here + power(i), here + power(i + 2 * t), there + power(i + a), there + power(i + a + 2 * t)]
            )
    return _turned(base, ring, 3, rounds)


def _field(people: int, columns: int, step: int) -> tuple[int, int, Callable[[int], int], Field] | None:
    """q with columns * q == people, t with q = step * t + 1, the powers of a generator, and the field."""
    q, left = divmod(people, columns)
    powers = prime_powers(q)
    if left or q % step != 1 or len(powers) != 1 or q < step:
        return None
    ring = field(*powers[0])
    table = ring.powers()
    return q, q // step, lambda i: table[i % (q - 1)], ring


def _inverse_of_two(ring: Field) -> int:
    """One half; in a field of odd order 2 is 1 + 1."""
    two = ring.add(1, 1)
    return next(x for x in range(1, ring.order) if ring.multiply(two, x) == 1)


def _turned(base: Sequence[Sequence[int]], ring: Field, columns: int, rounds: int) -> list[Round]:
    """The base round with every element of the field added, element by element."""
    q, plan = ring.order, []
    for turn in range(min(rounds, q)):
        moved = ring.sums(turn)
        plan.append([[p if p >= columns * q else p - p % q + moved[p % q] for p in room] for room in base])
    return plan

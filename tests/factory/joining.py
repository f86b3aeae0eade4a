"""Finds 14 rounds of fifteen rooms, most of five, some of six: more people join those in fives.

    python -m tests.factory.joining 5 >> rotation/designs/catalogue.txt

Z_7 turns ten orbits; two base rounds become seven each. Five people who stay fixed sit in fives, those who
join in sixes, one in each room. Dummies fill the other rooms up to six, so that all rooms are alike for the
search. One more symmetry cycles orbits and fixed people by fives. Whoever joins comes last: without some of
them there are as many rooms of six fewer.
"""

from __future__ import annotations

import sys
from itertools import combinations, count

from tests.factory.actions import Action, Base, Round
from tests.factory.factory import developed, line, repeat_free, run

M, ORBITS, ROOMS, ALONE, CYCLE = 7, 10, 15, 5, 5
TRIES = 1_000_000
FREE = 1 << 20


def design(joining: int, seed: int = 0) -> str:
    """A line of the catalogue; runs until one is found."""
    turned, seated = M * ORBITS, M * ORBITS + ALONE + joining
    orbits = [(o * M + x) for o in _cycled(ORBITS) for x in range(M)]
    action = Action((M,), ORBITS, 6 * ROOMS - turned, tuple(orbits) + tuple(_cycled(6 * ROOMS, turned)))
    firsts = [p for o in range(0, ORBITS, CYCLE) for p in range(o * M, (o + 1) * M)]
    firsts += range(turned, 6 * ROOMS, CYCLE)
    special = {
        action.classes[0][p * action.people + q]: FREE if _free(p, q, turned + ALONE, seated) else 0
        for p, q in combinations(range(action.people), 2)
        if p >= turned or q >= seated
    }
    for number in count(seed):
        bases = [Base(action.multipliers, [], [6] * (ROOMS // CYCLE), firsts) for _ in range(2)]
        excess, rounds = run(action, bases, number, TRIES, columns=False, special=special)
        if not excess:
            return _line(seated, [[[p for p in room if p < seated] for room in rooms] for rooms in rounds])
    raise AssertionError("seeds do not end")


def _cycled(end: int, start: int = 0) -> list[int]:
    """Numbers in cycles of five."""
    return [x + 1 - CYCLE * ((x - start) % CYCLE == CYCLE - 1) for x in range(start, end)]


def _free(p: int, q: int, joining: int, seated: int) -> bool:
    """Whether two people may meet at will: a dummy and whoever does not join."""
    return q >= seated and p < joining


def _line(people: int, bases: list[Round]) -> str:
    action = Action((M,), ORBITS, people - M * ORBITS)
    rounds = developed(action, bases)
    sizes = sorted(map(len, rounds[0]), reverse=True)
    assert repeat_free(rounds, sizes)
    return line(action, rounds, sizes)


if __name__ == "__main__":
    print(design(int(sys.argv[1])))

"""Exact constructions: rounds without any repeat, straight from algebra.

`construct` finds the construction that gives the most of the rounds asked for. Rounds are lists of rooms,
rooms are lists of people 0 .. people - 1, in the order of the sizes given. Everyone is seated in every round.
"""

from __future__ import annotations

from collections.abc import Sequence

from rotation.designs.circle import pairs_and_a_trio, pairs_of_all
from rotation.designs.transversal import transversal

Round = list[list[int]]


def construct(people: int, sizes: Sequence[int], rounds: int) -> list[Round]:
    """Up to that many rounds with rooms of these sizes in which nobody meets anybody twice; [] if none is
    known.

    Only as many rounds as asked for are built.
    """
    if not sizes or sum(sizes) != people or rounds < 1:
        return []
    wanted = sorted(sizes, reverse=True)
    found = max((make(wanted, rounds) for make in (pairs_of_all, pairs_and_a_trio, transversal)), key=len)
    return [_in_order(rooms, sizes) for rooms in found]


def _in_order(rooms: Sequence[Sequence[int]], sizes: Sequence[int]) -> Round:
    """The rooms of one round in the order of the sizes."""
    of_size: dict[int, list[list[int]]] = {}
    for room in rooms:
        of_size.setdefault(len(room), []).append(list(room))
    return [of_size[size].pop() for size in sizes]

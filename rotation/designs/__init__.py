"""Exact constructions: rounds without any repeat, straight from algebra.

`construct` finds the construction that gives the most of the rounds asked for. Rounds are lists of rooms,
rooms are lists of people 0 .. people - 1, in the order of the sizes given. Everyone is seated in every round.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from rotation.designs.catalogue import catalogued
from rotation.designs.circle import pairs_and_a_trio
from rotation.designs.equal import equal
from rotation.designs.missing import two_sizes
from rotation.designs.transversal import columns

Round = list[list[int]]


def construct(people: int, sizes: Sequence[int], rounds: int) -> list[Round]:
    """Up to that many rounds with rooms of these sizes in which nobody meets anybody twice; [] if no second
    one is known.

    Only as many rounds as asked for are built.
    """
    if not sizes or sum(sizes) != people or rounds < 1:
        return []
    wanted = sorted(sizes, reverse=True)
    found: list[Round] = []
    for make in (_equal, pairs_and_a_trio, two_sizes, catalogued, _single):
        if len(found) < rounds:
            found = max(found, make(wanted, rounds), key=len)
    if len(found) == 1 < rounds:
        return []
    return [_in_order(rooms, sizes) for rooms in found]


def construct_columns(people: int, sizes: Sequence[int], rounds: int) -> list[Round]:
    """The same with people in columns that never meet: first come the people of the first column, and so on.

    Each room has one person from every column, but smaller rooms none from the last.
    """
    wanted = sorted(sizes, reverse=True)
    if not sizes or sum(sizes) != people or wanted[-1] < wanted[0] - 1:
        return []
    whole = columns(len(sizes), wanted[0], rounds)
    found = [[[p for p in room if p < people] for room in seated] for seated in whole]
    return [_in_order(rooms, sizes) for rooms in found]


def construct_tables(people: int, sizes: Sequence[int], rounds: int) -> list[Round]:
    """The same where nobody is in the same room twice either, for equal rooms: the first of the columns is
    the rooms themselves.

    >>> [len(construct_tables(35, (5,) * 7, rounds)) for rounds in (6, 7)]
    [6, 7]
    """
    rooms = len(sizes)
    if len(set(sizes)) != 1 or sum(sizes) != people:
        return []
    whole = columns(rooms, sizes[0] + 1, rounds)
    return [[[p - rooms for p in sorted(room)[1:]] for room in sorted(seated, key=min)] for seated in whole]


def _equal(sizes: Sequence[int], rounds: int) -> list[Round]:
    return equal(len(sizes), sizes[0], rounds) if sizes[0] == sizes[-1] else []


def _single(sizes: Sequence[int], rounds: int) -> list[Round]:
    """One round of any rooms."""
    ends = list(accumulate(sizes))
    return [[list(range(end - size, end)) for end, size in zip(ends, sizes, strict=True)]]


def _in_order(rooms: Sequence[Sequence[int]], sizes: Sequence[int]) -> Round:
    """The rooms of one round in the order of the sizes."""
    of_size: dict[int, list[list[int]]] = {}
    for room in rooms:
        of_size.setdefault(len(room), []).append(list(room))
    return [of_size[size].pop() for size in sizes]

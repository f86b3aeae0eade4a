"""Rooms that are all of one size: the best of the constructions known."""

from __future__ import annotations

from rotation.designs.catalogue import catalogued
from rotation.designs.circle import pairs_of_all
from rotation.designs.kirkman import fours_of_three_columns, trios_of_three_columns, trios_of_two_columns
from rotation.designs.planes import arc, unital
from rotation.designs.transversal import columns, transposed

Round = list[list[int]]


def equal(rooms: int, size: int, rounds: int) -> list[Round]:
    """Up to that many rounds of equal rooms in which nobody meets anybody twice; never empty."""
    people = rooms * size
    if size == 2:
        return pairs_of_all((2,) * rooms, rounds)
    best = [[list(range(room * size, (room + 1) * size)) for room in range(rooms)]]
    if rounds == 1 or size > rooms:
        return best
    for make in (_lifted, _from_catalogue, _kirkman, arc, unital, transposed):
        if len(best) < rounds:
            best = max(best, make(rooms, size, rounds), key=len)
    assert all(sum(map(len, seated)) == people for seated in best)
    return best


def _lifted(rooms: int, size: int, rounds: int) -> list[Round]:
    """Rooms across the columns and then, if the size divides a column, rooms within each: the column lift.

    With as many rooms as places that adds the round that completes the affine plane.
    """
    across = columns(rooms, size, rounds)
    if rooms % size or not across or rounds <= len(across):
        return across
    within = equal(rooms // size, size, rounds - len(across))
    return across + [
        [[c * rooms + p for p in room] for c in range(size) for room in seated] for seated in within
    ]


def _from_catalogue(rooms: int, size: int, rounds: int) -> list[Round]:
    return catalogued((size,) * rooms, rounds)


def _kirkman(rooms: int, size: int, rounds: int) -> list[Round]:
    people = rooms * size
    if size == 3:
        return trios_of_two_columns(people, rounds) or trios_of_three_columns(people, rounds)
    return fours_of_three_columns(people, rounds) if size == 4 else []

"""Arcs, unitals and Kirkman's trios let everyone meet everyone."""

from __future__ import annotations

import pytest

from rotation.designs import construct
from rotation.designs.fields import field
from rotation.designs.kirkman import fours_of_three_columns, trios_of_three_columns, trios_of_two_columns
from rotation.designs.planes import Round, arc, unital
from rotation.designs.transversal import transposed
from tests.rotation.test_designs_catalogue import check


def check_equal(plan: list[Round], people: int, size: int, rounds: int) -> None:
    assert len(plan) == rounds
    check(people, [size] * (people // size), plan)


@pytest.mark.parametrize(("rooms", "size", "rounds"), [(7, 4, 9), (13, 4, 17), (25, 4, 33), (15, 8, 17)])
def test_an_arc_meets_each_line_in_a_room_or_in_nobody(rooms: int, size: int, rounds: int) -> None:
    check_equal(arc(rooms, size, rounds), rooms * size, size, rounds)
    assert arc(rooms + 1, size, 2) == []


@pytest.mark.parametrize(("rooms", "size", "rounds"), [(3, 3, 4), (7, 4, 9), (13, 5, 16), (21, 6, 25)])
def test_a_unital_seats_everyone_along_its_lines(rooms: int, size: int, rounds: int) -> None:
    check_equal(unital(rooms, size, rounds), rooms * size, size, rounds)
    assert unital(rooms + 1, size, 2) == []


@pytest.mark.parametrize("q", [7, 13, 19, 25, 31, 49])
def test_trios_from_a_field(q: int) -> None:
    check_equal(trios_of_two_columns(2 * q + 1, q), 2 * q + 1, 3, q)
    check_equal(trios_of_three_columns(3 * q, 2 * q), 3 * q, 3, (3 * q - 1) // 2)
    assert trios_of_two_columns(2 * q + 3, 2) == trios_of_three_columns(3 * q + 3, 2) == []


@pytest.mark.parametrize("q", [5, 9, 13, 17, 25, 29])
def test_fours_from_a_field(q: int) -> None:
    check_equal(fours_of_three_columns(3 * q + 1, q), 3 * q + 1, 4, q)


@pytest.mark.parametrize(("p", "e"), [(2, 1), (3, 1), (2, 4), (5, 2), (11, 1)])
def test_a_generator_reaches_all_but_zero(p: int, e: int) -> None:
    ring = field(p, e)
    assert sorted(ring.powers()) == list(range(1, ring.order))
    for a in range(ring.order):
        assert ring.add(a, ring.negative(a)) == 0
        assert ring.sums(a) == [ring.add(a, b) for b in range(ring.order)]


@pytest.mark.parametrize(
    ("rooms", "size", "rounds"),
    [
        (45, 3, 67),
        (16, 8, 17),
        (20, 5, 21),
        (65, 3, 97),
        (205, 3, 307),
        (42, 3, 62),
        (18, 6, 19),
        (30, 5, 36),
    ],
)
def test_columns_are_seated_within_by_whatever_design_there_is(rooms: int, size: int, rounds: int) -> None:
    check_equal(construct(rooms * size, (size,) * rooms, rounds), rooms * size, size, rounds)


@pytest.mark.parametrize(("rooms", "size", "rounds"), [(12, 12, 7), (12, 9, 6), (15, 15, 6), (6, 4, 2)])
def test_few_rounds_of_large_rooms_come_from_a_design_turned_over(rooms: int, size: int, rounds: int) -> None:
    check_equal(transposed(rooms, size, 99), rooms * size, size, rounds)
    assert len(construct(rooms * size, (size,) * rooms, rounds)) == rounds

"""Exact constructions repeat nothing, fill every room, and give as many rounds as they promise."""

from __future__ import annotations

from itertools import combinations

import pytest

from rotation import into_rooms, sizes
from rotation.designs import construct
from rotation.designs.fields import field, prime_powers


def rounds_found(people: int, rooms: tuple[int, ...], rounds: int) -> int:
    """How many rounds the construction gives, after checking them."""
    plan = construct(people, rooms, rounds)
    met = [frozenset(two) for groups in plan for group in groups for two in combinations(group, 2)]
    assert len(met) == len(set(met))
    for groups in plan:
        assert tuple(map(len, groups)) == rooms
        assert sorted(person for group in groups for person in group) == list(range(people))
    return len(plan)


@pytest.mark.parametrize("people", [2, 4, 10, 50])
def test_an_even_number_in_pairs_can_all_meet(people: int) -> None:
    assert rounds_found(people, sizes(people, 2), people - 1) == people - 1


@pytest.mark.parametrize(("people", "rounds"), [(7, 2), (27, 8), (101, 20)])
def test_an_odd_number_in_pairs_has_one_trio(people: int, rounds: int) -> None:
    assert rounds_found(people, sizes(people, 2), rounds) == rounds


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9])
def test_an_affine_plane_lets_everyone_meet(order: int) -> None:
    assert rounds_found(order**2, (order,) * order, order + 1) == order + 1


@pytest.mark.parametrize(("rooms", "size", "rounds"), [(12, 3, 12 + 4), (15, 3, 15), (20, 4, 20), (9, 4, 9)])
def test_products_of_fields_seat_as_many_columns_as_the_smallest_field(
    rooms: int, size: int, rounds: int
) -> None:
    assert rounds_found(rooms * size, (size,) * rooms, rounds) >= min(rounds, rooms)


def test_columns_are_lifted_to_further_rounds() -> None:
    assert rounds_found(64, (4,) * 16, 21) == 21
    assert rounds_found(27, (3,) * 9, 13) == 13


@pytest.mark.parametrize(("people", "rooms"), [(23, 5), (33, 7), (61, 13), (30, 8)])
def test_rooms_of_two_sizes_come_from_a_column_with_gaps(people: int, rooms: int) -> None:
    assert rounds_found(people, into_rooms(people, rooms), rooms) >= rooms - 1


@pytest.mark.parametrize(("people", "rounds"), [(79, 14), (80, 14), (101, 20), (110, 19)])
def test_rooms_of_two_sizes_come_from_the_catalogue_without_its_last_people(people: int, rounds: int) -> None:
    assert rounds_found(people, into_rooms(people, 14 if people < 90 else 20), rounds) == rounds


def test_sizes_keep_their_order() -> None:
    assert rounds_found(23, (4, 5, 4, 5, 5), 3) == 3


def test_only_the_rounds_asked_for_are_made() -> None:
    assert rounds_found(1000, (5,) * 200, 8) == 8


def test_no_construction_is_no_error() -> None:
    assert construct(10, (6, 4), 2) == []
    assert construct(9, (4, 4), 2) == []
    assert construct(0, (), 2) == []


@pytest.mark.parametrize(("p", "e"), [(2, 1), (2, 2), (2, 3), (3, 2), (5, 2), (2, 4)])
def test_a_field_divides_by_everything_but_zero(p: int, e: int) -> None:
    gf = field(p, e)
    everything = range(gf.order)
    for a in everything:
        assert sorted(gf.add(a, b) for b in everything) == list(everything)
        if a:
            assert sorted(gf.multiply(a, b) for b in everything) == list(everything)
    for a, b, c in [(1, 2, 3), (2, 3, 1), (3, 3, 2)]:
        a, b, c = a % gf.order, b % gf.order, c % gf.order
        assert gf.multiply(a, gf.add(b, c)) == gf.add(gf.multiply(a, b), gf.multiply(a, c))


def test_prime_powers_multiply_to_the_number() -> None:
    for number in range(1, 200):
        product = 1
        for p, e in prime_powers(number):
            product *= p**e
        assert product == number

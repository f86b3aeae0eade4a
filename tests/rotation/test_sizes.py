"""Room sizes as the scenarios of everyday events want them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation import Nonsense, into_rooms, sizes


def test_sixty_people_in_sixteen_rooms_are_twelve_fours_and_four_threes() -> None:
    assert into_rooms(60, 16) == (4,) * 12 + (3,) * 4


def test_nobody_is_alone_with_ten_or_nine_people_in_four_rooms() -> None:
    assert into_rooms(10, 4) == (3, 3, 2, 2)
    assert into_rooms(9, 4) == (3, 2, 2, 2)


def test_ten_in_threes_make_one_four_rather_than_two_pairs() -> None:
    assert sizes(10, 3) == (4, 3, 3)


def test_thirteen_in_fours_make_smaller_rooms_rather_than_a_five() -> None:
    assert sizes(13, 4) == (4, 3, 3, 3)


def test_forty_in_pairs_are_twenty_pairs() -> None:
    assert sizes(40, 2) == (2,) * 20


def test_twenty_seven_in_pairs_leave_nobody_over() -> None:
    assert sizes(27, 2) == (3,) + (2,) * 12


def test_fifteen_in_threes_are_five_rooms() -> None:
    assert sizes(15, 3) == (3,) * 5


def test_thirty_two_in_fours_are_eight_rooms() -> None:
    assert sizes(32, 4) == (4,) * 8


@pytest.mark.parametrize(("people", "rooms"), [(0, ()), (1, ()), (2, (2,)), (3, (3,))])
def test_fewer_than_one_room_is_one_room_or_none(people: int, rooms: tuple[int, ...]) -> None:
    assert sizes(people, 4) == rooms


def test_pairs_are_accepted_when_rooms_would_grow_by_two() -> None:
    assert sizes(5, 3) == (3, 2)
    assert sizes(5, 3, at_least_three=True) == (5,)


def test_two_people_are_a_room_even_when_three_are_wanted() -> None:
    assert sizes(2, 2, at_least_three=True) == (2,)


def test_a_room_of_one_cannot_be_asked_for() -> None:
    with pytest.raises(Nonsense) as refused:
        sizes(10, 1)
    assert refused.value.code == "room-too-small"
    with pytest.raises(Nonsense):
        into_rooms(10, 0)


@given(st.integers(2, 500), st.integers(2, 12), st.booleans())
def test_everybody_has_a_room_and_company(people: int, size: int, at_least_three: bool) -> None:
    rooms = sizes(people, size, at_least_three=at_least_three)
    assert sum(rooms) == people
    assert min(rooms) >= 2
    assert max(rooms) - min(rooms) <= 1
    assert list(rooms) == sorted(rooms, reverse=True)
    if at_least_three and people >= 3:
        assert min(rooms) >= 3


@given(st.integers(2, 500), st.integers(1, 60))
def test_a_number_of_rooms_is_filled_evenly(people: int, wanted: int) -> None:
    rooms = into_rooms(people, wanted)
    assert sum(rooms) == people
    assert min(rooms) >= 2
    assert max(rooms) - min(rooms) <= 1
    assert len(rooms) == min(wanted, people // 2)

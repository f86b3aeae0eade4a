"""Repairs change little: groups stay together and in their rooms; the first round is touched last."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import Problem, sizes
from rotation.chance import Chance
from rotation.costs import costs
from rotation.greedy import arrange
from rotation.repair import keep, repair
from rotation.score import Yardstick
from tests.rotation.problems import problem, problems

Rounds = list[list[list[int]]]


def planned(of: Problem, seed: int = 1) -> Rounds:
    return arrange(len(of.people), of.rounds, costs(Yardstick(of)), Chance(seed))


def repaired(of: Problem, previous: Rounds, native: bool = True) -> Rounds:
    return repair(len(of.people), of.rounds, previous, costs(Yardstick(of)), Chance(5), native=native)


def without(rounds: Rounds, gone: Sequence[int]) -> Rounds:
    """The rooms once some have left; benches are not needed."""
    return [[[who for who in room if who not in gone] for room in rooms[:-1]] for rooms in rounds]


def test_groups_that_fit_stay_where_they_are() -> None:
    assert keep([[0, 1], [2, 3], [4, 5]], (2, 2, 2), [0] * 6) == [[0, 1], [2, 3], [4, 5]]


def test_the_emptiest_group_is_dissolved_when_there_are_fewer_rooms() -> None:
    assert keep([[0], [2, 3, 6], [4, 5, 7]], (3, 3), [0] * 8) == [[4, 5, 7], [2, 3, 6]]


def test_a_group_that_is_too_large_is_cut() -> None:
    assert keep([[0, 1, 2], [3, 4, 5]], (2, 2, 2), [0] * 6) == [[0, 1], [3, 4], []]


def test_smaller_rooms_go_to_those_who_had_fewer() -> None:
    small = [2, 0, 0, 0, 0, 0, 0]
    assert keep([[0, 1, 2], [3, 4, 5]], (4, 3), small) == [[0, 1, 2], [3, 4, 5]]
    assert small == [2, 0, 0, 1, 1, 1, 0]
    assert keep([[3, 4, 5], [1, 2, 6]], (4, 3), small) == [[3, 4, 5], [1, 2, 6]]


@settings(deadline=None, max_examples=40)
@given(problems(), problems(), st.integers(0, 2**32))
def test_any_plan_becomes_one_for_any_other_problem(before: Problem, now: Problem, seed: int) -> None:
    people = len(now.people)
    previous = [[[who for who in room if who < people] for room in rooms] for rooms in planned(before, seed)]
    one, other = (repaired(now, without(previous, ()), native) for native in (True, False))
    assert one == other
    for rooms, of_round in zip(one, now.rounds, strict=True):
        assert tuple(map(len, rooms[:-1])) == of_round
        assert sorted(who for room in rooms for who in room) == list(range(people))


def test_newcomers_take_the_places_of_those_who_left() -> None:
    # Positions from 90 on are newcomers: ten have left, ten have come.
    of = problem(100, 4, 6)
    previous = without(planned(of), range(90, 100))
    for before, after in zip(previous, repaired(of, previous), strict=True):
        moved = [who for mates, room in zip(before, after, strict=False) for who in mates if who not in room]
        assert len(moved) <= 2


def test_the_next_round_is_hardly_touched_when_rooms_become_fewer() -> None:
    many = problem(100, 4, 6)
    previous = without(planned(many), range(92, 100))
    fewer = Problem(many.people[:92], (sizes(92, 4),) * 6)
    after = repaired(fewer, previous)[0]
    rooms = {who: room for room, mates in enumerate(after) for who in mates}
    stay = sum(rooms[who] == room for room, mates in enumerate(previous[0]) for who in mates)
    assert stay >= 80

"""Repairs change little: groups stay together and in their rooms; the first round is touched last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import (
    History,
    Person,
    Plan,
    Problem,
    Rules,
    Template,
    changes,
    check,
    into_rooms,
    plan,
    replan,
    sizes,
)
from rotation.chance import Chance
from rotation.costs import costs
from rotation.greedy import arrange
from rotation.native import library
from rotation.repair import Before, keep, repair
from rotation.score import Yardstick
from tests.rotation.problems import problem, problems

Rounds = list[list[list[int]]]


def planned(of: Problem, seed: int = 1) -> Rounds:
    return arrange(len(of.people), of.rounds, costs(Yardstick(of)), Chance(seed))


def repaired(of: Problem, previous: Rounds, native: bool = True) -> Rounds:
    before = [Before(list(map(len, rooms)), list(chain.from_iterable(rooms))) for rooms in previous]
    return repair(len(of.people), of.rounds, before, costs(Yardstick(of)), Chance(5), native=native)


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
    # Whoever is gone is -1.
    previous = [
        [[who if who < people else -1 for who in room] for room in rooms[:-1]]
        for rooms in planned(before, seed)
    ]
    one, other = (repaired(now, previous, native) for native in (True, False))
    assert one == other
    for rooms, of_round in zip(one, now.rounds, strict=True):
        assert tuple(map(len, rooms[:-1])) == of_round
        assert sorted(who for room in rooms for who in room) == list(range(people))


@pytest.mark.skipif(library() is None, reason="nothing was compiled")
@pytest.mark.parametrize(("size", "gone", "rooms"), [(4, 40, 65), (5, 7, 90), (6, 0, 44)])
def test_large_repairs_are_the_same_without_c(size: int, gone: int, rooms: int) -> None:
    of = problem(300, size, 5)
    few = tuple((f"p{i}", i % 3) for i in range(0, 300, 2))
    now = Problem(of.people, (into_rooms(300, rooms),) * 6, history=History(small=few))
    previous = [
        [[-1 if who < gone else who for who in room] for room in groups[:-1]] for groups in planned(of)
    ]
    assert repaired(now, previous) == repaired(now, previous, native=False)


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


# Under rules


PEOPLE = tuple(Person(f"p{i}", "mentor" if i < 12 else "mentee") for i in range(36))
FULL = Rules(
    apart=frozenset({("p30", "p31"), ("p20", "p21")}),
    together=frozenset({frozenset({"p13", "p14"})}),
    hosts=frozenset({("p0", 1), ("p1", 2)}),
    pins=frozenset({("p20", 2, 5)}),
    away=frozenset({("p5", 3), ("p22", 3), ("p23", 3), ("p24", 3)}),
)
PAIRS_OF_ROLES = Template(exactly=(("mentor", 1),))


def bound_evening(people: tuple[Person, ...], rules: Rules, rounds: int) -> Problem:
    """An evening with one mentor in each room, whoever is there."""

    def rooms(number: int) -> tuple[int, ...]:
        gone = {who for who, at in rules.away if at == number}
        here = [person for person in people if person.id not in gone]
        return into_rooms(len(here), sum(person.role == "mentor" for person in here))

    sizes = tuple(rooms(number) for number in range(1, rounds + 1))
    return Problem(people, sizes, rules, templates=(PAIRS_OF_ROLES,) * rounds)


def stayed(before: Plan, after: Plan) -> float:
    """The share of those in both plans of the first round who are in the room they were in."""
    was = {who: room for room, group in enumerate(before.seatings[0].groups) for who in group}
    now = {who: room for room, group in enumerate(after.seatings[0].groups) for who in group}
    both = was.keys() & now.keys()
    return sum(was[who] == now[who] for who in both) / len(both)


def test_rules_are_kept_when_people_leave_and_hardly_anyone_moves() -> None:
    before = plan(bound_evening(PEOPLE, FULL, 4), 1, 6).plan
    here = tuple(person for person in PEOPLE if person.id not in {"p7", "p33", "p15"})
    now = bound_evening((*here, Person("new", "mentee")), FULL, 4)
    after = replan(now, before, 1).plan
    assert check(now, after) == ()
    assert stayed(before, after) > 0.7


def test_a_person_who_is_moved_by_hand_moves_alone() -> None:
    of = bound_evening(PEOPLE, FULL, 3)
    before = plan(of, 1, 6).plan
    (room,) = (number for number, group in enumerate(before.seatings[0].groups, 1) if "p35" in group)
    elsewhere = room % 12 + 1
    moved = bound_evening(PEOPLE, replace(FULL, pins=FULL.pins | {("p35", 1, elsewhere)}), 3)
    after = replan(moved, before, 1).plan
    assert check(moved, after) == ()
    assert "p35" in after.seatings[0].groups[elsewhere - 1]
    assert stayed(before, after) > 0.7


def test_whoever_is_away_for_a_round_changes_little_in_others() -> None:
    of = problem(40, 4, 3)
    before = plan(of, 1, 2).plan
    away = Rules(away=frozenset((f"p{i}", 1) for i in range(4)))
    now = Problem(of.people, ((4,) * 9, (4,) * 10, (4,) * 10), away)
    after = replan(now, before, 1).plan
    assert check(now, after) == ()
    assert sum(changes(Plan(before.seatings[1:]), Plan(after.seatings[1:])).moves) <= 6


def test_new_rules_are_kept_although_the_old_plan_broke_them() -> None:
    of = problem(24, 4, 3)
    before = plan(of, 1, 3).plan
    first, second, *_ = before.seatings[0].groups
    rules = Rules(
        apart=frozenset({(first[0], first[1])}),
        together=frozenset({frozenset({first[2], second[0]})}),
        at_least_three=frozenset({"p1"}),
    )
    now = Problem(of.people, of.rounds, rules)
    after = replan(now, before, 1).plan
    assert check(now, after) == ()
    assert stayed(before, after) > 0.6


def test_fewer_and_longer_evenings_keep_rules() -> None:
    before = plan(bound_evening(PEOPLE, FULL, 3), 1, 4).plan
    for rounds in (2, 5):
        now = bound_evening(PEOPLE, FULL, rounds)
        assert check(now, replan(now, before, 1).plan) == ()


def test_a_very_large_plan_that_people_know_is_not_made_anew() -> None:
    of = problem(1600, 6, 4)
    first = plan(of, 1, 0).plan.seatings[0]
    after = replan(of, Plan((first,) * 4), 1)
    assert after.certificate.optimal
    assert changes(Plan((first,)), after.plan).moves[0] < 160

"""Sixteen evenings that have to go well, as people would plan them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from typing import Any

import pytest

from rotation import (
    Group,
    History,
    Nonsense,
    Numbers,
    Person,
    Plan,
    Planned,
    Problem,
    RoomSizes,
    Rules,
    Template,
    check,
    improve,
    into_rooms,
    numbers,
    plan,
    replan,
    sizes,
)
from rotation.check import broken
from tests.rotation.problems import met_in


def people(count: int) -> tuple[Person, ...]:
    return tuple(Person(f"p{i}") for i in range(count))


def posed(count: int, rooms: RoomSizes, rounds: int, **rules: Any) -> Problem:
    return Problem(people(count), (rooms,) * rounds, Rules(**rules))


def best(problem: Problem, slices: int = 20) -> Planned:
    found = plan(problem, 1, slices)
    assert check(problem, found.plan) == ()
    return found


def facts(problem: Problem, slices: int = 20) -> Numbers:
    return numbers(problem, best(problem, slices).plan)


def meetings(seatings: Iterable[Iterable[Group]]) -> Counter[tuple[str, ...]]:
    return Counter(both for groups in seatings for group in groups for both in combinations(sorted(group), 2))


def test_1_twenty_eight_in_fours_some_of_them_apart() -> None:
    apart = frozenset({("p0", "p1"), ("p0", "p2"), ("p3", "p9"), ("p10", "p20")})
    problem = posed(28, (4,) * 7, 6, apart=apart)
    found = best(problem, 40)
    met = meetings(seating.groups for seating in found.plan.seatings)
    assert not apart & met.keys()
    assert found.certificate.distinct == 6 * 42


def test_2_fifty_in_pairs() -> None:
    problem = posed(50, (2,) * 25, 8)
    assert (facts(problem).repeats, best(problem).certificate.optimal) == (0, True)


def test_3_eighty_five_at_tables_of_five_then_ninety_then_tables_of_six() -> None:
    before = posed(85, (5,) * 17, 4)
    planned = best(before)
    assert numbers(before, planned.plan).repeats == 0
    more = posed(90, (5,) * 18, 4)
    again = replan(more, planned.plan, 1)
    assert check(more, again.plan) == ()
    assert numbers(more, again.plan).repeats == 0
    sixes = posed(90, (6,) * 15, 4)
    larger = replan(sixes, again.plan, 1)
    assert check(sixes, larger.plan) == ()
    assert numbers(sixes, larger.plan).repeats == 0


def test_4_six_tables_of_six_never_twice_is_impossible_and_seven_of_five_is_possible() -> None:
    with pytest.raises(Nonsense) as refused:
        next(improve(posed(36, (6,) * 6, 6, at_most=1, rooms_differ=True), 1))
    assert refused.value.code == "cannot-keep-at_most"
    assert "36 people in these rooms can be mixed only 3 times" in str(refused.value)
    assert "Possible instead: 3 rounds" in str(refused.value)
    # As well as can be, when it is not insisted on.
    assert 0 < facts(posed(36, (6,) * 6, 6), 10).repeats <= 60
    seven = posed(35, (5,) * 7, 6, at_most=1, rooms_differ=True)
    assert facts(seven).repeats == 0


def test_5_eighteen_mentors_and_twelve_mentees_are_mixed_in_all_rooms() -> None:
    everyone = tuple(Person(f"p{i}", "mentor" if i < 18 else "mentee") for i in range(30))
    both = Template(at_least=(("mentor", 1), ("mentee", 1)))
    problem = Problem(everyone, ((3,) * 6 + (2,) * 6,) * 6, templates=(both,) * 6)
    found = best(problem)
    told = numbers(problem, found.plan)
    assert (told.repeats, told.smallest_room) == (0, 2)
    assert told.small_max - told.small_min <= 6
    pairs = Problem(
        everyone, ((2,) * 15,) * 6, templates=(Template(exactly=(("mentor", 1), ("mentee", 1))),) * 6
    )
    with pytest.raises(Nonsense) as refused:
        next(improve(pairs, 1))
    assert "15 people of role mentee" in str(refused.value)
    assert "Possible instead: 12 rooms, while 6 people rest." in str(refused.value)


def test_6_sixty_in_sixteen_rooms_are_even() -> None:
    problem = posed(60, into_rooms(60, 16), 6)
    told = facts(problem)
    assert set(problem.rounds[0]) == {3, 4}
    assert (told.repeats, told.small_max - told.small_min <= 1) == (0, True)


@pytest.mark.parametrize("count", [9, 10])
def test_7_nine_or_ten_in_four_rooms_are_never_alone(count: int) -> None:
    problem = posed(count, into_rooms(count, 4), 4)
    told = facts(problem)
    assert (told.smallest_room, told.repeats) == (2, 0)
    assert told.small_max - told.small_min <= 1


@pytest.mark.parametrize(("count", "size", "rooms"), [(10, 3, (4, 3, 3)), (13, 4, (4, 3, 3, 3))])
def test_8_ten_in_threes_and_thirteen_in_fours(count: int, size: int, rooms: RoomSizes) -> None:
    assert sizes(count, size) == rooms
    found = best(posed(count, rooms, 3))
    assert found.certificate.gap <= 2


def test_9_forty_in_pairs() -> None:
    assert facts(posed(40, (2,) * 20, 39)).repeats == 0


def test_10_three_rounds_of_eight_to_ten_rooms_prepared_ahead() -> None:
    problem = Problem(people(40), (into_rooms(40, 8), into_rooms(40, 9), into_rooms(40, 10)))
    assert facts(problem).repeats == 0


def test_11_a_hundred_people_meet_nine_new_ones_a_day_as_long_as_there_are_some() -> None:
    found: list[Planned] = []
    met = History()
    for _ in range(5):
        found.append(best(Problem(people(100), ((10,) * 10,), history=met), 4))
        met = met_in(each.plan.seatings[0].groups for each in found)
    assert [each.score.worst for each in found[:3]] == [9, 9, 9]
    assert len(met.meetings) >= 2150


def test_12_fifteen_in_trios_all_meet_in_seven_rounds() -> None:
    told = facts(posed(15, (3,) * 5, 7), 60)
    assert (told.repeats, told.met_min) == (0, 14)


def test_13_thirty_two_in_fours_for_eight_and_for_ten_rounds() -> None:
    assert facts(posed(32, (4,) * 8, 8)).repeats == 0
    assert facts(posed(32, (4,) * 8, 10)).repeats <= 30


def test_14_thirty_in_five_rooms_for_ten_rounds_repeat_evenly() -> None:
    told = facts(posed(30, (6,) * 5, 10))
    assert told.max_meetings <= 3
    assert told.met_min >= 27


def test_15_a_hundred_and_thirty_two_in_eleven_groups_with_rules() -> None:
    rules = Rules(
        apart=frozenset((f"p{a}", f"p{a + 1}") for a in range(0, 60, 2)),
        together=frozenset({frozenset({"p100", "p101"}), frozenset({"p102", "p103", "p104"})}),
        hosts=frozenset((f"p{121 + room}", room) for room in range(11)) - {("p121", 0)},
        stays=frozenset({"p121"}),
        meet=frozenset({("p1", "p60"), ("p2", "p61"), ("p3", "p62")}),
        pins=frozenset({("p70", 2, 3)}),
        away=frozenset(("p80", number) for number in (1, 2)),
        soft=frozenset({"meet"}),
    )
    rooms = (12,) * 11
    first = (*rooms[:-1], 11)
    problem = Problem(people(132), (first, first, rooms, rooms, rooms, rooms), rules)
    found = best(problem, 30)
    assert broken(problem, found.plan) == {}
    # Rooms of twelve among eleven force repeats.
    assert found.certificate.distinct >= 0.94 * found.certificate.bound


def test_16_no_shows_latecomers_and_rounds_of_two_three_and_four() -> None:
    everyone = people(30)
    planned = best(Problem(everyone, (sizes(30, 2), sizes(30, 3), sizes(30, 4))))
    here = everyone[6:]  # One in five does not come.
    now = Problem(here, (sizes(24, 2), sizes(24, 3), sizes(24, 4)))
    first = replan(now, planned.plan, 1)
    assert check(now, first.plan) == ()
    late = (*here, *(Person(f"late{i}") for i in range(3)))
    held = met_in([first.plan.seatings[0].groups])
    second = Problem(late, (sizes(27, 3), sizes(27, 4)), history=held)
    after = replan(second, Plan(first.plan.seatings[1:]), 1)
    assert check(second, after.plan) == ()
    left = Problem(
        late[2:],
        (sizes(25, 4),),
        history=met_in([first.plan.seatings[0].groups, after.plan.seatings[0].groups]),
    )
    last = replan(left, Plan(after.plan.seatings[1:]), 1)
    assert check(left, last.plan) == ()
    assert numbers(left, last.plan).repeats == 0


def test_wishes_come_true_and_cost_next_to_nothing() -> None:
    wishes = frozenset((f"p{i}", f"p{(7 * i + step) % 40}") for i in range(40) for step in (3, 11))
    wishes = frozenset(both for both in wishes if both[0] != both[1])
    problem = posed(40, (4,) * 10, 6, meet=wishes, soft=frozenset({"meet"}))
    found = best(problem, 30)
    assert broken(problem, found.plan) == {}
    assert found.certificate.distinct >= 0.995 * found.certificate.bound


def test_the_host_of_every_room_stays_and_meets_others_every_round() -> None:
    everyone = tuple(Person(f"p{i}", "mentor" if i < 9 else "mentee") for i in range(36))
    stays = Rules(stays=frozenset(f"p{i}" for i in range(9)))
    problem = Problem(everyone, ((4,) * 9,) * 8, stays, templates=(Template(exactly=(("mentor", 1),)),) * 8)
    assert best(problem, 40).certificate.optimal

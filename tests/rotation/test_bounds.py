"""No plan beats a bound: known values, and every plan there is for tiny problems."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest

from rotation import (
    Group,
    History,
    Person,
    Plan,
    Problem,
    RoomSizes,
    Rules,
    Seating,
    Template,
    bound,
    bounds,
    check,
    numbers,
    per_person,
    repeat_free_rounds,
    score,
)
from rotation.bounds import least_unevenness, most_meetings
from tests.rotation.problems import problem


def test_five_sixes_for_five_rounds_are_limited_by_the_pigeonhole() -> None:
    assert bound(problem(30, 6, 5)) == (355, "pigeonhole")


def test_twelve_in_fours_for_six_rounds_have_only_66_pairs() -> None:
    assert bound(problem(12, 4, 6)) == (66, "allowed")


def test_few_rounds_are_limited_by_their_seats() -> None:
    assert bound(problem(28, 4, 3)) == (3 * 42, "seats")


def test_six_sixes_have_three_rounds_without_repeats() -> None:
    assert repeat_free_rounds(36, (6,) * 6) == 3
    assert dict(bounds(problem(36, 6, 6)))["exception"] == 6 * 90 - 3


def test_a_person_who_has_met_nearly_everyone_limits_the_plan() -> None:
    met = tuple(("p0", f"p{other}", 1) for other in range(1, 8))
    people = tuple(Person(f"p{i}") for i in range(8))
    assert bound(Problem(people, ((4, 4),), history=History(met))) == (10, "people")


def test_pairs_kept_apart_are_not_possible() -> None:
    apart = Rules(frozenset(("p0", f"p{other}") for other in range(1, 4)))
    people = tuple(Person(f"p{i}") for i in range(6))
    assert dict(bounds(Problem(people, ((2, 2, 2),) * 9, apart)))["allowed"] == 15 - 3


def test_ten_tens_have_no_more_rounds_than_a_plane_of_order_ten_would_need() -> None:
    assert repeat_free_rounds(100, (10,) * 10) == 8
    assert repeat_free_rounds(196, (14,) * 14) == 12
    assert repeat_free_rounds(81, (9,) * 9) == 10


def test_two_mentors_never_meet_where_each_room_has_one() -> None:
    people = tuple(Person(f"p{i}", "mentor" if i < 3 else "mentee") for i in range(9))
    templates = (Template(exactly=(("mentor", 1),)),) * 9
    assert bound(Problem(people, ((3, 3, 3),) * 9, templates=templates)) == (36 - 3, "allowed")


def test_pairs_across_roles_are_all_there_are_in_pairs_across_roles() -> None:
    people = tuple(Person(f"p{i}", "mentor" if i < 3 else "mentee") for i in range(6))
    templates = (Template(at_least=(("mentor", 1), ("mentee", 1))),) * 5
    assert bound(Problem(people, ((2, 2, 2),) * 5, templates=templates)) == (9, "allowed")


def test_rooms_of_one_role_mix_no_roles() -> None:
    people = tuple(Person(f"p{i}", "red" if i < 4 else "blue") for i in range(8))
    templates = (Template(same_role=True),) * 7
    assert bound(Problem(people, ((2,) * 4,) * 7, templates=templates)) == (12, "allowed")


def test_hosts_of_two_rooms_never_meet() -> None:
    people = tuple(Person(f"p{i}") for i in range(6))
    hosts = frozenset({("p0", 1), ("p1", 2)})
    assert bound(Problem(people, ((3, 3),) * 9, Rules(hosts=hosts)))[0] <= 15 - 1
    soft = Rules(hosts=hosts, soft=frozenset({"hosts"}))
    assert dict(bounds(Problem(people, ((3, 3),) * 9, soft)))["allowed"] == 15


def test_whoever_comes_late_meets_only_those_who_are_there_then() -> None:
    people = tuple(Person(f"p{i}") for i in range(5))
    away = frozenset({("p0", 1), ("p4", 2)})
    of = Problem(people, ((2, 2), (2, 2)), Rules(away=away))
    assert dict(bounds(of))["allowed"] == 10 - 1
    assert per_person(of) == 1


def test_those_kept_together_make_a_new_pair_once() -> None:
    people = tuple(Person(f"p{i}") for i in range(6))
    together = Rules(together=frozenset({frozenset({"p0", "p1"})}))
    assert dict(bounds(Problem(people, ((3, 3),) * 3, together)))["seats"] == 18 - 2


@pytest.mark.parametrize(
    ("people", "sizes", "rounds"),
    [
        (15, (3,) * 5, 7),
        (12, (3,) * 4, 4),
        (16, (4,) * 4, 5),
        (30, (6,) * 5, 1),
        (10, (2,) * 5, 9),
        (0, (), 0),
    ],
)
def test_the_most_rounds_without_repeats(people: int, sizes: RoomSizes, rounds: int) -> None:
    assert repeat_free_rounds(people, sizes) == rounds


def test_the_worst_off_person_cannot_have_more_than_the_average() -> None:
    rooms = (5, 5, 4, 4, 4, 4)
    assert per_person(Problem(tuple(Person(f"p{i}") for i in range(26)), (rooms,) * 6)) == 20


def test_meetings_are_levelled_over_all_pairs() -> None:
    assert (most_meetings(problem(12, 4, 6)), least_unevenness(problem(12, 4, 6))) == (2, 108 - 66)
    assert (most_meetings(problem(16, 4, 5)), least_unevenness(problem(16, 4, 5))) == (1, 0)
    trio = tuple(Person(who) for who in "abc")
    # a and b have met twice: c meets each of them first.
    assert most_meetings(Problem(trio, ((3,),), history=History((("a", "b", 2),)))) == 2


TINY = [
    Problem(tuple(Person(who) for who in "abcdef"[:people]), rounds, rules, history)
    for people, rounds, rules, history in [
        (3, ((2,), (2,), (2,)), Rules(), History()),
        (4, ((2, 2), (2, 2)), Rules(), History((("a", "b", 1), ("c", "d", 1)))),
        (4, ((2, 2), (4,)), Rules(), History()),
        (5, ((3, 2), (3, 2)), Rules(), History()),
        (5, ((3, 2), (3, 2), (2, 2)), Rules(), History()),
        (5, ((3,), (3,), (5,)), Rules(), History((("a", "b", 2),))),
        (6, ((3, 3), (3, 3)), Rules(), History()),
        (6, ((2, 2, 2), (3, 3)), Rules(frozenset({("a", "b"), ("c", "d")})), History()),
        (6, ((4, 2), (3, 3)), Rules(), History((("a", "b", 1), ("e", "f", 3)))),
        (5, ((2, 2), (4,)), Rules(frozenset({("a", "b")})), History()),
    ]
]


@pytest.mark.parametrize("tiny", TINY)
def test_the_best_of_all_plans_is_within_every_bound(tiny: Problem) -> None:
    plans = list(all_plans(tiny))
    best = max(numbers(tiny, plan).distinct for plan in plans)
    assert all(best <= value for _, value in bounds(tiny))
    assert max(numbers(tiny, plan).met_min for plan in plans) <= per_person(tiny)
    assert min(score(tiny, plan).unevenness for plan in plans) >= least_unevenness(tiny)


def all_plans(tiny: Problem) -> Iterator[Plan]:
    """Every plan there is, found by trying."""
    rounds = [list(_seatings(tiny.ids, sizes)) for sizes in tiny.rounds]
    for seatings in product(*rounds):
        plan = Plan(seatings)
        if not check(tiny, plan):
            yield plan


def _seatings(people: tuple[str, ...], sizes: RoomSizes) -> Iterator[Seating]:
    for groups in _groups(people, sizes):
        seated = {who for group in groups for who in group}
        yield Seating(groups, tuple(who for who in people if who not in seated))


def _groups(people: tuple[str, ...], sizes: RoomSizes) -> Iterator[tuple[Group, ...]]:
    if not sizes:
        yield ()
        return
    for group in combinations(people, sizes[0]):
        rest = tuple(who for who in people if who not in group)
        for others in _groups(rest, sizes[1:]):
            # Rooms of one size have no order: only one of them is tried.
            if not others or len(others[0]) != len(group) or others[0] > group:
                yield (group, *others)


def test_no_named_bound_promises_more_than_the_rooms_seat() -> None:
    """Twelve people in threes have four repeat-free rounds; fewer are asked for."""
    named = dict(bounds(problem(12, 3, 2)))
    assert named["exception"] == named["pigeonhole"] == named["seats"] == 24

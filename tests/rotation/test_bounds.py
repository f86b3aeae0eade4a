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

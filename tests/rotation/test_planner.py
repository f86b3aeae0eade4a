"""Plans are valid, get better, are proved only when proved, and are as good as they should be."""

from __future__ import annotations

from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import (
    Nonsense,
    Person,
    Plan,
    Planned,
    Problem,
    Rules,
    bounds,
    certify,
    check,
    improve,
    into_rooms,
    numbers,
    plan,
    replan,
    score,
    sizes,
    steps,
)
from tests.rotation.problems import met_in, problem, problems
from tests.rotation.test_bounds import TINY, all_plans

# Every plan


@settings(deadline=None, max_examples=60)
@given(problems(), st.integers(0, 2**64))
def test_every_plan_is_valid_and_better_than_the_one_before(of: Problem, seed: int) -> None:
    steps = list(islice(improve(of, seed), 4))
    for planned in steps:
        assert check(of, planned.plan) == ()
        assert planned.score == score(of, planned.plan)
        assert planned.certificate == certify(of, planned.plan)
        assert all(planned.certificate.distinct <= value for _, value in bounds(of))
    for before, after in pairwise(steps):
        assert after is before or after.score > before.score


@settings(deadline=None, max_examples=40)
@given(problems(), problems(), st.integers(0, 2**64))
def test_any_plan_can_be_repaired_for_any_other_problem(before: Problem, now: Problem, seed: int) -> None:
    assert check(now, replan(now, plan(before, seed, 0).plan, seed, 1).plan) == ()


@pytest.mark.parametrize("tiny", TINY)
def test_optimal_is_said_only_of_what_no_plan_exceeds(tiny: Problem) -> None:
    best = max(numbers(tiny, each).distinct for each in all_plans(tiny))
    found = plan(tiny, 1, 20)
    assert found.certificate.distinct == best
    assert not found.certificate.optimal or found.certificate.bound == best


def test_the_same_problem_seed_and_steps_give_the_same_plan() -> None:
    one, same, other = (plan(problem(28, 4, 9), seed, 6) for seed in (1, 1, 2))
    assert one == same
    assert one.plan != other.plan


def test_nothing_better_is_the_same_object() -> None:
    steps = list(islice(improve(problem(20, 5, 6), 1), 12))
    assert len({id(planned) for planned in steps}) < len(steps)
    assert len({planned.score for planned in steps}) == len({id(planned) for planned in steps})


def test_improving_ends_when_nothing_can_be_better() -> None:
    assert len(list(improve(problem(25, 5, 6), 1))) == 1


# Stories


def best(of: Problem, slices: int) -> Planned:
    found = plan(of, 1, slices)
    assert check(of, found.plan) == ()
    return found


@pytest.mark.parametrize(("people", "expected"), [(0, 0), (1, 0), (2, 1), (3, 3)])
def test_hardly_anybody_is_no_error(people: int, expected: int) -> None:
    found = best(problem(people, 4, 3), 5)
    assert found.certificate.distinct == expected
    assert found.certificate.optimal


def test_twelve_in_fours_for_six_rounds_have_the_fewest_repeats_possible() -> None:
    found = best(problem(12, 4, 6), 3)
    facts = numbers(problem(12, 4, 6), found.plan)
    assert (facts.meetings, facts.possible, facts.repeats) == (108, 66, 42)
    assert found.certificate.optimal
    assert facts.max_meetings <= 3


def test_fifteen_in_trios_for_seven_rounds_all_meet_once() -> None:
    found = best(problem(15, 3, 7), 60)
    assert found.certificate.optimal
    assert numbers(problem(15, 3, 7), found.plan).repeats == 0


def test_twenty_four_in_fours_for_five_rounds_repeat_nothing() -> None:
    assert numbers(problem(24, 4, 5), best(problem(24, 4, 5), 30).plan).repeats == 0


def test_twenty_eight_in_fours_for_eight_rounds_meet_nearly_as_many_as_possible() -> None:
    assert best(problem(28, 4, 8), 40).certificate.distinct >= 322


def test_thirty_two_in_fours_for_eight_rounds_repeat_nothing() -> None:
    assert best(problem(32, 4, 8), 1).certificate.optimal


def test_thirty_two_in_fours_for_ten_rounds_repeat_little() -> None:
    assert best(problem(32, 4, 10), 20).certificate.gap <= 30


def test_thirty_people_in_five_rooms_for_ten_rounds_repeat_evenly() -> None:
    of = problem(30, 6, 10)
    found = best(of, 15)
    facts = numbers(of, found.plan)
    assert facts.max_meetings <= 3
    assert found.certificate.gap <= 5


def test_ten_in_four_rooms_are_never_alone_and_share_the_pairs() -> None:
    of = Problem(problem(10, 2, 1).people, (into_rooms(10, 4),) * 6)
    facts = numbers(of, best(of, 30).plan)
    assert facts.smallest_room == 2
    assert facts.small_max - facts.small_min <= 1


def test_in_pairs_of_twenty_seven_nobody_is_in_the_trio_twice() -> None:
    of = problem(27, 2, 8)
    found = best(of, 10)
    trios = [who for seating in found.plan.seatings for who in seating.groups[0]]
    assert len(trios) == len(set(trios)) == 24
    assert numbers(of, found.plan).repeats == 0


def test_benches_are_shared_fairly_and_count_from_the_past() -> None:
    people = tuple(Person(f"p{i}") for i in range(11))
    of = Problem(people, ((3, 3, 3),) * 4)
    facts = numbers(of, best(of, 10).plan)
    assert (facts.rest_min, facts.rest_max) == (0, 1)


def test_rounds_may_differ_in_their_rooms() -> None:
    of = Problem(problem(24, 4, 1).people, (sizes(24, 2), sizes(24, 3), sizes(24, 4), (6,) * 4))
    assert numbers(of, best(of, 10).plan).repeats == 0


def test_a_hundred_people_meet_nobody_twice_at_once() -> None:
    assert best(problem(100, 4, 8), 0).certificate.optimal


def test_four_hundred_people_have_a_plan_at_once() -> None:
    assert next(improve(problem(400, 5, 10), 1)).certificate.gap <= 40


def test_more_people_than_the_search_holds_are_planned_all_the_same() -> None:
    of = problem(1600, 4, 3)
    assert best(of, 1).certificate.optimal


# Rules


def test_people_kept_apart_never_share_a_room() -> None:
    people = problem(28, 4, 1).people
    apart = frozenset((f"p{a}", f"p{b}") for a in range(6) for b in range(a + 1, 6))
    of = Problem(people, ((4,) * 7,) * 6, Rules(apart))
    assert best(of, 10).certificate.gap <= 30


def test_someone_apart_from_everyone_is_refused() -> None:
    of = Problem(
        tuple(map(Person, "abcd")), ((2, 2),), Rules(frozenset({("a", "b"), ("a", "c"), ("a", "d")}))
    )
    with pytest.raises(Nonsense) as refused:
        next(improve(of, 1))
    assert refused.value.code == "cannot-keep-apart"
    assert "a is kept apart" in str(refused.value)


def test_rules_that_no_plan_can_keep_are_refused_in_the_end() -> None:
    # Seven people in a ring of enemies need three rooms, and there are two.
    ring = frozenset(tuple(sorted((f"p{i}", f"p{(i + 1) % 7}"))) for i in range(7))
    of = Problem(problem(8, 4, 1).people, ((4, 4),), Rules(frozenset((a, b) for a, b in ring)))
    with pytest.raises(Nonsense) as refused:
        next(improve(of, 1))
    assert refused.value.code == "cannot-keep-apart"
    # Whoever wants to give up earlier gets control back after every slice.
    assert list(islice(steps(of, 1), 5)) == [None] * 5


# Planning again


def again(
    people: int, size: int, rounds: int, held: int, leave: int, come: int
) -> tuple[Problem, Plan, Planned]:
    """After some rounds a few have left and others come: the new problem, what was planned, the new plan."""
    of = problem(people, size, rounds)
    seatings = plan(of, 1, 3).plan.seatings
    here = (*of.people[leave:], *(Person(f"new{i}") for i in range(come)))
    now = Problem(
        here,
        (sizes(len(here), size),) * (rounds - held),
        history=met_in(seating.groups for seating in seatings[:held]),
    )
    coming = Plan(seatings[held:])
    return now, coming, replan(now, coming, 1)


def kept(before: Plan, after: Plan) -> float:
    """The share of people who, in a round, sit with someone they were to sit with."""
    same = everyone = 0
    for was, now in zip(before.seatings, after.seatings, strict=True):
        company = {who: set(group) - {who} for group in was.groups for who in group}
        for group in now.groups:
            for who in group:
                everyone += 1
                same += bool(company.get(who, set()) & set(group))
    return same / everyone


def test_ten_leave_and_five_come_and_nobody_is_seated_with_anyone_twice() -> None:
    now, before, found = again(people=100, size=4, rounds=9, held=1, leave=10, come=5)
    assert check(now, found.plan) == ()
    assert numbers(now, found.plan).repeats == 0
    assert kept(before, found.plan) > 0.85


def test_when_nothing_has_changed_nothing_changes() -> None:
    now, before, found = again(people=100, size=4, rounds=6, held=1, leave=0, come=0)
    assert {frozenset(map(frozenset, seating.groups)) for seating in found.plan.seatings} == {
        frozenset(map(frozenset, seating.groups)) for seating in before.seatings
    }
    assert now.rounds == ((4,) * 25,) * 5


def test_a_tight_event_is_planned_again_with_few_repeats() -> None:
    _, _, found = again(people=30, size=4, rounds=7, held=2, leave=3, come=1)
    assert found.certificate.gap <= 12


def test_longer_and_shorter_evenings_are_planned_again() -> None:
    of = problem(20, 4, 4)
    found = plan(of, 1, 3).plan
    longer = Problem(of.people, of.rounds + of.rounds[:2])
    shorter = Problem(of.people, of.rounds[:1])
    assert check(longer, replan(longer, found, 1).plan) == ()
    assert check(shorter, replan(shorter, found, 1).plan) == ()

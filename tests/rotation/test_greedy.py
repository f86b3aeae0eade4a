"""The first plan is whole, fair and near perfect in loose events, and the same with and without C."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import History, Problem, Rules, numbers, score
from rotation.chance import Chance
from rotation.costs import Costs, costs
from rotation.greedy import arrange
from rotation.native import library
from rotation.plan import Plan, Seating
from rotation.score import Yardstick
from tests.rotation.problems import problem, problems

Rounds = list[list[list[int]]]


def priced(of: Problem) -> Costs:
    return costs(Yardstick(of))


def arranged(of: Problem, seed: int = 1, kept: Sequence[Sequence[Sequence[int]]] = ()) -> Rounds:
    return arrange(len(of.people), of.rounds, priced(of), Chance(seed), kept)


def plan_of(of: Problem, rounds: Rounds) -> Plan:
    ids = of.ids
    return Plan(
        tuple(
            Seating(
                tuple(tuple(ids[p] for p in room) for room in rooms[:-1]), tuple(ids[p] for p in rooms[-1])
            )
            for rooms in rounds
        )
    )


def is_whole(of: Problem, rounds: Rounds, there: Sequence[set[int]]) -> bool:
    """Everyone there has one place in every round, and every room its size."""
    return all(
        tuple(map(len, rooms[:-1])) == sizes and sorted(who for room in rooms for who in room) == sorted(here)
        for rooms, sizes, here in zip(rounds, of.rounds, there, strict=True)
    )


@st.composite
def begun(draw: st.DrawFn) -> tuple[Problem, list[list[list[int]]], list[set[int]]]:
    """A problem, who keeps a place in some first rounds, and who is there."""
    of = draw(problems())
    everyone = list(range(len(of.people)))
    there, kept = [], []
    for sizes in of.rounds:
        spare = len(everyone) - sum(sizes)
        absent = draw(st.sets(st.sampled_from(everyone), max_size=spare)) if everyone else set()
        there.append(set(everyone) - absent)
    for sizes, here in list(zip(of.rounds, there, strict=True))[: draw(st.integers(0, len(of.rounds)))]:
        order = draw(st.permutations(sorted(here)))
        cut = [draw(st.integers(0, size)) for size in sizes]
        kept.append([[order.pop() for _ in range(many)] for many in cut])
    return of, kept, there


@settings(deadline=None, max_examples=80)
@given(begun(), st.integers(0, 2**64))
def test_every_plan_is_whole_and_the_same_without_c(
    case: tuple[Problem, list[list[list[int]]], list[set[int]]], seed: int
) -> None:
    of, kept, there = case
    present = there if any(len(here) < len(of.people) for here in there) else ()
    plain, compiled = Chance(seed), Chance(seed)
    one = arrange(len(of.people), of.rounds, priced(of), plain, kept, present, native=False)
    other = arrange(len(of.people), of.rounds, priced(of), compiled, kept, present)
    assert one == other
    assert plain.state == compiled.state
    assert is_whole(of, one, there)


def test_the_order_in_which_those_present_are_named_changes_nothing() -> None:
    of = problem(9, 2, 1)
    given_as = ([5, 6, 7, 8], [8, 7, 6, 5], {8, 5, 6, 7})
    plans = [
        arrange(9, ((2, 2),), priced(of), Chance(0), (), [present], native)
        for present in given_as
        for native in (True, False)
    ]
    assert plans == plans[:1] * 6


@pytest.mark.skipif(library() is None, reason="nothing was compiled")
@pytest.mark.parametrize(("people", "size", "rounds"), [(28, 4, 9), (103, 5, 12), (301, 2, 40), (600, 6, 5)])
def test_large_plans_are_the_same_without_c(people: int, size: int, rounds: int) -> None:
    of = problem(people, size, rounds)
    plain = arrange(people, of.rounds, priced(of), Chance(7), native=False)
    assert plain == arranged(of, 7)
    torn = [[room[:-1] for room in rooms[:-1]] for rooms in plain[: rounds // 2]]
    assert arrange(people, of.rounds, priced(of), Chance(8), torn, native=False) == arranged(of, 8, torn)


@pytest.mark.skipif(library() is None, reason="nothing was compiled")
def test_a_long_past_and_repeats_are_the_same_without_c() -> None:
    of = problem(400, 5, 4)
    ids = of.ids
    held = arranged(of, 3)
    past = [(ids[a], ids[b], 2) for rooms in held for room in rooms[:-1] for a in room for b in room if a < b]
    apart = frozenset((ids[a], ids[a + 1]) for a in range(0, 60, 2))
    again = Problem(of.people, ((6,) * 50 + (5,) * 20,) * 4, Rules(apart), History(tuple(past)))
    kept = [[room[:4] for room in held[r][:70]] for r in (0, 1, 1)]
    plain = arrange(400, again.rounds, priced(again), Chance(9), kept, native=False)
    assert plain == arranged(again, 9, kept)


@pytest.mark.parametrize(
    ("people", "size", "rounds"), [(100, 4, 8), (300, 5, 20), (1000, 4, 10), (1000, 2, 10)]
)
def test_nobody_meets_anybody_twice_in_a_loose_event(people: int, size: int, rounds: int) -> None:
    of = problem(people, size, rounds)
    assert score(of, plan_of(of, arranged(of))).unevenness == 0


def test_smaller_rooms_and_benches_go_round() -> None:
    of = Problem(problem(50, 4, 1).people, ((4,) * 9 + (3,) * 4,) * 6)
    for seed in range(5):
        facts = numbers(of, plan_of(of, arranged(of, seed)))
        assert facts.rest_max - facts.rest_min <= 1
        assert facts.small_max - facts.small_min <= 2


def test_whoever_has_a_place_keeps_it_when_nothing_is_the_matter() -> None:
    of = problem(60, 4, 4)
    torn = [[room[:3] for room in rooms[:-1]] for rooms in arranged(of)]
    again = arranged(of, 2, torn)
    for before, after in zip(torn, again, strict=True):
        assert all(set(mates) <= set(room) for mates, room in zip(before, after[:-1], strict=True))


def test_repeats_that_were_kept_are_mended_in_later_rounds_first() -> None:
    of = problem(40, 4, 3)
    first, *_ = arranged(of)
    again = arranged(of, 3, [first[:-1]] * 3)
    moved = [sum(a != b for a, b in zip(*rooms, strict=True)) for rooms in zip(first, again[0], strict=True)]
    assert sum(moved) <= 4
    assert score(of, plan_of(of, again)).unevenness <= 4


def test_nobody_at_all_is_no_error() -> None:
    assert arranged(problem(0, 4, 2)) == [[[]], [[]]]
    assert arrange(3, (), priced(problem(3, 3, 1)), Chance(1)) == []

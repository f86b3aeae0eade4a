"""What is said about plans is true: bounds, "optimal" and refusals against all plans of tiny problems."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import (
    History,
    Nonsense,
    Person,
    Problem,
    Rules,
    Template,
    bound,
    bounds,
    plan,
    repeat_free_rounds,
    sizes,
)
from tests.bench.planner import problem_of
from tests.bench.planner_known import known_rows
from tests.rotation.every_plan import keeps_rules, most_new_pairs, new_pairs, round_keeps
from tests.rotation.recount import Instance, ceiling

SLICES = 4
NUMBERED = ("hosts", "stays", "pins", "rooms_differ")
RULES = (*NUMBERED, "apart", "apart_by", "together", "meet", "at_most", "at_least_three")
EVERYONE = ("together", "stays")
"""Rules of which it would be a matter of taste what they mean for those who rest."""


def judge(problem: Problem, seed: int, hopeless_too: bool = False) -> None:
    """The planner's plan, certificate or refusal against the best of all plans.

    Problems without any plan are left out at first: some are refused only after long search.
    """
    best = most_new_pairs(problem)
    if best is None and not hopeless_too:
        return
    try:
        planned = plan(problem, seed, SLICES)
    except Nonsense:
        assert best is None, "a problem was refused that has a plan"
        return
    held = [seating.groups for seating in planned.plan.seatings]
    found, said = len(new_pairs(problem, held)), planned.certificate
    assert best is not None, "a plan was made where no plan keeps the rules"
    assert [tuple(map(len, rooms)) for rooms in held] == list(problem.rounds)
    assert all(round_keeps(problem, number, rooms) for number, rooms in enumerate(held, start=1))
    assert keeps_rules(problem, held)
    assert found == said.distinct <= best <= said.bound
    assert all(best <= value for _, value in bounds(problem))
    assert said.optimal == (found == said.bound)
    assert said.gap == said.bound - found


# Any tiny problem


@st.composite
def tiny(draw: st.DrawFn, rule: str = "") -> Problem:
    """At most six people and three rounds, two where rooms have numbers; with rules of the kind named."""
    people = draw(st.integers(2, 6))
    ids = [f"p{i}" for i in range(people)]
    roles = draw(st.lists(st.sampled_from(["", "host", "guest"]), min_size=people, max_size=people))
    numbered = rule in NUMBERED
    rounds = draw(st.integers(1, 2 if numbered else 3))
    away = draw(st.sets(st.tuples(st.sampled_from(ids), st.integers(1, rounds)), max_size=2))
    everyone = rule in EVERYONE
    away = away if rule == "away" or (not everyone and draw(st.integers(0, 3)) == 0) else set()
    here = [people - sum(number == missed for _, missed in away) for number in range(1, rounds + 1)]
    rooms = tuple(draw(_rooms(many, benches=not everyone)) for many in here)
    met = draw(st.lists(st.tuples(_two(ids), st.integers(1, 2)), max_size=4))
    there = min(map(len, rooms))
    told = {rule: draw(_rule(rule, ids, rounds, there))} if rule in RULES and (there or not numbered) else {}
    if told and draw(st.integers(0, 4)) == 0:
        told["soft"] = frozenset({rule})
    return Problem(
        tuple(map(Person, ids, roles)),
        rooms,
        Rules(away=frozenset(away), **told),
        History(tuple((a, b, times) for (a, b), times in met)),
        draw(_templates(rounds)) if rule == "templates" else (),
    )


@st.composite
def _rooms(draw: st.DrawFn, here: int, benches: bool) -> tuple[int, ...]:
    """Rooms for that many people; nobody is left over unless there may be benches."""
    left = here if not benches else draw(st.sampled_from([here, here, max(here - 1, 0)]))
    rooms = []
    while left > 1:
        size = draw(st.integers(2, left))
        size += left - size == 1
        rooms.append(size)
        left -= size
    return tuple(rooms)


def _two(ids: Sequence[str]) -> st.SearchStrategy[tuple[str, str]]:
    return st.sampled_from(list(combinations(ids, 2)))


def _rule(name: str, ids: Sequence[str], rounds: int, rooms: int) -> st.SearchStrategy[Any]:
    who, room, number = st.sampled_from(ids), st.integers(1, max(rooms, 1)), st.integers(1, rounds)
    by_person = st.dictionaries(who, room, min_size=1, max_size=2)
    match name:
        case "apart" | "meet":
            return st.frozensets(_two(ids), min_size=1, max_size=3)
        case "apart_by":
            return st.just(frozenset({"role"}))
        case "together":
            return st.frozensets(st.frozensets(who, min_size=2, max_size=3), min_size=1, max_size=2)
        case "at_most":
            return st.integers(1, 2)
        case "hosts":
            return by_person.map(lambda rooms: frozenset(rooms.items()))
        case "pins":
            return st.dictionaries(st.tuples(who, number), room, min_size=1, max_size=2).map(
                lambda rooms: frozenset((*key, where) for key, where in rooms.items())
            )
        case "rooms_differ":
            return st.just(True)
    return st.frozensets(who, min_size=1, max_size=3)


@st.composite
def _templates(draw: st.DrawFn, rounds: int) -> tuple[Template, ...]:
    patterns = [
        Template(),
        Template(exactly=(("host", 1),)),
        Template(at_least=(("host", 1),)),
        Template(at_least=(("guest", 1), ("host", 1))),
        Template(same_role=True),
    ]
    return tuple(draw(st.sampled_from(patterns)) for _ in range(rounds))


KINDS = ("", *RULES, "away", "templates")


@pytest.mark.parametrize("kind", KINDS)
def test_no_plan_is_better_than_said_and_none_refused_that_exists(kind: str) -> None:
    @settings(deadline=None, max_examples=15)
    @given(st.data(), st.integers(0, 2**32))
    def every(data: st.DataObject, seed: int) -> None:
        with suppress(Nonsense):  # At once, while it is drawn.
            judge(data.draw(tiny(kind)), seed)

    every()


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_where_no_plan_exists_none_is_made(kind: str) -> None:
    @settings(deadline=None, max_examples=60)
    @given(st.data(), st.integers(0, 2**32))
    def every(data: st.DataObject, seed: int) -> None:
        with suppress(Nonsense):
            judge(data.draw(tiny(kind)), seed, hopeless_too=True)

    every()


def test_a_soft_rule_that_nobody_can_keep_hinders_no_plan() -> None:
    everyone = tuple(map(Person, "abcd"))
    rules = Rules(at_least_three=frozenset("abcd"), soft=frozenset({"at_least_three"}))
    judge(Problem(everyone, ((2, 2),) * 3, rules), 1)


def best_of(people: int, rooms: tuple[int, ...], rounds: int, **rules: Any) -> int | None:
    everyone = tuple(Person(f"p{i}") for i in range(people))
    return most_new_pairs(Problem(everyone, (rooms,) * rounds, Rules(**rules)))


def test_trying_all_plans_gives_what_is_known() -> None:
    assert best_of(4, (2, 2), 3) == 6
    assert best_of(6, (3, 3), 2) == 10
    assert best_of(6, (2, 2, 2), 3) == 9
    assert best_of(5, (3, 2), 3) == 10
    square = {("p0", "p1"), ("p1", "p2"), ("p2", "p3"), ("p0", "p3")}
    assert best_of(4, (2, 2), 3, apart=square) == 2
    assert best_of(5, (3, 2), 2, apart=square) == 6
    assert best_of(6, (3, 3), 2, together={frozenset({"p0", "p1"})}) == 10
    assert best_of(4, (2, 2), 3, stays={"p0", "p1"}) == 4
    assert best_of(4, (2, 2), 4, at_most=1) is None


# Larger problems, where the bounds themselves are worked out again


@st.composite
def plain(draw: st.DrawFn) -> Instance:
    """An instance as in the bench's file, with everyone seated."""
    size, people = draw(st.integers(2, 7)), draw(st.integers(4, 40))
    rooms = sizes(people, min(size, people))
    names = draw(st.permutations(range(people + 3)))[:people]
    history = [[names[i : i + 3] for i in range(0, draw(st.integers(0, people)), 4)]]
    rules: Instance = {}
    if draw(st.booleans()):
        rules = {"keep_apart": [list(names[: draw(st.integers(2, 4))])]}
    return {
        "id": "any",
        "n": people,
        "active": list(names),
        "room_sizes": list(rooms),
        "rounds": draw(st.integers(1, 15)),
        "constraints": rules,
        "history": history,
    }


COUNTED = ("allowed", "seats", "people", "pigeonhole")


@settings(deadline=None, max_examples=60)
@given(plain())
def test_bounds_are_those_of_the_plainest_sums(instance: Instance) -> None:
    try:
        problem = problem_of(instance)()
    except Nonsense:
        return
    said, name = bound(problem)
    assert said <= ceiling(instance)
    if name in COUNTED:
        assert said == ceiling(instance)


def test_every_plan_that_is_known_is_within_the_bounds() -> None:
    """So many rounds without a repeat are known to exist; no bound may say otherwise."""
    everyone = tuple(Person(f"p{i}") for i in range(100))
    for row in known_rows():
        if row.people > len(everyone):
            continue
        problem = Problem(everyone[: row.people], (row.sizes,) * row.rounds)
        seats = row.rounds * sum(size * (size - 1) // 2 for size in row.sizes)
        assert all(value >= seats for _, value in bounds(problem)), row
        assert repeat_free_rounds(row.people, row.sizes) >= row.rounds, row

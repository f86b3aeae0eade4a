"""The two loops of the search: what one does, the other does, swap for swap."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import Problem
from rotation.chance import Chance
from rotation.costs import Costs, costs, kinds
from rotation.greedy import arrange
from rotation.kernel import Search, Seats
from rotation.native import library
from rotation.score import Yardstick
from tests.rotation.problems import problems


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    if library() is None and not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("there is no C compiler")
    assert library() is not None, "build it: python hatch_build.py"


@st.composite
def searches(draw: st.DrawFn) -> tuple[Search, Search]:
    """Any problem with any rule that a search knows, for either loop."""
    of = draw(problems(most_rounds=4))
    seed = draw(st.integers(0, 2**32))
    priced = costs(Yardstick(of))
    if draw(st.booleans()):
        priced = with_wishes(draw, priced, len(of.people))
    rounds = arrange(len(of.people), of.rounds, priced, Chance(seed))
    rounds = [without_some(draw, rooms) for rooms in rounds]
    seats = draw(st.none() | seatings(of, rounds))
    kinds_ = [kinds(sizes) for sizes in of.rounds]
    compiled, plain = (
        Search(rounds, kinds_, priced, seed, seats=seats, native=native) for native in (True, False)
    )
    return compiled, plain


def with_wishes(draw: st.DrawFn, priced: Costs, people: int) -> Costs:
    """The first meeting of some pairs earns something."""
    states = len(priced.once_more)
    wished = draw(st.sets(st.tuples(st.integers(0, people), st.integers(0, people)), max_size=4))
    return replace(
        priced,
        once_more=[*priced.once_more, -90, *[70] * priced.band],
        once_less=[*priced.once_less, 0, -90, *[70] * (priced.band - 1)],
        start={**priced.start, **{a * people + b: states for a, b in wished if a < b < people}},
    )


def without_some(draw: st.DrawFn, rooms: list[list[int]]) -> list[list[int]]:
    """A few of those who rest are away."""
    away = draw(st.sets(st.sampled_from(rooms[-1]), max_size=2)) if rooms[-1] else set()
    return [*rooms[:-1], [person for person in rooms[-1] if person not in away]]


@st.composite
def seatings(draw: st.DrawFn, of: Problem, rounds: list[list[list[int]]]) -> Seats:
    people = list(range(len(of.people)))
    roles = [draw(st.sampled_from([1, 2])) for _ in people]
    masks = [
        [[draw(st.sampled_from([0, 3, 3, roles[person]])) for person in room] for room in rooms]
        for rooms in rounds
    ]
    size = draw(st.integers(2, 3))
    units = [people[:size], people[size : 2 * size]] if len(people) >= 2 * size else []
    return Seats(*draw(st.sampled_from([(roles, masks), ((), ())])), units=draw(st.sampled_from([units, []])))


@settings(deadline=None, max_examples=80)
@given(searches())
def test_both_loops_make_the_same_swaps(both: tuple[Search, Search]) -> None:
    for temperature in (200, 20):
        for search in both:
            search.run(1_000, temperature)
        assert_same(*both)


@settings(deadline=None, max_examples=25)
@given(searches(), st.integers(1, 6))
def test_both_loops_go_on_from_another_plan_alike(both: tuple[Search, Search], fairness: int) -> None:
    for search in both:
        search.run(500, 100)
        search.restart(search.best, tender=range(0, search.people, 3), fairness=fairness)
        search.run(500, 30)
    assert_same(*both)


def assert_same(one: Search, other: Search) -> None:
    assert (one.tries, one.swaps, one.cost, one.best_cost, one.calm) == (
        other.tries,
        other.swaps,
        other.cost,
        other.best_cost,
        other.calm,
    )
    assert one.current == other.current
    assert one.best == other.best

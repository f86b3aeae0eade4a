"""The sums that make a try cheap stay right, swap after swap."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import Problem, Rules
from rotation.chance import Chance
from rotation.costs import REST, RESTING, SMALL, SMALLER_ROOM, costs, kinds
from rotation.greedy import arrange
from rotation.kernel import Search, Seats
from rotation.score import Yardstick
from tests.rotation.problems import problem, problems


def search_of(of: Problem, seed: int = 1) -> Search:
    priced = costs(Yardstick(of))
    rounds = arrange(len(of.people), of.rounds, priced, Chance(seed))
    return Search(rounds, [kinds(sizes) for sizes in of.rounds], priced, seed)


def cost_of(of: Problem, rounds: list[list[list[int]]]) -> int:
    """The cost of a plan from the definition alone: all its meetings, smaller rooms and rests, one by one."""
    priced = costs(Yardstick(of))
    total = 0
    states = {(a, b): state for a, b, state in priced.starts()}
    weight = {SMALLER_ROOM: SMALL, RESTING: REST}
    before = {SMALLER_ROOM: list(priced.small), RESTING: list(priced.rests)}
    for rooms, sizes in zip(rounds, of.rounds, strict=True):
        for mates, kind in zip(rooms, kinds(sizes), strict=True):
            for a in mates:
                if kind in weight:
                    total += weight[kind] * (2 * before[kind][a] + 1)
                    before[kind][a] += 1
                for b in mates if kind != RESTING else ():
                    if a < b:
                        total += priced.once_more[states.get((a, b), 0)]
                        states[a, b] = states.get((a, b), 0) + 1
    return total


@settings(deadline=None, max_examples=60)
@given(problems(most_rounds=4), st.integers(0, 2**32))
def test_the_cost_kept_is_the_cost_counted(of: Problem, seed: int) -> None:
    search = search_of(of, seed)
    begun = cost_of(of, search.current)
    for temperature in (300, 20):
        search.run(300, temperature)
        assert begun + search.cost == cost_of(of, search.current)
        assert begun + search.best_cost == cost_of(of, search.best)
        assert search.best_cost <= min(0, search.cost)


def test_the_same_seed_makes_the_same_swaps() -> None:
    one, same, other = (search_of(problem(20, 4, 6), seed) for seed in (1, 1, 2))
    for search in (one, same, other):
        search.run(20_000, 25)
    assert one.current == same.current != other.current
    assert (one.tries, one.swaps, one.cost) == (same.tries, same.swaps, same.cost)


def test_a_run_in_parts_is_the_same_run_when_no_swap_is_cut_off() -> None:
    whole, parts = search_of(problem(20, 4, 6)), search_of(problem(20, 4, 6))
    whole.run(5_000, 25)
    while parts.tries < whole.tries:
        parts.run(1, 25)
    assert parts.current == whole.current


def test_a_search_without_conflicts_ends_at_once() -> None:
    search = search_of(problem(100, 4, 3))
    search.run(10**9, 20)
    assert search.calm


def test_people_kept_apart_are_separated() -> None:
    apart = frozenset((f"p{a}", f"p{b}") for a in range(6) for b in range(a + 1, 6))
    crowd = Problem(problem(24, 4, 5).people, ((4,) * 6,) * 5, Rules(apart))
    search = search_of(crowd)
    search.run(100_000, 20)
    assert all(sum(person < 6 for person in mates) <= 1 for rooms in search.best for mates in rooms)


# Places


def seated(of: Problem, seats: Seats, rounds: list[list[list[int]]], native: bool) -> Search:
    priced = costs(Yardstick(of))
    return Search(rounds, [kinds(sizes) for sizes in of.rounds], priced, 1, seats=seats, native=native)


def in_order(of: Problem) -> list[list[list[int]]]:
    """Everyone in the order of the list, every round; the last rest."""
    rounds = []
    for sizes in of.rounds:
        people = iter(range(len(of.people)))
        rounds.append([[next(people) for _ in range(size)] for size in sizes] + [list(people)])
    return rounds


@pytest.mark.parametrize("native", [True, False])
def test_a_place_kept_for_a_role_is_taken_by_that_role(native: bool) -> None:
    of = problem(20, 4, 6)
    mentors = set(range(0, 20, 4))
    roles = [1 if person in mentors else 2 for person in range(20)]
    masks = [[[1, 2, 2, 2] for _ in range(5)] + [[]] for _ in range(6)]
    search = seated(of, Seats(roles, masks), in_order(of), native)
    search.run(30_000, 25)
    assert search.swaps > 100
    assert all(mentors.intersection(room) == {room[0]} for rooms in search.best for room in rooms[:-1])


@pytest.mark.parametrize("native", [True, False])
def test_who_has_a_place_for_good_keeps_it(native: bool) -> None:
    of = problem(20, 4, 6)
    masks = [[[0, 1, 1, 1] for _ in range(5)] + [[]] for _ in range(6)]
    begun = in_order(of)
    search = seated(of, Seats([1] * 20, masks), begun, native)
    search.run(30_000, 25)
    assert search.swaps > 100
    assert [[room[:1] for room in rooms] for rooms in search.best] == [
        [room[:1] for room in rooms] for rooms in begun
    ]


@pytest.mark.parametrize("native", [True, False])
def test_a_unit_moves_as_one_and_is_never_parted(native: bool) -> None:
    of = Problem(problem(23, 4, 1).people, ((6, 5, 5, 4),) * 5)
    units = [{0, 1}, {2, 3, 4}, {7, 8}, {21, 22}]
    search = seated(of, Seats(units=units), in_order(of), native)
    search.run(60_000, 40)
    rooms_of = [
        {frozenset(room) for rooms in search.best for room in rooms if unit.intersection(room)}
        for unit in units
    ]
    assert all(len(rooms) > 2 for rooms in rooms_of), "a unit was never moved"
    assert all(unit <= room for unit, rooms in zip(units, rooms_of, strict=True) for room in rooms)


@pytest.mark.parametrize("native", [True, False])
def test_whoever_is_away_stays_away(native: bool) -> None:
    of = Problem(problem(18, 4, 1).people, ((4, 4, 4, 4),) * 5)
    begun = in_order(of)
    for r, rooms in enumerate(begun):
        rooms[-1] = [person for person in rooms[-1] if person != 16 + r % 2]
    search = seated(of, Seats(), begun, native)
    search.run(30_000, 25)
    assert search.swaps > 100
    assert [sorted(person for room in rooms for person in room) for rooms in search.best] == [
        sorted(person for room in rooms for person in room) for rooms in begun
    ]


@pytest.mark.parametrize("native", [True, False])
def test_those_who_earn_something_by_meeting_are_brought_together(native: bool) -> None:
    of = Problem(
        problem(20, 4, 1).people, ((4,) * 5,) * 3, Rules(meet=frozenset({("p0", "p9"), ("p1", "p18")}))
    )
    search = seated(of, Seats(), in_order(of), native)
    search.run(60_000, 20)
    met = {(a, b) for rooms in search.best for room in rooms[:-1] for a in room for b in room}
    assert {(0, 9), (1, 18)} <= met

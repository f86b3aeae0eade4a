"""A round of pairs costs no more than any other round of pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import History, Pair, Person, Plan, Problem, Rules, check, numbers, pair, plan, replan, sizes
from rotation.matching import pair_up
from tests.rotation.problems import met_in, problem

Prices = Mapping[tuple[int, int], int | None]


def all_rounds(people: Sequence[int]) -> Iterator[list[tuple[int, ...]]]:
    """All ways to pair people up, with one trio when they are odd in number."""
    if len(people) % 2:
        for trio in combinations(people, 3):
            for pairs in all_rounds([who for who in people if who not in trio]):
                yield [trio, *pairs]
    elif people:
        for mate in people[1:]:
            for pairs in all_rounds([who for who in people[1:] if who != mate]):
                yield [(people[0], mate), *pairs]
    else:
        yield []


def cost(rooms: Sequence[Sequence[int]], prices: Prices, thanks: Mapping[int, int]) -> int | None:
    total = -sum(thanks.get(who, 0) for room in rooms if len(room) == 3 for who in room)
    for room in rooms:
        for both in combinations(sorted(room), 2):
            price = prices[both]
            if price is None:
                return None
            total += price
    return total


@st.composite
def priced(draw: st.DrawFn) -> tuple[int, Prices, dict[int, int]]:
    people = draw(st.integers(2, 8))
    price = st.sampled_from([0, 0, 0, 64, 68, -512, None, None])
    prices = {both: draw(price) for both in combinations(range(people), 2)}
    return people, prices, {who: draw(st.sampled_from([5, 15, 25])) for who in range(people)}


@settings(deadline=None, max_examples=100)
@given(priced())
def test_no_round_of_pairs_is_cheaper(case: tuple[int, Prices, dict[int, int]]) -> None:
    people, prices, thanks = case
    found = pair_up(range(people), lambda a, b: prices[a, b], thanks)
    costs = [cost(rooms, prices, thanks) for rooms in all_rounds(range(people))]
    least = min((each for each in costs if each is not None), default=None)
    assert (cost(found, prices, thanks) if found else None) == least
    assert found is None or sorted(who for room in found for who in room) == list(range(people))


@pytest.mark.parametrize("people", [21, 101])
def test_large_odd_rounds_have_one_trio_of_those_who_are_due(people: int) -> None:
    found = pair_up(range(people), lambda a, b: 0, {3: 9, 5: 9, 8: 9})
    assert found is not None
    assert found[0] == [3, 5, 8]
    assert [len(room) for room in found[1:]] == [2] * (people // 2 - 1)


def nearly_all_met(people: int, left: int) -> Problem:
    """One more round of pairs when everyone has met all but a few, who sit in circles around them."""
    ids = [f"p{i}" for i in range(people)]
    met = [
        (ids[a], ids[b], 1)
        for a, b in combinations(range(people), 2)
        if (b - a) % people not in range(1, left + 1) and (a - b) % people not in range(1, left + 1)
    ]
    return Problem(tuple(map(Person, ids)), (sizes(people, 2),), history=History(tuple(met)))


@pytest.mark.parametrize("people", [24, 40])
def test_the_last_new_pairs_are_found_at_once(people: int) -> None:
    of = nearly_all_met(people, 1)
    found = plan(of, 1, 6)
    assert check(of, found.plan) == ()
    assert found.certificate.optimal


def test_a_live_round_of_pairs_keeps_bans() -> None:
    of = nearly_all_met(20, 1)
    banned = Problem(of.people, of.rounds, Rules(frozenset({("p0", "p1")})), of.history)
    found = plan(banned, 1, 6)
    assert check(banned, found.plan) == ()
    assert numbers(banned, found.plan).distinct == 10


def test_the_last_round_is_planned_again_with_as_many_new_pairs_as_there_can_be() -> None:
    of = problem(30, 2, 29)
    seatings = plan(of, 1, 3).plan.seatings
    left = Problem(of.people[:28], (sizes(28, 2),), history=met_in(each.groups for each in seatings[:26]))
    again = replan(left, Plan(seatings[26:27]), 1)
    assert numbers(left, again.plan).repeats == 0


@pytest.mark.long
def test_a_hundred_people_meet_ten_a_day_until_all_have_met() -> None:
    people = tuple(Person(f"p{i}") for i in range(100))
    met: Counter[Pair] = Counter()
    new: list[int] = []
    while len(met) < 100 * 99 // 2:
        history = History(tuple((a, b, times) for (a, b), times in met.items()))
        found = plan(Problem(people, ((2,) * 50,) * 10, history=history), 1 + len(new), 30)
        new.append(found.certificate.distinct)
        for seating in found.plan.seatings:
            met.update(pair(*group) for group in seating.groups)
    # Ten days are the least; the last pairs rarely fall into place so that the tenth is enough.
    assert new[:9] == [500] * 9
    assert len(new) <= 11

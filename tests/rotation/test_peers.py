"""The peers of the comparison plan as well as they can: their evenings are valid, their arithmetic right."""

from __future__ import annotations

from itertools import islice
from random import Random

import pytest

from tests.bench.planner_peers import (
    EVENTS,
    METHODS,
    Event,
    Outcome,
    _next_generation,
    _price_of,
    _settled,
    _shuffled,
    _swapped,
    _swaps,
    draw,
    golfers,
)
from tests.rotation.recount import recount

TWELVE = Event("12 in fours, 3 rounds", 12, (4, 4, 4), 3)
UNEQUAL = Event("7 in two rooms, 2 rounds", 7, (4, 3), 2)


def some_prices(people: int) -> list[list[int]]:
    chance = Random(7)
    prices = [[0] * people for _ in range(people)]
    for a in range(people):
        for b in range(a):
            prices[a][b] = prices[b][a] = chance.randrange(5) ** 2
    return prices


@pytest.mark.parametrize("name", METHODS)
def test_every_method_makes_whole_evenings(name: str) -> None:
    for evening in islice(METHODS[name](TWELVE, Random(1)), 2):
        assert recount(TWELVE.instance, evening).faults == ()


@pytest.mark.parametrize("name", [name for name in METHODS if name != "Good-Enough Golfers"])
def test_unequal_rooms_are_planned_by_all_but_one(name: str) -> None:
    assert recount(UNEQUAL.instance, next(METHODS[name](UNEQUAL, Random(1)))).faults == ()


def test_golfers_plan_rooms_of_one_size_only() -> None:
    assert list(golfers(UNEQUAL, Random(1))) == []


def test_the_price_of_every_swap_is_that_of_the_swapped_round() -> None:
    prices = some_prices(12)
    rooms = _shuffled(TWELVE, Random(3))
    price = sum(_price_of(room, prices) for room in rooms)
    swaps = list(_swaps(rooms, price, prices))
    assert len(swaps) == 4 * 8
    for swap, told in swaps:
        assert told == sum(_price_of(room, prices) for room in _swapped(rooms, swap))


def test_only_the_cheapest_children_survive_and_none_is_dearer_than_its_parents() -> None:
    prices = some_prices(12)
    population = [_shuffled(TWELVE, Random(seed)) for seed in range(5)]
    cheapest = [min(sum(_price_of(room, prices) for room in rooms) for rooms in population)]
    for _ in range(4):
        population = _next_generation(TWELVE, population, prices, Random(1))
        costs = {sum(_price_of(room, prices) for room in rooms) for rooms in population}
        assert len(costs) == 1
        cheapest.append(costs.pop())
    assert cheapest == sorted(cheapest, reverse=True)
    assert cheapest[-1] < cheapest[0]


def test_settled_rounds_are_bettered_by_no_swap() -> None:
    met = some_prices(12)
    rooms = _settled(_shuffled(TWELVE, Random(5)), met, Random(5))
    price = sum(_price_of(room, met) for room in rooms)
    assert min(told for _, told in _swaps(rooms, price, met)) >= price


def test_the_drawing_has_every_event_and_method() -> None:
    outcomes = [Outcome(event.name, name, 10, 9, 8, 7, 2, 1, 1) for event in EVENTS for name in METHODS]
    drawn = draw(outcomes, 2)
    assert all(event.name in drawn for event in EVENTS)
    assert drawn.count('class="mark"') == len(outcomes) + len(METHODS)
    assert "90.0% to 90.0%" in drawn

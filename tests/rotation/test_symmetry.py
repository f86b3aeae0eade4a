"""Base rounds that are turned: famous plans come out without a repeat."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from rotation import Person, Problem, check, sizes
from rotation.chance import Chance
from rotation.symmetry import Action, _developed, actions, base_search, symmetric_search
from rotation.task import Task
from tests.rotation.problems import problem


def found(of: Problem, slices: int, seed: int = 1) -> bool:
    """Whether symmetry alone gives a plan without repeats within so many slices of work."""
    task = Task(of, seed)
    for _, _ in zip(range(slices), symmetric_search(task), strict=False):
        if task.best:
            assert check(of, task.best.plan) == ()
            assert task.best.certificate.optimal
            return True
    return False


@pytest.mark.parametrize(
    ("people", "size", "rounds"),
    [(15, 3, 7), (21, 3, 10), (24, 3, 11), (16, 4, 5), (12, 3, 4), (25, 5, 6), (48, 4, 12)],
)
def test_famous_plans_are_found(people: int, size: int, rounds: int) -> None:
    assert found(problem(people, size, rounds), slices=100)


@pytest.mark.parametrize(
    ("people", "size", "rounds"),
    [(27, 3, 13), (33, 3, 16), (30, 3, 14), (36, 3, 17), (28, 4, 9)],
)
def test_larger_famous_plans_are_found(people: int, size: int, rounds: int) -> None:
    assert found(problem(people, size, rounds), slices=1500)


def test_fifteen_schoolgirls_may_turn_in_sevens_around_one() -> None:
    assert Action(m=7, orbits=2, fixed=1, base_rounds=1) in actions(sizes(15, 3), 7)


@pytest.mark.parametrize(
    ("rooms", "rounds"),
    [("1x5+24x4", 26), ("1x5+9x4", 10), ("5x5+5x4", 9), ("1x4+4x3", 6), ("1x4+7x3", 11), ("4x5+8x4", 13)],
)
def test_rooms_of_two_sizes_are_no_harder(rooms: str, rounds: int) -> None:
    parts = [tuple(map(int, part.split("x"))) for part in rooms.split("+")]
    of_rooms = tuple(size for count, size in parts for _ in range(count))
    people = tuple(Person(f"p{number}") for number in range(sum(of_rooms)))
    assert found(Problem(people, (of_rooms,) * rounds), slices=400)


@pytest.mark.parametrize(
    ("of_rooms", "rounds"), [((3,) * 5, 7), ((3,) * 7, 10), ((4,) * 6 + (3,), 8), ((5,) * 6 + (4,), 7)]
)
def test_the_compiled_loop_finds_the_same_base_rounds(of_rooms: tuple[int, ...], rounds: int) -> None:
    for action in actions(of_rooms, rounds)[:3]:
        plain, quick = (base_search(action, of_rooms, seed=3, native=native) for native in (False, True))
        for temperature in (30, 22):
            plain.run(5_000, temperature)
            quick.run(5_000, temperature)
            assert (plain.tries, plain.excess) == (quick.tries, quick.excess)
            assert plain.base_rounds == quick.base_rounds


@pytest.mark.parametrize("cycle", [1, 2, 4])
def test_rooms_carried_along_seat_everyone_once(cycle: int) -> None:
    action = Action(m=13, orbits=4, fixed=0, base_rounds=1, cycle=cycle)
    of_rooms = (4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 4)
    for rooms in _developed(action, base_search(action, of_rooms, seed=1), of_rooms, 13, Chance(2)):
        assert tuple(map(len, rooms[:-1])) == of_rooms
        assert sorted(person for room in rooms for person in room) == list(range(52))


def test_the_symmetry_of_cycles_comes_back_and_goes_with_the_turning() -> None:
    action = Action(m=5, orbits=4, fixed=2, base_rounds=1, cycle=2)
    for person in range(action.people):
        assert action.carried(person) != person
        assert action.carried(action.carried(person)) == person
        assert action.carried(action.turned(person, 3)) == action.turned(action.carried(person), 3)


@pytest.mark.parametrize(
    ("action", "of_rooms"),
    [
        (Action(7, 4, 2, 1, cycle=2), (3,) * 6 + (2,) * 6),
        (Action(8, 4, 4, 1, cycle=4), (3,) * 4 + (2,) * 12),
        (Action(6, 3, 3, 1, cycle=3), (3,) * 3 + (2,) * 6),
    ],
)
def test_rooms_without_excess_never_repeat_however_they_are_carried(
    action: Action, of_rooms: tuple[int, ...]
) -> None:
    calm = 0
    for seed in range(20):
        search = base_search(action, of_rooms, seed)
        search.run(20_000, 30)
        if search.calm:
            calm += 1
            rounds = _developed(action, search, of_rooms, action.m, Chance(1))
            met = [frozenset(two) for rooms in rounds for room in rooms for two in combinations(room, 2)]
            assert len(set(met)) == len(met)
    assert calm


def test_a_search_knows_how_many_classes_meet_too_often() -> None:
    action = Action(m=7, orbits=3, fixed=0, base_rounds=1)
    search = base_search(action, (4, 4, 4, 3, 3, 3), seed=1)
    for _ in range(20):
        search.run(200, 30)
        met: Counter[frozenset[tuple[int, ...]]] = Counter()
        for room in search.base_rounds[0]:
            for a, b in combinations(room, 2):
                met[frozenset(pair_turned(action, a, b, turns) for turns in range(7))] += 1
        assert search.excess == sum(times - 1 for times in met.values())


def pair_turned(action: Action, a: int, b: int, turns: int) -> tuple[int, ...]:
    return tuple(sorted((action.turned(a, turns), action.turned(b, turns))))


def test_turning_all_the_way_comes_back() -> None:
    action = Action(m=5, orbits=3, fixed=2, base_rounds=1)
    for person in range(action.people):
        assert action.turned(person, 5) == person
        assert len({action.turned(person, turns) for turns in range(5)}) == (1 if person >= 15 else 5)


def test_nothing_is_tried_where_repeats_are_forced_or_rooms_vary() -> None:
    assert not found(problem(12, 4, 6), slices=50)
    varied = Problem(problem(16, 4, 5).people, ((4,) * 4, (8, 8)))
    assert list(symmetric_search(Task(varied, 1))) == []

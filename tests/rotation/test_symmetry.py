"""Base rounds that are turned: famous plans come out without a repeat."""

from __future__ import annotations

import pytest

from rotation import Problem, check, sizes
from rotation.symmetry import Action, actions, symmetric_search
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


def test_fifteen_schoolgirls_turn_in_sevens_around_one() -> None:
    assert actions(sizes(15, 3), 7)[0] == Action(m=7, orbits=2, fixed=1, base_rounds=1)


def test_turning_all_the_way_comes_back() -> None:
    action = Action(m=5, orbits=3, fixed=2, base_rounds=1)
    for person in range(action.people):
        assert action.turned(person, 5) == person
        assert len({action.turned(person, turns) for turns in range(5)}) == (1 if person >= 15 else 5)


def test_nothing_is_tried_where_repeats_are_forced_or_rooms_vary() -> None:
    assert not found(problem(12, 4, 6), slices=50)
    varied = Problem(problem(16, 4, 5).people, ((4,) * 4, (8, 8)))
    assert list(symmetric_search(Task(varied, 1))) == []

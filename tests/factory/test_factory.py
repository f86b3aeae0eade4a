"""The factory finds designs, and what it prints is what the catalogue reads."""

from __future__ import annotations

import random
import shutil
from itertools import combinations

import pytest

from rotation.designs import catalogue
from tests.factory import frames, joining, matrices, packing, parallelism, regular
from tests.factory.actions import Action, multiplied
from tests.factory.factory import attempts, columns, design, repeat_free

needs_a_compiler = pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")


@needs_a_compiler
@pytest.mark.parametrize(("sizes", "rounds"), [((4,) * 6, 7), ((3, 3, 3, 2, 2), 3)])
def test_a_line_is_found_that_says_what_it_promises(sizes: tuple[int, ...], rounds: int) -> None:
    line = design(sizes, rounds, seconds=20, most=3)
    assert line is not None
    entry = catalogue.read(line)
    assert line.split()[0] == catalogue.key(sizes)
    assert repeat_free(entry.development.rounds(entry.rounds), sizes)
    assert entry.rounds >= rounds


@needs_a_compiler
def test_nothing_is_found_where_nothing_can_be() -> None:
    assert design((3,) * 4, 5, seconds=0.3, most=2) is None


@needs_a_compiler
def test_a_difference_matrix_makes_columns() -> None:
    line = columns(12, 6)
    assert line is not None
    entry = catalogue.read(line)
    assert entry.development.by_columns(6)
    assert repeat_free(entry.development.rounds(12), (6,) * 12)
    assert columns(4, 4) is not None
    assert columns(6, 3) is columns(4, 5) is None


def test_multipliers_carry_turns_into_turns() -> None:
    for action in multiplied((7,), 2, 2, 6):
        turns = set(action.turns)
        for h in action.multipliers:
            inverse = tuple(sorted(range(action.people), key=lambda p: h[p]))
            assert {tuple(h[t[inverse[p]]] for p in range(action.people)) for t in turns} == turns


def test_pairs_of_a_class_are_as_many_as_the_symmetries_or_fewer() -> None:
    class_of, sizes = Action((5,), 2, 1).classes
    assert sum(sizes) == 11 * 10 // 2
    assert max(sizes) == 5
    assert class_of[0 * 11 + 1] == class_of[3 * 11 + 4] != class_of[0 * 11 + 2]


def test_attempts_with_few_places_come_first() -> None:
    places = [attempt.places for attempt in attempts((4,) * 10, 13, most=3)]
    assert 10 < sum(places[:10]) / 10 < sum(places[-10:]) / 10


@pytest.mark.long
@pytest.mark.timeout(900)
def test_eight_rooms_of_four_meet_ten_times_under_a_group_without_commutativity() -> None:
    found = next(filter(None, map(regular.design, regular.groups(random.Random(1)))))
    entry = catalogue.read(regular.line(found))
    assert repeat_free(entry.development.rounds(10), (4,) * 8) and entry.rounds == 10


def test_the_lines_of_a_space_are_parted_into_spreads() -> None:
    space = packing.Packing(4, seed=1)
    assert len(space.lines) == 357 and len(space.fixed) == 17
    entry = catalogue.read(packing.line(space, space.base_spreads()))
    assert entry.rounds == 21
    assert repeat_free(entry.development.rounds(21), (5,) * 17)


@pytest.mark.parametrize(
    ("k", "moduli", "w", "more", "rooms", "rounds"),
    [(3, (13,), 4, 0, 35, 52), (3, (7,), 0, 0, 19, 28), (4, (3, 3), 5, 1, 34, 45), (4, (3, 3), 5, 5, 35, 45)],
)
def test_blocks_become_rounds_of_twins(
    k: int, moduli: tuple[int, ...], w: int, more: int, rooms: int, rounds: int
) -> None:
    entry = catalogue.read(frames.catalogued(k, moduli, w, more))
    assert entry.rounds == rounds
    assert repeat_free(entry.development.rounds(rounds), (k,) * rooms)


@needs_a_compiler
def test_trios_joined_by_one_more_are_blocks() -> None:
    blocks, holes = frames.joined()
    assert sorted(map(len, holes)) == [4] * 6 + [10]
    pairs = [two for group in [*blocks, *holes] for two in combinations(sorted(group), 2)]
    assert sorted(pairs) == list(combinations(range(34), 2))


def test_published_matrices_are_in_the_catalogue() -> None:
    for line in matrices.lines():
        assert line in catalogue.entries()


@needs_a_compiler
def test_more_people_join_rooms_of_five() -> None:
    entry = catalogue.read(joining.design(5))
    assert repeat_free(entry.development.rounds(14), (6,) * 5 + (5,) * 10) and entry.rounds == 14


@pytest.mark.long
def test_the_lines_of_a_larger_space_are_parted_by_turning() -> None:
    assert parallelism.design() in catalogue.entries()

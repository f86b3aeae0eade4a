"""Every line of the catalogue keeps its word."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

import rotation.designs.catalogue as catalogue
from rotation.bounds import repeat_free_rounds
from rotation.designs import construct

LINES = catalogue.entries()


def read_key(line: str) -> list[int]:
    parts = [part.split("x") for part in line.split()[0].split("+")]
    return [int(size) for rooms, size in parts for _ in range(int(rooms))]


def check(people: int, sizes: list[int], rounds: list[list[list[int]]]) -> None:
    """Whether everyone is seated once in each round, in rooms of these sizes, and nobody meets anybody
    twice."""
    met: set[tuple[int, int]] = set()
    for seated in rounds:
        assert sorted(map(len, seated)) == sorted(sizes)
        assert sorted(person for room in seated for person in room) == list(range(people))
        for room in seated:
            pairs = set(combinations(sorted(room), 2))
            assert not pairs & met
            met |= pairs


@pytest.mark.parametrize("line", LINES, ids=[line.split()[0] for line in LINES])
def test_a_design_has_the_rounds_it_promises_and_repeats_nothing(line: str) -> None:
    sizes, entry = read_key(line), catalogue.read(line)
    rounds = entry.development.rounds(1000)
    assert len(rounds) == entry.rounds <= repeat_free_rounds(sum(sizes), tuple(sizes))
    check(sum(sizes), sizes, rounds)


def test_each_design_is_found_and_the_one_with_most_rounds_first() -> None:
    for line in LINES:
        found = list(catalogue.look_up(read_key(line)))
        assert catalogue.read(line) in found
        assert found[0].rounds == max(entry.rounds for entry in found)
    assert list(catalogue.look_up((7, 3))) == []


def test_the_catalogue_is_small_enough_to_ship() -> None:
    assert Path(catalogue.__file__).with_name("catalogue.txt").stat().st_size <= 150_000


@pytest.mark.parametrize(
    ("rooms", "size", "rounds"),
    [
        *((5, 3, 7), (7, 3, 10), (8, 3, 11), (9, 3, 13), (11, 3, 16), (7, 4, 9), (10, 4, 13), (13, 4, 17)),
        *((9, 4, 11), (12, 4, 15), (10, 5, 9), (7, 7, 8), (9, 9, 10), (13, 5, 16), (10, 10, 4), (12, 6, 13)),
        *((8, 4, 10), (17, 5, 21)),
    ],
)
def test_well_known_designs_are_there(rooms: int, size: int, rounds: int) -> None:
    found = construct(rooms * size, (size,) * rooms, rounds)
    assert len(found) == rounds
    check(rooms * size, [size] * rooms, found)

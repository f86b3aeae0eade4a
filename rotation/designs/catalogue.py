"""The shipped catalogue: base rounds found offline, one design a line of `catalogue.txt`.

A line is `rooms number-of-rounds group*orbits+fixed base base ...`; a base is `turns:room,room,...` and a
room the numbers of its people joined by full stops. `6x3+1x2` are six rooms of three and one of two. The file
says how the designs were found; a test develops and checks every line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from rotation.designs.cyclic import Base, Development, Round


@dataclass(frozen=True, slots=True)
class Entry:
    """A design of the catalogue."""

    rounds: int
    development: Development


def look_up(sizes: Sequence[int]) -> Iterator[Entry]:
    """The designs with rooms of these sizes, largest first, that the catalogue has: the one with most rounds
    first, then those out of which more people can be taken. Only their lines are read closely."""
    text, beginning = _text(), f"\n{key(sizes)} "
    start = text.find(beginning)
    while start >= 0:
        end = text.index("\n", start + 1)
        yield read(text[start + 1 : end])
        start = text.find(beginning, end)


def catalogued(sizes: Sequence[int], rounds: int) -> list[Round]:
    """Up to that many rounds with rooms of these sizes, largest first; [] if the catalogue has none."""
    for entry in look_up(sizes):
        return entry.development.rounds(rounds)
    return []


def entries() -> list[str]:
    """The lines of the catalogue."""
    return [line for line in _text().splitlines() if line and not line.startswith("#")]


def key(sizes: Sequence[int]) -> str:
    """Room sizes, largest first, as the catalogue writes them.

    >>> key((3, 3, 2))
    '2x3+1x2'
    """
    return "+".join(f"{len(list(alike))}x{size}" for size, alike in groupby(sizes))


def read(line: str) -> Entry:
    """The design of a line.

    >>> read("3x2 5 5*1+1 5:0.5,1.4,2.3").development.rounds(2)
    [[[0, 5], [1, 4], [2, 3]], [[1, 5], [2, 0], [3, 4]]]
    """
    _, rounds, action, *bases = line.split()
    group, rest = action.split("*")
    moduli = tuple(map(int, group.split(",")))
    return Entry(int(rounds), Development(moduli, int(rest.split("+")[0]), tuple(map(_base, bases))))


def _base(text: str) -> Base:
    turns, rooms = text.split(":")
    return Base(int(turns), tuple(tuple(map(int, room.split("."))) for room in rooms.split(",")))


@cache
def _text() -> str:
    return files(__package__).joinpath("catalogue.txt").read_text(encoding="ascii")

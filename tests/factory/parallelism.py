"""Finds 31 rounds for 156 people in rooms of six: the lines of PG(3, 5), parted into spreads that a turning
of order 31 carries into each other.

    python -m tests.factory.parallelism >> rotation/designs/catalogue.txt

Points are (1, x) and (0, x) for x in GF(125), the latter and (1, 0) up to factors; turning multiplies x. It
has 26 orbits of lines, none of them short, so that a spread with a line of each becomes 31 of them (A.
Prince, The cyclic parallelisms of PG(3,5), European J. Combinatorics 19, 1998). Sought is one that x -> x^5
leaves as it is: an exact cover of points and orbits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from rotation.designs.fields import field
from tests.factory.actions import Action
from tests.factory.factory import developed, line, repeat_free
from tests.factory.packing import powers

Point = tuple[int, int]
Line = tuple[int, ...]
P, TURNS = 5, 31
FIELD = field(P, 3)


def points() -> list[Point]:
    """Those at infinity as they are turned, then the others in four orbits, then the one that stays."""
    elements = powers(FIELD)
    turned = [elements[(P - 1) * i] for i in range(TURNS)]
    others = [(1, FIELD.multiply(elements[i], x)) for i in range(P - 1) for x in turned]
    return [*(named((0, x)) for x in turned), *others, (1, 0)]


def named(point: Point) -> Point:
    """One of the four multiples of a point."""
    return min((scalar * point[0] % P, FIELD.multiply(scalar, point[1])) for scalar in range(1, P))


def lines(number: dict[Point, int]) -> set[Line]:
    """All lines, by the numbers of their points."""
    found = set()
    for (a, x), (b, y) in combinations(number, 2):
        sums = [named(((a + s * b) % P, FIELD.add(x, FIELD.multiply(s, y)))) for s in range(1, P)]
        found.add(tuple(sorted({number[a, x], number[b, y], *(number[point] for point in sums)})))
    return found


def spread(all_lines: set[Line], turn: Sequence[int], fifth: Sequence[int]) -> list[Line]:
    """Lines through every point once, one of every orbit under turning, exchanged by the other symmetry."""
    orbit: dict[Line, int] = {}
    for each in sorted(all_lines):
        number = len(turn) + len(orbit)
        while each not in orbit:
            orbit[each] = number
            each = moved(each, turn)
    options: dict[frozenset[int], list[Line]] = {}
    for each in sorted(all_lines):
        together = [each]
        while (following := moved(together[-1], fifth)) != each:
            together.append(following)
        covered = [item for one in together for item in (*one, orbit[one])]
        if len(set(covered)) == len(covered):
            options[frozenset(covered)] = together
    items = frozenset(range(len(turn))) | frozenset(orbit.values())
    chosen = next(covers(items, sorted(options, key=sorted)))
    return [one for option in chosen for one in options[option]]


def moved(one: Line, symmetry: Sequence[int]) -> Line:
    """The image of a line."""
    return tuple(sorted(symmetry[point] for point in one))


def covers(left: frozenset[int], options: Sequence[frozenset[int]]) -> Iterator[list[frozenset[int]]]:
    """Options that hold everything that is left once."""
    if not left:
        yield []
        return
    scarce = min(left, key=lambda item: sum(item in option for option in options))
    for option in options:
        if scarce in option:
            for rest in covers(left - option, [each for each in options if not each & option]):
                yield [option, *rest]


def design() -> str:
    """The design as the catalogue writes it."""
    places = points()
    number = {named(point): i for i, point in enumerate(places)}
    action = Action((TURNS,), len(places) // TURNS, 1)
    fifth = [number[named((a, power(x)))] for a, x in places]
    base = [list(room) for room in spread(lines(number), action.turns[1], fifth)]
    rounds, sizes = developed(action, [base]), (P + 1,) * len(base)
    assert repeat_free(rounds, sizes)
    return line(action, rounds, sizes)


def power(x: int) -> int:
    """x^5."""
    square = FIELD.multiply(x, x)
    return FIELD.multiply(x, FIELD.multiply(square, square))


if __name__ == "__main__":
    print(design())

"""Finds rounds in which all meet nearly everybody: blocks of a few elements, each of whom becomes twins.

    python -m tests.factory.frames >> rotation/designs/catalogue.txt            # 69 people in trios
    python -m tests.factory.frames 3 13 4 >> rotation/designs/catalogue.txt     # 105
    python -m tests.factory.frames 3 7 8 >> rotation/designs/catalogue.txt      # 114
    python -m tests.factory.frames 3 17 >> rotation/designs/catalogue.txt       # 138
    python -m tests.factory.frames 3 7 10 >> rotation/designs/catalogue.txt     # 141
    python -m tests.factory.frames 4 7 >> rotation/designs/catalogue.txt        # 108 people in fours
    python -m tests.factory.frames 4 3,3 5 1 >> rotation/designs/catalogue.txt  # 136
    python -m tests.factory.frames 4 3,3 5 5 >> rotation/designs/catalogue.txt  # 140

For rooms of k, let elements be parted into holes of w each and lie in blocks of k + 1, so that two of
different holes are in one block. Every element becomes k - 1 twins. A block becomes the affine plane of order
k without a point: for each of its elements, rooms in which the twins of the other k sit, and over all of them
these meet once (a frame: D. R. Stinson, Frames for Kirkman triple systems, Discrete Mathematics 65, 1987; S.
Furino, Y. Miao, J. Yin, Frames and resolvable designs, 1996). So each element has a round of everyone but its
hole; the twins of the hole, with a few people more who never meet, are seated by a design that is known, in
as many rounds as it has elements.

With one number after k the blocks are k + 1 columns over a field of a prime number of elements, the holes.
With two, elements are a group times Z_w, which turns the blocks; the group acts on the holes, parts of it
parted by commas. The number of people more is the fewest there can be, or the last argument. Without any
number, 24 elements meet in trios in ten rounds all but three each, and ten more elements join the trios of a
round each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import count, product
from math import prod

from rotation.designs import construct
from tests.factory.actions import Action, Round
from tests.factory.factory import Attempt, line, repeat_free, search

Block = tuple[int, ...]


def columns(k: int, w: int) -> tuple[list[Block], list[Block]]:
    """Blocks and holes of k + 1 columns of w elements each, w being prime."""
    blocks = [tuple(c * w + (a + c * b) % w for c in range(k + 1)) for a, b in product(range(w), repeat=2)]
    return blocks, [tuple(range(c * w, (c + 1) * w)) for c in range(k + 1)]


def turned(k: int, moduli: tuple[int, ...], w: int) -> tuple[list[Block], list[Block]]:
    """Blocks and holes in the product of a group and Z_w; the holes are the cosets of the latter."""
    turns, q = Action((*moduli, w), 1, 0).turns, prod(moduli)
    minus = {(turn[x], x): j for j, turn in enumerate(turns) for x in range(q * w)}
    left = frozenset(range(q * w)) - {q * r for r in range(w)}
    bases = next(_bases(k + 1, left, minus))
    blocks = [tuple(turn[x] for x in base) for base in bases for turn in turns]
    return blocks, [tuple(q * r + t for r in range(w)) for t in range(q)]


def _bases(size: int, left: frozenset[int], minus: dict[tuple[int, int], int]) -> Iterator[list[Block]]:
    """Blocks that hold every difference that is left once."""
    if not left:
        yield []
    for block, rest in _blocks((0, min(left)), size, left, minus) if left else ():
        for others in _bases(size, rest, minus):
            yield [block, *others]


def _blocks(
    block: Block, size: int, left: frozenset[int], minus: dict[tuple[int, int], int]
) -> Iterator[tuple[Block, frozenset[int]]]:
    """Blocks that begin so, and the differences left without theirs."""
    last = block[-1]
    new = [minus[pair] for x in block[:-1] for pair in ((x, last), (last, x))]
    if len(set(new)) < len(new) or not left.issuperset(new):
        return
    rest = left.difference(new)
    if len(block) == size:
        yield block, rest
        return
    for x in sorted(rest):
        if x > last or len(block) == 2:
            yield from _blocks((*block, x), size, rest, minus)


def joined() -> tuple[list[Block], list[Block]]:
    """Blocks and holes of 34 elements: 24 in trios for ten rounds, each of which a further one joins."""
    attempt, sizes = Attempt(Action((10,), 2, 4), ((10, False),)), (3,) * 8
    for seed in count():
        _, plan = search(attempt, sizes, 10, 1.0, seed)
        blocks = [(*room, 24 + number) for number, seated in enumerate(plan) for room in seated]
        open_to = [
            set(range(24)) - {y for block in blocks if x in block for y in block} | {x} for x in range(24)
        ]
        holes = {tuple(sorted(hole)) for hole in open_to}
        if len(holes) == 6:
            return blocks, [*holes, tuple(range(24, 34))]
    raise AssertionError("seeds do not end")


def frame(k: int) -> list[list[list[tuple[int, int]]]]:
    """For each of k + 1 elements its rooms; in a room are pairs of an element and one of its twins."""
    plane = construct(k * k, (k,) * k, k + 1)
    own = [next(sorted(room) for room in seated if 0 in room) for seated in plane]
    name = {p: (i, twin) for i, room in enumerate(own) for twin, p in enumerate(room[1:])}
    return [[[name[p] for p in room] for room in seated if 0 not in room] for seated in plane]


def rounds(k: int, blocks: Sequence[Block], holes: Sequence[Block], more: int) -> list[Round]:
    """All rounds, one for each element; twin number t of element x is person t * elements + x."""
    m = sum(map(len, holes))
    found: list[Round] = [[] for _ in range(m)]
    for hole in holes:
        people = [t * m + x for t in range(k - 1) for x in hole] + [(k - 1) * m + x for x in range(more)]
        inside = construct(len(people), (k,) * (len(people) // k), len(hole))
        for element, seated in zip(hole, inside, strict=True):
            found[element] += [[people[p] for p in room] for room in seated]
    for block in blocks:
        for element, own in zip(block, frame(k), strict=True):
            found[element] += [[t * m + block[i] for i, t in room] for room in own]
    return found


def catalogued(k: int, moduli: tuple[int, ...], w: int, more: int) -> str:
    """The design as the catalogue writes it."""
    if not moduli:
        moduli, (blocks, holes) = (1,), joined()
    else:
        blocks, holes = turned(k, moduli, w) if w else columns(k, *moduli)
    twins = (k - 1) * sum(map(len, holes))
    found = rounds(k, blocks, holes, more or k - twins % k)
    sizes, orbits = (k,) * len(found[0]), twins // prod(moduli)
    assert repeat_free(found, sizes)
    return line(Action(moduli, orbits, k * len(sizes) - twins), found, sizes)


def main() -> None:
    k, moduli, *rest = sys.argv[1:] or ("3", "")
    w, more = (*map(int, rest), 0, 0)[:2]
    print(catalogued(int(k), tuple(map(int, filter(None, moduli.split(",")))), w, more))


if __name__ == "__main__":
    main()

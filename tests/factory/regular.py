"""Finds ten rounds of eight rooms of four: 32 people as the elements of a group that is not commutative.

    python -m tests.factory.regular [--seed 1] [--seconds 600] >> rotation/designs/catalogue.txt

People g and h meet in a room that is a base room B moved by x: the elements x b for b in B. All pairs with
the same g^-1 h then meet together, so nobody meets anybody twice when these "differences" of the base rooms
are all different: a relative difference family (M. Buratti, Recursive constructions for difference matrices
and relative difference families, Journal of Combinatorial Designs 6, 1998). Two subgroups of order 4 are base
rooms whose cosets make a round each; two more rooms have twelve differences each. One involution t is left
over: g never meets g t. These two rooms make rounds if, moved by a subgroup of order 4, they cover everybody.

An involution is a difference both ways round, so only the subgroups and t may have one: groups with few of
them are wanted. They are found by writing down power and commutator relations at random and keeping those
that are consistent. It takes a minute or two.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product

ORDER, GENERATORS, SIZE = 32, 5, 4
ELEMENTS = range(ORDER)
_LONGEST = 400  # steps of putting a word in order; consistent relations need far fewer

Table = list[list[int]]
Room = tuple[int, ...]


def groups(chance: random.Random) -> Iterator[Table]:
    """Groups of order 32 by their multiplication tables, without end; most kinds come once."""
    known = set()
    while True:
        table = a_group(chance)
        if table is not None and (kind := tuple(sorted(map(tuple, _characters(table))))) not in known:
            known.add(kind)
            yield table


def a_group(chance: random.Random) -> Table | None:
    """The products of all elements under random relations, or None when these are not consistent.

    Generators are numbered 0 to 4; an element is the set of those in its normal form, as bits. The square of
    a generator and its commutators with earlier ones are made of later generators.
    """
    squares = [_later(i, chance) for i in range(GENERATORS)]
    swaps = {(j, i): _later(j, chance) if chance.random() < 0.55 else 0 for i, j in combinations(range(5), 2)}
    right = [[_in_order([*_word(e), g], squares, swaps) for g in range(GENERATORS)] for e in ELEMENTS]
    if any(None in row or -1 in row for row in right):
        return None

    def times(a: int, b: int) -> int:
        for g in _word(b):
            a = right[a][g]
        return a

    table = [[times(a, b) for b in ELEMENTS] for a in ELEMENTS]
    rows = all(len(set(row)) == ORDER for row in table)
    return table if rows and all(_associative(table, a) for a in ELEMENTS) else None


def _later(generator: int, chance: random.Random) -> int:
    left = GENERATORS - 1 - generator
    return chance.randrange(1 << left) << generator + 1


def _word(element: int) -> list[int]:
    return [g for g in range(GENERATORS) if element >> g & 1]


def _in_order(word: list[int], squares: Sequence[int], swaps: dict[tuple[int, int], int]) -> int:
    """The element that a word of generators is; -1 when putting it in order takes for ever."""
    for _ in range(_LONGEST):
        for at, (a, b) in enumerate(pairwise(word)):
            if a >= b:
                word[at : at + 2] = _word(squares[a]) if a == b else [b, a, *_word(swaps[a, b])]
                break
        else:
            return sum(1 << g for g in word)
    return -1


def _associative(table: Table, a: int) -> bool:
    """Whether a(bc) is (ab)c for generators b; that is enough."""
    bits = [1 << g for g in range(GENERATORS)]
    return all(table[table[a][b]][c] == table[a][table[b][c]] for b in bits for c in ELEMENTS)


def _characters(table: Table) -> Iterator[list[int]]:
    """For each element how many commute with it, and how many have it as their square: mostly tells groups
    apart."""
    for g in ELEMENTS:
        yield [sum(table[g][x] == table[x][g] for x in ELEMENTS), sum(table[x][x] == g for x in ELEMENTS)]


def subgroups(table: Table) -> list[Room]:
    """All subgroups of order 4."""
    found = set()
    for a, b in product(ELEMENTS, repeat=2):
        inside = {0, a, b}
        while len(inside) <= SIZE and (more := {table[x][y] for x in inside for y in inside}) != inside:
            inside = more
        if len(inside) == SIZE:
            found.add(tuple(sorted(inside)))
    return sorted(found)


def design(table: Table) -> list[list[Room]] | None:
    """Ten rounds under this group, or None."""
    inverse = [row.index(0) for row in table]
    quads = subgroups(table)
    families = defaultdict(list)
    for others in combinations(ELEMENTS[1:], SIZE - 1):
        room = (0, *others)
        differences = {table[inverse[x]][y] for x in room for y in room if x != y}
        if len(differences) == SIZE * (SIZE - 1):
            families[_mask(differences)].append(room)
    involutions = [g for g in ELEMENTS[1:] if table[g][g] == 0]
    for t, (one, two) in product(involutions, combinations(quads, 2)):
        taken = _mask({t, *one, *two})
        if len({t, *one, *two}) < 2 * SIZE or any(not taken >> g & 1 for g in involutions):
            continue
        left = ~taken & (1 << ORDER) - 1
        for mask, rooms in families.items():
            if mask & ~left == 0 and left & ~mask in families:
                for first, second in product(rooms, families[left & ~mask]):
                    for across in _rounds(table, quads, first, second):
                        return [_cosets(table, one), _cosets(table, two), *across]
    return None


def _mask(elements: set[int]) -> int:
    return sum(1 << g for g in elements)


def _cosets(table: Table, room: Room) -> list[Room]:
    return sorted({tuple(sorted(table[g][x] for x in room)) for g in ELEMENTS})


def _rounds(table: Table, quads: Sequence[Room], first: Room, second: Room) -> Iterator[list[list[Room]]]:
    """Eight rounds of all the rooms that these two become, if a subgroup makes some."""
    for group, x in product(quads, ELEMENTS):
        base = [[table[g][p] for p in first] for g in group]
        base += [[table[table[g][x]][p] for p in second] for g in group]
        if len({p for room in base for p in room}) == ORDER:
            movers = sorted({min(table[g][k] for k in group) for g in ELEMENTS})
            yield [[tuple(sorted(table[g][p] for p in room)) for room in base] for g in movers]


def line(rounds: Sequence[Sequence[Room]]) -> str:
    """The design as the catalogue writes it, round by round."""
    written = (",".join(".".join(map(str, room)) for room in sorted(rooms)) for rooms in rounds)
    return f"8x4 {len(rounds)} 1*{ORDER} " + " ".join(f"1:{rooms}" for rooms in written)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600)
    asked = parser.parse_args()
    until = time.monotonic() + asked.seconds
    for table in groups(random.Random(asked.seed)):
        if found := design(table):
            print(line(found))
            return
        if time.monotonic() > until:
            break
    raise SystemExit("None found in that time.")


if __name__ == "__main__":
    main()

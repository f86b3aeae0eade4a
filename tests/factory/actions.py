"""Groups acting on people, and the base rounds that one may look for under them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations, product
from math import gcd, lcm, prod
from operator import add, mul

Permutation = tuple[int, ...]
Round = list[list[int]]
COSETS = 0
"""Stands for a round of cosets where a number of turns is asked for."""


@dataclass(frozen=True)
class Action:
    """A group, the moduli of its cyclic parts, acting on `orbits` copies of itself and on fixed people.

    `multiplier` is one more symmetry, if any: a permutation of the people that carries turns into turns.
    """

    moduli: tuple[int, ...]
    orbits: int
    fixed: int
    multiplier: Permutation = ()

    @property
    def order(self) -> int:
        return prod(self.moduli)

    @property
    def people(self) -> int:
        return self.order * self.orbits + self.fixed

    @cached_property
    def turns(self) -> list[Permutation]:
        """The turns by every element of the group; the first turns nobody."""
        m = self.order
        parts = [_parts(x, self.moduli) for x in range(m)]
        sums = [[_number(map(add, parts[x], parts[j]), self.moduli) for x in range(m)] for j in range(m)]
        still = tuple(range(m * self.orbits, self.people))
        return [tuple(o * m + x for o in range(self.orbits) for x in row) + still for row in sums]

    @cached_property
    def multipliers(self) -> list[Permutation]:
        """The powers of the multiplier, the first of which moves nobody."""
        identity = tuple(range(self.people))
        powers, power = [identity], self.multiplier or identity
        while power != identity:
            powers.append(power)
            power = composed(self.multiplier, power)
        return powers

    @cached_property
    def classes(self) -> tuple[list[int], list[int]]:
        """The class of every pair under turns and multipliers, as a flat matrix, and their sizes."""
        n = self.people
        class_of, sizes = [-1] * (n * n), list[int]()
        units = [prod(self.moduli[:i]) for i, m in enumerate(self.moduli) if m > 1]
        moves = [self.turns[unit] for unit in units] + ([self.multiplier] if self.multiplier else [])
        for start in combinations(range(n), 2):
            if class_of[start[0] * n + start[1]] < 0:
                size, open_pairs = 0, [start]
                class_of[start[0] * n + start[1]] = class_of[start[1] * n + start[0]] = len(sizes)
                while open_pairs:
                    p, q = open_pairs.pop()
                    size += 1
                    for move in moves:
                        x, y = move[p], move[q]
                        if class_of[x * n + y] < 0:
                            class_of[x * n + y] = class_of[y * n + x] = len(sizes)
                            open_pairs.append((x, y))
                sizes.append(size)
        return class_of, sizes


@dataclass
class Base:
    """A base round. `symmetries` carry it into itself; `frozen` rooms stand for themselves and images."""

    symmetries: list[Permutation]
    frozen: Round = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    """Sizes of the rooms to be found, each of which stands for as many as there are symmetries."""
    people: list[int] = field(default_factory=list)
    """One of every orbit of people under the symmetries who is in no frozen room."""


def multiplied(moduli: tuple[int, ...], orbits: int, fixed: int, most: int) -> Iterator[Action]:
    """The action without a multiplier, and with multipliers of order up to `most`: an automorphism of the
    group, cycles of the orbits and cycles of the fixed people, all at once."""
    yield Action(moduli, orbits, fixed)
    m = prod(moduli)
    for order, automorphism in automorphisms(moduli, most):
        for among in cycles(orbits):
            h = lcm(order, _order(among))
            if 1 < h <= most:
                moved = tuple(among[o] * m + automorphism[x] for o in range(orbits) for x in range(m))
                for rest in cycles(fixed):
                    if h % _order(rest) == 0:
                        yield Action(moduli, orbits, fixed, moved + tuple(m * orbits + x for x in rest))


@lru_cache(None)
def automorphisms(moduli: tuple[int, ...], most: int) -> tuple[tuple[int, Permutation], ...]:
    """Some automorphisms of order up to `most`: at most two of each order and number of fixed elements."""
    m, k, chance = prod(moduli), len(moduli), random.Random(5)
    units = [[u for u in range(1, q) if gcd(u, q) == 1] for q in moduli]
    matrices = [[[u if i == j else 0 for j in range(k)] for i, u in enumerate(us)] for us in product(*units)]
    if k > 1:
        matrices += [
            [[chance.randrange(q) * (q // gcd(p, q)) for q in moduli] for p in moduli] for _ in range(400)
        ]
    found: dict[tuple[int, int], list[Permutation]] = {}
    for matrix in matrices:
        image = tuple(_times(_parts(x, moduli), matrix, moduli) for x in range(m))
        if len(set(image)) == m and (order := _order(image)) <= most:
            alike = found.setdefault((order, sum(image[x] == x for x in range(m))), [])
            if image not in alike and len(alike) < 2:
                alike.append(image)
    return tuple((order, image) for (order, _), alike in sorted(found.items()) for image in alike)


def cycles(many: int) -> list[Permutation]:
    """Nobody moved, or as many cycles of one length as there is room for."""
    found = [tuple(range(many))]
    for length in range(2, min(many, 7) + 1):
        last = many // length * length
        found.append(
            tuple(x + 1 - length * (x % length == length - 1) if x < last else x for x in range(many))
        )
    return found


def composed(then: Permutation, first: Permutation) -> Permutation:
    """One permutation after another."""
    return tuple(then[p] for p in first)


def closed(rooms: Round, symmetries: Sequence[Permutation]) -> Round:
    """The rooms with all their images."""
    images = (tuple(sorted(s[p] for p in room)) for room in rooms for s in symmetries)
    return [list(room) for room in dict.fromkeys(images)]


def base_round(
    action: Action, turns: int, exchanged: bool, sizes: Sequence[int], chance: random.Random
) -> Base | None:
    """A round to be turned so often, or None when the draw of its frozen rooms does not come out.

    The multipliers leave it as it is, unless it is `exchanged`: then they make further rounds of it. People
    whom its symmetries move less than fully go into frozen rooms, which some symmetries leave as they are.
    More of them are drawn until the other rooms come in full orbits.
    """
    if turns == COSETS:
        return _coset_round(action, sizes)
    still = action.turns[::turns] if turns < action.order else action.turns[:1]
    symmetries = still if exchanged else [composed(t, h) for h in action.multipliers for t in still]
    base, left, h = Base(symmetries), sorted(sizes), len(symmetries)
    free: dict[int, list[int]] = {}
    for p in range(action.people):
        if p not in free:
            orbit = sorted({s[p] for s in symmetries})
            free.update(dict.fromkeys(orbit, orbit))
    pieces = sorted({orbit[0] for orbit in free.values() if len(orbit) < h})
    chance.shuffle(pieces)
    while any(p in free for p in pieces) or any(left.count(size) % h for size in left):
        wrong = [size for size in sorted(set(left)) if left.count(size) % h] or left
        if not wrong or not free:
            return None
        size = chance.choice(wrong)
        first = next((p for p in pieces if p in free), None)
        if first is None:
            first = chance.choice(sorted(free))
        room = _invariant(symmetries, first, size, free, pieces, chance)
        images = closed([room], symmetries)
        used = {p for image in images for p in image}
        fits = len(room) == size and left.count(size) >= len(images) and len(used) == size * len(images)
        if not fits or any(p not in free or set(free[p]) - used for p in used):
            return None
        for p in used:
            del free[p]
        for _ in images:
            left.remove(size)
        base.frozen.append(room)
    base.sizes = [size for size in sorted(set(left), reverse=True) for _ in range(left.count(size) // h)]
    base.people = sorted({orbit[0] for orbit in free.values()})
    return base


def _coset_round(action: Action, sizes: Sequence[int]) -> Base | None:
    """Cosets of a subgroup of the cyclic group, and the fixed people among themselves."""
    k, m = sizes[0], action.order
    if len(set(sizes)) > 1 or len(action.moduli) > 1 or m % k or action.fixed % k:
        return None
    steps = range(0, m, m // k)
    rooms = [[o * m + x + step for step in steps] for o in range(action.orbits) for x in range(m // k)]
    rooms += [list(range(p, p + k)) for p in range(m * action.orbits, action.people, k)]
    return Base([composed(t, h) for h in action.multipliers for t in action.turns], rooms)


def _invariant(
    symmetries: Sequence[Permutation],
    first: int,
    size: int,
    free: dict[int, list[int]],
    pieces: Sequence[int],
    chance: random.Random,
) -> list[int]:
    """A room with someone in it, of orbits under the powers of one symmetry; perhaps too small."""
    while True:
        one = chance.choice(symmetries)
        stabiliser, power = [symmetries[0]], one
        while power != symmetries[0]:
            stabiliser.append(power)
            power = composed(one, power)
        if len(room := sorted({s[first] for s in stabiliser})) <= size:
            break
    short = sorted({p for q in pieces if q in free for p in free[q]})
    everyone = sorted(free)
    for _ in range(20):
        if len(room) < size:
            p = chance.choice(short if short and chance.random() < 0.7 else everyone)
            orbit = {s[p] for s in stabiliser}
            if len(room) + len(orbit) <= size and not orbit & set(room):
                room += sorted(orbit)
    return room


def _order(permutation: Permutation) -> int:
    """After how many times it moves nobody."""
    lengths, seen = [1], set[int]()
    for start in range(len(permutation)):
        length, at = 0, start
        while at not in seen:
            seen.add(at)
            at, length = permutation[at], length + 1
        lengths.append(max(length, 1))
    return lcm(*lengths)


def _times(parts: Sequence[int], matrix: Sequence[Sequence[int]], moduli: Sequence[int]) -> int:
    return _number((sum(map(mul, parts, column)) for column in zip(*matrix, strict=True)), moduli)


def _parts(x: int, moduli: Sequence[int]) -> list[int]:
    parts = []
    for m in moduli:
        x, part = divmod(x, m)
        parts.append(part)
    return parts


def _number(parts: Iterable[int], moduli: Sequence[int]) -> int:
    number, unit = 0, 1
    for part, m in zip(parts, moduli, strict=True):
        number += part % m * unit
        unit *= m
    return number

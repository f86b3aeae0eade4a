"""Finds designs for the catalogue: a swap search for base rounds under a group that acts on the people.

    python -m tests.factory.factory 10x4 13 --seconds 60 >> rotation/designs/catalogue.txt
    python -m tests.factory.factory 12x6 12 --columns >> rotation/designs/catalogue.txt

prints a line of the catalogue, or says that none was found. With --columns it looks for a difference matrix
instead: as many rounds as rooms, with one person from each column in every room. Needs a C compiler; nothing
of this runs in the product. The same arguments give the same line as long as the seconds last.

Which group will do nobody knows beforehand. So many actions are tried shortly, those with about twenty places
to fill first; then those whose search came nearest for three times as long, and so on.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

from tests.factory.actions import (
    COSETS,
    Action,
    Base,
    Round,
    automorphisms,
    base_round,
    closed,
    composed,
    multiplied,
)

SOURCES = [Path(__file__).with_name(name) for name in ("search.c", "orthomorphisms.c")]
TEMPERATURES = (0.30, 0.28, 0.32, 0.25, 0.35)
PLACES_LIKED = 20
HOPELESS = 1 << 30


@dataclass(frozen=True)
class Attempt:
    """A way to find a design: base rounds, each with how often it is turned and whether the multipliers make
    further rounds of it."""

    action: Action
    rounds: tuple[tuple[int, bool], ...]
    columns: bool = False
    """No two people of an orbit may meet."""

    @property
    def places(self) -> float:
        """About how many places have to be filled."""
        action, h = self.action, len(self.action.multipliers)
        return sum(
            action.people * max(turns, 1) / action.order / (1 if exchanged else h)
            for turns, exchanged in self.rounds
            if turns != COSETS
        )


def attempts(sizes: Sequence[int], rounds: int, most: int) -> list[Attempt]:
    """Ways to find that many rounds under a group with multipliers of order up to `most`, the best first."""
    people, rooms, found = sum(sizes), len(sizes), list[Attempt]()
    for m in range(2, people + 1):
        for orbits in range(1, people // m + 1):
            fixed = people - m * orbits
            plans = list(turnings(m, rounds)) if fixed <= rooms else []
            across = m == rooms and not fixed
            if not plans and not across:
                continue
            for moduli in groups(m):
                for action in multiplied(moduli, orbits, fixed, most):
                    h = len(action.multipliers)
                    for plan in plans:
                        if len(moduli) > 1 and any(turns not in (1, m) for turns, _ in plan):
                            continue
                        found += [Attempt(action, with_still) for with_still in _shared_out(plan, h)]
                    if across:
                        still = ((1, False),) * rounds
                        found += [Attempt(action, shared, True) for shared in _shared_out(still, h, 6)]
    chance = random.Random(1)
    liking = {id(each): abs(math.log(each.places / PLACES_LIKED)) for each in found if each.places}
    return sorted(
        (each for each in found if each.places),
        key=lambda each: liking[id(each)] + 0.1 * len(each.rounds) + 0.4 * chance.random(),
    )


def groups(m: int) -> Iterator[tuple[int, ...]]:
    """Z_m, and products of it that are not the same group."""
    yield (m,)
    for p in (2, 3, 5, 7):
        if m % (p * p) == 0:
            yield (p, m // p)
        if m % p**3 == 0 and m <= p**5:
            yield (p, p, m // p // p)


def turnings(m: int, rounds: int) -> Iterator[tuple[tuple[int, bool], ...]]:
    """Numbers of turns of base rounds that add up to that many rounds, or up to three more."""
    for full in range(4):
        for half in range(3 if m % 2 == 0 else 1):
            rest = rounds - full * m - half * (m // 2)
            turned = ((m, False),) * full + ((m // 2, False),) * half
            if turned and -3 <= rest <= 0:
                yield turned
            elif turned and 0 < rest < m:
                yield (*turned, *((1, False),) * rest)
                yield (*turned, (COSETS, False), *((1, False),) * (rest - 1))


def _shared_out(
    plan: tuple[tuple[int, bool], ...], h: int, most_kept: int = 4
) -> Iterator[tuple[tuple[int, bool], ...]]:
    """The plan with rounds that turning leaves as they are made of one another by multipliers of order h."""
    still = plan.count((1, False))
    turned = tuple(each for each in plan if each != (1, False))
    if h == 1 or still <= most_kept:
        yield plan
    for kept in range(most_kept + 1) if h > 1 else ():
        if still > kept and (still - kept) % h == 0:
            yield (*turned, *((1, True),) * ((still - kept) // h), *((1, False),) * kept)


def design(sizes: Sequence[int], rounds: int, seconds: float, most: int) -> str | None:
    """A line of the catalogue, or None when none was found in so many seconds of processor time."""
    end, slice_ = time.process_time() + seconds, 0.25
    left: Sequence[Attempt] = attempts(sizes, rounds, most)
    while left:
        scored = []
        for each in left:
            excess, found = search(each, sizes, rounds, slice_, seed=int(1000 * slice_))
            if found:
                return line(each.action, found, sizes)
            if excess < HOPELESS:
                scored.append((excess, each))
            if time.process_time() > end:
                return None
        left = [each for _, each in sorted(scored, key=lambda one: one[0])][: max(3, len(scored) // 3)]
        slice_ *= 3
    return None


def columns(rooms: int, size: int) -> str | None:
    """A line with a difference matrix over a group of order `rooms`, or None when none was found.

    Tried are orthomorphisms that an automorphism leaves as they are, those with the largest first.
    """
    for moduli in groups(rooms):
        if rooms % 4 == 2 or (rooms % 2 == 0 and len(moduli) == 1):
            continue  # A cyclic Sylow 2-subgroup has no orthomorphism (Hall and Paige, 1955).
        still = (1, tuple(range(rooms)))
        for _, image in sorted((still, *automorphisms(moduli, rooms)), reverse=True):
            matrix = _difference_matrix(moduli, size, image)
            if matrix:
                action = Action(moduli, size, 0)
                rounds = [
                    [
                        [c * rooms + turn[row[x]] for c, row in enumerate(matrix)]
                        for turn in Action(moduli, 1, 0).turns
                    ]
                    for x in range(rooms)
                ]
                assert repeat_free(rounds, (size,) * rooms)
                return line(action, rounds, (size,) * rooms)
    return None


def _difference_matrix(moduli: tuple[int, ...], rows: int, image: Sequence[int]) -> list[list[int]]:
    turns = Action(moduli, 1, 0).turns
    order = len(turns)
    minus, matrix = (ctypes.c_int8 * (order * order))(), (ctypes.c_int8 * (rows * order))()
    for j, turn in enumerate(turns):
        for x in range(order):
            minus[turn[x] * order + x] = j
    if not library().difference_matrix(order, rows, minus, (ctypes.c_int8 * order)(*image), matrix):
        return []
    return [list(matrix[row * order : (row + 1) * order]) for row in range(rows)]


def search(
    attempt: Attempt, sizes: Sequence[int], rounds: int, seconds: float, seed: int
) -> tuple[int, list[Round]]:
    """The excess at best, and all rounds if it was 0. Ends early when the frozen rooms never come out."""
    action, best, failures = attempt.action, HOPELESS, 0
    tries = int(4_000_000 * seconds)
    end = time.process_time() + seconds
    while failures < 60 and time.process_time() < end:
        seed += 1
        chance = random.Random(seed)
        bases = []
        for turns, exchanged in attempt.rounds:
            base = base_round(action, turns, exchanged, sizes, chance)
            if base is None:
                break
            bases.append(base)
        excess = HOPELESS
        if len(bases) == len(attempt.rounds):
            excess, found = run(action, bases, seed, tries, attempt.columns)
            if not excess:
                whole = developed(action, found)
                if len(whole) >= rounds and repeat_free(whole, sizes):
                    return 0, whole
                excess = HOPELESS
        failures = failures + 1 if excess == HOPELESS else 0
        best = min(best, excess)
    return best, []


def run(
    action: Action,
    bases: Sequence[Base],
    seed: int,
    tries: int,
    columns: bool,
    special: Mapping[int, int] | None = None,
) -> tuple[int, list[Round]]:
    """One swap search: the excess left and, when it is 0, the base rounds whole.

    `special` says how often pairs of some classes may meet; others may once, if their class is not short.
    """
    n, (class_of, lengths) = action.people, action.classes
    group = action.order * len(action.multipliers)
    allowed = [int(length == group) for length in lengths]
    if columns:
        for orbit in range(0, n - action.fixed, action.order):
            for other in range(orbit + 1, orbit + action.order):
                allowed[class_of[orbit * n + other]] = 0
    for c, most in (special or {}).items():
        allowed[c] = most
    if not all(_frozen_fits(base, group, class_of, lengths, allowed, n) for base in bases):
        return HOPELESS, []
    chance, searched = random.Random(seed), [base for base in bases if base.sizes]
    room_start, round_of, round_start, place = [0], list[int](), [0], list[int]()
    most = max((len(base.symmetries) for base in searched), default=1)
    images: list[int] = []
    for number, base in enumerate(searched):
        for size in base.sizes:
            room_start.append(room_start[-1] + size)
            round_of.append(number)
        round_start.append(room_start[-1])
        people = [chance.choice(base.symmetries)[p] for p in base.people]
        chance.shuffle(people)
        place += people
        for i in range(most):
            images += base.symmetries[i % len(base.symmetries)]
    seats = _ints(place)
    excess = library().search(
        *(n, _ints(class_of), _ints([0] * len(lengths)), _ints(allowed), len(round_of), _ints(room_start)),
        *(_ints(round_of), _ints(round_start), seats, most, _ints(images)),
        *(
            ctypes.c_uint64(seed),
            ctypes.c_int64(tries),
            ctypes.c_double(TEMPERATURES[seed % len(TEMPERATURES)]),
        ),
    )
    at, whole = 0, []
    for base in bases:
        rooms = list(base.frozen)
        for size in base.sizes:
            rooms.append(list(seats[at : at + size]))
            at += size
        whole.append(closed(rooms, base.symmetries))
    return int(excess), whole


def _frozen_fits(
    base: Base, group: int, class_of: Sequence[int], lengths: Sequence[int], allowed: list[int], n: int
) -> bool:
    """Whether the frozen rooms use classes of pairs once or not at all; these are then allowed no more."""
    inside: dict[int, int] = {}
    for room in closed(base.frozen, base.symmetries):
        for a, b in combinations(room, 2):
            c = class_of[a * n + b]
            inside[c] = inside.get(c, 0) + 1
    for c, times in inside.items():
        if times * group // len(base.symmetries) != lengths[c] or allowed[c] < (lengths[c] == group):
            return False
        allowed[c] = -1
    return True


def developed(action: Action, bases: Sequence[Round]) -> list[Round]:
    """All rounds that turns and multipliers make of base rounds."""
    rounds: dict[tuple[tuple[int, ...], ...], None] = {}
    for base in bases:
        for h in action.multipliers:
            for t in action.turns:
                rounds[_canonical(base, composed(t, h))] = None
    return [[list(room) for room in rooms] for rooms in rounds]


def repeat_free(rounds: Sequence[Round], sizes: Sequence[int]) -> bool:
    """Whether everyone is seated once in every round, in rooms of these sizes, and nobody meets twice."""
    met: set[tuple[int, int]] = set()
    for rooms in rounds:
        pairs = {two for room in rooms for two in combinations(sorted(room), 2)}
        seated = sorted(p for room in rooms for p in room)
        if seated != list(range(sum(sizes))) or sorted(map(len, rooms)) != sorted(sizes) or pairs & met:
            return False
        met |= pairs
    return True


def line(action: Action, rounds: Sequence[Round], sizes: Sequence[int]) -> str:
    """The rounds as the catalogue has them: of those that turns make of one another only one."""
    identity = action.turns[0]
    left = {_canonical(rooms, identity): rooms for rooms in rounds}
    bases = []
    while left:
        rooms = next(iter(left.values()))
        images = {_canonical(rooms, turn) for turn in action.turns}
        still = action.turns[:: len(images)] if len(images) < action.order else [identity]
        seen, kept = set[tuple[int, ...]](), []
        for room in rooms:
            if tuple(sorted(room)) not in seen:
                kept.append(room)
                seen.update(tuple(sorted(turn[p] for p in room)) for turn in still)
        bases.append((len(images), ",".join(".".join(map(str, room)) for room in kept)))
        for image in images:
            left.pop(image, None)
    bases.sort(key=lambda base: -base[0])
    key = "+".join(f"{sizes.count(size)}x{size}" for size in sorted(set(sizes), reverse=True))
    group = ",".join(map(str, action.moduli))
    shown = " ".join(f"{turns}:{rooms}" for turns, rooms in bases)
    return f"{key} {len(rounds)} {group}*{action.orbits}+{action.fixed} {shown}"


def _canonical(rooms: Round, moved: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return tuple(sorted(tuple(sorted(moved[p] for p in room)) for room in rooms))


def _ints(values: Sequence[int]) -> ctypes.Array[ctypes.c_int32]:
    return (ctypes.c_int32 * max(len(values), 1))(*values)


@cache
def library() -> ctypes.CDLL:
    """The searches, compiled."""
    built = Path(tempfile.mkdtemp()) / "search.so"
    subprocess.run(["cc", "-O3", "-shared", "-fPIC", "-o", built, *SOURCES, "-lm"], check=True)
    return ctypes.CDLL(str(built))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("rooms", help="like 10x4, or 6x3+1x2: six rooms of three and one of two")
    parser.add_argument("rounds", type=int)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--order", type=int, default=12, help="of the multipliers, at most")
    parser.add_argument("--columns", action="store_true", help="look for a difference matrix")
    given = parser.parse_args()
    parts = [part.split("x") for part in given.rooms.split("+")]
    sizes = [int(size) for rooms, size in parts for _ in range(int(rooms))]
    if given.columns:
        found = columns(len(sizes), sizes[0])
    else:
        found = design(sizes, given.rounds, given.seconds, given.order)
    if found is None:
        sys.exit(f"No {given.rounds} rounds of {given.rooms} were found.")
    print(found)


if __name__ == "__main__":
    main()

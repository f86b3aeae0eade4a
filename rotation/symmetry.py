"""Search for rounds that become one another when everybody moves on by one: a few base rounds, turned.

Let the cyclic group Z_m act on the people: q orbits of m people each, and a few people who stay fixed. It is
enough to find base rounds in which every class of pairs (pairs that the turning carries into one another)
occurs at most once; turned m times they never repeat a meeting. The same swap search finds them, on a problem
m times smaller. Rounds that the turning leaves as they are may be added first: the cosets of a subgroup, or
rooms with one person from every orbit.

Kirkman's fifteen schoolgirls, seven days: two orbits of seven, one fixed, one base round. Twenty-one, ten
days: three orbits of seven, three rounds across them, one base round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from rotation.bounds import pairs, repeat_free_rounds
from rotation.chance import Chance
from rotation.costs import APART, LARGEST_ROOM, REPEAT, REPEAT_AGAIN, Costs
from rotation.kernel import Orbits, Search
from rotation.swaps import SLICE
from rotation.task import Rounds, Task

Still = tuple[tuple[int, ...], ...]

# Below this share of the meetings possible the swap search is quicker alone.
_TIGHT = 0.55
_LARGEST = 120
# Hundredths of a repeat; a narrow choice: at 25 and at 35 most searches take several times as long.
_TEMPERATURES = (30, 28, 32)
# Actions tried side by side, and the slices each gets before the next; doubled every time round.
_ACTIONS = 4
_FIRST_TURN = 4


@dataclass(frozen=True, slots=True)
class Action:
    """Z_m acting on q * m + fixed people: person o * m + x is the x-th of orbit o, the fixed come last."""

    m: int
    orbits: int
    fixed: int
    base_rounds: int
    still: tuple[Still, ...] = ()
    """Rounds that the turning does not change."""

    @property
    def people(self) -> int:
        return self.m * self.orbits + self.fixed

    def turned(self, person: int, turns: int) -> int:
        """Where a person is after so many turns."""
        orbit, place = divmod(person, self.m)
        return person if orbit >= self.orbits else orbit * self.m + (place + turns) % self.m


def symmetric_search(task: Task) -> Iterator[None]:
    """Offer the task a plan without repeats if turning base rounds gives one; a slice of work a step."""
    if not _worth_it(task):
        return
    sizes, rounds = task.problem.rounds[0], len(task.problem.rounds)
    possible = actions(sizes, rounds)[:_ACTIONS]
    searches: dict[Action, Search] = {}
    turn = _FIRST_TURN
    while possible:
        for action in possible:
            search = searches.get(action) or base_search(action, sizes, task.chance.fork())
            searches[action] = search
            for step in range(turn):
                tries = search.tries
                search.run(SLICE, _TEMPERATURES[step * len(_TEMPERATURES) // turn])
                task.moves += search.tries - tries
                if search.calm:
                    task.offer(_developed(action, search, sizes, rounds, task.chance), "symmetry")
                    yield
                    return
                yield
        turn *= 2


def actions(sizes: tuple[int, ...], rounds: int) -> list[Action]:
    """The actions under which that many rounds may be found, those with the smallest search first."""
    people = sum(sizes)
    most = repeat_free_rounds(people, sizes)
    found = []
    for m in range(2, people + 1):
        for fixed in range(people % m, min(len(sizes), people - m) + 1, m):
            orbits = (people - fixed) // m
            for still in ((), *_still_rounds(m, orbits, fixed, sizes, rounds)):
                base_rounds = -(-(rounds - len(still)) // m)
                action = Action(m, orbits, fixed, base_rounds, still)
                if base_rounds > 0 and base_rounds * m + len(still) <= most and _has_room(action, sizes):
                    found.append(action)
    return sorted(
        found, key=lambda action: (action.base_rounds, len(action.still) > 1, action.m, action.fixed)
    )


def _still_rounds(
    m: int, orbits: int, fixed: int, sizes: tuple[int, ...], rounds: int
) -> Iterator[tuple[Still, ...]]:
    """Ways to add rounds that the turning does not change."""
    k = sizes[0]
    if k != sizes[-1]:
        return
    if m % k == 0 and fixed % k == 0:
        yield (_cosets(m, orbits, fixed, k),)
    # With rooms of four and more no base round was ever found beside rounds across the orbits.
    if orbits == k == 3 and not fixed and m % 2:
        for steps in _subgroups(m, rounds % m):
            yield tuple(_across(m, k, step) for step in steps)


def _cosets(m: int, orbits: int, fixed: int, k: int) -> Still:
    """Every room a coset of the subgroup of k turns in its orbit, or k of the fixed people."""
    step = m // k
    rooms = [
        tuple(orbit * m + place + step * turn for turn in range(k))
        for orbit in range(orbits)
        for place in range(step)
    ]
    alone = range(m * orbits, m * orbits + fixed)
    return (*rooms, *(tuple(alone[i : i + k]) for i in range(0, fixed, k)))


def _subgroups(m: int, order: int) -> Iterator[list[int]]:
    """Numbers closed under multiplication modulo m; at most one such set.

    As steps across the orbits they leave room for a base round far more often than others do.
    """
    for g in range(2, m):
        powers = {pow(g, exponent, m) for exponent in range(1, m)}
        if 1 in powers and len(powers) == order:
            yield sorted(powers)
            return


def _across(m: int, k: int, step: int) -> Still:
    """Every room one person from each orbit, `step` further from orbit to orbit."""
    return tuple(tuple(orbit * m + (place + step * orbit) % m for orbit in range(k)) for place in range(m))


def _worth_it(task: Task) -> bool:
    problem = task.problem
    if (
        len(set(problem.rounds)) != 1
        or task.people > _LARGEST
        or sum(problem.rounds[0]) != task.people
        or len(problem.rounds) > repeat_free_rounds(task.people, problem.rounds[0])
        or task.costs.start
    ):
        return False
    possible = task.people * (task.people - 1) // 2
    return len(problem.rounds) * pairs(problem.rounds[0]) >= _TIGHT * possible


def _has_room(action: Action, sizes: tuple[int, ...]) -> bool:
    """Whether there are enough classes of pairs for the base rounds, for a fixed person too."""
    m, q, f = action.m, action.orbits, action.fixed
    classes = q * ((m - 1) // 2) + m * q * (q - 1) // 2 + f * q
    met = {
        _class_of(action, *two) for rooms in action.still for room in rooms for two in combinations(room, 2)
    }
    used = sum(o < q and not (o == p and 2 * apart == m) for o, p, apart in met)
    return action.base_rounds * pairs(sizes) <= classes - used and (
        f == 0 or action.base_rounds * (min(sizes) - 1) <= q
    )


def _class_of(action: Action, a: int, b: int) -> tuple[int, int, int]:
    """What all turnings of a pair share: the orbits, and how far apart the two are."""
    (o, x), (p, y) = sorted((divmod(a, action.m), divmod(b, action.m)))
    if p >= action.orbits:
        # A fixed person meets everyone of an orbit in turn.
        return (o, b if b > a else a, 0)
    apart = (y - x) % action.m
    return (o, p, min(apart, action.m - apart) if o == p else apart)


def base_search(action: Action, sizes: tuple[int, ...], seed: int) -> Search:
    """A search for base rounds, from random ones; `calm` when it has found them."""
    chance = Chance(seed)
    base = []
    for _ in range(action.base_rounds):
        order = list(range(action.people))
        chance.shuffle(order)
        places = iter(order)
        base.append([[next(places) for _ in range(size)] for size in sizes] + [[]])
    band = action.base_rounds * pairs(sizes) + 2
    kinds = [[LARGEST_ROOM] * (len(sizes) + 1)] * action.base_rounds
    return Search(base, kinds, _costs(band, action.people), chance.fork(), _orbits(action, band))


def _costs(band: int, people: int) -> Costs:
    """Classes begin in state 0, in state 1 when used already, or in a band where they should not be."""
    ordinary = [0, *(REPEAT + REPEAT_AGAIN * times for times in range(band - 1))]
    nobody = [0] * people
    return Costs(
        [*ordinary, *[APART] * band], [0, *ordinary[:-1], 0, *[APART] * (band - 1)], {}, band, nobody, nobody
    )


def _orbits(action: Action, band: int) -> Orbits:
    """The classes of pairs of people, and in which state each begins."""
    n, m = action.people, action.m
    of = [[-1] * n for _ in range(n)]
    classes: list[list[tuple[int, int]]] = []
    start: list[int] = []
    met = {_ordered(a, b) for rooms in action.still for room in rooms for a, b in combinations(room, 2)}
    for a in range(n):
        for b in range(a):
            if of[a][b] < 0:
                members = sorted({_ordered(action.turned(a, t), action.turned(b, t)) for t in range(m)})
                for x, y in members:
                    of[x][y] = of[y][x] = len(classes)
                classes.append(members)
                if len(members) == 1 < m:
                    start.append(band)  # two fixed people
                elif len(members) < m or not met.isdisjoint(members):
                    start.append(1)  # half-way round, so that turning repeats it; or used in a still round
                else:
                    start.append(0)
    # A person is no pair: a class of their own, never changed, that costs nothing.
    for a in range(n):
        of[a][a] = len(classes)
    return Orbits(of, [*classes, []], [*start, 0])


def _developed(action: Action, search: Search, sizes: tuple[int, ...], rounds: int, chance: Chance) -> Rounds:
    """The base rounds turned, as many as are wanted, in a random order under random labels."""
    labels = list(range(action.people))
    chance.shuffle(labels)
    plan = [
        [[labels[action.turned(person, turns)] for person in room] for room in rooms]
        for rooms in search.current
        for turns in range(action.m)
    ]
    chance.shuffle(plan)
    still = [[[labels[person] for person in room] for room in rooms] + [[]] for rooms in action.still]
    return [*still, *plan][:rounds]


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)

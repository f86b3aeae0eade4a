"""Search for rounds that become one another when everybody moves on by one: a few base rounds, turned.

Let the cyclic group Z_m act on the people: q orbits of m people each, and a few people who stay fixed. It is
enough to find base rounds in which every class of pairs (pairs that the turning carries into one another)
occurs at most once; turned m times they never repeat a meeting. `rotation.bases` finds them, on a problem m
times smaller. Rounds that the turning leaves as they are may be added first: the cosets of a subgroup, or
rooms with one person from every orbit.

One more symmetry makes the problem smaller again: orbits carried into each other in cycles of h, and the
rooms of a base round with them, so that only every h-th room is searched for. 52 people in four fives and
eight fours meet nobody twice in 13 rounds, four orbits of thirteen in one cycle: three rooms say it all.

Kirkman's fifteen schoolgirls, seven days: two orbits of seven, one fixed, one base round. Twenty-one, ten
days: three orbits of seven, three rounds across them, one base round. Rooms may vary in size: 101 people, a
five and 24 fours, meet nobody twice in 26 rounds: seven orbits of thirteen, ten fixed, two base rounds.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import gcd, log2

from rotation.bases import BaseSearch, Classes
from rotation.bounds import pairs, repeat_free_rounds
from rotation.chance import Chance
from rotation.task import Rounds, Task

Still = tuple[tuple[int, ...], ...]

# Below this share of the meetings possible the swap search is quicker alone.
_TIGHT = 0.55
_LARGEST = 200
# Hundredths of a repeat. A narrow choice: the larger the problem, the colder it has to be.
_TEMPERATURES = (25, 22, 28)
# Actions tried side by side, and the slices of the first of them before the others get their share; doubled
# every time round.
_ACTIONS = 6
_FIRST_TURN = 6
_MOST_BASE_ROUNDS = 4
_PER_BASE_ROUND, _PER_HALVING = 0.08, 0.05
"""One base round more is as hard as being that much tighter; so is having twice as many rooms to find."""
SLICE = 20_000
"""Tries in a slice of work."""


@dataclass(frozen=True, slots=True)
class Action:
    """Z_m acting on q * m + fixed people: person o * m + x is the x-th of orbit o, the fixed come last."""

    m: int
    orbits: int
    fixed: int
    base_rounds: int
    still: tuple[Still, ...] = ()
    """Rounds that the turning does not change."""
    cycle: int = 1
    """So many orbits in a row, and so many of the fixed, are carried into one another by one symmetry more,
    which does not change a base round."""

    @property
    def people(self) -> int:
        return self.m * self.orbits + self.fixed

    def turned(self, person: int, turns: int) -> int:
        """Where a person is after so many turns."""
        orbit, place = divmod(person, self.m)
        return person if orbit >= self.orbits else orbit * self.m + (place + turns) % self.m

    def carried(self, person: int) -> int:
        """Where the symmetry of the cycles carries a person: to the next orbit, or the next of the fixed."""
        number, place = divmod(person, self.m)
        if number >= self.orbits:
            first = self.m * self.orbits
            return first + self._next(person - first)
        return self._next(number) * self.m + place

    def _next(self, number: int) -> int:
        return number - number % self.cycle + (number + 1) % self.cycle


def symmetric_search(task: Task) -> Iterator[None]:
    """Offer the task a plan without repeats if turning base rounds gives one; a slice of work a step."""
    if not _worth_it(task):
        return
    sizes, rounds = task.problem.rounds[0], len(task.problem.rounds)
    possible = actions(sizes, rounds)[:_ACTIONS]
    searches: dict[Action, BaseSearch] = {}
    turn = _FIRST_TURN
    while possible:
        for rank, action in enumerate(possible, start=1):
            search = searches.get(action) or base_search(action, sizes, task.chance.fork())
            searches[action] = search
            steps = turn // rank
            for step in range(steps):
                tries = search.tries
                search.run(SLICE, _TEMPERATURES[step * len(_TEMPERATURES) // steps])
                task.moves += search.tries - tries
                if search.calm:
                    task.offer(_developed(action, search, sizes, rounds, task.chance), "symmetry")
                    yield
                    return
                yield
        turn *= 2


def actions(sizes: tuple[int, ...], rounds: int) -> list[Action]:
    """The actions under which that many rounds may be found, the most promising first."""
    people, counts = sum(sizes), Counter(sizes).values()
    most = repeat_free_rounds(people, sizes)
    found = []
    for m in range(2, people + 1):
        for fixed in range(people % m, min(len(sizes), people - m) + 1, m):
            orbits = (people - fixed) // m
            for still in ((), *_still_rounds(m, orbits, fixed, sizes, rounds)):
                base_rounds = -(-(rounds - len(still)) // m)
                if not 0 < base_rounds <= _MOST_BASE_ROUNDS or base_rounds * m + len(still) > most:
                    continue
                longest = gcd(orbits, fixed, *counts) if base_rounds == 1 and not still else 1
                for cycle in (h for h in range(1, longest + 1) if longest % h == 0):
                    action = Action(m, orbits, fixed, base_rounds, still, cycle)
                    if _has_room(action, sizes):
                        found.append((_hardness(action, sizes), m, action))
    found.sort(key=lambda scored: scored[:2])
    return [action for _, _, action in found]


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
        or task.places
    ):
        return False
    possible = task.people * (task.people - 1) // 2
    return len(problem.rounds) * pairs(problem.rounds[0]) >= _TIGHT * possible


def _has_room(action: Action, sizes: tuple[int, ...]) -> bool:
    """Whether those who stay fixed can meet every orbit at most once, and there are classes enough."""
    q, f, b = action.orbits, action.fixed, action.base_rounds
    company = sorted(size - 1 for size in sizes)[:f]
    if f and (b * company[0] > q or b * sum(company) > f * q or (b == 1 and company[-1] > q)):
        return False
    return _tightness(action, sizes) <= 1


def _hardness(action: Action, sizes: tuple[int, ...]) -> float:
    return (
        _tightness(action, sizes) + _PER_BASE_ROUND * action.base_rounds - _PER_HALVING * log2(action.cycle)
    )


def _tightness(action: Action, sizes: tuple[int, ...]) -> float:
    """The share of the classes of pairs that base rounds use up."""
    m, q, h = action.m, action.orbits, action.cycle
    # Orbits half a cycle apart are carried into each other: as far forth as back is the same.
    halves = 0 if h % 2 else q // 2
    classes = (q + halves * 2) * ((m - 1) // 2) // h if halves else q * ((m - 1) // 2) // h
    classes += (m * (q * (q - 1) // 2 - halves) + action.fixed * q) // h
    met = {
        _class_of(action, *two) for rooms in action.still for room in rooms for two in combinations(room, 2)
    }
    used = sum(o < q and not (o == p and 2 * apart == m) for o, p, apart in met)
    return action.base_rounds * pairs(sizes) / h / (classes - used) if classes > used else 2.0


def _class_of(action: Action, a: int, b: int) -> tuple[int, int, int]:
    """What all turnings of a pair share: the orbits, and how far apart the two are."""
    (o, x), (p, y) = sorted((divmod(a, action.m), divmod(b, action.m)))
    if p >= action.orbits:
        # A fixed person meets everyone of an orbit in turn.
        return (o, b if b > a else a, 0)
    apart = (y - x) % action.m
    return (o, p, min(apart, action.m - apart) if o == p else apart)


def base_search(action: Action, sizes: tuple[int, ...], seed: int, native: bool = True) -> BaseSearch:
    """A search for base rounds, from random ones; `calm` when it has found them."""
    if action.cycle > 1:
        return _search_by_cycles(action, sizes, Chance(seed), native)
    chance, turning = Chance(seed), action.m * action.orbits
    orbit = [min(person // action.m, action.orbits) for person in range(action.people)]
    kind = [0] * action.people
    if action.fixed and action.base_rounds == 1:
        # Whoever stays fixed meets every orbit at most once: seat them first, and where they meet all
        # orbits let like change places with like only. Ten times faster than leaving that to chance.
        base = [_around_the_fixed(action, sizes, chance)]
        kind[turning:] = orbit[turning:] = [-1] * action.fixed
        strict = [[room[0] >= turning and len(room) == action.orbits + 1 for room in base[0]]]
    else:
        base = []
        for _ in range(action.base_rounds):
            order = list(range(action.people))
            chance.shuffle(order)
            places = iter(order)
            base.append([[next(places) for _ in range(size)] for size in sizes])
        strict = [[False] * len(sizes)] * action.base_rounds
    return BaseSearch(base, _classes(action), kind, orbit, strict, chance.fork(), native)


def _search_by_cycles(action: Action, sizes: tuple[int, ...], chance: Chance, native: bool) -> BaseSearch:
    """A search for one of every `cycle` rooms, in which there is one of all who are carried into each other.

    The others sit alone, in rooms that let nobody in but them for one another.
    """
    turning = action.m * action.orbits
    cycle_of, seated, others = [-1] * action.people, [], []
    for person in range(action.people):
        if cycle_of[person] < 0:
            crowd = [person]
            while len(crowd) < action.cycle:
                crowd.append(action.carried(crowd[-1]))
            for each in crowd:
                cycle_of[each] = person
            seated.append(crowd.pop(chance.below(action.cycle)))
            others += crowd
    chance.shuffle(seated)
    hosts = [person for person in seated if person >= turning]
    guests = [person for person in seated if person < turning]
    rooms = []
    for size in sorted(sizes, reverse=True)[:: action.cycle]:
        room = [hosts.pop()] if hosts and size <= action.orbits + 1 else []
        rooms.append([*room, *(guests.pop() for _ in range(size - len(room)))])
    alone = [[person] for person in others]
    kind = [0 if person < turning else -1 for person in range(action.people)]
    alike = [cycle if person < turning else -1 for person, cycle in enumerate(cycle_of)]
    strict = [[False] * len(rooms) + [True] * len(alone)]
    return BaseSearch([rooms + alone], _classes(action), kind, alike, strict, chance.fork(), native)


def _around_the_fixed(action: Action, sizes: tuple[int, ...], chance: Chance) -> list[list[int]]:
    """A round with every fixed person in a room of their own, the largest possible, with as many orbits."""
    m, q = action.m, action.orbits
    places = [list(range(orbit * m, orbit * m + m)) for orbit in range(q)]
    for orbit in places:
        chance.shuffle(orbit)
    rooms: list[list[int]] = [[] for _ in sizes]
    small_enough = [room for room, size in enumerate(sizes) if size <= q + 1]
    hosting = sorted(small_enough, key=lambda room: -sizes[room])[: action.fixed]
    for host, room in enumerate(hosting, start=m * q):
        fullest = sorted(places, key=len, reverse=True)[: sizes[room] - 1]
        rooms[room] = [host, *(orbit.pop() for orbit in fullest)]
    others = [person for orbit in places for person in orbit]
    chance.shuffle(others)
    for size, company in zip(sizes, rooms, strict=True):
        if not company:
            company.extend(others.pop() for _ in range(size))
    return rooms


def _classes(action: Action) -> Classes:
    """The classes of pairs of people. Those that may not be met have met once before."""
    n, m, q, f = action.people, action.m, action.orbits, action.fixed
    met: list[int] = []
    apart: dict[tuple[int, int], list[int]] = {}
    for o in range(q):
        # Half-way round, turning would repeat the meeting.
        alike = [0, *(len(met) + min(d, m - d) - 1 for d in range(1, m))]
        apart[o, o] = alike * 2
        met += [int(2 * d == m) for d in range(1, m // 2 + 1)]
        for p in range(o + 1, q):
            across = list(range(len(met), len(met) + m))
            apart[o, p] = across * 2
            apart[p, o] = [across[-d] for d in range(m)] * 2
            met += [0] * m
    with_fixed = len(met)
    met += [0] * (q * f) + [1]
    of = array("i")
    for o in range(q):
        beside_fixed = range(with_fixed + o * f, with_fixed + o * f + f)
        for x in range(m):
            for p in range(q):
                of.extend(apart[o, p][m - x : 2 * m - x])
            of.extend(beside_fixed)
    for host in range(f):
        for o in range(q):
            of.extend([with_fixed + o * f + host] * m)
        of.extend([len(met) - 1] * f)
    for rooms in action.still:
        for room in rooms:
            for a, b in combinations(room, 2):
                met[of[a * n + b]] = 1
    if action.cycle > 1:
        return _carried_classes(action, of, met)
    return Classes(of, array("i", met))


def _carried_classes(action: Action, of: array[int], met: list[int]) -> Classes:
    """The same with classes made one that are carried into each other.

    Classes that come back too early may not be met: the rooms carried along would meet them again.
    """
    n, m, q = action.people, action.m, action.orbits
    one = list(range(len(met)))
    firsts = [o * m for o in range(q)]
    samples = [(a, b) for a in firsts for b in range(a + 1, n)]
    done = [False] * len(met)
    for a, b in samples:
        if done[of[a * n + b]]:
            continue
        classes = []
        for _ in range(action.cycle):
            classes.append(of[a * n + b])
            a, b = action.carried(a), action.carried(b)
        barred = len(set(classes)) < action.cycle or any(met[c] for c in classes)
        for c in classes:
            done[c], one[c], met[c] = True, classes[0], int(barred)
    return Classes(array("i", [one[c] for c in of]), array("i", met))


def _developed(
    action: Action, search: BaseSearch, sizes: tuple[int, ...], rounds: int, chance: Chance
) -> Rounds:
    """The base rounds turned, as many as are wanted, in a random order under random labels."""
    labels = list(range(action.people))
    chance.shuffle(labels)
    plan = [
        [[labels[action.turned(person, turns)] for person in room] for room in rooms] + [[]]
        for rooms in (_all_rooms(action, base, sizes) for base in search.base_rounds)
        for turns in range(action.m)
    ]
    chance.shuffle(plan)
    still = [[[labels[person] for person in room] for room in rooms] + [[]] for rooms in action.still]
    return [*still, *plan][:rounds]


def _all_rooms(action: Action, found: list[list[int]], sizes: tuple[int, ...]) -> list[list[int]]:
    """The rooms that were searched for and those they are carried to, in the order of the sizes."""
    of_size: dict[int, list[list[int]]] = {size: [] for size in sizes}
    for room in found:
        for _ in range(action.cycle if len(room) > 1 else 0):
            of_size[len(room)].append(room)
            room = [action.carried(person) for person in room]
    return [of_size[size].pop() for size in sizes]

"""The best any plan could do, by name.

Every bound here is an upper limit on the number of *new* pairs: pairs that are not kept apart, had not met
before the problem's first round, and meet in it. The smallest one certifies a plan. Write R for the number of
rounds, P for the pairs made in a round (the sum of s(s-1)/2 over its rooms).

- `allowed`: only pairs that may still meet can be new: not two mentors when every room has exactly one.
- `seats`: no more pairs than the rooms make, R * P, and of those kept together only the first meeting.
- `people`: half the sum, over people, of the smaller of whom they may still meet and how many others
  they can sit with when always in the largest room.
- `pigeonhole`: when a room is larger than the number of rooms, any two rounds share pairs.
- `exception`: a few sizes allow fewer repeat-free rounds than counting says.

Cost: O(people + history + rules), and O(R^2 * rooms) for the pigeonhole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heapreplace
from itertools import combinations

from rotation.company import company
from rotation.model import Problem, RoomSizes, pair

# (rooms, size): the most repeat-free rounds, where counting promises more.
# 6 of 6: no two orthogonal Latin squares of order 6 (Tarry, 1900). 4 of 3: no nearly Kirkman triple system on
# 12 points (Kotzig and Rosa, 1974). 5 of 4: no resolvable design of fours on 10 pairs (Handbook of
# Combinatorial Designs, 2007). 6 of 5: Miller, Barr, Kavanagh, Valkov and Purchase (Symmetry 13, 2021).
EXCEPTIONS = {(6, 6): 3, (4, 3): 4, (5, 4): 5, (6, 5): 6}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the bounds of a problem are made of, people being positions."""

    welcome: Sequence[int]
    """For each person how many others they can share a room with: not kept apart, and not of roles or hours
    that never meet."""
    left: Sequence[int]
    """For each person how many others they may still meet for the first time."""
    past: Mapping[int, int]
    """How often pairs have met, those kept apart as well: a * people + b, with a < b, to times."""
    open: Mapping[int, int]
    """Times to how many pairs, who may meet, have met that often; those who never met are not in it."""


def outlook(problem: Problem) -> Outlook:
    """Looks through the history and the rules once: O(people + history + rules)."""
    n, apart, known = len(problem.people), problem.apart, company(problem)
    at = {person: i for i, person in enumerate(problem.ids)}.get
    welcome = [n - 1] * n if known is None else known.numbers()
    barred = set[int]()
    for one, other in apart:
        a, b = at(one), at(other)
        if a is not None and b is not None and (known is None or known.meet(a, b)):
            barred.add(min(a, b) * n + max(a, b))
            welcome[a] -= 1
            welcome[b] -= 1
    past = {
        (a * n + b if a < b else b * n + a): times
        for one, other, times in problem.history.meetings
        if (a := at(one)) is not None and (b := at(other)) is not None
    }
    open_: Mapping[int, int] = past
    if barred or known is not None:
        open_ = {
            key: times
            for key, times in past.items()
            if key not in barred and (known is None or known.meet(*divmod(key, n)))
        }
    left = welcome.copy()
    for key in open_:
        left[key // n] -= 1
        left[key % n] -= 1
    return Outlook(welcome, left, past, Counter(open_.values()))


def bound(problem: Problem, known: Outlook | None = None) -> tuple[int, str]:
    """The most new pairs any plan can make, and the name of the bound that says so."""
    name, value = min(bounds(problem, known), key=lambda named: named[1])
    return value, name


def bounds(problem: Problem, known: Outlook | None = None) -> tuple[tuple[str, int], ...]:
    """All bounds by name, in the order in which they are worth telling."""
    left = (known or outlook(problem)).left
    seats, kept = _seats(problem), _kept_together(problem)
    return (
        ("allowed", sum(left) // 2),
        ("seats", seats - kept),
        ("people", sum(_within_reach(problem, left)) // 2),
        ("pigeonhole", seats - max(_unavoidable(problem), kept)),
        ("exception", seats - max(_exceptional(problem), kept)),
    )


def per_person(problem: Problem, known: Outlook | None = None) -> int:
    """The most new people that the worst-off person can meet."""
    if not problem.people:
        return 0
    known = known or outlook(problem)
    average = 2 * bound(problem, known)[0] // len(problem.people)
    return min(average, min(_within_reach(problem, known.left)))


def _within_reach(problem: Problem, left: Sequence[int]) -> Sequence[int]:
    """For each person how many they may still meet, but no more than they can sit with in largest rooms."""
    reach = [max(sizes, default=1) - 1 for sizes in problem.rounds]
    missed = Counter[str]()
    for person, number in problem.rules.away:
        missed[person] += reach[number - 1] if number <= len(reach) else 0
    most = sum(reach)
    if not missed:
        return [still if still < most else most for still in left]
    return [min(still, most - missed[who]) for who, still in zip(problem.ids, left, strict=True)]


def most_meetings(problem: Problem, known: Outlook | None = None) -> int:
    """The unavoidable maximum: in every plan some pair has met at least this often in the end.

    Meetings of the past count; they are levelled up as evenly as can be.
    """
    return max((before + 1 for before, _ in _levelled(problem, known or outlook(problem))), default=0)


def least_unevenness(problem: Problem, known: Outlook | None = None) -> int:
    """The least sum over pairs of t(t-1)/2, for t meetings in the end, that these meetings can add."""
    return sum(before * meetings for before, meetings in _levelled(problem, known or outlook(problem)))


def repeat_free_rounds(people: int, sizes: RoomSizes) -> int:
    """The most rounds of these sizes in which nobody can meet anybody twice; 0 when there are no rooms."""
    if not sizes:
        return 0
    rooms, largest, smallest = len(sizes), max(sizes), min(sizes)
    if largest > rooms + people - sum(sizes):
        return 1
    rounds = people * (people - 1) // 2 // pairs(sizes)
    if sum(sizes) == people:
        rounds = min(rounds, (people - 1) // (smallest - 1))
    if smallest == largest and sum(sizes) == people:
        rounds = min(rounds, EXCEPTIONS.get((rooms, largest), rounds))
        if rooms == largest and _without_plane(rooms):
            rounds = min(rounds, rooms - 2)
    return rounds


def _without_plane(order: int) -> bool:
    """Whether there is proved to be no projective plane of an order of more than 4.

    Bruck and Ryser (1949): an order of 1 or 2 modulo 4 is a sum of two squares. Lam (1991): it is not 10.
    Then no order - 3 orthogonal Latin squares exist either (Shrikhande, 1961), so order rooms of order people
    have at most order - 2 rounds without repeats.
    """
    squares = {x * x for x in range(order)}
    two_squares = any(order - x in squares for x in squares)
    return order == 10 or (order > 4 and order % 4 in (1, 2) and not two_squares)


def pairs(sizes: Iterable[int]) -> int:
    """How many pairs rooms of these sizes make."""
    return sum(size * (size - 1) // 2 for size in sizes)


def _levelled(problem: Problem, known: Outlook) -> Iterator[tuple[int, int]]:
    """All meetings given to pairs that have met least: (meetings before, how many such meetings)."""
    open_pairs, seats = sum(known.welcome) // 2, _seats(problem)
    before, level = 0, open_pairs - sum(known.open.values())
    while seats > 0 and open_pairs > 0:
        if level:
            yield before, min(seats, level)
        seats -= level
        before += 1
        level += known.open.get(before, 0)


def _seats(problem: Problem) -> int:
    """The pairs that the rooms make."""
    return sum(pairs(sizes) * times for sizes, times in Counter(problem.rounds).items())


def _kept_together(problem: Problem) -> int:
    """Meetings of pairs who are kept together, but for the first: in rounds in which nobody rests they meet
    anew each time."""
    rules = problem.rules
    if not rules.together or "together" in rules.soft:
        return 0
    full = [
        set(there)
        for number, sizes in enumerate(problem.rounds, start=1)
        if sum(sizes) == len(there := problem.present(number))
    ]
    met = {(a, b) for a, b, _ in problem.history.meetings}
    kept = {pair(a, b) for group in rules.together for a, b in combinations(group, 2)}
    times = {(a, b): sum(a in there and b in there for there in full) for a, b in kept}
    return sum(max(0, often - ((a, b) not in met)) for (a, b), often in times.items())


def _unavoidable(problem: Problem) -> int:
    """Repeats that the pigeonhole forces.

    Let a pair meet c times. The pairs shared by two rounds, summed over all pairs of rounds, are the sum of
    c(c-1)/2, which is at most R/2 times the sum of c-1, the repeats.
    """
    people, kinds = len(problem.people), Counter(problem.rounds).items()
    total = sum(times * (times - 1) // 2 * _shared(sizes, sizes, people) for sizes, times in kinds)
    for (one, p), (other, q) in combinations(kinds, 2):
        total += p * q * max(_shared(one, other, people), _shared(other, one, people))
    return -(-2 * total // len(problem.rounds)) if kinds else 0


def _shared(first: RoomSizes, second: RoomSizes, people: int) -> int:
    """Fewest pairs together in both rounds: each room of the first is split evenly over the rooms of the
    second.

    Those who rest in the second share nothing there; they are taken where that spares most.
    """
    rooms = len(second)
    if max(first, default=0) <= rooms or not second:
        return 0
    total = sum(_split(size, rooms) for size in first)
    fullest = [-size for size in first]
    heapify(fullest)
    for _ in range(people - sum(second) if fullest else 0):
        # Taking one person out of a room spares a pair with each companion in the fullest part.
        total -= max(-fullest[0] - 1, 0) // rooms
        heapreplace(fullest, min(fullest[0] + 1, 0))
    return total


def _split(size: int, rooms: int) -> int:
    """Pairs left when that many people are split over the rooms as evenly as possible."""
    low, larger = divmod(size, rooms)
    return larger * (low + 1) * low // 2 + (rooms - larger) * low * (low - 1) // 2


def _exceptional(problem: Problem) -> int:
    """Repeats forced because too many rounds share sizes that allow only so many repeat-free ones.

    Dropping one round for every repeat leaves a repeat-free plan, so repeats >= rounds - repeat-free rounds.
    """
    people = len(problem.people)
    return max(
        (
            problem.rounds.count(sizes) - repeat_free_rounds(people, sizes)
            for sizes in set(problem.rounds)
            if sizes
        ),
        default=0,
    )

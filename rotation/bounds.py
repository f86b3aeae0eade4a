"""The best any plan could do, by name.

Every bound here is an upper limit on the number of *new* pairs: pairs that are not kept apart, had not met
before the problem's first round, and meet in it. The smallest one certifies a plan. Write R for the number of
rounds, P for the pairs made in a round (the sum of s(s-1)/2 over its rooms).

- `allowed`: only pairs that may still meet can be new.
- `seats`: no more pairs than the rooms make, R * P.
- `people`: half the sum, over people, of the smaller of whom they may still meet and how many others
  they can sit with when always in the largest room.
- `pigeonhole`: when a room is larger than the number of rooms, any two rounds share pairs.
- `exception`: a few sizes allow fewer repeat-free rounds than counting says.

Cost: O(people + history + rules), and O(R^2 * rooms) for the pigeonhole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import heapify, heapreplace

from rotation.model import Problem, RoomSizes, pair

# (rooms, size): the most repeat-free rounds, where counting promises more.
# 6 of 6: no two orthogonal Latin squares of order 6 (Tarry, 1900). 4 of 3: no nearly Kirkman triple system on
# 12 points (Kotzig and Rosa, 1974).
EXCEPTIONS = {(6, 6): 3, (4, 3): 4}


def bound(problem: Problem) -> tuple[int, str]:
    """The most new pairs any plan can make, and the name of the bound that says so."""
    name, value = min(bounds(problem), key=lambda named: named[1])
    return value, name


def bounds(problem: Problem) -> tuple[tuple[str, int], ...]:
    """All bounds by name, in the order in which they are worth telling."""
    left = people_left(problem)
    seats = sum(map(pairs, problem.rounds))
    reach = sum(max(sizes, default=1) - 1 for sizes in problem.rounds)
    return (
        ("allowed", sum(left) // 2),
        ("seats", seats),
        ("people", sum(min(still, reach) for still in left) // 2),
        ("pigeonhole", seats - _unavoidable(problem)),
        ("exception", seats - _exceptional(problem)),
    )


def per_person(problem: Problem) -> int:
    """The most new people that the worst-off person can meet."""
    if not problem.people:
        return 0
    reach = sum(max(sizes, default=1) - 1 for sizes in problem.rounds)
    average = 2 * bound(problem)[0] // len(problem.people)
    return min(average, *(min(still, reach) for still in people_left(problem)))


def most_meetings(problem: Problem) -> int:
    """The unavoidable maximum: in every plan some pair has met at least this often in the end.

    Meetings of the past count; they are levelled up as evenly as can be.
    """
    return max((before + 1 for before, _ in _levelled(problem)), default=0)


def least_unevenness(problem: Problem) -> int:
    """The least sum over pairs of t(t-1)/2, for t meetings in the end, that these meetings can add."""
    return sum(before * meetings for before, meetings in _levelled(problem))


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
    return rounds


def pairs(sizes: Iterable[int]) -> int:
    """How many pairs rooms of these sizes make."""
    return sum(size * (size - 1) // 2 for size in sizes)


def people_left(problem: Problem) -> list[int]:
    """For each person in order: how many others they may still meet for the first time."""
    position = {person: i for i, person in enumerate(problem.ids)}
    left = welcome(problem)
    for a, b in _past(problem):
        left[position[a]] -= 1
        left[position[b]] -= 1
    return left


def _levelled(problem: Problem) -> Iterator[tuple[int, int]]:
    """All meetings given to pairs that have met least: (meetings before, how many such meetings)."""
    met = Counter(_past(problem).values())
    open_pairs, seats = sum(welcome(problem)) // 2, sum(map(pairs, problem.rounds))
    before, level = 0, open_pairs - met.total()
    while seats > 0 and open_pairs > 0:
        if level:
            yield before, min(seats, level)
        seats -= level
        before += 1
        level += met[before]


def welcome(problem: Problem) -> list[int]:
    """For each person in order: how many others they are not kept apart from."""
    position = {person: i for i, person in enumerate(problem.ids)}
    left = [len(problem.people) - 1] * len(problem.people)
    for a, b in problem.apart:
        if a in position and b in position:
            left[position[a]] -= 1
            left[position[b]] -= 1
    return left


def _past(problem: Problem) -> dict[tuple[str, str], int]:
    """How often pairs of people who are here and may meet have met."""
    present = set(problem.ids)
    return {
        pair(a, b): times
        for a, b, times in problem.history.meetings
        if a in present and b in present and pair(a, b) not in problem.apart
    }


def _unavoidable(problem: Problem) -> int:
    """Repeats that the pigeonhole forces.

    Let a pair meet c times. The pairs shared by two rounds, summed over all pairs of rounds, are the sum of
    c(c-1)/2, which is at most R/2 times the sum of c-1, the repeats.
    """
    distinct_rounds = sorted(set(problem.rounds))
    shared = {(a, b): _shared(a, b, len(problem.people)) for a in distinct_rounds for b in distinct_rounds}
    rounds = problem.rounds
    total = sum(max(shared[a, b], shared[b, a]) for i, a in enumerate(rounds) for b in rounds[:i])
    return -(-2 * total // len(rounds)) if rounds else 0


def _shared(first: RoomSizes, second: RoomSizes, people: int) -> int:
    """Fewest pairs together in both rounds: each room of the first is split evenly over the rooms of the
    second.

    Those who rest in the second share nothing there; they are taken where that spares most.
    """
    if not second:
        return 0
    rooms = len(second)
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

"""What is optimised, in order of importance, and the numbers that a screen shows.

Profile *even*: nobody together more often than one above the unavoidable maximum; then the most new pairs;
then the worst-off person; then smaller rooms and benches spread evenly, up to a difference of one; then
repeats spread evenly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering

from rotation.bounds import bound, most_meetings, people_left
from rotation.model import PersonId, Problem
from rotation.plan import Certificate, Plan

# A seating in positions instead of ids: the groups, and who rests.
Indexed = tuple[Sequence[Sequence[int]], Sequence[int]]


@total_ordering
@dataclass(frozen=True, slots=True)
class Score:
    """How good a plan is; a greater score is a better plan. Compare only scores of the same problem."""

    over_cap: int
    """Meetings of pairs who have then met more often than the cap allows. Fewer is better."""
    distinct: int
    """New pairs."""
    worst: int
    """New people met by the worst-off person."""
    unevenness: int
    """Sum over pairs of t(t-1)/2 for t meetings, past ones included. Less is better."""
    spread: int
    """Greatest difference in smaller rooms, plus greatest difference in rests. Less is better."""

    def _rank(self) -> tuple[int, ...]:
        # A spread of one is fair; more is worse than a few repeats falling on the same pair.
        return (
            -self.over_cap,
            self.distinct,
            self.worst,
            -max(self.spread, 1),
            -self.unevenness,
            -self.spread,
        )

    def __lt__(self, other: Score) -> bool:
        return self._rank() < other._rank()


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a screen needs to say how good a plan is."""

    meetings: int
    """Pairs sitting together, summed over rounds."""
    distinct: int
    """Pairs that meet for the first time."""
    repeats: int
    """Meetings of pairs that had met before: `meetings - distinct`."""
    possible: int
    """Pairs that may still meet for the first time, whatever the number of rounds."""
    met_mean: float
    """New people met per person, on average."""
    met_min: int
    met_max: int
    met_possible: float
    """The bound on `met_mean`."""
    max_meetings: int
    """How often the pair that meets most often meets in this plan."""
    small_min: int
    """Rounds in a smaller room, past ones included: the luckiest and the unluckiest person."""
    small_max: int
    rest_min: int
    """Rounds resting, past ones included."""
    rest_max: int
    smallest_room: int
    """0 when there is no room at all."""


@dataclass(frozen=True, slots=True)
class _Tally:
    meetings: dict[int, int]  # pair key a * n + b with a < b, to meetings in the plan
    small: list[int]
    rests: list[int]


class Yardstick:
    """Measures many plans of one problem; the work that depends only on the problem is done once.

    A measure costs O(people * rounds * room size).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.position = {person: i for i, person in enumerate(problem.ids)}
        self.bound, self.bound_name = bound(problem)
        self.cap = most_meetings(problem) + 1
        self.past = self._keyed((a, b, times) for a, b, times in problem.history.meetings)
        self.small = self._listed(problem.history.small)
        self.rests = self._listed(problem.history.rests)

    def indexed(self, plan: Plan) -> list[Indexed]:
        """The plan in positions. KeyError for someone who is not in the problem."""
        position = self.position
        return [
            (
                [[position[who] for who in group] for group in seating.groups],
                [position[who] for who in seating.resting],
            )
            for seating in plan.seatings
        ]

    def score(self, seatings: Iterable[Indexed]) -> Score:
        """The score of a plan given in positions."""
        tally, past = self._tally(seatings), self.past
        met = [0] * len(self.position)
        over = distinct = unevenness = 0
        for key, times in tally.meetings.items():
            before = past.get(key, 0)
            if before == 0:
                distinct += 1
                a, b = divmod(key, len(met))
                met[a] += 1
                met[b] += 1
            if times + before > 1:
                over += min(times, max(0, before + times - self.cap))
                unevenness += times * before + times * (times - 1) // 2
        spread = _spread(tally.small) + _spread(tally.rests)
        return Score(over, distinct, min(met, default=0), unevenness, spread)

    def met(self, seatings: Iterable[Indexed]) -> list[int]:
        """New people met, per position."""
        met = [0] * len(self.position)
        for key in self._tally(seatings).meetings:
            if key not in self.past:
                a, b = divmod(key, len(met))
                met[a] += 1
                met[b] += 1
        return met

    def numbers(self, seatings: Sequence[Indexed]) -> Numbers:
        """The numbers of a plan given in positions."""
        tally, met = self._tally(seatings), self.met(seatings)
        meetings, distinct = sum(tally.meetings.values()), sum(met) // 2
        people = max(len(met), 1)
        return Numbers(
            meetings=meetings,
            distinct=distinct,
            repeats=meetings - distinct,
            possible=sum(people_left(self.problem)) // 2,
            met_mean=2 * distinct / people,
            met_min=min(met, default=0),
            met_max=max(met, default=0),
            met_possible=2 * self.bound / people,
            max_meetings=max(tally.meetings.values(), default=0),
            small_min=min(tally.small, default=0),
            small_max=max(tally.small, default=0),
            rest_min=min(tally.rests, default=0),
            rest_max=max(tally.rests, default=0),
            smallest_room=min((len(group) for groups, _ in seatings for group in groups), default=0),
        )

    def certificate(self, distinct: int) -> Certificate:
        """What a plan with that many new pairs may claim."""
        gap = self.bound - distinct
        return Certificate(distinct, self.bound, self.bound_name, optimal=gap == 0, gap=gap)

    def _tally(self, seatings: Iterable[Indexed]) -> _Tally:
        n = len(self.position)
        meetings: dict[int, int] = {}
        small, rests = list(self.small), list(self.rests)
        for groups, resting in seatings:
            largest = max(map(len, groups), default=0)
            for group in groups:
                members = sorted(group)
                for i, a in enumerate(members):
                    row = a * n
                    for b in members[i + 1 :]:
                        meetings[row + b] = meetings.get(row + b, 0) + 1
                if len(members) < largest:
                    for a in members:
                        small[a] += 1
            for a in resting:
                rests[a] += 1
        return _Tally(meetings, small, rests)

    def _keyed(self, entries: Iterable[tuple[PersonId, PersonId, int]]) -> dict[int, int]:
        n, position = len(self.position), self.position
        keyed: dict[int, int] = {}
        for a, b, times in entries:
            if a in position and b in position:
                low, high = sorted((position[a], position[b]))
                keyed[low * n + high] = times
        return keyed

    def _listed(self, entries: Iterable[tuple[PersonId, int]]) -> list[int]:
        listed = [0] * len(self.position)
        for person, times in entries:
            if person in self.position:
                listed[self.position[person]] = times
        return listed


def score(problem: Problem, plan: Plan) -> Score:
    """How good the plan is. Says nothing about validity: that is `rotation.check`."""
    yardstick = Yardstick(problem)
    return yardstick.score(yardstick.indexed(plan))


def numbers(problem: Problem, plan: Plan) -> Numbers:
    """The numbers that tell people how good the plan is."""
    yardstick = Yardstick(problem)
    return yardstick.numbers(yardstick.indexed(plan))


def certify(problem: Problem, plan: Plan) -> Certificate:
    """What can be proved about a plan that passes `rotation.check`."""
    yardstick = Yardstick(problem)
    return yardstick.certificate(yardstick.score(yardstick.indexed(plan)).distinct)


def _spread(counts: Sequence[int]) -> int:
    return max(counts, default=0) - min(counts, default=0)

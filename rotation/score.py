"""What is optimised, in order of importance, and the numbers that a screen shows.

Soft rules and wishes come first: they are kept wherever a plan is found that does. Profile *even*: nobody
together more often than one above the unavoidable maximum; then the most new pairs; then the worst-off
person; then smaller rooms and benches spread evenly, up to a difference of one; then repeats spread evenly.
Profile *reach* lets pairs meet as often as that brings new pairs. Whoever is kept together is no repeat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import total_ordering
from itertools import combinations

from rotation.bounds import bound, most_meetings, outlook
from rotation.copies import drop_copies, without_copies
from rotation.model import Pair, PersonId, Problem, kept_apart
from rotation.plan import Certificate, Plan
from rotation.tally import Book

_NO_CAP = 1 << 30

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
    broken: int = 0
    """Times a soft rule is broken; a wish that is not met is one. Fewer is better."""

    def _rank(self) -> tuple[int, ...]:
        # A spread of one is fair; more is worse than a few repeats falling on the same pair.
        return (
            -self.broken,
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


class Yardstick:
    """Measures many plans of one problem; the work that depends only on the problem is done once.

    A measure costs O(people * rounds * room size).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.position = {person: i for i, person in enumerate(problem.ids)}
        self.outlook = outlook(problem)
        self.bound, self.bound_name = bound(problem, self.outlook)
        self.cap = most_meetings(problem, self.outlook) + 1 if problem.profile == "even" else _NO_CAP
        self.past = self.outlook.past
        rules = problem.rules
        united = set(self._keys(both for group in rules.together for both in combinations(group, 2)))
        self._book = Book(len(self.position), self.past, united, self.cap)
        self._soft_apart = self._keys(kept_apart(problem, soft=True))
        self._wishes = self._keys(rules.meet if "meet" in rules.soft else ())
        self._roaming = _roaming(problem) if rules.rooms_differ and "rooms_differ" in rules.soft else []
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
        seatings = list(seatings)
        tally = self._book.tally(groups for groups, _ in seatings)
        spread = _spread(self._smaller(seatings)) + _spread(self._resting(seatings))
        return Score(
            tally.over_cap,
            tally.distinct,
            min(tally.met, default=0),
            tally.unevenness,
            spread,
            self._broken(seatings),
        )

    def _broken(self, seatings: Sequence[Indexed]) -> int:
        """How often the soft rules about pairs and rooms are broken."""
        rules, n = self.problem.rules, len(self.position)
        limit = rules.at_most if "at_most" in rules.soft else 0
        broken = 0
        if self._soft_apart or self._wishes or limit:
            times_met = Counter(
                a * n + b
                for groups, _ in seatings
                for group in groups
                for a, b in combinations(sorted(group), 2)
            )
            broken += sum(times_met[key] for key in self._soft_apart)
            broken += sum(key not in times_met for key in self._wishes)
            if limit:
                past = self.past
                broken += sum(
                    min(times, max(0, past.get(key, 0) + times - limit)) for key, times in times_met.items()
                )
        if self._roaming:
            been = Counter(
                (person, room)
                for groups, _ in seatings
                for room, group in enumerate(groups)
                for person in group
                if self._roaming[person]
            )
            broken += sum(times - 1 for times in been.values())
        return broken

    def met(self, seatings: Iterable[Indexed]) -> Sequence[int]:
        """New people met, per position."""
        return self._book.tally(groups for groups, _ in seatings).met

    def numbers(self, seatings: Sequence[Indexed]) -> Numbers:
        """The numbers of a plan given in positions."""
        tally = self._book.tally(groups for groups, _ in seatings)
        met, small, rests = tally.met, self._smaller(seatings), self._resting(seatings)
        people = max(len(met), 1)
        return Numbers(
            meetings=tally.meetings,
            distinct=tally.distinct,
            repeats=tally.meetings - tally.distinct,
            possible=sum(self.outlook.left) // 2,
            met_mean=2 * tally.distinct / people,
            met_min=min(met, default=0),
            met_max=max(met, default=0),
            met_possible=2 * self.bound / people,
            max_meetings=tally.most,
            small_min=min(small, default=0),
            small_max=max(small, default=0),
            rest_min=min(rests, default=0),
            rest_max=max(rests, default=0),
            smallest_room=min((len(group) for groups, _ in seatings for group in groups), default=0),
        )

    def certificate(self, distinct: int) -> Certificate:
        """What a plan with that many new pairs may claim."""
        gap = self.bound - distinct
        return Certificate(distinct, self.bound, self.bound_name, optimal=gap == 0, gap=gap)

    def _smaller(self, seatings: Iterable[Indexed]) -> list[int]:
        """Rounds in a smaller room, past ones included, per position."""
        small = list(self.small)
        for groups, _ in seatings:
            sizes = list(map(len, groups))
            largest = max(sizes, default=0)
            for group in groups if min(sizes, default=0) < largest else ():
                if len(group) < largest:
                    for person in group:
                        small[person] += 1
        return small

    def _resting(self, seatings: Iterable[Indexed]) -> list[int]:
        """Rests, past ones included, per position."""
        rests = list(self.rests)
        for _, resting in seatings:
            for person in resting:
                rests[person] += 1
        return rests

    def _keys(self, pairs: Iterable[Pair]) -> list[int]:
        n, position = len(self.position), self.position
        here = [(position[a], position[b]) for a, b in pairs if a in position and b in position]
        return sorted({min(both) * n + max(both) for both in here})

    def _listed(self, entries: Iterable[tuple[PersonId, int]]) -> list[int]:
        listed = [0] * len(self.position)
        for person, times in entries:
            if person in self.position:
                listed[self.position[person]] = times
        return listed


def score(problem: Problem, plan: Plan) -> Score:
    """How good the plan is. Says nothing about validity: that is `rotation.check`.

    Rounds that repeat another count once.
    """
    yardstick = Yardstick(without_copies(problem))
    return yardstick.score(yardstick.indexed(drop_copies(problem, plan)))


def numbers(problem: Problem, plan: Plan) -> Numbers:
    """The numbers that tell people how good the plan is."""
    yardstick = Yardstick(problem)
    return yardstick.numbers(yardstick.indexed(plan))


def certify(problem: Problem, plan: Plan) -> Certificate:
    """What can be proved about a plan that passes `rotation.check`."""
    yardstick = Yardstick(without_copies(problem))
    return yardstick.certificate(yardstick.score(yardstick.indexed(drop_copies(problem, plan))).distinct)


def _roaming(problem: Problem) -> list[bool]:
    """For each person whether being in a room twice matters."""
    rules = problem.rules
    settled = {who for who, _ in rules.hosts} | rules.stays | {who for who, _, _ in rules.pins}
    return [who not in settled for who in problem.ids]


def _spread(counts: Sequence[int]) -> int:
    return max(counts, default=0) - min(counts, default=0)

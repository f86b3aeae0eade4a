"""One problem while it is being planned: people as positions, and the best plan so far."""

from __future__ import annotations

from dataclasses import dataclass

from rotation.bounds import least_unevenness, per_person
from rotation.chance import Chance
from rotation.costs import costs, kinds
from rotation.model import Problem
from rotation.plan import Certificate, Plan, Seating
from rotation.score import Score, Yardstick

# Everyone's places in positions: for each round its rooms and, last, who rests.
Rounds = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what is known about it. `moves`: search steps spent until it was found."""

    plan: Plan
    certificate: Certificate
    score: Score
    moves: int
    strategy: str


class Task:
    """One problem being planned, and the best plan so far."""

    def __init__(self, problem: Problem, seed: int, gentle: bool = False) -> None:
        """`gentle`: begin by changing little, since people know the plan that is started from."""
        self.problem, self.gentle = problem, gentle
        self.people = len(problem.people)
        self.chance = Chance(seed)
        self.yardstick = Yardstick(problem)
        self.costs = costs(self.yardstick)
        self.kinds = [kinds(sizes) for sizes in problem.rounds]
        self.moves = 0
        self.best: Planned | None = None
        self.rounds: Rounds = []
        """The places of `best`."""
        self._most_for_worst = per_person(problem)
        self._least_unevenness = least_unevenness(problem)
        position = self.yardstick.position
        self._apart = [
            (position[a], position[b]) for a, b in problem.rules.apart if a in position and b in position
        ]

    @property
    def nothing_left(self) -> bool:
        """The best plan is as good as the bounds allow in every respect."""
        return self.best is not None and (
            self.best.certificate.optimal
            and self.best.score.over_cap == 0
            and self.best.score.worst == self._most_for_worst
            and self.best.score.spread <= 1
            and self.best.score.unevenness == self._least_unevenness
        )

    @property
    def worst_off(self) -> list[int]:
        """Those who meet the fewest new people in the best plan."""
        met = self.yardstick.met((rooms[:-1], rooms[-1]) for rooms in self.rounds)
        fewest = min(met, default=0)
        return [person for person, count in enumerate(met) if count == fewest]

    def offer(self, rounds: Rounds, strategy: str) -> None:
        """Take these places as the best plan if they are better and keep the rules."""
        kept = self._keeps_rules(rounds)
        if self.best is None:
            # Even a plan that breaks a rule is a place to search from.
            self.rounds = rounds
        if not kept:
            return
        score = self.yardstick.score((rooms[:-1], rooms[-1]) for rooms in rounds)
        if self.best is None or score > self.best.score:
            self.rounds = rounds
            certificate = self.yardstick.certificate(score.distinct)
            self.best = Planned(self._plan(rounds), certificate, score, self.moves, strategy)

    def _plan(self, rounds: Rounds) -> Plan:
        ids = self.problem.ids
        return Plan(
            tuple(
                Seating(
                    tuple(tuple(ids[p] for p in room) for room in rooms[:-1]),
                    tuple(ids[p] for p in rooms[-1]),
                )
                for rooms in rounds
            )
        )

    def _keeps_rules(self, rounds: Rounds) -> bool:
        if not self._apart:
            return True
        for rooms in rounds:
            room_of = {p: number for number, room in enumerate(rooms[:-1]) for p in room}
            if any(a in room_of and room_of[a] == room_of.get(b) for a, b in self._apart):
                return False
        return True

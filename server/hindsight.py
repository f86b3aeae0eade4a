"""How well a plan could have done that knew beforehand who would be there in which round.

A yardstick for rehearsals, not a planner: everyone's presence is given round by round, and a plain Metropolis
search over swaps within rounds looks for the most distinct pairs. It knows more than any live plan can.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations

from rotation import sizes

TRIES = 2_000  # for each seat: beyond a tenth of it, hardly anything changes any more
TEMPERATURE = 0.25  # of one pair

Rooms = list[list[int]]


def room_sizes(present: Sequence[AbstractSet[str]], size: int) -> list[tuple[int, ...]]:
    """The rooms of each round for those who were there."""
    return [sizes(len(people), size) for people in present]


def bound(present: Sequence[AbstractSet[str]], rounds: Sequence[Sequence[int]]) -> int:
    """No plan makes more distinct pairs of these people in rooms of these sizes; as in `rotation.bounds`."""
    per_round = sum(room * (room - 1) // 2 for rooms in rounds for room in rooms)
    could_meet = {pair for people in present for pair in combinations(sorted(people), 2)}
    per_person = sum(
        min(
            sum(1 for pair in could_meet if person in pair),
            sum(
                max(rooms) - 1
                for people, rooms in zip(present, rounds, strict=True)
                if person in people and rooms
            ),
        )
        for person in frozenset[str]().union(*present)
    )
    return min(per_round, len(could_meet), per_person // 2)


def most_pairs(present: Sequence[AbstractSet[str]], size: int, seed: int) -> int:
    """The most distinct pairs that the search finds; stops early at the bound."""
    search = _Search(present, size, random.Random(seed))
    search.run(TRIES * sum(map(len, present)), bound(present, room_sizes(present, size)))
    return search.best


class _Search:
    def __init__(self, present: Sequence[AbstractSet[str]], size: int, chance: random.Random) -> None:
        self._chance = chance
        number = {person: place for place, person in enumerate(sorted(frozenset[str]().union(*present)))}
        self._rounds: list[Rooms] = []
        for people, wanted in zip(present, room_sizes(present, size), strict=True):
            order = [number[person] for person in sorted(people)]
            chance.shuffle(order)
            seats = iter(order)
            self._rounds.append([[next(seats) for _ in range(seated)] for seated in wanted])
        self._rounds.sort(key=lambda rooms: len(rooms) < 2)
        self._free = sum(
            1 for rooms in self._rounds if len(rooms) > 1
        )  # rounds in which a swap changes anything
        self._times = [[0] * len(number) for _ in number]
        for rooms in self._rounds:
            for room in rooms:
                for a, b in combinations(room, 2):
                    self._times[a][b] += 1
                    self._times[b][a] += 1
        self.distinct = sum(1 for a, b in combinations(range(len(number)), 2) if self._times[a][b])
        self.best = self.distinct

    def run(self, tries: int, enough: int) -> None:
        if not self._free:
            return
        pick, chance = self._chance.randrange, self._chance.random
        for _ in range(tries):
            if self.best >= enough:
                return
            rooms = self._rounds[pick(self._free)]
            here, there = rooms[pick(len(rooms))], rooms[pick(len(rooms))]
            if here is there:
                continue
            i, j = pick(len(here)), pick(len(there))
            gain = self._gain(here, i, there, j)
            if gain >= 0 or chance() < math.exp(gain / TEMPERATURE):
                self._swap(here, i, there, j)
                self.distinct += gain
                self.best = max(self.best, self.distinct)

    def _gain(self, here: list[int], i: int, there: list[int], j: int) -> int:
        """Distinct pairs won by swapping two people of one round."""
        p, q = here[i], there[j]
        of_p, of_q = self._times[p], self._times[q]
        gain = 0
        for m in here:
            if m != p:
                gain += (of_q[m] == 0) - (of_p[m] == 1)
        for m in there:
            if m != q:
                gain += (of_p[m] == 0) - (of_q[m] == 1)
        return gain

    def _swap(self, here: list[int], i: int, there: list[int], j: int) -> None:
        p, q = here[i], there[j]
        for leaver, comer, room in ((p, q, here), (q, p, there)):
            for m in room:
                if m != leaver:
                    self._change(leaver, m, -1)
                    self._change(comer, m, +1)
        here[i], there[j] = q, p

    def _change(self, a: int, b: int, by: int) -> None:
        self._times[a][b] += by
        self._times[b][a] += by

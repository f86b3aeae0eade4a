"""A first plan at once: everyone in turn takes the open room that costs least, then the worst places are
mended.

Works for any number of people; near perfect when the rounds leave most people unmet, as in large events.
`native/greedy.c` is the same in C: the same numbers drawn, the same plans, some fifteen times faster.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Collection, MutableSequence, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, islice, pairwise

from rotation.chance import Chance
from rotation.costs import LARGEST_ROOM, REST, RESTING, SMALL, SMALLER_ROOM, Costs, kinds
from rotation.native import library

# Open rooms looked at before taking the cheapest: more hardly helps, and costs time in large events.
_PROBES = 12
# Swaps tried for someone who costs something where they are, and in a whole plan: in a tight event everyone
# does, and that is for a search to mend.
_MENDING_TRIES = 60
_TRIES_EACH, _TRIES_ALWAYS = 100, 5_000

Rooms = Sequence[Sequence[int]]
Place = tuple[int, int]
"""A room, the last being the bench, and a place in it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Who has a place already in the first rounds, as the compiled half takes it: how many in each room of
    each round, and who, one room after the other."""

    rounds: int
    many: array[int]
    people: array[int]

    @classmethod
    def of(cls, rounds: Sequence[Sequence[int]], kept: Sequence[Rooms]) -> Kept:
        """The same from rooms of people, for rounds of the given sizes."""
        rooms = [room for sizes, rooms in zip(rounds, kept, strict=False) for room in rooms[: len(sizes)]]
        return cls(len(kept), array("i", map(len, rooms)), array("i", list(chain.from_iterable(rooms))))


def arrange(
    people: int,
    rounds: Sequence[Sequence[int]],
    costs: Costs,
    chance: Chance,
    kept: Sequence[Rooms] = (),
    present: Sequence[Collection[int]] = (),
    native: bool = True,
) -> list[list[list[int]]]:
    """Rooms and, last, who rests, for rounds of the given sizes.

    `kept`: for the first rounds, who has a place in each room already; rooms may be short. The others are
    seated around them, and they themselves move only where that mends something, in the first round last.
    `present`: who is there in each round, when not everyone always is. No other rule but those that are costs
    is kept. The same chance gives the same plan with the compiled half and without (`native=False`).

    O(rounds * people * (room size + people met)); in plain Python the memory is people squared.
    """
    compiled = library() if native else None
    if compiled is not None:
        return arrange_compiled(compiled, people, rounds, costs, chance, Kept.of(rounds, kept), present)
    plan: list[list[list[int]]] = [
        [list(room) for room in kept[number][: len(sizes)]] if number < len(kept) else [[] for _ in sizes]
        for number, sizes in enumerate(rounds)
    ]
    hall = _Hall(people, rounds, costs, chance, present)
    for number in range(len(kept)):
        hall.keep(number, plan[number])
    for number, rooms in enumerate(plan):
        hall.mend(number, rooms, hall.fill(number, rooms))
    for number in reversed(range(len(kept))):
        hall.mend(number, plan[number], _places(plan[number]))
    return plan


class _Hall:
    """The people of a plan that is being made, in plain Python."""

    def __init__(
        self,
        people: int,
        rounds: Sequence[Sequence[int]],
        costs: Costs,
        chance: Chance,
        present: Sequence[Collection[int]],
    ) -> None:
        self.chance, self.rounds = chance, rounds
        self.there = present or [range(people)] * len(rounds)
        self.kinds = [kinds(sizes) for sizes in rounds]
        self.once_more, self.once_less = list(costs.once_more), list(costs.once_less)
        self.small, self.rests = list(costs.small), list(costs.rests)
        self.states = _states_before(people, costs)
        self.tries_left = _TRIES_EACH * people + _TRIES_ALWAYS
        self.cost = 0
        """Of all meetings, without those that earn something."""
        smaller = sum(sum(sizes) - max(sizes) * sizes.count(max(sizes)) for sizes in rounds if sizes)
        resting = sum(len(there) - sum(sizes) for there, sizes in zip(self.there, rounds, strict=True))
        # Nobody needs to have more smaller rooms, or rests, than this.
        self.most_small = -(-(smaller + sum(self.small)) // max(people, 1))
        self.most_rests = -(-(resting + sum(self.rests)) // max(people, 1))

    def keep(self, number: int, rooms: Rooms) -> None:
        """Count the meetings of those who have a place."""
        for kind, mates in zip(self.kinds[number], rooms, strict=False):
            for i, person in enumerate(mates):
                self._meet(person, mates[:i])
                self._count(person, kind, 1)

    def fill(self, number: int, rooms: list[list[int]]) -> list[Place]:
        """Seat those who have no place, those first who rested most, and add the bench. Returns the places
        that were taken.
        """
        sizes, kind = self.rounds[number], self.kinds[number]
        before = [len(mates) for mates in rooms]
        seated = {person for mates in rooms for person in mates}
        waiting = [person for person in sorted(self.there[number]) if person not in seated]
        self.chance.shuffle(waiting)
        # The sorts keep the random order among equals.
        waiting.sort(key=lambda person: -self.rests[person])
        free = sum(sizes) - len(seated)
        # Smaller rooms are for those who had the fewest.
        turn = iter(sorted(waiting[:free], key=lambda person: self.small[person]))
        for of_kind in (SMALLER_ROOM, LARGEST_ROOM):
            # Neighbours in the list are different rooms.
            open_rooms = [
                room
                for filled in range(max(sizes, default=0))
                for room, size in enumerate(sizes)
                if len(rooms[room]) <= filled < size and kind[room] == of_kind
            ]
            for person in islice(turn, len(open_rooms)):
                room = self._cheapest(person, rooms, open_rooms)
                self._meet(person, rooms[room])
                self._count(person, of_kind, 1)
                rooms[room].append(person)
        rooms.append(waiting[free:])
        for person in rooms[-1]:
            self._count(person, RESTING, 1)
        return _places(rooms, before)

    def mend(self, number: int, rooms: list[list[int]], places: Sequence[Place]) -> None:
        """Among those at some places, whoever costs something or has more than a share of smaller rooms or
        rests changes with anyone with whom that helps.
        """
        for here, place in places:
            self._mend_place(self.kinds[number], rooms, here, place, places)

    def _cheapest(self, person: int, rooms: Rooms, open_rooms: list[int]) -> int:
        """The cheapest of a few open rooms, which then has one place less."""
        row, once_more = self.states[person], self.once_more
        count = len(open_rooms)
        first = self.chance.below(count)
        cheapest = chosen = -1
        for slot in range(first, first + min(_PROBES, count)):
            slot = slot if slot < count else slot - count
            price = 0
            for mate in rooms[open_rooms[slot]]:
                price += once_more[row[mate]]
            if chosen < 0 or price < cheapest:
                cheapest, chosen = price, slot
                if price <= 0:
                    break
        open_rooms[chosen], open_rooms[-1] = open_rooms[-1], open_rooms[chosen]
        return open_rooms.pop()

    def _mend_place(
        self, kind: Sequence[int], rooms: list[list[int]], here: int, place: int, places: Sequence[Place]
    ) -> None:
        company, of_here = rooms[here], kind[here]
        p = company[place]
        unfair = (of_here == SMALLER_ROOM and self.small[p] > self.most_small) or (
            of_here == RESTING and self.rests[p] > self.most_rests
        )
        if not (unfair or self.cost) or self.tries_left <= 0:
            return
        more, less, row_p = self.once_more, self.once_less, self.states[p]
        saved = 0 if of_here == RESTING else sum([less[row_p[m]] for m in company])
        for tried in range(_MENDING_TRIES if unfair or saved > 0 else 0):
            self.tries_left -= 1
            there, other_place = places[self.chance.below(len(places))]
            others, of_there = rooms[there], kind[there]
            # Another kind of room would undo what is fair: only when nothing else helps.
            if there == here or (of_here != of_there and not unfair and tried < _MENDING_TRIES // 2):
                continue
            q = others[other_place]
            row_q = self.states[q]
            price = -saved
            if of_here != RESTING:
                price += sum([more[row_q[m]] for m in company if m != p])
            if of_there != RESTING:
                price += sum([more[row_p[m]] - less[row_q[m]] for m in others if m != q])
            if of_here != of_there:
                price += self._fairness(p, of_here, -1) + self._fairness(p, of_there, 1)
                price += self._fairness(q, of_there, -1) + self._fairness(q, of_here, 1)
            if price < 0:
                self._go(p, q, company, of_here)
                self._go(q, p, others, of_there)
                company[place], others[other_place] = q, p
                return

    def _go(self, leaves: int, enters: int, mates: Sequence[int], kind: int) -> None:
        """Someone leaves a room to another person."""
        for mate in mates if kind != RESTING else ():
            if mate != leaves:
                state = self.states[leaves][mate] - 1
                self.states[leaves][mate] = self.states[mate][leaves] = state
                self.cost -= max(self.once_more[state], 0)
                self._meet(enters, (mate,))
        self._count(leaves, kind, -1)
        self._count(enters, kind, 1)

    def _fairness(self, person: int, kind: int, step: int) -> int:
        """What leaving a kind of room (-1) or entering it (1) costs, as in the search."""
        if kind == SMALLER_ROOM:
            return SMALL * (2 * step * self.small[person] + 1)
        return REST * (2 * step * self.rests[person] + 1) if kind == RESTING else 0

    def _meet(self, person: int, mates: Sequence[int]) -> None:
        row, once_more = self.states[person], self.once_more
        for mate in mates:
            state = row[mate]
            if once_more[state] > 0:
                self.cost += once_more[state]
            row[mate] = self.states[mate][person] = state + 1

    def _count(self, person: int, kind: int, step: int) -> None:
        if kind == SMALLER_ROOM:
            self.small[person] += step
        elif kind == RESTING:
            self.rests[person] += step


def _places(rooms: Rooms, before: Sequence[int] = ()) -> list[Place]:
    """All places, or in each room those that are taken since it had so many people."""
    since = [*before, *[0] * (len(rooms) - len(before))]
    return [(room, place) for room, mates in enumerate(rooms) for place in range(since[room], len(mates))]


def _states_before(people: int, costs: Costs) -> Sequence[MutableSequence[int]]:
    """The state of every pair before the first round."""
    # Bytes keep 5,000 people within 25 MB; many rules or a long history need larger numbers.
    states: Sequence[MutableSequence[int]] = (
        [bytearray(people) for _ in range(people)]
        if len(costs.once_more) <= 256
        else [array("i", bytes(4 * people)) for _ in range(people)]
    )
    for a, b, state in costs.starts():
        states[a][b] = states[b][a] = state
    return states


def arrange_compiled(
    compiled: ctypes.CDLL,
    people: int,
    rounds: Sequence[Sequence[int]],
    costs: Costs,
    chance: Chance,
    kept: Kept,
    present: Sequence[Collection[int]],
) -> list[list[list[int]]]:
    """The same in C: the places of all rooms of all rounds in a row, each round's with room for everyone."""
    there = array("B", bytes(people * len(rounds) if present else 0))
    for number, of_round in enumerate(present):
        for person in of_round:
            there[number * people + person] = 1
    places, drawn = array("i", bytes(4 * people * len(rounds))), array("Q", [chance.state])
    given: Sequence[array[int]] = (
        array("i", map(len, rounds)),
        array("i", list(chain.from_iterable(rounds))),
        kept.many,
        kept.people,
        places,
        there,
        array("i", costs.once_more),
        array("i", costs.once_less),
        array("q", costs.start),
        array("i", costs.start.values()),
        array("i", [*costs.small, *costs.rests]),
        drawn,
    )
    addresses = [ctypes.c_void_p(each.buffer_info()[0] if each else None) for each in given]
    if compiled.intermingle_arrange(people, len(rounds), kept.rounds, len(costs.start), *addresses):
        raise MemoryError
    chance.state = drawn[0]
    filled: list[list[list[int]]] = []
    for number, sizes in enumerate(rounds):
        row = places[number * people : (number + 1) * people].tolist()
        seated = [row[start:end] for start, end in pairwise(accumulate(sizes, initial=0))]
        filled.append([*seated, row[sum(sizes) : len(present[number]) if present else people]])
    return filled

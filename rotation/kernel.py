"""The inner loop: swap two people of one round, keep the swap if it is good, or sometimes although it is bad.

A Metropolis search at a constant low temperature (Metropolis et al., J. Chem. Phys. 21, 1953) over the seats
of all rounds. Someone who repeats a meeting is picked, then tried against the people of the other rooms of
that round until a swap is accepted. Costs are whole numbers, acceptance thresholds come from a table and
chance from `rotation.chance`, so any other implementation of this file gives the same plans.

Few tries are accepted (about one in 200 in a tight problem), so a try has to be cheap: what a person would
cost in each room of each round (`join`) and saves by leaving their own (`leave`) is kept up to date, and a
try is three look-ups whatever the room size. An accepted swap costs O(people + room size * rounds).

Under a symmetry (`Orbits`) the rounds are base rounds, to be turned later, and it is classes of pairs that
meet.

Memory is O(people^2 + people * rooms * rounds): up to about 1,500 people.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rotation.chance import INCREMENT, MASK, MULTIPLIER, Chance
from rotation.costs import LARGEST_ROOM, REPEAT, REST, RESTING, SMALL, SMALLER_ROOM, Costs

# One round: the people of each room and, last, those who rest.
Rooms = Sequence[Sequence[int]]

_THRESHOLDS = 4096
# Rooms tried for a picked person before another one is picked: all rooms in small problems, a few in large.
_ROOMS_TRIED = 12
# A room that costs the newcomer this much more than leaving saves is passed over without trying its people.
_HOPELESS = 3 * REPEAT


@dataclass(frozen=True, slots=True)
class Orbits:
    """Pairs that become one another when a round is turned. `of[p][m]` is the class of a pair, `pairs[class]`
    its pairs, `start[class]` the state in which it begins.
    """

    of: Sequence[Sequence[int]]
    pairs: Sequence[Sequence[tuple[int, int]]]
    start: Sequence[int]


class Search:
    """A plan being improved. `run` searches on; `best` is the cheapest plan seen, `best_cost` its cost.

    Costs are relative: 0 is the cost of the plan the search started from.
    """

    def __init__(
        self,
        rounds: Sequence[Rooms],
        kinds: Sequence[Sequence[int]],
        costs: Costs,
        seed: int,
        orbits: Orbits | None = None,
    ) -> None:
        """`kinds[r][room]` says what sort of room it is (`rotation.costs.kinds`)."""
        self.people = len(costs.small)
        self.tries = self.swaps = 0
        rooms = max((len(room) for seat in rounds for room in seat[:-1]), default=0)
        # Measured: a try takes about half a microsecond.
        turned = self.people // 4 if orbits else 1
        self._swap_worth = 40 + self.people // 2 + 2 * rooms * len(rounds) * turned
        self._state = Chance(seed).state
        self._kinds = [list(of_round) for of_round in kinds]
        self.costs, self.orbits = costs, orbits
        self._once_more, self._once_less = list(costs.once_more), list(costs.once_less)
        self._thresholds: dict[int, list[int]] = {}
        self._uneven = any(
            kind != LARGEST_ROOM and room
            for of_round, rooms in zip(kinds, rounds, strict=True)
            for kind, room in zip(of_round, rooms, strict=True)
        )
        self.restart(rounds)

    def restart(self, rounds: Sequence[Rooms], tender: Collection[int] = (), fairness: int = 1) -> None:
        """Go on from another plan; costs are relative to it from now on.

        Repeats of the `tender` people cost half as much again; smaller rooms weigh `fairness` times as much.
        """
        self._small = SMALL * fairness
        self.cost = self.best_cost = 0
        self._seats = [[list(room) for room in rooms] for rooms in rounds]
        self._best = self._copy()
        self._room_of = [_room_of(rooms, self.people) for rooms in rounds]
        self._set_states(tender)
        self._set_sums()
        self._set_fairness()
        self._conflicts = [
            r * self.people + p for r, saved in enumerate(self._leave) for p, gain in enumerate(saved) if gain
        ]
        self._in_conflict = bytearray(len(rounds) * self.people)
        for code in self._conflicts:
            self._in_conflict[code] = 1

    @property
    def best(self) -> list[list[list[int]]]:
        """The cheapest plan seen: for each round its rooms and, last, who rests."""
        return self._best

    @property
    def current(self) -> list[list[list[int]]]:
        """The plan as it is now."""
        return self._copy()

    @property
    def calm(self) -> bool:
        """In the current plan no meeting costs anything."""
        return not any(map(any, self._leave))

    def run(self, tries: int, temperature: int) -> None:
        """Search for about that many tries; an accepted swap counts as the many tries it costs.

        `temperature` is in hundredths of one repeat.
        """
        warm = self._table(temperature)
        # Whoever is picked at random, for the sake of fair rooms, moves only if that is better: people
        # should not change places for nothing. Not so when fairness is what is searched for.
        strict = [-1] * len(warm) if self._small == SMALL else warm
        n, uneven, orbits = self.people, self._uneven, self.orbits
        seats, room_of, join, leave, twice = self._seats, self._room_of, self._price, self._leave, self._twice
        kinds, enter, exit_ = self._kinds, self._enter, self._exit
        conflicts, in_conflict = self._conflicts, self._in_conflict
        slots, swap_worth = len(seats) * n, self._swap_worth
        state, cost, best_cost = self._state, self.cost, self.best_cost
        fresh = False  # the current plan is the best and has not been copied
        done = self.tries
        end = done + tries
        while done < end:
            state = (state * MULTIPLIER + INCREMENT) & MASK
            done += 2
            if conflicts and not (uneven and state & 0x70000 == 0):
                slot = ((state >> 44) * len(conflicts)) >> 20
                code = conflicts[slot]
                r = code // n
                p = code - r * n
                if not leave[r][p]:
                    in_conflict[code] = 0
                    last = conflicts.pop()
                    if last != code:
                        conflicts[slot] = last
                    continue
                thresholds = warm
            elif uneven:
                thresholds = strict
                r, p = divmod(((state >> 44) * slots) >> 20, n)
            else:
                break
            seat, to, saved, kind = seats[r], join[r], leave[r], kinds[r]
            here = room_of[r][p]
            to_here, twice_p, kind_here, own = to[here], twice[p], kind[here], saved[p]
            limit = own + _HOPELESS
            count = len(seat)
            there = ((state >> 32 & 4095) * count) >> 12
            t = state >> 20 & 4095
            for _ in range(count if count < _ROOMS_TRIED else _ROOMS_TRIED):
                there += 1
                if there >= count:
                    there = 0
                base = to[there][p]
                done += 1
                if there == here or base > limit:
                    continue
                base -= own
                kind_there = kind[there]
                delta = accepted = -1
                if kind_here == kind_there:
                    for q in seat[there]:
                        t += 1
                        delta = base + to_here[q] - saved[q] - twice_p[q]
                        if delta <= thresholds[t]:
                            accepted = q
                            break
                else:
                    base += enter[kind_there][p] - exit_[kind_here][p]
                    arriving, leaving = enter[kind_here], exit_[kind_there]
                    halved = kind_here == RESTING or kind_there == RESTING
                    for q in seat[there]:
                        t += 1
                        delta = base + to_here[q] - saved[q] + arriving[q] - leaving[q]
                        delta -= twice_p[q] >> 1 if halved else twice_p[q]
                        if delta <= thresholds[t]:
                            accepted = q
                            break
                done += len(seat[there])
                if accepted >= 0:
                    if orbits:
                        delta = self._true_delta(p, accepted, seat[here], seat[there])
                        if delta > thresholds[t]:
                            continue
                    if fresh and delta > 0:
                        self._best = self._copy()
                        fresh = False
                    self._swap(r, p, accepted, here, there)
                    end -= swap_worth
                    cost += delta
                    if cost < best_cost:
                        best_cost = cost
                        fresh = True
                    break
        if fresh:
            self._best = self._copy()
        self._state, self.cost, self.best_cost, self.tries = state, cost, best_cost, done

    def _swap(self, r: int, p: int, q: int, here: int, there: int) -> None:
        """Let p and q change places, and bring up to date all that depends on it."""
        self.swaps += 1
        seat, at, kind, join = self._seats[r], self._room_of[r], self._kinds[r], self._join[r]
        company, others = seat[here], seat[there]
        price_p, price_q = self._twice[p], self._twice[q]
        # `twice` holds doubled prices, so that the inner loop need not double them.
        if kind[here] != RESTING:
            join[here][:] = [
                cost + (b - a >> 1) for cost, a, b in zip(join[here], price_p, price_q, strict=True)
            ]
        if kind[there] != RESTING:
            join[there][:] = [
                cost + (a - b >> 1) for cost, a, b in zip(join[there], price_p, price_q, strict=True)
            ]
        company[company.index(p)] = q
        others[others.index(q)] = p
        at[p], at[q] = there, here
        meetings = []
        for mates, comes, goes, room in ((company, q, p, here), (others, p, q, there)):
            if kind[room] != RESTING:
                for m in mates:
                    if m != comes:
                        meetings.append((goes, m, -1))
                        meetings.append((comes, m, 1))
        self._reprice(
            self._meet(meetings) if self.orbits is None else self._meet_in_classes(self.orbits, meetings)
        )
        for mates, room in ((company, here), (others, there)):
            self._settle(r, mates, kind[room])
        if kind[here] != kind[there]:
            self._count(p, kind[here], kind[there])
            self._count(q, kind[there], kind[here])

    def _meet(self, meetings: Sequence[tuple[int, int, int]]) -> list[tuple[int, int, int, int]]:
        """Count meetings more (1) or less (-1) of two people: (a, b, state before, state after)."""
        states = self._states
        changes = []
        for a, b, step in meetings:
            before = states[a][b]
            states[a][b] = states[b][a] = before + step
            changes.append((a, b, before, before + step))
        return changes

    def _meet_in_classes(
        self, orbits: Orbits, meetings: Sequence[tuple[int, int, int]]
    ) -> list[tuple[int, int, int, int]]:
        """The same under a symmetry, where all pairs of a class meet when one does."""
        class_states, states = self._class_states, self._states
        was: dict[int, int] = {}
        for a, b, step in meetings:
            c = orbits.of[a][b]
            was.setdefault(c, class_states[c])
            class_states[c] += step
        changes = []
        for c, before in was.items():
            after = class_states[c]
            if after != before:
                for a, b in orbits.pairs[c]:
                    states[a][b] = states[b][a] = after
                    changes.append((a, b, before, after))
        return changes

    def _reprice(self, changes: Sequence[tuple[int, int, int, int]]) -> None:
        """Pairs have changed their states: so do the prices of sitting with each other, in all rounds."""
        once_more, once_less, twice = self._once_more, self._once_less, self._twice
        dearer = []
        for a, b, before, after in changes:
            more = once_more[after] - once_more[before]
            if more:
                twice[a][b] += 2 * more
                twice[b][a] += 2 * more
                dearer.append((a, b, more))
            if once_less[after] != once_less[before]:
                self._save(a, b, once_less[after] - once_less[before])
        for join, at in zip(self._join, self._room_of, strict=True):
            for a, b, more in dearer:
                join[at[b]][a] += more
                join[at[a]][b] += more

    def _save(self, p: int, m: int, less: int) -> None:
        """Leaving a room now saves that much more, wherever these two share one."""
        for r, at in enumerate(self._room_of):
            room = at[p]
            if room == at[m] and self._kinds[r][room] != RESTING:
                saved = self._leave[r]
                for a in (p, m):
                    saved[a] += less
                    code = r * self.people + a
                    if saved[a] and not self._in_conflict[code]:
                        self._in_conflict[code] = 1
                        self._conflicts.append(code)

    def _settle(self, r: int, mates: Sequence[int], kind: int) -> None:
        """What each of the people of one room would save by leaving it."""
        saved, once_less = self._leave[r], self._once_less
        for a in mates:
            states = self._states[a]
            gain = 0
            if kind != RESTING:
                for b in mates:
                    gain += once_less[states[b]]
            saved[a] = gain
            if gain and not self._in_conflict[r * self.people + a]:
                self._in_conflict[r * self.people + a] = 1
                self._conflicts.append(r * self.people + a)

    def _true_delta(self, p: int, q: int, company: Sequence[int], others: Sequence[int]) -> int:
        """What a swap costs when several of its pairs may be of one class."""
        assert self.orbits
        of, states = self.orbits.of, self._class_states
        moved: dict[int, int] = {}
        delta = 0
        for goes, comes, mates in ((p, q, company), (q, p, others)):
            for m in mates:
                if m != goes:
                    for c, step in ((of[goes][m], -1), (of[comes][m], 1)):
                        now = states[c] + moved.get(c, 0)
                        delta += self._once_more[now] if step > 0 else -self._once_less[now]
                        moved[c] = moved.get(c, 0) + step
        return delta

    def _count(self, person: int, before: int, after: int) -> None:
        """Someone has moved from one kind of room to another."""
        for kind, step in ((before, -1), (after, 1)):
            if kind != LARGEST_ROOM:
                weight = 2 * (self._small if kind == SMALLER_ROOM else REST) * step
                self._enter[kind][person] += weight
                self._exit[kind][person] += weight

    def _copy(self) -> list[list[list[int]]]:
        return [[room.copy() for room in rooms] for rooms in self._seats]

    def _table(self, temperature: int) -> list[int]:
        """Acceptance thresholds: -T ln(u) for evenly spread u, in a random order."""
        if temperature not in self._thresholds:
            scale = temperature * REPEAT / 100
            table = [int(-scale * math.log((u + 0.5) / _THRESHOLDS)) for u in range(_THRESHOLDS)]
            Chance(temperature).shuffle(table)
            self._thresholds[temperature] = table + [table[i % _THRESHOLDS] for i in range(self.people + 1)]
        return self._thresholds[temperature]

    def _set_states(self, tender: Collection[int]) -> None:
        """How often each pair meets in the current plan, on top of what came before."""
        n = self.people
        self._states = [[0] * n for _ in range(n)]
        if self.orbits is not None:
            self._set_class_states(self.orbits)
            return
        for (a, b), state in self.costs.start.items():
            self._states[a][b] = self._states[b][a] = state
        for a in sorted(tender):
            for b in range(n):
                if a != b and self._states[a][b] < self.costs.band:
                    self._states[a][b] += self.costs.band
                    self._states[b][a] += self.costs.band
        for seat in self._seats:
            for mates in seat[:-1]:
                for a in mates:
                    states = self._states[a]
                    for b in mates:
                        if a != b:
                            states[b] += 1

    def _set_class_states(self, orbits: Orbits) -> None:
        self._class_states = list(orbits.start)
        for seat in self._seats:
            for mates in seat[:-1]:
                for i, a in enumerate(mates):
                    for b in mates[:i]:
                        self._class_states[orbits.of[a][b]] += 1
        for c, pairs in enumerate(orbits.pairs):
            for a, b in pairs:
                self._states[a][b] = self._states[b][a] = self._class_states[c]

    def _set_sums(self) -> None:
        """The prices of joining every room, and what leaving one's own saves."""
        n, once_more, once_less = self.people, self._once_more, self._once_less
        self._twice = [[2 * once_more[state] for state in states] for states in self._states]
        dear = [[(b, price >> 1) for b, price in enumerate(prices) if price] for prices in self._twice]
        self._join: list[list[list[int]]] = []
        self._leave: list[list[int]] = []
        for seat in self._seats:
            join, saved = [[0] * n for _ in seat], [0] * n
            for mates, row in zip(seat[:-1], join, strict=False):
                for a in mates:
                    for b, price in dear[a]:
                        row[b] += price
                    states = self._states[a]
                    saved[a] = sum([once_less[states[b]] for b in mates])
            self._join.append(join)
            self._leave.append(saved)
        # Nobody pays for resting. Prices are noted for the bench as for any room, then read from a row of
        # zeros.
        free = [0] * n
        self._price = [[*join[:-1], free] for join in self._join]

    def _set_fairness(self) -> None:
        """What one more, or one less, smaller room or rest costs (or saves) each person."""
        small, rests = list(self.costs.small), list(self.costs.rests)
        for seat, kind in zip(self._seats, self._kinds, strict=True):
            for mates, of_room in zip(seat, kind, strict=True):
                if of_room != LARGEST_ROOM:
                    counts = small if of_room == SMALLER_ROOM else rests
                    for a in mates:
                        counts[a] += 1
        nothing = [0] * self.people
        weighed = ((self._small, small), (REST, rests))
        self._enter = [
            nothing,
            *([weight * (2 * times + 1) for times in counts] for weight, counts in weighed),
        ]
        self._exit = [
            nothing,
            *([weight * (2 * times - 1) for times in counts] for weight, counts in weighed),
        ]


def _room_of(rooms: Rooms, people: int) -> list[int]:
    at = [0] * people
    for number, mates in enumerate(rooms):
        for person in mates:
            at[person] = number
    return at

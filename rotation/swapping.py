"""The inner loop of `rotation.kernel` in plain Python; `native/swaps.c` is the same, step for step."""

from __future__ import annotations

from collections.abc import Sequence

from rotation.chance import INCREMENT, MASK, MULTIPLIER
from rotation.costs import REPEAT, RESTING, SMALL, SMALLER_ROOM
from rotation.layout import THRESHOLDS, Layout, Rooms, thresholds

# Rooms tried for a picked person before another one is picked: all rooms in small problems, a few in large.
_ROOMS_TRIED = 12
# A room that costs the newcomer this much more than leaving saves is passed over without trying its people.
_HOPELESS = 3 * REPEAT


class PlainLoop:
    """A search by the loop in plain Python."""

    def __init__(self, layout: Layout, state: int) -> None:
        self.tries = self.swaps = 0
        self._layout, self._state = layout, state
        self._people, self._swap_worth = layout.people, layout.swap_worth
        self._costs, self._kinds = layout.costs, layout.kinds
        self._once_more, self._once_less = list(layout.costs.once_more), list(layout.costs.once_less)
        self._masks, self._units = layout.seats.masks, layout.seats.units
        self._tables: dict[int, list[int]] = {}

    def restart(self, rounds: Sequence[Rooms], tender: Sequence[int], weights: Sequence[int]) -> None:
        self._weights = weights
        self.cost = self.best_cost = 0
        self._seats = [[list(room) for room in rooms] for rooms in rounds]
        self._best = self._copy()
        self._room_of = [_room_of(rooms, self._people) for rooms in rounds]
        self._set_movable()
        self._set_states(tender)
        self._set_sums()
        self._set_fairness()
        self._conflicts: list[int] = []
        self._in_conflict = bytearray(len(rounds) * self._people)
        for r, burdens in enumerate(self._burden):
            for p, burden in enumerate(burdens):
                if burden or self._wants[p]:
                    self._note(r, p)

    @property
    def best(self) -> list[list[list[int]]]:
        return self._best

    @property
    def current(self) -> list[list[list[int]]]:
        return self._copy()

    @property
    def calm(self) -> bool:
        return not any(map(any, self._burden))

    def run(self, tries: int, temperature: int) -> None:
        warm = self._table(temperature)
        # Whoever is picked at random, for the sake of fair rooms, moves only if that is better: people
        # should not change places for nothing. Not so when fairness is what is searched for.
        strict = [-1] * len(warm) if self._weights[SMALLER_ROOM] == SMALL else warm
        n, uneven = self._people, self._layout.uneven
        seats, room_of, join, leave, twice = self._seats, self._room_of, self._price, self._leave, self._twice
        kinds, enter, exit_ = self._kinds, self._enter, self._exit
        burden, wants, movable = self._burden, self._wants, self._movable
        conflicts, in_conflict = self._conflicts, self._in_conflict
        free, united = not (self._masks or self._units), bool(self._units)
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
                if not burden[r][p] and not wants[p]:
                    in_conflict[code] = 0
                    last = conflicts.pop()
                    if last != code:
                        conflicts[slot] = last
                    continue
                table = warm
            elif uneven:
                code = ((state >> 44) * slots) >> 20
                r = code // n
                p = code - r * n
                if not movable[code]:
                    continue
                table = strict
            else:
                break
            seat, to, saved, kind = seats[r], join[r], leave[r], kinds[r]
            here = room_of[r][p]
            to_here, twice_p, kind_here, own = to[here], twice[p], kind[here], saved[p]
            limit = own + _HOPELESS
            count = len(seat)
            block = self._together(p, seat[here]) if united else [p]
            there = ((state >> 32 & 4095) * count) >> 12
            t = state >> 20 & 4095
            for _ in range(count if count < _ROOMS_TRIED else _ROOMS_TRIED):
                there += 1
                if there >= count:
                    there = 0
                others = seat[there]
                done += 1
                if there == here:
                    continue
                if len(block) > 1:
                    done += 4 * len(block) * len(others)
                    t += 1
                    partners = self._partners(r, block, here, there, t)
                    if not partners:
                        continue
                    delta = self._moving(r, block, partners, here, there)
                    delta += self._moving(r, partners, block, there, here)
                    if delta > table[t]:
                        continue
                else:
                    base = to[there][p]
                    if base > limit:
                        continue
                    base -= own
                    kind_there = kind[there]
                    delta = accepted = -1
                    if kind_here == kind_there:
                        for q in others:
                            t += 1
                            delta = base + to_here[q] - saved[q] - twice_p[q]
                            if delta <= table[t] and (free or self._may_swap(r, p, q)):
                                accepted = q
                                break
                    else:
                        base += enter[kind_there][p] - exit_[kind_here][p]
                        arriving, leaving = enter[kind_here], exit_[kind_there]
                        # Each joins the other's company without the other, and a bench is no company.
                        halved = kind_here == RESTING or kind_there == RESTING
                        for q in others:
                            t += 1
                            delta = base + to_here[q] - saved[q] + arriving[q] - leaving[q]
                            delta -= twice_p[q] >> 1 if halved else twice_p[q]
                            if delta <= table[t] and (free or self._may_swap(r, p, q)):
                                accepted = q
                                break
                    done += len(others)
                    if accepted < 0:
                        continue
                    partners = [accepted]
                if fresh and delta > 0:
                    self._best = self._copy()
                    fresh = False
                for one, other in zip(block, partners, strict=True):
                    self._swap(r, one, other, here, there)
                end -= len(block) * swap_worth
                cost += delta
                if cost < best_cost:
                    best_cost = cost
                    fresh = True
                break
        if fresh:
            self._best = self._copy()
        self._state, self.cost, self.best_cost, self.tries = state, cost, best_cost, done

    def _may_swap(self, r: int, p: int, q: int) -> bool:
        """Whether each may have the other's place, and q moves alone."""
        here, there = self._room_of[r][p], self._room_of[r][q]
        return self._may_have(r, p, q, here, there) and len(self._together(q, self._seats[r][there])) == 1

    def _may_have(self, r: int, p: int, q: int, here: int, there: int) -> bool:
        """Whether each may have the other's place."""
        if not self._masks:
            return True
        roles, masks, seat = self._layout.seats.roles, self._masks[r], self._seats[r]
        for_q, for_p = masks[here][seat[here].index(p)], masks[there][seat[there].index(q)]
        return bool(for_q & roles[q] and for_p & roles[p])

    def _together(self, person: int, mates: Sequence[int]) -> list[int]:
        """Those of one's unit who are in this room, oneself among them."""
        unit = self._layout.unit_of[person]
        return [person] if unit < 0 else [m for m in mates if self._layout.unit_of[m] == unit]

    def _partners(self, r: int, block: Sequence[int], here: int, there: int, start: int) -> list[int]:
        """As many people of a room as are in the block, whole units only, to change places with; or none."""
        others, found = self._seats[r][there], list[int]()
        if len(others) < len(block):
            return found
        for step in range(len(others)):
            q = others[(start + step) % len(others)]
            more = self._together(q, others)
            changing = zip(block[len(found) :], more, strict=False)
            if (
                q not in found
                and len(found) + len(more) <= len(block)
                and all(self._may_have(r, one, other, here, there) for one, other in changing)
            ):
                found += more
                if len(found) == len(block):
                    return found
        return []

    def _moving(self, r: int, block: Sequence[int], others: Sequence[int], here: int, there: int) -> int:
        """What it costs that a block leaves one room for another, where others make place for it."""
        seat, once_more, once_less = self._seats[r], self._once_more, self._once_less
        before, after = self._kinds[r][here], self._kinds[r][there]
        delta = 0
        for i, p in enumerate(block):
            states = self._states[p]
            if before != RESTING:
                delta -= sum([once_less[states[m]] for m in seat[here] if m not in block])
            if after != RESTING:
                delta += sum([once_more[states[m]] for m in seat[there] if m not in others])
            # They go on meeting one another, but not on a bench.
            if before == RESTING:
                delta += sum([once_more[states[m]] for m in block[:i]])
            if after == RESTING:
                delta -= sum([once_less[states[m]] for m in block[:i]])
            if before != after:
                delta += self._enter[after][p] - self._exit[before][p]
        return delta

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
        self._reprice(self._meet(meetings))
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

    def _reprice(self, changes: Sequence[tuple[int, int, int, int]]) -> None:
        """Pairs have changed their states: so do the prices of sitting with each other, in all rounds."""
        once_more, once_less, twice = self._once_more, self._once_less, self._twice
        dearer = []
        for a, b, before, after in changes:
            if once_less[after] != once_less[before]:
                self._save(a, b, before, after)
            more = once_more[after] - once_more[before]
            if more:
                twice[a][b] += 2 * more
                twice[b][a] += 2 * more
                dearer.append((a, b, more))
                if self._layout.earning:
                    step = (once_more[after] < 0) - (once_more[before] < 0)
                    self._want(a, step)
                    self._want(b, step)
        for join, at in zip(self._join, self._room_of, strict=True):
            for a, b, more in dearer:
                join[at[b]][a] += more
                join[at[a]][b] += more

    def _save(self, p: int, m: int, before: int, after: int) -> None:
        """Leaving a room now saves another sum, wherever these two share one."""
        less = self._once_less[after] - self._once_less[before]
        lighter = max(self._once_less[after], 0) - max(self._once_less[before], 0)
        for r, at in enumerate(self._room_of):
            room = at[p]
            if room == at[m] and self._kinds[r][room] != RESTING:
                saved, burden = self._leave[r], self._burden[r]
                for a in (p, m):
                    saved[a] += less
                    if self._layout.earning:
                        burden[a] += lighter
                    if burden[a]:
                        self._note(r, a)

    def _want(self, person: int, step: int) -> None:
        """A meeting with that many more people would earn something."""
        self._wants[person] += step
        if step > 0 and self._wants[person] == 1:
            for r in range(len(self._seats)):
                self._note(r, person)

    def _note(self, r: int, person: int) -> None:
        """Someone would gain by moving."""
        code = r * self._people + person
        if not self._in_conflict[code] and self._movable[code]:
            self._in_conflict[code] = 1
            self._conflicts.append(code)

    def _settle(self, r: int, mates: Sequence[int], kind: int) -> None:
        """What each of the people of one room would save by leaving it."""
        saved, burden, once_less = self._leave[r], self._burden[r], self._once_less
        for a in mates:
            states = self._states[a]
            gain = 0
            if kind != RESTING:
                for b in mates:
                    gain += once_less[states[b]]
            saved[a] = gain
            if self._layout.earning:
                costs = [once_less[states[b]] for b in mates] if kind != RESTING else []
                burden[a] = sum([cost for cost in costs if cost > 0])
            if burden[a]:
                self._note(r, a)

    def _count(self, person: int, before: int, after: int) -> None:
        """Someone has moved from one kind of room to another."""
        for kind, step in ((before, -2), (after, 2)):
            self._enter[kind][person] += step * self._weights[kind]
            self._exit[kind][person] += step * self._weights[kind]

    def _copy(self) -> list[list[list[int]]]:
        return [[room.copy() for room in rooms] for rooms in self._seats]

    def _table(self, temperature: int) -> list[int]:
        """Thresholds, long enough that nobody need begin again in the middle of a scan."""
        if temperature not in self._tables:
            table = thresholds(temperature).tolist()
            longest = self._people + _ROOMS_TRIED + 1
            self._tables[temperature] = table + [table[i % THRESHOLDS] for i in range(longest)]
        return self._tables[temperature]

    def _set_movable(self) -> None:
        """Whoever is away in a round, or on a place that is nobody else's, never moves in it."""
        self._movable = bytearray(len(self._seats) * self._people)
        for r, rooms in enumerate(self._seats):
            for room, mates in enumerate(rooms):
                for i, person in enumerate(mates):
                    self._movable[r * self._people + person] = not self._masks or self._masks[r][room][i] != 0

    def _set_states(self, tender: Sequence[int]) -> None:
        """How often each pair meets in the current plan, on top of what came before."""
        n, band = self._people, self._costs.band
        self._states = [[0] * n for _ in range(n)]
        for a, b, state in self._costs.starts():
            self._states[a][b] = self._states[b][a] = state
        for a in tender:
            for b in range(n):
                if a != b and self._states[a][b] < band:
                    self._states[a][b] += band
                    self._states[b][a] += band
        for rooms in self._seats:
            for mates in rooms[:-1]:
                for a in mates:
                    states = self._states[a]
                    for b in mates:
                        if a != b:
                            states[b] += 1

    def _set_sums(self) -> None:
        """The prices of joining every room, and what leaving one's own saves."""
        n, once_more, once_less = self._people, self._once_more, self._once_less
        self._twice = [[2 * once_more[state] for state in states] for states in self._states]
        self._wants = [sum([price < 0 for price in prices]) for prices in self._twice]
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
        self._burden = self._burdens() if self._layout.earning else self._leave

    def _burdens(self) -> list[list[int]]:
        """What leaving one's room saves, without what the meetings there earn."""
        burdens = []
        for rooms in self._seats:
            burden = [0] * self._people
            for mates in rooms[:-1]:
                for a in mates:
                    costs = [self._once_less[self._states[a][b]] for b in mates]
                    burden[a] = sum([cost for cost in costs if cost > 0])
            burdens.append(burden)
        return burdens

    def _set_fairness(self) -> None:
        """What one more, or one less, smaller room or rest costs (or saves) each person."""
        counts = [[0] * self._people, list(self._costs.small), list(self._costs.rests)]
        for rooms, of_round in zip(self._seats, self._kinds, strict=True):
            for mates, kind in zip(rooms, of_round, strict=True):
                for a in mates:
                    counts[kind][a] += 1
        weighed = list(zip(self._weights, counts, strict=True))
        self._enter = [[weight * (2 * times + 1) for times in of_kind] for weight, of_kind in weighed]
        self._exit = [[weight * (2 * times - 1) for times in of_kind] for weight, of_kind in weighed]


def _room_of(rooms: Rooms, people: int) -> list[int]:
    """The room of each person; of someone away the bench, where nobody meets anybody."""
    at = [len(rooms) - 1] * people
    for number, mates in enumerate(rooms):
        for person in mates:
            at[person] = number
    return at

"""A first plan that keeps the rules from the start: those with a place for good, then units, then the others.

Round by round everyone takes the cheapest of a few open places that admit them; how many of each kind sit in
which sort of place is settled before, so nobody is left over. What is dear is then mended a little.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from rotation.chance import Chance
from rotation.costs import APART, SMALL, SMALLER_ROOM, Costs, kinds
from rotation.model import Nonsense
from rotation.places import Places, Rounds

# Open places looked at before taking the cheapest.
_PROBES = 12
# Swaps tried for someone whose company is dear.
_MENDING_TRIES = 60
# Rooms with places for a unit that are looked at.
_ROOMS_FOR_UNITS = 40
# Times a round is begun again when units, seated greedily, leave no room for the last.
_ATTEMPTS = 30
# The first of these in which those who had a room before keep it.
_KEEPING = 3


def seat(
    places: Places,
    sizes: Sequence[Sequence[int]],
    costs: Costs,
    chance: Chance,
    kept: Sequence[Sequence[Sequence[int]]] = (),
) -> Rounds:
    """Rounds, dressed, that keep all that `Places` says, and are cheap.

    `kept`: for the first rounds, who was in each room before: they keep it where it admits them.

    Raises Nonsense("cannot-keep-together") or Nonsense("cannot-keep-roles") when a round cannot be filled.
    O(rounds * people * room size) look-ups, some dozen times.
    """
    book = _Book(places, costs, chance)
    for rooms in kept:
        book.count(rooms, 1)
    rounds = []
    for r, of_round in enumerate(sizes):
        before = kept[r] if r < len(kept) else ()
        book.count(before, -1)
        rounds.append(_round(book, r, of_round, before))
    return rounds


def fill(supply: dict[int, int], wanted: dict[int, int]) -> dict[tuple[int, int], int] | None:
    """How many people of each kind take places of each mask so that all places are taken; None if they
    cannot be.

    `supply`: kind to people, `wanted`: mask to places. A maximum flow by augmenting paths (Ford and
    Fulkerson, Canad. J. Math. 8, 1956) over kinds and masks, of which there are few.

    >>> fill({1: 2, 2: 3}, {1: 1, 3: 4})
    {(1, 1): 1, (2, 3): 3, (1, 3): 1}
    >>> fill({1: 1, 2: 3}, {1: 2}) is None
    True
    """
    flow: Counter[tuple[int, int]] = Counter()
    left = Counter(supply)
    for mask in sorted(wanted, key=lambda mask: (mask.bit_count(), mask)):
        missing = wanted[mask]
        while missing:
            path = _path(mask, supply, left, flow)
            if path is None:
                return None
            kind = path[-1][0]
            steps = [
                missing,
                left[kind],
                *(flow[each, onto] for (each, _), (_, onto) in pairwise(path)),
            ]
            many = min(steps)
            for step, (each, onto) in enumerate(path):
                flow[each, onto] += many
                if step + 1 < len(path):
                    flow[each, path[step + 1][1]] -= many
            left[kind] -= many
            missing -= many
    return {step: many for step, many in flow.items() if many}


def _path(
    mask: int, supply: dict[int, int], left: Counter[int], flow: Counter[tuple[int, int]]
) -> list[tuple[int, int]] | None:
    """Steps (kind, mask): the kind comes to that mask from the mask of the next step, the last from where
    people are left."""
    came: set[int] = set()
    frontier: list[tuple[int, list[tuple[int, int]]]] = [(mask, [])]
    for onto, path in frontier:
        for kind in sorted(supply, key=lambda each: -left[each]):
            if kind & onto and kind not in came:
                came.add(kind)
                longer = [*path, (kind, onto)]
                if left[kind]:
                    return longer
                frontier += [(other, longer) for (each, other), many in flow.items() if each == kind and many]
    return None


@dataclass(slots=True)
class _Book:
    """What is known while the rounds are seated one after another."""

    places: Places
    costs: Costs
    chance: Chance
    state: list[dict[int, int]] = field(init=False)
    """States of pairs, where they are not 0."""
    small: list[int] = field(init=False)
    rests: list[int] = field(init=False)
    wishes: list[set[int]] = field(init=False)
    """Whom people should still meet: pairs whose next meeting earns something."""
    unit_of: dict[int, tuple[int, ...]] = field(init=False)

    def __post_init__(self) -> None:
        everyone = range(len(self.places.kinds))
        self.state = [{} for _ in everyone]
        self.wishes = [set() for _ in everyone]
        self.small, self.rests = list(self.costs.small), list(self.costs.rests)
        self.unit_of = {person: unit for unit in self.places.units for person in unit}
        for a, b, state in self.costs.starts():
            self.state[a][b] = self.state[b][a] = state
            if self.costs.once_more[state] < 0:
                self.wishes[a].add(b)
                self.wishes[b].add(a)

    def price(self, person: int, mates: Sequence[int]) -> int:
        """What it costs to join these people."""
        state, once_more = self.state[person], self.costs.once_more
        return sum([once_more[state.get(mate, 0)] for mate in mates])

    def count(self, rooms: Sequence[Sequence[int]], times: int) -> None:
        """Everyone has met those in their room so many times more."""
        for mates in rooms:
            for a in mates:
                for b in mates:
                    if a != b:
                        self.state[a][b] = self.state[a].get(b, 0) + times

    def note(self, rooms: Sequence[Sequence[int]], of_kind: Sequence[int]) -> None:
        """A round has been seated."""
        self.count(rooms[:-1], 1)
        for mates, kind in zip(rooms[:-1], of_kind, strict=False):
            for a in mates:
                self.wishes[a].difference_update(mates)
                if kind == SMALLER_ROOM:
                    self.small[a] += 1
        for a in rooms[-1]:
            self.rests[a] += 1


class _Round:
    """One round being seated."""

    def __init__(self, book: _Book, r: int, sizes: Sequence[int]) -> None:
        self.book, self.masks, self.sort = book, book.places.masks[r], kinds(sizes)
        self.rooms = [list(mates) for mates in book.places.taken[r]]
        """Who is in each room so far."""
        self.at: list[list[int | None]] = [
            [*mates, *(None,) * (len(of_room) - len(mates))]
            for mates, of_room in zip(self.rooms, self.masks[:-1], strict=False)
        ]
        """Who has each place."""
        self.room_of = {person: room for room, mates in enumerate(self.rooms) for person in mates}
        self.waiting = [who for who in book.places.present[r] if who not in self.room_of]

    def take(self, person: int, room: int, place: int) -> None:
        self.at[room][place] = person
        self.rooms[room].append(person)
        self.room_of[person] = room

    def settle(self, kept: Sequence[Sequence[int]]) -> None:
        """Everyone back into the room they had, with all of their unit, unless they are not to be there."""
        book, waiting = self.book, set(self.waiting)
        for room, mates in enumerate(kept[: len(self.at)]):
            for person in mates:
                unit = [who for who in book.unit_of.get(person, (person,)) if who in waiting]
                if person not in waiting or person in self.room_of or not set(unit) <= set(mates):
                    continue
                chosen = self._places_for([book.places.kinds[who] for who in unit], room)
                if chosen is None or any(book.price(who, self.rooms[room]) >= APART for who in unit):
                    continue
                for who, place in zip(unit, chosen, strict=True):
                    self.take(who, room, place)
        self.waiting = [who for who in self.waiting if who not in self.room_of]

    def seat_units(self) -> bool:
        """Every unit as a whole into the cheapest room with places for it, the largest first."""
        book, kinds_of = self.book, self.book.places.kinds
        here = set(self.waiting)
        units = [[who for who in unit if who in here] for unit in book.places.units]
        book.chance.shuffle(units)
        units.sort(key=lambda unit: -len(unit))
        for unit in units:
            options: list[tuple[int, int, int, list[int]]] = []
            first = book.chance.below(max(len(self.at), 1))
            for step in range(len(self.at)):
                room = (first + step) % len(self.at)
                chosen = self._places_for([kinds_of[who] for who in unit], room)
                if chosen is not None:
                    price = sum(book.price(who, self.rooms[room]) for who in unit)
                    options.append((price, len(options), room, chosen))
                if len(options) == _ROOMS_FOR_UNITS:
                    break
            if unit and not options:
                return False
            if unit:
                _, _, room, chosen = min(options)
                for who, place in zip(unit, chosen, strict=True):
                    self.take(who, room, place)
        self.waiting = [who for who in self.waiting if who not in self.room_of]
        return True

    def _places_for(self, of: Sequence[int], room: int) -> list[int] | None:
        """Open places of a room for people of these kinds, in their order."""
        free = [place for place, holder in enumerate(self.at[room]) if holder is None]
        chosen = []
        for kind in of:
            place = next((place for place in free if self.masks[room][place] & kind), None)
            if place is None:
                return None
            free.remove(place)
            chosen.append(place)
        return chosen

    def seat_others(self) -> bool:
        """Everyone else; False when the kinds of people left cannot fill the places left."""
        book = self.book
        open_places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        for room, of_room in enumerate(self.at):
            for place, holder in enumerate(of_room):
                if holder is None:
                    open_places[self.masks[room][place]].append((room, place))
        kinds_of = book.places.kinds
        quota = fill(
            dict(Counter(kinds_of[who] for who in self.waiting)),
            {mask: len(places) for mask, places in open_places.items()},
        )
        if quota is None:
            return False
        book.chance.shuffle(self.waiting)
        # Whoever rested most sits first, then whoever has most to look forward to.
        self.waiting.sort(key=lambda who: (-book.rests[who], -len(book.wishes[who])))
        seats: Counter[int] = Counter()
        for (kind, _), many in quota.items():
            seats[kind] += many
        seated = []
        for who in self.waiting:
            if seats[kinds_of[who]]:
                seats[kinds_of[who]] -= 1
                seated.append(who)
        seated.sort(key=lambda who: -len(book.wishes[who]))
        for who in seated:
            self._seat(who, open_places, quota)
        self.waiting = [who for who in self.waiting if who not in self.room_of]
        return True

    def _seat(
        self,
        who: int,
        open_places: dict[int, list[tuple[int, int]]],
        quota: dict[tuple[int, int], int],
    ) -> None:
        book, kind = self.book, self.book.places.kinds[who]
        wished = {self.room_of[other] for other in book.wishes[who] if other in self.room_of}
        best: tuple[int, int, int] | None = None
        for mask, places in open_places.items():
            if not quota.get((kind, mask)):
                continue
            first = book.chance.below(len(places))
            asked = [places.index(at) for room in wished for at in self._open(room, mask)]
            probed = ((first + step) % len(places) for step in range(min(_PROBES, len(places))))
            for slot in chain(asked, probed):
                room = places[slot][0]
                price = book.price(who, self.rooms[room])
                if self.sort[room] == SMALLER_ROOM:
                    price += SMALL * (2 * book.small[who] + 1)
                if best is None or price < best[0]:
                    best = price, mask, slot
                if price <= 0:
                    break
        assert best is not None
        _, mask, slot = best
        places = open_places[mask]
        self.take(who, *places[slot])
        places[slot] = places[-1]
        places.pop()
        quota[kind, mask] -= 1

    def _open(self, room: int, mask: int) -> list[tuple[int, int]]:
        """An open place of a room with that mask, if it has one."""
        holders = enumerate(zip(self.at[room], self.masks[room], strict=True))
        return [(room, place) for place, (holder, own) in holders if holder is None and own == mask][:1]

    def mend(self) -> None:
        """Swap whoever has dear company, the dearest first, with anyone with whom that helps."""
        book, chance = self.book, self.book.chance
        movable = [
            (room, place)
            for room, of_room in enumerate(self.at)
            for place in range(len(of_room))
            if self.masks[room][place] and self.at[room][place] not in book.unit_of
        ]
        dear: list[tuple[int, int, int, int]] = []
        for here, place in movable:
            p = self.at[here][place]
            assert p is not None
            price = book.price(p, self.rooms[here])
            if price > 0:
                dear.append((-price, len(dear), here, place))
        # Enough where little is dear; where much is, a swap search is far quicker.
        tries = len(movable)
        for _, _, here, place in sorted(dear):
            for _ in range(min(tries, _MENDING_TRIES)):
                p = self.at[here][place]
                assert p is not None
                if book.price(p, self.rooms[here]) <= 0:
                    break
                tries -= 1
                there, other_place = movable[chance.below(len(movable))]
                if there != here and self.sort[there] == self.sort[here]:
                    self._swap_if_better(here, place, there, other_place)

    def _mates(self, room: int, person: int) -> list[int]:
        return [mate for mate in self.rooms[room] if mate != person]

    def _swap_if_better(self, here: int, place: int, there: int, other_place: int) -> None:
        book = self.book
        p, q = self.at[here][place], self.at[there][other_place]
        assert p is not None and q is not None
        kinds_of = book.places.kinds
        if not (kinds_of[p] & self.masks[there][other_place] and kinds_of[q] & self.masks[here][place]):
            return
        company, others = self._mates(here, p), self._mates(there, q)
        now = book.price(p, company) + book.price(q, others)
        if book.price(p, others) + book.price(q, company) < now:
            self.at[here][place], self.at[there][other_place] = q, p
            self.rooms[here], self.rooms[there] = [*company, q], [*others, p]
            self.room_of[p], self.room_of[q] = there, here

    def dressed(self) -> list[list[int]]:
        return [*([who for who in of_room if who is not None] for of_room in self.at), self.waiting]


def _round(book: _Book, r: int, sizes: Sequence[int], kept: Sequence[Sequence[int]]) -> list[list[int]]:
    fault = "roles"
    for attempt in range(_ATTEMPTS):
        seating = _Round(book, r, sizes)
        if attempt < _KEEPING:
            seating.settle(kept)
        if not seating.seat_units():
            fault = "together"
            continue
        if not seating.seat_others():
            if not book.places.units and attempt >= (_KEEPING if kept else 0):
                break
            continue
        seating.mend()
        rooms = seating.dressed()
        book.note(rooms, seating.sort)
        return rooms
    raise Nonsense(
        f"cannot-keep-{fault}",
        f"No way was found to fill round {r + 1} with the people there: "
        + ("those kept together do not fit its rooms." if fault == "together" else "their roles do not fit."),
    )

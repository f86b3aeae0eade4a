"""Designs under rules and history: which person takes which label of a design.

A design says who meets whom in labels; its rounds stay free of repeats whoever takes which. So a swap search
over labels keeps what makes the design optimal while it keeps people apart, lets wishes come true and avoids
those who have met: two people exchange labels when that costs less, or, with a little chance, when it costs
more. Only pairs with a rule or a past cost anything, so a try is O(such pairs of two people).

Where roles bind places, a room that does not admit its people costs as much as a broken rule. One mentor and
k - 1 mentees in every room is a transversal design with the mentors in one column; people are dealt to the
columns by role, and by whom they avoid, before the search begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rotation.chance import Chance
from rotation.costs import APART, REPEAT, Costs
from rotation.designs import construct, construct_columns, construct_tables
from rotation.greedy import arrange
from rotation.layout import THRESHOLDS, thresholds
from rotation.places import Places
from rotation.task import Rounds, Task

Design = Sequence[Sequence[Sequence[int]]]

# Slices are warm and cold by turns: groups kept apart fall into place at the one, a long past at the other.
_TEMPERATURES = (60, 30)
_DEAREST = REPEAT
"""No pair costs more: at the price of a broken rule two people kept apart would never meet on the way."""
_TRIES = 2_000
"""Tries a slice, about 10 ms in plain Python."""
_FIRST = 2
"""Slices that a design gets before it is offered."""
_PATIENCE = 60
"""Slices without anything better after which the search ends."""


def labels_matter(task: Task) -> bool:
    """Whether it makes a difference who takes which label."""
    return task.places is not None or bool(task.costs.start)


def relabelled(task: Task) -> list[Relabelling]:
    """The exact designs for a task's rooms, best first, under labels that suit its people; [] if there are
    none.

    There are none when rounds differ, when someone is away, and when people are kept together.
    """
    found = list(_designs(task))
    for relabelling in found:
        for _ in range(_FIRST):
            relabelling.run(_TRIES)
    return sorted(found, key=_promise)


def label_search(task: Task) -> Iterator[None]:
    """Offer the task exact designs, then ever better labels of those that have all its rounds; a slice of
    work a step."""
    found = []
    for relabelling in _designs(task):
        found.append(relabelling)
        yield
        for _ in range(_FIRST):
            if relabelling.cost > relabelling.least:
                _slice(task, relabelling)
                yield
    found.sort(key=_promise)
    for relabelling in found:
        task.offer(whole(task, relabelling), "construction")
        yield
    for relabelling in found:
        quiet = 0 if len(relabelling.design) == len(task.problem.rounds) else _PATIENCE
        while quiet < _PATIENCE and relabelling.cost > relabelling.least:
            before = relabelling.cost
            _slice(task, relabelling)
            quiet = quiet + 1 if relabelling.cost == before else 0
            if not quiet:
                task.offer(relabelling.rounds(), "labels")
            yield


def whole(task: Task, relabelling: Relabelling) -> Rounds:
    """The rounds of a design, and greedy ones for the rest."""
    exact = relabelling.rounds()
    if len(exact) == len(task.problem.rounds):
        return exact
    return arrange(task.people, task.problem.rounds, task.costs, task.chance, exact)


def _slice(task: Task, relabelling: Relabelling) -> None:
    relabelling.run(_TRIES)
    task.moves += _TRIES


def _promise(relabelling: Relabelling) -> tuple[int, int]:
    return relabelling.cost, -len(relabelling.design)


def _designs(task: Task) -> Iterator[Relabelling]:
    rounds, places = task.problem.rounds, task.places
    if len(set(rounds)) != 1 or sum(rounds[0]) != task.people or (places and places.units):
        return
    makers: list[Callable[[int, Sequence[int], int], Design]] = [construct]
    if labels_matter(task):
        makers.append(construct_columns)
    if places and places.rooms:
        makers.append(construct_tables)
    for make in makers:
        design = make(task.people, rounds[0], len(rounds))
        if design and (places is None or len(design) == len(rounds)):
            yield Relabelling(design, task.people, task.costs, task.chance, places)


class Relabelling:
    """A design whose labels people exchange. `cost` is that of the best labels so far."""

    def __init__(
        self, design: Design, people: int, costs: Costs, chance: Chance, places: Places | None = None
    ) -> None:
        """People are positions 0 .. people - 1, like the labels; states of pairs are those of `costs`."""
        self.design, self.people, self.chance, self.places = design, people, chance, places
        self._price: list[dict[int, int]] = [{} for _ in range(people)]
        apart = []
        for a, b, state in costs.starts():
            price = min(costs.once_more[state], _DEAREST)
            if price and a < people and b < people:
                self._price[a][b] = self._price[b][a] = price
                if costs.once_more[state] >= APART:
                    apart.append((a, b))
        self._priced = [person for person in range(people) if self._price[person]]
        self._meets = _meets(design, people) if self._priced else [0] * people
        self.label_of = _dealt(people, apart, chance, places)
        self._rooms_of = _rooms_of(design, people) if places else []
        if places:
            self._person_at = _inverse(self.label_of)
            self._homes = [_homes(places, r) for r in range(len(design))]
            self._fits: dict[tuple[Sequence[int], tuple[int, ...]], bool] = {}
            """Whether the masks of a room that nobody has for good admit people of these kinds."""
        self.least = sum(price for row in self._price for price in row.values() if price < 0) // 2
        """No labels cost less: every wish met, and nothing else."""
        self._slices = 0
        self._now = self._whole_cost()
        self.cost, self._best = self._now, self.label_of.copy()

    def run(self, tries: int) -> None:
        """Try to exchange labels so often, or until nothing can be better."""
        table, below = thresholds(_TEMPERATURES[self._slices % 2]), self.chance.below
        self._slices += 1
        everyone = range(self.people) if self.places else self._priced
        while tries > 0 and self.people > 1 and self.cost > self.least:
            # Only rooms that do not admit their people concern those with neither a rule nor a past.
            concerned = everyone if self._now >= APART else self._priced
            a, b = concerned[below(len(concerned))], below(self.people)
            # Someone with a long past costs as much time as several others.
            tries -= 1 + (len(self._price[a]) + len(self._price[b])) // 16
            if a == b:
                continue
            if self.places and self.places.kinds[a] != self.places.kinds[b]:
                tries -= 2 * len(self.design)
            change = self._change(a, b)
            if change > table[below(THRESHOLDS)]:
                continue
            self._exchange(a, b)
            self._now += change
            if self._now < self.cost:
                self.cost, self._best = self._now, self.label_of.copy()

    def rounds(self) -> Rounds:
        """The rounds in people, under the best labels so far; nobody rests.

        Where it matters who is in which room, rooms are put in an order that suits everyone, if there is one.
        """
        person_at = _inverse(self._best)
        plan = [[[person_at[label] for label in room] for room in rooms] for rooms in self.design]
        if self.places:
            been: set[tuple[int, int]] = set()
            plan = [_in_order(self.places, r, rooms, been) for r, rooms in enumerate(plan)]
        return [[*rooms, []] for rooms in plan]

    def _change(self, a: int, b: int) -> int:
        """What it costs that these two exchange labels."""
        label_of, meets = self.label_of, self._meets
        from_a, from_b = meets[label_of[a]], meets[label_of[b]]
        change = 0
        for other, price in self._price[a].items():
            if other != b:
                bit = label_of[other]
                change += price * ((from_b >> bit & 1) - (from_a >> bit & 1))
        for other, price in self._price[b].items():
            if other != a:
                bit = label_of[other]
                change += price * ((from_a >> bit & 1) - (from_b >> bit & 1))
        if self.places and self.places.kinds[a] != self.places.kinds[b]:
            rooms = self._rooms_of[label_of[a]] ^ self._rooms_of[label_of[b]]
            before = self._misfits(rooms)
            self._exchange(a, b)
            change += APART * (self._misfits(rooms) - before)
            self._exchange(a, b)
        return change

    def _exchange(self, a: int, b: int) -> None:
        label_of = self.label_of
        label_of[a], label_of[b] = label_of[b], label_of[a]
        if self.places:
            self._person_at[label_of[a]], self._person_at[label_of[b]] = a, b

    def _misfits(self, rooms: set[tuple[int, int]]) -> int:
        """How many of these rooms do not admit the people in them."""
        places, person_at = self.places, self._person_at
        assert places is not None
        misfits = 0
        for r, number in rooms:
            mates = [person_at[label] for label in self.design[r][number]]
            home, free = self._homes[r]
            at = {home[person] for person in mates if person in home} if home else set()
            if at:
                room = at.pop()
                misfits += bool(at) or not places.admits(r, room, mates)
            else:
                misfits += not self._fit(r, free.get(len(mates), -1), mates)
        return misfits

    def _fit(self, r: int, room: int, mates: Sequence[int]) -> bool:
        """Whether a room that nobody has for good admits these people."""
        places = self.places
        assert places is not None
        if room < 0:
            return False
        case = places.masks[r][room], tuple([places.kinds[person] for person in mates])
        if case not in self._fits:
            self._fits[case] = places.admits(r, room, mates)
        return self._fits[case]

    def _whole_cost(self) -> int:
        label_of, meets = self.label_of, self._meets
        cost = sum(
            price * (meets[label_of[a]] >> label_of[b] & 1)
            for a, row in enumerate(self._price)
            for b, price in row.items()
            if a < b
        )
        if self.places:
            cost += APART * self._misfits({each for rooms in self._rooms_of for each in rooms})
        return cost


def _dealt(people: int, apart: Sequence[tuple[int, int]], chance: Chance, places: Places | None) -> list[int]:
    """Labels to begin with: in the order of the columns those of one kind, and those who avoid each other."""
    order = list(range(people))
    chance.shuffle(order)
    if places is None and not apart:
        return order
    clan = list(range(people))
    """The first of those who are linked by avoiding each other."""
    for a, b in apart:
        low, high = sorted((_first(clan, a), _first(clan, b)))
        clan[high] = low
    heads = [_first(clan, person) for person in range(people)]
    size = Counter(heads)
    kinds = places.kinds if places else (0,) * people
    order.sort(key=lambda person: (kinds[person], -size[heads[person]], heads[person]))
    return _inverse(order)


def _first(clan: list[int], person: int) -> int:
    while clan[person] != person:
        clan[person] = clan[clan[person]]
        person = clan[person]
    return person


def _inverse(labels: Sequence[int]) -> list[int]:
    inverse = [0] * len(labels)
    for person, label in enumerate(labels):
        inverse[label] = person
    return inverse


def _meets(design: Design, people: int) -> list[int]:
    """For each label the bits of those it meets."""
    meets = [0] * people
    for rooms in design:
        for room in rooms:
            mask = sum(1 << label for label in room)
            for label in room:
                meets[label] |= mask
    return meets


def _rooms_of(design: Design, people: int) -> list[set[tuple[int, int]]]:
    """For each label the (round, room) it is in."""
    found: list[set[tuple[int, int]]] = [set() for _ in range(people)]
    for r, rooms in enumerate(design):
        for number, room in enumerate(rooms):
            for label in room:
                found[label].add((r, number))
    return found


def _homes(places: Places, r: int) -> tuple[dict[int, int], dict[int, int]]:
    """Of a round: the room of everyone who has one for good, and for each size a room that nobody has."""
    home, free = {}, {}
    for room, (held, masks) in enumerate(zip(places.taken[r][:-1], places.masks[r], strict=False)):
        hosts = [person for person in held if person < places.people]
        home.update(dict.fromkeys(hosts, room))
        if not hosts:
            free[len(masks) - bool(places.rooms)] = room
    return home, free


def _in_order(
    places: Places, r: int, rooms: Sequence[list[int]], been: set[tuple[int, int]]
) -> list[list[int]]:
    """The rooms of a round in an order in which each admits its people, none of whom has been there if that
    matters; as they are when that will do, and when there is no such order.

    A matching by augmenting paths (Kuhn, Naval Research Logistics Quarterly 2, 1955). Notes who has been
    where.
    """
    roaming = set(places.roaming)

    def fits(number: int, mates: Sequence[int]) -> bool:
        return (
            len(places.masks[r][number]) - bool(places.rooms) == len(mates)
            and places.admits(r, number, mates)
            and not any((person, number) in been for person in roaming.intersection(mates))
        )

    def settle(ordered: list[list[int]]) -> list[list[int]]:
        for number, mates in enumerate(ordered):
            been.update((person, number) for person in roaming.intersection(mates))
        return ordered

    if all(fits(number, mates) for number, mates in enumerate(rooms)):
        return settle(list(rooms))
    fitting = [[number for number in range(len(rooms)) if fits(number, mates)] for mates in rooms]
    holder: dict[int, int] = {}

    def place(which: int, tried: set[int]) -> bool:
        for number in fitting[which]:
            if number not in tried:
                tried.add(number)
                if number not in holder or place(holder[number], tried):
                    holder[number] = which
                    return True
        return False

    if not all(place(which, set()) for which in range(len(rooms))):
        return list(rooms)
    return settle([rooms[holder[number]] for number in range(len(rooms))])

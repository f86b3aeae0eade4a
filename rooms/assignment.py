"""From a planned seating to who is really where.

No planning: the prepared seating is fitted to the people who are here, and one person at a time is
given a seat. Costs are counted in meetings; all choices are the same for the same arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from random import Random

from rooms.model import Constellation, Event, ParticipantId, RoomNumber
from rotation import Pair, RoomSizes, Seating, into_rooms, pair, sizes

AGAIN = 16  # the cost of meeting again; each further time adds one, so a new pair outweighs evenness
PATIENCE = 200_000  # looks at a possible exchange while polishing: some tenths of a second at most

Person = ParticipantId
Seat = tuple[Person, RoomNumber | None]  # room None is the lobby
Company = Mapping[RoomNumber, Sequence[Person]]  # everyone who is here, by room; empty rooms included


def room_sizes(constellation: Constellation, people: int) -> RoomSizes:
    """The rooms of a round when that many people are here. Never a room of one."""
    if constellation.rooms:
        return into_rooms(people, constellation.rooms)
    return sizes(people, constellation.size)


def comfortable(constellation: Constellation, people: int) -> int:
    """The largest room of the round as it would be planned now: smaller ones have a free seat."""
    return max(room_sizes(constellation, people), default=constellation.size)


class Ties:
    """What there is between two people: earlier meetings, and rules that keep them apart."""

    def __init__(
        self,
        met: Mapping[Person, Mapping[Person, Sequence[int]]],
        apart: Iterable[Pair] = (),
        today: Iterable[Pair] = (),
    ) -> None:
        self._met = met
        self._today = frozenset(today)
        self._apart: dict[Person, set[Person]] = {}
        for a, b in apart:
            self._apart.setdefault(a, set()).add(b)
            self._apart.setdefault(b, set()).add(a)

    def times(self, a: Person, b: Person) -> int:
        """How often they have met, this round included."""
        known = self._met.get(a)
        before = len(known[b]) if known and b in known else 0
        return before + 1 if self._today and pair(a, b) in self._today else before

    def new(self, person: Person, room: Iterable[Person]) -> int:
        """How many of the room they would meet for the first time."""
        return sum(1 for other in room if other != person and not self.times(person, other))

    def cost(self, person: Person, room: Iterable[Person]) -> int:
        """The price of meeting people of the room again; 0 when all are new."""
        cost = 0
        for other in room:
            if other != person and (times := self.times(person, other)):
                cost += AGAIN + times
        return cost

    def welcome(self, person: Person, room: Iterable[Person]) -> bool:
        """Whether no rule keeps them out of the room."""
        against = self._apart.get(person)
        return not against or against.isdisjoint(room)


def ties(event: Event, today: Iterable[Pair] = ()) -> Ties:
    """The ties of an event's people; `today` are pairs who met in the running round."""
    return Ties(event.met, event.apart, today)


# One person


def best_room(person: Person, company: Company, comfortable: int, ties: Ties) -> RoomNumber | None:
    """Where someone without company gains most, among the rooms with a free seat: most new people,
    fewest repeats. When there is none with a free seat, among those that are least too full.

    None when nobody is in any room, or rules keep them out of each.
    """
    open_to = [(number, room) for number, room in company.items() if room and ties.welcome(person, room)]
    if not open_to:
        return None
    number, _ = min(
        open_to,
        key=lambda each: (
            max(0, len(each[1]) + 1 - comfortable),
            -ties.new(person, each[1]),
            ties.cost(person, each[1]),
            len(each[1]),
            each[0],
        ),
    )
    return number


def relieve(company: Company, unseated: Sequence[Person], comfortable: int, ties: Ties) -> Seat | None:
    """The next single step towards nobody alone and nobody left out; None when there is none.

    Given again and again with the step taken, it ends: each step leaves fewer people alone or unseated,
    or puts one into the lobby whom rules keep out of every room with people.
    """
    for person in unseated:
        room = best_room(person, company, comfortable, ties)
        if room is not None:
            return person, room
    for a, b in combinations(unseated, 2):
        if ties.welcome(a, (b,)):
            return a, max(company, default=0) + 1  # b follows in the next step
    return _join_the_lonely(company, bool(unseated), comfortable, ties)


def _join_the_lonely(company: Company, others: bool, comfortable: int, ties: Ties) -> Seat | None:
    lonely = {number: room for number, room in company.items() if len(room) == 1}
    for number, (person,) in lonely.items():
        alone_too = {other: room for other, room in lonely.items() if other != number}
        elsewhere = {other: room for other, room in company.items() if other != number}
        room = best_room(person, alone_too, comfortable, ties)
        if room is None:
            room = best_room(person, elsewhere, comfortable, ties)
        if room is not None:
            return person, room
        if others or any(elsewhere.values()):
            return person, None
    return None


# An announced round


def refit(
    rooms: Company, people: Sequence[Person], comfortable: int, ties: Ties
) -> dict[RoomNumber, tuple[Person, ...]]:
    """The announced rooms with those absent dropped and those without a seat placed; nobody else moves."""
    present = set(people)
    company = {number: tuple(who for who in room if who in present) for number, room in rooms.items()}
    for number, room in company.items():
        company[number] = tuple(_compatible(room, ties))
    unseated = sorted(present.difference(*company.values()), key=list(people).index)
    while (step := relieve(company, unseated, comfortable, ties)) is not None:
        person, goes_to = step
        company = {each: tuple(who for who in room if who != person) for each, room in company.items()}
        unseated = [who for who in unseated if who != person]
        if goes_to is not None:
            company[goes_to] = (*company.get(goes_to, ()), person)
    # The only one here stays in the lobby, with the host.
    return {number: room if len(room) > 1 else () for number, room in company.items()}


def _compatible(room: Iterable[Person], ties: Ties) -> list[Person]:
    """The room without those whom a rule, made since, keeps apart from someone before them."""
    kept: list[Person] = []
    for person in room:
        if ties.welcome(person, kept):
            kept.append(person)
    return kept


# A whole round


def fit(planned: Seating, people: Sequence[Person], sizes: RoomSizes, ties: Ties, seed: int) -> Seating:
    """The planned seating for exactly these people, in rooms of these sizes.

    The absent are dropped, rooms too small are dissolved, rooms too large give up who gains least, and
    those without a seat go where they gain most; then they change places while that saves a repeat.
    Who still cannot sit anywhere, because of rules, rests. O(people x rooms) and a bounded polish.
    """
    groups = _present(planned, set(people), ties)
    seated = {person for group in groups for person in group}
    loose = [person for person in people if person not in seated]
    loose += _dissolve(groups, len(sizes))
    wanted = _targets(groups, sizes)
    loose += _trim(groups, wanted, ties)
    Random(seed).shuffle(loose)
    left = _place(groups, loose, wanted, ties)
    left = [person for person in left if not _squeeze(person, groups, wanted, ties)]
    _polish(groups, loose, ties)
    left += _disband_the_lonely(groups, ties)
    return Seating(tuple(tuple(group) for group in groups if group), tuple(left))


Groups = list[list[Person]]


def _present(planned: Seating, present: set[Person], ties: Ties) -> Groups:
    groups = [_compatible((who for who in group if who in present), ties) for group in planned.groups]
    return [group for group in groups if group]


def _dissolve(groups: Groups, rooms: int) -> list[Person]:
    """Make it exactly that many groups; the smallest are given up."""
    given_up: list[Person] = []
    while len(groups) > rooms:
        smallest = min(groups, key=len)
        groups.remove(smallest)
        given_up += smallest
    groups.extend([] for _ in range(rooms - len(groups)))
    return given_up


def _targets(groups: Groups, sizes: RoomSizes) -> list[int]:
    """A size for each group: the larger the group, the larger its room."""
    largest_first = sorted(range(len(groups)), key=lambda i: -len(groups[i]))
    wanted = [0] * len(groups)
    for i, size in zip(largest_first, sorted(sizes, reverse=True), strict=True):
        wanted[i] = size
    return wanted


def _trim(groups: Groups, wanted: Sequence[int], ties: Ties) -> list[Person]:
    given_up: list[Person] = []
    for group, size in zip(groups, wanted, strict=True):
        while len(group) > size:
            costly = max(group, key=lambda person: ties.cost(person, group))
            group.remove(costly)
            given_up.append(costly)
    return given_up


def _place(groups: Groups, loose: Sequence[Person], wanted: Sequence[int], ties: Ties) -> list[Person]:
    """Everyone to an open room where they meet fewest again; returns those whom rules keep out of all."""
    left: list[Person] = []
    for person in loose:
        open_to = [
            group
            for group, size in zip(groups, wanted, strict=True)
            if len(group) < size and ties.welcome(person, group)
        ]
        if open_to:
            # Fuller rooms first among equals would strand one person; emptier ones spread the arrivals.
            min(open_to, key=lambda group: (ties.cost(person, group), len(group))).append(person)
        else:
            left.append(person)
    return left


def _squeeze(person: Person, groups: Groups, wanted: Sequence[int], ties: Ties) -> bool:
    """Seat someone whom rules keep out of every open room: by an exchange, else in a room one too large."""
    for open_to in (group for group, size in zip(groups, wanted, strict=True) if len(group) < size):
        for group in groups:
            for other in group:
                rest = [who for who in group if who != other]
                if group is not open_to and ties.welcome(person, rest) and ties.welcome(other, open_to):
                    group[group.index(other)] = person
                    open_to.append(other)
                    return True
    for group in sorted(groups, key=len):
        if group and ties.welcome(person, group):
            group.append(person)
            return True
    return False


def _polish(groups: Groups, moved: Iterable[Person], ties: Ties) -> None:
    """Let those who were placed change seats with anyone while that costs fewer repeats."""
    looks = PATIENCE
    better = True
    while better and looks > 0:
        better = False
        for person in moved:
            own = next((group for group in groups if person in group), None)
            if own is None or not ties.cost(person, own):
                continue
            looks -= sum(map(len, groups))
            if (exchange := _best_exchange(person, own, groups, ties)) is not None:
                group, other = exchange
                own[own.index(person)], group[group.index(other)] = other, person
                better = True


def _best_exchange(
    person: Person, own: list[Person], groups: Groups, ties: Ties
) -> tuple[list[Person], Person] | None:
    """The exchange that saves most; None when none saves anything."""
    without = [who for who in own if who != person]
    here = ties.cost(person, own)
    best, saved = None, 0
    for group, other in _others(groups, own):
        rest = [who for who in group if who != other]
        before = here + ties.cost(other, rest)
        after = ties.cost(person, rest) + ties.cost(other, without)
        if before - after > saved and ties.welcome(person, rest) and ties.welcome(other, without):
            best, saved = (group, other), before - after
    return best


def _others(groups: Groups, own: list[Person]) -> Iterator[tuple[list[Person], Person]]:
    return ((group, other) for group in groups if group is not own for other in group)


def _disband_the_lonely(groups: Groups, ties: Ties) -> list[Person]:
    """A room of one joins another; who is welcome nowhere rests."""
    resting: list[Person] = []
    for group in [each for each in groups if len(each) == 1]:
        if len(group) != 1:  # someone has joined them meanwhile
            continue
        (person,) = group
        group.clear()
        open_to = [each for each in groups if each and ties.welcome(person, each)]
        if open_to:
            min(open_to, key=lambda each: (len(each), ties.cost(person, each))).append(person)
        else:
            resting.append(person)
    return resting

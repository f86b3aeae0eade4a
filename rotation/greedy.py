"""A first plan at once: everyone in turn takes the open room that costs least, then the worst places are
mended.

Works for any number of people; near perfect when the rounds leave most people unmet, as in large events.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence

from rotation.chance import Chance
from rotation.costs import LARGEST_ROOM, SMALLER_ROOM, Costs, kinds

# Open rooms looked at before taking the cheapest: more hardly helps, and costs time in large events.
_PROBES = 12
# Swaps tried for someone who repeats a meeting.
_MENDING_TRIES = 60

States = Sequence[MutableSequence[int]]


def arrange(
    people: int,
    rounds: Sequence[Sequence[int]],
    costs: Costs,
    chance: Chance,
    fixed: Sequence[Sequence[Sequence[int]]] = (),
) -> list[list[list[int]]]:
    """Rooms and, last, who rests, for rounds of the given sizes; the `fixed` first rounds stay as they are.

    O(rounds * people * room size) lookups, some dozen times.
    """
    states = states_before(people, costs)
    small, rests = list(costs.small), list(costs.rests)
    plan: list[list[list[int]]] = []
    for number, sizes in enumerate(rounds):
        if number < len(fixed):
            rooms = [list(room) for room in fixed[number]]
        else:
            rooms = _fill(people, sizes, states, costs, small, rests, chance)
            _mend(rooms, states, costs, chance)
        _note(rooms, sizes, states, small, rests)
        plan.append(rooms)
    return plan


def states_before(people: int, costs: Costs) -> States:
    """The state of every pair before the first round."""
    # Bytes keep 5,000 people within 25 MB; a long history needs larger numbers.
    states: States = (
        [bytearray(people) for _ in range(people)]
        if len(costs.once_more) < 256
        else [[0] * people for _ in range(people)]
    )
    for (a, b), state in costs.start.items():
        states[a][b] = states[b][a] = state
    return states


def _fill(
    people: int,
    sizes: Sequence[int],
    states: States,
    costs: Costs,
    small: Sequence[int],
    rests: Sequence[int],
    chance: Chance,
) -> list[list[int]]:
    order = list(range(people))
    chance.shuffle(order)
    # Whoever rested most is seated first; the sort keeps the random order among equals.
    order.sort(key=lambda person: -rests[person])
    seated, resting = order[: sum(sizes)], order[sum(sizes) :]
    kind = kinds(sizes)
    rooms: list[list[int]] = [[] for _ in sizes]
    smaller = [room for room in range(len(sizes)) if kind[room] == SMALLER_ROOM]
    larger = [room for room in range(len(sizes)) if kind[room] == LARGEST_ROOM]
    # Smaller rooms are for those who had the fewest.
    seated.sort(key=lambda person: small[person])
    burdened = sum(sizes[room] for room in smaller)
    for persons, open_rooms in ((seated[:burdened], smaller), (seated[burdened:], larger)):
        chance.shuffle(persons)
        for person in persons:
            _seat(person, rooms, sizes, open_rooms, states[person], costs.once_more, chance)
    return [*rooms, resting]


def _seat(
    person: int,
    rooms: Sequence[list[int]],
    sizes: Sequence[int],
    open_rooms: list[int],
    row: Sequence[int],
    once_more: Sequence[int],
    chance: Chance,
) -> None:
    """Into the cheapest of a few open rooms; a room that is full then is no longer open."""
    cheapest, chosen = -1, 0
    first = chance.below(len(open_rooms))
    for step in range(min(_PROBES, len(open_rooms))):
        slot = (first + step) % len(open_rooms)
        price = 0
        for mate in rooms[open_rooms[slot]]:
            price += once_more[row[mate]]
        if cheapest < 0 or price < cheapest:
            cheapest, chosen = price, slot
            if price == 0:
                break
    room = open_rooms[chosen]
    rooms[room].append(person)
    if len(rooms[room]) == sizes[room]:
        open_rooms[chosen] = open_rooms[-1]
        open_rooms.pop()


def _mend(rooms: list[list[int]], states: States, costs: Costs, chance: Chance) -> None:
    """Swap whoever repeats a meeting with anyone with whom that helps."""
    once_more, count = costs.once_more, len(rooms) - 1
    for here in range(count):
        for place_here in range(len(rooms[here])):
            p = rooms[here][place_here]
            company = [m for m in rooms[here] if m != p]
            row_p = states[p]
            saved = sum([once_more[row_p[m]] for m in company])
            for _ in range(_MENDING_TRIES if saved and count > 1 else 0):
                there = chance.below(count)
                others = rooms[there]
                place_there = chance.below(len(others))
                q = others[place_there]
                if there == here or len(others) != len(rooms[here]):
                    continue
                row_q = states[q]
                price = sum([once_more[row_q[m]] for m in company]) - saved
                if price >= 0 and not any(once_more[row_q[m]] for m in others):
                    continue
                price += sum([once_more[row_p[m]] - once_more[row_q[m]] for m in others if m != q])
                if price < 0:
                    rooms[here][place_here], others[place_there] = q, p
                    break


def _note(
    rooms: Sequence[Sequence[int]], sizes: Sequence[int], states: States, small: list[int], rests: list[int]
) -> None:
    for mates, kind in zip(rooms[:-1], kinds(sizes), strict=False):
        for a in mates:
            row = states[a]
            for b in mates:
                if a != b:
                    row[b] += 1
            if kind != LARGEST_ROOM:
                small[a] += 1
    for a in rooms[-1]:
        rests[a] += 1

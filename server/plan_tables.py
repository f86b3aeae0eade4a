"""A plan as it is read on a terminal: by round, and by person, side by side as the width allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from rotation import PersonId, Plan, Seating
from server.plan_history import AWAY
from server.plan_request import Request

NAME_WIDTH = 26
_GAP = 3
_REST = "·"
_MET = "  met"

Block = list[Text]


def by_round(request: Request, plan: Plan, width: int) -> Iterator[Text]:
    """Every round with its rooms and who is in them."""
    order = {who: at for at, who in enumerate(request.names)}
    blocks = [
        _round(request, number, seating, order, width)
        for number, seating in enumerate(plan.seatings, start=1)
    ]
    widest = max((cell_len(line.plain) for block in blocks for line in block), default=0)
    abreast = max(1, (width + _GAP) // (widest + _GAP))
    for first in range(0, len(blocks), abreast):
        yield from _side_by_side(blocks[first : first + abreast], widest)
        yield Text()


def by_person(request: Request, plan: Plan, met: dict[PersonId, int], width: int) -> Iterator[Text]:
    """For everyone the room of each round, and how many new people they meet.

    More rounds than fit on a line are told in parts.
    """
    places = rooms_of(request, plan)
    names = max(cell_len(shortened(name)) for name in request.names.values())
    digits = max(len(str(max((len(rooms) for rooms in request.problem.rounds), default=0))), 2)
    at_once = max(1, (width - names - len(_MET)) // (digits + 1))
    for first in range(0, len(plan.seatings), at_once):
        numbers = range(first, min(first + at_once, len(plan.seatings)))
        rows = [Text(" " * names, style="bold")]
        rows[0].append("".join(f" {number + 1:>{digits}}" for number in numbers) + _MET)
        for who, name in request.names.items():
            rows.append(Text(set_cell_size(shortened(name), names)))
            for number in numbers:
                place = places[who][number]
                rows[-1].append(f" {place:>{digits}}", style="dim" if place in (_REST, AWAY) else "")
            rows[-1].append(f"{met[who]:>{len(_MET)}}", style="green")
        yield from _newspaper(rows, width)
        if numbers.stop < len(plan.seatings):
            yield Text()
    if not {_REST, AWAY}.isdisjoint(place for rooms in places.values() for place in rooms):
        yield Text()
        yield Text(f"{_REST} rests   {AWAY} is not there", style="dim")


def _newspaper(rows: Block, width: int) -> Iterator[Text]:
    """A table in as many columns as fit, its first row above each; short ones are left as they are."""
    head, body = rows[0], rows[1:]
    wide = cell_len(head.plain)
    abreast = max(1, min((width + _GAP) // (wide + _GAP), -(-len(body) // 8)))
    tall = -(-len(body) // abreast)
    columns = [[head, *body[first : first + tall]] for first in range(0, len(body), tall)]
    yield from _side_by_side(columns, wide)


def rooms_of(request: Request, plan: Plan) -> dict[PersonId, list[str]]:
    """For everyone and each round the number of the room; `·` is a rest, `–` someone who is not there."""
    places: dict[PersonId, list[str]] = {who: [] for who in request.names}
    for seating in plan.seatings:
        room_of = {who: str(room) for room, group in enumerate(seating.groups, start=1) for who in group}
        room_of |= dict.fromkeys(seating.resting, _REST)
        for who, rooms in places.items():
            rooms.append(room_of.get(who, AWAY))
    return places


def shortened(name: str, width: int = NAME_WIDTH) -> str:
    """A name that takes no more than so many columns."""
    return name if cell_len(name) <= width else set_cell_size(name, width - 1).rstrip() + "…"


def _round(request: Request, number: int, seating: Seating, order: dict[PersonId, int], width: int) -> Block:
    """A round's rooms, people in the order of the list."""
    digits = len(str(len(seating.groups)))
    away = [who for who, missed in request.problem.rules.away if missed == number and who in order]
    rooms = [(f"{room:>{digits}}", group) for room, group in enumerate(seating.groups, start=1)]
    places = [*rooms, ("rest", seating.resting), ("away", away)]
    labels = max((len(label) for label, people in places if people), default=0)
    lines = [Text(f"Round {number}", style="bold")]
    for label, people in places:
        if people:
            names = [request.names[who] for who in sorted(people, key=order.__getitem__)]
            lines += _room(label.ljust(labels), names, width)
    return lines


def _room(label: str, names: Sequence[str], width: int) -> Iterator[Text]:
    """A room's people, on as many lines as they need."""
    margin = cell_len(label) + 2
    line = Text(label, style="dim").append("  ")
    used = margin
    for at, name in enumerate(names):
        piece = name + ("," if at + 1 < len(names) else "")
        space = 0 if used == margin else 1
        if space and used + space + cell_len(piece) > width:
            yield line
            line, used, space = Text(" " * margin), margin, 0
        line.append(" " * space + piece, style="not dim")
        used += space + cell_len(piece)
    yield line


def _side_by_side(blocks: Sequence[Block], wide: int) -> Iterator[Text]:
    for parts in zip_longest(*blocks):
        line = Text()
        for at, part in enumerate(parts):
            if part is not None:
                line.pad_right(max(0, at * (wide + _GAP) - cell_len(line.plain)))
                line.append_text(part)
        yield line

"""Who sends to whom: everyone in a room to everyone else in it, as long as both are here.

A host who visits a room is one of those in it, but for one who speaks to everyone: they are received already.
"""

from __future__ import annotations

from itertools import permutations

from rooms.effects import Edge
from rooms.model import Event, RoomNumber
from rooms.presence import company, talking


def edges(event: Event, *, ahead: bool = False) -> tuple[Edge, ...]:
    """The edges that hold now; with `ahead`, those that hold once the announced round starts.

    Edges of hosts come before those of guests: where not all fit, the last are left out.
    """
    round = event.round if ahead else talking(event)
    if round is None:
        return ()
    rooms = company(event, round).items()
    members = ((*_visitors(event, number), *people) for number, people in rooms if people)
    return tuple(edge for room in members for edge in permutations(room, 2) if edge[0] != event.speaker)


def _visitors(event: Event, room: RoomNumber) -> tuple[str, ...]:
    return tuple(host.id for host in event.facilitators.values() if host.visiting == room)

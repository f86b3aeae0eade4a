"""Who sends to whom: everyone in a room to everyone else in it, as long as both are here."""

from __future__ import annotations

from itertools import permutations

from rooms.effects import Edge
from rooms.model import Event
from rooms.presence import company, talking


def edges(event: Event, *, ahead: bool = False) -> tuple[Edge, ...]:
    """The edges that hold now; with `ahead`, those that hold once the announced round starts."""
    round = event.round if ahead else talking(event)
    if round is None:
        return ()
    return tuple(edge for people in company(event, round).values() for edge in permutations(people, 2))

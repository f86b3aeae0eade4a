"""What people say to their room or lobby: kept in memory as long as the room, never longer."""

from __future__ import annotations

from collections import deque

from rooms.model import Event, ParticipantId, RoomNumber, RoundNumber
from server.protocol import Said

LINES = 200  # kept for each place
LENGTH = 1_000  # characters of one line

Place = tuple[RoundNumber, RoomNumber] | None  # None is the lobby


def places(event: Event) -> dict[ParticipantId, Place]:
    """The rooms that people sit in just now. Whoever is not listed is in the lobby."""
    live = event.round
    if live is None or live.state == "announced":
        return {}
    return {person: (live.number, number) for number, room in live.rooms.items() for person in room.people}


class Chat:
    """The lines of one event's places."""

    def __init__(self) -> None:
        self._lines: dict[Place, deque[Said]] = {}

    def add(self, place: Place, said: Said) -> None:
        self._lines.setdefault(place, deque(maxlen=LINES)).append(said)

    def lines(self, place: Place) -> tuple[Said, ...]:
        return tuple(self._lines.get(place, ()))

    def keep(self, standing: set[Place]) -> None:
        """Forget the rooms that are no more; the lobby stays."""
        for gone in self._lines.keys() - standing - {None}:
            del self._lines[gone]

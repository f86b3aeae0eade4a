"""One decision as it changed an event, and how each browser is told of it.

A layer's change is encoded once; everyone in the same audiences gets the same bytes.
"""

from __future__ import annotations

from functools import cached_property

from rooms import views
from rooms.evolve import evolve
from rooms.facts import AnyFact
from rooms.model import By, Event
from server.frames import changed_frame, encoded
from server.journal import Entry


class Step:
    """The facts of one entry, folded: a state before and after each."""

    def __init__(self, event: Event | None, entry: Entry) -> None:
        self.seq, self.at = entry.seq, entry.at
        self.before = event
        moves: list[tuple[Event | None, AnyFact, Event]] = []
        for fact in entry.facts:
            after = evolve(event, fact)
            moves.append((event, fact, after))
            event = after
        if event is None:
            raise ValueError("An event begins with its creation.")
        self.moves = tuple(moves)
        self.after: Event = event
        self._frames: dict[tuple[views.Audience | None, ...], bytes] = {}

    @property
    def facts(self) -> tuple[AnyFact, ...]:
        return tuple(fact for _, fact, _ in self.moves)

    @cached_property
    def _layers(self) -> tuple[dict[views.Audience, bytes], ...]:
        """For each fact, what it changes in each audience's layer."""
        return tuple(
            {audience: encoded(change) for audience, change in views.changes(*move).items()}
            for move in self.moves
        )

    def frame(self, who: By) -> bytes | None:
        """The `Changed` message for someone; None when they see nothing of it."""
        concerned: list[views.Audience | None] = []
        for (_, _, after), layers in zip(self.moves, self._layers, strict=True):
            concerned += (audience for audience in views.audiences(after, who) if audience in layers)
            concerned.append(None)  # the next fact
        key = tuple(concerned)
        if len(key) == len(self.moves):
            return None
        if key not in self._frames:
            self._frames[key] = self._put_together(key)
        return self._frames[key]

    def _put_together(self, key: tuple[views.Audience | None, ...]) -> bytes:
        layers = iter(self._layers)
        current = next(layers)
        changes: list[bytes] = []
        for audience in key[:-1]:
            if audience is None:
                current = next(layers)
            else:
                changes.append(current[audience])
        return changed_frame(self.seq, self.at, changes)

"""One decision as it changed an event, and how each browser is told of it.

What a layer changes is encoded once; browsers in the same audiences get the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from rooms import views
from rooms.evolve import evolve
from rooms.facts import AnyFact
from rooms.model import By, Event
from server.frames import changed_frame, encoded, members
from server.journal import Entry


class CannotReplay(Exception):
    """The journal of one event was read, but its facts make no event."""


class Layer:
    """One audience's part of a change, encoded: for each table, what stands between its brackets."""

    def __init__(self, change: views.Change) -> None:
        self.set = {encoded(table): members(values) for table, values in change.set.items()}
        self.drop = {encoded(table): members(keys) for table, keys in change.drop.items()}


def merged(fact: AnyFact, layers: Sequence[Layer]) -> bytes:
    """One change out of several layers', encoded.

    Where two set the same key the JSON has it twice, and the last one counts, as in `views.redact`.
    """
    tables = _joined([layer.set for layer in layers], b"{%s}")
    dropped = _joined([layer.drop for layer in layers], b"[%s]")
    kind = encoded(type(fact).__name__)
    return b'{"kind":%s,"by":%s,"set":{%s},"drop":{%s}}' % (kind, encoded(fact.by), tables, dropped)


def _joined(parts: Sequence[dict[bytes, bytes]], brackets: bytes) -> bytes:
    tables: dict[bytes, list[bytes]] = {}
    for part in parts:
        for table, inside in part.items():
            tables.setdefault(table, []).append(inside)
    return b",".join(
        table + b":" + brackets % b",".join(filter(None, each)) for table, each in tables.items()
    )


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
        self._frames: dict[tuple[tuple[views.Audience, ...], ...], bytes] = {}

    @property
    def facts(self) -> tuple[AnyFact, ...]:
        return tuple(fact for _, fact, _ in self.moves)

    @cached_property
    def _layers(self) -> tuple[dict[views.Audience, Layer], ...]:
        """For each fact, what it changes in each audience's layer."""
        return tuple(
            {audience: Layer(change) for audience, change in views.changes(*move).items()}
            for move in self.moves
        )

    def frame(self, who: By) -> bytes | None:
        """The `Changed` message for someone; None when they see nothing of it."""
        concerned = tuple(
            tuple(audience for audience in views.audiences(after, who) if audience in layers)
            for (_, _, after), layers in zip(self.moves, self._layers, strict=True)
        )
        if not any(concerned):
            return None
        if concerned not in self._frames:
            self._frames[concerned] = self._put_together(concerned)
        return self._frames[concerned]

    def _put_together(self, concerned: tuple[tuple[views.Audience, ...], ...]) -> bytes:
        changes = [
            merged(fact, [layers[audience] for audience in audiences])
            for (_, fact, _), layers, audiences in zip(self.moves, self._layers, concerned, strict=True)
            if audiences
        ]
        return changed_frame(self.seq, self.at, changes)

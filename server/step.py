"""One decision as it changed an event, and how each browser is told of it.

What a layer changes is encoded once; browsers in the same audiences get the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from rooms import views
from rooms.evolve import evolve
from rooms.facts import AnyFact
from rooms.look import Look
from rooms.model import By, Event, ParticipantId, RoomNumber
from rooms.presence import seats, talking
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


class Told:
    """One fact's layers, and who is in which of them."""

    def __init__(self, layers: dict[views.Audience, Layer], after: Event) -> None:
        self.layers = layers
        self._after = after
        self._shared = {
            views.EVERYONE,
            views.GUESTS,
            views.HOSTS,
            views.FACILITATORS,
            views.ORGANISERS,
        } & layers.keys()
        self._alike = len(self._shared) == len(layers)  # nobody's own layer changes

    @cached_property
    def _seats(self) -> dict[ParticipantId, RoomNumber]:
        return seats(talking(self._after))

    def audiences(self, who: By) -> tuple[views.Audience, ...]:
        """The changed layers that someone is in, in the order in which they are followed."""
        shared = tuple(each for each in views.shared(who.role) if each in self._shared)
        if self._alike or who.role != "participant":
            return shared
        own = views.own(who.id, self._seats.get(who.id))
        return *shared, *(each for each in own if each in self.layers)


class Step:
    """The facts of one entry, folded: a state before and after each.

    `look`: at the event before them, when somebody has made one; looks are passed on from step to step.
    """

    def __init__(self, event: Event | None, entry: Entry, look: Look | None = None) -> None:
        self.seq, self.at = entry.seq, entry.at
        self._look = look
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

    def look(self) -> Look:
        """A look at the event after this step."""
        if self._look is None or self._look.event is not self.after:
            self._look = Look(self.after)
        return self._look

    def pass_look(self) -> Look | None:
        """That look, for the next step, if there is one. It is kept here no longer."""
        look, self._look = self._look, None
        return look if look is not None and look.event is self.after else None

    @cached_property
    def _told(self) -> tuple[Told, ...]:
        """For each fact, what it changes in each audience's layer."""
        told = []
        look = self._look
        for before, fact, after in self.moves:
            found: dict[views.Audience, views.Change] = {}
            now = Look(after)
            if before is not None:
                found = views.compare(look if look and look.event is before else Look(before), fact, now)
            told.append(Told({audience: Layer(change) for audience, change in found.items()}, after))
            look = now
        self._look = look
        return tuple(told)

    def frame(self, who: By) -> bytes | None:
        """The `Changed` message for someone; None when they see nothing of it."""
        concerned = tuple(told.audiences(who) for told in self._told)
        if not any(concerned):
            return None
        if concerned not in self._frames:
            self._frames[concerned] = self._put_together(concerned)
        return self._frames[concerned]

    def _put_together(self, concerned: tuple[tuple[views.Audience, ...], ...]) -> bytes:
        changes = [
            merged(fact, [told.layers[audience] for audience in audiences])
            for (_, fact, _), told, audiences in zip(self.moves, self._told, concerned, strict=True)
            if audiences
        ]
        return changed_frame(self.seq, self.at, changes)

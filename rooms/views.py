"""What each person sees of an event, and how it changes.

Views are made of layers, one per *audience*: what everyone sees, what guests see, what a room, one person,
hosts, facilitators or organisers see. A layer is computed and encoded once for everyone in its audience.

A `Change` sets or drops keys of tables, so following it needs no knowledge of facts: browsers apply it in a
dozen lines. `TOUCHES` says which tables a fact can change at all; only those are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import msgspec

from rooms.cards import Change, GuestView, HostView, RoomCard, View
from rooms.facts import (
    AnyFact,
    ApartSet,
    ContactOffered,
    EventClosed,
    EventCreated,
    EventEdited,
    EventOpened,
    FacilitatorCame,
    FacilitatorWent,
    Fact,
    GraceStarted,
    HelpAsked,
    HelpClosed,
    HelpTaken,
    MessageSent,
    MixedAgain,
    MoveCancelled,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMuted,
    ParticipantReturned,
    ParticipantSatOut,
    ParticipantSeated,
    ParticipantWaits,
    ParticipantWentAway,
    PeopleAdded,
    PersonEdited,
    PersonRemoved,
    PlanAdopted,
    PlenaryStarted,
    RoomVisited,
    RoundAdded,
    RoundAnnounced,
    RoundEnded,
    RoundPaused,
    RoundRefitted,
    RoundResumed,
    RoundSkipped,
    RoundsSet,
    RoundStarted,
    RoundTimeChanged,
    SpeakerChanged,
    TopicSet,
)
from rooms.look import Look, without_email
from rooms.model import By, Event, ParticipantId, Role, RoomNumber
from rooms.presence import seat, talking

__all__ = [
    "TOUCHES",
    "Audience",
    "Change",
    "GuestView",
    "HostView",
    "View",
    "audiences",
    "changes",
    "follow",
    "redact",
    "view",
]


class Audience(NamedTuple):
    """Who shares a layer. `key` is the room's number or the person's id."""

    kind: Literal["everyone", "guests", "room", "person", "hosts", "facilitators", "organisers"]
    key: str = ""


EVERYONE, GUESTS, HOSTS = Audience("everyone"), Audience("guests"), Audience("hosts")
FACILITATORS, ORGANISERS = Audience("facilitators"), Audience("organisers")


def view(event: Event, who: By) -> View:
    """Everything that someone sees now."""
    return seen(Look(event), who)


def seen(look: Look, who: By) -> View:
    """The same, from a look that others may share."""
    event = look.event
    if who.role == "participant":
        return GuestView(
            event=look.card(),
            rounds=look.rounds,
            clock=look.clock(),
            people=look.everyone,
            room=look.room(look.seats.get(who.id)),
            next=look.next(who.id),
            you=look.you(who.id),
            met=look.met(who.id),
            contacts=look.contacts(who.id),
            message=look.message(),
        )
    people = look.listed(event.participants)
    return HostView(
        event=look.card(),
        rounds=look.rounds,
        clock=look.clock(),
        people=people if who.role == "organiser" else without_email(people),
        rooms=look.rooms,
        next=look.move(),
        plan=look.plan,
        past=look.past,
        numbers=look.numbers(),
        needs=look.needs,
        hosts=look.hosts(),
        apart=look.apart(),
        message=look.message(),
    )


def audiences(event: Event, who: By) -> tuple[Audience, ...]:
    """The layers that someone is in, in the order in which their changes are followed."""
    if who.role != "participant":
        return shared(who.role)
    return *shared(who.role), *own(who.id, seat(talking(event), who.id))


def shared(role: Role) -> tuple[Audience, ...]:
    """The layers that everyone of a role is in."""
    match role:
        case "organiser":
            return EVERYONE, HOSTS, ORGANISERS
        case "participant":
            return EVERYONE, GUESTS
        case "facilitator" | "system":
            return EVERYONE, HOSTS, FACILITATORS


def own(person: ParticipantId, seat: RoomNumber | None) -> tuple[Audience, ...]:
    """The layers that not every guest is in: the room where someone has a seat, and their own."""
    room = () if seat is None else (Audience("room", str(seat)),)
    return *room, Audience("person", person)


def changes(before: Event | None, fact: AnyFact, after: Event) -> dict[Audience, Change]:
    """What a fact changes, for every audience whose layer it changes. Nobody watches an event's creation."""
    return {} if before is None else compare(Look(before), fact, Look(after))


def compare(before: Look, fact: AnyFact, after: Look) -> dict[Audience, Change]:
    """The same, from looks that others may share."""
    comparison = _Comparison(fact, before, after)
    comparison.everyone()
    comparison.guests()
    comparison.rooms()
    comparison.persons()
    comparison.hosts()
    return comparison.found()


def redact(before: Event, fact: AnyFact, after: Event, who: By) -> Change | None:
    """What a fact changes for one person; None when they see nothing of it."""
    layers = changes(before, fact, after)
    theirs = [layers[audience] for audience in audiences(after, who) if audience in layers]
    if not theirs:
        return None
    merged = Change(type(fact).__name__, fact.by, {}, {})
    for change in theirs:
        for table, values in change.set.items():
            merged.set.setdefault(table, {}).update(values)
        for table, keys in change.drop.items():
            merged.drop[table] = (*merged.drop.get(table, ()), *keys)
    return merged


def follow(view: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """A view, as plain JSON values, after a change; `client/src/follow.ts` is its twin."""
    tables = dict(view)
    for table, keys in change.drop.items():
        tables[table] = {key: value for key, value in tables[table].items() if key not in keys}
    for table, values in change.set.items():
        tables[table] = {**tables[table], **values}
    return tables


# Which tables a fact can change


class Touch(NamedTuple):
    """`tables` may differ after a fact. Of the personal ones only the rows of the people it names may,
    except for those in `all_rows`. Latecomers' rows and the hosts' needs are always looked at."""

    tables: frozenset[str] = frozenset()
    all_rows: frozenset[str] = frozenset()


def _touch(tables: str = "", all_rows: str = "") -> Touch:
    return Touch(frozenset((tables + " " + all_rows).split()), frozenset(all_rows.split()))


TOUCHES: dict[type[Fact], Touch] = {
    ApartSet: _touch("apart numbers"),
    ContactOffered: _touch("contacts"),
    EventClosed: _touch("event numbers"),
    EventCreated: _touch(),
    EventEdited: _touch("event rounds"),
    EventOpened: _touch("event"),
    FacilitatorCame: _touch("event hosts room"),
    FacilitatorWent: _touch("event hosts room"),
    GraceStarted: _touch("rounds clock"),
    HelpAsked: _touch("room"),
    HelpClosed: _touch("room"),
    HelpTaken: _touch("room"),
    MessageSent: _touch("message"),
    MixedAgain: _touch("numbers"),
    MoveCancelled: _touch("event rounds clock room move plan numbers", "people next you"),
    ParticipantJoined: _touch("people you next numbers"),
    ParticipantLeft: _touch("people room move numbers", "next you"),
    ParticipantMuted: _touch("people you"),
    ParticipantReturned: _touch("people you"),
    ParticipantSatOut: _touch("people room numbers", "you"),
    ParticipantSeated: _touch("people room numbers", "you"),
    ParticipantWaits: _touch("people you"),
    ParticipantWentAway: _touch("people you"),
    PeopleAdded: _touch("people you next numbers"),
    PersonEdited: _touch("people you numbers", "contacts"),
    PersonRemoved: _touch("people room move numbers apart", "next you contacts"),
    PlanAdopted: _touch("plan numbers", "you"),
    PlenaryStarted: _touch("event numbers"),
    RoomVisited: _touch("hosts room"),
    RoundAdded: _touch("rounds numbers plan", "you"),
    RoundAnnounced: _touch("event rounds clock room move plan numbers", "next you"),
    RoundEnded: _touch("event rounds clock room past numbers hosts", "people you met"),
    RoundPaused: _touch("clock"),
    RoundRefitted: _touch("room move numbers", "people next you"),
    RoundResumed: _touch("rounds clock move", "next"),
    RoundSkipped: _touch("rounds plan numbers", "you"),
    RoundStarted: _touch("event clock room move", "people next"),
    RoundTimeChanged: _touch("rounds clock"),
    RoundsSet: _touch("rounds plan numbers", "you"),
    SpeakerChanged: _touch("event"),
    TopicSet: _touch("rounds"),
}


def _named(fact: AnyFact) -> set[ParticipantId]:
    """The participants a fact is about."""
    match fact:
        case PeopleAdded(people=people):
            return {person.id for person in people}
        case ParticipantJoined(person=person) | PersonEdited(person=person):
            return {person.id}
        case ContactOffered(person=id, to=to):
            return {id, to}
        case (
            PersonRemoved(person=id)
            | ParticipantMuted(person=id)
            | ParticipantWaits(person=id)
            | ParticipantSeated(person=id)
            | ParticipantSatOut(person=id)
            | ParticipantWentAway(person=id)
            | ParticipantReturned(person=id)
            | ParticipantLeft(person=id)
        ):
            return {id}
        case _:
            return set()


class _Comparison:
    """Collects, table by table, what differs between two looks at an event."""

    def __init__(self, fact: AnyFact, before: Look, after: Look) -> None:
        self._fact, self._before, self._after = fact, before, after
        self._touch = TOUCHES[type(fact)]
        self._set: dict[Audience, dict[str, dict[str, Any]]] = {}
        self._drop: dict[Audience, dict[str, tuple[str, ...]]] = {}

    def found(self) -> dict[Audience, Change]:
        kind, by = type(self._fact).__name__, self._fact.by
        return {
            audience: Change(kind, by, self._set.get(audience, {}), self._drop.get(audience, {}))
            for audience in self._set.keys() | self._drop.keys()
        }

    def everyone(self) -> None:
        before, after, tables = self._before, self._after, self._touch.tables
        if "event" in tables:
            self._card(EVERYONE, "event", before.card(), after.card())
        if "rounds" in tables:
            self._rows(EVERYONE, "rounds", before.rounds, after.rounds)
        if "clock" in tables:
            self._card(EVERYONE, "clock", before.clock(), after.clock())
        if "message" in tables:
            self._card(EVERYONE, "message", before.message(), after.message())

    def guests(self) -> None:
        if "people" in self._touch.tables:
            ids = self._concerned("people")
            self._rows(GUESTS, "people", self._before.people(ids), self._after.people(ids))

    def rooms(self) -> None:
        """For each room what differs in it; for those who sit elsewhere now what differs beyond that."""
        if "room" not in self._touch.tables:
            return
        before, after = self._before, self._after
        for number in sorted(set(after.seats.values())):
            was = before.room(number) if before.talking is not None else RoomCard()
            self._card(Audience("room", str(number)), "room", was, after.room(number))
        for id in sorted(before.seats.keys() | after.seats.keys()):
            was_in, is_in = before.seats.get(id), after.seats.get(id)
            if was_in != is_in:
                known = self._set.get(Audience("room", str(is_in)), {}).get("room", {})
                self._card(
                    Audience("person", id), "room", before.room(was_in), after.room(is_in), known=known
                )

    def persons(self) -> None:
        """What one person sees: of those concerned, and of latecomers, who see where they could go."""
        before, after, tables = self._before, self._after, self._touch.tables
        for id in self._concerned("you") if "you" in tables else {*before.late, *after.late}:
            self._card(Audience("person", id), "you", before.you(id), after.you(id))
        for id in self._concerned("next") if "next" in tables else ():
            self._card(Audience("person", id), "next", before.next(id), after.next(id))
        for id in self._concerned("met") if "met" in tables else ():
            self._rows(Audience("person", id), "met", before.met(id), after.met(id))
        for id in self._concerned("contacts") if "contacts" in tables else ():
            self._rows(Audience("person", id), "contacts", before.contacts(id), after.contacts(id))

    def hosts(self) -> None:
        before, after, tables = self._before, self._after, self._touch.tables
        if "people" in tables:
            ids = self._concerned("people")
            was, now = before.listed(ids), after.listed(ids)
            self._rows(ORGANISERS, "people", was, now)
            self._rows(FACILITATORS, "people", without_email(was), without_email(now))
        if "room" in tables:
            self._rows(HOSTS, "rooms", before.rooms, after.rooms)
        if "move" in tables:
            self._card(HOSTS, "next", before.move(), after.move())
        if "plan" in tables:
            self._rows(HOSTS, "plan", before.plan, after.plan)
        if "past" in tables:
            self._rows(HOSTS, "past", before.past, after.past)
        if "numbers" in tables:
            after.follows(before)
            self._card(HOSTS, "numbers", before.numbers(), after.numbers())
        if "hosts" in tables:
            self._rows(HOSTS, "hosts", before.hosts(), after.hosts())
        if "apart" in tables:
            self._rows(HOSTS, "apart", before.apart(), after.apart())
        self._rows(HOSTS, "needs", before.needs, after.needs)

    def _concerned(self, table: str) -> list[ParticipantId]:
        """Whose rows to compare, in a fixed order."""
        if table in self._touch.all_rows:
            return sorted(self._before.event.participants.keys() | self._after.event.participants.keys())
        return sorted({*_named(self._fact), *self._before.late, *self._after.late})

    def _card(
        self,
        audience: Audience,
        table: str,
        before: msgspec.Struct,
        after: msgspec.Struct,
        known: Mapping[str, Any] | None = None,
    ) -> None:
        """Compare field by field; `known` is what another layer tells the same people."""
        if before == after:
            return
        for field in after.__struct_fields__:
            value = getattr(after, field)
            if getattr(before, field) != value and field not in (known or ()):
                self._put(audience, table, field, value)

    def _rows(
        self, audience: Audience, table: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> None:
        for key, value in after.items():
            if key not in before or before[key] != value:
                self._put(audience, table, key, value)
        gone = tuple(key for key in before if key not in after)
        if gone:
            self._drop.setdefault(audience, {})[table] = gone

    def _put(self, audience: Audience, table: str, key: str, value: Any) -> None:
        self._set.setdefault(audience, {}).setdefault(table, {})[key] = msgspec.to_builtins(value)

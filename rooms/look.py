"""An event as the tables that people see. Everything is made from the state alone, so it never goes stale.

`Look` remembers what several cards need; it lives as long as one view or one change is being made.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Literal

from msgspec.structs import replace

from rooms import history
from rooms.assignment import Ties, best_room, comfortable, ties
from rooms.cards import (
    ClockCard,
    ContactCard,
    EventCard,
    HostCard,
    ListedCard,
    MessageCard,
    MoveCard,
    NeedCard,
    NextCard,
    NumbersCard,
    PersonCard,
    RoomCard,
    RoundCard,
    SeatingCard,
    YouCard,
)
from rooms.model import Event, Participant, ParticipantId, RoomNumber, Round, RoundNumber
from rooms.presence import company, here, seats, talking, willing
from rooms.problem import Posing, answers, may_be_up_to_date, posing
from rooms.timetable import coming, starts, worth_joining

RoundState = Literal["to come", "now", "done", "skipped"]


class Look:
    """One moment of an event. Whoever makes several views or changes of it shares one look."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.talking = talking(event)
        self._yous: dict[ParticipantId, YouCard] = {}

    def follows(self, before: Look) -> None:
        """What the moment before has found out about the plan and still holds, so that it need not again."""
        same_rounds = coming(before.event) == coming(self.event)
        if before.event.offered is self.event.offered and same_rounds and before._posing == self._posing:
            self._up_to_date = before._up_to_date

    @cached_property
    def _up_to_date(self) -> bool:
        return may_be_up_to_date(self.event) and answers(self.event.offered, self._posing)

    @cached_property
    def _posing(self) -> Posing | None:
        return posing(self.event)

    # What everyone sees

    def card(self) -> EventCard:
        event = self.event
        hosts = tuple(host.name for host in event.facilitators.values() if host.here)
        speaker = event.facilitators.get(event.speaker)
        return EventCard(
            event.id,
            event.title,
            event.zone,
            event.starts_at,
            event.phase,
            event.manual,
            event.next_at,
            event.closed_at,
            hosts,
            None if speaker is None else speaker.id,
            "" if speaker is None else speaker.name,
        )

    @cached_property
    def rounds(self) -> dict[str, RoundCard]:
        started = starts(self.event)
        held = {past.number for past in self.event.past}
        return {str(number): self._round(number, started[number], number in held) for number in started}

    def _round(self, number: RoundNumber, starts_at: int | None, held: bool) -> RoundCard:
        round = self.event.agenda[number - 1]
        state = self._state(number, held, round.skipped)
        return RoundCard(
            number, round.minutes, round.size, round.topic, round.question, state, starts_at, round.rooms
        )

    def _state(self, number: RoundNumber, held: bool, skipped: bool) -> RoundState:
        if held:
            return "done"
        if self.event.round is not None and self.event.round.number == number:
            return "now"
        return "skipped" if skipped else "to come"

    def clock(self) -> ClockCard:
        live = self.event.round
        if live is None:
            return ClockCard()
        return ClockCard(live.number, live.state, live.starts_at, live.ends_at, live.paused_at)

    def message(self) -> MessageCard:
        message = self.event.message
        return (
            MessageCard()
            if message is None
            else MessageCard(message.id, message.text, message.by, message.at)
        )

    # What guests see

    def people(self, ids: Iterable[ParticipantId]) -> dict[ParticipantId, PersonCard]:
        """Those who have come in at some time. Nobody is told who was taken out: they left."""
        joined = (self.event.participants.get(id) for id in ids)
        return {
            person.id: PersonCard(
                person.name,
                person.headline,
                person.role,
                "left" if person.presence == "removed" else person.presence,
            )
            for person in joined
            if person is not None and person.joined_at is not None
        }

    @cached_property
    def seats(self) -> dict[ParticipantId, RoomNumber]:
        """Everyone with a seat in the round that people are in."""
        return seats(self.talking)

    def room(self, number: RoomNumber | None) -> RoomCard:
        """A room of the live round; None is no room."""
        live = self.event.round
        if live is None or number is None or number not in live.rooms:
            return RoomCard()
        room = live.rooms[number]
        visitors = {h.id: h.name for h in self.event.facilitators.values() if h.visiting == number}
        if room.help is None:
            return RoomCard(number, room.people, visitors=visitors)
        host = self.event.facilitators.get(room.help.taken_by)
        return RoomCard(
            number,
            room.people,
            room.help.asked_at,
            room.help.asked_by,
            None if host is None else host.name,
            visitors,
        )

    def next(self, id: ParticipantId) -> NextCard:
        live = self.event.round
        if live is None or live.state != "announced" or id not in self.event.participants:
            return NextCard()
        number = self._announced_seats.get(id)
        if number is None:
            return NextCard(live.number, starts_at=live.starts_at)
        people = tuple(other for other in live.rooms[number].people if other != id)
        known = self.event.met.get(id, {})
        new = tuple(other for other in people if other not in known)
        return NextCard(live.number, number, people, new, live.starts_at)

    @cached_property
    def _announced_seats(self) -> dict[ParticipantId, RoomNumber]:
        return seats(self.event.round)

    @cached_property
    def everyone(self) -> dict[ParticipantId, PersonCard]:
        """`people`, all of them."""
        return self.people(self.event.participants)

    def you(self, id: ParticipantId) -> YouCard:
        if id not in self._yous:
            self._yous[id] = self._you(id)
        return self._yous[id]

    def _you(self, id: ParticipantId) -> YouCard:
        person = self.event.participants.get(id, Participant(id, ""))
        can_join = self._can_join(person)
        new_next, to_come = self._planned(id)
        return YouCard(
            id=id,
            name=person.name,
            headline=person.headline,
            email=person.email,
            presence=person.presence,
            late_since=person.late_since,
            waits=person.waits,
            sits_out=person.sits_out,
            can_join=can_join,
            join_with=() if can_join is None else self._company.get(can_join, ()),
            new_next=new_next,
            to_come=to_come,
            muted=person.muted,
        )

    @cached_property
    def late(self) -> tuple[ParticipantId, ...]:
        return tuple(person.id for person in here(self.event) if person.late_since is not None)

    def _can_join(self, person: Participant) -> RoomNumber | None:
        round = self.talking
        if round is None or person.late_since is None or person.presence != "here":
            return None
        if not worth_joining(self.event, round, max(person.late_since, round.starts_at)):
            return None
        people = sum(1 for each in here(self.event) if willing(each))
        size = comfortable(self.event.agenda[round.number - 1], people)
        return best_room(person.id, self._company, size, self._ties)

    @cached_property
    def _company(self) -> dict[RoomNumber, tuple[ParticipantId, ...]]:
        return {} if self.talking is None else company(self.event, self.talking)

    @cached_property
    def _ties(self) -> Ties:
        round = self.talking
        return ties(self.event, () if round is None else history.met_in(self.event, round, round.counted_at))

    def _planned(self, id: ParticipantId) -> tuple[int | None, int | None]:
        """New people whom the plan has for someone: in the next round, and in all to come."""
        groups = [planned[id] for planned in self._plan if id in planned]
        if not groups or id not in self.event.participants:
            return None, None
        known = {id, *self.event.met.get(id, ()), *self._roommates(id)}
        new_next = len(set(groups[0]) - known) if id in self._plan[0] else None
        return new_next, len(set().union(*groups) - known)

    def _roommates(self, id: ParticipantId) -> tuple[ParticipantId, ...]:
        number = self._announced_seats.get(id)
        live: Round | None = self.event.round
        return () if live is None or number is None else live.rooms[number].people

    @cached_property
    def _plan(self) -> tuple[dict[ParticipantId, tuple[ParticipantId, ...]], ...]:
        """For each planned round to come: everyone's group. Empty when the next round is not planned."""
        rounds = coming(self.event)
        offered = self.event.offered
        if offered is None or not rounds or offered.seating(rounds[0]) is None:
            return ()
        seatings = (offered.seating(number) for number in rounds)
        return tuple(
            {person: group for group in seating.groups for person in group}
            for seating in seatings
            if seating is not None
        )

    def met(self, id: ParticipantId) -> dict[ParticipantId, tuple[RoundNumber, ...]]:
        return self.event.met.get(id, {})

    def contacts(self, id: ParticipantId) -> dict[ParticipantId, ContactCard]:
        """Nobody learns of an offer that they have not made themselves."""
        offers = self.event.contacts
        return {
            to: ContactCard(True, self.event.participants[to].email if (to, id) in offers else None)
            for who, to in offers
            if who == id and to in self.event.participants
        }

    # What hosts see

    def listed(self, ids: Iterable[ParticipantId]) -> dict[ParticipantId, ListedCard]:
        """Anyone on the list, with their e-mail addresses: for organisers only."""
        found = (self.event.participants.get(id) for id in ids)
        return {person.id: self._listed(person) for person in found if person is not None}

    def _listed(self, person: Participant) -> ListedCard:
        return ListedCard(
            name=person.name,
            headline=person.headline,
            role=person.role,
            email=person.email,
            presence=person.presence,
            away_since=person.away_since,
            room=self.seats.get(person.id),
            late_since=person.late_since,
            waits=person.waits,
            sits_out=person.sits_out,
            met=tuple(self.event.met.get(person.id, ())),
            muted=person.muted,
        )

    @cached_property
    def rooms(self) -> dict[str, RoomCard]:
        live = self.event.round
        return {} if live is None else {str(number): self.room(number) for number in sorted(live.rooms)}

    def move(self) -> MoveCard:
        live = self.event.round
        if live is None or live.state != "announced":
            return MoveCard()
        numbers = range(1, max(live.rooms, default=0) + 1)
        rooms = tuple(live.rooms[n].people if n in live.rooms else () for n in numbers)
        return MoveCard(live.number, rooms, live.resting, live.starts_at)

    @cached_property
    def plan(self) -> dict[str, SeatingCard]:
        offered = self.event.offered
        if offered is None:
            return {}
        planned = ((number, offered.seating(number)) for number in coming(self.event))
        return {str(n): SeatingCard(each.groups, each.resting) for n, each in planned if each is not None}

    @cached_property
    def past(self) -> dict[str, SeatingCard]:
        return {str(past.number): SeatingCard(past.rooms, past.resting) for past in self.event.past}

    def numbers(self) -> NumbersCard:
        offered = self.event.offered
        if offered is None:
            return NumbersCard(planned=False)
        numbers, proof = offered.numbers, offered.certificate
        return NumbersCard(
            planned=self._up_to_date,
            people=numbers.people,
            possible=max(numbers.people - 1, 0),
            mean=numbers.mean,
            least=numbers.least,
            most=numbers.most,
            repeats=numbers.repeats,
            distinct=proof.distinct,
            bound=proof.bound,
            bound_name=proof.bound_name,
            optimal=proof.optimal,
        )

    @cached_property
    def needs(self) -> dict[str, NeedCard]:
        """Rooms that ask for help, latecomers who have not chosen, people whose connection is lost."""
        wanted: dict[str, NeedCard] = {}
        for number, room in ({} if self.talking is None else self.talking.rooms).items():
            if room.help is not None:
                host = self.event.facilitators.get(room.help.taken_by)
                name = "" if host is None else host.name
                wanted[f"help:{number}"] = NeedCard(
                    "help", room.help.asked_at, room.help.asked_by, number, taken_by=name
                )
        for person in self.event.participants.values():
            if person.presence == "away" and person.away_since is not None:
                room_kept = self.seats.get(person.id)
                wanted[f"away:{person.id}"] = NeedCard("away", person.away_since, person.id, room_kept)
            elif person.presence == "here" and person.late_since is not None and not person.waits:
                wanted[f"late:{person.id}"] = self._late(person, person.late_since)
        return wanted

    def _late(self, person: Participant, since: int) -> NeedCard:
        room = self._can_join(person)
        new = 0 if room is None else self._ties.new(person.id, self._company[room])
        return NeedCard("late", since, person.id, room, new)

    def hosts(self) -> dict[str, HostCard]:
        return {id: HostCard(h.name, h.here, h.visiting) for id, h in self.event.facilitators.items()}

    def apart(self) -> dict[str, tuple[ParticipantId, ParticipantId]]:
        return {f"{a} {b}": (a, b) for a, b in self.event.apart}


def without_email(cards: dict[ParticipantId, ListedCard]) -> dict[ParticipantId, ListedCard]:
    """The list as facilitators see it."""
    return {id: replace(card, email="") for id, card in cards.items()}

"""The state after a fact. The only place where an event changes; never refuses, never looks at a clock."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from msgspec.structs import replace

from rooms import history
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
    GraceStarted,
    Groups,
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
from rooms.model import (
    Constellation,
    Event,
    Facilitator,
    Help,
    Message,
    Newcomer,
    Offered,
    Participant,
    ParticipantId,
    PastRound,
    Presence,
    Room,
    RoomNumber,
    Round,
    RoundNumber,
)
from rooms.presence import seat, talking
from rooms.timetable import coming
from rotation import Plan, Seating


def replay(facts: Iterable[AnyFact]) -> Event:
    """The event that all its facts make. At least one fact, the first an `EventCreated`."""
    event = reduce(evolve, facts, None)
    if event is None:
        raise ValueError("An event begins with a fact; there is none.")
    return event


def evolve(event: Event | None, fact: AnyFact) -> Event:
    """The event after one more fact."""
    if isinstance(fact, EventCreated):
        return _created(fact)
    if event is None:
        raise ValueError(f"An event begins with EventCreated, not with {type(fact).__name__}.")
    return replace(_after(event, fact), at=fact.at)


def _after(event: Event, fact: AnyFact) -> Event:
    match fact:
        case EventCreated():
            return _created(fact)
        case EventEdited():
            return replace(
                event, title=fact.title, zone=fact.zone, starts_at=fact.starts_at, manual=fact.manual
            )
        case RoundsSet():
            return replace(event, agenda=fact.rounds)
        case PeopleAdded():
            added = {person.id: _listed(person) for person in fact.people}
            return replace(event, participants={**event.participants, **added})
        case PersonEdited():
            return _person(event, fact.person.id, **_newcomer(fact.person))
        case PersonRemoved():
            return _removed(event, fact)
        case ApartSet():
            return replace(event, apart=fact.pairs)
        case MixedAgain():
            offered = None if event.offered is None else replace(event.offered, based_on="")
            return replace(event, seed=fact.seed, offered=offered)
        case EventOpened():
            return replace(event, phase="open")
        case PlanAdopted():
            return replace(
                event,
                offered=Offered(fact.plan, fact.certificate, fact.based_on, fact.numbers, coming(event)),
            )
        case PlenaryStarted():
            return replace(event, phase="plenary", next_at=None)
        case RoundAnnounced():
            return replace(event, phase="rounds", round=_announced(fact), next_at=None)
        case RoundRefitted():
            return _refitted(event, fact)
        case MoveCancelled():
            return _cancelled(event, fact.number)
        case RoundStarted():
            return replace(
                _round(event, state="running", counted_at=fact.at), speaker="", cutover=event.cutover + 1
            )
        case RoundPaused():
            return _paused(event, fact.at)
        case RoundResumed():
            return _resumed(event, fact)
        case RoundTimeChanged():
            return _time_changed(event, fact)
        case GraceStarted():
            return _round(_unpaused(event, fact.at), state="grace", ends_at=fact.until)
        case RoundEnded():
            return _ended(event, fact)
        case RoundSkipped():
            return _agenda(event, fact.number, skipped=fact.skipped)
        case RoundAdded():
            return replace(event, agenda=(*event.agenda, fact.round))
        case TopicSet():
            return _agenda(event, fact.number, topic=fact.topic, question=fact.question)
        case ParticipantJoined():
            return _joined(event, fact)
        case ParticipantWaits():
            return _person(event, fact.person, waits=True)
        case ParticipantSeated():
            return _seated(event, fact)
        case ParticipantSatOut():
            return _sat_out(event, fact)
        case ParticipantWentAway():
            away = _person(_counted(event, fact.at), fact.person, presence="away", away_since=fact.at)
            return _switched_if_seated(away, fact.person)
        case ParticipantReturned():
            back = _person(_counted(event, fact.at), fact.person, presence="here", away_since=None)
            return _switched_if_seated(back, fact.person)
        case ParticipantLeft():
            return _gone(event, fact.person, fact.at, "left")
        case FacilitatorCame():
            known = event.facilitators.get(fact.id, Facilitator(fact.id, fact.name))
            return _facilitator(event, replace(known, name=fact.name, here=True))
        case FacilitatorWent():
            return _host_gone(event, event.facilitators[fact.id])
        case RoomVisited():
            visited = _facilitator(event, replace(event.facilitators[fact.by], visiting=fact.room))
            return replace(visited, cutover=event.cutover + 1)
        case SpeakerChanged():
            return replace(event, speaker=fact.host, cutover=event.cutover + 1)
        case ParticipantMuted():
            return _muted(event, fact)
        case MessageSent():
            return replace(event, message=Message(fact.id, fact.text, fact.name, fact.at))
        case HelpAsked():
            return _help(event, fact.room, Help(fact.at, fact.by))
        case HelpTaken():
            return _taken(event, fact)
        case HelpClosed():
            return _help(event, fact.room, None)
        case ContactOffered():
            return _contact(event, fact)
        case EventClosed():
            over = replace(event, phase="closed", round=None, next_at=None, closed_at=fact.at)
            return replace(over, speaker="", cutover=event.cutover + bool(event.speaker))


# People


def _created(fact: EventCreated) -> Event:
    return Event(
        id=fact.event,
        title=fact.title,
        zone=fact.zone,
        starts_at=fact.starts_at,
        created_at=fact.at,
        rate=fact.rate,
        seed=fact.seed,
        manual=fact.manual,
        agenda=fact.rounds,
        at=fact.at,
    )


def _newcomer(person: Newcomer) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "role": person.role, "headline": person.headline}


def _listed(person: Newcomer) -> Participant:
    return Participant(person.id, person.name, person.email, person.role, person.headline)


def _person(event: Event, person: ParticipantId, **changes: object) -> Event:
    changed = replace(event.participants[person], **changes)
    return replace(event, participants={**event.participants, person: changed})


def _joined(event: Event, fact: ParticipantJoined) -> Event:
    """Someone new, someone on the list, or someone who had left."""
    known = event.participants.get(fact.person.id, _listed(fact.person))
    joined = replace(
        known,
        **_newcomer(fact.person),
        presence="here",
        away_since=None,
        joined_at=fact.at if known.joined_at is None else known.joined_at,
        late_since=fact.at if fact.late else None,
        waits=False,
    )
    return replace(event, participants={**event.participants, joined.id: joined})


def _gone(event: Event, person: ParticipantId, at: int, presence: Presence) -> Event:
    """Not here any more: the seat is free, and whatever they wanted for this round is forgotten."""
    event = _unseat(_counted(event, at), person)
    return _person(
        event,
        person,
        presence=presence,
        away_since=None,
        late_since=None,
        waits=False,
        sits_out=False,
        muted=(),
    )


def _removed(event: Event, fact: PersonRemoved) -> Event:
    if event.phase != "draft":
        return _gone(event, fact.person, fact.at, "removed")
    kept = {id: person for id, person in event.participants.items() if id != fact.person}
    return replace(
        event, participants=kept, apart=tuple(two for two in event.apart if fact.person not in two)
    )


def _sat_out(event: Event, fact: ParticipantSatOut) -> Event:
    if fact.on and talking(event) is not None:
        event = _unseat(_counted(event, fact.at), fact.person, resting=True)
    return _person(event, fact.person, sits_out=fact.on)


# Seats


def _seated(event: Event, fact: ParticipantSeated) -> Event:
    event = _unseat(_counted(event, fact.at), fact.person, resting=fact.room is None)
    told_to_wait = fact.room is None and fact.why == "moved"
    event = _person(event, fact.person, late_since=None, waits=told_to_wait)
    if event.round is None or fact.room is None:
        return event
    room = event.round.rooms.get(fact.room, Room(()))
    rooms = {**event.round.rooms, fact.room: replace(room, people=(*room.people, fact.person))}
    resting = tuple(person for person in event.round.resting if person != fact.person)
    # Somebody who had no seat switches just as somebody who changes rooms does.
    return replace(_round(event, rooms=rooms, resting=resting), cutover=event.cutover + 1)


def _unseat(event: Event, person: ParticipantId, *, resting: bool = False) -> Event:
    """Free the seat in the announced or running round; `resting` remembers them among those who rest."""
    if event.round is None:
        return event
    rest = tuple(who for who in event.round.resting if who != person)
    number = seat(event.round, person)
    rooms = event.round.rooms
    if number is not None:
        left = tuple(who for who in rooms[number].people if who != person)
        rooms = {**rooms, number: Room(left, rooms[number].help if left else None)}
        event = _switched_if_seated(event, person)
    return _round(event, rooms=rooms, resting=(*rest, person) if resting else rest)


def _switched_if_seated(event: Event, person: ParticipantId) -> Event:
    """One more switch of the media plane, when a room that is talking gains or loses someone."""
    if seat(talking(event), person) is None:
        return event
    return replace(event, cutover=event.cutover + 1)


def _rooms(groups: Groups) -> dict[RoomNumber, Room]:
    return {number: Room(people) for number, people in enumerate(groups, start=1) if people}


# Rounds


def _round(event: Event, **changes: object) -> Event:
    return event if event.round is None else replace(event, round=replace(event.round, **changes))


def _agenda(event: Event, number: RoundNumber, **changes: object) -> Event:
    changed: Constellation = replace(event.agenda[number - 1], **changes)
    return replace(event, agenda=(*event.agenda[: number - 1], changed, *event.agenda[number:]))


def _announced(fact: RoundAnnounced) -> Round:
    return Round(fact.number, "announced", _rooms(fact.rooms), fact.resting, fact.starts_at, fact.ends_at)


def _refitted(event: Event, fact: RoundRefitted) -> Event:
    """Whoever was told to wait and has a seat now waits no more."""
    waiting = [id for room in fact.rooms for id in room if event.participants[id].waits]
    for id in waiting:
        event = _person(event, id, waits=False)
    return _round(event, rooms=_rooms(fact.rooms), resting=fact.resting)


def _cancelled(event: Event, number: RoundNumber) -> Event:
    """Back in the plenary. The seating that was announced is the plan for that round again."""
    if event.round is not None and event.offered is not None and number not in event.offered.rounds:
        seating = Seating(tuple(room.people for room in event.round.rooms.values()), event.round.resting)
        event = replace(
            event,
            offered=replace(
                event.offered,
                plan=Plan((seating, *event.offered.plan.seatings)),
                rounds=(number, *event.offered.rounds),
            ),
        )
    people = {id: replace(person, waits=False) for id, person in event.participants.items()}
    return replace(event, phase="plenary", round=None, participants=people)


def _counted(event: Event, at: int) -> Event:
    """Time together counted up to now, before something changes who is together."""
    if event.round is None or event.round.state == "announced":
        return event
    spent = history.together(event, event.round, at)
    return _round(event, together=spent, counted_at=max(at, event.round.counted_at))


def _paused(event: Event, at: int) -> Event:
    return _round(_counted(event, at), paused_at=at)


def _unpaused(event: Event, at: int) -> Event:
    round = event.round
    if round is None or round.paused_at is None:
        return event
    passed = at - round.paused_at if round.state != "announced" else 0
    return _round(event, paused_at=None, paused_ms=round.paused_ms + passed, counted_at=at)


def _resumed(event: Event, fact: RoundResumed) -> Event:
    if event.round is None:
        return event
    later = fact.ends_at - event.round.ends_at
    starts_at = event.round.starts_at + (later if event.round.state == "announced" else 0)
    return _round(_unpaused(event, fact.at), starts_at=starts_at, ends_at=fact.ends_at)


def _time_changed(event: Event, fact: RoundTimeChanged) -> Event:
    """In grace, more time means that the round goes on."""
    if event.round is None:
        return event
    state = "announced" if event.round.state == "announced" else "running"
    return _round(event, state=state, ends_at=fact.ends_at)


def _ended(event: Event, fact: RoundEnded) -> Event:
    event = _unpaused(_counted(event, fact.at), fact.at)
    round = event.round
    if round is None:
        return event
    past = _past(event, round, fact.at)
    forced = {id for id in round.resting if _benched(event.participants[id], round)}
    people = {
        id: replace(
            person,
            late_since=None,
            waits=False,
            sits_out=False,
            forced_rests=person.forced_rests + (id in forced),
        )
        for id, person in event.participants.items()
    }
    return replace(
        event,
        round=None,
        past=(*event.past, past),
        met=history.remember(event.met, round.number, past.met),
        participants=people,
        facilitators={id: replace(host, visiting=None) for id, host in event.facilitators.items()},
        next_at=fact.next_at,
        cutover=event.cutover + 1,
    )


def _benched(person: Participant, round: Round) -> bool:
    """Without a seat though they came in time, and neither they nor a host wanted it so."""
    late = person.joined_at is None or person.joined_at > round.starts_at
    return person.presence == "here" and not (person.sits_out or person.waits or late)


def _past(event: Event, round: Round, at: int) -> PastRound:
    return PastRound(
        number=round.number,
        started_at=round.starts_at,
        ended_at=at,
        talked_ms=at - round.starts_at - round.paused_ms,
        rooms=tuple(room.people for room in round.rooms.values() if room.people),
        met=history.met_in(event, round, at),
        resting=round.resting,
    )


# Hosts, help, contacts


def _facilitator(event: Event, host: Facilitator) -> Event:
    return replace(event, facilitators={**event.facilitators, host.id: host})


def _host_gone(event: Event, host: Facilitator) -> Event:
    """Neither in a room nor heard any more."""
    switched = host.visiting is not None or event.speaker == host.id
    event = _facilitator(event, replace(host, here=False, visiting=None))
    speaker = "" if event.speaker == host.id else event.speaker
    return replace(event, speaker=speaker, cutover=event.cutover + switched)


def _muted(event: Event, fact: ParticipantMuted) -> Event:
    others = tuple(medium for medium in event.participants[fact.person].muted if medium != fact.medium)
    return _person(event, fact.person, muted=(*others, fact.medium) if fact.on else others)


def _help(event: Event, number: RoomNumber, help: Help | None) -> Event:
    if event.round is None:
        return event
    room = replace(event.round.rooms[number], help=help)
    return _round(event, rooms={**event.round.rooms, number: room})


def _taken(event: Event, fact: HelpTaken) -> Event:
    help = event.round.rooms[fact.room].help if event.round is not None else None
    return event if help is None else _help(event, fact.room, replace(help, taken_by=fact.by))


def _contact(event: Event, fact: ContactOffered) -> Event:
    others = tuple(each for each in event.contacts if each != (fact.person, fact.to))
    return replace(event, contacts=(*others, (fact.person, fact.to)) if fact.on else others)

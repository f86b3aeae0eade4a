"""Commands that prepare an event: its name, people, rounds and rules."""

from __future__ import annotations

import re

from rooms import typed
from rooms.clock import refit_announced
from rooms.commands import (
    AddPeople,
    AddRound,
    CreateEvent,
    EditEvent,
    EditPerson,
    KeepApart,
    MixAgain,
    OfferPlan,
    OpenEvent,
    RemovePerson,
    SetRounds,
    SetTopic,
    SkipRound,
)
from rooms.facts import (
    ApartSet,
    EventCreated,
    EventEdited,
    EventOpened,
    MixedAgain,
    PeopleAdded,
    PersonEdited,
    PersonRemoved,
    PlanAdopted,
    RoundAdded,
    RoundSkipped,
    RoundsSet,
    TopicSet,
)
from rooms.model import By, Event, RoundNumber
from rooms.problem import in_force, posed, problem, summary, up_to_date
from rooms.refused import Refused
from rooms.timetable import announced
from rooms.turn import Turn, not_over, person
from rotation import Nonsense, certify, check, digest, pair, score

TITLE, ZONE = 200, 64
YEAR_3000 = 32_503_680_000_000  # ms since 1970: later than that, neither calendars nor browsers can say when


def create(command: CreateEvent, by: By, now: int) -> EventCreated:
    if not 0.01 <= command.rate <= 1_000:
        raise Refused(
            "bad-rate", "Let the event clock run between 0.01 and 1,000 times as fast as the real one."
        )
    return EventCreated(
        at=now,
        by=by.id,
        event=typed.line(command.event, "The event’s id", typed.ID),
        title=_title(command.title),
        zone=_zone(command.zone),
        starts_at=_start(command.starts_at),
        rounds=typed.rounds(command.rounds),
        manual=command.manual,
        rate=command.rate,
        seed=command.seed,
    )


def edit(turn: Turn, command: EditEvent) -> None:
    not_over(turn.event)
    turn.add(
        EventEdited(
            at=turn.at,
            by=turn.by,
            title=_title(command.title),
            zone=_zone(command.zone),
            starts_at=_start(command.starts_at),
            manual=command.manual,
        )
    )


def open_event(turn: Turn, _: OpenEvent) -> None:
    not_over(turn.event)
    if turn.event.phase != "draft":
        raise Refused("already-open", "The event is open already; guests can come in.")
    turn.add(EventOpened(at=turn.at, by=turn.by))


# People


def add_people(turn: Turn, command: AddPeople) -> None:
    not_over(turn.event)
    if not command.people:
        raise Refused("no-people", "The list is empty. Add at least one person.")
    people = tuple(typed.person(each) for each in command.people)
    room_for(turn.event, len(people))
    known = set(turn.event.participants)
    for each in people:
        if each.id in known:
            raise Refused("exists", f"{each.name} is on the list already. Change the entry instead.")
        known.add(each.id)
    turn.add(PeopleAdded(at=turn.at, by=turn.by, people=people))


def edit_person(turn: Turn, command: EditPerson) -> None:
    not_over(turn.event)
    edited = typed.person(command.person)
    person(turn.event, edited.id)
    turn.add(PersonEdited(at=turn.at, by=turn.by, person=edited))


def remove_person(turn: Turn, command: RemovePerson) -> None:
    not_over(turn.event)
    person(turn.event, command.person)
    turn.add(PersonRemoved(at=turn.at, by=turn.by, person=command.person))


def keep_apart(turn: Turn, command: KeepApart) -> None:
    not_over(turn.event)
    for a, b in command.pairs:
        if a == b:
            name = person(turn.event, a).name
            raise Refused(
                "apart-from-self", f"{name} cannot be kept apart from themselves. Choose two people."
            )
        person(turn.event, a)
        person(turn.event, b)
    pairs = tuple(sorted({pair(a, b) for a, b in command.pairs}))
    turn.add(ApartSet(at=turn.at, by=turn.by, pairs=pairs))
    _possible(turn.event)
    refit_announced(turn)


def mix_again(turn: Turn, command: MixAgain) -> None:
    not_over(turn.event)
    turn.add(MixedAgain(at=turn.at, by=turn.by, seed=command.seed))


def room_for(event: Event, newcomers: int) -> None:
    """Refuses too-many-people."""
    if len(event.participants) + newcomers > typed.PEOPLE:
        raise Refused("too-many-people", f"An event holds at most {typed.PEOPLE:,} people.")


def _possible(event: Event) -> None:
    """Refuses rules that leave no plan, with the planner's reason and the people's names."""
    try:
        posed(event)
    except Nonsense as nonsense:
        raise Refused("too-many-apart", _named(event, str(nonsense))) from nonsense


def _named(event: Event, sentence: str) -> str:
    people = event.participants
    return re.sub(r"[^\s,.]+", lambda word: people[word[0]].name if word[0] in people else word[0], sentence)


# Rounds


def set_rounds(turn: Turn, command: SetRounds) -> None:
    not_over(turn.event)
    held = turn.event.agenda[: announced(turn.event)]
    turn.add(RoundsSet(at=turn.at, by=turn.by, rounds=typed.rounds((*held, *command.rounds))))


def add_round(turn: Turn, command: AddRound) -> None:
    not_over(turn.event)
    typed.rounds((*turn.event.agenda, command.round))
    turn.add(RoundAdded(at=turn.at, by=turn.by, round=typed.constellation(command.round)))


def skip_round(turn: Turn, command: SkipRound) -> None:
    not_over(turn.event)
    _exists(turn.event, command.number)
    if command.number <= announced(turn.event):
        raise Refused(
            "already-announced", f"Round {command.number} has been announced. End it, or cancel the move."
        )
    if turn.event.agenda[command.number - 1].skipped == command.skipped:
        if command.skipped:
            raise Refused("already-skipped", f"Round {command.number} is left out already.")
        raise Refused("not-skipped", f"Round {command.number} is not left out.")
    turn.add(RoundSkipped(at=turn.at, by=turn.by, number=command.number, skipped=command.skipped))


def set_topic(turn: Turn, command: SetTopic) -> None:
    not_over(turn.event)
    _exists(turn.event, command.number)
    if any(past.number == command.number for past in turn.event.past):
        raise Refused("already-announced", f"Round {command.number} is over; its topic stays.")
    turn.add(
        TopicSet(
            at=turn.at,
            by=turn.by,
            number=command.number,
            topic=typed.topic(command.topic),
            question=typed.question(command.question),
        )
    )


# Plans


def offer_plan(turn: Turn, command: OfferPlan) -> None:
    """Adopt a plan that fits, keeps every rule and is better than the one in force."""
    wanted = problem(turn.event)
    if wanted is None or digest(wanted) != command.based_on:
        raise Refused("stale-plan", "The people, rounds, rules or meetings have changed. Plan again.")
    if faults := check(wanted, command.plan):
        raise Refused("bad-plan", faults[0].sentence)
    if (best := in_force(turn.event)) is not None and not check(wanted, best):
        # In the planner's own order of what matters. The plan in force may have been made before the
        # problem changed: then one as good takes its place, so that the numbers are those of now.
        theirs, ours = score(wanted, command.plan), score(wanted, best)
        if theirs < ours or (theirs == ours and up_to_date(turn.event)):
            raise Refused("no-better", "The plan in force is as good. Mix again to see a different one.")
    turn.add(
        PlanAdopted(
            at=turn.at,
            by=turn.by,
            plan=command.plan,
            certificate=certify(wanted, command.plan),
            based_on=command.based_on,
            numbers=summary(wanted, command.plan),
        )
    )


def _exists(event: Event, number: RoundNumber) -> None:
    if not 1 <= number <= len(event.agenda):
        raise Refused("no-round", f"There is no round {number}; the event has {len(event.agenda)}.")


def _title(title: str) -> str:
    return typed.line(title, "The title", TITLE)


def _start(starts_at: int | None) -> int | None:
    if starts_at is not None and not 0 <= starts_at < YEAR_3000:
        raise Refused("bad-time", "Choose a start between the years 1970 and 3000.")
    return starts_at


def _zone(zone: str) -> str:
    if not zone.strip() or len(zone) > ZONE or not zone.isprintable():
        raise Refused("bad-zone", "Choose a time zone by its name, such as Europe/Copenhagen.")
    return zone.strip()

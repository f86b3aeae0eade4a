"""What is to be planned: the rounds to come, for the people an event has now.

The event never plans. It says what the problem is, and judges the plans that come back.
"""

from __future__ import annotations

from typing import NamedTuple

from rooms import history
from rooms.assignment import room_sizes
from rooms.effects import ImprovePlan
from rooms.facts import (
    AnyFact,
    ApartSet,
    EventClosed,
    EventCreated,
    Fact,
    MixedAgain,
    MoveCancelled,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantSatOut,
    ParticipantSeated,
    PeopleAdded,
    PersonEdited,
    PersonRemoved,
    PlenaryStarted,
    RoundAdded,
    RoundAnnounced,
    RoundEnded,
    RoundRefitted,
    RoundSkipped,
    RoundsSet,
)
from rooms.model import Event, Offered, Participant, ParticipantId, PlanNumbers, Presence
from rooms.timetable import coming
from rotation import History, Nonsense, Pair, Person, Plan, Problem, Rules, Seating, digest, numbers

TOUCHING: frozenset[type[Fact]] = frozenset(
    {
        ApartSet,
        EventClosed,
        EventCreated,
        MixedAgain,
        MoveCancelled,
        ParticipantJoined,
        ParticipantLeft,
        ParticipantSatOut,
        ParticipantSeated,
        PeopleAdded,
        PersonEdited,
        PersonRemoved,
        PlenaryStarted,
        RoundAdded,
        RoundAnnounced,
        RoundEnded,
        RoundRefitted,
        RoundsSet,
        RoundSkipped,
    }
)
"""The facts after which there may be another problem; all others leave it as it is."""

EXPECTED: frozenset[Presence] = frozenset({"expected", "here", "away"})
PRESENT: frozenset[Presence] = frozenset({"here", "away"})


def problem(event: Event) -> Problem | None:
    """The rounds to come as a problem for `rotation`; None when there is nothing to plan.

    Until the event begins everyone on the list is planned for, then everyone who is here or briefly away.
    None also when rules leave no plan at all: each round is then fitted as well as it can be.
    """
    try:
        return posed(event)
    except Nonsense:
        return None


def posed(event: Event) -> Problem | None:
    """Like `problem`, but `rotation.Nonsense` says which rules leave no plan."""
    given = posing(event)
    return None if given is None else _pose(given)


def _pose(given: Posing) -> Problem:
    return Problem(
        people=tuple(Person(id, role) for id, role in given.people),
        rounds=given.rounds,
        rules=Rules(apart=frozenset(given.apart)),
        history=given.history,
    )


class Posing(NamedTuple):
    """All that a problem is made of: equal ones make equal problems, and are quicker to have."""

    people: tuple[tuple[ParticipantId, str], ...]  # with their roles
    rounds: tuple[tuple[int, ...], ...]
    apart: tuple[Pair, ...]
    history: History


def posing(event: Event) -> Posing | None:
    """What there is to plan; None when there is nothing."""
    people = planned_for(event)
    rounds = coming(event)
    if len(people) < 2 or not rounds or event.phase == "closed":
        return None
    return Posing(
        tuple((person.id, person.role) for person in people),
        tuple(room_sizes(event.agenda[number - 1], len(people)) for number in rounds),
        event.apart,
        history.for_planning(event),
    )


def planned_for(event: Event) -> tuple[Participant, ...]:
    """The people a plan would be made for."""
    who = EXPECTED if event.phase in ("draft", "open") else PRESENT
    return tuple(person for person in event.participants.values() if person.presence in who)


def up_to_date(event: Event) -> bool:
    """Whether the plan in force was made for the problem as it is now."""
    return may_be_up_to_date(event) and answers(event.offered, posing(event))


def may_be_up_to_date(event: Event) -> bool:
    """Whether the plan in force is at least for these rounds, and for as many people."""
    offered = event.offered
    if offered is None or not offered.based_on or offered.rounds != coming(event):
        return False
    return offered.numbers.people == len(planned_for(event))


def answers(offered: Offered | None, given: Posing | None) -> bool:
    """Whether a plan was made for exactly this."""
    if offered is None or given is None:
        return False
    try:
        return digest(_pose(given)) == offered.based_on
    except Nonsense:
        return False


def request(event: Event, problem: Problem) -> ImprovePlan:
    """Ask for a plan. After `MixAgain`, from scratch; else from the plan in force."""
    return ImprovePlan(problem, digest(problem), in_force(event), event.seed)


def asked(facts: tuple[AnyFact, ...], before: Event | None, after: Event) -> ImprovePlan | None:
    """The request for a plan that these facts make necessary."""
    if not any(type(fact) in TOUCHING for fact in facts):
        return None
    mixed = any(isinstance(fact, MixedAgain) for fact in facts)
    given = posing(after)
    if given is None or (not mixed and before is not None and _same(before, after, given)):
        return None
    try:
        return request(after, _pose(given))
    except Nonsense:
        return None


def _same(before: Event, after: Event, given: Posing) -> bool:
    """Whether there was the same to plan before, for the same rounds."""
    return coming(before) == coming(after) and posing(before) == given


def summary(problem: Problem, plan: Plan) -> PlanNumbers:
    """The numbers of a plan as the event remembers them."""
    counted = numbers(problem, plan)
    return PlanNumbers(
        len(problem.people), counted.met_mean, counted.met_min, counted.met_max, counted.repeats
    )


def in_force(event: Event) -> Plan | None:
    """The plan in force for exactly the rounds to come; a round it does not know has no groups yet.

    None before the first plan, and while another, equally good one is wanted.
    """
    offered = event.offered
    if offered is None or not offered.based_on:
        return None
    return Plan(tuple(offered.seating(number) or Seating(()) for number in coming(event)))

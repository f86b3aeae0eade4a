"""What is to be planned: the rounds to come, for the people an event has now.

The event never plans. It says what the problem is, and judges the plans that come back.
"""

from __future__ import annotations

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
from rooms.model import Event, Participant, PlanNumbers, Presence
from rooms.timetable import coming
from rotation import Nonsense, Person, Plan, Problem, Rules, Seating, digest, numbers

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
    people = planned_for(event)
    rounds = coming(event)
    if len(people) < 2 or not rounds or event.phase == "closed":
        return None
    return Problem(
        people=tuple(Person(person.id, person.role) for person in people),
        rounds=tuple(room_sizes(event.agenda[number - 1], len(people)) for number in rounds),
        rules=Rules(apart=frozenset(event.apart)),
        history=history.for_planning(event),
    )


def planned_for(event: Event) -> tuple[Participant, ...]:
    """The people a plan would be made for."""
    who = EXPECTED if event.phase in ("draft", "open") else PRESENT
    return tuple(person for person in event.participants.values() if person.presence in who)


def up_to_date(event: Event) -> bool:
    """Whether the plan in force was made for the problem as it is now. The cheap differences come first."""
    offered = event.offered
    if offered is None or not offered.based_on or offered.rounds != coming(event):
        return False
    if offered.numbers.people != len(planned_for(event)):
        return False
    posed = problem(event)
    return posed is not None and digest(posed) == offered.based_on


def request(event: Event, problem: Problem) -> ImprovePlan:
    """Ask for a plan. After `MixAgain`, from scratch; else from the plan in force."""
    return ImprovePlan(problem, digest(problem), in_force(event), event.seed)


def asked(facts: tuple[AnyFact, ...], before: Event | None, after: Event) -> ImprovePlan | None:
    """The request for a plan that these facts make necessary."""
    if not any(type(fact) in TOUCHING for fact in facts):
        return None
    now = problem(after)
    if now is None:
        return None
    mixed = any(isinstance(fact, MixedAgain) for fact in facts)
    same = before is not None and _outline(before) == _outline(after) and problem(before) == now
    return request(after, now) if mixed or not same else None


def _outline(event: Event) -> tuple[object, ...]:
    """Part of a problem that is quick to compare."""
    return coming(event), [(person.id, person.role) for person in planned_for(event)]


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

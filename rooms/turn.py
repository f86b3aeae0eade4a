"""One decision in the making: each fact added at once becomes part of the state for the next."""

from __future__ import annotations

from rooms.evolve import evolve
from rooms.facts import AnyFact
from rooms.model import SYSTEM, By, Event, Participant, ParticipantId, Round, RoundNumber
from rooms.presence import talking
from rooms.refused import Refused


class Turn:
    """`event` is the state after `facts`; `at` is the time of what happens next, `by` who causes it."""

    def __init__(self, event: Event, by: By, now: int) -> None:
        self.event = event
        self.by = by.id
        self.name = by.name
        self.at = max(now, event.at)
        self.facts: list[AnyFact] = []

    def add(self, fact: AnyFact) -> None:
        self.event = evolve(self.event, fact)
        self.facts.append(fact)

    def clocked(self, at: int) -> Turn:
        """A turn of the clock's at a scheduled time, going on from here."""
        return Turn(self.event, SYSTEM, at)

    def take(self, other: Turn) -> None:
        """Go on from where another turn has come to."""
        self.event = other.event
        self.facts += other.facts


# What commands have to find before they can do anything


def person(event: Event, id: ParticipantId) -> Participant:
    """Someone on the list. Refuses unknown-person, removed."""
    found = event.participants.get(id)
    if found is None:
        raise Refused("unknown-person", "This person is not on the list any more. Load the list again.")
    if found.presence == "removed":
        raise Refused("removed", f"{found.name} was taken out of the event.")
    return found


def live(event: Event, expects: RoundNumber) -> Round:
    """The round that is announced, running or in grace. Refuses wrong-round."""
    round = event.round
    if round is None:
        raise Refused("wrong-round", f"Round {expects} is not running. Start it first.")
    if round.number != expects:
        raise Refused("wrong-round", f"Round {round.number} is on now, not round {expects}.")
    return round


def running(event: Event) -> Round:
    """The round that people are in. Refuses not-started."""
    round = talking(event)
    if round is None:
        raise Refused("not-started", "No round is running. Wait until everyone is in their rooms.")
    return round


def begun(event: Event) -> None:
    """Open and not over. Refuses not-open, over."""
    if event.phase == "draft":
        raise Refused("not-open", "Open the event first.")
    not_over(event)


def not_over(event: Event) -> None:
    """Refuses over."""
    if event.phase == "closed":
        raise Refused("over", "The event is over; nothing can be changed any more.")

"""Who is here, who would like a seat, and who sits where."""

from __future__ import annotations

from collections.abc import Iterator

from rooms.model import Event, Participant, ParticipantId, RoomNumber, Round


def here(event: Event) -> Iterator[Participant]:
    """Everyone connected, in the order of the list."""
    return (person for person in event.participants.values() if person.presence == "here")


def willing(person: Participant) -> bool:
    """Here, and neither sitting out, nor told to wait, nor a latecomer who has not been seated yet."""
    return (
        person.presence == "here" and not person.sits_out and not person.waits and person.late_since is None
    )


def talking(event: Event) -> Round | None:
    """The round that people are in, running or in grace; None while it is only announced."""
    return event.round if event.round is not None and event.round.state != "announced" else None


def seats(round: Round | None) -> dict[ParticipantId, RoomNumber]:
    """Everyone with a seat, away or here."""
    if round is None:
        return {}
    return {person: number for number, room in round.rooms.items() for person in room.people}


def seat(round: Round | None, person: ParticipantId) -> RoomNumber | None:
    """The room in which someone has a seat."""
    if round is None:
        return None
    return next((number for number, room in round.rooms.items() if person in room.people), None)


def company(event: Event, round: Round) -> dict[RoomNumber, tuple[ParticipantId, ...]]:
    """For every room of the round, who of it is here: empty when all are away."""
    people = event.participants
    return {
        number: tuple(person for person in room.people if people[person].presence == "here")
        for number, room in round.rooms.items()
    }


def unseated(event: Event, round: Round) -> tuple[ParticipantId, ...]:
    """Everyone who would like a seat in the round and has none."""
    seated = seats(round)
    return tuple(person.id for person in here(event) if willing(person) and person.id not in seated)

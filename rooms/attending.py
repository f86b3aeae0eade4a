"""Commands of those who take part, and the shell's news about who is here."""

from __future__ import annotations

from rooms import history, typed
from rooms.clock import live_ties, refit_announced, seat_latecomer
from rooms.commands import (
    AskHelp,
    HostCame,
    HostWent,
    Join,
    Leave,
    MarkAway,
    MarkGone,
    MarkReturned,
    OfferContact,
    SeatMe,
    SitOut,
    UnmuteMe,
    WaitForNext,
)
from rooms.facts import (
    ContactOffered,
    FacilitatorCame,
    FacilitatorWent,
    HelpAsked,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMuted,
    ParticipantReturned,
    ParticipantSatOut,
    ParticipantSeated,
    ParticipantWaits,
    ParticipantWentAway,
)
from rooms.model import Event, Newcomer, Participant, ParticipantId, RoomNumber, Round
from rooms.preparing import room_for
from rooms.presence import company, seat, talking
from rooms.refused import Refused
from rooms.timetable import worth_joining
from rooms.turn import Turn, not_over, person, running
from rotation import pair

# Coming and going


def join(turn: Turn, command: Join) -> None:
    if turn.event.phase == "draft":
        raise Refused("not-open", "The event is not open yet. This page lets you in when it is.")
    if turn.event.phase == "closed":
        raise Refused("over", "The event is over.")
    known = turn.event.participants.get(command.person.id)
    if known is None:
        room_for(turn.event, 1)
    elif known.presence == "removed":
        raise Refused(
            "removed", "You cannot come in again. Write to your host if you think this is a mistake."
        )
    newcomer = typed.person(command.person if known is None else _filled(command.person, known))
    if known is not None and known.presence == "away":
        _returned(turn, known.id)
    elif known is None or known.presence != "here":
        late = talking(turn.event) is not None
        turn.add(ParticipantJoined(at=turn.at, by=turn.by, person=newcomer, late=late))
        refit_announced(turn)


def _filled(typed: Newcomer, known: Participant) -> Newcomer:
    """What the list knows, where nothing was typed."""
    return Newcomer(
        id=known.id,
        name=typed.name.strip() or known.name,
        email=typed.email.strip() or known.email,
        role=typed.role.strip() or known.role,
        headline=typed.headline.strip() or known.headline,
    )


def leave(turn: Turn, _: Leave) -> None:
    not_over(turn.event)
    if _present(turn.event, turn.by) is None:
        raise Refused("not-here", "You have left already.")
    _left(turn, turn.by)


def mark_away(turn: Turn, command: MarkAway) -> None:
    """Old news changes nothing: the connection may be back, or the person gone, before the timer fires."""
    who = _present(turn.event, command.person)
    if who is not None and who.presence == "here":
        turn.add(ParticipantWentAway(at=turn.at, by=turn.by, person=who.id))
        refit_announced(turn)


def mark_returned(turn: Turn, command: MarkReturned) -> None:
    who = _present(turn.event, command.person)
    if who is not None and who.presence == "away":
        _returned(turn, who.id)


def mark_gone(turn: Turn, command: MarkGone) -> None:
    who = _present(turn.event, command.person)
    if who is not None:
        _left(turn, who.id)


def _present(event: Event, id: ParticipantId) -> Participant | None:
    """Someone here or briefly away, while the event lasts."""
    found = event.participants.get(id)
    if event.phase == "closed" or found is None or found.presence not in ("here", "away"):
        return None
    return found


def _left(turn: Turn, id: ParticipantId) -> None:
    turn.add(ParticipantLeft(at=turn.at, by=turn.by, person=id))
    refit_announced(turn)


def _returned(turn: Turn, id: ParticipantId) -> None:
    """Back to the own room if someone is there, else to where the partners are now."""
    turn.add(ParticipantReturned(at=turn.at, by=turn.by, person=id))
    round = talking(turn.event)
    if round is not None and (room := _partners_room(turn.event, round, id, turn.at)) is not None:
        turn.add(ParticipantSeated(at=turn.at, by=turn.by, person=id, room=room, why="returned"))
    refit_announced(turn)


def _partners_room(event: Event, round: Round, id: ParticipantId, at: int) -> RoomNumber | None:
    """The room of those they were together with longest this round; None when their own has company."""
    own, inside = seat(round, id), company(event, round)
    if own is None or len(inside[own]) > 1:
        return None
    ties = live_ties(event, at)
    spent = {
        number: sum(round.together.get(pair(id, other), 0) for other in people)
        for number, people in inside.items()
        if number != own and ties.welcome(id, people)
    }
    best = max(spent, key=lambda number: (spent[number], -number), default=None)
    return best if best is not None and spent[best] > 0 else None


# A place in the round


def seat_me(turn: Turn, _: SeatMe) -> None:
    who = _latecomer(turn)
    round = running(turn.event)
    if not worth_joining(turn.event, round, turn.at):
        raise Refused("too-late", "This round is nearly over. You have a place in the next one.")
    if not seat_latecomer(turn, who.id):
        raise Refused("no-place", "No room can take you now. You have a place in the next round.")


def wait_for_next(turn: Turn, _: WaitForNext) -> None:
    who = _latecomer(turn)
    if who.waits:
        raise Refused("not-late", "You are waiting for the next round already.")
    turn.add(ParticipantWaits(at=turn.at, by=turn.by, person=who.id))


def _latecomer(turn: Turn) -> Participant:
    who = _here(turn)
    if who.late_since is None:
        raise Refused("not-late", "You have your place; there is nothing to choose.")
    return who


def sit_out(turn: Turn, command: SitOut) -> None:
    who = _here(turn)
    if who.sits_out == command.on:
        if command.on:
            raise Refused("already-resting", "You sit out already.")
        raise Refused("not-resting", "You do not sit out.")
    turn.add(ParticipantSatOut(at=turn.at, by=turn.by, person=who.id, on=command.on))
    refit_announced(turn)


def _here(turn: Turn) -> Participant:
    not_over(turn.event)
    who = person(turn.event, turn.by)
    if who.presence != "here":
        raise Refused("not-here", "You are not in the event now. Come in again.")
    return who


def ask_help(turn: Turn, _: AskHelp) -> None:
    who = _here(turn)
    round = talking(turn.event)
    number = seat(round, who.id)
    if round is None or number is None:
        raise Refused("no-room", "You are in no room. Your host is with you in the lobby.")
    if round.rooms[number].help is not None:
        raise Refused("help-asked", "Your room has asked for help already. A host will come by.")
    turn.add(HelpAsked(at=turn.at, by=turn.by, room=number))


def unmute_me(turn: Turn, command: UnmuteMe) -> None:
    who = _here(turn)
    if command.medium not in who.muted:
        raise Refused("not-muted", "You are not muted.")
    turn.add(ParticipantMuted(at=turn.at, by=turn.by, person=who.id, medium=command.medium, on=False))


# Afterwards


def offer_contact(turn: Turn, command: OfferContact) -> None:
    """Also after the event, and to someone who has left."""
    who = person(turn.event, turn.by)
    if not history.have_met(turn.event, who.id, command.to, turn.at):
        raise Refused("not-met", "You can offer your contact to people you have met.")
    if ((who.id, command.to) in turn.event.contacts) == command.on:
        if command.on:
            raise Refused("already-offered", "You have offered this contact already.")
        raise Refused("not-offered", "You have not offered this contact.")
    turn.add(ContactOffered(at=turn.at, by=turn.by, person=who.id, to=command.to, on=command.on))


# Hosts


def host_came(turn: Turn, command: HostCame) -> None:
    """A host is here, or has said another name."""
    name = typed.line(command.name, "The name", typed.NAME)
    host = turn.event.facilitators.get(command.id)
    if host is None or not host.here or host.name != name:
        turn.add(FacilitatorCame(at=turn.at, by=command.id, id=command.id, name=name))


def host_went(turn: Turn, command: HostWent) -> None:
    host = turn.event.facilitators.get(command.id)
    if host is not None and host.here:
        turn.add(FacilitatorWent(at=turn.at, by=command.id, id=command.id))

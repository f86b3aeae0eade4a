"""What a command does: facts and effects, or a refusal. Pure: the same arguments give the same answer.

First happens everything that is due by now, then the command, then what it makes necessary: seats for
those left alone, and the next round when the clock was only waiting for people.
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from rooms import attending, preparing, running
from rooms.clock import relieve_all, settle
from rooms.commands import (
    AddPeople,
    AddRound,
    AnyCommand,
    AskHelp,
    CallBack,
    CancelMove,
    CloseEvent,
    CloseHelp,
    CreateEvent,
    EditEvent,
    EditPerson,
    EndRound,
    Extend,
    HostCame,
    HostWent,
    Join,
    KeepApart,
    Leave,
    LetWait,
    MarkAway,
    MarkGone,
    MarkReturned,
    MixAgain,
    MovePerson,
    MuteGuest,
    OfferContact,
    OfferPlan,
    OpenEvent,
    Pause,
    RemovePerson,
    Resume,
    SeatMe,
    SendMessage,
    SetRounds,
    SetTopic,
    Shorten,
    SitOut,
    SkipRound,
    SpeakToAll,
    StartRound,
    TakeHelp,
    UnmuteMe,
    VisitRoom,
    WaitForNext,
    Wake,
)
from rooms.effects import ApplyMedia, BroadcastMedia, Effect, GateMedia, PrepareMedia, WakeAt
from rooms.evolve import evolve
from rooms.facts import AnyFact, ParticipantMuted
from rooms.media import edges
from rooms.model import By, Event, Room, RoomNumber
from rooms.policy import allowed
from rooms.problem import asked, problem, request, up_to_date
from rooms.refused import Refused
from rooms.timetable import next_deadline
from rooms.turn import Turn

__all__ = ["Decision", "Refused", "decide", "problem", "standing_effects"]


class Decision(msgspec.Struct, frozen=True):
    """What happened, and what the shell must do once it is durable. Both may be empty."""

    facts: tuple[AnyFact, ...]
    effects: tuple[Effect, ...] = ()


def decide(event: Event | None, command: AnyCommand, by: By, now: int) -> Decision | Refused:
    """The answer to a command given by someone at a time (ms of event time).

    A refusal drops what was due along with the command; the timer that stands brings it.
    """
    try:
        facts = _facts(event, command, by, now)
    except Refused as refused:
        return refused
    return Decision(facts, _effects(event, facts, woken=isinstance(command, Wake)))


def standing_effects(event: Event, now: int) -> tuple[Effect, ...]:
    """What the shell must have under way for an event it has just replayed: timer, plan, media."""
    wanted: list[Effect] = []
    deadline = next_deadline(event)
    if deadline is not None:
        wanted.append(WakeAt(max(deadline, now)))
    wanted += [BroadcastMedia(event.speaker or None), ApplyMedia(edges(event), event.cutover)]
    wanted += _prepared(event)
    wanted += [
        GateMedia(person.id, medium, False)
        for person in event.participants.values()
        for medium in person.muted
    ]
    posed = problem(event)
    if posed is not None and not up_to_date(event):
        wanted.append(request(event, posed))
    return tuple(wanted)


def _facts(event: Event | None, command: AnyCommand, by: By, now: int) -> tuple[AnyFact, ...]:
    if not allowed(command, by):
        raise Refused("not-allowed", "Your link does not allow this. Ask the organiser.")
    if isinstance(command, CreateEvent):
        if event is not None:
            raise Refused("exists", "The event exists already.")
        return (preparing.create(command, by, now),)
    if event is None:
        raise Refused("no-event", "There is no such event. Check the link.")
    turn = Turn(event, by, now)
    settle(turn)
    _give(turn, command)
    relieve_all(turn)
    settle(turn)
    return tuple(turn.facts)


def _give(turn: Turn, command: AnyCommand) -> None:
    match command:
        case CreateEvent() | Wake():
            pass  # created before; whatever was due has happened
        case EditEvent():
            preparing.edit(turn, command)
        case SetRounds():
            preparing.set_rounds(turn, command)
        case AddPeople():
            preparing.add_people(turn, command)
        case EditPerson():
            preparing.edit_person(turn, command)
        case RemovePerson():
            preparing.remove_person(turn, command)
        case KeepApart():
            preparing.keep_apart(turn, command)
        case MixAgain():
            preparing.mix_again(turn, command)
        case OpenEvent():
            preparing.open_event(turn, command)
        case SkipRound():
            preparing.skip_round(turn, command)
        case AddRound():
            preparing.add_round(turn, command)
        case SetTopic():
            preparing.set_topic(turn, command)
        case OfferPlan():
            preparing.offer_plan(turn, command)
        case CallBack():
            running.call_back(turn, command)
        case StartRound():
            running.start(turn, command)
        case CancelMove():
            running.cancel_move(turn, command)
        case Pause():
            running.pause(turn, command)
        case Resume():
            running.resume(turn, command)
        case Extend():
            running.extend(turn, command)
        case Shorten():
            running.shorten(turn, command)
        case EndRound():
            running.end_round(turn, command)
        case MovePerson():
            running.move_person(turn, command)
        case LetWait():
            running.let_wait(turn, command)
        case SendMessage():
            running.send_message(turn, command)
        case TakeHelp():
            running.take_help(turn, command)
        case CloseHelp():
            running.close_help(turn, command)
        case VisitRoom():
            running.visit_room(turn, command)
        case SpeakToAll():
            running.speak_to_all(turn, command)
        case MuteGuest():
            running.mute_guest(turn, command)
        case CloseEvent():
            running.close(turn, command)
        case Join():
            attending.join(turn, command)
        case SeatMe():
            attending.seat_me(turn, command)
        case WaitForNext():
            attending.wait_for_next(turn, command)
        case SitOut():
            attending.sit_out(turn, command)
        case AskHelp():
            attending.ask_help(turn, command)
        case UnmuteMe():
            attending.unmute_me(turn, command)
        case OfferContact():
            attending.offer_contact(turn, command)
        case Leave():
            attending.leave(turn, command)
        case HostCame():
            attending.host_came(turn, command)
        case HostWent():
            attending.host_went(turn, command)
        case MarkAway():
            attending.mark_away(turn, command)
        case MarkReturned():
            attending.mark_returned(turn, command)
        case MarkGone():
            attending.mark_gone(turn, command)
        case _:
            assert_never(command)


# Effects


def _effects(before: Event | None, facts: tuple[AnyFact, ...], *, woken: bool) -> tuple[Effect, ...]:
    after = before
    for fact in facts:
        after = evolve(after, fact)
    if after is None:
        return ()
    wanted: list[Effect] = []
    if before is not None and after.speaker != before.speaker:
        wanted.append(BroadcastMedia(after.speaker or None))
    switched = before is None or after.cutover != before.cutover
    if switched:
        wanted.append(ApplyMedia(edges(after), after.cutover))
    if switched or before is None or _announcement(after) != _announcement(before):
        wanted += _prepared(after)
    wanted += [
        GateMedia(fact.person, fact.medium, not fact.on)
        for fact in facts
        if isinstance(fact, ParticipantMuted)
    ]
    deadline = next_deadline(after)
    if deadline is not None and (woken or before is None or deadline != next_deadline(before)):
        wanted.append(WakeAt(deadline))
    if (wish := asked(facts, before, after)) is not None:
        wanted.append(wish)
    return tuple(wanted)


def _announcement(event: Event) -> tuple[int, dict[RoomNumber, Room]] | None:
    """What people switch to, and when; None unless a move lies ahead with its time running."""
    round = event.round
    if round is None or round.state != "announced" or round.paused_at is not None:
        return None
    return round.starts_at, round.rooms


def _prepared(event: Event) -> list[Effect]:
    announced = _announcement(event)
    if announced is None:
        return []
    return [PrepareMedia(edges(event, ahead=True), announced[0], event.cutover + 1)]

"""Commands that run an event live: rounds, moves, messages, help."""

from __future__ import annotations

from rooms import typed
from rooms.clock import announce, end, grace, refit_announced, refit_to
from rooms.commands import (
    CallBack,
    CancelMove,
    CloseEvent,
    CloseHelp,
    EndRound,
    Extend,
    LetWait,
    MovePerson,
    MuteGuest,
    Pause,
    Resume,
    SendMessage,
    Shorten,
    SpeakToAll,
    StartRound,
    TakeHelp,
    VisitRoom,
)
from rooms.facts import (
    EventClosed,
    HelpClosed,
    HelpTaken,
    MessageSent,
    MoveCancelled,
    ParticipantMuted,
    ParticipantSeated,
    ParticipantWaits,
    PlenaryStarted,
    RoomVisited,
    RoundPaused,
    RoundResumed,
    RoundTimeChanged,
    SpeakerChanged,
)
from rooms.model import Event, Facilitator, Help, Participant, Room, RoomNumber, Round, RoundNumber
from rooms.presence import company, seat
from rooms.refused import Refused
from rooms.timetable import LEAST_LEFT, MOVE, MOVE_NOW, coming, enough, now_in
from rooms.turn import Turn, begun, live, not_over, person, running
from rotation import pair

# Rounds


def start(turn: Turn, command: StartRound) -> None:
    """Announce the next round. One that is running or in grace ends first."""
    begun(turn.event)
    number = _next(turn.event, command.expects)
    if turn.event.round is not None:
        end(turn, goes_on=False)
    if not enough(turn.event):
        raise Refused("too-few", "A round needs at least two people here. Wait for more guests.")
    announce(turn, number, MOVE_NOW if command.now else MOVE)


def _next(event: Event, expects: RoundNumber) -> RoundNumber:
    round = event.round
    if round is not None and round.number >= expects:
        state = "been announced" if round.state == "announced" else "started"
        raise Refused("wrong-round", f"Round {expects} has already {state}.")
    if round is not None and round.state == "announced":
        raise Refused(
            "wrong-round", f"Round {round.number} is about to start. Wait for it, or cancel the move."
        )
    left = coming(event)
    if not left:
        raise Refused("no-rounds-left", "All rounds have been held. Add a round first.")
    if left[0] != expects:
        raise Refused("wrong-round", f"Round {left[0]} is next, not round {expects}.")
    return expects


def cancel_move(turn: Turn, command: CancelMove) -> None:
    round = live(turn.event, command.expects)
    if round.state != "announced":
        raise Refused("already-started", f"Round {round.number} has already started. End it instead.")
    turn.add(MoveCancelled(at=turn.at, by=turn.by, number=round.number))


def call_back(turn: Turn, command: CallBack) -> None:
    """Everyone comes together, and sees and hears the host who called."""
    begun(turn.event)
    if command.expects is not None:
        live(turn.event, command.expects)
    if turn.event.phase == "plenary":
        raise Refused("in-plenary", "Everyone is in the plenary already.")
    _break_off(turn)
    turn.add(PlenaryStarted(at=turn.at, by=turn.by))
    if _host(turn) is not None and turn.event.speaker != turn.by:
        turn.add(SpeakerChanged(at=turn.at, by=turn.by, host=turn.by))


def close(turn: Turn, _: CloseEvent) -> None:
    begun(turn.event)
    _break_off(turn)
    turn.add(EventClosed(at=turn.at, by=turn.by))


def _break_off(turn: Turn) -> None:
    round = turn.event.round
    if round is None:
        return
    if round.state == "announced":
        turn.add(MoveCancelled(at=turn.at, by=turn.by, number=round.number))
    else:
        end(turn, goes_on=False)


# Time


def pause(turn: Turn, command: Pause) -> None:
    round = live(turn.event, command.expects)
    if round.paused_at is not None:
        raise Refused("already-paused", "The round is paused already.")
    turn.add(RoundPaused(at=turn.at, by=turn.by, number=round.number))


def resume(turn: Turn, command: Resume) -> None:
    round = live(turn.event, command.expects)
    if round.paused_at is None:
        raise Refused("not-paused", "The round is running; there is nothing to resume.")
    ends_at = round.ends_at + turn.at - round.paused_at
    turn.add(RoundResumed(at=turn.at, by=turn.by, number=round.number, ends_at=ends_at))
    refit_announced(turn)


def extend(turn: Turn, command: Extend) -> None:
    """More time. In grace the round goes on, from now."""
    round = live(turn.event, command.expects)
    seconds = _seconds(command.seconds)
    start = now_in(round, turn.at) if round.state == "grace" else round.ends_at
    _change_time(turn, round, start + seconds * 1000, seconds)


def shorten(turn: Turn, command: Shorten) -> None:
    """Less time; 10 s always remain."""
    round = live(turn.event, command.expects)
    seconds = _seconds(command.seconds)
    if round.state == "grace":
        raise Refused("ending", "The round is ending already.")
    earliest = max(now_in(round, turn.at), round.starts_at) + LEAST_LEFT
    ends_at = max(round.ends_at - seconds * 1000, earliest)
    if ends_at >= round.ends_at:
        raise Refused("too-short", "Only a few seconds are left. End the round instead.")
    _change_time(turn, round, ends_at, (ends_at - round.ends_at) // 1000)


def end_round(turn: Turn, command: EndRound) -> None:
    round = live(turn.event, command.expects)
    if round.state == "announced":
        raise Refused("not-started", f"Round {round.number} has not started. Cancel the move instead.")
    if round.state == "grace":
        raise Refused("ending", "The round is ending already.")
    grace(turn)


def _change_time(turn: Turn, round: Round, ends_at: int, seconds: int) -> None:
    turn.add(RoundTimeChanged(at=turn.at, by=turn.by, number=round.number, ends_at=ends_at, seconds=seconds))


def _seconds(seconds: int) -> int:
    if not 1 <= seconds <= 3_600:
        raise Refused("bad-seconds", "Choose between 1 and 3,600 seconds.")
    return seconds


# Places


def move_person(turn: Turn, command: MovePerson) -> None:
    round = live(turn.event, command.expects)
    who = person(turn.event, command.person)
    if who.presence != "here":
        raise Refused("not-here", f"{who.name} is not here now. Wait until they are back.")
    if seat(round, who.id) == command.room and (command.room is not None or who.waits):
        raise Refused("already-there", f"{who.name} is there already.")
    if command.room is not None:
        _may_enter(turn.event, round, who, command.room)
    if round.state == "announced":
        _move_in_announced(turn, round, who, command.room)
    else:
        turn.add(ParticipantSeated(at=turn.at, by=turn.by, person=who.id, room=command.room, why="moved"))


def _may_enter(event: Event, round: Round, who: Participant, room: RoomNumber) -> None:
    if who.sits_out:
        raise Refused("resting", f"{who.name} asked to sit this round out.")
    inside = company(event, round).get(room)
    if inside is None:
        raise Refused("no-room", f"There is no room {room} in this round.")
    if not inside:
        raise Refused("alone", f"Nobody is in room {room} now. Choose a room with people in it.")
    apart = frozenset(event.apart)
    for other in round.rooms[room].people:
        if pair(who.id, other) in apart:
            name = event.participants[other].name
            raise Refused("apart", f"{who.name} and {name} are to be kept apart. Choose another room.")


def _move_in_announced(turn: Turn, round: Round, who: Participant, room: RoomNumber | None) -> None:
    """The seating is as the host wants it, also shortly before it starts; the one left alone joins others."""
    rooms = {number: tuple(id for id in each.people if id != who.id) for number, each in round.rooms.items()}
    if room is None:
        turn.add(ParticipantWaits(at=turn.at, by=turn.by, person=who.id))
        refit_to(turn, round, rooms)
    else:
        rooms[room] = (*rooms[room], who.id)
        refit_to(turn, round, rooms, also=who.id)


def let_wait(turn: Turn, command: LetWait) -> None:
    who = person(turn.event, command.person)
    running(turn.event)
    if who.late_since is None or who.waits:
        raise Refused("not-late", f"{who.name} is not waiting to be placed.")
    turn.add(ParticipantWaits(at=turn.at, by=turn.by, person=who.id))


# Words and help


def send_message(turn: Turn, command: SendMessage) -> None:
    begun(turn.event)
    words = typed.text(command.text, "The message", typed.MESSAGE)
    id = typed.line(command.id, "The message’s id", typed.ID)
    turn.add(MessageSent(at=turn.at, by=turn.by, id=id, text=words, name=turn.name))


def take_help(turn: Turn, command: TakeHelp) -> None:
    help = help_in(turn.event, command.room)
    if help.taken_by:
        host = turn.event.facilitators.get(help.taken_by)
        name = "You" if help.taken_by == turn.by else host.name if host is not None else "Another host"
        raise Refused("help-taken", f"{name} already took room {command.room}.")
    turn.add(HelpTaken(at=turn.at, by=turn.by, room=command.room))


def close_help(turn: Turn, command: CloseHelp) -> None:
    help_in(turn.event, command.room)
    if turn.by in turn.event.participants and seat(turn.event.round, turn.by) != command.room:
        raise Refused("other-room", "Only the room itself or a host can say that the help is done.")
    turn.add(HelpClosed(at=turn.at, by=turn.by, room=command.room))


def visit_room(turn: Turn, command: VisitRoom) -> None:
    not_over(turn.event)
    host = _known_host(turn)
    if command.room is None:
        if host.visiting is None:
            raise Refused("not-visiting", "You are in no room.")
    elif not _room(running(turn.event), command.room).people:
        raise Refused("alone", f"Nobody is in room {command.room} now.")
    elif host.visiting == command.room:
        raise Refused("already-there", f"You are in room {command.room} already.")
    turn.add(RoomVisited(at=turn.at, by=turn.by, room=command.room))


def speak_to_all(turn: Turn, command: SpeakToAll) -> None:
    begun(turn.event)
    _known_host(turn)
    if command.on == (turn.event.speaker == turn.by):
        if command.on:
            raise Refused("already-speaking", "Everyone hears you already.")
        raise Refused("not-speaking", "You are not speaking to everyone.")
    turn.add(SpeakerChanged(at=turn.at, by=turn.by, host=turn.by if command.on else ""))


def mute_guest(turn: Turn, command: MuteGuest) -> None:
    begun(turn.event)
    who = person(turn.event, command.person)
    if who.presence not in ("here", "away"):
        raise Refused("not-here", f"{who.name} is not here now.")
    if command.medium in who.muted:
        raise Refused("already-muted", f"{who.name} is muted already. Only they can change that.")
    turn.add(ParticipantMuted(at=turn.at, by=turn.by, person=who.id, medium=command.medium, on=True))


def _host(turn: Turn) -> Facilitator | None:
    """The host who gives the command, if they are here under a name."""
    host = turn.event.facilitators.get(turn.by)
    return host if host is not None and host.here else None


def _known_host(turn: Turn) -> Facilitator:
    host = _host(turn)
    if host is None:
        raise Refused("host-unknown", "Open the host’s page first.")
    return host


def help_in(event: Event, number: RoomNumber) -> Help:
    help = _room(running(event), number).help
    if help is None:
        raise Refused("no-help", f"Room {number} does not ask for help any more.")
    return help


def _room(round: Round, number: RoomNumber) -> Room:
    if number not in round.rooms:
        raise Refused("no-room", f"There is no room {number} in this round.")
    return round.rooms[number]

"""Which role may give which command: one table.

An organiser may do all that a facilitator may. Participants act for themselves only. What comes
from the shell (timers, lost connections, plans) comes from the role `system`.
"""

from __future__ import annotations

from rooms.commands import (
    AddPeople,
    AddRound,
    AnyCommand,
    AskHelp,
    CallBack,
    CancelMove,
    CloseEvent,
    CloseHelp,
    Command,
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
from rooms.model import By, Role

ORGANISER: frozenset[Role] = frozenset({"organiser"})
HOSTS: frozenset[Role] = frozenset({"organiser", "facilitator"})
GUEST: frozenset[Role] = frozenset({"participant"})
SHELL: frozenset[Role] = frozenset({"system"})

POLICY: dict[type[Command], frozenset[Role]] = {
    # E-mail addresses and the event itself are the organiser's.
    CreateEvent: ORGANISER,
    EditEvent: ORGANISER,
    SetRounds: ORGANISER,
    AddPeople: ORGANISER,
    EditPerson: ORGANISER,
    # Running it is every host's.
    RemovePerson: HOSTS,
    KeepApart: HOSTS,
    MixAgain: HOSTS,
    OpenEvent: HOSTS,
    CallBack: HOSTS,
    StartRound: HOSTS,
    CancelMove: HOSTS,
    Pause: HOSTS,
    Resume: HOSTS,
    Extend: HOSTS,
    Shorten: HOSTS,
    EndRound: HOSTS,
    SkipRound: HOSTS,
    AddRound: HOSTS,
    SetTopic: HOSTS,
    MovePerson: HOSTS,
    LetWait: HOSTS,
    SendMessage: HOSTS,
    TakeHelp: HOSTS,
    CloseHelp: HOSTS | GUEST,
    VisitRoom: HOSTS,
    SpeakToAll: HOSTS,
    MuteGuest: HOSTS,
    CloseEvent: HOSTS,
    # Taking part.
    Join: GUEST | SHELL,
    SeatMe: GUEST,
    WaitForNext: GUEST,
    SitOut: GUEST,
    AskHelp: GUEST,
    UnmuteMe: GUEST,
    OfferContact: GUEST,
    Leave: GUEST,
    # From the shell.
    HostCame: SHELL,
    HostWent: SHELL,
    MarkAway: SHELL,
    MarkReturned: SHELL,
    MarkGone: SHELL,
    Wake: SHELL,
    OfferPlan: SHELL,
}


def allowed(command: AnyCommand, by: By) -> bool:
    """Whether this role may give the command at all; whether it fits the moment is for `decide`."""
    if by.role not in POLICY[type(command)]:
        return False
    if isinstance(command, Join) and by.role == "participant":
        return command.person.id == by.id
    return True

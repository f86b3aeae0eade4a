"""Everything someone can want of an event. `expects` is the round number the sender was looking at.

The shell gives the commands of the last section, people all others; `policy` says who may give which.
"""

from __future__ import annotations

import msgspec

from rooms.model import Constellation, Medium, Newcomer, ParticipantId, RoomNumber, RoundNumber
from rotation import Pair, Plan


class Command(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    pass


# Preparing


class CreateEvent(Command, frozen=True):
    """Make an event: over HTTP. Times are ms since 1970; `rate` is how fast its clock runs."""

    event: str
    title: str
    zone: str = "UTC"
    starts_at: int | None = None
    rounds: tuple[Constellation, ...] = ()
    manual: bool = False
    rate: float = 1.0
    seed: int = 0


class EditEvent(Command, frozen=True):
    """`manual`: the host starts every round; else only the first."""

    title: str
    zone: str
    starts_at: int | None
    manual: bool


class SetRounds(Command, frozen=True):
    """Replace every round that has not been announced yet."""

    rounds: tuple[Constellation, ...]


class AddPeople(Command, frozen=True):
    """Put people on the list. Ids are made by the sender; none may be there already."""

    people: tuple[Newcomer, ...]


class EditPerson(Command, frozen=True):
    """Replace what the list says of someone."""

    person: Newcomer


class RemovePerson(Command, frozen=True):
    """Take someone off the list, or, once the doors are open, out of the event for good."""

    person: ParticipantId


class KeepApart(Command, frozen=True):
    """Replace the list of pairs who shall never share a room."""

    pairs: tuple[Pair, ...]


class MixAgain(Command, frozen=True):
    """Ask for another, equally good plan."""

    seed: int


class OpenEvent(Command, frozen=True):
    """Let guests in."""


# Running


class CallBack(Command, frozen=True):
    """Bring everyone to the plenary; a running round ends."""

    expects: RoundNumber | None = None


class StartRound(Command, frozen=True):
    """Announce round `expects`; it starts 10 s later, or in 0.5 s with `now`."""

    expects: RoundNumber
    now: bool = False


class CancelMove(Command, frozen=True):
    """Take back an announced round that has not started."""

    expects: RoundNumber


class Pause(Command, frozen=True):
    """Stop the clock of the announced or running round."""

    expects: RoundNumber


class Resume(Command, frozen=True):
    """Go on from where it was paused."""

    expects: RoundNumber


class Extend(Command, frozen=True):
    """More time: 1 to 3,600 seconds. A round in grace goes on."""

    expects: RoundNumber
    seconds: int = 60


class Shorten(Command, frozen=True):
    """Less time. At least 10 s remain."""

    expects: RoundNumber
    seconds: int = 60


class EndRound(Command, frozen=True):
    """End the round after 15 s of grace."""

    expects: RoundNumber


class SkipRound(Command, frozen=True):
    """Leave out a round that has not been announced; `skipped=False` takes it back in."""

    number: RoundNumber
    skipped: bool = True


class AddRound(Command, frozen=True):
    """One more round at the end."""

    round: Constellation


class SetTopic(Command, frozen=True):
    """What a round is about, until it is over."""

    number: RoundNumber
    topic: str
    question: str = ""


class MovePerson(Command, frozen=True):
    """Seat someone in a room of the announced or running round, or (room None) in the lobby."""

    expects: RoundNumber
    person: ParticipantId
    room: RoomNumber | None


class LetWait(Command, frozen=True):
    """A latecomer shall wait for the next round."""

    person: ParticipantId


class SendMessage(Command, frozen=True):
    """To every room and the lobby. `id` is made by the sender."""

    id: str
    text: str


class TakeHelp(Command, frozen=True):
    """Say that I am on the way to a room that asked for help."""

    room: RoomNumber


class CloseHelp(Command, frozen=True):
    """Done; the room itself may also say so."""

    room: RoomNumber


class VisitRoom(Command, frozen=True):
    """Announced to the room; None leaves."""

    room: RoomNumber | None


class SpeakToAll(Command, frozen=True):
    """Be seen and heard by everyone, until a round starts; another host who speaks takes over."""

    on: bool = True


class MuteGuest(Command, frozen=True):
    """Turn off someone's microphone ("audio") or camera ("video"). Only they can turn it on again."""

    person: ParticipantId
    medium: Medium = "audio"


class CloseEvent(Command, frozen=True):
    """End the event for good; a running round ends with it."""


# Taking part


class Join(Command, frozen=True):
    """Given when a participant comes in by a link: someone new, or someone on the list."""

    person: Newcomer


class SeatMe(Command, frozen=True):
    """A latecomer wants in now."""


class WaitForNext(Command, frozen=True):
    """A latecomer would rather wait."""


class SitOut(Command, frozen=True):
    """Rest in the announced round (or the next one); `on=False` takes it back."""

    on: bool = True


class AskHelp(Command, frozen=True):
    """Ask a host to come to my room."""


class UnmuteMe(Command, frozen=True):
    """Turn on what a host has turned off."""

    medium: Medium = "audio"


class OfferContact(Command, frozen=True):
    """Show my e-mail address to someone I met, if they offer theirs too."""

    to: ParticipantId
    on: bool = True


class Leave(Command, frozen=True):
    """Go, and give up my seat."""


# From the shell


class HostCame(Command, frozen=True):
    """A host has connected, or says another name."""

    id: str
    name: str


class HostWent(Command, frozen=True):
    """Their sockets have been lost for 20 s."""

    id: str


class MarkAway(Command, frozen=True):
    """Their socket has been lost for 20 s."""

    person: ParticipantId


class MarkReturned(Command, frozen=True):
    """Their socket is back."""

    person: ParticipantId


class MarkGone(Command, frozen=True):
    """Their socket has been lost for 120 s."""

    person: ParticipantId


class Wake(Command, frozen=True):
    """A time asked for by `WakeAt` has come."""


class OfferPlan(Command, frozen=True):
    """Seatings for every round to come, made for the problem whose digest is `based_on`."""

    plan: Plan
    based_on: str


AnyCommand = (
    CreateEvent | EditEvent | SetRounds | AddPeople | EditPerson | RemovePerson | KeepApart | MixAgain
    | OpenEvent | CallBack | StartRound | CancelMove | Pause | Resume | Extend | Shorten | EndRound
    | SkipRound | AddRound | SetTopic | MovePerson | LetWait | SendMessage | TakeHelp | CloseHelp | VisitRoom
    | SpeakToAll | MuteGuest | CloseEvent
    | Join | SeatMe | WaitForNext | SitOut | AskHelp | UnmuteMe | OfferContact | Leave
    | HostCame | HostWent | MarkAway | MarkReturned | MarkGone | Wake | OfferPlan
)  # fmt: skip

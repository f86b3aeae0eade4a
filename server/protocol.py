"""The messages between a browser and the server, and every code either may meet.

JSON text frames, one message a frame. `docs/protocol.md` is the prose; `server/schema.py` writes the tables.
Commands and views are those of `rooms`; this module adds what a connection needs around them.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from rooms.commands import AnyCommand
from rooms.model import ParticipantId, Role, RoomNumber
from rooms.views import Change, GuestView, HostView
from rotation import Plan  # noqa: F401  (msgspec resolves it from here)
from server.media.plane import IceServer

VERSION = 1
MESSAGE_LIMIT = 16_384  # bytes, both for one frame and for a message put together from several


class Said(msgspec.Struct, frozen=True):
    """One line of a room's chat, or of the lobby's (room None)."""

    by: ParticipantId
    name: str
    text: str
    at: int
    room: RoomNumber | None


# From the browser


class Hello(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """First message, within 10 s. `epoch` and `seq` of the last change seen resume; 0 and 0 ask for all."""

    version: int
    ticket: str
    event: str
    epoch: int = 0
    seq: int = 0


class Do(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """A command under an id made by the browser (UUID). The same id gets the original answer again."""

    cid: str
    command: AnyCommand


class Say(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """A line of chat to where I am. A signal: never logged, gone with the room."""

    text: str


class Ping(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """`sent` comes back unchanged. `skew_ms`: what this browser measured last, for the metrics."""

    sent: float
    skew_ms: float | None = None


class Resync(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """My view's digest does not match: send everything again."""

    why: str = ""


class Call(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """Connect me for sound and picture. A connection that I have is given up for the new one."""


class CallAnswer(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """My browser's answer to a `CallOffer`. Its first media section is enough: they are all alike."""

    sdp: str


class Gap(msgspec.Struct, frozen=True, tag=True, tag_field="type", forbid_unknown_fields=True):
    """I saw the first picture of somebody new `ms` after that switch. Counted, and under nobody's name."""

    cutover: int
    ms: float


FromBrowser = Hello | Do | Say | Ping | Resync | Call | CallAnswer | Gap


# To the browser


class You(msgspec.Struct, frozen=True):
    id: str  # the participant's or facilitator's id
    role: Role
    name: str


class Welcome(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """Everything: after it, `Changed` messages follow without a gap.

    Event time = `event_ms` + (now − `wall_ms`) × `rate`, where now is the server's clock in ms since 1970.
    """

    version: int
    you: You
    epoch: int
    seq: int
    view: GuestView | HostView
    rate: float
    event_ms: int
    wall_ms: int
    reconnecting: tuple[ParticipantId, ...]
    chat: tuple[Said, ...]


class Resumed(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """The changes missed since `Hello.seq` follow, all of them, in order; then new ones."""

    you: You
    epoch: int
    seq: int  # where the browser will be after them
    rate: float
    event_ms: int
    wall_ms: int
    reconnecting: tuple[ParticipantId, ...]
    chat: tuple[Said, ...]


class Changed(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """One decision's effect on what this browser sees. `seq` only grows; others' facts leave gaps."""

    seq: int
    at: int
    changes: tuple[Change, ...]


class Done(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """The command `cid` is durable, as of `seq`; its changes were sent before this."""

    cid: str
    seq: int


class Refusal(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """The command `cid` has changed nothing. Without a `cid`: the line of chat was not passed on."""

    cid: str
    code: str
    message: str


class Pong(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """`seq`: the newest change this browser should have; `digest` of its view there (hex, may be empty)."""

    sent: float
    wall_ms: float
    seq: int
    digest: str = ""


class Chat(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    said: Said


class ChatCleared(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """You are in another room now: its lines so far."""

    chat: tuple[Said, ...]


class Reconnecting(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """Someone's connection is lost (`on`), or back."""

    person: ParticipantId
    on: bool


class Planning(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """To hosts: the planner is at work, or done for now."""

    on: bool
    distinct: int
    bound: int


class CallOffer(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """The one offer of a connection. `slots` as in `Slots`."""

    sdp: str
    ice_servers: tuple[IceServer, ...]
    slots: dict[int, ParticipantId]
    cutover: int


class Slots(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """Who is in which of your slots since this switch; pictures from before this may show somebody else.

    `wall_ms`: the server's clock when it began, in ms since 1970.
    """

    cutover: int
    slots: dict[int, ParticipantId]
    wall_ms: float


class NoCall(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """This server has no sound and picture; everything else works."""


class CallLost(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """Your connection for sound and picture is gone: ask for another one."""


class CallTaken(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """Another window of yours is connected for sound and picture now; this one is not any more."""


class Speaking(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """Someone whom you receive has begun to speak, or stopped. Hosts are told of everybody."""

    person: ParticipantId
    on: bool


class WeakLine(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """Your connection does not carry the pictures in these slots for now, only voices. None: all are back."""

    slots: tuple[int, ...]


class Gaps(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """To hosts: how many have told how long the last switch took, and the 50th and 95th percentile."""

    people: int
    p50_ms: float
    p95_ms: float


class Reconnect(msgspec.Struct, frozen=True, tag=True, tag_field="type"):
    """The server is going away for a moment: come back after this many ms."""

    after_ms: int


ToBrowser = (
    Welcome
    | Resumed
    | Changed
    | Done
    | Refusal
    | Pong
    | Chat
    | ChatCleared
    | Reconnecting
    | Planning
    | CallOffer
    | Slots
    | NoCall
    | CallLost
    | CallTaken
    | Speaking
    | WeakLine
    | Gaps
    | Reconnect
)


class CloseCode(msgspec.Struct, frozen=True):
    code: int
    name: str
    meaning: str
    come_back: Literal["yes", "no", "new ticket"]


CLOSE_CODES = (
    CloseCode(1000, "left", "You left, or the event's page was closed.", "no"),
    CloseCode(1012, "restart", "The server restarts; your seat is kept.", "yes"),
    CloseCode(1011, "fault", "Something broke on our side; your place is safe.", "yes"),
    CloseCode(4001, "taken-over", "You are here in another window.", "no"),
    CloseCode(4002, "bad-message", "A message was not understood.", "no"),
    CloseCode(4003, "too-big", "A message was larger than 16 kB.", "no"),
    CloseCode(4004, "too-fast", "Too many messages.", "yes"),
    CloseCode(4005, "hello-late", "No hello within 10 s.", "yes"),
    CloseCode(4006, "bad-ticket", "The ticket is unknown, used or older than 60 s.", "new ticket"),
    CloseCode(4007, "wrong-version", "The page is older or newer than the server: load it again.", "no"),
    CloseCode(4008, "too-slow", "Messages could not be delivered fast enough.", "yes"),
    CloseCode(4009, "removed", "The host took you out of the event.", "no"),
    CloseCode(4010, "revoked", "The link you came by is no longer valid.", "no"),
    CloseCode(4011, "no-event", "There is no such event.", "no"),
    CloseCode(4012, "hello-first", "The first message must be hello, and only the first.", "no"),
    CloseCode(4013, "too-many-sockets", "More than five connections for one person.", "no"),
)

CLOSE: dict[str, int] = {each.name: each.code for each in CLOSE_CODES}

decode_from_browser: msgspec.json.Decoder[FromBrowser] = msgspec.json.Decoder(FromBrowser)
encoder = msgspec.json.Encoder()


def encode(message: ToBrowser) -> bytes:
    return encoder.encode(message)


def decode(frame: bytes | str) -> FromBrowser:
    """One message, or `msgspec.ValidationError` / `msgspec.DecodeError`: the caller closes with 4002."""
    return decode_from_browser.decode(frame)


def as_builtins(value: Any) -> Any:
    """Structs as the plain JSON values that tables hold."""
    return msgspec.to_builtins(value)

"""What travels in HTTP: requests are called …Body, the rest are answers.

`api` reads and writes them, `schema` turns them into TypeScript and OpenAPI, so that neither can lie.
Times are ms since 1970, as event time at the event's rate.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rooms.commands import AnyCommand
from rooms.model import Constellation, ParticipantId, Phase, RoundNumber

LinkRole = Literal["organiser", "facilitator", "participant"]
Encoding = Literal["utf-8", "utf-16-le", "utf-16-be", "windows-1252"]
Separator = Literal[",", ";", "\t", "|", ""]
Happened = Literal["held", "now", "planned"]
Column = Literal["name", "first", "last", "email", "role", "headline", "other"]


class CreateBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`rate` other than 1 is for rehearsals. `guests`: roughly how many will come; too many are refused."""

    title: str
    zone: str = "UTC"
    starts_at: int | None = None
    rounds: tuple[Constellation, ...] = ()
    manual: bool = False
    guests: int = 0
    rate: float = 1.0


class Links(msgspec.Struct, frozen=True):
    organiser: str
    host: str
    guest: str


class Created(msgspec.Struct, frozen=True):
    """`code` opens the join page when typed on the home page."""

    event: str
    code: str
    links: Links


class ListedEvent(msgspec.Struct, frozen=True):
    """An event that this browser holds a cookie for."""

    event: str
    title: str
    starts_at: int | None
    zone: str
    phase: Phase
    roles: tuple[LinkRole, ...]
    guests: int
    rounds: int


class PublicEvent(msgspec.Struct, frozen=True):
    """What anyone who knows the event's address may see. `you`: whom this browser's guest cookie names."""

    event: str
    title: str
    zone: str
    starts_at: int | None
    phase: Phase
    hosts: tuple[str, ...]
    roles: tuple[LinkRole, ...]
    you: ParticipantId | None
    retention_days: int


class ExchangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    token: str


class CodeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str


class Exchanged(msgspec.Struct, frozen=True):
    """`to`: the page to go on to, a path on this server."""

    event: str
    role: LinkRole
    to: str


class JoinBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`extra_seat`: another person on this device, besides the one whom the cookie names."""

    name: str
    headline: str = ""
    email: str = ""
    role: str = ""
    extra_seat: bool = False


class Joined(msgspec.Struct, frozen=True):
    participant: ParticipantId


class TicketBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`participant`: which of the people on this device; needed only when there are several.

    `name`: what a host is called on screen; without one, nobody is told that they are here.
    """

    role: LinkRole
    participant: ParticipantId | None = None
    name: str = ""


class TicketGiven(msgspec.Struct, frozen=True):
    """Good for one `Hello` within 60 s."""

    ticket: str


class CommandBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command as over the WebSocket, where long ones do not fit. A `cid` has 1 to 64 characters.

    The same `cid` gets the original answer again. `participant`: which of the people on this device.
    """

    role: LinkRole
    cid: str
    command: AnyCommand
    participant: ParticipantId | None = None


class LinkBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`participant` makes the link personal."""

    role: LinkRole
    participant: ParticipantId | None = None


class Link(msgspec.Struct, frozen=True):
    """`qr` is SVG text."""

    id: str
    url: str
    qr: str


class ListedLink(msgspec.Struct, frozen=True):
    """Its secret is not kept, so a link can be revoked but not shown again.

    `code`: the event code that stands for it, if one does. `yours`: whoever asks came by this one.
    """

    id: str
    role: LinkRole
    participant: ParticipantId | None
    made_at: int
    code: str = ""
    yours: bool = False


class ImportedPerson(msgspec.Struct, frozen=True):
    """`row` counts the lines of the table from 1, a header included. `merges`: rows of the same person."""

    name: str
    email: str
    role: str
    headline: str
    row: int
    merges: tuple[int, ...] = ()


class RowProblem(msgspec.Struct, frozen=True):
    """A row that needs a look. `row` 0 is the file as a whole. `fatal`: nothing was read."""

    row: int
    code: str
    sentence: str
    fix: str
    fatal: bool = False


class Imported(msgspec.Struct, frozen=True):
    """What a list would become; nothing has been created.

    `columns` is what each column was taken for; `questions` are guesses to confirm;
    `sample` holds the first rows as read.
    """

    people: tuple[ImportedPerson, ...]
    problems: tuple[RowProblem, ...]
    questions: tuple[RowProblem, ...]
    encoding: Encoding | None
    separator: Separator
    header: bool
    columns: tuple[Column, ...]
    sample: tuple[tuple[str, ...], ...]


class WhatIfLine(msgspec.Struct, frozen=True):
    """With this room size, or this many rounds: new people per person on average, and forced repeats."""

    value: int
    mean: float
    repeats: int


class WhatIf(msgspec.Struct, frozen=True):
    """`people`: for how many this was worked out. Empty lists when nothing can be planned."""

    people: int
    sizes: tuple[WhatIfLine, ...]
    rounds: tuple[WhatIfLine, ...]


class PlannedRound(msgspec.Struct, frozen=True):
    """Rooms in order, names in them by participant id. A held round is told as it was, not as planned."""

    number: RoundNumber
    state: Happened
    minutes: float
    topic: str
    question: str
    rooms: tuple[tuple[ParticipantId, ...], ...]
    resting: tuple[ParticipantId, ...]


class PlannedPerson(msgspec.Struct, frozen=True):
    id: ParticipantId
    name: str
    email: str
    role: str


class PlanFile(msgspec.Struct, frozen=True):
    """`plan.json`. `version` grows when a field changes its meaning."""

    version: int
    event: str
    title: str
    people: tuple[PlannedPerson, ...]
    rounds: tuple[PlannedRound, ...]
    distinct: int
    bound: int
    bound_name: str
    optimal: bool


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem details; `code` is stable, `detail` is for people and says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class Health(msgspec.Struct, frozen=True):
    status: Literal["ok", "busy"]

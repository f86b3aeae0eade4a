"""HTTP for programs and for the pages: events, links, joining, importing, exporting. Errors are `problems`.

Who someone is comes from a cookie for one event and one role; what they may do is decided here by that role,
and, for commands, by `rooms`. Nothing here changes an event but by giving its actor a command.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import cast, get_args
from urllib.parse import quote
from weakref import WeakValueDictionary

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from rooms import typed
from rooms.commands import CreateEvent, Join
from rooms.model import By, Event, Newcomer, ParticipantId
from rooms.refused import Refused
from rooms.report import Report, report
from server import exporting, whatif
from server.actor import EventActor
from server.bodies import (
    CodeBody,
    CommandBody,
    CreateBody,
    Created,
    ExchangeBody,
    Exchanged,
    Imported,
    JoinBody,
    Joined,
    Link,
    LinkBody,
    LinkRole,
    ListedEvent,
    ListedLink,
    PlanFile,
    PublicEvent,
    TicketBody,
    TicketGiven,
    WhatIf,
)
from server.config import Config
from server.importing import Choice, read_people
from server.invitations import address, invite, qr
from server.operations import Operation, json_answer, read_json, read_query
from server.planning import PlannerLike
from server.problems import Trouble, of_refusal, refused
from server.protocol import Done, Refusal
from server.registry import Registry
from server.tables import SIZE_LIMIT
from server.throttle import Throttle
from server.tokens import SEATS, Grant, StoredLink, Ticket, Tokens

COOKIE_SECONDS = 180 * 24 * 3600
WHAT_IF_SECONDS = 1.0
KEY_LIMIT = 200  # characters of an idempotency key
SYMBOLS = "abcdefghjkmnpqrstuvwxyz23456789"

HOSTS: tuple[LinkRole, ...] = ("organiser", "facilitator")
ORGANISERS = HOSTS_TOO = ("no-cookie", "no-event")


@dataclass(frozen=True, slots=True)
class Api:
    """`wall` gives ms since 1970; `demo` starts an event of a given id with simulated guests."""

    config: Config
    registry: Registry
    tokens: Tokens
    planner: PlannerLike
    wall: Callable[[], float]
    creations: Throttle
    code_tries: Throttle
    demo_tries: Throttle
    demo: Callable[[str], Awaitable[Created]]
    planning: asyncio.Lock  # one what-if at a time: live events need the planner too
    importing: asyncio.Lock  # one list at a time: reading a large one takes the processor for a second
    creating: asyncio.Lock  # two requests under one idempotency key make one event
    joining: WeakValueDictionary[str, asyncio.Lock]  # by cookie: a button pressed twice makes one guest

    def operations(self) -> tuple[Operation, ...]:
        """Everything under /api/v1."""
        at = "/events/{event}"
        return (
            Operation(
                "POST", "/events", self.create, "Make an event; with an Idempotency-Key, only once.",
                Created, CreateBody, 201,
                problems=(
                    "bad-zone", "bad-time", "blank", "too-many-people", "no-rehearsals", "too-many-tries",
                ),
            ),
            Operation(
                "GET", "/events", self.events, "Events that this browser has cookies for.",
                tuple[ListedEvent, ...],
            ),
            Operation(
                "GET", at, self.event, "What anyone with the address may see.",
                PublicEvent,
                problems=("no-event",),
            ),
            Operation(
                "POST", "/exchange", self.exchange, "A link's secret for a cookie.",
                Exchanged, ExchangeBody,
                problems=("bad-link",),
            ),
            Operation(
                "POST", "/code", self.code, "An event code for a guest's cookie.",
                Exchanged, CodeBody,
                problems=("bad-code", "too-many-tries"),
            ),
            Operation(
                "POST", f"{at}/join", self.join, "Take part.",
                Joined, JoinBody,
                problems=("no-cookie", "no-event", "not-open", "over", "removed", "blank", "too-many-seats"),
            ),
            Operation(
                "POST", f"{at}/ticket", self.ticket, "A ticket for the WebSocket's hello.",
                TicketGiven, TicketBody,
                problems=("no-cookie", "no-event", "no-person", "not-joined", "shut-out"),
            ),
            Operation(
                "POST", f"{at}/commands", self.command, "Give a command, also one too long for a message.",
                Done, CommandBody,
                problems=("no-cookie", "no-event", "no-person", "not-joined", "shut-out", "too-many-tries"),
            ),
            Operation(
                "POST", f"{at}/import", self.import_people, "Read a list of people. Nothing is created.",
                Imported, "application/octet-stream",
                query=(
                    ("encoding", "what the file is written in"),
                    ("separator", "what stands between cells"),
                    ("header", "whether the first row names the columns"),
                    ("columns", "what each column is, separated by commas"),
                ),
                problems=(*ORGANISERS, "bad-query", "too-big"),
            ),
            Operation(
                "GET", f"{at}/links", self.links, "Links that still let people in.",
                tuple[ListedLink, ...],
                problems=ORGANISERS,
            ),
            Operation(
                "POST", f"{at}/links", self.make_link, "A new link, shown once.",
                Link, LinkBody, 201,
                problems=(*ORGANISERS, "no-person"),
            ),
            Operation(
                "DELETE", f"{at}/links/{{id}}", self.revoke, "End a link, and everybody's way in by it.",
                None,
                status=204,
                problems=(*ORGANISERS, "no-link"),
            ),
            Operation(
                "GET", f"{at}/what-if", self.what_if, "Other room sizes and numbers of rounds.",
                WhatIf,
                query=(("people", "for how many, while the list is empty"),),
                problems=(*ORGANISERS, "bad-query"),
            ),
            Operation(
                "GET", f"{at}/plan.csv", self.plan_csv, "All rounds, a row for each person in each.",
                "text/csv",
                problems=(*ORGANISERS, "no-plan"),
            ),
            Operation(
                "GET", f"{at}/plan.json", self.plan_json, "All rounds.",
                PlanFile,
                problems=(*ORGANISERS, "no-plan"),
            ),
            Operation(
                "GET", f"{at}/report", self.report, "What the event has achieved so far.",
                Report,
                problems=HOSTS_TOO,
            ),
            Operation(
                "GET", f"{at}/report.csv", self.report_csv, "The same, a row for each person.",
                "text/csv",
                problems=HOSTS_TOO,
            ),
            Operation(
                "GET", f"{at}/report.graphml", self.report_graphml, "Who met whom, for graph programs.",
                "application/graphml+xml",
                problems=HOSTS_TOO,
            ),
            Operation(
                "GET", f"{at}/calendar.ics", self.calendar, "A calendar entry.",
                "text/calendar",
                problems=("no-cookie", "no-event", "no-time"),
            ),
            Operation(
                "GET", f"{at}/me/contacts.vcf", self.contacts, "Contacts that both sides agreed to.",
                "text/vcard",
                query=(("participant", "which of the people on this device"),),
                problems=("no-cookie", "no-event", "no-person"),
            ),
            Operation(
                "POST", "/demo", self.start_demo, "An event with simulated guests.",
                Created,
                status=201,
                problems=("too-many-tries", "busy"),
            ),
        )  # fmt: skip

    # Events

    async def create(self, request: Request) -> Response:
        body = await read_json(request, CreateBody)
        self._count(request, self.creations, "Enough events were made from your network. Wait a minute.")
        key = request.headers.get("idempotency-key", "")[:KEY_LIMIT]
        async with self.creating:
            actor = await self._created_before(key) or await self._create(body, key)
        created, organiser = await invite(self.tokens, self.config.origin, actor.id, int(self.wall()))
        cookie = await self.tokens.enter(organiser)
        answer = json_answer(created, 201)
        answer.headers["Location"] = f"/api/v1/events/{actor.id}"
        self._set_cookie(answer, actor.id, "organiser", cookie)
        return answer

    async def _created_before(self, key: str) -> EventActor | None:
        event = self.tokens.created_by(key) if key else None
        return await self.registry.find(event) if event else None

    async def _create(self, body: CreateBody, key: str) -> EventActor:
        if body.rate != 1 and not self.config.rehearsals:
            raise Trouble("no-rehearsals", "This server runs events at their own speed only.")
        if body.guests > typed.PEOPLE:
            raise refused("too-many-people", f"An event holds at most {typed.PEOPLE:,} people.")
        command = CreateEvent(
            event=new_id(),
            title=body.title,
            zone=body.zone,
            starts_at=body.starts_at,
            rounds=body.rounds,
            manual=body.manual,
            rate=body.rate,
            seed=secrets.randbelow(2**31),
        )
        actor = await self.registry.create(command, By("organiser"))
        if isinstance(actor, Refused):
            raise refused(actor.code, actor.message)
        if key:
            await self.tokens.remember_creation(key, actor.id)
        return actor

    async def events(self, request: Request) -> tuple[ListedEvent, ...]:
        held: dict[str, list[LinkRole]] = {}
        for event, role in cookies(request):
            if self._grant(request, event, role) is not None:
                held.setdefault(event, []).append(role)
        found = [(await self.registry.find(event), roles) for event, roles in held.items()]
        listed = [self._listed(actor.event, tuple(roles)) for actor, roles in found if actor is not None]
        return tuple(sorted(listed, key=lambda each: (each.starts_at or 0, each.event), reverse=True))

    def _listed(self, event: Event, roles: tuple[LinkRole, ...]) -> ListedEvent:
        return ListedEvent(
            event=event.id,
            title=event.title,
            starts_at=event.starts_at,
            zone=event.zone,
            phase=event.phase,
            roles=tuple(sorted(roles)),
            guests=sum(each.presence != "removed" for each in event.participants.values()),
            rounds=sum(not each.skipped for each in event.agenda),
        )

    async def event(self, request: Request) -> PublicEvent:
        event = (await self._find(request)).event
        guest = self._grant(request, event.id, "participant")
        people = [id for id in guest.people if id in event.participants] if guest else []
        return PublicEvent(
            event=event.id,
            title=event.title,
            zone=event.zone,
            starts_at=event.starts_at,
            phase=event.phase,
            hosts=tuple(host.name for host in event.facilitators.values() if host.here),
            roles=tuple(role for role in get_args(LinkRole) if self._grant(request, event.id, role)),
            you=people[0] if people else None,
            retention_days=self.config.retention_days,
        )

    # Coming in

    async def exchange(self, request: Request) -> Response:
        link = self.tokens.link_of((await read_json(request, ExchangeBody)).token)
        if link is None:
            raise Trouble("bad-link", "This link is no longer valid. Ask your host for a new one.")
        return await self._enter(request, link)

    async def code(self, request: Request) -> Response:
        """Wrong codes are counted by address, and right ones are not: an office sits behind one address."""
        whose = sender(request)
        if not self.code_tries.free(whose):
            raise Trouble("too-many-tries", "Too many codes were tried from your network. Wait a minute.")
        link = self.tokens.link_of_code((await read_json(request, CodeBody)).code)
        if link is None:
            self.code_tries.count(whose)
            raise Trouble("bad-code", "There is no event with this code. Check it with your host.")
        return await self._enter(request, link)

    async def _enter(self, request: Request, link: StoredLink) -> Response:
        actor = await self.registry.find(link.event)
        if actor is None:
            raise Trouble("bad-link", "This event has been deleted.")
        cookie = await self.tokens.enter(link, request.cookies.get(cookie_name(link.event, link.role), ""))
        answer = json_answer(Exchanged(link.event, link.role, page(link.event, link.role)))
        self._set_cookie(answer, link.event, link.role, cookie)
        return answer

    async def join(self, request: Request) -> Joined:
        actor, _ = await self._as(request, "participant")
        body = await read_json(request, JoinBody)
        cookie = request.cookies[cookie_name(actor.id, "participant")]
        async with self.joining.setdefault(cookie, asyncio.Lock()):
            return await self._join(request, body)

    async def _join(self, request: Request, body: JoinBody) -> Joined:
        actor, grant = await self._as(request, "participant")
        fresh = body.extra_seat or not grant.people
        if fresh and len(grant.people) >= SEATS:
            raise Trouble("too-many-seats", f"At most {SEATS} people can share a device.")
        id = f"g{secrets.token_hex(6)}" if fresh else grant.people[0]
        newcomer = Newcomer(id, body.name, body.email, body.role, body.headline)
        answer = await actor.do(Join(newcomer), By("participant", id, body.name))
        if isinstance(answer, Refusal):
            raise of_refusal(answer)
        await self.tokens.seat(request.cookies[cookie_name(actor.id, "participant")], id)
        return Joined(id)

    async def ticket(self, request: Request) -> TicketGiven:
        await self._find(request)
        body = await read_json(request, TicketBody)
        actor, grant = await self._as(request, body.role)
        if body.role == "participant":
            return TicketGiven(self.tokens.make_ticket(self._guest(actor.event, grant, body.participant)))
        ticket = Ticket(actor.id, body.role, grant.holder, host_name(actor.event, grant.holder, body))
        return TicketGiven(self.tokens.make_ticket(ticket))

    async def command(self, request: Request) -> Done:
        await self._find(request)
        body = await read_json(request, CommandBody)
        actor, grant = await self._as(request, body.role)
        if not 1 <= len(body.cid) <= 64:
            raise Trouble("bad-body", "A cid has 1 to 64 characters.")
        if body.role == "participant":
            guest = self._guest(actor.event, grant, body.participant)
            by = By("participant", guest.id, guest.name)
        else:
            host = actor.event.facilitators.get(grant.holder)
            by = By(body.role, grant.holder, host.name if host else "")
        if not actor.credits(by.id).take(1, asyncio.get_running_loop().time()):
            raise Trouble("too-many-tries", "That was too much at once. Wait a moment.")
        answer = await actor.do(body.command, by, body.cid)
        if isinstance(answer, Refusal):
            raise of_refusal(answer)
        return answer

    def _guest(self, event: Event, grant: Grant, participant: ParticipantId | None) -> Ticket:
        if not grant.people:
            raise Trouble("not-joined", "Tell us your name first.")
        id = participant or grant.people[0]
        person = event.participants.get(id)
        if id not in grant.people or person is None:
            raise Trouble("no-person", "This device has no seat for that person.")
        if person.presence == "removed":
            raise Trouble(
                "shut-out", "The host took you out of the event. If that is a mistake, write to them."
            )
        return Ticket(event.id, "participant", id, person.name)

    # Preparing

    async def import_people(self, request: Request) -> Imported:
        await self._as(request, "organiser")
        choice = read_query(request, Choice)
        data = await request.body()
        if len(data) > SIZE_LIMIT:
            return read_people(data, choice)
        async with self.importing:
            return await asyncio.to_thread(read_people, data, choice)

    async def links(self, request: Request) -> tuple[ListedLink, ...]:
        actor, grant = await self._as(request, "organiser")
        codes = self.tokens.codes(actor.id)
        return tuple(
            ListedLink(
                each.id,
                each.role,
                each.participant,
                each.made_at,
                codes.get(each.id, ""),
                each.id == grant.link,
            )
            for each in self.tokens.links(actor.id)
        )

    async def make_link(self, request: Request) -> Link:
        actor, _ = await self._as(request, "organiser")
        body = await read_json(request, LinkBody)
        person = body.participant if body.role == "participant" else None
        if person is not None and person not in actor.event.participants:
            raise Trouble("no-person", "Nobody on the list has that id. Import the list first.")
        link, secret = await self.tokens.make_link(actor.id, body.role, person, int(self.wall()))
        if body.role == "participant" and person is None and not self.tokens.code_of(actor.id):
            await self.tokens.make_code(link)  # the one before went with its link
        url = address(self.config.origin, secret)
        return Link(link.id, url, qr(url))

    async def revoke(self, request: Request) -> None:
        actor, _ = await self._as(request, "organiser")
        ended = await self.tokens.revoke(actor.id, request.path_params["id"])
        if ended is None:
            raise Trouble("no-link", "There is no such link, or it has been revoked before.")
        for grant in ended:
            for person in (grant.holder, *grant.people):
                actor.dismiss(person, "revoked")

    async def what_if(self, request: Request) -> WhatIf:
        actor, _ = await self._as(request, "organiser")
        event = whatif.imagined(actor.event, read_query(request, whatif.Asked).people)
        async with self.planning:
            return await whatif.answer(event, self.planner, WHAT_IF_SECONDS)

    # Files

    async def plan_csv(self, request: Request) -> Response:
        plan = await self._plan(request)
        return download(
            request, exporting.plan_csv(plan), "text/csv; charset=utf-8", f"{plan.title} plan.csv"
        )

    async def plan_json(self, request: Request) -> Response:
        plan = await self._plan(request)
        written = msgspec.json.format(msgspec.json.encode(plan))
        return download(request, written, "application/json", f"{plan.title} plan.json")

    async def _plan(self, request: Request) -> PlanFile:
        actor, _ = await self._as(request, "organiser")
        plan = exporting.plan_file(actor.event)
        if plan is None:
            raise Trouble("no-plan", "There is no plan yet. It needs at least two people and one round.")
        return plan

    async def report(self, request: Request) -> Report:
        actor, _ = await self._as(request, *HOSTS)
        return report(actor.event)

    async def report_csv(self, request: Request) -> Response:
        actor, _ = await self._as(request, *HOSTS)
        written = exporting.report_csv(report(actor.event))
        return download(request, written, "text/csv; charset=utf-8", f"{actor.event.title} report.csv")

    async def report_graphml(self, request: Request) -> Response:
        actor, _ = await self._as(request, *HOSTS)
        written = exporting.report_graphml(report(actor.event))
        return download(request, written, "application/graphml+xml", f"{actor.event.title}.graphml")

    async def calendar(self, request: Request) -> Response:
        actor, grant = await self._as(request, "organiser", "facilitator", "participant")
        place = f"{self.config.origin}{page(actor.id, grant.role)}"
        file = exporting.calendar(actor.event, place, self.tokens.code_of(actor.id))
        if file is None:
            raise Trouble("no-time", "The event has no time yet.")
        return download(request, file, "text/calendar; charset=utf-8", f"{actor.event.title}.ics")

    async def contacts(self, request: Request) -> Response:
        actor, grant = await self._as(request, "participant")
        person = request.query_params.get("participant") or next(iter(grant.people), "")
        if person not in grant.people or person not in actor.event.participants:
            raise Trouble("no-person", "Join the event first.")
        file = exporting.contacts(actor.event, person)
        return download(request, file, "text/vcard; charset=utf-8", f"{actor.event.title} contacts.vcf")

    async def start_demo(self, request: Request) -> Response:
        self._count(request, self.demo_tries, "Enough demos were started from your network. Wait a minute.")
        return json_answer(await self.demo(new_id()), 201)

    # Who asks

    def _count(self, request: Request, tries: Throttle, sentence: str) -> None:
        if not tries.free(sender(request)):
            raise Trouble("too-many-tries", sentence)
        tries.count(sender(request))

    async def _find(self, request: Request) -> EventActor:
        actor = await self.registry.find(request.path_params["event"])
        if actor is None:
            raise Trouble("no-event", "There is no such event. Check the link, or ask your host.")
        return actor

    async def _as(self, request: Request, *roles: LinkRole) -> tuple[EventActor, Grant]:
        """The event, and what the cookie for the first of these roles stands for."""
        actor = await self._find(request)
        for role in roles:
            grant = self._grant(request, actor.id, role)
            if grant is not None:
                return actor, grant
        raise Trouble("no-cookie", "Open the event by its link first.")

    def _grant(self, request: Request, event: str, role: LinkRole) -> Grant | None:
        return self.tokens.grant(request.cookies.get(cookie_name(event, role), ""), event, role)

    def _set_cookie(self, answer: Response, event: str, role: LinkRole, value: str) -> None:
        answer.set_cookie(
            cookie_name(event, role),
            value,
            max_age=COOKIE_SECONDS,
            path="/api/v1",
            httponly=True,
            samesite="lax",
            secure=self.config.secure,
        )


def sender(request: Request) -> str:
    """The address that a request came from; empty when nobody knows."""
    return request.client.host if request.client else ""


def new_id() -> str:
    """An event's id: 12 signs, which nobody comes upon by trying."""
    return "".join(secrets.choice(SYMBOLS) for _ in range(12))


def cookie_name(event: str, role: LinkRole) -> str:
    return f"intermingle-{role}-{event}"


def cookies(request: Request) -> Iterator[tuple[str, LinkRole]]:
    """Event and role of every cookie of ours; whether they are good is for `grant`."""
    for name in request.cookies:
        for role in get_args(LinkRole):
            prefix = cookie_name("", role)
            if name.startswith(prefix):
                yield name.removeprefix(prefix), cast(LinkRole, role)


def page(event: str, role: LinkRole) -> str:
    match role:
        case "organiser":
            return f"/e/{event}/plan"
        case "facilitator":
            return f"/e/{event}/console"
        case "participant":
            return f"/e/{event}"


def host_name(event: Event, id: str, body: TicketBody) -> str:
    """What a host is called: as they say now, else as they said before; nothing if they never have."""
    try:
        said = typed.line(body.name, "The name", typed.NAME, optional=True)
    except Refused as error:
        raise refused(error.code, error.message) from error
    known = event.facilitators.get(id)
    return said or (known.name if known is not None else "")


def download(request: Request, content: bytes, media_type: str, name: str) -> Response:
    """A file, kept by its ETag: asked for again it is sent only when it has changed."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
    }
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)

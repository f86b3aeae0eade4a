"""HTTP for programs and pages: what each answer is, to whom, and what is refused how."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest

from rooms.commands import AddPeople, AnyCommand, HostCame, OpenEvent, RemovePerson
from rooms.model import SYSTEM, By, Newcomer
from rooms.refused import REFUSALS
from server import api as module
from server.app import Application, create_app
from server.bodies import Problem
from server.cli import free_port
from server.config import Config
from server.guard import BODY_LIMIT
from server.journal_memory import MemoryJournal
from server.operations import Operation
from server.planning import InlinePlanner
from server.problems import PROBLEMS
from server.protocol import Done
from server.tokens import SEATS

HERE = "http://localhost:8000"
REHEARSING = Config(rehearsals=True)
BEGINS = 1_776_349_000_000
ROUNDS = [{"minutes": 8, "size": 4, "topic": "Gardens"}] * 3
ORGANISER = By("organiser", "o1", "Olga")


class Clock:
    """ms since 1970, in 2026."""

    now = 1_776_348_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def lifespan(app: Application) -> AsyncIterator[None]:
    """What uvicorn does around serving."""
    inbox: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    outbox: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()

    async def live() -> None:
        await app.asgi({"type": "lifespan", "state": {}}, inbox.get, outbox.put)

    task = asyncio.create_task(live())
    await inbox.put({"type": "lifespan.startup"})
    assert (await outbox.get())["type"] == "lifespan.startup.complete"
    yield
    await inbox.put({"type": "lifespan.shutdown"})
    await task


@asynccontextmanager
async def served(
    config: Config = REHEARSING, journal: MemoryJournal | None = None
) -> AsyncIterator[Application]:
    journal = journal or MemoryJournal()
    app = await create_app(config, journal=journal, planner=InlinePlanner(), media=False, wall=Clock())
    async with lifespan(app):
        yield app


@pytest.fixture
async def app() -> AsyncIterator[Application]:
    async with served() as app:
        yield app


def browser(app: Application, address: str = "192.0.2.1") -> httpx.AsyncClient:
    """Someone's browser, with cookies of its own."""
    transport = httpx.ASGITransport(app=app.asgi, client=(address, 4000))
    return httpx.AsyncClient(transport=transport, base_url=HERE, headers={"Origin": HERE})


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code; every refusal is a problem document with a sentence."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found = msgspec.json.decode(answer.content, type=Problem)
    assert found.status == answer.status_code
    assert found.detail.endswith((".", "?"))
    return found.status, found.code


async def created(client: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/events", json={"title": "Mixer", "rounds": ROUNDS} | body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def come_by(client: httpx.AsyncClient, link: str) -> httpx.Response:
    return await client.post("/api/v1/exchange", json={"token": link.partition("#")[2]})


async def give(app: Application, event: str, *commands: AnyCommand, by: By = ORGANISER) -> None:
    actor = await app.registry.find(event)
    assert actor is not None
    for command in commands:
        assert isinstance(await actor.do(command, by), Done)


def people(count: int) -> AddPeople:
    return AddPeople(tuple(Newcomer(f"p{n}", f"Guest {n}", f"g{n}@example.org") for n in range(count)))


# Making an event


async def test_an_event_is_made_with_three_links_and_a_code_and_whoever_made_it_is_its_organiser(
    app: Application,
) -> None:
    async with browser(app) as organiser:
        made = await created(organiser, zone="Europe/Copenhagen", starts_at=BEGINS)
        assert set(made["links"]) == {"organiser", "host", "guest"}
        assert all(link.startswith(f"{HERE}/j#") for link in made["links"].values())
        card = (await organiser.get(f"/api/v1/events/{made['event']}")).json()
        assert card == {
            "event": made["event"], "title": "Mixer", "zone": "Europe/Copenhagen", "starts_at": BEGINS,
            "phase": "draft", "hosts": [], "roles": ["organiser"], "you": None, "retention_days": 30,
        }  # fmt: skip


async def test_an_event_of_no_rounds_and_no_people_can_be_made_and_has_nothing_to_plan(
    app: Application,
) -> None:
    async with browser(app) as organiser:
        event = (await created(organiser, rounds=[]))["event"]
        assert problem(await organiser.get(f"/api/v1/events/{event}/plan.csv")) == (404, "no-plan")
        what_if = (await organiser.get(f"/api/v1/events/{event}/what-if")).json()
        assert what_if == {"people": 0, "sizes": [], "rounds": []}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", (400, "bad-json")),
        (b"{", (400, "bad-json")),
        (b"\xff\xfe", (400, "bad-json")),
        (b"[]", (400, "bad-body")),
        (b"{}", (400, "bad-body")),
        (b'{"title": 7}', (400, "bad-body")),
        (b'{"title": "X", "colour": "red"}', (400, "bad-body")),
        (b'{"title": "X", "rounds": [{"size": "four"}]}', (400, "bad-body")),
        (b'{"title": " "}', (422, "blank")),
        (b'{"title": "X", "zone": "Atlantis/Poseidon"}', (422, "bad-zone")),
        (b'{"title": "X", "zone": "../../etc/passwd"}', (422, "bad-zone")),
        (b'{"title": "X", "zone": "Europe"}', (422, "bad-zone")),
        (b'{"title": "X", "starts_at": 1000000000000000}', (422, "bad-time")),
        (b'{"title": "X", "guests": 2001}', (422, "too-many-people")),
        (b'{"title": "X", "rounds": [{"size": 1}]}', (422, "bad-size")),
        (b'{"title": "X", "rounds": [{"minutes": 0}]}', (422, "bad-minutes")),
        (b'{"title": "X", "rate": 5000}', (422, "bad-rate")),
        (b'{"title": "' + b"x" * 200_000 + b'"}', (413, "too-big")),
    ],
)
async def test_what_cannot_be_an_event_is_refused_with_a_code(
    app: Application, body: bytes, expected: tuple[int, str]
) -> None:
    async with browser(app) as organiser:
        assert problem(await organiser.post("/api/v1/events", content=body)) == expected
        assert (await organiser.get("/api/v1/events")).json() == []


async def test_only_a_server_for_rehearsals_runs_events_at_another_speed() -> None:
    async with served(Config(rehearsals=False)) as app, browser(app) as organiser:
        fast = {"title": "X", "rate": 20}
        assert problem(await organiser.post("/api/v1/events", json=fast)) == (403, "no-rehearsals")


async def test_the_same_idempotency_key_makes_one_event_also_when_sent_twice_at_once(
    app: Application,
) -> None:
    async with browser(app) as organiser:
        key = {"Idempotency-Key": "b7c1"}
        body = {"title": "Mixer"}
        answers = await asyncio.gather(
            *(organiser.post("/api/v1/events", json=body, headers=key) for _ in range(3))
        )
        assert len({answer.json()["event"] for answer in answers}) == 1
        assert len((await organiser.get("/api/v1/events")).json()) == 1
        other = await organiser.post("/api/v1/events", json=body, headers={"Idempotency-Key": "b7c2"})
        assert other.json()["event"] != answers[0].json()["event"]


async def test_events_are_not_made_without_end(app: Application) -> None:
    async with browser(app) as client, browser(app, "192.0.2.9") as other:
        answers = [await client.post("/api/v1/events", json={"title": "X"}) for _ in range(62)]
        assert [answer.status_code for answer in answers[:60]] == [201] * 60
        assert problem(answers[-1]) == (429, "too-many-tries")
        assert (await other.post("/api/v1/events", json={"title": "X"})).status_code == 201


async def test_demos_are_few() -> None:
    nobody_listens = Config(port=free_port("127.0.0.1", 0))
    async with served(nobody_listens) as app, browser(app) as client:
        del client.headers["Origin"]
        answers = [await client.post("/api/v1/demo") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 429]


async def test_my_events_are_those_this_browser_has_cookies_for_newest_first(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as stranger:
        first = await created(organiser, title="First", starts_at=1_000)
        second = await created(organiser, title="Second", starts_at=2_000)
        await come_by(organiser, first["links"]["host"])
        await give(app, first["event"], people(3))
        listed = (await organiser.get("/api/v1/events")).json()
        assert [(each["event"], each["roles"]) for each in listed] == [
            (second["event"], ["organiser"]),
            (first["event"], ["facilitator", "organiser"]),
        ]
        assert (listed[1]["guests"], listed[1]["rounds"]) == (3, 3)
        assert (await stranger.get("/api/v1/events")).json() == []


async def test_an_unknown_event_is_not_found_whatever_is_asked_of_it(app: Application) -> None:
    async with browser(app) as client:
        for operation in operations(app):
            if "{event}" in operation.path:
                path = f"/api/v1{operation.path.format(event='nosuchevent', id='x')}"
                assert problem(await client.request(operation.method, path)) == (404, "no-event")


# Coming in


async def test_a_link_is_exchanged_for_a_cookie_and_the_way_to_its_page(app: Application) -> None:
    async with browser(app) as organiser:
        made = await created(organiser)
    for role, name, to in (
        ("organiser", "organiser", f"/e/{made['event']}/plan"),
        ("facilitator", "host", f"/e/{made['event']}/console"),
        ("participant", "guest", f"/e/{made['event']}"),
    ):
        async with browser(app) as visitor:
            answer = await come_by(visitor, made["links"][name])
            assert answer.json() == {"event": made["event"], "role": role, "to": to}
            (cookie,) = answer.headers.get_list("set-cookie")
            assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/api/v1" in cookie
            card = (await visitor.get(f"/api/v1/events/{made['event']}")).json()
            assert card["roles"] == [role]


async def test_cookies_are_secure_behind_https_and_plain_on_this_machine_only(app: Application) -> None:
    async with browser(app) as organiser:
        answer = await organiser.post("/api/v1/events", json={"title": "X"})
        assert "Secure" not in answer.headers["set-cookie"]
    config = Config(public_url="https://meet.example.org")
    async with served(config) as public, browser(public) as organiser:
        answer = await organiser.post(
            "/api/v1/events", json={"title": "X"}, headers={"Origin": "https://meet.example.org"}
        )
        assert "; Secure" in answer.headers["set-cookie"]
        assert answer.json()["links"]["guest"].startswith("https://meet.example.org/j#")


async def test_a_guessed_or_revoked_link_lets_nobody_in(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as guest:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        assert problem(await come_by(guest, "#guessed")) == (404, "bad-link")
        assert (await come_by(guest, made["links"]["guest"])).status_code == 200
        (shared,) = [
            each for each in (await organiser.get(f"{at}/links")).json() if each["role"] == "participant"
        ]
        assert (await organiser.delete(f"{at}/links/{shared['id']}")).status_code == 204
        assert problem(await come_by(guest, made["links"]["guest"])) == (404, "bad-link")
        assert problem(await guest.post(f"{at}/join", json={"name": "Ana"})) == (401, "no-cookie")
        assert problem(await guest.post("/api/v1/code", json={"code": made["code"]})) == (404, "bad-code")
        assert problem(await organiser.delete(f"{at}/links/{shared['id']}")) == (404, "no-link")


async def test_the_code_goes_with_its_link_and_comes_with_the_next(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as guest:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        links = {each["role"]: each for each in (await organiser.get(f"{at}/links")).json()}
        assert {role: each["code"] for role, each in links.items()} == {
            "organiser": "",
            "facilitator": "",
            "participant": made["code"],
        }
        assert {role: each["yours"] for role, each in links.items()} == {
            "organiser": True,
            "facilitator": False,
            "participant": False,
        }
        await organiser.delete(f"{at}/links/{links['participant']['id']}")
        await organiser.post(f"{at}/links", json={"role": "facilitator"})
        assert not any(each["code"] for each in (await organiser.get(f"{at}/links")).json())
        for _ in range(2):
            await organiser.post(f"{at}/links", json={"role": "participant"})
        (fresh,) = [each["code"] for each in (await organiser.get(f"{at}/links")).json() if each["code"]]
        assert fresh != made["code"]
        assert (await guest.post("/api/v1/code", json={"code": fresh})).status_code == 200


async def test_a_command_too_long_for_a_message_is_given_over_http_exactly_once(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as host, browser(app) as stranger:
        made = await created(organiser)
        await come_by(host, made["links"]["host"])
        at = f"/api/v1/events/{made['event']}/commands"
        rounds = [{"minutes": 8, "size": 4, "question": f"{number} {'x' * 450}"} for number in range(60)]
        body = {"role": "organiser", "cid": "c1", "command": {"type": "SetRounds", "rounds": rounds}}
        first, again = [(await organiser.post(at, json=body)).json() for _ in range(2)]
        assert first == again == {"type": "Done", "cid": "c1", "seq": first["seq"]}
        actor = await app.registry.find(made["event"])
        assert actor is not None and len(actor.event.agenda) == 60
        unknown = {
            **body,
            "cid": "c2",
            "command": {
                "type": "EditEvent",
                "title": "X",
                "zone": "Mars/Base",
                "starts_at": None,
                "manual": False,
            },
        }
        assert problem(await organiser.post(at, json=unknown)) == (422, "bad-zone")
        assert problem(await host.post(at, json={**body, "role": "facilitator"})) == (409, "not-allowed")
        assert problem(await host.post(at, json=body)) == (401, "no-cookie")
        assert problem(await stranger.post(at, json=body)) == (401, "no-cookie")
        assert problem(await organiser.post(at, json={**body, "cid": ""})) == (400, "bad-body")
        wake = {**body, "cid": "c3", "command": {"type": "Wake"}}
        assert problem(await organiser.post(at, json=wake)) == (409, "not-allowed")


async def test_commands_over_http_are_slowed_down_with_those_of_the_socket(app: Application) -> None:
    async with browser(app) as organiser:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}/commands"
        body = {"role": "organiser", "command": {"type": "OpenEvent"}}
        answers = [(await organiser.post(at, json={**body, "cid": f"c{n}"})).status_code for n in range(60)]
        assert answers[0] == 200 and answers[1] == 409 and 429 in answers


async def test_a_code_opens_the_guests_page_only_and_guessing_is_slowed_down(app: Application) -> None:
    async with browser(app) as organiser:
        made = await created(organiser)
    async with browser(app, "192.0.2.7") as guest, browser(app, "192.0.2.8") as neighbour:
        answer = await guest.post("/api/v1/code", json={"code": made["code"].lower().replace("-", " ")})
        assert answer.json()["role"] == "participant"
        for _ in range(20):
            assert problem(await guest.post("/api/v1/code", json={"code": "ABCDE-234"})) == (404, "bad-code")
        slowed = await guest.post("/api/v1/code", json={"code": made["code"]})
        assert problem(slowed) == (429, "too-many-tries")
        assert slowed.headers["retry-after"] == "60"
        assert (await neighbour.post("/api/v1/code", json={"code": made["code"]})).status_code == 200


async def test_a_guest_joins_once_and_comes_back_as_the_same_person(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as guest:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        await come_by(guest, made["links"]["guest"])
        assert problem(await guest.post(f"{at}/join", json={"name": "Ana"})) == (409, "not-open")
        await give(app, made["event"], OpenEvent())
        assert problem(await guest.post(f"{at}/join", json={"name": " "})) == (422, "blank")
        joined = (await guest.post(f"{at}/join", json={"name": "Ana", "headline": "Bees"})).json()
        assert (await guest.get(at)).json()["you"] == joined["participant"]
        again = (await guest.post(f"{at}/join", json={"name": "Ana Lee"})).json()
        assert again == joined
        actor = await app.registry.find(made["event"])
        assert actor is not None and len(actor.event.participants) == 1


async def test_a_button_pressed_three_times_makes_one_guest(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as device:
        made = await created(organiser)
        await give(app, made["event"], OpenEvent())
        await come_by(device, made["links"]["guest"])
        presses = [
            device.post(f"/api/v1/events/{made['event']}/join", json={"name": "Ana"}) for _ in range(3)
        ]
        answers = [answer.json() for answer in await asyncio.gather(*presses)]
        assert len({answer["participant"] for answer in answers}) == 1
        actor = await app.registry.find(made["event"])
        assert actor is not None
        assert len(actor.event.participants) == 1


async def test_another_person_on_the_same_device_takes_an_extra_seat(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as device:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        await give(app, made["event"], OpenEvent())
        await come_by(device, made["links"]["guest"])
        first = (await device.post(f"{at}/join", json={"name": "Ana"})).json()["participant"]
        second = (await device.post(f"{at}/join", json={"name": "Bo", "extra_seat": True})).json()[
            "participant"
        ]
        assert first != second
        tickets = [
            await device.post(f"{at}/ticket", json={"role": "participant"} | who)
            for who in ({}, {"participant": first}, {"participant": second})
        ]
        redeemed = [app.tokens.redeem(answer.json()["ticket"]) for answer in tickets]
        assert [each and each.id for each in redeemed] == [first, first, second]
        for number in range(SEATS - 2):
            await device.post(f"{at}/join", json={"name": f"Child {number}", "extra_seat": True})
        full = await device.post(f"{at}/join", json={"name": "One more", "extra_seat": True})
        assert problem(full) == (409, "too-many-seats")


async def test_a_personal_link_names_its_person_from_the_start(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as guest:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        await give(app, made["event"], people(2), OpenEvent())
        body = {"role": "participant", "participant": "p1"}
        link = (await organiser.post(f"{at}/links", json=body)).json()
        assert link["qr"].startswith("<svg") and "style=" not in link["qr"]
        await come_by(guest, link["url"])
        assert (await guest.get(at)).json()["you"] == "p1"
        ticket = (await guest.post(f"{at}/ticket", json={"role": "participant"})).json()["ticket"]
        redeemed = app.tokens.redeem(ticket)
        assert redeemed is not None and (redeemed.id, redeemed.name) == ("p1", "Guest 1")
        unknown = {"role": "participant", "participant": "p7"}
        assert problem(await organiser.post(f"{at}/links", json=unknown)) == (404, "no-person")


async def test_a_ticket_needs_the_cookie_of_its_role_and_a_seat_of_this_device(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as guest:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        await give(app, made["event"], people(2), OpenEvent())
        assert problem(await guest.post(f"{at}/ticket", json={"role": "participant"})) == (401, "no-cookie")
        await come_by(guest, made["links"]["guest"])
        assert problem(await guest.post(f"{at}/ticket", json={"role": "participant"})) == (409, "not-joined")
        assert problem(await guest.post(f"{at}/ticket", json={"role": "organiser"})) == (401, "no-cookie")
        assert problem(await guest.post(f"{at}/ticket", json={"role": "system"})) == (400, "bad-body")
        joined = (await guest.post(f"{at}/join", json={"name": "Ana"})).json()["participant"]
        other = {"role": "participant", "participant": "p1"}
        assert problem(await guest.post(f"{at}/ticket", json=other)) == (404, "no-person")
        await give(app, made["event"], RemovePerson(joined))
        assert problem(await guest.post(f"{at}/ticket", json={"role": "participant"})) == (403, "shut-out")
        assert problem(await guest.post(f"{at}/join", json={"name": "Ana"})) == (409, "removed")


async def test_a_host_keeps_one_id_and_says_their_name_with_each_ticket(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as host:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        await come_by(host, made["links"]["host"])
        tickets = [
            (await host.post(f"{at}/ticket", json={"role": "facilitator", "name": name})).json()["ticket"]
            for name in ("", "Hanne", "<b>Hanne</b>")
        ]
        redeemed = [app.tokens.redeem(each) for each in tickets]
        assert [each and each.name for each in redeemed] == ["", "Hanne", "<b>Hanne</b>"]
        assert len({each and each.id for each in redeemed}) == 1
        for each in redeemed[1:2]:
            assert each is not None
            await give(app, made["event"], HostCame(each.id, each.name), by=SYSTEM)  # as the socket does
        again = (await host.post(f"{at}/ticket", json={"role": "facilitator"})).json()["ticket"]
        assert [each.name for each in [app.tokens.redeem(again)] if each] == ["Hanne"]
        long = {"role": "facilitator", "name": "x" * 201}
        assert problem(await host.post(f"{at}/ticket", json=long)) == (422, "too-long")


# Preparing


async def test_what_is_the_organisers_is_refused_to_hosts_and_guests(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as other:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}"
        await come_by(other, made["links"]["host"])
        await come_by(other, made["links"]["guest"])
        for method, path in (
            ("POST", "/import"), ("GET", "/links"), ("POST", "/links"), ("DELETE", "/links/x"),
            ("GET", "/what-if"), ("GET", "/plan.csv"), ("GET", "/plan.json"),
        ):  # fmt: skip
            assert problem(await other.request(method, at + path)) == (401, "no-cookie"), path


async def test_a_list_is_read_and_nothing_is_created(app: Application) -> None:
    async with browser(app) as organiser:
        event = (await created(organiser))["event"]
        at = f"/api/v1/events/{event}/import"
        read = (await organiser.post(at, content="Navn;E-mail\nJørgen;j@example.org\n".encode())).json()
        assert [(each["name"], each["email"]) for each in read["people"]] == [("Jørgen", "j@example.org")]
        actor = await app.registry.find(event)
        assert actor is not None and actor.event.participants == {}
        chosen = (await organiser.post(f"{at}?columns=last,first&header=false", content=b"Lund,Ben\n")).json()
        assert [each["name"] for each in chosen["people"]] == ["Ben Lund"]
        assert problem(await organiser.post(f"{at}?columns=colour", content=b"x")) == (400, "bad-query")
        empty = (await organiser.post(at, content=b"")).json()
        assert [each["code"] for each in empty["problems"]] == ["empty"]
        workbook = (await organiser.post(at, content=b"PK\x03\x04")).json()
        assert [each["code"] for each in workbook["problems"]] == ["not-csv"]


async def test_a_list_too_big_is_told_so_and_a_flood_is_cut(app: Application) -> None:
    async with browser(app) as organiser:
        at = f"/api/v1/events/{(await created(organiser))['event']}/import"
        answer = await organiser.post(at, content=b"x" * (2 * 1024 * 1024 + 1))
        assert [each["code"] for each in answer.json()["problems"]] == ["too-big"]
        assert problem(await organiser.post(at, content=b"x" * (BODY_LIMIT + 1))) == (413, "too-big")

        async def flood() -> AsyncIterator[bytes]:
            for _ in range(40):
                yield b"x" * 65_536

        assert problem(await organiser.post(at, content=flood())) == (413, "too-big")


@pytest.mark.parametrize(("count", "expected"), [(0, []), (1, []), (2, [2, 3, 4, 5, 6])])
async def test_there_is_no_what_if_for_fewer_than_two_people(
    app: Application, count: int, expected: list[int]
) -> None:
    async with browser(app) as organiser:
        event = (await created(organiser))["event"]
        if count:
            await give(app, event, people(count))
        answer = (await organiser.get(f"/api/v1/events/{event}/what-if")).json()
        assert answer["people"] == count
        assert [line["value"] for line in answer["sizes"]] == expected


async def test_what_if_plans_other_sizes_and_numbers_of_rounds(app: Application) -> None:
    async with browser(app) as organiser:
        event = (await created(organiser))["event"]
        await give(app, event, people(12))
        answer = (await organiser.get(f"/api/v1/events/{event}/what-if")).json()
        assert [line["value"] for line in answer["sizes"]] == [2, 3, 4, 5, 6]
        assert [line["value"] for line in answer["rounds"]] == [1, 2, 3, 4, 5]
        assert answer["sizes"][0] == {"value": 2, "mean": 3.0, "repeats": 0}
        means = [line["mean"] for line in answer["rounds"]]
        assert means == sorted(means) and means[0] == 3.0


async def test_what_if_imagines_a_crowd_while_the_list_is_empty(app: Application) -> None:
    async with browser(app) as organiser:
        at = f"/api/v1/events/{(await created(organiser))['event']}/what-if"
        answer = (await organiser.get(f"{at}?people=24")).json()
        assert answer["people"] == 24 and len(answer["sizes"]) == 5
        assert problem(await organiser.get(f"{at}?people=2001")) == (400, "bad-query")
        assert problem(await organiser.get(f"{at}?people=many")) == (400, "bad-query")


# Files


async def test_the_plan_is_a_file_sent_again_only_when_it_has_changed(app: Application) -> None:
    async with browser(app) as organiser:
        event = (await created(organiser, title="Frühling & Mai"))["event"]
        await give(app, event, people(8))
        at = f"/api/v1/events/{event}/plan"
        await planned(app, event, 8)
        table = await organiser.get(f"{at}.csv")
        assert table.headers["content-disposition"].endswith(
            "filename*=UTF-8''Fr%C3%BChling%20%26%20Mai%20plan.csv"
        )
        assert table.text.startswith("\ufeffRound,Room,Name,E-mail,Role,Topic,Minutes\r\n1,1,")
        assert len(table.text.splitlines()) == 1 + 3 * 8
        plan = (await organiser.get(f"{at}.json")).json()
        assert (plan["version"], len(plan["rounds"]), plan["optimal"]) == (1, 3, True)
        known = {"If-None-Match": table.headers["etag"]}
        assert (await organiser.get(f"{at}.csv", headers=known)).status_code == 304
        await give(app, event, AddPeople((Newcomer("late", "Late"),)))
        await planned(app, event, 9)
        assert (await organiser.get(f"{at}.csv", headers=known)).status_code == 200


async def planned(app: Application, event: str, count: int) -> None:
    """The inline planner answers in the loop's next turns."""
    actor = await app.registry.find(event)
    assert actor is not None
    for _ in range(50):
        if actor.event.offered is not None and actor.event.offered.numbers.people == count:
            return
        await asyncio.sleep(0)


async def test_the_report_is_for_hosts_and_names_no_address(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as host, browser(app) as guest:
        made = await created(organiser)
        at = f"/api/v1/events/{made['event']}/report"
        await give(app, made["event"], people(4), OpenEvent())
        await come_by(host, made["links"]["host"])
        await come_by(guest, made["links"]["guest"])
        assert problem(await guest.get(at)) == problem(await guest.get(f"{at}.csv")) == (401, "no-cookie")
        found = (await host.get(at)).json()
        assert (found["listed"], found["came"], found["rounds"]) == (4, 0, [])
        assert (await organiser.get(at)).json() == found
        assert "@" not in (await host.get(at)).text + (await host.get(f"{at}.csv")).text


async def test_a_calendar_entry_is_for_everyone_with_a_cookie_and_names_the_code(app: Application) -> None:
    async with browser(app) as organiser, browser(app) as guest:
        made = await created(organiser, starts_at=BEGINS)
        at = f"/api/v1/events/{made['event']}/calendar.ics"
        assert problem(await guest.get(at)) == (401, "no-cookie")
        await come_by(guest, made["links"]["guest"])
        entry = await guest.get(at)
        assert entry.headers["content-type"].startswith("text/calendar")
        assert made["code"] in entry.text.replace("\r\n ", "") and "DTSTART:20260416T141640Z" in entry.text
        undated = (await created(organiser))["event"]
        assert problem(await organiser.get(f"/api/v1/events/{undated}/calendar.ics")) == (404, "no-time")


# What holds for everything


async def test_another_sites_page_cannot_write_and_an_allowed_one_can() -> None:
    config = Config(allowed_origins=("https://intranet.example.org",))
    async with served(config) as app, browser(app) as client:
        foreign = [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "http://localhost:9999"},
            {"Origin": "https://localhost:8000"},
        ]
        for headers in foreign:
            answer = await client.post("/api/v1/events", json={"title": "X"}, headers=headers)
            assert problem(answer) == (403, "foreign-page"), headers
        allowed = await client.post(
            "/api/v1/events", json={"title": "X"}, headers={"Origin": "https://intranet.example.org"}
        )
        assert allowed.status_code == 201
        del client.headers["Origin"]
        assert (await client.post("/api/v1/events", json={"title": "X"})).status_code == 201
        sneaked = await client.post(
            "/api/v1/events", json={"title": "X"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert problem(sneaked) == (403, "foreign-page")


async def test_an_unknown_address_or_method_is_a_problem_too(app: Application) -> None:
    async with browser(app) as client:
        assert problem(await client.get("/api/v1/nothing")) == (404, "no-page")
        answer = await client.put("/api/v1/events")
        assert problem(answer) == (405, "bad-method")
        assert answer.headers["allow"]


async def test_a_server_that_can_save_nothing_is_not_ready() -> None:
    async with served(journal=(journal := MemoryJournal())) as app, browser(app) as client:
        assert (await client.get("/readyz")).status_code == 200
        await journal.close()
        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).status_code == 200


async def test_nothing_saved_is_said_plainly(app: Application) -> None:
    async with served(journal=(journal := MemoryJournal())) as app, browser(app) as client:
        await journal.close()
        assert problem(await client.post("/api/v1/events", json={"title": "X"})) == (503, "not-saved")


async def test_a_bug_answers_without_telling_anything_about_the_inside(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("a secret")

    monkeypatch.setattr(module, "new_id", broken)
    transport = httpx.ASGITransport(app=app.asgi, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
        answer = await client.post("/api/v1/events", json={"title": "X"})
        assert problem(answer) == (500, "fault")
        assert "secret" not in answer.text


async def test_a_restart_keeps_events_links_and_cookies() -> None:
    journal = MemoryJournal()
    async with served(journal=journal) as before, browser(before) as organiser:
        made = await created(organiser)
        cookies = dict(organiser.cookies)
        held = await journal.execute(lambda database: "\n".join(database.iterdump()))
    after = MemoryJournal(journal.stored)
    await after.execute(lambda database: restored(database, held))
    async with served(journal=after) as app, browser(app) as organiser:
        organiser.cookies.update(cookies)
        card = (await organiser.get(f"/api/v1/events/{made['event']}")).json()
        assert (card["title"], card["roles"]) == ("Mixer", ["organiser"])


def restored(database: Any, dump: str) -> None:
    for statement in dump.split(";\n"):
        if statement.strip() not in ("", "BEGIN TRANSACTION", "COMMIT", "COMMIT;"):
            database.execute(statement)


# The description


def operations(app: Application) -> tuple[Operation, ...]:
    return app.api.operations()


async def test_every_operation_that_is_described_is_served_and_the_other_way_round(app: Application) -> None:
    async with browser(app) as client:
        described = (await client.get("/api/v1/openapi.json")).json()
        assert described["openapi"] == "3.1.0"
        listed = {(path, method.upper()) for path, each in described["paths"].items() for method in each}
        assert listed == {(f"/api/v1{each.path}", each.method) for each in operations(app)}
        for path, method in listed:
            answer = await client.request(method, path.format(event="nosuchevent", id="x"))
            code = answer.json().get("code") if answer.status_code >= 400 else ""
            assert code not in ("no-page", "bad-method"), (method, path)
        assert described["components"]["schemas"]["Created"]["required"] == ["event", "code", "links"]


async def test_every_problem_an_operation_names_is_documented_and_every_reference_leads_somewhere(
    app: Application,
) -> None:
    for operation in operations(app):
        for code in operation.problems:
            assert code in PROBLEMS or code in REFUSALS, code
    async with browser(app) as client:
        text = (await client.get("/api/v1/openapi.json")).text
    schemas = json.loads(text)["components"]["schemas"]
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= set(schemas)

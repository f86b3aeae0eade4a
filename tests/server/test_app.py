"""One visit from the link to the live event, through everything that a real server consists of."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from rooms.commands import OpenEvent, StartRound
from server.app import Application, create_app, media_doubt
from server.browser import Browser, HttpProblem
from server.cli import free_port
from server.config import Config
from server.journal_memory import MemoryJournal
from server.planning import InlinePlanner
from server.serving import running

ROUNDS = [{"minutes": 8, "size": 2}] * 2


@pytest.fixture
async def server() -> AsyncIterator[tuple[Application, str]]:
    app = await create_app(Config(), journal=MemoryJournal(), planner=InlinePlanner(), media=False)
    async with running(app) as port:
        yield app, f"http://127.0.0.1:{port}"


def visitor(url: str, origin: str = "http://localhost:8000") -> Browser:
    return Browser(url, chance=random.Random(1), origin=origin)


@asynccontextmanager
async def live(browser: Browser, event: str, role: str) -> AsyncIterator[None]:
    """Connected, with a view."""
    task = asyncio.create_task(browser.stay(event, role))
    assert await browser.until(lambda view: bool(view))
    yield
    browser.close()
    task.cancel()


async def ended(browser: Browser) -> str:
    async with asyncio.timeout(60):
        while not browser.closed:
            await asyncio.sleep(0.01)
    return browser.closed


async def made(organiser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = await organiser.post("/api/v1/events", {"title": "Mixer", "rounds": ROUNDS})
    return found


async def test_from_an_idea_to_a_guest_in_the_lobby(server: tuple[Application, str]) -> None:
    _, url = server
    organiser, guest = visitor(url), visitor(url)
    created = await made(organiser)
    event = created["event"]
    async with live(organiser, event, "organiser"):
        assert (await organiser.do(OpenEvent())).done
        assert await guest.come_by(created["links"]["guest"]) == event
        joined = await guest.post(f"/api/v1/events/{event}/join", {"name": "Ana"})
        async with live(guest, event, "participant"):
            assert guest.view["you"]["id"] == joined["participant"]
            assert guest.view["event"]["title"] == "Mixer"
            assert await organiser.until(here(1))


async def test_whoever_came_by_a_link_goes_when_it_is_revoked(server: tuple[Application, str]) -> None:
    _, url = server
    organiser, host = visitor(url), visitor(url)
    created = await made(organiser)
    event = created["event"]
    await host.come_by(created["links"]["host"])
    links = await organiser.get(f"/api/v1/events/{event}/links")
    (hosts,) = [each["id"] for each in links if each["role"] == "facilitator"]
    async with live(host, event, "facilitator"):
        await organiser._http("DELETE", f"/api/v1/events/{event}/links/{hosts}", None)
        assert await ended(host) == "revoked"
    with pytest.raises(HttpProblem, match="401"):
        await host.post(f"/api/v1/events/{event}/ticket", {"role": "facilitator"})


async def test_a_guest_cannot_do_what_is_the_hosts(server: tuple[Application, str]) -> None:
    _, url = server
    organiser, guest = visitor(url), visitor(url)
    created = await made(organiser)
    event = created["event"]
    async with live(organiser, event, "organiser"):
        await organiser.do(OpenEvent())
        await guest.come_by(created["links"]["guest"])
        await guest.post(f"/api/v1/events/{event}/join", {"name": "Ana"})
        async with live(guest, event, "participant"):
            answer = await guest.do(OpenEvent())
            assert (answer.done, answer.code) == (False, "not-allowed")


async def test_a_demo_fills_with_guests_and_is_the_visitors_to_lead() -> None:
    port = free_port("127.0.0.1", 0)
    app = await create_app(Config(port=port), journal=MemoryJournal(), planner=InlinePlanner(), media=False)
    async with running(app, port=port):
        host = visitor(app.config.local_url, app.config.origin)
        created = await host.post("/api/v1/demo")
        await host.come_by(created["links"]["host"])
        async with live(host, created["event"], "facilitator"):
            async with asyncio.timeout(60):
                assert await host.until(here(18))
            assert host.view["numbers"]["planned"]
            assert (await host.do(StartRound(1))).done


def here(count: int) -> Callable[[dict[str, Any]], bool]:
    return lambda view: sum(each["presence"] == "here" for each in view["people"].values()) == count


def test_a_media_address_that_is_missing_or_another_machines_is_said_at_the_start() -> None:
    assert "not this machine's own" in media_doubt(Config(media_address="192.0.2.7"))
    assert "are off" in media_doubt(Config(public_url="https://meet.example.org"))
    assert media_doubt(Config()) == ""

"""A whole evening in real browsers: an organiser, a host and three guests, with twenty simulated guests for
company, three rounds at six times the speed, and nearly everything that can go wrong for a guest.

Nothing hangs on how fast the machine is: the clock stands while the pages of a short round are looked at, and
the long one is ended by the host once enough was seen."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, WebSocket, expect

from server.browser import Browser as Watcher
from server.guests import SAMPLE_PEOPLE, Guest, Script
from server.recount import Recount, recount
from server.rehearse_command import OwnServer, own_server

RATE = 6
MINUTES = (1.0, 6.0, 1.0)
REAL, SIMULATED = 3, 20
TIMEOUT_MS = 20_000
# What a browser itself writes while its server or its network is gone.
EXPECTED = re.compile(
    r"ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INTERNET_DISCONNECTED|EMPTY_RESPONSE)|WebSocket"
)

ROUNDS = [{"minutes": each, "size": 4, "topic": "What brought you here?", "question": ""} for each in MINUTES]
CREATE = """async (body) => (await (await fetch("/api/v1/events", {
  method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)})).json())"""
LINK = """async ([event, participant]) => (await (await fetch(`/api/v1/events/${event}/links`, {
  method: "POST", headers: {"Content-Type": "application/json"},
  body: JSON.stringify({role: "participant", participant})})).json()).url"""
REPORT = "async (event) => (await (await fetch(`/api/v1/events/${event}/report`)).json())"


class Seat:
    """Someone before a real browser: their pages, what the pages were told, and what they complained of."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.frames: list[str] = []
        self.trouble: list[str] = []
        self.tolerant = False  # while the network or the server is gone on purpose
        self.page: Page

    async def open(self, address: str) -> Page:
        self.page = await self.context.new_page()
        self.page.set_default_timeout(TIMEOUT_MS)
        self.page.on("websocket", self._listen)
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: self._note(said.type, said.text))
        await self.page.goto(address)
        return self.page

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.frames.append(str(frame)))

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" and not (self.tolerant and EXPECTED.search(text)):
            self.trouble.append(text)


async def seat(browser: Browser) -> Seat:
    return Seat(await browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce"))


@pytest.mark.timeout(240)
async def test_an_evening_from_a_list_of_names_to_the_people_one_met(
    browser: Browser, tmp_path: Path
) -> None:
    async with own_server(tmp_path) as server:
        organiser, host = await seat(browser), await seat(browser)
        event, links = await create(organiser, server)
        await import_people(organiser, tmp_path, event)

        watcher = Watcher(server.url, chance=random.Random("watcher"))
        await watcher.come_by(links["host"])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watcher.stay(event, "facilitator", name="Watcher"))
            await watcher.until(lambda view: len(view["people"]) == REAL + SIMULATED)
            own = await personal_links(organiser, event, watcher)
            await open_doors(host, links["host"])

            guests = [await seat(browser) for _ in range(REAL)]
            for guest, (name, (_, link)) in zip(guests, list(own.items())[:REAL], strict=True):
                await join(guest, link, name)
            simulated = [
                Guest(Script(name), server.url, link, "evening")
                for name, (_, link) in list(own.items())[REAL:]
            ]
            attending = [tasks.create_task(each.attend(watcher)) for each in simulated]
            ids = [id for id, _ in list(own.values())[:REAL]]

            await watcher.until(everyone_here)
            await expect(
                host.page.get_by_text(f"{REAL + SIMULATED} of {REAL + SIMULATED} here")
            ).to_be_visible()
            await host.page.get_by_role("button", name="Start round 1").click()
            async with stopped(host, watcher, 1):
                await in_rooms(guests, ids, watcher, 1)
                await a_second_tab_takes_over(guests[1])
            await lost_across_the_change(guests[2], watcher)
            await in_rooms(guests, ids, watcher, 2)

            await killed_mid_round(server, [*guests, host, organiser], watcher)
            await in_rooms(guests, ids, watcher, 2)
            await right_clock(guests[0], watcher)

            await host.page.get_by_role("button", name="More", exact=True).click()
            await host.page.get_by_role("menuitem", name="End round").click()
            async with stopped(host, watcher, 3):
                await in_rooms(guests, ids, watcher, 3)
            await watcher.until(lambda view: view["event"]["phase"] == "plenary")
            await host.page.get_by_role("button", name="End event").click()
            await host.page.get_by_role("dialog").get_by_role("button", name="End event").click()
            await asyncio.gather(*attending)
            counted = counted_again(guests, simulated)
            await told_whom_they_met(guests, ids, simulated, counted)
            await reported(organiser, event, counted)
            watcher.close()

        doubled = [cid for cid, count in Counter(cids(server)).items() if count > 1]
        assert doubled == []
        assert [trouble for each in (organiser, host, *guests) for trouble in each.trouble] == []


# Before


async def create(organiser: Seat, server: OwnServer) -> tuple[str, dict[str, str]]:
    page = await organiser.open(server.url)
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    made = await page.evaluate(CREATE, {"title": "Spring Mixer", "rounds": ROUNDS, "rate": RATE})
    return made["event"], made["links"]


async def import_people(organiser: Seat, folder: Path, event: str) -> None:
    names = [name for name, _ in SAMPLE_PEOPLE[: REAL + SIMULATED]]
    rows = "".join(f"{name};{name.split()[0].lower()}@example.org\r\n" for name in names)
    (folder / "people.csv").write_bytes(("Navn;E-mail\r\n" + rows).encode("cp1252"))
    page = organiser.page
    await page.goto(f"{page.url}e/{event}/plan")
    await page.get_by_role("button", name="Add a list").click()
    await page.set_input_files("input[type=file]", folder / "people.csv")
    await page.get_by_role("button", name=f"Add {REAL + SIMULATED} people").click()
    await expect(page.get_by_role("heading", name="Rounds and rooms")).to_be_visible()
    await expect(page.locator(".plan-name", has_text=names[0])).to_have_count(3)


async def personal_links(organiser: Seat, event: str, watcher: Watcher) -> dict[str, tuple[str, str]]:
    """By name: the participant's id and their own link."""
    return {
        card["name"]: (id, await organiser.page.evaluate(LINK, [event, id]))
        for id, card in watcher.view["people"].items()
    }


async def open_doors(host: Seat, link: str) -> None:
    page = await host.open(link)
    await page.get_by_label("Your name").fill("Maja Lund")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Open the doors").click()
    await expect(page.get_by_role("button", name="Start round 1")).to_be_visible()


async def join(guest: Seat, link: str, name: str) -> None:
    page = await guest.open(link)
    await expect(page.get_by_label("Your name")).to_have_value(name)
    await page.get_by_role("button", name="Enter the lobby").click()
    await expect(page.get_by_role("button", name="Enter the lobby")).to_be_hidden()


# During


def everyone_here(view: dict[str, dict[str, Any]]) -> bool:
    return all(card["presence"] == "here" for card in view["people"].values())


def running(view: dict[str, dict[str, Any]]) -> int:
    return int(view["clock"]["number"]) if view["clock"]["state"] == "running" else 0


def room_of(watcher: Watcher, person: str) -> tuple[str, list[str]]:
    number, room = next(
        (number, room) for number, room in watcher.view["rooms"].items() if person in room["people"]
    )
    return number, [watcher.view["people"][id]["name"] for id in room["people"] if id != person]


async def in_rooms(guests: list[Seat], ids: list[str], watcher: Watcher, number: int) -> None:
    """Each guest's page shows the room and the people that the host's view has for them."""
    await watcher.until(lambda view: running(view) == number)
    for guest, person in zip(guests, ids, strict=True):
        room, company = room_of(watcher, person)
        await expect(guest.page.get_by_text(f"Round {number} of 3").first).to_be_visible()
        await expect(guest.page.get_by_text(f"Room {room}", exact=True).first).to_be_visible()
        for name in company:
            await expect(guest.page.locator(".stage").get_by_text(name)).to_be_visible()


@contextlib.asynccontextmanager
async def stopped(host: Seat, watcher: Watcher, number: int) -> AsyncIterator[None]:
    """From the start of a round the clock stands."""
    await watcher.until(lambda view: running(view) == number)
    await host.page.get_by_role("button", name="Pause").click()
    await watcher.until(lambda view: view["clock"]["paused_at"] is not None)
    yield
    await host.page.get_by_role("button", name="Go on").click()


async def a_second_tab_takes_over(guest: Seat) -> None:
    first = guest.page
    await guest.open(first.url)
    await expect(first.get_by_role("heading", name="You are here in another window")).to_be_visible()
    await expect(guest.page.locator(".stage")).to_be_visible()
    await first.close()


async def lost_across_the_change(guest: Seat, watcher: Watcher) -> None:
    """Without a network from the end of round 1 until round 2 runs."""
    await watcher.until(lambda view: view["clock"]["state"] == "grace")
    guest.tolerant = True
    await guest.context.set_offline(True)
    await expect(guest.page.get_by_text("Connection lost").first).to_be_visible()
    await watcher.until(lambda view: running(view) == 2)
    await guest.context.set_offline(False)
    await expect(guest.page.get_by_text("Connection lost").first).to_be_hidden()


async def killed_mid_round(server: OwnServer, seats: list[Seat], watcher: Watcher) -> None:
    rooms, ends_at = rooms_of(watcher), watcher.view["clock"]["ends_at"]
    connections = watcher.record.connections
    for each in seats:
        each.tolerant = True
    await server.kill()
    await watcher.until(lambda _: watcher.record.connections > connections)
    assert rooms_of(watcher) == rooms
    assert watcher.view["clock"]["ends_at"] == ends_at
    for each in seats:
        await expect(each.page.get_by_text("Connection lost")).to_have_count(0)


def rooms_of(watcher: Watcher) -> dict[str, list[str]]:
    return {number: sorted(room["people"]) for number, room in watcher.view["rooms"].items()}


async def right_clock(guest: Seat, watcher: Watcher) -> None:
    """The page's countdown is the server's within a second of the event, however long reading it takes."""
    off = [await clock_off(guest, watcher) for _ in range(20)]
    assert min(off) <= 1.0


async def clock_off(guest: Seat, watcher: Watcher) -> float:
    """Seconds between what the ring shows and every time that was left while it was read."""
    before = seconds_left(watcher)
    shown = await guest.page.locator(".ring-time").first.inner_text()
    after = seconds_left(watcher)
    minutes, seconds = map(int, shown.split(":"))
    return max(0.0, after - (minutes * 60 + seconds), minutes * 60 + seconds - before)


def seconds_left(watcher: Watcher) -> float:
    return float(watcher.view["clock"]["ends_at"] - watcher.clock.now()) / 1000


# After


def counted_again(guests: list[Seat], simulated: list[Guest]) -> Recount:
    """The evening from the frames of every page and every simulated guest, by code that knows no report."""
    frames = [[frame.text for frame in each.browser.record.frames] for each in simulated]
    return recount([*(guest.frames for guest in guests), *frames])


async def told_whom_they_met(
    guests: list[Seat], ids: list[str], simulated: list[Guest], counted: Recount
) -> None:
    assert counted.double_seated == set()
    assert counted.unseated == set()
    names = {each.participant: each.script.name for each in simulated}
    for guest, person in zip(guests, ids, strict=True):
        met = counted.partners(person)
        await expect(guest.page.get_by_role("heading", level=1)).to_have_text(f"You met {len(met)} people.")
        for other in met & names.keys():
            await expect(guest.page.get_by_text(names[other]).first).to_be_visible()


async def reported(organiser: Seat, event: str, counted: Recount) -> None:
    """The report says what the pages and simulated guests saw."""
    report = await organiser.page.evaluate(REPORT, event)
    reported = {tuple(pair) for held in report["rounds"] for pair in held["met"]}
    assert reported == set(counted.met)
    assert report["pairs"] == len(counted.met)
    assert report["came"] == REAL + SIMULATED


def cids(server: OwnServer) -> list[str]:
    with contextlib.closing(sqlite3.connect(server.data)) as data:
        return [cid for (cid,) in data.execute("select cid from entry where cid != ''")]

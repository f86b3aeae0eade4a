"""The evening of a demo: who is invited, and what happens when nobody leads."""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace

from rooms.commands import AddPeople, CloseEvent, OpenEvent
from rooms.model import By, Newcomer
from server.actor import EventActor
from server.bodies import Created
from server.browser import Browser, HttpProblem, View
from server.camera import Camera
from server.config import Config
from server.guests import Guest, Host, Script, all_held, is_over, people, scripts
from server.invitations import personal
from server.media.simulated import SimulatedMedia
from server.tokens import Tokens

GUESTS, NO_SHOWS, LATE, DROPS = 21, 1, 2, 2
SIMULATED = "sim"  # how the ids of simulated guests begin
HOST_NAME = "Robin (simulated)"
PATIENCE_SECONDS = 30.0  # for a visitor who came as a guest only: then the demo starts by itself
FAREWELL_SECONDS = 60.0

log = logging.getLogger("intermingle.demo")


async def invited(actor: EventActor, by: By, tokens: Tokens, config: Config, at: int) -> list[Guest]:
    """Everyone on the list with a link of their own, and the doors open."""
    seed, rounds = actor.event.seed, len(actor.event.agenda)
    written = scripts(people(GUESTS), rounds, no_shows=NO_SHOWS, late=LATE, drops=DROPS, seed=seed)
    evening = [eventful(script) for script in written]
    listed = [
        Newcomer(f"{SIMULATED}{number}", each.name, headline=each.headline)
        for number, each in enumerate(evening)
    ]
    await actor.do(AddPeople(tuple(listed)), by)
    await actor.do(OpenEvent(), by)
    links = [await personal(tokens, config.origin, actor.id, each.id, at) for each in listed]
    return [
        Guest(each, config.local_url, link, seed, config.origin)
        for each, link in zip(evening, links, strict=True)
    ]


def eventful(script: Script) -> Script:
    """Whoever is late comes early in round 2, whoever drops out does so in round 2: soon, but not at once."""
    gap = None if script.gap is None else replace(script.gap, round=2)
    return replace(script, late_round=2, late_part=0.2, gap=gap)


async def hold(created: Created, guests: list[Guest], config: Config) -> None:
    """From the first guest to the end of the event."""
    stage = Browser(config.local_url, chance=random.Random(created.event), origin=config.origin)
    await stage.come_by(created.links.host)
    async with SimulatedMedia() as media, asyncio.TaskGroup() as tasks:
        watching = tasks.create_task(stage.stay(created.event, "facilitator", name=HOST_NAME))
        if await stage.until(lambda view: bool(view)):
            cameras = [
                Camera(guest.browser, media, f"guest {face}", face, watched)
                for face, guest in enumerate(guests)
            ]
            attending = [
                tasks.create_task(attend(guest, stage, camera))
                for guest, camera in zip(guests, cameras, strict=True)
            ]
            await lead(stage)
            await asyncio.wait(attending)
        stage.close()
        watching.cancel()


async def attend(guest: Guest, stage: Browser, camera: Camera) -> None:
    filming = asyncio.create_task(camera.run())
    try:
        await guest.attend(stage)
    except HttpProblem as problem:
        log.warning("simulated guest turned away", extra={"code": problem.code})
    finally:
        filming.cancel()


def watched(view: View) -> bool:
    """Whether somebody who is not simulated is in a guest's room, or will be after the move announced."""
    company = (*view["room"]["people"], *view["next"]["people"])
    return bool(view["room"]["visitors"]) or not all(id.startswith(SIMULATED) for id in company)


async def lead(stage: Browser) -> None:
    """Hosts who are people lead. To a visitor who is only a guest the demo shows itself."""
    await stage.until(lambda view: is_over(view) or begun(view) or visitors(view) > 0)
    await asyncio.sleep(PATIENCE_SECONDS)
    if not begun(stage.view) and not led(stage):
        await Host(stage, "demo").start(2)
    await stage.until(lambda view: is_over(view) or (begun(view) and all_held(view)))
    await asyncio.sleep(FAREWELL_SECONDS)
    if not is_over(stage.view) and not led(stage):
        await stage.do(CloseEvent())
    await stage.until(is_over)


def begun(view: View) -> bool:
    """A round is announced, running or held."""
    return view["clock"]["number"] is not None or bool(view["past"])


def visitors(view: View) -> int:
    """Guests who are not simulated."""
    people = view["people"].items()
    return sum(person["presence"] == "here" and not id.startswith(SIMULATED) for id, person in people)


def led(stage: Browser) -> bool:
    """Whether a host is here besides the simulated one."""
    hosts = stage.view["hosts"].items()
    return any(host["here"] for id, host in hosts if id != stage.you["id"])

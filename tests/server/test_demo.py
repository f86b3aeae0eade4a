"""A visitor of a demo sees simulated guests' faces, each under their own name."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from rooms.commands import StartRound
from server.app import create_app
from server.browser import Browser
from server.cli import free_port
from server.config import Config
from server.demo_evening import SIMULATED, watched
from server.journal_memory import MemoryJournal
from server.media import faces
from server.media.simulated import SimulatedMedia
from server.media.synthetic import Synthetic
from server.planning import InlinePlanner
from server.serving import running
from tests.server.media.watching import Watching

NEAR = 2.0  # a colour, of what it should be


def view(room: list[str], next: list[str], visitors: dict[str, str]) -> dict[str, Any]:
    return {"room": {"people": room, "visitors": visitors}, "next": {"people": next}}


def test_a_camera_is_on_only_where_somebody_real_is_or_will_be() -> None:
    assert not watched(view([], [], {}))
    assert not watched(view(["sim1", "sim2"], ["sim3"], {}))
    assert watched(view(["sim1", "k3v"], [], {}))
    assert watched(view(["sim1", "sim2"], ["sim1", "k3v"], {}))
    assert watched(view(["sim1", "sim2"], [], {"h1": "Maja"}))


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.02)


class Visitor:
    """A guest with eyes for what is in their first slot."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.watching = Watching()
        self.connection = Synthetic(self.watching.receive)
        self.shown = ""
        self._connecting: asyncio.Task[None] | None = None
        browser.on_call = self._told

    def _told(self, message: dict[str, Any]) -> None:
        if message["type"] == "CallOffer":
            self.browser.tell({"type": "CallAnswer", "sdp": self.connection.answer()})
            self._connecting = asyncio.create_task(self.connection.connect(message["sdp"]))
        elif message["type"] == "CallLost":  # the media process is still coming up
            asyncio.get_running_loop().call_later(0.2, self.browser.tell, {"type": "Call"})
        if "slots" in message:
            self.shown = message["slots"].get("1", "")

    def sees_them(self) -> bool:
        if not self.shown.startswith(SIMULATED):
            return False
        wanted = colours(int(self.shown.removeprefix(SIMULATED)))
        return all(abs(a - b) < NEAR for a, b in zip(self.watching.colour, wanted, strict=True))


@cache
def colours(number: int) -> tuple[float, ...]:
    """The mean of each plane of that face."""
    return tuple(sum(plane) / len(plane) for plane in next(iter(faces.still(faces.face(number)))))


def test_nobody_is_taken_for_somebody_else() -> None:
    for one, other in combinations(range(faces.FACES), 2):
        assert max(abs(a - b) for a, b in zip(colours(one), colours(other), strict=True)) > 2 * NEAR


@pytest.mark.long
async def test_faces_are_seen_once_a_round_has_begun() -> None:
    port = free_port("127.0.0.1", 0)
    app = await create_app(Config(port=port), journal=MemoryJournal(), planner=InlinePlanner())
    async with running(app, port=port), asyncio.TaskGroup() as tasks:
        host, guest = (
            Browser(app.config.local_url, chance=random.Random(who), origin=app.config.origin)
            for who in ("host", "guest")
        )
        created = await host.post("/api/v1/demo")
        event = created["event"]
        await host.come_by(created["links"]["host"])
        await guest.come_by(created["links"]["guest"])
        await guest.post(f"/api/v1/events/{event}/join", {"name": "Ana"})
        visitor = Visitor(guest)
        tasks.create_task(host.stay(event, "facilitator"))
        tasks.create_task(guest.stay(event, "participant"))
        await guest.until(lambda view: bool(view))
        guest.tell({"type": "Call"})
        await host.until(lambda view: sum(each["presence"] == "here" for each in view["people"].values()) > 8)
        await host.do(StartRound(1, now=True))
        await until(visitor.sees_them)
        host.close()
        guest.close()
        await visitor.connection.close()


async def test_the_process_with_the_faces_is_started_again_when_it_is_gone() -> None:
    offer = "no offer of a plane: but who asks has an answer"
    async with SimulatedMedia() as media:
        assert "a=setup:active" in await media.answer("ana", 1, offer)
        process = media._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        await until(lambda: media._process is None)
        media.show("ana", True)  # to nobody
        assert "a=setup:active" in await media.answer("ana", 1, offer)
    assert media._process is None

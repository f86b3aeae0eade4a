"""An evening with real browsers that hear and see each other.

Each camera paints its own grey and each microphone plays its own tone: a page can be asked whom it shows.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, WebSocketRoute, expect

from rooms.commands import OpenEvent, StartRound
from server.browser import Browser as Watcher
from server.rehearse_command import OwnServer, own_server
from tests.server.media.relay import Relay

NAMES = ("Ana", "Ben", "Cleo", "Dan")
HOST = "Maja"
GREY = {name: 60 + 40 * i for i, name in enumerate(NAMES)} | {HOST: 120}
TONE = {name: 500 * (i + 1) for i, name in enumerate((*NAMES, HOST))}  # Hz

DEVICES = """([grey, tone]) => {
  navigator.mediaDevices.getUserMedia = async ({ audio, video }) => {
    const tracks = [];
    if (audio) {
      const context = new AudioContext();
      const sound = context.createOscillator();
      sound.frequency.value = tone;
      const out = context.createMediaStreamDestination();
      sound.connect(out);
      sound.start();
      tracks.push(...out.stream.getTracks());
    }
    if (video) {
      const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
      const brush = canvas.getContext("2d");
      let n = 0;
      setInterval(() => {
        brush.fillStyle = `rgb(${grey},${grey},${grey})`;
        brush.fillRect(0, 0, 160, 90);
        brush.fillStyle = "black";
        brush.fillRect(n++ % 150, 0, 4, 4);
      }, 60);
      tracks.push(...canvas.captureStream(15).getTracks());
    }
    (window.given ??= []).push(...tracks);
    return new MediaStream(tracks);
  };
}"""
# By the name on each tile whose picture shows: the grey in its middle, and the loudest frequency in Hz.
SEEN = """async () => {
  const seen = {};
  for (const tile of document.querySelectorAll(".tile:not([data-self])")) {
    const video = tile.querySelector("video");
    if (!video || video.hidden || !video.videoWidth) continue;
    const canvas = Object.assign(document.createElement("canvas"), { width: 16, height: 9 });
    const brush = canvas.getContext("2d");
    brush.drawImage(video, 0, 0, 16, 9);
    const context = new AudioContext();
    const listen = context.createAnalyser();
    listen.fftSize = 4096;
    context.createMediaStreamSource(video.srcObject).connect(listen);
    await new Promise((go) => setTimeout(go, 300));
    const levels = new Uint8Array(listen.frequencyBinCount);
    listen.getByteFrequencyData(levels);
    const loudest = levels.indexOf(Math.max(...levels)) * context.sampleRate / listen.fftSize;
    await context.close();
    seen[tile.querySelector(".clip").textContent] = [brush.getImageData(8, 5, 1, 1).data[0], loudest];
  }
  return seen;
}"""


class Evening:
    """A server, an event on it with a host who watches, and the guests' pages."""

    def __init__(
        self, server: OwnServer, watcher: Watcher, browser: Browser, links: dict[str, str], listener: str
    ) -> None:
        self.server, self.watcher, self._browser, self._links = server, watcher, browser, links
        self.listener = listener
        self.pages: dict[str, Page] = {}  # guests' pages, by name
        self._contexts: list[BrowserContext] = []
        self.relay: Relay | None = None
        self.offers = 0  # through it
        self.trouble: list[str] = []

    async def come(self, name: str, relayed: bool = False) -> None:
        """Join as a guest, with camera and microphone on but for the listener's."""
        page = self.pages[name] = await self._page(400, 400)
        if relayed:
            await page.route_web_socket(re.compile("/ws$"), self._through_relay)
        await page.goto(self._links["guest"])
        await page.get_by_label("Your name").fill(name)
        if name != self.listener:
            await page.evaluate(DEVICES, [GREY[name], TONE[name]])
            await page.get_by_role("button", name="Turn on camera and microphone").click()
            await expect(page.locator(".join-preview video")).to_have_js_property("paused", False)
        await page.get_by_role("button", name="Enter the lobby").click()
        await expect(page.get_by_role("heading", name="Your camera and microphone")).to_be_visible()

    async def host(self) -> Page:
        """The host's console, with camera and microphone on."""
        page = await self._page(1200, 900)
        await page.goto(self._links["host"])
        await page.evaluate(DEVICES, [GREY[HOST], TONE[HOST]])
        await page.get_by_label("Your name").fill(HOST)
        await page.get_by_role("button", name="Go to the event").click()
        await page.get_by_role("button", name="Camera", exact=True).click()
        await page.get_by_role("button", name="Microphone", exact=True).click()
        return page

    async def _page(self, width: int, height: int) -> Page:
        size: ViewportSize = {"width": width, "height": height}
        context = await self._browser.new_context(viewport=size, reduced_motion="reduce")
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)
        return page

    async def end(self) -> None:
        for context in self._contexts:
            await context.close()
        if self.relay is not None:
            self.relay.stop()

    def _through_relay(self, page: WebSocketRoute) -> None:
        """This page's sound and picture go through a relay, as behind a router."""
        server = page.connect_to_server()

        def told(text: str | bytes) -> None:
            message = json.loads(text)
            if message["type"] == "CallOffer":
                (port,) = set(re.findall(r"m=\w+ (\d+) ", message["sdp"]))
                self.relay = self.relay or Relay(("127.0.0.1", int(port)), seed=1)
                message["sdp"] = self.relay.offered(message["sdp"])
                self.offers += 1
            page.send(json.dumps(message))

        server.on_message(told)

    async def begin(self, number: int) -> None:
        await self.watcher.do(StartRound(number, now=True))
        await self.watcher.until(
            lambda view: view["clock"]["number"] == number and view["clock"]["state"] == "running"
        )

    def partner(self, name: str) -> str:
        people = self.watcher.view["people"]
        for room in self.watcher.view["rooms"].values():
            names = {people[id]["name"] for id in room["people"]}
            if name in names:
                (other,) = names - {name}
                return str(other)
        raise AssertionError(f"{name} is in no room")

    async def all_receive_their_partners(self) -> None:
        await asyncio.gather(*(self.receives(name, self.partner(name)) for name in self.pages))

    async def receives(self, name: str, *others: str) -> None:
        """These and nobody else are seen and heard in the end, and never anybody under another's name.

        Whoever only listens is neither seen nor heard.
        """
        page, wanted = self.pages[name], set(others) - {self.listener}
        seen: dict[str, Any] = {}
        for _ in range(100):
            seen = await page.evaluate(SEEN)
            for other, (grey, _tone) in seen.items():
                assert abs(grey - GREY[other]) < 16, f"{name} sees another face under {other}"
            if set(seen) == wanted and all(abs(tone - TONE[other]) < 60 for other, (_, tone) in seen.items()):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"{name} should see and hear {wanted}, and gets {seen}")

    async def kill_media_process(self) -> None:
        """Returns when there is another: whatever is heard then has come by it."""
        killed = media_process(self.server)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        while media_process(self.server) in (killed, None):
            await asyncio.sleep(0.05)


@asynccontextmanager
async def call_evening(
    browser: Browser, folder: Path, people: Iterable[str] = NAMES, listener: str = "", relayed: str = ""
) -> AsyncIterator[Evening]:
    """Two rounds of pairs, not begun. In the end no page has complained."""
    async with own_server(folder) as server:
        watcher = Watcher(server.url, chance=random.Random("watcher"))
        rounds = [{"minutes": 30, "size": 2}] * 2
        made = await watcher.post("/api/v1/events", {"title": "Call", "rounds": rounds})
        await watcher.come_by(made["links"]["host"])
        stage = Evening(server, watcher, browser, made["links"], listener)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watcher.stay(made["event"], "facilitator", name="Pia"))
            await watcher.until(lambda view: bool(view.get("event")))
            await watcher.do(OpenEvent())
            await asyncio.gather(*(stage.come(name, name == relayed) for name in people))
            yield stage
            watcher.close()
        await stage.end()
    assert stage.trouble == []


def media_process(server: OwnServer) -> int | None:
    for each in Path("/proc").glob("[0-9]*"):
        try:
            parent = (each / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == server.pid and "server.media.worker" in (each / "cmdline").read_text():
                return int(each.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return None

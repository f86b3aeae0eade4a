"""Guests whose network lets nothing through but a TURN server, by UDP or by TCP alone, see each other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from rooms.commands import OpenEvent, StartRound
from server.browser import Browser as Watcher
from server.rehearse_command import own_server
from tests.server.coturn import SECRET, coturn

# As in a network that lets only this transport through, and that only to the TURN server.
RELAYED = """(transport) => {
  const Straight = RTCPeerConnection;
  window.RTCPeerConnection = class extends Straight {
    constructor({ iceServers, ...rest }) {
      const only = iceServers.map((each) => ({
        ...each,
        urls: each.urls.filter((url) => url.endsWith(`transport=${transport}`)),
      }));
      super({ ...rest, iceServers: only, iceTransportPolicy: "relay" });
      window.connection = this;
    }
  };
}"""
# How the path in use reaches the TURN server, and how many frames of others were decoded.
PATH = """async () => {
  const stats = [...(await window.connection.getStats()).values()];
  const pair = stats.find((each) => each.type === "candidate-pair" && each.nominated);
  const mine = stats.find((each) => each.id === pair?.localCandidateId);
  const frames = stats.filter((each) => each.type === "inbound-rtp" && each.kind === "video")
    .reduce((sum, each) => sum + (each.framesDecoded ?? 0), 0);
  return { kind: mine?.candidateType, transport: mine?.relayProtocol, frames };
}"""


async def come(browser: Browser, link: str, name: str, transport: str) -> Page:
    page = await (await browser.new_context(viewport={"width": 800, "height": 700})).new_page()
    await page.add_init_script(f"({RELAYED})({transport!r})")
    await page.goto(link)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="Enter the lobby").click()
    await expect(page.get_by_role("button", name="Enter the lobby")).to_be_hidden()
    return page


async def sees_others(page: Page) -> dict[str, Any]:
    for _ in range(150):
        path: dict[str, Any] = await page.evaluate(PATH)
        if path["frames"] > 5:
            return path
        await asyncio.sleep(0.2)
    raise AssertionError(f"nothing was seen: {path}")


@asynccontextmanager
async def evening(chromium_path: str, folder: Path, *transports: str) -> AsyncIterator[dict[str, Page]]:
    """A guest for each transport, together in a room of a server that has its settings in that folder."""
    arguments = [
        *("--no-sandbox", "--allow-loopback-in-peer-connection"),
        *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
    ]
    async with async_playwright() as playwright, own_server(folder) as server:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        watcher = Watcher(server.url, chance=random.Random("watcher"))
        rounds = [{"minutes": 30, "size": len(transports)}]
        made = await watcher.post("/api/v1/events", {"title": "Call", "rounds": rounds})
        await watcher.come_by(made["links"]["host"])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watcher.stay(made["event"], "facilitator", name="Maja"))
            await watcher.until(lambda view: bool(view.get("event")))
            await watcher.do(OpenEvent())
            guest = made["links"]["guest"]
            pages = {each: await come(browser, guest, f"By {each}", each) for each in transports}
            await watcher.do(StartRound(1, now=True))
            yield pages
            watcher.close()
        await browser.close()
        assert SECRET not in server.log()


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_people_see_each_other_through_a_turn_server_by_udp_and_by_tcp(
    chromium_path: str, tmp_path: Path
) -> None:
    async with coturn(tmp_path, "--allow-loopback-peers") as turn:
        # The server's own working directory, where it finds its settings.
        (tmp_path / "intermingle.toml").write_text(
            f'turn_urls = ["turn:127.0.0.1:{turn}"]\nturn_secret = "{SECRET}"\n'
        )
        async with evening(chromium_path, tmp_path, "udp", "tcp") as pages:
            for page in pages.values():
                await page.get_by_role("button", name="Camera").click()
            for transport, page in pages.items():
                path = await sees_others(page)
                assert (path["kind"], path["transport"]) == ("relay", transport)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_where_nothing_gets_through_that_is_said_and_people_write(
    chromium_path: str, tmp_path: Path
) -> None:
    async with evening(chromium_path, tmp_path, "nothing", "neither") as pages:
        one, other = pages.values()
        for page in (one, other):
            said = page.get_by_text("Sound and picture do not get through your network.")
            await expect(said).to_be_visible()
            await page.get_by_role("button", name="Chat").click()
        await one.get_by_label("Message to this room").fill("Can you read me?")
        await one.get_by_role("button", name="Send").click()
        await expect(other.get_by_text("Can you read me?")).to_be_visible()

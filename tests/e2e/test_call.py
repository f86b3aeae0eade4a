"""Four real browsers hear and see each other: the right person, before and after a move, and after the media
process was killed. Each camera paints its own grey and each microphone plays its own tone."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from rooms.commands import EndRound, OpenEvent, StartRound
from server.browser import Browser as Watcher
from server.rehearse_command import OwnServer, own_server

NAMES = ("Ana", "Ben", "Cleo", "Dan")
GREY = {name: 60 + 40 * i for i, name in enumerate(NAMES)}
TONE = {name: 500 * (i + 1) for i, name in enumerate(NAMES)}  # Hz
HOST = "Maja"
GREY[HOST], TONE[HOST] = 120, 2_500

DEVICES = """([grey, tone]) => {
  navigator.mediaDevices.getUserMedia = async ({ audio }) => {
    if (audio) {
      const context = new AudioContext();
      const sound = context.createOscillator();
      sound.frequency.value = tone;
      const out = context.createMediaStreamDestination();
      sound.connect(out);
      sound.start();
      return out.stream;
    }
    const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 90 });
    const brush = canvas.getContext("2d");
    let n = 0;
    setInterval(() => {
      brush.fillStyle = `rgb(${grey},${grey},${grey})`;
      brush.fillRect(0, 0, 160, 90);
      brush.fillStyle = "black";
      brush.fillRect(n++ % 150, 0, 4, 4);
    }, 60);
    return canvas.captureStream(15);
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

# As browsers do it for a page that nobody has touched yet. Playwright's own looking counts as a touch.
UNTOUCHED = """() => {
  let touched = false;
  addEventListener("click", () => { touched = true; }, true);
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    if (touched || this.muted) return play.call(this);
    this.pause();
    return Promise.reject(new DOMException("nobody has touched this page", "NotAllowedError"));
  };
}"""


async def come(browser: Browser, link: str, name: str, trouble: list[str]) -> Page:
    context = await browser.new_context(viewport={"width": 800, "height": 700}, reduced_motion="reduce")
    page = await context.new_page()
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    await page.goto(link)
    await page.evaluate(DEVICES, [GREY[name], TONE[name]])
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name="Enter the lobby").click()
    await expect(page.get_by_role("button", name="Enter the lobby")).to_be_hidden()
    return page


def partner(watcher: Watcher, name: str) -> str:
    people = watcher.view["people"]
    for room in watcher.view["rooms"].values():
        names = [people[id]["name"] for id in room["people"]]
        if name in names:
            (other,) = set(names) - {name}
            return str(other)
    raise AssertionError(f"{name} is in no room")


async def with_the_right_person(page: Page, name: str, watcher: Watcher) -> None:
    other = partner(watcher, name)
    for _ in range(100):
        seen: dict[str, Any] = await page.evaluate(SEEN)
        assert set(seen) <= {other}
        if other in seen:
            grey, tone = seen[other]
            assert abs(grey - GREY[other]) < 16, f"{name} sees another face under {other}"
            if abs(tone - TONE[other]) < 60:
                return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{name} does not see and hear {other} in the end: {seen}")


async def sees_before_the_sound_is_let_in(page: Page) -> None:
    """A page that was loaded again plays no sound before something was pressed, but moves the picture."""
    await page.add_init_script(f"({UNTOUCHED})()")
    await page.reload()
    loud = page.get_by_role("button", name="Turn the sound on")
    await expect(loud).to_be_visible()
    picture = page.locator(".tile:not([data-self]) video")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("paused", False)
    await loud.click()
    await expect(loud).to_be_hidden()
    for name in ("paused", "muted"):
        await expect(picture).to_have_js_property(name, False)


async def in_round(watcher: Watcher, number: int) -> None:
    await watcher.do(StartRound(number, now=True))
    await watcher.until(
        lambda view: view["clock"]["number"] == number and view["clock"]["state"] == "running"
    )


def media_process(server: OwnServer) -> int:
    for each in Path("/proc").glob("[0-9]*"):
        try:
            parent = (each / "stat").read_text().rpartition(")")[2].split()[1]
            if int(parent) == server.pid and "server.media.worker" in (each / "cmdline").read_text():
                return int(each.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    raise AssertionError("the server has no media process")


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_people_see_and_hear_those_in_their_room_and_nobody_else(
    chromium_path: str, tmp_path: Path
) -> None:
    trouble: list[str] = []
    arguments = ["--no-sandbox", "--allow-loopback-in-peer-connection", "--use-fake-ui-for-media-stream"]
    async with async_playwright() as playwright, own_server(tmp_path) as server:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        watcher = Watcher(server.url, chance=random.Random("watcher"))
        made = await watcher.post(
            "/api/v1/events", {"title": "Call", "rounds": [{"minutes": 30, "size": 2}] * 2}
        )
        await watcher.come_by(made["links"]["host"])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watcher.stay(made["event"], "facilitator", name="Maja"))
            await watcher.until(lambda view: bool(view.get("event")))
            await watcher.do(OpenEvent())
            pages = {name: await come(browser, made["links"]["guest"], name, trouble) for name in NAMES}
            await in_round(watcher, 1)
            for page in pages.values():
                await page.get_by_role("button", name="Camera", exact=True).click()
                await page.get_by_role("button", name="Microphone").click()
            for name, page in pages.items():
                await with_the_right_person(page, name, watcher)
            first = {name: partner(watcher, name) for name in NAMES}

            os.kill(media_process(server), signal.SIGKILL)
            await asyncio.sleep(1)
            for name, page in pages.items():
                await with_the_right_person(page, name, watcher)

            await watcher.do(EndRound(1))
            await in_round(watcher, 2)
            assert all(partner(watcher, name) != first[name] for name in NAMES)
            for name, page in pages.items():
                await with_the_right_person(page, name, watcher)
            await sees_before_the_sound_is_let_in(pages["Ana"])
            watcher.close()
        await browser.close()
    assert trouble == []


async def host_page(browser: Browser, link: str, trouble: list[str]) -> Page:
    """The host's console, with camera and microphone on."""
    context = await browser.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    page = await context.new_page()
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    await page.goto(link)
    await page.evaluate(DEVICES, [GREY[HOST], TONE[HOST]])
    await page.get_by_label("Your name").fill(HOST)
    await page.get_by_role("button", name="Go to the event").click()
    await page.get_by_role("button", name="Camera", exact=True).click()
    await page.get_by_role("button", name="Microphone", exact=True).click()
    return page


async def receives(page: Page, *names: str) -> None:
    """These and nobody else are seen and heard there, as they are."""
    seen: dict[str, Any] = {}
    for _ in range(100):
        seen = await page.evaluate(SEEN)
        for name, (grey, _tone) in seen.items():
            assert abs(grey - GREY[name]) < 16, f"another face under {name}"
        if set(seen) == set(names) and all(abs(tone - TONE[name]) < 60 for name, (_, tone) in seen.items()):
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{names} should be seen and heard, and are not: {seen}")


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_a_host_is_seen_and_heard_by_everyone_or_by_the_room_they_visit(
    chromium_path: str, tmp_path: Path
) -> None:
    trouble: list[str] = []
    arguments = ["--no-sandbox", "--allow-loopback-in-peer-connection", "--use-fake-ui-for-media-stream"]
    async with async_playwright() as playwright, own_server(tmp_path) as server:
        browser = await playwright.chromium.launch(executable_path=chromium_path, args=arguments)
        watcher = Watcher(server.url, chance=random.Random("watcher"))
        made = await watcher.post(
            "/api/v1/events", {"title": "Call", "rounds": [{"minutes": 30, "size": 2}] * 2}
        )
        await watcher.come_by(made["links"]["host"])
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(watcher.stay(made["event"], "facilitator", name="Pia"))
            await watcher.until(lambda view: bool(view.get("event")))
            await watcher.do(OpenEvent())
            pages = {name: await come(browser, made["links"]["guest"], name, trouble) for name in NAMES}
            host = await host_page(browser, made["links"]["host"], trouble)

            await host.get_by_role("button", name="Welcome everyone").click()
            for page in pages.values():
                await receives(page, HOST)
            await in_round(watcher, 1)
            for page in pages.values():
                await page.get_by_role("button", name="Camera", exact=True).click()
                await page.get_by_role("button", name="Microphone", exact=True).click()
            for name, page in pages.items():
                await receives(page, partner(watcher, name))
            await receives(host)

            room = await visited_by(host, watcher, "Ana")
            await receives(host, "Ana", partner(watcher, "Ana"))
            for name, page in pages.items():
                await receives(page, partner(watcher, name), *((HOST,) if name in room else ()))

            await host.get_by_role("button", name="Speak to everyone").click()
            for name, page in pages.items():
                await receives(page, partner(watcher, name), HOST)
                await expect(page.get_by_text(f"{HOST} speaks to everyone", exact=True)).to_be_visible()
            await host.get_by_role("button", name="Speak to everyone").click()
            await host.locator(".host-call").get_by_role("button", name="Leave room").click()
            for name, page in pages.items():
                await receives(page, partner(watcher, name))

            await mutes_and_is_unmuted(host, pages["Ana"], pages[partner(watcher, "Ana")])
            watcher.close()
        await browser.close()
    assert trouble == []


async def visited_by(host: Page, watcher: Watcher, name: str) -> set[str]:
    """The host goes to someone's room: who sits there."""
    room = {name, partner(watcher, name)}
    card = host.locator(".room-card", has=host.get_by_text(name, exact=True))
    await card.get_by_role("button", name="Visit").click()
    await expect(host.get_by_text("sees and hears you.")).to_be_visible()
    return room


async def mutes_and_is_unmuted(host: Page, guest: Page, partner: Page) -> None:
    """What the host turns off is not forwarded, and only the guest turns it on again."""
    await host.get_by_role("button", name="Ana", exact=True).click()
    await host.get_by_role("menuitem", name="Turn the camera off").click()
    await expect(guest.get_by_text("Your host has muted you.")).to_be_visible()
    await expect(partner.locator(".tile:not([data-self]) video")).to_be_hidden()
    await guest.get_by_role("button", name="Turn on again").click()
    await expect(guest.get_by_text("Your host has muted you.")).to_be_hidden()
    await receives(partner, "Ana")

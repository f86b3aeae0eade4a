"""How long after a switch the new face is there: four real browsers, told apart by the grey that they paint.

  ./run bench media-switch                          the switch, and two other ways of doing it
  ./run bench media-switch --rtt 80                 the same over a line of 80 ms there and back
  ./run bench media-switch --loss 5 --seconds 60    how long pictures stand still when packets get lost
  ./run bench media-switch --joins 200              how long it takes to connect

Everybody changes partners again and again, in three ways in one run: over the slots of one connection, as the
product does it; with a fresh connection to the same server for every round; and with connections from browser
to browser, made anew for every round (a mesh). Measured in each browser from the moment of the switch to the
first decoded frame that has the new partner's grey. A switch without one within two seconds is missed.

Browsers and server have the same clock: this machine's. Run it alone; the other ways run a fifth as often.
With --rtt everything between browsers and server goes through a relay that delays it; a mesh would pass by.

With --loss all four are in one room, and that part of what the server sends them gets lost. A gap is the time
between two decoded frames of one picture; those of a quarter of the time without losses are told as well, and
how often the server paused pictures or took them up again.

With --joins that many synthetic participants connect at once to a media process, and the four browsers again
and again one by one: from the moment that the offer is asked for until the browser says it is connected.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from server.media.plane import Connected, PlaneEvent, Quality
from server.media.sfu.unit import Unit
from server.media.synthetic import Synthetic
from server.media.worker import MediaWorker
from tests.conftest import find_chromium
from tests.server.media.relay import Relay, Way

NAMES = "abcd"
GREY = {name: 50 + 50 * i for i, name in enumerate(NAMES)}
PAIRINGS = (("ab", "cd"), ("ac", "bd"), ("ad", "bc"))
NEAR = 15  # greys apart from it by less are the same
ROUND_SECONDS, AHEAD_MS, MISSED_SECONDS = 1.2, 400, 2.0
FREEZE_MS, SEED = 200, 1
ARGUMENTS = ["--no-sandbox", "--allow-loopback-in-peer-connection"]

PAGE = """([grey]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
  const brush = canvas.getContext("2d");
  let n = 0;
  setInterval(() => {
    brush.fillStyle = `rgb(${grey},${grey},${grey})`;
    brush.fillRect(0, 0, 320, 180);
    brush.fillStyle = "black";
    brush.fillRect((n++ * 7) % 300, 5, 12, 12);
  }, 33);
  window.camera = canvas.captureStream(30).getVideoTracks()[0];
  window.frames = [];
  window.watch = async (track, slot = 0) => {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      const at = performance.timeOrigin + performance.now();
      const bytes = new Uint8Array(frame.allocationSize());
      await frame.copyTo(bytes);
      const middle = (frame.codedHeight >> 1) * frame.codedWidth + (frame.codedWidth >> 1);
      window.frames.push([at, Math.round((bytes[middle] - 16) * 255 / 219), slot]);
      frame.close();
    }
  };
}"""
CONNECT = """async ([name]) => {
  window.peer?.close();
  const peer = window.peer = new RTCPeerConnection();
  peer.ontrack = ({ track, streams: [stream] }) => track.kind === "video" && watch(track, stream.id);
  const connected = new Promise((go) => peer.addEventListener("connectionstatechange",
    () => peer.connectionState === "connected" && go()));
  const asked = performance.now();
  await peer.setRemoteDescription({ type: "offer", sdp: await opened(name) });
  const [audio, video] = peer.getTransceivers();
  audio.direction = video.direction = "sendonly";
  await video.sender.replaceTrack(camera);
  await peer.setLocalDescription();
  await answered(name, peer.localDescription.sdp);
  await connected;
  return performance.now() - asked;
}"""
MESH_OFFER = """async () => {
  window.peer?.close();
  const peer = window.peer = new RTCPeerConnection();
  peer.ontrack = ({ track }) => watch(track);
  peer.addTrack(camera);
  await peer.setLocalDescription();
  await gathered(peer);
  return peer.localDescription.sdp;
}"""
MESH_ANSWER = """async (sdp) => {
  window.peer?.close();
  const peer = window.peer = new RTCPeerConnection();
  peer.ontrack = ({ track }) => watch(track);
  await peer.setRemoteDescription({ type: "offer", sdp });
  peer.addTrack(camera);
  await peer.setLocalDescription();
  await gathered(peer);
  return peer.localDescription.sdp;
}"""
MESH_DONE = """(sdp) => peer.setRemoteDescription({ type: "answer", sdp })"""
GATHERED = """() => void (window.gathered = (peer) => peer.iceGatheringState === "complete"
  ? null
  : new Promise((go) => peer.addEventListener("icegatheringstatechange",
      () => peer.iceGatheringState === "complete" && go())))"""

Switch = Callable[[int, tuple[str, ...]], Awaitable[float]]
"""Makes these pairs in the so-manieth round; returns when it began, ms since 1970."""


class Stage:
    """The browsers' pages and the server between them."""

    def __init__(self, unit: Unit, relay: Relay | None, pages: dict[str, Page]) -> None:
        self.unit, self.relay, self.pages = unit, relay, pages

    async def over_slots(self, number: int, pairs: tuple[str, ...]) -> float:
        edges = [edge for pair in pairs for edge in permutations(pair, 2)]
        await self.unit.prepare("event", number, edges, round(time.monotonic() * 1000) + AHEAD_MS)
        await asyncio.sleep(AHEAD_MS / 1000)
        began = time.time() * 1000
        await self.unit.apply("event", number, edges)
        return began

    async def by_fresh_connections(self, number: int, pairs: tuple[str, ...]) -> float:
        edges = [edge for pair in pairs for edge in permutations(pair, 2)]
        began = time.time() * 1000
        await asyncio.gather(*(self.unit.close("event", name, "round") for name in NAMES))
        await self.unit.apply("event", number, edges)
        await asyncio.gather(*(page.evaluate(CONNECT, [name]) for name, page in self.pages.items()))
        return began

    async def by_mesh(self, _: int, pairs: tuple[str, ...]) -> float:
        began = time.time() * 1000
        await asyncio.gather(*(self._meet(self.pages[a], self.pages[b]) for a, b in map(tuple, pairs)))
        return began

    async def _meet(self, caller: Page, called: Page) -> None:
        offer = await caller.evaluate(MESH_OFFER)
        await caller.evaluate(MESH_DONE, await called.evaluate(MESH_ANSWER, offer))


async def measure(stage: Stage, switch: Switch, switches: int, first: int) -> dict[str, Any]:
    """Of that many browsers' switches: how long they took, and how many were missed."""
    gaps: list[float] = []
    missed = 0
    for number in range(first, first + -(-switches // len(NAMES))):
        pairs = PAIRINGS[number % len(PAIRINGS)]
        await asyncio.gather(*(page.evaluate("frames.splice(0)") for page in stage.pages.values()))
        began = await switch(number, pairs)
        await asyncio.sleep(ROUND_SECONDS)
        for name, page in stage.pages.items():
            (partner,) = set(next(pair for pair in pairs if name in pair)) - {name}
            gap = await first_sight(page, GREY[partner], began)
            if gap is None:
                missed += 1
            else:
                gaps.append(gap)
    return _figures(gaps) | {"missed": missed, "switches": len(gaps) + missed}


async def first_sight(page: Page, grey: int, began: float) -> float | None:
    """ms until the first frame of that grey; None when there is none in time."""
    until = time.monotonic() + MISSED_SECONDS
    while time.monotonic() < until:
        frames = await page.evaluate("frames")
        seen = [at - began for at, found, _ in frames if abs(found - grey) < NEAR and at >= began]
        if seen:
            return float(min(seen))
        await asyncio.sleep(0.05)
    return None


async def freezes(stage: Stage, loss: float, seconds: float) -> dict[str, Any]:
    """How long pictures stand still in a room of four, first with nothing lost and then with this part."""
    assert stage.relay is not None
    paused: list[PlaneEvent] = []
    stage.unit.listen(lambda what: paused.append(what) if isinstance(what, Quality) else None)
    await stage.unit.apply("event", 1, list(permutations(NAMES, 2)))
    await asyncio.sleep(3)
    found: dict[str, Any] = {}
    for name, part, duration in (("clean", 0.0, seconds / 4), ("lossy", loss, seconds)):
        stage.relay.down = replace(stage.relay.down, loss=part)
        await asyncio.gather(*(page.evaluate("frames.splice(0)") for page in stage.pages.values()))
        await asyncio.sleep(duration)
        gaps = sorted(
            later - sooner
            for frames in await asyncio.gather(*(page.evaluate("frames") for page in stage.pages.values()))
            for slot in {slot for _, _, slot in frames}
            for sooner, later in pairwise(at for at, _, its in frames if its == slot)
        )
        found[name] = {
            "longest_gap_ms": round(gaps[-1], 1),
            "p99_gap_ms": round(gaps[int(len(gaps) * 0.99)], 1),
            "gaps_over_200_ms": sum(gap > FREEZE_MS for gap in gaps),
            "frames": len(gaps),
            "paused": len(paused),
            "seconds": duration,
        }
    return {**found["lossy"], "clean": found["clean"]}


async def browsers_join(stage: Stage, times: int) -> dict[str, Any]:
    """How long browsers take to connect, one after the other."""
    took: list[float] = []
    for _ in range(times):
        for name, page in stage.pages.items():
            await stage.unit.close("event", name, "again")
            took.append(await page.evaluate(CONNECT, [name]))
    return _figures(took)


async def synthetics_join(people: int) -> dict[str, Any]:
    """How long so many take who all connect at once, in rooms of four."""
    worker = MediaWorker("127.0.0.1")
    await worker.start()
    names = [f"p{i}" for i in range(people)]
    rooms = [names[i : i + 4] for i in range(0, people, 4)]
    connected: set[str] = set()
    all_are = asyncio.Event()

    def tell(what: PlaneEvent) -> None:
        if isinstance(what, Connected):
            connected.add(what.participant)
            took.append((time.monotonic() - began) * 1000)
            if len(connected) == people:
                all_are.set()

    took: list[float] = []
    worker.listen(tell)
    await worker.apply("event", 1, [edge for room in rooms for edge in permutations(room, 2)])
    guests = [Synthetic() for _ in names]
    began = time.monotonic()

    async def join(name: str, guest: Synthetic) -> None:
        offer = await worker.open("event", name, 4)
        await worker.answer("event", name, guest.answer())
        await guest.connect(offer.sdp)

    await asyncio.gather(*map(join, names, guests))
    await all_are.wait()
    await asyncio.gather(*(guest.close() for guest in guests))
    await worker.stop()
    return _figures(took) | {"people": people, "all_ms": round(took[-1], 1)}


def _figures(took: list[float]) -> dict[str, Any]:
    took = sorted(took)
    return {"p50_ms": round(statistics.median(took), 1), "p95_ms": round(took[int(len(took) * 0.95)], 1)}


async def stand(browser: Browser, unit: Unit, relay: Relay | None) -> Stage:
    pages = {}
    for name in NAMES:
        page = await (await browser.new_context()).new_page()

        async def opened(who: str) -> str:
            sdp = (await unit.open("event", who, 3)).sdp
            return relay.offered(sdp) if relay is not None else sdp

        async def answered(who: str, sdp: str) -> None:
            await unit.answer("event", who, sdp)

        await page.expose_function("opened", opened)
        await page.expose_function("answered", answered)
        await page.route("**/*", lambda route: route.fulfill(body="<html>", content_type="text/html"))
        await page.goto("http://localhost/")
        await page.evaluate(PAGE, [GREY[name]])
        await page.evaluate(GATHERED)
        pages[name] = page
    return Stage(unit, relay, pages)


async def run(asked: argparse.Namespace) -> dict[str, Any]:
    """The figures of the benchmark that was asked for."""
    path = find_chromium()
    if path is None:
        raise SystemExit("There is no Chromium: name one in $CHROMIUM, or put `chromium` on PATH.")
    joins = await synthetics_join(asked.joins) if asked.joins else {}
    unit = Unit("127.0.0.1")
    unit.start()
    way = Way(delay_ms=asked.rtt / 2)
    relay = Relay(("127.0.0.1", unit.port), SEED, way, way) if asked.rtt or asked.loss else None
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        stage = await stand(browser, unit, relay)
        for name, page in stage.pages.items():
            await page.evaluate(CONNECT, [name])
        await asyncio.sleep(2)
        if asked.joins:
            found = {"browsers": await browsers_join(stage, 10), "synthetic": joins}
        elif asked.loss:
            found = await freezes(stage, asked.loss / 100, asked.seconds) | {"loss_percent": asked.loss}
        else:
            found = await switching(stage, asked.switches)
        await browser.close()
    if relay is not None:
        relay.stop()
    await unit.stop()
    return found | {"rtt_ms": asked.rtt}


async def switching(stage: Stage, switches: int) -> dict[str, Any]:
    """Our way and the others, one after the other."""
    ours = await measure(stage, stage.over_slots, switches, 1)
    ways = {"fresh": await measure(stage, stage.by_fresh_connections, switches // 5, 1_001)}
    if stage.relay is None:
        ways["mesh"] = await measure(stage, stage.by_mesh, switches // 5, 2_001)
    times = {f"{name}_over_ours": round(way["p50_ms"] / ours["p50_ms"], 1) for name, way in ways.items()}
    return {**ours, **ways, **times}


def told(found: dict[str, Any]) -> str:
    """The figures as lines to read."""
    lines = [f"{name:16} {value}" for name, value in found.items() if not isinstance(value, dict)]
    for name, group in found.items():
        if isinstance(group, dict):
            lines += [f"{name + ' ' + each:26} {value}" for each, value in group.items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--switches", type=int, default=200)
    parser.add_argument("--rtt", type=float, default=0, help="ms there and back")
    parser.add_argument("--loss", type=float, default=0, help="percent of what the server sends")
    parser.add_argument(
        "--seconds", type=float, default=60, help="how long to look for pictures standing still"
    )
    parser.add_argument("--joins", type=int, default=0, help="how many connect at once")
    parser.add_argument("--json", metavar="OUT", help="a file for the figures; - is the output")
    asked = parser.parse_args()
    found = asyncio.run(run(asked))
    if asked.json == "-":
        print(json.dumps(found))
    elif asked.json:
        Path(asked.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if asked.json != "-":
        print(told(found))


if __name__ == "__main__":
    main()

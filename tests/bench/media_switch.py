"""How long after a switch the new face is there: four real browsers, told apart by the grey that they paint.

  ./run bench media-switch
  ./run bench media-switch --switches 200 --json OUT

Everybody changes partners again and again, in three ways in one run: over the slots of one connection, as the
product does it; with a fresh connection to the same server for every round; and with connections from browser
to browser, made anew for every round (a mesh). Measured in each browser from the moment of the switch to the
first decoded frame that has the new partner's grey. A switch without one within two seconds is missed.

Browsers and server have the same clock: this machine's. Run it alone; the other ways run a fifth as often.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from itertools import permutations
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from server.media.sfu.unit import Unit
from tests.conftest import find_chromium

NAMES = "abcd"
GREY = {name: 50 + 50 * i for i, name in enumerate(NAMES)}
PAIRINGS = (("ab", "cd"), ("ac", "bd"), ("ad", "bc"))
NEAR = 15  # greys apart from it by less are the same
ROUND_SECONDS, AHEAD_MS, MISSED_SECONDS = 1.2, 400, 2.0
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
  window.watch = async (track) => {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    for (;;) {
      const { value: frame, done } = await reader.read();
      if (done) return;
      const at = performance.timeOrigin + performance.now();
      const bytes = new Uint8Array(frame.allocationSize());
      await frame.copyTo(bytes);
      const middle = (frame.codedHeight >> 1) * frame.codedWidth + (frame.codedWidth >> 1);
      window.frames.push([at, Math.round((bytes[middle] - 16) * 255 / 219)]);
      frame.close();
    }
  };
}"""
CONNECT = """async ([name]) => {
  window.peer?.close();
  const peer = window.peer = new RTCPeerConnection();
  peer.ontrack = ({ track }) => track.kind === "video" && watch(track);
  await peer.setRemoteDescription({ type: "offer", sdp: await opened(name) });
  const [audio, video] = peer.getTransceivers();
  audio.direction = video.direction = "sendonly";
  await video.sender.replaceTrack(camera);
  await peer.setLocalDescription();
  await answered(name, peer.localDescription.sdp);
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

    def __init__(self, unit: Unit, pages: dict[str, Page]) -> None:
        self.unit, self.pages = unit, pages

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
    gaps.sort()
    return {
        "p50_ms": round(statistics.median(gaps), 1),
        "p95_ms": round(gaps[int(len(gaps) * 0.95)], 1),
        "missed": missed,
        "switches": len(gaps) + missed,
    }


async def first_sight(page: Page, grey: int, began: float) -> float | None:
    """ms until the first frame of that grey; None when there is none in time."""
    until = time.monotonic() + MISSED_SECONDS
    while time.monotonic() < until:
        frames = await page.evaluate("frames")
        seen = [at - began for at, found in frames if abs(found - grey) < NEAR and at >= began]
        if seen:
            return float(min(seen))
        await asyncio.sleep(0.05)
    return None


async def stand(browser: Browser, unit: Unit) -> Stage:
    pages = {}
    for name in NAMES:
        page = await (await browser.new_context()).new_page()

        async def opened(who: str) -> str:
            return (await unit.open("event", who, 2)).sdp

        async def answered(who: str, sdp: str) -> None:
            await unit.answer("event", who, sdp)

        await page.expose_function("opened", opened)
        await page.expose_function("answered", answered)
        await page.route("**/*", lambda route: route.fulfill(body="<html>", content_type="text/html"))
        await page.goto("http://localhost/")
        await page.evaluate(PAGE, [GREY[name]])
        await page.evaluate(GATHERED)
        pages[name] = page
    return Stage(unit, pages)


async def run(switches: int) -> dict[str, Any]:
    path = find_chromium()
    if path is None:
        raise SystemExit("There is no Chromium: name one in $CHROMIUM, or put `chromium` on PATH.")
    unit = Unit("127.0.0.1")
    unit.start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        stage = await stand(browser, unit)
        for name, page in stage.pages.items():
            await page.evaluate(CONNECT, [name])
        await asyncio.sleep(2)
        ours = await measure(stage, stage.over_slots, switches, 1)
        fresh = await measure(stage, stage.by_fresh_connections, switches // 5, 1_001)
        mesh = await measure(stage, stage.by_mesh, switches // 5, 2_001)
        await browser.close()
    await unit.stop()
    return ours | {
        "fresh": fresh,
        "mesh": mesh,
        "fresh_over_ours": round(fresh["p50_ms"] / ours["p50_ms"], 1),
        "mesh_over_ours": round(mesh["p50_ms"] / ours["p50_ms"], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--switches", type=int, default=200)
    parser.add_argument("--json", metavar="OUT", help="a file for the figures; - is the output")
    asked = parser.parse_args()
    found = asyncio.run(run(asked.switches))
    if asked.json and asked.json != "-":
        Path(asked.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    elif asked.json:
        print(json.dumps(found))
    for way, figures in (("slots", found), ("fresh", found["fresh"]), ("mesh", found["mesh"])):
        print(
            f"{way:6} p50 {figures['p50_ms']:7.1f} ms   p95 {figures['p95_ms']:7.1f} ms   "
            f"missed {figures['missed']} of {figures['switches']}"
        )


if __name__ == "__main__":
    main()

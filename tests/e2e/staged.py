"""A page of the product with a stand-in for its server: the built files, answers written beforehand, and a
socket that says what the test wants said. For looking at screens in states that are hard to bring about."""

from __future__ import annotations

import asyncio
import json
import mimetypes
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
import pytest
from _pytest.mark.structures import ParameterSet
from msgspec.structs import replace
from playwright.async_api import Browser, BrowserContext, Page, Route, ViewportSize, WebSocketRoute

from rooms.cards import Change, GuestView, HostView
from server import protocol
from server.bodies import PublicEvent
from server.protocol import Said
from tests.e2e.sample_views import CARD, EVENT, NOW, YOU

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "server" / "static"
AXE = ROOT / "client" / "node_modules" / "axe-core" / "axe.min.js"
ADDRESS = "http://localhost:8999"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FROZEN = 1e-3  # event ms per ms: countdowns stand still

# Two frames on, colours are on their way to what they shall be; then until they are.
SETTLED = """new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))
.then(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)))"""
RUN_AXE = """(runOnly) => axe.run(document, { runOnly, resultTypes: ["violations"] })
.then(({ violations }) => violations.map(({ id, nodes }) =>
`${id}: ${nodes.map((node) => `${node.target} ${node.failureSummary}`)}`))"""
BAD = ("error", "warning")
S = TypeVar("S", bound="Staged")

PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1440, "height": 900}


class Staged:
    """One browser page and what its server would say."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context, self.page = context, page
        self.card: PublicEvent = CARD
        self.answers: dict[str, tuple[int, object]] = {}  # by "METHOD path", in place of the usual
        self.view: GuestView | HostView | None = None
        self.event_ms = NOW
        self.chat: tuple[Said, ...] = ()
        self.reconnecting: tuple[str, ...] = ()
        self.rate = FROZEN
        self.refuses: protocol.Refusal | None = None  # the answer to every command
        self.done: list[dict[str, Any]] = []
        self.trouble: list[str] = []
        self._socket: WebSocketRoute | None = None
        self._seq = 1
        self._welcomed = 0.0
        self._heard = asyncio.Event()

    async def open(self, path: str = f"/e/{EVENT}") -> None:
        await self.page.goto(ADDRESS + path)

    def now(self) -> int:
        """Event time, as the page has it."""
        return self.event_ms + int((time.time() - self._welcomed) * 1000 * self.rate)

    def change(
        self, view: GuestView | HostView, *, at: int | None = None, kind: str = "RoundStarted"
    ) -> None:
        """From the view shown to this one, as one decision made now or at that time."""
        tables = msgspec.to_builtins(view)
        self._seq += 1
        change = Change(kind=kind, by="", set=tables, drop=self._dropped(tables))
        self.view = view
        self.tell(protocol.Changed(seq=self._seq, at=self.now() if at is None else at, changes=(change,)))

    def _dropped(self, tables: dict[str, dict[str, Any]]) -> dict[str, tuple[str, ...]]:
        before = msgspec.to_builtins(self.view)
        return {name: tuple(set(before[name]) - set(tables[name])) for name in tables}

    def tell(self, message: protocol.ToBrowser) -> None:
        assert self._socket is not None
        self._socket.send(protocol.encode(message).decode())

    async def cut(self, code: int) -> None:
        """Close the socket as the server would."""
        assert self._socket is not None
        await self._socket.close(code=code)

    # What the page asks

    async def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        key = f"{route.request.method} {path}"
        if path.startswith("/static/"):
            await self._file(route, STATIC / path.removeprefix("/static/"))
        elif path.startswith("/api/"):
            status, body = self.answers.get(key) or self.usual(key)
            await route.fulfill(
                status=status, body=json.dumps(msgspec.to_builtins(body)), content_type="application/json"
            )
        elif path == "/favicon.ico":
            await route.fulfill(status=204)
        else:
            await self._file(route, STATIC / "index.html")

    async def _file(self, route: Route, path: Path) -> None:
        kind = mimetypes.guess_type(path.name)[0] or "text/plain"
        await route.fulfill(body=path.read_bytes(), content_type=kind)

    def usual(self, key: str) -> tuple[int, object]:
        event = f"/api/v1/events/{EVENT}"
        usual: dict[str, object] = {
            f"GET {event}": self.card,
            f"POST {event}/ticket": {"ticket": "t"},
            f"POST {event}/join": {"participant": YOU},
        }
        return (200, usual[key]) if key in usual else (404, {"code": "no-event", "title": "Not found"})

    def connect(self, socket: WebSocketRoute) -> None:
        self._socket = socket
        socket.on_message(lambda text: self._hear(json.loads(text)))

    def _hear(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "Hello":
                self.welcome()
            case "Ping":
                self.tell(protocol.Pong(message["sent"], time.time() * 1000, self._seq))
            case "Do":
                self.done.append(message["command"])
                self._heard.set()
                self.do(message["cid"], message["command"])
            case "Say":
                assert isinstance(self.view, GuestView)
                you, room = self.view.you, self.view.room.number
                self.tell(protocol.Chat(Said(you.id, you.name, message["text"], NOW, room)))

    def do(self, cid: str, command: dict[str, Any]) -> None:
        done = protocol.Done(cid, self._seq)
        self.tell(replace(self.refuses, cid=cid) if self.refuses else done)

    def you(self) -> protocol.You:
        assert isinstance(self.view, GuestView)
        return protocol.You(YOU, "participant", self.view.you.name)

    def welcome(self) -> None:
        assert self.view is not None
        self._welcomed = time.time()
        self.tell(
            protocol.Welcome(
                version=protocol.VERSION,
                you=self.you(),
                epoch=1,
                seq=self._seq,
                view=self.view,
                rate=self.rate,
                event_ms=self.event_ms,
                wall_ms=round(time.time() * 1000),
                reconnecting=self.reconnecting,
                chat=self.chat,
            )
        )

    # What a test asks

    async def heard(self, command: dict[str, Any]) -> None:
        """Wait for the page to give this command."""
        async with asyncio.timeout(20):
            while command not in self.done:
                await self._heard.wait()
                self._heard.clear()
        self.done.remove(command)

    async def violations(self) -> list[str]:
        """What axe finds wrong by WCAG 2.0 to 2.2 A and AA and by its best practices, in light, then in dark,
        where only contrast can differ."""
        await self._lights("light")
        found = await self._axe(TAGS)
        await self._lights("dark")
        found += await self._axe(["color-contrast"])
        await self._lights("light")
        return found

    async def _lights(self, scheme: Literal["light", "dark"]) -> None:
        await self.page.emulate_media(color_scheme=scheme)
        await self.page.evaluate(SETTLED)

    async def _axe(self, rules: list[str]) -> list[str]:
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE.read_text())
        found = await self.page.evaluate(RUN_AXE, rules)
        assert isinstance(found, list)
        return found

    async def width(self) -> int:
        """How wide the page would like to be, px."""
        wide = await self.page.evaluate("document.documentElement.scrollWidth")
        assert isinstance(wide, int)
        return wide


async def stage(browser: Browser, viewport: ViewportSize = DESKTOP, *, calm: bool = True) -> Staged:
    """A guest's fresh page in Copenhagen. The caller closes its context."""
    return await staged_as(Staged, browser, viewport, calm=calm)


async def staged_as(
    kind: Callable[[BrowserContext, Page], S], browser: Browser, viewport: ViewportSize, *, calm: bool = True
) -> S:
    """A fresh page of any kind of staging. The caller closes its context."""
    context = await browser.new_context(
        viewport=viewport,
        reduced_motion="reduce" if calm else "no-preference",
        timezone_id="Europe/Copenhagen",
        locale="en-GB",
    )
    page = await context.new_page()
    staged = kind(context, page)
    page.on("console", lambda line: staged.trouble.append(line.text) if line.type in BAD else None)
    page.on("pageerror", lambda error: staged.trouble.append(str(error)))
    await context.route("**/*", staged.answer)
    await context.route_web_socket("**/ws", staged.connect)
    return staged


async def assert_whole(staged: Staged) -> None:
    """No wider than the window, on a desktop and on a phone; and nothing to complain of so far."""
    for viewport in (DESKTOP, PHONE):
        await staged.page.set_viewport_size(viewport)
        assert await staged.width() <= viewport["width"]
    assert staged.trouble == []


async def assert_accessible(staged: Staged) -> None:
    """Whole, and without what axe finds wrong on a desktop and on a phone, in light and dark."""
    for viewport in (DESKTOP, PHONE):
        await staged.page.set_viewport_size(viewport)
        assert await staged.violations() == []
    await assert_whole(staged)


def scanned(states: Iterable[str], always: Collection[str]) -> list[ParameterSet]:
    """States for axe, which takes seconds for each: all but those named `always` only with --all."""
    assert set(always) <= set(states)
    return [pytest.param(state, marks=() if state in always else pytest.mark.long) for state in states]


def drawn(states: Iterable[str], scanned: Collection[str]) -> list[str]:
    """States that are only drawn, as axe looks at the others each time."""
    return [state for state in states if state not in scanned]

"""One simulated browser at one event: `connection.ts`, `clock.ts` and `store.ts` of the client, in Python.

It has cookies and speaks HTTP and WebSocket over real sockets. Its clock is wrong and drifts, its line is
slow; it measures the server's clock by pings and sees the event through what the server sends, nothing else.
Every frame is kept with the time it came, so that others can judge afterwards what this browser was told.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from rooms.commands import AnyCommand
from server.digest import digest
from server.protocol import CLOSE_CODES, VERSION

View = dict[str, dict[str, Any]]  # tables, as JSON

WELCOME_SECONDS = 5.0
PING_SECONDS = 10.0
PONG_SECONDS = 5.0
MEASURE_SECONDS = 30.0
BURST, BURST_GAP_SECONDS = 8, 0.1
FIRST_RETRY_SECONDS, RETRY_FROM_SECONDS, RETRY_TO_SECONDS = 2.0, 0.5, 15.0
LOOK_SECONDS = 0.25  # a screen looks at its clock at least so often
HTTP_SECONDS = 15.0

NO_RETURN = frozenset(each.code for each in CLOSE_CODES if each.come_back == "no")


class HttpProblem(Exception):
    """An answer that is not a success; `code` is the stable code of the problem document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {problem.get('detail') or problem.get('title') or problem}")
        self.status = status
        self.code = str(problem.get("code", ""))


@dataclass(frozen=True, slots=True)
class Line:
    """Delay in seconds, one way: `delay` always, on top of it a random `jitter` on average."""

    delay: float = 0.0
    jitter: float = 0.0


@dataclass(frozen=True, slots=True)
class WrongClock:
    """A quartz clock: `ahead_ms` off, gaining `drift` ms per ms. `true` is a right clock, in seconds."""

    true: Callable[[], float]
    ahead_ms: float = 0.0
    drift: float = 0.0

    def now(self) -> float:
        return self.ahead_ms + self.true() * 1000 * (1 + self.drift)

    def seconds(self, ms: float) -> float:
        """How long it really takes until this clock has counted so many ms."""
        return ms / 1000 / (1 + self.drift)


class EventTime:
    """Event time in a browser, estimated as `client/src/clock.ts` does."""

    DRIFT = 1e-4

    def __init__(self, clock: WrongClock) -> None:
        self.clock = clock
        self.rate = 1.0
        self._event_ms = self._wall_ms = 0.0
        self._known: tuple[float, float, float] | None = None  # offset, error, measured at
        self._burst: list[tuple[float, float, float]] = []

    def start(self, event_ms: float, wall_ms: float, rate: float) -> None:
        self._event_ms, self._wall_ms, self.rate = event_ms, wall_ms, rate
        at = self.clock.now()
        self._known = wall_ms - at, float("inf"), at
        self._burst = []

    def pong(self, sent: float, wall_ms: float) -> None:
        """One ping of a burst came back; the one with the least round trip wins."""
        at = self.clock.now()
        self._burst.append((wall_ms - (sent + at) / 2, (at - sent) / 2, at))
        if len(self._burst) in (1, BURST):
            self._believe(min(self._burst, key=lambda sample: sample[1]))

    def new_burst(self) -> None:
        self._burst = []

    def _believe(self, best: tuple[float, float, float]) -> None:
        if self._known is not None:
            offset, error, at = self._known
            grown = error + (best[2] - at) * self.DRIFT
            if grown < best[1] and abs(offset - best[0]) <= grown + best[1]:
                return
        self._known = best

    def now(self) -> float:
        """Event time in ms."""
        offset = self._known[0] if self._known else 0.0
        return self._event_ms + (self.clock.now() + offset - self._wall_ms) * self.rate

    def seconds_until(self, at: float) -> float:
        return self.clock.seconds((at - self.now()) / self.rate)

    def true_wall(self, at: float) -> float:
        """When the server's clock (ms since 1970) shows this event time, whatever our estimate."""
        return self._wall_ms + (at - self._event_ms) / self.rate


@dataclass(frozen=True, slots=True)
class Frame:
    """What came, and when it had crossed the line (ms since 1970)."""

    wall_ms: float
    text: str


@dataclass(frozen=True, slots=True)
class Switch:
    """The screen went to the rooms of a round at `wall_ms`; `due_ms` is when it should have."""

    round: int
    wall_ms: float
    due_ms: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a command."""

    done: bool
    seq: int = 0
    code: str = ""
    message: str = ""


@dataclass(slots=True)
class Record:
    """Everything that a browser was told and did, for those who judge afterwards."""

    frames: list[Frame] = field(default_factory=list)
    switches: list[Switch] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)  # cid: the seq of its Done
    commands: dict[str, str] = field(default_factory=dict)  # cid: what was asked
    connections: int = 0
    mismatches: int = 0  # digests of the server that our view did not have


class Browser:
    """`url` is where the server is, `origin` what pages of it send as `Origin`."""

    def __init__(
        self,
        url: str,
        *,
        chance: random.Random,
        line: Line = Line(),
        ahead_ms: float = 0.0,
        drift: float = 0.0,
        origin: str = "",
    ) -> None:
        self.url = url.rstrip("/")
        self.origin = origin or self.url
        self._chance, self._line = chance, line
        self._loop = asyncio.get_running_loop()
        self.clock = EventTime(WrongClock(self._loop.time, ahead_ms, drift))
        self.view: View = {}
        self.you: dict[str, Any] = {}
        self.record = Record()
        self.closed: str = ""  # why this browser will not come back
        self.on_call: Callable[[dict[str, Any]], None] = lambda message: None  # CallOffer, Slots …
        self._trouble = ""  # why it had to come back last
        self._cookies: dict[str, str] = {}
        self._epoch = self._seq = 0
        self._digest_asked = False
        self._waiting: dict[str, tuple[AnyCommand, asyncio.Future[Answer]]] = {}
        self._news = asyncio.Event()
        self._online = asyncio.Event()
        self._online.set()
        self._socket: _Socket | None = None
        self._switch: asyncio.TimerHandle | None = None
        self._unanswered: asyncio.TimerHandle | None = None  # ends a line on which pings get no answer
        self._announced: tuple[int, int] | None = None  # the round we are about to switch to, and when

    # HTTP

    async def get(self, path: str) -> Any:
        return await self._http("GET", path, None)

    async def post(self, path: str, body: Any = None) -> Any:
        return await self._http("POST", path, body)

    async def _http(self, method: str, path: str, body: Any) -> Any:
        """The JSON of the answer. Raises `HttpProblem`, or `OSError` when nobody answers."""
        await asyncio.sleep(self._delay())
        async with asyncio.timeout(HTTP_SECONDS):
            status, headers, content = await _request(
                self.url, method, path, {"Origin": self.origin, "Cookie": self._cookie_header()}, body
            )
        await asyncio.sleep(self._delay())
        for header in headers.get("set-cookie", []):
            self._cookies |= {name: morsel.value for name, morsel in SimpleCookie(header).items()}
        found = json.loads(content) if "json" in headers.get("content-type", [""])[0] else content.decode()
        if status >= 400:
            raise HttpProblem(status, found if isinstance(found, dict) else {"detail": found})
        return found

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def come_by(self, link: str) -> str:
        """Open a link whose fragment is a token: it becomes a cookie. Returns the event's id."""
        found = await self.post("/api/v1/exchange", {"token": urlsplit(link).fragment})
        return str(found["event"])

    # Connection

    async def stay(self, event: str, role: str, participant: str | None = None, name: str = "") -> None:
        """Connect and come back whenever the line is lost, until the server says not to. `name`: a host's."""
        tries = 0
        while not self.closed:
            await self._online.wait()
            wait = None
            try:
                async with asyncio.timeout(HTTP_SECONDS):
                    body = {"role": role, "participant": participant, "name": name}
                    ticket = (await self.post(f"/api/v1/events/{event}/ticket", body))["ticket"]
                welcomed, wait = await self._connection(event, ticket)
                tries = 0 if welcomed else tries
            except HttpProblem as problem:
                self._trouble = str(problem)
                if problem.status in (401, 403, 404, 410):
                    self._end(problem.code)
                    return
            except (
                OSError,
                TimeoutError,
                InvalidHandshake,
                ConnectionClosed,
                asyncio.IncompleteReadError,
            ) as lost:
                self._trouble = repr(lost)
            if wait is None:
                most = (
                    FIRST_RETRY_SECONDS
                    if tries == 0
                    else min(RETRY_TO_SECONDS, RETRY_FROM_SECONDS * 2 ** (tries - 1))
                )
                # What a guest of a rehearsal waits for runs at its speed.
                wait = self._chance.uniform(0, most) / self.clock.rate
            tries += 1
            await asyncio.sleep(wait)

    async def _connection(self, event: str, ticket: str) -> tuple[bool, float | None]:
        """One socket from hello to its end: whether we were welcomed, and when to come back if told."""
        scheme = "wss" if self.url.startswith("https") else "ws"
        async with connect(
            f"{scheme}://{urlsplit(self.url).netloc}/ws",
            origin=self.origin,  # type: ignore[arg-type]
            compression=None,
            ping_interval=None,
            open_timeout=HTTP_SECONDS,
            close_timeout=1,
            max_size=None,
            additional_headers={"Cookie": self._cookie_header()},
        ) as raw:
            self.record.connections += 1
            socket = _Socket(raw, self._delay)
            hello = {"type": "Hello", "version": VERSION, "ticket": ticket, "event": event}
            socket.send(hello | {"epoch": self._epoch, "seq": self._seq})
            self._socket = socket
            if self.closed:  # while we were connecting
                socket.abort()
            try:
                return await self._serve(socket)
            finally:
                self._socket = self._announced = None
                self._tell()
                await socket.end()

    async def _serve(self, socket: _Socket) -> tuple[bool, float | None]:
        welcomed = False
        come_back: float | None = None
        pulse: asyncio.Task[None] | None = None
        try:
            while True:
                async with asyncio.timeout(None if welcomed else WELCOME_SECONDS):
                    text = await socket.receive()
                self.record.frames.append(Frame(time.time() * 1000, text))
                message = json.loads(text)
                if message["type"] == "Reconnect":
                    come_back = message["after_ms"] / 1000
                self._hear(message)
                if not welcomed and message["type"] in ("Welcome", "Resumed"):
                    welcomed = True
                    pulse = self._loop.create_task(self._pulse(socket))
                    for cid, (command, _) in self._waiting.items():
                        socket.send(_do(cid, command))
                self._tell()
        except TimeoutError:
            return welcomed, come_back
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else 1006
            self._trouble = repr(closed)
            if code in NO_RETURN:
                self._end(next(each.name for each in CLOSE_CODES if each.code == code))
            return welcomed, come_back
        finally:
            self._answered()
            if pulse is not None:
                pulse.cancel()

    async def _pulse(self, socket: _Socket) -> None:
        """Measure the clock by bursts of pings; in between, see whether the line still works."""
        pings_between = round(MEASURE_SECONDS / PING_SECONDS) - 1
        while True:
            self.clock.new_burst()
            for _ in range(BURST):
                self._ping(socket)
                await asyncio.sleep(BURST_GAP_SECONDS)
            for _ in range(pings_between):
                await asyncio.sleep(PING_SECONDS)
                self._ping(socket)
            await asyncio.sleep(PING_SECONDS)

    def _ping(self, socket: _Socket) -> None:
        socket.send({"type": "Ping", "sent": self.clock.clock.now()})
        if self._unanswered is None:
            self._unanswered = self._loop.call_later(PONG_SECONDS, socket.abort)

    def _answered(self) -> None:
        if self._unanswered is not None:
            self._unanswered.cancel()
            self._unanswered = None

    def lose_line(self) -> None:
        """The network is gone, without a word to the server, until `find_line`."""
        self._online.clear()
        if self._socket is not None:
            self._socket.abort()

    def find_line(self) -> None:
        self._online.set()

    def close(self) -> None:
        """The page is closed for good."""
        self._end("left")
        self.lose_line()
        self._online.set()

    def _end(self, why: str) -> None:
        self.closed = why or "closed"
        for _, answer in self._waiting.values():
            if not answer.done():
                answer.set_result(Answer(False, code="closed", message=why))
        self._waiting.clear()
        self._tell()

    # What comes

    def _hear(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "Welcome":
                self.view = message["view"]
                self._greeted(message)
            case "Resumed":
                self._greeted(message)
            case "Changed":
                for change in message["changes"]:
                    follow(self.view, change)
                self._seq = message["seq"]
            case "Done":
                self.record.acknowledged[message["cid"]] = message["seq"]
                self._settle(message["cid"], Answer(True, message["seq"]))
            case "Refusal":
                self._settle(message["cid"], Answer(False, code=message["code"], message=message["message"]))
            case "CallOffer" | "Slots" | "CallLost" | "NoCall":
                self.on_call(message)
            case "Pong":
                self._answered()
                self.clock.pong(message["sent"], message["wall_ms"])
                self._compare(message)
        self._set_switch()

    def _greeted(self, message: dict[str, Any]) -> None:
        self.you = message["you"]
        self.clock.start(message["event_ms"], message["wall_ms"], message["rate"])
        self._epoch = message["epoch"]
        self._digest_asked = False
        if message["type"] == "Welcome":
            self._seq = message["seq"]

    def _compare(self, pong: dict[str, Any]) -> None:
        """Whether we see what the server believes that we see; if not, ask for everything, once."""
        if pong["seq"] == self._seq and pong["digest"] and digest(cast(Any, self.view)) != pong["digest"]:
            self.record.mismatches += 1
            if not self._digest_asked and self._socket is not None:
                self._digest_asked = True
                self._socket.send({"type": "Resync", "why": "digest"})

    def _settle(self, cid: str, answer: Answer) -> None:
        if cid in self._waiting:
            _, future = self._waiting.pop(cid)
            if not future.done():
                future.set_result(answer)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    # The screen

    def _set_switch(self) -> None:
        """Watch the clock when a move is announced: the screen switches by it, without being told again."""
        if self._switch is not None:
            self._switch.cancel()
            self._switch = None
        clock = self.view.get("clock", {})
        match clock.get("state"), self._announced:
            case "announced", _ if clock["paused_at"] is None:
                self._watch(int(clock["number"]), int(clock["starts_at"]))
            case "running", (number, starts_at) if number == clock["number"]:
                self._switched(number, starts_at)  # the server was faster than our idea of its clock
            case _:
                self._announced = None

    def _watch(self, number: int, starts_at: int) -> None:
        left = self.clock.seconds_until(starts_at)
        if left > 0:
            self._announced = number, starts_at
            self._switch = self._loop.call_later(min(left, LOOK_SECONDS), self._set_switch)
        elif self._announced is not None:
            self._switched(number, starts_at)

    def _switched(self, number: int, starts_at: int) -> None:
        self._announced = None
        self.record.switches.append(Switch(number, time.time() * 1000, self.clock.true_wall(starts_at)))

    def standing(self) -> str:
        """What this browser is doing, in a few words."""
        line = "connected" if self._socket else "connecting" if self._online.is_set() else "offline"
        phase = self.view["event"]["phase"] if self.view else "nothing"
        waiting = [type(command).__name__ for command, _ in self._waiting.values()]
        return (
            f"{self.closed or line}, {self.record.connections} connections, sees {phase} at {self._seq}, "
            f"clock at {self.clock.now():.0f}, waits for {waiting}, last trouble: {self._trouble or 'none'}"
        )

    # For those who sit before it

    async def do(self, command: AnyCommand) -> Answer:
        """Give a command; answered once, however often the line is lost in between."""
        if self.closed:
            return Answer(False, code="closed", message=self.closed)
        cid = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        answer: asyncio.Future[Answer] = self._loop.create_future()
        self._waiting[cid] = command, answer
        self.record.commands[cid] = type(command).__name__
        if self._socket is not None and self.view:
            self._socket.send(_do(cid, command))
        return await answer

    def say(self, text: str) -> None:
        self.tell({"type": "Say", "text": text})

    def tell(self, message: dict[str, Any]) -> None:
        """Send what nobody answers, if the line is there."""
        if self._socket is not None and self.view:
            self._socket.send(message)

    @property
    def connected(self) -> bool:
        return self._socket is not None

    async def until(self, seen: Callable[[View], bool]) -> bool:
        """Wait until the view is so. False when this browser was closed before."""
        while not self.closed:
            if self.view and seen(self.view):
                return True
            await self._news.wait()
        return False

    async def sleep_until(self, at: float) -> None:
        """Wait for an event time in ms."""
        while (left := self.clock.seconds_until(at)) > 0 and not self.closed:
            await asyncio.sleep(min(left, LOOK_SECONDS))

    async def sleep(self, event_ms: float) -> None:
        await self.sleep_until(self.clock.now() + event_ms)

    def _delay(self) -> float:
        jitter = self._chance.expovariate(1 / self._line.jitter) if self._line.jitter else 0.0
        return self._line.delay + jitter


def follow(view: View, change: dict[str, Any]) -> None:
    """Set and drop keys of tables, in place."""
    for table, entries in change["set"].items():
        view.setdefault(table, {}).update(entries)
    for table, keys in change.get("drop", {}).items():
        for key in keys:
            view.get(table, {}).pop(key, None)


def _do(cid: str, command: AnyCommand) -> dict[str, Any]:
    return {"type": "Do", "cid": cid, "command": msgspec.to_builtins(command)}


class _Socket:
    """A WebSocket behind a slow line: in both directions messages come later, in order."""

    def __init__(self, raw: ClientConnection, delay: Callable[[], float]) -> None:
        self._raw, self._delay = raw, delay
        self._loop = asyncio.get_running_loop()
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._in: asyncio.Queue[str | Exception] = asyncio.Queue()
        self._under_way: set[asyncio.TimerHandle] = set()
        self._last = {id(self._out): 0.0, id(self._in): 0.0}
        self._tasks = [self._loop.create_task(self._send_all()), self._loop.create_task(self._receive_all())]

    def send(self, message: dict[str, Any]) -> None:
        self._carry(json.dumps(message), self._out)

    async def receive(self) -> str:
        """The next message. Raises `ConnectionClosed`, or `OSError` when the line was lost."""
        found = await self._in.get()
        if isinstance(found, Exception):
            raise found
        return found

    def abort(self) -> None:
        """Gone without a word; what is under way arrives nowhere."""
        self._stop()
        self._raw.transport.abort()
        self._in.put_nowait(ConnectionAbortedError("The line is lost."))

    async def end(self) -> None:
        self._stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _stop(self) -> None:
        for handle in self._under_way:
            handle.cancel()
        self._under_way.clear()
        for task in self._tasks:
            task.cancel()

    def _carry(self, what: Any, to: asyncio.Queue[Any]) -> None:
        """Put it there after the line's delay, and after everything before it."""
        at = max(self._loop.time() + self._delay(), self._last[id(to)] + 1e-6)
        self._last[id(to)] = at

        def arrive() -> None:
            self._under_way.discard(handle)
            to.put_nowait(what)

        handle = self._loop.call_at(at, arrive)
        self._under_way.add(handle)

    async def _send_all(self) -> None:
        with contextlib.suppress(ConnectionClosed):  # the other task tells
            while True:
                await self._raw.send(await self._out.get())

    async def _receive_all(self) -> None:
        try:
            while True:
                self._carry(await self._raw.recv(), self._in)
        except ConnectionClosed as closed:
            self._carry(closed, self._in)


# HTTP, just enough of it for the JSON of one's own server


async def _request(
    url: str, method: str, path: str, headers: dict[str, str], body: Any
) -> tuple[int, dict[str, list[str]], bytes]:
    """Status, headers by lower-case name, content. One connection for one request."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    reader, writer = await asyncio.open_connection(
        parts.hostname, parts.port or (443 if secure else 80), ssl=secure or None
    )
    try:
        content = b"" if body is None else json.dumps(body).encode()
        sent = {
            "Host": parts.netloc,
            "Connection": "close",
            "Content-Length": str(len(content)),
            **({"Content-Type": "application/json"} if content else {}),
            **{name: value for name, value in headers.items() if value},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
        writer.write(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + content)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found: dict[str, list[str]] = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            found.setdefault(name.lower(), []).append(value.strip())
        answer = await reader.read()
        if len(answer) < int(found.get("content-length", ["0"])[0]):
            raise ConnectionResetError("The server went away in the middle of its answer.")
        return int(head[0].split()[1]), found, answer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

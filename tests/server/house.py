"""The live server without its pages, for tests: real actors and sockets, a journal in memory.

`House` holds the parts; `Line` stands in for a socket; `Browser` comes by a real one on loopback.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, cast

import async_solipsism  # type: ignore[import-untyped]
import uvicorn
from uvicorn.server import ServerState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from rooms import views
from rooms.commands import AddPeople, AnyCommand, CreateEvent, Join, OpenEvent
from rooms.effects import Edge
from rooms.model import By, Constellation, Newcomer
from server import protocol
from server.actor import EventActor, Surroundings
from server.journal import Entry
from server.journal_memory import MemoryJournal
from server.media.fake import FakePlane
from server.media.plane import SlotMap
from server.metrics import Metrics
from server.planning import InlinePlanner
from server.registry import Registry
from server.session import Session
from server.socket import Doorway, Endpoint
from server.throttle import Throttle
from server.tokens import Ticket

START_MS = 1_900_000_000_000.0
EVENT = "e1"
ORGANISER = By("organiser", "o1", "Maja Lund")
MINUTES = 5

Message = dict[str, Any]


def guest(number: int) -> By:
    return By("participant", f"p{number}", f"Guest {number}")


def newcomer(number: int) -> Newcomer:
    return Newcomer(f"p{number}", f"Guest {number}", f"p{number}@example.org")


def story(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run on a loop whose time passes at once when there is nothing else to do."""

    @wraps(test)
    def run() -> None:
        async def told() -> None:
            await test()

        with asyncio.Runner(loop_factory=async_solipsism.EventLoop) as runner:
            runner.run(told())

    return run


class Plane(FakePlane):
    """`broken`: fails in a way that nobody expects."""

    broken = False

    async def apply(self, event: str, cutover: int, edges: Iterable[Edge]) -> SlotMap:
        if self.broken:
            raise RuntimeError("nobody expected this")
        return await super().apply(event, cutover, edges)


class House:
    """What a server consists of, one event included. `stored` is an earlier house's journal."""

    def __init__(
        self,
        stored: dict[str, list[Entry]] | None = None,
        journal: MemoryJournal | None = None,
        media: bool = True,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.journal = journal or MemoryJournal(stored)
        self.metrics = Metrics()
        self.plane = Plane()
        self.planner = InlinePlanner(slices=1)
        self.late_ms = 0.0  # how much longer than its loop this house says to have slept
        around = Surroundings(
            self.journal,
            self.planner,
            self.plane if media else None,
            self.metrics,
            lambda: START_MS + loop.time() * 1000 + self.late_ms,
        )
        self.registry = Registry(around)
        self.tickets: dict[str, Ticket] = {}
        self.strangers = Throttle(2, 1_000, loop.time)
        self.endpoint = Endpoint(self.registry, self.redeem, self.allows, self.metrics, self.strangers)
        self._numbers = itertools.count(1)
        self.port = 0

    @staticmethod
    def allows(origin: str | None) -> bool:
        return origin in (None, "https://meet.example.org")

    def redeem(self, ticket: str) -> Ticket | None:
        return self.tickets.pop(ticket, None)

    def ticket(self, who: By, event: str = EVENT) -> str:
        number = f"t{next(self._numbers)}"
        self.tickets[number] = Ticket(event, cast(Any, who.role), who.id, who.name)
        return number

    async def event(self, people: int = 0, rounds: int = 3, size: int = 2, rate: float = 1) -> EventActor:
        """An open event with people on its list; nobody has come yet."""
        pattern = Constellation(MINUTES, size)
        actor = await self.registry.create(
            CreateEvent(EVENT, "Mixer", rounds=(pattern,) * rounds, rate=rate, seed=1), ORGANISER
        )
        assert isinstance(actor, EventActor)
        if people:
            await self.done(AddPeople(tuple(newcomer(number) for number in range(1, people + 1))))
        await self.done(OpenEvent())
        return actor

    @property
    def actor(self) -> EventActor:
        return self.registry.live()[EVENT]

    async def done(self, command: AnyCommand, by: By = ORGANISER, cid: str = "") -> protocol.Done:
        answer = await self.actor.do(command, by, cid)
        assert isinstance(answer, protocol.Done), answer
        return answer

    async def join(self, number: int) -> None:
        await self.done(Join(newcomer(number)), guest(number))

    def line(self, who: By, epoch: int = 0, seq: int = 0) -> Line:
        """Someone's browser on a line of memory; it has said hello."""
        line = Line(self)
        line.hello(self.ticket(who), epoch, seq)
        return line

    async def settled(self) -> None:
        """Until nobody has anything to do, as far as no time has to pass."""
        for _ in range(50):
            await asyncio.sleep(0)
        assert not any(actor.busy() for actor in self.registry.live().values())

    async def close(self) -> None:
        await self.registry.close()
        await self.planner.close()

    async def kill(self) -> dict[str, list[Entry]]:
        """As kill -9: nothing is finished, nobody is told. What is left is the journal's file."""
        mine = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not mine]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await self.planner.close()
        return self.journal.stored

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[House]:
        """Sockets on loopback; pages answer 404."""
        config = uvicorn.Config(
            no_pages, log_config=None, lifespan="off", ws=self.endpoint.upgrade_protocol()
        )
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: Doorway(self.endpoint, config, state, {}), "127.0.0.1", 0
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for connection in list(state.connections):
                connection.shutdown()
            for socket in list(self.endpoint.sockets):
                socket.abort()
            await asyncio.sleep(0)
            await self.close()

    async def browser(self, who: By, epoch: int = 0, seq: int = 0) -> Browser:
        """Someone's browser on a real socket, welcomed."""
        browser = await self.visitor()
        await browser.hello(self.ticket(who), epoch, seq)
        return browser

    async def visitor(self, **options: Any) -> Browser:
        """A socket that has not said hello."""
        address = f"ws://127.0.0.1:{self.port}/ws"
        return Browser(await connect(address, proxy=None, ping_interval=None, compression=None, **options))


async def no_pages(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"4")]})
    await send({"type": "http.response.body", "body": b"none"})


class Follower:
    """What a browser knows: the messages so far, the view that follows from them."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.view: dict[str, Any] = {}
        self.epoch = self.seq = 0

    def hear(self, message: Message) -> None:
        self.heard.append(message)
        match message["type"]:
            case "Welcome":
                self.view, self.epoch, self.seq = message["view"], message["epoch"], message["seq"]
            case "Changed":
                assert message["seq"] > self.seq, "changes come in order, once"
                self.seq = message["seq"]
                for change in message["changes"]:
                    self.view = views.follow(self.view, views.Change(**change))

    def of_type(self, kind: str) -> list[Message]:
        return [message for message in self.heard if message["type"] == kind]

    def kinds(self) -> list[str]:
        """What was told, by the names of its facts."""
        return [change["kind"] for message in self.of_type("Changed") for change in message["changes"]]


class Line(Follower):
    """A wire in memory. `stuck` lets nothing through: what is written piles up in `pile`."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.closed: tuple[int, str] | None = None
        self.aborted = False
        self.stuck = False
        self.pile = b""
        self.frames: list[bytes] = []
        self.session = Session(self, house.registry, house.redeem, house.metrics)

    def write(self, frame: bytes) -> None:
        self.frames.append(frame)
        assert self.closed is None and not self.aborted, "nothing is written after the end"
        self.pile += frame
        if not self.stuck:
            self._take()

    def unsent(self) -> int:
        return len(self.pile)

    def close(self, code: int, reason: str) -> None:
        self.closed = code, reason

    def abort(self) -> None:
        self.aborted = True

    def flow(self) -> None:
        """The network takes everything again."""
        self.stuck = False
        self._take()
        self.session.drained()

    def _take(self) -> None:
        for payload in payloads(self.pile):
            self.hear(json.loads(payload))
        self.pile = b""

    def send(self, message: protocol.FromBrowser) -> None:
        self.session.received(protocol.encoder.encode(message))

    def hello(self, ticket: str, epoch: int = 0, seq: int = 0, event: str = EVENT) -> None:
        self.send(protocol.Hello(protocol.VERSION, ticket, event, epoch, seq))

    def do(self, command: AnyCommand, cid: str) -> None:
        self.send(protocol.Do(cid, command))

    def lose(self) -> None:
        """The network drops the connection."""
        self.session.lost()


def payloads(frames: bytes) -> list[bytes]:
    """What stands in unmasked, unfragmented text frames."""
    found = []
    while frames:
        assert frames[0] == 0x81
        size, start = frames[1], 2
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(frames[2:start], "big")
        found.append(frames[start : start + size])
        frames = frames[start + size :]
    return found


class Browser(Follower):
    """A real WebSocket of the `websockets` client."""

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__()
        self.connection = connection

    async def hello(self, ticket: str, epoch: int = 0, seq: int = 0) -> Message:
        await self.send(protocol.Hello(protocol.VERSION, ticket, EVENT, epoch, seq))
        return await self.until("Welcome", "Resumed")

    async def send(self, message: protocol.FromBrowser) -> None:
        await self.connection.send(protocol.encoder.encode(message).decode())

    async def do(self, command: AnyCommand, cid: str = "c1") -> Message:
        await self.send(protocol.Do(cid, command))
        return await self.until("Done", "Refusal")

    async def until(self, *kinds: str) -> Message:
        """The next message of one of these types; those before it are followed."""
        async with asyncio.timeout(60):
            while True:
                message = json.loads(await self.connection.recv())
                self.hear(message)
                if message["type"] in kinds:
                    return cast(Message, message)

    async def told(self, kind: str) -> None:
        """Until a change by the fact of this name."""
        while kind not in self.kinds():
            await self.until("Changed")

    async def end(self) -> int:
        """The close code, once everything before it is heard."""
        try:
            async with asyncio.timeout(60):
                while True:
                    self.hear(json.loads(await self.connection.recv()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    async def leave(self) -> None:
        await self.connection.close()

    def drop(self) -> None:
        """As a lost network: no goodbye."""
        self.connection.transport.abort()

"""The forwarding unit in a process of its own: no packet waits for an event, and no event for a packet.

`MediaWorker` is the plane as the server sees it. It starts the process, and starts it again when it dies: on
the same port, with the same edges; everybody who was connected is told that they have to connect anew.
Messages are msgpack behind a length, over the worker's standard input and output; it ends when its input
does.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import struct
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from rooms.effects import Edge
from rooms.model import ParticipantId
from server.media.plane import (
    BadAnswer,
    Drained,
    Failed,
    IceServer,
    Kind,
    NotOpen,
    Offer,
    PlaneEvent,
    PlaneStats,
    SlotMap,
    StaleCutover,
    TooFewSlots,
)

log = logging.getLogger("intermingle.media")

_LENGTH = struct.Struct(">I")
_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 0.1, 5.0
_START_SECONDS = 20.0
_REFUSALS: dict[str, type[Exception]] = {
    each.__name__: each for each in (NotOpen, StaleCutover, TooFewSlots, BadAnswer)
}
T = TypeVar("T")
Relays = Callable[[str, ParticipantId], tuple[IceServer, ...]]
"""The TURN servers for one participant of an event, with credentials made now."""


def no_relays(event: str, participant: ParticipantId) -> tuple[IceServer, ...]:
    return ()


class MediaDown(Exception):
    """The media process has just died; it is being started again."""


class Call(msgspec.Struct, frozen=True, tag=True):
    """One method of the plane."""

    number: int
    method: Literal["open", "answer", "close", "prepare", "apply", "broadcast", "gate", "stats"]
    arguments: tuple[Any, ...]


class Answer(msgspec.Struct, frozen=True, tag=True):
    """What the call gave, as msgpack; or the name of what it raised, and the sentence."""

    number: int
    result: msgspec.Raw = msgspec.Raw(b"\xc0")
    error: str = ""
    sentence: str = ""


class Told(msgspec.Struct, frozen=True, tag=True):
    what: PlaneEvent


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The first message: the port that is bound."""

    port: int


_FromWorker = Answer | Told | Ready
_encode = msgspec.msgpack.Encoder().encode
_decode_call = msgspec.msgpack.Decoder(Call).decode
_decode_from_worker = msgspec.msgpack.Decoder(_FromWorker).decode


def _packed(message: Call | _FromWorker) -> bytes:
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


async def _next(reader: asyncio.StreamReader) -> bytes:
    (size,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return await reader.readexactly(size)


# The server's side


@dataclass(slots=True)
class _Wanted:
    """What one event's part of the plane shall look like, to be said again to a new process."""

    cutover: int = 0
    edges: tuple[Edge, ...] = ()
    host: ParticipantId | None = None
    people: set[ParticipantId] = field(default_factory=set)
    gates: dict[tuple[ParticipantId, Kind], bool] = field(default_factory=dict)


class MediaWorker:
    """A `Plane` in another process. `address` and `port` as for `Unit`; `relays` gives each offer its own.

    `native` and `thrifty` as for `Unit`. Every method raises MediaDown while the process is not there.
    """

    def __init__(
        self,
        address: str,
        port: int = 0,
        bind: str = "",
        relays: Relays = no_relays,
        native: bool = True,
        thrifty: bool = False,
    ) -> None:
        self._address, self._bind, self._relays = address, bind, relays
        self._native, self._thrifty = native, thrifty
        self.port = port
        self._tell: Callable[[PlaneEvent], None] = lambda _: None
        self._events: dict[str, _Wanted] = {}
        self._numbers = count()
        self._waiting: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._up = False
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the process. Raises OSError when it does not come up, for example when the port is taken."""
        await self._spawn()
        self.begin()

    def begin(self) -> None:
        """The same without waiting; what goes wrong is logged, and tried again."""
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        await self._end()

    # Plane

    def listen(self, tell: Callable[[PlaneEvent], None]) -> None:
        self._tell = tell

    async def open(self, event: str, participant: ParticipantId, slots: int) -> Offer:
        offer: Offer = await self._ask(Offer, "open", event, participant, slots)
        wanted = self._events.setdefault(event, _Wanted())
        wanted.people.add(participant)
        return replace(offer, ice_servers=self._relays(event, participant))

    async def answer(self, event: str, participant: ParticipantId, sdp: str) -> None:
        await self._ask(None, "answer", event, participant, sdp)

    async def close(self, event: str, participant: ParticipantId, reason: str) -> None:
        wanted = self._events.get(event)
        if wanted is not None:
            wanted.people.discard(participant)
            wanted.gates = {key: on for key, on in wanted.gates.items() if key[0] != participant}
        await self._ask(None, "close", event, participant, reason)

    async def prepare(self, event: str, cutover: int, edges: Iterable[Edge], at: int) -> None:
        await self._ask(None, "prepare", event, cutover, tuple(edges), at)

    async def apply(self, event: str, cutover: int, edges: Iterable[Edge]) -> SlotMap:
        edges = tuple(edges)
        try:
            slots: SlotMap = await self._ask(dict[str, dict[int, str]], "apply", event, cutover, edges)
        except MediaDown:
            self._remember(event, cutover, edges)  # for the next process
            raise
        self._remember(event, cutover, edges)
        return slots

    def _remember(self, event: str, cutover: int, edges: tuple[Edge, ...]) -> None:
        wanted = self._events.setdefault(event, _Wanted())
        wanted.cutover, wanted.edges = cutover, edges
        if not (edges or wanted.people or wanted.host):
            del self._events[event]  # a new process knows as much

    async def broadcast(self, event: str, source: ParticipantId | None) -> None:
        self._events.setdefault(event, _Wanted()).host = source
        await self._ask(None, "broadcast", event, source)

    async def gate(self, event: str, participant: ParticipantId, kind: Kind, on: bool) -> None:
        await self._ask(None, "gate", event, participant, kind, on)
        self._events.setdefault(event, _Wanted()).gates[participant, kind] = on

    async def stats(self, event: str) -> PlaneStats:
        stats: PlaneStats = await self._ask(PlaneStats, "stats", event)
        return stats

    # Between

    async def _ask(self, kind: Any, method: Any, *arguments: Any) -> Any:
        process = self._process
        if process is None or process.stdin is None or not self._up:
            raise MediaDown("The media process is being started again.")
        number = next(self._numbers)
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            process.stdin.write(_packed(Call(number, method, arguments)))
            return msgspec.msgpack.decode(await future, type=kind)
        finally:
            self._waiting.pop(number, None)

    async def _spawn(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server.media.worker",
            self._address,
            str(self.port),
            self._bind,
            "native" if self._native else "plain",
            "thrifty" if self._thrifty else "usual",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(_START_SECONDS):
                ready = _decode_from_worker(await _next(self._process.stdout))
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            await self._end()
            raise OSError(
                f"The media process did not start: is UDP port {self.port} of {self._bind or self._address} "
                "taken by another program?"
            ) from error
        assert isinstance(ready, Ready)
        self.port, self._up = ready.port, True

    async def _keep(self) -> None:
        """Read what the process says; when it dies, start another and tell it what shall hold."""
        while True:
            await self._rise()
            await self._listen()
            self._fall()
            await self._end()

    async def _listen(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        while True:
            try:
                message = _decode_from_worker(await _next(self._process.stdout))
            except asyncio.IncompleteReadError:
                return
            match message:
                case Answer():
                    self._settle(message)
                case Told(what):
                    self._note(what)
                    self._tell(what)
                case Ready():
                    pass

    def _settle(self, answer: Answer) -> None:
        future = self._waiting.get(answer.number)
        if future is None or future.done():
            return
        if answer.error:
            future.set_exception(_REFUSALS.get(answer.error, RuntimeError)(answer.sentence))
        else:
            future.set_result(answer.result)

    def _note(self, what: PlaneEvent) -> None:
        wanted = self._events.get(what.event)
        match what:
            case Failed(participant=participant) if wanted is not None:
                wanted.people.discard(participant)
            case Drained() if wanted is not None and not wanted.edges:
                del self._events[what.event]

    def _fall(self) -> None:
        self._up = False
        log.error("media process died")
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(MediaDown("The media process died."))
        for event, wanted in self._events.items():
            for participant in wanted.people:
                self._tell(Failed(event, participant, "The media process died."))
            wanted.people, wanted.gates = set(), {}

    async def _rise(self) -> None:
        pause = _FIRST_RETRY_SECONDS
        while not self._up:
            try:
                await self._spawn()
            except OSError:
                log.exception("media process not started")
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LAST_RETRY_SECONDS)
        process = self._process
        assert process is not None and process.stdin is not None
        for event, wanted in self._events.items():
            # Nobody waits for the answers: a new process refuses neither.
            calls = [Call(next(self._numbers), "apply", (event, wanted.cutover, wanted.edges))]
            calls += [Call(next(self._numbers), "broadcast", (event, wanted.host))] if wanted.host else []
            process.stdin.write(b"".join(map(_packed, calls)))

    async def _end(self) -> None:
        process, self._process, self._up = self._process, None, False
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(2):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


# The worker's side


async def forward(address: str, port: int, bind: str, native: bool, thrifty: bool) -> None:
    """Be the media process until the input ends."""
    from server.media.sfu.unit import Unit

    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, sys.stdout)
    unit = Unit(address, port, bind, native, thrifty)
    unit.listen(lambda what: transport.write(_packed(Told(what))))
    unit.start()
    transport.write(_packed(Ready(unit.port)))
    try:
        while True:
            call = _decode_call(await _next(reader))
            transport.write(_packed(await _answer(unit, call)))
    except asyncio.IncompleteReadError:
        await unit.stop()


async def _answer(unit: object, call: Call) -> Answer:
    try:
        result = await getattr(unit, call.method)(*_typed(call))
    except tuple(_REFUSALS.values()) as error:
        return Answer(call.number, error=type(error).__name__, sentence=str(error))
    except Exception as error:  # the process must outlive what one call breaks
        log.exception("media call")
        return Answer(call.number, error="RuntimeError", sentence=str(error))
    return Answer(call.number, msgspec.Raw(_encode(result)))


def _typed(call: Call) -> tuple[Any, ...]:
    """msgpack has lists where edges are pairs that can be members of sets."""
    if call.method not in ("prepare", "apply"):
        return call.arguments
    event, cutover, edges, *at = call.arguments
    return event, cutover, [tuple(edge) for edge in edges], *at


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; then our input ends
    logging.basicConfig(stream=sys.stderr, level=logging.INFO)
    address, port, bind, forwarder, use = sys.argv[1:6]
    runner: Callable[..., Any] = asyncio.run
    with suppress(ImportError):  # there is none on Windows
        import uvloop

        runner = uvloop.run
    runner(forward(address, int(port), bind, forwarder == "native", use == "thrifty"))


if __name__ == "__main__":
    main()

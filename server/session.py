"""One browser without its socket: who it is, what it may still ask, what it still has to be sent.

The socket below turns bytes into messages; the event's actor above decides. Everything here runs on the loop
and waits for nothing, but for an event that has to be read from its journal first.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import msgspec

from rooms.model import By
from server import protocol
from server.frames import frame
from server.journal import JournalFailed
from server.metrics import Metrics
from server.step import CannotReplay
from server.tokens import Ticket

if TYPE_CHECKING:
    from server.actor import EventActor
    from server.registry import Registry

HELLO_SECONDS = 10.0
SOFT_LIMIT = 65_536  # bytes unsent: above, changes are left out and a snapshot follows when the line is free
HARD_LIMIT = 262_144  # bytes unsent beside a snapshot: above, the connection is cut
WAITING = 64  # answers kept for a browser that reads slowly
EARLY = 40  # messages kept between hello and welcome
COMMANDS_A_SECOND, COMMAND_BURST = 10, 40
RESYNC_COST = 10  # commands that one snapshot counts for
CALL_COST = 5  # and one connection for sound and picture
DIGEST_SECONDS = 30.0  # between two digests for one browser

log = logging.getLogger("intermingle.session")


class Wire(Protocol):
    """The way to one browser: a socket, or a list in tests. Nothing is written after `close` or `abort`."""

    def write(self, frame: bytes) -> None: ...
    def unsent(self) -> int:
        """Bytes written that the network has not taken."""

    def close(self, code: int, reason: str) -> None: ...
    def abort(self) -> None: ...


Redeem = Callable[[str], Ticket | None]


class Credits:
    """A token bucket: `rate` a second, at most `burst` saved up. Times are seconds of the loop."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate, self._burst, self._left, self._at = rate, burst, burst, now

    def take(self, amount: float, now: float) -> bool:
        """Pay, or find that there is too little."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < amount:
            return False
        self._left -= amount
        return True


def command_credits(now: float) -> Credits:
    return Credits(COMMANDS_A_SECOND, COMMAND_BURST, now)


class Session:
    """From hello to the end of one connection."""

    __slots__ = (
        "_actor", "_behind", "_deadline", "_digest_at", "_early", "_entering", "_greeted", "_loop",
        "_metrics", "_mine", "_redeem", "_registry", "_snapshot_size", "_waiting", "_wire", "closed", "seq",
        "who",
    )  # fmt: skip

    def __init__(self, wire: Wire, registry: Registry, redeem: Redeem, metrics: Metrics) -> None:
        self._wire, self._registry, self._redeem, self._metrics = wire, registry, redeem, metrics
        self._loop = asyncio.get_running_loop()
        self.who = By("participant")
        self.seq = 0  # of the last change that was sent
        self.closed = False
        self._greeted = False
        self._actor: EventActor | None = None
        self._early: list[protocol.FromBrowser] = []
        self._entering: asyncio.Task[None] | None = None
        self._behind = False
        self._waiting: deque[bytes] = deque()
        self._snapshot_size = 0
        self._digest_at = 0.0
        self._mine = command_credits(self._loop.time())
        self._deadline: asyncio.TimerHandle | None = self._loop.call_later(HELLO_SECONDS, self._hello_is_late)

    # From the browser

    def received(self, payload: bytes) -> None:
        """One whole message. What is not understood closes this connection and touches no other."""
        if self.closed:
            return
        try:
            message = protocol.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            self.close("bad-message", str(problem))
            return
        if isinstance(message, protocol.Hello) != (not self._greeted):
            self.close("hello-first")
        elif isinstance(message, protocol.Hello):
            self._hello(message)
        elif self._actor is not None:
            self._act(message, self._actor)
        elif len(self._early) < EARLY:
            self._early.append(message)
        else:
            self.close("too-fast")

    def _act(self, message: protocol.FromBrowser, actor: EventActor) -> None:
        match message:
            case protocol.Do():
                self._do(message, actor)
            case protocol.Say():
                if self._pay(1, actor):
                    actor.say(self, message.text)
            case protocol.Ping():
                self._ping(message, actor)
            case protocol.Resync():
                if self._pay(RESYNC_COST, actor):
                    self._metrics.hellos.labels("resync").inc()
                    self.show(actor.welcome(self))
            case protocol.Call():
                if self._pay(CALL_COST, actor):
                    actor.call(self)
            case protocol.CallAnswer():
                if self._pay(1, actor):
                    actor.call_answer(self, message.sdp)
            case protocol.Gap():
                if self._pay(1, actor):
                    actor.gap(self, message.cutover, message.ms)
            case protocol.Hello():
                self.close("hello-first")

    def _do(self, message: protocol.Do, actor: EventActor) -> None:
        if not 1 <= len(message.cid) <= 64:
            self.close("bad-message", "A cid has 1 to 64 characters.")
        elif self._pay(1, actor):
            actor.ask(message.command, self.who, message.cid, self.answer)

    def _ping(self, message: protocol.Ping, actor: EventActor) -> None:
        if message.skew_ms is not None and math.isfinite(message.skew_ms):
            self._metrics.skew.observe(abs(message.skew_ms))
        # A pong passes what is kept back: it measures time, and shows that the line still works.
        digest = "" if self._behind else self._digest(actor)
        self._write(frame(protocol.Pong(message.sent, actor.wall(), self.seq, digest)))

    def _digest(self, actor: EventActor) -> str:
        now = self._loop.time()
        if now - self._digest_at < DIGEST_SECONDS:
            return ""
        found = actor.digest(self.who)
        if found:
            self._digest_at = now
        return found

    def _pay(self, amount: int, actor: EventActor) -> bool:
        """A command costs this connection and its person, however many connections they have."""
        now = self._loop.time()
        if self._mine.take(amount, now) and actor.credits(self.who.id).take(amount, now):
            return True
        self.close("too-fast")
        return False

    # Hello

    def _hello_is_late(self) -> None:
        self._deadline = None
        self.close("hello-late")

    def _hello(self, hello: protocol.Hello) -> None:
        self._greeted = True
        self._end_deadline()
        if hello.version != protocol.VERSION:
            self.close("wrong-version")
            return
        granted = self._redeem(hello.ticket)
        if granted is None or granted.event != hello.event or not granted.id:
            self.close("bad-ticket")
            return
        self.who = By(granted.role, granted.id, granted.name)
        actor = self._registry.live().get(hello.event)
        if actor is not None:
            self._enter(actor, hello)
        else:
            self._entering = self._loop.create_task(self._find_and_enter(hello))

    async def _find_and_enter(self, hello: protocol.Hello) -> None:
        try:
            actor = await self._registry.find(hello.event)
        except (JournalFailed, CannotReplay):
            log.exception("event not read", extra={"event": hello.event})
            self.close("fault")
            return
        if actor is None:
            self.close("no-event")
        else:
            self._enter(actor, hello)

    def _enter(self, actor: EventActor, hello: protocol.Hello) -> None:
        if self.closed:
            return
        self._digest_at = self._loop.time()
        refused = actor.attach(self, hello.epoch, hello.seq)
        if refused is not None:
            self.close(refused)
            return
        self._actor = actor
        early, self._early = self._early, []
        for message in early:
            if not self.closed:
                self._act(message, actor)

    # To the browser

    def show(self, snapshot: protocol.Welcome) -> None:
        """Everything anew: supersedes what was left out."""
        whole = frame(snapshot)
        self._behind = False
        self._snapshot_size = len(whole)
        self.seq = snapshot.seq
        self._write(whole)
        while self._waiting and not self.closed:
            self._write(self._waiting.popleft())

    def resume(self, resumed: protocol.Resumed, seq: int, missed: list[tuple[int, bytes]]) -> None:
        """Go on from change `seq` with every one that was missed."""
        self.seq = seq
        self._write(frame(resumed))
        for number, ready in missed:
            self.tell(ready, number)

    def tell(self, ready: bytes, seq: int | None = None) -> None:
        """A change or a signal, as a frame. A browser that reads too slowly gets a snapshot later instead."""
        if self._behind or self.closed:
            return
        if self._wire.unsent() > SOFT_LIMIT:
            self._behind = True
            return
        if seq is not None:
            self.seq = seq
        self._write(ready)

    def answer(self, message: protocol.Done | protocol.Refusal) -> None:
        """Something owed to this browser: it may come late, but not before the changes that belong to it."""
        if self.closed:
            return
        if not self._behind:
            self._write(frame(message))
        elif len(self._waiting) < WAITING:
            self._waiting.append(frame(message))
        else:
            self.cut()

    def drained(self) -> None:
        """The network has taken what was written."""
        self._snapshot_size = 0
        if self._behind and self._actor is not None and not self.closed:
            self._metrics.hellos.labels("caught-up").inc()
            self.show(self._actor.welcome(self))

    def _write(self, ready: bytes) -> None:
        if self.closed:
            return
        self._wire.write(ready)
        if self._wire.unsent() > HARD_LIMIT + self._snapshot_size:
            self.cut()

    # The end

    def close(self, name: str, reason: str = "") -> None:
        """Close by a documented code; `reason` is for whoever writes a client."""
        if self.closed:
            return
        self.closed = True
        self._metrics.closes.labels(name).inc()
        self._wire.close(protocol.CLOSE[name], reason or name)

    def broken(self, name: str) -> None:
        """What the browser sends is no WebSocket message; the socket has closed by this code."""
        if not self.closed:
            self.closed = True
            self._metrics.closes.labels(name).inc()

    def cut(self) -> None:
        """Too slow. A close frame would only wait behind what is unsent: browsers see 1006."""
        if self.closed:
            return
        self.closed = True
        self._metrics.closes.labels("too-slow").inc()
        self._wire.abort()

    def away_for(self, after_ms: int) -> None:
        """The server stops: ask the browser to come back after `after_ms`."""
        if not self.closed:
            self._write(frame(protocol.Reconnect(after_ms)))
            self.close("restart")

    def lost(self) -> None:
        """The connection is gone, whoever ended it."""
        self.closed = True
        self._end_deadline()
        if self._entering is not None:
            self._entering.cancel()
            self._entering = None
        if self._actor is not None:
            self._actor.detach(self)
            self._actor = None

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

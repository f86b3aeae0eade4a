"""Planning beside the event loop: one worker process that is kept warm.

The worker plans for several events in turn, a slice of some 20 ms each, and looks for new orders between
slices: a cancelled plan costs one slice at most. Better plans stream back at the times of `SENT_AT`. Messages
are msgpack behind a length, over the worker's standard input and output; the worker ends when its input does,
so it never outlives the server. It has a lower priority than the server and, without orders, uses no CPU.
"""

from __future__ import annotations

import asyncio
import logging
import os
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Protocol

import msgspec

from rooms.effects import ImprovePlan
from rotation import Nonsense, Plan, Planned, Problem, improve, steps

SENT_AT = (0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)  # seconds since the order
WHAT_IF_LIMIT = 10.0  # seconds of the clock that an answer may take on a machine that is far too busy
NICENESS = 5
FORGIVEN = 1  # times that a worker may die over an order before the order is dropped

OnBetter = Callable[[Plan, str], None]  # the plan, and the digest of the problem it answers
OnDone = Callable[[], None]

log = logging.getLogger("intermingle.planning")


class PlannerLike(Protocol):
    """What an event needs of a planner: `Planner` in a server, `InlinePlanner` in tests of virtual time."""

    def improve(
        self,
        key: str,
        request: ImprovePlan,
        on_better: OnBetter,
        *,
        seconds: float = 5.0,
        on_done: OnDone | None = None,
    ) -> None:
        """Call `on_better` with ever better plans, for `seconds` at most or until nothing can be better.

        A new request under a key replaces the old one: nothing is heard of that any more. `on_done` is called
        when the planner has nothing more to say about this one.
        """

    def cancel(self, key: str) -> None:
        """Forget the request of that key, if there is one; neither callback is called any more."""

    async def what_if(self, problems: Sequence[Problem], seconds: float) -> list[Planned | Nonsense]:
        """The best plan for each problem that its share of so many seconds of processor time finds: as much
        work on a busy machine as on an idle one."""

    async def close(self) -> None: ...


# Between the two processes


class Order(msgspec.Struct, frozen=True, tag=True):
    """`seconds` are those of the clock, `work` those of the processor; whichever is over first ends it."""

    number: int
    problem: Problem
    start: Plan | None
    seed: int
    seconds: float
    work: float


class Cancel(msgspec.Struct, frozen=True, tag=True):
    number: int


class Better(msgspec.Struct, frozen=True, tag=True):
    number: int
    planned: Planned


class Finished(msgspec.Struct, frozen=True, tag=True):
    """The last word on an order. `code` and `sentence` are those of `Nonsense`, else empty."""

    number: int
    code: str = ""
    sentence: str = ""


ToWorker = Order | Cancel
FromWorker = Better | Finished

_encode = msgspec.msgpack.Encoder().encode
_decode_to_worker = msgspec.msgpack.Decoder(ToWorker).decode
_decode_from_worker = msgspec.msgpack.Decoder(FromWorker).decode
_LENGTH = struct.Struct(">I")


def _packed(message: ToWorker | FromWorker) -> bytes:
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


# In the server


@dataclass(slots=True)
class _Wanted:
    """An order that the worker has not finished."""

    order: Order
    better: Callable[[Planned], None]
    finished: Callable[[Finished], None]
    deaths: int = 0


class Planner:
    """Owns the worker process. `await start()` before use; whatever is asked while it is down waits."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._wanted: dict[int, _Wanted] = {}
        self._by_key: dict[str, int] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._process = await _start_worker()
        self._supervisor = asyncio.create_task(self._supervise(), name="planner")

    @property
    def pid(self) -> int | None:
        """The worker's process id; None while there is none."""
        return self._process.pid if self._process else None

    def improve(
        self,
        key: str,
        request: ImprovePlan,
        on_better: OnBetter,
        *,
        seconds: float = 5.0,
        on_done: OnDone | None = None,
    ) -> None:
        self.cancel(key)
        order = Order(next(self._numbers), request.problem, request.previous, request.seed, seconds, seconds)
        self._by_key[key] = order.number

        def finished(message: Finished) -> None:
            del self._by_key[key]
            if message.code:
                log.warning("no plan", extra={"event": key, "code": message.code, "why": message.sentence})
            if on_done is not None:
                on_done()

        self._ask(order, lambda planned: on_better(planned.plan, request.based_on), finished)

    def cancel(self, key: str) -> None:
        if (number := self._by_key.pop(key, None)) is not None:
            self._drop(number)

    async def what_if(self, problems: Sequence[Problem], seconds: float) -> list[Planned | Nonsense]:
        answers = [asyncio.get_running_loop().create_future() for _ in problems]
        numbers = [
            self._ask_once(problem, seconds / len(problems), answer)
            for problem, answer in zip(problems, answers, strict=True)
        ]
        try:
            return [await answer for answer in answers]
        finally:
            for number in numbers:
                self._drop(number)

    async def close(self) -> None:
        if self._supervisor is not None:
            self._supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await self._supervisor
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None

    def _ask_once(self, problem: Problem, work: float, answer: asyncio.Future[Planned | Nonsense]) -> int:
        best: list[Planned] = []

        def finished(message: Finished) -> None:
            if not answer.done():
                answer.set_result(best[-1] if best else Nonsense(message.code, message.sentence))

        order = Order(next(self._numbers), problem, None, 0, WHAT_IF_LIMIT, work)
        self._ask(order, best.append, finished)
        return order.number

    def _ask(
        self, order: Order, better: Callable[[Planned], None], finished: Callable[[Finished], None]
    ) -> None:
        self._wanted[order.number] = _Wanted(order, better, finished)
        self._send(order)

    def _drop(self, number: int) -> None:
        if self._wanted.pop(number, None) is not None:
            self._send(Cancel(number))

    def _send(self, message: ToWorker) -> None:
        if self._process is not None and self._process.stdin is not None:
            # What a dying worker does not read is sent again to the next one.
            self._process.stdin.write(_packed(message))

    async def _supervise(self) -> None:
        """Listen to the worker; when it dies, start another and give it what was left undone."""
        while True:
            assert self._process is not None
            started = time.monotonic()
            await self._listen(self._process)
            code = await self._process.wait()
            self._process = None
            log.error("planning process died", extra={"code": code, "wanted": len(self._wanted)})
            self._blame()
            await asyncio.sleep(0 if time.monotonic() - started > 1 else 1)
            self._process = await _start_worker()
            for wanted in self._wanted.values():
                self._send(wanted.order)

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        with suppress(asyncio.IncompleteReadError):
            while True:
                (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
                message = _decode_from_worker(await process.stdout.readexactly(length))
                try:
                    self._hear(message)
                except Exception:  # one event's trouble with its plan must not end everyone's planning
                    log.exception("a better plan could not be handed over")

    def _hear(self, message: FromWorker) -> None:
        match message:
            case Better(number, planned):
                if wanted := self._wanted.get(number):
                    wanted.better(planned)
            case Finished(number):
                if wanted := self._wanted.pop(number, None):
                    wanted.finished(message)

    def _blame(self) -> None:
        """Whatever was under way may have killed the worker; what did so twice is not tried again."""
        for number, wanted in list(self._wanted.items()):
            wanted.deaths += 1
            if wanted.deaths > FORGIVEN:
                del self._wanted[number]
                wanted.finished(
                    Finished(number, "planner-died", "The planning process died twice over this.")
                )


async def _start_worker() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "from server.planning import work; work()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        start_new_session=True,  # Ctrl-C is for the server, which then ends us
    )


class InlinePlanner:
    """Plans where it is called, a fixed number of slices: no process, no clock, always the same plans."""

    def __init__(self, slices: int = 3) -> None:
        self._slices = slices
        self._waiting: dict[str, asyncio.Handle] = {}

    def improve(
        self,
        key: str,
        request: ImprovePlan,
        on_better: OnBetter,
        *,
        seconds: float = 5.0,
        on_done: OnDone | None = None,
    ) -> None:
        self.cancel(key)

        def plan() -> None:
            del self._waiting[key]
            planned = self._plan(request.problem, request.seed, request.previous)
            if isinstance(planned, Planned):
                on_better(planned.plan, request.based_on)
            if on_done is not None:
                on_done()

        self._waiting[key] = asyncio.get_running_loop().call_soon(plan)

    def cancel(self, key: str) -> None:
        if (waiting := self._waiting.pop(key, None)) is not None:
            waiting.cancel()

    async def what_if(self, problems: Sequence[Problem], seconds: float) -> list[Planned | Nonsense]:
        return [self._plan(problem, 0, None) for problem in problems]

    async def close(self) -> None:
        for key in list(self._waiting):
            self.cancel(key)

    def _plan(self, problem: Problem, seed: int, start: Plan | None) -> Planned | Nonsense:
        try:
            *_, best = islice(improve(problem, seed, start), self._slices + 1)
        except Nonsense as nonsense:
            return nonsense
        return best


# In the worker


class _Job:
    """One order at work."""

    def __init__(self, order: Order) -> None:
        self.number = order.number
        self._steps: Iterator[Planned | None] = steps(order.problem, order.seed, order.start)
        self._started = time.monotonic()
        self._seconds = order.seconds
        self._work = order.work
        self._times = iter(SENT_AT)
        self._next = next(self._times)
        self._best: Planned | None = None
        self._sent: Planned | None = None

    def step(self) -> Iterator[FromWorker]:
        """One slice of work and what is to be told of it; after `Finished` there is no more."""
        before = time.process_time()
        try:
            self._best = next(self._steps)
        except StopIteration:
            yield from self._last_word()
        except Nonsense as nonsense:
            yield Finished(self.number, nonsense.code, str(nonsense))
        else:
            elapsed = time.monotonic() - self._started
            self._work -= time.process_time() - before
            if elapsed >= self._seconds or self._work <= 0:
                yield from self._last_word()
            elif elapsed >= self._next:
                while elapsed >= self._next:
                    self._next = next(self._times, float("inf"))
                yield from self._news()

    def _news(self) -> Iterator[FromWorker]:
        if self._best is not None and self._best is not self._sent:
            self._sent = self._best
            yield Better(self.number, self._best)

    def _last_word(self) -> Iterator[FromWorker]:
        yield from self._news()
        yield Finished(self.number)


def work() -> None:
    """The worker's whole life: read orders, give each a slice in turn, end with the server."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    answers = os.dup(1)
    os.dup2(2, 1)  # nothing printed by mistake may get among the messages
    inbox = _Inbox(0)
    jobs: dict[int, _Job] = {}
    while (orders := inbox.take(wait=not jobs)) is not None:
        for order in orders:
            match order:
                case Order(number):
                    jobs[number] = _Job(order)
                case Cancel(number):
                    jobs.pop(number, None)
        for job in list(jobs.values()):
            for message in job.step():
                if isinstance(message, Finished):
                    del jobs[job.number]
                _write(answers, _packed(message))


def _write(to: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(to, data) :]
    except BrokenPipeError:
        sys.exit()  # the server is gone


class _Inbox:
    """Messages from a pipe, without waiting while there is work."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._unread = b""

    def take(self, *, wait: bool) -> list[ToWorker] | None:
        """What has come; with `wait` at least one message or part of one. None when the server is gone."""
        while select.select([self._source], [], [], None if wait else 0)[0]:
            data = os.read(self._source, 1 << 20)
            if not data:
                return None
            self._unread += data
            wait = False
        return list(self._messages())

    def _messages(self) -> Iterator[Any]:
        while len(self._unread) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._unread)
            if len(self._unread) < _LENGTH.size + length:
                return
            body = self._unread[_LENGTH.size : _LENGTH.size + length]
            self._unread = self._unread[_LENGTH.size + length :]
            yield _decode_to_worker(body)

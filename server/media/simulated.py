"""Sound and picture of simulated guests: they come from a process of their own, `cast`.

It starts when the first guest wants to connect. If it dies, the plane misses those it served and tells them;
they ask again, and have a new one. Messages are JSON, one a line.
"""

from __future__ import annotations

import asyncio
import sys

import msgspec

LINE = 1 << 18  # bytes at most in one; an offer of twelve slots is some 20 kB
_ANSWER_SECONDS = 10.0


class Connect(msgspec.Struct, frozen=True, tag=True):
    """`who` is a guest, `face` their number."""

    who: str
    face: int
    offer: str


class Show(msgspec.Struct, frozen=True, tag=True):
    who: str
    on: bool


class HangUp(msgspec.Struct, frozen=True, tag=True):
    who: str


class Connecting(msgspec.Struct, frozen=True, tag=True):
    """The answer to an offer."""

    who: str
    answer: str


Wish = Connect | Show | HangUp
encode = msgspec.json.Encoder().encode
decode_wish: msgspec.json.Decoder[Wish] = msgspec.json.Decoder(Wish)
_decode_answer = msgspec.json.Decoder(Connecting).decode


class SimulatedMedia:
    """For the guests of one event, as a context: at its end the process ends."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._waiting: dict[str, asyncio.Future[str]] = {}

    async def answer(self, who: str, face: int, offer: str) -> str:
        """The answer to the plane's offer. Raises OSError or TimeoutError when nobody gives it."""
        async with self._starting:
            if self._process is None:
                await self._start()
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting[who] = future
        self._tell(Connect(who, face, offer))
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await future
        finally:
            self._waiting.pop(who, None)

    def show(self, who: str, on: bool) -> None:
        """Camera and microphone on or off, of a guest for whom there is an answer."""
        self._tell(Show(who, on))

    def hang_up(self, who: str) -> None:
        self._tell(HangUp(who))

    async def __aenter__(self) -> SimulatedMedia:
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._reader is not None:
            assert self._process is not None and self._process.stdin is not None
            self._process.stdin.close()
            await self._reader

    def _tell(self, wish: Wish) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(encode(wish) + b"\n")

    async def _start(self) -> None:
        command = (sys.executable, "-m", "server.media.cast")
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, limit=LINE)
        self._reader = asyncio.create_task(self._read(self._process))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            told = _decode_answer(line)
            future = self._waiting.get(told.who)
            if future is not None and not future.done():
                future.set_result(told.answer)
        await process.wait()
        self._process = self._reader = None
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(OSError("The process with the simulated guests' pictures ended."))

"""The process in which simulated guests have voices and pictures: see `simulated`."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from server.media import takes
from server.media.performer import Performer
from server.media.simulated import LINE, Connect, Connecting, HangUp, Show, Wish, decode_wish, encode
from server.media.takes import Take

log = logging.getLogger("intermingle.demo")

_LESS_URGENT = 5  # nice


class _Guest:
    """One connection. `take` is waited for only once somebody is there to see it."""

    def __init__(self, who: str, take: Callable[[], Awaitable[Take]]) -> None:
        self._performer = Performer(random.Random(who))
        self._take = take
        self._on, self._off = asyncio.Event(), asyncio.Event()

    def answer(self) -> str:
        return self._performer.connection.answer()

    def show(self, on: bool) -> None:
        for event, wanted in ((self._on, on), (self._off, not on)):
            if wanted:
                event.set()
            else:
                event.clear()

    async def stay(self, offer: str) -> None:
        """Until cancelled, or at once when the connection cannot be made."""
        try:
            await self._performer.connection.connect(offer)
            while True:
                await self._on.wait()
                self._performer.perform(await self._take())
                await self._off.wait()
                self._performer.rest()
        except (ConnectionError, TimeoutError):
            log.warning("A simulated guest has no picture: their connection was not made.")
        finally:
            await self._performer.close()


class _Cast:
    """All the guests who want to be seen."""

    def __init__(self, tell: Callable[[Connecting], None]) -> None:
        self._tell = tell
        self._guests: dict[str, tuple[_Guest, asyncio.Task[None]]] = {}
        self._takes: dict[int, asyncio.Future[Take]] = {}
        self._studio = ThreadPoolExecutor(1)  # drawing must not hold up the pictures that are shown

    def do(self, wish: Wish) -> None:
        match wish:
            case Connect(who, face, offer):
                self._end(who)
                guest = _Guest(who, lambda: self._made(face))
                self._tell(Connecting(who, guest.answer()))
                self._guests[who] = guest, asyncio.create_task(guest.stay(offer))
            case Show(who, on):
                if who in self._guests:
                    self._guests[who][0].show(on)
            case HangUp(who):
                self._end(who)

    def _end(self, who: str) -> None:
        if who in self._guests:
            self._guests.pop(who)[1].cancel()

    def _made(self, face: int) -> asyncio.Future[Take]:
        if face not in self._takes:
            self._takes[face] = asyncio.get_running_loop().run_in_executor(self._studio, takes.guest, face)
        return asyncio.shield(self._takes[face])

    async def close(self) -> None:
        tasks = [task for _, task in self._guests.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._studio.shutdown(cancel_futures=True)


async def perform() -> None:
    """Be the process until the input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(LINE)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, sys.stdout)
    cast = _Cast(lambda told: transport.write(encode(told) + b"\n"))
    while line := await reader.readline():
        cast.do(decode_wish.decode(line))
    await cast.close()


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; then our input ends
    with suppress(AttributeError):  # there is none on Windows
        os.nice(_LESS_URGENT)
    runner: Callable[..., object] = asyncio.run
    with suppress(ImportError):  # neither is there this
        import uvloop

        runner = uvloop.run
    runner(perform())


if __name__ == "__main__":
    main()

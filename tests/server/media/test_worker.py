"""The media process: the same plane over a pipe, and back again when it is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable

import pytest

from server.media.plane import (
    BadAnswer,
    Connected,
    Failed,
    NotOpen,
    PlaneEvent,
    StaleCutover,
    TooFewSlots,
)
from server.media.sfu import rtp
from server.media.synthetic import Synthetic
from server.media.worker import MediaDown, MediaWorker

E = "e1"
PAIR = [("a", "b"), ("b", "a")]


@pytest.fixture
async def worker() -> AsyncIterator[MediaWorker]:
    worker = MediaWorker("127.0.0.1")
    await worker.start()
    yield worker
    await worker.stop()


@pytest.fixture
def heard(worker: MediaWorker) -> list[PlaneEvent]:
    events: list[PlaneEvent] = []
    worker.listen(events.append)
    return events


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.005)


async def comes(worker: MediaWorker, heard: list[PlaneEvent], who: str, seen: list[rtp.Packet]) -> Synthetic:
    guest = Synthetic(seen.append)
    offer = await worker.open(E, who, 3)
    await worker.answer(E, who, guest.answer())
    await guest.connect(offer.sdp)
    await until(lambda: Connected(E, who) in heard)
    return guest


async def test_two_hear_each_other_and_do_so_again_after_the_process_was_killed(
    worker: MediaWorker, heard: list[PlaneEvent]
) -> None:
    await worker.apply(E, 1, PAIR)
    for life in range(2):
        seen: list[rtp.Packet] = []
        guests = [await comes(worker, heard, "a", seen), await comes(worker, heard, "b", [])]
        guests[1].send("audio", b"hello")
        await until(lambda seen=seen: seen)  # type: ignore[misc]
        for guest in guests:
            await guest.close()
        if life == 0:
            port, process = worker.port, worker._process
            assert process is not None
            heard.clear()
            os.kill(process.pid, signal.SIGKILL)
            await until(lambda: {Failed(E, who, "The media process died.") for who in "ab"} <= set(heard))
            await until(lambda: worker._up)
            assert worker.port == port


async def test_what_the_plane_refuses_is_refused_across_the_pipe(worker: MediaWorker) -> None:
    with pytest.raises(NotOpen):
        await worker.gate(E, "a", "audio", False)
    await worker.open(E, "a", 1)
    with pytest.raises(BadAnswer):
        await worker.answer(E, "a", "no answer")
    with pytest.raises(TooFewSlots):
        await worker.apply(E, 1, [("b", "a"), ("c", "a")])
    await worker.apply(E, 2, PAIR)
    with pytest.raises(StaleCutover):
        await worker.apply(E, 1, PAIR)
    assert (await worker.stats(E)).edges == 2


async def test_the_slots_that_a_switch_gives_are_told(worker: MediaWorker) -> None:
    await worker.open(E, "a", 2)
    assert await worker.apply(E, 1, PAIR) == {"a": {1: "b"}}
    await worker.broadcast(E, "h")
    assert (await worker.open(E, "a", 2)).slots == {0: "h", 1: "b"}


async def test_without_a_process_calls_fail_at_once() -> None:
    with pytest.raises(MediaDown):
        await MediaWorker("127.0.0.1").stats(E)


async def test_a_port_that_is_taken_is_said() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(OSError, match="taken by another program"):
            await MediaWorker("127.0.0.1", taken.getsockname()[1]).start()

"""The bad network that other tests and benchmarks rely on is as bad as they ask for."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from tests.server.media.relay import Relay, Way


@pytest.fixture
async def unit() -> AsyncIterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.bind(("127.0.0.1", 0))
        far.setblocking(False)
        yield far


async def through(unit: socket.socket, way: Way, datagrams: list[bytes], seed: int = 1) -> list[bytes]:
    """What of these arrives."""
    relay = Relay(unit.getsockname(), seed, up=way)
    loop = asyncio.get_running_loop()
    arrived: list[bytes] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.setblocking(False)
        for data in datagrams:
            near.sendto(data, ("127.0.0.1", relay.port))
        async with asyncio.timeout(20):
            while relay.passed + relay.lost < len(datagrams) or len(arrived) < relay.passed:
                if relay.passed > len(arrived):
                    arrived.append(await loop.sock_recv(unit, 2_048))
                else:
                    await asyncio.sleep(0.001)
    relay.stop()
    return arrived


async def test_everything_passes_a_good_line_in_order(unit: socket.socket) -> None:
    sent = [bytes([i]) * 50 for i in range(100)]
    assert await through(unit, Way(), sent) == sent


async def test_jitter_delays_and_never_reorders(unit: socket.socket) -> None:
    loop, sent = asyncio.get_running_loop(), [bytes([i]) * 50 for i in range(100)]
    began = loop.time()
    assert await through(unit, Way(delay_ms=30, jitter_ms=20), sent) == sent
    assert loop.time() - began >= 0.03


async def test_the_same_datagrams_are_lost_each_time(unit: socket.socket) -> None:
    sent = [bytes([i]) * 50 for i in range(200)]
    arrived = await through(unit, Way(loss=0.2), sent)
    assert 120 < len(arrived) < 190
    assert await through(unit, Way(loss=0.2), sent) == arrived
    assert await through(unit, Way(loss=0.2), sent, seed=2) != arrived


async def test_a_narrow_line_loses_what_would_have_to_wait_too_long(unit: socket.socket) -> None:
    # 1,000 bytes take 10 ms each: with a queue of 100 ms eleven get through, if all come at once.
    arrived = await through(unit, Way(bits=800_000, queue_ms=100), [bytes(1_000)] * 50)
    assert 11 <= len(arrived) < 25

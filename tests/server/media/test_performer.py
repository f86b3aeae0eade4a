"""Synthetic participants with pictures and voices: real connections through the forwarding unit, decoded."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from itertools import pairwise, permutations

import pytest

from server.media import takes
from server.media.performer import Performer
from server.media.sfu import rtcp, rtp
from server.media.sfu.sdp import slot_ssrcs
from server.media.sfu.unit import Unit
from server.media.synthetic import Synthetic
from server.media.takes import Take
from tests.server.media.watching import Watching

E = "e1"
LUMA = {"a": 60, "b": 110, "c": 160, "d": 210}
PITCH = {"a": 300, "b": 500, "c": 700, "d": 900}
AUDIO, VIDEO = slot_ssrcs(1)


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def performs(unit: Unit, stack: AsyncExitStack, name: str, take: Take) -> Performer:
    performer = Performer(random.Random(name))
    stack.push_async_callback(performer.close)
    offer = await unit.open(E, name, 2)
    await unit.answer(E, name, performer.connection.answer())
    await performer.connection.connect(offer.sdp)
    performer.perform(take)
    return performer


async def watches(unit: Unit, stack: AsyncExitStack, name: str) -> tuple[Synthetic, Watching]:
    watching = Watching()
    viewer = Synthetic(watching.receive)
    stack.push_async_callback(viewer.close)
    offer = await unit.open(E, name, 2)
    await unit.answer(E, name, viewer.answer())
    await viewer.connect(offer.sdp)
    return viewer, watching


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def shows(watching: Watching, name: str) -> bool:
    return abs(watching.luma - LUMA[name]) < 5 and abs(watching.hz - PITCH[name]) < 20


async def test_everyone_is_told_apart_by_brightness_and_pitch_before_and_after_a_switch(
    unit: Unit, stack: AsyncExitStack
) -> None:
    for name in "abcd":
        await performs(unit, stack, name, takes.steady(LUMA[name], PITCH[name]))
    _, watching = await watches(unit, stack, "v")
    for cutover, name in enumerate("abcd", start=1):
        await unit.apply(E, cutover, permutations(("v", name), 2))
        await until(lambda name=name: shows(watching, name))  # type: ignore[misc]


def long(take: Take) -> Take:
    """The same without another key frame for a minute."""
    return Take(take.still + take.still[1:] * 60, take.talking, take.phrases, (60.0, 60.0))


async def test_a_key_frame_comes_when_it_is_asked_for(unit: Unit, stack: AsyncExitStack) -> None:
    await performs(unit, stack, "a", long(takes.steady(LUMA["a"], PITCH["a"])))
    viewer, watching = await watches(unit, stack, "v")
    await unit.apply(E, 1, permutations("av", 2))
    await until(watching.key_frames)  # asked for by the unit, which had none to show
    before = watching.key_frames()
    await until(lambda: pictures(watching.packets) > 20)
    assert watching.key_frames() == before
    viewer.control(rtcp.picture_request(VIDEO))
    await until(lambda: watching.key_frames() > before)


def pictures(packets: list[rtp.Packet]) -> int:
    return len({packet.timestamp for packet in packets if packet.ssrc == VIDEO})


async def test_packets_say_which_moment_and_frame_they_are_of_and_how_loud(
    unit: Unit, stack: AsyncExitStack, guest_take: Take
) -> None:
    take = guest_take
    _, watching = await watches(unit, stack, "v")
    await unit.apply(E, 1, permutations("av", 2))
    await performs(unit, stack, "a", Take(take.talking, take.talking, take.phrases))
    await until(lambda: pictures(watching.packets) > 20)
    video = [packet for packet in watching.packets if packet.ssrc == VIDEO]
    audio = [packet for packet in watching.packets if packet.ssrc == AUDIO]
    for before, after in pairwise(video):
        assert after.sequence == before.sequence + 1
        step = after.timestamp - before.timestamp
        assert step > 0 and step % 6_000 == 0 if before.marker else step == 0
    assert max(len(packet.data) for packet in video) < 1_200
    assert sum(packet.marker for packet in video) < len(video), "no frame was larger than a packet"
    assert [packet.marker for packet in audio[:3]] == [1, 0, 0]
    assert {(after.timestamp - before.timestamp) % 960 for before, after in pairwise(audio[:50])} == {0}
    spoken = {each.level for phrase in take.phrases for each in phrase}
    assert {packet.level for packet in audio} <= spoken
    assert min(spoken) < 50 < max(spoken)


async def test_whoever_rests_sends_nothing_and_can_begin_again(unit: Unit, stack: AsyncExitStack) -> None:
    take = takes.steady(LUMA["a"], PITCH["a"])
    performer = await performs(unit, stack, "a", take)
    _, watching = await watches(unit, stack, "v")
    await unit.apply(E, 1, permutations("av", 2))
    await until(lambda: watching.luma)
    performer.rest()
    await asyncio.sleep(0.05)  # what was under way
    count = len(watching.packets)
    await asyncio.sleep(0.3)  # four pictures
    assert len(watching.packets) == count
    performer.perform(take)
    await until(lambda: len(watching.packets) > count)

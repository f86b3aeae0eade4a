"""What is made of browsers' waits at a switch."""

from __future__ import annotations

import asyncio
import math

from server.gaps import Gaps
from server.protocol import Gaps as Told
from tests.server.house import story


class Heard:
    def __init__(self) -> None:
        self.told: list[Told] = []
        self.gaps = Gaps(self.told.append)

    async def soon(self) -> list[Told]:
        await asyncio.sleep(1)
        return self.told


@story
async def test_the_waits_of_one_switch_are_summed_up_once() -> None:
    heard = Heard()
    heard.gaps.switched(3)
    assert all(heard.gaps.report(f"g{n}", 3, float(n)) for n in range(1, 101))
    assert await heard.soon() == [Told(100, 50.0, 95.0)]


@story
async def test_nobody_counts_twice_and_no_other_switch_counts() -> None:
    heard = Heard()
    heard.gaps.switched(3)
    assert heard.gaps.report("g1", 3, 20.0)
    assert not heard.gaps.report("g1", 3, 1_900.0)
    assert not heard.gaps.report("g2", 2, 20.0)
    assert not heard.gaps.report("g2", 4, 20.0)
    assert await heard.soon() == [Told(1, 20.0, 20.0)]


@story
async def test_waits_that_cannot_be_do_not_count() -> None:
    heard = Heard()
    heard.gaps.switched(1)
    for ms in (-1.0, 2_001.0, math.nan, math.inf):
        assert not heard.gaps.report("g1", 1, ms)
    assert await heard.soon() == []


@story
async def test_the_next_switch_begins_anew() -> None:
    heard = Heard()
    heard.gaps.switched(1)
    heard.gaps.report("g1", 1, 900.0)
    heard.gaps.switched(2)
    assert await heard.soon() == []
    heard.gaps.report("g1", 2, 30.0)
    assert await heard.soon() == [Told(1, 30.0, 30.0)]

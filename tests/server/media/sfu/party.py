"""Guests of one event with real connections to a unit, and everything that they receive."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from itertools import permutations

from rooms.effects import Edge
from server.media.sfu import rtcp, rtp
from server.media.sfu.sdp import slot_ssrcs
from server.media.sfu.unit import Unit
from server.media.synthetic import Synthetic

E = "e1"
OVER = b"over"


def rooms(*groups: str) -> frozenset[Edge]:
    return frozenset(edge for group in groups for edge in permutations(group, 2))


class Guest(Synthetic):
    """Can lose the next packets before they are read."""

    lose = 0

    def datagram_received(self, data: bytes, addr: object) -> None:
        if self.lose and data[0] > 127 and not rtcp.is_rtcp(data):
            self.lose -= 1
        else:
            super().datagram_received(data, addr)


class Party:
    """Guests of one event and all that they receive."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.guests: dict[str, Guest] = {}
        self.seen: dict[str, list[rtp.Packet]] = defaultdict(list)
        self.told: dict[str, list[bytes]] = defaultdict(list)

    async def come(self, names: str, slots: int = 3) -> None:
        await asyncio.gather(*(self._come(name, slots) for name in names))

    async def _come(self, name: str, slots: int) -> None:
        guest = Guest(self.seen[name].append, self.told[name].append)
        offer = await self.unit.open(E, name, slots)
        await self.unit.answer(E, name, guest.answer())
        await guest.connect(offer.sdp)
        self.guests[name] = guest
        await until(lambda: self.unit._stages[E].peers[name].connected)

    def say(self, name: str, words: str) -> None:
        self.guests[name].send("audio", words.encode())

    def words(self, name: str) -> list[str]:
        audio = {slot_ssrcs(slot)[0] for slot in range(20)}
        return [p.data[p.body :].decode() for p in self.seen[name] if p.ssrc in audio]

    async def leave(self) -> None:
        for guest in self.guests.values():
            await guest.close()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.005)


async def settled(party: Party) -> None:
    """Everything sent so far has been read and passed on: on loopback nothing overtakes."""
    for name, guest in party.guests.items():
        source = party.unit._stages[E].peers[name].sources["audio"]
        before = source.packets
        guest.send("audio", OVER)
        while source.packets == before:
            await asyncio.sleep(0.005)
    await asyncio.sleep(0.02)

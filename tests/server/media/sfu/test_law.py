"""Law 7: no media packet travels outside the current edges."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import permutations

import pytest

from rooms.effects import Edge
from server.media.plane import Kind
from server.media.sfu import rtp
from server.media.sfu.sdp import OPUS
from server.media.sfu.unit import Unit
from server.media.synthetic import KEY_FRAME, LATER_FRAME, Synthetic, binding_request
from tests.server.media.sfu.party import E, until

NAMES = "abcdefghijkl"
LARGEST = 5
AUDIO, VIDEO = 4, 6  # packets that everybody sends at a time: so few that no socket's buffer overflows
KINDS: tuple[Kind, Kind] = ("audio", "video")


class Guest(Synthetic):
    """Checks when asked to, and so knows when everything has arrived: nothing overtakes on loopback."""

    async def connect(self, offer: str) -> None:
        await super().connect(offer)
        assert self._checks is not None
        self._checks.cancel()

    async def caught_up(self) -> None:
        self._reached.clear()
        self._send(binding_request(f"{self._ufrag}:synthetic", self._password))
        async with asyncio.timeout(20):
            await self._reached.wait()


class Evening:
    """People who come, move, speak to all, are muted and leave at random, and what reaches them."""

    def __init__(self, unit: Unit, seed: int) -> None:
        self.unit, self.chance = unit, random.Random(seed)
        self.here: dict[str, Guest] = {}
        self.rooms: frozenset[Edge] = frozenset()
        self.host: str | None = None
        self.muted: set[tuple[str, Kind]] = set()
        self.step = self.received = self.voices = self.expected = 0
        self.stray: list[str] = []
        """What travelled where it must not."""

    async def run(self, packets: int) -> None:
        for name in NAMES:
            await self._come(name)
        while self.received < packets:
            for change in self.chance.sample(
                (self._move, self._move, self._pass, self._speak, self._mute), 3
            ):
                self.step += 1
                await change()
                await self._caught_up()
            for _ in range(3):
                self._send()
                await self._caught_up()
            assert self.voices == self.expected, "Not every voice has arrived."

    # What happens

    async def _move(self) -> None:
        people = list(NAMES)
        self.chance.shuffle(people)
        edges: set[Edge] = set()
        while people:
            size = self.chance.randint(1, LARGEST)
            edges |= set(permutations(people[:size], 2))
            people = people[size:]
        self.rooms = frozenset(edges)
        await self.unit.apply(E, self.step, edges)

    async def _pass(self) -> None:
        """Someone comes or goes."""
        name = self.chance.choice(NAMES)
        if name not in self.here:
            await self._come(name)
        else:
            guest = self.here.pop(name)
            self.muted -= {(name, kind) for kind in KINDS}
            await self.unit.close(E, name, "left")
            await guest.close()

    async def _speak(self) -> None:
        self.host = self.chance.choice((None, *NAMES))
        await self.unit.broadcast(E, self.host)

    async def _mute(self) -> None:
        if not self.here:
            return
        who, kind = self.chance.choice(sorted(self.here)), self.chance.choice(KINDS)
        self.muted ^= {(who, kind)}
        await self.unit.gate(E, who, kind, (who, kind) not in self.muted)

    async def _come(self, name: str) -> None:
        guest = Guest(lambda packet: self._check(name, guest, packet))
        offer = await self.unit.open(E, name, LARGEST - 1)
        await self.unit.answer(E, name, guest.answer())
        self.here[name] = guest
        await guest.connect(offer.sdp)
        await until(lambda: self.unit._stages[E].peers[name].connected)

    # What is sent, and what arrives

    def _send(self) -> None:
        for name, guest in self.here.items():
            for kind, count in zip(KINDS, (AUDIO, VIDEO), strict=True):
                muted = (name, kind) in self.muted
                tag = f"{name} {self.step} {muted}".encode()
                for _ in range(count):
                    frame = self.chance.choice((KEY_FRAME, LATER_FRAME)) if kind == "video" else b""
                    guest.send(kind, frame + tag)
            if (name, "audio") not in self.muted:
                self.expected += AUDIO * sum(self._ways(name, other) for other in self.here)

    def _ways(self, sender: str, receiver: str) -> int:
        """In how many slots one has the other."""
        return ((sender, receiver) in self.rooms) + (sender == self.host != receiver)

    def _check(self, name: str, guest: Guest, packet: rtp.Packet) -> None:
        self.received += 1
        audio = packet.payload_type == OPUS
        tag = packet.data[packet.body + (0 if audio else len(KEY_FRAME)) :].decode()
        sender, step, muted = tag.split()
        self.voices += audio
        # A picture may be shown again to whoever is in the room later, a voice never.
        timely = int(step) == self.step if audio else int(step) <= self.step
        here = self.here.get(name) is guest
        if not (self._ways(sender, name) and timely and here) or muted == "True":
            self.stray.append(f"{tag} to {name} in step {self.step}")

    async def _caught_up(self) -> None:
        for guest in list(self.here.values()):
            await guest.caught_up()


@pytest.fixture(params=[True, False], ids=["compiled", "python"])
async def evening(request: pytest.FixtureRequest) -> AsyncIterator[Evening]:
    unit = Unit("127.0.0.1", native=request.param)
    unit.start()
    evening = Evening(unit, seed=3)
    yield evening
    for guest in evening.here.values():
        await guest.close()
    await unit.stop()


async def test_no_packet_leaves_the_edges(evening: Evening) -> None:
    await evening.run(5_000)
    assert not evening.stray
    assert evening.voices > 1_000


@pytest.mark.long
@pytest.mark.parametrize("evening", [True], indirect=True, ids=["compiled"])
@pytest.mark.timeout(600)
async def test_no_packet_of_a_million_leaves_the_edges(evening: Evening) -> None:
    await evening.run(1_000_000)
    print(f"{evening.received} packets in {evening.step} steps, {len(evening.stray)} outside the edges")
    assert not evening.stray

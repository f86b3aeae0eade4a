"""The compiled forwarder sends what the Python one sends: the same datagrams in, the same bytes out."""

from __future__ import annotations

import asyncio
import shutil
import socket
import struct
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from pylibsrtp import Policy, Session
from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]

from hatch_build import build_native
from rotation.native import built
from server.media.native import library
from server.media.native.forwarder import NativeDown, NativeSource
from server.media.plane import Kind, PlaneEvent
from server.media.sfu import rtcp, rtp
from server.media.sfu import unit as unit_module
from server.media.sfu.keys import Keys
from server.media.sfu.sdp import OPUS, VP8, slot_ssrcs
from server.media.sfu.unit import Unit
from server.media.synthetic import binding_request

E = "event"
NAMES = "abcde"
FOLDER = Path(__file__).parents[3] / "server" / "media" / "native"


@pytest.fixture(scope="module", autouse=True)
def compiled() -> Iterator[None]:
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        pytest.skip("there is no C compiler")
    assert build_native(FOLDER) is not None, "the C source does not compile"
    library.cache_clear()
    yield


def test_what_is_built_is_what_is_looked_for_and_found() -> None:
    path = build_native(FOLDER)
    assert path is not None and path.name == built("server.media.native")
    assert library() is not None


class Clock:
    """Moves when it is told to, and by parts of a millisecond as real ones do."""

    now = 123_456.789

    def __call__(self) -> float:
        return self.now


def session(name: str, kind: int) -> Session:
    policy = Policy(
        key=name.encode().ljust(44, b"k"),
        ssrc_type=kind,
        srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM,
    )
    policy.allow_repeat_tx, policy.window_size = True, 1024
    return Session(policy)


def protected(by: Session, packet: bytes) -> bytes:
    """As browsers do, which send longer packets than pylibsrtp takes."""
    data, size = ffi.new("char[]", len(packet) + 144), ffi.new("int *", len(packet))
    data[0 : len(packet)] = packet
    assert lib.srtp_protect(by._srtp[0], data, size) == 0
    return bytes(ffi.buffer(data, size[0]))


class Person:
    """Sends the same datagrams to both units, and keeps what each of them sends back."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.sends = session(f"up {name}", Policy.SSRC_ANY_OUTBOUND)
        self.opens: dict[int, Session] = defaultdict(lambda: session(f"down {name}", Policy.SSRC_ANY_INBOUND))
        self.number: dict[Kind, int] = {"audio": 65_500, "video": 65_400}
        self.stamp: dict[Kind, int] = {"audio": 0xFFFFF000, "video": 0xFFFF0000}
        self.ssrc: dict[Kind, int] = {"audio": 1, "video": 2}

    def meet(self, unit: Unit) -> None:
        """Be connected, without the handshake."""
        peer = unit._stages[E].peers[self.name]
        self.socket.sendto(binding_request(f"{peer.ufrag}:x", peer.password), ("127.0.0.1", unit.port))
        read(unit)
        self.opens.pop(unit.port, None)
        peer.keys = Keys(
            session(f"up {self.name}", Policy.SSRC_ANY_INBOUND),
            session(f"down {self.name}", Policy.SSRC_ANY_OUTBOUND),
        )
        peer.connected = True
        if peer.link is not None:
            peer.link.use(peer.keys)
        unit._shaken(peer, True)

    def received(self) -> dict[int, list[bytes]]:
        """From each unit's port, media as it came and reports decrypted."""
        came: dict[int, list[bytes]] = defaultdict(list)
        while True:
            try:
                data, (_, port) = self.socket.recvfrom(2_048)
            except BlockingIOError:
                return came
            if data[0] > 127:
                came[port].append(self.opens[port].unprotect_rtcp(data) if rtcp.is_rtcp(data) else data)


class Both:
    """The Python unit and the compiled one, fed alike."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.units = Unit("127.0.0.1", native=False), Unit("127.0.0.1")
        self.told: tuple[list[PlaneEvent], list[PlaneEvent]] = ([], [])
        for unit, told in zip(self.units, self.told, strict=True):
            unit.listen(told.append)
            unit._loop = asyncio.get_running_loop()
        self.people = {name: Person(name) for name in NAMES}
        self.cutover = 0
        self.sent = 0

    async def come(self, name: str) -> None:
        for unit in self.units:
            await unit.open(E, name, 4)
            self.people[name].meet(unit)

    def send(self, name: str, *datagrams: bytes) -> None:
        for unit in self.units:
            for data in datagrams:
                self.people[name].socket.sendto(data, ("127.0.0.1", unit.port))

    async def apply(self, *rooms: str) -> None:
        self.cutover += 1
        for unit in self.units:
            await unit.apply(E, self.cutover, [edge for room in rooms for edge in permutations(room, 2)])

    def attend(self, *, reports: bool = False) -> None:
        """What a tick does."""
        for unit in self.units:
            for name in NAMES:
                peer = unit._stages[E].peers[name]
                peer.heard_at = self.clock.now
                unit._attend(peer, self.clock.now, False, reports)

    async def compare(self) -> None:
        """Both read what was sent, and both have sent and told the same."""
        for unit in self.units:
            read(unit)
        plain, native = self.units
        for person in self.people.values():
            came = person.received()
            for control in (False, True):
                ours, theirs = (
                    [timeless(data) for data in came[unit.port] if rtcp.is_rtcp(data) == control]
                    for unit in self.units
                )
                assert ours == theirs
                self.sent += len(ours)
        assert self.told[0] == self.told[1]
        assert plain.dropped == native.dropped
        assert await plain.stats(E) == await native.stats(E)

    async def stop(self) -> None:
        for unit in self.units:
            await unit.stop()
        for person in self.people.values():
            person.socket.close()


def read(unit: Unit) -> None:
    """Everything that has come: on loopback it is there as soon as it is sent."""
    for _ in range(20):
        if unit._forwarder is None:
            unit._read()
        else:
            unit._pump()


def timeless(data: bytes) -> bytes:
    """Sender reports' wall clocks differ by what the other unit took."""
    parts, at = bytearray(data), 0
    while rtcp.is_rtcp(data[at:]):
        if data[at + 1] == 200:
            parts[at + 8 : at + 16] = bytes(8)
        at += 4 + 4 * int.from_bytes(data[at + 2 : at + 4], "big")
    return bytes(parts)


@pytest.fixture
async def both(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Both]:
    clock = Clock()
    monkeypatch.setattr(unit_module, "_now", clock)
    both = Both(clock)
    for name in NAMES:
        await both.come(name)
    yield both
    await both.stop()


class Chaos:
    """All that a sender may do, well or badly, drawn from a seed."""

    def __init__(self, both: Both, seed: int) -> None:
        self.both, self.chance = both, Random(seed)
        self.pick = self.chance.choice

    def packets(self, person: Person) -> list[bytes]:
        """A few datagrams, mostly media in order."""
        kind: Kind = self.pick(("audio", "video", "video"))
        if self.chance.random() < 0.05:
            return [self.noise()]
        if self.chance.random() < 0.01:
            person.ssrc[kind] += 10  # begins anew
        made = [self.packet(person, kind) for _ in range(self.chance.randrange(1, 6))]
        if self.chance.random() < 0.2:
            self.chance.shuffle(made)
        if self.chance.random() < 0.1:
            made.append(made[0])
        return [data for data in made if self.chance.random() > 0.05]

    def packet(self, person: Person, kind: Kind) -> bytes:
        chance = self.chance
        jump = chance.choices((1, 2, 7, 150, 300, 30_000), (100, 5, 2, 1, 0.5, 0.5))[0]
        person.number[kind] = number = (person.number[kind] + jump) & 0xFFFF
        if chance.random() < 0.7:
            person.stamp[kind] = (person.stamp[kind] + 3_000) & 0xFFFFFFFF
        payload_type = OPUS if kind == "audio" else VP8
        if chance.random() < 0.01:
            payload_type = 100
        extension, flags = self.extension()
        sources = chance.choices((0, 3), (50, 1))[0]
        body = self.picture() if kind == "video" else chance.randbytes(chance.randrange(60))
        first = 0x80 | flags | sources
        header = rtp.HEADER.pack(first, payload_type, number, person.stamp[kind], person.ssrc[kind])
        return protected(person.sends, header + chance.randbytes(4 * sources) + extension + body)

    def extension(self) -> tuple[bytes, int]:
        level, time = bytes((self.pick((20, 127)),)), b"\1\2\3"
        match self.chance.randrange(6):
            case 0:
                return b"", 0
            case 1:
                return b"\xbe\xde\0\2\0\x10" + level + b"\x22" + time + b"\0", 0x10
            case 2:
                return b"\x10\0\0\3\1\1" + level + b"\2\3" + time + bytes(4), 0x10
            case 3:
                words = self.chance.randrange(4)
                return struct.pack("!HH", 0xBEDE, words) + self.chance.randbytes(4 * words), 0x10
            case 4:
                words = self.chance.randrange(4)
                return struct.pack("!HH", 0x1005, words) + self.chance.randbytes(4 * words), 0x10
            case _:
                return b"\xbe\xde\0\1\x10" + level + b"\0\0", 0x10

    def picture(self) -> bytes:
        begin = self.chance.choices(
            (b"\x10\0", b"\x10\1", b"\0\0", b"\x90\x80\x85\0", b"\x90\x80\x05\0", b"\xf0\xff", b"", b"\x90"),
            (8, 40, 20, 3, 3, 1, 1, 1),
        )[0]
        return begin + self.chance.randbytes(self.chance.choices((30, 900, 1_320, 1_400), (20, 3, 1, 1))[0])

    def noise(self) -> bytes:
        begin = self.pick(
            (b"\x80\x60", b"\x90\xe0", b"\x80", b"", b"\x80\xc9", b"\x16\xfe", b"\0\1", b"\xff")
        )
        return begin + self.chance.randbytes(self.chance.choices((1, 30, 1_600, 3_000))[0])

    def control(self, person: Person) -> bytes:
        """Asks both units for the same."""
        ssrc = slot_ssrcs(self.chance.randrange(5))[1]
        down = self.both.units[0]._stages[E].peers[person.name].downs[ssrc]
        around = [(down._sequence - self.chance.randrange(600)) & 0xFFFF for _ in range(6)]
        made = self.pick(
            (
                rtcp.resend_request(ssrc, sorted(around)),
                rtcp.picture_request(ssrc),
                rtcp.sender_report(person.ssrc["video"], 1e9, person.stamp["video"], 5, 6),
            )
        )
        return person.sends.protect_rtcp(made)

    async def decision(self) -> None:
        """What the server may decide meanwhile."""
        names = list(NAMES)
        self.chance.shuffle(names)
        match self.chance.randrange(6):
            case 0 | 1:
                cut = self.chance.randrange(1, 5)
                await self.both.apply("".join(names[:cut]), "".join(names[cut:]))
            case 2:
                host = self.pick((None, names[0]))
                for unit in self.both.units:
                    await unit.broadcast(E, host)
            case 3:
                kind: Kind = self.pick(("audio", "video"))
                on = self.chance.random() < 0.7
                for unit in self.both.units:
                    await unit.gate(E, names[0], kind, on)
            case 4:
                slot, on = self.chance.randrange(5), self.chance.random() < 0.3
                for unit in self.both.units:
                    unit._stages[E].peers[names[0]].seats[slot].video.pause(on)
            case _:
                for unit in self.both.units:
                    await unit.close(E, names[0], "left")
                await self.both.come(names[0])

    async def step(self) -> None:
        both = self.both
        for _ in range(self.chance.choices((1, 10, 60))[0]):
            person = both.people[self.pick(NAMES)]
            both.send(person.name, *self.packets(person))
        if self.chance.random() < 0.3:
            person = both.people[self.pick(NAMES)]
            both.send(person.name, self.control(person))
        await both.compare()
        both.clock.now += self.chance.choices((0.3, 7.1, 20.02, 700.4), (10, 10, 10, 1))[0]
        if self.chance.random() < 0.3:
            both.attend(reports=self.chance.random() < 0.3)
            await both.compare()
        if self.chance.random() < 0.15:
            await self.decision()
        await both.compare()


@pytest.mark.parametrize("seed", range(2))
async def test_both_send_the_same_bytes(both: Both, seed: int) -> None:
    chaos = Chaos(both, seed)
    await both.apply("abc", "de")
    for _ in range(100):
        await chaos.step()
    assert both.sent > 3_000
    assert len(both.told[0]) > 50


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10, 15))
async def test_both_send_the_same_bytes_for_long(both: Both, seed: int) -> None:
    chaos = Chaos(both, seed)
    await both.apply("abcde")
    for _ in range(500):
        await chaos.step()


async def test_the_compiled_one_was_compared(both: Both) -> None:
    plain, native = (unit._stages[E].peers["a"] for unit in both.units)
    assert plain.link is None and native.link is not None
    assert isinstance(native.sources["video"], NativeSource)
    assert isinstance(native.seats[1].video, NativeDown)


async def test_without_a_compiled_part_python_forwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit_module, "library", lambda: None)
    unit = Unit("127.0.0.1")
    assert unit._forwarder is None
    await unit.stop()


async def test_whoever_left_is_sent_nothing_and_forgotten(both: Both) -> None:
    await both.apply("ab")
    for unit in both.units:
        await unit.close(E, "b", "left")
    chaos = Chaos(both, 1)
    both.send("a", chaos.packet(both.people["a"], "audio"))
    both.send("b", chaos.packet(both.people["b"], "audio"))
    await both.compare()
    assert [unit.dropped for unit in both.units] == [1, 1]
    assert both.sent == 0

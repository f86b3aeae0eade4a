"""A bad network on one machine: a UDP relay between browsers and the forwarding unit.

It delays, jitters, loses and holds back datagrams, the same ones each time for the same seed. Every browser
gets an address of its own towards the unit, as behind a router.
"""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import suppress
from dataclasses import dataclass

Address = tuple[str, int]
_BUFFER = 4 << 20
_DATAGRAM = 2_048
_APART = 1e-6  # seconds: the loop keeps no order among what is due at the same moment


@dataclass(frozen=True, slots=True)
class Way:
    """What happens to datagrams in one direction. They never overtake each other."""

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    """So much more at most, for each datagram anew."""
    loss: float = 0.0
    """This part of all datagrams never arrives."""
    bits: float | None = None
    """Bits per second that pass; None: all."""
    queue_ms: float = 300.0
    """What would have to wait longer than this to pass is lost."""


class _Line:
    """One direction of one browser's way."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._free_at = self._last_at = 0.0

    def arrival(self, way: Way, size: int, now: float) -> float | None:
        """When a datagram sent now arrives, in seconds of the same clock; None when it does not."""
        if self._chance.random() < way.loss:
            return None
        begins = max(now, self._free_at)
        if way.bits is not None:
            if begins - now > way.queue_ms / 1000:
                return None
            begins += size * 8 / way.bits
            self._free_at = begins
        late = way.delay_ms + way.jitter_ms * self._chance.random()
        self._last_at = max(self._last_at + _APART, begins + late / 1000)
        return self._last_at


class Relay:
    """Between anybody and `to`. `up` and `down` may be changed at any time."""

    def __init__(self, to: Address, seed: int, up: Way | None = None, down: Way | None = None) -> None:
        self.up, self.down = up or Way(), down or Way()
        self.passed = self.lost = 0
        self._to = to
        self._chance = random.Random(seed)
        self._front = _bound()
        self._backs: dict[Address, tuple[socket.socket, _Line]] = {}
        self._gone = set[Address]()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._front, self._from_browsers)
        self.port: int = self._front.getsockname()[1]

    def stop(self) -> None:
        for each in (self._front, *(back for back, _ in self._backs.values())):
            self._loop.remove_reader(each)
            each.close()

    def offered(self, sdp: str) -> str:
        """An offer of the unit that leads here instead."""
        return sdp.replace(f" {self._to[1]} ", f" {self.port} ")

    def move(self) -> None:
        """From now on the unit sees every browser at another address, as when a router forgets."""
        for back, _ in self._backs.values():
            self._loop.remove_reader(back)
            back.close()
        self._backs.clear()

    def cut(self) -> None:
        """Nothing passes from and to where browsers are now, as when somebody leaves a wireless network."""
        self._gone |= self._backs.keys()
        self.move()

    def _from_browsers(self) -> None:
        while (found := _read(self._front)) is not None:
            data, browser = found
            if browser in self._gone:
                continue
            back, line = self._backs.get(browser) or self._open(browser)
            self._later(line, self.up, data, back, self._to)

    def _open(self, browser: Address) -> tuple[socket.socket, _Line]:
        back, down = _bound(), _Line(random.Random(self._chance.random()))

        def read() -> None:
            while (found := _read(back)) is not None:
                self._later(down, self.down, found[0], self._front, browser)

        self._loop.add_reader(back, read)
        self._backs[browser] = back, _Line(random.Random(self._chance.random()))
        return self._backs[browser]

    def _later(self, line: _Line, way: Way, data: bytes, out: socket.socket, address: Address) -> None:
        now = self._loop.time()
        arrives = line.arrival(way, len(data), now)
        if arrives is None:
            self.lost += 1
            return
        self.passed += 1
        if arrives <= now:
            _write(out, data, address)
        else:
            self._loop.call_at(arrives, _write, out, data, address)


def _bound() -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        found.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
    found.bind(("127.0.0.1", 0))
    return found


def _read(out: socket.socket) -> tuple[bytes, Address] | None:
    try:
        return out.recvfrom(_DATAGRAM)
    except OSError:  # nothing more
        return None


def _write(out: socket.socket, data: bytes, address: Address) -> None:
    with suppress(OSError):  # full or closed: lost, as on any network
        out.sendto(data, address)

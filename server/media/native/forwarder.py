"""The forwarding unit's sources, slots and paths in the memory of `forward.c`.

`NativeSource` and `NativeDown` are what `Source` and `Down` are, for all that happens rarely; each packet is
the C code's. Their memory is freed with them: whoever points at it holds them.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from itertools import accumulate, count
from typing import Any

from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]

from server.media.plane import Kind
from server.media.sfu.keys import Keys
from server.media.sfu.streams import Down, Source

Address = tuple[str, int]
BATCH = 64  # datagrams that are read at once
_LONGEST, _MISSING = 1_500, 600


class Status(IntEnum):
    """How far a call of `Forwarder.pump` came."""

    EMPTY = 0
    """Nothing had come."""
    DRAINED = 1
    """All that had come is forwarded."""
    MORE = 2
    """There may be more."""
    DATAGRAM = 3
    """One is for Python; there may be more."""


NEWS = 4


class Happened(IntEnum):
    """What a call of `Forwarder.pump` tells."""

    FIRST_MEDIA = 0
    SPEAKING = 1
    SWITCHED = 2
    ASKS_KEY_FRAME = 3


def _fields(kind: Any, names: str) -> list[tuple[str, Any]]:
    return [(name, kind) for name in names.split()]


class _Source(ctypes.Structure):
    _fields_ = (
        *_fields(ctypes.c_int32, "video open speaking generation wanted highest first cycles loud unused"),
        *_fields(ctypes.c_uint32, "ssrc"),
        *_fields(ctypes.c_int64, "packets expected_before received_before"),
        *_fields(ctypes.c_double, "asked_at cached_at loud_at transit jitter"),
        *_fields(ctypes.c_int32, "viewer_count cached missing_count unused_too"),
        *_fields(ctypes.c_void_p, "viewers"),
    )  # and more, which is the C code's alone


class _Down(ctypes.Structure):
    _fields_ = (
        *_fields(ctypes.c_int32, "video paused fresh waiting bound was_sent sequence from_sequence"),
        *_fields(ctypes.c_int32, "generation first"),
        *_fields(ctypes.c_uint32, "ssrc timestamp from_timestamp"),
        *_fields(ctypes.c_int32, "squeezed_count"),
        *_fields(ctypes.c_int64, "packets octets"),
        *_fields(ctypes.c_double, "sent_at"),
        *_fields(ctypes.c_void_p, "source"),
    )  # and more


class _Peer(ctypes.Structure):
    _fields_ = (
        *_fields(ctypes.c_int32, "number path_size"),
        *_fields(ctypes.c_void_p, "receives sends"),
        ("sources", ctypes.c_void_p * 2),
        ("path", ctypes.c_char * 128),
    )


class _Event(ctypes.Structure):
    _fields_ = (*_fields(ctypes.c_int32, "kind peer"), *_fields(ctypes.c_uint32, "value unused"))


class _Unit(ctypes.Structure):
    _fields_ = (
        *_fields(ctypes.c_int32, "socket event_count event_room path_count path_room unused"),
        *_fields(ctypes.c_void_p, "protect unprotect"),
        ("events", ctypes.POINTER(_Event)),
        *_fields(ctypes.c_int64, "dropped"),
        *_fields(ctypes.c_int32, "datagram_size unused_too"),
        *_fields(ctypes.c_void_p, "datagram from_"),
    )  # and more


class _Viewer(ctypes.Structure):
    _fields_ = tuple(_fields(ctypes.c_void_p, "peer down"))


def _shared(name: str) -> Any:
    """A number that the C code reads and writes too."""
    return property(
        lambda self: getattr(self.memory, name), lambda self, value: setattr(self.memory, name, value)
    )


def _flag(name: str) -> Any:
    return property(
        lambda self: bool(getattr(self.memory, name)), lambda self, value: setattr(self.memory, name, value)
    )


class NativeSource(Source):
    """A `Source` that the C code receives for."""

    open, speaking, _wanted = _flag("open"), _flag("speaking"), _flag("wanted")
    generation, packets = _shared("generation"), _shared("packets")
    _highest, _first, _cycles = _shared("highest"), _shared("first"), _shared("cycles")
    _loud, _loud_at, _asked_at = _shared("loud"), _shared("loud_at"), _shared("asked_at")
    _cached_at, _jitter = _shared("cached_at"), _shared("jitter")
    _expected_before, _received_before = _shared("expected_before"), _shared("received_before")

    def __init__(self, library: ctypes.CDLL, kind: Kind) -> None:
        self._library = library
        self.pointer = _made(library.intermingle_media_source(kind == "video"))
        self.memory = _Source.from_address(self.pointer)
        self._reported: tuple[int, tuple[float, int] | None] = (0, None)
        self._viewers: tuple[Any, ...] = ()
        super().__init__(kind)

    def __del__(self) -> None:
        self._library.intermingle_media_free_source(ctypes.c_void_p(self.pointer))

    @property
    def ssrc(self) -> int | None:
        return int(self.memory.ssrc) if self.memory.generation else None

    @ssrc.setter
    def ssrc(self, value: int | None) -> None:
        """Only what comes from the sender says which it is."""

    @property
    def reported(self) -> tuple[float, int] | None:
        made_in, reported = self._reported
        return reported if made_in == self.memory.generation else None

    @reported.setter
    def reported(self, value: tuple[float, int] | None) -> None:
        self._reported = self.memory.generation, value

    @property
    def calm(self) -> bool:
        memory = self.memory
        return not (memory.missing_count or memory.wanted or memory.speaking)

    @property
    def cached(self) -> int:
        return int(self.memory.cached)

    def gate(self, on: bool) -> None:
        self._library.intermingle_media_gate(ctypes.c_void_p(self.pointer), on)

    def asks_again(self, now_ms: float) -> list[int]:
        if not self.memory.missing_count:
            return []
        out = (ctypes.c_int32 * _MISSING)()
        count = self._library.intermingle_media_asks_again(
            ctypes.c_void_p(self.pointer), ctypes.c_double(now_ms), out
        )
        return out[:count] if self.kind == "video" else []

    def show(self, viewers: Sequence[Viewer]) -> None:
        """From now on what comes goes to these."""
        pointers = [
            _Viewer(link.address, down.pointer)
            for link, down in viewers
            if link is not None and isinstance(down, NativeDown)
        ]
        array = (_Viewer * len(pointers))(*pointers)
        self.memory.viewer_count = len(pointers)
        self.memory.viewers = ctypes.addressof(array)
        self._viewers = array, viewers


class NativeDown(Down):
    """A `Down` that the C code forwards for."""

    paused, fresh, waiting = _flag("paused"), _flag("fresh"), _flag("waiting")
    packets, octets = _shared("packets"), _shared("octets")
    _sequence, _timestamp = _shared("sequence"), _shared("timestamp")
    _generation, _first = _shared("generation"), _shared("first")

    def __init__(self, library: ctypes.CDLL, kind: Kind, ssrc: int) -> None:
        self._library = library
        self.pointer = _made(library.intermingle_media_down(kind == "video", ctypes.c_uint32(ssrc)))
        self.memory = _Down.from_address(self.pointer)
        super().__init__(kind, ssrc)
        self._history = []  # the C code has it

    def __del__(self) -> None:
        self._library.intermingle_media_free_down(ctypes.c_void_p(self.pointer))

    @property
    def _sent_at(self) -> float | None:
        return float(self.memory.sent_at) if self.memory.was_sent else None

    @_sent_at.setter
    def _sent_at(self, value: float | None) -> None:
        self.memory.was_sent, self.memory.sent_at = value is not None, value or 0.0

    @property
    def _from(self) -> tuple[int, int] | None:
        return (self.memory.from_sequence, self.memory.from_timestamp) if self.memory.bound else None

    @_from.setter
    def _from(self, value: tuple[int, int] | None) -> None:
        self.memory.bound = value is not None
        self.memory.from_sequence, self.memory.from_timestamp = value or (0, 0)

    @property
    def source(self) -> Source | None:
        return self._source

    @source.setter
    def source(self, source: Source | None) -> None:
        assert source is None or isinstance(source, NativeSource)
        self.memory.source = source and source.pointer
        self._source = source

    def bind(self, source: Source | None, now_ms: float) -> list[bytes]:
        self.source = source
        pointer, most = (source.pointer, source.cached) if isinstance(source, NativeSource) else (None, 0)
        out, sizes = ctypes.create_string_buffer(most * _LONGEST), (ctypes.c_int32 * most)()
        count = self._library.intermingle_media_bind(
            ctypes.c_void_p(self.pointer), ctypes.c_void_p(pointer), ctypes.c_double(now_ms), out, sizes
        )
        ends = accumulate(sizes[:count])
        written = memoryview(out)
        return [bytes(written[end - size : end]) for size, end in zip(sizes[:count], ends, strict=True)]

    def again(self, sequence: int) -> bytes | None:
        out = ctypes.create_string_buffer(_LONGEST)
        size = self._library.intermingle_media_again(ctypes.c_void_p(self.pointer), sequence, out)
        return out.raw[:size] if size else None


class Link:
    """One peer as the C code knows it."""

    def __init__(self, number: int, audio: NativeSource, video: NativeSource) -> None:
        self.number, self._sources = number, (audio, video)
        self.memory = _Peer(number=number)
        self.memory.sources[:] = [audio.pointer, video.pointer]
        self.address = ctypes.addressof(self.memory)
        self._keys: Keys | None = None

    def use(self, keys: Keys | None) -> None:
        """These keys from now on; without any nothing is received or sent."""
        self._keys = keys
        self.memory.receives = keys and _session(keys.receives)
        self.memory.sends = keys and _session(keys.sends)

    def point(self, audio: Sequence[Viewer], video: Sequence[Viewer]) -> None:
        """From now on what this peer sends goes to these."""
        for source, viewers in zip(self._sources, (audio, video), strict=True):
            source.show(viewers)

    def send_to(self, address: Address) -> None:
        name = _packed(address)
        ctypes.memmove(self.address + _Peer.path.offset, name, len(name))
        self.memory.path_size = len(name)


Viewer = tuple[Link | None, Down]
"""A peer and which of its slots' streams."""


class Forwarder:
    """Reads one socket, forwards what is media, and hands over the rest."""

    def __init__(self, library: ctypes.CDLL, below: socket.socket) -> None:
        library.intermingle_media_open.restype = ctypes.c_void_p
        library.intermingle_media_source.restype = ctypes.c_void_p
        library.intermingle_media_down.restype = ctypes.c_void_p
        self._library = library
        functions = (ctypes.c_void_p(_function(name)) for name in ("srtp_protect", "srtp_unprotect"))
        self._pointer = _made(library.intermingle_media_open(below.fileno(), *functions))
        library.intermingle_media_pump.argtypes = ctypes.c_void_p, ctypes.c_double
        self._pump = library.intermingle_media_pump
        self._memory = _Unit.from_address(self._pointer)
        self._links: dict[int, Link] = {}
        self._numbers = count(1)

    def __del__(self) -> None:
        self._library.intermingle_media_close(ctypes.c_void_p(self._pointer))

    def source(self, kind: Kind) -> NativeSource:
        return NativeSource(self._library, kind)

    def down(self, kind: Kind, ssrc: int) -> NativeDown:
        return NativeDown(self._library, kind, ssrc)

    def link(self, audio: Source, video: Source) -> Link:
        """For a new peer, which sends these."""
        assert isinstance(audio, NativeSource) and isinstance(video, NativeSource)
        return Link(next(self._numbers), audio, video)

    def learn(self, address: Address, link: Link | None) -> None:
        """What comes from there is this peer's; without one nobody's any more."""
        at = ctypes.c_void_p(None if link is None else link.address)
        if not self._library.intermingle_media_learn(
            ctypes.c_void_p(self._pointer), _packed(address).ljust(128, b"\0"), at
        ):
            raise MemoryError

    def pump(self, now_ms: float) -> int:
        """Forward what has come, at most a batch of it, and say how far that came: a `Status`.

        Plus NEWS when there is some in `events` or `take_dropped`; at DATAGRAM look at `datagram`.
        """
        status: int = self._pump(self._pointer, now_ms)
        return status

    def events(self) -> Iterator[tuple[Happened, int, int]]:
        """What happened to which peer's number. The last: kind of media, whether, or an SSRC."""
        for event in self._memory.events[: self._memory.event_count]:
            yield Happened(event.kind), event.peer, event.value

    def datagram(self) -> tuple[bytes, Address]:
        """What Python shall look at, and whence."""
        name = ctypes.string_at(self._memory.from_, 28)
        return ctypes.string_at(self._memory.datagram, self._memory.datagram_size), _unpacked(name)

    def take_dropped(self) -> int:
        """How many datagrams were dropped since this was asked last."""
        dropped, self._memory.dropped = self._memory.dropped, 0
        return int(dropped)


def _made(pointer: int | None) -> int:
    if not pointer:
        raise MemoryError
    return pointer


def _session(session: Session | None) -> int:
    assert session is not None
    return int(ffi.cast("uintptr_t", session._srtp[0]))


def _function(name: str) -> int:
    return int(ffi.cast("uintptr_t", ffi.addressof(lib, name)))


def _packed(address: Address) -> bytes:
    """The address as the kernel has it: struct sockaddr_in, or sockaddr_in6."""
    host, port = address
    if ":" in host:
        packed = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
        return struct.pack("=H", socket.AF_INET6) + struct.pack("!HI16sI", port, 0, packed, 0)
    packed = socket.inet_pton(socket.AF_INET, host)
    return struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", port, packed)


def _unpacked(name: bytes) -> Address:
    (family,), (port,) = struct.unpack_from("=H", name), struct.unpack_from("!H", name, 2)
    if family == socket.AF_INET6:
        return socket.inet_ntop(socket.AF_INET6, name[8:24]), port
    return socket.inet_ntop(socket.AF_INET, name[4:8]), port

"""One browser's connection: its keys, its paths, what it sends and the slots in which it receives.

DTLS is done by aiortc's `RTCDtlsTransport`, which sees a `_Pipe` where it expects ICE; afterwards only its
two SRTP sessions are used. That is the whole private surface, and a contract test holds it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

from rooms.model import ParticipantId
from server.media.native.forwarder import Forwarder
from server.media.plane import Kind, Slot
from server.media.sfu.keys import Keys
from server.media.sfu.line import Line
from server.media.sfu.sdp import Answer, slot_ssrcs
from server.media.sfu.streams import Down, Source

Address = tuple[str, int]
_FLIGHT = 32  # datagrams of a handshake that may wait to be read


class _Pipe:
    """What a DTLS transport needs of the path below it."""

    role = "controlling"  # which makes it the server of the handshake: browsers begin

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._to_browser = send
        self._arrived: asyncio.Queue[bytes] = asyncio.Queue(_FLIGHT)

    def arrived(self, data: bytes) -> None:
        """A datagram of the handshake; more than a handshake ever needs are dropped, as networks do."""
        if not self._arrived.full():
            self._arrived.put_nowait(data)

    async def _recv(self) -> bytes:
        return await self._arrived.get()

    async def _send(self, data: bytes) -> None:
        self._to_browser(data)


@dataclass(slots=True)
class Seat:
    """A slot's two streams."""

    audio: Down
    video: Down


class Peer:
    """`send` gives a datagram to the browser's chosen path, or drops it while there is none."""

    def __init__(
        self,
        event: str,
        participant: ParticipantId,
        slots: int,
        certificate: RTCCertificate,
        forwarder: Forwarder | None = None,
    ) -> None:
        a_source, a_down = (forwarder.source, forwarder.down) if forwarder else (Source, Down)
        self.event, self.participant, self.size = event, participant, slots
        self.ufrag = secrets.token_hex(8)
        self.password = secrets.token_hex(16)
        self.path: Address | None = None
        self.paths: set[Address] = set()
        self.heard_at = self.looks_at = self.reports_at = 0.0
        self.sources: dict[Kind, Source] = {"audio": a_source("audio"), "video": a_source("video")}
        self.link = forwarder.link(**self.sources) if forwarder else None
        self.seats: dict[Slot, Seat] = {}
        self.downs: dict[int, Down] = {}
        for slot in range(slots + 1):
            audio, video = slot_ssrcs(slot)
            seat = Seat(a_down("audio", audio), a_down("video", video))
            self.seats[slot] = seat
            self.downs |= {audio: seat.audio, video: seat.video}
        self.pictures = frozenset(ssrc for ssrc, down in self.downs.items() if down.kind == "video")
        self.shown: dict[Slot, ParticipantId] = {}
        self.offset_ms: float | None = None  # from the browser's clock to ours
        self.line = Line()
        self.spoke_ms = 0.0
        self.sends_picture = False
        self._packets = 0  # of pictures, when last looked at
        self.answer: Answer | None = None
        self.send: Callable[[bytes], None] = lambda data: None
        self._pipe = _Pipe(lambda data: self.send(data))
        self._dtls = RTCDtlsTransport(self._pipe, [certificate])  # type: ignore[arg-type]
        self._dtls.on("statechange", self._changed)
        self._handshake: asyncio.Task[None] | None = None
        self.connected = False
        self.keys = Keys()

    def _changed(self) -> None:
        self.connected = self._dtls.state == "connected"
        if self.connected:
            self.keys = Keys(self._dtls._rx_srtp, self._dtls._tx_srtp)
        if self.link is not None:
            self.link.use(self.keys if self.connected else None)

    def send_to(self, address: Address) -> None:
        """The path that the browser has chosen."""
        self.path = address
        if self.link is not None:
            self.link.send_to(address)

    @property
    def packets(self) -> int:
        """Of media, sent so far."""
        return sum(down.packets for down in self.downs.values())

    def expect(self, slots: Iterable[Slot]) -> None:
        """The first pictures in these slots from now on are news; not those of earlier switches."""
        expected = frozenset(slots)
        for slot, seat in self.seats.items():
            seat.video.fresh = slot in expected

    def begin(self, answer: Answer, done: Callable[[bool], None]) -> None:
        """Shake hands with whoever has the answer's certificate; `done` is told whether that worked."""
        self.answer = answer
        wanted = RTCDtlsParameters([RTCDtlsFingerprint("sha-256", answer.fingerprint)])

        async def shake() -> None:
            await self._dtls.start(wanted)
            done(self.connected)

        self._handshake = asyncio.create_task(shake())

    def look(self, now_ms: float) -> None:
        """Note whether this one speaks, and whether a picture comes."""
        if self.sources["audio"].speaking:
            self.spoke_ms = now_ms
        packets = self.sources["video"].packets
        self.sends_picture, self._packets = packets != self._packets, packets

    def handshake(self, data: bytes) -> None:
        self._pipe.arrived(data)

    async def close(self) -> None:
        if self._handshake is not None:
            self._handshake.cancel()
        await self._dtls.stop()

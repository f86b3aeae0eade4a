"""A participant without a browser: connects to a media plane, sends what it is given, tells what it receives.

For rehearsals, tests and benchmarks. Real ICE, DTLS and SRTP over a real socket; only the camera is missing.
"""

from __future__ import annotations

import asyncio
import hmac
import os
import re
import socket
import struct
import zlib
from collections.abc import Callable
from hashlib import sha1
from typing import cast

from aiortc import RTCCertificate, RTCDtlsFingerprint, RTCDtlsParameters, RTCDtlsTransport

from server.media.plane import Kind
from server.media.sfu import rtp
from server.media.sfu.rtcp import is_rtcp
from server.media.sfu.sdp import AUDIO_LEVEL, OPUS, VP8

SSRC: dict[Kind, int] = {"audio": 1_111, "video": 2_222}
_PAYLOAD: dict[Kind, int] = {"audio": OPUS, "video": VP8}
_STEP: dict[Kind, int] = {"audio": 960, "video": 3_000}  # 20 ms of sound, a thirtieth of a second of picture
_CHECK_SECONDS, _FIRST_CHECK_SECONDS = 2.5, 0.1
_CONNECT_SECONDS = 15
KEY_FRAME, LATER_FRAME = b"\x10\x00", b"\x10\x01"
"""How the payload of a VP8 packet begins: its descriptor, and whether its frame stands for itself."""


class _Pipe:
    role = "controlled"  # the client of the handshake

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._out = send
        self.arrived: asyncio.Queue[bytes] = asyncio.Queue()

    async def _recv(self) -> bytes:
        return await self.arrived.get()

    async def _send(self, data: bytes) -> None:
        self._out(data)


class Synthetic(asyncio.DatagramProtocol):
    """`on_media` is given every packet received, `on_control` every RTCP packet, both decrypted.

    Without `on_media`, what comes is not even decrypted.
    """

    def __init__(
        self,
        on_media: Callable[[rtp.Packet], None] | None = None,
        on_control: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        self._on_media, self._on_control = on_media, on_control
        self._certificate = RTCCertificate.generateCertificate()
        self._pipe = _Pipe(self._send)
        self._dtls = RTCDtlsTransport(self._pipe, [self._certificate])  # type: ignore[arg-type]
        self._sequence: dict[Kind, int] = {"audio": 0, "video": 0}
        self._timestamp: dict[Kind, int] = {"audio": 0, "video": 0}
        self._transport: asyncio.DatagramTransport | None = None
        self._ufrag = self._password = ""
        self._early: list[bytes] = []
        self._checks: asyncio.Task[None] | None = None
        self._reached = asyncio.Event()

    def answer(self) -> str:
        """The answer to any offer of the plane, as far as the plane reads it."""
        fingerprint = next(f.value for f in self._certificate.getFingerprints() if f.algorithm == "sha-256")
        return f"v=0\r\na=setup:active\r\na=fingerprint:sha-256 {fingerprint}\r\n"

    async def connect(self, offer: str) -> None:
        """Connect to the address in the offer. ConnectionError or TimeoutError when that fails."""
        found = re.search(r"a=candidate:1 1 udp \d+ (\S+) (\d+) typ host", offer)
        ufrag, password = re.search(r"a=ice-ufrag:(\S+)", offer), re.search(r"a=ice-pwd:(\S+)", offer)
        fingerprint = re.search(r"a=fingerprint:sha-256 (\S+)", offer)
        if not (found and ufrag and password and fingerprint):
            raise ConnectionError("That is no offer of a media plane.")
        self._ufrag, self._password = ufrag[1], password[1]
        family = socket.AF_INET6 if ":" in found[1] else socket.AF_INET
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(
            lambda: self, remote_addr=(found[1], int(found[2])), family=family
        )
        self._checks = asyncio.create_task(self._check())
        async with asyncio.timeout(_CONNECT_SECONDS):
            # What comes from an address that has not been checked is dropped, and said again after a second.
            await self._reached.wait()
            await self._dtls.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", fingerprint[1])]))
        if self._dtls.state != "connected":
            raise ConnectionError("The handshake failed.")
        for data in self._early:
            self.datagram_received(data, None)

    async def close(self) -> None:
        if self._checks is not None:
            self._checks.cancel()
        await self._dtls.stop()
        if self._transport is not None:
            self._transport.close()

    def send(
        self,
        kind: Kind,
        payload: bytes,
        *,
        marker: bool = True,
        level: int = 127,
        timestamp: int | None = None,
    ) -> None:
        """One packet. With `marker` the next one is of another moment, where no `timestamp` says it.

        `level`: how quiet a voice is.
        """
        sequence = self._sequence[kind]
        if timestamp is not None:
            self._timestamp[kind] = timestamp & 0xFFFFFFFF
        header = rtp.HEADER.pack(
            0x90, marker << 7 | _PAYLOAD[kind], sequence, self._timestamp[kind], SSRC[kind]
        )
        extension = struct.pack("!HHBBH", 0xBEDE, 1, AUDIO_LEVEL << 4, level, 0)
        self._sequence[kind] = (sequence + 1) & 0xFFFF
        if marker:
            self._timestamp[kind] = (self._timestamp[kind] + _STEP[kind]) & 0xFFFFFFFF
        self._send(self._dtls._tx_srtp.protect(header + extension + payload))

    def control(self, packet: bytes) -> None:
        """An RTCP packet."""
        self._send(self._dtls._tx_srtp.protect_rtcp(packet))

    # asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own datagram transport is no DatagramTransport before Python 3.12.
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data[0] < 4:
            self._reached.set()
        elif 19 < data[0] < 64:
            self._pipe.arrived.put_nowait(data)
        elif self._dtls.state != "connected":
            self._early.append(data)  # the other side is ready a little sooner
        elif is_rtcp(data):
            self._on_control(self._dtls._rx_srtp.unprotect_rtcp(data))
        elif data[0] > 127 and self._on_media is not None:
            packet = rtp.read(self._dtls._rx_srtp.unprotect(data))
            if packet is not None:
                self._on_media(packet)

    def error_received(self, exc: Exception) -> None:
        """The port on the other side may be closed and opened again."""

    def _send(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.sendto(data)

    async def _check(self) -> None:
        """Say again and again that we are here, and on this path."""
        while True:
            self._send(binding_request(f"{self._ufrag}:synthetic", self._password))
            await asyncio.sleep(_CHECK_SECONDS if self._reached.is_set() else _FIRST_CHECK_SECONDS)


def binding_request(username: str, password: str, *, nominates: bool = True) -> bytes:
    """A binding request as a browser sends it (RFC 8445 7.2.2)."""
    name = username.encode()
    body = struct.pack("!HH", 0x0006, len(name)) + name + bytes(-len(name) % 4)
    if nominates:
        body += struct.pack("!HH", 0x0025, 0)
    id = os.urandom(12)
    signed = struct.pack("!HHI12s", 1, len(body) + 24, 0x2112A442, id) + body
    body += struct.pack("!HH", 0x0008, 20) + hmac.digest(password.encode(), signed, sha1)
    whole = struct.pack("!HHI12s", 1, len(body) + 8, 0x2112A442, id) + body
    return whole + struct.pack("!HHI", 0x8028, 4, zlib.crc32(whole) ^ 0x5354554E)

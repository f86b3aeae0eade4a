"""The parts of RTP packets that forwarding needs (RFC 3550, header extensions by RFC 8285, VP8 by RFC 7741).

Reading never raises: what is broken is None. Packets are bytes, as they come out of SRTP.
"""

from __future__ import annotations

import struct

import msgspec

from server.media.sfu.sdp import ABS_SEND_TIME, AUDIO_LEVEL

HEADER = struct.Struct("!BBHII")
_ONE_BYTE, _TWO_BYTE, _TWO_BYTE_MASK = 0xBEDE, 0x1000, 0xFFF0


class Packet(msgspec.Struct, frozen=True, gc=False):
    """One packet and where its parts are. (A frozen dataclass takes ten times as long to make.)"""

    data: bytes
    payload_type: int
    marker: int
    sequence: int
    timestamp: int
    ssrc: int
    body: int
    """Where the payload begins."""
    level: int | None
    """How loud: 0 is loudest, 127 silent, in -dBov (RFC 6464)."""
    send_time: int
    """Where the abs-send-time is, 0 when there is none."""


def read(data: bytes) -> Packet | None:
    """The packet in these bytes, or None."""
    if len(data) < 12:
        return None
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    body = 12 + 4 * (first & 15)
    if first >> 6 != 2 or len(data) < body:
        return None
    level, send_time = None, 0
    if first & 0x10:
        if len(data) < body + 4:
            return None
        profile, words = struct.unpack_from("!HH", data, body)
        begin, body = body + 4, body + 4 + 4 * words
        if len(data) < body:
            return None
        if profile == _ONE_BYTE:
            level, send_time = _extensions(data, begin, body)
        elif profile & _TWO_BYTE_MASK == _TWO_BYTE:
            level, send_time = _long_extensions(data, begin, body)
    return Packet(data, second & 127, second >> 7, sequence, timestamp, ssrc, body, level, send_time)


def _extensions(data: bytes, at: int, end: int) -> tuple[int | None, int]:
    level, send_time = None, 0
    while at < end:
        head = data[at]
        id, size = head >> 4, (head & 15) + 1
        if head == 0:
            at += 1
            continue
        if id == 15 or at + 1 + size > end:
            break
        if id == AUDIO_LEVEL and size == 1:
            level = data[at + 1] & 127
        elif id == ABS_SEND_TIME and size == 3:
            send_time = at + 1
        at += 1 + size
    return level, send_time


def _long_extensions(data: bytes, at: int, end: int) -> tuple[int | None, int]:
    level, send_time = None, 0
    while at + 1 < end:
        if data[at] == 0:
            at += 1
            continue
        id, size = data[at], data[at + 1]
        if at + 2 + size > end:
            break
        if id == AUDIO_LEVEL and size == 1:
            level = data[at + 2] & 127
        elif id == ABS_SEND_TIME and size == 3:
            send_time = at + 2
        at += 2 + size
    return level, send_time


def starts_key_frame(packet: Packet) -> bool:
    """Whether this is the first packet of a VP8 key frame."""
    data, at, end = packet.data, packet.body, len(packet.data)
    if at >= end:
        return False
    first = data[at]
    # S: begins a partition; PID 0: the first one. Else it is no frame's first packet.
    if first & 0x17 != 0x10:
        return False
    at += 1
    if first & 0x80:
        if at >= end:
            return False
        extra = data[at]
        at += 1
        if extra & 0x80:
            if at >= end:
                return False
            at += 2 if data[at] & 0x80 else 1
        at += bool(extra & 0x40) + bool(extra & 0x30)
    return at < end and not data[at] & 1


def rewritten(packet: Packet, ssrc: int, sequence: int, timestamp: int, now_ms: float) -> bytes:
    """The packet as one of another stream, sent now."""
    data = bytearray(packet.data)
    struct.pack_into("!HII", data, 2, sequence, timestamp, ssrc)
    if packet.send_time:
        # 24 bits, 6.18 fixed point: seconds of a clock of which only differences matter.
        stamp = int(now_ms * 262.144) & 0xFFFFFF
        data[packet.send_time : packet.send_time + 3] = stamp.to_bytes(3, "big")
    return bytes(data)

"""Reports and requests between the server and one browser (RFC 3550, 4585, 5104; REMB by
draft-alvestrand-rmcat-remb-03). The packets themselves are read and written by aiortc.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence

from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    AnyRtcpPacket,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
    pack_remb_fci,
    unpack_remb_fci,
)

OURS = 1
"""The SSRC under which the server itself speaks."""
_NTP_EPOCH = 2_208_988_800  # seconds from 1900 to 1970


def is_rtcp(data: bytes) -> bool:
    """Which of the two a packet of a shared port is (RFC 5761 4)."""
    return len(data) > 1 and 192 <= data[1] <= 223


def read(data: bytes) -> list[AnyRtcpPacket]:
    """What a browser reports; nothing when it is broken anywhere."""
    try:
        return RtcpPacket.parse(data)
    except (ValueError, IndexError, struct.error):
        return []


def ntp(seconds: float) -> int:
    """Seconds since 1970 as a 64-bit NTP timestamp."""
    return int((seconds + _NTP_EPOCH) * (1 << 32)) & 0xFFFFFFFFFFFFFFFF


def from_ntp(stamp: int) -> float:
    """The reverse of `ntp`."""
    return stamp / (1 << 32) - _NTP_EPOCH


def picture_request(ssrc: int) -> bytes:
    """Picture loss indication: send a key frame."""
    return bytes(RtcpPsfbPacket(RTCP_PSFB_PLI, OURS, ssrc))


def requests_picture(packet: RtcpPsfbPacket) -> list[int]:
    """The streams that a browser wants a key frame of."""
    if packet.fmt == RTCP_PSFB_PLI:
        return [packet.media_ssrc]
    if packet.fmt == RTCP_PSFB_FIR:
        whole = len(packet.fci) - len(packet.fci) % 8
        return [ssrc for ssrc, _ in struct.iter_unpack("!II", packet.fci[:whole])]
    return []


def estimate(packet: RtcpPsfbPacket) -> float | None:
    """What a browser's line carries, in bits per second, if this says so."""
    if packet.fmt != RTCP_PSFB_APP:
        return None
    try:
        return float(unpack_remb_fci(packet.fci)[0])
    except (ValueError, IndexError, struct.error):
        return None


def send_at_most(bits: float, ssrcs: Sequence[int]) -> bytes:
    """REMB: these streams together may have so many bits per second."""
    return bytes(RtcpPsfbPacket(RTCP_PSFB_APP, OURS, 0, pack_remb_fci(int(bits), list(ssrcs))))


def resend_request(ssrc: int, sequences: Iterable[int]) -> bytes:
    """Generic NACK for packets that are missing."""
    runs: list[list[int]] = []
    for sequence in sequences:
        if runs and sequence > runs[-1][-1]:
            runs[-1].append(sequence)
        else:
            runs.append([sequence])  # round the corner of 16 bits
    return b"".join(bytes(RtcpRtpfbPacket(RTCP_RTPFB_NACK, OURS, ssrc, run)) for run in runs)


def resends(packet: RtcpRtpfbPacket) -> list[int]:
    """The sequence numbers that a browser misses."""
    return [lost & 0xFFFF for lost in packet.lost] if packet.fmt == RTCP_RTPFB_NACK else []


def round_trip_ms(report: RtcpReceiverInfo, wall_seconds: float) -> float:
    """How long a sender report of ours and this answer to it were on the way (RFC 3550 6.4.1)."""
    passed = (ntp(wall_seconds) >> 16) - report.lsr - report.dlsr & 0xFFFFFFFF
    return passed / 65.536 if passed < 1 << 31 else 0.0


def receiver_report(
    reports: Iterable[tuple[int, tuple[int, int, int, int], int, float]],
) -> bytes:
    """For each stream: SSRC, what `Source.receiver_report` says, middle of the last sender report's NTP time,
    and how long ago that came, in ms."""
    return bytes(
        RtcpRrPacket(
            OURS,
            [
                RtcpReceiverInfo(ssrc, *received, lsr, int(ago_ms * 65.536) if lsr else 0)
                for ssrc, received, lsr, ago_ms in reports
            ],
        )
    )


def sender_report(ssrc: int, wall_seconds: float, timestamp: int, packets: int, octets: int) -> bytes:
    """This timestamp of the stream stands for that moment."""
    info = RtcpSenderInfo(ntp(wall_seconds), timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return bytes(RtcpSrPacket(ssrc, info))


__all__ = [
    "OURS",
    "RtcpPsfbPacket",
    "RtcpReceiverInfo",
    "RtcpRrPacket",
    "RtcpRtpfbPacket",
    "RtcpSrPacket",
    "estimate",
    "from_ntp",
    "is_rtcp",
    "ntp",
    "picture_request",
    "read",
    "receiver_report",
    "requests_picture",
    "resend_request",
    "resends",
    "round_trip_ms",
    "send_at_most",
    "sender_report",
]

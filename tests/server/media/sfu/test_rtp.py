"""Reading and rewriting packets."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu import rtp
from server.media.sfu.sdp import ABS_SEND_TIME, AUDIO_LEVEL, VP8


def packet(payload: bytes = b"", extension: bytes = b"", *, csrcs: int = 0, profile: int = 0xBEDE) -> bytes:
    header = rtp.HEADER.pack(0x80 | bool(extension) << 4 | csrcs, 0x80 | VP8, 7, 9_000, 4_242)
    padded = extension + bytes(-len(extension) % 4)
    more = struct.pack("!HH", profile, len(padded) // 4) + padded if extension else b""
    return header + bytes(4 * csrcs) + more + payload


def read(data: bytes) -> rtp.Packet:
    found = rtp.read(data)
    assert found is not None
    return found


def test_a_plain_packet() -> None:
    found = read(packet(b"hello"))
    assert (found.payload_type, found.marker, found.sequence, found.timestamp, found.ssrc) == (
        VP8,
        1,
        7,
        9_000,
        4_242,
    )
    assert found.data[found.body :] == b"hello" and found.level is None and not found.send_time


@pytest.mark.parametrize(
    ("profile", "extension"),
    [
        (0xBEDE, bytes([AUDIO_LEVEL << 4, 0x80 | 33, 0, ABS_SEND_TIME << 4 | 2, 1, 2, 3])),
        (0x1000, bytes([AUDIO_LEVEL, 1, 0x80 | 33, 0, ABS_SEND_TIME, 3, 1, 2, 3])),
    ],
)
def test_extensions_are_found_in_both_forms(profile: int, extension: bytes) -> None:
    found = read(packet(b"x", extension, csrcs=2, profile=profile))
    assert found.level == 33
    assert found.data[found.send_time : found.send_time + 3] == bytes([1, 2, 3])
    assert found.data[found.body :] == b"x"


def test_a_rewritten_packet_differs_in_its_place_in_the_stream_only() -> None:
    extension = bytes([ABS_SEND_TIME << 4 | 2, 1, 2, 3])
    found = read(packet(b"hello", extension))
    after = read(rtp.rewritten(found, 10_001, 65_535, 90_000, now_ms=1_000))
    assert (after.ssrc, after.sequence, after.timestamp) == (10_001, 65_535, 90_000)
    assert (after.payload_type, after.marker) == (VP8, 1)
    assert after.data[after.body :] == b"hello"
    assert after.data[after.send_time : after.send_time + 3] == (1 << 18).to_bytes(3, "big")


@pytest.mark.parametrize(
    ("payload", "key"),
    [
        (bytes([0x10, 0x00]), True),
        (bytes([0x10, 0x01]), False),  # an interframe
        (bytes([0x00, 0x00]), False),  # not a partition's first packet
        (bytes([0x11, 0x00]), False),  # of a later partition
        (bytes([0x90, 0x80, 0x05, 0x00]), True),  # a picture id of 7 bits
        (bytes([0x90, 0x80, 0x85, 0x01, 0x00]), True),  # of 15 bits
        (bytes([0x90, 0xF0, 0x05, 0x01, 0x02, 0x01]), False),
        (bytes([0x90, 0xF0, 0x05, 0x01, 0x02, 0x00]), True),
        (b"", False),
        (bytes([0x90]), False),
        (bytes([0x90, 0x80]), False),
    ],
)
def test_key_frames_are_known_by_their_first_packet(payload: bytes, key: bool) -> None:
    assert rtp.starts_key_frame(read(packet(payload))) == key


@given(st.binary(max_size=80))
def test_whatever_comes_is_read_without_an_error(data: bytes) -> None:
    for found in (rtp.read(data), rtp.read(b"\x90" + data)):
        if found is not None:
            rtp.starts_key_frame(found)
            assert len(rtp.rewritten(found, 1, 2, 3, 4.0)) == len(found.data)

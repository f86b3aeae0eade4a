"""Whatever strangers and guests send, nothing is raised out of the unit, and nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pylibsrtp
import pytest

from server.media.plane import BadAnswer
from server.media.sfu import rtcp, rtp, stun
from server.media.sfu.sdp import ABS_SEND_TIME, AUDIO_LEVEL, VP8, read_answer, slot_ssrcs
from server.media.sfu.unit import Unit
from server.media.synthetic import KEY_FRAME, SSRC, Synthetic, binding_request
from tests.server.media.sfu.party import E, Guest, Party, rooms, until

MANY = 20_000
VIDEO = slot_ssrcs(1)[1]
CONTROL = (
    rtcp.picture_request(VIDEO),
    rtcp.resend_request(VIDEO, [1, 2, 19, 65_535]),
    rtcp.send_at_most(300_000, [VIDEO, 1]),
    rtcp.sender_report(SSRC["video"], 1.7e9, 90_000, 10, 1_000),
    rtcp.receiver_report([(VIDEO, (3, 4, 5, 6), 7, 8.0)]),
    b"\x81\xca\0\3\0\0\0\1\1\4name\0\0",
    b"\x84\xce\0\4" + bytes(8) + VIDEO.to_bytes(4, "big") + b"\1\0\0\0",
)
MEDIA = rtp.HEADER.pack(0x90, 0x80 | VP8, 7, 90_000, SSRC["video"]) + (
    b"\xbe\xde\0\2"
    + bytes((AUDIO_LEVEL << 4, 30, ABS_SEND_TIME << 4 | 2, 1, 2, 3, 0, 0))
    + KEY_FRAME
    + b"picture"
)
ANSWER = Synthetic().answer()


def broken(data: bytes, chance: random.Random) -> bytes:
    """The same, damaged in up to four places."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(damaged) + 1)
        match chance.randrange(5):
            case 0:
                del damaged[at:]
            case 1:
                damaged[at:at] = chance.randbytes(chance.randrange(1, 20))
            case 2:
                del damaged[at : at + chance.randrange(1, 9)]
            case 3:
                damaged[at : at + 2] = chance.choice((b"\0\0", b"\xff\xff", b"\0\1", b"\x7f\xff"))
            case _:
                damaged[at : at + 1] = chance.randbytes(1)
    return bytes(damaged)


def test_nothing_is_raised_by_reading() -> None:
    chance = random.Random(1)
    whole = [binding_request("somebody:x", "password"), MEDIA, *CONTROL, b"".join(CONTROL)]
    understood = 0
    for _ in range(MANY):
        data = broken(chance.choice(whole), chance)
        stun.read(data)
        packet = rtp.read(data)
        if packet is not None:
            rtp.starts_key_frame(packet)
            rtp.rewritten(packet, 1, 2, 3, 4.0)
        for each in rtcp.read(data):
            understood += 1
            if isinstance(each, rtcp.RtcpPsfbPacket):
                rtcp.estimate(each)
                rtcp.requests_picture(each)
            elif isinstance(each, rtcp.RtcpRtpfbPacket):
                rtcp.resends(each)
    assert understood > MANY / 20  # else the damage was too great to get anywhere


def test_answers_are_understood_or_refused() -> None:
    chance = random.Random(2)
    for _ in range(2_000):
        with contextlib.suppress(BadAnswer):
            read_answer(broken(ANSWER.encode(), chance).decode("utf-8", "replace"))


class Recorded(Guest):
    """Keeps what it sends: checks, a handshake, media."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        super().__init__()

    def _send(self, data: bytes) -> None:
        self.sent.append(data)
        super()._send(data)


@pytest.fixture
async def raised() -> AsyncIterator[list[dict[str, Any]]]:
    """What the loop was left with."""
    loop, found = asyncio.get_running_loop(), list[dict[str, Any]]()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _, context: found.append(context))
    yield found
    loop.set_exception_handler(before)


@pytest.mark.parametrize("native", [True, False], ids=["compiled", "python"])
async def test_broken_datagrams_harm_nobody(
    native: bool, raised: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    unit = Unit("127.0.0.1", native=native)
    unit.start()
    party = Party(unit)
    await party.come("ab")
    await unit.apply(E, 1, rooms("abc"))
    guest = Recorded()
    offer = await unit.open(E, "c", 3)
    await unit.answer(E, "c", guest.answer())
    await guest.connect(offer.sdp)
    guest.send("video", KEY_FRAME)
    for packet in CONTROL:
        guest.control(packet)
    recorded = list(guest.sent)
    chance = random.Random(3)
    with udp(unit) as beginner, udp(unit) as stranger:
        await unit.open(E, "d", 3)
        await unit.answer(E, "d", ANSWER)
        peer = unit._stages[E].peers["d"]
        beginner.send(binding_request(f"{peer.ufrag}:x", peer.password))
        await until(lambda: peer.path)
        ways: list[Callable[[bytes], object]] = [guest._send, beginner.send, stranger.send]
        for turn in range(3_000):
            chance.choice(ways)(broken(chance.choice(recorded), chance) or b"\0")
            with contextlib.suppress(pylibsrtp.Error):  # what even the sender's library takes ill
                guest.control(broken(chance.choice(CONTROL), chance))
            with contextlib.suppress(pylibsrtp.Error):
                guest._send(guest._dtls._tx_srtp.protect(broken(MEDIA, chance)))
            if turn % 20 == 0:
                await asyncio.sleep(0)
    party.say("b", "still here")
    await until(lambda: "still here" in party.words("a"))
    await guest.close()
    await party.leave()
    await unit.stop()
    assert not raised
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


def udp(unit: Unit) -> socket.socket:
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    found.connect(("127.0.0.1", unit.port))
    return found

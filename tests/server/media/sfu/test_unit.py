"""The forwarding unit with real connections: ICE, DTLS and SRTP over loopback."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import AsyncIterator

import pylibsrtp
import pytest
from aiortc import RTCCertificate, RTCDtlsTransport
from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]

from server.media.plane import (
    BadAnswer,
    Connected,
    Failed,
    FirstMedia,
    NotOpen,
    PlaneEvent,
    Quality,
    Speaking,
    Switched,
)
from server.media.sfu import rtcp, rtp
from server.media.sfu.line import LEAST, LOOK_MS, MOST
from server.media.sfu.sdp import VP8, slot_ssrcs
from server.media.sfu.unit import Unit
from server.media.synthetic import KEY_FRAME, LATER_FRAME, SSRC, Synthetic, binding_request
from tests.server.media.sfu.party import E, Party, rooms, settled, until


@pytest.fixture
def heard(unit: Unit) -> list[PlaneEvent]:
    events: list[PlaneEvent] = []
    unit.listen(events.append)
    return events


@pytest.fixture
async def party(unit: Unit) -> AsyncIterator[Party]:
    party = Party(unit)
    yield party
    await party.leave()


async def test_voices_reach_the_room_and_nobody_else(unit: Unit, party: Party) -> None:
    await party.come("abcd")
    await unit.apply(E, 1, rooms("ab", "cd"))
    for name in "abcd":
        party.say(name, f"from {name}")
    await until(lambda: all(party.words(name) for name in "abcd"))
    assert [party.words(name) for name in "abcd"] == [["from b"], ["from a"], ["from d"], ["from c"]]


async def test_a_switch_changes_who_is_heard_in_the_same_slot(unit: Unit, party: Party) -> None:
    await party.come("abc")
    for cutover, pair in enumerate(("ab", "ac"), start=1):
        slots = await unit.apply(E, cutover, rooms(pair))
        assert slots["a"] == {1: pair[1]}
        party.say(pair[1], pair)
        while pair not in party.words("a"):
            await asyncio.sleep(0.005)
    streams = {(p.ssrc, p.sequence) for p in party.seen["a"]}
    first = min(sequence for _, sequence in streams)
    assert streams == {(slot_ssrcs(1)[0], first), (slot_ssrcs(1)[0], first + 1)}


async def test_a_picture_is_there_as_soon_as_the_round_begins(
    unit: Unit, party: Party, heard: list[PlaneEvent]
) -> None:
    await party.come("ab")
    party.guests["b"].send("video", KEY_FRAME)
    party.guests["b"].send("video", LATER_FRAME)
    await until(lambda: unit._stages[E].peers["b"].sources["video"].cached == 2)
    await unit.apply(E, 1, rooms("ab"))
    await until(lambda: len(party.seen["a"]) == 2)
    assert [p.data[p.body :] for p in party.seen["a"]] == [KEY_FRAME, LATER_FRAME]
    assert any(isinstance(each, Switched) and each.participant == "a" for each in heard)


async def test_whoever_connects_in_a_round_is_shown_the_room(unit: Unit, party: Party) -> None:
    await unit.apply(E, 1, rooms("ab"))
    await party.come("b")
    party.guests["b"].send("video", KEY_FRAME)
    await until(lambda: unit._stages[E].peers["b"].sources["video"].cached)
    await party.come("a")
    await until(lambda: party.seen["a"])


async def test_key_frames_are_asked_for_before_a_switch(unit: Unit, party: Party) -> None:
    await party.come("ab")
    party.guests["a"].send("video", LATER_FRAME)
    await until(lambda: unit._stages[E].peers["a"].sources["video"].ssrc)
    await unit.prepare(E, 1, rooms("ab"), at=0)

    def asked() -> bool:
        return any(
            SSRC["video"] in rtcp.requests_picture(packet)
            for data in party.told["a"]
            for packet in rtcp.read(data)
            if isinstance(packet, rtcp.RtcpPsfbPacket)
        )

    await until(asked)


async def test_what_a_viewer_misses_is_sent_again(unit: Unit, party: Party) -> None:
    await party.come("ab")
    await unit.apply(E, 1, rooms("ab"))
    party.guests["b"].send("video", KEY_FRAME)
    await until(lambda: party.seen["a"])
    party.guests["a"].lose = 1
    for _ in range(2):
        party.guests["b"].send("video", LATER_FRAME)
    await until(lambda: len(party.seen["a"]) == 2)
    before, after = (packet.sequence for packet in party.seen["a"])
    assert after - before == 2
    party.guests["a"].control(rtcp.resend_request(slot_ssrcs(1)[1], [before + 1]))
    await until(lambda: len(party.seen["a"]) == 3)
    assert party.seen["a"][2].sequence == before + 1


async def test_what_a_lossy_line_misses_is_sent_twice_and_gets_through_once(unit: Unit, party: Party) -> None:
    await party.come("ab")
    await unit.apply(E, 1, rooms("ab"))
    party.guests["b"].send("video", KEY_FRAME)
    await until(lambda: party.seen["a"])
    party.guests["a"].lose = 1
    for _ in range(2):
        party.guests["b"].send("video", LATER_FRAME)
    await until(lambda: len(party.seen["a"]) == 2)
    party.guests["a"].lose = 1  # the first copy
    unit._stages[E].peers["a"].line.copies = 2
    missed = party.seen["a"][0].sequence + 1
    party.guests["a"].control(rtcp.resend_request(slot_ssrcs(1)[1], [missed]))
    await until(lambda: party.seen["a"][-1].sequence == missed)


async def test_a_weak_line_gets_fewer_pictures_and_all_voices(
    unit: Unit, party: Party, heard: list[PlaneEvent]
) -> None:
    await party.come("abc")
    slots = (await unit.apply(E, 1, rooms("abc")))["a"]
    (quiet,) = (slot for slot, who in slots.items() if who == "c")
    stage, now = unit._stages[E], time.monotonic() * 1000
    assert unit._ticker is not None
    unit._ticker.cancel()  # the clock is ours
    stage.peers["b"].spoke_ms = now
    party.guests["a"].control(rtcp.send_at_most(1.2 * LEAST, [slot_ssrcs(1)[1]]))
    party.guests["b"].control(rtcp.send_at_most(2 * MOST, [slot_ssrcs(1)[1]]))
    await until(lambda: all(stage.peers[name].line._estimate for name in "ab"))
    for turn in range(10):
        for name in "bc":
            party.guests[name].send("video", KEY_FRAME + bytes(1_000))
            for _ in range(9):
                party.guests[name].send("video", LATER_FRAME + bytes(1_000), marker=False)
        await settled(party)
        for peer in stage.peers.values():
            unit._look(peer, now + turn * LOOK_MS)
    assert [each for each in heard if isinstance(each, Quality)] == [Quality(E, "a", "poor", (quiet,))]
    party.seen["a"].clear()
    for name in "bc":
        party.guests[name].send("video", KEY_FRAME)
        party.say(name, name)
    await settled(party)
    assert {p.ssrc for p in party.seen["a"] if p.payload_type == VP8} == {
        slot_ssrcs(slot)[1] for slot, who in slots.items() if who == "b"
    }
    assert {"b", "c"} <= set(party.words("a"))


async def test_senders_are_asked_to_keep_to_what_the_weakest_viewer_takes(unit: Unit, party: Party) -> None:
    await party.come("abc")
    await unit.apply(E, 1, rooms("abc"))
    stage, now = unit._stages[E], time.monotonic() * 1000
    assert unit._ticker is not None
    unit._ticker.cancel()  # the clock is ours
    for name, bits in (("a", 2 * MOST), ("c", 400_000)):
        party.guests[name].control(rtcp.send_at_most(bits, [slot_ssrcs(1)[1]]))
    party.guests["b"].send("video", KEY_FRAME)
    await until(lambda: stage.peers["c"].line._estimate and stage.peers["b"].sources["video"].ssrc)
    for turn in range(4):
        for _ in range(40):
            party.guests["b"].send("video", KEY_FRAME + bytes(1_000))
        await settled(party)
        for peer in stage.peers.values():
            unit._look(peer, now + turn * LOOK_MS)
    await until(lambda: any(abs(each - 400_000) < 4_000 for each in limits(party, "b")))


async def test_a_thrifty_unit_asks_for_coarse_pictures() -> None:
    unit = Unit("127.0.0.1", thrifty=True)
    unit.start()
    party = Party(unit)
    await party.come("a")
    party.guests["a"].send("video", KEY_FRAME)
    await until(lambda: any(each <= LEAST for each in limits(party, "a")))
    await party.leave()
    await unit.stop()


def limits(party: Party, name: str) -> list[float]:
    """Bits per second that somebody was asked to keep to."""
    packets = [packet for data in party.told[name] for packet in rtcp.read(data)]
    found = [rtcp.estimate(packet) for packet in packets if isinstance(packet, rtcp.RtcpPsfbPacket)]
    return [each for each in found if each is not None]


async def test_a_gate_silences_someone_and_lets_them_speak_again(unit: Unit, party: Party) -> None:
    await party.come("ab")
    await unit.apply(E, 1, rooms("ab"))
    await unit.gate(E, "b", "audio", False)
    party.say("b", "silenced")
    await settled(party)
    await unit.gate(E, "b", "audio", True)
    party.say("b", "heard")
    await until(lambda: party.words("a"))
    assert party.words("a") == ["heard"]


async def test_the_host_speaks_to_everybody_in_the_reserved_slot(unit: Unit, party: Party) -> None:
    await party.come("abh")
    await unit.apply(E, 1, rooms("ab"))
    await unit.broadcast(E, "h")
    party.say("h", "welcome")
    await until(lambda: party.words("a") and party.words("b"))
    assert {p.ssrc for p in party.seen["a"]} == {slot_ssrcs(0)[0]}
    assert not party.words("h")


async def test_it_is_told_who_connects_sends_and_speaks(
    unit: Unit, party: Party, heard: list[PlaneEvent]
) -> None:
    await party.come("a")
    for _ in range(3):
        party.guests["a"].send("audio", b"loud", level=20)
    await until(lambda: Speaking(E, "a", True) in heard)
    await until(lambda: Speaking(E, "a", False) in heard)
    assert heard[:2] == [Connected(E, "a"), FirstMedia(E, "a", "audio")]


async def test_nobody_connects_with_another_certificate(unit: Unit, heard: list[PlaneEvent]) -> None:
    offer = await unit.open(E, "a", 2)
    await unit.answer(E, "a", Synthetic().answer())
    guest = Synthetic()
    # The handshake itself works for both; only the server knows that it was somebody else.
    await guest.connect(offer.sdp)
    await until(lambda: any(isinstance(each, Failed) for each in heard))
    with pytest.raises(NotOpen):
        await unit.gate(E, "a", "audio", True)
    await guest.close()


async def test_an_answer_that_is_none_is_refused(unit: Unit) -> None:
    await unit.open(E, "a", 2)
    with pytest.raises(BadAnswer):
        await unit.answer(E, "a", "v=0")


async def test_strangers_get_no_answer_and_cannot_take_over_a_path(unit: Unit, party: Party) -> None:
    await party.come("ab")
    await unit.apply(E, 1, rooms("ab"))
    peer = unit._stages[E].peers["a"]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.setblocking(False)
        path, dropped = peer.path, unit.dropped
        for data in (binding_request(f"{peer.ufrag}:x", "wrong"), b"\x80" * 40, b"\x16" * 40, b""):
            stranger.sendto(data, ("127.0.0.1", unit.port))
        await until(lambda: unit.dropped >= dropped + 3)
        assert peer.path == path
        with pytest.raises(BlockingIOError):
            stranger.recv(100)


async def test_one_connection_cannot_take_any_number_of_addresses(unit: Unit, party: Party) -> None:
    await party.come("a")
    peer = unit._stages[E].peers["a"]
    for number in range(200):
        unit._check(binding_request(f"{peer.ufrag}:x", peer.password), ("192.0.2.1", 1_000 + number))
    assert len(peer.paths) == len(unit._by_path) == 64


async def test_broken_media_harms_nobody(unit: Unit, party: Party) -> None:
    await party.come("abc")
    await unit.apply(E, 1, rooms("abc"))
    chance = random.Random(5)
    guest = party.guests["c"]
    for _ in range(300):
        noise = chance.randbytes(chance.randrange(1, 200))
        guest._send(noise)
        guest._send(b"\x90\x60" + noise)
        guest.control(b"\x81" + bytes([chance.choice((200, 201, 205, 206))]) + b"\0\2" + chance.randbytes(8))
        guest.control(b"\x8f\xce\0\4" + bytes(8) + b"REMB" + chance.randbytes(4))
        with contextlib.suppress(pylibsrtp.Error):  # extensions that even the sender's library takes ill
            guest._send(guest._dtls._tx_srtp.protect(rtp.HEADER.pack(0x90, 96, 1, 2, 3) + noise))
    party.say("b", "still here")
    await until(lambda: "still here" in party.words("a"))


async def test_who_has_left_is_forgotten(unit: Unit, party: Party) -> None:
    await party.come("ab")
    await unit.close(E, "a", "left")
    await unit.close(E, "b", "left")
    assert not unit._by_path and not unit._by_ufrag and not unit._stages


async def test_aiortc_has_the_four_private_points_that_are_used() -> None:
    transport = RTCDtlsTransport(_Below(), [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]
    assert transport._rx_srtp is None and transport._tx_srtp is None
    await transport.stop()


def test_pylibsrtp_has_the_functions_and_sessions_that_are_used() -> None:
    assert ffi.typeof(Session()._srtp[0]).cname == "struct srtp_ctx_t_ *"
    for name in ("srtp_protect", "srtp_unprotect", "srtp_protect_rtcp", "srtp_unprotect_rtcp"):
        taken = ffi.typeof(ffi.addressof(lib, name)).cname
        assert taken == "srtp_err_status_t(*)(struct srtp_ctx_t_ *, void *, int *)"


class _Below:
    role = "controlling"

    async def _recv(self) -> bytes:
        raise ConnectionError

    async def _send(self, data: bytes) -> None:
        raise ConnectionError

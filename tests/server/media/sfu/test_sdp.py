"""The offer that never changes, and answers to it."""

from __future__ import annotations

import pytest

from server.media.plane import BadAnswer
from server.media.sfu.sdp import Line, offer, read_answer, slot_ssrcs

LINE = Line("192.0.2.7", 5004, "ufrag", "password", "AB:" * 31 + "CD")
FINGERPRINT = "a=fingerprint:sha-256 " + "ab:" * 31 + "CD"


def test_an_offer_has_two_sections_up_and_two_for_every_slot_and_the_hosts() -> None:
    sections = offer(LINE, 3).split("m=")[1:]
    assert len(sections) == 2 + 2 * 4
    assert ["recvonly" in section for section in sections] == [True] * 2 + [False] * 8
    assert all("a=candidate:1 1 udp 2130706431 192.0.2.7 5004 typ host" in section for section in sections)


def test_no_two_streams_share_an_ssrc() -> None:
    ssrcs = [ssrc for slot in range(20) for ssrc in slot_ssrcs(slot)]
    assert len(set(ssrcs)) == 40


def test_the_same_line_gets_the_same_offer() -> None:
    assert offer(LINE, 3) == offer(LINE, 3)


def test_thrifty_voices_come_in_half_as_many_packets() -> None:
    usual, thrifty = (offer(LINE, 3, saves).split("m=")[1:] for saves in (False, True))
    for before, after in zip(usual, thrifty, strict=True):
        if after.startswith("audio"):
            assert "a=ptime:40" in after and "a=ptime" not in before
            assert "usedtx=1" in before and "usedtx=1;maxaveragebitrate=" in after
        else:
            assert before == after


def test_an_answer_says_whose_certificate_to_expect() -> None:
    answer = f"v=0\r\na=setup:active\r\n{FINGERPRINT}\r\nm=audio\r\n{FINGERPRINT}\r\n"
    assert read_answer(answer).fingerprint == "AB:" * 31 + "CD"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "a=setup:active",
        FINGERPRINT,
        f"a=setup:passive\r\n{FINGERPRINT}",
        f"a=setup:active\r\n{FINGERPRINT}\r\na=fingerprint:sha-256 {'00:' * 31}00",
        f"a=setup:active\r\n{FINGERPRINT}" + " " * 100_000,
    ],
)
def test_what_is_no_answer_is_refused(answer: str) -> None:
    with pytest.raises(BadAnswer):
        read_answer(answer)

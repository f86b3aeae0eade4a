"""What simulated guests show and say: can be decoded, begins with a key frame, and is not loud."""

from __future__ import annotations

from itertools import pairwise

import av
import pytest

from server.media import faces, takes
from tests.server.media.watching import colour


def is_key(frame: bytes) -> bool:
    return not frame[0] & 1  # RFC 6386 9.1


def seen(frames: takes.Frames) -> list[av.VideoFrame]:
    eyes = av.VideoCodecContext.create("vp8", "r")
    return [picture for frame in frames for picture in eyes.decode(av.Packet(frame))]


def test_a_take_begins_with_its_only_key_frame(guest_take: takes.Take) -> None:
    for frames in (guest_take.still, guest_take.talking):
        assert [is_key(frame) for frame in frames] == [True] + [False] * (len(frames) - 1)


def test_a_face_is_small_and_talks_as_long_as_its_phrases_last(guest_take: takes.Take) -> None:
    pictures = seen(guest_take.talking)
    assert {(each.width, each.height) for each in pictures} == {(faces.WIDTH, faces.HEIGHT)}
    assert len(pictures) == round(faces.TALKING_SECONDS * faces.RATE)
    for phrase in guest_take.phrases:
        assert len(phrase) * 0.02 == pytest.approx(faces.TALKING_SECONDS)
    assert sum(map(len, guest_take.still + guest_take.talking)) < 200_000


def test_phrases_are_soft_but_loud_enough_to_be_noticed_as_speech(guest_take: takes.Take) -> None:
    for phrase in guest_take.phrases:
        levels = [each.level for each in phrase]
        assert min(levels) >= 30
        assert any(max(a, b, c) < 50 for (a, b), (_, c) in pairwise(pairwise(levels)))


@pytest.mark.parametrize("wanted", [40, 128, 220])
def test_a_steady_picture_has_the_brightness_asked_for(wanted: int) -> None:
    assert colour(seen(takes.steady(wanted, 440).still)[-1]) == pytest.approx((wanted, 128, 128), abs=2)


def test_how_loud_a_sound_is() -> None:
    assert takes.level(takes.tone(400, 0.1, 1.0)) == 3  # a sine's power is half of the greatest
    assert takes.level(takes.tone(400, 0.1, 0.1)) == 23
    assert takes.level([0] * 960) == takes.SILENT

"""Pictures and sounds for those who have no camera, encoded once and then only sent.

VP8 and Opus by PyAV, which comes with aiortc. Encoding one second of picture takes some 50 ms.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av

from server.media import faces
from server.media.sfu.sdp import AUDIO_CLOCK

RATE = faces.RATE  # pictures a second
SAMPLES = AUDIO_CLOCK // 50
"""In a packet of sound: 20 ms."""
SILENT = 127
_LOUDNESS = 0.035  # of what there could be: somebody murmuring two rooms away
_SCALE = (0, 2, 4, 7, 9)  # pentatonic: whoever talk at once, it sounds well
_LOWEST = 196.0  # Hz
_VOICES = 10
_BITS = {"picture": 200_000, "sound": 24_000}

Frames = tuple[bytes, ...]
"""VP8: the first stands for itself, the others need those before."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """20 ms of sound, Opus, and how quiet it is: 0 is loudest, 127 silent (RFC 6464)."""

    data: bytes
    level: int


@dataclass(frozen=True, slots=True)
class Take:
    """All there is of somebody: `still` goes round, `talking` while one of the phrases is heard."""

    still: Frames
    talking: Frames
    phrases: tuple[tuple[Spoken, ...], ...]
    pause_seconds: tuple[float, float] = (0.0, 0.0)
    """Between two phrases, at least and at most."""


def guest(number: int) -> Take:
    """A simulated guest with a face, who now and then hums a phrase."""
    face = faces.face(number)
    return Take(
        encoded(faces.still(face), faces.WIDTH, faces.HEIGHT),
        encoded(faces.talking(face), faces.WIDTH, faces.HEIGHT),
        tuple(heard(hummed(number, phrase)) for phrase in range(2)),
        (5.0, 16.0),
    )


def steady(luma: int, hz: float) -> Take:
    """A grey picture of this luma (16 to 235) and a tone without a pause, to tell people apart by."""
    planes = bytes([luma]) * (160 * 96), b"\x80" * (80 * 48), b"\x80" * (80 * 48)
    frames = encoded((planes for _ in range(RATE)), 160, 96, drawn=1)
    return Take(frames, frames, (heard(tone(hz, 1.0, 0.2)),))


def encoded(pictures: Iterable[faces.Planes], width: int, height: int, drawn: int = faces.DRAWN) -> Frames:
    """VP8 of pictures that are `drawn` times as large."""
    encoder = av.VideoCodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, RATE), Fraction(RATE)
    encoder.bit_rate, encoder.gop_size, encoder.thread_count = _BITS["picture"], 1_000, 1
    encoder.options = {"deadline": "realtime", "cpu-used": "12", "qmin": "4", "qmax": "24"}
    packets = []
    for number, planes in enumerate(pictures):
        large = av.VideoFrame(width * drawn, height * drawn, "yuv420p")
        for plane, content in zip(large.planes, planes, strict=True):
            plane.update(content)
        frame = large if drawn == 1 else large.reformat(width, height, interpolation="AREA")
        frame.pts = number
        packets += encoder.encode(frame)
    return tuple(bytes(packet) for packet in [*packets, *encoder.encode(None)])


def heard(samples: Sequence[int]) -> tuple[Spoken, ...]:
    """Opus of samples of 16 bits; what is left over after the last 20 ms is not heard."""
    encoder = av.AudioCodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_CLOCK, "mono", "s16"
    encoder.time_base, encoder.bit_rate = Fraction(1, AUDIO_CLOCK), _BITS["sound"]
    packets, levels = [], []
    for begin in range(0, len(samples) - SAMPLES + 1, SAMPLES):
        part = array("h", samples[begin : begin + SAMPLES])
        frame = av.AudioFrame("s16", "mono", SAMPLES)
        frame.sample_rate, frame.pts = AUDIO_CLOCK, begin
        frame.planes[0].update(part.tobytes())
        packets += encoder.encode(frame)
        levels.append(level(part))
    return tuple(Spoken(bytes(packet), quiet) for packet, quiet in zip(packets, levels, strict=False))


def level(samples: Sequence[int]) -> int:
    """In -dBov: how far below the loudest possible sound this is."""
    power = sum(sample * sample for sample in samples) / len(samples) / 32_768**2
    return min(SILENT, round(-10 * math.log10(power))) if power else SILENT


def tone(hz: float, seconds: float, loudness: float) -> list[int]:
    step = 2 * math.pi * hz / AUDIO_CLOCK
    return [round(32_767 * loudness * math.sin(step * i)) for i in range(round(seconds * AUDIO_CLOCK))]


def hummed(number: int, phrase: int) -> list[int]:
    """As long as a face talks: a soft note for every syllable, some left out, around a pitch of one's own."""
    chance = random.Random(f"{number} {phrase}")
    place = number % _VOICES
    samples: list[int] = []
    for syllable in range(faces.SYLLABLES):
        place = max(0, min(_VOICES + 4, place + chance.choice((-2, -1, 0, 1, 2))))
        rests = syllable > 0 and chance.random() < 0.2
        samples += _note(place, 0.0 if rests else _LOUDNESS)
    return samples


def _note(place: int, loudness: float) -> list[int]:
    octave, step = divmod(place, len(_SCALE))
    turn = 2 * math.pi * _LOWEST * 2 ** (octave + _SCALE[step] / 12) / AUDIO_CLOCK
    count = round(faces.TALKING_SECONDS / faces.SYLLABLES * AUDIO_CLOCK)
    # It comes and goes softly, and has a little of the octave in it, as voices have.
    return [
        round(
            32_767
            * loudness
            * math.sin(math.pi * i / count) ** 2
            * (math.sin(turn * i) + 0.25 * math.sin(2 * turn * i))
        )
        for i in range(count)
    ]

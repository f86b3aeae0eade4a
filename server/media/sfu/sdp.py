"""The one offer that every browser gets, and what the server wants to know from its answer.

The server always offers, and always the same: one section for the microphone, one for the camera, then one
of each for every slot. So payload types, extension ids and SSRCs are the same in all browsers, and a switch
needs no negotiation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from server.media.plane import BadAnswer

OPUS, VP8 = 111, 96
AUDIO_LEVEL, ABS_SEND_TIME = 1, 2  # ids of the header extensions
AUDIO_CLOCK, VIDEO_CLOCK = 48_000, 90_000  # Hz
_CNAME = "intermingle"
_LONGEST = 100_000

_LEVEL = f"a=extmap:{AUDIO_LEVEL} urn:ietf:params:rtp-hdrext:ssrc-audio-level"
# DTX: a silent person then sends 5 packets a second instead of 50.
_VOICE = f"a=fmtp:{OPUS} minptime=10;useinbandfec=1;usedtx=1"
_OPUS = (f"a=rtpmap:{OPUS} opus/48000/2", _VOICE, _LEVEL)
# Half as many packets, whose headers take as much as the voice in them, and a voice that is still clear.
_THRIFTY_OPUS = (_OPUS[0], f"{_VOICE};maxaveragebitrate=16000", _LEVEL, "a=ptime:40")
_VP8 = (
    f"a=rtpmap:{VP8} VP8/90000",
    f"a=rtcp-fb:{VP8} goog-remb",
    f"a=rtcp-fb:{VP8} ccm fir",
    f"a=rtcp-fb:{VP8} nack",
    f"a=rtcp-fb:{VP8} nack pli",
)
_SEND_TIME = (f"a=extmap:{ABS_SEND_TIME} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",)


@dataclass(frozen=True, slots=True)
class Line:
    """How one browser reaches the server."""

    address: str
    port: int
    ufrag: str
    password: str
    fingerprint: str
    """SHA-256 of the server's certificate, in pairs of digits with colons."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server needs of a browser's answer."""

    fingerprint: str


def slot_ssrcs(slot: int) -> tuple[int, int]:
    """The SSRCs of a slot's audio and video. On each connection they are the same."""
    return 10_000 + 2 * slot, 10_001 + 2 * slot


def offer(line: Line, slots: int, thrifty: bool = False) -> str:
    """The offer for a connection with slots 0 (the host's) to `slots`. Sections 0 and 1 are the way up.

    `thrifty`: a voice takes some 25 kbit/s on the line, not 50.
    """
    opus = _THRIFTY_OPUS if thrifty else _OPUS
    sections = [
        _section(line, 0, "audio", opus, ("a=recvonly",)),
        _section(line, 1, "video", _VP8, ("a=recvonly",)),
    ]
    for slot in range(slots + 1):
        for kind, ssrc in zip(("audio", "video"), slot_ssrcs(slot), strict=True):
            codec = opus if kind == "audio" else _VP8
            sections.append(_section(line, len(sections), kind, codec, _down(slot, kind, ssrc)))
    lines = [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE " + " ".join(str(mid) for mid in range(len(sections))),
        "a=extmap-allow-mixed",
        "a=ice-lite",
        "a=msid-semantic: WMS *",
        *(each for section in sections for each in section),
    ]
    return "\r\n".join(lines) + "\r\n"


def _section(line: Line, mid: int, kind: str, codec: tuple[str, ...], way: tuple[str, ...]) -> list[str]:
    payload = OPUS if kind == "audio" else VP8
    family = "IP6" if ":" in line.address else "IP4"
    return [
        f"m={kind} {line.port} UDP/TLS/RTP/SAVPF {payload}",
        f"c=IN {family} {line.address}",
        f"a=candidate:1 1 udp 2130706431 {line.address} {line.port} typ host",
        "a=end-of-candidates",
        f"a=ice-ufrag:{line.ufrag}",
        f"a=ice-pwd:{line.password}",
        f"a=fingerprint:sha-256 {line.fingerprint}",
        "a=setup:actpass",
        f"a=mid:{mid}",
        "a=rtcp-mux",
        "a=rtcp-rsize",
        *codec,
        *_SEND_TIME,
        *way,
    ]


def _down(slot: int, kind: str, ssrc: int) -> tuple[str, ...]:
    # One stream for both, so that the browser keeps lips and voice together.
    stream = f"slot{slot} {kind}{slot}"
    return "a=sendonly", f"a=msid:{stream}", f"a=ssrc:{ssrc} cname:{_CNAME}{slot}"


def read_answer(sdp: str) -> Answer:
    """The answer's certificate. Raises BadAnswer, with what is wrong."""
    if len(sdp) > _LONGEST:
        raise BadAnswer("The answer is too long.")
    fingerprints = set(re.findall(r"(?m)^a=fingerprint:sha-256 ([0-9A-Fa-f:]{95})\s*$", sdp))
    if len(fingerprints) != 1:
        raise BadAnswer("The answer needs one SHA-256 fingerprint.")
    if set(re.findall(r"(?m)^a=setup:(\w+)", sdp)) != {"active"}:
        raise BadAnswer("The browser has to begin the handshake: a=setup:active.")
    return Answer(fingerprints.pop().upper())

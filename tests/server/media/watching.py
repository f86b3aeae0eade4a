"""Who is seen and heard in a slot: by the brightness of the picture, and by the pitch of the voice."""

from __future__ import annotations

from array import array
from collections import deque
from itertools import pairwise

import av

from server.media.sfu import rtp
from server.media.sfu.sdp import AUDIO_CLOCK, slot_ssrcs

_SECONDS = 0.5  # of sound in which the pitch is looked for


class Watching:
    """Give `receive` to a participant as `on_media`."""

    def __init__(self, slot: int = 1) -> None:
        self._audio, self._video = slot_ssrcs(slot)
        self._eyes = av.VideoCodecContext.create("vp8", "r")
        self._ears = av.AudioCodecContext.create("libopus", "r")
        self._parts: list[bytes] = []
        self._samples: deque[int] = deque(maxlen=round(_SECONDS * AUDIO_CLOCK))
        self._began = False
        self.packets: list[rtp.Packet] = []
        self.colour = (0.0, 0.0, 0.0)
        """The mean over the last picture, as Y, U, V; all 0 before there was one."""

    def receive(self, packet: rtp.Packet) -> None:
        if packet.ssrc in (self._audio, self._video):
            self.packets.append(packet)
        if packet.ssrc == self._video:
            self._look(packet)
        elif packet.ssrc == self._audio:
            self._listen(packet)

    @property
    def luma(self) -> float:
        """How bright the last picture was, 16 (black) to 235."""
        return self.colour[0]

    @property
    def hz(self) -> float:
        """The pitch of the last half second, 0 before it was that long. Only tones have one."""
        if len(self._samples) < _SECONDS * AUDIO_CLOCK:
            return 0.0
        turns = sum(a < 0 <= b for a, b in pairwise(self._samples))
        return turns / _SECONDS

    def key_frames(self) -> int:
        return sum(packet.ssrc == self._video and rtp.starts_key_frame(packet) for packet in self.packets)

    def _look(self, packet: rtp.Packet) -> None:
        self._began = self._began or rtp.starts_key_frame(packet)
        self._parts.append(packet.data[packet.body + 1 :])  # behind a descriptor of one byte
        if packet.marker:
            for frame in self._eyes.decode(av.Packet(b"".join(self._parts))) if self._began else ():
                self.colour = colour(frame)
            self._parts.clear()

    def _listen(self, packet: rtp.Packet) -> None:
        for frame in self._ears.decode(av.Packet(packet.data[packet.body :])):
            samples = array("h", bytes(frame.planes[0])[: 2 * frame.samples * len(frame.layout.channels)])
            self._samples.extend(samples[:: len(frame.layout.channels)])


def colour(frame: av.VideoFrame) -> tuple[float, float, float]:
    """The mean of each plane of a decoded picture."""
    y, u, v = map(_mean, frame.planes)
    return y, u, v


def _mean(plane: av.video.plane.VideoPlane) -> float:
    content = bytes(plane)
    rows = (content[row * plane.line_size :][: plane.width] for row in range(plane.height))
    return sum(map(sum, rows)) / (plane.width * plane.height)

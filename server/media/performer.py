"""Plays a take over the connection of a synthetic participant, as a browser with a camera would send it.

Nothing is encoded here. The picture goes round with a key frame at its beginning; asked for a key frame, it
begins anew. Where it begins anew, a phrase may begin with it, and the picture talks meanwhile; in between no
sound is sent at all, as with DTX (RFC 7587 3.1.3).
"""

from __future__ import annotations

import asyncio
import random
import time

from server.media import takes
from server.media.plane import Kind
from server.media.sfu import rtcp
from server.media.sfu.sdp import AUDIO_CLOCK, VIDEO_CLOCK
from server.media.synthetic import SSRC, Synthetic
from server.media.takes import Frames, Spoken, Take

_CLOCK: dict[Kind, int] = {"audio": AUDIO_CLOCK, "video": VIDEO_CLOCK}
_STEP_SECONDS: dict[Kind, float] = {"audio": takes.SAMPLES / AUDIO_CLOCK, "video": 1 / takes.RATE}
_LARGEST = 1_150  # bytes of picture in a packet: with all headers it stays below what any network carries
_BEHIND_SECONDS = 0.5  # after so long a pause of the machine, what was missed is left out
_NOTHING = Take((), (), ())


class Performer:
    """`perform` and `rest` turn camera and microphone on and off, as often as one likes."""

    def __init__(self, chance: random.Random) -> None:
        self.connection = Synthetic(on_control=self._asked)
        self._chance = chance
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time() - chance.uniform(0, 10_000)  # timestamps begin anywhere
        self._take = _NOTHING
        self._frames: Frames = ()
        self._frame = 0
        self._phrase: tuple[Spoken, ...] = ()
        self._sound = 0
        self._quiet_until = 0.0
        self._sent: dict[Kind, tuple[int, int]] = {"audio": (0, 0), "video": (0, 0)}  # packets, bytes
        self._timers: dict[Kind, asyncio.TimerHandle] = {}

    def perform(self, take: Take) -> None:
        if not self._timers:
            self._take = take
            now = self._loop.time()
            self._quiet_until = now + self._chance.uniform(0, take.pause_seconds[1])
            self._begin(now)
            self._show(now)

    def rest(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        self._phrase = ()

    async def close(self) -> None:
        self.rest()
        await self.connection.close()

    # Picture

    def _show(self, due: float) -> None:
        """One frame; `due` is when it should be sent, by the loop's clock."""
        frame = self._frames[self._frame]
        timestamp = self._stamp("video", due)
        for begin in range(0, len(frame), _LARGEST):
            # The payload descriptor of RFC 7741 4.2: whether a frame's first partition begins here.
            descriptor = b"\x00" if begin else b"\x10"
            part = frame[begin : begin + _LARGEST]
            self._send("video", descriptor + part, begin + _LARGEST >= len(frame), timestamp)
        if self._frame == 0:
            self._report()
        self._frame += 1
        if self._frame == len(self._frames):
            self._begin(due + _STEP_SECONDS["video"])
        self._again("video", due + _STEP_SECONDS["video"])

    def _begin(self, due: float) -> None:
        """The next frame, at `due`, is a first one, and a key frame."""
        if not self._phrase and due >= self._quiet_until:
            self._phrase, self._sound = self._chance.choice(self._take.phrases), 0
            self._again("audio", due)
        self._frames, self._frame = self._take.talking if self._phrase else self._take.still, 0

    def _asked(self, packet: bytes) -> None:
        """Whoever cannot show anything without a key frame has one with the next frame."""
        for each in rtcp.read(packet) if self._timers else ():
            if isinstance(each, rtcp.RtcpPsfbPacket) and SSRC["video"] in rtcp.requests_picture(each):
                self._begin(self._loop.time())

    # Sound

    def _speak(self, due: float) -> None:
        """20 ms of a phrase."""
        spoken = self._phrase[self._sound]
        # The marker says that it was silent before (RFC 3551 4.1).
        self._send("audio", spoken.data, self._sound == 0, self._stamp("audio", due), spoken.level)
        self._sound += 1
        if self._sound < len(self._phrase):
            self._again("audio", due + _STEP_SECONDS["audio"])
        else:
            self._phrase, self._quiet_until = (), due + self._chance.uniform(*self._take.pause_seconds)

    # Both

    def _again(self, kind: Kind, due: float) -> None:
        late = self._loop.time() - due
        if late > _BEHIND_SECONDS:
            due += int(late / _STEP_SECONDS[kind]) * _STEP_SECONDS[kind]
        self._timers[kind] = self._loop.call_at(due, self._show if kind == "video" else self._speak, due)

    def _stamp(self, kind: Kind, at: float) -> int:
        return round((at - self._began) * _CLOCK[kind])

    def _send(self, kind: Kind, payload: bytes, marker: bool, timestamp: int, level: int = 127) -> None:
        packets, octets = self._sent[kind]
        self._sent[kind] = packets + 1, octets + len(payload)
        self.connection.send(kind, payload, marker=marker, level=level, timestamp=timestamp)

    def _report(self) -> None:
        """Which moment timestamps stand for, so that lips and voice go together (RFC 3550 6.4.1)."""
        now, wall = self._loop.time(), time.time()
        for kind, (packets, octets) in self._sent.items():
            if packets:
                self.connection.control(
                    rtcp.sender_report(SSRC[kind], wall, self._stamp(kind, now) & 0xFFFFFFFF, packets, octets)
                )

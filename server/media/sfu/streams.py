"""What becomes of packets: sources that people send, and the slots' streams that others receive.

A `Source` remembers what is needed to show it to somebody at once: the packets since its last key frame. A
`Down` is one stream of one slot. It looks to the browser like one sender for the whole event, whichever
source is in it: one SSRC, sequence numbers without a gap, timestamps that only move forward. Nothing here
waits, sends or knows a key; `now_ms` is any clock that does not jump.

`server/media/native/forward.c` does the same for each packet; a test compares them, so change both.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from server.media.plane import Kind
from server.media.sfu.rtp import Packet, rewritten, starts_key_frame
from server.media.sfu.sdp import AUDIO_CLOCK, VIDEO_CLOCK

CLOCK: dict[Kind, int] = {"audio": AUDIO_CLOCK, "video": VIDEO_CLOCK}
HISTORY = 512
"""How far back packets of a slot can be sent again: over two seconds of 360p."""
_CACHED = 80
_CACHED_MS = 1_000
_ASK_AGAIN_MS = 350
"""Browsers ignore a second request for a key frame within 300 ms, and some get lost."""
_GIVE_UP_GAP = 200
"""A gap this wide is no loss to be repaired, but a sender that began anew."""
_MISSING = 400
"""Beyond so many at once none is repaired."""
_RETRIES = 5
_RETRY_MS = 40
_LOUD, _LOUD_PACKETS, _QUIET_MS = 50, 3, 400


def ahead(a: int, b: int) -> int:
    """How far a sequence number is ahead of another, round the corner of 16 bits."""
    return ((a - b + 0x8000) & 0xFFFF) - 0x8000


def later(a: int, b: int) -> int:
    """How far a timestamp is ahead of another, round the corner of 32 bits."""
    return ((a - b + 0x80000000) & 0xFFFFFFFF) - 0x80000000


@dataclass(slots=True)
class _Missing:
    asked: int
    next_ms: float


class Source:
    """One person's voice or picture as it arrives."""

    def __init__(self, kind: Kind) -> None:
        self.kind: Kind = kind
        self.ssrc: int | None = None
        self.cache: deque[Packet] = deque()
        """Since the last key frame, oldest first; empty when that is too long ago to be shown quickly."""
        self.open = True
        """The gate: nothing of a closed source is passed on."""
        self.speaking = False
        self.generation = 0
        """Counts how often the sender began anew."""
        self.packets = 0
        self.reported: tuple[float, int] | None = None
        """The sender's own clock (ms) and the timestamp at that moment, from its last report."""
        self.report = (0, 0.0)
        """The middle of that report's NTP time, and when it came (ms of our clock)."""
        self._highest = self._first = 0
        self._cycles = 0
        self._missing: dict[int, _Missing] = {}
        self._cached_at = 0.0
        self._asked_at = float("-inf")
        self._wanted = False
        self._loud, self._loud_at = 0, 0.0
        self._transit: float | None = None
        self._jitter = 0.0
        self._expected_before = self._received_before = 0

    @property
    def calm(self) -> bool:
        """Nothing is to be asked for, and nobody speaks: time changes nothing."""
        return not (self._missing or self._wanted or self.speaking)

    @property
    def cached(self) -> int:
        """Packets that can be shown at once."""
        return len(self.cache)

    def receive(self, packet: Packet, now_ms: float) -> bool:
        """Take note of a packet; whether it is news, to be passed on."""
        if self.ssrc != packet.ssrc or self.packets == 0:
            self._begin(packet)
        elif not self._follow(packet, now_ms):
            return False
        self.packets += 1
        self._measure(packet, now_ms)
        if not self.open:
            return False
        if self.kind == "video":
            self._remember(packet, now_ms)
        elif packet.level is not None:
            self._listen(packet.level, now_ms)
        return True

    def gate(self, on: bool) -> None:
        """Open or close. Nothing of the time when it was closed is kept, to be shown later."""
        self.open = on
        self.cache.clear()

    def _begin(self, packet: Packet) -> None:
        self.generation += 1
        self.ssrc, self._highest, self._first, self._cycles = packet.ssrc, packet.sequence, packet.sequence, 0
        self.packets = self._expected_before = self._received_before = 0
        self._missing.clear()
        self.cache.clear()
        self.reported = self._transit = None

    def _follow(self, packet: Packet, now_ms: float) -> bool:
        step = ahead(packet.sequence, self._highest)
        if step <= 0:
            # Late: either repaired, or not needed any more. Audio may come in any order; receivers sort it.
            return self._missing.pop(packet.sequence, None) is not None
        if step > _GIVE_UP_GAP or len(self._missing) > _MISSING:
            self._missing.clear()
        else:
            for sequence in range(self._highest + 1, self._highest + step):
                self._missing[sequence & 0xFFFF] = _Missing(0, now_ms + _RETRY_MS / 4)
        if packet.sequence < self._highest:
            self._cycles += 1
        self._highest = packet.sequence
        return True

    def _measure(self, packet: Packet, now_ms: float) -> None:
        """Interarrival jitter (RFC 3550 6.4.1), in units of the timestamp."""
        transit = now_ms * CLOCK[self.kind] / 1000 - packet.timestamp
        if self._transit is not None:
            change = abs(transit - self._transit)
            if change < CLOCK[self.kind]:
                self._jitter += (change - self._jitter) / 16
        self._transit = transit

    def _remember(self, packet: Packet, now_ms: float) -> None:
        if starts_key_frame(packet):
            self.cache.clear()
            self._cached_at = now_ms
            self._asked_at, self._wanted = float("-inf"), False
            self.cache.append(packet)
        elif self.cache:
            self.cache.append(packet)
            if len(self.cache) > _CACHED or now_ms - self._cached_at > _CACHED_MS:
                self.cache.clear()

    def _listen(self, level: int, now_ms: float) -> None:
        """Speaking begins with three loud packets in a row and ends with 400 ms without one."""
        if level < _LOUD:
            self._loud += 1
            self._loud_at = now_ms
            self.speaking = self.speaking or self._loud >= _LOUD_PACKETS
        else:
            self._loud = 0
            if now_ms - self._loud_at > _QUIET_MS:
                self.speaking = False

    def hush(self, now_ms: float) -> None:
        """With DTX a silent person sends nothing to end their speaking with."""
        if self.speaking and now_ms - self._loud_at > _QUIET_MS:
            self.speaking = False

    # What is asked of the sender

    def want_key_frame(self) -> None:
        """Somebody is waiting for a picture."""
        self._wanted = True

    def asks_key_frame(self, now_ms: float) -> bool:
        """Whether a key frame is to be asked for now: again and again, until one comes."""
        if not self._wanted or self.ssrc is None or not self.open:
            return False
        if now_ms - self._asked_at < _ASK_AGAIN_MS:
            return False
        self._asked_at = now_ms
        return True

    def asks_again(self, now_ms: float) -> list[int]:
        """Sequence numbers that are missing and to be asked for now."""
        due = [sequence for sequence, missing in self._missing.items() if missing.next_ms <= now_ms]
        for sequence in due:
            missing = self._missing[sequence]
            missing.asked += 1
            missing.next_ms = now_ms + _RETRY_MS
            if missing.asked > _RETRIES:
                del self._missing[sequence]
        return [sequence for sequence in due if sequence in self._missing] if self.kind == "video" else []

    def receiver_report(self) -> tuple[int, int, int, int]:
        """Since the last: fraction lost of 256, packets lost, highest sequence number with cycles, jitter."""
        highest = self._cycles << 16 | self._highest
        expected = highest - self._first + 1
        lost = max(expected - self.packets, 0)
        new, received = expected - self._expected_before, self.packets - self._received_before
        self._expected_before, self._received_before = expected, self.packets
        fraction = min(max((new - received) * 256 // new, 0), 255) if new > 0 else 0
        return fraction, min(lost, 0x7FFFFF), highest & 0xFFFFFFFF, int(self._jitter)


class Down:
    """One stream of one slot, as one browser receives it."""

    def __init__(self, kind: Kind, ssrc: int) -> None:
        self.kind: Kind = kind
        self.ssrc = ssrc
        self.source: Source | None = None
        self.paused = False
        """Stopped for the sake of the line; the voice of the slot goes on."""
        self.packets = self.octets = 0
        self.fresh = False
        """The next packet is the first after a switch. Whoever sends it clears this."""
        self.waiting = False
        """Nothing is sent before the next key frame."""
        self._clock = CLOCK[kind]
        self._sequence = 0  # the last one sent, or left out on purpose
        self._timestamp = 0
        self._sent_at: float | None = None
        self._from: tuple[int, int] | None = None  # the source's sequence and timestamp these two stand for
        self._generation = 0
        self._first = 0  # the source's first sequence number of this binding
        self._squeezed: dict[int, int] = {}
        self._history: list[tuple[int, bytes] | None] = [None] * HISTORY if kind == "video" else []

    def bind(self, source: Source | None, now_ms: float) -> list[bytes]:
        """From now on this source: what to send at once so that its picture is there."""
        self.source, self._from = source, None
        self._squeezed = {}
        self.waiting = False
        if source is None or not source.open or self.paused:
            return []
        if self.kind == "audio":
            return []
        if not source.cache:
            self.waiting = True
            source.want_key_frame()
            return []
        return self._burst(list(source.cache), now_ms)

    def _burst(self, cache: list[Packet], now_ms: float) -> list[bytes]:
        """The packets since the key frame, 1 ms of picture time apart: at their true distance Chromium takes
        the key frame for too old to be shown."""
        assert self.source is not None
        self._generation = self.source.generation
        frames = list(dict.fromkeys(packet.timestamp for packet in cache))
        step = self._clock // 1000
        last = self._time(now_ms, step * len(frames))
        self._squeezed = {
            stamp: (last - step * (len(frames) - 1 - i)) & 0xFFFFFFFF for i, stamp in enumerate(frames)
        }
        newest = max(cache, key=lambda packet: ahead(packet.sequence, cache[0].sequence))
        self._first = cache[0].sequence
        self._from = newest.sequence, frames[-1]
        self._sequence = (self._sequence + 1 + ahead(newest.sequence, self._first)) & 0xFFFF
        self._timestamp = last
        return [self._send(packet, now_ms) for packet in cache]

    def forward(self, packet: Packet, now_ms: float) -> bytes | None:
        """The packet as this stream's next one; None when it is not to be seen here."""
        if self.paused or self.source is None:
            return None
        if self._generation != self.source.generation:
            self._generation, self._from = self.source.generation, None
            self.waiting = self.kind == "video"
        if self.waiting:
            if not starts_key_frame(packet):
                return None
            self.waiting = False
        if self._from is None:
            self._first = packet.sequence
            self._sequence = (self._sequence + 1) & 0xFFFF
            self._timestamp = self._time(now_ms, 1)
            self._from = packet.sequence, packet.timestamp
        elif ahead(packet.sequence, self._first) < 0:
            return None  # from before this binding, or too late for anybody
        step = ahead(packet.sequence, self._from[0])
        if step > 0:
            self._sequence = (self._sequence + step) & 0xFFFF
            if packet.timestamp not in self._squeezed:
                self._timestamp = (self._timestamp + packet.timestamp - self._from[1]) & 0xFFFFFFFF
                self._from = packet.sequence, packet.timestamp
            else:
                self._from = packet.sequence, self._from[1]
            if ahead(packet.sequence, self._first) > HISTORY:
                self._first = (packet.sequence - HISTORY) & 0xFFFF
        return self._send(packet, now_ms)

    def pause(self, on: bool) -> None:
        """Stop for the sake of the line, or go on with the next key frame."""
        if self.paused and not on and self.source is not None and self.kind == "video":
            self.waiting, self._from = True, None
            self.source.want_key_frame()
        self.paused = on

    def again(self, sequence: int) -> bytes | None:
        """A packet that the browser misses, exactly as it was sent."""
        kept = self._history[sequence % HISTORY] if self._history else None
        return kept[1] if kept is not None and kept[0] == sequence else None

    def report(self, now_ms: float, offset_ms: float) -> tuple[int, int, int] | None:
        """The timestamp that stands for now, packets, octets; None before anything was sent.

        `offset_ms` from the source's clock to this one: the same for voice and picture of a person, and so
        their lips fit.
        """
        if self._from is None or self._sent_at is None or self.source is None:
            return None
        if self.source.reported is None:
            since, stamp = self._sent_at, self._timestamp
        else:
            at, theirs = self.source.reported
            since, stamp = at + offset_ms, self._timestamp + later(theirs, self._from[1])
        now = (stamp + round((now_ms - since) * self._clock / 1000)) & 0xFFFFFFFF
        return now, self.packets, self.octets

    def _time(self, now_ms: float, least: int) -> int:
        """A timestamp for now: as far from the last one as the clock is, but at least so far."""
        if self._sent_at is None:
            return round(now_ms * self._clock / 1000) & 0xFFFFFFFF
        passed = round((now_ms - self._sent_at) * self._clock / 1000)
        return (self._timestamp + max(passed, least)) & 0xFFFFFFFF

    def _send(self, packet: Packet, now_ms: float) -> bytes:
        assert self._from is not None
        # What `ahead` and `later` say differs by whole turns only, which are cut off here.
        sequence = (self._sequence + packet.sequence - self._from[0]) & 0xFFFF
        timestamp = self._squeezed.get(packet.timestamp) if self._squeezed else None
        if timestamp is None:
            timestamp = (self._timestamp + packet.timestamp - self._from[1]) & 0xFFFFFFFF
        sent = rewritten(packet, self.ssrc, sequence, timestamp, now_ms)
        self._sent_at = now_ms
        self.packets += 1
        self.octets += len(sent) - packet.body
        if self._history:
            self._history[sequence % HISTORY] = sequence, sent
        return sent

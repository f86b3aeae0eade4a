"""What one viewer's line carries, and which pictures are stopped to keep to it.

The browser tells its estimate (REMB). It falls at once when packets queue up, but it knows only of what is
sent and recovers slowly, by 8 % a second from as little as nothing. So it counts while it is less than what
is sent, does not rise, and the browser's reports do not say that everything arrives in time. Then each
picture's sender is asked to keep to its share, but not to less than `LEAST`; when that is not enough,
pictures stop, and whoever spoke last stays in sight longest. Voices go on. A stopped picture is tried again
after 5 s, and after twice as long each time that the line did not bear it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from server.media.plane import HOST_SLOT, Slot

LEAST, MOST = 150_000, 600_000
"""Bits per second that the sender of one picture is asked to keep to: 360p that can just be watched, and that
looks good."""
LOOK_MS = 500
_TOO_MUCH = 1.1  # of the estimate: browsers' own counting differs by so much
_GROWTH = 1.1  # of shares from look to look, while all is well
_KEPT = 0.85  # of what passed when the line was full
_LOSS, _QUEUE_MS, _DRIFT_MS = 0.1, 100.0, 1.0
_FRESH_MS = 3_000  # browsers report every second
_PATIENCE = 4  # looks: senders need a moment to come down, and a switch is a burst
_MEMORY = 6  # looks over which an estimate rises, or does not
_RISE, _FALL = 1.01, 0.97
_LEARN_MS = 3_000  # what estimates and reports need to follow a change
_AGAIN_MS, _LONGEST_MS = 5_000, 60_000
_NEXT_MS = 3_000  # between two pictures that come back
_HELD_MS = 20_000  # a picture that was stopped again after less had come back too soon


@dataclass(frozen=True, slots=True)
class Picture:
    """A slot with a picture in it, stopped or not."""

    slot: Slot
    octets: int
    """Of its payload that were sent so far."""
    spoke_ms: float
    """When its person spoke last."""


class Line:
    """One viewer's. It is told what the browser says, and asked to `look` twice a second."""

    def __init__(self) -> None:
        self.stopped: frozenset[Slot] = frozenset()
        self.share: float = MOST
        """Bits per second that each picture here may have."""
        self.copies = 1
        """How often at once to send again what was missed: two, where it was not lost for want of room."""
        self._estimate: float | None = None
        self._before: deque[float] = deque(maxlen=_MEMORY)
        self._loss = self._queue_ms = 0.0
        self._quickest_ms = self._round_trip_ms = float("inf")
        self._reported_at = float("-inf")
        self._octets: dict[Slot, int] = {}
        self._bits: dict[Slot, float] = {}
        self._over = 0
        self._heeds_at = self._learned_at = self._again_at = 0.0
        self._back_at = float("-inf")
        self._wait_ms = _AGAIN_MS

    def estimated(self, bits: float) -> None:
        """The browser's estimate, in bits per second."""
        self._estimate = bits

    def reported(self, loss: float, round_trip_ms: float, now_ms: float) -> None:
        """Which part of the packets was lost, and how long a report took there and back."""
        self._quickest_ms = min(round_trip_ms, self._quickest_ms + _DRIFT_MS)
        # One report says little: of a second's few packets one in ten may be lost where it is one in twenty,
        # and a browser that was busy answers late. A queue makes two answers late.
        self._loss = (self._loss + loss) / 2
        self._queue_ms = min(round_trip_ms, self._round_trip_ms) - self._quickest_ms
        self._round_trip_ms, self._reported_at = round_trip_ms, now_ms

    def look(self, pictures: Iterable[Picture], now_ms: float) -> None:
        """Decide anew. `pictures`: all whose sender is sending, however they are stopped here."""
        order = sorted(pictures, key=lambda each: (each.slot != HOST_SLOT, -each.spoke_ms, each.slot))
        self._measure(order)
        slots = [each.slot for each in order]
        self.stopped &= set(slots)
        fresh = now_ms - self._reported_at < _FRESH_MS
        well = fresh and self._loss < _LOSS and self._queue_ms < _QUEUE_MS
        self.copies = 2 if well else 1
        if self._estimate is not None:
            self._decide(slots, self._estimate, now_ms, fresh, well)
            if now_ms >= self._heeds_at:
                self._before.append(self._estimate)

    def _measure(self, pictures: Iterable[Picture]) -> None:
        bits = {}
        for each in pictures:
            new = max(each.octets - self._octets.get(each.slot, each.octets), 0) * 8_000 / LOOK_MS
            bits[each.slot] = (self._bits.get(each.slot, new) + new) / 2
        self._bits, self._octets = bits, {each.slot: each.octets for each in pictures}

    def _decide(self, slots: list[Slot], estimate: float, now_ms: float, fresh: bool, well: bool) -> None:
        playing = [slot for slot in slots if slot not in self.stopped]
        sent = sum(self._bits[slot] for slot in playing)
        over = sent > _TOO_MUCH * estimate and self._counts(estimate, now_ms) and not well
        carries = max(estimate, _KEPT * sent * (1 - self._loss)) if fresh else estimate
        self._over = self._over + 1 if over else 0
        spare = well or estimate >= sent
        if over:
            self.share = carries / len(playing)
        elif spare and playing and now_ms >= self._learned_at:
            self.share *= _GROWTH
        self.share = min(max(self.share, LEAST), MOST)
        if self._over >= _PATIENCE:
            self._stop(playing, carries, now_ms)
        elif self.stopped and spare and now_ms >= self._again_at:
            self._try(slots, now_ms)

    def _counts(self, estimate: float, now_ms: float) -> bool:
        """Whether the estimate fell, or has had time to rise and did not."""
        if not self._before:
            return False
        fell = estimate < _FALL * self._before[0]
        return fell or (estimate <= _RISE * self._before[0] and now_ms >= self._learned_at)

    def _stop(self, playing: list[Slot], carries: float, now_ms: float) -> None:
        """All but those that the line carries when they come down to the least; one at any rate."""
        kept, left = 0, carries
        for slot in playing[:-1]:
            left -= min(self._bits[slot], LEAST)
            kept += left >= 0
        soon = now_ms - self._back_at < _HELD_MS
        self._wait_ms = min(2 * self._wait_ms, _LONGEST_MS) if soon else _AGAIN_MS
        self._again_at = now_ms + self._wait_ms
        self.stopped |= set(playing[kept:])
        self._heeds_at = now_ms + _LEARN_MS  # the estimate falls with what is sent
        self._wait(now_ms)

    def _try(self, slots: list[Slot], now_ms: float) -> None:
        self.stopped -= {next(slot for slot in slots if slot in self.stopped)}
        self._back_at, self._again_at = now_ms, now_ms + _NEXT_MS
        self._wait(now_ms)

    def _wait(self, now_ms: float) -> None:
        """See what comes of a change."""
        self._learned_at, self._over = now_ms + _LEARN_MS, 0
        self._before.clear()

"""Event time: one clock per event, which a rehearsal may run faster than the wall clock."""

from __future__ import annotations

from collections.abc import Callable


class EventClock:
    """Event time starts at `created_at` (ms since 1970) and passes `rate` times as fast as `wall` (ms)."""

    def __init__(self, created_at: int, rate: float, wall: Callable[[], float]) -> None:
        self._created_at = created_at
        self._wall = wall
        self.rate = rate

    def now(self) -> int:
        """Event time in whole ms."""
        return self.at(self._wall())

    def at(self, wall_ms: float) -> int:
        return self._created_at + int((wall_ms - self._created_at) * self.rate)

    def seconds_until(self, at: int) -> float:
        """Seconds of wall time until `at` (ms of event time); 0 when it is past."""
        return max(0.0, (at - self.now()) / self.rate / 1000)

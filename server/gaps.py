"""How long browsers waited, at the last switch, for the first picture of somebody new.

Each browser measures its own wait and reports it once for each switch. What is kept and told names nobody.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from rooms.model import ParticipantId
from server import protocol

LONGEST_MS = 2_000  # above, a camera was turned on later
_SUM_UP_SECONDS = 0.5  # from a report until hosts are told: most have come by then


class Gaps:
    """`tell` gets the figures of the last switch, soon after reports of it have come in."""

    def __init__(self, tell: Callable[[protocol.Gaps], None]) -> None:
        self._tell = tell
        self._cutover = 0
        self._reported: dict[ParticipantId, float] = {}
        self._soon: asyncio.TimerHandle | None = None

    def switched(self, cutover: int) -> None:
        if cutover != self._cutover:
            self._cutover, self._reported = cutover, {}

    def report(self, person: ParticipantId, cutover: int, ms: float) -> bool:
        """Whether it counts: of the last switch, the first of this person's, and a wait that can be."""
        if cutover != self._cutover or person in self._reported or not 0 <= ms <= LONGEST_MS:
            return False
        self._reported[person] = ms
        if self._soon is None:
            loop = asyncio.get_running_loop()
            self._soon = loop.call_later(_SUM_UP_SECONDS, self._sum_up)
        return True

    def _sum_up(self) -> None:
        self._soon = None
        if waits := sorted(self._reported.values()):
            self._tell(protocol.Gaps(len(waits), rank(waits, 0.5), rank(waits, 0.95)))

    def end(self) -> None:
        if self._soon is not None:
            self._soon.cancel()


def rank(ascending: list[float], share: float) -> float:
    """The value that this share of them does not exceed (nearest rank).

    >>> rank([10, 20, 30, 40], 0.5), rank([10, 20, 30, 40], 0.95)
    (20, 40)
    """
    return ascending[math.ceil(share * len(ascending)) - 1]

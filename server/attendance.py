"""Who has lost their connection, and how long they may take to come back.

A lost socket is a signal at once, away after 20 s, gone after 120 s; a host who is lost has gone after 20 s.
All of it event time, counted from the moment the socket was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from rooms.commands import AnyCommand, HostWent, MarkAway, MarkGone
from rooms.model import ParticipantId, Role
from server.clock import EventClock

AWAY_MS = 20_000
GONE_MS = 120_000
SIGNAL_SECONDS = 0.05  # of wall time: signals of one moment go out together


class Attendance:
    """`give` takes the commands that follow from an absence; `signal` those lost (True) and back (False)."""

    def __init__(
        self,
        clock: EventClock,
        give: Callable[[AnyCommand], None],
        signal: Callable[[dict[ParticipantId, bool]], None],
    ) -> None:
        self._clock, self._give, self._signal = clock, give, signal
        self._loop = asyncio.get_running_loop()
        self._timers: dict[str, list[asyncio.TimerHandle]] = {}
        self._guests: set[ParticipantId] = set()  # lost, and not gone yet
        self._unsaid: dict[ParticipantId, bool] = {}
        self._saying: asyncio.TimerHandle | None = None

    def lost(self, id: str, role: Role) -> None:
        """The last socket of someone is gone."""
        if role == "participant":
            self._guests.add(id)
            self._say(id, True)
        self.expect(id, role)

    def expect(self, id: str, role: Role) -> None:
        """Someone is here and has no socket yet. Nobody need know, unless it takes them long."""
        self._end(id)
        if role == "participant":
            self._timers[id] = [
                self._after(AWAY_MS, MarkAway(id)),
                self._after(GONE_MS, MarkGone(id), last=id),
            ]
        else:
            self._timers[id] = [self._after(AWAY_MS, HostWent(id), last=id)]

    def back(self, id: str) -> None:
        """They are here again, or will not come back."""
        self._end(id)
        if id in self._guests:
            self._guests.remove(id)
            self._say(id, False)

    def reconnecting(self) -> tuple[ParticipantId, ...]:
        return tuple(sorted(self._guests))

    def __bool__(self) -> bool:
        """Whether anyone is awaited."""
        return bool(self._timers)

    def end(self) -> None:
        for id in list(self._timers):
            self._end(id)
        if self._saying is not None:
            self._saying.cancel()

    def _after(self, ms: int, command: AnyCommand, last: str = "") -> asyncio.TimerHandle:
        return self._loop.call_later(ms / 1000 / self._clock.rate, self._due, command, last)

    def _due(self, command: AnyCommand, last: str) -> None:
        if last:
            self.back(last)  # no longer awaited: from now on their presence says it
        self._give(command)

    def _say(self, id: ParticipantId, lost: bool) -> None:
        if self._unsaid.get(id, lost) != lost:
            del self._unsaid[id]  # lost and back in between: nobody needs to know
            return
        self._unsaid[id] = lost
        if self._saying is None:
            self._saying = self._loop.call_later(SIGNAL_SECONDS, self._said)

    def _said(self) -> None:
        self._saying = None
        unsaid, self._unsaid = self._unsaid, {}
        if unsaid:
            self._signal(unsaid)

    def _end(self, id: str) -> None:
        for timer in self._timers.pop(id, ()):
            timer.cancel()

"""The browsers of one event: who is connected, and telling them. Nothing here waits for a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rooms.model import Role
from server import protocol
from server.frames import frame
from server.metrics import Metrics
from server.session import Session
from server.step import Step

SOCKETS = 5  # of one person, those that are just closing included


class Listeners:
    """Sessions by person. A guest has one, the newest; a host may have several windows."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._sessions: dict[str, list[Session]] = {}
        self._sockets: Counter[str] = Counter()

    def __bool__(self) -> bool:
        """Whether anyone is connected, or about to be."""
        return bool(self._sockets)

    def __iter__(self) -> Iterator[Session]:
        for sessions in self._sessions.values():
            yield from sessions

    def of(self, person: str) -> list[Session]:
        """A copy: closing one of them changes nothing under the caller's hands."""
        return list(self._sessions.get(person, ()))

    def hosts(self) -> Iterator[Session]:
        return (session for session in self if session.who.role != "participant")

    def guests(self) -> Iterator[Session]:
        return (session for session in self if session.who.role == "participant")

    def open(self, person: str) -> bool:
        """Count a new socket of someone; False when they have too many."""
        if self._sockets[person] >= SOCKETS:
            return False
        self._sockets[person] += 1
        return True

    def add(self, session: Session) -> None:
        """From now on this browser is told. A guest's older window learns that it was taken over."""
        if session.who.role == "participant":
            for older in self.of(session.who.id):
                self.remove(older)
                older.close("taken-over")
        self._sessions.setdefault(session.who.id, []).append(session)
        self._metrics.sessions.labels(session.who.role).inc()

    def shut(self, session: Session) -> None:
        """A socket that `open` counted is gone."""
        person = session.who.id
        self._sockets[person] -= 1
        if not self._sockets[person]:
            del self._sockets[person]

    def remove(self, session: Session) -> bool:
        """No longer tell this very session. True when it was the last of its person.

        A session that was taken over is not in the list any more, and takes nobody with it.
        """
        sessions = self._sessions.get(session.who.id, [])
        if session not in sessions:
            return False
        sessions.remove(session)
        self._metrics.sessions.labels(session.who.role).dec()
        if sessions:
            return False
        del self._sessions[session.who.id]
        return True

    def tell(self, step: Step) -> None:
        """What everybody sees of a decision."""
        frames = size = 0
        for session in self:
            ready = step.frame(session.who)
            if ready is not None:
                session.tell(ready, step.seq)
                frames += 1
                size += len(ready)
        self._metrics.frames.inc(frames)
        self._metrics.bytes.inc(size)

    def signal(self, message: protocol.ToBrowser, to: Iterator[Session] | None = None) -> None:
        """A passing message, to everyone or to some."""
        ready = frame(message)
        for session in list(self if to is None else to):
            session.tell(ready)

    def end(self, name: str, role: Role | None = None) -> None:
        """Close everyone's connection by a documented code."""
        for session in list(self):
            session.close(name)

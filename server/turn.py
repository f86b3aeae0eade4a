"""Credentials for a TURN server, which carries sound and picture where a network lets no UDP through.

The way that coturn's `use-auth-secret` and others know ("A REST API For Access To TURN Services",
draft-uberti-behave-turn-rest-00): both sides share a secret, and the server makes each guest a user name that
says until when it is good, and a password that only the secret gives.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable
from hashlib import sha1, sha256
from typing import NamedTuple

from rooms.model import ParticipantId
from server.media.plane import IceServer

LIFETIME_SECONDS = 600  # to connect in, with clocks that differ; what is connected goes on after it


class Credentials(NamedTuple):
    username: str
    password: str


class Turn:
    """Who may use the TURN servers of these URLs. `clock` gives seconds since 1970."""

    def __init__(self, urls: Iterable[str], secret: str, clock: Callable[[], float]) -> None:
        self._urls = tuple(each for url in urls for each in ways(url))
        self._secret, self._clock = secret.encode(), clock

    def servers(self, event: str, participant: ParticipantId) -> tuple[IceServer, ...]:
        """For one connection of this participant; none where there is no TURN server."""
        if not self._urls:
            return ()
        username, password = self.credentials(event, participant)
        return (IceServer(self._urls, username, password),)

    def credentials(self, event: str, participant: ParticipantId) -> Credentials:
        """Good for ten minutes. The name tells the TURN server that it is the same guest, but not which."""
        guest = hmac.digest(self._secret, f"{event} {participant}".encode(), sha256)[:8].hex()
        username = f"{int(self._clock()) + LIFETIME_SECONDS}:{guest}"
        password = b64encode(hmac.digest(self._secret, username.encode(), sha1)).decode()
        return Credentials(username, password)


def ways(url: str) -> tuple[str, ...]:
    """A URL for each transport: UDP, and TCP for networks without it, unless the URL names one.

    >>> ways("turn:turn.example.org")
    ('turn:turn.example.org?transport=udp', 'turn:turn.example.org?transport=tcp')
    >>> ways("turns:turn.example.org:443")
    ('turns:turn.example.org:443?transport=tcp',)
    """
    if "?" in url:
        return (url,)
    transports = ("tcp",) if url.startswith("turns:") else ("udp", "tcp")
    return tuple(f"{url}?transport={each}" for each in transports)

"""Credentials for a TURN server: short-lived, each guest's own, and such as coturn believes."""

from __future__ import annotations

import hmac
from base64 import b64encode
from hashlib import sha1

from server.media.plane import IceServer
from server.media.worker import MediaWorker
from server.turn import LIFETIME_SECONDS, Turn

NOW = 1_776_349_000.9
URL = "turn:turn.example.org"


def turn(urls: list[str], at: float = NOW, secret: str = "open sesame") -> Turn:
    return Turn(urls, secret, lambda: at)


def test_a_guest_gets_a_name_that_tells_its_end_and_the_password_that_belongs_to_it() -> None:
    (server,) = turn([URL, "turns:turn.example.org"]).servers("e1", "ana")
    assert server.urls == (
        f"{URL}?transport=udp",
        f"{URL}?transport=tcp",
        "turns:turn.example.org?transport=tcp",
    )
    until, guest = server.username.split(":")
    assert int(until) == int(NOW) + LIFETIME_SECONDS
    assert "ana" not in guest and "e1" not in guest
    password = b64encode(hmac.new(b"open sesame", server.username.encode(), sha1).digest()).decode()
    assert server.credential == password


def test_the_same_guest_has_the_same_name_with_a_later_end_and_others_have_others() -> None:
    def guest(username: str) -> str:
        return username.partition(":")[2]

    first, later = turn([URL]).credentials("e1", "ana"), turn([URL], NOW + 60).credentials("e1", "ana")
    assert guest(first.username) == guest(later.username)
    assert first.username != later.username and first.password != later.password
    others = [turn([URL]).credentials(*who) for who in (("e1", "ben"), ("e2", "ana"), ("e1 ana", ""))]
    elsewhere = turn([URL], secret="another").credentials("e1", "ana")
    names = {guest(each.username) for each in (first, *others, elsewhere)}
    assert len(names) == 5


def test_without_a_turn_server_nothing_is_handed_out() -> None:
    assert turn([]).servers("e1", "ana") == ()


async def test_every_offer_comes_with_credentials_made_for_it() -> None:
    made: list[tuple[str, str]] = []

    def relays(event: str, participant: str) -> tuple[IceServer, ...]:
        made.append((event, participant))
        return (IceServer((URL,), f"{len(made)}:{participant}", "secret"),)

    worker = MediaWorker("127.0.0.1", relays=relays)
    await worker.start()
    offers = [await worker.open("e1", who, 2) for who in ("a", "b", "a")]
    await worker.stop()
    assert [offer.ice_servers[0].username for offer in offers] == ["1:a", "2:b", "3:a"]
    assert made == [("e1", "a"), ("e1", "b"), ("e1", "a")]

"""Credentials for a TURN server: short-lived, each guest's own, and such as coturn believes."""

from __future__ import annotations

import hmac
import re
import socket
import time
from base64 import b64encode
from hashlib import sha1
from pathlib import Path

import pytest

from server.media.plane import IceServer
from server.media.worker import MediaWorker
from server.turn import LIFETIME_SECONDS, Turn
from server.turn_client import NotCarried, carry, way
from tests.server.coturn import SECRET, coturn

OPERATING = Path(__file__).parents[2] / "docs/operating.md"

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


async def carries(port: int, address: str) -> None:
    """Through the TURN server at this port of the loopback to an own address of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as here:
        here.bind((address, 0))
        for transport in ("udp", "tcp"):
            to = way(f"turn:127.0.0.1:{port}?transport={transport}")
            credentials = Turn((), SECRET, time.time).credentials("e1", "ana")
            await carry(to, credentials, here.getsockname(), here, seconds=4)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_the_settings_for_coturn_in_the_docs_carry_to_this_server_and_nowhere_else(
    tmp_path: Path,
) -> None:
    (example,) = re.findall(r"<!-- coturn -->\n```\n(.*?)```", OPERATING.read_text(), flags=re.DOTALL)
    assert "static-auth-secret=" in example
    settings = example.replace("203.0.113.7", "127.0.0.1") + "allow-loopback-peers\n"
    # What `coturn` gives as flags; a file may not say it otherwise.
    settings = re.sub(r"^(listening-port|static-auth-secret|realm)=.*\n", "", settings, flags=re.MULTILINE)
    (tmp_path / "turnserver.conf").write_text(settings)
    async with coturn(tmp_path, "-c", str(tmp_path / "turnserver.conf")) as port:
        await carries(port, "127.0.0.1")
        with pytest.raises(NotCarried, match=r"may not send to 127\.0\.0\.2: 403"):
            await carries(port, "127.0.0.2")

"""Tries a TURN server as a guest's browser would: gets an address there, and sends one packet through it."""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from typing import NamedTuple

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from server.config import TURN_URL
from server.turn import Credentials

LIFETIME_SECONDS, CHANNEL_SECONDS = 60, 60
PATIENCE_SECONDS = 4.0
USUAL_PORT = {"turn": 3478, "turns": 5349}  # RFC 7065 3.2
UNAUTHORIZED, FORBIDDEN = 401, 403

Address = tuple[str, int]
Client = TurnClientUdpProtocol | TurnClientTcpProtocol


class Way(NamedTuple):
    """One way to a TURN server."""

    host: str
    port: int
    transport: str
    tls: bool

    def __str__(self) -> str:
        by = "TLS" if self.tls else self.transport.upper()
        return f"{self.host}:{self.port} by {by}"


class NotCarried(Exception):
    """The TURN server is of no use; the message says why, `fix` what to change."""

    def __init__(self, sentence: str, fix: str) -> None:
        super().__init__(sentence)
        self.fix = fix


def way(url: str) -> Way:
    """
    >>> str(way("turn:turn.example.org?transport=tcp"))
    'turn.example.org:3478 by TCP'
    >>> way("turns:[2001:db8::7]:443?transport=tcp")
    Way(host='2001:db8::7', port=443, transport='tcp', tls=True)
    """
    found = TURN_URL.fullmatch(url)
    assert found is not None, url
    scheme, host, port, transport = found["scheme"], found["host"], found["port"], found["transport"]
    return Way(host.strip("[]"), int(port or USUAL_PORT[scheme]), transport or "udp", scheme == "turns")


async def carry(
    to: Way, credentials: Credentials, address: Address, arrived: socket.socket | None, seconds: float
) -> None:
    """Send a packet through the TURN server to `address`, and see it come in at `arrived`, bound there.

    Without a socket only the server's leave to send there is asked for. Raises `NotCarried`; gives up after
    `seconds` for each of the three steps.
    """
    client = await _reach(to, credentials, seconds)
    try:
        await _allocate(client, to, seconds)
        await _send(client, to, address, seconds)
        if arrived is not None:
            await _arrive(arrived, to, address, seconds)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await _give_back(client)
        client.transport.close()


async def _give_back(client: Client) -> None:
    if client.relayed_address is not None:
        await client.delete()


async def _reach(to: Way, credentials: Credentials, seconds: float) -> Client:
    loop = asyncio.get_running_loop()
    server, rest = (to.host, to.port), (*credentials, LIFETIME_SECONDS, CHANNEL_SECONDS)
    try:
        async with asyncio.timeout(seconds):
            if to.transport == "udp" and not to.tls:
                udp = await loop.create_datagram_endpoint(
                    lambda: TurnClientUdpProtocol(server, *rest), remote_addr=server
                )
                return udp[1]
            tcp = await loop.create_connection(
                lambda: TurnClientTcpProtocol(server, *rest), *server, ssl=to.tls or None
            )
            return tcp[1]
    except socket.gaierror as error:
        raise NotCarried(f"There is no host {to.host}.", "Correct turn_urls, or the host's DNS.") from error
    except ssl.SSLCertVerificationError as error:
        raise NotCarried(
            f"Browsers will refuse the certificate of {to}: {error.verify_message}.",
            "Give the TURN server a valid one for that name.",
        ) from error
    except (OSError, TimeoutError) as error:
        raise _silent(to) from error


async def _allocate(client: Client, to: Way, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await client.connect()
    except stun.TransactionFailed as error:
        code, phrase = error.response.attributes["ERROR-CODE"]
        if code == UNAUTHORIZED:
            raise NotCarried(
                f"{to} does not believe our credentials.",
                "Its shared secret and turn_secret have to be the same (coturn: use-auth-secret and "
                "static-auth-secret), and both clocks right.",
            ) from error
        raise NotCarried(f"{to} refuses: {code} {phrase}.", "Its log says why.") from error
    except (stun.TransactionError, OSError, TimeoutError) as error:
        raise _silent(to) from error


async def _send(client: Client, to: Way, address: Address, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await client.send_data(b"intermingle doctor", address)
    except stun.TransactionFailed as error:
        code, phrase = error.response.attributes["ERROR-CODE"]
        fix = f"Allow it in its settings (coturn: allowed-peer-ip={address[0]})."
        if code != FORBIDDEN:
            fix = "Its log says why."
        raise NotCarried(f"{to} may not send to {address[0]}: {code} {phrase}.", fix) from error
    except (stun.TransactionError, OSError, TimeoutError) as error:
        raise _silent(to) from error


async def _arrive(arrived: socket.socket, to: Way, address: Address, seconds: float) -> None:
    arrived.setblocking(False)
    try:
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_recv(arrived, 2_048)
    except TimeoutError as error:
        raise NotCarried(
            f"{to} works, but what it sends to {address[0]}:{address[1]} does not arrive here.",
            f"Let UDP from there through to port {address[1]} of this machine.",
        ) from error


def _silent(to: Way) -> NotCarried:
    kind = "TCP" if to.tls else to.transport.upper()
    return NotCarried(
        f"{to} does not answer.", f"Start the TURN server, and open {kind} port {to.port} in its firewall."
    )

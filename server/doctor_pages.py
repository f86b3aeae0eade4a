"""Whether browsers get to the pages: the address they use, what it leads to, and WebSockets.

Where no server runs yet, the doctor listens in its place, so that it sees whether a proxy leads here.
"""

from __future__ import annotations

import asyncio
import http.client
import socket
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha1
from secrets import token_hex
from typing import Literal
from urllib.parse import urlsplit

from server.config import HERE, Config, local
from server.doctor_finding import Finding

SECONDS = 5.0
HEALTH, SOCKET = "/healthz", "/ws"
KEY = "aW50ZXJtaW5nbGUgZG9jdA=="  # any 16 bytes (RFC 6455 4.1)
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3


@dataclass(frozen=True, slots=True)
class There:
    """Who listens at the server's own address: a server of ours, the doctor in its place, something else."""

    who: Literal["server", "doctor", "other"]
    health: bytes = b""
    """What it says of its health, which tells it from others."""
    trouble: str = "another program does"
    """Why the server could not listen there."""


class Unreachable(Exception):
    """Nothing answers; the message says why, `fix` what to change."""

    def __init__(self, sentence: str, fix: str) -> None:
        super().__init__(sentence)
        self.fix = fix


@asynccontextmanager
async def listening(config: Config) -> AsyncIterator[There]:
    """Whoever listens where the server is to; if nobody does, the doctor until the end of the block."""
    if there := await _already(config):
        yield there
        return
    health = b'{"status":"doctor %s"}' % token_hex(8).encode()
    try:
        server = await asyncio.start_server(
            lambda reader, writer: _stand_in(reader, writer, health), config.host, config.port
        )
    except OSError as error:
        yield There("other", trouble=(error.strerror or "no such address").lower())
        return
    try:
        yield There("doctor", health)
    finally:
        server.close()
        await server.wait_closed()


async def _already(config: Config) -> There | None:
    if config.port == 0:
        return None
    try:
        status, body = await ask(config.local_url, HEALTH)
    except Unreachable:
        return None
    return There("server", body) if status == 200 and b'"status"' in body else There("other")


async def _stand_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, health: bytes) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            request = (await reader.readuntil(b"\r\n\r\n")).lower()
        if request.startswith(b"get /ws ") and b"\r\nupgrade: websocket\r\n" in request:
            accept = b64encode(sha1((KEY + MAGIC).encode()).digest())
            head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            writer.write(head + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        else:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            writer.write(head + b"Content-Length: %d\r\n\r\n" % len(health) + health)
        await writer.drain()
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # somebody else's visit
    finally:
        writer.close()


async def ask(origin: str, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """GET: status and the beginning of the body. Raises `Unreachable`."""
    try:
        return await asyncio.to_thread(_get, origin, path, dict(headers or {}))
    except socket.gaierror as error:
        raise Unreachable(
            f"{origin} leads nowhere: its name is not known.", "Enter it in DNS, or correct public_url."
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(
            f"Browsers will refuse the certificate of {origin}: {error.verify_message}.",
            "Give the proxy a valid one. Caddy gets one by itself.",
        ) from error
    except ConnectionRefusedError as error:
        raise Unreachable(f"Nothing listens at {origin}.", "Start the proxy.") from error
    except TimeoutError as error:
        raise Unreachable(
            f"{origin} does not answer.",
            "Let its TCP port through the firewall. If it works from elsewhere, your router only does not "
            "lead back into its own network.",
        ) from error
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(
            f"{origin} does not answer as it should: {error}.", "See the proxy's log."
        ) from error


def _get(origin: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    parts = urlsplit(origin)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read(4_096)
    finally:
        connection.close()


async def pages(config: Config, there: There) -> list[Finding]:
    """Every check of this file."""
    here = _listens(config, there)
    if here.level == "bad":
        return [here]
    return [
        here,
        *([await _name(config)] if not config.public_url else await _name_leads_here(config, there)),
    ]


def _listens(config: Config, there: There) -> Finding:
    where = local(config.host, config.port)
    match there.who:
        case "server":
            return Finding("port", "good", f"The server runs at {where}.")
        case "other":
            return Finding(
                "port",
                "bad",
                f"The server cannot listen at {where}: {there.trouble}.",
                "Choose another host or port, or end the program that has it.",
            )
        case "doctor" if config.port == 0 and config.public_url:
            return Finding(
                "port",
                "bad",
                "The server takes another port at each start, so no proxy can lead to it.",
                "Set port, for example 8000.",
            )
        case "doctor":
            return Finding("port", "good", f"The server can listen at {where}.")


async def _name(config: Config) -> Finding:
    """Without a public address."""
    if config.host in HERE:
        fix = "For guests elsewhere, put a proxy with HTTPS in front and set public_url."
        return Finding("pages", "good", "Only browsers on this machine reach the pages.", fix)
    return Finding(
        "pages",
        "look",
        "Browsers on other machines give neither camera nor secure cookies to a page without HTTPS.",
        "Put a proxy with HTTPS in front and set public_url.",
    )


async def _name_leads_here(config: Config, there: There) -> list[Finding]:
    try:
        status, body = await ask(config.origin, HEALTH)
    except Unreachable as error:
        return [Finding("pages", "bad", str(error), error.fix)]
    if body != there.health:
        return [
            Finding(
                "pages",
                "bad",
                f"{config.origin} answers ({status}), but it is not this server that does.",
                f"Let the proxy pass everything on to {config.local_url}.",
            )
        ]
    reached = Finding("pages", "good", f"{config.origin} leads here.")
    return [reached, await _socket(config)]


async def _socket(config: Config) -> Finding:
    headers = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Origin": config.origin,
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": KEY,
    }
    try:
        status, _ = await ask(config.origin, SOCKET, headers)
    except Unreachable as error:
        return Finding("websockets", "bad", str(error), error.fix)
    if status == http.client.SWITCHING_PROTOCOLS:
        return Finding("websockets", "good", "WebSockets come through.")
    return Finding(
        "websockets",
        "bad",
        f"WebSockets do not come through: {SOCKET} answers {status} rather than 101.",
        "Let the proxy pass on the headers Upgrade and Connection; docs/operating.md shows how.",
    )

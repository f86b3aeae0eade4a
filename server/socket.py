"""The WebSocket endpoint, on the port of the HTTP server.

`Doorway` peeks at a connection's first bytes: `GET /ws` becomes a `Socket`, all else uvicorn's own protocol.
`Socket` turns bytes into messages for its session and keeps the limits of one connection. It is an
`asyncio.Protocol` on the Sans-I/O core of `websockets`, so that prepared frames go straight to the transport.
No permessage-deflate: it costs several times the memory and twice the processor time.
"""

from __future__ import annotations

import asyncio
import http
import ipaddress
import logging
import random
from collections.abc import Callable, MutableSet
from functools import partial
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.server import ServerState
from websockets.exceptions import PayloadTooBig
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from server.metrics import Metrics
from server.protocol import CLOSE, MESSAGE_LIMIT
from server.registry import Registry
from server.session import SOFT_LIMIT, Credits, Redeem, Session
from server.throttle import Throttle
from server.tokens import Ticket

PATH = "/ws"
FIRST_BYTES = b"GET " + PATH.encode()

HANDSHAKE_SECONDS = 10.0
CLOSING_SECONDS = 2.0  # for a browser to answer a close frame
QUIET_SECONDS = 10.0  # after them we ping
SILENT_SECONDS = 25.0  # after them the connection is dead
STUCK_SECONDS = 10.0  # with unsent bytes and no progress
TICK_SECONDS = 2.5

FRAMES_A_SECOND, BYTES_A_SECOND = 50, 65_536
SLICE = 512  # bytes fed to the parser at a time: a flood of empty frames is noticed after at most 85 of them

RETURNS_A_SECOND = 2_000  # how fast browsers are asked to come back after a restart
RESTART_MS = 500

log = logging.getLogger("intermingle.socket")
websockets_log = logging.getLogger("intermingle.websockets")
websockets_log.setLevel(logging.WARNING)


class Endpoint:
    """What all sockets of a server share. `allows` judges an `Origin` header (None: there is none)."""

    def __init__(
        self,
        registry: Registry,
        redeem: Redeem,
        allows: Callable[[str | None], bool],
        metrics: Metrics,
        strangers: Throttle,
        most_connections: int = 20_000,
    ) -> None:
        self.registry, self.redeem, self.allows, self.metrics = registry, redeem, allows, metrics
        self.strangers = strangers  # handshakes that no valid ticket has followed
        self.most_connections = most_connections  # HTTP included; keep it below the limit of open files
        self.sockets: set[Socket] = set()

    def http_protocol(self) -> type[asyncio.Protocol]:
        """For uvicorn's `http=`."""
        return cast(type[asyncio.Protocol], partial(Doorway, self))

    def upgrade_protocol(self) -> type[asyncio.Protocol]:
        """For uvicorn's `ws=`: proxies may upgrade a connection that served HTTP requests before."""
        return cast(type[asyncio.Protocol], partial(Socket, self))

    def return_ms(self) -> int:
        """When one browser shall come back after a restart: spread, so that they don't all come at once."""
        return RESTART_MS + int(random.uniform(0, 1000 * len(self.sockets) / RETURNS_A_SECOND))


class Doorway(asyncio.Protocol):
    """A connection that has not said yet what it wants."""

    def __init__(
        self,
        endpoint: Endpoint,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._uvicorn = (config, server_state, app_state)
        self._connections = cast(MutableSet[asyncio.BaseProtocol], server_state.connections)
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        if len(self._connections) >= self._endpoint.most_connections:
            # Without an answer, browsers would hang when the files run out.
            self._transport.write(b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n")
            self._transport.close()
        self._connections.add(self)
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(HANDSHAKE_SECONDS, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        if self._transport.is_closing():
            return
        self._seen += data
        start = self._seen[: len(FIRST_BYTES) + 1]
        if start in (FIRST_BYTES + b" ", FIRST_BYTES + b"?"):
            self._become(Socket(self._endpoint, *self._uvicorn))
        elif not (FIRST_BYTES + b" ").startswith(start):
            config, state, app_state = self._uvicorn
            self._become(AutoHTTPProtocol(config=config, server_state=state, app_state=app_state))  # type: ignore[call-arg]

    def _become(self, protocol: asyncio.Protocol) -> None:
        """Hand the connection over and replay what was read."""
        self._leave()
        self._transport.set_protocol(protocol)
        protocol.connection_made(self._transport)
        protocol.data_received(self._seen)

    def connection_lost(self, exc: Exception | None) -> None:
        self._leave()

    def shutdown(self) -> None:
        """uvicorn stops."""
        self._transport.abort()

    def _leave(self) -> None:
        self._deadline.cancel()
        self._connections.discard(self)


class Framing(ServerProtocol):
    """RFC 6455 as `websockets` reads it, with our close codes for what it refuses."""

    def fail(self, code: CloseCode | int, reason: str = "") -> None:
        match code:
            case CloseCode.MESSAGE_TOO_BIG:
                code, reason = CLOSE["too-big"], "too-big"
            case CloseCode.PROTOCOL_ERROR | CloseCode.INVALID_DATA:
                code = CLOSE["bad-message"]
        super().fail(code, reason)


class Socket(asyncio.Protocol):
    """One WebSocket connection. The constructor's last arguments are uvicorn's."""

    __slots__ = (
        "_address", "_bytes_left", "_config", "_connections", "_endpoint", "_frames_left", "_framing",
        "_heard_at", "_loop", "_moved_at", "_parts", "_taken", "_timer", "_transport", "_written", "session",
    )  # fmt: skip

    def __init__(
        self,
        endpoint: Endpoint,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self._endpoint, self._config = endpoint, config
        self._address = ""  # where the browser is; empty for this machine
        self._connections = cast(MutableSet[asyncio.BaseProtocol], server_state.connections)
        self._framing = Framing(max_size=MESSAGE_LIMIT, logger=websockets_log)
        self._parts: list[bytes] = []  # of a message in fragments
        self._written = self._taken = 0  # bytes given to the transport; of them, sent when last looked
        self.session: Session | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=SOFT_LIMIT)
        self._loop = asyncio.get_running_loop()
        now = self._heard_at = self._moved_at = self._loop.time()
        self._frames_left = Credits(FRAMES_A_SECOND, FRAMES_A_SECOND, now)
        self._bytes_left = Credits(BYTES_A_SECOND, BYTES_A_SECOND, now)
        self._timer = self._loop.call_later(HANDSHAKE_SECONDS, self._transport.abort)
        self._connections.add(self)

    # From the network

    def data_received(self, data: bytes) -> None:
        now = self._heard_at = self._loop.time()
        for start in range(0, len(data), SLICE):
            if self._framing.eof_sent:
                return  # whatever else this browser sends is not read
            self._feed(data[start : start + SLICE], now)

    def _feed(self, data: bytes, now: float) -> None:
        opened = self._framing.state is OPEN
        self._framing.receive_data(data)
        events = self._framing.events_received()
        paid = self._bytes_left.take(len(data), now) and self._frames_left.take(len(events), now)
        if opened and not paid:
            self._refuse("too-fast")
            return
        for event in events:
            if isinstance(event, Request):
                self._answer_handshake(event)
            elif isinstance(event, Frame):
                self._frame(event)
        self._flush()
        if self._framing.parser_exc is not None and self.session is not None:
            too_big = isinstance(self._framing.parser_exc, PayloadTooBig)
            self.session.broken("too-big" if too_big else "bad-message")

    def _frame(self, frame: Frame) -> None:
        if self._framing.close_sent is not None or self.session is None:
            return
        match frame.opcode:
            case Opcode.TEXT | Opcode.CONT:
                self._parts.append(bytes(frame.data))
                if frame.fin:
                    whole, self._parts = b"".join(self._parts), []
                    self.session.received(whole)
            case Opcode.BINARY:
                self._refuse("bad-message")

    def _refuse(self, name: str) -> None:
        if self.session is not None:
            self.session.close(name)

    def eof_received(self) -> None:
        self._framing.receive_eof()
        self._flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        self._connections.discard(self)
        self._endpoint.sockets.discard(self)
        self._endpoint.metrics.connections.set(len(self._endpoint.sockets))
        if self.session is not None:
            self.session.lost()

    # Handshake

    def _answer_handshake(self, request: Request) -> None:
        response = self._framing.accept(request) if self._welcome(request) else None
        if response is None:
            return
        self._framing.send_response(response)
        self._endpoint.metrics.handshakes.labels(str(int(response.status_code))).inc()
        if self._framing.state is OPEN:
            self._open()

    def _welcome(self, request: Request) -> bool:
        """Refuse foreign pages, and crowds of strangers, before any work is done for them."""
        self._address = sender(self._transport.get_extra_info("peername"), request, self._config)
        origins = request.headers.get_all("Origin")
        if len(origins) > 1 or not self._endpoint.allows(origins[0] if origins else None):
            self._reject(http.HTTPStatus.FORBIDDEN, "This page may not connect here.\n")
        elif request.path.partition("?")[0] != PATH:
            self._reject(http.HTTPStatus.NOT_FOUND, f"The WebSocket is at {PATH}.\n")
        elif self._address and not self._endpoint.strangers.free(self._address):
            self._reject(http.HTTPStatus.TOO_MANY_REQUESTS, "Too many tries. Wait a minute.\n")
        else:
            return True
        return False

    def _reject(self, status: http.HTTPStatus, text: str) -> None:
        self._framing.send_response(self._framing.reject(status, text))
        self._endpoint.metrics.handshakes.labels(str(int(status))).inc()

    def _open(self) -> None:
        endpoint = self._endpoint
        if self._address:
            endpoint.strangers.count(self._address)
        self.session = Session(self, endpoint.registry, self._redeem, endpoint.metrics)
        endpoint.sockets.add(self)
        endpoint.metrics.connections.set(len(endpoint.sockets))
        self._later(TICK_SECONDS, self._tick)

    def _redeem(self, ticket: str) -> Ticket | None:
        """Who has a valid ticket is no stranger: an office of hundreds sits behind one address."""
        granted = self._endpoint.redeem(ticket)
        if granted is not None and self._address:
            self._endpoint.strangers.take_back(self._address)
        return granted

    # To the network

    def write(self, frame: bytes) -> None:
        if self._framing.state is OPEN:
            self._written += len(frame)
            self._transport.write(frame)

    def unsent(self) -> int:
        return self._transport.get_write_buffer_size()

    def close(self, code: int, reason: str) -> None:
        """Send a close frame and half-close; what arrives after it is thrown away."""
        if self._framing.state is OPEN:
            # A control frame holds 125 bytes, two of them the code (RFC 6455, section 5.5).
            self._framing.fail(code, reason.encode()[:120].decode(errors="ignore"))
            self._flush()

    def abort(self) -> None:
        self._transport.abort()

    def resume_writing(self) -> None:
        if self.session is not None:
            self.session.drained()

    def shutdown(self) -> None:
        """uvicorn stops: ask the browser to come back."""
        if self.session is None:
            self._transport.abort()
        else:
            self.session.away_for(self._endpoint.return_ms())

    def _flush(self) -> None:
        for data in self._framing.data_to_send():
            if data:
                self._written += len(data)
                self._transport.write(data)
            elif not self._transport.is_closing():
                # Closing at once would reset the connection when input is unread, and lose the close frame.
                self._transport.write_eof()
                self._later(CLOSING_SECONDS, self._transport.abort)

    # Time

    def _later(self, seconds: float, callback: Callable[[], None]) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, callback)

    def _tick(self) -> None:
        """Cut connections that are dead or stuck; ping those that are quiet."""
        now = self._loop.time()
        unsent = self.unsent()
        if self._written - unsent != self._taken or not unsent:
            self._taken, self._moved_at = self._written - unsent, now
        if now - self._moved_at >= STUCK_SECONDS:
            if self.session is not None:
                self.session.cut()
        elif now - self._heard_at >= SILENT_SECONDS:
            self._transport.abort()
        else:
            if now - self._heard_at >= QUIET_SECONDS and unsent <= SOFT_LIMIT:
                self._framing.send_ping(b"")
                self._flush()
            self._later(TICK_SECONDS, self._tick)


def sender(peer: object, request: Request, config: Config) -> str:
    """Where a browser is: the connection's other end, or what a proxy that uvicorn trusts says of it.

    Empty when it is this machine, or nobody knows.
    """
    address = str(peer[0]) if isinstance(peer, tuple) else ""
    proxies = config.loaded_app
    if isinstance(proxies, ProxyHeadersMiddleware) and address in proxies.trusted_hosts:
        forwarded = ", ".join(request.headers.get_all("X-Forwarded-For"))
        if forwarded:
            address, _ = proxies.trusted_hosts.get_trusted_client_address(forwarded)
    try:
        return "" if ipaddress.ip_address(address).is_loopback else address
    except ValueError:
        return address

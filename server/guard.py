"""What holds for all of HTTP: security headers, whose pages may write, how big a body may be."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders

from server.config import Config
from server.problems import Trouble, answer
from server.tables import SIZE_LIMIT

BODY_LIMIT = (
    SIZE_LIMIT + 4_096
)  # bytes: the largest is a list of people, whose own limit gives a better answer
READING = ("GET", "HEAD", "OPTIONS")

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def security_headers(config: Config) -> dict[str, str]:
    """The same for every answer. Scripts and styles come from files of this server only."""
    policy = (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"connect-src 'self' {config.socket_origin}; media-src 'self' blob:; font-src 'self'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
    }
    if config.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return headers


def allows(config: Config, origin: str | None) -> bool:
    """Whether a page of this origin may use the server. Programs send none; browsers do when they write."""
    return origin is None or origin in config.origins


class Guard:
    """Around the whole application."""

    def __init__(self, app: Asgi, config: Config) -> None:
        self._app, self._config = app, config
        self._headers = security_headers(config)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
            await send(message)

        trouble = self._trouble(scope["method"], Headers(scope=scope))
        if trouble is not None:
            await answer(trouble)(scope, receive, guarded)
        else:
            await self._app(scope, Limited(receive), guarded)

    def _trouble(self, method: str, headers: Headers) -> Trouble | None:
        if method in READING:
            return None
        foreign = headers.get("sec-fetch-site") == "cross-site" and headers.get("origin") is None
        if foreign or not all(allows(self._config, origin) for origin in headers.getlist("origin")):
            return Trouble("foreign-page", "This can only be done from the event's own pages.")
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > BODY_LIMIT:
            return too_big()
        return None


class Limited:
    """Receives a request's body up to the limit, also one in chunks that never says how long it is."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._size = receive, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > BODY_LIMIT:
            raise too_big()
        return message


def too_big() -> Trouble:
    return Trouble("too-big", f"A request may have {BODY_LIMIT // 1024:,} kB.")

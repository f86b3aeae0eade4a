"""Runs the server: uvicorn for HTTP, the WebSocket endpoint on the same port, and a calm end.

On SIGTERM or Ctrl-C: no new connections, browsers are told when to come back (close code 1012), requests
under way are finished, then the application's own shutdown lets every event finish its inbox.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from server import logs
from server.app import Application
from server.config import Config

if sys.platform != "win32":
    import resource

    import uvloop

GRACE_SECONDS = 10  # for requests under way when the server stops
SPARE_FILES = 256  # for everything that is not a connection
YOUNG_OBJECTS = 50_000  # made before the collector looks: its runs are half of the cost of a connection


class Server(uvicorn.Server):
    """uvicorn's, which says when it listens, and where."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    def port(self) -> int:
        """Also when it was asked for any port (0)."""
        return int(self.servers[0].sockets[0].getsockname()[1])


def server(app: Application, host: str, port: int) -> Server:
    """Not running yet: `await server.serve()`, and set `should_exit` to end it."""
    return Server(
        uvicorn.Config(
            app.asgi,
            host=host,
            port=port,
            http=app.endpoint.http_protocol(),
            ws=app.endpoint.upgrade_protocol(),
            lifespan="on",
            log_config=None,
            access_log=False,  # addresses and paths belong to people
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


@asynccontextmanager
async def running(app: Application, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[int]:
    """The server inside a loop that does other things too: gives its port, ends it with the block."""
    serving = server(app, host, port)
    task = asyncio.create_task(serving.serve(), name="server")
    listening = asyncio.create_task(serving.listening.wait())
    await asyncio.wait({task, listening}, return_when=asyncio.FIRST_COMPLETED)
    listening.cancel()
    if task.done():
        task.result()  # why it could not start
    try:
        yield serving.port()
    finally:
        serving.should_exit = True
        await task


def run(
    build: Callable[[], Awaitable[Application]],
    config: Config,
    listening: Callable[[Application], Awaitable[None]],
) -> None:
    """Serve until told to stop. `listening` is awaited beside the server once browsers can come.

    `build` runs in the loop that serves; what it opened is closed by the end of the application's lifespan.
    """
    logs.set_up(config.log_level)

    async def serve() -> None:
        app = await build()
        app.endpoint.most_connections = connections_possible()
        serving = server(app, config.host, config.port)
        announcing = asyncio.create_task(announce(app, serving), name="announce")
        try:
            await serving.serve()
        finally:
            announcing.cancel()

    async def announce(app: Application, serving: Server) -> None:
        await serving.listening.wait()
        await listening(app)
        tidy_memory()

    loop = None if sys.platform == "win32" else uvloop.new_event_loop
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(serve())


def tidy_memory() -> None:
    """What lives as long as the server need not be looked at by the collector again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)


def connections_possible() -> int:
    """How many connections our files allow, after raising that limit as far as we may."""
    if sys.platform == "win32":
        return 10_000
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return max(SPARE_FILES, hard - SPARE_FILES)

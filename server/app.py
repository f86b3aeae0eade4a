"""Everything that a server consists of, built by hand in the order of what needs what."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from weakref import WeakValueDictionary

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.actor import Surroundings
from server.addresses import is_own
from server.api import Api
from server.config import Config
from server.demo import Demo
from server.guard import Asgi, Guard, allows
from server.journal import Journal
from server.journal_sqlite import SqliteJournal
from server.media.worker import MediaWorker
from server.metrics import Metrics
from server.openapi import describe
from server.operations import BASE, Operation, json_answer
from server.pages import Pages
from server.planning import Planner, PlannerLike
from server.problems import HANDLERS
from server.registry import Registry
from server.retention import Retention
from server.socket import Endpoint
from server.throttle import Throttle
from server.tokens import Tokens
from server.turn import Turn

log = logging.getLogger("intermingle")

CODE_TRIES, ALL_CODE_TRIES = 20, 600  # wrong event codes a minute: of one address, of all
CREATIONS, ALL_CREATIONS = 60, 1_200  # events made a minute
DEMOS, ALL_DEMOS = 2, 6  # a minute
STRANGERS, ALL_STRANGERS = 300, 60_000  # WebSocket handshakes a minute that no valid ticket follows


@dataclass(frozen=True, slots=True)
class Application:
    """`asgi` for HTTP, `endpoint` for WebSockets; the end of `asgi`'s lifespan closes everything."""

    config: Config
    asgi: Asgi
    endpoint: Endpoint
    registry: Registry
    tokens: Tokens
    metrics: Metrics
    demo: Demo
    api: Api


async def create_app(
    config: Config,
    *,
    journal: Journal | None = None,
    planner: PlannerLike | None = None,
    media: bool = True,
    wall: Callable[[], float] = lambda: time.time() * 1000,
) -> Application:
    """A server that is ready but not listening. Raises `JournalFailed` when the data file cannot be used.

    Tests give their own journal, planner and clock, and do without the media process.
    """
    metrics = Metrics()
    journal = journal or await SqliteJournal.open(config.data)
    tokens = await Tokens.open(journal, time.monotonic)
    planner = planner or await warm_planner()
    plane = media_process(config) if media else None
    registry = Registry(Surroundings(journal, planner, plane, metrics, wall))
    if plane is not None:
        plane.listen(registry.told)
    strangers = Throttle(STRANGERS, ALL_STRANGERS, time.monotonic)
    endpoint = Endpoint(registry, tokens.redeem, lambda origin: allows(config, origin), metrics, strangers)
    retention = Retention(config.retention_days, registry, journal, tokens, wall)
    demo = Demo(config, registry, tokens, wall)
    api = Api(
        config=config,
        registry=registry,
        tokens=tokens,
        planner=planner,
        wall=wall,
        creations=Throttle(CREATIONS, ALL_CREATIONS, time.monotonic),
        code_tries=Throttle(CODE_TRIES, ALL_CODE_TRIES, time.monotonic),
        demo_tries=Throttle(DEMOS, ALL_DEMOS, time.monotonic),
        demo=demo.start,
        planning=asyncio.Lock(),
        importing=asyncio.Lock(),
        creating=asyncio.Lock(),
        joining=WeakValueDictionary(),
    )
    started = asyncio.Event()
    await registry.start()
    retention.start()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        started.set()
        try:
            yield
        finally:
            started.clear()
            await demo.close()
            await retention.close()
            await registry.close()
            if plane is not None:
                await plane.stop()
            await planner.close()
            await journal.close()

    def ready() -> bool:
        return started.is_set() and not journal.failed()

    operations = api.operations()
    description = Route(f"{BASE}/openapi.json", description_of(operations, config.origin))
    routes = [*(each.route() for each in operations), description, *Pages(metrics, ready).routes()]
    starlette = Starlette(routes=routes, exception_handlers=HANDLERS, lifespan=lifespan)
    return Application(config, Guard(starlette, config), endpoint, registry, tokens, metrics, demo, api)


def media_process(config: Config) -> MediaWorker | None:
    """Sound and picture, starting; None where no address for them is known."""
    if doubt := media_doubt(config):
        log.warning(doubt)
    if not config.media:
        return None
    turn = Turn(config.turn_urls, config.turn_secret, time.time)
    worker = MediaWorker(
        config.media, config.media_port, config.media_bind, turn.servers, thrifty=config.media_thrifty
    )
    worker.begin()
    return worker


def media_doubt(config: Config) -> str:
    """What an operator should know of the address for sound and picture; nothing where it is well."""
    if not config.media:
        return (
            "Sound and picture are off: set media_address to the IP address at which browsers reach this one."
        )
    if not is_own(config.media):
        return (
            "media_address is not this machine's own: right only where a router passes its UDP port on. "
            "`intermingle doctor` says more."
        )
    return ""


async def warm_planner() -> Planner:
    planner = Planner()
    await planner.start()
    return planner


def description_of(
    operations: tuple[Operation, ...], origin: str
) -> Callable[[Request], Awaitable[Response]]:
    @cache  # hardly ever asked for, and 40 ms of a server's start
    def written() -> msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(describe(operations, origin)))

    async def openapi(_: Request) -> Response:
        return json_answer(written())

    return openapi

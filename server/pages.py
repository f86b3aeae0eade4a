"""HTTP for people: one page for every screen, its scripts and styles, and what operators look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from server.bodies import Health
from server.metrics import Metrics
from server.operations import json_answer
from server.problems import Trouble

STATIC = Path(__file__).with_name("static")
SCREENS = ("/", "/j", "/e/{event}", "/e/{event}/plan", "/e/{event}/console", "/e/{event}/report")
FOREVER = "public, max-age=31536000, immutable"  # the names of assets change with their content
UNBUILT = "The pages have not been built. Start the server by ./run serve, which does it.\n"


class Pages:
    """`ready` is false while the server starts, while it stops, and when nothing can be saved any more."""

    def __init__(self, metrics: Metrics, ready: Callable[[], bool], static: Path = STATIC) -> None:
        self._metrics, self._ready, self._static = metrics, ready, static

    def routes(self) -> list[BaseRoute]:
        return [
            *(Route(path, self.screen) for path in SCREENS),
            Route("/static/{path:path}", self.asset),
            Route("/healthz", self.healthy),
            Route("/readyz", self.is_ready),
            Route("/metrics", self.metrics),
        ]

    async def screen(self, _: Request) -> Response:
        """The same file for every screen: the address tells the page's script which to draw."""
        page = self._static / "index.html"
        if not page.is_file():
            return PlainTextResponse(UNBUILT, 503)
        return FileResponse(page, headers={"Cache-Control": "no-cache"})

    async def asset(self, request: Request) -> Response:
        root = self._static.resolve()
        path = (root / request.path_params["path"]).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise Trouble("no-page", "There is no such file.")
        lasting = path.is_relative_to(root / "assets")
        return FileResponse(path, headers={"Cache-Control": FOREVER if lasting else "no-cache"})

    async def healthy(self, _: Request) -> Response:
        """The process answers."""
        return json_answer(Health("ok"))

    async def is_ready(self, _: Request) -> Response:
        """Events can be attended: for whoever sends people here."""
        return json_answer(Health("ok")) if self._ready() else json_answer(Health("busy"), 503)

    async def metrics(self, _: Request) -> Response:
        return PlainTextResponse(self._metrics.text(), headers={"Cache-Control": "no-store"})

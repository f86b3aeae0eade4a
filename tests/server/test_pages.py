"""Pages for people, and what operators look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from server.config import Config
from server.guard import Guard, security_headers
from server.metrics import Metrics
from server.pages import FOREVER, SCREENS, Pages
from server.problems import HANDLERS


class Ready:
    yes = True

    def __call__(self) -> bool:
        return self.yes


@pytest.fixture
def static(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>")
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "index-1a2b.js").write_text("start()")
    (tmp_path / "secret").write_text("mine")
    return folder


@pytest.fixture
def ready() -> Ready:
    return Ready()


@pytest.fixture
async def client(static: Path, ready: Ready) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=Pages(Metrics(), ready, static).routes(), exception_handlers=HANDLERS)
    transport = httpx.ASGITransport(app=Guard(app, Config()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


@pytest.mark.parametrize("path", SCREENS)
async def test_every_screen_is_the_same_page_and_is_asked_for_anew(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path.format(event="e1"))
    assert answer.text == "<!doctype html>"
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


async def test_assets_are_kept_for_ever_and_other_files_are_not(client: httpx.AsyncClient) -> None:
    asset = await client.get("/static/assets/index-1a2b.js")
    assert asset.headers["cache-control"] == FOREVER
    assert asset.headers["content-type"].startswith("text/javascript")
    assert (await client.get("/static/icon.svg")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", ["../secret", "%2e%2e/secret", "..%2fsecret", "assets/../../secret", "nothing.js", "assets", ""]
)
async def test_nothing_outside_the_folder_is_given_away(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(f"/static/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-page")


async def test_pages_that_have_not_been_built_say_how_to(client: httpx.AsyncClient, static: Path) -> None:
    (static / "index.html").unlink()
    answer = await client.get("/")
    assert answer.status_code == 503 and "./run serve" in answer.text


async def test_health_and_readiness_differ_while_the_server_stops(
    client: httpx.AsyncClient, ready: Ready
) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).status_code == 200
    ready.yes = False
    assert (await client.get("/healthz")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503


async def test_metrics_are_in_the_format_of_prometheus(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert "# TYPE intermingle_connections gauge" in answer.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/nothing", "/static/assets/index-1a2b.js"])
async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert "script-src 'self';" in policy
    assert "connect-src 'self' ws://localhost:8000;" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "camera=(self)" in answer.headers["permissions-policy"]


def test_only_behind_https_browsers_are_told_to_stay_there() -> None:
    assert "Strict-Transport-Security" not in security_headers(Config())
    public = security_headers(Config(public_url="https://meet.example.org"))
    assert public["Strict-Transport-Security"] == "max-age=31536000"
    assert "wss://meet.example.org" in public["Content-Security-Policy"]

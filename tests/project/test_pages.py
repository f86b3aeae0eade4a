"""How much JavaScript a page may cost. Whoever comes by phone waits for every kilobyte."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[2] / "server" / "static"
GUEST_BYTES, HOST_BYTES = 40_000, 80_000
# Every page that is not named here is one that guests load.
HOST_SCREENS = {"plan", "console", "report"}
HOST_TEXTS = "src/texts/en.host.json"
# What must be among the screens, so that a renamed folder cannot empty this test.
KNOWN_SCREENS = {"home", "guest", *HOST_SCREENS}

Manifest = dict[str, dict[str, Any]]


def manifest() -> Manifest:
    path = STATIC / "manifest.json"
    if not path.exists():
        pytest.fail("The pages are not built: ./run builds them into server/static.", pytrace=False)
    built: Manifest = json.loads(path.read_text())
    return built


def loaded(built: Manifest, *entries: str) -> set[str]:
    """The JavaScript files that a browser needs before it can show these."""
    found, waiting = set[str](), list(entries)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += built[key].get("imports", [])
    return {built[key]["file"] for key in found if built[key]["file"].endswith(".js")}


def pages(built: Manifest, so_far: tuple[str, ...] = ("index.html",)) -> Iterator[tuple[str, ...]]:
    """Each screen that is loaded on demand, after those by which one comes to it."""
    for key in built[so_far[-1]].get("dynamicImports", []):
        if key not in so_far:
            yield (*so_far, key)
            yield from pages(built, (*so_far, key))


def screen(page: tuple[str, ...]) -> str:
    """The name of the screen that the address asked for."""
    return Path(page[1]).stem


def compressed_bytes(files: set[str]) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), compresslevel=6, mtime=0)) for name in files)


def test_every_page_keeps_its_budget() -> None:
    built = manifest()
    assert {screen(page) for page in pages(built)} >= KNOWN_SCREENS
    over = {}
    for page in pages(built):
        is_host = screen(page) in HOST_SCREENS
        size = compressed_bytes(loaded(built, *page, *([HOST_TEXTS] if is_host else [])))
        if size > (HOST_BYTES if is_host else GUEST_BYTES):
            over[page] = size
    assert over == {}


def test_the_pages_load_nothing_from_elsewhere() -> None:
    """Guests are told that nobody else learns of them: no script, font or picture from another host."""
    built = manifest()
    page = (STATIC / "index.html").read_text()
    assert f'src="/static/{built["index.html"]["file"]}"' in page
    assert "://" not in page


def test_a_page_costs_all_that_leads_to_it_and_nothing_beside_it() -> None:
    built: Manifest = {
        "index.html": {"file": "entry.js", "imports": ["shared"], "dynamicImports": ["guest", "plan"]},
        "shared": {"file": "shared.js"},
        "guest": {"file": "guest.js", "imports": ["index.html", "sky"], "dynamicImports": ["end", "move"]},
        "sky": {"file": "sky.js"},
        "end": {"file": "end.js", "imports": ["guest"]},
        "move": {"file": "move.js", "imports": ["guest"]},
        "plan": {"file": "plan.js"},
    }
    assert {page[-1]: screen(page) for page in pages(built)} == {
        "guest": "guest",
        "end": "guest",
        "move": "guest",
        "plan": "plan",
    }
    guest = {"entry.js", "shared.js", "guest.js", "sky.js"}
    assert loaded(built, "index.html", "guest") == guest
    assert loaded(built, "index.html", "guest", "end") == guest | {"end.js"}

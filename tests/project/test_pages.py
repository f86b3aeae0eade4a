"""How much JavaScript a page may cost. Whoever comes by phone waits for every kilobyte."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

STATIC = Path(__file__).parents[2] / "server" / "static"
GUEST_BYTES, HOST_BYTES = 40_000, 80_000
# Every screen that is not named here is one that guests load.
HOST_SCREENS = {"plan", "console", "report"}
# What must be among the screens, so that a renamed folder cannot empty this test.
KNOWN_SCREENS = {"home", "guest", *HOST_SCREENS}

Manifest = dict[str, dict[str, Any]]


def manifest() -> Manifest:
    path = STATIC / "manifest.json"
    if not path.exists():
        pytest.fail("The pages are not built: ./run builds them into server/static.", pytrace=False)
    built: Manifest = json.loads(path.read_text())
    return built


def loaded(built: Manifest, screen: str) -> set[str]:
    """The JavaScript files of a screen: the entry's, its own, and what it may load later."""
    found, waiting = {"index.html"}, [*built["index.html"].get("imports", []), screen]
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += built[key].get("imports", []) + built[key].get("dynamicImports", [])
    return {built[key]["file"] for key in found if built[key]["file"].endswith(".js")}


def screens(built: Manifest) -> dict[str, str]:
    """Each screen that the entry loads on demand, with its key in the manifest."""
    return {Path(key).stem: key for key in built["index.html"]["dynamicImports"]}


def compressed_bytes(files: set[str]) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), compresslevel=6, mtime=0)) for name in files)


def test_every_page_keeps_its_budget() -> None:
    built = manifest()
    sizes = {name: compressed_bytes(loaded(built, key)) for name, key in screens(built).items()}
    assert set(sizes) >= KNOWN_SCREENS
    budgets = {name: HOST_BYTES if name in HOST_SCREENS else GUEST_BYTES for name in sizes}
    assert {name: size for name, size in sizes.items() if size > budgets[name]} == {}


def test_the_pages_load_nothing_from_elsewhere() -> None:
    """Guests are told that nobody else learns of them: no script, font or picture from another host."""
    built = manifest()
    page = (STATIC / "index.html").read_text()
    assert f'src="/static/{built["index.html"]["file"]}"' in page
    assert "://" not in page


def test_a_screen_costs_all_that_it_loads_and_no_other_screen() -> None:
    built: Manifest = {
        "index.html": {"file": "entry.js", "imports": ["shared"], "dynamicImports": ["guest", "plan"]},
        "shared": {"file": "shared.js"},
        "guest": {"file": "guest.js", "imports": ["index.html", "sky"], "dynamicImports": ["room"]},
        "sky": {"file": "sky.js"},
        "room": {"file": "room.js", "imports": ["guest"]},
        "plan": {"file": "plan.js"},
    }
    assert screens(built) == {"guest": "guest", "plan": "plan"}
    assert loaded(built, "guest") == {"entry.js", "shared.js", "guest.js", "sky.js", "room.js"}

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


def closure(built: Manifest, *entries: str) -> set[str]:
    """The JavaScript files that a browser loads for these entries before it can show anything."""
    found, waiting = set[str](), list(entries)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += built[key].get("imports", [])
    return {built[key]["file"] for key in found if built[key]["file"].endswith(".js")}


def screens(built: Manifest) -> dict[str, str]:
    """Each screen that is loaded on demand, with its key in the manifest."""
    return {
        Path(key).stem: key for key, chunk in built.items() if chunk.get("isDynamicEntry") and "src" in chunk
    }


def compressed_bytes(files: set[str]) -> int:
    return sum(len(gzip.compress((STATIC / name).read_bytes(), compresslevel=6, mtime=0)) for name in files)


def test_every_page_keeps_its_budget() -> None:
    built = manifest()
    sizes = {
        name: compressed_bytes(closure(built, "index.html", key)) for name, key in screens(built).items()
    }
    assert set(sizes) >= KNOWN_SCREENS
    budgets = {name: HOST_BYTES if name in HOST_SCREENS else GUEST_BYTES for name in sizes}
    assert {name: size for name, size in sizes.items() if size > budgets[name]} == {}


def test_the_pages_load_nothing_from_elsewhere() -> None:
    """Guests are told that nobody else learns of them: no script, font or picture from another host."""
    built = manifest()
    page = (STATIC / "index.html").read_text()
    assert f'src="/static/{built["index.html"]["file"]}"' in page
    assert "://" not in page


def test_what_is_imported_by_what_is_imported_counts() -> None:
    built: Manifest = {
        "a": {"file": "a.js", "imports": ["b"], "dynamicImports": ["d"]},
        "b": {"file": "b.js", "imports": ["c", "a"]},
        "c": {"file": "c.js"},
        "d": {"file": "d.js"},
    }
    assert closure(built, "a") == {"a.js", "b.js", "c.js"}

"""What all tests share: which of them are long, and where Chromium is."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

DEBIAN_PACKAGES = ("chromium", "libatomic1", "fonts-dejavu-core")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run the long tests as well")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--all"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_collection_finish(session: pytest.Session) -> None:
    """A browser that must be downloaded first is downloaded here, where no test's timeout runs."""
    if any("chromium_path" in getattr(item, "fixturenames", ()) for item in session.items):
        find_chromium()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser for tests: $CHROMIUM, else on PATH, else Debian's, else Playwright's; else fails."""
    path = find_chromium()
    if path is None:
        pytest.fail(
            "There is no Chromium: name one in $CHROMIUM, put `chromium` on PATH (on Debian: apt install "
            f"{' '.join(DEBIAN_PACKAGES)}), or run `.venv/bin/playwright install chromium`.",
            pytrace=False,
        )
    # Debian's Chromium does not bring libatomic1, and Playwright's words without it do not say so.
    if not playwright_starts() and not (install_from_debian() and playwright_starts()):
        pytest.fail("Playwright's own Node does not start. On Debian: apt install libatomic1", pytrace=False)
    return path


def find_chromium() -> str | None:
    with open(__file__) as one_at_a_time:  # tests that run side by side must not install it twice
        flock(one_at_a_time, LOCK_EX)
        return first_chromium()


def first_chromium() -> str | None:
    for find in (named_chromium, chromium_on_path, debian_chromium, playwright_chromium):
        if path := find():
            return path
    return None


def playwright_starts() -> bool:
    ask = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(ask, capture_output=True).returncode == 0


def named_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        raise pytest.UsageError(f"$CHROMIUM names {named}, which is no program.")
    return named


def chromium_on_path() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def debian_chromium() -> str | None:
    return chromium_on_path() if install_from_debian() else None


def install_from_debian(packages: Sequence[str] = DEBIAN_PACKAGES) -> bool:
    """Whether Debian's packages are there now; tried only where that is ours to do."""
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return False
    apt = ["apt-get", "-qq", "--yes", "--no-install-recommends"]
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], env=quiet, stdout=subprocess.DEVNULL)
    done = subprocess.run([*apt, "install", *packages], env=quiet, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def playwright_chromium() -> str | None:
    """Asks in a process of its own: Playwright's synchronous side breaks every later async test."""
    ask = (
        "from playwright.sync_api import sync_playwright as play\n"
        "with play() as p: print(p.chromium.executable_path)"
    )
    found = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True)
    path = found.stdout.strip()
    if path and not Path(path).exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])
    return path if path and Path(path).exists() else None

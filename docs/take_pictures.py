"""Takes the pictures of the README from the running product.

    ./run lint                              once: installs what the tests need
    .venv/bin/python docs/take_pictures.py

Starts the demo, comes in as its host and as a guest on a phone, and waits until round 2 is well under way,
which takes about four minutes. Chromium is looked for as the tests do it.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
sys.path.insert(0, str(ROOT))  # so that it runs from any folder

from tests.conftest import find_chromium  # noqa: E402

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}
START_SECONDS, ROUND_SECONDS = 60, 200
MOST_BYTES = 300_000  # of all pictures together: everyone who clones has them


async def main() -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "demo", "--no-open", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            links = await links_of(demo)
        await pictures(links)
    finally:
        demo.terminate()
        await demo.wait()


async def links_of(demo: asyncio.subprocess.Process) -> dict[str, str]:
    """What the demo prints: organiser, host, guest."""
    assert demo.stdout is not None
    links: dict[str, str] = {}
    while "guest" not in links:
        line = (await demo.stdout.readline()).decode()
        if not line:
            sys.exit("The demo ended before it had printed its links.")
        if found := re.match(r"\s+(\w+)\s+(http\S+)", line):
            links[found[1]] = found[2]
    return links


async def pictures(links: dict[str, str]) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        guest = await come_in(chromium, links["guest"], PHONE, "Nia Evans", "Enter the lobby")
        host = await come_in(chromium, links["host"], DESK, "Maja Lund", "Go to the event")
        await begin(host)
        # From here the clock leads: two minutes, a moment to finish, the move to round 2.
        await expect(host.get_by_role("heading", name="Round 2 of 4")).to_be_visible(
            timeout=ROUND_SECONDS * 1000
        )
        await asyncio.sleep(50)  # by then someone has come late and someone has lost the connection
        await host.screenshot(path=PICTURES / "console.png")
        await guest.screenshot(path=PICTURES / "room.png")
        await chromium.close()
    size = sum(path.stat().st_size for path in PICTURES.glob("*.png"))
    if size > MOST_BYTES:
        sys.exit(f"The pictures have {size:,} bytes; let them have {MOST_BYTES:,} at most.")


async def come_in(chromium: Browser, link: str, window: ViewportSize, name: str, button: str) -> Page:
    """By a link, under a name."""
    context = await chromium.new_context(viewport=window, locale="en-GB", timezone_id="UTC")
    page = await context.new_page()
    await page.goto(link)
    await page.get_by_label("Your name").fill(name)
    await page.get_by_role("button", name=button).click()
    await expect(page.get_by_role("button", name=button)).to_be_hidden()
    return page


async def begin(host: Page) -> None:
    """Once those who come in time are here."""
    await expect(host.get_by_text(re.compile(r"^(19|2\d) of 22 here$"))).to_be_visible(timeout=30_000)
    await host.get_by_role("button", name="Start round 1").click()


if __name__ == "__main__":
    asyncio.run(main())

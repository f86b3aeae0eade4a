"""The browser that tests of screens share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

# Says what was found, where only its assertion says so.
pytest.register_assert_rewrite("tests.e2e.staged")

from tests.e2e.staged import STATIC  # noqa: E402

# A busy machine may take its time; what never comes still fails.
expect.set_options(timeout=20_000)

# Sound and picture stay on this machine, and whoever asks for a camera gets what the test gives.
ARGUMENTS = ["--no-sandbox", "--allow-loopback-in-peer-connection", "--use-fake-ui-for-media-stream"]


@pytest.fixture(scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    if not (STATIC / "index.html").exists():
        pytest.fail("The pages are not built: ./run builds them into server/static.", pytrace=False)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
        yield launched
        await launched.close()

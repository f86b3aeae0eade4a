"""Real browsers hear and see each other: the right person, before and after a move, after the media process
was killed and after the network has changed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from rooms.commands import CloseEvent, EndRound
from tests.e2e.call_stage import NAMES, call_evening

# As browsers do it for a page that nobody has touched yet. Playwright's own looking counts as a touch.
UNTOUCHED = """() => {
  let touched = false;
  addEventListener("click", () => { touched = true; }, true);
  const { play } = HTMLMediaElement.prototype;
  HTMLMediaElement.prototype.play = function () {
    if (touched || this.muted) return play.call(this);
    this.pause();
    return Promise.reject(new DOMException("nobody has touched this page", "NotAllowedError"));
  };
}"""


async def test_people_see_and_hear_whom_they_are_with_and_someone_without_devices_listens(
    browser: Browser, tmp_path: Path
) -> None:
    async with call_evening(browser, tmp_path, listener="Dan") as stage:
        await stage.begin(1)
        await stage.all_receive_their_partners()
        first = {name: stage.partner(name) for name in NAMES}

        await stage.kill_media_process()
        await stage.all_receive_their_partners()

        await stage.watcher.do(EndRound(1))
        await stage.begin(2)
        assert all(stage.partner(name) != first[name] for name in NAMES)
        await stage.all_receive_their_partners()

        await stage.watcher.do(CloseEvent())
        for page in (page for name, page in stage.pages.items() if name != stage.listener):
            await page.wait_for_function("() => given.every(({ readyState }) => readyState === 'ended')")


@pytest.mark.long
async def test_sound_and_picture_go_on_when_a_router_forgets_and_when_the_network_is_another(
    browser: Browser, tmp_path: Path
) -> None:
    async with call_evening(browser, tmp_path, ("Ana", "Ben"), relayed="Ana") as stage:
        await stage.begin(1)
        await stage.all_receive_their_partners()
        assert stage.relay is not None and stage.offers == 1

        stage.relay.move()
        await stage.all_receive_their_partners()

        stage.relay.cut()
        while stage.offers == 1:
            await asyncio.sleep(0.05)
        await stage.all_receive_their_partners()


@pytest.mark.long
async def test_pictures_move_before_the_sound_is_let_in(browser: Browser, tmp_path: Path) -> None:
    """A page that was loaded again plays no sound before something was pressed, but moves the picture."""
    async with call_evening(browser, tmp_path, ("Ana", "Ben")) as stage:
        await stage.begin(1)
        await stage.all_receive_their_partners()
        page = stage.pages["Ana"]
        await page.add_init_script(f"({UNTOUCHED})()")
        await page.reload()
        loud = page.get_by_role("button", name="Turn the sound on")
        await expect(loud).to_be_visible()
        picture = page.locator(".tile:not([data-self]) video")
        await expect(picture).to_be_visible()
        await expect(picture).to_have_js_property("paused", False)
        await loud.click()
        await expect(loud).to_be_hidden()
        for name in ("paused", "muted"):
            await expect(picture).to_have_js_property(name, False)

"""A host is seen and heard by everyone, or by the room they visit, and can mute a guest."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.call_stage import HOST, Evening, call_evening


@pytest.mark.long
@pytest.mark.timeout(400)
async def test_a_host_is_seen_and_heard_by_everyone_or_by_the_room_they_visit(
    browser: Browser, tmp_path: Path
) -> None:
    async with call_evening(browser, tmp_path) as stage:
        host = await stage.host()
        stage.pages[HOST] = host
        guests = [name for name in stage.pages if name != HOST]

        await host.get_by_role("button", name="Welcome everyone").click()
        for name in guests:
            await stage.receives(name, HOST)
        await stage.begin(1)
        for name in guests:
            await stage.receives(name, stage.partner(name))
        await stage.receives(HOST)

        room = await visited_by(host, stage, "Ana")
        await stage.receives(HOST, *room)
        for name in guests:
            await stage.receives(name, stage.partner(name), *((HOST,) if name in room else ()))

        await host.get_by_role("button", name="Speak to everyone").click()
        for name in guests:
            await stage.receives(name, stage.partner(name), HOST)
            told = stage.pages[name].get_by_text(f"{HOST} speaks to everyone", exact=True)
            await expect(told).to_be_visible()
        await host.get_by_role("button", name="Speak to everyone").click()
        await host.locator(".host-call").get_by_role("button", name="Leave room").click()
        for name in guests:
            await stage.receives(name, stage.partner(name))

        await mutes_and_is_unmuted(host, stage, stage.partner("Ana"))


async def visited_by(host: Page, stage: Evening, name: str) -> set[str]:
    """The host goes to someone's room: who sits there."""
    room = {name, stage.partner(name)}
    card = host.locator(".room-card", has=host.get_by_text(name, exact=True))
    await card.get_by_role("button", name="Visit").click()
    await expect(host.get_by_text("sees and hears you.")).to_be_visible()
    return room


async def mutes_and_is_unmuted(host: Page, stage: Evening, partner: str) -> None:
    """What the host turns off is not forwarded, and only the guest turns it on again."""
    guest = stage.pages["Ana"]
    await host.get_by_role("button", name="Ana", exact=True).click()
    await host.get_by_role("menuitem", name="Turn the camera off").click()
    notice = guest.get_by_role("region", name="Notices").get_by_text("Your host has muted you.")
    await expect(notice).to_be_visible()
    await expect(guest.get_by_role("alert")).to_have_text("Your host has muted you.")
    await expect(stage.pages[partner].locator(".tile:not([data-self]) video")).to_be_hidden()
    await guest.get_by_role("button", name="Turn on again").click()
    await expect(notice).to_be_hidden()
    await stage.receives(partner, "Ana")

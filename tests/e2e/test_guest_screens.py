"""Every state of the guest's screens in a real browser, on a phone and a desktop, in light and dark: drawn,
without console errors, without what axe finds wrong, no wider than the window. And what one does there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, expect

from rooms.cards import ClockCard, GuestView, NextCard
from server import protocol
from server.bodies import PublicEvent
from tests.e2e.sample_views import (
    CARD,
    CHAT,
    EVENT,
    MESSAGE,
    MINUTE,
    NOW,
    ROOMS,
    WAITING,
    YOU,
    after,
    announced,
    between,
    late,
    resting,
    talking,
)
from tests.e2e.staged import PHONE, Staged, assert_accessible, assert_whole, drawn, scanned, stage

INSIDE = replace(CARD, you=YOU)
State = Callable[[Staged], Awaitable[None]]


# States


def outside(text: str, card: PublicEvent = CARD) -> State:
    """Before anyone has joined."""

    async def show(staged: Staged) -> None:
        staged.card = card
        await staged.open()
        await expect(staged.page.get_by_role("heading", level=1, name=text)).to_be_visible()

    return show


def inside(view: GuestView, heading: str) -> State:
    async def show(staged: Staged) -> None:
        staged.card, staged.view = INSIDE, view
        await staged.open()
        await expect(staged.page.get_by_role("heading", level=1, name=heading)).to_be_attached()

    return show


def refused(status: int, code: str, heading: str) -> State:
    """The event's card cannot be had."""

    async def show(staged: Staged) -> None:
        staged.answers[f"GET /api/v1/events/{EVENT}"] = (status, {"code": code, "title": code})
        # The browser itself complains about an answer that is no success.
        await staged.open()
        await expect(staged.page.get_by_role("heading", level=1, name=heading)).to_be_visible()
        staged.trouble = [line for line in staged.trouble if "Failed to load resource" not in line]

    return show


def closed(code: int, heading: str) -> State:
    """The server ends the connection for good."""

    async def show(staged: Staged) -> None:
        await inside(talking(), "Round 3, room 2")(staged)
        await staged.cut(code)
        await expect(staged.page.get_by_role("heading", level=1, name=heading)).to_be_visible()

    return show


async def full(staged: Staged) -> None:
    await outside(CARD.title)(staged)
    staged.answers[f"POST /api/v1/events/{EVENT}/join"] = (409, {"code": "too-many-people", "title": "Full"})
    await staged.page.get_by_label("Your name").fill("Aisha")
    await staged.page.get_by_role("button", name="Enter the lobby").click()
    await expect(staged.page.get_by_role("heading", name="This event is full")).to_be_visible()
    staged.trouble = [line for line in staged.trouble if "Failed to load resource" not in line]


async def chatting(staged: Staged) -> None:
    staged.chat = CHAT
    await inside(talking(), "Round 3, room 2")(staged)
    await staged.page.get_by_role("button", name="Chat").click()
    await expect(staged.page.get_by_label("Message to this room")).to_be_focused()


async def leaving(staged: Staged) -> None:
    await inside(talking(), "Round 3, room 2")(staged)
    await staged.page.get_by_role("button", name="Leave").click()
    await expect(staged.page.get_by_role("dialog")).to_be_visible()


async def lost(staged: Staged) -> None:
    await inside(talking(), "Round 3, room 2")(staged)
    await staged.context.set_offline(True)
    await expect(staged.page.get_by_text("Your seat in room 2 is kept")).to_be_visible()


async def moving(staged: Staged) -> None:
    await inside(announced(), "Next you meet")(staged)
    staged.change(talking(8 * MINUTE, number=4))
    await expect(staged.page.get_by_role("heading", level=1, name="Meet Amara")).to_be_visible()


def with_(view: GuestView, **room: Any) -> GuestView:
    return replace(view, room=replace(view.room, **room))


REJOINED = replace(talking(), met={**talking().met, "p11": (1,)})
AWAY = replace(REJOINED, people={**REJOINED.people, "p09": replace(REJOINED.people["p09"], presence="away")})
GRACE = replace(talking(left_ms=11_000), clock=ClockCard(3, "grace", NOW - 8 * MINUTE, NOW + 11_000))
PAUSED = replace(talking(), clock=replace(talking().clock, paused_at=NOW))
ALONE = replace(WAITING, people={YOU: WAITING.people[YOU]})


async def reconnecting(staged: Staged) -> None:
    staged.reconnecting = ("p16",)
    await inside(AWAY, "Round 3, room 2")(staged)
    await expect(staged.page.get_by_text("Samuel is reconnecting")).to_be_visible()


def few(view: GuestView) -> GuestView:
    """With no more people than it takes: axe looks at each."""
    seen = (*ROOMS[3], "p14", YOU)
    return replace(view, people={id: view.people[id] for id in seen})


# States that a view alone makes, and the heading by which each is known.
VIEWS: dict[str, tuple[GuestView, str]] = {
    "lobby": (few(WAITING), "You are in. We start at 16:08."),
    "lobby-alone": (ALONE, "You are in."),
    "lobby-between": (few(between()), "Everyone is together now."),
    "lobby-message": (few(replace(between(), message=MESSAGE)), "Everyone is together now."),
    "lobby-next": (few(announced()), "Next you meet Amara, Mei‑Ling, and David"),
    "lobby-late": (few(late()), "Round 2 is running, 4 minutes left."),
    "lobby-late-waits": (few(late(can_join=False)), "You wait for round 3."),
    "lobby-rest": (few(resting()), "This round you rest."),
    "room": (talking(), "Round 3, room 2"),
    "room-two": (talking(people=2), "Round 3, room 2"),
    "room-five": (talking(people=5), "Round 3, room 2"),
    "room-eight": (talking(people=8), "Round 3, room 2"),
    "room-soon": (talking(left_ms=27_000), "Round 3, room 2"),
    "room-grace": (GRACE, "Round 3, room 2"),
    "room-message": (replace(talking(), message=MESSAGE), "Round 3, room 2"),
    "room-help": (with_(talking(), help_at=NOW, help_by=YOU, help_taken_by="Maja Lund"), "Round 3, room 2"),
    "room-visit": (with_(talking(), visitors={"h1": "Maja Lund", "h2": "Peter Holm"}), "Round 3, room 2"),
    "room-paused": (PAUSED, "Round 3, room 2"),
    "room-away": (AWAY, "Round 3, room 2"),
    "after": (after(), "You met 15 people."),
    "after-nobody": (replace(after(), met={}, contacts={}), "You met nobody this time."),
}
SCANNED_VIEWS = ("lobby-next", "room-message", "after")

# States that something has to be done for.
SCENES: dict[str, State] = {
    "join": outside("Spring Mentoring Mixer"),
    "early": outside("Not open yet", replace(CARD, phase="draft")),
    "over": outside("The event is over", replace(CARD, phase="closed")),
    "no-link": outside("You need a link for this page", replace(CARD, roles=())),
    "unknown": refused(404, "no-event", "There is no such event"),
    "full": full,
    "move": moving,
    "chat": chatting,
    "reconnecting": reconnecting,
    "leave": leaving,
    "lost": lost,
    "twin": closed(4001, "You are here in another window"),
    "removed": closed(4009, "The host took you out of the event"),
}
SCANNED_SCENES = ("join", "over", "move", "chat", "leave")


@pytest.fixture(scope="module")
async def inside_page(browser: Browser) -> AsyncIterator[Staged]:
    staged = await stage(browser)
    await inside(WAITING, "You are in.")(staged)
    yield staged
    await staged.context.close()


async def looked_at(page: Staged, state: str) -> None:
    view, heading = VIEWS[state]
    # Old news, so that no move is played.
    page.change(view, at=0)
    await expect(page.page.get_by_role("heading", level=1, name=heading)).to_be_attached()


@pytest.mark.parametrize("state", drawn(VIEWS, SCANNED_VIEWS))
async def test_what_a_view_shows_is_whole(inside_page: Staged, state: str) -> None:
    await looked_at(inside_page, state)
    await assert_whole(inside_page)


@pytest.mark.parametrize("state", scanned(VIEWS, always=SCANNED_VIEWS))
async def test_what_a_view_shows_is_accessible(inside_page: Staged, state: str) -> None:
    await looked_at(inside_page, state)
    await assert_accessible(inside_page)


@pytest.fixture
async def outside_page(browser: Browser) -> AsyncIterator[Staged]:
    staged = await stage(browser)
    yield staged
    await staged.context.close()


@pytest.mark.parametrize("state", drawn(SCENES, SCANNED_SCENES))
async def test_a_scene_is_whole(outside_page: Staged, state: str) -> None:
    await SCENES[state](outside_page)
    await assert_whole(outside_page)


@pytest.mark.parametrize("state", scanned(SCENES, always=SCANNED_SCENES))
async def test_a_scene_is_accessible(outside_page: Staged, state: str) -> None:
    await SCENES[state](outside_page)
    await assert_accessible(outside_page)


# What one does there


@pytest.fixture
async def staged(browser: Browser) -> AsyncIterator[Staged]:
    """In room 2 of round 3."""
    found = await stage(browser)
    await inside(talking(), "Round 3, room 2")(found)
    yield found
    await found.context.close()


async def test_a_move_ends_at_the_heading_of_the_new_room(browser: Browser) -> None:
    staged = await stage(browser, calm=False)
    page = staged.page
    await page.clock.install()
    await inside(announced(), "Next you meet")(staged)
    await page.clock.pause_at(await page.evaluate("Date.now() / 1000 + 1"))
    staged.change(talking(8 * MINUTE, number=4))
    await page.clock.run_for(500)
    await expect(page.get_by_role("heading", name="Time to move on")).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_text(
        "Round 4. You are in room 2 with Amara Okafor, Mei-Ling Chen, and David Rosenthal. "
        "All of them are new to you. The topic is: The next brave step."
    )
    await page.clock.run_for(2_000)
    await expect(page.get_by_role("heading", name="Meet Amara, Mei‑Ling, and David")).to_be_visible()
    await page.clock.run_for(1_500)
    await expect(page.get_by_role("heading", name="Round 4, room 2: The next brave step")).to_be_focused()
    await staged.context.close()


async def test_a_round_begins_though_nothing_comes_from_the_server(browser: Browser) -> None:
    staged = await stage(browser)
    staged.rate = 20
    await inside(announced(), "Next you meet")(staged)
    await expect(staged.page.get_by_role("heading", name="Round 4, room 2")).to_be_focused()
    assert staged.done == []
    await staged.context.close()


async def test_a_move_that_is_long_past_is_not_played(browser: Browser) -> None:
    staged = await stage(browser)
    await inside(announced(), "Next you meet")(staged)
    staged.change(talking(4 * MINUTE, number=4), at=NOW - 4 * MINUTE)
    await expect(staged.page.get_by_role("heading", name="Round 4, room 2")).to_be_focused()
    await staged.context.close()


async def test_someone_left_alone_is_told_where_they_are_now(staged: Staged) -> None:
    before = talking()
    gone = {id: replace(before.people[id], presence="left") for id in before.room.people if id != YOU}
    room = replace(before.room, number=5, people=("p01", "p07", YOU))
    staged.change(replace(before, room=room, people={**before.people, **gone}), kind="ParticipantSeated")
    await expect(
        staged.page.get_by_role("heading", name="Your room was empty. Meet Amara and David")
    ).to_be_visible()
    await expect(staged.page.get_by_role("heading", name="Round 3, room 5")).to_be_focused()


async def test_chat_counts_what_was_not_seen_and_takes_a_line(staged: Staged) -> None:
    page = staged.page
    button = page.get_by_role("navigation").get_by_role("button", name="Chat")
    for line in CHAT:
        staged.tell(protocol.Chat(line))
    await expect(button).to_contain_text("2 unread messages")
    await button.click()
    await expect(button).not_to_contain_text("unread")
    await page.get_by_label("Message to this room").fill("See you on Monday")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("See you on Monday")
    await page.keyboard.press("Escape")
    await expect(button).to_be_focused()


async def test_a_word_without_end_stays_inside_the_chat(staged: Staged) -> None:
    page = staged.page
    await page.get_by_role("button", name="Chat").click()
    await page.get_by_label("Message to this room").fill("Ha" * 400)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("log")).to_contain_text("HaHa")
    fits = "(log) => [log, ...log.children].every((each) => each.scrollWidth <= log.clientWidth)"
    assert await page.get_by_role("log").evaluate(fits)


async def test_a_line_that_cannot_go_out_stays(staged: Staged) -> None:
    page = staged.page
    await page.get_by_role("button", name="Chat").click()
    await staged.context.set_offline(True)
    await page.get_by_label("Message to this room").fill("Are you there?")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Not sent")).to_be_visible()
    await expect(page.get_by_label("Message to this room")).to_have_value("Are you there?")


async def test_help_is_asked_for_and_taken_back(staged: Staged) -> None:
    page = staged.page
    await page.get_by_role("button", name="Get help").click()
    await staged.heard({"type": "AskHelp"})
    staged.change(with_(talking(), help_at=NOW, help_by=YOU), kind="HelpAsked")
    await expect(page.get_by_text("Your host knows that you need a hand.")).to_be_visible()
    await page.get_by_role("button", name="No longer needed").click()
    await staged.heard({"type": "CloseHelp", "room": 2})


async def test_a_break_is_a_rest_and_leaving_is_leaving(staged: Staged) -> None:
    page = staged.page
    await page.get_by_role("button", name="Leave").click()
    await page.get_by_role("button", name="Take a break").click()
    await staged.heard({"type": "SitOut"})
    await page.get_by_role("button", name="Leave").click()
    await page.get_by_role("button", name="Leave the event").click()
    await staged.heard({"type": "Leave"})


async def test_the_hosts_message_comes_first_and_goes_when_dismissed(staged: Staged) -> None:
    page = staged.page
    staged.change(replace(talking(left_ms=20_000), message=MESSAGE), kind="MessageSent")
    await expect(page.get_by_role("region", name="Notices")).to_contain_text("Coffee after the last round.")
    await expect(page.get_by_role("region", name="Notices")).not_to_contain_text("30 seconds left.")
    await page.get_by_role("button", name="Dismiss the message").click()
    await expect(page.get_by_role("region", name="Notices")).to_contain_text("30 seconds left.")


async def test_the_next_round_can_be_sat_out(staged: Staged) -> None:
    page = staged.page
    staged.change(announced(), kind="RoundAnnounced")
    await page.get_by_role("button", name="Sit this one out").click()
    await staged.heard({"type": "SitOut", "on": True})
    rest = replace(announced(), next=NextCard(4, starts_at=NOW + 8_000))
    staged.change(replace(rest, you=replace(rest.you, sits_out=True)), kind="ParticipantSatOut")
    await expect(page.get_by_role("heading", name="Round 4: you rest this time.")).to_be_focused()
    await page.get_by_role("button", name="Take part after all").click()
    await staged.heard({"type": "SitOut", "on": False})


async def test_a_latecomer_chooses(staged: Staged) -> None:
    page = staged.page
    staged.change(late(), kind="ParticipantJoined")
    await expect(page.get_by_text("Join David and Amara now, or wait for round 3.")).to_be_visible()
    await page.get_by_role("button", name="Wait for round 3").click()
    await staged.heard({"type": "WaitForNext"})
    await page.get_by_role("button", name="Join now").click()
    await staged.heard({"type": "SeatMe"})


async def test_contacts_are_offered_and_taken_back(staged: Staged) -> None:
    page = staged.page
    staged.change(after(), kind="EventClosed")
    await expect(page.get_by_role("link", name="amara@example.org")).to_be_visible()
    await expect(page.get_by_role("link", name="Save contacts")).to_have_attribute(
        "href", f"/api/v1/events/{EVENT}/me/contacts.vcf"
    )
    await page.get_by_role("button", name="Offer contact to Ravi Patel").click()
    await staged.heard({"type": "OfferContact", "to": "p15", "on": True})
    await page.get_by_role("button", name="Take back the offer to Lena Vogel").click()
    await staged.heard({"type": "OfferContact", "to": "p06", "on": False})


@pytest.mark.parametrize("page", ["", "/plan", "/console", "/report"])
async def test_whoever_came_by_no_link_is_told_to_use_one(browser: Browser, page: str) -> None:
    staged = await stage(browser)
    staged.card = replace(CARD, roles=())
    staged.answers[f"GET /api/v1/events/{EVENT}/report"] = (401, {"code": "no-cookie", "title": "No cookie"})
    await staged.open(f"/e/{EVENT}{page}")
    await expect(staged.page.get_by_role("heading", name="You need a link for this page")).to_be_visible()
    await staged.context.close()


async def test_a_link_whose_server_does_not_answer_can_be_tried_again(browser: Browser) -> None:
    staged = await stage(browser)
    exchange = "POST /api/v1/exchange"
    staged.answers[exchange] = (503, {"code": "not-saved", "title": "Not saved"})
    await staged.open("/j#secret")
    await expect(staged.page.get_by_role("heading", name="Something broke on our side")).to_be_visible()
    staged.answers[exchange] = (200, {"event": EVENT, "role": "participant", "to": f"/e/{EVENT}"})
    await staged.page.get_by_role("button", name="Try again").click()
    await expect(staged.page.get_by_label("Your name")).to_be_visible()
    assert "secret" not in staged.page.url
    await staged.context.close()


async def test_what_nobody_expected_is_shown_with_its_code(browser: Browser) -> None:
    staged = await stage(browser)
    staged.answers[f"GET /api/v1/events/{EVENT}"] = (500, {"code": "fault", "title": "Something broke"})
    await staged.open()
    await expect(staged.page.get_by_text("Code: fault")).to_be_visible()
    await staged.context.close()


async def test_the_page_lets_in_by_itself_when_the_doors_open(browser: Browser) -> None:
    staged = await stage(browser)
    await staged.page.clock.install()
    await outside("Not open yet", replace(CARD, phase="draft"))(staged)
    staged.card = CARD
    await staged.page.clock.run_for(10_000)
    await expect(staged.page.get_by_label("Your name")).to_be_visible()
    await staged.context.close()


async def test_joining_sends_what_was_typed_and_opens_the_lobby(browser: Browser) -> None:
    staged = await stage(browser)
    await outside(CARD.title)(staged)
    staged.view = WAITING
    page = staged.page
    await page.get_by_label("Your name").fill("Aisha Rahman")
    await page.get_by_label("What would you like to talk about?").fill("Coming back after parental leave")
    async with page.expect_request("**/join") as request:
        await page.keyboard.press("Enter")
    assert (await request.value).post_data_json == {
        "name": "Aisha Rahman",
        "headline": "Coming back after parental leave",
        "email": "",
    }
    await expect(page.get_by_role("heading", name="You are in. We start at 16:08.")).to_be_visible()
    await staged.context.close()


async def test_what_was_typed_is_kept_while_the_server_restarts(browser: Browser) -> None:
    staged = await stage(browser)
    await outside(CARD.title)(staged)
    page, join = staged.page, f"POST /api/v1/events/{EVENT}/join"
    staged.answers[join] = (503, {"code": "restarting", "title": "", "detail": "The server is restarting."})
    await page.get_by_label("Your name").fill("Aisha Rahman")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="The server is restarting.")).to_be_visible()
    del staged.answers[join]
    staged.view = WAITING
    await page.get_by_role("button", name="Enter the lobby").click()
    await expect(page.get_by_role("heading", name="You are in. We start at 16:08.")).to_be_visible()
    await staged.context.close()


@pytest.mark.parametrize("width", [320, 844])
async def test_small_windows_need_no_sideways_scroll(browser: Browser, width: int) -> None:
    """The narrowest phone, and a phone on its side."""
    staged = await stage(browser, {"width": width, "height": 390 if width > 400 else 640})
    await inside(WAITING, "You are in.")(staged)
    for view in (WAITING, announced(), late(), talking(), talking(people=6), after()):
        staged.change(view, at=0)
        await expect(staged.page.get_by_role("heading", level=1)).to_be_attached()
        assert await staged.width() <= width
    await staged.context.close()


async def test_names_without_a_space_need_no_sideways_scroll(browser: Browser) -> None:
    staged = await stage(browser, PHONE)
    await inside(WAITING, "You are in.")(staged)
    people = {id: replace(card, name="ö" * 120) for id, card in WAITING.people.items()}
    for view in (WAITING, announced(), late(), talking(), after()):
        staged.change(replace(view, you=replace(view.you, name="ö" * 120), people=people), at=0)
        await expect(staged.page.get_by_role("heading", level=1)).to_be_attached()
        assert await staged.width() <= PHONE["width"]
    await staged.context.close()


async def test_a_refused_command_says_why(staged: Staged) -> None:
    staged.refuses = protocol.Refusal("", "help-asked", "Your room has asked for help already.")
    await staged.page.get_by_role("button", name="Get help").click()
    await expect(staged.page.locator(".toast")).to_contain_text("Your room has asked for help already.")


async def test_a_move_that_was_called_off_is_not_played_later(browser: Browser) -> None:
    staged = await stage(browser)
    await inside(announced(), "Next you meet")(staged)
    staged.change(talking(8 * MINUTE, number=4))
    await expect(staged.page.get_by_role("heading", name="Meet Amara")).to_be_visible()
    staged.change(between(), kind="PlenaryStarted")
    await expect(staged.page.get_by_role("heading", name="Everyone is together now.")).to_be_visible()
    staged.change(talking(4 * MINUTE, number=4), at=0)
    await expect(staged.page.get_by_role("heading", name="Round 4, room 2")).to_be_attached()
    await staged.context.close()

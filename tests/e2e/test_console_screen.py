"""The host's console in a real browser: its main states are whole and accessible on a phone and a desktop, in
light and dark; and every action does what it says to an event that `rooms` plays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Locator, expect

from rooms.commands import Leave, Pause
from tests.e2e.played import Played, play
from tests.e2e.sample_evening import MAJA, announced, gathered, in_need, in_round, over, prepared
from tests.e2e.sample_views import EVENT
from tests.e2e.staged import DESKTOP, PHONE, assert_accessible, assert_whole, drawn, scanned
from tests.stories import Story, guest

FEW = 8
Scene = Callable[[Played], Awaitable[None]]


@pytest.fixture
async def played(browser: Browser) -> AsyncIterator[Played]:
    found = await play(browser)
    yield found
    await found.context.close()


def live(story: Callable[[], Story], heading: str) -> Scene:
    async def show(played: Played) -> None:
        await played.plays(story(), "console")
        await expect(played.page.get_by_role("heading", level=1, name=heading)).to_be_visible()

    return show


def paused() -> Story:
    return in_round(3, people=FEW).do(Pause(3), MAJA)


async def next_round(played: Played) -> None:
    await live(lambda: in_round(3, people=FEW), "Round 3 of 5")(played)
    await played.page.get_by_role("radio", name="Next: round 4").check()
    await expect(played.page.get_by_role("button", name="Mix again")).to_be_visible()


async def person_menu(played: Played) -> None:
    await live(lambda: in_round(3, people=FEW), "Round 3 of 5")(played)
    await chips(played, 1).first.click()
    await expect(played.page.get_by_role("menuitem", name="Room 2")).to_be_focused()


async def writing(played: Played) -> None:
    await live(lambda: in_round(3, people=FEW), "Round 3 of 5")(played)
    await played.page.get_by_role("button", name="Message").click()
    await expect(played.page.get_by_label("Message")).to_be_focused()


async def nameless(played: Played) -> None:
    """A host who comes for the first time says who they are."""
    played.show(gathered(FEW))
    await played.open(f"/e/{EVENT}/console")
    await expect(played.page.get_by_label("Your name")).to_be_visible()


# Moments that a page can be shown one after the other, and the heading of each.
MOMENTS: dict[str, tuple[Callable[[], Story], str]] = {
    "lobby": (lambda: gathered(FEW), "Lobby"),
    "announced": (lambda: announced(people=FEW), "Round 3 is about to start"),
    "in-need": (lambda: in_need(FEW), "Round 3 of 5"),
    "paused": (paused, "Round 3 of 5"),
    "over": (lambda: over(FEW), "Spring Mentoring Mixer"),
}
SCANNED_MOMENTS = ("in-need",)
SCENES: dict[str, Scene] = {"name": nameless, "next": next_round, "menu": person_menu, "message": writing}
SCANNED_SCENES = ("menu",)


@pytest.fixture(scope="module")
async def watching(browser: Browser) -> AsyncIterator[Played]:
    found = await play(browser)
    await live(lambda: in_round(3, people=FEW), "Round 3 of 5")(found)
    yield found
    await found.context.close()


async def looked_at(watching: Played, moment: str) -> None:
    story, text = MOMENTS[moment]
    watching.jump(story())
    await heading(watching, text)


@pytest.mark.parametrize("moment", drawn(MOMENTS, SCANNED_MOMENTS))
async def test_a_moment_is_whole(watching: Played, moment: str) -> None:
    await looked_at(watching, moment)
    await assert_whole(watching)


@pytest.mark.parametrize("moment", scanned(MOMENTS, always=SCANNED_MOMENTS))
async def test_a_moment_is_accessible(watching: Played, moment: str) -> None:
    await looked_at(watching, moment)
    await assert_accessible(watching)


@pytest.mark.parametrize("state", drawn(SCENES, SCANNED_SCENES))
async def test_a_scene_is_whole(played: Played, state: str) -> None:
    await SCENES[state](played)
    await assert_whole(played)


@pytest.mark.parametrize("state", scanned(SCENES, always=SCANNED_SCENES))
async def test_a_scene_is_accessible(played: Played, state: str) -> None:
    await SCENES[state](played)
    await assert_accessible(played)


async def test_a_whole_evening_fits_a_desktop_and_a_phone(played: Played) -> None:
    await live(in_need, "Round 3 of 5")(played)
    for viewport in (DESKTOP, PHONE):
        await played.page.set_viewport_size(viewport)
        assert await played.width() <= viewport["width"]


# What one does there


@pytest.fixture
async def talking(played: Played) -> Played:
    """In round 3, 24 people in six rooms."""
    await live(in_round_3, "Round 3 of 5")(played)
    return played


def in_round_3() -> Story:
    return in_round(3)


def room(played: Played, number: int) -> Locator:
    return played.page.get_by_role("article", name=f"Room {number}", exact=True)


def chips(played: Played, number: int) -> Locator:
    return room(played, number).locator(".chip")


def toast(played: Played) -> Locator:
    return played.page.locator(".toast")


async def press(played: Played, name: str, exact: bool = False) -> None:
    await played.page.get_by_role("button", name=name, exact=exact).click()


async def choose(played: Played, button: str, item: str) -> None:
    await press(played, button, exact=button == "More")
    await played.page.get_by_role("menuitem", name=item).click()


async def heading(played: Played, text: str) -> None:
    await expect(played.page.get_by_role("heading", level=1)).to_have_text(text)


async def test_from_shut_doors_to_the_first_round(played: Played) -> None:
    await live(lambda: prepared(FEW), "Spring Mentoring Mixer")(played)
    await press(played, "Open the doors")
    await heading(played, "Lobby")
    played.jump(gathered(FEW))
    await expect(played.page.get_by_text("8 of 8 guests are here.")).to_be_visible()
    await press(played, "Welcome everyone")
    await heading(played, "All together")
    await press(played, "Start round 1")
    await heading(played, "Round 1 is about to start")
    await press(played, "Not yet")
    await press(played, "Start round 1")
    await expect(played.page.get_by_role("timer")).to_have_accessible_name("0:10 left")
    played.story.passes(10)
    await heading(played, "Round 1 of 5")


async def test_time_is_stopped_and_given_and_taken(talking: Played) -> None:
    timer = talking.page.get_by_role("timer")
    await expect(timer).to_have_accessible_name("4:12 left")
    await press(talking, "+1 min")
    await expect(timer).to_have_accessible_name("5:12 left")
    await choose(talking, "More", "−1 min")
    await expect(timer).to_have_accessible_name("4:12 left")
    await press(talking, "Pause")
    await expect(talking.page.get_by_text("Paused. Guests see it too.")).to_be_visible()
    await press(talking, "Go on")
    await expect(talking.page.get_by_role("button", name="Pause")).to_be_visible()
    await choose(talking, "More", "End round")
    await expect(talking.page.get_by_text("Ending: everyone is finishing")).to_be_visible()


async def test_everyone_is_called_back_or_sent_on(talking: Played) -> None:
    await press(talking, "Next round")
    await heading(talking, "Round 4 is about to start")
    talking.story.passes(10)
    await heading(talking, "Round 4 of 5")
    await press(talking, "Call all back")
    await heading(talking, "All together")
    await expect(talking.page.get_by_role("button", name="Start round 5")).to_be_visible()


async def test_the_round_one_looked_at_becomes_now(talking: Played) -> None:
    await talking.page.get_by_role("radio", name="Next: round 4").check()
    await press(talking, "Next round")
    await expect(talking.page.get_by_role("radio", name="Now")).to_be_checked()


async def test_someone_is_moved_by_menu_and_back_by_undo(talking: Played) -> None:
    name = await chips(talking, 1).first.locator(".chip-name").inner_text()
    await chips(talking, 1).first.focus()
    await talking.page.keyboard.press("Enter")
    await expect(talking.page.get_by_role("menu")).to_contain_text("3 new, 1 repeat (")
    await talking.page.get_by_role("menuitem", name="Room 5").press("Enter")
    await expect(toast(talking)).to_contain_text(f"{name} is now in room 5.")
    await expect(room(talking, 5)).to_contain_text(name)
    await press(talking, "Undo")
    await expect(room(talking, 1)).to_contain_text(name)
    assert len(talking.story.round.rooms[5].people) == 4


async def test_someone_is_moved_by_drag_and_back_by_undo(talking: Played) -> None:
    name = await chips(talking, 1).first.locator(".chip-name").inner_text()
    mouse, to = talking.page.mouse, room(talking, 5)
    await chips(talking, 1).first.hover()
    await mouse.down()
    await to.hover()
    await expect(to.locator(".drop-note")).to_contain_text("3 new, 1 repeat (")
    await expect(to).to_have_attribute("data-drop", "bad")
    await expect(room(talking, 4)).not_to_have_attribute("data-drop", "bad")
    await mouse.up()
    await expect(toast(talking)).to_contain_text(f"{name} is now in room 5.")
    await press(talking, "Undo")
    await expect(room(talking, 1)).to_contain_text(name)


async def test_someone_is_dragged_to_the_lobby(talking: Played) -> None:
    name = await chips(talking, 1).first.locator(".chip-name").inner_text()
    await chips(talking, 1).first.hover()
    await talking.page.mouse.down()
    await room(talking, 2).hover()
    await talking.page.get_by_role("article", name="In the lobby").hover()
    await talking.page.mouse.up()
    await expect(toast(talking)).to_contain_text(f"{name} is now in the lobby.")


async def test_a_refused_move_says_why(talking: Played) -> None:
    name = await chips(talking, 1).first.locator(".chip-name").inner_text()
    await chips(talking, 1).first.click()
    person = next(id for id, each in talking.story.state.participants.items() if each.name == name)
    talking.story.watchers.clear()  # the news is still on its way when the host chooses
    talking.story.do(Leave(), guest(person))
    await talking.page.get_by_role("menuitem", name="Room 5").click()
    await expect(toast(talking)).to_contain_text("not here")


async def test_removing_someone_asks_first(talking: Played) -> None:
    name = await chips(talking, 1).first.locator(".chip-name").inner_text()
    await chips(talking, 1).first.click()
    await talking.page.get_by_role("menuitem", name="Remove from the event").click()
    await talking.page.get_by_role("dialog").get_by_role("button", name="Remove from the event").click()
    await expect(talking.page.get_by_text("23 of 23 here")).to_be_visible()
    await expect(room(talking, 1)).not_to_contain_text(name)


async def test_a_room_is_visited_and_left(talking: Played) -> None:
    await press(talking, "Visit room 2")
    await expect(room(talking, 2)).to_contain_text("Visiting: Maja Lund")
    await press(talking, "Leave room 2")
    await expect(room(talking, 2)).not_to_contain_text("Visiting")


async def test_needs_are_taken_and_settled(played: Played) -> None:
    await live(in_need, "Round 3 of 5")(played)
    needs = played.page.get_by_role("region", name="Needs you")
    await expect(needs).to_contain_text("Room 6 asked for help 40 s ago")
    await expect(needs).to_contain_text("The seat in room 5 is kept.")
    await press(played, "I take it")
    await expect(needs).to_contain_text("Maja Lund is on it.")
    await needs.get_by_role("button", name="Visit").click()
    await expect(room(played, 6)).to_contain_text("Visiting: Maja Lund")
    await needs.get_by_role("button", name="Done").click()
    await needs.get_by_role("button", name="Place in room 5: ").click()
    await expect(room(played, 5)).to_contain_text("Grace Oduya")


async def test_a_latecomer_may_have_to_wait(played: Played) -> None:
    await live(in_need, "Round 3 of 5")(played)
    await press(played, "Let wait")
    lobby = played.page.get_by_role("article", name="In the lobby")
    await expect(lobby.get_by_role("button", name="Grace Oduya Waits")).to_be_visible()


async def test_a_message_reaches_everyone(talking: Played) -> None:
    await press(talking, "Message")
    await talking.page.get_by_label("Message").fill("Coffee after the last round.")
    await press(talking, "Send")
    await expect(toast(talking)).to_contain_text("Sent to 24 people")
    message = talking.story.state.message
    assert message is not None and message.text == "Coffee after the last round."


async def test_rounds_to_come_are_changed_left_out_and_added(talking: Played) -> None:
    await choose(talking, "4 The next brave step", "Change the topic")
    await talking.page.get_by_role("textbox", name="Topic").fill("What now?")
    await press(talking, "Save")
    await choose(talking, "4 What now?", "Leave this round out")
    await expect(talking.page.get_by_role("radio", name="Next: round 5")).to_be_visible()
    await choose(talking, "4 Left out: What now?", "Take it back in")
    await expect(talking.page.get_by_role("radio", name="Next: round 4")).to_be_visible()
    await choose(talking, "More", "Add a round")
    await heading(talking, "Round 3 of 6")
    await press(talking, "Undo")
    await heading(talking, "Round 3 of 5")


async def test_the_next_round_is_mixed_again_and_left_out(talking: Played) -> None:
    await talking.page.get_by_role("radio", name="Next: round 4").check()
    await press(talking, "Mix again")
    await press(talking, "Leave this round out")
    await press(talking, "Undo")
    await expect(talking.page.get_by_role("radio", name="Next: round 4")).to_be_visible()
    assert [each["type"] for each in talking.done] == ["MixAgain", "SkipRound", "SkipRound"]


async def test_a_person_is_found(talking: Played) -> None:
    await talking.page.get_by_label("Find a person").fill("mei")
    await expect(talking.page.locator(".found")).to_have_count(1)
    await expect(
        talking.page.get_by_role("status").filter(has_text="Mei-Ling Chen is in room")
    ).to_be_attached()


async def test_ending_asks_first_and_leads_to_the_report(talking: Played) -> None:
    await press(talking, "End event")
    await expect(talking.page.get_by_role("dialog")).to_contain_text("End the event for all 24 guests?")
    await talking.page.get_by_role("dialog").get_by_role("button", name="End event").click()
    await expect(talking.page.get_by_role("link", name="See the report")).to_be_visible()


async def test_on_a_phone_the_end_stands_behind_the_dots(talking: Played) -> None:
    await talking.page.set_viewport_size(PHONE)
    await expect(talking.page.get_by_role("button", name="End event")).to_be_hidden()
    await choose(talking, "More", "End event")
    await expect(talking.page.get_by_role("dialog")).to_be_visible()

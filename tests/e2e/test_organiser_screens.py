"""The plan page and the report in a real browser: their states are whole and accessible on a phone and a
desktop, in light and dark; and what an organiser does there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from playwright.async_api import Browser, Locator, expect

from rooms.commands import Join
from rooms.model import By, Newcomer
from server.importing import read_people
from tests.e2e.played import LINKS, Played, play
from tests.e2e.sample_evening import MAJA, empty, gathered, in_round, over, prepared
from tests.e2e.sample_views import EVENT
from tests.e2e.staged import DESKTOP, PHONE, assert_accessible, assert_whole, drawn, scanned
from tests.stories import Story, guest

FEW = 8
HOST = By("facilitator", "peter", "Peter Bang")
LIST = """name,role,email
Grace Oduya,Mentor,grace@example.org
Henrik Dahl,Mentor,henrik.example.org
,Mentor,nobody@example.org
Grace Oduya,Mentor,grace@example.org
"""
Scene = Callable[[Played], Awaitable[None]]


@pytest.fixture
async def played(browser: Browser) -> AsyncIterator[Played]:
    found = await play(browser)
    yield found
    await found.context.close()


def plan(story: Callable[[], Story], heading: str) -> Scene:
    async def show(played: Played) -> None:
        await played.plays(story(), "plan")
        await expect(played.page.get_by_role("heading", name=heading)).to_be_visible()

    return show


async def importing(played: Played) -> None:
    """A pasted list of which some rows need a look."""
    await plan(empty, "Nobody on the list yet")(played)
    played.answers[f"POST /api/v1/events/{EVENT}/import"] = (200, read_people(LIST.encode()))
    await played.page.get_by_role("button", name="Add a list").click()
    await played.page.get_by_label("Paste names").fill(LIST)
    await expect(played.page.get_by_text("rows need a look")).to_be_visible()


async def one_person(played: Played) -> None:
    await plan(lambda: prepared(FEW), "Rounds and rooms")(played)
    await played.page.get_by_role("radio", name="One person").check()
    await expect(played.page.get_by_label("Person", exact=True)).to_be_visible()


async def links(played: Played) -> None:
    await plan(lambda: prepared(FEW), "Rounds and rooms")(played)
    await played.page.get_by_text("Links in use").click()
    await expect(played.page.get_by_text("Personal link of Amara Okafor")).to_be_visible()


async def editing(played: Played) -> None:
    await plan(empty, "Nobody on the list yet")(played)
    await played.page.get_by_role("button", name="Edit", exact=True).click()
    await expect(played.page.get_by_role("dialog", name="Edit the event")).to_be_visible()


def report(story: Callable[[], Story], who: By, text: str) -> Scene:
    async def show(played: Played) -> None:
        await played.plays(story(), "report", who)
        await expect(played.page.get_by_text(text).first).to_be_visible()

    return show


SCENES: dict[str, Scene] = {
    "plan": plan(lambda: prepared(FEW), "Rounds and rooms"),
    "plan-empty": plan(empty, "Nobody on the list yet"),
    "plan-import": importing,
    "plan-person": one_person,
    "plan-edit": editing,
    "plan-links": links,
    "plan-over": plan(lambda: over(FEW), "The event is over"),
    "report": report(lambda: over(FEW), MAJA, "People met, on average"),
    "report-nothing": report(lambda: prepared(FEW), HOST, "Nothing to report yet"),
}
SCANNED_SCENES = ("plan", "report")


@pytest.mark.parametrize("state", drawn(SCENES, SCANNED_SCENES))
async def test_a_scene_is_whole(played: Played, state: str) -> None:
    await SCENES[state](played)
    await assert_whole(played)


@pytest.mark.parametrize("state", scanned(SCENES, always=SCANNED_SCENES))
async def test_a_scene_is_accessible(played: Played, state: str) -> None:
    await SCENES[state](played)
    await assert_accessible(played)


async def test_a_whole_evening_fits_a_desktop_and_a_phone(played: Played) -> None:
    for page, story in (("plan", prepared()), ("report", over())):
        for viewport in (DESKTOP, PHONE):
            await played.page.set_viewport_size(viewport)
            await played.plays(story, page)
            await expect(played.page.get_by_role("heading", name="Rounds and rooms")).to_be_visible()
            assert await played.width() <= viewport["width"]


async def test_a_name_without_a_space_fits_a_report(played: Played) -> None:
    await played.page.set_viewport_size(PHONE)
    story = in_round(2, people=FEW).do(Join(Newcomer("p25", "ö" * 120)), guest("p25"))
    await played.plays(story, "report")
    await expect(played.page.get_by_text("came 12 minutes after the start")).to_be_visible()
    assert await played.width() <= PHONE["width"]


# What one does there


def stat(played: Played, label: str) -> Locator:
    return played.page.locator(".stat", has_text=label).locator(".stat-value")


async def test_a_list_is_shown_before_it_counts(played: Played) -> None:
    await importing(played)
    preview = played.page.locator(".import-errors")
    await expect(preview).to_contain_text("2 people are fine. 3 rows need a look.")
    await expect(preview).to_contain_text("henrik.example.org")
    assert played.story.state.participants == {}
    await played.page.get_by_role("button", name="Add 2 people").click()
    await expect(played.page.locator(".toast")).to_contain_text("2 people added")
    assert [person.name for person in played.story.state.participants.values()] == [
        "Grace Oduya",
        "Henrik Dahl",
    ]


async def test_the_plan_says_what_it_gives(played: Played) -> None:
    await plan(prepared, "Rounds and rooms")(played)
    await expect(stat(played, "New people for each guest")).to_have_text("15 on average")
    await expect(stat(played, "Of the best possible")).to_have_text("100 %")
    await expect(played.page.get_by_text("Provably optimal")).to_be_visible()
    await expect(stat(played, "Repeats")).to_have_text("0")
    await expect(played.page.get_by_text("2 pairs kept apart")).to_be_visible()


async def test_another_size_is_planned_at_once_and_taken_back(played: Played) -> None:
    await plan(prepared, "Rounds and rooms")(played)
    sizes = played.page.get_by_role("group", name="People in a room")
    await sizes.get_by_role("radio", name="3 10").check()
    await expect(stat(played, "New people for each guest")).to_have_text("10 on average")
    await played.page.get_by_role("button", name="Undo").click()
    await expect(stat(played, "New people for each guest")).to_have_text("15 on average")


async def test_sky_and_matrix_are_lit_together(played: Played) -> None:
    await plan(prepared, "Rounds and rooms")(played)
    await expect(played.page.get_by_text("After round 5, each guest has met 15 people.")).to_be_visible()
    await expect(played.page.locator(".matrix .later")).to_have_count(0)
    await played.page.get_by_role("slider", name="Round").fill("2")
    await expect(played.page.get_by_text("After round 2, each guest has met 6 people.")).to_be_visible()
    await expect(played.page.locator(".matrix .later")).to_have_count(24 * 9)


async def test_a_pair_is_kept_apart_and_let_together_again(played: Played) -> None:
    await plan(lambda: prepared(FEW), "Rounds and rooms")(played)
    page = played.page
    await page.get_by_role("button", name="Add a pair to keep apart").click()
    rules = page.get_by_role("region", name="Rules")
    await rules.get_by_label("One person").select_option("Kwame Mensah")
    await page.get_by_label("Never in a room with").select_option("Amara Okafor")
    await page.get_by_role("button", name="Keep apart", exact=True).click()
    await page.get_by_role("button", name="Remove: Amara Okafor and Kwame Mensah").click()
    await expect(page.get_by_text("No pairs yet.")).to_be_visible()
    assert played.story.state.apart == ()


async def test_someone_is_renamed_and_someone_taken_off_the_list(played: Played) -> None:
    await plan(lambda: prepared(FEW), "Rounds and rooms")(played)
    page = played.page
    await page.get_by_role("button", name="More for Henrik Dahl").click()
    await page.get_by_role("menuitem", name="Edit").click()
    await page.get_by_label("Name").fill("Henrik Dahlgren")
    await page.get_by_role("button", name="Save").click()
    await page.get_by_role("button", name="More for Henrik Dahlgren").click()
    await page.get_by_role("menuitem", name="Take off the list").click()
    await page.get_by_role("dialog").get_by_role("button", name="Take off the list").click()
    await expect(page.get_by_role("button", name="More for Henrik Dahlgren")).to_be_hidden()


async def test_the_event_gets_another_name_and_longer_rounds(played: Played) -> None:
    await editing(played)
    page = played.page
    await page.get_by_label("What are you hosting?").fill("Autumn Mixer")
    await page.get_by_label("Minutes a round", exact=True).fill("10")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Autumn Mixer")
    await expect(page.get_by_role("group", name="Rounds of 10 minutes")).to_be_visible()


async def test_after_the_end_the_plan_page_shows_what_was_and_leads_to_the_report(played: Played) -> None:
    await plan(lambda: over(FEW), "The event is over")(played)
    page = played.page
    await expect(page.get_by_text("Thursday")).to_contain_text("16 April 2026")
    for link in await page.get_by_role("link", name="See the report").all():
        await expect(link).to_have_attribute("href", f"/e/{EVENT}/report")
    for gone in ("Go live", "What if?", "Mix again", "Edit", "Add a list", "Invite"):
        await expect(page.get_by_text(gone, exact=True)).to_have_count(0)


async def test_the_code_is_shown_and_a_link_is_taken_back(played: Played) -> None:
    await links(played)
    page = played.page
    await expect(page.get_by_text("KAMOR-7QX")).to_be_visible()
    await expect(page.get_by_role("button", name="Take back: ")).to_have_count(3)
    await expect(page.get_by_role("button", name="Take back: Organiser link")).to_have_count(0)
    await page.get_by_role("button", name="Take back: Guest link").click()
    played.answers[f"DELETE /api/v1/events/{EVENT}/links/guests"] = (200, None)
    played.answers[f"GET /api/v1/events/{EVENT}/links"] = (200, LINKS[:2])
    await page.get_by_role("dialog").get_by_role("button", name="Take back").click()
    await expect(page.locator(".toast")).to_contain_text("The link is taken back.")
    await expect(page.get_by_role("button", name="Take back: ")).to_have_count(1)
    await expect(page.get_by_text("KAMOR-7QX")).to_be_hidden()


async def test_each_guest_gets_a_link_of_their_own(played: Played) -> None:
    await plan(lambda: prepared(FEW), "Rounds and rooms")(played)
    page = played.page
    await page.get_by_role("button", name="More for Henrik Dahl").click()
    async with page.expect_request(lambda request: request.method == "POST") as request:
        await page.get_by_role("menuitem", name="Copy personal link").click()
    assert (await request.value).post_data_json == {"role": "participant", "participant": "p02"}
    await expect(page.locator(".toast")).to_be_visible()


async def test_a_refused_change_says_why(played: Played) -> None:
    await plan(lambda: prepared(FEW), "Rounds and rooms")(played)
    page = played.page
    await page.get_by_role("button", name="Edit", exact=True).click()
    await page.get_by_label("What are you hosting?").fill(" ")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".toast")).to_contain_text("title")
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_the_report_tells_what_happened(played: Played) -> None:
    await report(over, MAJA, "People met, on average")(played)
    page = played.page
    await expect(stat(played, "Came")).to_have_text("25 of 25")
    await expect(page.get_by_text("Grace Oduya came 20 minutes after the start")).to_be_visible()
    await expect(page.get_by_text("David Rosenthal left early")).to_be_visible()
    await page.get_by_text("Advice worth keeping").click()
    await expect(page.get_by_role("heading", name="Room 6")).to_be_visible()
    await expect(page.get_by_role("link", name="People (CSV)")).to_have_attribute(
        "href", f"/api/v1/events/{EVENT}/report.csv"
    )


async def test_the_report_grows_while_the_event_runs(played: Played) -> None:
    await played.page.clock.install()
    await report(lambda: in_round(2, people=FEW), MAJA, "So far")(played)
    await expect(played.page.locator(".held")).to_have_count(1)
    played.show(in_round(3, people=FEW))
    await played.page.clock.run_for(15_000)
    await expect(played.page.locator(".held")).to_have_count(2)


async def test_a_host_sees_the_report_and_no_plan(played: Played) -> None:
    await report(lambda: gathered(FEW), HOST, "Nothing to report yet")(played)
    await expect(played.page.get_by_role("link", name="Live", exact=True)).to_be_visible()
    await expect(played.page.get_by_role("link", name="Plan", exact=True)).to_be_hidden()

"""The answer as a whole: facts, effects, and what stands after a restart."""

from __future__ import annotations

from rooms.commands import (
    CallBack,
    Leave,
    MarkAway,
    MarkReturned,
    MovePerson,
    Pause,
    SendMessage,
    StartRound,
    Wake,
)
from rooms.decide import Decision, decide, standing_effects
from rooms.effects import ApplyMedia, BroadcastMedia, ImprovePlan, PrepareMedia, WakeAt
from rooms.media import edges
from rooms.model import SYSTEM
from tests.stories import HOST, Story, draft, evening, talking


def kinds(story: Story) -> list[str]:
    return [type(effect).__name__ for effect in story.effects]


def test_deciding_changes_nothing_and_gives_the_same_answer_again() -> None:
    story = evening(people=8)
    before = story.state
    first = decide(before, StartRound(1), HOST, story.now)
    assert isinstance(first, Decision)
    assert decide(before, StartRound(1), HOST, story.now) == first
    assert story.state is before


def test_the_timer_is_set_only_when_its_time_changes() -> None:
    story = talking().host(SendMessage("m", "Hello"))
    assert kinds(story) == []
    story.host(Pause(1))
    assert kinds(story) == []
    story.passes(400).shell(Wake())
    assert kinds(story) == []


def test_media_switch_when_a_room_changes_and_only_then() -> None:
    story = talking(people=8)
    cutover = story.state.cutover
    story.shell(MarkAway("a"))
    assert ApplyMedia(edges(story.state), cutover + 1) in story.effects
    assert not any("a" in edge for edge in edges(story.state))
    story.shell(MarkReturned("a"))
    assert ApplyMedia(edges(story.state), cutover + 2) in story.effects
    story.host(MovePerson(1, "a", None)).guest("a", Leave())
    assert "ApplyMedia" not in kinds(story), "whoever is in the lobby is in no room"


def test_leavers_change_what_is_prepared() -> None:
    story = evening(people=8).host(StartRound(1)).guest("a", Leave())
    (prepared,) = [effect for effect in story.effects if isinstance(effect, PrepareMedia)]
    assert not any("a" in edge for edge in prepared.edges)
    assert prepared.at == story.round.starts_at


def test_media_are_cut_when_a_round_ends() -> None:
    story = talking(people=4).host(CallBack())
    assert ApplyMedia((), story.state.cutover) in story.effects


def test_after_a_restart_timer_plan_and_media_are_taken_up_again() -> None:
    story = evening(people=8).host(StartRound(1))
    standing = standing_effects(story.state, story.now)
    assert WakeAt(story.round.starts_at) in standing
    assert any(isinstance(effect, ImprovePlan) for effect in standing)
    assert any(isinstance(effect, PrepareMedia) for effect in standing)
    story.passes(10).plans()
    later = standing_effects(story.state, story.now + 1_000_000)
    assert WakeAt(story.now + 1_000_000) in later, "what is overdue is due now"
    assert ApplyMedia(edges(story.state), story.state.cutover) in later
    assert not any(isinstance(effect, ImprovePlan | PrepareMedia) for effect in later)


def test_a_draft_waits_for_nothing() -> None:
    story = draft(people=1)
    assert standing_effects(story.state, story.now) == (BroadcastMedia(None), ApplyMedia((), 0))


def test_a_wake_that_finds_nothing_due_is_no_refusal() -> None:
    story = evening()
    outcome = story.when(Wake(), SYSTEM)
    assert outcome == Decision(())

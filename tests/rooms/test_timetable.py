"""When rounds are expected, and what the clock does next."""

from __future__ import annotations

import json
from pathlib import Path

from rooms.commands import CallBack, EditEvent, Extend, LetWait, Pause, SkipRound, StartRound
from rooms.model import Constellation
from rooms.timetable import WELCOME, Due, coming, lasts, meeting, next_deadline, next_due, starts, total
from tests.stories import draft, evening, talking


def test_the_total_counts_talk_grace_and_moves_of_the_rounds_that_are_held() -> None:
    eight = Constellation(minutes=8)
    assert total(()) == 0
    assert total((eight,)) == 495_000
    assert total((eight, Constellation(minutes=8, skipped=True), eight)) == 2 * 495_000 + 10_000


def test_an_event_lasts_from_the_welcome_to_the_close_and_pages_count_the_same() -> None:
    cases = json.loads(Path(__file__).parents[1].joinpath("client", "lasts.json").read_text())
    for held, expected in cases:
        assert lasts([Constellation(minutes=each) for each in held]) == expected * 60_000, held


def test_a_meeting_takes_a_minute_or_half_of_a_short_round() -> None:
    assert meeting(Constellation(minutes=8)) == 60_000
    assert meeting(Constellation(minutes=2)) == 60_000
    assert meeting(Constellation(minutes=1)) == 30_000


def test_before_it_has_a_time_nobody_knows_when_rounds_start() -> None:
    assert starts(draft(rounds=2).state) == {1: None, 2: None}


def test_rounds_are_expected_from_the_time_of_the_event() -> None:
    story = draft(rounds=3, minutes=2).organiser(EditEvent("T", "UTC", 5_000_000, False)).host(SkipRound(2))
    first = 5_000_000 + WELCOME
    assert starts(story.state) == {1: first, 2: None, 3: first + 145_000}


def test_live_the_expectation_follows_what_happens() -> None:
    story = evening(rounds=3, minutes=2).host(StartRound(1))
    began = story.now + 10_000
    assert starts(story.state) == {1: began, 2: began + 145_000, 3: began + 290_000}
    story.passes(20).host(Extend(1, 60))
    assert starts(story.state)[2] == began + 205_000
    story.passes(172)
    assert story.stage() == "grace"
    assert starts(story.state)[2] == began + 205_000
    story.host(CallBack())
    assert starts(story.state)[1] == began
    assert starts(story.state)[2] == story.now + 10_000


def test_deadlines_follow_the_round() -> None:
    story = evening(minutes=2, rounds=1)
    assert next_deadline(story.state) is None
    story.host(StartRound(1))
    start = story.now + 10_000
    assert next_due(story.state) == Due(start, "start")
    story.passes(10)
    assert next_due(story.state) == Due(start + 120_000, "grace")
    story.passes(120)
    assert next_due(story.state) == Due(start + 135_000, "end")


def test_a_latecomer_is_a_deadline_until_they_are_told_to_wait() -> None:
    story = talking(people=8).joins("z")
    assert next_due(story.state) == Due(story.now + 20_000, "seat", "z")
    story.host(LetWait("z"))
    assert next_due(story.state) == Due(story.round.ends_at, "grace")


def test_nothing_is_due_while_a_round_is_paused() -> None:
    assert next_deadline(talking().host(Pause(1)).state) is None


def test_the_rounds_to_come_leave_out_what_is_held_announced_or_skipped() -> None:
    story = evening(rounds=4).host(SkipRound(3))
    assert coming(story.state) == (1, 2, 4)
    story.host(StartRound(1))
    assert coming(story.state) == (2, 4)

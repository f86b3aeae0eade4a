"""What is to be planned."""

from __future__ import annotations

from rooms.commands import CallBack, CloseEvent, KeepApart, Leave, MarkAway, SetRounds, SkipRound, StartRound
from rooms.model import Constellation
from rooms.problem import problem, up_to_date
from tests.stories import Story, draft, evening, talking


def people(story: Story) -> str:
    posed = problem(story.state)
    return "" if posed is None else "".join(posed.ids)


def test_before_it_begins_everyone_on_the_list_is_planned_for() -> None:
    assert people(draft(people=4)) == "abcd"
    assert people(evening(people=4, here="ab")) == "abcd"
    assert people(evening(people=4).guest("a", Leave())) == "bcd"


def test_from_the_plenary_on_only_who_is_here_or_briefly_away() -> None:
    story = evening(people=6, here="abcde").host(CallBack()).shell(MarkAway("a")).guest("b", Leave())
    assert people(story) == "acde"


def test_the_rounds_to_come_have_the_sizes_that_were_asked_for() -> None:
    rounds = (Constellation(size=2), Constellation(size=5), Constellation(rooms=3))
    story = draft(people=8).organiser(SetRounds(rounds)).host(SkipRound(2))
    posed = problem(story.state)
    assert posed is not None
    assert posed.rounds == ((2, 2, 2, 2), (3, 3, 2))


def test_there_is_nothing_to_plan_for_one_person_no_rounds_or_after_the_end() -> None:
    assert problem(draft(people=1).state) is None
    assert problem(draft(people=8, rounds=0).state) is None
    assert problem(talking(rounds=1).state) is None
    assert problem(evening().host(CloseEvent()).state) is None


def test_rules_that_no_plan_can_keep_any_more_leave_the_event_without_a_plan() -> None:
    story = evening(people=8, size=4).host(KeepApart((("a", "b"),))).plans()
    for id in "cdefgh":
        story.guest(id, Leave())
    assert problem(story.state) is None
    assert not up_to_date(story.state)
    story.joins("c").host(StartRound(1))
    assert len(story.round.resting) == 1


def test_an_older_plan_is_cut_to_the_rounds_to_come() -> None:
    story = evening(people=8, rounds=4).plans().host(SkipRound(2), StartRound(1))
    assert story.wish is not None
    assert story.wish.previous is not None
    assert story.state.offered is not None
    assert story.wish.previous.seatings == story.state.offered.plan.seatings[2:]

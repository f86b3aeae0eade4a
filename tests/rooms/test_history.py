"""Who really met whom."""

from __future__ import annotations

from rooms.commands import CallBack, MovePerson, StartRound, VisitRoom
from rooms.decide import problem
from rooms.history import for_planning, have_met, met_in, remember, smaller
from rotation import digest
from tests.stories import all_pairs, evening, talking


def test_a_minute_together_is_a_meeting() -> None:
    story = talking(people=4, size=2).passes(59.999)
    assert met_in(story.state, story.round, story.now) == ()
    story.passes(0.001)
    assert set(met_in(story.state, story.round, story.now)) == all_pairs(story.rooms().values())


def test_time_together_adds_up_over_a_round() -> None:
    story = talking(people=6, size=3, minutes=10)
    who = sorted(story.rooms()[1])[0]
    partner = min(story.partners(who))
    story.passes(30).host(MovePerson(1, who, 2)).passes(100).host(MovePerson(1, who, 1))
    assert not have_met(story.state, who, partner, story.now)
    story.passes(30)
    assert have_met(story.state, who, partner, story.now)


def test_whoever_moves_meets_people_in_two_rooms_of_a_round() -> None:
    story = talking(people=8, size=4, minutes=10).passes(60)
    who = sorted(story.rooms()[1])[0]
    story.host(MovePerson(1, who, 2)).passes(60).host(CallBack())
    assert len(story.state.met[who]) == 7


def test_in_a_short_round_half_of_it_is_a_meeting() -> None:
    story = talking(people=2, size=2, minutes=1).passes(30).host(CallBack())
    assert story.pairs() == {("a", "b")}


def test_grace_counts_and_visiting_hosts_do_not() -> None:
    story = talking(people=2, size=2, minutes=0.5, rounds=1).host(VisitRoom(1)).passes(45)
    assert story.pairs() == {("a", "b")}


def test_meetings_are_remembered_by_round_both_ways() -> None:
    met = remember({}, 1, [("a", "b")])
    again = remember(met, 3, [("a", "b"), ("a", "c")])
    assert again == {"a": {"b": (1, 3), "c": (3,)}, "b": {"a": (1, 3)}, "c": {"a": (3,)}}
    assert met == {"a": {"b": (1,)}, "b": {"a": (1,)}}


def test_those_in_smaller_rooms_are_known() -> None:
    assert list(smaller((("a", "b", "c"), ("d", "e")))) == ["d", "e"]
    assert list(smaller(())) == []


def test_a_round_that_goes_as_announced_leaves_the_problem_as_it_was() -> None:
    story = evening(people=13, size=4, rounds=3, minutes=2).plans().host(StartRound(1))
    announced = problem(story.state)
    assert announced is not None
    story.plans().passes(140)
    before_the_end = problem(story.state)
    story.passes(5)
    assert before_the_end is not None
    assert digest(before_the_end) == digest(announced)
    history = for_planning(story.state)
    assert all(times >= 1 for _, _, times in history.meetings)


def test_the_plan_after_a_round_knows_who_met() -> None:
    story = talking(people=4, size=2, rounds=3).passes(70).host(CallBack())
    posed = problem(story.state)
    assert posed is not None
    assert {(a, b) for a, b, _ in posed.history.meetings} == story.pairs()

"""What an event achieved."""

from __future__ import annotations

from rooms.commands import CallBack, KeepApart, Leave, MovePerson, OfferContact, RemovePerson, StartRound
from rooms.report import report
from tests.stories import evening, ids, talking


def test_an_event_without_rounds_has_an_empty_report() -> None:
    story = evening(people=5, here="ab")
    made = report(story.state)
    assert (made.listed, made.came, made.rounds, made.pairs, made.met_mean, made.bound_mean) == (
        5,
        2,
        (),
        0,
        0,
        0,
    )


def test_rounds_tell_rooms_meetings_and_what_was_new() -> None:
    story = evening(people=8, size=4, rounds=2, minutes=2).plans().host(StartRound(1)).passes(2 * 145)
    made = report(story.state)
    assert [len(each.met) for each in made.rounds] == [12, 12]
    assert made.rounds[0].new == 12
    assert sum(each.new for each in made.rounds) == made.pairs
    assert made.repeats == 24 - made.pairs
    assert made.rounds[-1].met_after == made.met_mean
    assert made.rounds[0].talked_ms == 135_000
    assert (made.started_at, made.ended_at) == (story.state.past[0].started_at, story.state.past[1].ended_at)


def test_the_bound_is_the_planners_when_everyone_stays() -> None:
    story = evening(people=8, size=4, rounds=2, minutes=2).plans().host(StartRound(1)).passes(2 * 145)
    made = report(story.state)
    # Two fours, twice: 24 seats beside each other, but four pairs must meet again (the pigeonhole).
    assert made.met_mean == made.bound_mean == 20 * 2 / 8


def test_the_bound_counts_only_rounds_in_which_people_were_there() -> None:
    story = evening(people=8, size=2, rounds=2, minutes=2, here=ids(8)).host(StartRound(1)).passes(145)
    for id in ("a", "b", "c", "d"):
        story.guest(id, Leave())
    story.passes(145)
    assert report(story.state).bound_mean == (4 + 2) * 2 / 8


def test_what_was_reached_by_moving_people_is_never_above_the_bound() -> None:
    story = talking(people=4, size=2, rounds=1, minutes=10).passes(70)
    story.host(MovePerson(1, "a", 3 - (story.room_of("a") or 0))).passes(70).host(CallBack())
    made = report(story.state)
    assert made.met_mean == 3
    assert made.bound_mean == 3


def test_impossible_rules_do_not_break_the_report() -> None:
    story = evening(people=8, size=4, rounds=2, minutes=2, here="abcd").host(KeepApart((("a", "b"),)))
    story.host(StartRound(1)).passes(145)
    assert report(story.state).met_most <= 3


def test_a_rule_made_afterwards_does_not_break_the_report() -> None:
    story = talking(people=4, size=4, rounds=1, minutes=2).passes(145).host(KeepApart((("a", "b"),)))
    made = report(story.state)
    assert made.met_mean == made.bound_mean == 3


def test_people_are_reported_as_they_saw_it_themselves() -> None:
    story = talking(people=5, size=4, rounds=1, minutes=2).guest("e", Leave()).passes(200)
    story.host(RemovePerson("d")).guest("a", OfferContact("b"))
    story.guest("b", OfferContact("a"))
    made = report(story.state)
    people = {person.id: person for person in made.people}
    assert set(people["a"].met) == set(story.state.met["a"])
    assert people["a"].rounds == 1
    assert people["e"].met == ()
    assert people["d"].presence == "removed"
    assert (made.came, made.stayed, made.contacts) == (5, 3, 1)

"""Evenings that every version must handle, held from the first minute to the last."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rooms.commands import AddPeople, CallBack, CreateEvent, Join, Leave, MarkAway, OpenEvent, StartRound
from rooms.model import Constellation
from rooms.presence import company, here, talking, willing
from rooms.report import report
from tests.stories import Story, evening, guest, ids, newcomer


def held(story: Story) -> Story:
    """Hold all rounds to the plan; the clock does the rest."""
    story.plans(20).host(StartRound(1)).plans()
    for _ in range(len(story.state.agenda)):
        while story.state.round is not None and story.wake_at is not None:
            number = story.round.number
            story.passes((story.wake_at - story.now) / 1000).plans()
            if story.state.round is None or story.round.number != number:
                break
    return story


def sizes_of(story: Story) -> list[list[int]]:
    return [sorted(map(len, past.rooms), reverse=True) for past in story.state.past]


def test_60_people_in_16_rooms_are_spread_evenly() -> None:
    story = held(evening(people=60, rooms=16, rounds=3, minutes=2))
    assert sizes_of(story) == [[4] * 12 + [3] * 4] * 3
    assert report(story.state).repeats == 0


def test_10_and_9_people_in_4_rooms_leave_nobody_alone() -> None:
    assert sizes_of(held(evening(people=10, rooms=4, rounds=2, minutes=2))) == [[3, 3, 2, 2]] * 2
    assert sizes_of(held(evening(people=9, rooms=4, rounds=2, minutes=2))) == [[3, 2, 2, 2]] * 2


def test_10_in_threes_and_13_in_fours() -> None:
    assert sizes_of(held(evening(people=10, size=3, rounds=2, minutes=2))) == [[4, 3, 3]] * 2
    assert sizes_of(held(evening(people=13, size=4, rounds=2, minutes=2))) == [[4, 3, 3, 3]] * 2


def test_the_odd_one_makes_a_trio_and_never_the_same_people() -> None:
    story = held(evening(people=9, size=2, rounds=3, minutes=2))
    trios = [set(room) for past in story.state.past for room in past.rooms if len(room) == 3]
    assert len(trios) == 3
    assert all(first.isdisjoint(second) for first, second in pairwise(trios))


def test_40_people_in_pairs_meet_someone_new_every_round() -> None:
    story = held(evening(people=40, size=2, rounds=4, minutes=2))
    made = report(story.state)
    assert (made.met_mean, made.met_least, made.repeats) == (4, 4, 0)


def test_15_in_trios_for_7_rounds_all_meet() -> None:
    story = held(evening(people=15, size=3, rounds=7, minutes=2))
    made = report(story.state)
    assert (made.met_least, made.repeats) == (14, 0)
    assert made.met_mean == made.bound_mean


@pytest.mark.parametrize("people", [0, 1])
def test_too_few_to_plan_stay_in_the_lobby(people: int) -> None:
    story = evening(people=people)
    assert story.wish is None
    assert story.state.round is None


def test_two_people_get_one_room() -> None:
    story = evening(people=2, size=4).host(StartRound(1))
    assert story.rooms() == {1: {"a", "b"}}


def test_no_shows_latecomers_and_drop_outs_with_changing_sizes() -> None:
    """30 people, 20 % no-shows, 3 late, 2 drop-outs, rooms of 2, 3 and 4."""
    agenda = tuple(Constellation(minutes=5, size=size) for size in (2, 3, 4, 4))
    story = Story().organiser(CreateEvent("e", "Evening", rounds=agenda, seed=3))
    everyone = ids(30)
    story.organiser(AddPeople(tuple(map(newcomer, everyone))), OpenEvent()).plans()
    story.joins(*everyone[:21]).host(CallBack()).plans().host(StartRound(1)).plans()
    alone = 0.0
    for second in range(4 * 330):
        story.passes(1)
        if second == 100:
            story.guest(everyone[0], Leave())
        if second == 130:
            story.shell(MarkAway(everyone[1]))
        if second in (40, 380, 700):
            late = everyone[21 + (40, 380, 700).index(second)]
            story.do(Join(newcomer(late)), guest(late))
        story.plans(1)
        alone += lonely(story)
    made = report(story.state)
    assert [each.number for each in made.rounds] == [1, 2, 3, 4]
    assert alone == 0
    assert made.came == 24
    assert made.met_mean >= 0.9 * made.bound_mean


def lonely(story: Story) -> int:
    round = talking(story.state)
    if round is None or sum(willing(person) for person in here(story.state)) < 2:
        return 0
    return sum(len(people) == 1 for people in company(story.state, round).values())

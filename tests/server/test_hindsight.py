"""The yardstick itself: never above its bound, and near it where that is known to be possible."""

from __future__ import annotations

from server.hindsight import bound, most_pairs, room_sizes


def people(count: int) -> frozenset[str]:
    return frozenset(f"p{number:02}" for number in range(count))


def test_an_easy_event_is_planned_without_a_repeat() -> None:
    present = [people(30)] * 6
    assert most_pairs(present, 4, seed=1) == bound(present, room_sizes(present, 4)) == 252


def test_sixteen_in_fours_meet_everyone_in_five_rounds() -> None:
    present = [people(16)] * 5
    assert bound(present, room_sizes(present, 4)) == 120
    assert most_pairs(present, 4, seed=1) >= 110


def test_absence_is_taken_round_by_round() -> None:
    here, fewer = people(8), people(4)
    assert room_sizes([here, fewer], 4) == [(4, 4), (4,)]
    assert bound([here, fewer], room_sizes([here, fewer], 4)) == 18
    assert most_pairs([fewer], 4, seed=1) == 6
    # In round 2 all four sit together, so the best round 1 keeps them apart: two of them in each room.
    assert most_pairs([here, fewer], 4, seed=1) == 16


def test_nobody_there_means_nobody_met() -> None:
    assert most_pairs([frozenset(), people(1)], 4, seed=1) == 0

"""The second opinion finds every fault, and counts right: by hand, on broken plans."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.rotation.recount import Count, ceiling, formula, recount

ROOT = Path(__file__).parents[2]

SIX: dict[str, Any] = {
    "id": "six",
    "n": 6,
    "room_sizes": [3, 3],
    "rounds": 2,
    "bounds": {"new_distinct_ub": 10, "min_new_per_person_ub": 3, "max_meetings_lb": 1},
}
SIX_PLAN = [[[0, 1, 2], [3, 4, 5]], [[0, 3, 4], [1, 2, 5]]]


def with_rules(**rules: Any) -> dict[str, Any]:
    return SIX | {"constraints": rules}


def test_a_plan_is_counted() -> None:
    # 3 and 4 meet twice, and so do 1 and 2: ten pairs of twelve meetings; 1, 2, 3 and 4 meet three people.
    expected = 0.5 * 10 / 10 + 0.25 * 3 / 3 + 0.25 * 1 / 2
    assert recount(SIX, SIX_PLAN) == Count((), 10, 3, 2, 0, 0, expected)


def test_who_met_before_is_no_news() -> None:
    met = SIX | {"history": [[[0, 1, 2], [3, 4, 5]]]}
    found = recount(met, SIX_PLAN)
    # The first round is the history once more; 5 meets 1 and 2, and they meet only 5.
    assert (found.distinct, found.worst, found.most) == (4, 1, 2)


def test_only_those_present_are_seated() -> None:
    four = SIX | {"active": [1, 2, 7, 9], "n": 4, "room_sizes": [2, 2]}
    plan = [[[1, 2], [7, 9]], [[1, 7], [2, 9]]]
    assert recount(four, plan).faults == ()
    assert recount(four, [[[1, 2], [7, 3]], [[1, 7], [2, 9]]]).faults == (
        "round 1: 3 is not there",
        "round 1: 9 is in no room",
    )


def test_sizes_may_be_told_by_how_many_there_are() -> None:
    told = {key: value for key, value in SIX.items() if key != "room_sizes"} | {"room_sizes_rle": [[3, 2]]}
    assert recount(told, SIX_PLAN) == recount(SIX, SIX_PLAN)


def test_a_plan_without_most_meetings_is_scored_by_two_numbers() -> None:
    live = SIX | {"bounds": {"new_distinct_ub": 12, "min_new_per_person_ub": 4}}
    assert recount(live, SIX_PLAN).score == pytest.approx((2 * 10 / 12 + 3 / 4) / 3)


def test_wishes_not_met_lower_the_score() -> None:
    asked = with_rules(must_meet=[[0, 1], [5, 0], [4, 3], [3, 1]])
    found = recount(asked, SIX_PLAN)
    assert (found.faults, found.granted, found.wishes) == ((), 2, 4)
    assert found.score == pytest.approx(recount(SIX, SIX_PLAN).score / 2)


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (SIX_PLAN[:1], "1 rounds instead of 2"),
        ([*SIX_PLAN, SIX_PLAN[0]], "3 rounds instead of 2"),
        ([[[0, 1, 2], [3, 4, 4]], SIX_PLAN[1]], "round 1: 4 is in 2 places"),
        ([[[0, 1, 2], [3, 4, 4]], SIX_PLAN[1]], "round 1: 5 is in no room"),
        ([[[0, 1, 2], [3, 4, 6]], SIX_PLAN[1]], "round 1: 6 is not there"),
        ([SIX_PLAN[0], [[0, 3], [1, 2, 5]]], "round 2: rooms of [2, 3] instead of [3, 3]"),
        ([SIX_PLAN[0], [[0, 3], [1, 2, 4, 5]]], "round 2: rooms of [2, 4] instead of [3, 3]"),
        ([SIX_PLAN[0], [[0, 1, 3, 4, 5], [2]]], "round 2: [2] is alone"),
        ([SIX_PLAN[0], []], "round 2: rooms of [] instead of [3, 3]"),
    ],
)
def test_each_fault_is_found(plan: list[list[list[int]]], fault: str) -> None:
    found = recount(SIX, plan)
    assert fault in found.faults
    assert found.score == 0


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ({"keep_apart": [[0, 5], [2, 1, 3]]}, "round 1: [1, 2] are to be kept apart"),
        ({"one_mentor_per_room": True, "mentors": [0, 3]}, "round 2: 2 mentors in [0, 3, 4] instead of one"),
        ({"one_mentor_per_room": True, "mentors": [0, 3]}, "round 2: 0 mentors in [1, 2, 5] instead of one"),
        ({"min_mentors_per_room": 1, "mentors": [0, 3]}, "round 2: only 0 mentors in [1, 2, 5]"),
        ({"min_mentors_per_room": 2, "mentors": [0, 1, 2, 5]}, "round 1: only 1 mentors in [3, 4, 5]"),
        ({"bipartite_pairs": True, "mentors": [0, 4]}, "round 1: [0, 1, 2] is no pair"),
        ({"hosts_stay_in_room": True, "mentors": [0, 3]}, "host 3 is in rooms [1, 2]"),
        ({"seat_by_height": True}, "a rule not understood: seat_by_height"),
    ],
)
def test_each_broken_rule_is_found(rules: dict[str, Any], fault: str) -> None:
    found = recount(with_rules(**rules), SIX_PLAN)
    assert fault in found.faults
    assert found.score == 0


@pytest.mark.parametrize(
    "rules",
    [
        {"keep_apart": [[0, 5], [1, 3]]},
        {"one_mentor_per_room": True, "mentors": [0, 5]},
        {"min_mentors_per_room": 1, "mentors": [0, 2, 5]},
        {"hosts_stay_in_room": True, "mentors": [0, 5]},
    ],
)
def test_a_kept_rule_is_no_fault(rules: dict[str, Any]) -> None:
    assert recount(with_rules(**rules), SIX_PLAN).faults == ()


def test_nobody_at_all_can_be_counted() -> None:
    nobody = SIX | {"n": 0, "room_sizes": [], "bounds": {"new_distinct_ub": 0, "min_new_per_person_ub": 0}}
    assert recount(nobody, [[], []]) == Count((), 0, 0, 0, 0, 0, 1.0)


def test_the_ceiling_is_the_least_of_what_limits_a_plan() -> None:
    assert ceiling(SIX) == 12 - 2  # three people in two rooms: a pair of each stays together
    assert ceiling(SIX | {"rounds": 9}) == 15
    assert ceiling(SIX | {"room_sizes": [2, 2, 2]}) == 6
    assert ceiling(SIX | {"n": 30, "room_sizes": [6] * 5, "rounds": 5}) == 355
    assert ceiling(with_rules(one_mentor_per_room=True, mentors=[0, 1]) | {"rounds": 9}) == 14
    pairs = with_rules(bipartite_pairs=True, mentors=[0, 1, 2]) | {"room_sizes": [2, 2, 2], "rounds": 5}
    assert ceiling(pairs) == 9
    # Five of the six have met 0, who can meet nobody new.
    known = SIX | {"room_sizes": [2, 2, 2], "rounds": 1, "history": [[[0, p]] for p in range(1, 6)]}
    assert ceiling(known) == 2


def test_targets_without_most_meetings_can_be_scored() -> None:
    assert formula(SIX, 10, 3, None) == 1


def test_the_second_opinion_knows_no_planner() -> None:
    program = "import sys, tests.rotation.recount; sys.exit('rotation' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0

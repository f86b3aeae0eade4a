"""What counts more, and the numbers that a screen shows."""

from __future__ import annotations

from rotation import (
    History,
    Numbers,
    Person,
    Plan,
    Problem,
    Rules,
    Score,
    Seating,
    certify,
    numbers,
    plan,
    score,
)

FOUR = Problem(tuple(Person(who) for who in "abcd"), ((2, 2), (2, 2)))
PERFECT = Plan((Seating((("a", "b"), ("c", "d"))), Seating((("a", "c"), ("b", "d")))))
REPEATED = Plan((Seating((("a", "b"), ("c", "d"))), Seating((("a", "b"), ("c", "d")))))


def test_a_plan_with_more_new_pairs_is_better() -> None:
    assert score(FOUR, PERFECT) > score(FOUR, REPEATED)


def test_the_order_of_importance() -> None:
    best = Score(over_cap=0, distinct=10, worst=3, unevenness=4, spread=1)
    in_order = [
        best,
        Score(over_cap=0, distinct=10, worst=3, unevenness=5, spread=0),
        Score(over_cap=0, distinct=10, worst=3, unevenness=0, spread=2),
        Score(over_cap=0, distinct=10, worst=2, unevenness=0, spread=0),
        Score(over_cap=0, distinct=9, worst=9, unevenness=0, spread=0),
        Score(over_cap=1, distinct=99, worst=9, unevenness=0, spread=0),
    ]
    assert sorted(in_order, reverse=True) == in_order


def test_meeting_more_often_than_the_cap_weighs_most() -> None:
    rounds = Problem(FOUR.people, ((2, 2),) * 3)
    together = Plan((PERFECT.seatings[0],) * 3)
    assert score(rounds, together).over_cap == 2
    assert score(rounds, Plan((*PERFECT.seatings, PERFECT.seatings[0]))).over_cap == 0


def test_people_who_met_before_are_no_new_pair() -> None:
    again = Problem(FOUR.people, FOUR.rounds, history=History((("a", "b", 1),)))
    assert numbers(again, PERFECT).distinct == 3
    assert numbers(again, PERFECT).repeats == 1
    assert score(again, PERFECT).unevenness == 1


def test_the_numbers_of_a_plan_with_a_bench_and_a_smaller_room() -> None:
    six = Problem(
        tuple(Person(who) for who in "abcdef"), ((3, 2), (3, 2)), history=History(rests=(("f", 1),))
    )
    plan = Plan(
        (Seating((("a", "b", "c"), ("d", "e")), ("f",)), Seating((("a", "d", "f"), ("b", "e")), ("c",)))
    )
    assert numbers(six, plan) == Numbers(
        meetings=8,
        distinct=8,
        repeats=0,
        possible=15,
        met_mean=16 / 6,
        met_min=2,
        met_max=4,
        met_possible=16 / 6,
        max_meetings=1,
        small_min=0,
        small_max=2,
        rest_min=0,
        rest_max=2,
        smallest_room=2,
    )
    assert score(six, plan).spread == 2 + 2


def test_a_certificate_says_optimal_only_at_the_bound() -> None:
    assert certify(FOUR, PERFECT).optimal
    short = certify(FOUR, REPEATED)
    assert (short.distinct, short.bound, short.gap, short.optimal) == (2, 4, 2, False)


def test_nobody_at_all_has_numbers_too() -> None:
    nobody = numbers(Problem((), ((), ())), Plan((Seating(()), Seating(()))))
    assert (nobody.meetings, nobody.met_mean, nobody.smallest_room) == (0, 0, 0)


def test_each_break_of_a_soft_rule_counts() -> None:
    soft = frozenset({"apart", "meet", "at_most", "rooms_differ"})
    rules = Rules(
        apart=frozenset({("p0", "p1")}),
        meet=frozenset({("p0", "p2"), ("p0", "p3")}),
        at_most=1,
        rooms_differ=True,
        soft=soft,
    )
    of = Problem(tuple(Person(f"p{i}") for i in range(4)), ((2, 2),) * 2, rules)
    twice = Plan((Seating((("p0", "p1"), ("p2", "p3"))),) * 2)
    # Two meetings of people apart, two wishes not met, two meetings too many, four who return to a room.
    assert score(of, twice).broken == 10
    other = Plan((Seating((("p0", "p2"), ("p1", "p3"))), Seating((("p1", "p2"), ("p0", "p3")))))
    assert score(of, other).broken == 0 + 2
    assert score(of, other) > score(of, twice)


def test_a_kept_soft_rule_comes_before_new_pairs() -> None:
    kept = Score(over_cap=3, distinct=1, worst=0, unevenness=9, spread=9)
    assert kept > Score(over_cap=0, distinct=99, worst=9, unevenness=0, spread=0, broken=1)


def test_reach_has_no_cap_and_meets_no_fewer() -> None:
    people = tuple(Person(f"p{i}") for i in range(20))
    even = Problem(people, ((5,) * 4,) * 6)
    reach = Problem(people, even.rounds, profile="reach")
    evenly, far = plan(even, 1, 40), plan(reach, 1, 40)
    assert score(even, far.plan).over_cap > 0 == score(reach, far.plan).over_cap
    assert far.certificate.distinct > evenly.certificate.distinct

"""The checker finds each fault, and says whom it concerns."""

from __future__ import annotations

import pytest

from rotation import Group, History, Person, Plan, Problem, Rules, Seating, Template, check
from rotation.check import broken

SIX = Problem(
    tuple(Person(who) for who in ("ana", "ben", "eva", "jon", "kim", "tom")),
    ((3, 3),),
    Rules(frozenset({("ana", "tom")})),
)


def faults(*groups: Group, resting: Group = (), of: Problem = SIX) -> dict[str, str]:
    return {fault.code: fault.sentence for fault in check(of, Plan((Seating(groups, resting),)))}


def test_a_good_plan_has_no_faults() -> None:
    assert faults(("ana", "ben", "eva"), ("jon", "kim", "tom")) == {}


def test_groups_may_come_in_any_order_of_sizes() -> None:
    five = Problem(SIX.people[:5], ((3, 2),))
    assert faults(("ana", "ben"), ("eva", "jon", "kim"), of=five) == {}


@pytest.mark.parametrize(
    ("groups", "resting", "code", "told"),
    [
        ((("ana", "ben", "eva"), ("jon", "kim", "zoe")), ("tom",), "unknown-person", "zoe"),
        ((("ana", "ben", "eva"), ("ana", "kim", "tom")), ("jon",), "seated-twice", "ana"),
        ((("ana", "ben", "eva"), ("jon", "kim", "tom")), ("ben",), "seated-twice", "ben"),
        ((("ana", "ben", "eva"), ("jon", "kim")), (), "not-seated", "tom"),
        ((("ana", "ben", "eva", "jon", "kim"), ("tom",)), (), "alone", "tom"),
        ((("ana", "ben"), ("eva", "jon", "kim", "tom")), (), "wrong-sizes", "[2, 4]"),
        ((("ana", "ben", "tom"), ("jon", "kim", "eva")), (), "apart", "ana and tom"),
    ],
)
def test_each_fault_is_found(groups: tuple[Group, ...], resting: Group, code: str, told: str) -> None:
    assert told in faults(*groups, resting=resting)[code]


def test_the_number_of_rounds_has_to_be_right() -> None:
    assert [fault.code for fault in check(SIX, Plan(()))] == ["wrong-rounds"]


# Rules

PEOPLE = tuple(
    Person(who, role, (("team", team),))
    for who, role, team in (
        ("ana", "mentor", "red"),
        ("ben", "mentee", "red"),
        ("eva", "mentee", "blue"),
        ("jon", "mentor", "blue"),
        ("kim", "mentee", ""),
        ("tom", "mentee", ""),
    )
)
THREES = (("ana", "ben", "eva"), ("jon", "kim", "tom"))
PAIRS = (("ana", "ben"), ("eva", "jon"), ("kim", "tom"))
FOUR = (("ana", "jon"), ("ben", "eva"), ("kim", "tom"))
MIXED = (("ana", "kim"), ("eva", "tom"), ("ben", "jon"))


def ruled(rules: Rules, *rounds: tuple[Group, ...], history: History | None = None) -> list[str]:
    """The sentences about rounds that keep everything but perhaps these rules."""
    of = Problem(PEOPLE, tuple(tuple(map(len, each)) for each in rounds), rules, history or History())
    return [fault.sentence for fault in check(of, Plan(tuple(map(Seating, rounds))))]


@pytest.mark.parametrize(
    ("rules", "rounds", "told"),
    [
        (
            Rules(apart_by=frozenset({"team"})),
            (PAIRS,),
            "Round 1 puts ana and ben together, who have the same team.",
        ),
        (
            Rules(apart_by=frozenset({"role"})),
            ((("ana", "jon"),),),
            "ana and jon together, who have the same role.",
        ),
        (Rules(together=frozenset({frozenset({"ana", "eva"})})), (THREES, PAIRS), "Round 2 parts ana, eva."),
        (Rules(meet=frozenset({("ana", "tom")})), (PAIRS, THREES), "ana and tom do not meet."),
        (Rules(at_most=1), (PAIRS, MIXED, THREES), "ana and ben meet 2 times."),
        (Rules(hosts=frozenset({("ana", 1)})), (PAIRS, THREES[::-1]), "Round 2 does not have ana in room 1."),
        (Rules(hosts=frozenset({("ana", 4)})), (PAIRS,), "Round 1 does not have ana in room 4."),
        (Rules(stays=frozenset({"jon"})), (PAIRS, THREES, MIXED), "jon does not keep one room."),
        (Rules(pins=frozenset({("jon", 2, 1)})), (PAIRS, THREES), "Round 2 does not have jon in room 1."),
        (Rules(at_least_three=frozenset({"kim"})), (THREES, PAIRS), "Round 2 has kim in a pair."),
        (Rules(rooms_differ=True), (PAIRS, THREES), "ana is in room 1 2 times."),
    ],
)
def test_each_broken_rule_is_found(rules: Rules, rounds: tuple[tuple[Group, ...], ...], told: str) -> None:
    assert any(sentence.endswith(told) for sentence in ruled(rules, *rounds))


@pytest.mark.parametrize(
    ("rules", "rounds"),
    [
        (Rules(apart_by=frozenset({"team"})), (MIXED,)),
        (Rules(together=frozenset({frozenset({"ana", "ben"})})), (THREES, PAIRS)),
        (Rules(meet=frozenset({("ana", "ben"), ("ana", "zoe")})), (MIXED, PAIRS)),
        (Rules(at_most=1), (PAIRS, MIXED)),
        (Rules(at_most=1, together=frozenset({frozenset({"kim", "tom"})})), (PAIRS, FOUR)),
        (Rules(hosts=frozenset({("ana", 1), ("zoe", 2)})), (PAIRS, THREES)),
        (Rules(stays=frozenset({"ana"}), pins=frozenset({("ben", 2, 1)})), (PAIRS, THREES)),
        (Rules(at_least_three=frozenset({"kim"})), (THREES,)),
        (Rules(rooms_differ=True), (PAIRS, (MIXED[1], MIXED[0], MIXED[2]))),
        (Rules(rooms_differ=True, stays=frozenset({"ana"}), hosts=frozenset({("eva", 1)})), (THREES,)),
    ],
)
def test_a_rule_that_is_kept_is_no_fault(rules: Rules, rounds: tuple[tuple[Group, ...], ...]) -> None:
    assert ruled(rules, *rounds) == []


def test_past_meetings_count_towards_the_most() -> None:
    past = History((("ana", "ben", 2),))
    assert ruled(Rules(at_most=2), PAIRS, history=past) == ["ana and ben meet 3 times."]
    assert ruled(Rules(at_most=3), PAIRS, history=past) == []


def test_a_soft_rule_is_no_fault_and_is_counted_all_the_same() -> None:
    rules = Rules(
        frozenset({("ana", "ben")}), meet=frozenset({("ana", "tom")}), soft=frozenset({"apart", "meet"})
    )
    assert ruled(rules, PAIRS, THREES) == []
    kept = broken(Problem(PEOPLE, ((2, 2, 2), (3, 3)), rules), Plan((Seating(PAIRS), Seating(THREES))))
    assert {name: len(found) for name, found in kept.items()} == {"apart": 2, "meet": 1}


def test_whoever_is_away_has_no_place() -> None:
    of = Problem(PEOPLE, ((3, 2),), Rules(away=frozenset({("tom", 1)})))
    groups = (("ana", "ben", "eva"), ("jon", "kim"))
    assert check(of, Plan((Seating(groups),))) == ()
    assert [fault.code for fault in check(of, Plan((Seating(groups, ("tom",)),)))] == ["not-there"]


@pytest.mark.parametrize(
    ("template", "groups", "told"),
    [
        (Template(exactly=(("mentor", 1),)), THREES, ""),
        (Template(exactly=(("mentor", 1), ("mentee", 2))), THREES, ""),
        (
            Template(at_least=(("mentor", 1),)),
            PAIRS,
            "0 of role mentor, fewer than 1, in room 3.",
        ),
        (Template(exactly=(("mentee", 1),)), PAIRS, "2 of role mentee, not 1, in room 3."),
        (Template(same_role=True), PAIRS, "people of several roles in room 1."),
        (Template(same_role=True), (("ana", "jon"), ("ben", "eva", "kim", "tom")), ""),
    ],
)
def test_each_room_has_the_roles_of_its_pattern(
    template: Template, groups: tuple[Group, ...], told: str
) -> None:
    of = Problem(PEOPLE, (tuple(map(len, groups)),), templates=(template,))
    found = check(of, Plan((Seating(groups),)))
    assert found[0].sentence == f"Round 1 has {told}" if told else not found


def test_a_round_that_repeats_another_has_its_groups_in_any_rooms() -> None:
    of = Problem(PEOPLE, ((2, 2, 2),) * 2, Rules(at_most=1), same_as=((2, 1),))
    assert check(of, Plan((Seating(PAIRS), Seating(PAIRS[::-1])))) == ()
    assert [fault.code for fault in check(of, Plan((Seating(PAIRS), Seating(MIXED))))] == ["not-the-same"]

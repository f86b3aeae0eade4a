"""The checker finds each fault, and says whom it concerns."""

from __future__ import annotations

import pytest

from rotation import Group, Person, Plan, Problem, Rules, Seating, check

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

"""What two plans have not in common is told person by person."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import Group, Plan, Problem, Seating, plan
from rotation.changes import RESTS, Change, changes
from tests.rotation.problems import problems


def evening(*rounds: tuple[str, ...], resting: str = "") -> Plan:
    """A plan of rooms such as "abc", one letter a person."""
    return Plan(tuple(Seating(tuple(map(tuple, rooms)), tuple(resting)) for rooms in rounds))


def test_the_same_plan_changes_nothing() -> None:
    same = evening(("ab", "cd"), ("ac", "bd"))
    assert not changes(same, same)
    assert changes(same, same).rounds == ((), ())


def test_a_swap_is_told_of_all_whom_it_concerns() -> None:
    (of_round,) = changes(evening(("abc", "def")), evening(("abd", "cef"))).rounds
    assert of_round == (
        Change("a", 1, 1, ("d",), ("c",)),
        Change("b", 1, 1, ("d",), ("c",)),
        Change("c", 1, 2, ("e", "f"), ("a", "b")),
        Change("d", 2, 1, ("a", "b"), ("e", "f")),
        Change("e", 2, 2, ("c",), ("d",)),
        Change("f", 2, 2, ("c",), ("d",)),
    )
    assert changes(evening(("abc", "def")), evening(("abd", "cef"))).moves == (2,)


def test_a_group_that_gets_another_room_keeps_its_company() -> None:
    (of_round,) = changes(evening(("ab", "cd")), evening(("cd", "ab"))).rounds
    assert [(change.person, change.was, change.now) for change in of_round] == [
        ("a", 1, 2),
        ("b", 1, 2),
        ("c", 2, 1),
        ("d", 2, 1),
    ]
    assert not any(change.gains or change.loses for change in of_round)


def test_who_comes_goes_and_rests_is_seen() -> None:
    before = evening(("ab", "cd"), resting="x")
    after = evening(("ab", "xe"), resting="c")
    (of_round,) = changes(before, after).rounds
    assert of_round == (
        Change("c", 2, RESTS, (), ("d",)),
        Change("d", 2, None, (), ("c",)),
        Change("e", None, 2, ("x",), ()),
        Change("x", RESTS, 2, ("e",), ()),
    )
    assert changes(before, after).moves == (2,)


def test_rounds_that_only_one_plan_has_are_left_out() -> None:
    longer = evening(("ab", "cd"), ("ac", "bd"))
    assert changes(longer, evening(("ab", "cd"))).rounds == ((),)


@settings(deadline=None, max_examples=30)
@given(problems(), st.integers(0, 99), st.integers(100, 199))
def test_applying_the_changes_gives_the_new_plan(of: Problem, one: int, other: int) -> None:
    before, after = plan(of, one, 0).plan, plan(of, other, 0).plan
    for old, new, of_round in zip(
        before.seatings, after.seatings, changes(before, after).rounds, strict=True
    ):
        company = {who: set(group) - {who} for group in old.groups for who in group}
        for change in of_round:
            mates = company.pop(change.person, set())
            if change.now:
                company[change.person] = (mates | set(change.gains)) - set(change.loses)
        assert {frozenset({who, *mates}) for who, mates in company.items()} == as_sets(new.groups)


def as_sets(groups: tuple[Group, ...]) -> set[frozenset[str]]:
    return set(map(frozenset, groups))

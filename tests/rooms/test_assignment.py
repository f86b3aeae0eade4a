"""From a planned seating to who is really where."""

from __future__ import annotations

from itertools import combinations
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.assignment import Ties, best_room, comfortable, fit, refit, relieve, room_sizes
from rooms.model import Constellation
from rotation import Person as Planned
from rotation import Plan as WholePlan
from rotation import Problem, Seating, check, pair, sizes
from tests.stories import all_pairs, ids

NOBODY = Ties({})


def met(*groups: str) -> Ties:
    """Everyone in a group has met once."""
    known: dict[str, dict[str, tuple[int, ...]]] = {}
    for group in groups:
        for a, b in combinations(group, 2):
            known.setdefault(a, {})[b] = (*known.get(a, {}).get(b, ()), 1)
            known.setdefault(b, {})[a] = (*known.get(b, {}).get(a, ()), 1)
    return Ties(known)


def seating(*groups: str) -> Seating:
    return Seating(tuple(tuple(group) for group in groups))


# Sizes


def test_rooms_go_by_people_in_a_room_or_by_number_of_rooms() -> None:
    assert room_sizes(Constellation(size=4), 13) == (4, 3, 3, 3)
    assert room_sizes(Constellation(size=4, rooms=4), 10) == (3, 3, 2, 2)
    assert room_sizes(Constellation(size=4, rooms=4), 9) == (3, 2, 2, 2)
    assert room_sizes(Constellation(size=4, rooms=4), 1) == ()
    assert comfortable(Constellation(size=4), 13) == 4


# A whole round


def test_a_plan_for_exactly_those_here_is_kept() -> None:
    planned = seating("abcd", "efgh", "ijkl")
    assert fit(planned, "abcdefghijkl", (4, 4, 4), NOBODY, 1) == planned


def test_the_absent_are_dropped_and_rooms_evened_out() -> None:
    fitted = fit(seating("abcd", "efgh", "ijkl"), "abcefgijk", (3, 3, 3), NOBODY, 1)
    assert fitted == seating("abc", "efg", "ijk")


def test_a_room_too_small_is_dissolved_into_the_others() -> None:
    fitted = fit(seating("abcd", "efgh", "ijkl"), "abcefgij", sizes(8, 4), NOBODY, 1)
    assert sorted(map(len, fitted.groups)) == [4, 4]
    assert set("abc") <= set(fitted.groups[0])
    assert set("efg") <= set(fitted.groups[1])


def test_someone_extra_goes_where_they_meet_nobody_again() -> None:
    ties = met("xa", "xb")
    fitted = fit(seating("abc", "def"), "abcdefx", sizes(7, 3), ties, 1)
    assert "x" in fitted.groups[1]


def test_without_a_plan_everyone_is_seated_among_new_people() -> None:
    ties = met("abcd", "efgh", "ijkl", "mnop")
    fitted = fit(Seating(()), ids(16), (4, 4, 4, 4), ties, 5)
    assert all_pairs(fitted.groups).isdisjoint(all_pairs(("abcd", "efgh", "ijkl", "mnop")))


def test_who_is_kept_apart_from_everyone_rests_instead_of_breaking_the_rule() -> None:
    ties = Ties({}, [("a", "x"), ("b", "x"), ("c", "x")])
    fitted = fit(seating("abcx"), "abcx", (4,), ties, 1)
    assert fitted == Seating((("a", "b", "c"),), ("x",))


def test_one_person_gets_no_room() -> None:
    assert fit(seating("ab", "cd"), "a", (), NOBODY, 1) == Seating((), ("a",))
    assert fit(seating("ab"), "", (), NOBODY, 1) == Seating(())


def test_chance_decides_among_equals_and_only_the_seed_decides_chance() -> None:
    one = fit(Seating(()), ids(12), (4, 4, 4), NOBODY, 1)
    assert one == fit(Seating(()), ids(12), (4, 4, 4), NOBODY, 1)
    assert one != fit(Seating(()), ids(12), (4, 4, 4), NOBODY, 2)


@settings(max_examples=150, deadline=None)
@given(
    people=st.integers(0, 30),
    size=st.integers(2, 6),
    absent=st.floats(0, 0.6),
    strangers=st.integers(0, 4),
    seed=st.integers(0, 99),
)
def test_a_fitted_seating_passes_the_planners_own_check(
    people: int, size: int, absent: float, strangers: int, seed: int
) -> None:
    chance = Random(seed)
    everyone = ids(people)
    shuffled = chance.sample(everyone, people)
    groups, start = [], 0
    for wanted in sizes(people, size):
        groups.append(tuple(shuffled[start : start + wanted]))
        start += wanted
    here = [id for id in everyone if chance.random() >= absent] + [f"new{i}" for i in range(strangers)]
    history = met(*(tuple(chance.sample(here, min(4, len(here)))) for _ in range(6)))  # type: ignore[arg-type]
    fitted = fit(Seating(tuple(groups)), here, sizes(len(here), size), history, seed)
    problem = Problem(tuple(map(Planned, here)), (sizes(len(here), size),))
    assert check(problem, WholePlan((fitted,))) == ()


@settings(max_examples=150, deadline=None)
@given(people=st.integers(2, 16), size=st.integers(2, 5), rules=st.integers(0, 20), seed=st.integers(0, 999))
def test_rules_are_kept_whatever_they_are_and_nobody_is_lost(
    people: int, size: int, rules: int, seed: int
) -> None:
    chance = Random(seed)
    everyone = ids(people)
    apart = {pair(*chance.sample(everyone, 2)) for _ in range(rules)}
    fitted = fit(Seating(()), everyone, sizes(people, size), Ties({}, apart), seed)
    assert all_pairs(fitted.groups).isdisjoint(apart)
    assert sorted((*(id for group in fitted.groups for id in group), *fitted.resting)) == sorted(everyone)
    assert all(len(group) > 1 for group in fitted.groups)


def test_fitting_changes_little_when_few_are_absent() -> None:
    planned = seating(*("".join(ids(24))[i : i + 4] for i in range(0, 24, 4)))
    here = [id for id in ids(24) if id not in "ag"]
    fitted = fit(planned, here, sizes(22, 4), NOBODY, 3)
    kept = sum(len(set(group) & set(old)) for group, old in zip(fitted.groups, planned.groups, strict=True))
    assert kept == 22


# One person


def test_the_best_room_has_the_most_new_people() -> None:
    rooms = {1: "abc", 2: "def", 3: "ghi"}
    assert best_room("x", rooms, 4, met("xa", "xb", "xd")) == 3
    assert best_room("x", rooms, 4, NOBODY) == 1


def test_a_free_seat_comes_before_more_people_in_a_full_room() -> None:
    assert best_room("x", {1: "abcd", 2: "fg"}, 4, NOBODY) == 2
    assert best_room("x", {1: "abcde", 2: "fghi"}, 4, NOBODY) == 2
    assert best_room("x", {1: "abcde"}, 4, NOBODY) == 1


def test_there_is_no_best_room_when_all_are_empty_or_closed_to_someone() -> None:
    assert best_room("x", {1: "", 2: ""}, 4, NOBODY) is None
    assert best_room("x", {1: "ab"}, 4, Ties({}, [("b", "x")])) is None


def test_the_lonely_join_each_other_before_anyone_else() -> None:
    assert relieve({1: "a", 2: "cde", 3: "f"}, (), 4, NOBODY) == ("a", 3)
    assert relieve({1: "a", 2: "cde"}, (), 4, NOBODY) == ("a", 2)


def test_nothing_is_done_when_nobody_is_alone_or_nobody_can_help() -> None:
    assert relieve({1: "ab", 2: "cd"}, (), 2, NOBODY) is None
    assert relieve({1: "a", 2: ""}, (), 2, NOBODY) is None
    assert relieve({}, ("a",), 2, NOBODY) is None


def test_two_without_a_seat_open_a_room() -> None:
    assert relieve({1: "", 2: ""}, ("a", "b"), 2, NOBODY) == ("a", 3)


# An announced round


def test_refitting_moves_nobody_but_those_concerned() -> None:
    fitted = refit({1: "abcd", 2: "efgh", 3: "ijkl"}, "bcdefghijklx", 4, NOBODY)
    assert fitted == {1: tuple("bcdx"), 2: tuple("efgh"), 3: tuple("ijkl")}


def test_refitting_keeps_the_numbers_of_rooms_that_empty() -> None:
    assert refit({1: "ab", 2: "cd"}, "abc", 2, NOBODY) == {1: ("a", "b", "c"), 2: ()}


def test_the_only_one_here_stays_in_the_lobby() -> None:
    assert refit({1: "ab", 2: "cd"}, "a", 2, NOBODY) == {1: (), 2: ()}

"""What no plan can keep is refused before any search, by the rules that conflict and with a way out."""

from __future__ import annotations

from typing import Any

import pytest

from rotation import Nonsense, Person, Problem, Rules, Template, check, improve
from rotation.check import broken
from rotation.feasible import conflict, not_possible, refuse, strict
from tests.rotation.problems import met_in


def people(count: int, mentors: int = 0) -> tuple[Person, ...]:
    return tuple(Person(f"p{i}", "mentor" if i < mentors else "mentee") for i in range(count))


def posed(
    count: int, *rounds: tuple[int, ...], mentors: int = 0, template: Template | None = None, **rules: Any
) -> Problem:
    templates = (template,) * len(rounds) if template else ()
    return Problem(people(count, mentors), rounds, Rules(**rules), templates=templates)


def together(*groups: str) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(group.split()) for group in groups)


ONE_EACH = Template(exactly=(("mentor", 1), ("mentee", 1)))

IMPOSSIBLE = {
    "apart and together": (
        posed(8, (4, 4), apart=frozenset({("p0", "p1"), ("p2", "p3")}), together=together("p0 p1", "p4 p5")),
        "apart-and-together",
        "apart and together. These rules conflict: p0 and p1 apart; p0, p1 together.",
    ),
    "a group that overlaps another": (
        posed(8, (4, 4), apart=frozenset({("p0", "p2")}), together=together("p0 p1", "p1 p2", "p5 p6")),
        "apart-and-together",
        "p0 and p2 apart; p0, p1 together; p1, p2 together.",
    ),
    "a group larger than a room": (
        posed(9, *[(3, 3, 3)] * 2, together=together("p0 p1 p2 p3")),
        "together-too-large",
        "the largest room of round 1 seats 3. Possible instead: 2 rooms of 4 to 5.",
    ),
    "units all apart": (
        posed(
            8,
            (4, 4),
            apart=frozenset({("p0", "p2"), ("p2", "p4"), ("p1", "p4")}),
            together=together("p0 p1"),
        ),
        "too-many-apart",
        "round 1 has only 2 rooms",
    ),
    "too few of a role": (
        posed(30, *[(2,) * 15] * 3, mentors=18, template=ONE_EACH),
        "too-few-of-role",
        "Round 1 needs 15 people of role mentee, 1 in each of its 15 rooms; only 12 are there.",
    ),
    "too many of a role": (
        posed(12, *[(4,) * 3] * 2, mentors=4, template=Template(exactly=(("mentor", 1),))),
        "too-many-of-role",
        "3 people of role mentor, 1 in each of its 3 rooms; 4 are there. Possible instead: 4 rooms of 3.",
    ),
    "a pattern larger than the room": (
        posed(6, (3, 3), mentors=4, template=Template(at_least=(("mentor", 2), ("mentee", 2)))),
        "pattern-too-large",
        "more people than its rooms of 3 seat",
    ),
    "rooms of one role": (
        posed(6, (3, 3), mentors=2, template=Template(same_role=True)),
        "cannot-keep-roles",
        "people of one role",
    ),
    "two hosts of a room who are apart": (
        posed(8, (4, 4), apart=frozenset({("p0", "p1")}), hosts=frozenset({("p0", 1), ("p1", 1)})),
        "cannot-keep-apart",
        "p0 and p1 apart; p0 in room 1 always; p1 in room 1 always.",
    ),
    "a host of a room that is not": (
        posed(8, (4, 4), hosts=frozenset({("p0", 3)})),
        "no-such-room",
        "round 1 has 2 rooms",
    ),
    "more hosts than seats": (
        posed(4, (2, 2), hosts=frozenset({("p0", 1), ("p1", 1), ("p2", 1)})),
        "too-many-pinned",
        "are all given room 1 of round 1, which seats 2",
    ),
    "a pin against a host's room": (
        posed(8, (4, 4), hosts=frozenset({("p0", 1)}), pins=frozenset({("p0", 1, 2)})),
        "two-rooms",
        "p0 in room 1 always; p0 in room 2 in round 1.",
    ),
    "a group with two rooms": (
        posed(8, (4, 4), hosts=frozenset({("p0", 1), ("p1", 2)}), together=together("p0 p1")),
        "cannot-keep-together",
        "p0, p1 together; p0 in room 1 always; p1 in room 2 always.",
    ),
    "a pin in a pair of someone who wants three": (
        posed(5, (3, 2), pins=frozenset({("p0", 1, 2)}), at_least_three=frozenset({"p0"})),
        "cannot-keep-three",
        "p0",
    ),
    "nobody in a pair, in pairs": (
        posed(5, (3, 2), at_least_three=frozenset({"p0", "p1", "p2", "p3"})),
        "cannot-keep-three",
        "4 people want three or more, but round 1 has 3 seats in such rooms",
    ),
    "more who stay than rooms": (
        posed(
            6,
            *[(2, 2, 2)] * 2,
            mentors=4,
            template=Template(at_least=(("mentee", 1),)),
            stays=frozenset({"p0", "p1", "p2", "p3"}),
        ),
        "too-few-of-role",
        "needs 3 people of role mentee",
    ),
    "stays apart": (
        posed(
            6,
            *[(3, 3)] * 2,
            apart=frozenset({("p0", "p1")}),
            stays=frozenset({"p0", "p1"}),
            hosts=frozenset({("p2", 1), ("p3", 1), ("p4", 1)}),
        ),
        "cannot-keep-stays",
        "p0, p1 cannot all keep one room",
    ),
    "six tables of six, never twice": (
        posed(36, *[(6,) * 6] * 6, at_most=1),
        "cannot-keep-at_most",
        "only 3 times without anybody meeting twice; 6 rounds are asked for. Possible instead: 3 rounds",
    ),
    "more meetings than pairs": (
        posed(6, *[(3, 3)] * 6, at_most=2),
        "cannot-keep-at_most",
        "6 rounds make 36 meetings",
    ),
    "more rounds than rooms": (
        posed(12, *[(4, 4, 4)] * 4, rooms_differ=True),
        "cannot-keep-rooms_differ",
        "in each of 4 rounds: there are only 3 rooms. Possible instead: 3 rounds or 4 rooms of 3.",
    ),
    "two in one room always, but not often": (
        posed(8, *[(4, 4)] * 3, hosts=frozenset({("p0", 1), ("p1", 1)}), at_most=2),
        "cannot-keep-at_most",
        "p0 and p1 are given the same room in 3 rounds, but may meet at most 2 times",
    ),
    "meet apart": (
        posed(8, (4, 4), apart=frozenset({("p0", "p1")}), meet=frozenset({("p0", "p1"), ("p2", "p3")})),
        "cannot-keep-meet",
        "p0 and p1 should meet, but cannot. These rules conflict: p0 and p1 apart; p0 and p1 meet.",
    ),
    "more to meet than there are seats": (
        posed(8, (2, 2, 2, 2), meet=frozenset({("p0", "p1"), ("p0", "p2")})),
        "cannot-keep-meet",
        "p0 should meet 2 people, but can meet 1 at most",
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_impossible_rules_are_refused_before_any_search(name: str) -> None:
    problem, code, told = IMPOSSIBLE[name]
    with pytest.raises(Nonsense) as refused:
        next(improve(problem, 1))
    assert (refused.value.code, told in str(refused.value)) == (code, True), str(refused.value)


def test_what_is_possible_instead_is_possible() -> None:
    found = conflict(posed(12, *[(4, 4, 4)] * 4, rooms_differ=True))
    assert found is not None and found.instead == "3 rounds or 4 rooms of 3"
    for possible in (
        posed(12, *[(4, 4, 4)] * 3, rooms_differ=True),
        posed(12, *[(3,) * 4] * 4, rooms_differ=True),
    ):
        assert check(possible, next(improve(possible, 1)).plan) == ()


def test_a_soft_rule_is_never_refused() -> None:
    for problem, _, _ in IMPOSSIBLE.values():
        names = (
            "apart",
            "together",
            "meet",
            "at_most",
            "hosts",
            "stays",
            "pins",
            "at_least_three",
            "rooms_differ",
        )
        if not problem.templates:
            soft = Problem(problem.people, problem.rounds, replace_soft(problem.rules, names))
            assert check(soft, next(improve(soft, 1)).plan) == ()


def replace_soft(rules: Rules, names: tuple[str, ...]) -> Rules:
    return Rules(**{name: getattr(rules, name) for name in names}, soft=frozenset(names))


def test_of_soft_rules_about_places_only_those_that_conflict_are_dropped() -> None:
    hosts = frozenset({("p0", 1), ("p1", 2), ("p2", 7)})
    problem = posed(8, *[(4, 4)] * 2, hosts=hosts, soft=frozenset({"hosts"}))
    assert strict(problem).rules.hosts == {("p0", 1), ("p1", 2)}
    found = broken(problem, next(improve(problem, 1)).plan)
    assert {fault.sentence for fault in found["hosts"]} == {
        "Round 1 does not have p2 in room 7.",
        "Round 2 does not have p2 in room 7.",
    }


@pytest.mark.parametrize(
    ("template", "count", "mentors", "rooms", "fewest"),
    [
        (ONE_EACH, 30, 18, (2,) * 15, 3),
        (Template(exactly=(("mentor", 1),)), 12, 4, (4, 4, 4), 1),
        (Template(at_least=(("mentor", 2),)), 12, 5, (4, 4, 4), 1),
        (Template(same_role=True), 12, 5, (4, 4, 4), 1),
    ],
)
def test_soft_patterns_are_kept_in_as_many_rooms_as_there_are_people_for(
    template: Template, count: int, mentors: int, rooms: tuple[int, ...], fewest: int
) -> None:
    problem = posed(count, *[rooms] * 3, mentors=mentors, template=template, soft=frozenset({"templates"}))
    found = next(improve(problem, 1))
    assert check(problem, found.plan) == ()
    assert len(broken(problem, found.plan)["templates"]) == 3 * fewest


def test_a_rule_of_someone_who_is_not_there_conflicts_with_nothing() -> None:
    refuse(
        posed(
            4,
            (2, 2),
            apart=frozenset({("p0", "zoe")}),
            together=together("p0 zoe"),
            meet=frozenset({("p0", "zoe")}),
            hosts=frozenset({("zoe", 9)}),
            stays=frozenset({"zoe"}),
        )
    )


def test_wishes_that_no_plan_can_grant_are_named() -> None:
    wishes = frozenset({("p0", "p1"), ("p0", "p4"), ("p2", "p3"), ("p5", "zoe"), ("p4", "p5"), ("p6", "p7")})
    problem = Problem(
        people(12, mentors=4),
        ((3,) * 4,) * 2,
        Rules(apart=frozenset({("p2", "p3")}), meet=wishes, at_most=1, soft=frozenset({"meet"})),
        met_in([[("p6", "p7")]]),
        (Template(exactly=(("mentor", 1),)),) * 2,
    )
    # Two mentors where rooms have one each; two kept apart; two who met as often as they may.
    assert not_possible(problem) == (("p0", "p1"), ("p2", "p3"), ("p6", "p7"))
    refuse(problem)


def test_who_is_never_there_at_the_same_time_cannot_meet() -> None:
    away = frozenset({("p0", 1), ("p1", 2)})
    problem = posed(
        6, (3, 2), (3, 2), meet=frozenset({("p0", "p1"), ("p2", "p3")}), away=away, soft=frozenset({"meet"})
    )
    assert not_possible(problem) == (("p0", "p1"),)


def test_many_rules_are_sifted_for_the_two_that_conflict() -> None:
    apart = frozenset((f"p{a}", f"p{a + 1}") for a in range(0, 200, 2))
    found = conflict(posed(200, *[(10,) * 20] * 4, apart=apart, together=together("p6 p7", "p9 p11")))
    assert found is not None and found.rules == ("p6 and p7 apart", "p6, p7 together")

"""Problems that exist make sense, and equal ones are recognised."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation import History, Nonsense, Person, Problem, Rules, Template, digest, pair

ANA, TOM, PRIYA, JONAS = (Person(name) for name in ("ana", "tom", "priya", "jonas"))
FOUR = (ANA, TOM, PRIYA, JONAS)


def refused(people: tuple[Person, ...], *rounds: tuple[int, ...], rules: Rules | None = None) -> Nonsense:
    with pytest.raises(Nonsense) as caught:
        Problem(people, rounds, rules or Rules())
    return caught.value


def test_the_same_person_cannot_be_listed_twice() -> None:
    assert refused((ANA, ANA), (2,)).code == "duplicate-person"


def test_everyone_needs_an_id() -> None:
    assert refused((ANA, Person("")), (2,)).code == "blank-id"


def test_a_room_for_one_is_refused_with_its_round() -> None:
    refusal = refused(FOUR, (2, 2), (3, 1))
    assert refusal.code == "room-too-small"
    assert "Round 2" in str(refusal)


def test_more_seats_than_people_are_refused() -> None:
    assert refused(FOUR, (3, 2)).code == "too-many-seats"


def test_whoever_has_no_seat_rests() -> None:
    assert Problem(FOUR, ((2,), ())).rounds == ((2,), ())


def test_nobody_can_be_kept_apart_from_themselves() -> None:
    with pytest.raises(Nonsense) as caught:
        Rules(frozenset({("ana", "ana")}))
    assert caught.value.code == "apart-from-self"


def test_more_people_all_apart_than_rooms_are_refused_by_name() -> None:
    rules = Rules(frozenset({("ana", "tom"), ("ana", "priya"), ("priya", "tom")}))
    refusal = refused(FOUR, (2, 2), rules=rules)
    assert refusal.code == "too-many-apart"
    assert all(name in str(refusal) for name in ("ana", "tom", "priya"))


def test_a_rule_about_someone_who_is_not_here_has_no_effect() -> None:
    rules = Rules(frozenset({("ana", "tom"), ("ana", "zoe"), ("tom", "zoe")}))
    assert Problem(FOUR, ((2, 2),), rules).rules == rules


def test_a_pair_has_one_order() -> None:
    assert Rules(frozenset({("tom", "ana")})) == Rules(frozenset({pair("ana", "tom")}))


def test_history_adds_up_and_forgets_zeros() -> None:
    history = History((("tom", "ana", 1), ("ana", "tom", 2), ("priya", "tom", 0)), (("tom", 0), ("ana", 1)))
    assert history == History((("ana", "tom", 3),), (("ana", 1),))


def test_negative_history_is_refused() -> None:
    with pytest.raises(Nonsense):
        History((("ana", "tom", -1),))


def test_a_refusal_survives_the_way_between_processes() -> None:
    copy = pickle.loads(pickle.dumps(Nonsense("too-many-seats", "There are too many seats.")))
    assert (copy.code, str(copy)) == ("too-many-seats", "There are too many seats.")


@given(st.permutations(FOUR))
def test_the_digest_does_not_depend_on_the_order_of_people(people: list[Person]) -> None:
    assert digest(Problem(tuple(people), ((2, 2),))) == digest(Problem(FOUR, ((2, 2),)))


def test_the_digest_changes_with_everything_that_matters() -> None:
    problems = [
        Problem(FOUR, ((2, 2),)),
        Problem(FOUR[:3], ((2,),)),
        Problem((*FOUR[:3], Person("jonas", role="mentor")), ((2, 2),)),
        Problem(FOUR, ((2, 2), (2, 2))),
        Problem(FOUR, ((4,),)),
        Problem(FOUR, ((2, 2),), Rules(frozenset({("ana", "tom")}))),
        Problem(FOUR, ((2, 2),), history=History((("ana", "tom", 1),))),
        Problem(FOUR, ((2, 2),), history=History((("ana", "tom", 2),))),
        Problem(FOUR, ((2, 2),), history=History(rests=(("ana", 1),))),
        Problem(FOUR, ((2, 2),), history=History(small=(("ana", 1),))),
    ]
    assert len({digest(problem) for problem in problems}) == len(problems)


def test_the_digest_stays_the_same_between_versions() -> None:
    expected = "87633268921933e7150aaf0abd8b63e87dfac753a98580bc95c0b9d17d26445f"
    assert digest(Problem((ANA, TOM), ((2,),))) == expected


def built(*, rounds: tuple[tuple[int, ...], ...] = ((2, 2),), **more: Any) -> Problem:
    fields = {name: more.pop(name) for name in ("templates", "same_as", "profile") if name in more}
    return Problem(FOUR, rounds, Rules(**more), **fields)


TWO = ((2, 2), (2, 2))
MENTOR, MENTEE = Template(at_least=(("mentor", 1),)), Template(at_least=(("mentee", 1),))


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: built(meet=frozenset({("ana", "ana")})), "meet-self"),
        (lambda: built(at_most=-1), "negative-limit"),
        (lambda: built(hosts=frozenset({("ana", 0)})), "no-such-room"),
        (lambda: built(hosts=frozenset({("ana", 1), ("ana", 2)})), "host-of-two"),
        (lambda: built(pins=frozenset({("ana", 0, 1)})), "no-such-round"),
        (lambda: built(pins=frozenset({("ana", 1, 1), ("ana", 1, 2)})), "pinned-twice"),
        (lambda: built(away=frozenset({("ana", 0)})), "no-such-round"),
        (lambda: built(away=frozenset({("ana", 1)})), "too-many-seats"),
        (lambda: built(soft=frozenset({"away"})), "not-soft"),
        (lambda: built(soft=frozenset({"unheard"})), "not-soft"),
        (lambda: built(profile="odd"), "unknown-profile"),
        (lambda: built(templates=(Template(), Template())), "wrong-templates"),
        (lambda: built(rounds=TWO, same_as=((1, 2),)), "no-such-round"),
        (lambda: built(rounds=TWO, same_as=((3, 1),)), "no-such-round"),
        (lambda: built(rounds=((2, 2), (4,)), same_as=((2, 1),)), "same-as-differs"),
        (
            lambda: built(rounds=((2,), (2,)), away=frozenset({("ana", 1)}), same_as=((2, 1),)),
            "same-as-differs",
        ),
        (lambda: built(rounds=TWO, templates=(MENTOR, MENTEE), same_as=((2, 1),)), "same-as-differs"),
        (
            lambda: built(rounds=TWO, pins=frozenset({("ana", 1, 1), ("ana", 2, 2)}), same_as=((2, 1),)),
            "same-as-differs",
        ),
        (lambda: built(rounds=(*TWO, (2, 2)), same_as=((3, 1), (3, 2))), "same-as-two"),
        (lambda: Person("ana", traits=(("team", "red"), ("team", "blue"))), "two-values"),
        (lambda: Template(exactly=(("mentor", 1),), at_least=(("mentor", 1),)), "role-twice"),
        (lambda: Template(exactly=(("mentor", -1),)), "negative-role"),
        (lambda: Template(exactly=(("mentor", 1), ("mentee", 1)), same_role=True), "same-role-of-two"),
        (lambda: Problem(tuple(Person(str(i)) for i in range(10_001)), ()), "too-many-people"),
        (lambda: Problem((), ((),) * 1_001), "too-many-rounds"),
        (lambda: Problem(tuple(Person(str(i)) for i in range(9_000)), ((),) * 900), "too-much-to-plan"),
    ],
)
def test_what_cannot_be_meant_is_refused(made: Callable[[], object], code: str) -> None:
    with pytest.raises(Nonsense) as caught:
        made()
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


def test_equal_values_of_a_column_keep_people_apart() -> None:
    acme, other = (("employer", "Acme"),), (("employer", "Lund"),)
    people = (
        Person("ana", "guest", acme),
        Person("tom", "guest", acme),
        Person("eva", "", other),
        Person("jon"),
    )
    by = Problem(people, ((2, 2),), Rules(apart_by=frozenset({"employer"})))
    assert by.apart == {("ana", "tom")}
    assert Problem(people, ((2, 2),), Rules(apart_by=frozenset({"role"}))).apart == {("ana", "tom")}
    soft = Rules(apart_by=frozenset({"employer"}), soft=frozenset({"apart_by"}))
    assert Problem(people, ((2, 2),), soft).apart == frozenset()


def test_whoever_is_away_is_not_present() -> None:
    problem = built(rounds=((3,), (4,)), away=frozenset({("ana", 1), ("zoe", 1)}))
    assert problem.present(1) == ("tom", "priya", "jonas")
    assert problem.present(2) == problem.ids


def test_the_digest_changes_with_every_rule() -> None:
    problems = [
        built(rounds=TWO),
        built(rounds=TWO, apart_by=frozenset({"role"})),
        built(rounds=TWO, together=frozenset({frozenset({"ana", "tom"})})),
        built(rounds=TWO, meet=frozenset({("ana", "tom")})),
        built(rounds=TWO, meet=frozenset({("ana", "tom")}), soft=frozenset({"meet"})),
        built(rounds=TWO, at_most=1),
        built(rounds=TWO, hosts=frozenset({("ana", 1)})),
        built(rounds=TWO, stays=frozenset({"ana"})),
        built(rounds=TWO, pins=frozenset({("ana", 1, 1)})),
        built(rounds=((2,), (2, 2)), away=frozenset({("ana", 1)})),
        built(rounds=((2,), (2, 2))),
        built(rounds=TWO, at_least_three=frozenset({"ana"})),
        built(rounds=TWO, rooms_differ=True),
        built(rounds=TWO, templates=(MENTOR, Template())),
        built(rounds=TWO, same_as=((2, 1),)),
        built(rounds=TWO, profile="reach"),
    ]
    assert len({digest(problem) for problem in problems}) == len(problems)

"""Problems that exist make sense, and equal ones are recognised."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation import History, Nonsense, Person, Problem, Rules, digest, pair

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

"""The sentences below a plan."""

from __future__ import annotations

import doctest
import importlib

import pytest

from rotation import History, Person, Problem, Rules, plan
from server.plan_words import verdict

FOUR = tuple(map(Person, "abcd"))


def said(problem: Problem, shape: str = "They") -> list[str]:
    return list(verdict(problem, plan(problem, 0, 40), shape))


def test_the_forced_repeats_are_told_with_their_reason() -> None:
    assert said(Problem(FOUR, ((2, 2),) * 4), "4 people in pairs for 4 rounds") == [
        "4 people in pairs for 4 rounds must repeat: 8 meetings, only 6 pairs. "
        "This plan has 2 repeats, the fewest possible.",
        "3 people met of 3 possible, 2 repeats, nobody alone: provably optimal.",
        "Nobody is with the same person more than twice.",
    ]


def test_groups_that_meet_again_are_a_reason() -> None:
    first, proof, *_ = said(Problem(FOUR, ((2, 2),) * 2, same_as=((2, 1),)))
    assert proof == "1 person met of 1 possible, 2 repeats, nobody alone: provably optimal."
    assert first == (
        "They must repeat: of 4 meetings at most 2 can be new, with groups that meet again. "
        "This plan has 2 repeats, the fewest possible."
    )


def test_people_who_are_kept_together_are_a_reason() -> None:
    couple = Rules(together=frozenset({frozenset("ab")}))
    first = said(Problem(tuple(map(Person, "abcdef")), ((2, 2, 2),) * 3, couple))[0]
    assert first.startswith(
        "They must repeat: of 9 meetings at most 7 can be new, as some are kept together. "
    )


def test_it_is_told_when_everybody_has_met() -> None:
    met = History((("a", "b", 1), ("c", "d", 1)))
    assert "With that, everybody has met everybody." in said(Problem(FOUR, ((2, 2),) * 2, history=met))
    assert not any("everybody" in each for each in said(Problem(FOUR, ((2, 2),), history=met)))
    long_ago = History(tuple((a, b, 1) for a, b in ("ab", "ac", "ad", "bc", "bd", "cd")))
    assert "Everybody had met before." in said(Problem(FOUR, ((2, 2),), history=long_ago))


def test_benches_and_small_rooms_are_told() -> None:
    three = Problem(FOUR[:3], ((2,),) * 3)
    assert "Everyone rests once." in said(three)
    five = Problem((*FOUR, Person("e")), ((3, 2),))
    assert "Everyone is in one of the smaller rooms at most once." in said(five)


def test_couples_who_are_kept_together_do_not_count_as_repeats_of_others() -> None:
    couple = Rules(together=frozenset({frozenset("ab")}))
    people = tuple(map(Person, "abcdef"))
    assert not any("same person" in each for each in said(Problem(people, ((2, 2, 2),) * 3, couple)))


def test_a_wish_that_is_not_granted_is_named() -> None:
    wish = Rules(meet=frozenset({("a", "b")}), apart=frozenset({("a", "b")}), soft=frozenset({"meet"}))
    told = said(Problem(FOUR, ((2, 2),), wish))
    assert told[-2:] == ["0 of 1 wish granted.", "Not kept, as meet is soft: a and b do not meet."]


@pytest.mark.parametrize("name", ["plan_words", "plan_rooms", "plan_rules", "plan_options", "plan_trouble"])
def test_the_examples_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"server.{name}"))
    assert found.attempted and not found.failed

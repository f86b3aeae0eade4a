"""A round that repeats another is planned once and told twice."""

from __future__ import annotations

from dataclasses import replace

from rotation import Person, Problem, Rules, Template, certify, check, numbers, plan, score
from rotation.copies import drop_copies, with_copies, without_copies

PEOPLE = tuple(Person(f"p{i}", "mentor" if i < 5 else "mentee") for i in range(20))
FIVE = ((4,) * 5,) * 5
AGAIN = Problem(PEOPLE, FIVE, same_as=((3, 1), (5, 3)))


def test_a_copy_has_the_groups_of_the_round_it_repeats() -> None:
    found = plan(AGAIN, 1, 5)
    assert check(AGAIN, found.plan) == ()
    first, second, third, fourth, fifth = found.plan.seatings
    assert first == third == fifth
    assert len({first, second, fourth}) == 3


def test_copies_bring_no_new_pairs_and_cost_nothing() -> None:
    found = plan(AGAIN, 1, 5)
    assert (found.certificate.distinct, found.certificate.optimal) == (90, True)
    assert found.score == score(AGAIN, found.plan)
    assert found.certificate == certify(AGAIN, found.plan)
    assert numbers(AGAIN, found.plan).repeats == 60


def test_rules_about_rounds_follow_the_rounds() -> None:
    rules = Rules(pins=frozenset({("p0", 3, 2), ("p1", 4, 1)}), away=frozenset({("p9", 2)}))
    rounds = ((4,) * 5, (4, 4, 4, 4, 3), (4,) * 5, (4,) * 5, (4,) * 5)
    mentor = Template(at_least=(("mentor", 1),))
    problem = Problem(PEOPLE, rounds, rules, templates=(Template(),) * 4 + (mentor,), same_as=AGAIN.same_as)
    core = without_copies(problem)
    assert core.rules.pins == {("p0", 1, 2), ("p1", 3, 1)}
    assert core.rules.away == {("p9", 2)}
    assert (len(core.rounds), core.templates) == (3, (mentor, Template(), Template()))
    assert check(problem, plan(problem, 1, 3).plan) == ()


def test_copies_may_be_taken_out_and_put_back() -> None:
    whole = plan(AGAIN, 1, 2).plan
    assert with_copies(AGAIN, drop_copies(AGAIN, whole)) == whole
    plain = replace(AGAIN, same_as=())
    assert without_copies(plain) is plain
    assert drop_copies(plain, whole) is whole

"""Each rule says what it costs in people met."""

from __future__ import annotations

import pytest

from rotation import Nonsense, Person, Problem, Rules, Template
from rotation.prices import Price, prices

TWELVE = tuple(Person(f"p{i}", "mentor" if i < 4 else "mentee") for i in range(12))


def test_every_rule_has_a_price_and_none_pays() -> None:
    rules = Rules(
        apart=frozenset({("p0", "p1")}),
        together=frozenset({frozenset({"p10", "p11"})}),
        meet=frozenset({("p2", "p3")}),
        stays=frozenset({"p4"}),
        away=frozenset({("p9", 1)}),
        soft=frozenset({"meet"}),
    )
    rounds = ((3, 3, 3, 2), (3,) * 4, (3,) * 4, (3,) * 4)
    problem = Problem(
        TWELVE, rounds, rules, templates=(Template(at_least=(("mentor", 1),)),) * 4, same_as=((4, 3),)
    )
    found = prices(problem, 1, 3)
    assert [price.rule for price in found] == ["apart", "together", "meet", "stays", "templates", "same_as"]
    assert all(price.pairs >= 0 for price in found)
    # Two who are together all evening meet once, and not somebody else.
    assert found[1].pairs > 0
    assert found == prices(problem, 1, 3)


def test_keeping_two_together_costs_what_counting_says() -> None:
    together = Rules(together=frozenset({frozenset({"p0", "p1"})}))
    (price,) = prices(Problem(TWELVE[:9], ((3, 3, 3),) * 4, together), 1, 20)
    # Without the rule all 36 pairs meet; with it two people spend three meetings again on each other.
    assert (price.without, price.distinct <= 33) == (36, True)
    assert price.people(Problem(TWELVE[:9], ())) == pytest.approx(2 * price.pairs / 9)


def test_a_problem_without_rules_has_no_prices() -> None:
    assert prices(Problem(TWELVE, ((4, 4, 4),)), 1, 1) == ()


def test_the_price_of_what_is_impossible_is_a_refusal() -> None:
    with pytest.raises(Nonsense):
        prices(Problem(TWELVE, ((4, 4, 4),) * 2, Rules(hosts=frozenset({("p0", 9)}))), 1, 1)


def test_a_price_is_told_per_person() -> None:
    assert Price("apart", 30, 36).people(Problem(TWELVE, ())) == 1.0

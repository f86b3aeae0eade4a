"""What each rule costs in people met: the problem is planned with the rule and without it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rotation.model import RULES, Problem, Rules
from rotation.planner import plan


@dataclass(frozen=True, slots=True)
class Price:
    """The price of one rule, by its name in `Rules`, or "templates", "same_as".

    `distinct` new pairs meet in the plan found with all rules, `without` in the one found without this one.
    Both plans are as good as was found, not as good as can be.
    """

    rule: str
    distinct: int
    without: int

    @property
    def pairs(self) -> int:
        """How many fewer pairs meet because of the rule."""
        return self.without - self.distinct

    def people(self, problem: Problem) -> float:
        """How many fewer people a person meets because of the rule, on average."""
        return 2 * self.pairs / max(len(problem.people), 1)


def prices(problem: Problem, seed: int, slices: int) -> tuple[Price, ...]:
    """The price of every rule that the problem has, in the order of `Rules`.

    Each plan takes that many slices of work (`rotation.plan`), or fewer when nothing can be better. The same
    problem, seed and slices give the same prices. Raises Nonsense when no plan keeps the rules.

    Who is away has no price: without that there would be too few seats.
    """
    distinct = plan(problem, seed, slices).certificate.distinct
    return tuple(
        # A plan that keeps a rule is a plan without it: no rule has a price below nothing.
        Price(rule, distinct, max(distinct, plan(other, seed, slices).certificate.distinct))
        for rule, other in _without_each(problem)
    )


def _without_each(problem: Problem) -> Iterator[tuple[str, Problem]]:
    nothing = Rules()
    for name in RULES:
        if name != "away" and getattr(problem.rules, name):
            rules = replace(problem.rules, **{name: getattr(nothing, name)})
            yield name, replace(problem, rules=rules)
    if problem.templates:
        yield "templates", replace(problem, templates=())
    if problem.same_as:
        yield "same_as", replace(problem, same_as=())

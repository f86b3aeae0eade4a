"""Who meets whom how often in a plan."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from rotation import Pair, PersonId, Plan, Problem, pair


def meetings(plan: Plan) -> Counter[Pair]:
    """How often each pair meets in the plan."""
    return Counter(
        pair(a, b) for seating in plan.seatings for group in seating.groups for a, b in combinations(group, 2)
    )


def met(problem: Problem, plan: Plan) -> dict[PersonId, int]:
    """How many new people everyone meets."""
    before = {pair(a, b) for a, b, _ in problem.history.meetings}
    company = Counter(who for both in meetings(plan) if both not in before for who in both)
    return {who: company[who] for who in problem.ids}


def most_meetings(problem: Problem, plan: Plan) -> int:
    """How often the pair that meets most often meets, those who are kept together left out."""
    kept = {pair(a, b) for group in problem.rules.together for a, b in combinations(group, 2)}
    return max((times for both, times in meetings(plan).items() if both not in kept), default=0)

"""Rounds that repeat another are planned once: taken out of a problem, and put back into its plan."""

from __future__ import annotations

from dataclasses import replace

from rotation.model import PersonId, Problem, Template
from rotation.plan import Plan


def without_copies(problem: Problem) -> Problem:
    """The problem with each round that repeats an earlier one left out.

    What a copy asks for by pins and a role pattern is asked for in the round it repeats.
    """
    if not problem.same_as:
        return problem
    kept = _kept(problem)
    first_of = dict(problem.same_as)
    number = {old: new for new, old in enumerate(kept, start=1)}
    pins: dict[tuple[PersonId, int], int] = {}
    for person, at, room in sorted(problem.rules.pins, key=lambda pin: pin[1]):
        while at in first_of:
            at = first_of[at]
        if at in number:
            pins.setdefault((person, number[at]), room)
    templates = list(problem.templates)
    for later, first in reversed(problem.same_as):
        if templates and templates[first - 1] == Template():
            templates[first - 1] = templates[later - 1]
    rules = replace(
        problem.rules,
        pins=frozenset((person, at, room) for (person, at), room in pins.items()),
        away=frozenset((person, number[at]) for person, at in problem.rules.away if at in number),
    )
    return replace(
        problem,
        rounds=tuple(problem.rounds[old - 1] for old in kept),
        rules=rules,
        templates=tuple(templates[old - 1] for old in kept) if templates else (),
        same_as=(),
    )


def with_copies(problem: Problem, plan: Plan) -> Plan:
    """The plan of `without_copies(problem)` with the copies put back."""
    if not problem.same_as:
        return plan
    seatings = dict(zip(_kept(problem), plan.seatings, strict=True))
    for later, first in problem.same_as:
        seatings[later] = seatings[first]
    return Plan(tuple(seatings[number] for number in range(1, len(problem.rounds) + 1)))


def drop_copies(problem: Problem, plan: Plan) -> Plan:
    """The plan's rounds that repeat no other."""
    if not problem.same_as:
        return plan
    kept = set(_kept(problem))
    return Plan(tuple(each for number, each in enumerate(plan.seatings, start=1) if number in kept))


def _kept(problem: Problem) -> list[int]:
    copies = {later for later, _ in problem.same_as}
    return [number for number in range(1, len(problem.rounds) + 1) if number not in copies]

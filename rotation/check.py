"""Is this plan valid? Shares no code with anything that makes plans.

A plan from anywhere is checked before it is believed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from rotation.model import Problem
from rotation.plan import Plan, Seating


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a plan. `code` is stable, `sentence` is for people."""

    code: str
    sentence: str


def check(problem: Problem, plan: Plan) -> tuple[Fault, ...]:
    """Everything wrong with the plan; empty when every hard rule is kept.

    Codes: wrong-rounds, unknown-person, seated-twice, not-seated, alone, wrong-sizes, apart.
    """
    faults: list[Fault] = []
    if len(plan.seatings) != len(problem.rounds):
        faults.append(
            Fault(
                "wrong-rounds", f"The plan has {len(plan.seatings)} rounds; {len(problem.rounds)} are wanted."
            )
        )
    for number, (seating, wanted) in enumerate(zip(plan.seatings, problem.rounds, strict=False), start=1):
        faults += _people(number, seating, {person.id for person in problem.people})
        faults += _rooms(number, seating, wanted)
        faults += _apart(number, seating, problem.rules.apart)
    return tuple(faults)


def _people(number: int, seating: Seating, present: set[str]) -> list[Fault]:
    places = Counter(seating.resting)
    for group in seating.groups:
        places.update(group)
    faults = [
        Fault("unknown-person", f"Round {number} seats {who}, who is not here.")
        for who in places.keys() - present
    ]
    faults += [
        Fault("seated-twice", f"Round {number} has {who} in {times} places.")
        for who, times in places.items()
        if times > 1
    ]
    faults += [
        Fault("not-seated", f"Round {number} has no place for {who}.") for who in present - places.keys()
    ]
    return sorted(faults, key=lambda fault: fault.sentence)


def _rooms(number: int, seating: Seating, wanted: tuple[int, ...]) -> list[Fault]:
    faults = [
        Fault("alone", f"Round {number} leaves {' '.join(group) or 'nobody'} alone in a room.")
        for group in seating.groups
        if len(group) < 2
    ]
    found = sorted(len(group) for group in seating.groups)
    if found != sorted(wanted):
        faults.append(
            Fault("wrong-sizes", f"Round {number} has rooms of {found}; {sorted(wanted)} are wanted.")
        )
    return faults


def _apart(number: int, seating: Seating, apart: frozenset[tuple[str, str]]) -> list[Fault]:
    if not apart:
        return []
    return [
        Fault("apart", f"Round {number} puts {a} and {b} together, who are to be kept apart.")
        for group in seating.groups
        for a, b in combinations(sorted(group), 2)
        if (a, b) in apart
    ]

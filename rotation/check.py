"""Is this plan valid? Shares no code with anything that makes plans.

A plan from anywhere is checked before it is believed. Soft rules are no faults; `broken` counts them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from rotation.model import PersonId, Problem, Template
from rotation.plan import Group, Plan, Seating

# The groups of each round, by its number.
Rounds = list[tuple[int, tuple[Group, ...]]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a plan. `code` is stable, `sentence` is for people."""

    code: str
    sentence: str


def check(problem: Problem, plan: Plan) -> tuple[Fault, ...]:
    """Everything wrong with the plan; empty when every hard rule is kept.

    Codes: wrong-rounds, unknown-person, seated-twice, not-seated, not-there, alone, wrong-sizes, and for the
    rules apart, parted, not-met, too-often, wrong-room, moved, not-pinned, in-a-pair, same-room, wrong-roles,
    not-the-same.
    """
    faults: list[Fault] = []
    if len(plan.seatings) != len(problem.rounds):
        faults.append(
            Fault(
                "wrong-rounds", f"The plan has {len(plan.seatings)} rounds; {len(problem.rounds)} are wanted."
            )
        )
    for number, (seating, wanted) in enumerate(zip(plan.seatings, problem.rounds, strict=False), start=1):
        faults += _people(number, seating, {person.id for person in problem.people}, problem)
        faults += _rooms(number, seating, wanted)
    for name, found in _rules(problem, plan).items():
        if name not in problem.rules.soft:
            faults += found
    return tuple(faults)


def broken(problem: Problem, plan: Plan) -> dict[str, tuple[Fault, ...]]:
    """By the name of a soft rule, every time the plan breaks it. Only rules that are broken are named."""
    return {
        name: found for name, found in _rules(problem, plan).items() if found and name in problem.rules.soft
    }


def _people(number: int, seating: Seating, known: set[PersonId], problem: Problem) -> list[Fault]:
    places = Counter(seating.resting)
    for group in seating.groups:
        places.update(group)
    away = {who for who, missed in problem.rules.away if missed == number}
    faults = [
        Fault("unknown-person", f"Round {number} seats {who}, who is not here.")
        for who in places.keys() - known
    ]
    faults += [
        Fault("seated-twice", f"Round {number} has {who} in {times} places.")
        for who, times in places.items()
        if times > 1
    ]
    faults += [
        Fault("not-seated", f"Round {number} has no place for {who}.") for who in known - away - places.keys()
    ]
    faults += [
        Fault("not-there", f"Round {number} has a place for {who}, who is away then.")
        for who in known & away & places.keys()
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


def _rules(problem: Problem, plan: Plan) -> dict[str, tuple[Fault, ...]]:
    """What breaks each rule, soft or hard, by the rule's name."""
    rules = problem.rules
    rounds = [
        (number, seating.groups)
        for number, seating in enumerate(plan.seatings[: len(problem.rounds)], start=1)
    ]
    found: dict[str, Iterable[Fault]] = {
        "apart": _apart(rounds, {frozenset(both) for both in rules.apart}) if rules.apart else (),
        "apart_by": _apart_by(rounds, problem) if rules.apart_by else (),
        "together": _together(rounds, problem) if rules.together else (),
        "meet": _meet(rounds, problem) if rules.meet else (),
        "at_most": _at_most(rounds, problem) if rules.at_most else (),
        "hosts": _hosts(rounds, problem),
        "stays": _stays(rounds, problem),
        "pins": _pins(rounds, problem),
        "at_least_three": _at_least_three(rounds, rules.at_least_three),
        "rooms_differ": _rooms_differ(rounds, problem) if rules.rooms_differ else (),
        "templates": _templates(rounds, problem),
        "same_as": _same_as(dict(rounds), problem),
    }
    return {name: tuple(faults) for name, faults in found.items()}


def _apart(rounds: Rounds, pairs: set[frozenset[PersonId]]) -> Iterator[Fault]:
    for number, groups in rounds:
        for group in groups:
            for a, b in combinations(sorted(group), 2):
                if frozenset((a, b)) in pairs:
                    yield Fault(
                        "apart", f"Round {number} puts {a} and {b} together, who are to be kept apart."
                    )


def _apart_by(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    for column in sorted(problem.rules.apart_by):
        values = {
            each.id: {**dict(each.traits), "role": each.role}.get(column, "") for each in problem.people
        }
        for number, groups in rounds:
            for group in groups:
                for a, b in combinations(sorted(group), 2):
                    if values.get(a) and values.get(a) == values.get(b):
                        yield Fault(
                            "apart", f"Round {number} puts {a} and {b} together, who have the same {column}."
                        )


def _together(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    """All in one room, or all resting."""
    for number, groups in rounds:
        for fellows in problem.rules.together:
            there = set(fellows).intersection(problem.present(number))
            rooms = [room for room in map(set, groups) if there & room]
            if rooms and not there <= rooms[0]:
                yield Fault("parted", f"Round {number} parts {', '.join(sorted(fellows))}.")


def _meet(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    known = {person.id for person in problem.people}
    met = {frozenset(both) for _, groups in rounds for group in groups for both in combinations(group, 2)}
    for a, b in sorted(problem.rules.meet):
        if {a, b} <= known and frozenset((a, b)) not in met:
            yield Fault("not-met", f"{a} and {b} do not meet.")


def _at_most(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    before = Counter({frozenset((a, b)): times for a, b, times in problem.history.meetings})
    repeating = {later for later, _ in problem.same_as}
    now = Counter(
        frozenset(both)
        for number, groups in rounds
        if number not in repeating
        for group in groups
        for both in combinations(group, 2)
    )
    for both, times in sorted(now.items(), key=lambda item: sorted(item[0])):
        exempt = any(both <= fellows for fellows in _merged(problem.rules.together))
        if before[both] + times > problem.rules.at_most and not exempt:
            a, b = sorted(both)
            yield Fault("too-often", f"{a} and {b} meet {before[both] + times} times.")


def _merged(together: frozenset[frozenset[PersonId]]) -> list[set[PersonId]]:
    """Groups that share someone are one group."""
    merged: list[set[PersonId]] = []
    for fellows in together:
        touching = [group for group in merged if group & fellows]
        merged = [group for group in merged if not group & fellows]
        merged.append(set(fellows).union(*touching))
    return merged


def _hosts(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    known = {person.id for person in problem.people}
    for host, room in sorted(problem.rules.hosts):
        for number, groups in rounds:
            there = host in known and (host, number) not in problem.rules.away
            if there and not (room <= len(groups) and host in groups[room - 1]):
                yield Fault("wrong-room", f"Round {number} does not have {host} in room {room}.")


def _stays(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    known = {person.id for person in problem.people}
    for person in sorted(problem.rules.stays & known):
        rooms = {
            next((room for room, group in enumerate(groups) if person in group), None)
            for number, groups in rounds
            if (person, number) not in problem.rules.away
        }
        if len(rooms) > 1 or None in rooms:
            yield Fault("moved", f"{person} does not keep one room.")


def _pins(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    known = {person.id for person in problem.people}
    by_number = dict(rounds)
    for person, number, room in sorted(problem.rules.pins):
        if person not in known or (person, number) in problem.rules.away:
            continue
        groups = by_number.get(number, ())
        if not (room <= len(groups) and person in groups[room - 1]):
            yield Fault("not-pinned", f"Round {number} does not have {person} in room {room}.")


def _at_least_three(rounds: Rounds, wanting: frozenset[PersonId]) -> Iterator[Fault]:
    for number, groups in rounds:
        for group in groups:
            for person in sorted(wanting.intersection(group)):
                if len(group) < 3:
                    yield Fault("in-a-pair", f"Round {number} has {person} in a pair.")


def _rooms_differ(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    rules = problem.rules
    exempt = {who for who, _ in rules.hosts} | rules.stays | {who for who, _, _ in rules.pins}
    exempt = exempt.union(*(fellows for fellows in _merged(rules.together) if fellows & exempt))
    repeating = {later for later, _ in problem.same_as}
    been = Counter(
        (person, room)
        for number, groups in rounds
        if number not in repeating
        for room, group in enumerate(groups, start=1)
        for person in group
        if person not in exempt
    )
    for (person, room), times in sorted(been.items()):
        if times > 1:
            yield Fault("same-room", f"{person} is in room {room} {times} times.")


def _templates(rounds: Rounds, problem: Problem) -> Iterator[Fault]:
    role = {person.id: person.role for person in problem.people}
    for (number, groups), template in zip(rounds, problem.templates, strict=False):
        for room, group in enumerate(groups, start=1):
            wrong = _wrong(template, Counter(role.get(person, "") for person in group))
            if wrong:
                yield Fault("wrong-roles", f"Round {number} has {wrong} in room {room}.")


def _wrong(template: Template, roles: Counter[str]) -> str:
    """What is wrong with a room of these roles; empty when nothing is."""
    for role, many in template.exactly:
        if roles[role] != many:
            return f"{roles[role]} of role {role}, not {many},"
    for role, many in template.at_least:
        if roles[role] < many:
            return f"{roles[role]} of role {role}, fewer than {many},"
    return "people of several roles" if template.same_role and len(roles) > 1 else ""


def _same_as(by_number: dict[int, tuple[Group, ...]], problem: Problem) -> Iterator[Fault]:
    for later, first in problem.same_as:
        again, before = (
            {frozenset(group) for group in by_number.get(number, ())} for number in (later, first)
        )
        if again != before:
            yield Fault("not-the-same", f"Round {later} does not have the groups of round {first}.")

"""Counts again what a plan achieves, from its plain lists and the instance's JSON: the second opinion.

Nothing of the planner is imported here, not even its words, so that no mistake can be made twice. A plan is a
list of rounds, a round a list of rooms, a room a list of people's numbers, as in the files that
`./run bench planner --plans` writes. Instances are those of tests/bench/instances.json, which names the
formula of the score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

Instance = dict[str, Any]
Rounds = Sequence[Sequence[Sequence[int]]]

UNDERSTOOD = {
    "keep_apart",
    "mentors",
    "one_mentor_per_room",
    "min_mentors_per_room",
    "bipartite_pairs",
    "hosts_stay_in_room",
    "must_meet",
}


@dataclass(frozen=True, slots=True)
class Count:
    """What a plan comes to. A plan with faults scores 0."""

    faults: tuple[str, ...]
    distinct: int
    """Pairs who meet in the plan and had not met before it."""
    worst: int
    """Such meetings of the person who has the fewest."""
    most: int
    """How often the pair that meets most often meets in the plan."""
    granted: int
    """Wishes met."""
    wishes: int
    score: float


def recount(instance: Instance, plan: Rounds) -> Count:
    """Everything about a plan that the instance asks for. O(people * rounds * room size)."""
    people = present(instance)
    met = Counter(pairs_of(plan))
    fresh = met.keys() - set(pairs_of(instance.get("history", [])))
    new_people = Counter(person for pair in fresh for person in pair)
    distinct, worst = len(fresh), min((new_people[person] for person in people), default=0)
    most = max(met.values(), default=0)
    wishes = {(min(pair), max(pair)) for pair in rules_of(instance).get("must_meet", [])}
    granted = sum(wish in met for wish in wishes)
    faults = tuple(faults_of(instance, plan))
    scored = 0.0 if faults else formula(instance, distinct, worst, most, granted, len(wishes))
    return Count(faults, distinct, worst, most, granted, len(wishes), scored)


def formula(
    instance: Instance, distinct: int, worst: int, most: int | None, granted: int = 0, wishes: int = 0
) -> float:
    """The score from 0 to 1 that the file of instances defines: each number against its bound."""
    bounds = instance["bounds"]
    new = share(distinct, bounds["new_distinct_ub"])
    least = share(worst, bounds["min_new_per_person_ub"])
    if most is None or "max_meetings_lb" not in bounds:
        score = (2 * new + least) / 3
    else:
        score = 0.5 * new + 0.25 * least + 0.25 * min(1.0, share(bounds["max_meetings_lb"], most))
    return score * share(granted, wishes)


def share(part: float, whole: float) -> float:
    """Part of a whole; all of nothing is everything."""
    return part / whole if whole else 1.0


def present(instance: Instance) -> list[int]:
    """Who is to be seated."""
    return list(instance.get("active", range(instance["n"])))


def room_sizes(instance: Instance) -> list[int]:
    """The sizes of the rooms of every round."""
    if "room_sizes" in instance:
        return list(instance["room_sizes"])
    return [size for size, rooms in instance["room_sizes_rle"] for _ in range(rooms)]


def rules_of(instance: Instance) -> dict[str, Any]:
    return dict(instance.get("constraints", {}))


def pairs_of(plan: Rounds) -> Iterable[tuple[int, int]]:
    """The pairs who share a room, smaller number first, once for every time they do."""
    for rooms in plan:
        for room in rooms:
            yield from combinations(sorted(room), 2)


def faults_of(instance: Instance, plan: Rounds) -> Iterable[str]:
    """Everything that is wrong with a plan, in words."""
    if len(plan) != instance["rounds"]:
        yield f"{len(plan)} rounds instead of {instance['rounds']}"
    for number, rooms in enumerate(plan, start=1):
        yield from (f"round {number}: {fault}" for fault in _round_faults(instance, rooms))
    rules = rules_of(instance)
    if rules.get("hosts_stay_in_room"):
        yield from _wandering(rules["mentors"], plan)
    yield from (f"a rule not understood: {name}" for name in sorted(rules.keys() - UNDERSTOOD))


def _round_faults(instance: Instance, rooms: Sequence[Sequence[int]]) -> Iterable[str]:
    people, wanted = set(present(instance)), room_sizes(instance)
    seated = [person for room in rooms for person in room]
    if sorted(map(len, rooms)) != sorted(wanted):
        yield f"rooms of {sorted(map(len, rooms))} instead of {sorted(wanted)}"
    for person, times in sorted(Counter(seated).items()):
        if times > 1:
            yield f"{person} is in {times} places"
        if person not in people:
            yield f"{person} is not there"
    if sum(wanted) == len(people):
        yield from (f"{person} is in no room" for person in sorted(people - set(seated)))
    for room in rooms:
        yield from _room_faults(rules_of(instance), room)


def _room_faults(rules: dict[str, Any], room: Sequence[int]) -> Iterable[str]:
    if len(room) < 2:
        yield f"{list(room)} is alone"
    for crowd in rules.get("keep_apart", []):
        together = sorted(set(crowd) & set(room))
        if len(together) > 1:
            yield f"{together} are to be kept apart"
    mentors = len(set(rules.get("mentors", [])) & set(room))
    if (rules.get("one_mentor_per_room") or rules.get("bipartite_pairs")) and mentors != 1:
        yield f"{mentors} mentors in {sorted(room)} instead of one"
    if rules.get("bipartite_pairs") and len(room) != 2:
        yield f"{sorted(room)} is no pair"
    if mentors < rules.get("min_mentors_per_room", 0):
        yield f"only {mentors} mentors in {sorted(room)}"


def _wandering(mentors: Sequence[int], plan: Rounds) -> Iterable[str]:
    for mentor in sorted(mentors):
        rooms = {number for round_ in plan for number, room in enumerate(round_, start=1) if mentor in room}
        if len(rooms) > 1:
            yield f"host {mentor} is in rooms {sorted(rooms)}"


def ceiling(instance: Instance) -> int:
    """A number of new pairs that no plan exceeds, worked out in the plainest way.

    The least of: pairs that may still meet; pairs that the rooms make; half of what each person can reach,
    summed; and what is left when any two rounds share as many pairs as a room larger than the number of rooms
    makes them share. O(people + pairs that have met or may not).
    """
    people, sizes = present(instance), room_sizes(instance)
    rounds: int = instance["rounds"]
    closed = Counter(person for pair in _closed(instance) for person in pair)
    left = [len(people) - 1 - closed[person] for person in people]
    made = sum(size * (size - 1) // 2 for size in sizes)
    reach = rounds * (max(sizes, default=1) - 1)
    return min(
        sum(left) // 2,
        rounds * made,
        sum(min(still, reach) for still in left) // 2,
        rounds * made - (rounds - 1) * sum(_crowded(size, sizes, len(people)) for size in sizes),
    )


def _closed(instance: Instance) -> set[tuple[int, int]]:
    """Pairs of those present that have met, or never may."""
    rules, people = rules_of(instance), set(present(instance))
    closed = set(pairs_of(instance.get("history", [])))
    crowds = [*rules.get("keep_apart", [])]
    if rules.get("one_mentor_per_room") or rules.get("bipartite_pairs"):
        crowds.append(rules["mentors"])
    if rules.get("bipartite_pairs"):
        crowds.append(people - set(rules["mentors"]))
    closed.update(*(combinations(sorted(crowd), 2) for crowd in crowds))
    return {pair for pair in closed if people.issuperset(pair)}


def _crowded(size: int, sizes: Sequence[int], people: int) -> int:
    """Pairs of one room who cannot avoid each other in the next round, where everyone has a seat."""
    if sum(sizes) < people:
        return 0
    spread = [0] * len(sizes)
    for person in range(size):
        spread[person % len(sizes)] += 1
    return sum(part * (part - 1) // 2 for part in spread)

"""What is to be planned: people, the sizes of the rooms in each round, rules and history.

A `Problem` that exists makes sense; nonsense is refused in words when it is built.
Everything here is frozen and the same whatever the order in which people were listed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

PersonId = str
Pair = tuple[PersonId, PersonId]
RoomSizes = tuple[int, ...]


class Nonsense(ValueError):
    """A problem that cannot be meant. `code` is stable; the message is a sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code

    def __reduce__(self) -> tuple[type[Nonsense], tuple[str, str]]:
        # Planning runs in another process: the refusal has to survive the way back.
        return Nonsense, (self.code, str(self))


def pair(a: PersonId, b: PersonId) -> Pair:
    """Two people in their one canonical order.

    >>> pair("tom", "ana")
    ('ana', 'tom')
    """
    return (a, b) if a <= b else (b, a)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone to be seated. Two people may share a role, never an id."""

    id: PersonId
    role: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan must keep. `apart`: pairs that never share a room.

    A rule may name someone who is not in the problem (not here yet, or gone): it then has no effect.
    """

    apart: frozenset[Pair] = frozenset()

    def __post_init__(self) -> None:
        for a, b in self.apart:
            if a == b:
                raise Nonsense("apart-from-self", f"{a} cannot be kept apart from themselves.")
        object.__setattr__(self, "apart", frozenset(pair(a, b) for a, b in self.apart))


@dataclass(frozen=True, slots=True)
class History:
    """What happened before the first round of the problem; equal histories compare equal.

    `meetings`: how often each pair has met. `rests`: how often each person was benched against
    their will. `small`: how often each person sat in one of the smaller rooms of a round.
    """

    meetings: tuple[tuple[PersonId, PersonId, int], ...] = ()
    rests: tuple[tuple[PersonId, int], ...] = ()
    small: tuple[tuple[PersonId, int], ...] = ()

    def __post_init__(self) -> None:
        met: Counter[Pair] = Counter()
        for a, b, times in self.meetings:
            if a == b:
                raise Nonsense("met-self", f"{a} cannot have met themselves.")
            met[pair(a, b)] += _times(times)
        object.__setattr__(self, "meetings", tuple((a, b, t) for (a, b), t in sorted(met.items()) if t))
        object.__setattr__(self, "rests", _tally(self.rests))
        object.__setattr__(self, "small", _tally(self.small))


@dataclass(frozen=True, slots=True)
class Problem:
    """People to be seated in rounds; each round has its own room sizes.

    Whoever finds no seat in a round rests in it. No room has fewer than two people.
    """

    people: tuple[Person, ...]
    rounds: tuple[RoomSizes, ...]
    rules: Rules = field(default_factory=Rules)
    history: History = field(default_factory=History)

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", tuple(self.people))
        object.__setattr__(self, "rounds", tuple(tuple(sizes) for sizes in self.rounds))
        _refuse_people(self.people)
        for number, sizes in enumerate(self.rounds, start=1):
            _refuse_sizes(number, sizes, len(self.people))
        _refuse_crowd_apart(self)

    @property
    def ids(self) -> tuple[PersonId, ...]:
        """The people's ids in the order given."""
        return tuple(person.id for person in self.people)


def digest(problem: Problem) -> str:
    """SHA-256, in hex, of people, rules, rounds and history; the order of people does not matter."""
    canonical = {
        "people": sorted([person.id, person.role] for person in problem.people),
        "apart": sorted(problem.rules.apart),
        "rounds": [sorted(sizes, reverse=True) for sizes in problem.rounds],
        "history": [problem.history.meetings, problem.history.rests, problem.history.small],
    }
    text = json.dumps(canonical, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _times(times: int) -> int:
    if times < 0:
        raise Nonsense("negative-history", "Nothing can have happened fewer than zero times.")
    return times


def _tally(entries: Iterable[tuple[PersonId, int]]) -> tuple[tuple[PersonId, int], ...]:
    tally: Counter[PersonId] = Counter()
    for person, times in entries:
        tally[person] += _times(times)
    return tuple((person, times) for person, times in sorted(tally.items()) if times)


def _refuse_people(people: tuple[Person, ...]) -> None:
    seen: set[PersonId] = set()
    for person in people:
        if not person.id:
            raise Nonsense("blank-id", "Everyone needs an id; one person has none.")
        if person.id in seen:
            raise Nonsense("duplicate-person", f"{person.id} is listed twice.")
        seen.add(person.id)


def _refuse_sizes(number: int, sizes: RoomSizes, people: int) -> None:
    if any(size < 2 for size in sizes):
        raise Nonsense(
            "room-too-small", f"Round {number} has a room for fewer than two people; nobody sits alone."
        )
    if sum(sizes) > people:
        raise Nonsense(
            "too-many-seats",
            f"Round {number} has {sum(sizes)} seats to fill, but there are only {people} people.",
        )


def _refuse_crowd_apart(problem: Problem) -> None:
    """Refuse the plainest impossible rules: more people all kept apart than there are places to put them."""
    present = set(problem.ids)
    enemies: dict[PersonId, set[PersonId]] = {}
    for a, b in problem.rules.apart:
        if a in present and b in present:
            enemies.setdefault(a, set()).add(b)
            enemies.setdefault(b, set()).add(a)
    if not enemies or not problem.rounds:
        return
    crowd = _crowd(enemies)
    for number, sizes in enumerate(problem.rounds, start=1):
        places = len(sizes) + len(problem.people) - sum(sizes)
        if len(crowd) > places:
            raise Nonsense(
                "too-many-apart",
                f"{', '.join(crowd)} are all kept apart from each other, but round {number} has only "
                f"{places} places to keep them apart in. Drop one of these rules or use more rooms.",
            )


def _crowd(enemies: dict[PersonId, set[PersonId]]) -> list[PersonId]:
    """A large set of people all kept apart from each other; found greedily, so not always the largest."""
    by_enemies = sorted(enemies, key=lambda person: (-len(enemies[person]), person))
    largest: set[PersonId] = set()
    placed: set[PersonId] = set()
    for person in by_enemies:
        if person in placed:
            continue
        crowd = {person}
        for other in by_enemies:
            if other in enemies[person] and crowd <= enemies[other]:
                crowd.add(other)
        placed |= crowd
        largest = max(largest, crowd, key=len)
    return sorted(largest)

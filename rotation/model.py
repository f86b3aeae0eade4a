"""What is to be planned: people, the sizes of the rooms in each round, rules and history.

A `Problem` that exists makes sense; nonsense is refused in words when it is built. Whether its rules can be
kept together is another question: `rotation.feasible`.
Everything here is frozen and the same whatever the order in which people were listed.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal, get_args

PersonId = str
Pair = tuple[PersonId, PersonId]
RoomSizes = tuple[int, ...]
Profile = Literal["even", "reach"]

MOST_PEOPLE = 10_000
MOST_ROUNDS = 1_000
MOST_SEATS = 1_000_000
"""People times rounds; more than any of these is refused."""


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
    """Someone to be seated. Two people may share a role, never an id.

    `traits` are what else is known, as (column, value): ("employer", "Acme").
    """

    id: PersonId
    role: str = ""
    traits: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "traits", tuple(sorted((column, value) for column, value in self.traits)))
        if len({column for column, _ in self.traits}) < len(self.traits):
            raise Nonsense("two-values", f"{self.id} has two values in one column.")


@dataclass(frozen=True, slots=True)
class Template:
    """Who sits in each room of a round, by role: (role, how many) pairs.

    `exactly`: that many, no more and no fewer. `at_least`: that many or more. `same_role`: all of one role.
    Roles that are not named may fill the other places.
    """

    exactly: tuple[tuple[str, int], ...] = ()
    at_least: tuple[tuple[str, int], ...] = ()
    same_role: bool = False

    def __post_init__(self) -> None:
        for name in ("exactly", "at_least"):
            object.__setattr__(self, name, tuple(sorted((role, many) for role, many in getattr(self, name))))
        roles = [role for role, _ in self.exactly + self.at_least]
        if len(set(roles)) < len(roles):
            raise Nonsense("role-twice", "A room's pattern names one role twice.")
        if any(many < 0 for _, many in self.exactly + self.at_least):
            raise Nonsense("negative-role", "A room cannot have fewer than no people of a role.")
        if self.same_role and sum(many > 0 for _, many in self.exactly + self.at_least) > 1:
            raise Nonsense("same-role-of-two", "A room of one role cannot ask for people of two roles.")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a plan must keep; what is `soft` it keeps where it can.

    Rounds and rooms are numbered from 1; room k of a round is the k-th of its sizes and of its groups.
    A rule may name someone who is not in the problem (not here yet, or gone): it then has no effect.
    """

    apart: frozenset[Pair] = frozenset()
    """Pairs that never share a room."""
    apart_by: frozenset[str] = frozenset()
    """Columns whose equal values keep people apart, such as "employer"; "role" is a column of everyone."""
    together: frozenset[frozenset[PersonId]] = frozenset()
    """Groups that share a room in every round in which they are there; overlapping ones make one group."""
    meet: frozenset[Pair] = frozenset()
    """Pairs that meet in at least one of the rounds. Wishes, when soft."""
    at_most: int = 0
    """No pair meets more often than this, history included; 0 is no limit. Groups kept together are exempt,
    and so are rounds that repeat another."""
    hosts: frozenset[tuple[PersonId, int]] = frozenset()
    """Who has the same room in every round: (person, room)."""
    stays: frozenset[PersonId] = frozenset()
    """Who keeps one room, whichever, in every round."""
    pins: frozenset[tuple[PersonId, int, int]] = frozenset()
    """(person, round, room)."""
    away: frozenset[tuple[PersonId, int]] = frozenset()
    """(person, round): not there in that round, so neither in a group nor resting."""
    at_least_three: frozenset[PersonId] = frozenset()
    """Who is never in a room of two."""
    rooms_differ: bool = False
    """Nobody is in the same room (at the same table, with the same topic) twice. Hosts, those who stay or are
    pinned, those kept together with them, and rounds that repeat another are exempt."""
    soft: frozenset[str] = frozenset()
    """Names of the rules above that may be broken, at a price; and "templates" for role patterns."""

    def __post_init__(self) -> None:
        for name, what in (("apart", "kept apart from"), ("meet", "asked to meet")):
            pairs = getattr(self, name)
            for a, b in pairs:
                if a == b:
                    raise Nonsense(
                        f"{name}-self" if name == "meet" else "apart-from-self",
                        f"{a} cannot be {what} themselves.",
                    )
            object.__setattr__(self, name, frozenset(pair(a, b) for a, b in pairs))
        for name in ("apart_by", "hosts", "stays", "pins", "away", "at_least_three", "soft"):
            object.__setattr__(self, name, frozenset(getattr(self, name)))
        groups = frozenset(frozenset(group) for group in self.together)
        object.__setattr__(self, "together", frozenset(group for group in groups if len(group) > 1))
        _refuse_rules(self)


RULES = tuple(name for name in Rules.__dataclass_fields__ if name != "soft")
"""The names of all rules."""
SOFTENABLE = (*(name for name in RULES if name != "away"), "templates")
"""What may be soft: whoever is not there cannot be seated."""


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
        met: dict[Pair, int] = {}
        for a, b, times in self.meetings:
            if a == b:
                raise Nonsense("met-self", f"{a} cannot have met themselves.")
            both = (a, b) if a < b else (b, a)
            met[both] = met.get(both, 0) + _times(times)
        object.__setattr__(self, "meetings", tuple([(a, b, met[a, b]) for a, b in sorted(met) if met[a, b]]))
        object.__setattr__(self, "rests", _tally(self.rests))
        object.__setattr__(self, "small", _tally(self.small))


@dataclass(frozen=True, slots=True)
class Problem:
    """People to be seated in rounds; each round has its own room sizes.

    Whoever is there and finds no seat in a round rests in it. No room has fewer than two people.
    `templates`: none, or one for each round. `same_as`: (round, earlier round) whose groups it has again.
    `profile`: "even" lets nobody meet much more often than all have to, "reach" wants the most new pairs.
    """

    people: tuple[Person, ...]
    rounds: tuple[RoomSizes, ...]
    rules: Rules = field(default_factory=Rules)
    history: History = field(default_factory=History)
    templates: tuple[Template, ...] = ()
    same_as: tuple[tuple[int, int], ...] = ()
    profile: Profile = "even"
    apart: frozenset[Pair] = field(init=False, repr=False, compare=False)
    """Those in the problem who never share a room: by name, or by an equal value of a column. Empty when
    that is soft."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", tuple(self.people))
        object.__setattr__(self, "rounds", tuple(tuple(sizes) for sizes in self.rounds))
        object.__setattr__(self, "templates", tuple(self.templates))
        object.__setattr__(self, "same_as", tuple(sorted((later, first) for later, first in self.same_as)))
        _refuse_absurd(len(self.people), len(self.rounds))
        _refuse_people(self.people)
        for number, sizes in enumerate(self.rounds, start=1):
            _refuse_sizes(number, sizes, len(self.present(number) if self.rules.away else self.people))
        _refuse_templates(self)
        if all(template == Template() for template in self.templates):
            object.__setattr__(self, "templates", ())
        _refuse_same_as(self)
        if self.profile not in get_args(Profile):
            raise Nonsense("unknown-profile", f"There is no profile {self.profile}: take even or reach.")
        object.__setattr__(self, "apart", kept_apart(self))
        _refuse_crowd_apart(self)

    @property
    def ids(self) -> tuple[PersonId, ...]:
        """The people's ids in the order given."""
        return tuple([person.id for person in self.people])

    def present(self, number: int) -> tuple[PersonId, ...]:
        """Who is there in the round of that number (the first is 1), in the order given."""
        if not self.rules.away:
            return self.ids
        return tuple(person for person in self.ids if (person, number) not in self.rules.away)


def kept_apart(problem: Problem, soft: bool = False) -> frozenset[Pair]:
    """Pairs of the problem's people whom hard rules keep apart, or soft ones."""
    rules, present = problem.rules, set(problem.ids)
    found: set[Pair] = set()
    if ("apart" in rules.soft) == soft:
        found.update((a, b) for a, b in rules.apart if a in present and b in present)
    if ("apart_by" in rules.soft) == soft:
        for column in rules.apart_by:
            alike: dict[str, list[PersonId]] = {}
            for person in problem.people:
                value = person.role if column == "role" else dict(person.traits).get(column, "")
                if value:
                    alike.setdefault(value, []).append(person.id)
            for crowd in alike.values():
                found.update(pair(a, b) for a, b in combinations(crowd, 2))
    return frozenset(found)


def digest(problem: Problem) -> str:
    """SHA-256, in hex, of people, rules, rounds and history; the order of people does not matter.

    What a problem does not use does not count, so digests outlive the rules that are added to the model.
    """
    rules = problem.rules
    canonical: dict[str, object] = {
        "people": sorted(
            [person.id, person.role, *([person.traits] if person.traits else [])] for person in problem.people
        ),
        "apart": sorted(rules.apart),
        "rounds": [sorted(sizes, reverse=True) for sizes in problem.rounds],
        "history": [problem.history.meetings, problem.history.rests, problem.history.small],
    }
    added: dict[str, object] = {
        **{name: _plain(getattr(rules, name)) for name in (*RULES[1:], "soft")},
        "templates": [[each.exactly, each.at_least, each.same_role] for each in problem.templates],
        "same_as": problem.same_as,
        "profile": "" if problem.profile == "even" else problem.profile,
    }
    if rules.hosts or rules.stays or rules.pins or rules.rooms_differ:
        added["order"] = problem.rounds  # Which room is the small one then matters.
    canonical.update((name, value) for name, value in added.items() if value)
    text = json.dumps(canonical, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _plain(value: object) -> object:
    """A rule's value with an order."""
    if isinstance(value, frozenset):
        return sorted(sorted(each) if isinstance(each, frozenset) else each for each in value)
    return value


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
    ids = {person.id for person in people}
    for person in people if len(ids) < len(people) or "" in ids else ():
        if not person.id:
            raise Nonsense("blank-id", "Everyone needs an id; one person has none.")
        if person.id in seen:
            raise Nonsense("duplicate-person", f"{person.id} is listed twice.")
        seen.add(person.id)


def _refuse_absurd(people: int, rounds: int) -> None:
    if people > MOST_PEOPLE:
        raise Nonsense(
            "too-many-people", f"{people} people are too many: at most {MOST_PEOPLE} can be planned."
        )
    if rounds > MOST_ROUNDS:
        raise Nonsense(
            "too-many-rounds", f"{rounds} rounds are too many: at most {MOST_ROUNDS} can be planned."
        )
    if people * rounds > MOST_SEATS:
        raise Nonsense(
            "too-much-to-plan",
            f"{rounds} rounds of {people} people are {people * rounds} seats; the limit is {MOST_SEATS}.",
        )


def _refuse_rules(rules: Rules) -> None:
    if rules.at_most < 0:
        raise Nonsense("negative-limit", "Nobody can meet anybody fewer than zero times.")
    rooms = [room for _, room in rules.hosts] + [room for _, _, room in rules.pins]
    if any(room < 1 for room in rooms):
        raise Nonsense("no-such-room", "Rooms are numbered from 1.")
    if any(number < 1 for number in [number for _, number, _ in rules.pins] + [n for _, n in rules.away]):
        raise Nonsense("no-such-round", "Rounds are numbered from 1.")
    for what, keys in (
        ("host-of-two", [(who,) for who, _ in rules.hosts]),
        ("pinned-twice", [(who, number) for who, number, _ in rules.pins]),
    ):
        for key, times in Counter[tuple[object, ...]](keys).items():
            if times > 1:
                where = f" in round {key[1]}" if len(key) > 1 else ""
                raise Nonsense(what, f"{key[0]} is given two rooms{where}.")
    for name in sorted(rules.soft):
        if name not in SOFTENABLE:
            raise Nonsense(
                "not-soft", f"{name} is no rule that can be soft; those are {', '.join(SOFTENABLE)}."
            )


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


def _refuse_templates(problem: Problem) -> None:
    if problem.templates and len(problem.templates) != len(problem.rounds):
        raise Nonsense(
            "wrong-templates",
            f"There are {len(problem.templates)} role patterns for {len(problem.rounds)} rounds; "
            "each round needs one.",
        )


def _refuse_same_as(problem: Problem) -> None:
    for later, first in problem.same_as:
        if not 1 <= first < later <= len(problem.rounds):
            raise Nonsense(
                "no-such-round", f"Round {later} cannot repeat round {first}: name an earlier round."
            )
        if problem.rounds[later - 1] != problem.rounds[first - 1]:
            raise Nonsense("same-as-differs", f"Rounds {first} and {later} have not the same rooms.")
        if problem.present(later) != problem.present(first):
            raise Nonsense(
                "same-as-differs", f"Round {later} repeats round {first}, but not all are there in both."
            )
    if len({later for later, _ in problem.same_as}) < len(problem.same_as):
        raise Nonsense("same-as-two", "A round cannot repeat two others.")
    _refuse_unlike_copies(problem)


def _refuse_unlike_copies(problem: Problem) -> None:
    """Rounds with the same groups cannot ask for different patterns, or different rooms for one person."""
    first_of, known = dict(problem.same_as), set(problem.ids)

    def original(number: int) -> int:
        return original(first_of[number]) if number in first_of else number

    patterns: dict[int, Template] = {}
    for number, template in enumerate(problem.templates, start=1):
        if template != Template() and patterns.setdefault(original(number), template) != template:
            raise Nonsense("same-as-differs", f"Round {number} repeats one of another role pattern.")
    rooms: dict[tuple[PersonId, int], int] = {}
    pins = problem.rules.pins if first_of and "pins" not in problem.rules.soft else ()
    for who, number, room in sorted(pins):
        if who in known and rooms.setdefault((who, original(number)), room) != room:
            raise Nonsense("same-as-differs", f"Round {number} repeats one with another room for {who}.")


def _refuse_crowd_apart(problem: Problem) -> None:
    """Refuse the plainest impossible rules: more people all kept apart than there are places to put them."""
    enemies: dict[PersonId, set[PersonId]] = {}
    for a, b in problem.apart:
        enemies.setdefault(a, set()).add(b)
        enemies.setdefault(b, set()).add(a)
    if not enemies or not problem.rounds:
        return
    everyone = crowd(enemies)
    for number, sizes in enumerate(problem.rounds, start=1):
        there = set(problem.present(number))
        found = [person for person in everyone if person in there]
        places = len(sizes) + len(there) - sum(sizes)
        if len(found) > places:
            raise Nonsense(
                "too-many-apart",
                f"{', '.join(found)} are all kept apart from each other, but round {number} has only "
                f"{places} places to keep them apart in. Drop one of these rules or use more rooms.",
            )


def crowd(enemies: dict[PersonId, set[PersonId]]) -> list[PersonId]:
    """A large set of people all kept apart from each other; found greedily, so not always the largest."""
    by_enemies = sorted(enemies, key=lambda person: (-len(enemies[person]), person))
    largest: set[PersonId] = set()
    placed: set[PersonId] = set()
    for person in by_enemies:
        if person in placed:
            continue
        apart = {person}
        for other in by_enemies:
            if other in enemies[person] and apart <= enemies[other]:
                apart.add(other)
        placed |= apart
        largest = max(largest, apart, key=len)
    return sorted(largest)

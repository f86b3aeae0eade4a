"""Can these rules be kept together at all? Refusals before any search, with the rules that conflict.

Only what is proved impossible is refused: every test here counts something that no plan can have. What they
cannot settle is left to the search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Any

from rotation.bounds import outlook, pairs, repeat_free_rounds
from rotation.copies import without_copies
from rotation.model import Nonsense, Pair, PersonId, Problem, RoomSizes, Rules, Template, crowd, pair
from rotation.places import Places, every_place
from rotation.seating import fill
from rotation.sizes import into_rooms

# Times the rules are tested again to find which of them conflict, or what would be possible instead: about
# this many people times rounds altogether.
_WORK = 40_000
_FEWEST_TESTS = 20
_TOLD = 5

# An entry of a rule: its name, and one of its values (the whole value where it is not a set).
Entry = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why no plan can keep the rules. `code` is stable; `rules` are the fewest found that conflict, in words;
    `instead` is what would be possible, in words, or empty."""

    code: str
    sentence: str
    rules: tuple[str, ...] = ()
    instead: str = ""

    def __str__(self) -> str:
        told = ""
        if 1 < len(self.rules) <= _TOLD:
            told = f" These rules conflict: {'; '.join(self.rules)}."
        return f"{self.sentence}{told}{f' Possible instead: {self.instead}.' if self.instead else ''}"


def conflict(problem: Problem) -> Conflict | None:
    """A proof that no plan keeps the hard rules; None when none was found."""
    core = without_copies(problem)
    entries = _entries(core)
    hard = [entry for entry in entries if not _yields(core, entry)]
    if len(hard) < len(entries):
        core = _only(core, hard)
    fault = _fault(core) if hard else None
    if fault is None:
        return None
    tests = _Tests(max(_FEWEST_TESTS, _WORK // max(1, len(core.people) * len(core.rounds))))
    culprits = _fewest(core, tests)
    least = _fault(_only(core, culprits)) or fault
    words = tuple(_in_words(entry) for entry in culprits)
    return Conflict(least.code, str(least), words, _instead(core, tests))


def refuse(problem: Problem) -> None:
    """Raise Nonsense when no plan can keep the hard rules."""
    found = conflict(problem)
    if found is not None:
        raise Nonsense(found.code, str(found))


def not_possible(problem: Problem) -> tuple[Pair, ...]:
    """The wishes that no plan can grant, for whatever reason."""
    core = without_copies(problem)
    known = set(core.ids)
    wishes = sorted(both for both in core.rules.meet if known.issuperset(both))
    if not wishes:
        return ()
    try:
        places = every_place(core)
    except Nonsense:
        return ()
    role = {person.id: person.role for person in core.people}
    position = {who: i for i, who in enumerate(core.ids)}
    return tuple((a, b) for a, b in wishes if not _can_meet(core, places, role, position, a, b))


def strict(problem: Problem) -> Problem:
    """The problem with as many as possible of its soft rules about places made hard, and the others dropped.

    Soft rules about pairs stay what they are: those have a price in a search.
    """
    soft = [entry for entry in _entries(problem) if _yields(problem, entry)]
    if not soft or _fault(problem) is None:
        return problem
    kept = [entry for entry in _entries(problem) if not _yields(problem, entry)]

    def add(entries: list[Entry]) -> None:
        if _fault(_only(problem, kept + entries)) is None:
            kept.extend(entries)
        elif len(entries) > 1:
            add(entries[: len(entries) // 2])
            add(entries[len(entries) // 2 :])

    add(soft)
    return _only(problem, kept)


def _yields(problem: Problem, entry: Entry) -> bool:
    """Whether a rule is dropped when it conflicts with others."""
    about_places = ("together", "hosts", "stays", "pins", "at_least_three")
    return entry[0] in about_places and entry[0] in problem.rules.soft


# The tests


def _fault(problem: Problem) -> Nonsense | None:
    """The first thing found that no plan can have."""
    try:
        places = every_place(problem)
    except Nonsense as nonsense:
        return nonsense
    for test in (_units, _crowds, _outcasts, _roles, _limits, _returns, _wishes):
        for found in test(problem, places):
            return found
    return None


def _units(problem: Problem, places: Places) -> Iterator[Nonsense]:
    apart = {frozenset(both) for both in problem.apart} if places.units else set()
    for unit in places.units:
        names = [problem.ids[person] for person in unit]
        for a, b in combinations(names, 2):
            if frozenset((a, b)) in apart:
                yield Nonsense("apart-and-together", f"{a} and {b} are to be kept apart and together.")
        for number, sizes in enumerate(problem.rounds, start=1):
            there = len(set(unit) & set(places.present[number - 1]))
            bench = len(places.present[number - 1]) - sum(sizes)
            if there > max(1, bench, *sizes):
                yield Nonsense(
                    "together-too-large",
                    f"{', '.join(names)} are kept together, but the largest room of round {number} seats "
                    f"{max(sizes, default=0)}.",
                )


def _crowds(problem: Problem, places: Places) -> Iterator[Nonsense]:
    """More units all kept apart than there are rooms and benches; single people `Problem` refuses."""
    if not places.units:
        return
    unit_of = {problem.ids[who]: unit[0] for unit in places.units for who in unit}
    first = {who: problem.ids[unit_of[who]] if who in unit_of else who for who in problem.ids}
    for number, sizes in enumerate(problem.rounds, start=1):
        there = set(problem.present(number))
        enemies: dict[PersonId, set[PersonId]] = {}
        for a, b in problem.apart:
            if a in there and b in there and first[a] != first[b]:
                enemies.setdefault(first[a], set()).add(first[b])
                enemies.setdefault(first[b], set()).add(first[a])
        found = crowd(enemies) if enemies else []
        if len(found) > len(sizes) + len(there) - sum(sizes):
            yield Nonsense(
                "too-many-apart",
                f"{', '.join(found)} are all kept apart from each other, but round {number} has only "
                f"{len(sizes)} rooms.",
            )
        if not problem.rules.away and len(set(problem.rounds)) == 1:
            return


def _outcasts(problem: Problem, places: Places) -> Iterator[Nonsense]:
    """Someone kept apart from so many that no room can be filled around them."""
    if not problem.apart:
        return
    company = outlook(problem).welcome
    for number, sizes in enumerate(problem.rounds, start=1):
        there, fewest = places.present[number - 1], min(sizes, default=1) - 1
        if sizes and sum(sizes) == len(there) and min(company) < fewest:
            for person in there:
                if company[person] < fewest:
                    yield Nonsense(
                        "cannot-keep-apart",
                        f"{problem.ids[person]} is kept apart from so many that no room of round {number} "
                        "can be filled.",
                    )


def _roles(problem: Problem, places: Places) -> Iterator[Nonsense]:
    """Places that ask for other people than there are."""
    for r, sizes in enumerate(problem.rounds):
        taken = {person for room in places.taken[r] for person in room}
        waiting = Counter(places.kinds[who] for who in places.present[r] if who not in taken)
        rooms = zip(places.masks[r][:-1], places.taken[r], strict=False)
        wanted = Counter(mask for masks, held in rooms for mask in masks[len(held) :])
        if fill(dict(waiting), dict(wanted)) is None:
            yield from _why_not(problem, r, sizes)


def _why_not(problem: Problem, r: int, sizes: Sequence[int]) -> Iterator[Nonsense]:
    """The plainest reasons why a round cannot be filled."""
    there = set(problem.present(r + 1))
    roles = Counter(person.role for person in problem.people if person.id in there)
    template = _pattern(problem, r)
    rooms, bench = len(sizes), len(there) - sum(sizes)
    for role, many in template.exactly + template.at_least:
        if roles[role] < many * rooms:
            yield Nonsense(
                "too-few-of-role",
                f"Round {r + 1} needs {many * rooms} people of role {role}, {many} in each of its {rooms} "
                f"rooms; only {roles[role]} are there.",
            )
    for role, many in template.exactly:
        if roles[role] - bench > many * rooms:
            yield Nonsense(
                "too-many-of-role",
                f"Round {r + 1} has places for {many * rooms} people of role {role}, {many} in each of its "
                f"{rooms} rooms; {roles[role]} are there.",
            )
    wanting = problem.rules.at_least_three & there
    seats = sum(size for size in sizes if size > 2)
    if len(wanting) > seats + bench:
        yield Nonsense(
            "cannot-keep-three",
            f"{_people(len(wanting))} three or more, but round {r + 1} has {seats} seats in such rooms.",
        )
    if not problem.rules.stays and not template.same_role:
        # Otherwise rooms were chosen for people, or roles for rooms, and others might do.
        yield Nonsense(
            "cannot-keep-roles", f"The rooms of round {r + 1} cannot be filled with the roles there are."
        )


def _people(wanting: int) -> str:
    return "1 person wants" if wanting == 1 else f"{wanting} people want"


def _pattern(problem: Problem, r: int) -> Template:
    """The hard role pattern of a round."""
    hard = problem.templates and "templates" not in problem.rules.soft
    return problem.templates[r] if hard else Template()


def _limits(problem: Problem, places: Places) -> Iterator[Nonsense]:
    """More meetings than a limit on them allows."""
    most = problem.rules.at_most
    if not most or "at_most" in problem.rules.soft:
        return
    ids, n = problem.ids, len(problem.ids)
    exempt = {pair(ids[a], ids[b]) for unit in places.units for a, b in combinations(unit, 2)}
    past = {pair(a, b): times for a, b, times in problem.history.meetings}
    known = set(ids)
    steady = Counter(
        pair(ids[a], ids[b])
        for rooms in places.taken
        for room in rooms
        for a, b in combinations([who for who in room if who < n], 2)
    )
    for (a, b), times in sorted(steady.items()):
        if times + past.get((a, b), 0) > most and (a, b) not in exempt:
            yield Nonsense(
                "cannot-keep-at_most",
                f"{a} and {b} are given the same room in {times} rounds, but may meet at most {most} times.",
            )
    if exempt:
        return
    used = sum(
        min(times, most)
        for both, times in past.items()
        if known.issuperset(both) and both not in problem.apart
    )
    allowed = most * (n * (n - 1) // 2 - len(problem.apart)) - used
    meetings = sum(map(pairs, problem.rounds))
    if meetings > allowed:
        yield Nonsense(
            "cannot-keep-at_most",
            f"{len(problem.rounds)} rounds make {meetings} meetings, but if no pair meets more than {most} "
            f"{'time' if most == 1 else 'times'}, there are only {allowed}.",
        )
    if most == 1 and not problem.rules.away:
        for sizes, times in Counter(problem.rounds).items():
            free = repeat_free_rounds(n, sizes)
            if sizes and times > free:
                yield Nonsense(
                    "cannot-keep-at_most",
                    f"{n} people in these rooms can be mixed only {free} {'time' if free == 1 else 'times'} "
                    f"without anybody meeting twice; {times} rounds are asked for.",
                )


def _returns(problem: Problem, places: Places) -> Iterator[Nonsense]:
    """More rounds than rooms, where nobody may be in a room twice."""
    if not problem.rules.rooms_differ or "rooms_differ" in problem.rules.soft:
        return
    rooms = max(map(len, problem.rounds), default=0)
    for person in places.roaming:
        rounds = sum(
            person in there and sum(sizes) == len(there)
            for there, sizes in zip(places.present, problem.rounds, strict=True)
        )
        if rounds > rooms:
            yield Nonsense(
                "cannot-keep-rooms_differ",
                f"Nobody can be in another room in each of {rounds} rounds: there are only {rooms} rooms.",
            )


def _wishes(problem: Problem, places: Places) -> Iterator[Nonsense]:
    """People who have to meet and cannot; soft wishes are `not_possible` instead."""
    if not problem.rules.meet or "meet" in problem.rules.soft:
        return
    for a, b in not_possible(problem):
        yield Nonsense("cannot-keep-meet", f"{a} and {b} should meet, but cannot.")
    wanted = Counter(who for both in problem.rules.meet if set(problem.ids).issuperset(both) for who in both)
    for person, many in sorted(wanted.items()):
        most = sum(
            max(sizes, default=1) - 1
            for number, sizes in enumerate(problem.rounds, start=1)
            if (person, number) not in problem.rules.away
        )
        if many > most:
            yield Nonsense(
                "cannot-keep-meet", f"{person} should meet {many} people, but can meet {most} at most."
            )


def _can_meet(
    problem: Problem,
    places: Places,
    role: dict[PersonId, str],
    position: dict[PersonId, int],
    a: PersonId,
    b: PersonId,
) -> bool:
    """Whether two people might share a room in some round."""
    p, q = position[a], position[b]
    met = next((times for x, y, times in problem.history.meetings if (x, y) == (a, b)), 0)
    most = problem.rules.at_most if "at_most" not in problem.rules.soft else 0
    united = any(p in unit and q in unit for unit in places.units)
    if (a, b) in problem.apart or (most and met >= most and not united):
        return False
    for r, sizes in enumerate(problem.rounds):
        if p not in places.present[r] or q not in places.present[r]:
            continue
        template = _pattern(problem, r)
        exactly = dict(template.exactly)
        roles = Counter((role[a], role[b]))
        if any(exactly.get(each, 2) < many for each, many in roles.items()):
            continue
        if template.same_role and role[a] != role[b]:
            continue
        for size, taken in zip(sizes, places.taken[r], strict=False):
            held = [person for person in taken if person < places.people]
            elsewhere = {who for room in places.taken[r] for who in room} - set(taken)
            if not {p, q} & elsewhere and len({p, q} - set(held)) <= size - len(held):
                return True
    return False


# Which rules conflict


def _entries(problem: Problem) -> list[Entry]:
    """All that can be left out of a problem's rules, in an order of its own."""
    rules = problem.rules
    found: list[Entry] = [
        (name, each)
        for name in ("apart", "apart_by", "together", "meet", "hosts", "stays", "pins", "at_least_three")
        for each in sorted(
            getattr(rules, name), key=lambda each: sorted(each) if name == "together" else each
        )
    ]
    found += [(name, getattr(rules, name)) for name in ("at_most", "rooms_differ") if getattr(rules, name)]
    found += [("templates", r) for r, each in enumerate(problem.templates) if each != Template()]
    return found


def _only(problem: Problem, entries: Sequence[Entry]) -> Problem:
    """The problem with these of its rules. Who is away stays away."""
    chosen: dict[str, list[Any]] = {}
    for name, value in entries:
        chosen.setdefault(name, []).append(value)
    rules = Rules(
        **{
            name: frozenset(chosen.get(name, ()))
            for name in ("apart", "apart_by", "together", "meet", "hosts", "stays", "pins", "at_least_three")
        },
        at_most=chosen.get("at_most", [0])[0],
        rooms_differ=bool(chosen.get("rooms_differ")),
        away=problem.rules.away,
        soft=problem.rules.soft,
    )
    kept = set(chosen.get("templates", ()))
    templates = tuple(each if r in kept else Template() for r, each in enumerate(problem.templates))
    return replace(problem, rules=rules, templates=templates)


class _Tests:
    """A number of tests to spend."""

    def __init__(self, left: int) -> None:
        self.left = left

    def fails(self, problem: Problem) -> bool:
        """Whether the problem is proved impossible; False as well when no tests are left."""
        if self.left <= 0:
            return False
        self.left -= 1
        return _fault(problem) is not None

    def fails_or_tired(self, problem: Problem, **changes: Any) -> bool:
        """Whether the problem, so changed, is impossible, or there are no tests left to tell."""
        try:
            return self.left <= 0 or self.fails(replace(problem, **changes))
        except Nonsense:
            return True


def _fewest(problem: Problem, tests: _Tests) -> list[Entry]:
    """Rules that conflict among themselves: left out are those without which the others still do.

    By deletion, in halves, quarters and so on, then one by one, while there are tests to spend; so the set is
    a smallest one unless there are very many rules.
    """
    left = _entries(problem)[::-1]  # The first of equals are kept, as being told best.
    step = len(left)
    while step >= 1:
        start = 0
        while start < len(left):
            fewer = left[:start] + left[start + step :]
            if len(fewer) < len(left) and tests.fails(_only(problem, fewer)):
                left = fewer
            else:
                start += step
        step //= 2
    return left[::-1]


def _in_words(entry: Entry) -> str:
    name, value = entry
    match name:
        case "apart":
            return f"{value[0]} and {value[1]} apart"
        case "apart_by":
            return f"people with the same {value} apart"
        case "together":
            return f"{', '.join(sorted(value))} together"
        case "meet":
            return f"{value[0]} and {value[1]} meet"
        case "hosts":
            return f"{value[0]} in room {value[1]} always"
        case "stays":
            return f"{value} stays in one room"
        case "pins":
            return f"{value[0]} in room {value[2]} in round {value[1]}"
        case "at_least_three":
            return f"{value} in rooms of three or more"
        case "at_most":
            return f"nobody meets anybody more than {value} times"
        case "rooms_differ":
            return "nobody in the same room twice"
        case _:
            return f"the roles of round {value + 1}"


def _instead(problem: Problem, tests: _Tests) -> str:
    """The nearest problem that is not proved impossible: fewer rounds, or another number of rooms."""
    tests.left = max(tests.left, _FEWEST_TESTS)
    found = []
    rounds = len(problem.rounds)
    fewer = next((k for k in _down(rounds) if not _impossible_in(problem, k, tests)), 0)
    if fewer:
        found.append(f"{fewer} {'round' if fewer == 1 else 'rounds'}")
    if len(set(problem.rounds)) == 1 and problem.rounds[0] and not problem.rules.away:
        found += islice(_other_rooms(problem, problem.rounds[0], tests), 1)
    return " or ".join(found)


def _other_rooms(problem: Problem, now: RoomSizes, tests: _Tests) -> Iterator[str]:
    """Other rooms for everyone, those nearest in number first; else fewer rooms, while some rest."""
    people, rooms, rounds = sum(now), len(now), len(problem.rounds)
    others = sorted(range(1, people // 2 + 1), key=lambda other: (abs(other - rooms), -other))
    for other in [other for other in others if other != rooms][:6]:
        sizes = into_rooms(people, other)
        if not tests.fails_or_tired(problem, rounds=(sizes,) * rounds):
            low, high = min(sizes), max(sizes)
            yield f"{_rooms(other)} of {high if low == high else f'{low} to {high}'}"
    for fewer in range(rooms - 1, max(rooms - 7, 0), -1):
        if not tests.fails_or_tired(problem, rounds=(now[:fewer],) * rounds):
            resting = len(problem.people) - sum(now[:fewer])
            yield f"{_rooms(fewer)}, while {resting} {'person rests' if resting == 1 else 'people rest'}"


def _rooms(count: int) -> str:
    return f"{count} {'room' if count == 1 else 'rooms'}"


def _down(rounds: int) -> Iterator[int]:
    """Numbers of rounds to try: one fewer, two fewer, then ever fewer, down to one."""
    fewer = 1
    while rounds - fewer >= 1:
        yield rounds - fewer
        fewer += 1 if fewer < 8 else fewer


def _impossible_in(problem: Problem, rounds: int, tests: _Tests) -> bool:
    """Whether even so many of the rounds are impossible, as far as there are tests left to tell."""
    rules = replace(
        problem.rules,
        pins=frozenset(pin for pin in problem.rules.pins if pin[1] <= rounds),
        away=frozenset(away for away in problem.rules.away if away[1] <= rounds),
    )
    return tests.fails_or_tired(
        problem, rounds=problem.rounds[:rounds], rules=rules, templates=problem.templates[:rounds]
    )

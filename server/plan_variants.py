"""`intermingle plan --what-if`: the numbers of the plan as it is and for other evenings, side by side."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rich.text import Text

from rotation import Nonsense, Pair, Person, PersonId, Plan, Planned, Problem, numbers, pair
from rotation.model import MOST_ROUNDS
from server.plan_request import Request, pose
from server.plan_rooms import Pattern, for_fewer, group
from server.plan_search import plan_within
from server.plan_trouble import BadInput
from server.plan_words import count, decimal, possible

PROCESSOR_SECONDS = 1.0
"""For all variations together."""
_FORMS = "no-shows=20%, no-shows=3, size=5, rooms=6 or rounds=5"


@dataclass(frozen=True, slots=True)
class Variation:
    """Another evening: what it is called, and its problem, or why there is none."""

    name: str
    problem: Problem | Nonsense
    gone: frozenset[PersonId] = frozenset()
    """Who does not come."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the comparison: its cells in the order of HEADS, or one sentence why there are none."""

    name: str
    cells: tuple[str, ...]
    optimal: bool = False


PROVED = "✓"
HEADS = ("people", "rooms", "rounds", "met", "of", "fewest", "repeats", "alone")


def variations(request: Request, wishes: Sequence[str], seed: int) -> list[Variation]:
    """What was asked; refuses what cannot be read."""
    return [_variation(request, wish.strip(), seed) for text in wishes for wish in text.split(",")]


def compared(request: Request, best: Planned, asked: Sequence[Variation], seed: int) -> Iterator[Line]:
    """The plan as it is, then every variation. Together they take PROCESSOR_SECONDS of work."""
    yield _line("as planned", request.problem, best)
    for variation in asked:
        try:
            if isinstance(variation.problem, Nonsense):
                raise variation.problem
            planned = plan_within(variation.problem, seed, PROCESSOR_SECONDS / len(asked))
        except Nonsense as nonsense:
            yield Line(variation.name, (str(nonsense),))
        else:
            yield _line(variation.name, variation.problem, planned)
        if variation.gone:
            yield _kept(request.problem, best.plan, variation.gone)


def table(lines: Sequence[Line]) -> Iterator[Text]:
    """Side by side, one line each."""
    names = max(len("What if"), *(len(line.name) for line in lines))
    full = [line.cells for line in lines if len(line.cells) > 1]
    widths = [max(len(head), *(len(row[at]) for row in full)) for at, head in enumerate(HEADS)]
    head = Text("What if".ljust(names), style="bold")
    titles = "".join(f"  {title:>{width}}" for title, width in zip(HEADS, widths, strict=True))
    yield head.append(titles, "not bold dim")
    for line in lines:
        text = Text(line.name.ljust(names))
        if len(line.cells) == 1:
            yield text.append(f"  {line.cells[0]}", style="dim")
            continue
        for cell, width in zip(line.cells, widths, strict=True):
            text.append(f"  {cell:>{width}}")
        yield text.append(f"  {PROVED}", style="green") if line.optimal else text
    if any(line.optimal for line in lines):
        yield Text()
        yield Text(PROVED, style="green").append(" provably optimal", style="dim")


def _line(name: str, problem: Problem, planned: Planned) -> Line:
    facts = numbers(problem, planned.plan)
    cells = (
        str(len(problem.people)),
        _rooms(problem),
        str(len(problem.rounds)),
        decimal(facts.met_mean),
        decimal(possible(problem, facts, planned)),
        str(facts.met_min),
        str(facts.repeats),
        "0",
    )
    return Line(name, cells, planned.certificate.optimal)


def _kept(problem: Problem, plan: Plan, gone: frozenset[PersonId]) -> Line:
    """What becomes of a plan that is not made anew when these people do not come."""
    before = {pair(a, b) for a, b, _ in problem.history.meetings}
    met: Counter[Pair] = Counter()
    alone = 0
    for seating in plan.seatings:
        for people in seating.groups:
            left = [who for who in people if who not in gone]
            alone += len(left) == 1
            met.update(pair(a, b) for a, b in combinations(left, 2))
    new = [both for both in met if both not in before]
    company = Counter(who for both in new for who in both)
    here = [who for who in problem.ids if who not in gone]
    cells = (
        str(len(here)),
        _rooms(problem),
        str(len(problem.rounds)),
        decimal(2 * len(new) / len(here)),
        "",
        str(min(company[who] for who in here)),
        str(met.total() - len(new)),
        str(alone),
    )
    return Line("  plan kept", cells)


def _rooms(problem: Problem) -> str:
    """How many rooms a round has: 8, or 6–8."""
    found = sorted({len(sizes) for sizes in problem.rounds})
    return "–".join(map(str, (found[0], found[-1]) if len(found) > 1 else found))


def _variation(request: Request, wish: str, seed: int) -> Variation:
    key, _, value = wish.partition("=")
    if not re.fullmatch(r"\d{1,6}%?", value) or ("%" in value and key != "no-shows"):
        raise BadInput(f"--what-if “{wish}” cannot be read. Write {_FORMS}.")
    everyone = request.problem.people
    match key:
        case "no-shows":
            return _without_some(request, value, seed)
        case "size" if int(value) >= 2:
            patterns = [replace(each, size=int(value), rooms=0, exactly=()) for each in request.patterns]
            return Variation(group(int(value)), _posed(request, everyone, patterns))
        case "rooms" if int(value) >= 1:
            patterns = [replace(each, size=0, rooms=int(value), exactly=()) for each in request.patterns]
            return Variation(count(int(value), "room"), _posed(request, everyone, patterns))
        case "rounds" if 1 <= int(value) <= MOST_ROUNDS:
            patterns = [*request.patterns, *[request.patterns[-1]] * int(value)][: int(value)]
            return Variation(count(int(value), "round"), _posed(request, everyone, patterns))
        case _:
            raise BadInput(f"--what-if “{wish}” cannot be read. Write {_FORMS}.")


def _without_some(request: Request, value: str, seed: int) -> Variation:
    """A chance few do not come; the same few for the same seed."""
    people = request.problem.people
    share = int(value.removesuffix("%"))
    missing = round(len(people) * share / 100) if value.endswith("%") else share
    if len(people) - missing < 2:
        raise BadInput(f"--what-if no-shows={value} leaves fewer than two of {len(people)} people.")
    gone = frozenset(person.id for person in random.Random(seed).sample(people, missing))
    here = [person for person in people if person.id not in gone]
    patterns = [for_fewer(pattern, len(here)) for pattern in request.patterns]
    name = f"{share} % do not come" if value.endswith("%") else f"{share} do not come"
    return Variation(name, _posed(request, here, patterns), gone)


def _posed(request: Request, people: Sequence[Person], patterns: Sequence[Pattern]) -> Problem | Nonsense:
    try:
        return pose(people, patterns, request.problem, request.problem.same_as)
    except Nonsense as nonsense:
        return nonsense

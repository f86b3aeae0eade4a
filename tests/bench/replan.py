"""How long planning again takes when 10 % leave and 5 % come, and a fresh plan for 5,000 people.

  ./run bench replan
  ./run bench replan --json --repeats 9

Eight rounds to come are planned again after one has been held: `rotation.replan`, from the problem to the
plan. Figures are medians of processor time in ms, with the compiled half and without it; `ratio` is to the
first plan made afresh for the same problem. `repeats`: meetings of pairs who have met before; none is forced.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from itertools import combinations
from statistics import median

import rotation.native
from rotation import History, Person, Plan, Planned, Problem, changes, check, improve, numbers, replan, sizes

ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Case:
    """An evening, and the most ms that planning again, and afresh, may take."""

    people: int
    size: int
    limit_ms: int
    fresh_limit_ms: int | None = None


CASES = (Case(100, 4, 5), Case(1_000, 5, 10), Case(5_000, 5, 60, 150))


@dataclass(frozen=True, slots=True)
class Line:
    """One case, with or without the compiled half."""

    people: int
    compiled: bool
    fresh_ms: float
    fresh_limit_ms: int | None
    replan_ms: float
    replan_limit_ms: int
    ratio: float
    """Of the re-plan to a fresh plan."""
    repeats: int
    fresh_repeats: int
    moved: float
    """The share of those in both plans who change rooms in the next round."""


def main(arguments: list[str]) -> None:
    """Measure all cases and print what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=5, help="times each is measured; the median counts")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    lines = []
    if rotation.native.library() is not None:
        lines += [line(case, asked.repeats, compiled=True) for case in CASES]
        # As where there was no compiler: nothing is found.
        rotation.native.built = lambda package: "nothing"
        rotation.native.library.cache_clear()
    lines += [line(case, asked.repeats, compiled=False) for case in CASES]
    if asked.json:
        print(json.dumps([asdict(each) for each in lines]))
        return
    for each in lines:
        limits = f"(limits {each.replan_limit_ms} and {each.fresh_limit_ms or '-'})" if each.compiled else ""
        print(
            f"{each.people:5} people, {'compiled' if each.compiled else 'plain':8}: "
            f"again {each.replan_ms:7.1f} ms, "
            f"fresh {each.fresh_ms:7.1f} ms, ratio {each.ratio:.2f} {limits}  "
            f"{each.repeats} and {each.fresh_repeats} repeats, {each.moved:.0%} move next"
        )


def line(case: Case, repeats: int, compiled: bool) -> Line:
    """One case, measured that many times with different seeds."""
    people, size = case.people, case.size
    whole = Problem(tuple(Person(f"p{i}") for i in range(people)), (sizes(people, size),) * (ROUNDS + 1))
    held, *coming = next(improve(whole, 1)).plan.seatings
    stay = tuple(person for number, person in enumerate(whole.people) if number % 10 != 3)
    here = stay + tuple(Person(f"new{i}") for i in range(people // 20))
    met = [(a, b, 1) for group in held.groups for a, b in combinations(group, 2)]
    now = Problem(here, (sizes(len(here), size),) * ROUNDS, history=History(tuple(met)))
    again = [timed(partial(replan, now, Plan(tuple(coming)), seed)) for seed in range(repeats)]
    fresh = [timed(partial(next, improve(now, seed))) for seed in range(repeats)]
    replan_ms, fresh_ms = (median(ms for _, ms in runs) for runs in (again, fresh))
    plans = [found.plan for found, _ in again + fresh]
    assert not any(check(now, plan) for plan in plans), "a plan breaks a rule"
    told = [numbers(now, plan).repeats for plan in plans]
    moves = [changes(Plan(tuple(coming)), found.plan).moves[0] for found, _ in again]
    return Line(
        people=people,
        compiled=compiled,
        fresh_ms=round(fresh_ms, 2),
        fresh_limit_ms=case.fresh_limit_ms,
        replan_ms=round(replan_ms, 2),
        replan_limit_ms=case.limit_ms,
        ratio=round(replan_ms / fresh_ms, 2),
        repeats=max(told[:repeats]),
        fresh_repeats=max(told[repeats:]),
        moved=round(median(moves) / len(stay), 3),
    )


def timed(work: Callable[[], Planned]) -> tuple[Planned, float]:
    """What the work gives, and the processor time that it takes in ms."""
    begun = time.process_time()
    found = work()
    return found, (time.process_time() - begun) * 1000


if __name__ == "__main__":
    main(sys.argv[1:])

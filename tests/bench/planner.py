"""How good plans are after so many seconds: runs every instance of a file and prints its scores.

  ./run bench planner instances.json --seconds 0.05 0.5 5
  ./run bench planner instances.json --seconds 0.5 --only exact --json

The file names its own scoring formula (see `_formula`). Rules that the planner does not know yet cannot be
asked for; their instances are scored as they come out, 0 when a hard rule is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from rotation import (
    History,
    Pair,
    Person,
    Plan,
    Planned,
    Problem,
    Rules,
    check,
    improve,
    numbers,
    pair,
)

Instance = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """One instance after so many seconds."""

    id: str
    seconds: float
    score: float
    first_seconds: float
    distinct: int
    bound: int
    met_min: int
    max_meetings: int
    optimal: bool
    strategy: str
    moves: int


def main(arguments: list[str]) -> None:
    """Run the instances asked for and print what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("instances", type=Path)
    parser.add_argument("--seconds", type=float, nargs="+", default=[0.05, 0.5])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="instances whose id has this in it")
    parser.add_argument("--processor", action="store_true", help="count processor time: for a busy machine")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    budgets = sorted(asked.seconds)
    results = []
    for instance in json.loads(asked.instances.read_text(encoding="utf-8"))["instances"]:
        if asked.only in instance["id"]:
            results += run(
                instance, budgets, asked.seed, time.process_time if asked.processor else time.perf_counter
            )
            if not asked.json:
                print(_line(results[-len(budgets) :]), flush=True)
    if asked.json:
        print(json.dumps({"summary": _summary(results, budgets), "results": [_plain(r) for r in results]}))
    else:
        for budget, summary in _summary(results, budgets).items():
            print(f"{budget} s: mean score {summary['mean']:.4f}, {summary['optimal']} provably optimal")


def run(instance: Instance, budgets: list[float], seed: int, clock: Callable[[], float]) -> list[Result]:
    """The best plan of one run at each of the budgets, in seconds of that clock."""
    problem = problem_of(instance)
    begun = clock()
    best: Planned | None = None
    first_seconds = 0.0
    left, results = list(budgets), []
    for planned in improve(problem, seed):
        elapsed = clock() - begun
        first_seconds = first_seconds or elapsed
        while left and elapsed > left[0]:
            # Nothing at all in time: the first plan counts, and its lateness is printed.
            results.append(_result(instance, problem, best or planned, left.pop(0), first_seconds))
        if not left:
            return results
        best = planned
    assert best
    return results + [_result(instance, problem, best, budget, first_seconds) for budget in left]


def problem_of(instance: Instance) -> Problem:
    """The instance as a problem, with the rules that can be told as such."""
    sizes = tuple(
        instance.get("room_sizes")
        or [size for size, count in instance["room_sizes_rle"] for _ in range(count)]
    )
    people = [str(person) for person in instance.get("active", range(instance["n"]))]
    met: Counter[Pair] = Counter()
    for groups in instance.get("history", []):
        for group in groups:
            met.update(pair(str(a), str(b)) for a, b in combinations(group, 2))
    return Problem(
        tuple(map(Person, people)),
        (sizes,) * instance["rounds"],
        Rules(frozenset(_apart(instance.get("constraints", {})))),
        History(tuple((a, b, times) for (a, b), times in met.items())),
    )


def _apart(constraints: Instance) -> set[Pair]:
    crowds = list(constraints.get("keep_apart", []))
    if constraints.get("one_mentor_per_room") or constraints.get("bipartite_pairs"):
        # As many mentors as rooms: one in each is the same as none together.
        crowds.append(constraints["mentors"])
    return {pair(str(a), str(b)) for crowd in crowds for a, b in combinations(crowd, 2)}


def _result(
    instance: Instance, problem: Problem, planned: Planned, budget: float, first_seconds: float
) -> Result:
    facts = numbers(problem, planned.plan)
    broken = check(problem, planned.plan) or _breaks(instance.get("constraints", {}), planned.plan)
    return Result(
        id=instance["id"],
        seconds=budget,
        score=0.0
        if broken
        else _formula(instance, planned.plan, facts.distinct, facts.met_min, facts.max_meetings),
        first_seconds=round(first_seconds, 4),
        distinct=facts.distinct,
        bound=planned.certificate.bound,
        met_min=facts.met_min,
        max_meetings=facts.max_meetings,
        optimal=planned.certificate.optimal,
        strategy=planned.strategy,
        moves=planned.moves,
    )


def _formula(instance: Instance, plan: Plan, distinct: int, met_min: int, max_meetings: int) -> float:
    """0.5 new pairs + 0.25 worst-off + 0.25 most meetings of a pair, each against its bound; times wishes."""
    bounds = instance["bounds"]
    new, worst = distinct / bounds["new_distinct_ub"], met_min / bounds["min_new_per_person_ub"]
    if "max_meetings_lb" in bounds:
        score = 0.5 * new + 0.25 * worst + 0.25 * min(1, bounds["max_meetings_lb"] / max_meetings)
    else:
        score = (2 * new + worst) / 3
    wishes = instance.get("constraints", {}).get("must_meet", [])
    met = {
        pair(a, b) for seating in plan.seatings for group in seating.groups for a, b in combinations(group, 2)
    }
    granted = sum(pair(str(a), str(b)) in met for a, b in wishes)
    return float(score * (granted / len(wishes) if wishes else 1))


def _breaks(constraints: Instance, plan: Plan) -> bool:
    """Whether a room lacks the mentor that every room must have."""
    if not constraints.get("min_mentors_per_room"):
        return False
    mentors = {str(person) for person in constraints["mentors"]}
    return any(not mentors & set(group) for seating in plan.seatings for group in seating.groups)


def _summary(results: list[Result], budgets: list[float]) -> dict[str, dict[str, float]]:
    summary = {}
    for budget in budgets:
        of_budget = [result for result in results if result.seconds == budget]
        summary[str(budget)] = {
            "mean": sum(result.score for result in of_budget) / max(len(of_budget), 1),
            "optimal": sum(result.optimal for result in of_budget),
            "instances": len(of_budget),
        }
    return summary


def _line(results: list[Result]) -> str:
    last = results[-1]
    scores = "  ".join(f"{result.score:.4f}" for result in results)
    proof = "optimal" if last.optimal else f"of {last.bound}"
    return (
        f"{last.id:22} {scores}   first {last.first_seconds * 1000:6.1f} ms   {last.distinct} {proof}, "
        f"worst-off {last.met_min}, most {last.max_meetings}, {last.strategy}"
    )


def _plain(result: Result) -> dict[str, Any]:
    return {name: getattr(result, name) for name in Result.__slots__}


if __name__ == "__main__":
    main(sys.argv[1:])

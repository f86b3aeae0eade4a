"""How long people wait for a plan of a large event, at first and when some have left and others come.

  ./run bench planner-replan
  ./run bench planner-replan --people 100 1000 --rounds 8 --size 5 --json OUT

Each event is planned afresh; then 10 % leave, 5 % come, and all its rounds are planned again from that plan,
with nothing held yet and with the first two rounds held. Times are until the first plan and until `replan` is
done, the median of several seeds, in a process that is warm.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

from rotation import History, Pair, Person, Plan, Problem, improve, pair, replan, sizes
from tests.bench.planner import warm_up

HELD = 2


@dataclass(frozen=True, slots=True)
class Waiting:
    """One event. Times in ms; repeats are meetings of pairs who had met, in the last seed's plan."""

    people: int
    what: str
    first_ms: float
    done_ms: float
    repeats: int


def main(arguments: list[str]) -> None:
    """Measure the sizes asked for and print a line each."""
    asked = _parser().parse_args(arguments)
    clock = time.process_time if asked.processor else time.perf_counter
    out = sys.stderr if asked.json == "-" else sys.stdout
    warm_up()
    results = []
    for people in asked.people:
        for waiting in measure(people, asked.size, asked.rounds, asked.seeds, clock):
            results.append(waiting)
            print(
                f"{people:6} {waiting.what:24} first plan {waiting.first_ms:7.1f} ms, "
                f"done {waiting.done_ms:7.1f} ms, {waiting.repeats} repeats",
                file=out,
                flush=True,
            )
    if asked.json:
        text = json.dumps([asdict(result) for result in results])
        if asked.json == "-":
            print(text)
        else:
            Path(asked.json).write_text(text + "\n", encoding="utf-8")


def measure(people: int, size: int, rounds: int, seeds: int, clock: Callable[[], float]) -> Iterable[Waiting]:
    """A fresh plan, then again with fewer people, with nothing held and with some rounds held."""
    before = tuple(Person(f"p{i}") for i in range(people))
    fresh = Problem(before, (sizes(people, size),) * rounds)
    plan = next(improve(fresh, 1)).plan
    yield _timed("fresh", fresh, None, seeds, clock)
    newcomers = tuple(Person(f"new{i}") for i in range(people // 20))
    here = (*before[people // 10 :], *newcomers)
    rooms = sizes(len(here), size)
    yield _timed("again, none held", Problem(here, (rooms,) * rounds), plan, seeds, clock)
    if rounds > HELD:
        now = Problem(here, (rooms,) * (rounds - HELD), history=_held(plan))
        yield _timed(f"again, {HELD} held", now, Plan(plan.seatings[HELD:]), seeds, clock)


def _timed(
    what: str, problem: Problem, start: Plan | None, seeds: int, clock: Callable[[], float]
) -> Waiting:
    first, done, plan = [], [], Plan(())
    for seed in range(1, seeds + 1):
        begun = clock()
        plan = next(improve(problem, seed, start)).plan
        first.append(clock() - begun)
        if start:
            begun = clock()
            plan = replan(problem, start, seed).plan
        done.append(clock() - begun)
    return Waiting(
        len(problem.people), what, 1000 * median(first), 1000 * median(done), _repeats(problem, plan)
    )


def _held(plan: Plan) -> History:
    met: Counter[Pair] = Counter()
    for seating in plan.seatings[:HELD]:
        met.update(pair(a, b) for group in seating.groups for a, b in combinations(group, 2))
    return History(tuple((a, b, times) for (a, b), times in met.items()))


def _repeats(problem: Problem, plan: Plan) -> int:
    """Counted here: meetings of pairs who met before, in history or in the plan."""
    met = {frozenset((a, b)) for a, b, _ in problem.history.meetings}
    repeats = 0
    for seating in plan.seatings:
        for group in seating.groups:
            for both in map(frozenset, combinations(group, 2)):
                repeats += both in met
                met.add(both)
    return repeats


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench planner-replan",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--people", type=int, nargs="+", default=[30, 100, 1000, 5000], metavar="N")
    parser.add_argument("--size", type=int, default=5, metavar="K", help="people in a room (default: 5)")
    parser.add_argument("--rounds", type=int, default=8, metavar="R")
    parser.add_argument("--seeds", type=int, default=5, metavar="N")
    parser.add_argument("--processor", action="store_true", help="count processor time: for a busy machine")
    parser.add_argument("--json", default="", metavar="OUT", help="a file for all numbers; - is the output")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])

"""How good plans are after so many seconds: runs every instance of a file and prints its scores.

  ./run bench planner --seconds 0.05 0.5 5
  ./run bench planner FILE --seconds 0.5 --seeds 5 --json OUT --plans DIR
  ./run bench planner --only exact --processor --without-kernel

FILE is a list of instances like tests/bench/instances.json, which names the formula of the score. Every
instance runs with each seed, 1 and up, on one core; the median counts. The clock starts before the problem is
built and runs on until the planner gives control back, in a process that is warm. The last plan that had
arrived in time counts; if the first one came late, by more than 10 % or 20 ms, the score is 0.

Plans are judged by tests/rotation/recount.py, which shares no code with the planner. --plans writes the plans
with the median score after the longest time: for each instance a file of rounds, rooms, people's numbers.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

import rotation.native
from rotation import (
    History,
    Nonsense,
    Pair,
    Person,
    Planned,
    Problem,
    Rules,
    Template,
    pair,
    plan,
    sizes,
    steps,
)
from tests.rotation.recount import (
    Count,
    Instance,
    ceiling,
    formula,
    present,
    recount,
    room_sizes,
    rules_of,
)

MENTOR, OTHER = "mentor", "guest"


@dataclass(frozen=True, slots=True)
class Shot:
    """One instance, one seed, stopped after so many seconds."""

    seed: int
    used: float
    """Seconds until the planner could be stopped."""
    found: float
    """Seconds until the plan had arrived."""
    late: bool
    refused: str
    strategy: str
    rounds: list[list[list[int]]]
    count: Count
    optimal: bool
    bound: int
    bound_name: str


@dataclass(frozen=True, slots=True)
class Result:
    """One instance after so many seconds: the seed with the median score, and what all seeds did."""

    id: str
    seconds: float
    score: float
    late_score: float
    """The score had the plan been in time."""
    scores: tuple[float, ...]
    used: float
    """The longest of all seeds."""
    kept: bool
    """Whether every seed kept the budget, by 10 % or 20 ms."""
    late: bool
    faults: tuple[str, ...]
    found: float
    strategy: str
    distinct: int
    worst: int
    most: int
    wishes: tuple[int, int]
    bound: int
    bound_name: str
    optimal: bool
    proof: str
    """Of an optimal plan: "recounted", "named" when only the planner knows that bound, or "WRONG"."""
    target: float | None
    """The score that the file aims at within this time."""
    prototype: float | None
    """The score that the file says another planner reached in this time, keeping its budget."""


def main(arguments: list[str]) -> None:
    """Run the instances asked for and print what came out."""
    asked = _parser().parse_args(arguments)
    budgets = sorted(asked.seconds)
    clock = time.process_time if asked.processor else time.perf_counter
    out = sys.stderr if asked.json == "-" else sys.stdout
    instances = [
        instance
        for instance in json.loads(asked.instances.read_text(encoding="utf-8"))["instances"]
        if asked.only in instance["id"]
    ]
    if asked.plans:
        asked.plans.mkdir(parents=True, exist_ok=True)
    if asked.without_kernel:
        leave_out_what_is_compiled()
    results: list[Result] = []
    warm_up()
    for instance in instances:
        shots = [shoot(instance, budgets, seed, clock) for seed in range(1, asked.seeds + 1)]
        medians = [_median([of_seed[i] for of_seed in shots]) for i in range(len(budgets))]
        results += [
            _result(instance, budget, medians[i], [of_seed[i] for of_seed in shots])
            for i, budget in enumerate(budgets)
        ]
        if asked.plans:
            written = json.dumps(medians[-1].rounds, separators=(",", ":"))
            (asked.plans / f"{instance['id']}.json").write_text(written, encoding="utf-8")
        print(_line(results[-len(budgets) :]), file=out, flush=True)
    summary = {str(budget): _summary([r for r in results if r.seconds == budget]) for budget in budgets}
    for budget in budgets:
        print(*_told(budget, [r for r in results if r.seconds == budget]), sep="\n", file=out)
    if asked.json:
        text = json.dumps({"summary": summary, "results": [asdict(result) for result in results]}, indent=1)
        _write(asked.json, text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench planner", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kept = Path(__file__).with_name("instances.json")
    parser.add_argument("instances", type=Path, nargs="?", default=kept, metavar="FILE")
    parser.add_argument("--seconds", type=float, nargs="+", default=[0.5], metavar="S", help="budgets")
    parser.add_argument("--seeds", type=_positive, default=5, metavar="N", help="how many seeds (default: 5)")
    parser.add_argument("--only", default="", metavar="PART", help="instances whose id has this in it")
    parser.add_argument("--processor", action="store_true", help="count processor time: for a busy machine")
    parser.add_argument("--without-kernel", action="store_true", help="in Python alone, nothing compiled")
    parser.add_argument("--json", default="", metavar="OUT", help="a file for all numbers; - is the output")
    parser.add_argument("--plans", type=Path, metavar="DIR", help="a folder for the plans")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least one is needed")
    return number


def _write(name: str, text: str) -> None:
    if name == "-":
        print(text)
    else:
        Path(name).write_text(text + "\n", encoding="utf-8")


# Running


def leave_out_what_is_compiled() -> None:
    """Plan in Python alone, as where there was no compiler: the compiled file is then not found."""
    rotation.native.built = lambda package: "nothing"
    assert rotation.native.library() is None, "the compiled part was loaded already"


def warm_up() -> None:
    """Load what the planner loads at first use, on a problem that is in no file."""
    plan(Problem(tuple(Person(f"p{i}") for i in range(14)), (sizes(14, 4),) * 5), seed=1, slices=20)


def shoot(instance: Instance, budgets: Sequence[float], seed: int, clock: Callable[[], float]) -> list[Shot]:
    """The plan of one run at each of the budgets, in seconds of that clock.

    The planner never hears of budgets, so one run serves them all.
    """
    make = problem_of(instance)
    ticks: list[tuple[float, Planned | None]] = []
    refused = ""
    begun = clock()
    try:
        for planned in steps(make(), seed):
            ticks.append((clock() - begun, planned))
            if planned and ticks[-1][0] >= budgets[-1]:
                break
    except Nonsense as nonsense:
        refused = str(nonsense)
    ended = clock() - begun
    return [_shot(instance, budget, seed, ticks, ended, refused) for budget in budgets]


def _shot(
    instance: Instance,
    budget: float,
    seed: int,
    ticks: Sequence[tuple[float, Planned | None]],
    ended: float,
    refused: str,
) -> Shot:
    used = next((seconds for seconds, _ in ticks if seconds >= budget), ended)
    arrived = [(seconds, planned) for seconds, planned in ticks if planned]
    if not arrived:
        return Shot(seed, used, ended, False, refused, "", [], recount(instance, []), False, 0, "")
    in_time = [planned for seconds, planned in arrived if seconds <= budget]
    best = in_time[-1] if in_time else arrived[0][1]
    found = next(seconds for seconds, planned in arrived if planned is best)
    rounds = [[list(map(int, group)) for group in seating.groups] for seating in best.plan.seatings]
    sure = best.certificate
    return Shot(
        seed=seed,
        used=used,
        found=found,
        late=not in_time and not keeps(found, budget),
        refused=refused,
        strategy=best.strategy,
        rounds=rounds,
        count=recount(instance, rounds),
        optimal=sure.optimal,
        bound=sure.bound,
        bound_name=sure.bound_name,
    )


def keeps(used: float, budget: float) -> bool:
    """Whether that many seconds keep the budget, by 10 % or 20 ms."""
    return used <= max(1.1 * budget, budget + 0.02)


def problem_of(instance: Instance) -> Callable[[], Problem]:
    """What builds the instance's problem once its parts are there."""
    rules, numbers = rules_of(instance), present(instance)
    mentors = set(rules.get("mentors", []))
    people = tuple(Person(str(n), _role(n, mentors)) for n in numbers)
    met: Counter[Pair] = Counter()
    for groups in instance.get("history", []):
        for group in groups:
            met.update(_pairs(group))
    history = History(tuple((a, b, times) for (a, b), times in met.items()))
    told = Rules(
        apart=frozenset(two for crowd in rules.get("keep_apart", []) for two in _pairs(crowd)),
        meet=frozenset(two for wish in rules.get("must_meet", []) for two in _pairs(wish)),
        stays=frozenset(map(str, mentors)) if rules.get("hosts_stay_in_room") else frozenset(),
        soft=frozenset({"meet"}),
    )
    template, count = _template(rules), instance["rounds"]
    rounds, templates = (tuple(room_sizes(instance)),) * count, (template,) * count if template else ()
    return lambda: Problem(people, rounds, told, history, templates)


def _role(number: int, mentors: set[int]) -> str:
    if not mentors:
        return ""
    return MENTOR if number in mentors else OTHER


def _pairs(people: Iterable[int]) -> Iterable[Pair]:
    return (pair(str(a), str(b)) for a, b in combinations(people, 2))


def _template(rules: Instance) -> Template | None:
    if rules.get("one_mentor_per_room") or rules.get("bipartite_pairs"):
        return Template(exactly=((MENTOR, 1),))
    if rules.get("min_mentors_per_room"):
        return Template(at_least=((MENTOR, rules["min_mentors_per_room"]),))
    return None


# Judging


def _median(shots: Sequence[Shot]) -> Shot:
    """The shot with the median score; the worse of the two in the middle when they are even in number."""
    return sorted(shots, key=lambda shot: (_scored(shot), shot.seed))[(len(shots) - 1) // 2]


def _scored(shot: Shot) -> float:
    return 0.0 if shot.late else shot.count.score


def _result(instance: Instance, budget: float, median: Shot, shots: Sequence[Shot]) -> Result:
    return Result(
        id=instance["id"],
        seconds=budget,
        score=_scored(median),
        late_score=median.count.score,
        scores=tuple(map(_scored, shots)),
        used=max(shot.used for shot in shots),
        kept=all(keeps(shot.used, budget) for shot in shots),
        late=median.late,
        faults=(median.refused,) if median.refused else median.count.faults,
        found=median.found,
        strategy=median.strategy,
        distinct=median.count.distinct,
        worst=median.count.worst,
        most=median.count.most,
        wishes=(median.count.granted, median.count.wishes),
        bound=median.bound,
        bound_name=median.bound_name,
        optimal=median.optimal,
        proof=_proof(instance, median, shots) if median.optimal else "",
        target=_target(instance, budget),
        prototype=_prototype(instance, budget),
    )


def _proof(instance: Instance, median: Shot, shots: Sequence[Shot]) -> str:
    """Whether a claim of optimality can be believed."""
    distinct = median.count.distinct
    others = [aim[0] for aim in _aims(instance)] + [shot.count.distinct for shot in shots]
    if median.bound != distinct or max(others) > distinct:
        return "WRONG"
    return "recounted" if distinct == ceiling(instance) else "named"


def _aims(instance: Instance) -> Iterable[Sequence[int]]:
    """What the file aims at within any time, for any profile."""
    for aim in instance.get("target", {}).values():
        yield from aim.values() if isinstance(aim, dict) else [aim]


def _target(instance: Instance, budget: float) -> float | None:
    due = {seconds: numbers for seconds, numbers in _targets(instance).items() if seconds <= budget}
    return formula(instance, *due[max(due)]) if due else None


def _targets(instance: Instance) -> dict[float, tuple[int, int, int | None]]:
    """What the file aims at, by seconds; of two profiles that of the planner's default."""
    return {
        float(seconds): tuple(aim["even"] if isinstance(aim, dict) else aim)
        for seconds, aim in instance.get("target", {}).items()
    }


def _prototype(instance: Instance, budget: float) -> float | None:
    reached = instance.get("reference", {}).get(f"prototype_{budget}s")
    return reached["score"] if reached and keeps(reached["secs"], budget) else None


# Telling


def _summary(results: Sequence[Result]) -> dict[str, float]:
    return {
        "mean": _mean([result.score for result in results]),
        "mean_with_late": _mean([result.late_score for result in results]),
        "instances": len(results),
        "optimal": sum(result.optimal for result in results),
        "optimal_recounted": sum(result.proof == "recounted" for result in results),
        "optimal_wrong": sum(result.proof == "WRONG" for result in results),
        "over_budget": sum(not result.kept for result in results),
        "late": sum(result.late for result in results),
        "faulty": sum(bool(result.faults) for result in results),
    }


def _mean(scores: Sequence[float]) -> float:
    return sum(scores) / max(len(scores), 1)


def _told(budget: float, results: Sequence[Result]) -> Iterable[str]:
    summary = _summary(results)
    yield (
        f"\n{budget} s: mean score {summary['mean']:.4f} over {len(results)}; provably optimal "
        f"{summary['optimal']}, {summary['optimal_recounted']} of them recounted, "
        f"{summary['optimal_wrong']} wrongly"
    )
    yield from (f"  no proof:     {r.id}: {r.bound_name}" for r in results if r.proof == "WRONG")
    yield from (f"  over budget:  {r.id}: {r.used * 1000:.0f} ms" for r in results if not r.kept)
    yield from (f"  no plan yet:  {r.id}: first after {r.found * 1000:.0f} ms" for r in results if r.late)
    if summary["late"]:
        yield f"  {summary['mean_with_late']:.4f} if late plans counted"
    yield from (f"  faulty:       {r.id}: {'; '.join(r.faults[:3])}" for r in results if r.faults)
    yield from (
        f"  below the prototype: {r.id}: {r.score:.4f}, not {r.prototype:.4f}"
        for r in results
        if r.prototype is not None and r.score < r.prototype - 5e-5
    )
    yield from (
        f"  below the target:    {r.id}: {r.score:.4f}, not {r.target:.4f}"
        for r in sorted(results, key=lambda r: r.score - (r.target or 0))
        if r.target is not None and r.score < r.target - 5e-5
    )


def _line(results: Sequence[Result]) -> str:
    last = results[-1]
    scores = "  ".join(f"{result.score:.4f} in {result.used:6.3f} s" for result in results)
    proof = f"optimal ({last.proof})" if last.optimal else f"of {last.bound}"
    return (
        f"{last.id:22} {scores}   {last.distinct} {proof}, worst-off {last.worst}, most {last.most}, "
        f"{last.strategy} after {last.found * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

"""Ever better plans: `improve` yields them, its caller decides when to stop.

The first plan is an exact construction, or a greedy one. Then the strategies of a list take turns. Each is an
iterator whose every step is one slice of work, about 20 ms in plain Python whatever the machine does
meanwhile: work is counted, never timed, so the same problem, seed and number of steps give the same plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice

from rotation.bounds import pairs
from rotation.feasible import refuse
from rotation.greedy import arrange
from rotation.matching import match_pairs
from rotation.model import Nonsense, Problem
from rotation.places import every_place
from rotation.plan import Plan
from rotation.relabel import label_search, labels_matter, relabelled, whole
from rotation.repair import repair
from rotation.seating import seat
from rotation.swaps import swap_search
from rotation.symmetry import symmetric_search
from rotation.task import Planned, Rounds, Task

_POLISH = 200
"""Slices spent after the bound on distinct pairs is reached, on the worst-off and on evenness."""
_PATIENCE = 300
"""Slices after which rules that no plan has kept are called impossible."""
_REPLAN_SLICES = 3
_DONE = object()
_NOT_FOUND = {
    "apart": "No plan was found that keeps everyone apart who should be.",
    "at_most": "No plan was found in which nobody meets anybody more often than allowed.",
    "meet": "No plan was found in which everyone meets whom they should.",
    "rooms_differ": "No plan was found in which nobody is in the same room twice.",
}

Strategy = Callable[[Task], Iterator[None]]

STRATEGIES: tuple[tuple[Strategy, int, int], ...] = (
    (match_pairs, 1, 2),
    (swap_search, 4, 4),
    (label_search, 4, 2),
    (symmetric_search, 32, 2),
)
"""What is tried after the first plan, in order, the slices of the first turn, and how many times as many
every turn has as the last.

The swap search begins: it has something better to show after a slice. Its turns grow faster: what symmetry
finds it finds soon, or never.
"""


def improve(problem: Problem, seed: int, start: Plan | None = None) -> Iterator[Planned]:
    """Ever better plans for a problem.

    Yields a decent plan at once, then after every slice of work the best so far (the same object when nothing
    better was found). Ends when the plan is provably optimal and nothing else can be bettered. With `start`,
    the first plan is that one, repaired for the people and sizes of the problem.

    Raises Nonsense when no plan can keep the rules (`rotation.feasible`), or `cannot-keep-...` when a long
    search finds none.
    """
    for planned in steps(problem, seed, start):
        if planned is not None:
            yield planned


def steps(problem: Problem, seed: int, start: Plan | None = None) -> Iterator[Planned | None]:
    """The same, for those who want to be able to stop at any time: None after a slice of work without a plan
    that keeps the rules."""
    refuse(problem)
    task = Task(problem, seed, gentle=start is not None)
    best, quiet = None, 0
    for slices, _ in enumerate(_work(task, start)):
        quiet = quiet + 1 if task.best is best else 0
        best = task.best
        if best is None and slices == _PATIENCE:
            break
        yield best
        if task.nothing_left or (best and best.certificate.optimal and quiet > _POLISH):
            return
    if best is None:
        raise Nonsense(
            f"cannot-keep-{task.fault or 'rules'}",
            _NOT_FOUND.get(task.fault, "No plan was found that keeps all the rules."),
        )


def plan(problem: Problem, seed: int, slices: int) -> Planned:
    """The best plan after that many slices of work, or fewer when nothing can be better."""
    *_, best = islice(improve(problem, seed), slices + 1)
    return best


def replan(problem: Problem, previous: Plan, seed: int, slices: int = _REPLAN_SLICES) -> Planned:
    """The previous plan for the people now present, changed little, then improved for a few slices.

    `previous` has the rounds still to come, in order; it may seat people who have left and lack newcomers.
    """
    *_, best = islice(improve(problem, seed, previous), slices + 1)
    return best


def _work(task: Task, start: Plan | None) -> Iterator[None]:
    """All that is tried: plans to begin with, which are the start, exact constructions or a greedy plan; then
    the strategies."""
    if start is not None:
        task.offer(_repaired(task, start), "repair")
        yield
    else:
        if not _can_wait(task):
            for relabelling in relabelled(task):
                task.offer(whole(task, relabelling), "construction")
                yield
        task.offer(_greedy(task), "greedy")
        yield
    yield from _take_turns(task)


def _can_wait(task: Task) -> bool:
    """Exact designs take longer than a greedy plan and some search, when it matters who takes which label, or
    are hardly better, when at most half of all pairs meet in rooms that are small beside their number."""
    meetings = sum(map(pairs, task.problem.rounds))
    labels_matter = task.places is not None or bool(task.costs.start)
    small = all(2 * max(sizes, default=0) <= len(sizes) for sizes in task.problem.rounds)
    return labels_matter or (small and 4 * meetings <= sum(task.yardstick.outlook.left))


def _greedy(task: Task) -> Rounds:
    """Everyone seated at once: by the rules where these bind places, near those whom they wish to meet."""
    rounds, places = task.problem.rounds, task.places
    if (places is None or places.free) and not task.problem.rules.meet:
        present = places.present if places else ()
        return arrange(task.people, rounds, task.costs, task.chance, present=present)
    return task.undressed(seat(places or every_place(task.problem), rounds, task.costs, task.chance))


def _repaired(task: Task, previous: Plan) -> Rounds:
    """The earlier plan around those who are here. Where rules bind places, rooms stay rather than groups."""
    rounds, places, here = task.problem.rounds, task.places, task.planned_before(previous)
    if places is None or places.free:
        return repair(task.people, rounds, here, task.costs, task.chance, places.present if places else ())
    kept = [before.rooms() for before in here[: len(rounds)]]
    return task.undressed(seat(places, rounds, task.costs, task.chance, kept))


def _take_turns(task: Task) -> Iterator[None]:
    """Ask the strategies in turn, each time for more slices.

    Only the swap search knows what to do about the worst-off and about evenness, when nothing else is left.
    """
    tried = not labels_matter(task) and (task.gentle or not _can_wait(task))
    working = [
        (strategy, strategy(task), slices, growth)
        for strategy, slices, growth in STRATEGIES
        if strategy is not label_search or not tried
    ]
    for turn in count():
        if not working:
            return
        for each in list(working):
            strategy, work, slices, growth = each
            for _ in range(slices * growth**turn):
                if (task.only_polish and strategy is not swap_search) or next(work, _DONE) is _DONE:
                    working.remove(each)
                    break
                yield

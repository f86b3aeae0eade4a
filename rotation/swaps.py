"""Swap search as a strategy: walk at changing temperatures, now and then polish the best plan so far."""

from __future__ import annotations

from collections.abc import Iterator

from rotation.costs import Costs
from rotation.greedy import arrange
from rotation.kernel import Search
from rotation.task import Task

SLICE = 30_000
"""Tries in a slice of work."""
# Hundredths of a repeat. Small tight problems like it warmer, large ones colder; measured on problems of 17
# to 103 people, no single one is best.
_TEMPERATURES = (22, 25, 20, 28)
_GENTLE = 6
_LEG = 8
_MENDING = 4
_POLISHING = 12
_FAIRNESS = 6
# The search's memory grows with people squared; beyond this plans are made greedily.
_LARGEST = 1_500


def swap_search(task: Task) -> Iterator[None]:
    """Improve the task's plan for ever, one slice of work a step."""
    if task.people > _LARGEST:
        yield from _start_over(task)
    elif task.rounds:
        yield from _walk(task)


def _walk(task: Task) -> Iterator[None]:
    def begin(costs: Costs) -> Search:
        return Search(task.dressed(task.rounds), task.kinds, costs, task.chance.fork(), seats=task.seats)

    search = begin(task.lenient_costs or task.costs)
    polisher: Search | None = None
    leg = 0
    while True:
        temperature = _TEMPERATURES[leg % len(_TEMPERATURES)] if leg or not task.gentle else _GENTLE
        for _ in range(_LEG if leg else _LEG // 4):
            _slice(task, search, temperature)
            yield
        leg += 1
        if task.lenient_costs and not task.nothing_left:
            # Where the search has exceeded a limit, this mends it.
            polisher = polisher or begin(task.costs)
            polisher.restart(search.best)
            for _ in range(_MENDING):
                _slice(task, polisher, temperature)
                yield
        if not task.nothing_left:
            polisher = polisher or begin(task.costs)
            polisher.restart(task.dressed(task.rounds), tender=task.worst_off)
            _slice(task, polisher, _POLISHING)
            yield
            polisher.restart(task.dressed(task.rounds), fairness=_FAIRNESS)
            _slice(task, polisher, _POLISHING)
            yield


def _slice(task: Task, search: Search, temperature: int) -> None:
    before, tries = search.best_cost, search.tries
    search.run(SLICE, temperature)
    task.moves += search.tries - tries
    if search.best_cost < before or task.best is None:
        task.offer(task.undressed(search.best), "swap search")


def _start_over(task: Task) -> Iterator[None]:
    """For very large events, where a plan made person by person is near perfect already."""
    while True:
        rounds = arrange(task.people, task.problem.rounds, task.costs, task.chance)
        task.moves += task.people * len(rounds)
        task.offer(rounds, "greedy")
        yield

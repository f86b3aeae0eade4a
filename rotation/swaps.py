"""Swap search as a strategy: sweeps from warm to cold, and after each the best plan so far is polished."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from rotation.costs import Costs
from rotation.greedy import arrange
from rotation.kernel import Search
from rotation.task import Task

SLICE = 20_000
"""Tries in a slice of work: some 20 ms in plain Python, a third of one compiled."""
# In hundredths of a repeat. Large tight problems like it cold, overfull rooms and people kept apart warm;
# measured on problems of 16 to 103 people, no single temperature is best. Sweeps begin at each of these in
# turn, and end cold.
_WARMEST = (26, 32, 40, 50)
_COLDEST = 14
_FIRST = 22
_GENTLE = 6
# Slices of the first sweeps; doubled whenever all have had their turn.
_SWEEP = 8
_MENDING = 3
_MENDING_WARMTH = 20
_POLISHING = 12
_FAIRNESS = 6
# The search's memory grows with people squared; beyond this plans are made greedily.
_LARGEST = 1_500


def swap_search(task: Task) -> Iterator[None]:
    """Improve the task's plan for ever, one slice of work a step."""
    if task.people > _LARGEST:
        # Where rules bind places, the first plan is the only one.
        if task.places is None or task.places.free:
            yield from _arrange_again(task)
    elif task.rounds:
        yield from _walk(task)


def _walk(task: Task) -> Iterator[None]:
    search, polisher = _begin(task, task.lenient_costs or task.costs), None
    for _ in range(2):
        _slice(task, search, _GENTLE if task.gentle else _FIRST)
        yield
    for sweep in count():
        warmest, length = _WARMEST[sweep % len(_WARMEST)], _SWEEP << sweep // len(_WARMEST)
        for step in range(length):
            _slice(task, search, warmest - (warmest - _COLDEST) * step // (length - 1))
            yield
        polisher = polisher or _begin(task, task.costs)
        if task.lenient_costs:
            # Where the search has exceeded a limit, this mends it.
            polisher.restart(search.current)
            for _ in range(_MENDING):
                _slice(task, polisher, _MENDING_WARMTH)
                yield
        if task.best:
            polisher.restart(task.dressed(task.rounds), tender=task.worst_off)
            _slice(task, polisher, _POLISHING)
            yield
            polisher.restart(task.dressed(task.rounds), fairness=_FAIRNESS)
            _slice(task, polisher, _POLISHING)
            yield


def _begin(task: Task, costs: Costs) -> Search:
    return Search(task.dressed(task.rounds), task.kinds, costs, task.chance.fork(), seats=task.seats)


def _slice(task: Task, search: Search, temperature: int) -> None:
    before, tries = search.best_cost, search.tries
    search.run(SLICE, temperature)
    task.moves += search.tries - tries
    if search.best_cost < before or task.best is None:
        task.offer(task.undressed(search.best), "swap search")


def _arrange_again(task: Task) -> Iterator[None]:
    """For very large events, where a plan made person by person is near perfect already: mended, or made anew
    unless people know it."""
    present = task.places.present if task.places else ()
    for turn in count():
        kept = [rooms[:-1] for rooms in task.rounds] if task.gentle or turn % 2 == 0 else ()
        rounds = arrange(task.people, task.problem.rounds, task.costs, task.chance, kept, present)
        task.moves += task.people * len(rounds)
        task.offer(rounds, "repair" if kept else "greedy")
        yield

"""Swap search as a strategy: a sweep from warm to cold, polish for the best plan so far, then a while at the
temperature at which the sweep has settled, and again.

Large tight problems settle cold, overfull rooms and people kept apart warm: from 18 to 42 hundredths of a
repeat in problems of 16 to 103 people, so that no one temperature will do for all.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import count

from rotation.costs import REPEAT, Costs
from rotation.greedy import arrange
from rotation.kernel import Search
from rotation.task import Task

SLICE = 20_000
"""Tries in a slice of work: some 20 ms in plain Python, a third of one compiled."""
# Temperatures, in hundredths of a repeat. Sweeps begin at each of the warmest in turn.
_WARMEST = (36, 50)
_COLDEST = 14
_FIRST = 22
_GENTLE = 6
_DESCENT = 16
# Slices of the first sweeps; doubled whenever all have had their turn.
_SWEEP = 8
# A sweep has settled when its plan costs no more than this above its last.
_SETTLED = 4 * REPEAT
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
    temperature = _GENTLE if task.gentle else _FIRST
    for sweep in count():
        warmest, length = _WARMEST[sweep % len(_WARMEST)], _SWEEP << sweep // len(_WARMEST)
        if sweep:
            for _ in range(length):
                _slice(task, search, temperature)
                yield
        else:
            yield from _descend(task, search, temperature)
        temperature = yield from _sweep(task, search, warmest, length)
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


def _descend(task: Task, search: Search, temperature: int) -> Iterator[None]:
    """Two slices, and more while they find something better."""
    for slices in range(_DESCENT):
        before = search.best_cost
        _slice(task, search, temperature)
        yield
        if slices and search.best_cost == before:
            break


def _sweep(task: Task, search: Search, warmest: int, length: int) -> Generator[None, None, int]:
    """Cool down in so many slices; returns the temperature at which the search has settled."""
    costs: dict[int, int] = {}
    for step in range(length):
        temperature = warmest - (warmest - _COLDEST) * step // (length - 1)
        _slice(task, search, temperature)
        costs.setdefault(temperature, search.cost)
        yield
    enough = search.cost + _SETTLED
    return next((temperature for temperature, cost in costs.items() if cost <= enough), _COLDEST)


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

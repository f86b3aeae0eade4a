"""Swap search as a strategy: down to a good plan; then, again and again, warm it until it dissolves, melt it,
hold that temperature, cool down, and polish the best plan so far.

Where plans come and go a search finds most: at 18 to 44 hundredths of a repeat in problems of 16 to 103
people. Overfull rooms and people kept apart settle warm, large tight problems cold, and a few hundredths
beside the best temperature a search takes ten times as long. So none is fixed: it is measured every time, and
since a measure is chancy every cycle has its own.
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
# Temperatures, in hundredths of a repeat.
_COLDEST, _WARMEST = 14, 48
_FIRST = 22
_GENTLE = 6
_DESCENT = 16
# Slices of the first holds, doubled after every two; at each step of warming up at least so many, or one for
# so many of the hold's.
_HOLD = 128
_STEP, _WARMING = 3, 32
# How much warmer a plan is melted.
_MELTING = 12
# A plan dissolves when it costs more than this above the best on the way.
_LIVELY = 4 * REPEAT
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
    yield from _descend(task, search, _GENTLE if task.gentle else _FIRST)
    for cycle in count():
        polisher = polisher or _begin(task, task.costs)
        yield from _polish(task, search, polisher)
        length = _HOLD << cycle // 2
        temperature = yield from _warm(task, search, max(_STEP, length // _WARMING))
        yield from _cool(task, search, temperature + _MELTING, temperature + _MELTING, length // 8)
        yield from _cool(task, search, temperature, temperature, length)
        yield from _cool(task, search, temperature, _COLDEST, length // 4)


def _descend(task: Task, search: Search, temperature: int) -> Iterator[None]:
    """Two slices, and more while they find something better."""
    for slices in range(_DESCENT):
        before = search.best_cost
        _slice(task, search, temperature)
        yield
        if slices and search.best_cost == before:
            break


def _warm(task: Task, search: Search, slices: int) -> Generator[None, None, int]:
    """Go up from cold, so many slices a step; returns the temperature at which the plan dissolves."""
    best = search.cost
    for temperature in range(_COLDEST, _WARMEST, 2):
        total = 0
        for _ in range(slices):
            _slice(task, search, temperature)
            best = min(best, search.cost)
            total += search.cost
            yield
        if total > slices * (best + _LIVELY):
            return temperature
    return _WARMEST


def _cool(task: Task, search: Search, warmest: int, coldest: int, slices: int) -> Iterator[None]:
    """So many slices, evenly from one temperature to another."""
    for step in range(slices):
        _slice(task, search, warmest - (warmest - coldest) * step // max(slices - 1, 1))
        yield


def _polish(task: Task, search: Search, polisher: Search) -> Iterator[None]:
    """Mend what the search has exceeded, and better the best plan for the worst-off and for smaller rooms."""
    if task.lenient_costs:
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

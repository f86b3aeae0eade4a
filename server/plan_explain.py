"""`intermingle plan --explain`: which strategy gave what, which limits there are, what each rule costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.text import Text

from rotation import Problem, bounds
from rotation.prices import prices
from server.plan_search import Step

MEANINGS = {
    "allowed": "pairs that may still meet for the first time",
    "seats": "pairs that the rooms make in all rounds",
    "people": "everyone always in the largest room, or done with all",
    "pigeonhole": "rooms larger than their number: some must meet again",
    "exception": "no better plan exists for rooms of this size",
}

FIRST_TOLD, LAST_TOLD = 5, 8
PRICE_SLICES = 20


def explained(problem: Problem, steps: Sequence[Step], seed: int) -> Iterator[Text]:
    """How the plan was found, what limits it and what its rules cost, as lines of tables."""
    yield from _found(steps)
    yield Text()
    yield from _limits(problem, steps[-1].planned.certificate.distinct)
    yield from _prices(problem, seed)


def _found(steps: Sequence[Step]) -> Iterator[Text]:
    head = Text("How it was found", style="bold")
    yield head
    yield Text(f"{'seconds':>9}  {'moves':>13}  {'pairs met':>9}  {'fewest':>6}  strategy", style="dim")
    told = list(_telling(steps))
    left_out = len(told) - FIRST_TOLD - LAST_TOLD
    for at, step in enumerate(told):
        planned = step.planned
        if left_out > 1 and FIRST_TOLD <= at < len(told) - LAST_TOLD:
            if at == FIRST_TOLD:
                yield Text(f"{'…':>9}  {left_out} more improvements", style="dim")
            continue
        yield Text(
            f"{step.seconds:>9.2f}  {planned.moves:>13,}  {planned.score.distinct:>9,}  "
            f"{planned.score.worst:>6}  {planned.strategy}"
        )


def _telling(steps: Sequence[Step]) -> Iterator[Step]:
    """Where more pairs met, the worst-off met more, or another strategy came; and the last step."""
    before: tuple[object, ...] = ()
    for step in steps:
        found = (step.planned.score.distinct, step.planned.score.worst, step.planned.strategy)
        if found != before or step is steps[-1]:
            yield step
        before = found


def _limits(problem: Problem, distinct: int) -> Iterator[Text]:
    yield Text("What no plan can exceed, in pairs that meet", style="bold")
    found = bounds(problem)
    least = min(value for _, value in found)
    label = max(len(name) for name, _ in found)
    for name, value in found:
        line = Text(f"{value:>9,}  {name.ljust(label)}", style="" if value == least else "dim")
        line.append(f"  {MEANINGS.get(name, '')}", style="dim")
        yield line
    yield Text(f"{distinct:>9,}  this plan")


def _prices(problem: Problem, seed: int) -> Iterator[Text]:
    """What would be without each rule, by plans that are made quickly."""
    found = prices(problem, seed, PRICE_SLICES)
    if not found:
        return
    yield Text()
    yield Text("What each rule costs", style="bold")
    yield Text(f"{'pairs':>9}  {'people met':>10}  rule", style="dim")
    for price in found:
        people = price.people(problem)
        yield Text(f"{price.pairs:>9,}  {people:>10.1f}  {price.rule.replace('_', '-')}")

"""What if rooms were smaller, or there were one round more? Each answer is a real plan, made quickly.

Quickly is a second of the processor for all of them together: see `PlannerLike.what_if`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from rooms import typed
from rooms.model import Constellation, Event, Participant
from rooms.problem import planned_for, problem
from rooms.timetable import announced, coming
from rotation import Nonsense, Planned, Problem, numbers
from server.bodies import WhatIf, WhatIfLine
from server.planning import PlannerLike
from server.problems import Trouble

SIZES = (2, 3, 4, 5, 6)
ROUNDS_AROUND = (-2, -1, 0, 1, 2)


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The address's parameters."""

    people: int = 0


def imagined(event: Event, people: int) -> Event:
    """The event with so many people, as long as hardly anyone is on its list."""
    if people > typed.PEOPLE:
        raise Trouble("bad-query", f"An event holds at most {typed.PEOPLE:,} people.")
    if people < 2 or len(planned_for(event)) >= 2:
        return event
    crowd = {str(number): Participant(str(number), "") for number in range(people)}
    return replace(event, participants=crowd, phase="draft", apart=())


async def answer(event: Event, planner: PlannerLike, seconds: float) -> WhatIf:
    """Every size and number of rounds around the ones chosen; a variant that cannot be held is left out."""
    variants = [(size, problem(resized(event, size))) for size in SIZES]
    here = len(coming(event))
    counts = [here + change for change in ROUNDS_AROUND if here + change >= 1]
    lengths = [(count, problem(lengthened(event, count))) for count in counts]
    asked = [(value, posed) for value, posed in (*variants, *lengths) if posed is not None]
    plans = await planner.what_if([posed for _, posed in asked], seconds)
    lines = [line(value, posed, plan) for (value, posed), plan in zip(asked, plans, strict=True)]
    split = sum(posed is not None for _, posed in variants)
    return WhatIf(len(planned_for(event)), drop_none(lines[:split]), drop_none(lines[split:]))


def line(value: int, posed: Problem, planned: Planned | Nonsense) -> WhatIfLine | None:
    if isinstance(planned, Nonsense):
        return None
    found = numbers(posed, planned.plan)
    return WhatIfLine(value, round(found.met_mean, 2), found.repeats)


def drop_none(lines: Sequence[WhatIfLine | None]) -> tuple[WhatIfLine, ...]:
    return tuple(each for each in lines if each is not None)


def resized(event: Event, size: int) -> Event:
    """All rounds to come in rooms of that size."""
    wanted = set(coming(event))
    agenda = (
        replace(each, size=size, rooms=0) if number in wanted else each
        for number, each in enumerate(event.agenda, start=1)
    )
    return replace(event, agenda=tuple(agenda))


def lengthened(event: Event, count: int) -> Event:
    """So many rounds to come: the last ones left out, or the last one repeated."""
    held = event.agenda[: announced(event)]
    to_come = [event.agenda[number - 1] for number in coming(event)] or [Constellation()]
    more = [to_come[-1]] * max(0, count - len(to_come))
    return replace(event, agenda=(*held, *to_come[:count], *more))

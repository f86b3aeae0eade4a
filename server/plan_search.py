"""The search of `intermingle plan`: as long as it may take, watched on a terminal, ended by Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rotation import Planned, Problem, improve
from rotation.planner import steps
from server.plan_trouble import BadInput, nonsense_refused

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.live import Live


@dataclass(frozen=True, slots=True)
class Step:
    """A plan that was better than all before it."""

    seconds: float
    planned: Planned


@dataclass(slots=True)
class Search:
    """What has been found until now."""

    steps: list[Step] = field(default_factory=list)
    seconds: float = 0.0
    stopped: bool = False
    """Whether Ctrl-C has ended it."""

    @property
    def best(self) -> Planned:
        return self.steps[-1].planned


def search(problem: Problem, seed: int, seconds: float, console: Console) -> Search:
    """Ever better plans until the time is over, nothing can be better, or Ctrl-C is pressed."""
    found = Search()
    begun = time.monotonic()
    try:
        with nonsense_refused(), _watched(console) as live:
            for planned in steps(problem, seed):
                found.seconds = time.monotonic() - begun
                if planned is not None and not (found.steps and planned is found.best):
                    found.steps.append(Step(found.seconds, planned))
                if live is not None:
                    live.update(_progress(found, seconds))
                if found.steps and found.seconds >= seconds:
                    break
    except KeyboardInterrupt:
        if not found.steps:
            raise BadInput("Stopped before there was a plan.") from None
        found.stopped = True
    return found


def plan_within(problem: Problem, seed: int, processor_seconds: float) -> Planned:
    """The best plan that so much work finds: counted in processor time, which a busy machine does not
    shorten."""
    until = time.process_time() + processor_seconds
    plans = improve(problem, seed)
    best = next(plans)
    while time.process_time() < until and (better := next(plans, None)) is not None:
        best = better
    return best


@contextmanager
def _watched(console: Console) -> Iterator[Live | None]:
    """A line that is drawn over while it changes; nothing where nobody looks."""
    from rich.live import Live

    if not console.is_terminal:
        yield None
        return
    with Live(console=console, transient=True, refresh_per_second=8) as live:
        yield live


def _progress(found: Search, seconds: float) -> RenderableType:
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    line = Table.grid(padding=(0, 2))
    done = min(found.seconds / seconds, 1.0) if seconds else 1.0
    line.add_row(
        ProgressBar(total=1.0, completed=done, width=24, complete_style="cyan", finished_style="cyan"),
        f"{found.seconds:.0f} of {seconds:g} s",
        *(_so_far(found.best) if found.steps else ("looking for a plan that keeps the rules",)),
    )
    return line


def _so_far(best: Planned) -> tuple[str, str]:
    certificate = best.certificate
    return (
        f"{certificate.distinct:,} of at most {certificate.bound:,} pairs meet",
        f"[dim]{best.strategy}[/]",
    )

"""What meetings, smaller rooms and benches cost a search, in whole numbers.

The one place where rules become costs: a solver knows only this. A pair's cost depends on its *state*, an
integer: how often it has met, plus the start of the band of states its rule puts it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rotation.score import Yardstick

REPEAT = 64
"""A pair meeting again. Everything else is weighed against this."""
REPEAT_AGAIN = 4
"""Added for each further time the same pair meets, so that repeats are spread."""
UNEVEN = REPEAT // 4
"""Added when a pair meets more often than every pair has to: too little to cost new pairs."""
OVER_CAP = 3 * REPEAT
"""Added when a pair meets more often than the cap of the profile allows."""
APART = 1 << 16
"""Two people in one room who are to be kept apart: never worth it."""
SMALL = 5
"""Weight of the squared number of smaller rooms a person had."""
REST = 8 * REPEAT
"""Weight of the squared number of rests: a bench is worse than a repeat."""

LARGEST_ROOM, SMALLER_ROOM, RESTING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Costs:
    """Tables for one problem. `once_more[state]` is the cost of one more meeting, `once_less[state]` what
    one meeting less saves. States of pairs before the first round are in `start`, all others are 0.
    """

    once_more: Sequence[int]
    once_less: Sequence[int]
    start: dict[tuple[int, int], int]
    band: int
    """States from here to twice here are those of tender pairs, whose repeats cost half as much again."""
    small: Sequence[int]
    """How often each person was in a smaller room before."""
    rests: Sequence[int]


def costs(yardstick: Yardstick) -> Costs:
    """The costs of a problem, people being positions as in the yardstick."""
    problem, n = yardstick.problem, len(yardstick.position)
    band = max(yardstick.past.values(), default=0) + len(problem.rounds) + 2
    ordinary = [_meeting(times, yardstick.cap) for times in range(band)]
    tender = [cost + cost // 2 for cost in ordinary]
    start = {divmod(key, n): times for key, times in yardstick.past.items()}
    position = yardstick.position
    for a, b in problem.rules.apart:
        if a in position and b in position:
            low, high = sorted((position[a], position[b]))
            start[low, high] = 2 * band
    once_more = ordinary + tender + [APART] * band
    once_less = [0, *ordinary[:-1], 0, *tender[:-1], 0, *[APART] * (band - 1)]
    return Costs(once_more, once_less, start, band, yardstick.small, yardstick.rests)


def kinds(sizes: Sequence[int]) -> list[int]:
    """For each room whether it is one of the largest of its round; then RESTING, for the bench."""
    largest = max(sizes, default=0)
    return [LARGEST_ROOM if size == largest else SMALLER_ROOM for size in sizes] + [RESTING]


def _meeting(times: int, cap: int) -> int:
    """Cost of meeting once more after having met so often."""
    if times == 0:
        return 0
    uneven = UNEVEN if times >= max(cap - 1, 2) else 0
    return REPEAT + REPEAT_AGAIN * (times - 1) + uneven + (OVER_CAP if times >= cap else 0)

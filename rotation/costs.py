"""What meetings, smaller rooms and benches cost a search, in whole numbers.

The one place where rules become costs: a solver knows only this. A pair's cost depends on its *state*, an
integer: how often it has met, plus the start of the band of states its rule puts it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rotation.model import Pair, PersonId, Problem, kept_apart
from rotation.places import Places
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
NEARLY_APART = 5 * REPEAT // 2
"""The same on the way to a plan that keeps them apart. At 1 to 3 repeats a search finds plans far better than
at 5 and more: of 30 people of six firms 292 to 300 pairs meet, and 283 when nobody may ever come too near."""
SOFT = 8 * REPEAT
"""Breaking a soft rule: worth several repeats."""
WISH = REPEAT + REPEAT // 2
"""What the first meeting earns of two who should meet: more than a repeat, but little enough that a search
parts them again on the way to something better. (Measured: at 8 repeats a search gets stuck.)"""
SMALL = 5
"""Weight of the squared number of smaller rooms a person had."""
REST = 8 * REPEAT
"""Weight of the squared number of rests: a bench is worse than a repeat."""

LARGEST_ROOM, SMALLER_ROOM, RESTING = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Costs:
    """Tables for one problem. `once_more[state]` is the cost of one more meeting, `once_less[state]` what
    one meeting less saves.

    Positions from the number of people on are rooms in which nobody may be twice (`rotation.places`).
    """

    once_more: Sequence[int]
    once_less: Sequence[int]
    start: Mapping[int, int]
    """States of pairs before the first round, by a * positions + b with a < b; 0 of all others."""
    band: int
    """States from here to twice here are those of tender pairs, whose repeats cost half as much again."""
    small: Sequence[int]
    """How often each person was in a smaller room before."""
    rests: Sequence[int]

    def starts(self) -> Iterator[tuple[int, int, int]]:
        """The pairs that begin in a state that is not 0, and that state."""
        positions = len(self.small)
        for key, state in self.start.items():
            yield *divmod(key, positions), state


def costs(yardstick: Yardstick, places: Places | None = None, strict: bool = True) -> Costs:
    """The costs of a problem, people being positions as in the yardstick.

    Unless `strict`, the company of people kept apart, exceeding a limit on meetings and returning to a room
    cost little enough that a search may do so on the way to a plan without: it then finds better ones, but
    may end with one that breaks a rule.
    """
    problem, rules, n = yardstick.problem, yardstick.problem.rules, len(yardstick.position)
    band = max(yardstick.past.values(), default=0) + len(problem.rounds) + 2
    ordinary = [_meeting(times, yardstick.cap, problem, strict) for times in range(band)]
    rooms = places.rooms if places else 0
    tables = _Tables(band, yardstick.position, n + rooms)
    tables.add(ordinary)
    tables.add([cost + cost // 2 for cost in ordinary])
    past = yardstick.past
    tables.start |= past if not rooms else {key + key // n * rooms: past[key] for key in past}
    tables.add([APART if strict else NEARLY_APART] * band, problem.apart)
    tables.add([SOFT] * band, kept_apart(problem, soft=True))
    wish = WISH if "meet" in rules.soft else 2 * WISH
    tables.add([-wish, *ordinary[1:]], rules.meet - problem.apart)
    if places is not None:
        tables.add([0] * band, at=places.bound)
        again = SOFT if "rooms_differ" in rules.soft else APART if strict else 2 * REPEAT
        tables.add([0] + [again] * (band - 1), at=places.once)
    nothing = [0] * rooms
    return Costs(
        tables.once_more,
        tables.once_less,
        tables.start,
        band,
        [*yardstick.small, *nothing],
        [*yardstick.rests, *nothing],
    )


class _Tables:
    """Costs by state, one band of states after another; only the first three are always there."""

    def __init__(self, band: int, position: Mapping[PersonId, int], positions: int) -> None:
        self.band, self.position, self.positions = band, position, positions
        self.once_more: list[int] = []
        self.once_less: list[int] = []
        self.start: dict[int, int] = {}

    def add(
        self, costs: Sequence[int], pairs: Iterable[Pair] = (), at: Iterable[tuple[int, int]] = ()
    ) -> None:
        """A band in which a meeting costs so much, by the meetings before, for those who begin in it."""
        position = self.position
        found = [(position[a], position[b]) for a, b in pairs if a in position and b in position]
        found += at
        if not found and len(self.once_more) >= 3 * self.band:
            return
        for a, b in found:
            self.start[min(a, b) * self.positions + max(a, b)] = len(self.once_more)
        self.once_more += costs
        self.once_less += [0, *costs[:-1]]


def kinds(sizes: Sequence[int]) -> list[int]:
    """For each room whether it is one of the largest of its round; then RESTING, for the bench."""
    largest = max(sizes, default=0)
    return [LARGEST_ROOM if size == largest else SMALLER_ROOM for size in sizes] + [RESTING]


def _meeting(times: int, cap: int, problem: Problem, strict: bool) -> int:
    """Cost of meeting once more after having met so often."""
    cost = 0
    if times:
        again = REPEAT_AGAIN * (times - 1) if problem.profile == "even" else 0
        uneven = UNEVEN if times >= max(cap - 1, 2) else 0
        cost = REPEAT + again + uneven + (OVER_CAP if times >= cap else 0)
    if problem.rules.at_most and times >= problem.rules.at_most:
        cost += SOFT if "at_most" in problem.rules.soft else APART if strict else REPEAT
    return cost

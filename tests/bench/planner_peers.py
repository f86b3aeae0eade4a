"""Four ways to plan an event, side by side: what meeting tools do, what others plan, and Intermingle.

  ./run bench planner-peers
  ./run bench planner-peers --seconds 5 --json OUT --svg docs/pictures/planner-peers.svg

- *shuffles*: every round shuffled afresh, as meeting tools do.
- *round by round*: every round arranged with the memory of those before, by swaps until none helps.
- *Good-Enough Golfers* (Brad Buchanan, 2017): round by round, too, each by a genetic search. Written anew
  from how that program works; rooms of one size only, as there.
- *Intermingle*: all rounds together.

Each begins again and again for the same seconds, and the best evening is shown; the first one of each is
always finished. Beside it stands what one evening alone comes to on average: what people get who press the
button once, and with Intermingle wait for those seconds. Meetings are counted by tests/rotation/recount.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from random import Random

from rotation import Person, Problem, improve, into_rooms, plan, sizes
from tests.rotation.recount import Instance, ceiling, recount

Rooms = list[list[int]]
Evening = list[Rooms]
Method = Callable[["Event", Random], Iterator[Evening]]


@dataclass(frozen=True, slots=True)
class Event:
    name: str
    people: int
    sizes: tuple[int, ...]
    rounds: int

    @property
    def instance(self) -> Instance:
        """The event as tests/rotation/recount.py reads it."""
        counted = {"id": self.name, "n": self.people, "room_sizes": list(self.sizes), "rounds": self.rounds}
        return counted | {"bounds": {"new_distinct_ub": 1, "min_new_per_person_ub": 1}}

    @property
    def limit(self) -> float:
        """No plan lets people meet more than this on average."""
        return 2 * ceiling(self.instance) / self.people


EVENTS = (
    Event("16 in fours, 5 rounds", 16, sizes(16, 4), 5),
    Event("28 in fours, 8 rounds", 28, sizes(28, 4), 8),
    Event("32 in fours, 10 rounds", 32, sizes(32, 4), 10),
    Event("30 in fives, 6 rounds", 30, sizes(30, 5), 6),
    Event("30 in sixes, 10 rounds", 30, sizes(30, 6), 10),
    Event("24 in pairs, 20 rounds", 24, sizes(24, 2), 20),
    Event("100 in fours, 8 rounds", 100, sizes(100, 4), 8),
    Event("30 in fours and threes, 8 rounds", 30, sizes(30, 4), 8),
    Event("26 in six rooms, 6 rounds", 26, into_rooms(26, 6), 6),
)


# What others do


def shuffles(event: Event, chance: Random) -> Iterator[Evening]:
    """Rounds that know nothing of each other."""
    while True:
        yield [_shuffled(event, chance) for _ in range(event.rounds)]


def round_by_round(event: Event, chance: Random) -> Iterator[Evening]:
    """Rounds that know those before: whoever has met is swapped apart until no swap spares a repeat."""
    while True:
        met = _nobody_met(event)
        evening = []
        for _ in range(event.rounds):
            evening.append(_settled(_shuffled(event, chance), met, chance))
            _note(evening[-1], met)
        yield evening


def golfers(event: Event, chance: Random) -> Iterator[Evening]:
    """Rounds that know those before, each by Good-Enough Golfers' genetic search."""
    while len(set(event.sizes)) == 1:
        met = _nobody_met(event)
        evening = []
        for _ in range(event.rounds):
            evening.append(_evolved(event, met, chance))
            _note(evening[-1], met)
        yield evening


def intermingle(event: Event, chance: Random) -> Iterator[Evening]:
    """All rounds together."""
    people = tuple(Person(str(number)) for number in range(event.people))
    problem = Problem(people, (event.sizes,) * event.rounds)
    for planned in improve(problem, chance.getrandbits(32)):
        yield [[list(map(int, group)) for group in seating.groups] for seating in planned.plan.seatings]


METHODS: dict[str, Method] = {
    "shuffles": shuffles,
    "round by round": round_by_round,
    "Good-Enough Golfers": golfers,
    "Intermingle": intermingle,
}


def _nobody_met(event: Event) -> list[list[int]]:
    return [[0] * event.people for _ in range(event.people)]


def _note(rooms: Rooms, met: list[list[int]]) -> None:
    for room in rooms:
        for a, b in combinations(room, 2):
            met[a][b] += 1
            met[b][a] += 1


def _shuffled(event: Event, chance: Random) -> Rooms:
    order = list(range(event.people))
    chance.shuffle(order)
    places = iter(order)
    return [[next(places) for _ in range(size)] for size in event.sizes]


def _settled(rooms: Rooms, met: Sequence[Sequence[int]], chance: Random) -> Rooms:
    """The round after swaps, in random order, until no swap of two people lowers the repeats in it."""
    seats = [(here, place) for here, room in enumerate(rooms) for place in range(len(room))]
    couples = list(combinations(seats, 2))
    helped = True
    while helped:
        helped = False
        chance.shuffle(couples)
        for (here, i), (there, j) in couples:
            p, q = rooms[here][i], rooms[there][j]
            if here != there and _swap_gain(p, q, rooms[here], rooms[there], met) > 0:
                rooms[here][i], rooms[there][j] = q, p
                helped = True
    return rooms


def _swap_gain(
    p: int, q: int, with_p: Iterable[int], with_q: Iterable[int], met: Sequence[Sequence[int]]
) -> int:
    """Earlier meetings spared when p and q change rooms."""
    by_p, by_q = met[p], met[q]
    return sum(by_p[m] - by_q[m] for m in with_p if m != p) + sum(by_q[m] - by_p[m] for m in with_q if m != q)


# Good-Enough Golfers' search for one round. In each generation every seating of a population gives itself,
# all swaps of someone in its dearest room with someone elsewhere, and two random seatings; of all these only
# the cheapest go on, a hundred at most, until a seating costs nothing or 30 generations have passed. A pair
# costs the square of how often it has met.

_FIRST = 5
_GENERATIONS = 30
_STRANGERS = 2
_SURVIVORS = 100


def _evolved(event: Event, met: Sequence[Sequence[int]], chance: Random) -> Rooms:
    prices = [[times * times for times in row] for row in met]
    population = [_shuffled(event, chance) for _ in range(_FIRST)]
    for _ in range(_GENERATIONS):
        if sum(_price_of(room, prices) for room in population[0]) == 0:
            break
        population = _next_generation(event, population, prices, chance)
    return population[0]


def _next_generation(
    event: Event, population: Sequence[Rooms], prices: Sequence[Sequence[int]], chance: Random
) -> list[Rooms]:
    """The cheapest of all children. Only those that survive are written out, the others are just priced."""
    cheapest: int | None = None
    survivors: list[tuple[Rooms, tuple[int, int] | None]] = []
    for parent in population:
        rooms = sorted(parent, key=lambda room: -_price_of(room, prices))
        strangers = [_shuffled(event, chance) for _ in range(_STRANGERS)]
        alone = [(each, None, sum(_price_of(room, prices) for room in each)) for each in (rooms, *strangers)]
        swapped = ((rooms, swap, price) for swap, price in _swaps(rooms, alone[0][2], prices))
        for child, swap, price in (*alone, *swapped):
            if cheapest is None or price < cheapest:
                cheapest, survivors = price, []
            if price == cheapest:
                survivors.append((child, swap))
    chance.shuffle(survivors)
    return [_swapped(rooms, swap) for rooms, swap in survivors[:_SURVIVORS]]


def _swaps(
    rooms: Rooms, price: int, prices: Sequence[Sequence[int]]
) -> Iterator[tuple[tuple[int, int], int]]:
    """Every swap of a place in the first room with a place further on, and what the round then costs."""
    size, first = len(rooms[0]), rooms[0]
    spared_first = [sum([prices[p][m] for m in first]) for p in first]
    for number, room in enumerate(rooms[1:], start=1):
        joining = [sum([prices[p][m] for m in room]) for p in first]
        for place, q in enumerate(room, start=number * size):
            by_q = prices[q]
            gain = sum([by_q[m] for m in room]) - sum([by_q[m] for m in first])
            for i, p in enumerate(first):
                # Neither sits with the other afterwards, though both sums count that pair.
                spared = spared_first[i] - joining[i] + gain + 2 * by_q[p]
                yield (i, place), price - spared


def _swapped(rooms: Rooms, swap: tuple[int, int] | None) -> Rooms:
    copy = [room.copy() for room in rooms]
    if swap:
        size = len(rooms[0])
        (here, i), (there, j) = divmod(swap[0], size), divmod(swap[1], size)
        copy[here][i], copy[there][j] = rooms[there][j], rooms[here][i]
    return copy


def _price_of(room: Sequence[int], prices: Sequence[Sequence[int]]) -> int:
    return sum([prices[a][b] for a, b in combinations(room, 2)])


# Running


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method made of one event. People met are means over the people."""

    event: str
    method: str
    limit: float
    met: float
    """In the best evening."""
    once: float
    """In one evening alone, on average; Intermingle spends the time on one."""
    worst: int
    most: int
    evenings: int
    seconds: float


def compare(event: Event, name: str, seconds: float, clock: Callable[[], float]) -> Outcome | None:
    """The best evening of a method in that time; None if it cannot plan the event."""
    best: tuple[int, int, int] | None = None
    distinct = []
    begun = clock()
    for evening in METHODS[name](event, Random(1)):
        count = recount(event.instance, evening)
        assert not count.faults, count.faults
        distinct.append(count.distinct)
        found = (count.distinct, count.worst, -count.most)
        best = max(best or found, found)
        if clock() - begun >= seconds:
            break
    if best is None:
        return None
    once = best[0] if name == "Intermingle" else sum(distinct) / len(distinct)
    return Outcome(
        event=event.name,
        method=name,
        limit=event.limit,
        met=2 * best[0] / event.people,
        once=2 * once / event.people,
        worst=best[1],
        most=-best[2],
        evenings=len(distinct),
        seconds=round(clock() - begun, 3),
    )


def main(arguments: list[str]) -> None:
    """Compare on every event, print the table, draw it."""
    asked = _parser().parse_args(arguments)
    clock = time.process_time if asked.processor else time.perf_counter
    plan(Problem(tuple(map(Person, "abcdefghij")), (sizes(10, 3),) * 4), seed=1, slices=5)
    out = sys.stderr if asked.json == "-" else sys.stdout
    print(f"people met on average, best evening (one alone) in {asked.seconds} s each\n", file=out)
    print(f"{'':34}" + "".join(f"{name:>21}" for name in METHODS) + f"{'limit':>9}", file=out)
    outcomes: list[Outcome] = []
    for event in EVENTS:
        row = [compare(event, name, asked.seconds, clock) for name in METHODS]
        cells = [f"{of.met:.2f} ({of.once:.2f})" if of else "–" for of in row]
        print(
            f"{event.name:34}" + "".join(f"{cell:>21}" for cell in cells) + f"{event.limit:9.2f}",
            file=out,
            flush=True,
        )
        outcomes += [outcome for outcome in row if outcome]
    if asked.json:
        text = json.dumps({"seconds": asked.seconds, "outcomes": [asdict(of) for of in outcomes]}, indent=1)
        if asked.json == "-":
            print(text)
        else:
            Path(asked.json).write_text(text + "\n", encoding="utf-8")
    if asked.svg:
        asked.svg.write_text(draw(outcomes, asked.seconds), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench planner-peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=2.0, metavar="S", help="for each method and event")
    parser.add_argument("--processor", action="store_true", help="count processor time: for a busy machine")
    parser.add_argument("--json", default="", metavar="OUT", help="a file for all numbers; - is the output")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw the comparison")
    return parser


# Drawing

_LEFT, _RIGHT, _TOP, _ROW = 250, 700, 92, 60
_LEAST = 0.6
"""The share of the limit at the left end of the scale."""

_STYLE = """
    text { font: 14px system-ui, sans-serif; fill: #1d2420 }
    .quiet { fill: #4d5852 } .end { text-anchor: end } .middle { text-anchor: middle }
    .title { font-size: 17px; font-weight: 600 }
    .page { fill: #ffffff } .grid { stroke: #d5dbd7 } .limit { stroke: #1d2420 }
    .m0 { --c: #68716c } .m1 { --c: #96590b } .m2 { --c: #7b4fb3 } .m3 { --c: #006b4f }
    .mark { fill: var(--c) } .tail { stroke: var(--c); stroke-width: 3; stroke-linecap: round }
    @media (prefers-color-scheme: dark) {
      text { fill: #e9eeeb } .quiet { fill: #b4beb8 }
      .page { fill: #141a17 } .grid { stroke: #39423d } .limit { stroke: #e9eeeb }
      .m0 { --c: #a3ada7 } .m1 { --c: #f0b45c } .m2 { --c: #c3a0f2 } .m3 { --c: #4fd6ab }
    }"""


def draw(outcomes: Sequence[Outcome], seconds: float) -> str:
    """The comparison as SVG: for each event a mark a method, at its share of the limit.

    A mark is the best evening of the time, its tail reaches back to one evening alone. Shapes tell the
    methods apart where colours do not. Light and dark follow the reader.
    """
    events = list(dict.fromkeys(outcome.event for outcome in outcomes))
    bottom = _TOP + _ROW * len(events) + 4
    height = bottom + 64
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" role="img" aria-labelledby="t">',
        f'  <title id="t">{_title(outcomes)}</title>',
        f"  <style>{_STYLE}\n  </style>",
        f'  <rect class="page" width="760" height="{height}" rx="8"/>',
        '  <text class="title" x="20" y="32">People met, of those that could be met</text>',
        *(_legend(number, name) for number, name in enumerate(METHODS)),
        *(_tick(share / 100, bottom) for share in range(int(_LEAST * 100), 101, 10)),
    ]
    for row, event in enumerate(events):
        y = _TOP + _ROW * row + 14
        parts.append(f'  <text x="20" y="{y + 14}">{event}</text>')
        parts += [_mark(outcome, y) for outcome in outcomes if outcome.event == event]
    told = f"The best evening of {seconds:g} s each; the line before it begins at the average evening."
    parts.append(f'  <text class="quiet" x="20" y="{height - 16}">{told}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _title(outcomes: Sequence[Outcome]) -> str:
    reached: dict[str, list[float]] = {}
    for outcome in outcomes:
        reached.setdefault(outcome.method, []).append(outcome.met / outcome.limit)
    told = (f"{name} {min(shares):.1%} to {max(shares):.1%}" for name, shares in reached.items())
    return f"People met, of those that could be met: {', '.join(told)}"


def _legend(number: int, name: str) -> str:
    x = 24 + (0, 120, 270, 460)[number]
    return f'  <g class="m{number}">{_shape(number, x, 58)}</g><text x="{x + 14}" y="63">{name}</text>'


def _tick(share: float, bottom: int) -> str:
    x, kind = _across(share), "limit" if share == 1 else "grid"
    words = "limit" if share == 1 else f"{share:.0%}"
    return (
        f'  <path class="{kind}" d="M{x:.1f} {_TOP - 8}V{bottom}"/>'
        f'<text class="quiet middle" x="{x:.1f}" y="{bottom + 20}">{words}</text>'
    )


def _mark(outcome: Outcome, y: int) -> str:
    number = list(METHODS).index(outcome.method)
    y += 12 * number - 8
    x, once = (_across(met / outcome.limit) for met in (outcome.met, outcome.once))
    tail = f'<path class="tail" d="M{once:.1f} {y}H{x:.1f}"/>' if x - once > 1 else ""
    told = f"<title>{outcome.method}: {outcome.met:.2f} of {outcome.limit:.2f}</title>"
    return f'  <g class="m{number}">{told}{tail}{_shape(number, x, y)}</g>'


def _shape(number: int, x: float, y: float) -> str:
    match number:
        case 0:
            path = f"M{x - 5:.1f} {y - 5}h10v10h-10z"
        case 1:
            path = f"M{x:.1f} {y - 6}l6 11h-12z"
        case 2:
            path = f"M{x:.1f} {y - 7}l6 7l-6 7l-6 -7z"
        case _:
            return f'<circle class="mark" cx="{x:.1f}" cy="{y}" r="6.5"/>'
    return f'<path class="mark" d="{path}"/>'


def _across(share: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (max(share, _LEAST) - _LEAST) / (1 - _LEAST)


if __name__ == "__main__":
    main(sys.argv[1:])

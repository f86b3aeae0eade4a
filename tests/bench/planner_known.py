"""Rounds without any repeat, beside the most that anybody has published: row by row, within a time each.

  ./run bench planner-known
  ./run bench planner-known --only equal --seconds 0.05
  ./run bench planner-known --ahead --only unequal --json OUT

tests/bench/known_best.csv has, for people and rooms ("18x5+3x4" are eighteen of five and three of four), the
most rounds known in which nobody meets anybody twice: from Miller, Barr, Kavanagh, Valkov and Purchase
(Symmetry 13(1) 13, 2021), Miller, Valkov and Abel (Symmetry 18(2) 269, 2026), the schedules published beside
them, OEIS A107431 and the tables that began at Dagstuhl. A row is reached when as many rounds are planned in
time; with --ahead one round more is tried, too, where no bound forbids it.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rotation import Person, Problem, improve, repeat_free_rounds
from tests.bench.planner import keeps, warm_up
from tests.rotation.recount import pairs_of

KNOWN = Path(__file__).with_name("known_best.csv")
EQUAL_SECONDS, UNEQUAL_SECONDS = 0.05, 0.5


@dataclass(frozen=True, slots=True)
class Row:
    people: int
    rooms: str
    rounds: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """The size of every room, largest first."""
        told = (part.split("x") for part in self.rooms.split("+"))
        return tuple(sorted((int(size) for many, size in told for _ in range(int(many))), reverse=True))

    @property
    def equal(self) -> bool:
        return len(set(self.sizes)) == 1


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one row: the repeats left, -1 if no plan came in time, and the seconds used."""

    people: int
    rooms: str
    known: int
    rounds: int
    repeats: int
    seconds: float
    strategy: str


def known_rows() -> Iterator[Row]:
    """All rows, by number of people."""
    with KNOWN.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Row(int(row["people"]), row["rooms"], int(row["rounds"]))


def fewest_repeats(row: Row, rounds: int, seconds: float, seed: int, clock: Callable[[], float]) -> Found:
    """Plan so many rounds until nothing repeats or the time is up. What comes late does not count."""
    people = tuple(Person(str(number)) for number in range(row.people))
    least, strategy, used, begun = -1, "", 0.0, clock()
    for planned in improve(Problem(people, (row.sizes,) * rounds), seed):
        used = clock() - begun
        if used > seconds and (least >= 0 or not keeps(used, seconds)):
            break
        held = [[list(map(int, group)) for group in seating.groups] for seating in planned.plan.seatings]
        met = list(pairs_of(held))
        least, strategy = len(met) - len(set(met)), planned.strategy
        if least == 0 or used > seconds:
            break
    return Found(row.people, row.rooms, row.rounds, rounds, least, used, strategy)


def main(arguments: list[str]) -> None:
    """Try the rows asked for; print those missed and those surpassed."""
    asked = _parser().parse_args(arguments)
    clock = time.process_time if asked.processor else time.perf_counter
    out = sys.stderr if asked.json == "-" else sys.stdout
    warm_up()
    rows = [row for row in known_rows() if row.people <= asked.most and _asked_for(row, asked.only)]
    reached: list[Found] = []
    ahead: list[Found] = []
    for row in rows:
        seconds = asked.seconds or (EQUAL_SECONDS if row.equal else UNEQUAL_SECONDS)
        reached.append(fewest_repeats(row, row.rounds, seconds, asked.seed, clock))
        if reached[-1].repeats:
            print(_told("missed", reached[-1]), file=out, flush=True)
        if asked.ahead and repeat_free_rounds(row.people, row.sizes) > row.rounds:
            further = fewest_repeats(row, row.rounds + 1, asked.seconds or UNEQUAL_SECONDS, asked.seed, clock)
            if further.repeats == 0:
                ahead.append(further)
                print(_told("ahead", further), file=out, flush=True)
    missed = sum(found.repeats != 0 for found in reached)
    print(f"{len(rows)} rows: {len(rows) - missed} reached, {missed} missed, {len(ahead)} ahead", file=out)
    if asked.json:
        text = json.dumps({"reached": [asdict(f) for f in reached], "ahead": [asdict(f) for f in ahead]})
        if asked.json == "-":
            print(text)
        else:
            Path(asked.json).write_text(text + "\n", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run bench planner-known",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--seconds", type=float, metavar="S", help=f"{EQUAL_SECONDS} for equal rooms, else {UNEQUAL_SECONDS}"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", metavar="PART", help="equal, unequal, or rooms such as 5x5")
    parser.add_argument("--most", type=int, default=150, metavar="N", help="people, at most (default: 150)")
    parser.add_argument("--ahead", action="store_true", help="try one round more than is known, too")
    parser.add_argument("--processor", action="store_true", help="count processor time: for a busy machine")
    parser.add_argument("--json", default="", metavar="OUT", help="a file for all numbers; - is the output")
    return parser


def _asked_for(row: Row, only: str) -> bool:
    match only:
        case "" | "equal" | "unequal":
            return not only or row.equal == (only == "equal")
    return only == row.rooms


def _told(what: str, found: Found) -> str:
    left = "no plan" if found.repeats < 0 else f"{found.repeats or 'no'} repeats"
    return (
        f"{what:7} {found.people:4} in {found.rooms:16} {found.rounds:3} rounds (known {found.known}): "
        f"{left} after {found.seconds * 1000:.0f} ms, {found.strategy or 'nothing'}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

"""Which of the publicly known numbers of rounds without repeats the exact designs reach, and which they miss.

    python -m tests.bench.planner_designs [unequal]

Lists the rows of `known_best.csv` with up to 150 people that are missed, or take longer than 50 ms of
processor time, and those that are beaten.
"""

from __future__ import annotations

import sys
import time

from rotation.designs import construct
from tests.bench.planner_known import known_rows

MOST_PEOPLE = 150
SECONDS = 0.05


def main() -> None:
    unequal = "unequal" in sys.argv
    rows = [row for row in known_rows() if row.people <= MOST_PEOPLE and row.equal != unequal]
    missed = ahead = 0
    for row in rows:
        start = time.process_time()
        reached = len(construct(row.people, row.sizes, row.rounds))
        spent = time.process_time() - start
        further = len(construct(row.people, row.sizes, row.rounds + 1)) if reached == row.rounds else 0
        late = reached < row.rounds or spent > SECONDS
        missed, ahead = missed + late, ahead + (further > row.rounds)
        if late or further > row.rounds:
            verdict = "missed" if late else "ahead"
            found = f"{max(reached, further)} of {row.rounds} rounds, {1000 * spent:.0f} ms"
            print(f"{verdict}: {row.people} people in {row.rooms}: {found}")
    print(f"{len(rows)} rows, {missed} missed, {ahead} beaten")


if __name__ == "__main__":
    main()

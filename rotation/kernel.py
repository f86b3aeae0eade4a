"""The inner loop: swap two people of one round, keep the swap if it is good, or sometimes although it is bad.

A Metropolis search at a constant low temperature (Metropolis et al., J. Chem. Phys. 21, 1953) over the seats
of all rounds. Someone who repeats a meeting is picked, then tried against the people of the other rooms of
that round until a swap is accepted. Costs are whole numbers, acceptance thresholds come from a table and
chance from `rotation.chance`, so both loops give the same plans: `compiled.py` with `native/swaps.c`
where that was built, and `swapping.py` in plain Python, some fifty times slower.

Few tries are accepted (about one in 200 in a tight problem), so a try has to be cheap: what a person would
cost in each room of each round (`join`) and saves by leaving their own (`leave`) is kept up to date, and a
try is three look-ups whatever the room size. An accepted swap costs O(people + room size * rounds).

`Seats` say who may take which place, and who moves together. Plans that become themselves when everybody
moves on by one are another search's: `rotation.bases`.

Memory is O(people^2 + people * rooms * rounds): up to about 1,500 people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rotation.chance import Chance
from rotation.compiled import CompiledLoop
from rotation.costs import REST, SMALL, Costs
from rotation.layout import Layout, Rooms, Seats
from rotation.native import library
from rotation.swapping import PlainLoop

__all__ = ["Rooms", "Search", "Seats"]


class Search:
    """A plan being improved. `run` searches on; `best` is the cheapest plan seen, `best_cost` its cost.

    Costs are relative: 0 is the cost of the plan the search started from. The same start, seed and tries give
    the same plan, with the compiled loop and without (`native=False`).
    """

    def __init__(
        self,
        rounds: Sequence[Rooms],
        kinds: Sequence[Sequence[int]],
        costs: Costs,
        seed: int,
        seats: Seats | None = None,
        native: bool = True,
    ) -> None:
        """`kinds[r][room]` says what sort of room it is (`rotation.costs.kinds`).

        Whoever is away in a round is in none of its rooms.
        """
        layout = Layout(rounds, kinds, costs, seats or Seats())
        self.people = layout.people
        compiled = library() if native else None
        state = Chance(seed).state
        self._loop = CompiledLoop(compiled, layout, state) if compiled else PlainLoop(layout, state)
        self.restart(rounds)

    def restart(self, rounds: Sequence[Rooms], tender: Collection[int] = (), fairness: int = 1) -> None:
        """Go on from another plan; costs are relative to it from now on.

        Repeats of the `tender` people cost half as much again; smaller rooms weigh `fairness` times as much.
        """
        self._loop.restart(rounds, sorted(tender), (0, SMALL * fairness, REST))

    def run(self, tries: int, temperature: int) -> None:
        """Search for about that many tries; an accepted swap counts as the many tries it costs.

        `temperature` is in hundredths of one repeat.
        """
        self._loop.run(tries, temperature)

    @property
    def best(self) -> list[list[list[int]]]:
        """The cheapest plan seen: for each round its rooms and, last, who rests."""
        return self._loop.best

    @property
    def current(self) -> list[list[list[int]]]:
        """The plan as it is now."""
        return self._loop.current

    @property
    def calm(self) -> bool:
        """In the current plan no meeting costs anything."""
        return self._loop.calm

    @property
    def cost(self) -> int:
        return self._loop.cost

    @property
    def best_cost(self) -> int:
        return self._loop.best_cost

    @property
    def tries(self) -> int:
        return self._loop.tries

    @property
    def swaps(self) -> int:
        return self._loop.swaps

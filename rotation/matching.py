"""One round of pairs, as cheap as any can be: a matching of least weight instead of a search.

For a live round when nearly everyone has met: a search would have to be lucky. Edmonds' blossom algorithm
(Galil, ACM Computing Surveys 18, 1986) as in networkx, which is loaded by the first call because that takes
longer than most plans. O(people**3): 2 ms for 20 people, 30 ms for 100.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import combinations

from rotation.costs import APART, SMALL
from rotation.task import Task

Price = Callable[[int, int], int | None]
"""What it costs when two people meet, the lower position first; None when they must not."""

_MOST_PEOPLE = 150
# Trios tried when somebody is left over, and the people they are of: all for up to eight people.
_TRIOS = 60
_CANDIDATES = 24


def match_pairs(task: Task) -> Iterator[None]:
    """The strategy for a problem of one round of pairs, when a new pair may still be missing: one slice."""
    rounds, people = task.problem.rounds, task.people
    if (
        task.places
        or len(rounds) != 1
        or people > _MOST_PEOPLE
        or (task.best and task.best.certificate.optimal)
    ):
        return
    sizes = sorted(rounds[0])
    if sum(sizes) < people or sizes[:-1] != [2] * (len(sizes) - 1) or sizes[-1] != 2 + people % 2:
        return
    once_more, start, small = task.costs.once_more, task.costs.start, task.costs.small

    def price(a: int, b: int) -> int | None:
        cost = once_more[start.get(a * people + b, 0)]
        return cost if cost < APART else None

    found = pair_up(range(people), price, {who: SMALL * (2 * small[who] + 1) for who in range(people)})
    if found is not None:
        trio, *pairs = found
        pairs.insert(rounds[0].index(sizes[-1]), trio)
        task.offer([[*pairs, []]], "matching")
    yield


def pair_up(
    people: Sequence[int], price: Price, thanks: Mapping[int, int] | None = None
) -> list[list[int]] | None:
    """Everyone in pairs at the least price in all; when they are odd in number, the first room is a trio.

    `thanks`: what is saved when someone sits in the trio. None when there is no such round; for an odd number
    above eight, when none was found.

    >>> met = {(0, 1), (2, 3), (0, 2)}
    >>> pair_up(range(4), lambda a, b: int((a, b) in met))
    [[0, 3], [1, 2]]
    """
    people = sorted(people)
    prices = {both: cost for both in combinations(people, 2) if (cost := price(*both)) is not None}
    if len(people) % 2 == 0:
        return _matching(people, prices)
    best: list[list[int]] | None = None
    least = 0
    # No rest of a round is cheaper than this.
    floor = min(0, *prices.values(), 0) * (len(people) - 3) // 2
    for cost, trio in _trios(people, prices, thanks or {}):
        if best is not None and cost + floor >= least:
            break
        pairs = _matching([person for person in people if person not in trio], prices)
        if pairs is None:
            continue
        total = cost + sum(prices[a, b] for a, b in pairs)
        if best is None or total < least:
            best, least = [list(trio), *pairs], total
    return best


def _trios(
    people: Sequence[int], prices: Mapping[tuple[int, int], int], thanks: Mapping[int, int]
) -> list[tuple[int, tuple[int, int, int]]]:
    """Some trios who may meet, the cheapest first, of those who are due to be in one."""
    due = sorted(people, key=lambda person: -thanks.get(person, 0))[:_CANDIDATES]
    return nsmallest(
        _TRIOS,
        (
            (
                prices[a, b] + prices[a, c] + prices[b, c] - sum(thanks.get(who, 0) for who in (a, b, c)),
                (a, b, c),
            )
            for a, b, c in combinations(sorted(due), 3)
            if (a, b) in prices and (a, c) in prices and (b, c) in prices
        ),
    )


def _matching(people: Sequence[int], prices: Mapping[tuple[int, int], int]) -> list[list[int]] | None:
    import networkx as nx  # type: ignore[import-untyped]

    here = set(people)
    dearest = max(prices.values(), default=0)
    graph = nx.Graph()
    graph.add_weighted_edges_from(
        (a, b, dearest - cost) for (a, b), cost in prices.items() if a in here and b in here
    )
    found = sorted(sorted(both) for both in nx.max_weight_matching(graph, maxcardinality=True))
    return found if 2 * len(found) == len(people) else None

"""Problems for tests: plain ones by size, and any at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations

from hypothesis import strategies as st

from rotation import Group, History, Pair, Person, Problem, Rules, pair, sizes


def problem(people: int, size: int, rounds: int) -> Problem:
    """That many people in rooms of about that size."""
    return Problem(tuple(Person(f"p{i}") for i in range(people)), (sizes(people, size),) * rounds)


def met_in(rounds: Iterable[Iterable[Group]]) -> History:
    """The meetings of rounds that were held, as history."""
    met: Counter[Pair] = Counter(
        pair(a, b) for groups in rounds for group in groups for a, b in combinations(group, 2)
    )
    return History(tuple((a, b, times) for (a, b), times in met.items()))


@st.composite
def problems(draw: st.DrawFn, most: int = 14, most_rounds: int = 5) -> Problem:
    """Any problem: rooms of all sizes, benches, a few people apart, meetings and benches of the past."""
    people = draw(st.integers(0, most))
    ids = [f"p{i}" for i in range(people)]
    rounds = tuple(draw(st.lists(_rooms(people), max_size=most_rounds)))
    pairs = st.sampled_from(list(combinations(ids, 2)))
    # Three couples at most, and only with enough rooms to keep them apart.
    apart = draw(st.sets(pairs, max_size=3)) if people > 6 and all(len(of) > 3 for of in rounds) else set()
    met = draw(st.lists(st.tuples(pairs, st.integers(1, 3)), max_size=10)) if people > 1 else []
    benched = draw(st.lists(st.tuples(st.sampled_from(ids), st.integers(1, 3)), max_size=4)) if ids else []
    return Problem(
        tuple(map(Person, ids)),
        rounds,
        Rules(frozenset(apart)),
        History(tuple((a, b, times) for (a, b), times in met), tuple(benched), tuple(benched[:2])),
    )


@st.composite
def _rooms(draw: st.DrawFn, people: int) -> tuple[int, ...]:
    rooms: list[int] = []
    left = draw(st.sampled_from([people, people, max(people - 1, 0), people // 2]))
    largest = draw(st.integers(2, 5))
    while left >= 2:
        size = min(left, draw(st.integers(2, largest)))
        size += 1 if left - size == 1 else 0
        rooms.append(size)
        left -= size
    return tuple(rooms)

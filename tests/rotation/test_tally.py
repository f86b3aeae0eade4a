"""What is counted of a plan is what is there, with and without C."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from rotation.tally import Book, Tally

PEOPLE = 9


@st.composite
def seated(draw: st.DrawFn) -> list[list[list[int]]]:
    """Rounds of rooms, not everyone in each."""
    rounds = []
    for _ in range(draw(st.integers(0, 6))):
        people = draw(st.permutations(list(range(PEOPLE))))
        rooms: list[list[int]] = []
        while people and draw(st.integers(0, 5)) > 0:
            size = draw(st.integers(1, 4))
            rooms.append(list(people[:size]))
            people = people[size:]
        rounds.append(rooms)
    return rounds


keys = st.sampled_from([a * PEOPLE + b for a, b in combinations(range(PEOPLE), 2)])


def counted(rounds: list[list[list[int]]], past: dict[int, int], united: set[int], cap: int) -> Tally:
    """The same from the definitions alone."""
    times = Counter(
        a * PEOPLE + b for rooms in rounds for room in rooms for a, b in combinations(sorted(room), 2)
    )
    new = [divmod(key, PEOPLE) for key in times if key not in past]
    over = uneven = 0
    for key, many in times.items():
        for before in range(past.get(key, 0), past.get(key, 0) + many):
            over += before >= cap and key not in united
            uneven += before if key not in united else 0
    met = [sum(person in both for both in new) for person in range(PEOPLE)]
    return Tally(met, times.total(), len(new), over, uneven, max(times.values(), default=0))


@settings(deadline=None, max_examples=100)
@given(seated(), st.dictionaries(keys, st.integers(1, 3)), st.sets(keys, max_size=4), st.integers(1, 4))
def test_a_tally_is_what_the_definitions_say(
    rounds: list[list[list[int]]], past: dict[int, int], united: set[int], cap: int
) -> None:
    book = Book(PEOPLE, past, united, cap)
    assert book.tally(rounds, native=False) == counted(rounds, past, united, cap)
    assert book.tally(rounds) == counted(rounds, past, united, cap)


def test_nobody_has_nothing_to_count() -> None:
    assert Book(0, {}, set(), 1).tally([[]]) == Tally([], 0, 0, 0, 0, 0)

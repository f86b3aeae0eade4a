"""Rules about roles, rooms and company become places; the first plan keeps them from the start."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rotation import Nonsense, Person, Problem, Rules, Template, check
from rotation.chance import Chance
from rotation.costs import costs
from rotation.places import Places, every_place, places
from rotation.plan import Plan, Seating
from rotation.score import Yardstick
from rotation.seating import fill, seat


def posed(
    count: int, *rounds: tuple[int, ...], mentors: int = 0, template: Template | None = None, **rules: Any
) -> Problem:
    people = tuple(Person(f"p{i}", "mentor" if i < mentors else "mentee") for i in range(count))
    return Problem(people, rounds, Rules(**rules), templates=(template,) * len(rounds) if template else ())


def bound(problem: Problem) -> Places:
    found = places(problem)
    assert found is not None
    return found


def seated(problem: Problem, seed: int = 1) -> Plan:
    """The first plan alone, without any search."""
    of, yardstick = every_place(problem), Yardstick(problem)
    rounds = of.undress(seat(of, problem.rounds, costs(yardstick, of), Chance(seed)))
    ids = problem.ids
    return Plan(
        tuple(
            Seating(
                tuple(tuple(ids[p] for p in room) for room in rooms[:-1]), tuple(ids[p] for p in rooms[-1])
            )
            for rooms in rounds
        )
    )


def test_problems_without_such_rules_need_no_places() -> None:
    assert (
        places(posed(8, (4, 4), apart=frozenset({("p0", "p1")}), at_most=2, meet=frozenset({("p2", "p3")})))
        is None
    )


def test_places_of_a_pattern_admit_its_roles() -> None:
    found = bound(posed(6, (3, 3), mentors=2, template=Template(exactly=(("mentor", 1),))))
    mentor, mentee = found.kinds[0], found.kinds[5]
    assert found.masks[0][0] == (mentor, mentee, mentee)
    at_least = bound(posed(6, (3, 3), mentors=3, template=Template(at_least=(("mentor", 1),))))
    assert at_least.masks[0][0] == (mentor, mentor | mentee, mentor | mentee)


def test_whoever_wants_three_fits_no_pair() -> None:
    found = bound(posed(7, (3, 2, 2), at_least_three=frozenset({"p3"})))
    assert all(not mask & found.kinds[3] for room in found.masks[0][1:3] for mask in room)
    assert all(mask & found.kinds[3] for mask in found.masks[0][0])


def test_hosts_and_those_who_stay_have_a_place_for_good() -> None:
    hosts, stays = frozenset({("p7", 2)}), frozenset({"p0", "p1"})
    found = bound(posed(8, *[(4, 4)] * 3, hosts=hosts, stays=stays, apart=frozenset({("p0", "p1")})))
    assert all(7 in rooms[1] for rooms in found.taken)
    homes = [{person: room for room, held in enumerate(rooms) for person in held} for rooms in found.taken]
    assert homes[0] == homes[1] == homes[2]
    assert homes[0][0] != homes[0][1]
    assert [room.count(0) for room in found.masks[0]] == [len(held) for held in found.taken[0]]


def test_whoever_is_kept_together_with_a_host_has_the_hosts_room() -> None:
    together = frozenset({frozenset({"p0", "p1"}), frozenset({"p1", "p2"})})
    found = bound(posed(8, (4, 4), (4, 4), hosts=frozenset({("p0", 2)}), together=together))
    assert found.units == ((0, 1, 2),)
    assert [set(rooms[1]) for rooms in found.taken] == [{0, 1, 2}] * 2


def test_rooms_that_have_to_differ_are_seated_like_people() -> None:
    found = bound(posed(6, (3, 3), (3, 3), rooms_differ=True, hosts=frozenset({("p0", 1)})))
    assert (found.people, found.rooms) == (6, 2)
    assert found.taken[0] == ((0, 6), (7,), ())
    assert found.roaming == (1, 2, 3, 4, 5)
    dressed = found.dress([[[1, 0, 2], [3, 4, 5], []]] * 2)
    assert dressed == [[[0, 6, 1, 2], [7, 3, 4, 5], []]] * 2
    assert found.undress(dressed) == [[[0, 1, 2], [3, 4, 5], []]] * 2


def test_a_round_that_does_not_fit_is_not_dressed() -> None:
    found = bound(posed(6, (3, 3), mentors=2, template=Template(exactly=(("mentor", 1),))))
    assert found.dress([[[0, 2, 3], [1, 4, 5], []]]) == [[[0, 2, 3], [1, 4, 5], []]]
    assert found.dress([[[3, 2, 0], [1, 4, 5], []]]) == [[[0, 3, 2], [1, 4, 5], []]]
    assert found.dress([[[0, 1, 3], [2, 4, 5], []]]) is None
    host = bound(posed(4, (2, 2), hosts=frozenset({("p0", 1)})))
    assert host.dress([[[1, 2], [0, 3], []]]) is None


@given(
    st.dictionaries(st.sampled_from([1, 2, 4]), st.integers(0, 5)),
    st.dictionaries(st.integers(1, 7), st.integers(1, 4), max_size=4),
)
def test_places_are_filled_when_and_only_when_they_can_be(
    supply: dict[int, int], wanted: dict[int, int]
) -> None:
    found = fill(supply, wanted)
    # Hall's condition: for every set of kinds of place, as many people who fit one of them.
    masks = list(wanted)
    possible = all(
        sum(wanted[mask] for i, mask in enumerate(masks) if some >> i & 1)
        <= sum(
            many
            for kind, many in supply.items()
            if any(kind & mask for i, mask in enumerate(masks) if some >> i & 1)
        )
        for some in range(1 << len(masks))
    )
    assert (found is not None) == possible
    if found is not None:
        used, taken = Counter[int](), Counter[int]()
        for (kind, mask), many in found.items():
            assert kind & mask and many > 0
            used[kind] += many
            taken[mask] += many
        assert taken == wanted
        assert all(many <= supply[kind] for kind, many in used.items())


CASES = {
    "mentors and mentees": posed(
        30, *[(3,) * 6 + (2,) * 6] * 3, mentors=18, template=Template(at_least=(("mentor", 1), ("mentee", 1)))
    ),
    "rooms of one role": posed(16, *[(4,) * 4] * 3, mentors=8, template=Template(same_role=True)),
    "units": posed(
        20,
        *[(4,) * 5] * 3,
        together=frozenset(
            {
                frozenset({"p0", "p1", "p2"}),
                frozenset({"p3", "p4", "p5"}),
                frozenset({"p6", "p7"}),
                frozenset({"p8", "p9"}),
            }
        ),
    ),
    "hosts, stays and pins": posed(
        20,
        *[(4,) * 5] * 3,
        hosts=frozenset({("p0", 5)}),
        stays=frozenset({"p1", "p2"}),
        pins=frozenset({("p3", 2, 5)}),
    ),
    "away": posed(20, (4, 4, 4, 4), (5,) * 4, away=frozenset((f"p{i}", 1) for i in range(4))),
    "three or more": posed(9, *[(3, 2, 2, 2)] * 3, at_least_three=frozenset({"p0", "p1", "p2"})),
    "benches": posed(14, *[(4, 4, 4)] * 3, mentors=4, template=Template(exactly=(("mentor", 1),))),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_plan_keeps_the_rules_from_the_start(name: str) -> None:
    for seed in range(1, 6):
        assert check(CASES[name], seated(CASES[name], seed)) == ()


def test_the_first_plan_brings_those_together_who_wish_to_meet() -> None:
    wishes = frozenset((f"p{i}", f"p{i + 20}") for i in range(20))
    problem = posed(40, *[(4,) * 10] * 3, meet=wishes)
    assert check(problem, seated(problem)) == ()


def test_the_first_plan_avoids_repeats_where_that_is_easy() -> None:
    """It promises no more than that: one in some two hundred leaves a pair for the search to part."""
    problem = posed(60, *[(3,) * 20] * 4, mentors=20, template=Template(exactly=(("mentor", 1),)), at_most=1)
    faults = [check(problem, seated(problem, seed)) for seed in range(20)]
    assert sum(map(bool, faults)) <= 1
    assert max(map(len, faults)) <= 1


def test_units_that_fit_no_room_are_refused() -> None:
    trios = frozenset(frozenset(f"p{3 * i + j}" for j in range(3)) for i in range(4))
    with pytest.raises(Nonsense) as refused:
        seated(posed(15, (5, 5, 5), together=trios))
    assert refused.value.code == "cannot-keep-together"


def test_more_roles_than_can_be_told_apart_are_refused() -> None:
    people = tuple(Person(f"p{i}", f"role {i // 2}") for i in range(70))
    with pytest.raises(Nonsense) as refused:
        every_place(Problem(people, ((2,) * 35,), templates=(Template(same_role=True),)))
    assert refused.value.code == "too-many-roles"

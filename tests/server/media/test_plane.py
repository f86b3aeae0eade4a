"""What every media plane promises, whatever carries the packets."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rooms.effects import Edge
from server.media.fake import FakePlane
from server.media.plane import (
    Connected,
    Drained,
    FirstMedia,
    NotOpen,
    Plane,
    PlaneEvent,
    StaleCutover,
    Switched,
    TooFewSlots,
)

E = "e1"


def rooms(*groups: str) -> frozenset[Edge]:
    """Edges among the letters of each group: rooms("ab", "cd")."""
    return frozenset(edge for group in groups for edge in permutations(group, 2))


async def open_all(plane: Plane, people: Iterable[str], slots: int = 3) -> None:
    for who in people:
        await plane.open(E, who, slots)
        await plane.answer(E, who, "answer")


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def plane(clock: list[float]) -> FakePlane:
    return FakePlane(now=lambda: clock[0])


@pytest.fixture
def heard(plane: FakePlane) -> list[PlaneEvent]:
    events: list[PlaneEvent] = []
    plane.listen(events.append)
    return events


def reached(plane: FakePlane, source: str) -> set[str]:
    return {who for who, _ in plane.send(E, source, "audio")}


async def test_only_the_people_of_a_room_receive_each_other(plane: FakePlane) -> None:
    await open_all(plane, "abcd")
    await plane.apply(E, 1, rooms("ab", "cd"))
    assert [reached(plane, who) for who in "abcd"] == [{"b"}, {"a"}, {"d"}, {"c"}]


async def test_before_the_first_cutover_nobody_receives_anybody(plane: FakePlane) -> None:
    await open_all(plane, "ab")
    assert reached(plane, "a") == set()


async def test_edges_have_a_direction(plane: FakePlane) -> None:
    await open_all(plane, "ab")
    await plane.apply(E, 1, [("a", "b")])
    assert reached(plane, "a") == {"b"} and reached(plane, "b") == set()


async def test_a_partner_who_stays_keeps_the_slot(plane: FakePlane) -> None:
    await open_all(plane, "abcd")
    before = (await plane.apply(E, 1, rooms("abc")))["a"]
    after = (await plane.apply(E, 2, rooms("acd")))["a"]
    assert {slot for slot, who in before.items() if who == "c"} == {
        s for s, who in after.items() if who == "c"
    }
    assert set(after.values()) == {"c", "d"}


async def test_preparing_changes_nothing_that_is_seen(plane: FakePlane) -> None:
    await open_all(plane, "abc")
    await plane.apply(E, 1, rooms("ab"))
    await plane.prepare(E, 2, rooms("ac"), at=5_000)
    assert reached(plane, "a") == {"b"}
    await plane.apply(E, 2, rooms("ac"))
    assert reached(plane, "a") == {"c"}


async def test_a_stale_cutover_is_refused_and_changes_nothing(plane: FakePlane) -> None:
    await open_all(plane, "abc")
    await plane.apply(E, 3, rooms("ab"))
    for cutover in (2, 3):
        with pytest.raises(StaleCutover):
            await plane.apply(E, cutover, rooms("ac"))
        with pytest.raises(StaleCutover):
            await plane.prepare(E, cutover, rooms("ac"), at=0)
    assert reached(plane, "a") == {"b"}


async def test_the_last_cutover_may_be_repeated(plane: FakePlane) -> None:
    await open_all(plane, "ab")
    first = await plane.apply(E, 1, rooms("ab"))
    assert await plane.apply(E, 1, rooms("ab")) == first


async def test_a_switch_happens_whole_or_not_at_all(plane: FakePlane) -> None:
    await open_all(plane, "abcde", slots=2)
    before = await plane.apply(E, 1, rooms("ab", "cd"))
    with pytest.raises(TooFewSlots):
        await plane.apply(E, 2, rooms("abcd"))
    assert reached(plane, "a") == {"b"} and reached(plane, "c") == {"d"}
    assert (await plane.stats(E)).cutover == 1
    assert await plane.apply(E, 1, rooms("ab", "cd")) == before


async def test_opening_twice_gives_the_same_offer(plane: FakePlane) -> None:
    assert await plane.open(E, "a", 3) == await plane.open(E, "a", 3)
    assert (await plane.stats(E)).participants == 1


async def test_who_connects_mid_round_sees_their_room_at_once(plane: FakePlane) -> None:
    await open_all(plane, "ab")
    await plane.apply(E, 1, rooms("abc"))
    assert set((await plane.open(E, "c", 3)).slots.values()) == {"a", "b"}
    assert reached(plane, "a") == {"b"}  # not yet connected
    await plane.answer(E, "c", "answer")
    assert reached(plane, "a") == {"b", "c"}


async def test_who_closes_receives_and_sends_nothing(plane: FakePlane) -> None:
    await open_all(plane, "abc")
    await plane.apply(E, 1, rooms("abc"))
    await plane.close(E, "b", "left")
    await plane.close(E, "b", "left")
    assert reached(plane, "a") == {"c"} and reached(plane, "b") == set()


async def test_everyone_but_the_host_receives_a_broadcast_besides_their_room(plane: FakePlane) -> None:
    await open_all(plane, "abh")
    await plane.apply(E, 1, rooms("ab"))
    await plane.broadcast(E, "h")
    assert reached(plane, "h") == {"a", "b"} and reached(plane, "a") == {"b"}
    await plane.apply(E, 2, rooms("ah"))
    assert reached(plane, "h") == {"a", "b"}
    await plane.broadcast(E, None)
    assert reached(plane, "h") == {"a"}


async def test_a_closed_gate_lets_nothing_of_its_kind_through(plane: FakePlane) -> None:
    await open_all(plane, "ab")
    await plane.apply(E, 1, rooms("ab"))
    await plane.gate(E, "a", "audio", False)
    assert plane.send(E, "a", "audio") == [] and len(plane.send(E, "a", "video")) == 1
    await plane.gate(E, "a", "audio", True)
    assert len(plane.send(E, "a", "audio")) == 1


async def test_who_never_opened_cannot_be_answered_or_gated(plane: FakePlane) -> None:
    with pytest.raises(NotOpen):
        await plane.answer(E, "a", "answer")
    with pytest.raises(NotOpen):
        await plane.gate(E, "a", "audio", False)


async def test_events_do_not_hear_each_other(plane: FakePlane) -> None:
    await open_all(plane, "ab")
    await plane.open("e2", "b", 3)
    await plane.answer("e2", "b", "answer")
    await plane.apply(E, 1, rooms("ab"))
    assert plane.send("e2", "b", "audio") == []


async def test_it_tells_of_connections_first_media_and_each_switched_slot(
    plane: FakePlane, clock: list[float], heard: list[PlaneEvent]
) -> None:
    await open_all(plane, "ab")
    clock[0] = 100.0
    await plane.apply(E, 1, rooms("ab"))
    clock[0] = 123.0
    plane.send(E, "a", "video")
    plane.send(E, "a", "video")
    for who in "ab":
        await plane.close(E, who, "left")
    assert heard == [
        Connected(E, "a"),
        Connected(E, "b"),
        FirstMedia(E, "a", "video"),
        Switched(E, "b", 1, 1, 23.0),
        Drained(E),
    ]


PEOPLE = "abcdefgh"


class Churn(RuleBasedStateMachine):
    """People come and go while rooms turn: no packet is ever seen outside the current edges."""

    def __init__(self) -> None:
        super().__init__()
        self.plane = FakePlane(now=lambda: 0.0)
        self.connected: set[str] = set()
        self.edges: frozenset[Edge] = frozenset()
        self.cutover = 0

    @rule(who=st.sampled_from(PEOPLE))
    def come(self, who: str) -> None:
        run(self.plane.open(E, who, 3))
        run(self.plane.answer(E, who, "answer"))
        self.connected.add(who)

    @rule(who=st.sampled_from(PEOPLE))
    def go(self, who: str) -> None:
        run(self.plane.close(E, who, "left"))
        self.connected.discard(who)

    @rule(order=st.permutations(PEOPLE), size=st.sampled_from([2, 3, 4]))
    def turn(self, order: list[str], size: int) -> None:
        self.cutover += 1
        self.edges = rooms(*("".join(order[at : at + size]) for at in range(0, len(order), size)))
        run(self.plane.apply(E, self.cutover, self.edges))

    @invariant()
    def every_packet_follows_an_edge_and_every_edge_is_followed(self) -> None:
        for source in PEOPLE:
            found = {who for who, _ in self.plane.send(E, source, "audio")}
            wanted = {to for sender, to in self.edges if sender == source and {source, to} <= self.connected}
            assert found == wanted


def run(step: Any) -> None:
    """A fake plane's coroutine never waits."""
    with pytest.raises(StopIteration):
        step.send(None)


Churn.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestChurn = Churn.TestCase

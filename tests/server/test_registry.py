"""Which events are in memory: found once, kept while needed, let go at rest."""

from __future__ import annotations

import asyncio

import pytest

from rooms.commands import CreateEvent, SetTopic, StartRound
from rooms.decide import Refused
from rooms.model import By
from server import protocol
from server.journal import Entry, JournalFailed
from server.journal_memory import MemoryJournal
from server.registry import REST_SECONDS
from tests.server.house import EVENT, MINUTES, ORGANISER, House, guest, story


@story
async def test_a_new_event_is_in_the_journal_before_anyone_has_it() -> None:
    house = House()
    actor = await house.event()
    assert [type(fact).__name__ for fact in house.journal.stored[EVENT][0].facts] == ["EventCreated"]
    assert actor.event.title == "Mixer" and actor.seq == 2
    assert house.registry.live()[EVENT] is actor
    await house.close()


@story
async def test_an_id_is_given_to_one_event_only() -> None:
    house = House()
    await house.event()
    second = await house.registry.create(CreateEvent(EVENT, "Other"), ORGANISER)
    assert isinstance(second, Refused) and second.code == "exists"
    assert house.actor.event.title == "Mixer"
    await house.close()


@story
async def test_a_guest_cannot_create_events() -> None:
    house = House()
    refused = await house.registry.create(CreateEvent(EVENT, "Mine"), By("participant", "p1"))
    assert isinstance(refused, Refused) and refused.code == "not-allowed"
    assert house.journal.stored == {}
    await house.close()


@story
async def test_an_event_that_was_never_made_is_not_found() -> None:
    house = House()
    assert await house.registry.find("nothing") is None
    assert not house.registry.live()
    await house.close()


class Counting(MemoryJournal):
    reads = 0

    async def read(self, event: str, after: int = 0) -> list[Entry]:
        self.reads += 1
        await asyncio.sleep(1)
        return await super().read(event, after)


@story
async def test_many_who_look_for_an_event_at_once_share_one_reading_of_its_journal() -> None:
    house = House()
    await house.event()
    await house.close()
    journal = Counting(house.journal.stored)
    again = House(journal=journal)
    found = await asyncio.gather(*(again.registry.find(EVENT) for _ in range(20)))
    assert journal.reads == 1
    assert len(set(map(id, found))) == 1 and found[0] is not None
    await again.close()


@story
async def test_an_event_at_rest_leaves_memory_and_comes_back_as_it_was() -> None:
    house = House()
    await house.registry.start()
    await house.event(2)
    before = house.actor.event
    await asyncio.sleep(2 * REST_SECONDS)
    assert not house.registry.live()
    actor = await house.registry.find(EVENT)
    assert actor is not None and actor.event == before
    await house.close()


@story
async def test_an_event_with_a_connection_or_a_running_round_stays() -> None:
    house = House()
    await house.registry.start()
    await house.event(2)
    for number in (1, 2):
        await house.join(number)
    lines = [house.line(guest(1)), house.line(guest(2))]
    await asyncio.sleep(2 * REST_SECONDS)
    assert EVENT in house.registry.live()
    await house.done(StartRound(1, now=True))
    for line in lines:
        line.lose()
    await asyncio.sleep(MINUTES * 60 - 5)
    assert EVENT in house.registry.live()
    await asyncio.sleep(24 * 3600)
    assert EVENT not in house.registry.live()
    await house.close()


@story
async def test_after_a_restart_events_under_way_go_on_without_anybody_asking() -> None:
    house = House()
    await house.event(2, rounds=1)
    for number in (1, 2):
        await house.join(number)
    await house.done(StartRound(1))
    await house.close()
    again = House(house.journal.stored)
    await again.registry.start()
    await asyncio.sleep(11)
    assert again.actor.event.round is not None and again.actor.event.round.state == "running"
    await again.close()


@story
async def test_a_closing_registry_finishes_what_was_asked_and_refuses_what_comes_later() -> None:
    house = House()
    actor = await house.event()
    asked = [asyncio.ensure_future(actor.do(SetTopic(1, f"Topic {n}"), ORGANISER)) for n in range(5)]
    await asyncio.sleep(0)
    await house.registry.close()
    assert all(isinstance(answer, protocol.Done) for answer in await asyncio.gather(*asked))
    assert len(house.journal.stored[EVENT]) == 7
    late = await actor.do(SetTopic(1, "Late"), ORGANISER)
    assert isinstance(late, protocol.Refusal) and late.code == "restarting"
    assert not house.registry.live()


class Unreadable(MemoryJournal):
    async def read(self, event: str, after: int = 0) -> list[Entry]:
        raise JournalFailed("The disk is gone.")


@story
async def test_a_journal_that_cannot_be_read_is_an_error_and_not_an_empty_event() -> None:
    house = House(journal=Unreadable())
    with pytest.raises(JournalFailed):
        await house.registry.find(EVENT)
    line = house.line(guest(1))
    await house.settled()
    assert line.closed == (1011, "fault")
    await house.close()


class Damaged(MemoryJournal):
    """`damaged`: the first entry cannot be found."""

    damaged = False

    async def read(self, event: str, after: int = 0) -> list[Entry]:
        return (await super().read(event, after))[self.damaged :]


@story
async def test_an_event_that_cannot_be_followed_any_more_is_given_up_and_found_afresh() -> None:
    journal = Damaged()
    house = House(journal=journal)
    await house.event(2)
    for number in (1, 2):
        await house.join(number)
    lines = [house.line(guest(1)), house.line(guest(2))]
    await house.settled()
    journal.damaged = house.plane.broken = True
    await house.done(StartRound(1, now=True))
    await asyncio.sleep(1)
    assert [line.closed for line in lines] == [(1011, "fault")] * 2
    assert not house.registry.live()
    journal.damaged = house.plane.broken = False
    again = house.line(guest(1))
    await house.settled()
    assert again.view["clock"]["state"] == "running"
    await house.close()


@story
async def test_one_event_that_cannot_be_replayed_keeps_no_other_from_starting() -> None:
    house = House()
    await house.event()
    await house.registry.create(CreateEvent("e2", "Other"), ORGANISER)
    await house.close()
    stored = house.journal.stored
    stored[EVENT] = stored[EVENT][1:]
    again = House(stored)
    await again.registry.start()
    assert list(again.registry.live()) == ["e2"]
    line = again.line(guest(1))
    await again.settled()
    assert line.closed == (1011, "fault")
    await again.close()

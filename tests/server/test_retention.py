"""Events are deleted when their time is over, and not before."""

from __future__ import annotations

import asyncio

from rooms.commands import AddPeople, CreateEvent
from rooms.model import By, Newcomer
from server.actor import EventActor, Surroundings
from server.journal_memory import MemoryJournal
from server.media.fake import FakePlane
from server.metrics import Metrics
from server.planning import InlinePlanner
from server.registry import Registry
from server.retention import DAY_MS, Retention
from server.tokens import Tokens
from tests.server.house import story

ORGANISER = By("organiser", "o1", "Maja Lund")


class Clock:
    now = 1_776_348_000_000.0

    def __call__(self) -> float:
        return self.now

    def days_pass(self, days: float) -> None:
        self.now += days * DAY_MS


async def kept(clock: Clock, journal: MemoryJournal, tokens: Tokens, days: int = 30) -> list[str]:
    """The events left after a sweep of a server that has just started and in which nobody looks at any."""
    registry = Registry(Surroundings(journal, InlinePlanner(), FakePlane(), Metrics(), clock))
    await Retention(days, registry, journal, tokens, clock).sweep()
    return await journal.events()


async def made(clock: Clock, journal: MemoryJournal, event: str, starts_at: int | None = None) -> None:
    registry = Registry(Surroundings(journal, InlinePlanner(), FakePlane(), Metrics(), clock))
    actor = await registry.create(CreateEvent(event, "Mixer", starts_at=starts_at), ORGANISER)
    assert isinstance(actor, EventActor)
    await actor.do(AddPeople((Newcomer("a", "Ana"),)), ORGANISER)
    await registry.close()


async def test_an_event_is_kept_for_its_days_and_then_deleted_with_its_links() -> None:
    clock, journal = Clock(), MemoryJournal()
    tokens = await Tokens.open(journal, lambda: 0.0)
    await made(clock, journal, "e1")
    _, secret = await tokens.make_link("e1", "participant", "a", 0)
    clock.days_pass(29.9)
    assert await kept(clock, journal, tokens) == ["e1"]
    clock.days_pass(0.2)
    assert await kept(clock, journal, tokens) == []
    assert tokens.link_of(secret) is None


async def test_the_days_are_counted_from_an_event_that_is_still_to_come() -> None:
    clock, journal = Clock(), MemoryJournal()
    tokens = await Tokens.open(journal, lambda: 0.0)
    await made(clock, journal, "e1", starts_at=int(clock.now + 90 * DAY_MS))
    clock.days_pass(100)
    assert await kept(clock, journal, tokens) == ["e1"]
    clock.days_pass(21)
    assert await kept(clock, journal, tokens) == []


async def test_an_event_in_memory_is_left_alone() -> None:
    clock, journal = Clock(), MemoryJournal()
    tokens = await Tokens.open(journal, lambda: 0.0)
    await made(clock, journal, "e1")
    clock.days_pass(100)
    registry = Registry(Surroundings(journal, InlinePlanner(), FakePlane(), Metrics(), clock))
    assert await registry.find("e1") is not None
    await Retention(30, registry, journal, tokens, clock).sweep()
    assert await journal.events() == ["e1"]
    await registry.close()


@story
async def test_a_server_that_was_started_again_deletes_what_is_due_before_long() -> None:
    clock, journal = Clock(), MemoryJournal()
    tokens = await Tokens.open(journal, lambda: 0.0)
    await made(clock, journal, "e1")
    clock.days_pass(31)
    registry = Registry(Surroundings(journal, InlinePlanner(), FakePlane(), Metrics(), clock))
    await registry.start()
    retention = Retention(30, registry, journal, tokens, clock)
    retention.start()
    await asyncio.sleep(1800)
    assert await journal.events() == []
    await retention.close()
    await registry.close()


async def test_an_event_that_cannot_be_replayed_keeps_no_other_from_its_turn() -> None:
    clock, journal = Clock(), MemoryJournal()
    tokens = await Tokens.open(journal, lambda: 0.0)
    for event in ("a", "b", "c"):
        await made(clock, journal, event)
    journal.stored["b"] = journal.stored["b"][1:]
    clock.days_pass(31)
    assert await kept(clock, journal, tokens) == ["b"]


async def test_another_server_may_keep_events_for_longer() -> None:
    clock, journal = Clock(), MemoryJournal()
    tokens = await Tokens.open(journal, lambda: 0.0)
    await made(clock, journal, "e1")
    clock.days_pass(40)
    assert await kept(clock, journal, tokens, days=60) == ["e1"]

"""Facts make the state."""

from __future__ import annotations

import pytest

from rooms.evolve import evolve, replay
from rooms.facts import EventCreated, EventOpened


def test_an_event_begins_with_its_creation() -> None:
    with pytest.raises(ValueError, match="begins with EventCreated"):
        evolve(None, EventOpened(at=1))
    with pytest.raises(ValueError, match="there is none"):
        replay([])


def test_the_state_knows_the_time_of_its_newest_fact() -> None:
    created = EventCreated(
        at=5, event="e", title="E", zone="UTC", starts_at=None, rounds=(), manual=False, rate=1, seed=0
    )
    event = replay([created, EventOpened(at=9)])
    assert (event.created_at, event.at, event.phase) == (5, 9, "open")

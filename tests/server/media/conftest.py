"""A forwarding unit, and what takes a second of processor time, made once."""

from collections.abc import AsyncIterator

import pytest

from server.media import takes
from server.media.sfu.unit import Unit


@pytest.fixture
async def unit() -> AsyncIterator[Unit]:
    unit = Unit("127.0.0.1")
    unit.start()
    yield unit
    await unit.stop()


@pytest.fixture(scope="session")
def guest_take() -> takes.Take:
    return takes.guest(0)

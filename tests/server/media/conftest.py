"""What takes a second of processor time, made once."""

import pytest

from server.media import takes


@pytest.fixture(scope="session")
def guest_take() -> takes.Take:
    return takes.guest(0)

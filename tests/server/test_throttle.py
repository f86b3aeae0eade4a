"""Tries are counted by network, and by all together."""

from __future__ import annotations

import pytest

from server import throttle as module
from server.throttle import Throttle


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def tries(throttle: Throttle, address: str, most: int = 100) -> int:
    """How many are possible in a row."""
    for count in range(most):
        if not throttle.free(address):
            return count
        throttle.count(address)
    return most


def test_one_address_has_its_tries_and_gets_them_back_with_time() -> None:
    clock = Clock()
    throttle = Throttle(6, 1_000, clock)
    assert tries(throttle, "192.0.2.1") == 6
    assert tries(throttle, "192.0.2.2") == 6
    clock.now += 30
    assert tries(throttle, "192.0.2.1") == 3
    clock.now += 3_600
    assert tries(throttle, "192.0.2.1") == 6


def test_all_addresses_together_have_a_limit_too() -> None:
    throttle = Throttle(5, 12, Clock())
    assert [tries(throttle, f"192.0.2.{host}") for host in range(4)] == [5, 5, 2, 0]


def test_one_ipv6_network_counts_as_one_address() -> None:
    throttle = Throttle(3, 1_000, Clock())
    assert tries(throttle, "2001:db8::1") == 3
    assert tries(throttle, "2001:db8::ffff:2") == 0
    assert tries(throttle, "2001:db8:0:1::1") == 3


def test_looking_costs_nothing() -> None:
    throttle = Throttle(1, 10, Clock())
    assert all(throttle.free("192.0.2.1") for _ in range(50))


def test_only_so_many_addresses_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    throttle = Throttle(1, 1_000, Clock())
    for host in (1, 2, 3):
        throttle.count(f"192.0.2.{host}")
    assert [throttle.free(f"192.0.2.{host}") for host in (1, 2, 3)] == [True, False, False]


def test_a_try_that_is_taken_back_is_free_again_but_never_more_than_that() -> None:
    throttle = Throttle(3, 4, Clock())
    assert tries(throttle, "192.0.2.1") == 3
    for _ in range(9):
        throttle.take_back("192.0.2.1")
    throttle.take_back("192.0.2.9")
    assert tries(throttle, "192.0.2.1") == 3
    assert tries(throttle, "192.0.2.2") == 1

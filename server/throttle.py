"""How often something may be tried, by one address and by all together."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

REMEMBERED = 10_000  # addresses; the one not seen for longest goes first


class Allowance:
    """So many tries a minute, saved up to a minute's worth."""

    __slots__ = ("_at", "_left", "_minute")

    def __init__(self, minute: float, now: float) -> None:
        self._minute = self._left = minute
        self._at = now

    def left(self, now: float) -> float:
        self._left = min(self._minute, self._left + (now - self._at) * self._minute / 60)
        self._at = now
        return self._left

    def use(self, now: float) -> None:
        self._left = self.left(now) - 1

    def give_back(self) -> None:
        self._left = min(self._minute, self._left + 1)


class Throttle:
    """`each` and `everyone` are tries a minute; `seconds` is a clock that never goes back."""

    def __init__(self, each: float, everyone: float, seconds: Callable[[], float]) -> None:
        self._each, self._seconds = each, seconds
        self._everyone = Allowance(everyone, seconds())
        self._addresses: dict[str, Allowance] = {}

    def free(self, address: str) -> bool:
        """Whether another try is possible now. Costs nothing."""
        now = self._seconds()
        known = self._addresses.get(network(address))
        return self._everyone.left(now) >= 1 and (known is None or known.left(now) >= 1)

    def count(self, address: str) -> None:
        """A try was made."""
        now = self._seconds()
        self._everyone.use(now)
        whose = network(address)
        allowance = self._addresses.pop(whose, None) or Allowance(self._each, now)
        allowance.use(now)
        self._addresses[whose] = allowance
        if len(self._addresses) > REMEMBERED:
            del self._addresses[next(iter(self._addresses))]

    def take_back(self, address: str) -> None:
        """A try that was counted turned out to be somebody's good right."""
        self._everyone.give_back()
        known = self._addresses.get(network(address))
        if known is not None:
            known.give_back()


def network(address: str) -> str:
    """Whoever has one IPv6 address has all of its /64.

    >>> network("2001:db8::1:2"), network("192.0.2.7"), network("")
    ('2001:db8::/64', '192.0.2.7', '')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((address, 64), strict=False)) if parsed.version == 6 else address

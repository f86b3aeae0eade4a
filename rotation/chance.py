"""Chance that any language can reproduce: the same seed gives the same plan everywhere.

A 64-bit linear congruential generator (Knuth's MMIX constants), of which only the upper bits are used,
started by SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) so that neighbouring seeds have nothing in common.
"""

from __future__ import annotations

from typing import TypeVar

MASK = (1 << 64) - 1
MULTIPLIER = 6364136223846793005
INCREMENT = 1442695040888963407

Thing = TypeVar("Thing")


def scramble(seed: int) -> int:
    """SplitMix64: any integer to 64 well mixed bits."""
    z = (seed + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


class Chance:
    """A stream of numbers from a seed. Not for secrets."""

    __slots__ = ("state",)

    def __init__(self, seed: int) -> None:
        self.state = scramble(seed)

    def below(self, limit: int) -> int:
        """An integer from 0 up to, not including, `limit`, which is at most 2**31."""
        self.state = (self.state * MULTIPLIER + INCREMENT) & MASK
        return ((self.state >> 32) * limit) >> 32

    def fork(self) -> int:
        """A seed for another stream."""
        self.state = (self.state * MULTIPLIER + INCREMENT) & MASK
        return scramble(self.state)

    def shuffle(self, things: list[Thing]) -> None:
        """Put the list in a random order, in place."""
        state = self.state
        for i in range(len(things) - 1, 0, -1):
            state = (state * MULTIPLIER + INCREMENT) & MASK
            j = ((state >> 32) * (i + 1)) >> 32
            things[i], things[j] = things[j], things[i]
        self.state = state

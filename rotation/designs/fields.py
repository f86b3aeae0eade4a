"""Finite fields, and products of them, as far as designs need them: adding and multiplying small elements.

An element of GF(p^e) is the integer whose digits to base p are the coefficients of a polynomial. An element
of a product of fields is the mixed-radix integer of its parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import product


def prime_powers(number: int) -> list[tuple[int, int]]:
    """The prime powers (p, e) of which the number is made, smallest p**e first; [] for 1.

    >>> prime_powers(360)
    [(5, 1), (2, 3), (3, 2)]
    """
    powers, p = [], 2
    while number > 1:
        e = 0
        while number % p == 0:
            number, e = number // p, e + 1
        if e:
            powers.append((p, e))
        p += 1
    return sorted(powers, key=lambda power: power[0] ** power[1])


@dataclass(frozen=True, slots=True)
class Field:
    """GF(p^e). `modulus`: an irreducible polynomial below its leading 1, lowest coefficient first."""

    p: int
    e: int
    modulus: tuple[int, ...]

    @property
    def order(self) -> int:
        return int(self.p**self.e)

    def add(self, a: int, b: int) -> int:
        if self.e == 1:
            return (a + b) % self.p
        if self.p == 2:
            return a ^ b
        return self._number([(x + y) % self.p for x, y in zip(self._digits(a), self._digits(b), strict=True)])

    def powers(self) -> list[int]:
        """1, w, w^2, ...: all elements but 0, as powers of a generator of the multiplicative group."""
        for generator in range(1, self.order):
            table = [1]
            while (following := self.multiply(table[-1], generator)) > 1:
                table.append(following)
            if len(table) == self.order - 1:
                return table
        raise AssertionError("every field has a generator")

    def negative(self, a: int) -> int:
        """What added to a gives 0."""
        return self._number([-x % self.p for x in self._digits(a)])

    def sums(self, a: int) -> list[int]:
        """a + b for every b in order, digit by digit."""
        if self.p == 2:
            return [a ^ b for b in range(self.order)]
        found, unit = [0], 1
        for digit in self._digits(a):
            added = [(digit + b) % self.p * unit for b in range(self.p)]
            found = [low + high for high in added for low in found]
            unit *= self.p
        return found

    def multiply(self, a: int, b: int) -> int:
        if self.e == 1:
            return a * b % self.p
        result = [0] * self.e
        for digit in reversed(self._digits(a)):
            carry = result[-1]
            result = [0, *result[:-1]]
            result = [
                (r - carry * m + digit * d) % self.p
                for r, m, d in zip(result, self.modulus, self._digits(b), strict=True)
            ]
        return self._number(result)

    def _digits(self, a: int) -> list[int]:
        digits = []
        for _ in range(self.e):
            a, digit = divmod(a, self.p)
            digits.append(digit)
        return digits

    def _number(self, digits: list[int]) -> int:
        return reduce(lambda number, digit: number * self.p + digit, reversed(digits), 0)


def field(p: int, e: int) -> Field:
    """The field of p^e elements. Its polynomial is found by trying: quick for p^e up to 10^4."""
    if e == 1:
        return Field(p, 1, (0,))
    for coefficients in product(range(p), repeat=e):
        if _is_irreducible(coefficients, p):
            return Field(p, e, coefficients)
    raise AssertionError("every degree has an irreducible polynomial")


def _is_irreducible(coefficients: tuple[int, ...], p: int) -> bool:
    """Whether no polynomial of at most half the degree divides x^e + coefficients."""
    polynomial = [*coefficients, 1]
    return all(
        any(_remainder(polynomial, [*divisor, 1], p))
        for degree in range(1, len(coefficients) // 2 + 1)
        for divisor in product(range(p), repeat=degree)
    )


def _remainder(polynomial: list[int], divisor: list[int], p: int) -> list[int]:
    """What division by a polynomial with leading coefficient 1 leaves; lowest coefficients first."""
    left = polynomial.copy()
    for shift in range(len(left) - len(divisor), -1, -1):
        factor = left[shift + len(divisor) - 1]
        for i, coefficient in enumerate(divisor):
            left[shift + i] = (left[shift + i] - factor * coefficient) % p
    return left[: len(divisor) - 1]

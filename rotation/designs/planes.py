"""Sets of points that every line of a plane meets in nobody, or in one room: everyone meets everyone once.

Two points of an affine plane lie on one line; lines of one slope share no point. So a set of points that each
line meets in 0 or k points is seated in rooms of k, a round for every slope.

- R. H. F. Denniston (Some maximal arcs in finite projective planes, J. Combin. Theory 6, 1969): q a power of
  2, the points where an irreducible quadratic form takes values in an additive group of k elements.
  7 rooms of 4, 13 of 4, 25 of 4, 15 of 8.
- The Hermitian unital (R. C. Bose, On the application of finite projective geometry, Calcutta Math. Soc.,
  1959): y^r + y = x^(r+1) over a field of r^2 elements. The lines of a slope meet it in 0, r + 1 or 1 points;
  these last points, with the one at infinity, make one more room. 13 rooms of 5, 21 of 6.
"""

from __future__ import annotations

from rotation.designs.fields import Field, field, prime_powers

Round = list[list[int]]
Point = tuple[int, int]


def arc(rooms: int, size: int, rounds: int) -> list[Round]:
    """Up to q + 1 rounds, where rooms * size = q * size - q + size; [] when these are no powers of 2."""
    q, left = divmod(rooms * size - size, max(size - 1, 1))
    if left or size < 4 or q <= size or not all(_power_of_two(number) for number in (size, q)):
        return []
    plane = field(2, q.bit_length() - 1)
    powers = plane.powers()
    log = {power: i for i, power in enumerate(powers)}
    square = [plane.multiply(x, x) for x in range(q)]
    # x^2 + xy + ty^2 is irreducible when x^2 + x + t has no root. Elements below `size` are a group.
    t = next(t for t in range(q) if all(square[x] ^ x ^ t for x in range(q)))
    scaled = [plane.multiply(t, square[y]) for y in range(q)]
    points = [
        (x, y)
        for x in range(q)
        for y in range(q)
        if square[x] ^ scaled[y] ^ (powers[(log[x] + log[y]) % (q - 1)] if x and y else 0) < size
    ]
    return [list(_lines(plane, points, slope)) for slope in range(min(rounds, q))] + (
        [_columns(points)] if rounds > q else []
    )


def unital(rooms: int, size: int, rounds: int) -> list[Round]:
    """Up to r^2 rounds for r^3 + 1 people in rooms of r + 1; [] when r is no prime power."""
    r = size - 1
    powers = prime_powers(r)
    if r < 2 or len(powers) != 1 or rooms * size != r**3 + 1:
        return []
    plane = field(powers[0][0], 2 * powers[0][1])
    norm, trace = [], []
    for x in range(plane.order):
        conjugate = 1
        for _ in range(r):
            conjugate = plane.multiply(conjugate, x)
        norm.append(plane.multiply(conjugate, x))
        trace.append(plane.add(conjugate, x))
    points = [(x, y) for x in range(plane.order) for y in range(plane.order) if trace[y] == norm[x]]
    plan = []
    for slope in range(min(rounds, r * r)):
        lines = _lines(plane, points, slope)
        touching = [p for line in lines if len(line) == 1 for p in line]
        plan.append([line for line in lines if len(line) > 1] + [[*touching, len(points)]])
    return plan


def _lines(plane: Field, points: list[Point], slope: int) -> list[list[int]]:
    """The points, by number, on each line of a slope that meets them: y - slope * x is the same for all."""
    lines: dict[int, list[int]] = {}
    climbed = [plane.sums(plane.multiply(plane.negative(slope), x)) for x in range(plane.order)]
    for number, (x, y) in enumerate(points):
        lines.setdefault(climbed[x][y], []).append(number)
    return list(lines.values())


def _columns(points: list[Point]) -> list[list[int]]:
    columns: dict[int, list[int]] = {}
    for number, (x, _) in enumerate(points):
        columns.setdefault(x, []).append(number)
    return list(columns.values())


def _power_of_two(number: int) -> bool:
    return number > 0 and number & (number - 1) == 0

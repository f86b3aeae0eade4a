"""Faces of simulated guests, drawn: a head with eyes that blink and a mouth that talks.

Everything is an ellipse, or the part of one between two heights, painted one over the other straight into
the planes of a picture (Y, U, V; the latter two at half the size), which is what a video encoder eats. Drawn
at twice the size, because scaling down is what smooths the edges. Lengths are in heights of the picture: x
from its middle, y from its top. No picture was downloaded and nobody was photographed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

RATE = 15  # pictures a second
WIDTH, HEIGHT = 384, 288
DRAWN = 2  # so many times as large
STILL_SECONDS, TALKING_SECONDS = 3.6, 1.6
SYLLABLES = 6  # of which one falls into every quarter of a second
FACES = 24  # then they begin anew

Planes = tuple[bytes, bytes, bytes]

# From the design's tokens: what shines in the dark, the rounds, the night, ink and paper.
GLOWS = ("F9BB45", "8EA5FD", "F789B1", "89DC80", "FCA169", "BF97F7", "6FD4B6", "E9C85E")
WALLS = ("045845", "072835", "495BD0", "8342C9", "AD5610", "317D2B", "BF2C70", "123C4A")
PAPERS = ("D5F1E7", "FDEFCF", "FEE6E5", "E8F0ED")
INK, WHITE, CHEEK, TONGUE = "0E2220", "FFFFFF", "FE8B85", "C52A33"
HAIRS = ("382000", "0E2220", "794805", "435652", "FDEFCF", "9E151B")
STYLES = ("short", "bob", "bun", "curls", "bald", "fringe")


@dataclass(frozen=True, slots=True)
class Colour:
    y: int
    u: int
    v: int


@cache
def colour(code: str) -> Colour:
    """RRGGBB as video has it (ITU-R BT.601, limited range)."""
    r, g, b = (int(code[i : i + 2], 16) / 255 for i in (0, 2, 4))
    luma = 0.299 * r + 0.587 * g + 0.114 * b
    return Colour(
        round(16 + 219 * luma), round(128 + 224 * (b - luma) / 1.772), round(128 + 224 * (r - luma) / 1.402)
    )


def mixed(a: str, b: str, part: float) -> str:
    """So much of b in a."""
    pairs = ((int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (0, 2, 4))
    return "".join(f"{round(x + (y - x) * part):02X}" for x, y in pairs)


@dataclass(frozen=True, slots=True)
class Shape:
    """An ellipse, of which only what is between `top` and `bottom` is painted. It must not be too wide."""

    x: float
    y: float
    rx: float
    ry: float
    code: str
    top: float = -1.0
    bottom: float = 2.0


class Canvas:
    """Planes to paint on, at DRAWN times the size of the picture."""

    def __init__(self, planes: Planes) -> None:
        self._y, self._u, self._v = map(bytearray, planes)

    def paint(self, shape: Shape) -> None:
        value = colour(shape.code)
        _fill([(self._y, _line(value.y))], WIDTH * DRAWN, HEIGHT * DRAWN, shape)
        _fill(
            [(self._u, _line(value.u)), (self._v, _line(value.v))],
            WIDTH * DRAWN // 2,
            HEIGHT * DRAWN // 2,
            shape,
        )

    def planes(self) -> Planes:
        return bytes(self._y), bytes(self._u), bytes(self._v)


@cache
def _line(value: int) -> bytes:
    return bytes([value]) * (WIDTH * DRAWN)


def _fill(planes: list[tuple[bytearray, bytes]], width: int, height: int, shape: Shape) -> None:
    """Row by row; each plane with bytes of its own. This is where the time goes."""
    x, y = shape.x * height + width / 2 + 0.5, shape.y * height - 0.5
    ry = shape.ry * height
    slant, square = shape.rx / shape.ry, ry * ry + 1e-6  # of which rounding makes no negative number
    first = max(math.ceil(y - ry), round(shape.top * height), 0)
    last = min(int(y + ry) + 1, round(shape.bottom * height), height)
    for row in range(first, last):
        half = slant * (square - (row - y) ** 2) ** 0.5
        begin, end = row * width + int(x - half), row * width + int(x + half)
        for plane, line in planes:
            plane[begin:end] = line[: end - begin]


# A face


@dataclass(frozen=True, slots=True)
class Face:
    """What makes one face another than the next."""

    head: str
    wall: str
    clothes: str
    hair: str
    style: str
    glasses: bool
    round: float  # how wide the head is for its height
    apart: float  # the eyes


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head is (heights of the picture), which way it looks, how open eyes and mouth are (0 … 1)."""

    x: float = 0.0
    y: float = 0.0
    turn: float = 0.0
    eyes: float = 1.0
    mouth: float = 0.0
    brows: float = 0.0


def face(number: int) -> Face:
    """The face of that number: each colour of a head comes three times, each time in other company."""
    number %= FACES
    turn, place = divmod(number, len(GLOWS))
    head = GLOWS[place]
    wall = WALLS[(place + 5 * turn + 3) % len(WALLS)]
    paper = PAPERS[(place + turn) % len(PAPERS)]
    return Face(
        head=mixed(head, WHITE, 0.12 + 0.1 * turn),
        wall=(wall, mixed(paper, head, 0.18), mixed(wall, WHITE, 0.45))[(place + turn + 2) % 3],
        clothes=WALLS[(place + turn + 4) % len(WALLS)] if turn % 2 else mixed(head, INK, 0.45),
        hair=HAIRS[(place * 5 + turn) % len(HAIRS)],
        style=STYLES[(place + 2 * turn) % len(STYLES)],
        glasses=(place + turn) % 4 == 1,
        round=(0.92, 1.0, 0.96)[(place + turn) % 3],
        apart=(0.082, 0.092, 0.076)[(number * 2) % 3],
    )


def still(face: Face) -> Iterator[Planes]:
    """Listening, for STILL_SECONDS; the end fits the beginning."""
    return _drawn(face, STILL_SECONDS, _listening)


def talking(face: Face) -> Iterator[Planes]:
    """Talking, for TALKING_SECONDS; begins and ends as `still` does."""
    return _drawn(face, TALKING_SECONDS, _speaking)


def _drawn(face: Face, seconds: float, pose: Callable[[float], Pose]) -> Iterator[Planes]:
    """`pose` is given how much of the time has passed, 0 to 1."""
    width, height = WIDTH * DRAWN, HEIGHT * DRAWN
    wall = colour(face.wall)
    plain = tuple(
        bytes([part]) * size
        for part, size in (
            (wall.y, width * height),
            (wall.u, width * height // 4),
            (wall.v, width * height // 4),
        )
    )
    empty = Canvas((plain[0], plain[1], plain[2]))
    empty.paint(Shape(0, 0.44, 0.56, 0.5, mixed(face.wall, WHITE, 0.1)))
    behind = empty.planes()
    count = round(seconds * RATE)
    for number in range(count):
        canvas = Canvas(behind)
        for shape in portrait(face, pose(number / count)):
            canvas.paint(shape)
        yield canvas.planes()


def _wave(part: float, times: int) -> float:
    return math.sin(2 * math.pi * times * part)


def _listening(part: float) -> Pose:
    """Sways a little, looks to one side for a while, nods once, blinks twice."""
    away = math.exp(-(((part - 0.42) / 0.13) ** 2))
    nod = math.exp(-(((part - 0.8) / 0.06) ** 2))
    blink = max(math.exp(-(((part - at) / 0.014) ** 2)) for at in (0.2, 0.67))
    return Pose(
        x=0.008 * _wave(part, 1) + 0.008 * away,
        y=0.004 * _wave(part, 2) + 0.016 * nod,
        turn=0.6 * away + 0.12 * _wave(part, 1),
        eyes=1 - blink,
        brows=0.5 * nod,
    )


def _speaking(part: float) -> Pose:
    """Some syllables, with a closed mouth at both ends."""
    swell = math.sin(math.pi * part) ** 0.5
    return Pose(
        x=0.008 * _wave(part, 1),
        y=0.006 * _wave(part, 2),
        turn=0.12 * _wave(part, 1) + 0.15 * _wave(part, 2),
        mouth=swell * (0.5 - 0.35 * math.cos(2 * math.pi * SYLLABLES * part)) if part else 0.0,
        brows=0.6 * swell,
    )


def portrait(face: Face, pose: Pose) -> Iterator[Shape]:
    """The person, from the back to the front."""
    rx, ry = 0.235 * face.round, 0.245
    x, y = pose.x, 0.43 + pose.y
    yield from _hair_behind(face, x, y, rx, ry)
    skin, shade = face.head, mixed(face.head, INK, 0.16)
    yield Shape(x / 2, y + 0.27, 0.075, 0.13, shade)
    yield Shape(0, 1.0, 0.4, 0.28, face.clothes)
    yield Shape(x / 2, 0.735, 0.098, 0.05, shade)
    for side in (-1, 1):
        yield Shape(x + side * rx * 0.99 - pose.turn * 0.012, y + 0.03, 0.03, 0.045, shade)
    yield Shape(x, y, rx, ry, skin)
    yield from _hair_before(face, x, y, rx, ry)
    yield from _features(face, pose, x + pose.turn * 0.045, y)


def _hair_behind(face: Face, x: float, y: float, rx: float, ry: float) -> Iterator[Shape]:
    match face.style:
        case "bob":
            yield Shape(x, y + 0.01, rx * 1.22, ry * 1.14, face.hair)
        case "bun":
            yield Shape(x, y - ry - 0.025, 0.085, 0.08, face.hair)
        case "curls":
            for step in range(-4, 5):
                angle = math.pi * step / 7.5
                yield Shape(
                    x + 1.02 * rx * math.sin(angle), y - 0.02 - ry * math.cos(angle), 0.082, 0.082, face.hair
                )


def _hair_before(face: Face, x: float, y: float, rx: float, ry: float) -> Iterator[Shape]:
    """A cap, and the forehead over it. What is left of the cap is the hair."""
    cap = Shape(x, y - 0.012, rx * 1.06, ry * 1.06, face.hair, bottom=y - 0.02)
    match face.style:
        case "short":
            yield cap
            yield Shape(x + 0.02, y + 0.05, rx * 0.95, ry * 0.83, face.head)
        case "bob" | "bun":
            yield cap
            for side in (-1, 1):
                yield Shape(x + side * 0.085, y + 0.065, rx * 0.66, ry * 0.84, face.head, bottom=y + 0.02)
        case "fringe":
            yield cap
            yield Shape(x, y + 0.12, rx * 1.01, ry * 0.88, face.head, bottom=y + 0.02)
        case "curls":
            yield Shape(x, y, rx * 1.01, ry * 1.01, face.hair, bottom=y - 0.1)
            yield Shape(x, y + 0.05, rx * 0.97, ry * 0.86, face.head, bottom=y)


def _features(face: Face, pose: Pose, x: float, y: float) -> Iterator[Shape]:
    dark = mixed(face.hair, INK, 0.6)
    for side in (-1, 1):
        eye, level = x + side * face.apart, y + 0.015
        if face.glasses:
            yield Shape(eye, level, 0.066, 0.062, INK)
            yield Shape(eye, level, 0.055, 0.051, mixed(face.head, WHITE, 0.35))
        yield Shape(eye, level, 0.024, max(0.034 * pose.eyes, 0.005), INK)
        if pose.eyes > 0.6:
            yield Shape(eye + 0.008, level - 0.012, 0.0075, 0.009, WHITE)
        yield Shape(eye, level - 0.075 - 0.014 * pose.brows, 0.038, 0.0085, dark)
        yield Shape(x + side * 0.135, y + 0.095, 0.036, 0.024, mixed(face.head, CHEEK, 0.4))
    if face.glasses:
        yield Shape(x, y + 0.005, face.apart - 0.055, 0.007, INK)
    yield Shape(x + pose.turn * 0.008, y + 0.06, 0.017, 0.02, mixed(face.head, INK, 0.14))
    yield from _mouth(face, pose, x, y + 0.125)


def _mouth(face: Face, pose: Pose, x: float, y: float) -> Iterator[Shape]:
    if pose.mouth < 0.12:
        yield Shape(x, y - 0.01, 0.075, 0.05, INK, top=y)
        yield Shape(x, y - 0.02, 0.075, 0.047, face.head, top=y - 0.01)
    else:
        open_ = 0.012 + 0.036 * pose.mouth
        yield Shape(x, y + 0.012, 0.058, open_, INK)
        yield Shape(x, y + 0.012 + open_ * 0.55, 0.034, open_ * 0.42, TONGUE)

"""Drawn faces: all different, inside their picture, and without a jerk where they begin anew."""

from __future__ import annotations

import pytest

from server.media import faces
from server.media.faces import FACES, HEIGHT, STILL_SECONDS, WIDTH, Pose, Shape, face, portrait

POSES = [Pose(), Pose(0.016, 0.024, 0.8, 0.0, 0.0, 1.0), Pose(-0.016, -0.01, -0.4, 1.0, 1.0, 0.6)]


def test_no_two_people_look_alike() -> None:
    assert len({face(number) for number in range(FACES)}) == FACES
    assert face(FACES) == face(0)


@pytest.mark.parametrize("number", range(FACES))
def test_nothing_is_wider_than_the_picture(number: int) -> None:
    """Painting does not look."""
    shapes = [shape for pose in POSES for shape in portrait(face(number), pose)]
    assert shapes
    assert [shape for shape in shapes if abs(shape.x) + shape.rx > WIDTH / HEIGHT / 2] == []


def test_what_is_above_or_below_the_picture_is_not_painted() -> None:
    size = WIDTH * HEIGHT * faces.DRAWN**2
    canvas = faces.Canvas((b"\x10" * size, b"\x80" * (size // 4), b"\x80" * (size // 4)))
    canvas.paint(Shape(0.0, 0.0, 0.1, 0.2, "FFFFFF"))
    canvas.paint(Shape(0.0, 1.0, 0.1, 0.1, "FFFFFF"))
    y, u, v = canvas.planes()
    assert (len(y), len(u), len(v)) == (size, size // 4, size // 4)
    height, width = HEIGHT * faces.DRAWN, WIDTH * faces.DRAWN
    painted = [row for row in range(height) if y[row * width + width // 2] == 235]
    assert painted == [*range(round(0.2 * height)), *range(round(0.9 * height), height)]


def test_whoever_talks_opens_their_mouth_and_shuts_it_at_the_end() -> None:
    mouths = [faces._speaking(part / 24).mouth for part in range(25)]
    assert mouths[0] == 0 and mouths[-1] < 0.05 and max(mouths) > 0.7


def test_a_loop_ends_as_it_begins_and_talking_begins_there_too() -> None:
    begin, end, talk = faces._listening(0.0), faces._listening(1.0), faces._speaking(0.0)
    for other in (end, talk):
        assert (begin.x, begin.y, begin.turn) == pytest.approx((other.x, other.y, other.turn), abs=1e-3)
    frames = round(STILL_SECONDS * faces.RATE)
    assert (
        max(abs(faces._listening((n + 1) / frames).x - faces._listening(n / frames).x) for n in range(frames))
        < 0.004
    )


def test_colours_are_as_video_has_them() -> None:
    assert faces.colour("FFFFFF") == faces.Colour(235, 128, 128)
    assert faces.colour("000000") == faces.Colour(16, 128, 128)
    assert faces.mixed("000000", "FFFFFF", 0.5) == "808080"

"""Room sizes for the people who are there. Never a room of one.

Which way to round: when `size` does not divide the number of people, rooms a little *smaller* than asked are
preferred, because everyone then talks more. But nobody is put in a pair who was promised a group: when
smaller rooms would mean a room of two (or of one, when pairs are asked for), rooms one *larger* are used
instead. Only when those would have to grow by two or more are pairs accepted: five in threes is 3 + 2.
"""

from __future__ import annotations

from rotation.model import Nonsense, RoomSizes


def sizes(n: int, size: int, *, at_least_three: bool = False) -> RoomSizes:
    """Rooms for all n people, about `size` in each, largest first; as even as can be.

    With `at_least_three` there is no room of two (unless only two people are there).
    One person alone gets no room.

    >>> sizes(13, 4), sizes(10, 3), sizes(5, 3), sizes(1, 4)
    ((4, 3, 3, 3), (4, 3, 3), (3, 2), ())
    >>> sizes(27, 2) == (3,) + 12 * (2,)
    True
    """
    _refuse(n, "people")
    if size < 2:
        raise Nonsense("room-too-small", "A room needs at least two people.")
    if n < 2:
        return ()
    wanted = max(size, 3) if at_least_three else size
    more, fewer = -(-n // wanted), n // wanted
    if n // more >= min(wanted, 3):
        return _even(n, more)
    if fewer and (-(-n // fewer) <= wanted + 1 or at_least_three):
        return _even(n, fewer)
    return _even(n, more)


def into_rooms(n: int, rooms: int) -> RoomSizes:
    """All n people in that many rooms, as evenly as can be, largest first.

    Fewer rooms when there are not two people for each.

    >>> into_rooms(10, 4), into_rooms(9, 4), into_rooms(5, 4)
    ((3, 3, 2, 2), (3, 2, 2, 2), (3, 2))
    """
    _refuse(n, "people")
    if rooms < 1:
        raise Nonsense("no-rooms", "There has to be at least one room.")
    return _even(n, min(rooms, n // 2))


def _refuse(n: int, what: str) -> None:
    if n < 0:
        raise Nonsense("negative-people", f"There cannot be {n} {what}.")


def _even(n: int, rooms: int) -> RoomSizes:
    if rooms == 0:
        return ()
    low, larger = divmod(n, rooms)
    return (low + 1,) * larger + (low,) * (rooms - larger)

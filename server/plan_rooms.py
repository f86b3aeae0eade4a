"""The rooms of each round for `intermingle plan`: from what was asked for, and who is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rotation import Person, RoomSizes, Template, into_rooms, sizes

USUAL_SIZE = 4
_GROUPS = {2: "pairs", 3: "threes", 4: "fours", 5: "fives", 6: "sixes", 7: "sevens", 8: "eights"}


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a round's rooms shall be like, whoever comes.

    One of `size`, people in a room, `rooms`, their number, and `exactly`, the rooms one by one; none of them
    leaves it to the template, or to the usual size.
    """

    size: int = 0
    rooms: int = 0
    exactly: RoomSizes = ()
    template: Template = field(default_factory=Template)
    at_least_three: bool = False


def room_sizes(pattern: Pattern, there: Sequence[Person]) -> RoomSizes:
    """Rooms for those who are there. Where a template leaves no place for them, some rest."""
    if pattern.exactly:
        return pattern.exactly
    if pattern.template.same_role:
        return _by_role(pattern, there)
    whole = sum(many for _, many in pattern.template.exactly)
    if whole > 1 and pattern.rooms == 0 and pattern.size in (0, whole):
        return (whole,) * _filled(pattern.template, there)
    return _any(pattern, len(there))


def for_fewer(pattern: Pattern, people: int) -> Pattern:
    """Rooms that were named one by one for more people: as many in proportion, evenly filled."""
    seats = sum(pattern.exactly)
    if seats <= people:
        return pattern
    return replace(pattern, exactly=into_rooms(people, max(1, round(len(pattern.exactly) * people / seats))))


def in_words(patterns: Sequence[Pattern], rounds: Sequence[RoomSizes]) -> str:
    """How to speak of these rooms: in fours, in 6 rooms, in rooms of 2 to 4."""
    asked = set(patterns)
    pattern = patterns[0] if len(asked) == 1 else Pattern()
    if pattern.rooms:
        made = len(rounds[0])
        return "in one room" if made == 1 else f"in {made} rooms"
    if pattern.size or (len(asked) == 1 and not pattern.exactly):
        return f"in {group(pattern.size or max(max(rounds, default=()), default=USUAL_SIZE))}"
    found = sorted({size for of in rounds for size in of})
    if len(found) == 1:
        return f"in {group(found[0])}"
    return f"in rooms of {found[0]} to {found[-1]}" if found else "without any room"


def group(size: int) -> str:
    """
    >>> group(4), group(11)
    ('fours', 'rooms of 11')
    """
    return _GROUPS.get(size, f"rooms of {size}")


def _any(pattern: Pattern, people: int) -> RoomSizes:
    if pattern.rooms:
        return into_rooms(people, pattern.rooms)
    return sizes(people, pattern.size or USUAL_SIZE, at_least_three=pattern.at_least_three)


def _by_role(pattern: Pattern, there: Sequence[Person]) -> RoomSizes:
    """Rooms for each role apart; who is the only one of a role rests."""
    size = pattern.size or (-(-len(there) // pattern.rooms) if pattern.rooms else USUAL_SIZE)
    roles = Counter(person.role for person in there)
    found = [each for many in roles.values() for each in sizes(many, max(size, 2))]
    return tuple(sorted(found, reverse=True))


def _filled(template: Template, there: Sequence[Person]) -> int:
    """How many rooms of exactly these roles the people can fill."""
    roles = Counter(person.role for person in there)
    return min(roles[role] // many for role, many in template.exactly if many)

"""What a new plan changes for people who may have seen the old one: who moves where, who has new company.

>>> from rotation.plan import Plan, Seating
>>> old = Plan((Seating((("ana", "ben"), ("cleo", "dan"))),))
>>> new = Plan((Seating((("ana", "ben"), ("cleo", "eve"))),))
>>> for change in changes(old, new).rounds[0]:
...     print(change.person, change.was, "→", change.now, "with", *change.gains, "without", *change.loses)
cleo 2 → 2 with eve without dan
dan 2 → None with without cleo
eve None → 2 with cleo without
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rotation.model import PersonId
from rotation.plan import Group, Plan, Seating

RESTS = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes different in one round for one person.

    `was` and `now` are numbers of rooms, from 1; RESTS for the bench, None for whoever is not in the plan.
    `gains` and `loses`: people who are company only now, or no longer.
    """

    person: PersonId
    was: int | None
    now: int | None
    gains: tuple[PersonId, ...]
    loses: tuple[PersonId, ...]

    @property
    def moves(self) -> bool:
        """In both plans, but not in the same room."""
        return self.was is not None and self.now is not None and self.was != self.now


@dataclass(frozen=True)
class Changes:
    """What becomes different, round by round; the rounds are those that both plans have."""

    rounds: tuple[tuple[Change, ...], ...]
    """In each round only those for whom something does, in order of their ids."""

    @cached_property
    def moves(self) -> tuple[int, ...]:
        """For each round how many change rooms; newcomers and those who have left do not count."""
        return tuple(sum(change.moves for change in of_round) for of_round in self.rounds)

    def __bool__(self) -> bool:
        return any(self.rounds)


def changes(before: Plan, after: Plan) -> Changes:
    """How two plans for the same rounds differ. O(people * rounds * room size)."""
    pairs = zip(before.seatings, after.seatings, strict=False)
    return Changes(tuple(_of_round(_places(old), _places(new)) for old, new in pairs))


def _of_round(
    old: Mapping[PersonId, tuple[int, Group]], new: Mapping[PersonId, tuple[int, Group]]
) -> tuple[Change, ...]:
    nowhere: tuple[None, Group] = (None, ())
    found = []
    for person in sorted(old.keys() | new.keys()):
        was, company = old.get(person, nowhere)
        now, others = new.get(person, nowhere)
        gains = tuple(sorted({*others} - {*company, person}))
        loses = tuple(sorted({*company} - {*others, person}))
        if was != now or gains or loses:
            found.append(Change(person, was, now, gains, loses))
    return tuple(found)


def _places(seating: Seating) -> dict[PersonId, tuple[int, Group]]:
    """Everyone's room and who is in it; whoever rests has no company."""
    places: dict[PersonId, tuple[int, Group]] = {person: (RESTS, ()) for person in seating.resting}
    for number, group in enumerate(seating.groups, start=1):
        for person in group:
            places[person] = number, group
    return places

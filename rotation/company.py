"""Who can share a room at all, where roles, hosts and hours of presence keep some from ever meeting.

People who are alike in these respects are of one sort, so this is a question about pairs of sorts, of which
there are few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rotation.model import Problem, RoomSizes, Template

_MOST_SORTS = 200
"""With more sorts than this everybody is taken to be able to meet everybody: a weaker bound, but true."""


@dataclass(frozen=True, slots=True)
class Sort:
    """What decides whom someone can meet."""

    role: str
    away: frozenset[int]
    """Rounds in which they are not there."""
    room: int
    """The room that they host in every round; 0 for none."""


@dataclass(frozen=True, slots=True)
class Company:
    """The sort of each person, by number, and which sorts can meet."""

    sort_of: Sequence[int]
    can_meet: Sequence[Sequence[bool]]

    def meet(self, a: int, b: int) -> bool:
        """Whether two people, given as positions, can share a room."""
        return self.can_meet[self.sort_of[a]][self.sort_of[b]]

    def numbers(self) -> list[int]:
        """For each person how many others they can share a room with."""
        people = Counter(self.sort_of)
        of_sort = [
            sum(people[other] for other, can in enumerate(row) if can) - row[sort]
            for sort, row in enumerate(self.can_meet)
        ]
        return [of_sort[sort] for sort in self.sort_of]


def company(problem: Problem) -> Company | None:
    """Who can meet whom; None when nothing but being kept apart is in anyone's way."""
    rules = problem.rules
    hosts = dict(rules.hosts) if "hosts" not in rules.soft else {}
    if not (problem.templates or rules.away or hosts):
        return None
    away: dict[str, set[int]] = {}
    for who, number in rules.away:
        away.setdefault(who, set()).add(number)
    sorts: dict[Sort, int] = {}
    sort_of = []
    for person in problem.people:
        role = person.role if problem.templates else ""
        sort = Sort(role, frozenset(away.get(person.id, ())), hosts.get(person.id, 0))
        sort_of.append(sorts.setdefault(sort, len(sorts)))
    if len(sorts) > _MOST_SORTS:
        return None
    rounds = dict.fromkeys(
        (
            number if rules.away else 0,
            sizes,
            problem.templates[number - 1] if problem.templates else Template(),
        )
        for number, sizes in enumerate(problem.rounds, start=1)
    )
    return Company(sort_of, [[_can_meet(a, b, list(rounds)) for b in sorts] for a in sorts])


def _can_meet(a: Sort, b: Sort, rounds: Sequence[tuple[int, RoomSizes, Template]]) -> bool:
    if a.room and b.room and a.room != b.room:
        return False
    return any(
        number not in a.away
        and number not in b.away
        and _admits(template, a.role, b.role, max(sizes, default=0))
        for number, sizes, template in rounds
    )


def _admits(template: Template, one: str, other: str, size: int) -> bool:
    """Whether a room of a pattern has places for these two and for all the others it asks for."""
    if template.same_role and one != other:
        return False
    here = Counter((one, other))
    exactly, wanted = dict(template.exactly), Counter(dict(template.exactly + template.at_least))
    if any(many > exactly.get(role, many) for role, many in here.items()):
        return False
    return (wanted | here).total() <= size

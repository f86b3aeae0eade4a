"""What each place of each room admits: how rules about roles, rooms and company bind a search.

A rule becomes one of four things: a *kind* of person and a mask of kinds for each place (roles, "three or
more"), a place that is taken for good (hosts, stays, pins), a unit of people who move as one (together), or
one more member of every room: rooms in which nobody may be twice are seated like people who never move, whom
nobody may meet twice.

Rounds come in two shapes. *Plain*: rooms of people, as everywhere. *Dressed*: each room's people in the order
of its places and, when rooms have to differ, the room itself (position: people + its index) as its last
member.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from rotation.model import Nonsense, Problem, Template

Rounds = list[list[list[int]]]
T = TypeVar("T")
_MOST_KINDS = 30
_MOST_TRIES = 20_000


@dataclass(frozen=True)
class Places:
    """The places of a problem, people being positions."""

    kinds: tuple[int, ...]
    """The bit of each person's kind, and 0 for rooms that are seated like people."""
    masks: tuple[tuple[tuple[int, ...], ...], ...]
    """For each round, room and place: the kinds it admits; 0 is a place that is taken for good. The last
    room is the bench, which admits everyone."""
    taken: tuple[tuple[tuple[int, ...], ...], ...]
    """For each round and room: who has its first places for good."""
    units: tuple[tuple[int, ...], ...]
    """Who moves as one."""
    present: tuple[tuple[int, ...], ...]
    """Who is there in each round."""
    rooms: int
    """How many rooms are seated like people."""
    roaming: tuple[int, ...]
    """Whom that concerns: they are not to be in a room twice."""

    @property
    def people(self) -> int:
        """How many people there are."""
        return len(self.kinds) - self.rooms

    @property
    def free(self) -> bool:
        """Whether anyone who is there may have any place."""
        taken = any(mates for of_round in self.taken for mates in of_round)
        return not (self.units or taken) and len(set(self.kinds)) < 2

    @cached_property
    def bound(self) -> list[tuple[int, int]]:
        """Pairs whose meetings cost nothing, as they cannot be helped: units, and people who never move."""
        found = [(a, b) for unit in self.units for i, a in enumerate(unit) for b in unit[:i]]
        together = Counter(
            (a, b) for rooms in self.taken for room in rooms for i, a in enumerate(room) for b in room[:i]
        )
        found += [both for both, times in together.items() if times > 1]
        return found

    @cached_property
    def once(self) -> list[tuple[int, int]]:
        """(person, room seated like a person): those who should meet no more than once."""
        people = self.people
        return [(person, people + room) for room in range(self.rooms) for person in self.roaming]

    def dress(self, rounds: Rounds) -> Rounds | None:
        """The rounds with everyone in a place that admits them; None when there is none for someone."""
        dressed = []
        for taken, masks, rooms in zip(self.taken, self.masks, rounds, strict=True):
            ordered = []
            for number, mates in enumerate(rooms[:-1]):
                room = self._ordered(mates, taken[number], masks[number])
                if room is None:
                    return None
                ordered.append(room)
            dressed.append([*ordered, list(rooms[-1])])
        return dressed

    def admits(self, r: int, room: int, mates: Sequence[int]) -> bool:
        """Whether a room has a place for each of these people."""
        return self._ordered(mates, self.taken[r][room], self.masks[r][room]) is not None

    def undress(self, rounds: Rounds) -> Rounds:
        """The rounds in which only people are seated."""
        if not self.rooms:
            return rounds
        people = self.people
        return [[[person for person in room if person < people] for room in rooms] for rooms in rounds]

    def _ordered(self, mates: Sequence[int], taken: Sequence[int], masks: Sequence[int]) -> list[int] | None:
        waiting = [person for person in mates if person not in taken]
        if len(mates) - len(waiting) < sum(1 for person in taken if person < self.people):
            return None
        ordered = list(taken)
        for mask in masks[len(taken) :]:
            # Places that admit fewer kinds come first, and kinds that some place wants by name fit no other
            # better: whoever fits the first open place may have it.
            fitting = next((person for person in waiting if self.kinds[person] & mask), None)
            if fitting is None:
                return None
            waiting.remove(fitting)
            ordered.append(fitting)
        return None if waiting else ordered


def places(problem: Problem) -> Places | None:
    """The places of a problem; None when no hard rule needs them and anyone may have any place.

    Raises Nonsense when hosts, stays, pins or patterns leave no places to give (`cannot-keep-...`).
    """
    rules = problem.rules
    binding = (
        rules.together,
        rules.hosts,
        rules.stays,
        rules.pins,
        rules.away,
        rules.at_least_three,
        rules.rooms_differ,
        problem.templates,
    )
    return every_place(problem) if any(binding) else None


def every_place(problem: Problem) -> Places:
    """The same, when no rule needs them as well."""
    return _Places(problem).made()


class _Places:
    """Places being worked out: first kinds and units, then who stays where, then round by round."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.rules = problem, problem.rules
        self.position = {person: i for i, person in enumerate(problem.ids)}
        self.roles = [person.role for person in problem.people]
        self.wanting = {self.position[who] for who in self.rules.at_least_three if who in self.position}
        self.units = _units(problem, self.position)
        self.unit_of = {person: unit for unit in self.units for person in unit}
        self.apart = {(self.position[a], self.position[b]) for a, b in problem.apart}
        self.present = [
            tuple(self.position[who] for who in problem.present(number))
            for number in range(1, len(problem.rounds) + 1)
        ]
        self.room_of: list[dict[int, int]] = [{} for _ in problem.rounds]
        """For each round the room, by index, of everyone who has one there for good."""
        self.held: list[list[list[int]]] = [[[] for _ in sizes] for sizes in problem.rounds]
        """For each round and room: those people."""
        self._name_kinds()

    def made(self) -> Places:
        self._give_rooms()
        differ = self.rules.rooms_differ
        rooms = max(map(len, self.problem.rounds), default=0) if differ else 0
        people, masks, taken = len(self.roles), [], []
        # Most rounds are like the one before.
        known: dict[Hashable, list[tuple[int, ...]]] = {}
        for r, sizes in enumerate(self.problem.rounds):
            held = [tuple(sorted(mates)) for mates in self.held[r]]
            alike = sizes, self._template(r), tuple(held), self.present[r]
            if alike not in known:
                known[alike] = list(self._masks(r, held))
            of_round = known[alike]
            if differ:
                held = [(*mates, people + room) for room, mates in enumerate(held)]
                of_round = [(0, *of_room) for of_room in of_round]
            masks.append((*of_round, (self.everyone,) * (len(self.present[r]) - sum(sizes))))
            taken.append((*held, ()))
        settled = {who for of_round in self.room_of for who in of_round}
        return Places(
            kinds=(*self.kinds, *(0,) * rooms),
            masks=tuple(masks),
            taken=tuple(taken),
            units=self.units,
            present=tuple(self.present),
            rooms=rooms,
            roaming=tuple(who for who in range(people) if who not in settled) if differ else (),
        )

    def _name_kinds(self) -> None:
        """A bit for every kind of person that some place tells from others."""
        templates = self.problem.templates
        named = {role for each in templates for role, _ in each.exactly + each.at_least}
        if any(each.same_role for each in templates):
            named |= set(self.roles)
        wanting = self.wanting
        kind_of = [(role if role in named else None, who in wanting) for who, role in enumerate(self.roles)]
        names = sorted(set(kind_of), key=lambda kind: (kind[0] is None, kind[0] or "", kind[1]))
        if len(names) > _MOST_KINDS:
            raise Nonsense("too-many-roles", f"More than {_MOST_KINDS} roles cannot be told apart.")
        bit = {kind: 1 << i for i, kind in enumerate(names)}
        self.kinds = [bit[kind] for kind in kind_of]
        self.everyone = (1 << len(names)) - 1
        self.of_role: Counter[str] = Counter()
        for (role, _), value in bit.items():
            if role is not None:
                self.of_role[role] |= value
        self.of_wanting = sum(value for (_, wants), value in bit.items() if wants)

    # Who has a room for good

    def _give_rooms(self) -> None:
        rounds = range(len(self.problem.rounds))
        for host, room in sorted(self.rules.hosts):
            for r in rounds:
                self._fix(r, host, room - 1)
        for person, number, room in sorted(self.rules.pins):
            if number <= len(rounds):
                self._fix(number - 1, person, room - 1)
        for r in rounds:
            there = set(self.present[r])
            for holder, at in list(self.room_of[r].items()):
                for fellow in self.unit_of.get(holder, ()):
                    if fellow in there and self._give(r, fellow, at) != at:
                        raise Nonsense(
                            "cannot-keep-together",
                            f"{self._names((holder, fellow))} are kept together, but have different rooms.",
                        )
        self._settle()
        for r in rounds:
            self._refuse_crowding(r)

    def _fix(self, r: int, who: str, at: int) -> None:
        person = self.position.get(who)
        if person is None or (who, r + 1) in self.rules.away:
            return
        if at >= len(self.problem.rounds[r]):
            raise Nonsense(
                "no-such-room",
                f"{who} is given room {at + 1}, but round {r + 1} has {len(self.problem.rounds[r])} rooms.",
            )
        if self._give(r, person, at) != at:
            raise Nonsense("two-rooms", f"{who} is given two rooms in round {r + 1}.")

    def _give(self, r: int, person: int, at: int) -> int:
        """Give someone a room unless they have one; the room they have then."""
        if person not in self.room_of[r]:
            self.room_of[r][person] = at
            self.held[r][at].append(person)
        return self.room_of[r][person]

    def _settle(self) -> None:
        """Choose rooms for those who stay: where they fit in every round, the emptiest first."""
        staying = [self.position[who] for who in sorted(self.rules.stays) if who in self.position]
        groups = sorted({self.unit_of.get(person, (person,)) for person in staying})
        groups.sort(key=lambda group: -len(group))
        present = [set(there) for there in self.present]
        there = [
            [(r, person) for r in range(len(present)) for person in group if person in present[r]]
            for group in groups
        ]
        most = max(map(len, self.problem.rounds), default=0)
        counts = [sum(len(held[room]) for held in self.held if room < len(held)) for room in range(most)]
        given: list[list[tuple[int, int]]] = []

        def options(index: int) -> Sequence[int]:
            known = {self.room_of[r].get(person) for r, person in there[index]} - {None}
            rooms = min((len(self.problem.rounds[r]) for r, _ in there[index]), default=0)
            if known:
                return [room for room in range(rooms) if known == {room}]
            return sorted(range(rooms), key=counts.__getitem__)

        def put(index: int, at: int) -> bool:
            added = [(r, person) for r, person in there[index] if person not in self.room_of[r]]
            for r, person in added:
                self._give(r, person, at)
                counts[at] += 1
            given.append(added)
            rounds = {r for r, _ in there[index]}
            if all(self._fits(r, at) for r in rounds) and not self._meet_too_often(groups[index], at):
                return True
            take()
            return False

        def take() -> None:
            for r, person in given.pop():
                at = self.room_of[r].pop(person)
                self.held[r][at].remove(person)
                counts[at] -= 1

        if not _backtrack([index for index in range(len(groups)) if there[index]], options, put, take):
            raise Nonsense(
                "cannot-keep-stays",
                f"{self._names(tuple(staying))} cannot all keep one room: there are too few rooms that fit.",
            )

    def _fits(self, r: int, at: int) -> bool:
        """Whether those who have this room for good may share it, as far as they alone can tell."""
        size, mates = self.problem.rounds[r][at], self.held[r][at]
        if len(mates) > size or (size == 2 and self.wanting.intersection(mates)):
            return False
        if any((a, b) in self.apart for a in mates for b in mates):
            return False
        return self._suits(r, mates, size)

    def _meet_too_often(self, group: tuple[int, ...], at: int) -> bool:
        """Whether someone else who has the room for good would meet these people more often than allowed."""
        if not self.rules.at_most or "at_most" in self.rules.soft:
            return False
        rounds = Counter(
            other
            for held in self.held
            if at < len(held) and group[0] in held[at]
            for other in held[at]
            if other not in group
        )
        return any(times > self.rules.at_most for times in rounds.values())

    def _suits(self, r: int, mates: Sequence[int], size: int) -> bool:
        """Whether a room that these people share can still have the roles of the round's pattern."""
        template = self._template(r)
        if self._lenient:
            return True
        roles = Counter(self.roles[person] for person in mates)
        missing = sum(max(many - roles[role], 0) for role, many in template.exactly + template.at_least)
        if any(roles[role] > many for role, many in template.exactly) or missing > size - len(mates):
            return False
        return not (template.same_role and len(roles) > 1)

    def _refuse_crowding(self, r: int) -> None:
        for at, mates in enumerate(self.held[r]):
            if not mates:
                continue
            size = self.problem.rounds[r][at]
            where = f"room {at + 1} of round {r + 1}"
            if len(mates) > size:
                raise Nonsense(
                    "too-many-pinned", f"{self._names(mates)} are all given {where}, which seats {size}."
                )
            for a in mates:
                for b in mates:
                    if (a, b) in self.apart:
                        raise Nonsense(
                            "cannot-keep-apart",
                            f"{self._names((a, b))} are kept apart, but are given {where}.",
                        )
            if size == 2 and self.wanting.intersection(mates):
                raise Nonsense(
                    "cannot-keep-three",
                    f"{self._names(mates)} want three or more, but are given {where}, a pair.",
                )
            if not self._suits(r, mates, size):
                raise Nonsense(
                    "cannot-keep-roles", f"{self._names(mates)} do not fit the role pattern of {where}."
                )

    # What the other places admit

    def _template(self, r: int) -> Template:
        return self.problem.templates[r] if self.problem.templates else Template()

    def _masks(self, r: int, held: Sequence[Sequence[int]]) -> Iterator[tuple[int, ...]]:
        """For each room what its places admit: 0 for those taken, then the picky ones, then the others."""
        template, sizes = self._template(r), self.problem.rounds[r]
        role_of = self._one_role_each(r, held) if template.same_role else [None] * len(sizes)
        exact = 0
        for role, _ in template.exactly:
            exact |= self.of_role[role]
        settled = {person for mates in held for person in mates}
        waiting = Counter(self.roles[who] for who in self.present[r] if who not in settled)
        asked = [
            self._asked(r, size, mates, waiting) if only is None else []
            for size, mates, only in zip(sizes, held, role_of, strict=True)
        ]
        # Where patterns are soft and a role has people left over, some rooms take them in.
        over = sum(waiting[role] for role, _ in template.exactly) - (len(self.present[r]) - sum(sizes))
        over = over if self._lenient else 0
        for size, mates, only, roles in zip(sizes, held, role_of, asked, strict=True):
            few = ~self.of_wanting if size == 2 else -1
            others = self.everyone & ~exact if only is None else self.of_role[only]
            free = size - len(mates) - len(roles)
            opened = min(max(over, 0), free) if only is None else 0
            over -= opened
            masks = [self.of_role[role] for role in roles] + [others] * (free - opened)
            masks += [self.everyone] * opened
            yield (*(0,) * len(mates), *(mask & few for mask in masks))

    @property
    def _lenient(self) -> bool:
        return "templates" in self.rules.soft

    def _asked(self, r: int, size: int, mates: Sequence[int], waiting: Counter[str]) -> list[str]:
        """The roles that a room of a pattern still asks for; taken from those waiting. Where patterns are
        soft, no more than there are."""
        template = self._template(r)
        roles = Counter(self.roles[person] for person in mates)
        asked: list[str] = []
        for role, many in template.exactly + template.at_least:
            missing = max(many - roles[role], 0)
            if self._lenient:
                missing = min(missing, waiting[role], size - len(mates) - len(asked))
            asked += [role] * missing
            waiting[role] -= missing
        if len(asked) > size - len(mates):
            raise Nonsense(
                "pattern-too-large",
                f"The role pattern of round {r + 1} asks for more people than its rooms of {size} seat.",
            )
        return asked

    def _one_role_each(self, r: int, held: Sequence[Sequence[int]]) -> list[str | None]:
        """A role for each room, so that there are people enough of each: larger rooms first, larger roles
        first."""
        sizes = self.problem.rounds[r]
        left = Counter(self.roles[person] for person in self.present[r])
        chosen: list[str | None] = [None] * len(sizes)
        for room, mates in enumerate(held):
            if mates:
                chosen[room] = self.roles[mates[0]]
                left[self.roles[mates[0]]] -= sizes[room]
        order = sorted((room for room in range(len(sizes)) if chosen[room] is None), key=lambda k: -sizes[k])
        dead: set[tuple[int, tuple[tuple[str, int], ...]]] = set()

        def options(index: int) -> Iterator[str]:
            state = (index, tuple(sorted(left.items())))
            if state not in dead:
                yield from sorted(left, key=lambda name: (-left[name], name))
                dead.add(state)

        def put(index: int, role: str) -> bool:
            if left[role] < sizes[order[index]]:
                return False
            left[role] -= sizes[order[index]]
            put_so_far.append(role)
            return True

        def take() -> None:
            left[put_so_far[-1]] += sizes[order[len(put_so_far) - 1]]
            put_so_far.pop()

        put_so_far: list[str] = []
        if any(many < 0 for many in left.values()) or not _backtrack(range(len(order)), options, put, take):
            if self._lenient:
                return self._some_of_one_role(sizes, order, left, chosen)
            counts = ", ".join(f"{many} of role {role}" for role, many in sorted(left.items()))
            raise Nonsense(
                "cannot-keep-roles",
                f"The rooms of round {r + 1} cannot each be filled with people of one role: {counts}.",
            )
        for room, role in zip(order, put_so_far, strict=True):
            chosen[room] = role
        return chosen

    @staticmethod
    def _some_of_one_role(
        sizes: Sequence[int], order: Sequence[int], left: Counter[str], chosen: list[str | None]
    ) -> list[str | None]:
        """A role for each room for which there are people enough, the others being left open."""
        for room in order:
            role = max(sorted(left), key=lambda name: left[name], default="")
            chosen[room] = role if left[role] >= sizes[room] else None
            left[role] -= sizes[room] if chosen[room] is not None else 0
        return chosen

    def _names(self, persons: Sequence[int]) -> str:
        return ", ".join(self.problem.people[person].id for person in persons)


def _backtrack(
    indices: Sequence[int],
    options: Callable[[int], Iterable[T]],
    put: Callable[[int, T], bool],
    take: Callable[[], None],
) -> bool:
    """Put one of its options at every index, taking back the last one where nothing fits.

    Whether that can be; False as well after very many tries.
    """
    open_options: list[Iterator[T]] = []
    filled = tries = 0
    while filled < len(indices):
        if len(open_options) == filled:
            open_options.append(iter(options(indices[filled])))
        for option in open_options[-1]:
            tries += 1
            if put(indices[filled], option):
                filled += 1
                break
        else:
            open_options.pop()
            if not open_options or tries > _MOST_TRIES:
                while filled:
                    take()
                    filled -= 1
                return False
            take()
            filled -= 1
    return True


def _units(problem: Problem, position: dict[str, int]) -> tuple[tuple[int, ...], ...]:
    """Groups to be kept together; those that share someone are one."""
    merged: list[set[int]] = []
    for group in problem.rules.together:
        fellows = {position[who] for who in group if who in position}
        touching = [other for other in merged if other & fellows]
        merged = [other for other in merged if not other & fellows]
        merged.append(fellows.union(*touching))
    return tuple(sorted(tuple(sorted(group)) for group in merged if len(group) > 1))

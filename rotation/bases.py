"""The search for base rounds: rounds in which every class of pairs meets at most once.

A Metropolis search at a constant low temperature, as in `rotation.kernel`, but on a problem so small that no
sums are kept: a try counts the few meetings that a swap changes, and stops as soon as it costs too much, some
30 million tries a second where `native/bases.c` was built. `_run` is the same in plain Python.

Someone in a class that meets more than once is picked and tried against the people of other rooms until a
swap is accepted. A class remembers the pairs that make it meet, folded into one number by exclusive or: when
a second pair joins, that number is the first, whose people are then in conflict too.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain

from rotation.chance import INCREMENT, MASK, MULTIPLIER
from rotation.costs import REPEAT
from rotation.layout import THRESHOLDS, thresholds
from rotation.native import library

_ROOMS_TRIED = 12
_FIELDS = (
    "first",
    "room_of",
    "class_of",
    "kind",
    "orbit",
    "strict",
    "met",
    "who",
    "seat",
    "place",
    "conflicts",
    "in_conflict",
    "numbers",
)
_PEOPLE, _ROOMS, _EXCESS, _CONFLICTS = range(4)


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of pairs: `of[p * people + q]`, and how often each has met before the first base round."""

    of: array[int]
    met: array[int]


class BaseSearch:
    """Base rounds being improved, from the ones given; `calm` when no class meets more than once.

    `kind`: whoever is of one kind may change places, -1 for those who stay where they are. `orbit`: the same
    in rooms that are `strict` (by base round and room). The same start, state and tries give the same rounds,
    with the compiled loop and without.
    """

    def __init__(
        self,
        base_rounds: Sequence[Sequence[Sequence[int]]],
        classes: Classes,
        kind: Sequence[int],
        orbit: Sequence[int],
        strict: Sequence[Sequence[bool]],
        state: int,
        native: bool = True,
    ) -> None:
        sizes, people = [len(room) for room in base_rounds[0]], len(kind)
        self.tries, self._state = 0, state
        self._people, self._rooms = people, len(sizes)
        self._class_of, self._met = classes.of, array("i", classes.met)
        self._first = array("i", [0, *accumulate(sizes)])
        self._room_of = array("i", [room for room, size in enumerate(sizes) for _ in range(size)])
        self._kind, self._orbit = array("i", kind), array("i", orbit)
        self._strict = array("i", chain.from_iterable(strict))
        self._who = array("i", bytes(4 * len(self._met)))
        self._seat = array("i", [person for rooms in base_rounds for room in rooms for person in room])
        self._place = array("i", bytes(4 * len(self._seat)))
        self._conflicts = array("i", bytes(4 * len(self._seat)))
        self._in_conflict = array("i", bytes(4 * len(self._seat)))
        self._numbers = array("i", [people, self._rooms, 0, 0])
        for at, person in enumerate(self._seat):
            self._place[at // people * people + person] = at % people
        for number, rooms in enumerate(base_rounds):
            for room in rooms:
                for i, a in enumerate(room):
                    for b in room[:i]:
                        self._numbers[_EXCESS] += self._met[self._class_of[a * people + b]] > 0
                        self._meet(number, a, b)
        self._library = library() if native else None

    @property
    def calm(self) -> bool:
        """No class meets more than once."""
        return not self.excess

    @property
    def excess(self) -> int:
        """How many meetings of classes there are beyond the first of each."""
        return self._numbers[_EXCESS]

    @property
    def base_rounds(self) -> list[list[list[int]]]:
        """The rooms of every base round, as they are now."""
        first, seat = self._first, self._seat
        return [
            [list(seat[start + first[room] : start + first[room + 1]]) for room in range(self._rooms)]
            for start in range(0, len(seat), self._people)
        ]

    def run(self, tries: int, temperature: int) -> None:
        """Search for about that many tries, at a temperature in hundredths of one repeat."""
        limits = _limits(temperature)
        if self._library is None:
            self._run(tries, limits)
            return
        run = self._library.intermingle_bases_run
        run.restype = ctypes.c_int64
        state = ctypes.c_uint64(self._state)
        self.tries += run(
            (ctypes.c_void_p * len(_FIELDS))(*(getattr(self, f"_{f}").buffer_info()[0] for f in _FIELDS)),
            ctypes.byref(state),
            ctypes.c_int64(tries),
            ctypes.c_void_p(limits.buffer_info()[0]),
        )
        self._state = state.value

    def _run(self, tries: int, limits: array[int]) -> None:
        n, rooms, numbers, met = self._people, self._rooms, self._numbers, self._met
        done = 0
        while done < tries and numbers[_EXCESS] and numbers[_CONFLICTS]:
            self._state = state = (self._state * MULTIPLIER + INCREMENT) & MASK
            done += 1
            slot = ((state >> 40) * numbers[_CONFLICTS]) >> 24
            code = self._conflicts[slot]
            number, p = divmod(code, n)
            seat = self._seat[number * n : number * n + n]
            here = self._place[code]
            home = self._room_of[here]
            company = [
                self._class_of[p * n + seat[i]]
                for i in range(self._first[home], self._first[home + 1])
                if i != here
            ]
            saved = 0
            for c in company:
                met[c] -= 1
                saved += met[c] > 0
            found, delta = -1, 0
            if saved and self._kind[p] >= 0:
                room = ((state >> 20 & 0xFFFFF) * rooms) >> 20
                threshold = state >> 8 & THRESHOLDS - 1
                for _ in range(min(rooms, _ROOMS_TRIED)):
                    room = room + 1 if room + 1 < rooms else 0
                    if room == home:
                        continue
                    strict = self._strict[number * rooms + home] or self._strict[number * rooms + room]
                    alike = self._orbit if strict else self._kind
                    for there in range(self._first[room], self._first[room + 1]):
                        done += 1
                        threshold = threshold + 1 & THRESHOLDS - 1
                        if alike[seat[there]] != alike[p]:
                            continue
                        delta = self._change(seat, here, there, saved, limits[threshold])
                        if delta <= limits[threshold]:
                            found = there
                            break
                    if found >= 0:
                        break
            for c in company:
                met[c] += 1
            if found >= 0:
                self._swap(number, here, found)
                numbers[_EXCESS] += delta
            elif not saved or self._kind[p] < 0:
                self._in_conflict[code] = 0
                numbers[_CONFLICTS] -= 1
                self._conflicts[slot] = self._conflicts[numbers[_CONFLICTS]]
        self.tries += done

    def _change(self, seat: array[int], here: int, there: int, saved: int, limit: int) -> int:
        """What a swap would cost, unless above the limit; whoever is `here` has been taken out already."""
        met, of, n = self._met, self._class_of, self._people
        to_p, to_q = seat[here] * n, seat[there] * n
        home, room = self._room_of[here], self._room_of[there]
        others = [seat[i] for i in range(self._first[room], self._first[room + 1]) if i != there]
        delta = -saved
        for m in others:
            c = of[to_q + m]
            met[c] -= 1
            delta -= met[c] > 0
        for m in others:
            c = of[to_p + m]
            delta += met[c] > 0
            met[c] += 1
        joined = []
        for i in range(self._first[home], self._first[home + 1]):
            if delta > limit:
                break
            if i != here:
                c = of[to_q + seat[i]]
                delta += met[c] > 0
                met[c] += 1
                joined.append(c)
        for c in joined:
            met[c] -= 1
        for m in others:
            met[of[to_p + m]] -= 1
            met[of[to_q + m]] += 1
        return delta

    def _swap(self, number: int, here: int, there: int) -> None:
        start = number * self._people
        p, q = self._seat[start + here], self._seat[start + there]
        rooms = ((here, p, q), (there, q, p))
        for at, goes, _ in rooms:
            for m in self._company(start, at):
                self._part(number, goes, m)
        for at, _, comes in rooms:
            self._seat[start + at] = comes
            self._place[start + comes] = at
        for at, _, comes in rooms:
            for m in self._company(start, at):
                self._meet(number, comes, m)

    def _company(self, start: int, at: int) -> list[int]:
        """Who shares a room with that place."""
        room = self._room_of[at]
        return [self._seat[start + i] for i in range(self._first[room], self._first[room + 1]) if i != at]

    def _meet(self, number: int, p: int, q: int) -> None:
        n = self._people
        c = self._class_of[p * n + q]
        if self._met[c]:
            self._note(number * n + p)
            self._note(number * n + q)
        if self._met[c] == 1:
            other, b = divmod(self._who[c], n)
            self._note(other)
            self._note(other // n * n + b)
        self._met[c] += 1
        self._who[c] ^= self._pair_code(number, p, q)

    def _part(self, number: int, p: int, q: int) -> None:
        c = self._class_of[p * self._people + q]
        self._met[c] -= 1
        self._who[c] ^= self._pair_code(number, p, q)

    def _pair_code(self, number: int, p: int, q: int) -> int:
        n = self._people
        return (number * n + min(p, q)) * n + max(p, q)

    def _note(self, code: int) -> None:
        if not self._in_conflict[code]:
            self._in_conflict[code] = 1
            self._conflicts[self._numbers[_CONFLICTS]] = code
            self._numbers[_CONFLICTS] += 1


@cache
def _limits(temperature: int) -> array[int]:
    """Thresholds in whole repeats."""
    return array("i", [most // REPEAT for most in thresholds(temperature)])

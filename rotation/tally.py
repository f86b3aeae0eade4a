"""Who meets whom in a plan, counted: new pairs, repeats, and how far they exceed what is known before.

`native/tally.c` is the same in C. A count costs O(people * rounds * room size).
"""

from __future__ import annotations

import ctypes
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from rotation.native import library

_UNITED = 1 << 30


@dataclass(frozen=True, slots=True)
class Tally:
    """The meetings of one plan."""

    met: Sequence[int]
    """New people met, per position."""
    meetings: int
    distinct: int
    """Pairs that had not met before."""
    over_cap: int
    """Meetings of pairs who have then met more often than the cap allows."""
    unevenness: int
    """What t(t-1)/2, for t meetings in the end, has grown by, summed over pairs."""
    most: int
    """How often the pair that meets most often meets in the plan."""


class Book:
    """What is known of pairs before a plan: it counts the meetings of many plans."""

    def __init__(self, people: int, past: Mapping[int, int], united: Collection[int], cap: int) -> None:
        """Pairs are keys a * people + b with a < b. `past`: how often they have met. Those `united` are
        always together, which is neither uneven nor over the cap.
        """
        self.people, self.past, self.united, self.cap = people, past, united, cap
        marks = {key: past.get(key, 0) + _UNITED for key in united}
        self._keys = array("q", [*past, *(key for key in united if key not in past)])
        self._known = array(
            "i", [marks.get(key, times) for key, times in past.items()] if marks else past.values()
        )
        self._known.extend(marks[key] for key in united if key not in past)

    def tally(self, rounds: Iterable[Sequence[Sequence[int]]], native: bool = True) -> Tally:
        """The meetings of a plan: for each round its rooms, in positions."""
        compiled = library() if native else None
        return self._plainly(rounds) if compiled is None else self._compiled(compiled, rounds)

    def _compiled(self, compiled: ctypes.CDLL, rounds: Iterable[Sequence[Sequence[int]]]) -> Tally:
        rooms, sizes, seated = array("i"), array("i"), array("i")
        for groups in rounds:
            rooms.append(len(groups))
            sizes.extend(map(len, groups))
            seated.extend(array("i", list(chain.from_iterable(groups))))
        met, sums = array("i", bytes(4 * self.people)), array("q", bytes(40))
        given: Sequence[array[int]] = (rooms, sizes, seated, self._keys, self._known, met, sums)
        addresses = [ctypes.c_void_p(each.buffer_info()[0] if each else None) for each in given]
        if compiled.intermingle_tally(self.people, len(rooms), self.cap, len(self._keys), *addresses):
            raise MemoryError
        return Tally(met.tolist(), *sums)

    def _plainly(self, rounds: Iterable[Sequence[Sequence[int]]]) -> Tally:
        n, met, keys = self.people, [0] * self.people, list[int]()
        for groups in rounds:
            for group in groups:
                keys += [a * n + b for a, b in combinations(sorted(group), 2)]
                for person in group:
                    met[person] += len(group) - 1
        times = Counter(keys)
        distinct, over, unevenness = len(times), 0, 0
        # Most pairs meet once, for the first time; only the others take longer.
        for key, now in times.items() if self.past or len(times) < len(keys) else ():
            before = self.past.get(key, 0)
            if now + before == 1:
                continue
            a, b = divmod(key, n)
            met[a] -= now if before else now - 1
            met[b] -= now if before else now - 1
            distinct -= before > 0
            if key not in self.united:
                over += min(now, max(0, before + now - self.cap))
                unevenness += now * before + now * (now - 1) // 2
        return Tally(met, len(keys), distinct, over, unevenness, max(times.values(), default=0))

"""The inner loop of `rotation.kernel` as compiled from `native/swaps.c`.

The state of a search is one block of memory that only the C code reads and writes; a call costs a few
microseconds, and lets other threads run meanwhile.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from rotation.costs import SMALL
from rotation.layout import Layout, Rooms, thresholds

_SHAPE = ("people rounds rooms places states uneven masked united earning swap_worth strict").split()


class _Head(ctypes.Structure):
    """How a search begins in memory; the C code has the same."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in _SHAPE),
        *((name, ctypes.c_int64) for name in ("tries", "swaps", "cost", "best_cost")),
        ("chance", ctypes.c_uint64),
    )
    tries: int
    swaps: int
    cost: int
    best_cost: int
    strict: int


class CompiledLoop:
    """A search by the compiled loop."""

    def __init__(self, library: ctypes.CDLL, layout: Layout, state: int) -> None:
        self._library = library
        costs, seats = layout.costs, layout.seats
        self._rooms = [len(rooms) for rooms in layout.rounds]
        self._places = list(accumulate((len(room) for rooms in layout.rounds for room in rooms), initial=0))
        self._band = costs.band
        shape = _Head(
            people=layout.people,
            rounds=len(layout.rounds),
            rooms=len(self._places) - 1,
            places=self._places[-1],
            states=len(costs.once_more),
            uneven=layout.uneven,
            masked=bool(seats.masks),
            united=bool(seats.units),
            earning=layout.earning,
            swap_worth=layout.swap_worth,
            chance=state,
        )
        library.intermingle_swaps_size.restype = ctypes.c_int64
        self._memory = ctypes.create_string_buffer(library.intermingle_swaps_size(ctypes.byref(shape)))
        ctypes.memmove(self._memory, ctypes.byref(shape), ctypes.sizeof(shape))
        self._head = _Head.from_buffer(self._memory)
        given = [
            _numbers(accumulate(self._rooms, initial=0)),
            _numbers(self._places),
            _numbers(chain.from_iterable(layout.kinds)),
            _numbers(costs.once_more),
            _numbers(costs.once_less),
            _numbers(seats.roles),
            _numbers(mask for rooms in seats.masks for room in rooms for mask in room),
            _numbers(layout.unit_of),
        ]
        pointers = (ctypes.c_void_p * len(given))(*map(_address, given))
        library.intermingle_swaps_open(self._memory, pointers)
        self._start = _numbers(chain.from_iterable(costs.starts()))
        self._counts = _numbers([*[0] * layout.people, *costs.small, *costs.rests])
        self._weights = _numbers(())

    def restart(self, rounds: Sequence[Rooms], tender: Sequence[int], weights: Sequence[int]) -> None:
        seat = _numbers(person for rooms in rounds for room in rooms for person in room)
        people, self._weights = _numbers(tender), _numbers(weights)
        self._head.strict = weights[1] == SMALL
        self._library.intermingle_swaps_restart(
            self._memory,
            _address(seat),
            _address(self._start),
            len(self._start) // 3,
            _address(people),
            len(people),
            self._band,
            _address(self._counts),
            _address(self._weights),
        )

    def run(self, tries: int, temperature: int) -> None:
        table = thresholds(temperature)
        self._library.intermingle_swaps_run(
            self._memory, _address(table), ctypes.c_int64(tries), _address(self._weights)
        )

    @property
    def best(self) -> list[list[list[int]]]:
        return self._plan(best=True)

    @property
    def current(self) -> list[list[list[int]]]:
        return self._plan(best=False)

    @property
    def calm(self) -> bool:
        return bool(self._library.intermingle_swaps_calm(self._memory))

    @property
    def cost(self) -> int:
        return self._head.cost

    @property
    def best_cost(self) -> int:
        return self._head.best_cost

    @property
    def tries(self) -> int:
        return self._head.tries

    @property
    def swaps(self) -> int:
        return self._head.swaps

    def _plan(self, best: bool) -> list[list[list[int]]]:
        seat = _numbers([0]) * self._places[-1]
        self._library.intermingle_swaps_plan(self._memory, best, _address(seat))
        people, places = seat.tolist(), iter(zip(self._places, self._places[1:], strict=False))
        return [[people[slice(*next(places))] for _ in range(rooms)] for rooms in self._rooms]


def _numbers(numbers: Iterable[int]) -> array[int]:
    return array("i", numbers)


def _address(numbers: array[int]) -> ctypes.c_void_p:
    return ctypes.c_void_p(numbers.buffer_info()[0])

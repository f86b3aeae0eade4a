"""Pairs by the circle method (Kirkman, 1847): everyone but one stands on a circle that turns by one place."""

from __future__ import annotations

from collections.abc import Sequence

Round = list[list[int]]


def pairs_of_all(sizes: Sequence[int], rounds: int) -> list[Round]:
    """An even number of people in pairs: up to people - 1 rounds in which nobody meets anybody twice.

    >>> pairs_of_all((2, 2), 3)
    [[[0, 3], [1, 2]], [[1, 3], [2, 0]], [[2, 3], [0, 1]]]
    """
    if any(size != 2 for size in sizes):
        return []
    circle = 2 * len(sizes) - 1
    return [[[turn, circle], *_facing(turn, circle)] for turn in range(min(rounds, circle))]


def pairs_and_a_trio(sizes: Sequence[int], rounds: int) -> list[Round]:
    """An odd number of people in pairs and one trio, repeat-free for about a third as many rounds as people.

    With an odd number on the circle one person faces nobody. They join a pair which they would face only in
    rounds that are not played; the trio moves on with the circle, so nobody is in it twice while
    5 * rounds <= people.
    """
    if not sizes or sizes[0] != 3 or any(size != 2 for size in sizes[1:]):
        return []
    circle = 2 * len(sizes) + 1
    for played in range(min(rounds, circle // 3), 0, -1):
        for step in range(1, circle // 2 + 1):
            plan = [_with_trio(turn, step, circle) for turn in range(played)]
            if _repeat_free(plan):
                return plan
    return []


def _facing(turn: int, circle: int) -> Round:
    return [[(turn + step) % circle, (turn - step) % circle] for step in range(1, circle // 2 + 1)]


def _with_trio(turn: int, step: int, circle: int) -> Round:
    joined = [(turn + step) % circle, (turn - step) % circle]
    return [[turn, *joined], *(two for two in _facing(turn, circle) if two != joined)]


def _repeat_free(plan: Sequence[Round]) -> bool:
    seen: set[tuple[int, int]] = set()
    for rooms in plan:
        for room in rooms:
            for i, a in enumerate(room):
                for b in room[:i]:
                    met = (min(a, b), max(a, b))
                    if met in seen:
                        return False
                    seen.add(met)
    return True

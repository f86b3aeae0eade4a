"""The answer: who sits with whom in every round, and what can be proved about it."""

from __future__ import annotations

from dataclasses import dataclass

from rotation.model import PersonId

Group = tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Seating:
    """One round: the groups, in the order of that round's room sizes, and who rests."""

    groups: tuple[Group, ...]
    resting: tuple[PersonId, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole schedule, one seating per round."""

    seatings: tuple[Seating, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """How good a plan provably is.

    `distinct` pairs meet for the first time in the plan; no plan at all can exceed `bound`, for the reason
    named by `bound_name` (see `rotation.bounds`). `optimal` is true only when `distinct == bound`;
    otherwise the best plan is somewhere within `gap = bound - distinct`.
    """

    distinct: int
    bound: int
    bound_name: str
    optimal: bool
    gap: int

"""What the shell must now do. Nothing here is run before the facts beside it are durable."""

from __future__ import annotations

import msgspec

from rooms.model import Medium, ParticipantId
from rotation import Plan, Problem

Edge = tuple[ParticipantId, ParticipantId]  # (who sends, who receives); hosts by their own ids


class WakeAt(msgspec.Struct, frozen=True):
    """Give the command `Wake` at this time; a later WakeAt replaces an earlier one."""

    at: int


class ImprovePlan(msgspec.Struct, frozen=True):
    """Plan the rounds to come, answer with `OfferPlan(plan, based_on)`; replaces an earlier one.

    `previous` is the plan in force, cut to the same rounds: change it as little as quality allows.
    """

    problem: Problem
    based_on: str
    previous: Plan | None
    seed: int


class PrepareMedia(msgspec.Struct, frozen=True):
    """These edges will hold from `at`: ask the sources that gain a viewer for a key frame."""

    edges: tuple[Edge, ...]
    at: int
    cutover: int


class ApplyMedia(msgspec.Struct, frozen=True):
    """From now on exactly these edges hold."""

    edges: tuple[Edge, ...]
    cutover: int


class BroadcastMedia(msgspec.Struct, frozen=True):
    """Everyone receives this facilitator beside their edges; None: nobody. An ApplyMedia follows."""

    host: str | None


class GateMedia(msgspec.Struct, frozen=True):
    """Let someone's sound or picture through, or not."""

    person: ParticipantId
    medium: Medium
    on: bool


Effect = WakeAt | ImprovePlan | PrepareMedia | ApplyMedia | BroadcastMedia | GateMedia

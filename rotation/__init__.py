"""Who meets whom: all rounds of an event planned together, with a certificate of how good the plan is.

Pure: no clock, no input or output, no global randomness. Chance comes in as `seed`.
The meeting graph is in `rotation.meetings`, apart because loading networkx takes longer than planning.
"""

from rotation.bounds import bound, bounds, per_person, repeat_free_rounds
from rotation.changes import Change, Changes, changes
from rotation.check import Fault, check
from rotation.model import (
    History,
    Nonsense,
    Pair,
    Person,
    PersonId,
    Problem,
    Profile,
    RoomSizes,
    Rules,
    Template,
    digest,
    pair,
)
from rotation.plan import Certificate, Group, Plan, Seating
from rotation.planner import improve, plan, replan, steps
from rotation.score import Numbers, Score, certify, numbers, score
from rotation.sizes import into_rooms, sizes
from rotation.task import Planned

__all__ = [
    "Certificate",
    "Change",
    "Changes",
    "Fault",
    "Group",
    "History",
    "Nonsense",
    "Numbers",
    "Pair",
    "Person",
    "PersonId",
    "Plan",
    "Planned",
    "Problem",
    "Profile",
    "RoomSizes",
    "Rules",
    "Score",
    "Seating",
    "Template",
    "bound",
    "bounds",
    "certify",
    "changes",
    "check",
    "digest",
    "improve",
    "into_rooms",
    "numbers",
    "pair",
    "per_person",
    "plan",
    "repeat_free_rounds",
    "replan",
    "score",
    "sizes",
    "steps",
]

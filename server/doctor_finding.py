"""What one check of `intermingle doctor` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "look", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`look` is right for some, `bad` for nobody; `fix` says what to change."""

    check: str
    level: Level
    sentence: str
    fix: str = ""

"""Codes are stable and documented."""

from __future__ import annotations

import ast
from pathlib import Path

from rooms.refused import REFUSALS

ROOMS = Path(__file__).parents[2] / "rooms"
TESTS = Path(__file__).parent


def used() -> set[str]:
    """The code of every `Refused("code", …)` in rooms."""
    calls = (
        node
        for path in ROOMS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused"
    )
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}  # type: ignore[misc]


def test_every_refusal_is_documented_and_every_documented_one_is_used() -> None:
    assert used() == set(REFUSALS)


def test_every_refusal_has_its_story() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("test_*.py"))
    assert [code for code in REFUSALS if f'"{code}"' not in told] == []

"""Runs of `intermingle plan` for tests."""

from __future__ import annotations

from collections.abc import Sequence

from click.testing import CliRunner, Result

from server.plan_command import plan

FIRST = "Ana Tom Priya Jonas Zoë Mikkel Sofie Amir Lena Oskar Freja Hugo".split()
EMPLOYERS = ("Acme", "Birch", "Corva", "Delta")


def names(count: int) -> bytes:
    return "".join(f"Guest {number}\n" for number in range(count)).encode()


def team() -> bytes:
    """Twelve people: four mentors, eight mentees, three of each employer."""
    rows = [
        f"{name},{name.lower()}@example.org,{'mentor' if at < 4 else 'mentee'},{EMPLOYERS[at % 4]}"
        for at, name in enumerate(FIRST)
    ]
    return "\n".join(["Name,E-mail,Role,Employer", *rows]).encode()


def run(people: bytes, *arguments: str) -> Result:
    """On a terminal too narrow for two rounds side by side."""
    return CliRunner().invoke(plan, ["-", *arguments], input=people, env={"COLUMNS": "44"})


def quick(people: bytes, *arguments: str) -> Result:
    """The first plan, whatever it is."""
    return run(people, "--seconds", "0", *arguments)


def rounds_of(printed: str) -> list[dict[str, list[str]]]:
    """The rounds of a printed plan: who is in which room, with `rest` and `away`."""
    found: list[dict[str, list[str]]] = []
    for line in printed.splitlines():
        if line.endswith("  met"):
            break  # what follows is told by person
        if line.startswith("Round "):
            found.append({})
        elif "  " in line and found:
            label, _, people = line.strip().partition("  ")
            found[-1][label] = people.strip().split(", ")
    return found


def together(printed: str, people: Sequence[str]) -> list[int]:
    """The rounds in which all of them share a room."""
    wanted = set(people)
    return [
        number
        for number, rooms in enumerate(rounds_of(printed), start=1)
        if any(wanted <= set(who) for label, who in rooms.items() if label not in ("rest", "away"))
    ]

"""The files of `intermingle plan`: tables, JSON, graphs, a picture. What a file is follows from its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len

from rotation import Numbers, PersonId, Plan, Planned, numbers, pair
from server.exporting import csv_bytes
from server.plan_request import Request
from server.plan_tables import rooms_of, shortened
from server.plan_tally import meetings
from server.plan_trouble import BadInput

if TYPE_CHECKING:
    from rotation.meetings import Meetings

VERSION = 1
"""Of the JSON; grows when a field changes its meaning."""
MOST_DRAWN = 400
"""People in a picture: their squares are as many as the pairs."""


@dataclass(frozen=True, slots=True)
class Result:
    """A plan with what it is a plan for."""

    request: Request
    best: Planned
    seed: int

    @property
    def plan(self) -> Plan:
        return self.best.plan

    @property
    def numbers(self) -> Numbers:
        return numbers(self.request.problem, self.plan)


def writer(path: Path, wide: bool) -> Callable[[Result], bytes]:
    """What writes a file of that name; refuses endings that mean nothing."""
    name = path.name.casefold()
    if wide and name.endswith(".csv"):
        return wide_csv
    found = next((write for ending, write in WRITERS.items() if name.endswith(ending)), None)
    if found is None:
        raise BadInput(f"“{path}” has to end in one of {', '.join(WRITERS)}.")
    return found


def refuse_file(path: Path, wide: bool, request: Request) -> None:
    """Refuse before the search what could not be written after it."""
    if writer(path, wide) is svg and len(request.names) > MOST_DRAWN:
        raise BadInput(f"{path} can show {MOST_DRAWN} people at most, not {len(request.names):,}.")
    if not path.absolute().parent.is_dir():
        raise BadInput(f"{path} cannot be written: there is no folder {path.parent}.")


def write(result: Result, path: Path, wide: bool) -> None:
    data = writer(path, wide)(result)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from error


def long_csv(result: Result) -> bytes:
    """RFC 4180, one row for each person in each round; an empty room is a rest."""
    rows: list[tuple[object, ...]] = [("Round", "Room", "Name")]
    for number, seating in enumerate(result.plan.seatings, start=1):
        for room, group in (*enumerate(seating.groups, start=1), ("", seating.resting)):
            rows += [(number, room, result.request.names[who]) for who in group]
    return csv_bytes(rows)


def wide_csv(result: Result) -> bytes:
    """One row for each person, with the room of each round; empty is a rest, – means not there."""
    head = ("Name", "Role", *(f"Round {number}" for number in range(1, len(result.plan.seatings) + 1)))
    roles = {person.id: person.role for person in result.request.problem.people}
    places = rooms_of(result.request, result.plan)
    rows = [
        (name, roles[who], *("" if room == "·" else room for room in places[who]))
        for who, name in result.request.names.items()
    ]
    return csv_bytes([head, *rows])


def as_json(result: Result) -> bytes:
    """The plan with its people, numbers and certificate: see docs/plan.md."""
    from rotation.problem_json import problem_to

    roles = {person.id: person.role for person in result.request.problem.people}
    document = {
        "version": VERSION,
        "people": [
            {"id": who, "name": name, "role": roles[who]} for who, name in result.request.names.items()
        ],
        "rounds": [
            {"number": number, "rooms": seating.groups, "resting": seating.resting}
            for number, seating in enumerate(result.plan.seatings, start=1)
        ],
        "certificate": asdict(result.best.certificate),
        "numbers": asdict(result.numbers),
        "seed": result.seed,
        "problem": problem_to(result.request.problem),
    }
    return _encoded(document)


def graphml(result: Result) -> bytes:
    """Who meets whom, for graph programs."""
    from rotation import meetings

    return meetings.to_graphml(_graph(result)).encode()


def graph_json(result: Result) -> bytes:
    """The same as node-link JSON."""
    from rotation import meetings

    return _encoded(meetings.to_json(_graph(result)))


def _graph(result: Result) -> Meetings:
    from rotation import meetings

    met = meetings.graph(result.request.problem.people, (seating.groups for seating in result.plan.seatings))
    for who, name in result.request.names.items():
        met.nodes[who]["name"] = name
    return met


def _encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


# The picture

_CELL, _TEXT, _LETTER = 14, 11, 6.2
_COLOURS = {0: "#eef1f0", 1: "#3d9a86", 2: "#e2a33c", 3: "#c4473a"}
_PAPER, _INK, _QUIET = "#ffffff", "#1d2b29", "#74827f"


def svg(result: Result) -> bytes:
    """Who meets whom as a picture that needs nothing else: a square for each two people."""
    people = list(result.request.names)
    names = [shortened(result.request.names[who], 28) for who in people]
    left = round(max(map(cell_len, names), default=0) * _LETTER + 4 * _TEXT)
    top, side = 2 * _CELL, _CELL * len(people)
    width, height = left + side + _CELL, top + side + 3 * _CELL
    shape = escape(result.request.shape)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="{_TEXT}">',
        f"<title>Who meets whom: {shape}</title>",
        f'<rect width="{width}" height="{height}" fill="{_PAPER}"/>',
        *_svg_names(names, left, top),
        *_svg_cells(result, people, left, top),
        *_svg_legend(left, top + side + round(1.6 * _CELL)),
        "</svg>",
    ]
    return "\n".join(parts).encode() + b"\n"


def _svg_names(names: list[str], left: int, top: int) -> list[str]:
    parts = []
    for at, name in enumerate(names):
        y = top + at * _CELL + 0.75 * _CELL
        x = left - 2.4 * _TEXT
        parts.append(f'<text x="{x:g}" y="{y:g}" text-anchor="end" fill="{_INK}">{escape(name)}</text>')
        parts.append(f'<text x="{left - 5}" y="{y:g}" text-anchor="end" fill="{_QUIET}">{at + 1}</text>')
        if at == 0 or (at + 1) % 5 == 0:
            x = left + (at + 0.5) * _CELL
            parts.append(
                f'<text x="{x:g}" y="{top - 6}" text-anchor="middle" fill="{_QUIET}">{at + 1}</text>'
            )
    return parts


def _svg_cells(result: Result, people: list[PersonId], left: int, top: int) -> list[str]:
    """One path for each colour: small files, quickly drawn. Who has met is told by a title on each row."""
    met = meetings(result.plan)
    squares: dict[int, list[str]] = {}
    for row, who in enumerate(people):
        for column, other in enumerate(people):
            if who != other:
                times = min(met[pair(who, other)], 3)
                x, y, size = left + column * _CELL + 1, top + row * _CELL + 1, _CELL - 2
                squares.setdefault(times, []).append(f"M{x} {y}h{size}v{size}h-{size}z")
    return [f'<path fill="{_COLOURS[times]}" d="{"".join(d)}"/>' for times, d in sorted(squares.items())]


def _svg_legend(left: int, y: int) -> list[str]:
    parts = []
    for at, (times, words) in enumerate({0: "not", 1: "once", 2: "twice", 3: "more often"}.items()):
        x = left + at * 70
        parts.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{_COLOURS[times]}"/>')
        parts.append(f'<text x="{x + 17}" y="{y}" fill="{_INK}">{words}</text>')
    return parts


WRITERS: dict[str, Callable[[Result], bytes]] = {
    ".wide.csv": wide_csv,
    ".csv": long_csv,
    ".graph.json": graph_json,
    ".json": as_json,
    ".graphml": graphml,
    ".svg": svg,
}

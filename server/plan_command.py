"""`intermingle plan`: all rounds for a list of people, with the proof, on a terminal or as a file."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rotation import Numbers, Planned, Problem, RoomSizes
    from server.bodies import Imported, ImportedPerson, RowProblem

VERSION = 1
_GROUPS = {2: "pairs", 3: "threes", 4: "fours", 5: "fives", 6: "sixes", 7: "sevens", 8: "eights"}
_WHY = {
    "pigeonhole": "because a room holds more people than there are rooms",
    "people": "because there are not enough others for everybody",
    "exception": "because no such plan exists for rooms of this size",
}


@dataclass(frozen=True, slots=True)
class Request:
    """A problem with what is needed to talk about it."""

    problem: Problem
    names: dict[str, str]
    """How each person is called; no two alike."""
    roles: dict[str, str]
    shape: str
    """For example: 12 people in fours for 6 rounds."""


@click.command()
@click.argument("file", metavar="PEOPLE", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--size", type=click.IntRange(min=2), help="People in a room. [4]")
@click.option("--rooms", type=click.IntRange(min=1), help="Number of rooms, instead of --size.")
@click.option(
    "--rounds", type=click.IntRange(1, 1000), default=6, show_default=True, help="Number of rounds."
)
@click.option("--at-least-three", is_flag=True, help="No pairs, even if rooms grow by it.")
@click.option(
    "--seconds", type=click.FloatRange(min=0), default=5.0, show_default=True, help="Longest time to search."
)
@click.option("--seed", default=0, show_default=True, help="Another seed, another plan that is as good.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write plan.csv or plan.json instead.",
)
def plan(
    file: str,
    size: int | None,
    rooms: int | None,
    rounds: int,
    at_least_three: bool,
    seconds: float,
    seed: int,
    output: Path | None,
) -> None:
    """Plan all rounds so that everyone meets as many new people as possible.

    PEOPLE is a list of names, one in a line, or a CSV file; - reads it from the standard input.

    \b
    Examples:
      intermingle plan people.csv --size 4 --rounds 6
      intermingle plan people.csv --rooms 8 --rounds 5 -o plan.csv
      printf 'Ana\\nTom\\nPriya\\nJonas\\n' | intermingle plan - --size 2 --rounds 3

    The search ends early when no plan can be better, and says so only when that is proved.
    """
    from rich.console import Console

    if size is not None and rooms is not None:
        raise click.UsageError("Give --size or --rooms, not both.")
    if output is not None and output.suffix not in (".csv", ".json"):
        raise click.UsageError("The file to write has to end in .csv or .json.")
    people = _read(file)
    sizes, how = _sizes(len(people), size, rooms, at_least_three)
    request = _request(people, sizes, rounds, how)
    console = Console(highlight=False)
    best = _search(request, seed, seconds, console)
    if output is None:
        for seating_number in range(rounds):
            console.print(_table(request, best, seating_number), "")
    else:
        output.write_bytes(_csv(request, best) if output.suffix == ".csv" else _json(request, best))
    for sentence in verdict(request.problem, best, request.shape):
        console.print(sentence, soft_wrap=True)
    if output is not None:
        console.print(f"Written to {output}.", soft_wrap=True)


def verdict(problem: Problem, best: Planned, shape: str) -> Iterator[str]:
    """What the plan achieves and what is proved about it, in sentences."""
    from rotation import numbers

    facts = numbers(problem, best.plan)
    if facts.meetings > best.certificate.bound:
        yield _must_repeat(facts, best, shape)
    yield _proof(facts, best)
    if facts.met_min < facts.met_max:
        yield f"Everyone meets between {facts.met_min} and {facts.met_max} new people."
    if facts.max_meetings > 1:
        yield f"Nobody is with the same person more than {_times(facts.max_meetings)}."
    if facts.small_max:
        yield f"Everyone is in one of the smaller rooms {_between(facts.small_min, facts.small_max)}."


def _proof(facts: Numbers, best: Planned) -> str:
    """As in: 24 people met of 24 possible, no repeats, nobody alone: provably optimal."""
    repeats = _count(facts.repeats, "repeat") if facts.repeats else "no repeats"
    of = "of" if best.certificate.optimal else "of at most"
    people = "person" if facts.met_mean == 1 else "people"
    met = f"{_number(facts.met_mean)} {people} met {of} {_number(facts.met_possible)} possible"
    if best.certificate.optimal:
        return f"{met}, {repeats}, nobody alone: provably optimal."
    return (
        f"{met}, {repeats}, nobody alone. {best.certificate.distinct} pairs meet; no plan can have more than "
        f"{best.certificate.bound}."
    )


def _must_repeat(facts: Numbers, best: Planned, shape: str) -> str:
    certificate = best.certificate
    if certificate.bound_name == "allowed":
        why = f"{facts.meetings} meetings, only {_count(facts.possible, 'pair')}."
    else:
        reason = _WHY[certificate.bound_name]
        why = f"of {facts.meetings} meetings at most {certificate.bound} can be new, {reason}."
    forced = facts.meetings - certificate.bound
    fewest = "the fewest possible" if certificate.optimal else f"of which {forced} cannot be avoided"
    return f"{shape} must repeat: {why} This plan has {_count(facts.repeats, 'repeat')}, {fewest}."


def _read(file: str) -> list[ImportedPerson]:
    """The people of a list; ends the program with a sentence when there is nobody to plan for."""
    from server.importing import read_people

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}.") from error
    imported: Imported = read_people(data)
    for problem in (*imported.problems, *imported.questions):
        click.echo(_complaint(problem), err=True)
    if not imported.people:
        raise click.ClickException("There is nobody to plan for.")
    if len(imported.people) == 1:
        raise click.ClickException("One person alone has nobody to meet. Add at least one more.")
    return list(imported.people)


def _complaint(problem: RowProblem) -> str:
    where = f"Row {problem.row}: " if problem.row else ""
    return f"{where}{problem.sentence} {problem.fix}".rstrip()


def _sizes(people: int, size: int | None, rooms: int | None, at_least_three: bool) -> tuple[RoomSizes, str]:
    """The rooms of each round, and how to speak of them."""
    from rotation import into_rooms, sizes

    if rooms is not None:
        made = into_rooms(people, rooms)
        if len(made) < rooms:
            click.echo(f"{people} people fill only {len(made)} rooms: nobody should sit alone.", err=True)
        return made, "in one room" if len(made) == 1 else f"in {len(made)} rooms"
    wanted = size or 4
    made = sizes(people, wanted, at_least_three=at_least_three)
    if people <= wanted:
        click.echo(f"{people} people are one room.", err=True)
    return made, f"in {_GROUPS.get(wanted, f'rooms of {wanted}')}"


def _request(people: list[ImportedPerson], sizes: RoomSizes, rounds: int, how: str) -> Request:
    from rotation import Person, Problem

    names = [person.name or person.email for person in people]
    same = Counter(names)
    told_apart: dict[str, str] = {}
    roles: dict[str, str] = {}
    for number, (person, name) in enumerate(zip(people, names, strict=True), start=1):
        told_apart[str(number)] = (
            f"{name} ({person.email or f'row {person.row}'})" if same[name] > 1 else name
        )
        roles[str(number)] = person.role
    everyone = tuple(Person(number, roles[number]) for number in told_apart)
    in_all = "1 round" if rounds == 1 else f"{rounds} rounds"
    shape = f"{len(people)} people {how} for {in_all}"
    return Request(Problem(everyone, (sizes,) * rounds), told_apart, roles, shape)


def _search(request: Request, seed: int, seconds: float, console: Console) -> Planned:
    """Ever better plans until the time is over or the last one is proved; drawn live on a terminal."""
    from rich.live import Live

    begun = time.monotonic()
    if not console.is_terminal:
        return _last(_until(request, seed, begun + seconds))
    with Live(console=console, transient=True, refresh_per_second=8) as live:
        best = None
        for best in _until(request, seed, begun + seconds):
            live.update(_progress(best, time.monotonic() - begun, seconds))
    assert best
    return best


def _until(request: Request, seed: int, deadline: float) -> Iterator[Planned]:
    from rotation import improve

    for best in improve(request.problem, seed):
        yield best
        if time.monotonic() >= deadline:
            return


def _last(plans: Iterator[Planned]) -> Planned:
    *_, best = plans
    return best


def _progress(best: Planned, elapsed: float, seconds: float) -> RenderableType:
    from rich.text import Text

    certificate = best.certificate
    return Text(
        f"{certificate.distinct} of at most {certificate.bound} pairs meet; "
        f"{elapsed:.0f} of {seconds:.0f} s, {best.moves:,} swaps tried"
    )


def _table(request: Request, best: Planned, number: int) -> RenderableType:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    seating = best.plan.seatings[number]
    table = Table(
        title=f"Round {number + 1}", title_justify="left", box=SIMPLE, show_edge=False, pad_edge=False
    )
    table.add_column("Room", justify="right")
    table.add_column("People")
    for room, group in enumerate(seating.groups, start=1):
        # As text: a name in square brackets is a name, not a colour.
        table.add_row(str(room), Text(", ".join(request.names[who] for who in group)))
    if seating.resting:
        table.add_row("rest", Text(", ".join(request.names[who] for who in seating.resting)))
    return table


def _csv(request: Request, best: Planned) -> bytes:
    """RFC 4180, one row for each person in each round; an empty room is a rest."""
    from server.exporting import csv_bytes

    rows: list[tuple[object, ...]] = [("Round", "Room", "Name")]
    for number, seating in enumerate(best.plan.seatings, start=1):
        for room, group in (*enumerate(seating.groups, start=1), ("", seating.resting)):
            rows += [(number, room, request.names[who]) for who in group]
    return csv_bytes(rows)


def _json(request: Request, best: Planned) -> bytes:
    """The plan with its people, numbers and certificate; `version` grows when a field changes its meaning."""
    from rotation import numbers

    document = {
        "version": VERSION,
        "people": [
            {"id": who, "name": name, "role": request.roles[who]} for who, name in request.names.items()
        ],
        "rounds": [
            {"number": number, "rooms": seating.groups, "resting": seating.resting}
            for number, seating in enumerate(best.plan.seatings, start=1)
        ],
        "certificate": asdict(best.certificate),
        "numbers": asdict(numbers(request.problem, best.plan)),
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8") + b"\n"


def _number(value: float) -> str:
    """At most one decimal, and never rounded up to what was not reached.

    >>> _number(24.0), _number(23.99)
    ('24', '23.9')
    """
    tenths = int(value * 10 + 1e-9)
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _between(low: int, high: int) -> str:
    return _times(low) if low == high else f"{low} to {high} times"


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

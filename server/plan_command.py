"""`intermingle plan`: all rounds for a list of people, with the proof, on a terminal or as files.

Here are its options and the order of what it does; each part is a plan_*.py of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from server.plan_options import Seconds, Sectioned, Whole, option

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from server.plan_files import Result
    from server.plan_search import Search


@click.command(cls=Sectioned)
@click.argument("file", metavar="PEOPLE", type=click.Path(dir_okay=False, allow_dash=True))
@option("--size", type=Whole(2, 10_000), metavar="N", help="About so many in a room. [4]")
@option("--rooms", type=Whole(1, 10_000), metavar="N", help="So many rooms; not with --size.")
@option("--sizes", metavar="TEXT", help="A size for each round: “4 4 3”; or all rooms of a round: “6+6+5 4”.")
@option("--rounds", type=Whole(1, 1_000), metavar="N", help="Number of rounds. [6]")
@option("--minutes", type=Seconds(some=True), metavar="M", help="Of one round, with the move.")
@option("--within", type=Seconds(some=True), metavar="M", help="Minutes in all: what fits in.")
@option("--at-least-three", is_flag=True, help="No pairs, even if rooms grow by it.")
@option(
    "--template", multiple=True, metavar="TEXT",
    help="Roles in each room: “1 mentor + 2 mentee”, “at least 1 mentor”, “same role”; for some rounds "
    "only: “2,4: same role”.",
)  # fmt: skip
@option("--same-as", multiple=True, metavar="L=E", help="Round L has the groups of round E again: 5=1.")
@option("--apart", multiple=True, metavar="NAMES", help="Never in one room: “Ana, Tom”.")
@option("--apart-by", multiple=True, metavar="COLUMN", help="Apart if a column is the same: employer.")
@option("--together", multiple=True, metavar="NAMES", help="Always in one room.")
@option("--meet", multiple=True, metavar="NAMES", help="In one room at least once: a wish.")
@option(
    "--at-most", type=Whole(0, 1000), default=0, metavar="N", show_default=False,
    help="Nobody meets the same person more often.",
)  # fmt: skip
@option("--host", multiple=True, metavar="NAME=ROOM", help="Always in that room: “Ana=1”.")
@option("--stays", multiple=True, metavar="NAMES", help="Keeps one room, whichever.")
@option("--pin", multiple=True, metavar="NAME=ROUND:ROOM", help="There in that round: “Ana=2:3”.")
@option("--away", multiple=True, metavar="NAME=ROUNDS", help="Not there in these rounds: “Tom=1,4-6”.")
@option("--no-pair", multiple=True, metavar="NAMES", help="Three or more rather than pairs.")
@option("--rooms-differ", is_flag=True, help="Nobody in the same room, or topic, twice.")
@option("--soft", multiple=True, metavar="RULE", help="May be broken where it must: meet, apart-by, …")
@option("--history", multiple=True, metavar="FILE…", help="Earlier plan.json or plan.csv of ours.")
@option("--seconds", type=Seconds(), default=5.0, metavar="S", help="Longest time to search. [5]")
@option("--seed", default=0, metavar="N", help="Another seed, another plan that is as good. [0]")
@option(
    "--profile", type=click.Choice(["even", "reach"]),
    help="even spreads meetings evenly; reach wants the most pairs, even if couples keep together. [even]",
)  # fmt: skip
@option(
    "--what-if", multiple=True, metavar="CHANGE",
    help="Compare with no-shows=20%, size=5, rooms=8 or rounds=5.",
)  # fmt: skip
@option("--explain", is_flag=True, help="How the plan was found, what limits it, what each rule costs.")
@option(
    "-o", "--output", multiple=True, type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Write plan.csv, plan.wide.csv, plan.json, plan.graphml, plan.graph.json or plan.svg instead.",
)  # fmt: skip
@option("--wide", is_flag=True, help="A .csv with one row for each person.")
def plan(
    file: str,
    seconds: float,
    seed: int,
    what_if: tuple[str, ...],
    explain: bool,
    output: tuple[Path, ...],
    wide: bool,
    **options: Any,
) -> None:
    """Plan all rounds so that everyone meets as many new people as possible.

    PEOPLE is a list of names, one in a line; or a CSV file, whose further columns rules may speak of; or a
    problem as JSON; - reads it from the standard input. People are named as on the list, by id or by e-mail.

    \b
    Examples
      Thirty people, six rounds in fours:
        intermingle plan people.csv --size 4 --rounds 6
      Two colleagues apart, and everybody of one company from each other:
        intermingle plan people.csv --apart "Ana, Tom" --apart-by employer
      A mentor and two mentees in each room:
        intermingle plan people.csv --template "1 mentor + 2 mentee"
      Who wishes to meet does, where that is possible:
        intermingle plan people.csv --meet "Ana, Tom" --soft meet
      What fits into 90 minutes, as a table for Excel and as a picture:
        intermingle plan people.csv --minutes 12 --within 90 -o all.csv -o all.svg
      The next evening, after two that were held:
        intermingle plan people.csv --history first.json second.json -o third.json
      What if a fifth stays at home, or rooms are larger?
        intermingle plan people.csv --what-if no-shows=20% --what-if size=5

    The search ends early when no plan can be better, and says so only when that is proved. Ctrl-C ends it
    with the best plan so far.
    """
    from rich.console import Console

    from server.plan_files import Result, refuse_file, write
    from server.plan_request import Wanted, requested
    from server.plan_rules import Typed
    from server.plan_search import search
    from server.plan_variants import compared, table, variations

    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # names in any script, on any terminal
    typed = Typed(**{field.name: options[field.name] for field in fields(Typed)})
    wanted = Wanted(**{field.name: options[field.name] for field in fields(Wanted)})
    request = requested(file, wanted, typed)
    asked = variations(request, what_if, seed)
    for path in output:
        refuse_file(path, wide, request)
    console = Console(highlight=False, emoji=False)
    found = search(request.problem, seed, seconds, console)
    result = Result(request, found.best, seed)
    if not output:
        _show_plan(console, result)
    if explain:
        _show_reasons(console, result, found)
    if asked:
        _print(console, table(list(compared(request, found.best, asked, seed))))
    _show_verdict(console, result, found)
    for path in output:
        write(result, path, wide)
        _say(console, f"Written to {path}.")


def _show_plan(console: Console, result: Result) -> None:
    from server.plan_heatmap import heatmap
    from server.plan_tables import by_person, by_round
    from server.plan_tally import met

    request = result.request
    for line in by_round(request, result.plan, console.width):
        console.print(line, soft_wrap=True)
    _print(console, by_person(request, result.plan, met(request.problem, result.plan), console.width))
    _print(console, heatmap(request, result.plan, console.width))


def _show_reasons(console: Console, result: Result, found: Search) -> None:
    from server.plan_explain import explained

    _print(console, explained(result.request.problem, found.steps, result.seed))


def _show_verdict(console: Console, result: Result, found: Search) -> None:
    from server.plan_words import verdict

    for sentence in verdict(result.request.problem, result.best, result.request.shape):
        _say(console, sentence)
    if found.stopped:
        _say(console, f"Stopped after {found.seconds:.1f} s: the best plan until then.")


def _say(console: Console, sentence: str) -> None:
    """On a terminal broken between words; in a file one line."""
    console.print(sentence, soft_wrap=not console.is_terminal, markup=False)


def _print(console: Console, lines: Iterable[Text]) -> None:
    """Lines as they are, then an empty one."""
    for line in lines:
        console.print(line, soft_wrap=True)
    console.print()

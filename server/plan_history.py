"""Earlier plans for `intermingle plan --history`: who has met whom, read from the files it wrote itself.

People are recognised by e-mail address or by name; who is not on today's list does not count.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any

import click

from rotation import History, Pair, PersonId, pair
from server.plan_people import Crowd, read
from server.plan_trouble import BadInput

# A held round: its groups and who rested, by what they are called there: e-mail address, name.
Called = tuple[str, ...]
Held = tuple[list[list[Called]], list[Called]]


def history(files: Sequence[str], crowd: Crowd, before: History) -> History:
    """What happened according to these files, besides what came with the problem."""
    met: Counter[Pair] = Counter()
    rests: Counter[PersonId] = Counter()
    small: Counter[PersonId] = Counter()
    strangers: set[Called] = set()
    for file in files:
        for groups, resting in _rounds(file):
            largest = max(map(len, groups), default=0)
            for group in groups:
                known = _known(group, crowd, strangers)
                met.update(pair(a, b) for a, b in combinations(known, 2))
                small.update(known if len(group) < largest else ())
            rests.update(_known(resting, crowd, strangers))
    if strangers:
        who = "person" if len(strangers) == 1 else "people"
        click.echo(f"{len(strangers)} {who} of earlier plans are not on this list.", err=True)
    return History(
        before.meetings + tuple((a, b, times) for (a, b), times in met.items()),
        before.rests + tuple(rests.items()),
        before.small + tuple(small.items()),
    )


def _known(group: Iterable[Called], crowd: Crowd, strangers: set[Called]) -> list[PersonId]:
    found: list[PersonId] = []
    for called in group:
        likely = (crowd.called.get(word.casefold(), ()) for word in called if word)
        person = next((people[0] for people in likely if len(people) == 1), None)
        if person is None:
            strangers.add(called)
        elif person not in found:
            found.append(person)
    return found


def _rounds(file: str) -> list[Held]:
    data = read(file)
    try:
        text = data.decode("utf-8-sig")
        return _from_json(json.loads(text)) if text.lstrip().startswith("{") else _from_csv(text)
    except (ValueError, LookupError, TypeError, AttributeError, csv.Error) as error:
        raise BadInput(
            f"{file} is no earlier plan: give a plan.json or plan.csv that intermingle has written."
        ) from error


def refuse_plan(file: str, data: bytes) -> None:
    """Refuse a plan.csv of ours where a list of people is wanted: it has everybody once for each round."""
    head = data.splitlines()[0].decode("utf-8-sig", "replace") if data else ""
    if {"Round", "Room", "Name"} <= {cell.strip(' "') for cell in re.split("[,;\t]", head)}:
        raise BadInput(
            f"{file} is a plan, not a list of people. Give the list that it was made from; for another "
            f"evening after that plan, add --history {file}."
        )


def _from_json(document: Any) -> list[Held]:
    called = {each["id"]: _called(each.get("email", ""), each["name"]) for each in document["people"]}
    return [
        ([[called[who] for who in room] for room in each["rooms"]], [called[who] for who in each["resting"]])
        for each in document["rounds"]
    ]


def _from_csv(text: str) -> list[Held]:
    """The long table, a row for each person and round, or the wide one, a row for each person."""
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    email = head.index("E-mail") if "E-mail" in head else None
    name = head.index("Name")
    wide = [at for at, cell in enumerate(head) if cell.startswith("Round ")]
    places: list[tuple[str, str, Called]] = []
    for row in rows:
        called = _called(row[email] if email is not None else "", row[name])
        if wide:
            places += [(head[at], row[at], called) for at in wide]
        else:
            places.append((row[head.index("Round")], row[head.index("Room")], called))
    return _held(places)


def _held(places: Iterable[tuple[str, str, Called]]) -> list[Held]:
    rooms: dict[str, dict[str, list[Called]]] = {}
    for round, room, called in places:
        rooms.setdefault(round, {}).setdefault(room, []).append(called)
    return [
        ([people for room, people in held.items() if room not in ("", AWAY)], held.get("", []))
        for held in rooms.values()
    ]


AWAY = "–"
"""What a wide table says of someone who is not there in a round."""


def _called(email: str, name: str) -> Called:
    # A spreadsheet's guard against formulas is no part of the name.
    return (email, name[1:] if name[:2] in ("'=", "'+", "'-", "'@") else name)

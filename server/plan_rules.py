"""Rules as they are typed after `intermingle plan`, made into those of `rotation`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from rotation import Pair, PersonId, RoomSizes, Rules, Template, pair
from rotation.model import SOFTENABLE
from server.plan_people import Crowd
from server.plan_trouble import BadInput

_ITEM = re.compile(r"(?:(at least|exactly)\s+)?(?:(\d+)|(an?|one))\s+(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """The rules of the command line, word for word."""

    apart: tuple[str, ...] = ()
    apart_by: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    meet: tuple[str, ...] = ()
    at_most: int = 0
    host: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    no_pair: tuple[str, ...] = ()
    rooms_differ: bool = False
    soft: tuple[str, ...] = ()


def rules(typed: Typed, crowd: Crowd, rounds: int, before: Rules) -> Rules:
    """The rules that were typed, besides those that came with the problem."""
    together = {frozenset(_people(text, crowd, "--together")) for text in typed.together}
    return Rules(
        apart=before.apart | frozenset(_pairs(typed.apart, crowd, "--apart")),
        apart_by=before.apart_by | {crowd.column(text) for text in typed.apart_by},
        together=before.together | together,
        meet=before.meet | frozenset(_pairs(typed.meet, crowd, "--meet")),
        at_most=typed.at_most or before.at_most,
        hosts=before.hosts | {_host(text, crowd) for text in typed.host},
        stays=before.stays | {who for text in typed.stays for who in _listed(text, crowd)},
        pins=before.pins | {_pin(text, crowd, rounds) for text in typed.pin},
        away=before.away | {each for text in typed.away for each in _away(text, crowd, rounds)},
        at_least_three=before.at_least_three
        | {who for text in typed.no_pair for who in _listed(text, crowd)},
        rooms_differ=before.rooms_differ or typed.rooms_differ,
        soft=before.soft | {name for text in typed.soft for name in _soft(text)},
    )


def within(rules: Rules, rounds: int) -> Rules:
    """The rules that speak of the first rounds only."""
    return replace(
        rules,
        pins=frozenset(pin for pin in rules.pins if pin[1] <= rounds),
        away=frozenset(away for away in rules.away if away[1] <= rounds),
    )


def templates(typed: Sequence[str], crowd: Crowd, rounds: int) -> list[Template]:
    """One pattern for each round: those typed without a round are for all others."""
    found = [Template()] * rounds
    particular: dict[int, Template] = {}
    for text in typed:
        numbers, colon, pattern = text.rpartition(":")
        template = _template(pattern, crowd)
        if colon:
            particular |= dict.fromkeys(_numbers(numbers, rounds, "--template"), template)
        elif found != [Template()] * rounds:
            raise BadInput(
                "Two --template for all rounds: say which rounds the second one is for, as in "
                '"2,4: same role".'
            )
        else:
            found = [template] * rounds
    return [particular.get(number, each) for number, each in enumerate(found, start=1)]


def round_sizes(text: str) -> list[int | RoomSizes]:
    """ "4 4 3" is about how many people sit in a room, round by round; "6+6+5" names all rooms of one.

    >>> round_sizes("4 4 3"), round_sizes("5, 3+3+2")
    ([4, 4, 3], [5, (3, 3, 2)])
    """
    found: list[int | RoomSizes] = []
    for word in text.replace(",", " ").split():
        rooms = [_whole(part) for part in word.split("+")]
        if None in rooms or not all(size and 2 <= size <= 10_000 for size in rooms):
            raise BadInput(
                f"--sizes has “{word}”: write a number of people for each round, from 2 up, as in “4 4 3”, "
                "or all rooms of a round, as in “4+4+3”."
            )
        sizes = tuple(size for size in rooms if size)
        found.append(sizes if "+" in word else sizes[0])
    if not found:
        raise BadInput("--sizes needs a number for each round, as in “4 4 3”.")
    return found


def same_as(typed: Sequence[str], rounds: int) -> tuple[tuple[int, int], ...]:
    """ "5=1": round 5 has the groups of round 1 again."""
    return tuple(pair for text in typed for pair in _same_as(text, rounds))


def _same_as(text: str, rounds: int) -> Iterator[tuple[int, int]]:
    for each in text.split(","):
        later, _, first = each.partition("=")
        numbers = _whole(later), _whole(first)
        if numbers[0] is None or numbers[1] is None:
            raise BadInput(f"--same-as has “{each.strip()}”: write the later round first, as in “5=1”.")
        for number in (numbers[0], numbers[1]):
            _refuse_round(number, rounds, "--same-as")
        yield numbers[0], numbers[1]


def _people(text: str, crowd: Crowd, option: str) -> list[PersonId]:
    found = list(_listed(text, crowd))
    if len(found) < 2:
        raise BadInput(f"{option} “{text}” needs at least two people, as in “Ana, Tom”.")
    for person in found:
        if found.count(person) > 1:
            raise BadInput(f"{option} “{text}” names {crowd.names[person]} twice.")
    return found


def _listed(text: str, crowd: Crowd) -> Iterator[PersonId]:
    """People between commas; or between semicolons, for names that have a comma."""
    if " ".join(text.split()).casefold() in crowd.called:
        yield crowd.find(text)
        return
    for name in text.split(";" if ";" in text else ","):
        yield crowd.find(name)


def _pairs(texts: Iterable[str], crowd: Crowd, option: str) -> Iterator[Pair]:
    """All pairs of each list."""
    for text in texts:
        yield from (pair(a, b) for a, b in combinations(_people(text, crowd, option), 2))


def _host(text: str, crowd: Crowd) -> tuple[PersonId, int]:
    name, room = _parted(text, "--host", "“Ana=1”, a name and the number of a room")
    number = _whole(room)
    if number is None or number < 1:
        raise BadInput(f"--host “{text}”: “{room}” is no room. Rooms are numbered from 1.")
    return crowd.find(name), number


def _pin(text: str, crowd: Crowd, rounds: int) -> tuple[PersonId, int, int]:
    name, place = _parted(text, "--pin", "“Ana=2:3”, a name, a round and a room")
    number, _, room = place.partition(":")
    found = _whole(number), _whole(room)
    if found[0] is None or found[1] is None or found[1] < 1:
        raise BadInput(f"--pin “{text}”: “{place}” is no place. Write round and room, as in “Ana=2:3”.")
    _refuse_round(found[0], rounds, f"--pin “{text}”")
    return crowd.find(name), found[0], found[1]


def _away(text: str, crowd: Crowd, rounds: int) -> Iterator[tuple[PersonId, int]]:
    name, numbers = _parted(text, "--away", "“Tom=1” or “Tom=1,4-6”, a name and rounds")
    person = crowd.find(name)
    for number in _numbers(numbers, rounds, f"--away “{text}”"):
        yield person, number


def _soft(text: str) -> Iterator[str]:
    for word in text.split(","):
        name = {"host": "hosts", "pin": "pins", "no_pair": "at_least_three", "template": "templates"}.get(
            wanted := word.strip().removeprefix("--").replace("-", "_"), wanted
        )
        if name not in SOFTENABLE:
            there = ", ".join(_as_option(each) for each in SOFTENABLE)
            raise BadInput(f"--soft “{word.strip()}” is no rule that can be soft. There are: {there}.")
        yield name


def _as_option(rule: str) -> str:
    names = {"hosts": "host", "pins": "pin", "at_least_three": "no-pair", "templates": "template"}
    return names.get(rule, rule.replace("_", "-"))


def _template(text: str, crowd: Crowd) -> Template:
    """ "1 mentor + 2 mentee", "at least 1 mentor", "same role"; parts are added by + or and."""
    parts = [part.strip() for part in re.split(r"\+|,|\band\b", text) if part.strip()]
    exactly: list[tuple[str, int]] = []
    at_least: list[tuple[str, int]] = []
    same_role, into = False, exactly
    for part in parts:
        if part.casefold() == "same role":
            same_role = True
            continue
        found = _ITEM.fullmatch(part)
        if found is None:
            raise _no_template(text)
        word, many, _, role = found.groups()
        if word:
            into = at_least if word.casefold() == "at least" else exactly
        into.append((crowd.role(role), int(many) if many else 1))
    if not parts:
        raise _no_template(text)
    return Template(tuple(exactly), tuple(at_least), same_role)


def _no_template(text: str) -> BadInput:
    return BadInput(
        f"--template “{text.strip()}” cannot be read. Write “1 mentor + 2 mentee”, “at least 1 mentor” or "
        "“same role”; with rounds in front, “2,4: same role”."
    )


def _parted(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.rpartition("=")
    if not equals or not name.strip() or not value.strip():
        raise BadInput(f"{option} “{text}” cannot be read. Write {example}.")
    return name, value.strip()


def _numbers(text: str, rounds: int, option: str) -> list[int]:
    """ "1,4-6" as round numbers."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        begin, end = _whole(first), _whole(last if dash else first)
        if begin is None or end is None or begin > end:
            raise BadInput(f"{option}: “{part.strip()}” is no round. Write rounds as in “1,4-6”.")
        for number in (begin, end):
            _refuse_round(number, rounds, option)
        found += range(begin, end + 1)
    return found


def _refuse_round(number: int, rounds: int, option: str) -> None:
    if not 1 <= number <= rounds:
        there = "there is only round 1" if rounds == 1 else f"rounds are numbered from 1 to {rounds}"
        raise BadInput(f"{option}: there is no round {number}; {there}.")


def _whole(text: str) -> int | None:
    """A number in plain digits, and not an absurdly long one."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None

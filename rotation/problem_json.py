"""Problems as JSON (docs/problem.schema.json): plain data in, a `Problem` or a refusal by name out.

The reader is stricter than the model: a rule that names someone who is not in the list is a mistake here, and
so is a round or a field that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from rotation.model import (
    MOST_PEOPLE,
    MOST_ROUNDS,
    History,
    Nonsense,
    Pair,
    Person,
    PersonId,
    Problem,
    RoomSizes,
    Rules,
    Template,
)
from rotation.sizes import into_rooms, sizes

VERSION = 1

Json = Any
T = TypeVar("T")


def problem_from(document: Json) -> Problem:
    """The problem that a document, as read from JSON, stands for.

    Raises Nonsense: `not-a-problem` (something has the wrong type), `unknown-field`, `missing-field`,
    `unknown-version`, `unknown-person`, `no-such-round`, and all that `Problem` refuses.
    """
    top = _Object(document, "the problem", _FIELDS)
    version = top.get("version", _whole, VERSION)
    if version != VERSION:
        raise Nonsense(
            "unknown-version", f"This is version {version} of the format; only {VERSION} is known."
        )
    people = top.need("people", _listed(_person, MOST_PEOPLE, "too-many-people", "people"))
    known = {person.id for person in people}
    rounds = top.need("rounds", _listed(_round(len(people)), MOST_ROUNDS, "too-many-rounds", "rounds"))
    rules = top.get("rules", _rules(known, len(rounds)), Rules())
    plain = all(template is None for _, template, _ in rounds)
    return Problem(
        people=tuple(people),
        rounds=tuple(of_round for of_round, _, _ in rounds),
        rules=rules,
        history=top.get("history", _history, History()),
        templates=() if plain else tuple(template or Template() for _, template, _ in rounds),
        same_as=tuple((number, as_) for number, (_, _, as_) in enumerate(rounds, start=1) if as_),
        profile=top.get("profile", _text, "even"),  # type: ignore[arg-type]  # Problem refuses any other.
    )


def problem_to(problem: Problem) -> dict[str, Json]:
    """The document of a problem; `problem_from` gives an equal one back. What is not used is left out."""
    rules, history, same_as = problem.rules, problem.history, dict(problem.same_as)
    templates = problem.templates or (None,) * len(problem.rounds)
    return _used(
        {
            "version": VERSION,
            "people": [
                _used({"id": person.id, "role": person.role, "traits": dict(person.traits)})
                for person in problem.people
            ],
            "rounds": [
                {
                    "sizes": list(of_round),
                    **_used({"template": _template_to(template), "same_as": same_as.get(number)}),
                }
                for number, (of_round, template) in enumerate(
                    zip(problem.rounds, templates, strict=True), start=1
                )
            ],
            "rules": _used(
                {
                    "apart": [list(both) for both in sorted(rules.apart)],
                    "apart_by": sorted(rules.apart_by),
                    "together": sorted(sorted(group) for group in rules.together),
                    "meet": [list(both) for both in sorted(rules.meet)],
                    "at_most": rules.at_most,
                    "hosts": [{"person": who, "room": room} for who, room in sorted(rules.hosts)],
                    "stays": sorted(rules.stays),
                    "pins": [
                        {"person": who, "round": number, "room": room}
                        for who, number, room in sorted(rules.pins)
                    ],
                    "away": [{"person": who, "round": number} for who, number in sorted(rules.away)],
                    "at_least_three": sorted(rules.at_least_three),
                    "rooms_differ": rules.rooms_differ,
                    "soft": sorted(rules.soft),
                }
            ),
            "history": _used(
                {
                    "meetings": [list(entry) for entry in history.meetings],
                    "rests": dict(history.rests),
                    "small": dict(history.small),
                }
            ),
            "profile": problem.profile,
        }
    )


_FIELDS = ("version", "people", "rounds", "rules", "history", "profile")


class _Object:
    """An object of the document, with its place in it for refusals."""

    def __init__(self, value: Json, at: str, fields: Iterable[str]) -> None:
        if not isinstance(value, dict):
            raise _wrong(at, "an object", value)
        self.value, self.at = value, at
        for name in value:
            if name not in fields:
                raise Nonsense(
                    "unknown-field", f"{_capital(at)} has a field “{_shown(name)}”, which there is not."
                )

    def get(self, name: str, read: Callable[[Json, str], T], default: T) -> T:
        """The field, or the default when there is none."""
        return read(self.value[name], self._path(name)) if name in self.value else default

    def need(self, name: str, read: Callable[[Json, str], T]) -> T:
        """The field; refused when there is none."""
        if name not in self.value:
            raise Nonsense("missing-field", f"{_capital(self.at)} needs a field “{name}”.")
        return read(self.value[name], self._path(name))

    def all(self, name: str, read: Callable[[Json, str], T]) -> list[T]:
        """The entries of a list; none when there is no such field."""
        return _list_of(read)(self.value.get(name, []), self._path(name))

    def named(self, name: str, read: Callable[[Json, str], T]) -> dict[str, T]:
        """The entries of an object by name; none when there is no such field."""
        found = self.value.get(name, {})
        if not isinstance(found, dict):
            raise _wrong(self._path(name), "an object", found)
        return {key: read(each, f"{self._path(name)}.{_shown(key)}") for key, each in found.items()}

    def _path(self, name: str) -> str:
        return name if self.at == "the problem" else f"{self.at}.{name}"


def _person(value: Json, at: str) -> Person:
    if isinstance(value, str):
        return Person(value)
    fields = _Object(value, at, ("id", "role", "traits"))
    traits = fields.named("traits", _text)
    return Person(fields.need("id", _text), fields.get("role", _text, ""), tuple(traits.items()))


def _round(people: int) -> Callable[[Json, str], tuple[RoomSizes, Template | None, int]]:
    """Reads a round: its sizes, its pattern, and the round whose groups it has again, or 0."""

    def read(value: Json, at: str) -> tuple[RoomSizes, Template | None, int]:
        if isinstance(value, list):
            value = {"sizes": value}
        fields = _Object(value, at, ("sizes", "size", "rooms", "template", "same_as"))
        ways = [name for name in ("sizes", "size", "rooms") if name in fields.value]
        if len(ways) != 1:
            raise Nonsense(
                "missing-field",
                f"{_capital(at)} needs one of “sizes” (of its rooms), “size” (people in a room), “rooms”.",
            )
        match ways[0]:
            case "sizes":
                of_round = tuple(
                    fields.need("sizes", _listed(_whole, MOST_PEOPLE, "too-many-rooms", "rooms"))
                )
            case "size":
                of_round = sizes(people, fields.need("size", _whole))
            case _:
                of_round = into_rooms(people, fields.need("rooms", _whole))
        template = fields.need("template", _template) if "template" in fields.value else None
        return of_round, template, fields.get("same_as", _whole, 0)

    return read


def _template(value: Json, at: str) -> Template:
    fields = _Object(value, at, ("exactly", "at_least", "same_role"))
    exactly = fields.named("exactly", _whole)
    at_least = fields.named("at_least", _whole)
    return Template(tuple(exactly.items()), tuple(at_least.items()), fields.get("same_role", _truth, False))


def _rules(known: set[PersonId], rounds: int) -> Callable[[Json, str], Rules]:
    def person(value: Json, at: str) -> PersonId:
        who = _text(value, at)
        if who not in known:
            raise Nonsense(
                "unknown-person", f"{_capital(at)} names {_shown(who)}, who is not among the people."
            )
        return who

    def number(value: Json, at: str) -> int:
        found = _whole(value, at)
        if not 1 <= found <= rounds:
            raise Nonsense(
                "no-such-round", f"{_capital(at)} is {found}; rounds are numbered from 1 to {rounds}."
            )
        return found

    def pair_of(value: Json, at: str) -> Pair:
        found = _list_of(person)(value, at)
        if len(found) != 2:
            raise Nonsense("not-a-problem", f"{_capital(at)} must name two people, not {len(found)}.")
        return found[0], found[1]

    def group(value: Json, at: str) -> frozenset[PersonId]:
        return frozenset(_list_of(person)(value, at))

    def host(value: Json, at: str) -> tuple[PersonId, int]:
        fields = _Object(value, at, ("person", "room"))
        return fields.need("person", person), fields.need("room", _whole)

    def pin(value: Json, at: str) -> tuple[PersonId, int, int]:
        fields = _Object(value, at, ("person", "round", "room"))
        return fields.need("person", person), fields.need("round", number), fields.need("room", _whole)

    def away(value: Json, at: str) -> tuple[PersonId, int]:
        fields = _Object(value, at, ("person", "round"))
        return fields.need("person", person), fields.need("round", number)

    def read(value: Json, at: str) -> Rules:
        fields = _Object(value, at, tuple(Rules.__dataclass_fields__))
        return Rules(
            apart=frozenset(fields.all("apart", pair_of)),
            apart_by=frozenset(fields.all("apart_by", _text)),
            together=frozenset(fields.all("together", group)),
            meet=frozenset(fields.all("meet", pair_of)),
            at_most=fields.get("at_most", _whole, 0),
            hosts=frozenset(fields.all("hosts", host)),
            stays=frozenset(fields.all("stays", person)),
            pins=frozenset(fields.all("pins", pin)),
            away=frozenset(fields.all("away", away)),
            at_least_three=frozenset(fields.all("at_least_three", person)),
            rooms_differ=fields.get("rooms_differ", _truth, False),
            soft=frozenset(fields.all("soft", _text)),
        )

    return read


def _history(value: Json, at: str) -> History:
    """Past meetings may be with people who are no longer there."""

    def meeting(value: Json, at: str) -> tuple[PersonId, PersonId, int]:
        if not isinstance(value, list) or len(value) != 3:
            raise _wrong(at, "a list of two people and a number", value)
        return _text(value[0], f"{at}[0]"), _text(value[1], f"{at}[1]"), _whole(value[2], f"{at}[2]")

    fields = _Object(value, at, ("meetings", "rests", "small"))
    return History(
        tuple(fields.all("meetings", meeting)),
        tuple(fields.named("rests", _whole).items()),
        tuple(fields.named("small", _whole).items()),
    )


def _listed(
    read: Callable[[Json, str], T], most: int, code: str, what: str
) -> Callable[[Json, str], list[T]]:
    """Reads a list of no more than so many."""

    def limited(value: Json, at: str) -> list[T]:
        if isinstance(value, list) and len(value) > most:
            raise Nonsense(code, f"{len(value)} {what} are too many; the limit is {most}.")
        return _list_of(read)(value, at)

    return limited


def _list_of(read: Callable[[Json, str], T]) -> Callable[[Json, str], list[T]]:
    def listed(value: Json, at: str) -> list[T]:
        if not isinstance(value, list):
            raise _wrong(at, "a list", value)
        return [read(each, f"{at}[{index}]") for index, each in enumerate(value)]

    return listed


def _text(value: Json, at: str) -> str:
    if not isinstance(value, str):
        raise _wrong(at, "text", value)
    return value


def _whole(value: Json, at: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(at, "a whole number", value)
    if abs(value) > MOST_PEOPLE:
        raise Nonsense("absurd-number", f"{_capital(at)} is {_shown(value)}; the limit is {MOST_PEOPLE}.")
    return value


def _truth(value: Json, at: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(at, "true or false", value)
    return value


def _wrong(at: str, wanted: str, value: Json) -> Nonsense:
    return Nonsense("not-a-problem", f"{_capital(at)} must be {wanted}, not {_shown(value)}.")


def _shown(value: Json) -> str:
    match value:
        case None | True | False:
            return {None: "null", True: "true", False: "false"}[value]
        case dict():
            return "an object"
        case list():
            return "a list"
        case int() if abs(value) > 10**18:
            return "a far larger number"
    text = str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _capital(at: str) -> str:
    return at[:1].upper() + at[1:] if at.startswith("the ") else at


def _template_to(template: Template | None) -> dict[str, Json] | None:
    if template is None or template == Template():
        return None
    return _used(
        {
            "exactly": dict(template.exactly),
            "at_least": dict(template.at_least),
            "same_role": template.same_role,
        }
    )


def _used(fields: dict[str, Json]) -> dict[str, Json]:
    """Without what is empty; people and rounds are never left out."""
    return {name: value for name, value in fields.items() if value or name in ("people", "rounds")}

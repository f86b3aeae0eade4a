"""The people of `intermingle plan`: called so that no two are alike, found again by what one types."""

from __future__ import annotations

import difflib
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from rotation import Person, PersonId
from rotation.model import MOST_PEOPLE
from server.bodies import Imported, ImportedPerson, RowProblem
from server.plan_trouble import BadInput

MOST_BYTES = 32 * 1024 * 1024
MOST_REMARKS = 8
_NEAR = 3


@dataclass(frozen=True, slots=True)
class Crowd:
    """People with what they are called: by name, by id, by e-mail address."""

    people: tuple[Person, ...]
    names: dict[PersonId, str]
    """How each person is shown; no two alike."""
    called: dict[str, tuple[PersonId, ...]]
    """Whom a word of the command line may mean, in small letters."""
    columns: dict[str, str]
    """A column's name in small letters, and as people's traits have it."""

    def find(self, text: str) -> PersonId:
        """The one person who is called that. Refuses nobody and two, naming those who come near."""
        wanted = " ".join(text.split())
        found = self.called.get(wanted.casefold(), ())
        if len(found) == 1:
            return found[0]
        if found:
            raise BadInput(f"There are several called {wanted}: write {self._either(found)}.")
        if not wanted:
            raise BadInput("A name is missing between two commas.")
        near = self._near(wanted.casefold())
        hint = f"Did you mean {self._either(near)}?" if near else "Write the name as it is on the list."
        raise BadInput(f"Nobody on the list is called “{wanted}”. {hint}")

    def column(self, text: str) -> str:
        """The column of that name; refuses others, naming those there are."""
        wanted = text.strip().casefold()
        if wanted not in self.columns:
            there = ", ".join(self.columns.values()) or "none but the names"
            raise BadInput(f"The list has no column “{text.strip()}”. There are: {there}.")
        return self.columns[wanted]

    def role(self, text: str) -> str:
        """The role of that name, be it written as more than one: mentors."""
        roles = {person.role.casefold(): person.role for person in self.people if person.role}
        wanted = text.strip().casefold()
        for form in (wanted, wanted.removesuffix("s"), wanted.removesuffix("es")):
            if form in roles:
                return roles[form]
        if not roles:
            raise BadInput(
                f"Nobody on the list has a role, so there is no {text.strip()}. Add a column Role."
            )
        raise BadInput(f"Nobody on the list is a {text.strip()}. The roles are: {', '.join(roles.values())}.")

    def _either(self, people: Iterable[PersonId]) -> str:
        return " or ".join(self.names[person] for person in people)

    def _near(self, wanted: str) -> list[PersonId]:
        likely = difflib.get_close_matches(wanted, self.called, n=_NEAR, cutoff=0.7)
        beginning = [name for name in self.called if wanted in name.split()]
        found = [person for name in (*beginning, *likely) for person in self.called[name]]
        return list(dict.fromkeys(found))[:_NEAR]


def crowd(
    people: Sequence[Person],
    names: dict[PersonId, str],
    others: Iterable[tuple[str, PersonId]] = (),
    roles_from: str = "role",
) -> Crowd:
    """People as the command line knows them. `others`: what else they answer to."""
    called: dict[str, tuple[PersonId, ...]] = {}
    known = [(name, person) for person, name in names.items()]
    for word, person in (*known, *((person.id, person.id) for person in people), *others):
        key = " ".join(word.split()).casefold()
        if key and person not in called.get(key, ()):
            called[key] = (*called.get(key, ()), person)
    columns = {column.casefold(): column for person in people for column, _ in person.traits}
    if any(person.role for person in people):
        columns |= {roles_from.casefold(): "role", "role": "role"}
    return Crowd(tuple(people), names, called, columns)


def read(file: str) -> bytes:
    """The bytes of a file, or of the standard input for -; refuses what cannot be a list."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    if len(data) > MOST_BYTES:
        raise BadInput(
            f"{file} has more than {MOST_BYTES // 2**20} MB; a list of {MOST_PEOPLE:,} people, the most that "
            "can be planned, is far smaller."
        )
    return data


def people_of(data: bytes) -> Crowd:
    """The people of a CSV file or a list of names. Refuses when there is nobody to plan for."""
    from server.importing import read_people

    lines = data.count(b"\n")
    if lines > 2 * MOST_PEOPLE and b"\0" not in data[:1000]:
        raise BadInput(f"This list has {lines:,} lines; at most {MOST_PEOPLE:,} people can be planned.")
    imported = read_people(data, limit=MOST_PEOPLE)
    if not imported.people:
        raise BadInput(" ".join(map(complaint, imported.problems)) or "There is nobody to plan for.")
    remark((*imported.problems, *imported.questions))
    refuse_loneliness(len(imported.people))
    return _listed(imported, *_other_columns(data, imported))


def refuse_loneliness(people: int) -> None:
    if people == 0:
        raise BadInput("There is nobody to plan for.")
    if people == 1:
        raise BadInput("One person alone has nobody to meet. Add at least one more.")


def remark(problems: Sequence[RowProblem]) -> None:
    """What to look at in the list, without filling the screen."""
    for problem in problems[:MOST_REMARKS]:
        click.echo(complaint(problem), err=True)
    if len(problems) > MOST_REMARKS:
        click.echo(f"And {len(problems) - MOST_REMARKS} more remarks on this list.", err=True)


def complaint(problem: RowProblem) -> str:
    told = f" {problem.row} " in f"{problem.sentence} ".replace(",", " ")
    where = f"Row {problem.row}: " if problem.row and not told else ""
    return f"{where}{problem.sentence} {problem.fix}".rstrip()


def _listed(imported: Imported, traits: dict[int, tuple[tuple[str, str], ...]], roles_from: str) -> Crowd:
    same = Counter(person.name for person in imported.people)
    people: list[Person] = []
    others: list[tuple[str, PersonId]] = []
    for listed in imported.people:
        id = _told_apart(listed) if same[listed.name] > 1 else listed.name
        own = traits.get(listed.row, ())
        people.append(Person(id, listed.role, own))
        others += [(listed.name, id), (listed.email, id)]
        others += [(value, id) for column, value in own if column.casefold() == "id"]
    return crowd(people, {person.id: person.id for person in people}, others, roles_from)


def _told_apart(person: ImportedPerson) -> str:
    return f"{person.name} ({person.email or f'row {person.row}'})"


def _other_columns(data: bytes, imported: Imported) -> tuple[dict[int, tuple[tuple[str, str], ...]], str]:
    """By row: the columns that are neither name nor role, as (column, value); and what that of roles is
    called. Only columns with a header can be spoken of.
    """
    from server.importing import is_header
    from server.tables import read_sheet

    if not imported.header:
        return {}, "role"
    (_, header), *rows = read_sheet(data, imported.encoding, imported.separator, is_header).rows
    kinds = dict(zip(header, imported.columns, strict=False))
    named = list(dict.fromkeys(name for name in header if name and kinds[name] in ("other", "headline")))
    roles_from = next((name for name in header if kinds[name] == "role"), "role")
    traits = {
        number: tuple((name, cells[header.index(name)]) for name in named if cells[header.index(name)])
        for number, cells in rows
    }
    return traits, roles_from

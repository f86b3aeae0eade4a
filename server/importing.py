"""People from a CSV file or pasted text. Nothing is created here, and nothing is guessed in silence:
what is not certain comes back as a question, what cannot be used as a problem with its row and a fix.

`tables` makes rows of the bytes; here rows get columns, and columns people. A `Choice` overrules any step.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from rooms import typed
from server.bodies import Column, Encoding, Imported, ImportedPerson, RowProblem, Separator
from server.tables import ADDRESS, Row, Sheet, Unreadable, read_sheet

PEOPLE_LIMIT = typed.PEOPLE
SAMPLE_ROWS = 5


class Choice(msgspec.Struct, frozen=True):
    """What the organiser has said about the file; None is for us to find out."""

    encoding: Encoding | None = None
    separator: Separator | None = None
    header: bool | None = None
    columns: tuple[Column, ...] | None = None


def read_people(data: bytes, choice: Choice | None = None, *, limit: int = PEOPLE_LIMIT) -> Imported:
    """A list of at most `limit` people, or what stands in the way. Never raises, whatever the bytes."""
    choice = choice or Choice()
    try:
        sheet = read_sheet(data, choice.encoding, choice.separator, is_header)
        return imported(sheet, choice, limit)
    except Unreadable as unreadable:
        return Imported((), (unreadable.problem,), (), None, "", False, (), ())


def imported(sheet: Sheet, choice: Choice, limit: int) -> Imported:
    """Rows as people; raises Unreadable when there is nobody, or nobody knows which column is the name."""
    questions = list(sheet.questions)
    rows = one_line_upright(list(sheet.rows), questions)
    rows = addresses_split(without_list_marks(rows))
    if not rows:
        raise nobody()
    header = is_header(rows[0][1]) if choice.header is None else choice.header
    columns = columns_of(rows, header, sheet, choice, questions)
    listed = rows[1:] if header else rows
    if not listed:
        raise nobody()
    if len(listed) > 2 * limit:
        raise too_many(len(listed), limit)
    people, problems = people_of(listed, columns, questions, limit)
    return Imported(
        people=tuple(people),
        problems=(*sheet.problems, *problems),
        questions=tuple(questions),
        encoding=sheet.encoding,
        separator=sheet.separator,
        header=header,
        columns=columns,
        sample=tuple(cells for _, cells in rows[:SAMPLE_ROWS]),
    )


def nobody() -> Unreadable:
    fix = "Paste names, one on each line, or drop a CSV file."
    return Unreadable("empty", "There is nobody on this list.", fix)


# Rows → columns


def one_line_upright(rows: list[Row], questions: list[RowProblem]) -> list[Row]:
    """Names pasted as one line, "Anna, Ben, Carl", are one person each; which is asked."""
    if len(rows) != 1 or is_header(rows[0][1]):
        return rows
    cells = [cell for cell in rows[0][1] if cell]
    if len(cells) < 3 or any("@" in cell for cell in cells):
        return rows
    sentence = f"One line with {len(cells)} names, or one person with {len(cells)} columns?"
    questions.append(RowProblem(1, "one-line", sentence, "Put each person on a line of their own."))
    return [(1, (cell,)) for cell in cells]


LIST_MARK = re.compile(r"(?:\d+[.)]|[-*•–])\s+")


def without_list_marks(rows: list[Row]) -> list[Row]:
    """One column copied from a numbered or bulleted list."""
    if not rows or len(rows[0][1]) != 1 or not all(LIST_MARK.match(cells[0]) for _, cells in rows):
        return rows
    return [(number, (LIST_MARK.sub("", cells[0], count=1),)) for number, cells in rows]


def addresses_split(rows: list[Row]) -> list[Row]:
    """One column of `Name <name@example.org>`, as mail programs copy it, becomes two."""
    if not rows or len(rows[0][1]) != 1:
        return rows
    found = [ADDRESS.fullmatch(cells[0]) for _, cells in rows]
    if sum(match is not None for match in found) * 2 <= len(rows):
        return rows
    return [
        (number, (match[1], match[2]) if match else (cells[0], ""))
        for (number, cells), match in zip(rows, found, strict=True)
    ]


HEADERS: dict[Column, str] = {
    "name": "name navn namn nom nombre naam fullname fuldenavn fuldtnavn vollständigername displayname "
    "person participant deltager teilnehmer teilnehmerin guest gæst gast attendee",
    "first": "firstname givenname forename fornavn førnavn förnamn vorname prénom prenom",
    "last": "lastname surname familyname efternavn etternavn efternamn nachname familienname nomdefamille",
    "email": "email emailaddress mail mailaddress emailadresse mailadresse epost epostadresse courriel "
    "correo emailadress",
    "role": "role rolle roll rôle rol type group gruppe funktion function",
    "headline": "headline about aboutme aboutyou bio introduction intro interests interesser interessen "
    "beskrivelse beschreibung overskrift überschrift ommig übermich presentation præsentation onelineaboutme",
}
KNOWN: dict[str, Column] = {word: column for column, words in HEADERS.items() for word in words.split()}


def meaning(cell: str) -> Column:
    """What a header cell stands for: "E-Mail" and "e-mail:" are both the e-mail address."""
    return KNOWN.get("".join(each for each in cell.casefold() if each.isalnum()), "other")


def is_header(cells: Sequence[str]) -> bool:
    """Whether the first row names the columns: it has a word for a name or an address, and no address."""
    meanings = {meaning(cell) for cell in cells}
    return bool(meanings & {"name", "first", "last", "email"}) and not any("@" in cell for cell in cells)


def columns_of(
    rows: list[Row], header: bool, sheet: Sheet, choice: Choice, questions: list[RowProblem]
) -> tuple[Column, ...]:
    """What each column is: as chosen, else by the header, else by its looks, which is asked."""
    columns: tuple[Column, ...]
    if choice.columns:
        width = len(rows[0][1])
        unnamed: tuple[Column, ...] = ("other",)
        columns = (choice.columns + unnamed * width)[:width]
    else:
        columns = guess_columns(rows, header, family_name_first(sheet))
        questions += column_questions(rows, columns, header)
    return columns


def guess_columns(rows: list[Row], header: bool, reversed_names: bool) -> tuple[Column, ...]:
    if header:
        return each_once(meaning(cell) for cell in rows[0][1])
    columns = list(zip(*(cells for _, cells in rows), strict=True))
    kinds = [kind_of(values) for values in columns]
    name = next((at for kind in ("text", "repeated") for at, each in enumerate(kinds) if each == kind), None)
    if kinds == ["text", "text"]:
        return ("last", "first") if reversed_names else ("first", "last")
    wanted: dict[str, Column] = {"email": "email", "repeated": "role"}
    return each_once("name" if at == name else wanted.get(kind, "other") for at, kind in enumerate(kinds))


def each_once(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The second column of the same meaning means nothing."""
    kept: list[Column] = []
    for column in columns:
        kept.append("other" if column in kept else column)
    return tuple(kept)


def kind_of(values: Sequence[str]) -> Literal["email", "text", "repeated", "other"]:
    """What most filled cells of a column look like: text may be all different, or a few words repeated."""
    filled = [value for value in values if value]
    if sum("@" in value for value in filled) * 2 > len(filled):
        return "email"
    if sum(any(each.isalpha() for each in value) for value in filled) * 2 <= len(filled):
        return "other"
    return "repeated" if len(set(filled)) * 3 <= len(filled) * 2 else "text"


def family_name_first(sheet: Sheet) -> bool:
    """Whether the list reads "Hansen, Ole": a comma with a space in every line."""
    return sheet.separator == "," and all(", " in line for line in sheet.text.split("\n") if line.strip())


def column_questions(rows: list[Row], columns: tuple[Column, ...], header: bool) -> Iterator[RowProblem]:
    """Columns taken by their looks are asked about; names alone, or names and addresses, are plain."""
    if header or set(columns) <= {"name", "email"}:
        return
    number, cells = rows[0]
    words = {"first": "first name", "last": "family name", "email": "e-mail", "other": "not used"}
    taken = ", ".join(
        f"“{cell[:40]}” {words.get(col, col)}" for cell, col in zip(cells, columns, strict=True)
    )
    yield RowProblem(
        number,
        "columns-guessed",
        f"The table has no header. Is this right for its first row: {taken}?",
        "Add a first row such as Name, E-mail, Role, or choose what each column is.",
    )


# Columns → people


def people_of(
    rows: list[Row], columns: tuple[Column, ...], questions: list[RowProblem], limit: int
) -> tuple[list[ImportedPerson], list[RowProblem]]:
    """Everyone, and the rows that were refused; raises Unreadable when there are too many."""
    if not {"name", "first", "last"} & set(columns):
        return [], [NO_NAMES]
    people: list[ImportedPerson] = []
    problems: list[RowProblem] = []
    for number, cells in rows:
        person = person_of(number, dict(zip(columns, cells, strict=True)))
        if refused := refuse_person(person):
            problems.append(refused)
            continue
        if person.email and not ADDRESS_ALONE.fullmatch(person.email):
            questions.append(bad_email(person))
            person = msgspec.structs.replace(person, email="")
        people.append(person)
    if len(people) > limit:
        raise too_many(len(people), limit)
    people = merged(people, questions)
    questions += same_names(people)
    return list(one_spelling(people, questions)), problems


NO_NAMES = RowProblem(
    0,
    "no-names",
    "No column holds names.",
    "Call the column with the names “Name”, or choose which one it is.",
    fatal=True,
)
ADDRESS_ALONE = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
# Marks that turn the direction of all that follows could make a name swallow the text around it.
DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def person_of(number: int, cells: dict[Column, str]) -> ImportedPerson:
    full = cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}"
    return ImportedPerson(
        name=tidy(full),
        email=cells.get("email", "").removeprefix("mailto:").strip(),
        role=tidy(cells.get("role", "")),
        headline=tidy(cells.get("headline", "")),
        row=number,
    )


def tidy(text: str) -> str:
    """One line, single spaces, NFC, no direction marks. Markup stays: it is shown as it was typed."""
    return " ".join(DIRECTION_MARKS.sub("", unicodedata.normalize("NFC", text)).split())


def is_blank(text: str) -> bool:
    """Nothing to see: spaces, or marks without width."""
    return all(unicodedata.category(each)[0] in "ZC" for each in text)


def refuse_person(person: ImportedPerson) -> RowProblem | None:
    if is_blank(person.name):
        whose = person.email or person.headline or person.role
        sentence = f"Row {person.row} has no name" + (f", only “{whose[:60]}”." if whose else ".")
        return RowProblem(person.row, "blank-name", sentence, "Fill in the name, or take the row out.")
    for what, text, limit in (
        ("name", person.name, typed.NAME),
        ("role", person.role, typed.NAME),
        ("headline", person.headline, typed.HEADLINE),
    ):
        if len(text) > limit:
            sentence = f"The {what} in row {person.row} has {len(text)} characters; {limit} are possible."
            return RowProblem(person.row, f"long-{what}", sentence, "Shorten it. Is a separator missing?")
    return None


def bad_email(person: ImportedPerson) -> RowProblem:
    reason = "has no @" if "@" not in person.email else "is not an address"
    return RowProblem(
        person.row,
        "bad-email",
        f"The e-mail “{person.email[:60]}” of {person.name[:60]} in row {person.row} {reason}.",
        f"Correct it, or add {person.name[:60]} without an e-mail.",
    )


def too_many(count: int, limit: int) -> Unreadable:
    sentence = f"This list has {count:,} people; an event may have {limit:,}."
    return Unreadable("too-many", sentence, "Split the list over several events.")


def merged(people: list[ImportedPerson], questions: list[RowProblem]) -> list[ImportedPerson]:
    """The same e-mail address is the same person: their first row counts, gaps are filled from the others."""
    kept: dict[str, ImportedPerson] = {}
    for person in people:
        key = person.email.casefold() or f"row {person.row}/{len(kept)}"
        first = kept.get(key)
        if first is None:
            kept[key] = person
            continue
        same = first.name.casefold() == person.name.casefold()
        names = "" if same else f", though one is called {first.name[:60]} and the other {person.name[:60]}"
        questions.append(
            RowProblem(
                person.row,
                "same-email",
                f"Row {person.row} has the e-mail of row {first.row}{names}: the same person, kept once.",
                "If they are two people, give one of them another e-mail, or none.",
            )
        )
        kept[key] = msgspec.structs.replace(
            first,
            role=first.role or person.role,
            headline=first.headline or person.headline,
            merges=(*first.merges, person.row),
        )
    return list(kept.values())


def same_names(people: list[ImportedPerson]) -> Iterator[RowProblem]:
    """Two people may have one name; without two addresses to tell them apart, it is asked."""
    first: dict[str, ImportedPerson] = {}
    for person in people:
        other = first.setdefault(person.name.casefold(), person)
        if other is not person and not (person.email and other.email):
            yield RowProblem(
                person.row,
                "same-name",
                f"Rows {other.row} and {person.row} are both called {person.name[:60]}; both are kept.",
                "If they are one person, take one of the rows out.",
            )


def one_spelling(people: list[ImportedPerson], questions: list[RowProblem]) -> Iterator[ImportedPerson]:
    """Roles that differ in case only become the usual spelling; near misses are asked about."""
    usual: dict[str, str] = {}
    for spelling, _ in Counter(person.role for person in people if person.role).most_common():
        usual.setdefault(spelling.casefold(), spelling)
    times = Counter(usual[person.role.casefold()] for person in people if person.role)
    frequent = [role for role, often in times.most_common(20) if often > 1]
    for person in people:
        role = usual.get(person.role.casefold(), "")
        if times[role] == 1 and (near := difflib.get_close_matches(role, frequent, n=1, cutoff=0.75)):
            sentence = f"The role “{role}” in row {person.row} is new. Did you mean {near[0]}?"
            questions.append(RowProblem(person.row, "new-role", sentence, f"Write {near[0]}, or keep it."))
        yield msgspec.structs.replace(person, role=role)

"""Lists of people: imported right, or asked about, or refused with row and reason."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.bodies import Column, Encoding, Imported, Separator
from server.importing import PEOPLE_LIMIT, Choice, read_people
from server.tables import SIZE_LIMIT

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))


def outcome(imported: Imported) -> dict[str, Any]:
    """In the form of expected.json."""
    found: dict[str, Any] = {
        "outcome": "refused" if imported.problems else "asked" if imported.questions else "imported"
    }
    if imported.people:
        cells = ([each.name, each.email, each.role, each.headline] for each in imported.people)
        found["people"] = [" | ".join(each).rstrip(" |") for each in cells]
    found |= {"encoding": imported.encoding, "separator": imported.separator}
    for kind in ("problems", "questions"):
        if rows := getattr(imported, kind):
            found[kind] = [[each.row, each.code] for each in rows]
    return found


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_file_of_the_corpus_has_its_expected_outcome(name: str) -> None:
    assert outcome(read_people((CORPUS / name).read_bytes())) == EXPECTED[name]


def test_every_file_of_the_corpus_has_an_expected_outcome() -> None:
    files = {path.name for path in CORPUS.iterdir()} - {"expected.json", ".gitattributes"}
    assert files == set(EXPECTED)
    assert {each["outcome"] for each in EXPECTED.values()} == {"imported", "asked", "refused"}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_what_concerns_one_row_names_it_and_everything_comes_with_a_fix(name: str) -> None:
    imported = read_people((CORPUS / name).read_bytes())
    for each in (*imported.problems, *imported.questions):
        assert each.sentence.endswith((".", "?")) and each.fix.endswith((".", "?"))
        if each.row > 1 and each.code != "columns-guessed":
            assert f"{each.row}" in each.sentence


def test_a_file_may_have_2_mb_and_no_more() -> None:
    line = b"x" * 150 + b"\n"
    assert read_people(line * (SIZE_LIMIT // 151)).problems[0].code == "too-many"
    assert read_people(line * (SIZE_LIMIT // 151 + 1)).problems[0].code == "too-big"


def test_2000_people_are_read_and_2001_are_refused() -> None:
    names = "\n".join(f"Guest {number}" for number in range(PEOPLE_LIMIT + 1))
    assert read_people(names.encode()).problems[0].code == "too-many"
    assert len(read_people(names.encode()[: names.rindex("\n")]).people) == PEOPLE_LIMIT


def test_a_table_of_a_million_columns_is_refused_before_it_is_filled_up() -> None:
    data = b"Name" + b"," * 1_000_000 + b"x\n" + b"Anna,\n" * 100_000
    assert read_people(data).problems[0].code == "too-wide"


def test_a_question_is_answered_by_a_choice() -> None:
    data = b"Lund, Ben\nMartin, Chloe\n"
    columns: tuple[Column, ...] = ("first", "last")
    chosen = read_people(data, Choice(columns=columns))
    assert [each.name for each in chosen.people] == ["Lund Ben", "Martin Chloe"]
    assert chosen.questions == ()


def test_a_chosen_encoding_is_not_asked_about_again() -> None:
    data = "Name;Email\nJørgen;j@example.org\n".encode("windows-1252")
    assert [each.code for each in read_people(data).questions] == ["encoding-guessed"]
    assert read_people(data, Choice(encoding="windows-1252")).questions == ()
    assert read_people(data, Choice(encoding="utf-8")).problems[0].code == "encoding"


def test_a_header_can_be_denied() -> None:
    """Somebody may be called Navn."""
    assert [each.name for each in read_people(b"Navn\nAnna\n", Choice(header=False)).people] == [
        "Navn",
        "Anna",
    ]


def test_an_unnamed_column_of_names_can_be_pointed_out() -> None:
    data = b"E-mail;Wer\nanna@example.org;Anna\n"
    refused = read_people(data)
    assert (refused.problems[0].code, refused.columns, refused.sample[1]) == (
        "no-names",
        ("email", "other"),
        ("anna@example.org", "Anna"),
    )
    chosen = read_people(data, Choice(columns=("email", "name")))
    assert [(each.name, each.email) for each in chosen.people] == [("Anna", "anna@example.org")]


def test_a_merge_names_both_rows_and_fills_gaps() -> None:
    data = b"Name,E-mail,Role\nAmara,a@example.org,\nAmara,A@EXAMPLE.org,Mentor\n"
    (amara,) = read_people(data).people
    assert (amara.row, amara.merges, amara.role) == (2, (3,), "Mentor")


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_bytes_whatever_are_read_in_silence_as_anything_but_text(data: bytes) -> None:
    imported = read_people(data)
    for person in imported.people:
        assert person.name.strip() and "\n" not in person.name
        assert all(ord(each) >= 32 for each in person.name)
    assert imported.people or imported.problems


NAMES = st.lists(
    st.text("abcdefgæøåßéçABC '-", min_size=2, max_size=30).map(lambda text: f"X{text.strip()}"),
    min_size=2,
    max_size=30,
    unique_by=str.casefold,
)
ENCODINGS: dict[str, Encoding] = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "windows-1252": "windows-1252",
}


@given(
    NAMES,
    st.sampled_from(sorted(ENCODINGS)),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(0, 3),
)
@settings(max_examples=100, deadline=None)
def test_a_table_with_a_header_is_read_back_from_every_dialect(
    names: list[str], encoding: str, separator: Separator, newline: str, quoted: bool, empty: int
) -> None:
    written = io.StringIO()
    if quoted:
        writer = csv.writer(written, delimiter=separator, lineterminator=newline, quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(written, delimiter=separator, lineterminator=newline)
    writer.writerow(["E-mail", "Navn", *[""] * empty])
    writer.writerows([f"{number}@example.org", name, *[""] * empty] for number, name in enumerate(names))
    imported = read_people(written.getvalue().encode(encoding))
    assert [each.name for each in imported.people] == [" ".join(name.split()) for name in names]
    assert imported.separator == separator
    assert imported.problems == ()

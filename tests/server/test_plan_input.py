"""What `intermingle plan` makes of lists and problem files, and of everything that is neither."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from server.plan_command import plan
from server.plan_people import people_of
from server.plan_trouble import steers
from tests.server.plan_runs import names, quick, rounds_of, run, team

CORPUS = Path(__file__).parent / "corpus"
TRIO: dict[str, Any] = {"people": ["Ana", "Tom", "Ida", "Jon"], "rounds": [{"size": 2}, {"size": 2}]}


def refused(result: Result) -> str:
    """The one line that was said instead of a plan, after remarks about rows."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    *remarks, sentence = result.stderr.splitlines()
    assert all(" row " in f" {remark.lower()}" or "letters" in remark for remark in remarks)
    return sentence


def from_file(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(plan, [str(path), "--seconds", "0", *arguments])


def test_columns_become_traits_and_roles() -> None:
    crowd = people_of(b"Name;E-mail;Rolle;Firma;Manager\nAna;a@b.c;mentor;Acme;Zoe\nTom;;guide;;Zoe\n")
    ana, tom = crowd.people
    assert (ana.id, ana.role, ana.traits) == ("Ana", "mentor", (("Firma", "Acme"), ("Manager", "Zoe")))
    assert (tom.role, tom.traits) == ("guide", (("Manager", "Zoe"),))
    assert crowd.column(" manager") == "Manager"
    assert crowd.column("Rolle") == crowd.column("role") == "role"
    assert crowd.role("Guides") == "guide"
    assert crowd.find("A@B.C") == crowd.find("ana") == "Ana"


def test_an_id_column_names_people_too() -> None:
    crowd = people_of(b"ID,Name\n17,Ana\n18,Tom\n")
    assert crowd.find("18") == "Tom"


def test_a_list_without_a_header_has_no_columns() -> None:
    assert people_of(b"Ana\nTom\n").columns == {}


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_no_file_of_the_corpus_ends_in_a_traceback(path: Path) -> None:
    result = from_file(path, "--rounds", "1")
    assert result.exit_code == 0 or refused(result)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There is nobody on this list."),
        (b"Ana\n", "Add at least one more."),
        (b"  \n\n", "nobody"),
        (b"\x00\x01\x02\xff" * 50, "not text"),
        (b"PK\x03\x04whatever", "a workbook or a compressed file"),
        (b"<html><body>", "a web page"),
        (random.Random(1).randbytes(5000), "CSV"),
        (b"Ana\n" * 1_000_000, "This list has 1,000,000 lines; at most 10,000 people can be planned."),
        (b"x" * 34_000_000, "more than 32 MB"),
        (names(10_001), "10,001 people"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    assert said in refused(run(data))


def test_a_file_that_is_not_there_is_named() -> None:
    assert "nowhere.csv cannot be read" in refused(from_file(Path("nowhere.csv")))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--rounds", "0"), "--rounds is “0”; take a whole number from 1 to 1,000."),
        (("--rounds", "1001"), "--rounds is “1001”; take a whole number from 1 to 1,000."),
        (("--rounds", "many"), "--rounds is “many”; take a whole number"),
        (("--size", "1"), "--size is “1”; take a whole number from 2 to 10,000."),
        (("--size", "2.5"), "--size is “2.5”; take a whole number"),
        (("--size", "-4"), "--size"),
        (("--seconds", "-1"), "--seconds is “-1”; take 0 or a number above it."),
        (("--minutes", "0", "--within", "9"), "--minutes is “0”; take a number above 0."),
        (("--at-most", "-1"), "--at-most is “-1”; take a whole number from 0 to 1,000."),
        (("--profile", "odd"), "--profile"),
        (("--size", "99999999999999999999"), "--size"),
        (("--seconds", "nan"), "--seconds is “nan”; take"),
        (("--minutes", "inf", "--within", "9"), "--minutes is “inf”; take"),
        (("--apert", "Ana, Tom"), "--apart"),
        (("--rounds", "40"), ""),
    ],
)
def test_absurd_numbers_are_refused_or_planned(arguments: tuple[str, ...], said: str) -> None:
    result = quick(team(), *arguments)
    assert result.exit_code == 0 if not said else said in refused(result)


def test_a_plan_of_ours_is_not_taken_for_a_list(tmp_path: Path) -> None:
    """It names everybody once for each round."""
    file = tmp_path / "evening.csv"
    assert quick(team(), "--rounds", "2", "-o", str(file)).exit_code == 0
    told = refused(CliRunner().invoke(plan, [str(file)]))
    assert told.startswith(f"{file} is a plan, not a list of people.") and f"--history {file}" in told
    file.write_bytes(file.read_bytes().replace(b",", b";"))  # as some spreadsheets keep it
    assert "is a plan" in refused(CliRunner().invoke(plan, [str(file)]))


def test_without_people_one_is_told_to_name_some() -> None:
    assert "PEOPLE" in refused(CliRunner().invoke(plan, []))


def test_letters_that_the_terminal_lacks_are_no_trouble() -> None:
    result = CliRunner(charset="ascii").invoke(plan, ["-", "--rounds", "1"], input="Zoë\nTom\n".encode())
    assert result.exit_code == 0 and "?" in result.stdout


def test_too_much_to_plan_is_refused_with_the_limit() -> None:
    assert "1000000" in refused(quick(names(1500), "--rounds", "900")).replace(",", "")


def test_many_remarks_do_not_fill_the_screen() -> None:
    rows = b"Name,E-mail\n" + b"".join(b"Guest %d,nowhere\n" % number for number in range(40))
    said = quick(rows, "--rounds", "1").stderr.splitlines()
    assert len(said) == 9 and said[-1] == "And 32 more remarks on this list."


# Problems


def test_a_problem_file_is_planned_as_it_says(tmp_path: Path) -> None:
    document = TRIO | {
        "rules": {"apart": [["Ana", "Tom"]], "pins": [{"person": "Ida", "round": 2, "room": 1}]}
    }
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(document))
    first, second = rounds_of(CliRunner().invoke(plan, [str(path)], env={"COLUMNS": "20"}).stdout)
    assert ["Ana", "Tom"] not in [*first.values(), *second.values()]
    assert "Ida" in second["1"]


def test_options_add_to_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(TRIO | {"rules": {"apart": [["Ana", "Tom"]]}}))
    result = from_file(path, "--apart", "Ana, Ida", "--rounds", "3", "--size", "2", "--at-most", "3")
    assert result.exit_code == 0
    assert "4 people in pairs for 3 rounds" in result.stdout
    assert "Ana, Jon" in result.stdout and "Ana, Tom" not in result.stdout


def test_a_plan_of_ours_is_read_for_its_problem(tmp_path: Path) -> None:
    written = tmp_path / "plan.json"
    quick(team(), "--apart-by", "employer", "--rounds", "3", "-o", str(written))
    again = tmp_path / "again.json"
    assert from_file(written, "-o", str(again)).exit_code == 0
    first, second = (json.loads(path.read_text())["problem"] for path in (written, again))
    assert first == second
    assert first["rules"]["apart_by"] == ["Employer"]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "{}",
        "[]",
        "null",
        '{"people": 7, "rounds": []}',
        '{"people": [], "rounds": []}',
        '{"people": ["Ana"], "rounds": [{"size": 2}]}',
        '{"people": ["Ana", "Ana"], "rounds": [{"size": 2}]}',
        '{"people": ["Ana", "Tom"], "rounds": [{"sizes": [3]}]}',
        '{"people": ["Ana", "Tom"], "rounds": [{"size": 2}], "rules": {"apart": [["Ana", "Zoe"]]}}',
        '{"people": ["Ana", "Tom"], "rounds": [{"size": 2}], "more": 1}',
        '{"people": ["Ana", "Tom"], "rounds": [{"size": 2, "same_as": 3}]}',
        '{"people": ["Ana", "Tom"], "rounds": [{"size": 1e999}]}',
        '{"people": ["Ana", "Tom"], "rounds": [{"size": ' + "9" * 5000 + "}]}",
        '{"problem": ' * 100_000,
        '{"version": 99, "people": ["Ana", "Tom"], "rounds": [{"size": 2}]}',
    ],
)
def test_a_problem_file_that_cannot_be_meant_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "problem.json"
    path.write_text(text)
    assert refused(from_file(path))


@pytest.mark.parametrize(
    ("where", "sign"), [("id", "\x1b[2J"), ("role", "\n"), ("traits", "\ud800"), ("id", "\u202e")]
)
def test_a_problem_file_cannot_steer_the_terminal(tmp_path: Path, where: str, sign: str) -> None:
    person = {"id": "Ana", "role": "mentor"} | {where: {sign: "x"} if where == "traits" else f"x{sign}"}
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(TRIO | {"people": [person, "Tom", "Ida", "Jon"]}))
    said = refused(from_file(path, "-o", str(tmp_path / "plan.json")))
    assert "has signs that cannot be shown" in said and not any(map(steers, said))


def test_names_in_any_script_are_welcome(tmp_path: Path) -> None:
    people = ["👩‍🔬 Ana", "علی‌رضا", "נועה", "Zoë\u00a0B"]
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(TRIO | {"people": people}))
    printed = from_file(path).stdout
    assert all(printed.count(name) >= 2 for name in people)

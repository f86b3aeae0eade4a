"""What `intermingle plan` draws and writes."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from rotation import History, Person, Plan, Problem, Rules, Seating, check
from server.plan_command import plan
from server.plan_heatmap import heatmap, summary
from server.plan_request import Request
from server.plan_rooms import Pattern
from server.plan_tables import by_person, by_round, shortened
from tests.server.plan_runs import names, quick, run, team

FOUR = Request(
    Problem(
        tuple(map(Person, "abcd")),
        ((2, 2), (2, 2), (2,)),
        Rules(apart=frozenset({("a", "d")})),
        History((("b", "c", 1), ("c", "d", 1), ("c", "gone", 1))),
    ),
    {"a": "Ana", "b": "Ben", "c": "Eva", "d": "Jon"},
    (Pattern(size=2),) * 3,
)
HELD = Plan(
    (
        Seating((("b", "a"), ("c", "d"))),
        Seating((("a", "b"), ("c", "d"))),
        Seating((("a", "c"),), ("b", "d")),
    )
)


def drawn(width: int) -> list[str]:
    return [line.plain for line in heatmap(FOUR, HELD, width)]


def test_the_heatmap_tells_who_meets_whom_how_often() -> None:
    assert drawn(80) == [
        "Who meets whom",
        "       1",
        "Ana 1    2 ■ ×",
        "Ben 2  2   ○ ·",
        "Eva 3  ■ ○   2",
        "Jon 4  × · 2",
        "",
        "■ once: 1 pair   2 twice: 2 pairs   · not: 1 pair   ○ before: 1 pair   × kept apart: 1 pair",
    ]


def test_a_round_lists_rooms_in_the_order_of_the_list() -> None:
    lines = [line.plain for line in by_round(FOUR, HELD, 20)]
    assert lines[:4] == ["Round 1", "1  Ana, Ben", "2  Eva, Jon", ""]
    assert lines[8:11] == ["Round 3", "1     Ana, Eva", "rest  Ben, Jon"]


def test_rounds_stand_side_by_side_where_there_is_room() -> None:
    first = next(iter(by_round(FOUR, HELD, 80))).plain
    assert first.split() == ["Round", "1", "Round", "2", "Round", "3"]


def test_everyone_has_a_line_with_rooms_and_the_number_of_people_met() -> None:
    met = {"a": 2, "b": 1, "c": 2, "d": 1}
    assert [line.plain for line in by_person(FOUR, HELD, met, 80)] == [
        "     1  2  3  met",
        "Ana  1  1  1    2",
        "Ben  1  1  ·    1",
        "Eva  2  2  1    2",
        "Jon  2  2  ·    1",
        "",
        "· rests   – is not there",
    ]


def test_more_rounds_than_fit_are_told_in_parts() -> None:
    lines = [line.plain for line in by_person(FOUR, HELD, dict.fromkeys("abcd", 1), 15)]
    assert [line for line in lines if line.endswith("met")] == ["     1  2  met", "     3  met"]
    assert lines[6:9] == ["     3  met", "Ana  1    1", "Ben  ·    1"]


def test_a_summary_puts_near_numbers_together() -> None:
    people = [str(number) for number in range(70)]
    plan = Plan(tuple(Seating((tuple(people[: 2 * size]),)) for size in range(1, 31)))
    problem = Problem(tuple(map(Person, people)), ())
    told = [line.plain for line in summary(problem, plan)]
    bars = told[told.index("People who meet") + 1 :]
    assert [bar.split()[0] for bar in bars] == ["54–59", "0–5"]
    assert [int(bar.split()[2]) for bar in bars] == [60, 10]


@pytest.mark.parametrize(("people", "width"), [(12, 80), (60, 80), (60, 120)])
def test_no_table_is_wider_than_the_terminal(people: int, width: int) -> None:
    listed = "".join(f"{'Wilhelmina' * (1 + at % 3)} 漢字 {at}\n" for at in range(people)).encode()
    rounds, _, picture = run_at(width, listed).partition("Who meets whom")
    lines = [*rounds.splitlines(), *picture.splitlines()[: people + 1]]
    assert len(lines) > 2 * people
    assert max(map(cell_len, lines)) <= width


def test_many_people_are_summarised() -> None:
    printed = quick(names(90), "--size", "3", "--rounds", "2").stdout
    assert "Who meets whom" not in printed
    assert "never  3,825" in printed and "once    180" in printed
    assert "4 others  90" in printed


def run_at(width: int, people: bytes) -> str:
    result = CliRunner().invoke(
        plan, ["-", "--seconds", "0", "--rounds", "7"], input=people, env={"COLUMNS": str(width)}
    )
    assert result.exit_code == 0
    return result.stdout


def test_a_long_name_is_cut_by_what_it_takes_on_the_screen() -> None:
    assert shortened("Ana") == "Ana"
    assert cell_len(shortened("漢" * 30, 9)) <= 9
    assert shortened("Wilhelmina", 5) == "Wilh…"


def test_a_file_has_no_colours() -> None:
    assert "\x1b" not in quick(names(8)).stdout


# Files


def written(tmp_path: Path, name: str, *arguments: str, people: bytes = b"") -> bytes:
    file = tmp_path / name
    result = quick(people or team(), "-o", str(file), *arguments)
    assert result.exit_code == 0, result.stderr
    assert f"Written to {file}." in result.stdout
    return file.read_bytes()


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_long_csv_has_a_row_for_each_person_in_each_round(tmp_path: Path) -> None:
    people = "Zoë\nTom\nPriya\nJonas\n".encode()
    data = written(tmp_path, "plan.csv", "--size", "2", "--rounds", "3", people=people)
    assert data.startswith(b"\xef\xbb\xbfRound,Room,Name\r\n")
    table = rows(data)
    assert sorted(row[2] for row in table[1:] if row[0] == "2") == ["Jonas", "Priya", "Tom", "Zoë"]
    assert len(table) == 1 + 3 * 4


@pytest.mark.parametrize(("name", "options"), [("plan.wide.csv", ()), ("plan.csv", ("--wide",))])
def test_the_wide_csv_has_a_row_for_each_person(tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    table = rows(written(tmp_path, name, "--rounds", "2", "--sizes", "4 5+5", "--away", "Tom=1", *options))
    assert table[0] == ["Name", "Role", "Round 1", "Round 2"]
    assert table[2][:3] == ["Tom", "mentor", "–"]
    assert sorted(row[3] for row in table[1:]) == ["", "", *"1" * 5, *"2" * 5]


def test_a_name_that_looks_like_a_formula_is_made_harmless(tmp_path: Path) -> None:
    assert b"'=1+1" in written(tmp_path, "plan.csv", people=b"Ana\nTom\n=1+1\n")


def test_the_json_has_a_version_and_a_plan_that_passes_the_check(tmp_path: Path) -> None:
    document = json.loads(written(tmp_path, "plan.json", "--size", "3", "--rounds", "4", people=names(10)))
    assert document["version"] == 1
    seatings = tuple(
        Seating(tuple(tuple(room) for room in each["rooms"]), tuple(each["resting"]))
        for each in document["rounds"]
    )
    people = tuple(Person(person["id"]) for person in document["people"])
    assert check(Problem(people, ((4, 3, 3),) * 4), Plan(seatings)) == ()


def test_the_fields_of_the_json_are_those_that_are_documented(tmp_path: Path) -> None:
    document = json.loads(written(tmp_path, "plan.json"))
    assert document.pop("problem")["version"] == 1
    text = (Path(__file__).parents[2] / "docs" / "plan.md").read_text()
    missing = [name for name in fields_of(document) if f"`{name}`" not in text]
    assert missing == []


def fields_of(value: object) -> set[str]:
    match value:
        case dict():
            return set(value).union(*map(fields_of, value.values()))
        case list():
            return set().union(*map(fields_of, value))
        case _:
            return set()


def test_graphs_have_a_node_for_everyone_and_an_edge_for_all_who_meet(tmp_path: Path) -> None:
    root = ElementTree.fromstring(written(tmp_path, "plan.graphml", "--rounds", "1"))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    assert (len(root.findall(".//g:node", space)), len(root.findall(".//g:edge", space))) == (12, 18)
    graph = json.loads(written(tmp_path, "plan.graph.json", "--rounds", "1"))
    assert (len(graph["nodes"]), len(graph["edges"])) == (12, 18)
    assert {"id": "Ana", "name": "Ana", "role": "mentor"} in graph["nodes"]


def test_the_picture_needs_nothing_else_and_shows_names_as_they_are(tmp_path: Path) -> None:
    people = b"<b>Ana</b> & co\nTom\nPriya\nJonas\n"
    data = written(tmp_path, "plan.svg", "--size", "2", "--rounds", "2", people=people)
    root = ElementTree.fromstring(data)
    texts = [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "<b>Ana</b> & co" in texts
    assert data.count(b"://") == 1  # the name of its own language
    squares = sum(str(path.get("d")).count("M") for path in root.iter("{http://www.w3.org/2000/svg}path"))
    assert squares == 4 * 3


def test_several_files_are_written_at_once(tmp_path: Path) -> None:
    written(tmp_path, "plan.csv", "-o", str(tmp_path / "plan.svg"))
    assert {path.name for path in tmp_path.iterdir()} == {"plan.csv", "plan.svg"}


def test_what_could_not_be_written_is_refused_before_the_search(tmp_path: Path) -> None:
    nowhere = run(team(), "-o", str(tmp_path / "nowhere" / "plan.csv"))
    assert (nowhere.exit_code, nowhere.stdout) == (2, "")
    assert "there is no folder" in nowhere.stderr
    crowd = run(names(401), "-o", str(tmp_path / "plan.svg"))
    assert (crowd.exit_code, crowd.stdout) == (2, "")
    assert "400 people at most" in crowd.stderr

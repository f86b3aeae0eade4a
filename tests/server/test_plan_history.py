"""Earlier plans: who has met is no news, from every kind of file that we write."""

from __future__ import annotations

from pathlib import Path

import pytest

from rotation import History
from server.plan_history import history
from server.plan_people import people_of
from server.plan_trouble import BadInput
from tests.server.plan_runs import FIRST, names, quick, team


@pytest.mark.parametrize("name", ["held.json", "held.csv", "held.wide.csv"])
def test_nobody_meets_again_whom_they_met_before(tmp_path: Path, name: str) -> None:
    held = tmp_path / name
    options = ("--size", "2", "--rounds", "3", "--seconds", "5")
    quick(team(), *options, "-o", str(held))
    known = history([str(held)], people_of(team()), History())
    assert len(known.meetings) == 18 and {times for *_, times in known.meetings} == {1}
    after = tmp_path / "after.json"
    quick(team(), *options, "--history", str(held), "--seed", "3", "-o", str(after))
    both = history([str(held), str(after)], people_of(team()), History())
    assert len(both.meetings) == 36 and {times for *_, times in both.meetings} == {1}


def test_rests_and_small_rooms_of_earlier_evenings_count(tmp_path: Path) -> None:
    held = tmp_path / "held.csv"
    held.write_text("Round,Room,Name\n1,1,Ana\n1,1,Tom\n1,1,Priya\n1,2,Jonas\n1,2,Zoë\n1,,Hugo\n")
    known = history([str(held)], people_of(team()), History())
    assert known.rests == (("Hugo", 1),)
    assert known.small == (("Jonas", 1), ("Zoë", 1))


def test_the_file_of_an_event_is_read_by_e_mail_address(tmp_path: Path) -> None:
    held = tmp_path / "event.csv"
    held.write_text(
        "Round,Room,Name,E-mail,Role,Topic,Minutes\n"
        "1,1,Anna S.,ana@example.org,,,8\n1,1,Thomas,TOM@example.org,,,8\n1,1,Nobody,,,,8\n"
    )
    assert history([str(held)], people_of(team()), History()).meetings == (("Ana", "Tom", 1),)


def test_who_is_not_on_the_list_is_left_out_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = tmp_path / "held.json"
    quick(names(4), "--size", "2", "--rounds", "1", "-o", str(held))
    assert history([str(held)], people_of(team()), History()) == History()
    assert capsys.readouterr().err == "4 people of earlier plans are not on this list.\n"


def test_a_series_goes_on_until_all_have_met(tmp_path: Path) -> None:
    """Sixteen people, five new a day: three days, and everybody has met everybody."""
    days: list[str] = []
    for day in range(1, 4):
        file = tmp_path / f"day{day}.json"
        words = ["--size", "2", "--rounds", "5", "--seconds", "1", "-o", str(file)]
        earlier = [word for held in days for word in ("--history", held)]
        result = quick(names(16), *words, *earlier)
        assert "5 people met of 5 possible, no repeats" in result.stdout
        assert ("everybody has met everybody" in result.stdout) == (day == 3)
        days.append(str(file))


@pytest.mark.long
def test_a_hundred_people_meet_ten_new_ones_a_day_until_all_have_met(tmp_path: Path) -> None:
    days: list[str] = []
    for rounds in (*[10] * 9, 9):
        file = tmp_path / f"day{len(days)}.json"
        words = ["--size", "2", "--rounds", str(rounds), "--seconds", "30", "-o", str(file)]
        printed = quick(names(100), *words, *(word for held in days for word in ("--history", held))).stdout
        assert f"{rounds} people met of {rounds} possible, no repeats" in printed
        days.append(str(file))
    assert "everybody has met everybody" in printed


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Name\nAna\n",
        "{}",
        '{"people": [{"id": "a"}], "rounds": []}',
        '{"people": [], "rounds": [{"rooms": [["b"]], "resting": []}]}',
        "Round,Room,Name\n1\n",
        "\x00",
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "held.csv"
    file.write_text(text)
    with pytest.raises(BadInput, match="is no earlier plan"):
        history([str(file)], people_of(team()), History())


def test_a_history_that_is_not_there_is_named() -> None:
    assert "nowhere.json cannot be read" in quick(team(), "--history", "nowhere.json").stderr


def test_a_wide_table_from_a_spreadsheet_is_read_in_any_order(tmp_path: Path) -> None:
    held = tmp_path / "held.csv"
    rows = [f"{room},{who}" for room, who in zip("1122", FIRST, strict=False)]
    held.write_text("\n".join(["Round 1,Name", *rows]))
    assert history([str(held)], people_of(team()), History()).meetings == (
        ("Ana", "Tom", 1),
        ("Jonas", "Priya", 1),
    )

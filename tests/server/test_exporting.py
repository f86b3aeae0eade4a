"""Files that leave an event: right in other programs, harmless in spreadsheets."""

from __future__ import annotations

import csv
import io

import networkx  # type: ignore[import-untyped]
import pytest
from icalendar import Calendar
from msgspec.structs import replace

from rooms.model import Constellation, Event, Offered, Participant, PastRound, PlanNumbers, Room, Round
from rooms.report import report
from rotation import Certificate, Plan, Seating
from server import exporting
from server.bodies import PlanFile

STARTS = 1_776_349_000_000  # 2026-04-16 14:16:40 UTC


def event() -> Event:
    """Round 1 of three was held, round 2 runs, round 3 is planned. Dora came late and met nobody yet."""
    people = {"a": "Ana", "b": "Bo", "c": "Cay", "d": "Dora"}
    offered = Offered(
        plan=Plan((Seating((("a", "d"), ("b", "c"))),)),
        certificate=Certificate(2, 2, "seats", True, 0),
        based_on="x",
        numbers=PlanNumbers(4, 1.0, 1, 1, 0),
        rounds=(3,),
    )
    return Event(
        id="e1",
        title="Mixer; spring, 2026",
        zone="Europe/Copenhagen",
        starts_at=STARTS,
        created_at=STARTS,
        rate=1,
        seed=1,
        phase="rounds",
        agenda=(Constellation(8, topic="Gardens"), Constellation(8), Constellation(2.5, topic="=1+1")),
        participants={
            id: Participant(id, name, f"{name.lower()}@example.org", presence="here")
            for id, name in people.items()
        },
        offered=offered,
        round=Round(2, "running", {1: Room(("a", "b")), 2: Room(("c", "d"))}, (), STARTS, STARTS + 480_000),
        past=(PastRound(1, STARTS - 500_000, STARTS, 480_000, (("a", "b", "c"),), (("a", "b"),), ("d",)),),
        met={"a": {"b": (1,)}, "b": {"a": (1,)}},
        at=STARTS,
    )


def plan() -> PlanFile:
    found = exporting.plan_file(event())
    assert found is not None
    return found


def table(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_plan_tells_held_rounds_as_they_were_and_the_others_as_planned() -> None:
    assert [(each.number, each.state, each.rooms, each.resting) for each in plan().rounds] == [
        (1, "held", (("a", "b", "c"),), ("d",)),
        (2, "now", (("a", "b"), ("c", "d")), ()),
        (3, "planned", (("a", "d"), ("b", "c")), ()),
    ]


def test_there_is_no_plan_file_without_any_round_to_tell() -> None:
    assert exporting.plan_file(replace(event(), past=(), round=None, offered=None)) is None


def test_the_plan_as_a_table_has_a_row_for_each_person_in_each_round() -> None:
    rows = table(exporting.plan_csv(plan()))
    assert rows[0] == ["Round", "Room", "Name", "E-mail", "Role", "Topic", "Minutes"]
    assert rows[1] == ["1", "1", "Ana", "ana@example.org", "", "Gardens", "8"]
    assert ["1", "", "Dora", "dora@example.org", "", "Gardens", "8"] in rows
    assert len(rows) == 1 + 3 * 4
    assert rows[-1][5:] == ["'=1+1", "2.5"]


def test_tables_are_what_excel_expects() -> None:
    data = exporting.csv_bytes([("Navn", "x"), ('Åse "Bo"', "1,5\n2")])
    assert data == '\ufeffNavn,x\r\n"Åse ""Bo""","1,5\n2"\r\n'.encode()


@pytest.mark.parametrize("cell", ["=1", "+1+1", "-A1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_looks_like_a_formula_is_only_text(cell: str) -> None:
    assert exporting.harmless(cell) == (cell if cell == "+1" else f"'{cell}")


@pytest.mark.parametrize("cell", ["Ana", "-3.5", "+45", "", "a=b", "5-1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert exporting.harmless(cell) == cell


def test_the_report_as_a_table_tells_everyone_who_came_whom_they_met() -> None:
    came = {id: replace(each, joined_at=STARTS) for id, each in event().participants.items() if id != "d"}
    people = {**came, "b": replace(came["b"], name="-Bo", presence="left"), "d": event().participants["d"]}
    rows = table(exporting.report_csv(report(replace(event(), participants=people))))
    assert rows == [
        ["Name", "Role", "Came (UTC)", "At the end", "Rounds", "Rests", "People met", "Met"],
        ["Ana", "", "2026-04-16 14:16", "here", "1", "0", "1", "'-Bo"],
        ["'-Bo", "", "2026-04-16 14:16", "left", "1", "0", "1", "Ana"],
        ["Cay", "", "2026-04-16 14:16", "here", "0", "0", "0", ""],
    ]


def test_the_meetings_as_a_graph_name_everyone_who_came_and_the_rounds() -> None:
    people = {id: replace(each, joined_at=STARTS) for id, each in event().participants.items() if id != "d"}
    told = report(replace(event(), participants=people))
    met = networkx.parse_graphml(exporting.report_graphml(told).decode())
    assert dict(met.nodes(data="name")) == {"a": "Ana", "b": "Bo", "c": "Cay"}
    assert list(met.edges(data="rounds")) == [("a", "b", "1")]


def test_the_calendar_entry_lasts_as_long_as_the_timetable_and_is_in_utc() -> None:
    data = exporting.calendar(event(), "https://meet.example.org/e/e1", "KAMOR-7QX")
    assert data is not None
    (entry,) = Calendar.from_ical(data).walk("VEVENT")
    assert entry["summary"] == "Mixer; spring, 2026"
    assert entry["dtstart"].to_ical() == b"20260416T141640Z"
    # 18 and a half minutes of talk, three times 15 s of grace, two moves of 10 s, welcome and close
    assert entry["dtend"].to_ical() == b"20260416T144640Z"
    assert entry["uid"] == "e1@intermingle"
    assert "KAMOR-7QX at https://meet.example.org/" in str(entry["description"])
    assert exporting.calendar(replace(event(), starts_at=None), "", "") is None


def test_an_event_without_a_code_still_has_an_address() -> None:
    assert exporting.invitation("https://meet.example.org/e/e1", "").endswith("https://meet.example.org/e/e1")


def test_a_contact_is_given_only_when_both_sides_agreed() -> None:
    one_sided = replace(event(), contacts=(("a", "b"),))
    assert exporting.contacts(one_sided, "a") == exporting.contacts(one_sided, "b") == b""
    agreed = replace(event(), contacts=(("a", "b"), ("b", "a")))
    assert b"FN:Bo\r\n" in exporting.contacts(agreed, "a") and b"Ana" not in exporting.contacts(agreed, "a")
    assert b"FN:Ana\r\n" in exporting.contacts(agreed, "b")
    assert exporting.contacts(agreed, "c") == b""


def test_a_card_is_vcard_4_with_everything_escaped_and_folded() -> None:
    person = Participant("x", "Åse; Bjerg, \\ & co", "aase@example.org", headline="bees " * 40)
    text = exporting.vcard(event(), person)
    lines = text.split("\r\n")
    assert lines[:3] == ["BEGIN:VCARD", "VERSION:4.0", "FN:Åse\\; Bjerg\\, \\\\ & co"]
    assert lines[-2:] == ["END:VCARD", ""]
    assert max(len(line.encode()) for line in lines) <= 75
    assert f"NOTE:{'bees ' * 40}\r\n" in text.replace("\r\n ", "")


def test_folding_never_cuts_a_letter() -> None:
    folded = exporting.folded("NOTE:" + "🦊é" * 60)
    assert max(len(line.encode()) for line in folded.split("\r\n")) <= 75
    assert folded.replace("\r\n ", "") == "NOTE:" + "🦊é" * 60

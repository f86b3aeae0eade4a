"""The recount, on evenings small enough to count by hand. Times are ms of event time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from server.recount import recount, report_agrees, screens_agree, timeline

MINUTE = 60_000


class Screens:
    """Writes the frames that guests would receive. `tell` changes tables for all, or for some."""

    def __init__(self, *people: str, minutes: float = 8) -> None:
        self.people = people
        self.frames: dict[str, list[str]] = {person: [] for person in people}
        self.seq = 0
        self.tables: dict[str, dict[str, dict[str, Any]]] = {
            person: {
                "clock": {
                    "number": None,
                    "state": None,
                    "starts_at": None,
                    "ends_at": None,
                    "paused_at": None,
                },
                "room": {"number": None, "people": []},
                "you": {"id": person, "late_since": None, "waits": False, "sits_out": False},
                "people": {other: {"presence": "here"} for other in people},
                "rounds": {"1": {"minutes": minutes}, "2": {"minutes": minutes}},
                "met": {},
                "event": {"phase": "rounds"},
            }
            for person in people
        }
        for person in people:
            self.welcome(person, 0)

    def welcome(self, person: str, at: int) -> None:
        message = {"type": "Welcome", "seq": self.seq, "event_ms": at, "view": self.tables[person]}
        self.frames[person].append(json.dumps(message))

    def tell(
        self,
        at: int,
        to: str | tuple[str, ...] = (),
        missed_by: tuple[str, ...] = (),
        **tables: Mapping[str, Any],
    ) -> None:
        self.seq += 1
        for person in to or self.people:
            for table, values in tables.items():
                self.tables[person][table] = {**self.tables[person][table], **values}
            if person not in missed_by:
                change = {"kind": "X", "by": "", "set": tables}
                self.frames[person].append(
                    json.dumps({"type": "Changed", "seq": self.seq, "at": at, "changes": [change]})
                )

    def start(self, at: int, *rooms: str, number: int = 1, length: int = 8 * MINUTE) -> None:
        """A round begins with these rooms: start(0, "ab", "cd")."""
        clock = {
            "number": number,
            "state": "running",
            "starts_at": at,
            "ends_at": at + length,
            "paused_at": None,
        }
        for room_number, people in enumerate(rooms, start=1):
            for person in people:
                self.tell(at, person, room={"number": room_number, "people": list(people)})
        self.tell(at, clock=clock)

    def end(self, at: int) -> None:
        self.tell(at, clock={"number": None, "state": None}, room={"number": None, "people": []})

    def count(self) -> Any:
        return recount(self.frames.values())


def test_two_people_a_minute_in_one_room_have_met() -> None:
    screens = Screens(*"abcd")
    screens.start(0, "ab", "cd")
    screens.end(8 * MINUTE)
    found = screens.count()
    assert found.met == {("a", "b"): {1}, ("c", "d"): {1}}
    assert found.rooms == {1: [["a", "b"], ["c", "d"]]}
    assert (found.double_seated, found.unseated, found.longest_alone_ms) == (set(), set(), 0)
    assert found.present() == [set("abcd")]


def test_less_than_a_minute_together_is_no_meeting() -> None:
    screens = Screens(*"abc")
    screens.start(0, "abc")
    screens.tell(50_000, people={"c": {"presence": "left"}})
    screens.end(8 * MINUTE)
    assert set(screens.count().met) == {("a", "b")}


def test_minutes_in_pieces_add_up_within_a_round() -> None:
    screens = Screens(*"abc")
    screens.start(0, "abc")
    screens.tell(40_000, people={"c": {"presence": "away"}})
    screens.tell(100_000, people={"c": {"presence": "here"}})
    screens.end(140_000)
    assert ("a", "c") in screens.count().met


@pytest.mark.parametrize(
    ("ends_at", "start_late", "end_late", "met"),
    [(70_000, 0, 0, True), (70_000, 30_000, 0, True), (50_000, 0, 30_000, False)],
)
def test_a_round_begins_and_ends_on_time_however_late_screens_are_told(
    ends_at: int, start_late: int, end_late: int, met: bool
) -> None:
    screens = Screens(*"ab")
    clock = {"number": 1, "starts_at": 10_000, "ends_at": ends_at, "paused_at": None}
    room = {"number": 1, "people": ["a", "b"]}
    screens.tell(0, clock={**clock, "state": "announced"})
    screens.tell(10_000 + start_late, clock={**clock, "state": "running"}, room=room)
    screens.tell(45_000, clock={**clock, "state": "grace"})
    screens.tell(
        ends_at + end_late, clock={"number": None, "state": None}, room={"number": None, "people": []}
    )
    assert bool(screens.count().met) is met


def test_in_a_short_round_half_of_it_is_a_meeting() -> None:
    screens = Screens(*"ab", minutes=1)
    screens.start(0, "ab", length=MINUTE)
    screens.end(40_000)
    assert set(screens.count().met) == {("a", "b")}


def test_paused_time_does_not_count() -> None:
    screens = Screens(*"ab")
    screens.start(0, "ab")
    screens.tell(30_000, clock={"paused_at": 30_000})
    screens.tell(10 * MINUTE, clock={"paused_at": None, "ends_at": 20 * MINUTE})
    screens.end(10 * MINUTE + 20_000)
    assert screens.count().met == {}


def test_meeting_twice_is_one_repeat() -> None:
    screens = Screens(*"ab")
    for number, at in ((1, 0), (2, 10 * MINUTE)):
        screens.start(at, "ab", number=number)
        screens.end(at + 8 * MINUTE)
    found = screens.count()
    assert found.met == {("a", "b"): {1, 2}} and found.repeats == 1


def test_whoever_has_no_company_is_alone_while_others_are_here() -> None:
    screens = Screens(*"abcd")
    screens.start(0, "ab", "cd")
    screens.tell(MINUTE, people={"b": {"presence": "away"}})
    screens.tell(MINUTE + 4_000, "a", room={"number": 2, "people": ["c", "d", "a"]})
    screens.tell(MINUTE + 4_000, ("c", "d"), room={"number": 2, "people": ["c", "d", "a"]})
    screens.end(8 * MINUTE)
    found = screens.count()
    assert found.alone_ms == {"a": 4_000} and found.longest_alone_ms == 4_000


def test_the_only_person_here_is_not_counted_as_alone() -> None:
    screens = Screens(*"ab")
    screens.start(0, "ab")
    screens.tell(MINUTE, people={"b": {"presence": "left"}})
    screens.end(8 * MINUTE)
    assert screens.count().alone_ms == {}


def test_a_person_on_two_screens_in_different_rooms_is_in_two_rooms() -> None:
    screens = Screens(*"abcd")
    screens.start(0, "ab", "cd")
    screens.tell(MINUTE, ("c", "d"), room={"number": 2, "people": ["c", "d", "a"]})
    screens.end(8 * MINUTE)
    assert screens.count().double_seated == {("a", 1)}


def test_someone_here_without_a_room_is_left_out() -> None:
    screens = Screens(*"abc")
    screens.start(0, "ab")
    screens.end(8 * MINUTE)
    assert screens.count().unseated == {("c", 1)}


def test_whoever_waits_or_rests_is_not_left_out() -> None:
    screens = Screens(*"abcd")
    screens.tell(0, "c", you={"waits": True})
    screens.tell(0, "d", you={"sits_out": True})
    screens.start(0, "ab")
    screens.end(8 * MINUTE)
    assert screens.count().unseated == set()


def test_a_latecomer_has_twenty_seconds_and_then_is_due_a_seat() -> None:
    for seated_after, left_out in ((22_000, set()), (40_000, {("c", 1)})):
        screens = Screens(*"abc")
        screens.tell(0, people={"c": {"presence": "left"}})
        screens.start(0, "ab")
        screens.tell(MINUTE, "c", you={"late_since": MINUTE})
        screens.tell(MINUTE, people={"c": {"presence": "here"}})
        screens.tell(
            MINUTE + seated_after, "c", you={"late_since": None}, room={"number": 1, "people": list("abc")}
        )
        screens.end(8 * MINUTE)
        found = screens.count()
        assert found.unseated == left_out


def test_a_screen_that_missed_something_is_not_believed_until_its_next_snapshot() -> None:
    screens = Screens(*"abc")
    screens.start(0, "abc")
    screens.tell(MINUTE, missed_by=("c",), people={"a": {"presence": "here"}})
    screens.tell(2 * MINUTE, ("a", "b"), room={"number": 1, "people": ["a", "b"]})
    screens.tables["c"]["room"] = {"number": None, "people": []}
    screens.tables["c"]["you"]["waits"] = True
    screens.welcome("c", 3 * MINUTE)
    screens.end(8 * MINUTE)
    line = timeline(screens.frames["c"])
    assert line.at(30_000) is None and line.at(4 * MINUTE) is not None
    assert screens.count().double_seated == set()


def test_a_page_that_was_closed_says_nothing_about_later() -> None:
    screens = Screens(*"abc")
    screens.start(0, "abc")
    screens.tell(2 * MINUTE, people={"c": {"presence": "left"}})
    del screens.frames["c"][-1]  # the page was closed already
    screens.tell(2 * MINUTE, ("a", "b"), room={"number": 1, "people": ["a", "b"]})
    for at in (3, 4, 8):
        screens.tell(at * MINUTE, ("a", "b"), you={"waits": False})
    screens.tell(
        8 * MINUTE, ("a", "b"), clock={"number": None, "state": None}, room={"number": None, "people": []}
    )
    screens.tell(20 * MINUTE, ("a", "b"))
    found = screens.count()
    assert found.last_rooms == {1: {frozenset("ab")}}
    assert found.unseated == set()


def test_what_a_guest_is_shown_at_the_end_is_compared() -> None:
    for shown, agree in (({"b": [1]}, True), ({}, False), ({"b": [1], "c": [1]}, False)):
        screens = Screens(*"abc")
        screens.start(0, "ab")
        screens.end(8 * MINUTE)
        screens.tell(8 * MINUTE, "a", met=shown)
        screens.tell(8 * MINUTE, "b", met={"a": [1]})
        screens.tell(8 * MINUTE, event={"phase": "closed"})
        lines = [timeline(frames) for frames in screens.frames.values()]
        assert screens_agree(screens.count(), lines) is agree


REPORT = {
    "came": 4,
    "rounds": [{"number": 1, "rooms": [["a", "b"], ["c", "d"]], "met": [["a", "b"], ["c", "d"]]}],
    "people": [{"id": a, "met": [b]} for a, b in ("ab", "ba", "cd", "dc")],
    "pairs": 2, "repeats": 0, "met_mean": 1.0, "met_least": 1, "met_most": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"came": 5},
        {"rounds": []},
        {"rounds": [{"number": 1, "rooms": [["a", "c"], ["b", "d"]], "met": [["a", "b"], ["c", "d"]]}]},
        {"rounds": [{"number": 1, "rooms": [["a", "b"]], "met": [["a", "b"], ["c", "d"]]}]},
        {"rounds": [{"number": 1, "rooms": [["a", "b"], ["c", "d"]], "met": [["a", "b"]]}]},
        {"pairs": 3},
        {"repeats": 1},
        {"met_mean": 1.5},
        {"met_least": 0},
        {"people": [{"id": each, "met": []} for each in "abcd"]},
    ],
)
def test_a_report_that_says_anything_else_is_contradicted(wrong: dict[str, Any]) -> None:
    screens = Screens(*"abcd")
    screens.start(0, "ab", "cd")
    screens.end(8 * MINUTE)
    assert report_agrees(screens.count(), REPORT | wrong, 4) is (not wrong)

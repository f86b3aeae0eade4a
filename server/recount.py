"""What really happened at an event, counted again from the frames that its guests received.

Shares no code with `rooms`: it follows the frames by itself and does its own sums, so that it can contradict
the report. A guest's *timeline* is what their screen knew, moment by moment, in event time; everything is
judged over *slices*, the stretches between two moments at which anything changed on any screen.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

MEETING_MS = 60_000
SEATED_WITHIN_MS = 5_000  # someone without a room for longer, though a seat was due, counts as left out
CLOSE_MS = 2_000  # so near to the time for a meeting, a report may say either
LATE_MS = 20_000  # a latecomer is seated after this long without having chosen

Person = str
Two = tuple[Person, Person]


@dataclass(frozen=True, slots=True)
class Moment:
    """What one screen knew from `at` on (ms of event time)."""

    at: int
    known: bool  # False: something was missed before the next snapshot, or nothing came any more
    clock: Mapping[str, Any]
    room: Mapping[str, Any]
    you: Mapping[str, Any]
    presence: Mapping[Person, str]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One guest's screen over the evening, and their last view."""

    person: Person
    moments: tuple[Moment, ...]
    last: Mapping[str, Any]

    def at(self, time: int) -> Moment | None:
        """What the screen knew then; None before its first frame and in a gap."""
        place = bisect_right(self.moments, time, key=lambda moment: moment.at) - 1
        return self.moments[place] if place >= 0 and self.moments[place].known else None


@dataclass(slots=True)
class Recount:
    """Times in ms of event time. `met`: in which rounds two people met."""

    enough: dict[int, int]  # how long two people must be together in each round to have met
    rooms: dict[int, list[list[Person]]] = field(default_factory=dict)  # as each round began
    sat: dict[int, dict[int, set[Person]]] = field(
        default_factory=dict
    )  # round, room: all who were ever in it
    last_rooms: dict[int, set[frozenset[Person]]] = field(default_factory=dict)  # as it ended
    watched: dict[int, set[Person]] = field(default_factory=dict)  # whose screens say so
    met: dict[Two, set[int]] = field(default_factory=dict)
    close_calls: set[tuple[Two, int]] = field(default_factory=set)  # 60 s give or take: anybody may be right
    here_ms: dict[tuple[Person, int], int] = field(default_factory=dict)  # here and willing while a round ran
    alone_ms: dict[Person, int] = field(default_factory=dict)
    longest_alone_ms: int = 0
    double_seated: set[tuple[Person, int]] = field(default_factory=set)
    unseated: set[tuple[Person, int]] = field(default_factory=set)
    repeats: int = 0

    def present(self) -> list[set[Person]]:
        """For each round in order, who was there long enough to meet anybody."""
        return [
            {
                person
                for (person, held), ms in self.here_ms.items()
                if held == number and ms >= self.enough[number]
            }
            for number in sorted(self.rooms)
        ]

    def partners(self, person: Person) -> set[Person]:
        return {b if a == person else a for a, b in self.met if person in (a, b)}


def timeline(frames: Iterable[str]) -> Timeline:
    """Follow one guest's frames."""
    view: dict[str, dict[str, Any]] = {}
    moments: list[Moment] = []
    seq = 0

    def note(at: int, known: bool = True) -> None:
        people = view["people"]
        moments.append(
            Moment(
                max(at, moments[-1].at if moments else at),
                known,
                dict(view["clock"]),
                dict(view["room"]),
                dict(view["you"]),
                {person: card["presence"] for person, card in people.items()},
            )
        )

    for text in frames:
        message = json.loads(text)
        match message["type"]:
            case "Welcome":
                if moments and message["seq"] != seq:
                    note(moments[-1].at, known=False)
                view, seq = message["view"], message["seq"]
                note(message["event_ms"])
            case "Changed":
                before = view["clock"]
                for change in message["changes"]:
                    _apply(view, change)
                seq = message["seq"]
                note(_scheduled(before, view["clock"], message["at"]))
    if moments:
        note(moments[-1].at, known=False)  # whoever closed the page knows nothing of what came after
    return Timeline(view["you"]["id"] if view else "", tuple(moments), view)


def _scheduled(before: Mapping[str, Any], after: Mapping[str, Any], at: int) -> int:
    """When a change took effect: rounds start and end when everyone was told they would."""
    match before["state"], after["state"]:
        case "announced", "running":
            return min(at, int(after["starts_at"]))
        case "grace", None | "announced":
            return min(at, int(before["ends_at"]))
    return at


def _apply(view: dict[str, dict[str, Any]], change: dict[str, Any]) -> None:
    for table, keys in change.get("drop", {}).items():
        for key in keys:
            view[table].pop(key, None)
    for table, values in change["set"].items():
        view[table] = {**view[table], **values}


def recount(frames: Iterable[Iterable[str]]) -> Recount:
    """The evening, from the frames of each guest who came."""
    timelines = [found for each in frames if (found := timeline(each)).moments]
    result = Recount(_thresholds(timelines))
    together: dict[tuple[Two, int], dict[Person, int]] = defaultdict(lambda: defaultdict(int))
    alone_now: dict[Person, int] = defaultdict(int)
    left_out: dict[tuple[Person, int], int] = defaultdict(int)
    for start, end in pairwise(_breaks(timelines)):
        seen = {line.person: moment for line in timelines if (moment := line.at(start)) is not None}
        number = _running(seen)
        if number == 0:
            alone_now.clear()
            continue
        _note_rooms(result, number, seen)
        passed = end - start
        for person in _willing(number, seen):
            if _talking(number, seen):
                result.here_ms[person, number] = result.here_ms.get((person, number), 0) + passed
        for person, moment in seen.items():
            if moment.clock["number"] != number or moment.presence.get(person) != "here":
                alone_now[person] = 0
                continue
            if moment.room["number"] is None:
                alone_now[person] = 0
                if _is_due_a_seat(moment, start):
                    left_out[person, number] += passed
                continue
            company = [p for p in moment.room["people"] if p != person and moment.presence.get(p) == "here"]
            if moment.clock["paused_at"] is None:
                for other in company:
                    two = (person, other) if person < other else (other, person)
                    together[two, number][person] += passed
            if company or not _others_here(person, moment):
                alone_now[person] = 0
            else:
                alone_now[person] += passed
                result.alone_ms[person] = result.alone_ms.get(person, 0) + passed
                result.longest_alone_ms = max(result.longest_alone_ms, alone_now[person])
    result.unseated = {who for who, ms in left_out.items() if ms > SEATED_WITHIN_MS}
    _count_meetings(result, together)
    return result


def _breaks(timelines: Iterable[Timeline]) -> list[int]:
    """Every time at which any screen changed, a round was due to start or a latecomer to be seated."""
    times: set[int] = set()
    for line in timelines:
        for moment in line.moments:
            times.add(moment.at)
            if moment.clock["state"] is not None:
                times.add(moment.clock["starts_at"])
            if moment.you["late_since"] is not None:
                times.add(moment.you["late_since"] + LATE_MS)
    return sorted(times)


def _running(seen: Mapping[Person, Moment]) -> int:
    """The number of the round that runs, by the screens of those who know; 0 for none."""
    votes = [
        moment.clock["number"] for moment in seen.values() if moment.clock["state"] in ("running", "grace")
    ]
    return max(votes, key=votes.count) if votes else 0


def _willing(number: int, seen: Mapping[Person, Moment]) -> set[Person]:
    """Everyone whom any screen shows as here, without those who chose to rest or wait."""
    return {
        person
        for moment in seen.values()
        if moment.clock["number"] == number
        for person, presence in moment.presence.items()
        if presence == "here"
    } - {person for person, moment in seen.items() if moment.you["waits"] or moment.you["sits_out"]}


def _talking(number: int, seen: Mapping[Person, Moment]) -> bool:
    return any(
        moment.clock["number"] == number and moment.clock["paused_at"] is None for moment in seen.values()
    )


def _note_rooms(result: Recount, number: int, seen: Mapping[Person, Moment]) -> None:
    """Who sits where by all screens together: no two of them may put a person into different rooms."""
    rooms: dict[int, set[Person]] = defaultdict(set)
    for moment in seen.values():
        if moment.clock["number"] == number and moment.room["number"] is not None:
            rooms[moment.room["number"]].update(moment.room["people"])
    if number not in result.rooms:
        result.rooms[number] = [sorted(people) for _, people in sorted(rooms.items())]
    result.last_rooms[number] = {frozenset(people) for people in rooms.values()}
    result.watched[number] = set(seen)
    sat = result.sat.setdefault(number, {})
    for room, inside in rooms.items():
        sat.setdefault(room, set()).update(inside)
    places: dict[Person, int] = defaultdict(int)
    for people in rooms.values():
        for person in people:
            places[person] += 1
    result.double_seated |= {(person, number) for person, count in places.items() if count > 1}


def _is_due_a_seat(moment: Moment, now: int) -> bool:
    """Here while a round runs, without having chosen to rest or wait."""
    you, clock = moment.you, moment.clock
    if you["waits"] or you["sits_out"] or clock["state"] != "running" or clock["paused_at"] is not None:
        return False
    if you["late_since"] is None:
        return bool(clock["ends_at"] - now > SEATED_WITHIN_MS)
    seat_at = you["late_since"] + LATE_MS
    return bool(now >= seat_at and clock["ends_at"] - seat_at >= MEETING_MS)


def _others_here(person: Person, moment: Moment) -> bool:
    return any(is_ == "here" for other, is_ in moment.presence.items() if other != person)


def _thresholds(timelines: Iterable[Timeline]) -> dict[int, int]:
    return {
        int(number): min(MEETING_MS, round(card["minutes"] * 60_000) // 2)
        for line in timelines
        for number, card in line.last["rounds"].items()
    }


def _count_meetings(result: Recount, together: Mapping[tuple[Two, int], Mapping[Person, int]]) -> None:
    for (two, number), by_screen in together.items():
        spent = max(by_screen.values())  # a screen that was dark for a while knows less
        if abs(spent - result.enough[number]) < CLOSE_MS:
            result.close_calls.add((two, number))
        if spent >= result.enough[number]:
            result.met.setdefault(two, set()).add(number)
    result.repeats = sum(len(rounds) - 1 for rounds in result.met.values())


def screens_agree(result: Recount, timelines: Iterable[Timeline]) -> bool:
    """Whether the people whom each guest is shown as met at the end are those counted here.

    Whoever left early saw no end.
    """
    return all(
        set(line.last["met"]) ^ result.partners(line.person) <= _doubtful(result, line.person)
        for line in timelines
        if line.last["event"]["phase"] == "closed"
    )


def _doubtful(result: Recount, person: Person) -> set[Person]:
    return {b if a == person else a for (a, b), _ in result.close_calls if person in (a, b)}


def report_agrees(result: Recount, report: Mapping[str, Any], came: int) -> bool:
    """Whether a report (as the API gives it) says the same: each round's rooms and meetings, the sums."""
    if [each["number"] for each in report["rounds"]] != sorted(result.rooms) or report["came"] != came:
        return False
    met = {((a, b), each["number"]) for each in report["rounds"] for a, b in each["met"]}
    counted = {(two, number) for two, rounds in result.met.items() for number in rounds}
    rooms = all(_rooms_agree(result, each) for each in report["rounds"])
    return rooms and (met ^ counted) <= result.close_calls and _sums_agree(report, met)


def _rooms_agree(result: Recount, held: Mapping[str, Any]) -> bool:
    """Every room seen at the end is in the report; what else it has, nobody was there to see."""
    seen, watched = result.last_rooms[held["number"]], result.watched[held["number"]]
    reported = {frozenset(room) for room in held["rooms"]}
    return seen <= reported and all(room.isdisjoint(watched) for room in reported - seen)


def _sums_agree(report: Mapping[str, Any], met: AbstractSet[tuple[Two, int]]) -> bool:
    partners: dict[Person, set[Person]] = {each["id"]: set() for each in report["people"]}
    for (a, b), _ in met:
        partners[a].add(b)
        partners[b].add(a)
    counts = [len(others) for others in partners.values()]
    pairs = sum(counts) // 2
    return (
        all(set(each["met"]) == partners[each["id"]] for each in report["people"])
        and (report["pairs"], report["repeats"]) == (pairs, len(met) - pairs)
        and (report["met_least"], report["met_most"]) == (min(counts, default=0), max(counts, default=0))
        and abs(report["met_mean"] - sum(counts) / max(len(counts), 1)) < 1e-6
    )

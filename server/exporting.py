"""What leaves an event as a file: the plan, the calendar entry, contacts, the report.

Pure: an event goes in, bytes come out. CSV is RFC 4180 in UTF-8 with a byte order mark, without which Excel
garbles names; cells that a spreadsheet would take for a formula get an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from rooms.history import have_met
from rooms.model import Event, Participant, ParticipantId, RoundNumber
from rooms.report import PersonReport, Report
from rooms.timetable import coming, lasts
from rotation import Person
from server.bodies import Happened, PlanFile, PlannedPerson, PlannedRound

PLAN_VERSION = 1

Rooms = tuple[tuple[ParticipantId, ...], ...]


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([harmless(str(cell)) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """Spreadsheets run cells that begin like a formula; names come from strangers.

    >>> harmless("=HYPERLINK(1)"), harmless("-3.5"), harmless("Ana")
    ("'=HYPERLINK(1)", '-3.5', 'Ana')
    """
    if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not is_number(cell):
        return f"'{cell}"
    return cell


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


# The plan


def plan_file(event: Event) -> PlanFile | None:
    """All rounds: held ones as they were, the others as planned. None when there is nothing to tell."""
    rounds = tuple(planned_rounds(event))
    if not rounds:
        return None
    best = event.offered.certificate if event.offered else None
    return PlanFile(
        version=PLAN_VERSION,
        event=event.id,
        title=event.title,
        people=tuple(
            PlannedPerson(each.id, each.name, each.email, each.role) for each in event.participants.values()
        ),
        rounds=rounds,
        distinct=best.distinct if best else 0,
        bound=best.bound if best else 0,
        bound_name=best.bound_name if best else "",
        optimal=best.optimal if best else False,
    )


def planned_rounds(event: Event) -> Iterator[PlannedRound]:
    for past in event.past:
        yield planned_round(event, past.number, "held", past.rooms, past.resting)
    if event.round is not None:
        rooms = tuple(event.round.rooms[number].people for number in sorted(event.round.rooms))
        yield planned_round(event, event.round.number, "now", rooms, event.round.resting)
    for number in coming(event):
        seating = event.offered.seating(number) if event.offered else None
        if seating is not None:
            yield planned_round(event, number, "planned", seating.groups, seating.resting)


def planned_round(
    event: Event, number: RoundNumber, state: Happened, rooms: Rooms, resting: tuple[ParticipantId, ...]
) -> PlannedRound:
    pattern = event.agenda[number - 1]
    return PlannedRound(number, state, pattern.minutes, pattern.topic, pattern.question, rooms, resting)


def plan_csv(plan: PlanFile) -> bytes:
    """One row for each person in each round. An empty room is a rest."""
    people = {person.id: person for person in plan.people}
    rows: list[Sequence[object]] = [("Round", "Room", "Name", "E-mail", "Role", "Topic", "Minutes")]
    for each in plan.rounds:
        places = [*enumerate(each.rooms, start=1), ("", each.resting)]
        rows += (
            (each.number, room, person.name, person.email, person.role, each.topic, f"{each.minutes:g}")
            for room, ids in places
            for person in (people[id] for id in ids if id in people)
        )
    return csv_bytes(rows)


# The report


def report_csv(report: Report) -> bytes:
    """One row for each person who came, and whom they met. Without addresses: hosts may read it too."""
    names = {person.id: person.name for person in report.people}
    head = ("Name", "Role", "Came (UTC)", "At the end", "Rounds", "Rests", "People met", "Met")
    return csv_bytes([head, *(report_row(person, names) for person in report.people)])


def report_row(person: PersonReport, names: dict[ParticipantId, str]) -> Sequence[object]:
    came = datetime.fromtimestamp((person.joined_at or 0) / 1000, UTC)
    met = "; ".join(names[id] for id in person.met if id in names)
    return (
        person.name,
        person.role,
        f"{came:%Y-%m-%d %H:%M}",
        person.presence,
        person.rounds,
        person.rests,
        len(person.met),
        met,
    )


def report_graphml(report: Report) -> bytes:
    """Who met whom, for graph programs: a node for each person who came, an edge with its rounds."""
    from rotation import meetings  # here, because networkx takes longer to load than a report to write

    rounds = {each.number: each.met for each in report.rounds}
    held = (rounds.get(number, ()) for number in range(1, max(rounds, default=0) + 1))
    met = meetings.graph((Person(each.id, each.role) for each in report.people), held)
    for each in report.people:
        met.nodes[each.id]["name"] = each.name
    return meetings.to_graphml(met).encode()


# The calendar


def calendar(event: Event, url: str, code: str) -> bytes | None:
    """An iCalendar entry (RFC 5545) in UTC; None without a time. Calendars turn it into their owner's zone.

    `code` gets whoever has no link in; it is no secret among the invited.
    """
    from icalendar import Calendar  # here, because it takes longer to load than everything else together
    from icalendar import Event as Entry

    if event.starts_at is None:
        return None
    begins = datetime.fromtimestamp(event.starts_at / 1000, UTC)
    entry = Entry()
    entry.add("uid", f"{event.id}@intermingle")
    entry.add("summary", event.title)
    entry.add("dtstamp", datetime.fromtimestamp(event.at / 1000, UTC))
    entry.add("dtstart", begins)
    entry.add("dtend", begins + timedelta(milliseconds=lasts(event.agenda)))
    entry.add("url", url)
    entry.add("description", invitation(url, code))
    calendar = Calendar()
    calendar.add("prodid", "-//Intermingle//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())


def invitation(url: str, code: str) -> str:
    if not code:
        return f"Come in by your link, or open {url}"
    return f"Come in by your link, or enter the event code {code} at {url.partition('/e/')[0]}/"


# Contacts


def contacts(event: Event, person: ParticipantId) -> bytes:
    """vCard 4.0 (RFC 6350) of everyone with whom both sides agreed to stay in touch. May be empty."""
    offered = set(event.contacts)
    mutual = (to for who, to in event.contacts if who == person and (to, person) in offered)
    people = (event.participants[id] for id in mutual if id in event.participants)
    return "".join(
        vcard(event, each) for each in people if have_met(event, person, each.id, event.at)
    ).encode()


def vcard(event: Event, person: Participant) -> str:
    lines = ["BEGIN:VCARD", "VERSION:4.0", f"FN:{escaped(person.name)}"]
    if person.email:
        lines.append(f"EMAIL:{escaped(person.email)}")
    if person.headline:
        lines.append(f"NOTE:{escaped(person.headline)}")
    lines += [f"CATEGORIES:{escaped(event.title)}", "END:VCARD"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    for sign, written in (("\\", "\\\\"), (",", "\\,"), (";", "\\;"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def folded(line: str) -> str:
    """At most 75 bytes a line, never cut inside a character (RFC 6350, 3.2)."""
    parts, size = [""], 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 74:
            parts.append("")
            size = 1  # the space that continues a line
        parts[-1] += letter
        size += width
    return "\r\n ".join(parts)

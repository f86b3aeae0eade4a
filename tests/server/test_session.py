"""One browser without its socket: hello, what it may ask, what it is owed."""

from __future__ import annotations

import asyncio

import pytest

from rooms.commands import EditEvent, SetTopic
from server import protocol
from server.digest import canonical
from server.session import HARD_LIMIT, SOFT_LIMIT, Credits
from tests.server.house import ORGANISER, House, Line, guest, story

# Hello


@story
async def test_without_a_hello_the_connection_is_closed_after_ten_seconds() -> None:
    house = House()
    line = Line(house)
    await asyncio.sleep(9.9)
    assert line.closed is None
    await asyncio.sleep(0.2)
    assert line.closed == (4005, "hello-late")
    await house.close()


@story
async def test_a_zone_that_nobody_could_reckon_in_is_refused_on_a_line_too() -> None:
    house = House()
    actor = await house.event(1)
    line = house.line(ORGANISER)
    for zone in ("Atlantis/Poseidon", "posix/Europe/Berlin", "Factory", "Europe"):
        line.send(protocol.Do(zone, EditEvent("Mixer", zone, None, False)))
    line.send(protocol.Do("right", EditEvent("Mixer", "America/New_York", None, False)))
    await house.settled()
    assert [each["code"] for each in line.of_type("Refusal")] == ["bad-zone"] * 4
    assert actor.event.zone == "America/New_York"
    await house.close()


@story
async def test_who_has_said_hello_is_not_late() -> None:
    house = House()
    await house.event(1)
    line = house.line(guest(1))
    await asyncio.sleep(11)
    assert line.closed is None
    await house.close()


@story
async def test_hello_comes_first_and_only_first() -> None:
    house = House()
    await house.event(1)
    early = Line(house)
    early.send(protocol.Ping(1.0))
    twice = house.line(guest(1))
    await house.settled()
    twice.hello(house.ticket(guest(1)))
    assert early.closed == twice.closed == (4012, "hello-first")
    await house.close()


@story
async def test_a_ticket_is_good_once_and_for_its_own_event() -> None:
    house = House()
    await house.event(1)
    ticket = house.ticket(guest(1))
    first, second, elsewhere, made_up = (Line(house) for _ in range(4))
    first.hello(ticket)
    second.hello(ticket)
    elsewhere.hello(house.ticket(guest(1)), event="another")
    made_up.hello("made up")
    await house.settled()
    assert first.of_type("Welcome")
    assert second.closed == elsewhere.closed == made_up.closed == (4006, "bad-ticket")
    await house.close()


@story
async def test_a_page_of_another_version_is_told_to_load_again() -> None:
    house = House()
    await house.event(1)
    line = Line(house)
    line.send(protocol.Hello(protocol.VERSION + 1, house.ticket(guest(1)), "e1"))
    assert line.closed == (4007, "wrong-version")
    await house.close()


@story
async def test_an_event_that_is_not_there_closes_the_connection() -> None:
    house = House()
    line = Line(house)
    line.hello(house.ticket(guest(1), event="gone"), event="gone")
    await house.settled()
    assert line.closed == (4011, "no-event")
    await house.close()


@story
async def test_commands_right_behind_hello_wait_for_the_welcome() -> None:
    house = House()
    await house.event(1)
    stored = house.journal.stored
    await house.close()
    again = House(stored)  # the event has to be read first
    line = again.line(ORGANISER)
    line.do(SetTopic(1, "Maps"), "c")
    await again.settled()
    told = [message["type"] for message in line.heard if message["type"] != "Planning"]
    assert told == ["Welcome", "Changed", "Done"]
    await again.close()


@story
async def test_a_welcome_holds_all_that_a_page_needs() -> None:
    house = House()
    await house.event(2, rate=20)
    line = house.line(guest(1))
    await house.settled()
    welcome = line.heard[0]
    assert welcome["you"] == {"id": "p1", "role": "participant", "name": "Guest 1"}
    assert (welcome["version"], welcome["rate"], welcome["epoch"]) == (1, 20, 1)
    assert welcome["seq"] == house.actor.seq
    assert welcome["event_ms"] == house.actor.clock.at(welcome["wall_ms"])
    assert "email" not in str(welcome["view"]["people"])
    await house.close()


# What is not understood


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"type":"Dance"}',
        '{"type":"Ping","sent":1,"more":2}',
        '{"type":"Ping","sent":"soon"}',
        '{"type":"Do","cid":"c","command":{"type":"FlyAway"}}',
        '{"type":"Do","cid":"c","command":{"type":"Leave","softly":true}}',
        '{"type":"Do","cid":"","command":{"type":"Leave"}}',
        '{"type":"Do","cid":"' + "c" * 65 + '","command":{"type":"Leave"}}',
        "\xff",
    ],
)
def test_what_is_not_understood_closes_this_connection_and_no_other(text: str) -> None:
    @story
    async def told() -> None:
        house = House()
        await house.event(2)
        bad, good = house.line(guest(1)), house.line(guest(2))
        await house.settled()
        bad.session.received(text.encode("latin-1"))
        assert bad.closed is not None and bad.closed[0] == 4002
        await house.done(SetTopic(1, "Maps"))
        assert good.closed is None and "TopicSet" in good.kinds()
        await house.close()

    told()


@story
async def test_nothing_is_read_from_a_closed_connection() -> None:
    house = House()
    await house.event(1)
    line = house.line(ORGANISER)
    await house.settled()
    line.session.received(b"{")
    line.do(SetTopic(1, "Maps"), "c")
    await house.settled()
    assert house.actor.event.agenda[0].topic == ""
    await house.close()


# Credits


def test_credits_come_back_with_time_and_never_beyond_the_burst() -> None:
    credits = Credits(rate=10, burst=40, now=0)
    assert credits.take(40, 0) and not credits.take(1, 0)
    assert not credits.take(1, 0.05) and credits.take(1, 0.15)
    assert credits.take(40, 100) and not credits.take(1, 100)


@story
async def test_forty_commands_at_once_are_possible_and_one_more_is_too_fast() -> None:
    house = House()
    await house.event(1)
    line = house.line(ORGANISER)
    await house.settled()
    for number in range(40):
        line.do(SetTopic(1, f"Topic {number}"), f"c{number}")
    await house.settled()
    assert line.closed is None and len(line.of_type("Done")) == 40
    line.do(SetTopic(1, "More"), "more")
    assert line.closed == (4004, "too-fast")
    await house.close()


@story
async def test_several_windows_of_one_person_share_their_credits() -> None:
    house = House()
    await house.event(1)
    windows = [house.line(ORGANISER) for _ in range(2)]
    await house.settled()
    for number in range(42):
        windows[number % 2].do(SetTopic(1, f"Topic {number}"), f"c{number}")
    assert [window.closed for window in windows].count((4004, "too-fast")) == 2
    await house.close()


@story
async def test_snapshots_cost_more_than_commands() -> None:
    house = House()
    await house.event(1)
    line = house.line(guest(1))
    await house.settled()
    for _ in range(4):
        line.send(protocol.Resync("again"))
    assert len(line.of_type("Welcome")) == 5
    line.send(protocol.Resync("again"))
    assert line.closed == (4004, "too-fast")
    await house.close()


# Slow readers


async def stuck_with_changes(house: House) -> tuple[Line, Line]:
    """A host who reads nothing while more than 64 kB of changes pile up, and one who reads."""
    await house.event(1)
    slow, quick = house.line(ORGANISER), house.line(ORGANISER)
    await house.settled()
    slow.stuck = True
    number = 0
    while slow.unsent() <= SOFT_LIMIT:
        number += 1
        await house.done(SetTopic(1, "x" * 200, f"{number} " + "y" * 200))
    return slow, quick


@story
async def test_a_slow_reader_is_not_sent_more_changes_but_a_snapshot_later() -> None:
    house = House()
    slow, quick = await stuck_with_changes(house)
    piled = slow.unsent()
    for number in range(1000):
        await house.done(SetTopic(2, f"Topic {number}"))
    assert slow.unsent() - piled < 1000
    slow.flow()
    assert slow.heard[-1]["type"] == "Welcome"
    assert slow.view == quick.view
    await house.done(SetTopic(2, "after"))
    assert slow.view == quick.view and slow.view["rounds"]["2"]["topic"] == "after"
    await house.close()


@story
async def test_a_slow_reader_gets_its_answers_after_the_snapshot() -> None:
    house = House()
    slow, _ = await stuck_with_changes(house)
    await house.done(SetTopic(2, "left out"))
    slow.do(SetTopic(2, "Maps"), "c")
    await house.settled()
    slow.flow()
    last, answer = slow.heard[-2:]
    assert last["type"] == "Welcome" and last["view"]["rounds"]["2"]["topic"] == "Maps"
    assert answer["type"] == "Done" and answer["cid"] == "c"
    await house.close()


@story
async def test_who_reads_nothing_at_all_is_cut_before_it_costs_much() -> None:
    house = House()
    slow, quick = await stuck_with_changes(house)
    while not slow.aborted:
        slow.send(protocol.Ping(1.0))
        assert slow.unsent() <= HARD_LIMIT + 5_000
    assert quick.closed is None
    await house.close()


@story
async def test_a_snapshot_larger_than_the_limit_is_not_a_reason_to_cut() -> None:
    house = House()
    await house.event(1500)
    line = Line(house)
    line.stuck = True
    line.hello(house.ticket(ORGANISER))
    await house.settled()
    assert line.unsent() > HARD_LIMIT and not line.aborted
    line.flow()
    assert len(line.view["people"]) == 1500
    await house.close()


# The end


@story
async def test_a_stopping_server_says_when_to_come_back() -> None:
    house = House()
    await house.event(1)
    line = house.line(guest(1))
    await house.settled()
    line.session.away_for(700)
    assert line.heard[-1] == {"type": "Reconnect", "after_ms": 700}
    assert line.closed == (1012, "restart")
    await house.close()


@story
async def test_who_is_lost_while_the_event_is_being_read_leaves_nothing_behind() -> None:
    house = House()
    await house.event(1)
    await house.close()
    again = House(house.journal.stored)
    line = again.line(guest(1))
    line.lose()
    await again.settled()
    assert not line.heard
    actor = await again.registry.find("e1")
    assert actor is not None and actor.event.participants["p1"].presence == "expected"
    await again.close()


def test_a_fingerprint_is_taken_of_what_javascript_would_write() -> None:
    view = {"b": {"x": 8.0, "y": 8.5, "z": None}, "a": {"é": ["\n", 1]}}
    assert canonical(view) == '{"a":{"é":["\\n",1]},"b":{"x":8,"y":8.5,"z":null}}'.encode()  # type: ignore[arg-type]

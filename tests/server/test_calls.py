"""Offers, answers and slots on their way between browsers and the media plane."""

from __future__ import annotations

import asyncio

from rooms.commands import (
    CallBack,
    Leave,
    MovePerson,
    MuteGuest,
    SpeakToAll,
    StartRound,
    UnmuteMe,
    VisitRoom,
)
from server import protocol
from server.media.plane import Failed, Quality, Speaking
from tests.server.house import EVENT, ORGANISER, House, Line, guest, story


async def in_call(house: House, people: int) -> list[Line]:
    """That many guests, all connected, in the first round."""
    await house.event(people, rounds=2, size=2)
    lines = []
    for number in range(1, people + 1):
        await house.join(number)
        lines.append(house.line(guest(number)))
    for line in lines:
        line.send(protocol.Call())
    await house.settled()
    for line in lines:
        line.send(protocol.CallAnswer("v=0"))
    await house.settled()
    await house.done(StartRound(1, now=True))
    return lines


@story
async def test_everyone_is_told_who_is_in_their_slots_when_a_round_begins() -> None:
    house = House()
    lines = await in_call(house, 4)
    assert [line.of_type("CallOffer")[0]["slots"] for line in lines] == [{}] * 4
    await settled_until(house, lines[0], "RoundStarted")
    for line in lines:
        partners = line.view["room"]["people"]
        (other,) = set(partners) - {line.view["you"]["id"]}
        assert line.of_type("Slots")[-1]["slots"] == {"1": other}
    await house.close()


@story
async def test_who_asks_in_a_round_is_offered_the_slots_as_they_are() -> None:
    house = House()
    lines = await in_call(house, 2)
    await settled_until(house, lines[0], "RoundStarted")
    lines[0].send(protocol.Call())
    await house.settled()
    assert len(lines[0].of_type("CallOffer")) == 2
    assert list(lines[0].of_type("CallOffer")[1]["slots"].values()) == [guest(2).id]
    await house.close()


@story
async def test_those_in_a_room_and_hosts_learn_who_speaks() -> None:
    house = House()
    lines = await in_call(house, 4)
    host = house.line(ORGANISER)
    await settled_until(house, lines[0], "RoundStarted")
    house.registry.told(Speaking(EVENT, guest(1).id, True))
    told = {line.view["you"]["id"] for line in lines if line.of_type("Speaking")}
    assert told == set(lines[0].view["room"]["people"])
    assert host.of_type("Speaking") == [{"type": "Speaking", "person": guest(1).id, "on": True}]
    await house.close()


@story
async def test_whose_connection_is_weak_learns_which_pictures_are_stopped_and_nobody_else_does() -> None:
    house = House()
    lines = await in_call(house, 2)
    house.registry.told(Quality(EVENT, guest(1).id, "poor", (2, 3)))
    house.registry.told(Quality(EVENT, guest(1).id, "good"))
    assert [each["slots"] for each in lines[0].of_type("WeakLine")] == [[2, 3], []]
    assert not lines[1].of_type("WeakLine")
    await house.close()


@story
async def test_hosts_and_the_metrics_learn_how_long_a_switch_took_and_of_nobody_in_particular() -> None:
    house = House()
    lines = await in_call(house, 4)
    host = house.line(ORGANISER)
    await settled_until(house, lines[0], "RoundStarted")
    cutover = lines[0].of_type("Slots")[-1]["cutover"]
    for ms, line in zip((30.0, 40.0, 50.0), lines, strict=False):
        line.send(protocol.Gap(cutover, ms))
    lines[3].send(protocol.Gap(cutover - 1, 20.0))
    await asyncio.sleep(1)
    assert host.of_type("Gaps") == [{"type": "Gaps", "people": 3, "p50_ms": 40.0, "p95_ms": 50.0}]
    assert not any(line.of_type("Gaps") for line in lines)
    assert b"intermingle_switch_gap_ms_count 3.0" in house.metrics.text()
    await house.close()


@story
async def test_whose_connection_is_lost_is_told_to_ask_again() -> None:
    house = House()
    lines = await in_call(house, 2)
    house.registry.told(Failed(EVENT, guest(1).id, "gone"))
    house.registry.told(Failed("elsewhere", guest(1).id, "gone"))
    assert [len(line.of_type("CallLost")) for line in lines] == [1, 0]
    await house.close()


@story
async def test_who_leaves_the_event_leaves_the_call() -> None:
    house = House()
    await in_call(house, 3)
    await house.done(Leave(), guest(3))
    await house.settled()
    assert (await house.plane.stats(EVENT)).participants == 2
    await house.close()


@story
async def test_a_server_without_sound_and_picture_says_so() -> None:
    house = House(media=False)
    await house.event(1)
    line = house.line(ORGANISER)
    await house.settled()
    line.send(protocol.Call())
    await house.settled()
    assert len(line.of_type("NoCall")) == 1
    await house.close()


@story
async def test_everyone_receives_a_host_who_speaks_to_all_and_their_room_as_before() -> None:
    house = House()
    lines = await in_call(house, 4)
    host = await host_in_call(house)
    await settled_until(house, lines[0], "RoundStarted")
    rooms = [line.of_type("Slots")[-1]["slots"] for line in lines]
    await house.done(SpeakToAll())
    assert [line.of_type("Slots")[-1]["slots"] for line in lines] == [{"0": "o1", **room} for room in rooms]
    assert sorted(house.plane.send(EVENT, "o1", "audio")) == [(guest(n).id, 0) for n in range(1, 5)]
    assert host.of_type("Slots")[-1]["slots"] == {}
    house.registry.told(Speaking(EVENT, "o1", True))
    assert [len(line.of_type("Speaking")) for line in lines] == [1] * 4
    await house.done(SpeakToAll(False))
    assert [line.of_type("Slots")[-1]["slots"] for line in lines] == rooms
    assert house.plane.send(EVENT, "o1", "audio") == []
    await house.close()


@story
async def test_who_calls_everyone_back_is_heard_in_the_lobby_and_by_those_who_come_later() -> None:
    house = House()
    lines = await in_call(house, 2)
    await host_in_call(house)
    await settled_until(house, lines[0], "RoundStarted")
    await house.done(CallBack())
    assert [line.of_type("Slots")[-1]["slots"] for line in lines] == [{"0": "o1"}] * 2
    lines[0].send(protocol.Call())
    await house.settled()
    assert lines[0].of_type("CallOffer")[-1]["slots"] == {"0": "o1"}
    await house.close()


@story
async def test_a_visiting_host_is_in_the_room_and_nowhere_else() -> None:
    house = House()
    lines = await in_call(house, 4)
    host = await host_in_call(house)
    await settled_until(house, lines[0], "RoundStarted")
    inside = set(lines[0].view["room"]["people"])
    await house.done(VisitRoom(lines[0].view["room"]["number"]))
    assert set(host.of_type("Slots")[-1]["slots"].values()) == inside
    assert {who for who, _ in house.plane.send(EVENT, "o1", "video")} == inside
    for line in lines:
        assert ("o1" in line.of_type("Slots")[-1]["slots"].values()) == (line.view["you"]["id"] in inside)
    house.registry.told(Speaking(EVENT, "o1", True))
    assert {line.view["you"]["id"] for line in lines if line.of_type("Speaking")} == inside
    await house.done(VisitRoom(None))
    assert host.of_type("Slots")[-1]["slots"] == {}
    assert house.plane.send(EVENT, "o1", "audio") == []
    await house.close()


@story
async def test_a_room_that_grew_beyond_the_slots_goes_on_with_those_who_fit() -> None:
    house = House()
    lines = await in_call(house, 8)
    host = await host_in_call(house)
    await settled_until(house, lines[0], "RoundStarted")
    await house.done(VisitRoom(1))
    for number in range(1, 9):
        if lines[number - 1].view["room"]["number"] != 1:
            await house.done(MovePerson(1, guest(number).id, 1))
    assert len(host.view["rooms"]["1"]["people"]) == 8
    received = [list(line.of_type("Slots")[-1]["slots"].values()) for line in (host, *lines)]
    assert [len(people) for people in received] == [5] * 9
    assert all("o1" in people for people in received[1:])
    await house.close()


@story
async def test_whoever_a_host_mutes_is_not_forwarded_until_they_say_so_themselves() -> None:
    house = House()
    lines = await in_call(house, 2)
    await settled_until(house, lines[0], "RoundStarted")
    await house.done(MuteGuest(guest(1).id))
    await house.settled()
    assert lines[0].view["you"]["muted"] == ["audio"]
    assert house.plane.send(EVENT, guest(1).id, "audio") == []
    assert len(house.plane.send(EVENT, guest(1).id, "video")) == 1
    lines[0].send(protocol.Call())
    await house.settled()
    lines[0].send(protocol.CallAnswer("v=0"))
    await house.settled()
    assert house.plane.send(EVENT, guest(1).id, "audio") == []
    await house.done(UnmuteMe(), guest(1))
    await house.settled()
    assert len(house.plane.send(EVENT, guest(1).id, "audio")) == 1
    await house.close()


@story
async def test_whoever_was_muted_before_they_had_a_connection_is_held_back_in_it() -> None:
    house = House()
    await house.event(2, rounds=2, size=2)
    await house.join(1)
    await house.done(MuteGuest(guest(1).id, "video"))
    line = house.line(guest(1))
    line.send(protocol.Call())
    await house.settled()
    line.send(protocol.CallAnswer("v=0"))
    await house.join(2)
    other = house.line(guest(2))
    other.send(protocol.Call())
    await house.settled()
    other.send(protocol.CallAnswer("v=0"))
    await house.done(StartRound(1, now=True))
    await settled_until(house, line, "RoundStarted")
    assert house.plane.send(EVENT, guest(1).id, "video") == []
    assert len(house.plane.send(EVENT, guest(1).id, "audio")) == 1
    await house.close()


@story
async def test_a_host_is_connected_in_the_newest_window_that_asked() -> None:
    house = House()
    await house.event(2)
    first, second = await host_in_call(house), house.line(ORGANISER)
    await house.settled()
    second.send(protocol.Call())
    await house.settled()
    assert [len(line.of_type("CallTaken")) for line in (first, second)] == [1, 0]
    assert (await house.plane.stats(EVENT)).participants == 1
    await house.close()


@story
async def test_a_host_who_is_gone_has_no_connection_any_more() -> None:
    house = House()
    await house.event(2)
    (await host_in_call(house)).lose()
    await asyncio.sleep(25)
    await house.settled()
    assert (await house.plane.stats(EVENT)).participants == 0
    await house.close()


async def host_in_call(house: House) -> Line:
    line = house.line(ORGANISER)
    await house.settled()
    line.send(protocol.Call())
    await house.settled()
    line.send(protocol.CallAnswer("v=0"))
    await house.settled()
    return line


async def settled_until(house: House, line: Line, kind: str) -> None:
    """Until a change by the fact of this name, by the clock of the house."""
    while kind not in line.kinds():
        await asyncio.sleep(0.1)
    await house.settled()

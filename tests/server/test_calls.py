"""Offers, answers and slots on their way between browsers and the media plane."""

from __future__ import annotations

import asyncio

from rooms.commands import Leave, StartRound
from server import protocol
from server.media.plane import Failed, Speaking
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
async def test_hosts_have_no_call() -> None:
    house = House()
    await house.event(2)
    host = house.line(ORGANISER)
    await house.settled()
    host.send(protocol.Call())
    await house.settled()
    assert len(host.of_type("NoCall")) == 1
    await house.close()


async def settled_until(house: House, line: Line, kind: str) -> None:
    """Until a change by the fact of this name, by the clock of the house."""
    while kind not in line.kinds():
        await asyncio.sleep(0.1)
    await house.settled()

"""The simulated browser: its wrong clock, its slow line, and how it comes back."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from rooms.commands import Leave
from server.browser import BURST, Browser, EventTime, HttpProblem, Line, WrongClock, follow

CARD = {"number": None, "state": None, "starts_at": None, "ends_at": None, "paused_at": None}


class Clock:
    """A true clock in seconds that moves only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize("ahead_ms", [-30_000_000.0, 0.0, 4_000.0])
@pytest.mark.parametrize("drift", [-5e-5, 0.0, 5e-5])
def test_event_time_is_right_however_wrong_the_clock_is(ahead_ms: float, drift: float) -> None:
    true = Clock()
    true.seconds = 1_000.0
    estimate = EventTime(WrongClock(true, ahead_ms, drift))

    def server_ms() -> float:
        return 1_700_000_000_000 + true.seconds * 1000

    estimate.start(event_ms=5_000_000, wall_ms=server_ms(), rate=20)
    began = server_ms()
    chance = random.Random(1)
    for _ in range(BURST):
        sent = estimate.clock.now()
        true.seconds += 0.08 + chance.expovariate(1 / 0.01)
        wall = server_ms()
        true.seconds += 0.08 + chance.expovariate(1 / 0.01)
        estimate.pong(sent, wall)
    true.seconds += 30
    expected = 5_000_000 + (server_ms() - began) * 20
    assert abs(estimate.now() - expected) <= 15 * 20  # 15 ms on the wall
    assert estimate.true_wall(expected) == pytest.approx(server_ms(), abs=0.01)
    assert estimate.seconds_until(estimate.now() + 20_000) == pytest.approx(1, rel=1e-4)


def test_the_quickest_of_eight_pings_wins() -> None:
    true = Clock()
    estimate = EventTime(WrongClock(true))
    estimate.start(0, 0, 1)
    for number in range(BURST):
        sent = estimate.clock.now()
        out, back = (0.001, 0.001) if number == 4 else (0.010, 0.100)
        true.seconds += out
        wall = true.seconds * 1000
        true.seconds += back
        estimate.pong(sent, wall)
    assert abs(estimate.now() - true.seconds * 1000) < 1


def test_following_sets_and_drops_keys() -> None:
    view: dict[str, dict[str, Any]] = {"people": {"a": 1, "b": 2}, "clock": {"number": None}}
    follow(
        view,
        {
            "kind": "X",
            "by": "",
            "set": {"people": {"c": 3}, "clock": {"number": 1}},
            "drop": {"people": ["a"]},
        },
    )
    assert view == {"people": {"b": 2, "c": 3}, "clock": {"number": 1}}


# Against a server that says what the test wants

Talk = Callable[[ServerConnection, dict[str, Any]], Awaitable[None]]


@asynccontextmanager
async def server(talk: Talk) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """Gives its URL and every hello that it was told; `talk` has each connection after its hello."""
    hellos: list[dict[str, Any]] = []

    async def handle(socket: ServerConnection) -> None:
        hello = json.loads(await socket.recv())
        hellos.append(hello)
        await talk(socket, hello)

    async with serve(handle, "127.0.0.1", 0) as running:
        port = next(iter(running.sockets)).getsockname()[1]
        yield f"http://127.0.0.1:{port}", hellos


class Visitor(Browser):
    """Gets its tickets without a server."""

    refusal: HttpProblem | None = None

    async def post(self, path: str, body: Any = None) -> Any:
        if self.refusal is not None:
            raise self.refusal
        return {"ticket": "t"}


def welcome(seq: int, **clock: Any) -> dict[str, Any]:
    view = {"clock": CARD | clock, "people": {}, "event": {"phase": "open"}}
    return {
        "type": "Welcome", "version": 1, "you": {"id": "a"}, "epoch": 1, "seq": seq, "view": view,
        "rate": 1.0, "event_ms": 0, "wall_ms": 0, "reconnecting": [], "chat": [],
    }  # fmt: skip


async def tell(socket: ServerConnection, *messages: dict[str, Any]) -> None:
    for message in messages:
        await socket.send(json.dumps(message))


async def stay(browser: Browser) -> asyncio.Task[None]:
    return asyncio.create_task(browser.stay("e1", "participant"))


async def test_it_comes_back_and_asks_for_what_it_missed() -> None:
    async def talk(socket: ServerConnection, hello: dict[str, Any]) -> None:
        if hello["seq"] == 0:
            changed = {"type": "Changed", "seq": 9, "at": 0, "changes": []}
            await tell(socket, welcome(7), changed, {"type": "Reconnect", "after_ms": 1})
            await socket.close(1012)
        else:
            await socket.wait_closed()

    async with server(talk) as (url, hellos):
        browser = Visitor(url, chance=random.Random(1), line=Line(0.001, 0.001))
        staying = await stay(browser)
        while len(hellos) < 2:
            await asyncio.sleep(0.005)
        browser.close()
        await asyncio.wait_for(staying, 60)
    assert [(hello["epoch"], hello["seq"]) for hello in hellos] == [(0, 0), (1, 9)]


async def test_a_command_is_sent_again_under_the_same_id_and_answered_once() -> None:
    asked: list[str] = []

    async def talk(socket: ServerConnection, hello: dict[str, Any]) -> None:
        await tell(socket, welcome(1))
        async for text in socket:
            message = json.loads(text)
            if message["type"] == "Do":
                asked.append(message["cid"])
                if len(asked) == 1:
                    await socket.close(1011)
                    return
                await tell(socket, {"type": "Done", "cid": message["cid"], "seq": 5})

    async with server(talk) as (url, _):
        browser = Visitor(url, chance=random.Random(0))
        staying = await stay(browser)
        answer = await asyncio.wait_for(browser.do(Leave()), 60)
        browser.close()
        await asyncio.wait_for(staying, 60)
    assert answer.done and answer.seq == 5
    assert len(asked) == 2 and len(set(asked)) == 1
    assert browser.record.acknowledged == {asked[0]: 5}


@pytest.mark.parametrize(("code", "returns"), [(4001, False), (4009, False), (1011, True), (4008, True)])
async def test_close_codes_say_whether_to_come_back(code: int, returns: bool) -> None:
    async def talk(socket: ServerConnection, hello: dict[str, Any]) -> None:
        await tell(socket, welcome(1))
        await socket.close(code)

    async with server(talk) as (url, hellos):
        browser = Visitor(url, chance=random.Random(1))
        browser.clock.rate = 50  # waits pass quickly
        staying = await stay(browser)
        while not browser.closed and len(hellos) < 2:
            await asyncio.sleep(0.005)
        assert bool(browser.closed) is not returns
        browser.close()
        await asyncio.wait_for(staying, 60)


async def test_whom_the_server_does_not_know_does_not_try_again() -> None:
    browser = Visitor("http://127.0.0.1:1", chance=random.Random(1))
    browser.refusal = HttpProblem(403, {"code": "no-cookie"})
    await asyncio.wait_for(browser.stay("e1", "participant"), 60)
    assert browser.closed == "no-cookie"


async def test_an_answer_that_breaks_off_is_a_lost_connection() -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as cut:
        port = cut.sockets[0].getsockname()[1]
        with pytest.raises(OSError):
            await Browser(f"http://127.0.0.1:{port}", chance=random.Random(1)).get("/x")


async def test_without_a_line_nothing_arrives_and_nobody_is_told() -> None:
    lost = asyncio.Event()

    async def talk(socket: ServerConnection, hello: dict[str, Any]) -> None:
        await tell(socket, welcome(1))
        await socket.wait_closed()
        assert socket.close_code == 1006
        lost.set()

    async with server(talk) as (url, hellos):
        browser = Visitor(url, chance=random.Random(1))
        staying = await stay(browser)
        await browser.until(lambda view: True)
        browser.lose_line()
        await asyncio.wait_for(lost.wait(), 60)
        assert len(hellos) == 1
        browser.find_line()
        while len(hellos) < 2:
            await asyncio.sleep(0.005)
        browser.close()
        await asyncio.wait_for(staying, 60)


async def test_a_line_on_which_pings_get_no_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.browser.PONG_SECONDS", 0.05)
    answered = asyncio.Event()

    async def talk(socket: ServerConnection, hello: dict[str, Any]) -> None:
        await tell(socket, welcome(1))
        async for text in socket:
            if len(hellos) > 1:
                # From now on a busy machine shall not look like a dead line.
                monkeypatch.setattr("server.browser.PONG_SECONDS", 60)
                ping = json.loads(text)
                await tell(
                    socket, {"type": "Pong", "sent": ping["sent"], "wall_ms": 0, "seq": 1, "digest": ""}
                )
                answered.set()

    async with server(talk) as (url, hellos):
        browser = Visitor(url, chance=random.Random(1))
        browser.clock.rate = 50
        staying = await stay(browser)
        await asyncio.wait_for(answered.wait(), 60)
        await asyncio.sleep(0.2)
        assert len(hellos) == 2  # the second line answers, and stays
        browser.close()
        await asyncio.wait_for(staying, 60)


async def test_a_slow_line_delays_messages_and_keeps_their_order() -> None:
    async def talk(socket: ServerConnection, hello: dict[str, Any]) -> None:
        changes = ({"type": "Changed", "seq": seq, "at": 0, "changes": []} for seq in range(2, 40))
        await tell(socket, welcome(1), *changes)
        await socket.wait_closed()

    async with server(talk) as (url, _):
        browser = Visitor(url, chance=random.Random(1), line=Line(0.02, 0.02))
        loop = asyncio.get_running_loop()
        began = loop.time()
        staying = await stay(browser)
        await browser.until(lambda view: True)
        assert loop.time() - began >= 0.04  # there and back
        while len(browser.record.frames) < 39:
            await asyncio.sleep(0.005)
        browser.close()
        await asyncio.wait_for(staying, 60)
    seqs = [json.loads(frame.text)["seq"] for frame in browser.record.frames]
    assert seqs == list(range(1, 40))


async def test_the_screen_switches_by_the_clock_without_being_told_again() -> None:
    async def talk(socket: ServerConnection, hello: dict[str, Any]) -> None:
        await tell(socket, welcome(1, number=3, state="announced", starts_at=120, ends_at=9_000))
        await socket.wait_closed()

    async with server(talk) as (url, _):
        browser = Visitor(url, chance=random.Random(1), ahead_ms=7_000_000, drift=5e-5)
        staying = await stay(browser)
        while not browser.record.switches:
            await asyncio.sleep(0.005)
        browser.close()
        await asyncio.wait_for(staying, 60)
    assert [switch.round for switch in browser.record.switches] == [3]

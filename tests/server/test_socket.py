"""The endpoint on real sockets: handshakes, limits, close codes, and what it leaves to the pages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from rooms.commands import SetTopic, StartRound
from server import protocol
from server import socket as endpoint
from tests.server.house import ORGANISER, Browser, House, guest

UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with House().listening() as house:
        await house.event(4)
        yield house


class Raw:
    """A connection that need not follow any protocol."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self) -> bytes:
        """All that comes until the server closes, or for a while."""
        try:
            async with asyncio.timeout(60):
                return await self.reader.read()
        except (TimeoutError, ConnectionResetError):
            return b""

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionResetError, BrokenPipeError):
            await self.writer.wait_closed()


async def raw(house: House, data: bytes) -> Raw:
    made = Raw(*await asyncio.open_connection("127.0.0.1", house.port))
    made.writer.write(data)
    return made


async def upgraded(house: House) -> Raw:
    made = await raw(house, UPGRADE + b"\r\n")
    assert (await made.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    return made


def frame(payload: bytes, opcode: Opcode = Opcode.TEXT, fin: bool = True) -> bytes:
    return Frame(opcode, payload, fin).serialize(mask=True)


def close_code(answer: bytes) -> int:
    """Of the close frame that the answer ends with."""
    at = answer.rindex(b"\x88")
    return int.from_bytes(answer[at + 2 : at + 4], "big")


# Stories


async def test_two_browsers_and_a_host_from_hello_to_a_running_round(house: House) -> None:
    host = await house.browser(ORGANISER)
    for number in (1, 2):
        await house.join(number)
    guests = [await house.browser(guest(1)), await house.browser(guest(2))]
    answer = await host.do(StartRound(1, now=True))
    assert answer["type"] == "Done"
    for browser in guests:
        await browser.told("RoundStarted")
        assert sorted(browser.view["room"]["people"]) == ["p1", "p2"]
    guests[0].drop()
    await guests[1].until("Reconnecting")
    back = await house.visitor()
    told = Browser(back.connection)
    told.view, told.seq = guests[0].view, guests[0].seq
    assert (await told.hello(house.ticket(guest(1)), guests[0].epoch, guests[0].seq))["type"] == "Resumed"
    for browser in (host, guests[1], told):
        await browser.leave()


async def test_a_second_tab_takes_over(house: House) -> None:
    first = await house.browser(guest(1))
    second = await house.browser(guest(1))
    assert await first.end() == 4001
    await house.done(SetTopic(1, "Maps"))
    await second.told("TopicSet")
    await second.leave()


async def test_a_stopping_server_asks_browsers_to_come_back(house: House) -> None:
    browser = await house.browser(guest(1))
    for each in list(house.endpoint.sockets):
        each.shutdown()
    assert await browser.end() == 1012
    assert browser.heard[-1]["type"] == "Reconnect"
    assert browser.heard[-1]["after_ms"] >= 500


# Handshakes


async def test_a_page_of_another_site_is_turned_away_before_anything_else(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await house.visitor(origin="https://evil.example.com")
    assert refused.value.response.status_code == 403
    browser = await house.visitor(origin="https://meet.example.org")
    await browser.leave()


async def test_two_origins_are_as_bad_as_a_foreign_one(house: House) -> None:
    bad = await raw(
        house, UPGRADE + b"Origin: https://meet.example.org\r\nOrigin: https://evil.example.com\r\n\r\n"
    )
    assert (await bad.answer()).startswith(b"HTTP/1.1 403 ")
    await bad.close()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /ws HTTP/1.1\r\nHost: here\r\n\r\n", b"426"),
        (UPGRADE.replace(b"13", b"12") + b"\r\n", b"400"),
        (UPGRADE.replace(b"dGhl", b"d") + b"\r\n", b"400"),
        (UPGRADE + b"X: " + b"x" * 9000 + b"\r\n\r\n", b"431"),
        (UPGRADE.replace(b"/ws", b"/ws?" + b"x" * 9000) + b"\r\n", b"414"),
    ],
)
async def test_a_handshake_that_is_wrong_is_answered(house: House, request_: bytes, status: bytes) -> None:
    bad = await raw(house, request_)
    assert (await bad.answer()).startswith(b"HTTP/1.1 " + status)
    await bad.close()


async def test_no_compression_is_agreed_to(house: House) -> None:
    browser = await house.visitor()
    assert browser.connection.protocol.extensions == []
    offering = await raw(house, UPGRADE + b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
    head = await offering.reader.readuntil(b"\r\n\r\n")
    assert b"101" in head and b"xtensions" not in head
    await offering.close()
    await browser.leave()


async def test_a_handshake_may_come_byte_by_byte(house: House) -> None:
    slow = await raw(house, b"")
    for byte in UPGRADE + b"\r\n":
        slow.writer.write(bytes([byte]))
        await slow.writer.drain()
    assert (await slow.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    await slow.close()


@pytest.mark.parametrize("path", [b"/", b"/w", b"/wsx", b"/e/ws", b"/api/v1/events"])
async def test_everything_else_goes_to_the_pages(house: House, path: bytes) -> None:
    page = await raw(house, b"GET " + path + b" HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
    assert (await page.answer()).startswith(b"HTTP/1.1 404 ")
    await page.close()


async def test_a_connection_that_served_a_page_before_can_be_upgraded(house: House) -> None:
    # Proxies keep connections and use them for whatever comes next.
    proxy = await raw(house, b"GET /page HTTP/1.1\r\nHost: here\r\n\r\n")
    assert (await proxy.reader.readuntil(b"none")).startswith(b"HTTP/1.1 404 ")
    proxy.writer.write(UPGRADE + b"\r\n")
    assert (await proxy.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    proxy.writer.write(frame(b"{"))
    assert close_code(await proxy.answer()) == 4002
    await proxy.close()


async def test_an_upgrade_elsewhere_finds_nothing(house: House) -> None:
    proxy = await raw(house, UPGRADE.replace(b"/ws", b"/other") + b"\r\n")
    assert (await proxy.answer()).startswith(b"HTTP/1.1 404 ")
    await proxy.close()


async def test_a_full_server_says_so(house: House) -> None:
    browser = await house.browser(guest(1))
    house.endpoint.most_connections = 1
    refused = await raw(house, b"GET /ws HTTP/1.1\r\n")
    assert (await refused.answer()).startswith(b"HTTP/1.1 503 ")
    await refused.close()
    await browser.leave()


async def test_strangers_may_knock_only_so_often_from_one_address(house: House) -> None:
    """The house lets in two a minute; it believes the proxy, which is this machine."""
    knock = UPGRADE + b"X-Forwarded-For: 192.0.2.7\r\n\r\n"
    assert [await answered(house, knock) for _ in range(3)] == [b"101", b"101", b"429"]
    elsewhere = UPGRADE + b"X-Forwarded-For: 192.0.2.7, 192.0.2.8\r\n\r\n"
    assert await answered(house, elsewhere) == b"101"
    here = UPGRADE + b"\r\n"
    assert [await answered(house, here) for _ in range(3)] == [b"101"] * 3


async def test_who_has_a_valid_ticket_is_no_stranger(house: House) -> None:
    office = {"additional_headers": {"X-Forwarded-For": "192.0.2.7"}}
    for number in (1, 2, 3, 4):
        browser = await house.visitor(**office)
        await browser.hello(house.ticket(guest(number)))
        await browser.leave()
    strangers = [await house.visitor(**office) for _ in range(2)]
    with pytest.raises(InvalidStatus) as refused:
        await house.visitor(**office)
    assert refused.value.response.status_code == 429
    for each in strangers:
        await each.leave()


async def answered(house: House, request: bytes) -> bytes:
    """The status of a handshake, which is not followed up."""
    made = await raw(house, request)
    status = (await made.reader.readuntil(b"\r\n")).split()[1]
    await made.close()
    return status


# What browsers send


REFUSED = {
    "unknown message": (frame(b'{"type":"Dance"}'), 4002),
    "no hello": (frame(b'{"type":"Ping","sent":1}'), 4012),
    "no ticket": (frame(b'{"type":"Hello","version":1,"ticket":"no","event":"e1"}'), 4006),
    "binary": (frame(b"x", Opcode.BINARY), 4002),
    "not UTF-8": (frame(b"\xff\xfe"), 4002),
    "not masked": (Frame(Opcode.TEXT, b"{}").serialize(mask=False), 4002),  # RFC 6455, 5.1: a client masks
    "nothing to go on with": (frame(b"more", Opcode.CONT), 4002),
    "reserved bits": (b"\xf1\x80\0\0\0\0", 4002),
    "a terabyte announced": (b"\x81\xff" + (1 << 40).to_bytes(8, "big"), 4003),
    "too long": (frame(b" " * 16_385), 4003),
    "too long in fragments": (
        frame(b" " * 9_000, fin=False) + frame(b" " * 9_000, Opcode.CONT),
        4003,
    ),
    "many pings": (frame(b"", Opcode.PING) * 60, 4004),
    "many fragments": (frame(b"", fin=False) + frame(b"", Opcode.CONT, fin=False) * 60, 4004),
    "many pongs": (frame(b"", Opcode.PONG) * 20_000, 4004),
}


@pytest.mark.parametrize(("sent", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_is_not_allowed_closes_with_its_code_and_harms_nobody(
    house: House, sent: bytes, code: int
) -> None:
    good = await house.browser(guest(1))
    bad = await upgraded(house)
    bad.writer.write(sent)
    assert close_code(await bad.answer()) == code
    await bad.close()
    await house.done(SetTopic(1, "Maps"))
    await good.told("TopicSet")
    await good.leave()


async def test_more_than_64_kB_in_a_second_is_too_fast(house: House) -> None:
    browser = await house.browser(guest(1))
    for _ in range(12):
        await browser.send(protocol.Say("x" * 16_000))
    assert await browser.end() == 4004
    assert 4 <= len(browser.of_type("Refusal")) < 12  # too long, each of them


async def test_a_message_in_fragments_with_a_ping_between_is_one_message(house: House) -> None:
    hello = protocol.encoder.encode(protocol.Hello(1, house.ticket(guest(1)), "e1"))
    some = await upgraded(house)
    some.writer.write(frame(hello[:10], fin=False) + frame(b"still here?", Opcode.PING))
    some.writer.write(frame(hello[10:], Opcode.CONT))
    answer = await some.reader.readuntil(b"Welcome")
    assert answer.startswith(b"\x8a\x0bstill here?")
    await some.close()


async def test_after_a_close_frame_nothing_more_is_written(house: House) -> None:
    some = await upgraded(house)
    hello = protocol.encoder.encode(protocol.Hello(1, house.ticket(guest(1)), "e1"))
    some.writer.write(frame(hello))
    await some.reader.readuntil(b"Welcome")
    (server_side,) = house.endpoint.sockets
    some.writer.write(frame(b"{"))
    while server_side.session is None or not server_side.session.closed:
        await asyncio.sleep(0.001)
    await house.done(SetTopic(1, "Maps"))
    answer = await some.answer()
    assert close_code(answer) == 4002 and b"Maps" not in answer
    await some.close()


async def test_a_browser_that_closes_is_answered_and_let_go(house: House) -> None:
    browser = await house.browser(guest(1))
    await browser.connection.close(1000)
    assert browser.connection.close_code == 1000
    while house.endpoint.sockets:
        await asyncio.sleep(0.001)


# Those who read slowly, or not at all


async def test_one_who_reads_nothing_holds_nobody_up_and_is_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "TICK_SECONDS", 0.05)
    monkeypatch.setattr(endpoint, "STUCK_SECONDS", 0.3)
    slow = await upgraded(house)
    (server_side,) = house.endpoint.sockets
    kernel = server_side._transport.get_extra_info("socket")
    kernel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8_192)  # loopback would take megabytes
    slow.writer.write(frame(protocol.encoder.encode(protocol.Hello(1, house.ticket(guest(1)), "e1"))))
    await slow.reader.readuntil(b"Welcome")
    slow.reader._transport.pause_reading()  # type: ignore[attr-defined]
    quick = await house.browser(ORGANISER)
    async with asyncio.timeout(60):
        while server_side in house.endpoint.sockets:
            await house.done(SetTopic(1, "x" * 70, f"{house.actor.seq} " + "y" * 400))
            await asyncio.sleep(0)
    await house.done(SetTopic(1, "last"))
    while quick.view["rounds"]["1"]["topic"] != "last":
        await quick.until("Changed")
    slow.writer.transport.abort()
    await quick.leave()


async def test_a_connection_that_is_silent_is_pinged_and_then_cut(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "TICK_SECONDS", 0.02)
    monkeypatch.setattr(endpoint, "QUIET_SECONDS", 0.05)
    monkeypatch.setattr(endpoint, "SILENT_SECONDS", 1.0)
    silent, lively = await upgraded(house), await house.browser(guest(1))
    answer = await silent.answer()
    assert answer.startswith(b"\x89\x00")
    assert [each.session is not None for each in house.endpoint.sockets] == [True]
    lively.drop()
    await silent.close()


async def test_a_handshake_that_never_ends_is_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "HANDSHAKE_SECONDS", 0.1)
    for beginning in (b"", b"GET /w", UPGRADE):
        half = await raw(house, beginning)
        assert await half.answer() == b""
        assert half.reader.at_eof()
        await half.close()

"""The whole server in one process: it listens, stops calmly, and loses nothing that was asked."""

from __future__ import annotations

import asyncio
import json
import logging

from websockets.asyncio.client import connect

from rooms.commands import CreateEvent, SetTopic
from rooms.model import By, Constellation
from server import protocol
from server.actor import EventActor
from server.app import Application, create_app
from server.config import Config
from server.journal_memory import MemoryJournal
from server.logs import JsonLines
from server.planning import InlinePlanner
from server.serving import running
from server.tokens import Ticket
from tests.server.house import Browser

ORGANISER = By("organiser", "o1", "Maja Lund")


async def app_with_event(journal: MemoryJournal) -> Application:
    app = await create_app(Config(), journal=journal, planner=InlinePlanner(), media=False)
    command = CreateEvent("e1", "Mixer", rounds=(Constellation(5, 2),))
    assert isinstance(await app.registry.create(command, ORGANISER), EventActor)
    return app


async def browser(app: Application, port: int) -> Browser:
    made = Browser(await connect(f"ws://127.0.0.1:{port}/ws", proxy=None))
    await made.hello(app.tokens.make_ticket(Ticket("e1", "organiser", "o1", "Maja Lund")))
    return made


async def test_pages_and_sockets_share_a_port() -> None:
    app = await app_with_event(MemoryJournal())
    async with running(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")
        writer.close()
        host = await browser(app, port)
        assert (await host.do(SetTopic(1, "Maps")))["type"] == "Done"
        await host.leave()


async def test_a_stopping_server_tells_browsers_and_finishes_what_was_asked() -> None:
    journal = MemoryJournal()
    app = await app_with_event(journal)
    async with running(app) as port:
        host = await browser(app, port)
        for number in range(4):
            await host.send(protocol.Do(f"c{number}", SetTopic(1, f"Topic {number}")))
        await host.until("Done")
    assert await host.end() == 1012
    assert host.heard[-1]["type"] == "Reconnect"
    done = {message["cid"] for message in host.of_type("Done")}
    kept = {entry.cid for entry in journal.stored["e1"] if entry.cid}
    assert done and done <= kept
    assert not app.registry.live()


def test_a_line_of_the_log_is_json_with_what_was_given_and_the_traceback() -> None:
    try:
        raise ValueError("odd")
    except ValueError as problem:
        trouble = (ValueError, problem, problem.__traceback__)
    record = logging.LogRecord("intermingle.actor", logging.ERROR, "", 1, "fault in %s", ("a step",), trouble)
    record.event, record.seq = "e1", 7
    line = json.loads(JsonLines().format(record))
    assert (line["level"], line["from"], line["what"]) == ("error", "intermingle.actor", "fault in a step")
    assert (line["event"], line["seq"]) == ("e1", 7)
    assert line["trace"].endswith("ValueError: odd") and line["at"].endswith("+00:00")

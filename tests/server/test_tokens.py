"""Links, cookies, codes and tickets: who gets in, and who no longer does."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import tokens as module
from server.journal import Journal
from server.journal_memory import MemoryJournal
from server.journal_sqlite import SqliteJournal
from server.tokens import TICKET_SECONDS, Ticket, Tokens, tidy_code


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    journal: Journal = MemoryJournal()
    if request.param == "sqlite":
        journal = await SqliteJournal.open(tmp_path / "data.sqlite3")
    yield journal
    await journal.close()


async def opened(journal: Journal, clock: Clock | None = None) -> Tokens:
    return await Tokens.open(journal, clock or Clock())


async def test_a_link_is_exchanged_for_a_cookie_of_its_event_and_role_only(journal: Journal) -> None:
    tokens = await opened(journal)
    _, secret = await tokens.make_link("e1", "facilitator", None, 5)
    link = tokens.link_of(secret)
    assert link is not None
    cookie = await tokens.enter(link)
    grant = tokens.grant(cookie, "e1", "facilitator")
    assert grant is not None and grant.holder.startswith("h")
    assert tokens.grant(cookie, "e1", "organiser") is None
    assert tokens.grant(cookie, "e2", "facilitator") is None
    assert tokens.grant("", "e1", "facilitator") is None
    assert tokens.link_of("guessed") is None


async def test_everything_but_tickets_survives_a_restart(journal: Journal) -> None:
    before = await opened(journal)
    link, secret = await before.make_link("e1", "participant", "p1", 5)
    cookie = await before.enter(link)
    code = await before.make_code(link)
    await before.seat(cookie, "p2")
    await before.remember_creation("key", "e1")
    after = await opened(journal)
    assert after.link_of(secret) == after.link_of_code(code) == link
    grant = after.grant(cookie, "e1", "participant")
    assert grant is not None and grant.people == ("p1", "p2")
    assert after.created_by("key") == "e1"


async def test_no_secret_is_stored(tmp_path: Path) -> None:
    journal = await SqliteJournal.open(tmp_path / "data.sqlite3")
    tokens = await opened(journal)
    link, secret = await tokens.make_link("e1", "participant", None, 5)
    cookie = await tokens.enter(link)
    await tokens.remember_creation("a-key-of-the-browser", "e1")
    await journal.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert link.id.encode() in stored
    for each in (secret, cookie, "a-key-of-the-browser"):
        assert each.encode() not in stored


async def test_revoking_a_link_ends_its_cookies_and_its_code(journal: Journal) -> None:
    tokens = await opened(journal)
    link, secret = await tokens.make_link("e1", "participant", None, 5)
    other, _ = await tokens.make_link("e1", "participant", None, 6)
    code = await tokens.make_code(link)
    cookie, stays = await tokens.enter(link), await tokens.enter(other)
    await tokens.seat(cookie, "p1")
    ended = await tokens.revoke("e1", link.id)
    assert ended is not None and [grant.people for grant in ended] == [("p1",)]
    for now in (tokens, await opened(journal)):
        assert now.link_of(secret) is None
        assert now.link_of_code(code) is None
        assert now.grant(cookie, "e1", "participant") is None
        assert now.grant(stays, "e1", "participant") is not None
        assert now.links("e1") == [other]


async def test_only_a_link_of_the_same_event_can_be_revoked_and_only_once(journal: Journal) -> None:
    tokens = await opened(journal)
    link, _ = await tokens.make_link("e1", "participant", None, 5)
    assert await tokens.revoke("e2", link.id) is None
    assert await tokens.revoke("e1", "unknown") is None
    assert await tokens.revoke("e1", link.id) == []
    assert await tokens.revoke("e1", link.id) is None


async def test_opening_the_link_again_keeps_the_cookie_and_who_it_names(journal: Journal) -> None:
    tokens = await opened(journal)
    link, _ = await tokens.make_link("e1", "participant", None, 5)
    cookie = await tokens.enter(link)
    await tokens.seat(cookie, "p1")
    assert await tokens.enter(link, cookie) == cookie
    assert await tokens.enter(link, "stale") != cookie


async def test_a_personal_link_names_its_person_first_and_keeps_the_others_on_the_device(
    journal: Journal,
) -> None:
    tokens = await opened(journal)
    shared, _ = await tokens.make_link("e1", "participant", None, 5)
    personal, _ = await tokens.make_link("e1", "participant", "p9", 5)
    cookie = await tokens.enter(shared)
    await tokens.seat(cookie, "p1")
    fresh = await tokens.enter(personal, cookie)
    grant = tokens.grant(fresh, "e1", "participant")
    assert grant is not None and grant.people == ("p9", "p1")
    assert await tokens.enter(personal, fresh) == fresh


async def test_a_host_keeps_their_id_when_they_come_by_another_link(journal: Journal) -> None:
    tokens = await opened(journal)
    first, _ = await tokens.make_link("e1", "facilitator", None, 5)
    second, _ = await tokens.make_link("e1", "facilitator", None, 6)
    cookie = await tokens.enter(first)
    again = await tokens.enter(second, cookie)
    one, two = tokens.grant(cookie, "e1", "facilitator"), tokens.grant(again, "e1", "facilitator")
    assert one is not None and two is not None and one.holder == two.holder


async def test_a_ticket_is_good_for_one_use_within_60_seconds(journal: Journal) -> None:
    clock = Clock()
    tokens = await opened(journal, clock)
    ticket = Ticket("e1", "participant", "p1", "Amara")
    used, late = tokens.make_ticket(ticket), tokens.make_ticket(ticket)
    assert tokens.redeem(used) == ticket
    assert tokens.redeem(used) is None
    clock.now += TICKET_SECONDS
    assert tokens.redeem(late) is None
    assert tokens.redeem("guessed") is None


async def test_with_a_link_go_the_tickets_of_those_who_came_by_it(journal: Journal) -> None:
    tokens = await opened(journal)
    shared, _ = await tokens.make_link("e1", "participant", None, 5)
    await tokens.seat(await tokens.enter(shared), "p1")
    theirs, anothers, elsewhere = (
        tokens.make_ticket(Ticket(event, "participant", person, ""))
        for event, person in (("e1", "p1"), ("e1", "p2"), ("e2", "p1"))
    )
    await tokens.revoke("e1", shared.id)
    assert tokens.redeem(theirs) is None
    assert tokens.redeem(anothers) is not None and tokens.redeem(elsewhere) is not None


async def test_tickets_nobody_uses_do_not_pile_up(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TICKETS", 3)
    tokens = await opened(journal)
    made = [tokens.make_ticket(Ticket("e1", "participant", str(n), "")) for n in range(5)]
    assert [tokens.redeem(each) is not None for each in made] == [False, False, True, True, True]


async def test_a_code_can_be_read_aloud_and_is_found_however_it_is_typed(journal: Journal) -> None:
    tokens = await opened(journal)
    link, _ = await tokens.make_link("e1", "participant", None, 5)
    code = await tokens.make_code(link)
    assert re.fullmatch(r"[A-Z]{5}-[2-9A-Z]{3}", code)
    for typed in (code.lower(), code.replace("-", " "), f"  {code.replace('-', '')} "):
        assert tokens.link_of_code(typed) == link
    assert tokens.link_of_code("") is None
    assert tokens.link_of_code("-" * 1_000_000) is None


def test_a_code_is_tidied_before_it_is_looked_up() -> None:
    assert tidy_code("kamor7qx") == tidy_code(" Kamor – 7QX\n") == "KAMOR-7QX"


async def test_a_deleted_event_leaves_nothing_behind(journal: Journal) -> None:
    tokens = await opened(journal)
    link, secret = await tokens.make_link("e1", "participant", "p1", 5)
    kept, _ = await tokens.make_link("e2", "organiser", None, 5)
    cookie = await tokens.enter(link)
    code = await tokens.make_code(link)
    await tokens.remember_creation("key", "e1")
    await tokens.forget("e1")
    for now in (tokens, await opened(journal)):
        assert now.links("e1") == []
        assert now.links("e2") == [kept]
        assert (now.link_of(secret), now.link_of_code(code), now.created_by("key")) == (None, None, None)
        assert now.grant(cookie, "e1", "participant") is None

    def rows(database: sqlite3.Connection) -> list[int]:
        tables = ("link", "cookie", "code", "creation")
        return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]

    assert await journal.execute(rows) == [1, 0, 0, 0]

"""Who may come in: capability links, the cookies they are exchanged for, event codes, tickets for sockets.

Secrets are random 128 bits and kept as SHA-256 only, so the file gives nobody entry; no salt, because there
is nothing to guess. Links, cookies and codes lie beside the journal's entries and, all of them, in memory; a
change is durable before its method returns. Tickets live in memory, for 60 s and one use.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable

import msgspec

from rooms.model import ParticipantId
from server.bodies import LinkRole
from server.journal import Journal

TICKET_SECONDS = 60.0
TICKETS = 20_000  # waiting at once; the oldest goes first
SEATS = 20  # people on one device

CODE_CONSONANTS, CODE_VOWELS = "BCDFGHJKLMNPRSTVWXZ", "AEIOU"
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without those that look alike
CODE_TRIES = 20

TABLES = (
    "CREATE TABLE IF NOT EXISTS link (id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, event TEXT NOT NULL,"
    " role TEXT NOT NULL, participant TEXT, made_at INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0)",
    "CREATE TABLE IF NOT EXISTS cookie (hash BLOB PRIMARY KEY, event TEXT NOT NULL, role TEXT NOT NULL,"
    " holder TEXT NOT NULL, people TEXT NOT NULL, link TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS code (code TEXT PRIMARY KEY, link TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS creation (hash BLOB PRIMARY KEY, event TEXT NOT NULL)",
)


class StoredLink(msgspec.Struct, frozen=True):
    """A way in, without its secret. `participant` makes it personal."""

    id: str
    event: str
    role: LinkRole
    participant: ParticipantId | None
    made_at: int
    revoked: bool = False


class Grant(msgspec.Struct, frozen=True):
    """What a cookie stands for. `holder` is a host's id; `people` are the guests on this device, in order."""

    event: str
    role: LinkRole
    holder: str
    people: tuple[ParticipantId, ...]
    link: str


class Ticket(msgspec.Struct, frozen=True):
    """Who comes through a socket."""

    event: str
    role: LinkRole
    id: str
    name: str


class Tokens:
    """Made by `await Tokens.open(journal, seconds)`; `seconds` is a clock that never goes back."""

    def __init__(self, journal: Journal, seconds: Callable[[], float]) -> None:
        self._journal, self._seconds = journal, seconds
        self._links: dict[str, StoredLink] = {}
        self._by_secret: dict[bytes, str] = {}  # hash → link id
        self._cookies: dict[bytes, Grant] = {}
        self._codes: dict[str, str] = {}  # code → link id
        self._creations: dict[bytes, str] = {}  # hash of an idempotency key → event
        self._tickets: dict[str, tuple[float, Ticket]] = {}  # oldest first

    @classmethod
    async def open(cls, journal: Journal, seconds: Callable[[], float]) -> Tokens:
        tokens = cls(journal, seconds)
        await journal.execute(tokens._load)
        return tokens

    def _load(self, database: sqlite3.Connection) -> None:
        for table in TABLES:
            database.execute(table)
        for id, hash, event, role, participant, made_at, revoked in database.execute("SELECT * FROM link"):
            self._links[id] = StoredLink(id, event, role, participant, made_at, bool(revoked))
            self._by_secret[hash] = id
        for hash, event, role, holder, people, link in database.execute("SELECT * FROM cookie"):
            self._cookies[hash] = Grant(event, role, holder, tuple(json.loads(people)), link)
        self._codes.update(database.execute("SELECT * FROM code"))
        self._creations.update(database.execute("SELECT * FROM creation"))

    # Links

    async def make_link(
        self, event: str, role: LinkRole, participant: ParticipantId | None, at: int
    ) -> tuple[StoredLink, str]:
        """A new link and its secret, which is nowhere to be found again. `at` is ms since 1970."""
        link = StoredLink(secrets.token_hex(8), event, role, participant, at)
        secret = new_secret()
        row = (link.id, hashed(secret), event, role, participant, at, 0)
        await self._write("INSERT INTO link VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._links[link.id] = link
        self._by_secret[hashed(secret)] = link.id
        return link, secret

    def links(self, event: str) -> list[StoredLink]:
        """Those that still let people in, oldest first."""
        return [each for each in self._links.values() if each.event == event and not each.revoked]

    async def revoke(self, event: str, id: str) -> list[Grant] | None:
        """End a link, the cookies and tickets got by it and the code that stands for it.

        What those cookies stood for, so that connections can be ended; None when there is no such link.
        """
        link = self._links.get(id)
        if link is None or link.event != event or link.revoked:
            return None
        await self._write("UPDATE link SET revoked = 1 WHERE id = ?", (id,))
        self._links[id] = msgspec.structs.replace(link, revoked=True)
        ended = [grant for grant in self._cookies.values() if grant.link == id]
        people = {person for grant in ended for person in (grant.holder, *grant.people)}
        self._tickets = {
            secret: (made, ticket)
            for secret, (made, ticket) in self._tickets.items()
            if ticket.event != event or ticket.id not in people
        }
        return ended

    def link_of(self, secret: str) -> StoredLink | None:
        return self._valid(self._by_secret.get(hashed(secret), ""))

    def _valid(self, id: str) -> StoredLink | None:
        link = self._links.get(id)
        return None if link is None or link.revoked else link

    # Codes

    async def make_code(self, link: StoredLink) -> str:
        """A short way to a link, to be read aloud and typed: KAMOR-7QX, one of five thousand million."""
        for _ in range(CODE_TRIES):
            code = new_code()
            if code not in self._codes:
                await self._write("INSERT INTO code VALUES (?, ?)", (code, link.id))
                self._codes[code] = link.id
                return code
        raise RuntimeError(f"{len(self._codes)} event codes are in use; no free one was found.")

    def codes(self, event: str) -> dict[str, str]:
        """The codes that still open the event, by the id of the link that each stands for."""
        valid = ((code, self._valid(id)) for code, id in self._codes.items())
        return {link.id: code for code, link in valid if link is not None and link.event == event}

    def code_of(self, event: str) -> str:
        """The code that still opens the event, or nothing."""
        return next(iter(self.codes(event).values()), "")

    def link_of_code(self, typed: str) -> StoredLink | None:
        return self._valid(self._codes.get(tidy_code(typed), ""))

    # Cookies

    async def enter(self, link: StoredLink, cookie: str = "") -> str:
        """A cookie for whoever came by this link. The one they have is kept while it is good.

        A personal link puts its person first among those on the device.
        """
        old = self.grant(cookie, link.event, link.role)
        mine = (link.participant,) if link.participant else ()
        people = (*mine, *(each for each in (old.people if old else ()) if each not in mine))[:SEATS]
        if old is not None and people == old.people:
            return cookie
        holder = old.holder if old else "" if link.role == "participant" else f"h{secrets.token_hex(6)}"
        fresh = new_secret()
        await self._keep(hashed(fresh), Grant(link.event, link.role, holder, people, link.id))
        return fresh

    def grant(self, cookie: str, event: str, role: LinkRole) -> Grant | None:
        """What a cookie is good for, if it is for this event and role and its link still holds."""
        grant = self._cookies.get(hashed(cookie)) if cookie else None
        if grant is None or (grant.event, grant.role) != (event, role) or self._valid(grant.link) is None:
            return None
        return grant

    async def seat(self, cookie: str, person: ParticipantId) -> None:
        """From now on this cookie also names `person`. The caller has checked `grant`, and `SEATS`."""
        grant = self._cookies[hashed(cookie)]
        if person not in grant.people:
            seated = msgspec.structs.replace(grant, people=(*grant.people, person))
            await self._keep(hashed(cookie), seated)

    async def _keep(self, hash: bytes, grant: Grant) -> None:
        row = (hash, grant.event, grant.role, grant.holder, json.dumps(grant.people), grant.link)
        await self._write("INSERT OR REPLACE INTO cookie VALUES (?, ?, ?, ?, ?, ?)", row)
        self._cookies[hash] = grant

    # Tickets

    def make_ticket(self, ticket: Ticket) -> str:
        """Good for one `redeem` within 60 s."""
        now = self._seconds()
        while self._tickets:
            secret, (made, _) = next(iter(self._tickets.items()))
            if now - made < TICKET_SECONDS and len(self._tickets) < TICKETS:
                break
            del self._tickets[secret]
        fresh = new_secret()
        self._tickets[fresh] = (now, ticket)
        return fresh

    def redeem(self, secret: str) -> Ticket | None:
        made, ticket = self._tickets.pop(secret, (0.0, None))
        return ticket if ticket and self._seconds() - made < TICKET_SECONDS else None

    # Events

    def created_by(self, key: str) -> str | None:
        """The event made by an earlier request under the same idempotency key."""
        return self._creations.get(hashed(key))

    async def remember_creation(self, key: str, event: str) -> None:
        await self._write("INSERT OR REPLACE INTO creation VALUES (?, ?)", (hashed(key), event))
        self._creations[hashed(key)] = event

    async def forget(self, event: str) -> None:
        """Everything about an event that is deleted."""
        links = {link.id for link in self._links.values() if link.event == event}

        def delete(database: sqlite3.Connection) -> None:
            database.execute("DELETE FROM code WHERE link IN (SELECT id FROM link WHERE event = ?)", (event,))
            for table in ("link", "cookie", "creation"):
                database.execute(f"DELETE FROM {table} WHERE event = ?", (event,))

        await self._journal.execute(delete)
        self._links = {id: link for id, link in self._links.items() if id not in links}
        self._by_secret = {hash: id for hash, id in self._by_secret.items() if id not in links}
        self._codes = {code: id for code, id in self._codes.items() if id not in links}
        self._cookies = {hash: grant for hash, grant in self._cookies.items() if grant.event != event}
        self._creations = {hash: made for hash, made in self._creations.items() if made != event}

    async def _write(self, sql: str, row: tuple[object, ...]) -> None:
        def work(database: sqlite3.Connection) -> None:
            database.execute(sql, row)

        await self._journal.execute(work)


def new_secret() -> str:
    return secrets.token_urlsafe(16)


def hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def new_code() -> str:
    """A word that can be said, and three signs: 19·5·19·5·19·31³ are possible."""
    letters = "".join(secrets.choice(CODE_VOWELS if at % 2 else CODE_CONSONANTS) for at in range(5))
    return f"{letters}-{''.join(secrets.choice(CODE_SIGNS) for _ in range(3))}"


def tidy_code(typed: str) -> str:
    """As it was made, whatever spaces and capitals it was typed with.

    >>> tidy_code(" kamor 7qx")
    'KAMOR-7QX'
    """
    letters = "".join(each for each in typed.upper()[:20] if each.isalnum())
    return f"{letters[:-3]}-{letters[-3:]}"

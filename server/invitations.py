"""Links as people get them: addresses with a secret in the fragment, which no server on the way sees."""

from __future__ import annotations

from rooms.model import ParticipantId
from server.bodies import Created, Links
from server.tokens import StoredLink, Tokens


def address(origin: str, secret: str) -> str:
    return f"{origin}/j#{secret}"


async def invite(tokens: Tokens, origin: str, event: str, at: int) -> tuple[Created, StoredLink]:
    """Fresh links for everyone, the event's code, and the organiser's link as it is stored."""
    organiser, organisers = await tokens.make_link(event, "organiser", None, at)
    _, hosts = await tokens.make_link(event, "facilitator", None, at)
    guest, guests = await tokens.make_link(event, "participant", None, at)
    code = tokens.code_of(event) or await tokens.make_code(guest)
    links = Links(*(address(origin, secret) for secret in (organisers, hosts, guests)))
    return Created(event, code, links), organiser


async def personal(tokens: Tokens, origin: str, event: str, person: ParticipantId, at: int) -> str:
    """The address for one guest alone."""
    _, secret = await tokens.make_link(event, "participant", person, at)
    return address(origin, secret)


def qr(url: str) -> str:
    """SVG text, black on white whatever the page's colours."""
    import segno  # here, so that a server starts without it

    return str(segno.make(url, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff"))

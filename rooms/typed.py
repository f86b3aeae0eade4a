"""What people type, cleaned or refused: names, titles, texts, rounds."""

from __future__ import annotations

import unicodedata

from msgspec.structs import replace

from rooms.model import Constellation, Newcomer
from rooms.refused import Refused

NAME, HEADLINE, TOPIC, QUESTION, MESSAGE, EMAIL, ID = 200, 300, 200, 500, 2_000, 254, 64
PEOPLE, ROUNDS = 2_000, 60

# Embeddings and overrides of the writing direction would turn round the text beside them.
DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def line(text: str, what: str, limit: int, *, optional: bool = False) -> str:
    """One line without control characters. `what` completes "… is missing"."""
    return _within(_clean(text.replace("\n", " ").replace("\t", " ")), what, limit, optional)


def text(text: str, what: str, limit: int) -> str:
    """Several lines, without other control characters."""
    return _within(_clean(text, keep="\n"), what, limit, optional=False)


def person(person: Newcomer) -> Newcomer:
    """Someone as they will be shown. Refuses a blank name, an address without @, and what is too long."""
    email = line(person.email, "The e-mail address", EMAIL, optional=True)
    if email and "@" not in email:
        raise Refused("bad-email", f"The e-mail address “{email}” has no @. Correct it, or leave it out.")
    return Newcomer(
        id=line(person.id, "The person’s id", ID),
        name=line(person.name, "The name", NAME),
        email=email,
        role=line(person.role, "The role", NAME, optional=True),
        headline=line(person.headline, "The line about you", HEADLINE, optional=True),
    )


def rounds(rounds: tuple[Constellation, ...]) -> tuple[Constellation, ...]:
    """An agenda that can be held."""
    if len(rounds) > ROUNDS:
        raise Refused("too-many-rounds", f"An event has at most {ROUNDS} rounds; these are {len(rounds)}.")
    return tuple(constellation(each) for each in rounds)


def constellation(round: Constellation) -> Constellation:
    """A round that can be held."""
    if not 0.1 <= round.minutes <= 240:
        raise Refused("bad-minutes", "Let a round last between 0.1 and 240 minutes.")
    if not 2 <= round.size <= 50:
        raise Refused("bad-size", "Choose between 2 and 50 people for a room.")
    if not 0 <= round.rooms <= PEOPLE // 2:
        raise Refused("bad-size", f"Choose at most {PEOPLE // 2} rooms, or 0 to go by the people in a room.")
    return replace(round, topic=topic(round.topic), question=question(round.question))


def topic(text: str) -> str:
    return line(text, "The topic", TOPIC, optional=True)


def question(text: str) -> str:
    return line(text, "The question", QUESTION, optional=True)


def _clean(text: str, keep: str = "") -> str:
    return "".join(each for each in text if each in keep or not _invisible(each)).strip()


def _invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or character in DIRECTIONS


def _within(text: str, what: str, limit: int, optional: bool) -> str:
    # Marks and joiners alone show nothing; a name needs something to see.
    if not any(unicodedata.category(each)[0] in "LNPS" for each in text):
        if optional:
            return ""
        raise Refused("blank", f"{what} is missing.")
    if len(text) > limit:
        raise Refused("too-long", f"{what} has {len(text)} characters; at most {limit} fit.")
    return text

"""Tells an event's journal: what was decided, when, by whom, and how the event stood after any decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from rooms.evolve import replay
from rooms.facts import AnyFact
from server.journal import Entry


def told(entries: list[Entry]) -> Iterator[str]:
    """One line for each fact: number of the decision, event time, who, what."""
    for entry in entries:
        for fact in entry.facts:
            what = f"{type(fact).__name__} {details(fact)}"
            yield f"{entry.seq:>6}  {moment(fact.at)}  {fact.by or '–':<14}  {what}"


def moment(at: int) -> str:
    when = datetime.fromtimestamp(at / 1000, UTC)
    return when.strftime("%Y-%m-%d %H:%M:%S.") + f"{at % 1000:03}"


def details(fact: AnyFact) -> str:
    fields = plain(fact)
    for known in ("type", "at", "by"):
        fields.pop(known)
    return msgspec.json.encode(fields).decode() if fields else ""


def state(entries: list[Entry], at: int) -> str:
    """The event after decision `at`, as indented JSON. Raises ValueError when there is no such decision."""
    if not 1 <= at <= len(entries):
        raise ValueError(f"There is no decision {at}; this event has {len(entries)}.")
    event = replay(fact for entry in entries[:at] for fact in entry.facts)
    return msgspec.json.format(msgspec.json.encode(plain(event))).decode()


def plain(value: Any) -> Any:
    """As JSON can hold it: pairs of people, which are keys in the state, become "a b"."""
    return with_text_keys(msgspec.to_builtins(value))


def with_text_keys(value: Any) -> Any:
    match value:
        case dict():
            return {
                " ".join(key) if isinstance(key, tuple) else str(key): with_text_keys(each)
                for key, each in value.items()
            }
        case list() | tuple():
            return [with_text_keys(each) for each in value]
    return value

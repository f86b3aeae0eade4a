"""A whole event with simulated guests on a running server, and what is to be said of it afterwards."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import zip_longest
from statistics import mean, median
from typing import Any

import msgspec

from rooms.commands import AddPeople, AnyCommand, OpenEvent
from rooms.model import Constellation, Newcomer
from server import hindsight
from server.browser import Browser, Line, Record, View
from server.guests import Guest, Host, Script, must, people, scripts
from server.recount import Recount, recount, report_agrees, screens_agree, timeline

HOST_LINE = Line(0.02)
PATIENCE, PATIENCE_SECONDS = 2.0, 60.0  # so much longer than planned may an event take
CHUNK = 50  # people in one command: a message holds 16 kB


@dataclass(frozen=True, slots=True)
class Settings:
    people: int = 30
    size: int = 4
    rounds: int = 6
    minutes: float = 8
    no_shows: int = 0
    late: int = 0
    drops: int = 0
    speed: float = 20
    seed: int = 7

    @property
    def seconds(self) -> float:
        """About how long the rounds take in real time, moves and grace included."""
        return self.rounds * (self.minutes * 60 + 25) / self.speed

    def as_json(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Evening:
    """Everything that was seen of an event, by whom, and what it says of itself."""

    settings: Settings
    event: str
    guests: tuple[Guest, ...]  # those who came
    host: Browser
    report: dict[str, Any]

    @property
    def records(self) -> list[Record]:
        return [*(guest.browser.record for guest in self.guests), self.host.record]


class StoodStill(Exception):
    """The event did not come to its end in time; the message says where it stands and whom it waits for."""


async def hold(settings: Settings, url: str, watch: Callable[[View], None] = lambda _: None) -> Evening:
    """Make an event, let guests and a host hold it, and read its report. `watch` sees the host's view.

    Raises `StoodStill`.
    """
    organiser = Browser(url, chance=random.Random(f"organiser {settings.seed}"))
    host = Browser(url, chance=random.Random(f"host {settings.seed}"), line=HOST_LINE)
    guests: list[Guest] = []
    evening = asyncio.create_task(_hold(settings, organiser, host, guests, watch))
    try:
        await asyncio.wait({evening}, timeout=PATIENCE * settings.seconds + PATIENCE_SECONDS)
        if not evening.done():
            raise StoodStill(_standing(host, guests))  # looked at before everything is cancelled
        return evening.result()
    finally:
        evening.cancel()
        await asyncio.gather(evening, return_exceptions=True)


def _standing(host: Browser, guests: Sequence[Guest]) -> str:
    staying = [guest.standing() for guest in guests if not guest.browser.closed]
    presence = Counter(each["presence"] for each in host.view.get("people", {}).values())
    return "\n".join(
        [f"The host: {host.standing()}, round {host.view.get('clock')}, {dict(presence)}", *staying]
    )


async def _hold(
    settings: Settings,
    organiser: Browser,
    host: Browser,
    guests: list[Guest],
    watch: Callable[[View], None],
) -> Evening:
    created = await organiser.post("/api/v1/events", _event(settings))
    event, links = created["event"], created["links"]
    evening = scripts(
        people(settings.people),
        settings.rounds,
        no_shows=settings.no_shows,
        late=settings.late,
        drops=settings.drops,
        seed=settings.seed,
    )
    await host.come_by(links["host"])
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(organiser.stay(event, "organiser"))
        tasks.create_task(host.stay(event, "facilitator", name="Helle Host"))
        watching = tasks.create_task(_watch(host, watch))
        own_links = await _prepare(organiser, event, evening)
        for script, link in zip(evening, own_links, strict=True):
            guests.append(Guest(script, organiser.url, link, settings.seed))
        await host.until(lambda view: bool(view["event"]["phase"] == "open"))
        attending = [tasks.create_task(guest.attend(host)) for guest in guests]
        on_time = sum(script.arrives == "on time" for script in evening)
        await Host(host, settings.seed).lead(on_time)
        await asyncio.gather(*attending)
        report = await organiser.get(f"/api/v1/events/{event}/report")
        watching.cancel()
        host.close()
        organiser.close()
    came = tuple(guest for guest in guests if guest.browser.record.frames)
    return Evening(settings, event, came, host, report)


def _event(settings: Settings) -> dict[str, Any]:
    round_ = Constellation(minutes=settings.minutes, size=settings.size, topic="What brought you here?")
    return {
        "title": f"Rehearsal {settings.seed}",
        "rounds": [msgspec.to_builtins(round_)] * settings.rounds,
        "rate": settings.speed,
    }


async def _prepare(organiser: Browser, event: str, evening: Sequence[Script]) -> list[str]:
    """The list of people, the plan, the doors open; everyone's own link."""
    newcomers = [
        Newcomer(_id(number), script.name, headline=script.headline) for number, script in enumerate(evening)
    ]
    for start in range(0, len(newcomers), CHUNK):
        await _must(organiser, AddPeople(tuple(newcomers[start : start + CHUNK])))
    links = []
    for each in newcomers:
        made = await organiser.post(
            f"/api/v1/events/{event}/links", {"role": "participant", "participant": each.id}
        )
        links.append(made["url"])
    await organiser.until(lambda view: bool(view["numbers"]["planned"]))
    await _must(organiser, OpenEvent())
    return links


def _id(number: int) -> str:
    return f"p{number:03}"


async def _must(browser: Browser, command: AnyCommand) -> None:
    must(command, await browser.do(command))


async def _watch(host: Browser, watch: Callable[[View], None]) -> None:
    while not host.closed:
        if host.view:
            watch(host.view)
        await asyncio.sleep(0.25)


# Judging


def judge(evening: Evening) -> dict[str, Any]:
    """The numbers of a rehearsal. Seconds are event time, `_ms` of re-plans and skew wall time."""
    settings = evening.settings
    lines = [timeline(frame.text for frame in guest.browser.record.frames) for guest in evening.guests]
    counted = recount([[frame.text for frame in guest.browser.record.frames] for guest in evening.guests])
    came = [guest.participant for guest in evening.guests]
    met = [len(counted.partners(person)) for person in came]
    present = counted.present()
    pairs = (
        max(hindsight.most_pairs(present, settings.size, settings.seed), len(counted.met)) if present else 0
    )
    plans = replans(evening.host.record)
    skews = [
        abs(switch.wall_ms - switch.due_ms)
        for guest in evening.guests
        for switch in guest.browser.record.switches
    ]
    return {
        "people_came": len(came),
        "rounds": [
            {"round": number, "rooms": len(rooms), "sizes": sorted(map(len, rooms), reverse=True)}
            for number, rooms in sorted(counted.rooms.items())
        ],
        "alone_person_seconds": round(sum(counted.alone_ms.values()) / 1000, 1),
        "longest_alone_s": round(counted.longest_alone_ms / 1000, 1),
        "double_seated": len(counted.double_seated),
        "unseated_person_rounds": len(counted.unseated),
        "met_mean": round(mean(met), 2) if met else 0,
        "met_min": min(met, default=0),
        "bound_mean": round(
            2 * hindsight.bound(present, _sizes(counted, settings.size)) / max(len(came), 1), 2
        )
        if present
        else 0,
        "hindsight_mean": round(2 * pairs / max(len(came), 1), 2),
        "hindsight": round(len(counted.met) / pairs, 3) if pairs else 1.0,
        "repeats": counted.repeats,
        "replans": len(plans),
        "replan_ms": {"median": round(median(plans)) if plans else 0, "max": round(max(plans, default=0))},
        "countdown_skew_ms": {
            "p50": round(quantile(skews, 0.5), 1),
            "p99": round(quantile(skews, 0.99), 1),
        },
        "report_matches_log": report_agrees(counted, evening.report, len(came))
        and screens_agree(counted, lines),
        "digest_mismatches": sum(record.mismatches for record in evening.records),
        "connections": sum(record.connections for record in evening.records),
    }


def _sizes(counted: Recount, size: int) -> list[list[int]]:
    """For each round, its rooms with everyone who was ever in them, or as they would be planned."""
    planned = hindsight.room_sizes(counted.present(), size)
    sat = [sorted(map(len, rooms.values()), reverse=True) for _, rooms in sorted(counted.sat.items())]
    return [
        [max(a, b) for a, b in zip_longest(really, wanted, fillvalue=0)]
        for really, wanted in zip(sat, planned, strict=True)
    ]


def replans(record: Record) -> list[float]:
    """For each time that the plan was out of date, how long until there was a better one (ms on the wall)."""
    took: list[float] = []
    since: float | None = None
    for frame in record.frames:
        message = json.loads(frame.text)
        if message["type"] != "Changed":
            continue
        for change in message["changes"]:
            planned = change["set"].get("numbers", {}).get("planned")
            if planned is False and since is None:
                since = frame.wall_ms
            elif planned is True and since is not None:
                took.append(frame.wall_ms - since)
                since = None
    return took


def quantile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0

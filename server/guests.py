"""Simulated people for rehearsal, demo and tests: each sits before a `Browser` and follows a script.

Scripts come from a seed: who is late or never comes, who loses the line and returns, who leaves, who talks
and asks for help, how wrong each clock and how slow each line is. Times in scripts are event time, so that a
rehearsal at 20 times the speed has the same evening as a real one.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rooms.commands import (
    AnyCommand,
    AskHelp,
    CloseEvent,
    CloseHelp,
    Leave,
    OfferContact,
    SeatMe,
    SendMessage,
    StartRound,
    TakeHelp,
    WaitForNext,
)
from server.browser import Answer, Browser, HttpProblem, Line, View

Arrival = Literal["on time", "late", "never"]

NO_DELAY = Line()
RETRY_SECONDS = 0.5  # after the server did not answer a page
ARRIVING_SECONDS = 1.5  # within which those on time open the page
SETTLING_SECONDS = 1.5  # a host looks around before starting; browsers measure their clocks meanwhile

SAMPLE_PEOPLE: tuple[tuple[str, str], ...] = (
    ("Amara Okafor", "Saying no without burning bridges"),
    ("Henrik Dahl", "Leading a team you never meet in person"),
    ("Priya Natarajan", "From engineer to first-time manager"),
    ("Tomás Herrera", "Building a network when you hate networking"),
    ("Ingrid Solberg", "Board work next to a day job"),
    ("Kwame Mensah", "Finding a sponsor, not just a mentor"),
    ("Mei-Ling Chen", "Neurodiversity as a strength at work"),
    ("David Rosenthal", "Changing careers after 45"),
    ("Lena Vogel", "My first 90 days as a team lead"),
    ("Yusuf Demir", "Speaking up when the room is senior"),
    ("Sofia Rossi", "Working part-time without going invisible"),
    ("Noah Jensen", "Expert track or manager track?"),
    ("Aisha Rahman", "Coming back after parental leave"),
    ("Marek Kowalski", "From a local role to a global one"),
    ("Chloé Lambert", "Asking for a fair salary"),
    ("Ravi Patel", "Giving feedback to my own boss"),
    ("Freja Holm", "Leading people who were my peers"),
    ("Samuel Adeyemi", "Writing so that leaders read it"),
    ("Yuki Tanaka", "Working in my third language"),
    ("Mika Sato", "Interpreting for Yuki today"),
    ("Elif Kaya", "Feeling like an impostor in data science"),
    ("Jonas Lindqvist", "Boundaries when I work from home"),
    ("Nadia Haddad", "Starting a peer-mentoring circle"),
    ("Oliver Byrne", "Learning to delegate"),
)

LINES = (
    "Hello everyone!",
    "Nice to meet you.",
    "What brought you here?",
    "That is a good question.",
    "I had not thought of it that way.",
    "Who else has tried that?",
)


@dataclass(frozen=True, slots=True)
class Gap:
    """When `part` of `round` has passed, the line is lost for `seconds`; None: leaves for good."""

    round: int
    part: float
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Script:
    """One guest's evening. `late_round` and `late_part` say when a latecomer opens the page."""

    name: str
    headline: str = ""
    arrives: Arrival = "on time"
    late_round: int = 0
    late_part: float = 0.0
    once_late: Literal["seat", "wait", "neither"] = "neither"
    gap: Gap | None = None
    lines_per_round: float = 1.0
    help_per_round: float = 0.0
    line: Line = NO_DELAY
    ahead_ms: float = 0.0
    drift: float = 0.0


def people(count: int) -> list[tuple[str, str]]:
    """Names and lines about oneself; beyond the sample people, numbered guests."""
    numbered = ((f"Guest {number}", "") for number in range(len(SAMPLE_PEOPLE) + 1, count + 1))
    return [*SAMPLE_PEOPLE[:count], *numbered]


def scripts(
    who: Sequence[tuple[str, str]], rounds: int, *, no_shows: int, late: int, drops: int, seed: int
) -> list[Script]:
    """An evening for everyone. Of those who drop, every other one comes back after a while."""
    chance = random.Random(f"scripts {seed}")
    order = list(range(len(who)))
    chance.shuffle(order)
    never, rest = set(order[:no_shows]), order[no_shows:]
    latecomers, rest = set(rest[:late]), rest[late:]
    gaps = {
        person: Gap(
            round=chance.randint(1, rounds),
            part=chance.uniform(0.1, 0.95),
            seconds=None if number % 2 else chance.uniform(40, 180),
        )
        for number, person in enumerate(rest[:drops])
    }
    return [
        Script(
            name,
            headline,
            arrives="never" if person in never else "late" if person in latecomers else "on time",
            late_round=chance.randint(1, max(1, rounds - 1)),
            late_part=chance.uniform(0.05, 0.9),
            once_late=chance.choice(("seat", "wait", "neither", "neither")),
            gap=gaps.get(person),
            lines_per_round=1.0,
            help_per_round=0.05,
            line=slow_line(chance),
            ahead_ms=chance.choice((-1, 1)) * 10 ** chance.uniform(3, 7.5),  # a second to nine hours
            drift=chance.uniform(-5e-5, 5e-5),
        )
        for person, (name, headline) in enumerate(who)
    ]


def slow_line(chance: random.Random) -> Line:
    """20 to 200 ms each way, and some jitter."""
    delay = chance.uniform(0.020, 0.200)
    return Line(delay, jitter=delay / 10)


# Looking at a view


def round_now(view: View) -> int:
    """The number of the round that runs, 0 between rounds."""
    clock = view["clock"]
    return int(clock["number"]) if clock["state"] in ("running", "grace") else 0


def is_over(view: View) -> bool:
    return bool(view["event"]["phase"] == "closed")


def round_or_later(number: int) -> Callable[[View], bool]:
    """Whether a round runs, or has passed."""
    return lambda view: (
        is_over(view)
        or round_now(view) >= number
        or view["rounds"].get(str(number), {}).get("state") == "done"
    )


async def part_of_round(browser: Browser, number: int, part: float) -> bool:
    """Wait, as this browser sees the event, until so much of the round has passed. False: it never will."""
    if not await browser.until(round_or_later(number)) or round_now(browser.view) != number:
        return False
    clock = browser.view["clock"]
    await browser.sleep_until(clock["starts_at"] + part * (clock["ends_at"] - clock["starts_at"]))
    return not browser.closed


# A guest


class Guest:
    """One simulated guest. `link` lets them in: their own, or the one for all guests."""

    def __init__(self, script: Script, url: str, link: str, seed: int | str, origin: str = "") -> None:
        self.script, self._link = script, link
        self._chance = random.Random(f"{script.name} {seed}")
        self.browser = Browser(
            url,
            chance=self._chance,
            line=script.line,
            ahead_ms=script.ahead_ms,
            drift=script.drift,
            origin=origin,
        )
        self.participant = ""

    async def attend(self, stage: Browser) -> None:
        """The whole evening. `stage` is the host's browser, by which latecomers know how late it is."""
        match self.script.arrives:
            case "never":
                return
            case "late":
                await part_of_round(stage, self.script.late_round, self.script.late_part)
            case "on time":
                await asyncio.sleep(self._chance.uniform(0, ARRIVING_SECONDS))
        if stage.closed or is_over(stage.view):
            return
        event = await self._enter()
        if event is None:
            return
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.browser.stay(event, "participant", self.participant))
            doing = [
                tasks.create_task(self._take_part()),
                tasks.create_task(self._choose_when_late()),
                tasks.create_task(self._go(stage)),
            ]
            await self.browser.until(is_over)
            for task in doing:
                task.cancel()
            self.browser.close()

    def standing(self) -> str:
        """Where this guest is, for whoever wonders why an evening does not end."""
        return f"{self.script.name} ({self.script.arrives}, {self.script.gap}): {self.browser.standing()}"

    async def _enter(self) -> str | None:
        """Link, name, join: again from the start when the server does not answer. None: it is over."""
        while True:
            try:
                event = await self.browser.come_by(self._link)
                body = {"name": self.script.name, "headline": self.script.headline}
                joined = await self.browser.post(f"/api/v1/events/{event}/join", body)
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                await asyncio.sleep(RETRY_SECONDS)
            except HttpProblem as problem:
                if problem.code == "over":
                    return None
                if problem.status < 500:
                    raise
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.participant = joined["participant"]
                return event

    async def _take_part(self) -> None:
        """Talk, and now and then ask for help, in every round."""
        number = 1
        while await part_of_round(self.browser, number, self._chance.uniform(0.1, 0.5)) or not self._done():
            await self._offer_contact()
            if self.browser.view["room"]["number"] is not None:
                if self._chance.random() < self.script.lines_per_round:
                    self.browser.say(self._chance.choice(LINES))
                if self._chance.random() < self.script.help_per_round:
                    await self.browser.do(AskHelp())
            number += 1

    async def _offer_contact(self) -> None:
        """Stay in touch with someone from the rounds before."""
        offered = {person for person, card in self.browser.view["contacts"].items() if card["offered"]}
        if fresh := sorted(set(self.browser.view["met"]) - offered):
            await self.browser.do(OfferContact(self._chance.choice(fresh)))

    def _done(self) -> bool:
        return bool(self.browser.closed) or is_over(self.browser.view)

    async def _choose_when_late(self) -> None:
        """The lobby of a latecomer: join now, wait, or say nothing."""
        choice: AnyCommand | None = {"seat": SeatMe(), "wait": WaitForNext(), "neither": None}[
            self.script.once_late
        ]
        if choice is not None and self.script.arrives == "late":
            await self.browser.until(lambda view: view["you"]["late_since"] is not None)
            await self.browser.sleep(self._chance.uniform(2_000, 12_000))
            if self.browser.view["you"]["late_since"] is not None:
                await self.browser.do(choice)

    async def _go(self, stage: Browser) -> None:
        gap = self.script.gap
        if gap is None or not await part_of_round(stage, gap.round, gap.part):
            return
        if gap.seconds is None:
            await self.browser.do(Leave())
            self.browser.close()
        else:
            self.browser.lose_line()
            await stage.sleep(gap.seconds * 1000)
            self.browser.find_line()


# A host


class Refused(Exception):
    """What the evening depends on was refused: going on would be waiting for ever."""


def must(command: AnyCommand, answer: Answer) -> None:
    if not answer.done:
        raise Refused(f"{type(command).__name__}: {answer.message or answer.code}")


class Host:
    """A simulated facilitator: starts round 1, says a word in each round, answers calls for help, ends."""

    def __init__(self, browser: Browser, seed: int | str) -> None:
        self.browser = browser
        self._chance = random.Random(f"host {seed}")

    async def lead(self, everyone: int) -> None:
        """Run the event once so many guests are here; returns when it is over. Raises `Refused`."""
        async with asyncio.TaskGroup() as tasks:
            helping = tasks.create_task(self._help())
            speaking = tasks.create_task(self._speak())
            must(StartRound(expects=1), await self.start(everyone))
            await self.browser.until(lambda view: is_over(view) or all_held(view))
            must(CloseEvent(), await self._until_done(CloseEvent()))
            helping.cancel()
            speaking.cancel()

    async def start(self, everyone: int) -> Answer:
        """Start round 1 when so many guests are here."""
        await self.browser.until(lambda view: is_over(view) or here(view) >= everyone)
        await asyncio.sleep(SETTLING_SECONDS)
        return await self._until_done(StartRound(expects=1))

    async def _until_done(self, command: AnyCommand) -> Answer:
        """Hosts press a button again when the server could not do it just then."""
        answer = await self.browser.do(command)
        while answer.code in ("busy", "not-saved", "not-here"):
            await asyncio.sleep(RETRY_SECONDS)
            answer = await self.browser.do(command)
        return answer

    async def _speak(self) -> None:
        number = 1
        while not self.browser.closed and not is_over(self.browser.view):
            if await part_of_round(self.browser, number, self._chance.uniform(0.2, 0.8)):
                await self.browser.do(SendMessage(f"m{number}", f"Round {number} is going well."))
            number += 1
            if number > len(self.browser.view["rounds"]):
                return

    async def _help(self) -> None:
        while await self.browser.until(lambda view: bool(calls(view))):
            for room in calls(self.browser.view):
                await self.browser.do(TakeHelp(room))
                await self.browser.sleep(self._chance.uniform(5_000, 20_000))
                await self.browser.do(CloseHelp(room))


def here(view: View) -> int:
    return sum(1 for person in view["people"].values() if person["presence"] == "here")


def all_held(view: View) -> bool:
    """No round runs, and none is to come."""
    return view["clock"]["number"] is None and all(
        each["state"] in ("done", "skipped") for each in view["rounds"].values()
    )


def calls(view: View) -> Iterable[int]:
    """Rooms that have asked for help, in order."""
    return sorted(need["room"] for need in view["needs"].values() if need["kind"] == "help")

"""Records an evening as browsers see it, for `follow.test.ts`: run as a script, it writes `traces/`.

`rooms` is driven from the first fact to the last, with everything that people and hosts do. For each
viewer a trace holds the view when they came, every change with the fingerprint of the view after it as
the server sees it, and the last view.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from rooms import commands as c
from rooms.decide import Decision, decide
from rooms.effects import ImprovePlan, WakeAt
from rooms.evolve import evolve
from rooms.model import SYSTEM, By, Constellation, Event, Newcomer
from rooms.views import redact, view
from rotation import Plan, Problem, Seating, check
from server.digest import digest
from server.protocol import as_builtins

TRACES = Path(__file__).with_name("traces")
NAMES = (
    "Amara Okafor", "Henrik Dahl", "Priya Natarajan", "Tomás Herrera", "Ingrid Solberg", "Kwame Mensah",
    "Mei-Ling Chen", "David Rosenthal", "Lena Vogel", "Yusuf Demir", "Sofia Rossi", "Noah Jensen",
    "山田 太郎",
)  # fmt: skip
SEED = 7


@dataclass
class Trace:
    """What one viewer's browser was sent."""

    name: str
    who: By
    first: dict[str, Any]
    steps: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Evening:
    """An event in the hands of a script: gives commands, lets time pass, plans at once, records."""

    event: Event
    now: int = 0
    wake_at: int | None = None
    asked: ImprovePlan | None = None
    traces: list[Trace] = field(default_factory=list)

    def watch(self, name: str, who: By) -> None:
        self.traces.append(Trace(name, who, as_builtins(view(self.event, who))))

    def give(self, command: c.AnyCommand, by: By) -> None:
        decision = decide(self.event, command, by, self.now)
        if not isinstance(decision, Decision):
            raise AssertionError(f"{command} by {by} was refused: {decision}")
        self._take(decision)
        self._plan()

    def guest(self, number: int, command: c.AnyCommand) -> None:
        self.give(command, guest(number))

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass; the clock's own steps happen on the way."""
        end = self.now + round(seconds * 1000)
        while self.wake_at is not None and self.wake_at <= end:
            self.now, self.wake_at = max(self.now, self.wake_at), None
            self.give(c.Wake(), SYSTEM)
        self.now = end

    def _take(self, decision: Decision) -> None:
        for fact in decision.facts:
            before, self.event = self.event, evolve(self.event, fact)
            for trace in self.traces:
                change = redact(before, fact, self.event, trace.who)
                if change is not None:
                    seen = digest(view(self.event, trace.who))
                    trace.steps.append({"change": as_builtins(change), "digest": seen})
        for effect in decision.effects:
            match effect:
                case WakeAt(at):
                    self.wake_at = at
                case ImprovePlan():
                    self.asked = effect
                case _:
                    pass

    def _plan(self) -> None:
        """Answer the request for a plan as the planning process would, only at once and less well."""
        while self.asked is not None:
            asked, self.asked = self.asked, None
            offer = c.OfferPlan(any_plan(asked.problem), asked.based_on)
            decision = decide(self.event, offer, SYSTEM, self.now)
            if isinstance(decision, Decision):
                self._take(decision)


def any_plan(problem: Problem) -> Plan:
    """A valid plan by shuffling, so that no change to the planner makes the traces stale."""
    chance = Random(SEED)
    while True:
        found = Plan(tuple(shuffled(problem, sizes, chance) for sizes in problem.rounds))
        if not check(problem, found):
            return found


def shuffled(problem: Problem, sizes: tuple[int, ...], chance: Random) -> Seating:
    people = chance.sample(problem.ids, len(problem.ids))
    starts = [sum(sizes[:k]) for k in range(len(sizes))]
    groups = tuple(tuple(people[start : start + size]) for start, size in zip(starts, sizes, strict=True))
    return Seating(groups, tuple(people[sum(sizes) :]))


def newcomer(number: int) -> Newcomer:
    role = "Mentor" if number < 4 else ""
    return Newcomer(f"p{number}", NAMES[number], f"p{number}@example.org", role, "Hello")


def guest(number: int) -> By:
    return By("participant", f"p{number}", NAMES[number])


HOST = By("facilitator", "h1", "Maja Lund")
ORGANISER = By("organiser", "o1", "Peter Berg")


def evening() -> Evening:
    """Three rounds in threes for twelve people, and a thirteenth who comes late."""
    topics = "What brought you here?", "", "Advice", "Spare"
    rounds = tuple(Constellation(minutes=5, size=3, topic=topic) for topic in topics)
    created = decide(
        None,
        c.CreateEvent("e", "Spring Mentoring Mixer", "Europe/Copenhagen", 1_000_000, rounds, seed=SEED),
        ORGANISER,
        0,
    )
    assert isinstance(created, Decision)
    event: Event | None = None
    for fact in created.facts:
        event = evolve(event, fact)
    assert event is not None
    night = Evening(event)
    night.watch("organiser", ORGANISER)
    before(night)
    first_round(night)
    second_round(night)
    last_round(night)
    return night


def before(night: Evening) -> None:
    night.give(c.AddPeople(tuple(newcomer(n) for n in range(11))), ORGANISER)
    night.give(c.KeepApart((("p1", "p2"),)), ORGANISER)
    kwame = Newcomer("p5", "Kwame Mensah", "kwame@example.org", headline="Finding a sponsor")
    night.give(c.EditPerson(kwame), ORGANISER)
    night.give(c.EditEvent("Spring Mixer", "Europe/Copenhagen", 2_000_000, False), ORGANISER)
    spare = Constellation(minutes=5, size=4, topic="Spare")
    night.give(c.SetRounds((*night.event.agenda[:3], spare)), ORGANISER)
    night.give(c.MixAgain(11), ORGANISER)
    night.give(c.OpenEvent(), ORGANISER)
    night.give(c.HostCame("h1", "Maja Lund"), SYSTEM)
    night.watch("host", HOST)
    for number in range(10):
        night.pass_seconds(1)
        night.guest(number, c.Join(newcomer(number)))
    night.watch("guest", guest(0))
    night.watch("guest who stays", guest(5))
    night.guest(11, c.Join(newcomer(11)))
    night.give(c.SetTopic(2, "A mentor I never thanked", "Who was it?"), HOST)
    night.give(c.SkipRound(4), HOST)
    night.give(c.CallBack(), HOST)


def first_round(night: Evening) -> None:
    night.give(c.StartRound(1), HOST)
    night.pass_seconds(4)
    night.give(c.CancelMove(1), HOST)
    night.give(c.StartRound(1), HOST)
    night.guest(9, c.SitOut())
    night.pass_seconds(15)
    night.guest(0, c.AskHelp())
    night.give(c.TakeHelp(seat_of(night, "p0")), HOST)
    night.give(c.VisitRoom(seat_of(night, "p0")), HOST)
    night.give(c.CloseHelp(seat_of(night, "p0")), HOST)
    night.give(c.VisitRoom(None), HOST)
    night.give(c.SpeakToAll(), HOST)
    night.give(c.MuteGuest("p0"), HOST)
    night.guest(0, c.UnmuteMe())
    night.pass_seconds(100)
    night.give(c.Pause(1), HOST)
    night.pass_seconds(30)
    night.give(c.SendMessage("m1", "Coffee after the last round."), HOST)
    night.give(c.Resume(1), HOST)
    night.give(c.Extend(1), HOST)
    night.guest(12, c.Join(newcomer(12)))
    night.pass_seconds(25)
    night.give(c.MarkAway("p3"), SYSTEM)
    night.pass_seconds(10)
    night.give(c.MarkReturned("p3"), SYSTEM)
    night.pass_seconds(100)
    night.give(c.Shorten(1), HOST)
    night.give(c.EndRound(1), HOST)
    night.pass_seconds(15)


def second_round(night: Evening) -> None:
    night.pass_seconds(11)
    running(night, 2)
    night.give(c.MarkAway("p4"), SYSTEM)
    night.pass_seconds(100)
    night.give(c.MarkGone("p4"), SYSTEM)
    night.give(c.MovePerson(2, "p0", other_room(night, "p0")), HOST)
    night.guest(7, c.Leave())
    night.pass_seconds(90)
    night.give(c.AddRound(Constellation(minutes=3, size=2, topic="One thing I will do on Monday")), HOST)
    night.guest(7, c.Join(newcomer(7)))
    night.guest(7, c.WaitForNext())
    night.give(c.CallBack(2), HOST)


def last_round(night: Evening) -> None:
    night.pass_seconds(20)
    night.give(c.StartRound(3, now=True), HOST)
    night.pass_seconds(120)
    night.give(c.RemovePerson("p8"), ORGANISER)
    night.pass_seconds(70)
    still_here = "p1", "p3", "p5", "p6", "p9", "p10", "p11"
    others = [person for person in still_here if met(night, "p0", person)]
    night.guest(0, c.OfferContact(others[0]))
    night.guest(int(others[0][1:]), c.OfferContact("p0"))
    night.guest(0, c.OfferContact(others[1]))
    night.guest(0, c.OfferContact(others[1], on=False))
    night.pass_seconds(400)
    night.pass_seconds(400)
    night.give(c.HostWent("h1"), SYSTEM)
    night.give(c.CloseEvent(), ORGANISER)


def running(night: Evening, number: int) -> None:
    live = night.event.round
    assert live is not None and (live.number, live.state) == (number, "running"), live


def seat_of(night: Evening, person: str) -> int:
    assert night.event.round is not None
    return next(number for number, room in night.event.round.rooms.items() if person in room.people)


def other_room(night: Evening, person: str) -> int:
    assert night.event.round is not None
    return next(number for number in night.event.round.rooms if number != seat_of(night, person))


def met(night: Evening, one: str, other: str) -> bool:
    return other in as_builtins(view(night.event, By("participant", one)))["met"]


def recorded() -> Iterator[tuple[Path, str]]:
    """Every trace: its file and what should stand in it."""
    night = evening()
    for trace in night.traces:
        last = as_builtins(view(night.event, trace.who))
        steps = ",\n".join(written(step) for step in trace.steps)
        head = f'{{"viewer": {written(trace.name)},\n"view": {written(trace.first)},\n'
        text = f'{head}"steps": [\n{steps}\n],\n"last": {written(last)}}}\n'
        yield TRACES / f"{trace.name.replace(' ', '-')}.json", text


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    TRACES.mkdir(exist_ok=True)
    for path, text in recorded():
        path.write_text(text, encoding="utf-8")
        print(path.name, len(text))

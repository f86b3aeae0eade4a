"""Given, when, then: an event in the hands of a test, without a server.

    story = evening(people=8, size=4, rounds=2)
    story.host(StartRound(1))
    story.passes(10)
    assert story.rooms() == {...}

Time is event time in seconds here; commands are given at the story's `now`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations

from rooms.commands import (
    AddPeople,
    AnyCommand,
    CreateEvent,
    HostCame,
    Join,
    OfferPlan,
    OpenEvent,
    StartRound,
    Wake,
)
from rooms.decide import Decision, Refused, decide
from rooms.effects import Effect, ImprovePlan, WakeAt
from rooms.evolve import evolve
from rooms.facts import AnyFact, Fact
from rooms.model import SYSTEM, By, Constellation, Event, Newcomer, Round
from rotation import Pair, plan, replan

ORGANISER = By("organiser", "olga", "Olga")
HOST = By("facilitator", "hal", "Hal")

Watcher = Callable[[Event | None, AnyFact, Event], None]


def guest(id: str) -> By:
    return By("participant", id, id)


def newcomer(id: str) -> Newcomer:
    return Newcomer(id, id.title(), f"{id}@example.org")


@dataclass
class Story:
    """An event, its facts so far, and what the last command led to."""

    event: Event | None = None
    now: int = 1_000_000
    facts: list[AnyFact] = field(default_factory=list)
    told: tuple[AnyFact, ...] = ()
    effects: tuple[Effect, ...] = ()
    wake_at: int | None = None
    wish: ImprovePlan | None = None
    watchers: list[Watcher] = field(default_factory=list)

    # When

    def when(self, command: AnyCommand, by: By) -> Decision | Refused:
        """Give a command; a refusal changes nothing."""
        outcome = decide(self.event, command, by, self.now)
        if isinstance(outcome, Decision):
            self._take(outcome)
        return outcome

    def do(self, command: AnyCommand, by: By) -> Story:
        """Give a command that must not be refused."""
        outcome = self.when(command, by)
        assert isinstance(outcome, Decision), f"{command} was refused: {outcome!r}"
        return self

    def organiser(self, *commands: AnyCommand) -> Story:
        for command in commands:
            self.do(command, ORGANISER)
        return self

    def host(self, *commands: AnyCommand) -> Story:
        for command in commands:
            self.do(command, HOST)
        return self

    def guest(self, id: str, *commands: AnyCommand) -> Story:
        for command in commands:
            self.do(command, guest(id))
        return self

    def shell(self, *commands: AnyCommand) -> Story:
        for command in commands:
            self.do(command, SYSTEM)
        return self

    def joins(self, *ids: str) -> Story:
        for id in ids:
            self.do(Join(newcomer(id)), guest(id))
        return self

    def passes(self, seconds: float) -> Story:
        """Let time pass; timers go off on the way, on time."""
        end = self.now + round(seconds * 1000)
        while self.wake_at is not None and self.wake_at <= end:
            self.now, self.wake_at = max(self.now, self.wake_at), None
            self.shell(Wake())
        self.now = end
        return self

    def sleeps(self, seconds: float) -> Story:
        """Let time pass with nobody to wake the event: a server that is down."""
        self.now += round(seconds * 1000)
        return self

    def plans(self, slices: int = 3) -> Story:
        """Answer the last request for a plan, if there is one and something better is found."""
        if self.wish is not None:
            wish, self.wish = self.wish, None
            if wish.previous is None:
                planned = plan(wish.problem, wish.seed, slices)
            else:
                planned = replan(wish.problem, wish.previous, wish.seed, slices)
            outcome = self.when(OfferPlan(planned.plan, wish.based_on), SYSTEM)
            assert isinstance(outcome, Decision) or outcome.code == "no-better", repr(outcome)
        return self

    # Then

    @property
    def state(self) -> Event:
        assert self.event is not None
        return self.event

    @property
    def round(self) -> Round:
        assert self.state.round is not None
        return self.state.round

    def stage(self) -> str:
        """Announced, running or in grace."""
        return self.round.state

    def rooms(self) -> dict[int, set[str]]:
        """Who has a seat where, empty rooms left out."""
        return {number: set(room.people) for number, room in self.round.rooms.items() if room.people}

    def room_of(self, id: str) -> int | None:
        return next((number for number, people in self.rooms().items() if id in people), None)

    def partners(self, id: str) -> set[str]:
        number = self.room_of(id)
        return set() if number is None else self.rooms()[number] - {id}

    def last(self, kind: type[Fact]) -> list[AnyFact]:
        """The facts of that kind that the last command led to."""
        return [fact for fact in self.told if isinstance(fact, kind)]

    def kinds(self) -> list[str]:
        """What the last command led to, by name."""
        return [type(fact).__name__ for fact in self.told]

    def seconds_left(self) -> float:
        return (self.round.ends_at - self.now) / 1000

    def pairs(self) -> set[Pair]:
        """Everyone who has met, in rounds that ended."""
        return {two for past in self.state.past for two in past.met}

    def _take(self, decision: Decision) -> None:
        self.told, self.effects = decision.facts, decision.effects
        for fact in decision.facts:
            before, self.event = self.event, evolve(self.event, fact)
            self.facts.append(fact)
            for watch in self.watchers:
                watch(before, fact, self.event)
        for effect in decision.effects:
            match effect:
                case WakeAt(at=at):
                    self.wake_at = at
                case ImprovePlan():
                    self.wish = effect


def ids(people: int) -> tuple[str, ...]:
    """a, b, c … for up to 26, then p27 and on."""
    return tuple(chr(ord("a") + i) if i < 26 else f"p{i + 1}" for i in range(people))


def draft(
    people: int = 8, size: int = 4, rounds: int = 3, minutes: float = 5, rooms: int = 0, manual: bool = False
) -> Story:
    """An event with people on its list, not open yet."""
    agenda = (Constellation(minutes=minutes, size=size, rooms=rooms),) * rounds
    story = Story().organiser(CreateEvent("evening", "An evening", rounds=agenda, seed=7, manual=manual))
    if people:
        story.organiser(AddPeople(tuple(newcomer(id) for id in ids(people))))
    return story


def evening(
    people: int = 8,
    size: int = 4,
    rounds: int = 3,
    minutes: float = 5,
    rooms: int = 0,
    manual: bool = False,
    here: Iterable[str] | None = None,
) -> Story:
    """An open event with everyone in the lobby, and a host."""
    story = draft(people, size, rounds, minutes, rooms, manual).organiser(OpenEvent())
    story.shell(HostCame(HOST.id, HOST.name))
    return story.joins(*(ids(people) if here is None else here))


def talking(
    people: int = 8, size: int = 4, rounds: int = 3, minutes: float = 5, rooms: int = 0, manual: bool = False
) -> Story:
    """Round 1 is running since just now."""
    return evening(people, size, rounds, minutes, rooms, manual).host(StartRound(1)).passes(10)


def refusal(outcome: Decision | Refused) -> str:
    """The code of a refusal; a decision is an error here."""
    assert isinstance(outcome, Refused), f"not refused: {outcome}"
    return outcome.code


def all_pairs(groups: Iterable[Iterable[str]]) -> set[Pair]:
    return {(min(a, b), max(a, b)) for group in groups for a, b in combinations(group, 2)}

"""Evenings in which anything happens: random commands by everyone, with time passing between them.

Every law is looked at after each fact. Chance comes in as `choose`, so that a seed or hypothesis may have it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from rooms.commands import (
    AddPeople,
    AddRound,
    AnyCommand,
    AskHelp,
    CallBack,
    CancelMove,
    CloseEvent,
    CloseHelp,
    CreateEvent,
    EditEvent,
    EditPerson,
    EndRound,
    Extend,
    HostCame,
    HostWent,
    Join,
    KeepApart,
    Leave,
    LetWait,
    MarkAway,
    MarkGone,
    MarkReturned,
    MixAgain,
    MovePerson,
    MuteGuest,
    OfferContact,
    OfferPlan,
    OpenEvent,
    Pause,
    RemovePerson,
    Resume,
    SeatMe,
    SendMessage,
    SetRounds,
    SetTopic,
    Shorten,
    SitOut,
    SkipRound,
    SpeakToAll,
    StartRound,
    TakeHelp,
    UnmuteMe,
    VisitRoom,
    WaitForNext,
    Wake,
)
from rooms.decide import Refused, decide, problem, standing_effects
from rooms.effects import ImprovePlan, WakeAt
from rooms.evolve import evolve, replay
from rooms.facts import (
    AnyFact,
    ParticipantLeft,
    ParticipantSatOut,
    ParticipantSeated,
    PersonRemoved,
    PlanAdopted,
    RoundAnnounced,
    RoundRefitted,
)
from rooms.media import edges
from rooms.model import SYSTEM, By, Constellation, Event, Newcomer, Presence
from rooms.presence import company, here, seats, talking, unseated, willing
from rooms.refused import REFUSALS
from rooms.views import audiences, changes, follow, redact, view
from rotation import Nonsense, Plan, Seating, check, pair, plan
from tests.stories import HOST, ORGANISER, Story, guest, newcomer

T = TypeVar("T")

LISTED = tuple("abcdefghij")
PEOPLE = (*LISTED, "k", "l", "m")
VIEWERS = (ORGANISER, HOST, *map(guest, "abk"))

CONSTELLATIONS = tuple(
    Constellation(minutes=minutes, size=size, rooms=rooms)
    for minutes, size, rooms in ((0.5, 2, 0), (2, 3, 0), (3, 4, 0), (5, 5, 0), (4, 4, 2), (5, 2, 4))
)
SECONDS = (0, 0, 0.3, 1, 5, 9, 11, 21, 40, 90)


class Choose(Protocol):
    def __call__(self, options: Sequence[T], /) -> T: ...


class Pick:
    """Chance, and what is sensible to choose from in the state that the event is in."""

    def __init__(self, choose: Choose, event: Event | None) -> None:
        self.of, self._event = choose, event

    def number(self) -> int:
        """Mostly the live round or the next one, sometimes another."""
        event = self._event
        live = event.round.number if event is not None and event.round is not None else 0
        last = event.past[-1].number if event is not None and event.past else 0
        return self.of((live or last + 1, live or last + 1, live or last + 1, live + 1, last + 1, 9))

    def room(self) -> int:
        """Mostly a room that asked for help, if there is one."""
        live = None if self._event is None else self._event.round
        asking = (
            [] if live is None else [number for number, room in live.rooms.items() if room.help is not None]
        )
        return self.of((1, 2, 3, *(3 * asking)))

    def person(self, *presence: Presence) -> str:
        """Mostly someone whose presence is one of those, sometimes anybody; latecomers come first."""
        event = self._event
        if event is None or not presence or self.of((1, 2, 3, 4)) == 4:
            return self.of(PEOPLE)
        fitting = [person for person in event.participants.values() if person.presence in presence]
        late = [person for person in fitting if person.late_since is not None]
        return self.of([person.id for person in late or fitting] or PEOPLE)

    def flag(self) -> bool:
        return self.of((False, True))


Made = Callable[[Pick], AnyCommand]

ORGANISERS: tuple[Made, ...] = (
    lambda pick: EditEvent("Evening", "UTC", None, pick.flag()),
    lambda pick: SetRounds((pick.of(CONSTELLATIONS), pick.of(CONSTELLATIONS))),
    lambda pick: AddPeople((newcomer(pick.person()),)),
    lambda pick: EditPerson(Newcomer(pick.person(), pick.of(("Ana", "Bo", " ")))),
)
HOSTS: tuple[Made, ...] = (
    lambda pick: StartRound(pick.number()),
    lambda pick: StartRound(pick.number()),
    lambda pick: StartRound(pick.number(), now=True),
    lambda pick: CancelMove(pick.number()),
    lambda pick: CallBack(pick.of((None, pick.number()))),
    lambda pick: Pause(pick.number()),
    lambda pick: Resume(pick.number()),
    lambda pick: Resume(pick.number()),
    lambda pick: Extend(pick.number(), pick.of((1, 60, 0))),
    lambda pick: Shorten(pick.number(), pick.of((1, 60, 0))),
    lambda pick: EndRound(pick.number()),
    lambda pick: SkipRound(pick.number(), pick.flag()),
    lambda pick: AddRound(pick.of(CONSTELLATIONS)),
    lambda pick: SetTopic(pick.number(), "Bread"),
    lambda pick: MovePerson(pick.number(), pick.person("here"), None),
    lambda pick: MovePerson(pick.number(), pick.person("here"), pick.room()),
    lambda pick: MovePerson(pick.number(), pick.person("here"), pick.room()),
    lambda pick: LetWait(pick.person("here")),
    lambda pick: SendMessage("m", pick.of(("Soon", ""))),
    lambda pick: TakeHelp(pick.room()),
    lambda pick: CloseHelp(pick.room()),
    lambda pick: VisitRoom(pick.of((None, 1, 2))),
    lambda pick: SpeakToAll(pick.flag()),
    lambda pick: MuteGuest(pick.person("here"), pick.of(("audio", "video"))),
    lambda pick: KeepApart(tuple((pick.person(), pick.person()) for _ in range(pick.of((0, 1, 3))))),
    lambda pick: MixAgain(pick.of((1, 2))),
    lambda pick: RemovePerson(pick.person()),
    lambda pick: OpenEvent(),
)
SHELLS: tuple[Made, ...] = (
    lambda pick: MarkAway(pick.person("here")),
    lambda pick: MarkAway(pick.person("here")),
    lambda pick: MarkReturned(pick.person("away")),
    lambda pick: MarkReturned(pick.person("away")),
    lambda pick: MarkGone(pick.person("away")),
    lambda pick: HostCame(HOST.id, HOST.name),
    lambda pick: HostWent(HOST.id),
    lambda pick: Wake(),
)


GUESTS: tuple[Made, ...] = (
    lambda pick: SeatMe(),
    lambda pick: WaitForNext(),
    lambda pick: SitOut(True),
    lambda pick: SitOut(False),
    lambda pick: AskHelp(),
    lambda pick: CloseHelp(pick.room()),
    lambda pick: UnmuteMe(pick.of(("audio", "video"))),
    lambda pick: OfferContact(pick.person("here"), pick.flag()),
    lambda pick: Leave(),
)


class Evening:
    """One event from its creation on, and every law."""

    def __init__(self, choose: Choose) -> None:
        self.choose = choose
        self.story = Story()
        self.states: list[Event] = []
        self.seen: dict[By, dict[str, Any]] = {}
        self.command: AnyCommand = Wake()
        self.story.watchers += [self._remember, self._law_2, self._law_4, self._law_5]

    def passes(self, steps: int) -> None:
        self.begins()
        for _ in range(steps):
            self.choose(STEPS)(self)
        self.law_1()

    # What happens

    def begins(self) -> None:
        """Prepared, open, or with the first round announced or running."""
        rounds = tuple(self.choose(CONSTELLATIONS) for _ in range(self.choose((1, 2, 3, 4))))
        manual = self.choose((False, False, True))
        self.give(CreateEvent("e", "Evening", rounds=rounds, manual=manual, seed=3), ORGANISER)
        self.give(AddPeople(tuple(map(newcomer, LISTED))), ORGANISER)
        self.seen = {who: look(self.story.state, who) for who in VIEWERS}
        begun = self.choose((0, 1, 2, 2, 3, 3, 3))
        if begun:
            self.give(OpenEvent(), ORGANISER)
            self.give(HostCame(HOST.id, HOST.name), SYSTEM)
            for id in LISTED[: 4 * begun - 2]:
                self.give(Join(newcomer(id)), guest(id))
        if begun > 1:
            self.give(StartRound(1), HOST)
            self.story.passes(begun * 4)

    def host_does(self) -> None:
        self._time_goes_by()
        self._one_of(HOSTS, HOST)

    def organiser_does(self) -> None:
        self._one_of(ORGANISERS, ORGANISER)

    def guest_does(self) -> None:
        self._time_goes_by()
        self._one_of(GUESTS, guest(self._pick().person("here")))

    def another_does(self) -> None:
        self._one_of(GUESTS, guest(self._pick().person("here")))

    def someone_joins(self) -> None:
        id = self._pick().person("expected", "left")
        self.give(Join(newcomer(id)), guest(id))

    def shell_says(self) -> None:
        self._one_of(SHELLS, SYSTEM)

    def anybody_tries_anything(self) -> None:
        by = self.choose((HOST, guest("a"), SYSTEM, ORGANISER))
        self._one_of((*ORGANISERS, *HOSTS, *GUESTS, *SHELLS), by)

    def time_passes(self) -> None:
        self._time_goes_by()
        self._law_3()

    def the_server_sleeps(self) -> None:
        self.story.sleeps(self.choose(SECONDS))
        self.give(Wake(), SYSTEM)

    def the_planner_answers(self) -> None:
        if self.story.wish is not None:
            wish, self.story.wish = self.story.wish, None
            planned = quick_plan(wish)
            if planned is not None:
                self.give(OfferPlan(planned, wish.based_on), SYSTEM)

    def somebody_claims_to_have_a_plan(self) -> None:
        """For the problem of now, but one seat in it is not as it should be."""
        if self.story.wish is not None and (planned := quick_plan(self.story.wish)) is not None:
            self.give(OfferPlan(spoilt(planned, self.choose), self.story.wish.based_on), SYSTEM)

    def the_event_closes(self) -> None:
        if len(self.story.facts) > 80:
            self.give(CloseEvent(), HOST)

    def _time_goes_by(self) -> None:
        self.story.passes(self.choose(SECONDS))

    def _pick(self) -> Pick:
        return Pick(self.choose, self.story.event)

    def _one_of(self, made: tuple[Made, ...], by: By) -> None:
        pick = self._pick()
        self.give(pick.of(made)(pick), by)

    def give(self, command: AnyCommand, by: By) -> None:
        self.command = command
        before = self.story.event
        outcome = self.story.when(command, by)
        if isinstance(outcome, Refused):
            assert outcome.code in REFUSALS
            assert outcome.message
            return
        assert outcome == decide(before, command, by, self.story.now), "deciding twice gives two answers"
        assert [fact.at for fact in self.story.facts] == sorted(fact.at for fact in self.story.facts)
        self._law_3()
        self._media(before)

    # The laws

    def law_1(self) -> None:
        """Replaying the facts, as they come back from a journal, gives every state."""
        stored = msgspec.json.encode(self.story.facts)
        event: Event | None = None
        for fact, state in zip(msgspec.json.decode(stored, type=list[AnyFact]), self.states, strict=True):
            event = evolve(event, fact)
            assert event == state
        assert replay(self.story.facts) == event

    def _remember(self, before: Event | None, fact: AnyFact, after: Event) -> None:
        self.states.append(after)

    def _law_2(self, before: Event | None, fact: AnyFact, after: Event) -> None:
        """Following redacted facts equals looking again."""
        if before is None:
            return
        layers = changes(before, fact, after)
        for who, seen in self.seen.items():
            change = redact(before, fact, after, who)
            assert (change is None) == (not any(each in layers for each in audiences(after, who)))
            if change is not None:
                self.seen[who] = seen = follow(seen, change)
            assert seen == look(after, who), f"{who.role} {who.id} after {fact}"

    def _law_3(self) -> None:
        """Nobody is alone, nobody in two rooms, nobody left out."""
        event = self.story.state
        for round in filter(None, [event.round]):
            places = [id for room in round.rooms.values() for id in room.people]
            assert len(places) == len(set(places)), "someone sits in two rooms"
        round_now = talking(event)
        if round_now is None:
            return
        inside = {number: people for number, people in company(event, round_now).items() if people}
        present = [person.id for person in here(event) if willing(person)]
        for people in inside.values():
            assert len(people) > 1 or len(present) == 1, "someone is alone"
        for id in unseated(event, round_now):
            others = set(present) - {id}
            reachable = [room for room in inside.values() if not forbidden(event, id, room)]
            assert not reachable, f"{id} is left out, though a room could take them"
            mates = set(unseated(event, round_now)) & others
            assert all(forbidden(event, id, (mate,)) for mate in mates), "two could form a room"

    def _law_4(self, before: Event | None, fact: AnyFact, after: Event) -> None:
        """A running round's rooms change only by a person's command, a latecomer's seat or law 3."""
        if before is None:
            return
        was, now = talking(before), talking(after)
        if was is None or now is None or seats(was) == seats(now):
            return
        assert isinstance(fact, ParticipantSeated | ParticipantSatOut | ParticipantLeft | PersonRemoved)
        if isinstance(fact, ParticipantSeated) and fact.why == "moved":
            assert isinstance(self.command, MovePerson)
        if isinstance(self.command, OfferPlan | MixAgain | SetRounds | AddRound | AddPeople):
            assert fact.by == "", "only the clock's own steps may be beside a plan's"

    def _law_5(self, before: Event | None, fact: AnyFact, after: Event) -> None:
        """Every plan that is believed keeps every rule, and so does every seating that is announced."""
        match fact:
            case PlanAdopted() if before is not None:
                posed = problem(before)
                assert posed is not None
                assert check(posed, fact.plan) == ()
            case RoundAnnounced() | RoundRefitted():
                seated = [id for group in fact.rooms for id in group]
                assert sorted((*seated, *fact.resting)) == sorted(person.id for person in here(after))
                assert not any(forbidden(after, id, group) for group in fact.rooms for id in group)
                assert all(len(group) != 1 for group in fact.rooms)
            case _:
                pass

    def _media(self, before: Event | None) -> None:
        """The edges change only with their number, and what stands after a restart is what stood before.

        Nobody is received twice: who speaks to everyone has no edges, and all others have one at most.
        """
        after = self.story.state
        if before is not None and (edges(before), before.speaker) != (edges(after), after.speaker):
            assert after.cutover > before.cutover
        assert len(set(edges(after))) == len(edges(after))
        assert not any(sender == after.speaker for sender, _ in edges(after))
        assert after.speaker in ("", *(host.id for host in after.facilitators.values() if host.here))
        wakes = [each for each in standing_effects(after, self.story.now) if isinstance(each, WakeAt)]
        if wakes:
            assert self.story.wake_at is not None, "a deadline, and nobody will wake"
            assert self.story.wake_at <= wakes[0].at


def forbidden(event: Event, id: str, room: tuple[str, ...]) -> bool:
    return any(other != id and pair(id, other) in event.apart for other in room)


def look(event: Event, who: By) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(view(event, who))
    return found


def quick_plan(wish: ImprovePlan) -> Plan | None:
    try:
        return plan(wish.problem, wish.seed, 1).plan
    except Nonsense:
        return None


def spoilt(planned: Plan, choose: Choose) -> Plan:
    """Someone is seated twice, left out, or alone in a room of their own."""
    first, *others = planned.seatings
    left, *rooms = first.groups
    groups = choose(
        (
            ((*left, *(rooms[0][:1] if rooms else left[:1])), *rooms),
            (left[1:], *rooms),
            (left[:1], left[1:], *rooms),
        )
    )
    return Plan((Seating(groups, first.resting), *others))


STEPS: tuple[Callable[[Evening], None], ...] = (
    *(6 * (Evening.host_does,)),
    *(4 * (Evening.guest_does,)),
    *(2 * (Evening.another_does,)),
    *(3 * (Evening.shell_says,)),
    *(3 * (Evening.time_passes,)),
    *(2 * (Evening.someone_joins,)),
    *(2 * (Evening.the_planner_answers,)),
    Evening.somebody_claims_to_have_a_plan,
    Evening.the_server_sleeps,
    Evening.organiser_does,
    Evening.anybody_tries_anything,
    Evening.the_event_closes,
)

"""Steps that share their looks tell everyone what steps that look afresh do."""

from __future__ import annotations

from rooms.commands import (
    AddPeople,
    CloseEvent,
    CreateEvent,
    Join,
    Leave,
    MarkAway,
    OpenEvent,
    SitOut,
    StartRound,
)
from rooms.facts import AnyFact
from rooms.model import By, Constellation, Event, Newcomer
from rooms.views import audiences, redact
from server.journal import Entry
from server.step import Step
from tests.stories import Story, guest

ORGANISER, HOST = By("organiser", "o", "Maja"), By("facilitator", "h", "Peter")
LISTED = tuple(Newcomer(f"p{number}", f"Guest {number}") for number in range(9))


def evening() -> Story:
    """Everything that changes a view: people come late, rest, vanish and leave, and plans follow."""
    rounds = tuple(Constellation(2, 3) for _ in range(3))
    story = Story(now=0).do(CreateEvent("e", "Mixer", "UTC", None, rounds, seed=3), ORGANISER)
    story.do(AddPeople(LISTED), ORGANISER).plans().do(OpenEvent(), ORGANISER)
    for person in LISTED[:7]:
        story.do(Join(person), guest(person.id))
    story.plans().do(StartRound(1), ORGANISER).passes(40)
    story.do(Join(LISTED[7]), guest("p7")).passes(30).do(SitOut(True), guest("p1")).plans()
    story.shell(MarkAway("p2")).passes(100).do(Leave(), guest("p3")).plans()
    return story.passes(300).do(CloseEvent(), ORGANISER)


def steps(facts: list[AnyFact], *, shared: bool) -> list[Step]:
    made: list[Step] = []
    for seq, fact in enumerate(facts, start=1):
        entry = Entry("e", seq, 1, 1, fact.at, "", "", (fact,))
        last = made[-1] if made else None
        look = last.pass_look() if last and shared else None
        made.append(Step(last.after if last else None, entry, look))
        made[-1].frame(ORGANISER)  # who is told makes the looks
    return made


def everyone(event: Event) -> list[By]:
    return [ORGANISER, HOST, *(guest(id) for id in event.participants)]


def test_a_look_that_is_passed_on_tells_nobody_anything_else() -> None:
    facts = evening().facts
    fresh, shared = steps(facts, shared=False), steps(facts, shared=True)
    assert len(facts) > 30
    for one, other in zip(fresh, shared, strict=True):
        for who in everyone(one.after):
            assert one.frame(who) == other.frame(who)


def test_whoever_is_told_of_a_step_sees_something_of_it() -> None:
    for step in steps(evening().facts, shared=True):
        for before, fact, after in step.moves:
            for who in everyone(after):
                (told,) = step._told
                assert set(told.audiences(who)) == set(audiences(after, who)) & told.layers.keys()
                sees = before is not None and redact(before, fact, after, who) is not None
                assert (step.frame(who) is not None) == sees


def test_a_look_is_kept_by_the_last_step_only() -> None:
    made = steps(evening().facts, shared=True)
    assert all(step.pass_look() is None for step in made[:-1])
    look = made[-1].pass_look()
    assert look is not None and look.event is made[-1].after

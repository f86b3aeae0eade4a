"""Preparing: name, people, rounds, rules and plans."""

from __future__ import annotations

import pytest

from rooms.commands import (
    AddPeople,
    AddRound,
    CreateEvent,
    EditEvent,
    EditPerson,
    KeepApart,
    MixAgain,
    OfferPlan,
    OpenEvent,
    RemovePerson,
    SetRounds,
    SetTopic,
    SkipRound,
    StartRound,
)
from rooms.decide import problem
from rooms.effects import ImprovePlan
from rooms.facts import PlanAdopted
from rooms.model import SYSTEM, Constellation, Newcomer
from rotation import Plan, Seating, digest
from tests.stories import HOST, ORGANISER, Story, draft, evening, newcomer, refusal, talking


def create(**changes: object) -> CreateEvent:
    return CreateEvent(**{"event": "e", "title": "Evening", **changes})  # type: ignore[arg-type]


# The event


def test_an_event_begins_as_a_draft() -> None:
    story = Story().organiser(create(title="  Evening \n of talks ", rounds=(Constellation(),)))
    assert story.kinds() == ["EventCreated"]
    assert story.state.phase == "draft"
    assert story.state.title == "Evening   of talks"


def test_an_event_exists_once() -> None:
    assert refusal(Story().organiser(create()).when(create(), ORGANISER)) == "exists"


def test_nothing_else_is_done_to_an_event_that_does_not_exist() -> None:
    assert refusal(Story().when(OpenEvent(), ORGANISER)) == "no-event"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " \u200b\t"}, "blank"),
        ({"title": "x" * 201}, "too-long"),
        ({"event": ""}, "blank"),
        ({"zone": " "}, "bad-zone"),
        ({"zone": "Europe/\nParis"}, "bad-zone"),
        ({"zone": "x" * 65}, "bad-zone"),
        ({"starts_at": -1}, "bad-time"),
        ({"starts_at": 32_503_680_000_000}, "bad-time"),
        ({"rate": 0.0}, "bad-rate"),
        ({"rate": 1_001.0}, "bad-rate"),
        ({"rounds": (Constellation(),) * 61}, "too-many-rounds"),
        ({"rounds": (Constellation(minutes=0.05),)}, "bad-minutes"),
        ({"rounds": (Constellation(minutes=241),)}, "bad-minutes"),
        ({"rounds": (Constellation(minutes=float("nan")),)}, "bad-minutes"),
        ({"rounds": (Constellation(size=1),)}, "bad-size"),
        ({"rounds": (Constellation(size=51),)}, "bad-size"),
        ({"rounds": (Constellation(rooms=-1),)}, "bad-size"),
        ({"rounds": (Constellation(topic="x" * 201),)}, "too-long"),
        ({"rounds": (Constellation(question="x" * 501),)}, "too-long"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(changes: dict[str, object], code: str) -> None:
    assert refusal(Story().when(create(**changes), ORGANISER)) == code


def test_the_event_can_be_renamed_until_it_is_over() -> None:
    story = draft().organiser(EditEvent("Supper", "Europe/Rome", 5, manual=True))
    assert (story.state.title, story.state.zone, story.state.starts_at, story.state.manual) == (
        "Supper", "Europe/Rome", 5, True,
    )  # fmt: skip


def test_doors_open_once() -> None:
    story = draft().organiser(OpenEvent())
    assert story.state.phase == "open"
    assert refusal(story.when(OpenEvent(), ORGANISER)) == "already-open"


# People


def test_people_are_added_and_planned_for() -> None:
    story = draft(people=0).organiser(AddPeople((newcomer("a"), newcomer("b"))))
    assert list(story.state.participants) == ["a", "b"]
    assert [type(effect) for effect in story.effects] == [ImprovePlan]


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ((), "no-people"),
        ((newcomer("a"),), "exists"),
        ((newcomer("x"), newcomer("x")), "exists"),
        ((Newcomer("x", "   "),), "blank"),
        ((Newcomer("x", "y" * 201),), "too-long"),
        ((Newcomer("x", "X", email="at home"),), "bad-email"),
        ((Newcomer("x", "X", email="x@" + "y" * 260),), "too-long"),
        (tuple(newcomer(f"x{i}") for i in range(1_999)), "too-many-people"),
    ],
)
def test_people_who_make_no_sense_are_refused(people: tuple[Newcomer, ...], code: str) -> None:
    assert refusal(draft(people=2).when(AddPeople(people), ORGANISER)) == code


def test_names_in_any_script_stay_as_they_are() -> None:
    names = ("山田 太郎", "أمينة", "Zoë 👩🏽‍🚀", "O’Brien & <b>", "x" * 200)
    people = tuple(Newcomer(str(i), name) for i, name in enumerate(names))
    story = draft(people=0).organiser(AddPeople(people))
    assert tuple(person.name for person in story.state.participants.values()) == names


def test_control_characters_and_turned_writing_are_taken_out_of_names() -> None:
    story = draft(people=0).organiser(AddPeople((Newcomer("x", "A\x00na\u202e\x1b[31m"),)))
    assert story.state.participants["x"].name == "Ana[31m"


def test_an_entry_can_be_corrected() -> None:
    story = draft(people=2).organiser(EditPerson(Newcomer("a", "Ada", role="mentor")))
    assert (story.state.participants["a"].name, story.state.participants["a"].role) == ("Ada", "mentor")
    assert refusal(story.when(EditPerson(newcomer("zz")), ORGANISER)) == "unknown-person"


def test_someone_taken_off_the_draft_is_forgotten() -> None:
    story = draft(people=8).organiser(KeepApart((("a", "b"),)), RemovePerson("a"))
    assert "a" not in story.state.participants
    assert story.state.apart == ()
    assert refusal(story.when(RemovePerson("a"), ORGANISER)) == "unknown-person"


def test_someone_taken_out_of_an_open_event_stays_out() -> None:
    story = talking(people=8).host(RemovePerson("a"))
    assert story.state.participants["a"].presence == "removed"
    assert story.room_of("a") is None
    assert refusal(story.when(RemovePerson("a"), HOST)) == "removed"
    assert refusal(story.when(EditPerson(newcomer("a")), ORGANISER)) == "removed"


# Rules


def test_people_kept_apart_are_never_announced_together() -> None:
    story = evening(people=4, size=2, rounds=3).host(KeepApart((("b", "a"),))).plans()
    assert story.state.apart == (("a", "b"),)
    for number in (1, 2, 3):
        story.host(StartRound(number))
        assert story.partners("a") != {"b"}
        story.passes(20)


def test_a_rule_made_during_the_announcement_changes_the_seating() -> None:
    story = evening(people=6, size=3, rounds=1).host(StartRound(1))
    a, b, _ = sorted(story.rooms()[1])
    story.host(KeepApart(((a, b),)))
    assert story.kinds() == ["ApartSet", "RoundRefitted"]
    assert b not in story.partners(a)


def test_a_rule_made_during_a_round_leaves_it_alone() -> None:
    story = talking(people=6, size=3)
    before = story.rooms()
    a, b, _ = sorted(before[1])
    story.host(KeepApart(((a, b),)))
    assert story.rooms() == before


def test_rules_that_make_no_sense_are_refused() -> None:
    story = draft(people=4)
    assert refusal(story.when(KeepApart((("a", "a"),)), HOST)) == "apart-from-self"
    assert refusal(story.when(KeepApart((("a", "zz"),)), HOST)) == "unknown-person"


def test_rules_that_leave_no_plan_are_refused_by_name() -> None:
    story = draft(people=4, size=2)
    outcome = story.when(KeepApart((("a", "b"), ("a", "c"), ("b", "c"))), HOST)
    assert refusal(outcome) == "too-many-apart"
    assert "A, B, C" in str(outcome)
    assert story.state.apart == ()


# Rounds


def test_the_rounds_to_come_can_be_replaced_the_held_ones_not() -> None:
    story = talking(rounds=3).organiser(SetRounds((Constellation(size=2),)))
    assert [each.size for each in story.state.agenda] == [4, 2]


def test_rounds_can_be_added() -> None:
    story = draft(rounds=1).host(AddRound(Constellation(minutes=3)))
    assert len(story.state.agenda) == 2
    assert refusal(story.when(AddRound(Constellation(size=1)), HOST)) == "bad-size"
    full = draft(rounds=60)
    assert refusal(full.when(AddRound(Constellation()), HOST)) == "too-many-rounds"


def test_a_round_can_be_left_out_and_taken_back_in() -> None:
    story = evening(rounds=3).host(SkipRound(1))
    assert refusal(story.when(SkipRound(1), HOST)) == "already-skipped"
    assert refusal(story.when(StartRound(1), HOST)) == "wrong-round"
    story.host(SkipRound(1, skipped=False))
    assert refusal(story.when(SkipRound(1, skipped=False), HOST)) == "not-skipped"
    assert refusal(story.when(SkipRound(4), HOST)) == "no-round"
    story.host(StartRound(1))
    assert refusal(story.when(SkipRound(1), HOST)) == "already-announced"


def test_the_clock_passes_over_a_round_that_is_left_out() -> None:
    story = talking(rounds=3, minutes=1).host(SkipRound(2)).passes(75)
    assert story.round.number == 3


def test_topics_can_be_changed_until_the_round_is_over() -> None:
    story = talking(rounds=2, minutes=1).host(SetTopic(1, "Bread", "Which?"), SetTopic(2, "Salt"))
    assert [each.topic for each in story.state.agenda] == ["Bread", "Salt"]
    story.passes(80)
    assert refusal(story.when(SetTopic(1, "Late"), HOST)) == "already-announced"
    assert refusal(story.when(SetTopic(3, "None"), HOST)) == "no-round"
    assert refusal(story.when(SetTopic(2, "x" * 201), HOST)) == "too-long"


# Plans


def test_a_plan_is_asked_for_when_what_is_planned_changes_and_only_then() -> None:
    story = draft(people=8)
    story.plans()
    for command in (SetRounds((Constellation(size=3),)), AddPeople((newcomer("z"),)), MixAgain(4)):
        story.organiser(command)
        assert asks_for_a_plan(story), command
    for harmless in (EditEvent("T", "UTC", None, False), SetTopic(1, "Bread"), EditPerson(newcomer("a"))):
        story.organiser(harmless)
        assert not asks_for_a_plan(story), harmless


def test_a_plan_made_for_the_problem_is_adopted() -> None:
    story = draft(people=8).plans()
    assert story.kinds() == ["PlanAdopted"]
    assert story.state.offered is not None
    assert story.state.offered.numbers.people == 8
    assert story.state.offered.rounds == (1, 2, 3)


def test_a_plan_for_another_problem_is_stale() -> None:
    story = draft(people=8)
    wish = story.wish
    assert wish is not None
    story.plans()
    assert story.state.offered is not None
    old = story.state.offered.plan
    story.organiser(AddPeople((newcomer("z"),)))
    assert refusal(story.when(OfferPlan(old, wish.based_on), SYSTEM)) == "stale-plan"
    nobody = draft(people=1)
    assert refusal(nobody.when(OfferPlan(old, wish.based_on), SYSTEM)) == "stale-plan"


def test_a_plan_that_breaks_a_rule_is_not_believed() -> None:
    story = draft(people=4, size=2, rounds=1)
    alone = Plan((Seating((("a", "b", "c"), ("d",))),))
    assert refusal(story.when(OfferPlan(alone, based_on(story)), SYSTEM)) == "bad-plan"


def test_a_plan_no_better_than_the_one_in_force_is_refused() -> None:
    story = draft(people=4, size=2, rounds=1).plans()
    equal = Plan((Seating((("a", "c"), ("b", "d"))),))
    assert refusal(story.when(OfferPlan(equal, based_on(story)), SYSTEM)) == "no-better"


def test_a_plan_worse_than_what_is_left_of_the_one_in_force_is_refused() -> None:
    story = evening(people=4, size=2, rounds=3).plans(20).host(StartRound(1)).passes(10)
    first, *_ = [past.seating(1) for past in [story.state.offered] if past is not None]
    assert first is not None
    again = Plan((first, first))
    assert refusal(story.when(OfferPlan(again, based_on(story)), SYSTEM)) == "no-better"
    story.plans()
    assert story.kinds() == ["PlanAdopted"]


def test_mixing_again_lets_an_equal_plan_in() -> None:
    story = draft(people=4, size=2, rounds=1).plans().host(MixAgain(9))
    assert story.wish is not None
    assert (story.wish.previous, story.wish.seed) == (None, 9)
    story.shell(OfferPlan(Plan((Seating((("a", "c"), ("b", "d"))),)), based_on(story)))
    assert story.last(PlanAdopted)


def test_after_a_change_the_plan_in_force_is_where_the_planner_begins() -> None:
    story = draft(people=8).plans().organiser(RemovePerson("a"))
    assert story.wish is not None
    assert story.wish.previous is not None
    assert len(story.wish.previous.seatings) == 3


def based_on(story: Story) -> str:
    posed = problem(story.state)
    assert posed is not None
    return digest(posed)


def asks_for_a_plan(story: Story) -> bool:
    return any(isinstance(effect, ImprovePlan) for effect in story.effects)

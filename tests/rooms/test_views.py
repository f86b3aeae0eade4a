"""What each person sees, and that nobody sees more."""

from __future__ import annotations

import typing
from typing import Any

import msgspec

from rooms import facts
from rooms.cards import GuestView, HostView
from rooms.commands import (
    AskHelp,
    CallBack,
    CloseEvent,
    EditPerson,
    HostWent,
    KeepApart,
    Leave,
    MarkAway,
    MarkReturned,
    MovePerson,
    OfferContact,
    Pause,
    RemovePerson,
    Resume,
    SendMessage,
    SetTopic,
    SkipRound,
    StartRound,
    TakeHelp,
    VisitRoom,
)
from rooms.evolve import evolve
from rooms.model import By, Event, Newcomer
from rooms.views import TOUCHES, Audience, audiences, changes, follow, redact, view
from tests.stories import HOST, ORGANISER, Story, draft, evening, guest, ids, talking


def as_guest(story: Story, id: str) -> GuestView:
    seen = view(story.state, guest(id))
    assert isinstance(seen, GuestView)
    return seen


def as_host(story: Story, by: By = HOST) -> HostView:
    seen = view(story.state, by)
    assert isinstance(seen, HostView)
    return seen


def told(story: Story, who: By) -> list[dict[str, Any]]:
    """What the last command's facts set for someone, fact by fact."""
    event: Event | None = None
    found = []
    last = len(story.facts) - len(story.told)
    for number, fact in enumerate(story.facts):
        before, event = event, evolve(event, fact)
        if number >= last and before is not None and (change := redact(before, fact, event, who)) is not None:
            found.append(change.set)
    return found


# Everyone


def test_every_fact_says_what_it_touches() -> None:
    assert set(TOUCHES) == set(typing.get_args(facts.AnyFact))


def test_the_event_card_names_the_hosts_who_are_here() -> None:
    story = evening()
    assert as_guest(story, "a").event.hosts == ("Hal",)
    story.shell(HostWent(HOST.id))
    assert as_guest(story, "a").event.hosts == ()


def test_rounds_are_done_now_to_come_or_skipped() -> None:
    story = talking(people=4, rounds=4, minutes=1).host(SkipRound(3), SetTopic(2, "Bread")).passes(76)
    rounds = as_guest(story, "a").rounds
    assert [rounds[str(n)].state for n in (1, 2, 3, 4)] == ["done", "now", "skipped", "to come"]
    assert rounds["2"].topic == "Bread"


def test_the_clock_shows_the_live_round() -> None:
    story = evening()
    assert as_guest(story, "a").clock.state is None
    story.host(StartRound(1))
    clock = as_guest(story, "a").clock
    assert (clock.number, clock.state, clock.starts_at) == (1, "announced", story.round.starts_at)


# Guests


def test_guests_see_those_who_have_come_and_no_addresses() -> None:
    story = evening(people=4, here="ab")
    seen = as_guest(story, "a")
    assert set(seen.people) == {"a", "b"}
    assert b"b@example.org" not in msgspec.json.encode(seen)
    assert seen.you.email == "a@example.org"


def test_guests_are_not_told_who_was_taken_out() -> None:
    story = evening(people=4, here="abc").host(RemovePerson("b"), RemovePerson("d"))
    people = as_guest(story, "a").people
    assert people["b"].presence == "left"
    assert "d" not in people


def test_the_announced_move_says_who_comes_next_and_who_of_them_is_new() -> None:
    story = talking(people=4, size=2, rounds=2).passes(70)
    (first,) = story.partners("a")
    story.host(StartRound(2))
    card = as_guest(story, "a").next
    assert (card.number, card.room) == (2, story.room_of("a"))
    assert set(card.people) == story.partners("a")
    assert set(card.new) == story.partners("a") - {first}
    assert as_guest(story, "a").room.number is None, "until it starts, everyone is in the lobby"


def test_a_pause_moves_the_start_that_everyone_was_told() -> None:
    story = evening(people=4).host(StartRound(1)).passes(4).host(Pause(1)).passes(60).host(Resume(1))
    assert told(story, guest("a"))[0]["next"] == {"starts_at": story.now + 6_000}
    assert as_guest(story, "a").next.starts_at == story.now + 6_000


def test_someone_who_rests_is_told_so() -> None:
    story = evening(people=8).host(StartRound(1), MovePerson(1, "a", None))
    card = as_guest(story, "a").next
    assert (card.number, card.room, card.people) == (1, None, ())


def test_a_room_shows_people_help_and_visits() -> None:
    story = talking(people=8).guest("a", AskHelp())
    room = story.room_of("a")
    assert room is not None
    story.host(TakeHelp(room), VisitRoom(room))
    card = as_guest(story, "a").room
    assert (card.number, card.help_by, card.help_taken_by) == (room, "a", "Hal")
    assert card.visitors == {"hal": "Hal"}
    other = next(iter(story.rooms()[3 - room]))
    assert as_guest(story, other).room.visitors == {}


def test_a_latecomer_sees_where_they_could_go() -> None:
    story = talking(people=7, size=4).joins("z")
    you = as_guest(story, "z").you
    assert you.can_join is not None
    assert set(you.join_with) == story.rooms()[you.can_join]
    assert len(you.join_with) == 3


def test_a_latecomer_near_the_end_sees_nowhere_to_go() -> None:
    story = talking(people=7, size=4, minutes=3).passes(125).joins("z")
    assert as_guest(story, "z").you.can_join is None
    assert as_guest(story, "z").you.late_since == story.now


def test_the_plan_tells_each_guest_only_numbers() -> None:
    story = evening(people=8, size=2, rounds=3).plans()
    you = as_guest(story, "a").you
    assert (you.new_next, you.to_come) == (1, 3)
    story.host(StartRound(1)).plans()
    assert (as_guest(story, "a").you.new_next, as_guest(story, "a").you.to_come) == (1, 2)


def test_people_met_come_with_the_rounds() -> None:
    story = talking(people=4, size=4, rounds=2, minutes=1).passes(80)
    assert as_guest(story, "a").met == {"b": (1,), "c": (1,), "d": (1,)}


def test_a_contact_is_shown_only_when_both_have_offered_theirs() -> None:
    story = talking(people=2, size=2).passes(70).guest("a", OfferContact("b"))
    assert as_guest(story, "a").contacts["b"].email is None
    assert as_guest(story, "b").contacts == {}
    assert told(story, guest("b")) == []
    story.guest("b", OfferContact("a"))
    assert as_guest(story, "a").contacts["b"].email == "b@example.org"
    assert as_guest(story, "b").contacts["a"].email == "a@example.org"
    story.guest("a", OfferContact("b", on=False))
    assert as_guest(story, "b").contacts["a"].email is None


def test_what_happens_in_a_room_is_told_to_that_room_only() -> None:
    story = talking(people=8).guest("a", AskHelp())
    inside, outside = min(story.partners("a")), min(set(ids(8)) - story.partners("a") - {"a"})
    assert told(story, guest(inside))
    assert told(story, guest(outside)) == []


# Hosts


def test_facilitators_see_no_addresses_organisers_do() -> None:
    story = evening(people=4)
    assert as_host(story, ORGANISER).people["a"].email == "a@example.org"
    assert b"example.org" not in msgspec.json.encode(as_host(story))
    story.organiser(EditPerson(Newcomer("a", "Ana", "new@example.org")))
    assert told(story, ORGANISER)[0]["people"]["a"]["email"] == "new@example.org"
    assert told(story, HOST)[0]["people"]["a"]["email"] == ""


def test_the_board_shows_rooms_plan_and_past() -> None:
    story = evening(people=8, rounds=3, minutes=1).plans().host(StartRound(1)).passes(10)
    seen = as_host(story)
    assert {number: set(room.people) for number, room in seen.rooms.items()} == {
        str(number): people for number, people in story.rooms().items()
    }
    assert list(seen.plan) == ["2", "3"]
    story.passes(76)
    assert list(as_host(story).past) == ["1"]
    assert as_host(story).next.number == 2


def test_numbers_say_whether_the_plan_is_up_to_date() -> None:
    story = draft(people=8, rounds=2)
    assert not as_host(story).numbers.planned
    story.plans()
    numbers = as_host(story).numbers
    assert (numbers.planned, numbers.people, numbers.possible) == (True, 8, 7)
    assert numbers.distinct <= numbers.bound
    story.organiser(RemovePerson("a"))
    assert not as_host(story).numbers.planned


def test_hosts_are_told_who_needs_them() -> None:
    story = talking(people=8).guest("a", AskHelp()).shell(MarkAway("b")).joins("z")
    needs = as_host(story).needs
    assert {need.kind for need in needs.values()} == {"help", "away", "late"}
    assert needs["away:b"].room == story.room_of("b")
    assert needs["late:z"].new > 0
    story.shell(MarkReturned("b")).guest("z", Leave())
    assert [need.kind for need in as_host(story).needs.values()] == ["help"]


def test_rules_are_shown_to_hosts_only() -> None:
    story = evening().host(KeepApart((("a", "b"),)))
    assert as_host(story).apart == {"a b": ("a", "b")}
    assert told(story, guest("a")) == []


# Following


def test_audiences_are_layers_from_all_to_one() -> None:
    story = talking(people=4, size=4)
    assert [each.kind for each in audiences(story.state, guest("a"))] == [
        "everyone", "guests", "room", "person",
    ]  # fmt: skip
    assert audiences(story.state, ORGANISER)[-1] == Audience("organisers")
    assert audiences(story.state, HOST)[-1] == Audience("facilitators")
    story.host(CallBack())
    assert [each.kind for each in audiences(story.state, guest("a"))] == ["everyone", "guests", "person"]


def test_a_message_is_one_change_for_everyone() -> None:
    story = talking(people=8)
    before = story.state
    story.host(SendMessage("m", "Soon"))
    assert set(changes(before, story.told[0], story.state)) == {Audience("everyone")}


def test_a_round_start_is_told_room_by_room() -> None:
    story = evening(people=8).host(StartRound(1))
    before = story.state
    story.passes(10)
    (started,) = story.told
    layers = changes(before, started, story.state)
    rooms = {audience for audience in layers if audience.kind == "room"}
    assert rooms == {Audience("room", "1"), Audience("room", "2")}
    alone = layers[Audience("person", "a")]
    assert "room" not in alone.set, "the room has been told already"


def test_following_drops_what_is_gone() -> None:
    story = draft(people=4)
    seen = msgspec.to_builtins(view(story.state, ORGANISER))
    before = story.state
    story.organiser(RemovePerson("a"))
    change = redact(before, story.told[0], story.state, ORGANISER)
    assert change is not None
    assert change.drop["people"] == ("a",)
    after = follow(seen, change)
    assert "a" not in after["people"]
    assert "a" in seen["people"], "a view is not changed, a new one is made"


def test_someone_who_was_never_here_has_an_empty_view() -> None:
    story = talking().host(CloseEvent())
    seen = as_guest(story, "nobody")
    assert (seen.you.name, seen.room.number, seen.met) == ("", None, {})

"""Taking part: coming, going, getting lost, resting, helping each other find again."""

from __future__ import annotations

import pytest

from rooms.commands import (
    AddPeople,
    AskHelp,
    CallBack,
    CloseEvent,
    EndRound,
    HostCame,
    HostWent,
    Join,
    KeepApart,
    Leave,
    LetWait,
    MarkAway,
    MarkGone,
    MarkReturned,
    OfferContact,
    OpenEvent,
    Pause,
    RemovePerson,
    Resume,
    SeatMe,
    SitOut,
    StartRound,
    VisitRoom,
    WaitForNext,
)
from rooms.facts import ParticipantSeated
from rooms.model import SYSTEM, Newcomer
from tests.stories import HOST, Story, draft, evening, guest, ids, newcomer, refusal, talking


def why(story: Story) -> list[tuple[str, str]]:
    return [(fact.person, fact.why) for fact in story.told if isinstance(fact, ParticipantSeated)]


# Joining


def test_doors_are_shut_in_a_draft_and_after_the_end() -> None:
    assert refusal(draft().when(Join(newcomer("a")), guest("a"))) == "not-open"
    assert refusal(evening().host(CloseEvent()).when(Join(newcomer("z")), guest("z"))) == "over"


def test_someone_on_the_list_keeps_what_they_do_not_type() -> None:
    story = draft(people=0).organiser(
        AddPeople((Newcomer("a", "Ana", "ana@example.org", "mentor", "Bread"),))
    )
    story.organiser(OpenEvent()).guest("a", Join(Newcomer("a", " ", headline="Salt")))
    person = story.state.participants["a"]
    assert (person.name, person.email, person.role, person.headline, person.presence) == (
        "Ana", "ana@example.org", "mentor", "Salt", "here",
    )  # fmt: skip


def test_someone_new_needs_a_name() -> None:
    assert refusal(evening().when(Join(Newcomer("z", "  ")), guest("z"))) == "blank"


def test_joining_twice_changes_nothing() -> None:
    assert evening().joins("a").told == ()


def test_an_event_holds_two_thousand_people() -> None:
    full = draft(people=2_000).organiser(OpenEvent())
    assert refusal(full.when(Join(newcomer("one-more")), guest("one-more"))) == "too-many-people"


def test_whoever_was_taken_out_does_not_come_in_again() -> None:
    story = evening().host(RemovePerson("a"))
    assert refusal(story.when(Join(newcomer("a")), guest("a"))) == "removed"


def test_someone_listed_but_removed_before_coming_stays_out() -> None:
    story = evening(here="bcd").host(RemovePerson("a"))
    assert refusal(story.when(Join(newcomer("a")), guest("a"))) == "removed"


def test_whoever_left_may_come_back() -> None:
    story = talking(people=8).guest("a", Leave()).joins("a")
    assert story.state.participants["a"].presence == "here"
    assert story.state.participants["a"].late_since == story.now


def test_someone_who_comes_during_the_announcement_is_fitted_in() -> None:
    story = evening(people=9, size=4, here=ids(8)).host(StartRound(1)).passes(3).joins("i")
    assert story.kinds() == ["ParticipantJoined", "RoundRefitted"]
    assert len(story.partners("i")) == 4
    story.passes(7)
    assert story.room_of("i") is not None


def test_someone_who_comes_in_the_last_two_seconds_is_seated_right_after_the_start() -> None:
    story = evening(people=8).host(StartRound(1)).passes(9).joins("z")
    assert story.kinds() == ["ParticipantJoined"]
    story.passes(1)
    assert story.kinds() == ["RoundStarted", "ParticipantSeated"]
    assert why(story) == [("z", "late")]


# Late


def test_a_latecomer_waits_in_the_lobby_and_is_seated_after_twenty_seconds() -> None:
    story = talking(people=7, size=4).passes(30).joins("z")
    assert story.room_of("z") is None
    story.passes(19.9)
    assert story.room_of("z") is None
    story.passes(0.1)
    assert why(story) == [("z", "late")]


def test_a_latecomer_takes_the_free_seat() -> None:
    story = talking(people=7, size=4).joins("z").passes(20)
    assert len(story.partners("z")) == 3


def test_a_latecomer_may_choose_to_go_in_at_once() -> None:
    story = talking(people=8).joins("z").guest("z", SeatMe())
    assert story.room_of("z") is not None
    assert refusal(story.when(SeatMe(), guest("z"))) == "not-late"


def test_a_latecomer_may_choose_to_wait() -> None:
    story = talking(people=8, rounds=2, minutes=2).joins("z").guest("z", WaitForNext())
    assert refusal(story.when(WaitForNext(), guest("z"))) == "not-late"
    story.passes(60)
    assert story.room_of("z") is None
    story.guest("z", SeatMe())
    assert story.room_of("z") is not None


def test_with_less_than_a_minute_left_a_latecomer_waits_for_the_next_round() -> None:
    story = talking(people=8, rounds=2, minutes=3).passes(121).joins("z")
    assert refusal(story.when(SeatMe(), guest("z"))) == "too-late"
    story.passes(40)
    assert story.room_of("z") is None
    story.passes(60)
    assert story.round.number == 2
    assert story.room_of("z") is not None


def test_a_latecomer_in_a_short_round_is_seated_while_half_of_it_is_left() -> None:
    story = talking(people=8, minutes=1).joins("z").passes(20)
    assert story.room_of("z") is not None


def test_a_latecomer_is_not_seated_while_the_round_is_paused() -> None:
    story = talking(people=8).joins("z").host(Pause(1)).passes(60)
    assert story.room_of("z") is None
    story.host(Resume(1))
    assert story.room_of("z") is not None


def test_a_latecomer_whom_no_room_may_take_is_seated_as_soon_as_one_can() -> None:
    story = evening(people=8, size=4, here="abc").host(KeepApart((("a", "d"),)), StartRound(1)).passes(10)
    story.joins("d")
    assert refusal(story.when(SeatMe(), guest("d"))) == "no-place"
    story.passes(20)
    assert why(story) == [("d", "late")]
    assert story.room_of("d") is None
    story.guest("a", Leave())
    assert story.partners("d") == {"b", "c"}


def test_two_latecomers_make_a_room_when_everyone_else_has_gone() -> None:
    story = talking(people=2, size=2).guest("a", Leave()).guest("b", Leave()).joins("y", "z")
    story.passes(20)
    assert story.partners("y") == {"z"}


def test_only_latecomers_choose() -> None:
    story = talking(people=8)
    assert refusal(story.when(WaitForNext(), guest("a"))) == "not-late"
    assert refusal(story.when(SeatMe(), guest("zz"))) == "unknown-person"


# Away, gone, back


def test_someone_away_keeps_the_seat_for_two_minutes() -> None:
    story = talking(people=8).shell(MarkAway("a"))
    assert story.room_of("a") is not None
    assert story.state.participants["a"].away_since == story.now
    story.shell(MarkGone("a"))
    assert story.room_of("a") is None
    assert story.state.participants["a"].presence == "left"


def test_old_news_about_connections_changes_nothing() -> None:
    story = evening()
    for news in (MarkReturned("a"), MarkAway("zz"), MarkGone("zz"), MarkReturned("zz")):
        assert story.shell(news).told == ()
    story.shell(MarkAway("a"))
    assert story.shell(MarkAway("a")).told == ()
    story.guest("b", Leave())
    assert story.shell(MarkGone("b")).told == ()
    story.host(CloseEvent())
    assert story.shell(MarkAway("c")).told == ()


def test_someone_left_alone_is_joined_to_another_room_in_the_same_decision() -> None:
    story = talking(people=6, size=2)
    a, b = sorted(story.rooms()[1])
    story.shell(MarkAway(a))
    assert story.kinds() == ["ParticipantWentAway", "ParticipantSeated"]
    assert why(story) == [(b, "alone")]
    assert story.partners(b)


def test_two_left_alone_join_each_other() -> None:
    story = talking(people=8, size=2)
    (a, b), (c, d) = sorted(story.rooms()[1]), sorted(story.rooms()[2])
    story.shell(MarkAway(a))
    beside = story.room_of(b)
    # Whoever of room 2 is lost next: b's new room has company, so d goes where they gain most.
    story.shell(MarkAway(c))
    assert story.room_of(d) is not None
    assert len(story.partners(d)) >= 2
    assert story.room_of(b) == beside


def test_the_last_two_left_alone_at_once_are_joined() -> None:
    story = talking(people=4, size=2)
    (a, b), (c, d) = sorted(story.rooms()[1]), sorted(story.rooms()[2])
    story.guest(a, Leave())
    story.guest(c, Leave())
    assert story.partners(b) == {d}


def test_the_only_one_left_stays_where_they_are() -> None:
    story = talking(people=2, size=2).shell(MarkAway("a"))
    assert story.kinds() == ["ParticipantWentAway"]
    assert story.room_of("b") is not None


def test_someone_left_with_only_a_person_they_are_kept_apart_from_waits_in_the_lobby() -> None:
    story = evening(people=4, size=2).host(KeepApart((("a", "b"),)), StartRound(1)).passes(10)
    (c,) = story.partners("a")
    (d,) = story.partners("b")
    story.guest(c, Leave())
    story.guest(d, Leave())
    assert {story.room_of("a"), story.room_of("b")} == {None, story.room_of("b") or story.room_of("a")}


def test_whoever_returns_to_a_room_with_company_just_sits_down() -> None:
    story = talking(people=8).shell(MarkAway("a"), MarkReturned("a"))
    assert story.kinds() == ["ParticipantReturned"]


def test_whoever_returns_to_an_empty_room_goes_where_the_partners_are_now() -> None:
    story = talking(people=8, size=2).passes(30)
    a, b = sorted(story.rooms()[1])
    story.shell(MarkAway(a)).passes(10)
    now_with = story.room_of(b)
    story.shell(MarkReturned(a))
    assert why(story) == [(a, "returned")]
    assert story.room_of(a) == now_with == story.room_of(b)


def test_whoever_returns_when_all_partners_have_gone_is_seated_where_they_gain_most() -> None:
    story = talking(people=6, size=2).passes(30)
    a, b = sorted(story.rooms()[1])
    story.shell(MarkAway(a)).guest(b, Leave())
    story.shell(MarkReturned(a))
    assert story.partners(a)


def test_whoever_was_away_when_the_round_began_is_seated_on_return() -> None:
    story = evening(people=8).shell(MarkAway("a")).host(StartRound(1)).passes(30)
    assert story.room_of("a") is None
    story.shell(MarkReturned("a"))
    assert why(story) == [("a", "returned")]


def test_whoever_is_lost_across_a_round_change_comes_back_into_the_new_room() -> None:
    story = talking(people=8, minutes=1).passes(50).shell(MarkAway("a")).passes(35)
    assert story.round.number == 2
    story.joins("a")
    assert story.state.participants["a"].presence == "here"
    story.passes(10)
    assert story.room_of("a") is not None


def test_away_time_is_not_time_together() -> None:
    story = talking(people=2, size=2, minutes=5).passes(40).shell(MarkAway("a")).passes(60)
    story.shell(MarkReturned("a")).passes(19).host(CallBack())
    assert story.pairs() == set()
    again = talking(people=2, size=2, minutes=5).passes(40).shell(MarkAway("a")).passes(60)
    again.shell(MarkReturned("a")).passes(20).host(CallBack())
    assert again.pairs() == {("a", "b")}


def test_leaving_frees_the_seat_for_good() -> None:
    story = talking(people=8).guest("a", Leave())
    assert story.state.participants["a"].presence == "left"
    assert refusal(story.when(Leave(), guest("a"))) == "not-here"
    assert refusal(story.host(CloseEvent()).when(Leave(), guest("b"))) == "over"


def test_who_leaves_during_the_announcement_is_fitted_out_and_nobody_else_moves() -> None:
    story = evening(people=12, size=4).host(StartRound(1))
    before = story.rooms()
    story.guest("a", Leave())
    after = story.rooms()
    assert {number: people - {"a"} for number, people in before.items()} == after


def test_who_would_be_alone_after_the_announcement_joins_others_before_it_starts() -> None:
    story = evening(people=6, size=2).host(StartRound(1))
    (partner,) = story.partners("a")
    story.guest("a", Leave())
    assert story.kinds() == ["ParticipantLeft", "RoundRefitted"]
    assert story.partners(partner)


def test_who_leaves_in_the_last_two_seconds_leaves_nobody_alone_after_the_start() -> None:
    story = evening(people=6, size=2).host(StartRound(1)).passes(9)
    (partner,) = story.partners("a")
    story.guest("a", Leave())
    assert story.kinds() == ["ParticipantLeft"]
    story.passes(1)
    assert why(story) == [(partner, "alone")]


# Resting


def test_sitting_out_an_announced_round_refits_it() -> None:
    story = evening(people=8).host(StartRound(1)).guest("a", SitOut())
    assert story.kinds() == ["ParticipantSatOut", "RoundRefitted"]
    assert story.room_of("a") is None
    assert "a" in story.round.resting
    assert refusal(story.when(SitOut(), guest("a"))) == "already-resting"
    story.guest("a", SitOut(False))
    assert story.room_of("a") is not None
    assert refusal(story.when(SitOut(False), guest("a"))) == "not-resting"


def test_sitting_out_lasts_for_one_round_and_is_no_forced_rest() -> None:
    story = talking(people=8, rounds=2, minutes=1).guest("a", SitOut()).passes(75)
    assert story.state.participants["a"].sits_out is False
    assert story.state.participants["a"].forced_rests == 0
    assert story.room_of("a") is not None


def test_sitting_out_a_running_round_leaves_nobody_alone() -> None:
    story = talking(people=6, size=2)
    (partner,) = story.partners("a")
    story.guest("a", SitOut())
    assert story.partners(partner)
    story.guest("a", SitOut(False))
    assert why(story) == [("a", "returned")]


def test_who_rules_keep_out_of_every_room_rests_and_it_is_counted() -> None:
    story = evening(people=4, size=2, minutes=1, here="ab").host(KeepApart((("a", "b"),)), StartRound(1))
    assert set(story.round.resting) == {"a", "b"}
    story.passes(90)
    assert [story.state.participants[id].forced_rests for id in "ab"] == [1, 1]


def test_only_those_who_are_here_rest() -> None:
    story = evening(people=8, here="bcd")
    assert refusal(story.when(SitOut(), guest("a"))) == "not-here"
    assert refusal(story.when(SitOut(), guest("zz"))) == "unknown-person"


# Help


def test_a_room_asks_for_help_once() -> None:
    story = talking(people=8).guest("a", AskHelp())
    partner = next(iter(story.partners("a")))
    assert refusal(story.when(AskHelp(), guest(partner))) == "help-asked"


def test_nobody_asks_for_help_from_the_lobby() -> None:
    assert refusal(evening().when(AskHelp(), guest("a"))) == "no-room"
    announced = evening().host(StartRound(1))
    assert refusal(announced.when(AskHelp(), guest("a"))) == "no-room"


# Contacts


def test_contacts_are_offered_to_people_really_met() -> None:
    story = talking(people=8).passes(59)
    partner = min(story.partners("a"))
    assert refusal(story.when(OfferContact(partner), guest("a"))) == "not-met"
    story.passes(1).guest("a", OfferContact(partner))
    assert story.state.contacts == (("a", partner),)
    assert refusal(story.when(OfferContact(partner), guest("a"))) == "already-offered"
    stranger = min(set(ids(8)) - story.partners("a") - {"a"})
    assert refusal(story.when(OfferContact(stranger), guest("a"))) == "not-met"
    story.guest("a", OfferContact(partner, on=False))
    assert not story.state.contacts
    assert refusal(story.when(OfferContact(partner, on=False), guest("a"))) == "not-offered"


def test_contacts_may_be_offered_after_the_event_and_to_who_has_left() -> None:
    story = talking(people=4).passes(70).guest("b", Leave()).host(CloseEvent())
    story.guest("a", OfferContact("b"))
    assert story.state.contacts == (("a", "b"),)


# Hosts


def test_hosts_come_and_go() -> None:
    story = evening()
    assert story.state.facilitators[HOST.id].here
    assert story.shell(HostCame(HOST.id, HOST.name)).told == ()
    story.shell(HostWent(HOST.id))
    assert not story.state.facilitators[HOST.id].here
    assert story.shell(HostWent(HOST.id)).told == ()
    assert refusal(story.when(HostCame("h2", " "), SYSTEM)) == "blank"


def test_a_host_may_say_another_name_and_stays_in_the_room_they_visit() -> None:
    story = talking(people=4).host(VisitRoom(1)).shell(HostCame(HOST.id, "Hal"))
    host = story.state.facilitators[HOST.id]
    assert (host.name, host.here, host.visiting) == ("Hal", True, 1)


# When it is over


@pytest.mark.parametrize("command", [SitOut(), AskHelp(), SeatMe(), WaitForNext()])
def test_after_the_end_guests_change_nothing_more(command: SitOut) -> None:
    assert refusal(evening().host(CloseEvent()).when(command, guest("a"))) == "over"


@pytest.mark.parametrize("command", [KeepApart(()), RemovePerson("a"), EndRound(1), LetWait("a")])
def test_after_the_end_hosts_change_nothing_more(command: EndRound) -> None:
    assert refusal(evening().host(CloseEvent()).when(command, HOST)) in ("over", "wrong-round", "not-started")

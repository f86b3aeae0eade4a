"""Running an event live: rounds, time, places, messages, help."""

from __future__ import annotations

import pytest

from rooms.commands import (
    AddRound,
    AskHelp,
    CallBack,
    CancelMove,
    CloseEvent,
    CloseHelp,
    EndRound,
    Extend,
    HostWent,
    KeepApart,
    Leave,
    LetWait,
    MarkAway,
    MovePerson,
    Pause,
    Resume,
    SendMessage,
    Shorten,
    SitOut,
    StartRound,
    TakeHelp,
    VisitRoom,
    Wake,
)
from rooms.effects import ApplyMedia, PrepareMedia, WakeAt
from rooms.facts import GraceStarted, ParticipantSeated, RoundAnnounced, RoundEnded, RoundStarted
from rooms.model import SYSTEM, Constellation
from tests.stories import HOST, ORGANISER, Story, draft, evening, guest, ids, refusal, talking

# Starting


def test_a_round_is_announced_ten_seconds_ahead() -> None:
    story = evening(people=8, minutes=5).host(StartRound(1))
    (announced,) = story.last(RoundAnnounced)
    assert isinstance(announced, RoundAnnounced)
    assert announced.starts_at == story.now + 10_000
    assert announced.ends_at == announced.starts_at + 300_000
    assert sorted(id for room in announced.rooms for id in room) == list(ids(8))
    assert story.state.phase == "rounds"


def test_now_means_in_half_a_second() -> None:
    story = evening().host(StartRound(1, now=True))
    assert story.round.starts_at == story.now + 500


def test_an_announcement_prepares_the_media_and_sets_the_timer() -> None:
    story = evening(people=4).host(StartRound(1))
    media = next(effect for effect in story.effects if isinstance(effect, PrepareMedia))
    assert (media.at, media.cutover, len(media.edges)) == (story.round.starts_at, 1, 12)
    assert WakeAt(story.round.starts_at) in story.effects


def test_a_round_starts_when_it_was_announced_for_and_rooms_change_then() -> None:
    story = evening(people=4).host(StartRound(1)).passes(9.9)
    assert story.stage() == "announced"
    story.passes(0.1)
    assert story.stage() == "running"
    media = next(effect for effect in story.effects if isinstance(effect, ApplyMedia))
    assert (len(media.edges), media.cutover) == (12, 1)


def test_a_timer_that_comes_early_changes_nothing_and_is_set_again() -> None:
    story = evening().host(StartRound(1))
    story.shell(Wake())
    assert story.told == ()
    assert story.effects == (WakeAt(story.round.starts_at),)


def test_pressing_next_twice_is_one_step() -> None:
    story = evening().host(StartRound(1))
    assert refusal(story.when(StartRound(1), ORGANISER)) == "wrong-round"
    assert refusal(story.when(StartRound(2), ORGANISER)) == "wrong-round"
    story.passes(10)
    assert refusal(story.when(StartRound(1), ORGANISER)) == "wrong-round"


def test_the_next_round_may_be_started_while_one_runs() -> None:
    story = talking(people=8).passes(70).host(StartRound(2))
    assert story.kinds()[:2] == ["RoundEnded", "RoundAnnounced"]
    assert story.state.past[0].met
    assert story.round.number == 2


def test_rounds_are_started_in_order() -> None:
    assert refusal(evening().when(StartRound(2), HOST)) == "wrong-round"


def test_no_round_starts_in_a_draft_or_after_the_end() -> None:
    assert refusal(draft().when(StartRound(1), HOST)) == "not-open"
    over = evening().host(CloseEvent())
    assert refusal(over.when(StartRound(1), HOST)) == "over"


def test_one_person_is_too_few_for_a_round() -> None:
    assert refusal(evening(here=("a",)).when(StartRound(1), HOST)) == "too-few"
    resting = evening(people=2).guest("a", SitOut())
    assert refusal(resting.when(StartRound(1), HOST)) == "too-few"


def test_after_the_last_round_there_is_none_until_one_is_added() -> None:
    story = talking(rounds=1, minutes=1).passes(75)
    assert story.state.phase == "plenary"
    assert refusal(story.when(StartRound(2), HOST)) == "no-rounds-left"
    story.host(AddRound(Constellation()), StartRound(2))
    assert story.round.number == 2


# The clock


def test_the_clock_runs_the_whole_evening() -> None:
    story = evening(people=8, rounds=3, minutes=2).host(StartRound(1))
    start = story.now
    story.passes(3 * (10 + 120 + 15))
    assert [past.number for past in story.state.past] == [1, 2, 3]
    assert [past.started_at - start for past in story.state.past] == [10_000, 155_000, 300_000]
    assert story.state.phase == "plenary"
    assert story.wake_at is None


def test_each_round_keeps_its_minutes_and_fifteen_seconds_of_grace() -> None:
    story = talking(minutes=2).passes(119.9)
    assert story.stage() == "running"
    story.passes(0.1)
    assert story.stage() == "grace"
    story.passes(14.9)
    assert story.round.number == 1
    story.passes(0.1)
    assert (story.round.number, story.stage()) == (2, "announced")


def test_a_server_that_slept_catches_up_in_order_with_the_scheduled_times() -> None:
    story = evening(rounds=2, minutes=1).host(StartRound(1))
    start = story.now
    story.sleeps(90).shell(Wake())
    assert story.kinds() == ["RoundStarted", "GraceStarted", "RoundEnded", "RoundAnnounced"]
    assert [fact.at - start for fact in story.told] == [10_000, 70_000, 85_000, 85_000]


def test_whoever_was_left_alone_while_the_server_slept_was_not_alone_in_the_log() -> None:
    story = evening(people=6, size=2, rounds=1, minutes=2).host(StartRound(1)).passes(9)
    (partner,) = story.partners("a")
    story.guest("a", Leave()).sleeps(200).shell(Wake())
    (seated,) = story.last(ParticipantSeated)
    assert isinstance(seated, ParticipantSeated)
    assert (seated.person, seated.at) == (partner, story.state.past[0].started_at)
    assert len(story.state.met[partner]) == 2


def test_what_is_due_happens_before_a_command_that_comes_after_it() -> None:
    story = talking(minutes=1).sleeps(61)
    story.host(Extend(1, 60))
    assert story.kinds() == ["GraceStarted", "RoundTimeChanged"]
    assert story.stage() == "running"


def test_a_manual_event_waits_for_its_host_after_a_round() -> None:
    story = talking(rounds=2, minutes=1, manual=True).passes(200)
    assert story.state.round is None
    assert story.state.phase == "rounds"
    assert story.wake_at is None
    story.host(StartRound(2))


def test_the_event_runs_on_when_all_hosts_vanish() -> None:
    story = talking(rounds=2, minutes=1).shell(HostWent(HOST.id)).passes(90)
    assert story.round.number == 2


def test_the_clock_waits_for_two_people_and_goes_on_when_they_are_here() -> None:
    story = talking(people=2, size=2, rounds=2, minutes=1).guest("a", Leave()).passes(100)
    assert story.state.round is None
    assert story.state.next_at is not None
    story.joins("c")
    assert story.kinds() == ["ParticipantJoined", "RoundAnnounced"]
    assert story.partners("b") == {"c"}


def test_time_never_runs_backwards_in_the_log() -> None:
    story = talking()
    story.now -= 5_000
    story.host(SendMessage("m", "Hello"))
    assert story.told[0].at == story.round.starts_at


# Taking back, calling back, closing


def test_a_move_can_be_taken_back_until_it_happens() -> None:
    story = evening(people=8).host(StartRound(1))
    seated = story.rooms()
    story.host(CancelMove(1))
    assert story.state.round is None
    assert story.state.phase == "plenary"
    story.passes(60)
    assert story.state.round is None
    story.host(StartRound(1))
    assert sorted(map(sorted, story.rooms().values())) == sorted(map(sorted, seated.values()))
    story.passes(10)
    assert refusal(story.when(CancelMove(1), HOST)) == "already-started"


def test_a_move_that_was_planned_anew_comes_back_as_it_was_announced() -> None:
    story = evening(people=9, size=3).plans().host(StartRound(1)).plans()
    seated = story.rooms()
    story.host(CancelMove(1), StartRound(1))
    assert sorted(map(sorted, story.rooms().values())) == sorted(map(sorted, seated.values()))


def test_calling_back_ends_the_round_and_its_meetings_count() -> None:
    story = talking(people=4, size=4).passes(61).host(CallBack(1))
    assert story.kinds() == ["RoundEnded", "PlenaryStarted", "SpeakerChanged"]
    assert len(story.pairs()) == 6
    assert story.state.phase == "plenary"
    assert refusal(story.when(CallBack(), HOST)) == "in-plenary"


def test_calling_back_takes_back_an_announced_move() -> None:
    story = evening().host(StartRound(1), CallBack(1))
    assert story.kinds() == ["MoveCancelled", "PlenaryStarted", "SpeakerChanged"]


def test_calling_back_from_the_open_lobby_begins_the_plenary() -> None:
    story = evening().host(CallBack())
    assert story.kinds() == ["PlenaryStarted", "SpeakerChanged"]
    assert story.state.phase == "plenary"


def test_a_stale_call_back_is_refused() -> None:
    assert refusal(talking().when(CallBack(2), HOST)) == "wrong-round"
    assert refusal(draft().when(CallBack(), HOST)) == "not-open"


def test_in_the_plenary_only_those_who_are_here_are_planned_for() -> None:
    story = evening(people=8, here="abcdef").plans()
    story.host(CallBack())
    assert story.wish is not None
    assert len(story.wish.problem.people) == 6


def test_closing_ends_the_running_round_and_the_event() -> None:
    story = talking(people=4).passes(61).host(CloseEvent())
    assert story.kinds() == ["RoundEnded", "EventClosed"]
    assert story.state.phase == "closed"
    assert len(story.pairs()) == 6
    assert refusal(story.when(CloseEvent(), HOST)) == "over"
    assert refusal(draft().when(CloseEvent(), HOST)) == "not-open"


@pytest.mark.parametrize(
    "command",
    [CancelMove(2), Pause(2), Resume(2), Extend(2), Shorten(2), EndRound(2), MovePerson(2, "a", 1)],
)
def test_a_command_for_another_round_than_the_live_one_is_refused(command: Pause) -> None:
    assert refusal(talking().when(command, HOST)) == "wrong-round"
    assert refusal(evening().when(command, HOST)) == "wrong-round"


# Time


def test_a_pause_freezes_the_round_and_resuming_moves_its_end() -> None:
    story = talking(minutes=2).passes(30).host(Pause(1)).passes(600)
    assert story.stage() == "running"
    assert refusal(story.when(Pause(1), HOST)) == "already-paused"
    story.host(Resume(1))
    assert story.seconds_left() == 90
    assert refusal(story.when(Resume(1), HOST)) == "not-paused"
    story.passes(90)
    assert story.stage() == "grace"


def test_paused_time_is_not_time_together() -> None:
    story = talking(people=2, size=2, minutes=4).passes(50).host(Pause(1)).passes(300).host(CallBack())
    assert story.pairs() == set()
    assert story.state.past[0].talked_ms == 50_000


def test_an_announced_move_can_be_paused() -> None:
    story = evening().host(StartRound(1)).passes(4).host(Pause(1)).passes(60).host(Resume(1))
    assert (story.round.starts_at - story.now) == 6_000
    media = [effect for effect in story.effects if isinstance(effect, PrepareMedia)]
    assert [each.at for each in media] == [story.round.starts_at]
    story.passes(6)
    assert story.stage() == "running"
    assert story.seconds_left() == 300


def test_grace_can_be_paused() -> None:
    story = talking(minutes=1).passes(65).host(Pause(1)).passes(100).host(Resume(1))
    assert (story.stage(), story.seconds_left()) == ("grace", 10)


def test_more_and_less_time() -> None:
    story = talking(minutes=2).host(Extend(1, 60))
    assert story.seconds_left() == 180
    story.host(Shorten(1, 30))
    assert story.seconds_left() == 150
    story.host(Shorten(1, 600))
    assert story.seconds_left() == 10
    assert refusal(story.when(Shorten(1, 60), HOST)) == "too-short"
    for seconds in (0, -5, 3_601):
        assert refusal(story.when(Extend(1, seconds), HOST)) == "bad-seconds"
        assert refusal(story.when(Shorten(1, seconds), HOST)) == "bad-seconds"


def test_an_announced_round_is_not_shortened_below_ten_seconds() -> None:
    story = evening(minutes=1).host(StartRound(1), Shorten(1, 600))
    assert story.round.ends_at - story.round.starts_at == 10_000


def test_more_time_in_grace_lets_the_round_go_on_from_now() -> None:
    story = talking(minutes=1).passes(65)
    assert refusal(story.when(Shorten(1, 10), HOST)) == "ending"
    story.host(Extend(1, 60))
    assert (story.stage(), story.seconds_left()) == ("running", 60)


def test_ending_a_round_gives_fifteen_seconds() -> None:
    story = talking().host(EndRound(1))
    (grace,) = story.last(GraceStarted)
    assert isinstance(grace, GraceStarted)
    assert grace.until == story.now + 15_000
    assert refusal(story.when(EndRound(1), HOST)) == "ending"
    story.passes(15)
    assert story.round.number == 2
    assert refusal(story.when(EndRound(2), HOST)) == "not-started"


def test_a_paused_round_can_be_ended() -> None:
    story = talking().host(Pause(1)).passes(100).host(EndRound(1)).passes(15)
    assert story.round.number == 2
    assert story.state.past[0].talked_ms == 15_000


# Places


def test_someone_is_moved_to_another_room() -> None:
    story = talking(people=8)
    who = sorted(story.rooms()[1])[0]
    story.host(MovePerson(1, who, 2))
    assert story.kinds() == ["ParticipantSeated"]
    assert story.room_of(who) == 2
    assert any(isinstance(effect, ApplyMedia) for effect in story.effects)
    assert refusal(story.when(MovePerson(1, who, 2), HOST)) == "already-there"
    assert refusal(story.when(MovePerson(1, who, 9), HOST)) == "no-room"


def test_the_one_left_behind_is_joined_to_others_at_once() -> None:
    story = talking(people=4, size=2)
    who, partner = sorted(story.rooms()[1])
    story.host(MovePerson(1, who, 2))
    assert story.room_of(partner) == 2
    assert [fact.why for fact in story.last(ParticipantSeated) if isinstance(fact, ParticipantSeated)] == [
        "moved", "alone",
    ]  # fmt: skip


def test_someone_moved_to_the_lobby_stays_there_this_round() -> None:
    story = talking(people=8, rounds=2, minutes=2).host(MovePerson(1, "a", None)).passes(60)
    assert story.room_of("a") is None
    assert refusal(story.when(MovePerson(1, "a", None), HOST)) == "already-there"
    story.host(MovePerson(1, "a", 2))
    assert story.room_of("a") == 2
    story.host(MovePerson(1, "a", None)).passes(100)
    assert story.round.number == 2
    assert story.room_of("a") is not None


def test_moves_that_cannot_be_are_refused() -> None:
    story = talking(people=10, size=5).shell(MarkAway("a")).guest("b", SitOut())
    assert refusal(story.when(MovePerson(1, "a", 1), HOST)) == "not-here"
    assert refusal(story.when(MovePerson(1, "b", 1), HOST)) == "resting"
    assert refusal(story.when(MovePerson(1, "zz", 1), HOST)) == "unknown-person"
    story.guest("c", Leave())
    assert refusal(story.when(MovePerson(1, "c", 1), HOST)) == "not-here"


def test_nobody_is_moved_to_someone_they_are_kept_apart_from() -> None:
    story = evening(people=8).host(KeepApart((("a", "b"),)), StartRound(1)).passes(10)
    assert refusal(story.when(MovePerson(1, "a", story.room_of("b")), HOST)) == "apart"


def test_nobody_is_moved_into_an_empty_room() -> None:
    story = talking(people=6, size=2)
    for who in sorted(story.rooms()[3]):
        story.host(MovePerson(1, who, 1)) if story.room_of(who) == 3 else None
    assert 3 not in story.rooms()
    assert refusal(story.when(MovePerson(1, sorted(story.rooms()[2])[0], 3), HOST)) == "alone"


def test_an_announced_seating_can_be_changed_by_hand() -> None:
    story = evening(people=8).host(StartRound(1))
    who = sorted(story.rooms()[1])[0]
    story.host(MovePerson(1, who, 2))
    assert story.kinds() == ["RoundRefitted"]
    assert story.room_of(who) == 2
    story.host(MovePerson(1, who, None)).passes(10)
    assert story.room_of(who) is None
    assert len(story.rooms()[2]) == 4


def test_someone_told_to_wait_can_be_put_back_into_the_announced_round() -> None:
    story = evening(people=8).host(StartRound(1), MovePerson(1, "a", None), MovePerson(1, "a", 1)).passes(30)
    assert story.room_of("a") == 1


def test_a_latecomer_is_told_to_wait() -> None:
    story = talking(people=8).joins("late").host(LetWait("late")).passes(60)
    assert story.room_of("late") is None
    assert refusal(story.when(LetWait("late"), HOST)) == "not-late"
    assert refusal(story.when(LetWait("a"), HOST)) == "not-late"
    assert refusal(story.when(LetWait("zz"), HOST)) == "unknown-person"
    assert refusal(evening().when(LetWait("a"), HOST)) == "not-started"


# Words and help


def test_a_message_goes_to_everyone() -> None:
    story = evening().host(SendMessage("m1", "Two minutes,\nthen we begin"))
    assert story.state.message is not None
    assert (story.state.message.text, story.state.message.by) == ("Two minutes,\nthen we begin", "Hal")
    assert refusal(story.when(SendMessage("m2", " \n "), HOST)) == "blank"
    assert refusal(story.when(SendMessage("m2", "x" * 2_001), HOST)) == "too-long"
    assert refusal(draft().when(SendMessage("m", "Hello"), HOST)) == "not-open"


def test_help_is_asked_for_taken_and_done() -> None:
    story = talking(people=8).guest("a", AskHelp())
    room = story.room_of("a")
    assert room is not None
    help = story.round.rooms[room].help
    assert help is not None
    assert (help.asked_by, help.taken_by) == ("a", "")
    story.host(TakeHelp(room))
    assert refusal(story.when(TakeHelp(room), ORGANISER)) == "help-taken"
    story.host(CloseHelp(room))
    assert refusal(story.when(CloseHelp(room), HOST)) == "no-help"
    assert refusal(story.when(TakeHelp(room), HOST)) == "no-help"
    assert refusal(story.when(TakeHelp(9), HOST)) == "no-room"


def test_the_room_itself_may_say_that_it_is_helped_another_room_not() -> None:
    story = talking(people=8).guest("a", AskHelp())
    room = story.room_of("a")
    assert room is not None
    stranger = next(iter(story.rooms()[3 - room]))
    assert refusal(story.when(CloseHelp(room), guest(stranger))) == "other-room"
    story.guest(next(iter(story.partners("a"))), CloseHelp(room))
    assert story.round.rooms[room].help is None


def test_help_is_forgotten_when_the_room_empties_or_the_round_ends() -> None:
    story = talking(people=4, size=2, minutes=1).guest("a", AskHelp())
    partner = next(iter(story.partners("a")))
    story.guest("a", Leave())
    assert story.room_of(partner) is not None
    assert all(room.help is None for room in story.round.rooms.values())


def test_a_visit_is_seen_until_the_host_leaves_or_the_round_ends() -> None:
    story = talking(people=8, minutes=1).host(VisitRoom(1))
    assert story.state.facilitators[HOST.id].visiting == 1
    assert refusal(story.when(VisitRoom(1), HOST)) == "already-there"
    story.host(VisitRoom(None))
    assert refusal(story.when(VisitRoom(None), HOST)) == "not-visiting"
    assert refusal(story.when(VisitRoom(9), HOST)) == "no-room"
    story.host(VisitRoom(2)).passes(80)
    assert story.state.facilitators[HOST.id].visiting is None
    assert refusal(story.when(VisitRoom(1), HOST)) == "not-started"
    assert refusal(story.when(VisitRoom(1), ORGANISER)) == "host-unknown"


def test_an_empty_room_is_not_visited() -> None:
    story = talking(people=4, size=2)
    for who in sorted(story.rooms()[2]):
        story.guest(who, Leave())
    assert refusal(story.when(VisitRoom(2), HOST)) == "alone"


# Restart


def test_a_late_start_takes_the_scheduled_time() -> None:
    story = evening().host(StartRound(1)).sleeps(12)
    story.do(Wake(), SYSTEM)
    (started,) = story.last(RoundStarted)
    assert started.at == story.now - 2_000


def test_the_end_of_a_round_says_when_the_next_is_announced() -> None:
    story: Story = talking(minutes=1, rounds=2).passes(75)
    (ended,) = [fact for fact in story.facts if isinstance(fact, RoundEnded)]
    assert ended.next_at == ended.at

"""Who sees and hears whom: rooms, visits, a host who speaks to everyone, and those whom a host has muted."""

from __future__ import annotations

from itertools import permutations

from rooms.commands import (
    CallBack,
    CancelMove,
    CloseEvent,
    HostCame,
    HostWent,
    Leave,
    MarkAway,
    MarkReturned,
    MovePerson,
    MuteGuest,
    SpeakToAll,
    StartRound,
    UnmuteMe,
    VisitRoom,
)
from rooms.decide import standing_effects
from rooms.effects import ApplyMedia, BroadcastMedia, Edge, GateMedia, PrepareMedia
from rooms.media import edges
from rooms.model import SYSTEM, By
from rooms.views import view
from tests.stories import HOST, ORGANISER, Story, evening, guest, refusal, talking

CO_HOST = By("facilitator", "pia", "Pia")


def heard_in(story: Story, room: int) -> set[Edge]:
    """The edges among those of one room."""
    return set(permutations(story.rooms()[room], 2))


def medias(story: Story) -> list[str]:
    """What the last command asked of the media plane, in order."""
    kinds = (PrepareMedia, ApplyMedia, BroadcastMedia, GateMedia)
    return [type(effect).__name__ for effect in story.effects if isinstance(effect, kinds)]


# Rooms


def test_everyone_in_a_room_receives_everyone_else_in_it() -> None:
    story = talking(people=8)
    assert set(edges(story.state)) == heard_in(story, 1) | heard_in(story, 2)
    assert len(edges(story.state)) == 24


def test_whoever_is_away_is_received_by_nobody() -> None:
    story = talking(people=8).shell(MarkAway("a"))
    assert not any("a" in edge for edge in edges(story.state))
    assert len(edges(story.state)) == 18


def test_there_is_nobody_to_receive_between_rounds() -> None:
    assert edges(evening(people=8).host(StartRound(1)).state) == ()


# Visits


def test_a_visiting_host_sees_and_hears_the_room_and_it_them() -> None:
    story = talking(people=8)
    before = story.state.cutover
    story.host(VisitRoom(1))
    people = story.rooms()[1]
    added = set(edges(story.state)) - heard_in(story, 1) - heard_in(story, 2)
    assert added == {(HOST.id, id) for id in people} | {(id, HOST.id) for id in people}
    assert medias(story) == ["ApplyMedia"]
    assert story.state.cutover == before + 1


def test_a_host_who_goes_on_to_another_room_is_out_of_the_first() -> None:
    story = talking(people=8).host(VisitRoom(1), VisitRoom(2))
    assert {other for host, other in edges(story.state) if host == HOST.id} == story.rooms()[2]
    story.host(VisitRoom(None))
    assert not any(HOST.id in edge for edge in edges(story.state))
    assert medias(story) == ["ApplyMedia"]


def test_a_visit_ends_with_the_round_and_with_the_host() -> None:
    story = talking(people=8, minutes=1).host(VisitRoom(1)).shell(HostWent(HOST.id))
    assert medias(story) == ["ApplyMedia"]
    assert not any(HOST.id in edge for edge in edges(story.state))
    story.shell(HostCame(HOST.id, HOST.name)).host(VisitRoom(1)).passes(75)
    assert edges(story.state) == ()


def test_someone_moved_into_a_visited_room_meets_the_host_there() -> None:
    story = talking(people=8).host(VisitRoom(1))
    mover = min(story.rooms()[2])
    story.host(MovePerson(1, mover, 1))
    assert {(HOST.id, mover), (mover, HOST.id)} <= set(edges(story.state))


def test_two_hosts_in_one_room_see_and_hear_each_other() -> None:
    story = talking(people=8).shell(HostCame(CO_HOST.id, CO_HOST.name))
    story.host(VisitRoom(1)).do(VisitRoom(1), CO_HOST)
    assert {(HOST.id, CO_HOST.id), (CO_HOST.id, HOST.id)} <= set(edges(story.state))


def test_where_not_all_fit_hosts_come_first() -> None:
    story = talking(people=8).host(VisitRoom(1))
    receiver = min(story.rooms()[1])
    senders = [sender for sender, to in edges(story.state) if to == receiver]
    assert senders[0] == HOST.id


# To everyone


def test_a_host_speaks_to_everyone_and_the_rooms_go_on() -> None:
    story = talking(people=8)
    rooms = edges(story.state)
    story.host(SpeakToAll())
    assert BroadcastMedia(HOST.id) in story.effects
    assert medias(story) == ["BroadcastMedia", "ApplyMedia"]
    assert edges(story.state) == rooms
    for who in (guest("a"), HOST, ORGANISER):
        card = view(story.state, who).event
        assert (card.speaker, card.speaker_name) == (HOST.id, "Hal")
    assert refusal(story.when(SpeakToAll(), HOST)) == "already-speaking"
    story.host(SpeakToAll(False))
    assert BroadcastMedia(None) in story.effects
    assert view(story.state, guest("a")).event.speaker is None
    assert refusal(story.when(SpeakToAll(False), HOST)) == "not-speaking"


def test_another_host_takes_over_and_only_they_can_end_it() -> None:
    story = talking(people=8).shell(HostCame(CO_HOST.id, CO_HOST.name)).host(SpeakToAll())
    story.do(SpeakToAll(), CO_HOST)
    assert BroadcastMedia(CO_HOST.id) in story.effects
    assert refusal(story.when(SpeakToAll(False), HOST)) == "not-speaking"
    story.do(SpeakToAll(False), CO_HOST)
    assert story.state.speaker == ""


def test_a_host_who_goes_speaks_no_more() -> None:
    story = talking(people=8).host(SpeakToAll()).shell(HostWent(HOST.id))
    assert medias(story) == ["BroadcastMedia", "ApplyMedia"]
    assert BroadcastMedia(None) in story.effects
    assert view(story.state, guest("a")).event.speaker is None


def test_nobody_speaks_to_everyone_before_the_doors_open_or_after_the_end_or_without_a_name() -> None:
    story = evening()
    assert refusal(story.when(SpeakToAll(), ORGANISER)) == "host-unknown"
    assert refusal(story.when(SpeakToAll(), guest("a"))) == "not-allowed"
    story.host(SpeakToAll(), CloseEvent())
    assert BroadcastMedia(None) in story.effects
    assert refusal(story.when(SpeakToAll(), HOST)) == "over"


def test_whoever_calls_everyone_back_speaks_to_them_until_the_next_round_starts() -> None:
    story = talking(people=8).passes(70).host(CallBack(1))
    assert story.state.speaker == HOST.id
    assert medias(story) == ["BroadcastMedia", "ApplyMedia"]
    story.host(StartRound(2))
    assert story.state.speaker == HOST.id
    story.passes(10)
    assert story.state.speaker == ""
    assert medias(story) == ["BroadcastMedia", "ApplyMedia"]


def test_a_host_without_a_page_calls_everyone_back_unheard() -> None:
    assert evening().organiser(CallBack()).state.speaker == ""


def test_a_host_who_speaks_already_goes_on_in_the_plenary() -> None:
    story = evening().host(SpeakToAll(), CallBack())
    assert story.kinds() == ["PlenaryStarted"]
    assert story.state.speaker == HOST.id


def test_a_host_in_a_room_who_speaks_to_everyone_is_received_once() -> None:
    story = talking(people=8).host(VisitRoom(1), SpeakToAll())
    assert not any(sender == HOST.id for sender, _ in edges(story.state))
    assert {sender for sender, to in edges(story.state) if to == HOST.id} == story.rooms()[1]
    story.host(SpeakToAll(False))
    assert {to for sender, to in edges(story.state) if sender == HOST.id} == story.rooms()[1]


def test_an_announced_move_is_prepared_again_after_a_host_has_spoken() -> None:
    story = evening(people=8).host(StartRound(1), SpeakToAll())
    assert medias(story) == ["BroadcastMedia", "ApplyMedia", "PrepareMedia"]
    prepared = next(effect for effect in story.effects if isinstance(effect, PrepareMedia))
    assert prepared.cutover == story.state.cutover + 1
    story.passes(10)
    assert story.state.cutover == prepared.cutover
    assert set(edges(story.state)) == set(prepared.edges)
    story = evening(people=8).host(StartRound(1), SpeakToAll(), CancelMove(1))
    assert story.state.speaker == HOST.id


def test_who_speaks_stands_after_a_restart() -> None:
    story = talking(people=8).host(SpeakToAll(), MuteGuest("a"))
    wanted = standing_effects(story.state, story.now)
    assert BroadcastMedia(HOST.id) in wanted
    assert GateMedia("a", "audio", False) in wanted


# Muted


def test_a_muted_guest_is_told_and_turns_the_microphone_on_again() -> None:
    story = talking(people=8).host(MuteGuest("a"))
    assert GateMedia("a", "audio", False) in story.effects
    assert view(story.state, guest("a")).you.muted == ("audio",)  # type: ignore[union-attr]
    assert view(story.state, HOST).people["a"].muted == ("audio",)  # type: ignore[union-attr]
    assert refusal(story.when(MuteGuest("a"), HOST)) == "already-muted"
    assert refusal(story.when(UnmuteMe(), HOST)) == "not-allowed"
    story.guest("a", UnmuteMe())
    assert GateMedia("a", "audio", True) in story.effects
    assert refusal(story.when(UnmuteMe(), guest("a"))) == "not-muted"


def test_microphone_and_camera_are_muted_apart() -> None:
    story = talking(people=8).host(MuteGuest("a", "video"), MuteGuest("a", "audio"))
    story.guest("a", UnmuteMe("video"))
    assert story.state.participants["a"].muted == ("audio",)
    assert refusal(story.when(UnmuteMe("video"), guest("a"))) == "not-muted"


def test_whoever_is_muted_stays_so_over_moves_and_a_lost_line_but_not_when_they_come_again() -> None:
    story = talking(people=8, minutes=1).host(MuteGuest("a")).passes(100)
    story.shell(MarkAway("a"), MarkReturned("a"))
    assert story.state.participants["a"].muted == ("audio",)
    story.guest("a", Leave())
    assert refusal(story.when(MuteGuest("a"), HOST)) == "not-here"
    assert story.joins("a").state.participants["a"].muted == ()


def test_only_hosts_mute_and_only_who_is_there() -> None:
    story = talking(people=8)
    assert refusal(story.when(MuteGuest("b"), guest("a"))) == "not-allowed"
    assert refusal(story.when(MuteGuest("b"), SYSTEM)) == "not-allowed"
    assert refusal(story.when(MuteGuest("zz"), HOST)) == "unknown-person"
    story.host(CloseEvent())
    assert refusal(story.when(MuteGuest("b"), HOST)) == "over"

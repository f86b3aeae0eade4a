"""Stories of one event: sessions on lines of memory, a clock that runs only when everyone waits."""

from __future__ import annotations

import asyncio
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rooms.commands import (
    AddPeople,
    AnyCommand,
    AskHelp,
    Extend,
    Leave,
    MixAgain,
    Pause,
    RemovePerson,
    SetTopic,
    SitOut,
    StartRound,
)
from rooms.model import By
from server import protocol
from server.digest import digest
from server.journal import Entry, JournalFailed
from server.journal_memory import MemoryJournal
from tests.server.house import MINUTES, ORGANISER, House, Line, guest, newcomer, story

HOST = By("facilitator", "h1", "Ama")
FULL = 20 * MINUTES * 60  # seconds: long enough for anything to end


async def welcomed(house: House, who: By) -> Line:
    line = house.line(who)
    await house.settled()
    assert line.of_type("Welcome"), line.heard
    return line


async def full_house(people: int = 4, **options: Any) -> tuple[House, list[Line], Line]:
    """An open event with everyone and the organiser there."""
    house = House()
    await house.event(people, **options)
    for number in range(1, people + 1):
        await house.join(number)
    guests = [await welcomed(house, guest(number)) for number in range(1, people + 1)]
    return house, guests, await welcomed(house, ORGANISER)


async def start_round(house: House, number: int = 1) -> None:
    await house.done(StartRound(number, now=True))
    await asyncio.sleep(1)
    assert house.actor.event.round is not None and house.actor.event.round.state == "running"


# Telling


@story
async def test_everybody_sees_a_round_start_and_the_commander_is_answered_after_it() -> None:
    house, guests, host = await full_house()
    host.do(StartRound(1), "c1")
    await house.settled()
    (done,) = host.of_type("Done")
    before = host.heard[host.heard.index(done) - 1]
    assert before["changes"][-1]["kind"] == "RoundAnnounced"
    assert done == {"type": "Done", "cid": "c1", "seq": before["seq"]}
    await asyncio.sleep(10)
    for line in guests:
        assert line.kinds()[-2:] == ["RoundAnnounced", "RoundStarted"]
        assert line.view["clock"]["state"] == "running"
        assert len(line.view["room"]["people"]) == 2
    await house.close()


@story
async def test_following_what_is_told_gives_what_a_fresh_look_gives() -> None:
    house, guests, host = await full_house(5)
    late = await welcomed(house, HOST)
    await start_round(house)
    guests[0].do(AskHelp(), "h")
    late.do(Extend(1), "x")
    guests[2].do(Leave(), "l")
    await asyncio.sleep(FULL)
    for line in [*guests[:2], *guests[3:], host, late]:
        line.heard.clear()
        told = line.view
        line.send(protocol.Resync("test"))
        await house.settled()
        assert line.of_type("Welcome")[0]["view"] == told
    await house.close()


@story
async def test_one_decision_is_one_message_whose_bytes_are_shared() -> None:
    house, guests, _ = await full_house()
    before = [len(line.frames) for line in guests]
    await house.done(SetTopic(1, "Maps"))
    assert [len(line.frames) for line in guests] == [count + 1 for count in before]
    assert all(line.frames[-1] is guests[0].frames[-1] for line in guests)
    await house.close()


@story
async def test_hosts_hear_of_the_planner_and_guests_do_not() -> None:
    house, guests, host = await full_house()
    await house.done(MixAgain(seed=2))
    await house.settled()
    said = host.of_type("Planning")
    assert said[0]["on"] is True and said[-1]["on"] is False
    assert said[-1]["bound"] >= said[-1]["distinct"] > 0
    assert not guests[0].of_type("Planning")
    await house.close()


# Commands


@story
async def test_a_repeated_command_gets_its_first_answer_and_is_not_done_again() -> None:
    house, _, host = await full_house()
    host.do(SetTopic(1, "Maps"), "same")
    host.do(SetTopic(1, "Maps"), "same")
    await house.settled()
    first, second = host.of_type("Done")
    assert first == second
    assert host.kinds().count("TopicSet") == 1
    await house.close()


@story
async def test_a_repeated_command_gets_its_first_answer_also_after_a_restart() -> None:
    house, _, host = await full_house()
    host.do(SetTopic(1, "Maps"), "same")
    await house.settled()
    (first,) = host.of_type("Done")
    await house.close()

    again = House(house.journal.stored)
    await again.registry.start()
    returned = await welcomed(again, ORGANISER)
    returned.do(SetTopic(1, "Maps"), "same")
    await again.settled()
    assert returned.of_type("Done") == [first]
    assert "TopicSet" not in returned.kinds()
    await again.close()


@story
async def test_a_repeated_refusal_is_the_same_even_when_the_command_would_be_possible_now() -> None:
    house, guests, _ = await full_house()
    guests[0].do(AskHelp(), "same")
    await house.settled()
    await start_round(house)
    guests[0].do(AskHelp(), "same")
    await house.settled()
    first, second = guests[0].of_type("Refusal")
    assert first == second
    await house.close()


@story
async def test_the_same_cid_of_somebody_else_is_another_command() -> None:
    house, _, host = await full_house()
    other = await welcomed(house, HOST)
    host.do(SetTopic(1, "Maps"), "same")
    other.do(SetTopic(2, "Bread"), "same")
    await house.settled()
    assert [round.topic for round in house.actor.event.agenda[:2]] == ["Maps", "Bread"]
    await house.close()


@story
async def test_a_guest_cannot_do_what_hosts_do() -> None:
    house, guests, _ = await full_house()
    guests[0].do(StartRound(1), "c")
    await house.settled()
    assert guests[0].of_type("Refusal")[0]["code"] == "not-allowed"
    assert guests[0].closed is None
    await house.close()


@story
async def test_of_two_hosts_pressing_next_at_once_the_second_is_told_that_it_has_happened() -> None:
    house, _, host = await full_house()
    other = await welcomed(house, HOST)
    await start_round(house)
    host.do(Pause(1), "a")
    other.do(Pause(1), "b")
    await house.settled()
    assert host.of_type("Done") and other.of_type("Refusal")[0]["code"] == "already-paused"
    await house.close()


@story
async def test_who_leaves_is_answered_and_then_closed() -> None:
    house, guests, _ = await full_house()
    guests[0].do(Leave(), "bye")
    await house.settled()
    assert guests[0].of_type("Done") and guests[0].closed == (1000, "left")
    await house.close()


@story
async def test_who_is_removed_is_closed_and_kept_out() -> None:
    house, guests, _ = await full_house()
    await house.done(RemovePerson("p1"))
    assert guests[0].closed == (4009, "removed")
    guests[0].lose()
    again = house.line(guest(1))
    await house.settled()
    assert again.closed == (4009, "removed") and not again.heard
    await house.close()


@story
async def test_a_revoked_link_ends_its_connections() -> None:
    house, guests, _ = await full_house()
    house.actor.dismiss("p1", "revoked")
    assert guests[0].closed == (4010, "revoked")
    assert guests[1].closed is None
    await house.close()


# Taking over


@story
async def test_a_newer_window_of_a_guest_takes_over_and_the_older_one_takes_nobody_with_it() -> None:
    house, (older, *_), _ = await full_house()
    newer = await welcomed(house, guest(1))
    assert older.closed == (4001, "taken-over")
    older.lose()
    await asyncio.sleep(300)
    assert newer.view["people"]["p1"]["presence"] == "here"
    await house.done(SetTopic(1, "Maps"))
    assert newer.kinds() == ["TopicSet"]
    await house.close()


@story
async def test_nobody_is_told_of_a_host_who_has_not_said_a_name() -> None:
    house, _, _ = await full_house()
    line = await welcomed(house, By("organiser", "o2"))
    assert line.view["people"]
    assert "o2" not in house.actor.event.facilitators
    line.lose()
    await asyncio.sleep(60)
    assert "o2" not in house.actor.event.facilitators
    await house.close()


@story
async def test_a_host_who_says_a_name_in_a_second_window_is_called_so() -> None:
    house, _, _ = await full_house()
    await welcomed(house, By("organiser", ORGANISER.id, "Hanne"))
    assert house.actor.event.facilitators[ORGANISER.id].name == "Hanne"
    await house.close()


@story
async def test_a_host_may_have_several_windows() -> None:
    house, _, first = await full_house()
    second = await welcomed(house, ORGANISER)
    assert first.closed is None
    second.lose()
    await asyncio.sleep(60)
    assert first.view["hosts"]["o1"]["here"]
    first.lose()
    await asyncio.sleep(60)
    assert not house.actor.event.facilitators["o1"].here
    await house.close()


@story
async def test_nobody_has_more_than_five_connections() -> None:
    house, _, _ = await full_house()
    lines = [house.line(HOST) for _ in range(6)]
    await house.settled()
    assert [line.closed for line in lines] == [None] * 5 + [(4013, "too-many-sockets")]
    lines[0].lose()
    assert (await welcomed(house, HOST)).closed is None
    await house.close()


# Coming back


@story
async def test_who_returns_gets_every_change_that_was_missed_in_order() -> None:
    house, guests, _ = await full_house()
    gone = guests[0]
    gone.lose()
    await start_round(house)
    await house.done(SetTopic(2, "Maps"))
    before = gone.seq
    back = Line(house)
    back.view, back.epoch, back.seq = gone.view, gone.epoch, before
    back.hello(house.ticket(guest(1)), gone.epoch, before)
    await house.settled()
    assert not back.of_type("Welcome")
    (resumed,) = back.of_type("Resumed")
    assert resumed["seq"] == house.actor.seq
    assert back.kinds()[:2] == ["RoundAnnounced", "RoundStarted"]
    assert back.view == (await welcomed(house, guest(1))).view
    await house.close()


@story
async def test_who_returns_after_a_restart_misses_nothing() -> None:
    house, guests, _ = await full_house()
    await house.done(SetTopic(1, "Maps"))
    kept = guests[0]
    stored = house.journal.stored
    await house.close()

    again = House(stored)
    await again.registry.start()
    await again.done(SetTopic(2, "Bread"))
    back = Line(again)
    back.view, back.seq = kept.view, kept.seq
    back.hello(again.ticket(guest(1)), kept.epoch, kept.seq)
    await again.settled()
    assert back.of_type("Resumed") and back.kinds() == ["TopicSet"]
    assert back.view["rounds"]["2"]["topic"] == "Bread"
    await again.close()


@story
async def test_of_another_epoch_or_too_long_ago_everything_is_sent_anew() -> None:
    house, guests, _ = await full_house()
    other_epoch = house.line(guest(1), epoch=2, seq=3)
    from_the_future = house.line(guest(2), epoch=1, seq=house.actor.seq + 100)
    for number in range(300):
        await house.done(SetTopic(1, f"Topic {number}"))
    too_long_ago = house.line(guest(3), epoch=1, seq=guests[2].seq - 299)
    await house.settled()
    for line in (other_epoch, from_the_future, too_long_ago):
        assert line.of_type("Welcome") and not line.of_type("Resumed")
    await house.close()


@story
async def test_a_guest_lost_across_a_round_change_comes_back_into_the_new_room() -> None:
    house, guests, _ = await full_house(rounds=2)
    await start_round(house)
    guests[0].lose()
    await asyncio.sleep(5)
    await start_round_two(house)
    back = await welcomed(house, guest(1))
    assert back.view["clock"]["number"] == 2
    assert "p1" in back.view["room"]["people"]
    await house.close()


async def start_round_two(house: House) -> None:
    await house.done(StartRound(2, now=True))
    await asyncio.sleep(1)


# Presence


@story
async def test_a_lost_connection_is_a_signal_at_once_then_away_then_left() -> None:
    house, guests, host = await full_house()
    guests[0].lose()
    await asyncio.sleep(0.1)
    assert host.of_type("Reconnecting") == [{"type": "Reconnecting", "person": "p1", "on": True}]
    await asyncio.sleep(19.5)
    assert host.view["people"]["p1"]["presence"] == "here"
    await asyncio.sleep(1)
    assert host.view["people"]["p1"]["presence"] == "away"
    await asyncio.sleep(98)
    assert host.view["people"]["p1"]["presence"] == "away"
    await asyncio.sleep(2)
    assert host.view["people"]["p1"]["presence"] == "left"
    assert host.of_type("Reconnecting")[-1]["on"] is False
    await house.close()


@story
async def test_in_a_rehearsal_absences_run_on_the_events_clock() -> None:
    house, guests, host = await full_house(rate=20)
    guests[0].lose()
    await asyncio.sleep(1.1)
    assert host.view["people"]["p1"]["presence"] == "away"
    await asyncio.sleep(5)
    assert host.view["people"]["p1"]["presence"] == "left"
    await house.close()


@story
async def test_who_is_away_or_has_left_is_here_again_with_the_next_hello() -> None:
    for absence, fact in ((30, "ParticipantReturned"), (200, "ParticipantJoined")):
        house, guests, host = await full_house()
        guests[0].lose()
        await asyncio.sleep(absence)
        back = await welcomed(house, guest(1))
        assert back.view["you"]["presence"] == "here"
        assert fact in host.kinds()
        await asyncio.sleep(300)
        assert host.view["people"]["p1"]["presence"] == "here"
        await house.close()


@story
async def test_who_joins_and_never_connects_is_away_and_then_gone_without_a_signal() -> None:
    house, guests, host = await full_house(5)
    guests[4].do(Leave(), "bye")
    await house.settled()
    guests[4].lose()
    await house.join(5)
    await asyncio.sleep(10)
    assert host.view["people"]["p5"]["presence"] == "here"
    await asyncio.sleep(15)
    assert host.view["people"]["p5"]["presence"] == "away"
    await asyncio.sleep(100)
    assert host.view["people"]["p5"]["presence"] == "left"
    assert not host.of_type("Reconnecting")
    await house.close()


@story
async def test_someone_on_the_list_looks_on_until_they_join() -> None:
    house, _, host = await full_house()
    await house.done(AddPeople((newcomer(9),)))
    looking = await welcomed(house, guest(9))
    await asyncio.sleep(300)
    assert host.view["people"]["p9"]["presence"] == "expected" and looking.closed is None
    await house.join(9)
    await asyncio.sleep(300)
    assert looking.view["you"]["presence"] == "here"
    await house.close()


@story
async def test_a_page_that_reloads_makes_no_signal() -> None:
    house, guests, host = await full_house()
    guests[0].lose()
    await welcomed(house, guest(1))
    await asyncio.sleep(30)
    assert not host.of_type("Reconnecting")
    assert "ParticipantWentAway" not in host.kinds()
    await house.close()


@story
async def test_at_a_restart_everyone_who_was_here_is_awaited_from_then_on() -> None:
    house, _, _ = await full_house()
    await house.close()
    again = House(house.journal.stored)
    await asyncio.sleep(3600)
    await again.registry.start()
    first = await welcomed(again, guest(1))
    assert set(first.of_type("Welcome")[0]["reconnecting"]) == {"p2", "p3", "p4"}
    await asyncio.sleep(19)
    assert first.view["people"]["p2"]["presence"] == "here"
    await asyncio.sleep(2)
    assert first.view["people"]["p2"]["presence"] == "away"
    assert first.view["people"]["p1"]["presence"] == "here"
    assert not again.actor.event.facilitators["o1"].here
    await again.close()


# Chat


@story
async def test_what_is_said_stays_in_the_room_and_ends_with_it() -> None:
    house, guests, host = await full_house()
    guests[0].send(protocol.Say("hello, lobby"))
    await start_round(house)
    partner = next(line for line in guests[1:] if "p1" in line.view["room"]["people"])
    strangers = [line for line in guests[1:] if line is not partner]
    assert guests[0].of_type("ChatCleared")[-1]["chat"] == []
    guests[0].send(protocol.Say("  hello, you  "))
    for line in (guests[0], partner):
        said = line.of_type("Chat")[-1]["said"]
        assert (said["by"], said["name"], said["text"]) == ("p1", "Guest 1", "hello, you")
        assert said["room"] == line.view["room"]["number"]
    for line in strangers:
        assert [m["said"]["text"] for m in line.of_type("Chat")] == ["hello, lobby"]
    assert not host.of_type("Chat")
    assert [s["text"] for s in (await welcomed(house, guest(1))).heard[0]["chat"]] == ["hello, you"]

    await asyncio.sleep(MINUTES * 60 + 20)
    assert partner.of_type("ChatCleared")[-1]["chat"][0]["text"] == "hello, lobby"
    await house.close()


@story
async def test_who_has_not_joined_neither_writes_nor_reads_along() -> None:
    house, guests, _ = await full_house()
    guests[0].send(protocol.Say("hello, lobby"))
    await house.done(AddPeople((newcomer(9),)), ORGANISER)
    listed = await welcomed(house, guest(9))
    assert listed.heard[0]["chat"] == []
    listed.send(protocol.Say("may I?"))
    guests[0].send(protocol.Say("to those who are here"))
    assert [m["code"] for m in listed.of_type("Refusal")] == ["not-here"]
    assert not listed.of_type("Chat")
    await house.join(9)
    assert [said["text"] for said in listed.of_type("ChatCleared")[-1]["chat"]] == [
        "hello, lobby",
        "to those who are here",
    ]
    await house.close()


@story
async def test_hosts_do_not_chat_and_nobody_chats_at_length() -> None:
    house, guests, host = await full_house()
    host.send(protocol.Say("hello"))
    guests[0].send(protocol.Say("x" * 5000))
    guests[0].send(protocol.Say("   "))
    assert [m["code"] for m in host.of_type("Refusal")] == ["guests-only"]
    assert [m["code"] for m in guests[0].of_type("Refusal")] == ["too-long"]
    assert not guests[1].of_type("Chat")
    await house.close()


# Time


@story
async def test_an_evening_runs_by_the_clock_to_its_end() -> None:
    house, guests, _ = await full_house(6)
    await start_round(house)
    await asyncio.sleep(FULL)
    assert guests[0].kinds().count("RoundEnded") == 3
    assert len(house.actor.event.past) == 3
    assert not house.actor.event.round
    await house.close()


@story
async def test_timers_that_are_late_fire_at_once_with_the_scheduled_time() -> None:
    house, _, _ = await full_house()
    await start_round(house)
    round = house.actor.event.round
    assert round is not None
    await house.close()

    again = House(house.journal.stored)
    again.late_ms = round.ends_at - round.starts_at + 60_000
    await again.registry.start()
    await again.settled()
    (past,) = again.actor.event.past
    assert past.started_at == round.starts_at
    assert past.ended_at == round.ends_at + 15_000
    await again.close()


# When things break


class Breakable(MemoryJournal):
    """Fails when told to; `swallow` stores the entry first, as a disk that loses only its answer."""

    broken = swallow = False

    async def append(self, entry: Entry) -> None:
        if self.broken and self.swallow:
            await super().append(entry)
        if self.broken:
            raise JournalFailed("The disk is full. Make room.")
        await super().append(entry)


async def house_with(journal: Breakable) -> tuple[House, Line]:
    house = House(journal=journal)
    await house.event(4)
    return house, await welcomed(house, ORGANISER)


@story
async def test_what_cannot_be_saved_is_refused_and_nobody_hears_of_it() -> None:
    journal = Breakable()
    house, host = await house_with(journal)
    journal.broken = True
    host.do(SetTopic(1, "Maps"), "c")
    await house.settled()
    assert host.of_type("Refusal")[0]["code"] == "not-saved"
    assert "TopicSet" not in host.kinds() and house.actor.event.agenda[0].topic == ""
    journal.broken = False
    host.do(SetTopic(1, "Maps"), "c")
    await house.settled()
    assert host.of_type("Done") and host.kinds().count("TopicSet") == 1
    await house.close()


@story
async def test_what_was_saved_without_our_knowing_is_not_done_twice() -> None:
    journal = Breakable()
    house, host = await house_with(journal)
    journal.broken = journal.swallow = True
    host.do(SetTopic(1, "Maps"), "c")
    await house.settled()
    assert host.of_type("Refusal")[0]["code"] == "not-saved"
    journal.broken = False
    host.do(SetTopic(1, "Maps"), "c")
    await house.settled()
    assert host.of_type("Done") and host.kinds().count("TopicSet") == 1
    await house.close()


@story
async def test_a_timer_that_could_not_be_saved_is_tried_again() -> None:
    journal = Breakable()
    house, host = await house_with(journal)
    for number in range(1, 5):
        await house.join(number)
    await house.done(StartRound(1))
    journal.broken = True
    await asyncio.sleep(30)
    assert host.view["clock"]["state"] == "announced"
    journal.broken = False
    await asyncio.sleep(2)
    assert host.view["clock"]["state"] == "running"
    await house.close()


@story
async def test_a_fault_in_a_step_is_refused_and_the_event_goes_on() -> None:
    house, guests, host = await full_house()
    house.plane.broken = True
    host.do(StartRound(1, now=True), "c")
    await asyncio.sleep(10)
    assert host.of_type("Done")
    assert all(line.closed is None for line in guests)
    house.plane.broken = False
    host.do(SetTopic(2, "Maps"), "d")
    await asyncio.sleep(60)
    assert host.view["rounds"]["2"]["topic"] == "Maps"
    assert host.view["clock"]["state"] == "running"
    await house.close()


class Gated(MemoryJournal):
    """Takes as long as the test likes to make an entry durable."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()

    async def append(self, entry: Entry) -> None:
        await self.gate.wait()
        await super().append(entry)


@story
async def test_nobody_hears_of_what_is_not_durable_yet() -> None:
    journal = Gated()
    house = House(journal=journal)
    await house.event(4)
    for number in range(1, 5):
        await house.join(number)
    host = await welcomed(house, ORGANISER)
    heard = len(host.heard)
    journal.gate.clear()
    host.do(StartRound(1, now=True), "c")
    await asyncio.sleep(5)
    assert len(host.heard) == heard and house.actor.event.round is None
    assert (await house.plane.stats("e1")).cutover == 0
    journal.gate.set()
    await asyncio.sleep(1)
    assert host.of_type("Done") and "RoundStarted" in host.kinds()
    assert (await house.plane.stats("e1")).cutover == 1
    await house.close()


@story
async def test_who_comes_back_just_when_they_count_as_away_is_here() -> None:
    journal = Gated()
    house = House(journal=journal)
    await house.event(2)
    for number in (1, 2):
        await house.join(number)
    line = await welcomed(house, guest(1))
    line.lose()
    await asyncio.sleep(19.9)
    journal.gate.clear()
    slow = asyncio.ensure_future(house.done(SetTopic(2, "Maps")))  # the disk takes a moment
    await asyncio.sleep(0)
    back = house.line(guest(1))
    await asyncio.sleep(0.2)  # 20 s are over, and their hello has not been looked at yet
    journal.gate.set()
    await slow
    await house.settled()
    assert back.view["you"]["presence"] == "here"
    assert house.actor.event.participants["p1"].presence == "here"
    await house.close()


# Exactly once, whatever happens


class Client:
    """Does what a page does: keeps what is not answered, and sends it again after every welcome."""

    def __init__(self, who: By) -> None:
        self.who = who
        self.line: Line | None = None
        self.view: dict[str, Any] = {}
        self.epoch = self.seq = 0
        self.pending: dict[str, AnyCommand] = {}
        self.answers: dict[str, list[tuple[str, int]]] = {}

    async def come(self, house: House) -> None:
        self.drop()
        line = Line(house)
        line.view, line.epoch, line.seq = self.view, self.epoch, self.seq
        line.hello(house.ticket(self.who), self.epoch, self.seq)
        await house.settled()
        self.line = line
        for cid, command in self.pending.items():
            line.do(command, cid)

    def do(self, command: AnyCommand, cid: str) -> None:
        self.pending[cid] = command
        if self.line is not None:
            self.line.do(command, cid)

    def drop(self) -> None:
        """The network is lost; what has arrived has arrived."""
        if self.line is not None:
            self.hear()
            self.line.lose()
            self.line = None

    def hear(self) -> None:
        assert self.line is not None
        for message in self.line.of_type("Done") + self.line.of_type("Refusal"):
            self.answers.setdefault(message["cid"], []).append((message["type"], message.get("seq", 0)))
            self.pending.pop(message["cid"], None)
        self.view, self.epoch, self.seq = self.line.view, self.line.epoch or self.epoch, self.line.seq
        self.line.heard.clear()


class Slow(MemoryJournal):
    """Takes a few turns of the loop, before and after the moment from which an entry is durable."""

    async def append(self, entry: Entry) -> None:
        await asyncio.sleep(0)
        await super().append(entry)
        await asyncio.sleep(0)
        await asyncio.sleep(0)


clients = st.integers(0, 2)
happenings = st.one_of(
    st.tuples(st.just("do"), clients),
    st.tuples(st.just("repeat"), clients),
    st.tuples(st.just("drop"), clients),
    st.tuples(st.just("come"), clients),
    st.tuples(st.just("turns"), st.integers(0, 12)),  # of the loop: where the next thing strikes
    st.tuples(st.just("seconds"), st.sampled_from((1, 25, 130))),
    st.tuples(st.just("kill"), st.just(0)),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(happenings, max_size=40))
def test_commands_are_done_once_and_in_order_whatever_is_lost_repeated_or_killed(
    script: list[tuple[str, int]],
) -> None:
    @story
    async def told() -> None:
        house = House(journal=Slow())
        await house.event(2)
        for number in (1, 2):
            await house.join(number)
        people = [Client(guest(1)), Client(guest(2)), Client(ORGANISER)]
        for number, (what, which) in enumerate(script):
            match what:
                case "do" if which == 2:
                    people[2].do(SetTopic(1, f"Topic {number}"), f"c{number}")
                case "do":
                    people[which].do(SitOut(on=number % 2 == 0), f"c{number}")
                case "repeat" if people[which].line is not None:
                    for cid, command in people[which].pending.items():
                        people[which].do(command, cid)
                case "drop":
                    people[which].drop()
                case "come":
                    await people[which].come(house)
                case "turns":
                    for _ in range(which):
                        await asyncio.sleep(0)
                case "seconds":
                    await asyncio.sleep(which)
                case "kill":
                    stored = await house.kill()
                    for each in people:
                        each.drop()
                    house = House(journal=Slow(stored))
                    await house.registry.start()
        await end(house, people)

    told()


async def end(house: House, people: list[Client]) -> None:
    """Everyone comes back: what was promised is in the journal, once and in order, and all views agree."""
    for each in people:
        await each.come(house)
    await house.settled()
    entries = house.journal.stored["e1"]
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    seqs = {(entry.by, entry.cid): entry.seq for entry in entries if entry.cid}
    assert len(seqs) == len([entry for entry in entries if entry.cid])
    for each in people:
        each.hear()
        assert not each.pending
        for cid, answers in each.answers.items():
            assert len(set(answers)) == 1 or {kind for kind, _ in answers} == {"Refusal"}
            if answers[0][0] == "Done":
                assert seqs[each.who.id, cid] == answers[0][1]
        fresh = await welcomed(house, each.who)
        assert each.view == fresh.view
    await house.close()


# Digests


@story
async def test_a_pong_carries_the_fingerprint_of_the_view() -> None:
    house, guests, _ = await full_house()
    guests[0].send(protocol.Ping(1.5, skew_ms=3.0))
    assert guests[0].heard[-1]["digest"] == ""
    await asyncio.sleep(31)
    guests[0].send(protocol.Ping(2.5))
    pong = guests[0].heard[-1]
    assert (pong["type"], pong["sent"], pong["seq"]) == ("Pong", 2.5, guests[0].seq)
    assert pong["digest"] == digest(guests[0].view)  # type: ignore[arg-type]
    await house.close()

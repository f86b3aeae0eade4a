"""Wrote `golden/first.jsonl`: one evening in which everything happens that can. Run as a script, it writes
`golden/<name>.jsonl` and `.report.json`. A log that is there is never written again: it stands for
all the logs that people have kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parents[2]))

from rooms.commands import (
    AddPeople,
    AddRound,
    AskHelp,
    CallBack,
    CancelMove,
    CloseEvent,
    CloseHelp,
    EditEvent,
    EditPerson,
    Extend,
    HostCame,
    HostWent,
    KeepApart,
    Leave,
    MarkAway,
    MarkGone,
    MarkReturned,
    MixAgain,
    MovePerson,
    MuteGuest,
    OfferContact,
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
)
from rooms.model import Constellation, Newcomer
from rooms.report import report
from tests.stories import Story, draft, ids, newcomer

GOLDEN = Path(__file__).with_name("golden")


def everything() -> Story:
    """Fifteen people, four rounds, and all that can go right or wrong."""
    story = draft(people=14, size=4, rounds=3, minutes=3)
    story.organiser(EditEvent("An evening", "Europe/Rome", 1_800_000, manual=False))
    story.organiser(
        SetRounds((*(Constellation(minutes=3, size=4, topic="Bread"),) * 2, Constellation(size=2)))
    )
    story.organiser(AddPeople((newcomer("o"), newcomer("p"))), RemovePerson("p"))
    story.organiser(
        EditPerson(Newcomer("o", "Ōe 健三郎", "o@example.org", "mentor", "Rivers")), KeepApart((("a", "b"),))
    )
    story.plans().organiser(MixAgain(11)).plans()
    story.organiser(OpenEvent()).shell(HostCame("hal", "Hal")).joins(*ids(13))
    story.host(CallBack()).plans()
    story.host(StartRound(1)).passes(2).host(CancelMove(1)).plans()
    story.host(StartRound(1)).passes(3).guest("m", SitOut()).plans().passes(10)
    story.host(SendMessage("m1", "Welcome")).guest("a", AskHelp())
    room = story.room_of("a") or 1
    story.host(TakeHelp(room), VisitRoom(room), CloseHelp(room), VisitRoom(None)).passes(20)
    story.host(SpeakToAll(), MuteGuest("a"), SpeakToAll(False)).guest("a", UnmuteMe())
    story.joins("n").passes(5).guest("n", SeatMe()).plans().passes(40)
    story.host(Pause(1)).passes(30).host(Resume(1), Extend(1, 60), Shorten(1, 30))
    story.shell(MarkAway("c")).passes(25).shell(MarkReturned("c")).shell(MarkAway("d")).passes(60)
    story.shell(MarkGone("d")).plans().passes(100)
    story.host(
        SkipRound(3), SetTopic(2, "Salt", "Which one?"), AddRound(Constellation(minutes=1, size=2))
    ).plans()
    story.passes(30).joins("o").guest("o", WaitForNext())
    story.host(MovePerson(2, "e", 1 if story.room_of("e") != 1 else 2)).guest("f", Leave()).plans()
    story.host(RemovePerson("g")).plans().passes(200).shell(HostWent("hal"))
    story.passes(120)
    met = min(story.state.met["a"])
    story.guest("a", OfferContact(met)).guest(met, OfferContact("a"))
    return story.host(CloseEvent())


def write(name: str, story: Story) -> None:
    log, counted = GOLDEN / f"{name}.jsonl", GOLDEN / f"{name}.report.json"
    if log.exists():
        raise SystemExit(f"{log} is there already. Facts are for ever: choose another name.")
    log.write_bytes(b"".join(msgspec.json.encode(fact) + b"\n" for fact in story.facts))
    counted.write_bytes(msgspec.json.format(msgspec.json.encode(report(story.state)), indent=1) + b"\n")


if __name__ == "__main__":
    write(sys.argv[1], everything())

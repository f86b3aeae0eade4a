"""A spring evening played by `rooms`, moment by moment, for tests that look at its hosts' screens.

Up to twenty-four people in five rounds of fours. Tests that only look take fewer: a browser checks each.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from rooms.commands import (
    AddPeople,
    AskHelp,
    CloseEvent,
    CreateEvent,
    HostCame,
    Join,
    KeepApart,
    Leave,
    MarkAway,
    OpenEvent,
    StartRound,
)
from rooms.model import By, Constellation, Newcomer
from tests.e2e.sample_views import EVENT, TOPICS
from tests.stories import Story, guest

MAJA = By("organiser", "maja", "Maja Lund")
START = 1_776_347_400_000  # 16 April 2026, 13:50 UTC: when the event is made
STARTS_AT = START + 600_000

MENTORS = {
    "p01": ("Amara Okafor", "Saying no without burning bridges"),
    "p02": ("Henrik Dahl", "Leading a team you never meet in person"),
    "p03": ("Priya Natarajan", "From engineer to first-time manager"),
    "p04": ("Tomás Herrera", "Building a network when you hate networking"),
    "p05": ("Ingrid Solberg", "Board work next to a day job"),
    "p06": ("Kwame Mensah", "Finding a sponsor, not just a mentor"),
    "p07": ("Mei-Ling Chen", "Neurodiversity as a strength at work"),
    "p08": ("David Rosenthal", "Changing careers after 45"),
}
MENTEES = {
    "p09": ("Lena Vogel", "My first 90 days as a team lead"),
    "p10": ("Yusuf Demir", "Speaking up when the room is senior"),
    "p11": ("Sofia Rossi", "Working part-time without going invisible"),
    "p12": ("Noah Jensen", "Expert track or manager track?"),
    "p13": ("Aisha Rahman", "Coming back after parental leave"),
    "p14": ("Marek Kowalski", "From a local role to a global one"),
    "p15": ("Chloé Lambert", "Asking for a fair salary"),
    "p16": ("Ravi Patel", "Giving feedback to my own boss"),
    "p17": ("Freja Holm", "Leading people who were my peers"),
    "p18": ("Samuel Adeyemi", "Writing so that leaders read it"),
    "p19": ("Yuki Tanaka", "Career breaks, and the way back"),
    "p20": ("Mika Sato", "Remote work across nine time zones"),
    "p21": ("Elif Kaya", "Feeling like an impostor in data science"),
    "p22": ("Jonas Lindqvist", "Boundaries when I work from home"),
    "p23": ("Nadia Haddad", "Starting a peer-mentoring circle"),
    "p24": ("Oliver Byrne", "Learning to delegate"),
}
LISTED = tuple(
    Newcomer(id, name, f"{id}@example.org", role, headline)
    for role, people in (("Mentor", MENTORS), ("Mentee", MENTEES))
    for id, (name, headline) in people.items()
)
GRACE = Newcomer("p25", "Grace Oduya", role="Mentor")
APART = (("p01", "p22"), ("p02", "p11"))


def copied(story: Story) -> Story:
    """The same moment, to go on from without touching the original."""
    return replace(story, facts=[*story.facts], watchers=[])


def empty() -> Story:
    """Just made: five rounds, nobody on the list."""
    rounds = tuple(Constellation(8, 4, topic=topic, question=question) for topic, question in TOPICS)
    create = CreateEvent(EVENT, "Spring Mentoring Mixer", "Europe/Copenhagen", STARTS_AT, rounds, seed=7)
    return Story(now=START).do(create, MAJA)


@cache
def _prepared(people: int) -> Story:
    listed = LISTED[:people]
    story = empty().do(AddPeople(listed), MAJA)
    known = {person.id for person in listed}
    return story.do(KeepApart(tuple(two for two in APART if known.issuperset(two))), MAJA).plans()


def prepared(people: int = 24) -> Story:
    """People on the list, some kept apart, planned."""
    return copied(_prepared(people))


@cache
def _gathered(people: int) -> Story:
    story = prepared(people).do(OpenEvent(), MAJA)
    story.shell(HostCame("maja", "Maja Lund"), HostCame("peter", "Peter Bang"))
    for person in LISTED[:people]:
        story.do(Join(person), guest(person.id))
    return story.plans()


def gathered(people: int = 24) -> Story:
    """The doors are open, everyone is in the lobby, two hosts as well."""
    return copied(_gathered(people))


@cache
def _in_round(number: int, people: int) -> Story:
    if number == 1:
        story = gathered(people).passes(600).do(StartRound(1), MAJA)
    else:
        story = copied(_in_round(number - 1, people)).passes(8 * 60).do(StartRound(number), MAJA)
    return story.passes(10).plans()


def in_round(number: int, seconds: float = 228, people: int = 24) -> Story:
    """A round has been running for this long."""
    return copied(_in_round(number, people)).passes(seconds)


def announced(number: int = 3, people: int = 24) -> Story:
    """Eight seconds before a round."""
    story = in_round(number - 1, 300, people)
    return story.do(StartRound(number), MAJA).passes(2)


def in_need(people: int = 24) -> Story:
    """Round 3: a room that asked for help, someone late and someone whose line is lost."""
    story = in_round(3, 185, people)
    *_, lost, asking = (room.people for _, room in sorted(story.round.rooms.items()))
    story.do(AskHelp(), guest(asking[1]))
    story.shell(MarkAway(lost[2])).passes(35)
    return story.do(Join(GRACE), guest(GRACE.id)).plans().passes(5)


def over(people: int = 24) -> Story:
    """After five rounds, one of which somebody came late to and somebody left in."""
    story = in_round(3, 200, people).do(Join(GRACE), guest(GRACE.id))
    story.passes(30).do(Leave(), guest("p08")).passes(300)
    return story.passes(1_000).passes(200).do(CloseEvent(), MAJA)

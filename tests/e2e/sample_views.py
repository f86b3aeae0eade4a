"""A spring evening as one of its guests sees it, moment by moment: views for tests that look at screens.

Aisha's view of 24 people in five rounds. Typed by the server's own structs, so that a change of the protocol
is noticed here first.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms.cards import (
    ClockCard,
    ContactCard,
    EventCard,
    GuestView,
    MessageCard,
    NextCard,
    PersonCard,
    RoomCard,
    RoundCard,
    YouCard,
)
from server.bodies import PublicEvent
from server.protocol import Said

EVENT = "spring"
YOU = "p12"
NOW = 1_776_348_000_000  # 16 April 2026, 14:00 UTC
MINUTE = 60_000

PEOPLE = {
    "p01": ("Amara Okafor", "Saying no without burning bridges"),
    "p02": ("Tomás Herrera", "Building a network when you hate networking"),
    "p03": ("Ingrid Solberg", "Board work next to a day job"),
    "p04": ("Kwame Mensah", "Finding a sponsor, not just a mentor"),
    "p05": ("Mei-Ling Chen", "Neurodiversity as a strength at work"),
    "p06": ("Lena Vogel", "My first 90 days as a team lead"),
    "p07": ("David Rosenthal", "Changing careers after 45"),
    "p08": ("Yusuf Demir", "Speaking up when the room is senior"),
    "p09": ("Henrik Dahl", "Leading a team you never meet in person"),
    "p10": ("Sofia Rossi", "Working part-time without going invisible"),
    "p11": ("Noah Jensen", "Expert track or manager track?"),
    "p12": ("Aisha Rahman", "Coming back after parental leave"),
    "p13": ("Marek Kowalski", "From a local role to a global one"),
    "p14": ("Chloé Lambert", "Asking for a fair salary"),
    "p15": ("Ravi Patel", "Giving feedback to my own boss"),
    "p16": ("Samuel Adeyemi", "Writing so that leaders read it"),
    "p17": ("Elif Kaya", "Feeling like an impostor in data science"),
    "p18": ("Jonas Lindqvist", "Boundaries when I work from home"),
    "p19": ("Nadia Haddad", "Starting a peer-mentoring circle"),
    "p20": ("Oliver Byrne", "Learning to delegate"),
}

TOPICS = (
    (
        "What brought you here?",
        "What made you sign up, and what would make this hour worth it?",
    ),
    ("A mentor I never thanked", "Who helped you without knowing it, and what would you tell them today?"),
    (
        "Advice worth keeping",
        "Which advice do you come back to – and which do you wish you had ignored?",
    ),
    ("The next brave step", "What would you do next if you knew that it could not go wrong?"),
    ("One thing I will do on Monday", "Say it aloud, and let the others ask one question each."),
)
ROOMS = (
    ("p02", "p06", "p18"),
    ("p04", "p17", "p08"),
    ("p16", "p11", "p09"),
    ("p01", "p05", "p07"),
    ("p03", "p19", "p15"),
)  # whom Aisha meets in each round

CARD = PublicEvent(
    event=EVENT,
    title="Spring Mentoring Mixer",
    zone="Europe/Copenhagen",
    starts_at=NOW,
    phase="open",
    hosts=("Maja Lund",),
    roles=("participant",),
    you=None,
    retention_days=30,
)


def person(id: str) -> PersonCard:
    name, headline = PEOPLE[id]
    return PersonCard(name=name, headline=headline, role="", presence="here")


def rounds(now: int = 0, done: int = 0) -> dict[str, RoundCard]:
    """`now` runs, those up to `done` have been held."""
    return {
        str(number): RoundCard(
            number=number,
            minutes=8,
            size=4,
            topic=topic,
            question=question,
            state="now" if number == now else "done" if number <= done else "to come",
            starts_at=NOW + (number - 1) * 9 * MINUTE,
        )
        for number, (topic, question) in enumerate(TOPICS, 1)
    }


def met(up_to: int) -> dict[str, tuple[int, ...]]:
    return {id: (number,) for number, room in enumerate(ROOMS[:up_to], 1) for id in room}


WAITING = GuestView(
    event=EventCard(
        id=EVENT,
        title=CARD.title,
        zone=CARD.zone,
        starts_at=NOW + 8 * MINUTE + 20_000,
        phase="open",
        manual=False,
        next_at=None,
        closed_at=None,
        hosts=CARD.hosts,
    ),
    rounds=rounds(),
    clock=ClockCard(),
    people={id: person(id) for id in PEOPLE},
    room=RoomCard(),
    next=NextCard(),
    you=YouCard(
        id=YOU,
        name=PEOPLE[YOU][0],
        headline=PEOPLE[YOU][1],
        email="aisha@example.org",
        presence="here",
        late_since=None,
        waits=False,
        sits_out=False,
        can_join=None,
        join_with=(),
        new_next=None,
        to_come=15,
    ),
    met={},
    contacts={},
    message=MessageCard(),
)
STARTED = replace(WAITING.event, phase="rounds", starts_at=NOW - 20 * MINUTE)


def talking(left_ms: int = 4 * MINUTE + 12_000, number: int = 3, people: int = 4) -> GuestView:
    """In a room of `people`, you among them, with this much time left."""
    extra = ("p14", "p13", "p10", "p20")
    others = (*ROOMS[number - 1], *extra)[: people - 1]
    return replace(
        WAITING,
        event=STARTED,
        rounds=rounds(now=number, done=number - 1),
        clock=ClockCard(number, "running", NOW + left_ms - 8 * MINUTE, NOW + left_ms),
        room=RoomCard(number=2, people=(*others[:1], YOU, *others[1:])),
        you=replace(WAITING.you, new_next=3, to_come=6),
        met=met(number - 1),
    )


def announced(number: int = 4) -> GuestView:
    """Eight seconds before a round."""
    return replace(
        WAITING,
        event=STARTED,
        rounds=rounds(now=number, done=number - 1),
        clock=ClockCard(number, "announced", NOW + 8_000, NOW + 8 * MINUTE + 8_000),
        next=NextCard(number, 2, ROOMS[number - 1], ROOMS[number - 1], NOW + 8_000),
        met=met(number - 1),
    )


def resting(number: int = 3) -> GuestView:
    """In nobody's room while a round runs."""
    return replace(talking(number=number), room=RoomCard())


def late(can_join: bool = True) -> GuestView:
    view = resting(number=2)
    you = replace(view.you, late_since=NOW - 2_000)
    if can_join:
        return replace(view, you=replace(you, can_join=4, join_with=("p07", "p01")), met={})
    return replace(view, you=replace(you, waits=True), met={})


def between() -> GuestView:
    """Called back to the plenary."""
    return replace(WAITING, event=replace(STARTED, phase="plenary"), rounds=rounds(done=3), met=met(3))


def after() -> GuestView:
    contacts = {
        "p01": ContactCard(offered=True, email="amara@example.org"),
        "p09": ContactCard(offered=True, email="henrik@example.org"),
        "p06": ContactCard(offered=True, email=None),
    }
    over = replace(STARTED, phase="closed", closed_at=NOW)
    return replace(WAITING, event=over, rounds=rounds(done=5), met=met(5), contacts=contacts)


MESSAGE = MessageCard(
    id="m1",
    text="Coffee after the last round. Stay in the lobby if you would like to go on talking.",
    by="Maja Lund",
    at=NOW - 5_000,
)
CHAT = (
    Said("p09", "Henrik Dahl", "Happy to share the one-page template I use for delegating.", NOW - MINUTE, 2),
    Said("p16", "Samuel Adeyemi", "Yes please! And the book Noah mentioned?", NOW - 30_000, 2),
    Said(YOU, "Aisha Rahman", "“The first 90 days”. It helped me a lot when I came back.", NOW - 20_000, 2),
)

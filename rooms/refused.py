"""Every way of saying no: a stable code, what it means in general, and the sentence for the case at hand."""

from __future__ import annotations

REFUSALS: dict[str, str] = {
    # who and where
    "not-allowed": "This role may not do that.",
    "no-event": "There is no such event.",
    "exists": "The event, or the person, exists already.",
    "not-open": "The event has not been opened yet.",
    "already-open": "The event has been opened before.",
    "over": "The event is over.",
    # what was typed
    "blank": "A name, title or text is missing.",
    "too-long": "A text is longer than the limit.",
    "bad-email": "An e-mail address has no @, or is too long.",
    "bad-zone": "The time zone has no name.",
    "bad-time": "An event starts between the years 1970 and 3000.",
    "bad-rate": "The event clock cannot run that fast or slow.",
    "bad-minutes": "A round lasts between 0.1 and 240 minutes.",
    "bad-size": "A room holds between 2 and 50 people.",
    "bad-seconds": "A round is lengthened or shortened by 1 to 3,600 seconds.",
    "too-many-people": "An event holds at most 2,000 people.",
    "too-many-rounds": "An event has at most 60 rounds.",
    "no-people": "The list of people is empty.",
    # people
    "unknown-person": "Nobody on the list has that id.",
    "removed": "This person was taken out of the event.",
    "not-here": "This person is not here.",
    "apart": "Two people who are to be kept apart would share a room.",
    "apart-from-self": "Nobody can be kept apart from themselves.",
    "too-many-apart": "Too many people are kept apart from each other.",
    # rounds
    "no-round": "There is no such round, or none to do this with.",
    "no-rounds-left": "All rounds have been held.",
    "wrong-round": "The sender was looking at another round than the one that is live or next.",
    "too-few": "A round needs at least two people.",
    "already-announced": "The round can no longer be changed this way.",
    "already-started": "The round has started.",
    "not-started": "The round has not started.",
    "already-skipped": "The round is left out already.",
    "not-skipped": "The round is not left out.",
    "already-paused": "The round is paused already.",
    "not-paused": "The round is not paused.",
    "ending": "The round is ending already.",
    "too-short": "At least ten seconds remain.",
    "in-plenary": "Everyone is in the plenary already.",
    # rooms
    "no-room": "There is no such room, or one is in no room.",
    "already-there": "The person is there already.",
    "alone": "The person would be alone there.",
    "resting": "The person asked to sit this round out.",
    "not-late": "Only someone who came late and has no seat can do this.",
    "too-late": "The round is nearly over.",
    "no-place": "No room can take the person now.",
    "already-resting": "The person sits out already.",
    "not-resting": "The person does not sit out.",
    "help-asked": "The room has asked for help already.",
    "no-help": "The room has not asked for help.",
    "help-taken": "A host is on the way to that room already.",
    "other-room": "Only the room itself can do this.",
    "not-visiting": "The host is visiting no room.",
    "host-unknown": "The host has not come in.",
    # sound and picture
    "already-speaking": "The host speaks to everyone already.",
    "not-speaking": "The host does not speak to everyone.",
    "already-muted": "A host has muted the person already.",
    "not-muted": "No host has muted the person.",
    # after
    "not-met": "Contacts are offered to people one has met.",
    "already-offered": "The contact has been offered already.",
    "not-offered": "The contact has not been offered.",
    # plans
    "stale-plan": "The plan was made for other people, rounds, rules or history.",
    "bad-plan": "The plan breaks a rule.",
    "no-better": "The plan in force is as good.",
}


class Refused(Exception):
    """A command that changes nothing. `code` is one of `REFUSALS`; `message` says what to do.

    Raised inside `rooms`, returned by `decide`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __repr__(self) -> str:
        return f"Refused({self.code!r}, {self.message!r})"

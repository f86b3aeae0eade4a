"""What a plan achieves and what is proved about it, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from rotation import Numbers, Planned, Problem, numbers
from rotation.check import broken
from server.plan_tally import most_meetings

MOST_TOLD = 3

_WHY = {
    "people": "because there are not enough others for everybody",
    "exception": "because no such plan exists for rooms of this size",
    "pigeonhole": "because a room holds more people than there are rooms",
}


def verdict(problem: Problem, best: Planned, shape: str) -> Iterator[str]:
    """What the plan achieves and what is proved about it, in sentences."""
    facts = numbers(problem, best.plan)
    if facts.meetings > best.certificate.bound:
        yield _must_repeat(facts, best, shape, _reason(problem, best.certificate.bound_name))
    yield _proof(problem, facts, best)
    if problem.history.meetings and facts.distinct == facts.possible:
        yield "With that, everybody has met everybody." if facts.distinct else "Everybody had met before."
    if facts.met_min < facts.met_max:
        yield f"Everyone meets between {facts.met_min} and {facts.met_max} new people."
    most = most_meetings(problem, best.plan)
    if most > 1:
        others = "Besides those kept together, nobody" if problem.rules.together else "Nobody"
        yield f"{others} is with the same person more than {times(most)}."
    if facts.small_max:
        yield f"Everyone is in one of the smaller rooms {_between(facts.small_min, facts.small_max)}."
    if facts.rest_max:
        yield f"Everyone rests {_between(facts.rest_min, facts.rest_max)}."
    yield from _wishes(problem, best)


def _wishes(problem: Problem, best: Planned) -> Iterator[str]:
    """What became of wishes, and of other rules that might be broken."""
    known = set(problem.ids)
    wishes = sum(a in known and b in known for a, b in problem.rules.meet)
    missed = broken(problem, best.plan)
    if wishes:
        denied = len(missed.get("meet", ()))
        yield f"{wishes - denied} of {count(wishes, 'wish', 'wishes')} granted."
    for name, faults in missed.items():
        rest = f" And {len(faults) - MOST_TOLD} more of this kind." if len(faults) > MOST_TOLD else ""
        told = " ".join(fault.sentence for fault in faults[:MOST_TOLD])
        yield f"Not kept, as {name.replace('_', '-')} is soft: {told}{rest}"


def _proof(problem: Problem, facts: Numbers, best: Planned) -> str:
    """As in: 24 people met of 24 possible, no repeats, nobody alone: provably optimal."""
    repeats = count(facts.repeats, "repeat") if facts.repeats else "no repeats"
    of = "of" if best.certificate.optimal else "of at most"
    people = "person" if facts.met_mean == 1 else "people"
    met = f"{decimal(facts.met_mean)} {people} met {of} {decimal(possible(problem, facts, best))} possible"
    if best.certificate.optimal:
        return f"{met}, {repeats}, nobody alone: provably optimal."
    return (
        f"{met}, {repeats}, nobody alone. {best.certificate.distinct} pairs meet; no plan can have more than "
        f"{best.certificate.bound}."
    )


def possible(problem: Problem, facts: Numbers, best: Planned) -> float:
    """New people met per person, on average, that no plan can exceed, by all that is proved."""
    return min(facts.met_possible, 2 * best.certificate.bound / len(problem.people))


def _reason(problem: Problem, bound_name: str) -> str:
    """Why not every meeting can be new, where it is not for a lack of pairs."""
    if problem.same_as:
        return "with groups that meet again"
    if bound_name == "seats" and problem.rules.together:
        return "as some are kept together"
    return _WHY.get(bound_name, "as is proved")


def _must_repeat(facts: Numbers, best: Planned, shape: str, reason: str) -> str:
    """As in: 12 people in fours for 6 rounds must repeat: 108 meetings, only 66 pairs."""
    certificate = best.certificate
    if certificate.bound_name == "allowed":
        why = f"{facts.meetings} meetings, only {count(facts.possible, 'pair')}."
    else:
        why = f"of {facts.meetings} meetings at most {certificate.bound} can be new, {reason}."
    forced = facts.meetings - certificate.bound
    fewest = "the fewest possible" if certificate.optimal else f"of which {forced} cannot be avoided"
    return f"{shape} must repeat: {why} This plan has {count(facts.repeats, 'repeat')}, {fewest}."


def decimal(value: float) -> str:
    """At most one decimal, and never rounded up to what was not reached.

    >>> decimal(24.0), decimal(23.99)
    ('24', '23.9')
    """
    tenths = int(value * 10 + 1e-9)
    return f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths / 10:.1f}"


def times(number: int) -> str:
    """
    >>> times(2), times(5)
    ('twice', '5 times')
    """
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def count(number: int, thing: str, things: str = "") -> str:
    """
    >>> count(1, "repeat"), count(42, "repeat"), count(2, "wish", "wishes")
    ('1 repeat', '42 repeats', '2 wishes')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {things or thing + 's'}"


def _between(low: int, high: int) -> str:
    if low == high:
        return times(low)
    return f"{low} to {high} times" if low else f"at most {times(high)}"

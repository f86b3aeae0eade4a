"""What a plan achieves and what is proved about it, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from rotation import Numbers, Planned, Problem, numbers

_WHY = {
    "people": "because there are not enough others for everybody",
    "exception": "because no such plan exists for rooms of this size",
    "pigeonhole": "because a room holds more people than there are rooms",
}


def verdict(problem: Problem, best: Planned, shape: str) -> Iterator[str]:
    """What the plan achieves and what is proved about it, in sentences."""
    facts = numbers(problem, best.plan)
    if facts.meetings > best.certificate.bound:
        yield _must_repeat(facts, best, shape)
    yield _proof(facts, best)
    if facts.met_min < facts.met_max:
        yield f"Everyone meets between {facts.met_min} and {facts.met_max} new people."
    if facts.max_meetings > 1:
        yield f"Nobody is with the same person more than {times(facts.max_meetings)}."
    if facts.small_max:
        yield f"Everyone is in one of the smaller rooms {_between(facts.small_min, facts.small_max)}."
    if facts.rest_max:
        yield f"Everyone rests {_between(facts.rest_min, facts.rest_max)}."


def _proof(facts: Numbers, best: Planned) -> str:
    """As in: 24 people met of 24 possible, no repeats, nobody alone: provably optimal."""
    repeats = count(facts.repeats, "repeat") if facts.repeats else "no repeats"
    of = "of" if best.certificate.optimal else "of at most"
    people = "person" if facts.met_mean == 1 else "people"
    met = f"{decimal(facts.met_mean)} {people} met {of} {decimal(facts.met_possible)} possible"
    if best.certificate.optimal:
        return f"{met}, {repeats}, nobody alone: provably optimal."
    return (
        f"{met}, {repeats}, nobody alone. {best.certificate.distinct} pairs meet; no plan can have more than "
        f"{best.certificate.bound}."
    )


def _must_repeat(facts: Numbers, best: Planned, shape: str) -> str:
    certificate = best.certificate
    if certificate.bound_name == "allowed":
        why = f"{facts.meetings} meetings, only {count(facts.possible, 'pair')}."
    else:
        reason = _WHY.get(certificate.bound_name, "as can be proved")
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


def count(number: int, thing: str) -> str:
    """
    >>> count(1, "repeat"), count(42, "repeat")
    ('1 repeat', '42 repeats')
    """
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _between(low: int, high: int) -> str:
    return times(low) if low == high else f"{low} to {high} times"

"""What `intermingle plan` shall plan: a list or a problem file and the options, made into a problem."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import click

from rotation import Person, PersonId, Problem, Profile, RoomSizes, Template
from rotation.model import MOST_ROUNDS
from server import plan_rules
from server.plan_history import history, refuse_plan
from server.plan_people import Crowd, crowd, people_of, read, refuse_loneliness
from server.plan_rooms import Pattern, in_words, room_sizes
from server.plan_trouble import BadInput, nonsense_refused, steers

USUAL_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options that shape the rounds."""

    size: int | None = None
    rooms: int | None = None
    sizes: str | None = None
    rounds: int | None = None
    minutes: float | None = None
    within: float | None = None
    at_least_three: bool = False
    template: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A problem with what is needed to talk about it, and to pose it otherwise."""

    problem: Problem
    names: dict[PersonId, str]
    """How each person is called; no two alike."""
    patterns: tuple[Pattern, ...]
    """What each round was to be like, whoever comes."""

    @property
    def shape(self) -> str:
        """For example: 12 people in fours for 6 rounds."""
        rounds = len(self.problem.rounds)
        in_all = "1 round" if rounds == 1 else f"{rounds} rounds"
        how = in_words(self.patterns, self.problem.rounds)
        return f"{len(self.problem.people)} people {how} for {in_all}"


def requested(file: str, wanted: Wanted, typed: plan_rules.Typed) -> Request:
    """The problem of a file and the options; BadInput says what is wrong with them."""
    _refuse_both(wanted)
    data = read(file)
    with nonsense_refused():
        if file.endswith(".json") or data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return _of_problem(_given(file, data), wanted, typed)
        refuse_plan(file, data)
        return _of_list(people_of(data), wanted, typed)


def pose(
    people: Sequence[Person], patterns: Sequence[Pattern], like: Problem, same_as: Iterable[tuple[int, int]]
) -> Problem:
    """The problem for these people and rounds, with the rules, history and profile of another."""
    rules = plan_rules.within(like.rules, len(patterns))
    rounds: list[RoomSizes] = []
    for number, pattern in enumerate(patterns, start=1):
        there = [person for person in people if (person.id, number) not in rules.away]
        rounds.append(room_sizes(pattern, there))
    patterned = any(pattern.template != Template() for pattern in patterns)
    return replace(
        like,
        people=tuple(people),
        rounds=tuple(rounds),
        rules=rules,
        templates=tuple(pattern.template for pattern in patterns) if patterned else (),
        same_as=tuple(each for each in same_as if max(each) <= len(patterns)),
    )


def _of_list(listed: Crowd, wanted: Wanted, typed: plan_rules.Typed) -> Request:
    return _request(listed, _patterns(wanted, listed, ()), wanted, typed, Problem((), ()))


def _of_problem(problem: Problem, wanted: Wanted, typed: plan_rules.Typed) -> Request:
    refuse_loneliness(len(problem.people))
    _refuse_steering(problem.people)
    known = crowd(problem.people, {person.id: person.id for person in problem.people})
    templates = problem.templates or (Template(),) * len(problem.rounds)
    before = tuple(
        Pattern(exactly=sizes, template=template)
        for sizes, template in zip(problem.rounds, templates, strict=True)
    )
    return _request(known, _patterns(wanted, known, before), wanted, typed, problem)


def _request(
    known: Crowd, patterns: Sequence[Pattern], wanted: Wanted, typed: plan_rules.Typed, given: Problem
) -> Request:
    """What was given, with what was typed besides."""
    like = Problem(
        (),
        (),
        plan_rules.rules(typed, known, len(patterns), given.rules),
        history(wanted.history, known, given.history),
        profile=wanted.profile or given.profile,
    )
    again = given.same_as + plan_rules.same_as(wanted.same_as, len(patterns))
    request = Request(pose(known.people, patterns, like, again), known.names, tuple(patterns))
    _remark(request, wanted)
    return request


def _patterns(wanted: Wanted, known: Crowd, before: tuple[Pattern, ...]) -> list[Pattern]:
    """What each round shall be like: as typed, else as the problem's file says."""
    rounds = _how_many(wanted, before)
    size = wanted.size or 0
    plain = Pattern(size, wanted.rooms or 0, at_least_three=wanted.at_least_three)
    if wanted.sizes is not None:
        found = [
            replace(plain, size=each) if isinstance(each, int) else replace(plain, exactly=each)
            for each in plan_rules.round_sizes(wanted.sizes)
        ]
    elif before and not (wanted.size or wanted.rooms):
        found = (list(before) + [before[-1]] * rounds)[:rounds]
    else:
        found = [plain] * rounds
    if not wanted.template:
        own = [pattern.template for pattern in before] + [Template()] * rounds
        return [replace(pattern, template=template) for pattern, template in zip(found, own, strict=False)]
    templates = plan_rules.templates(wanted.template, known, rounds)
    return [replace(pattern, template=template) for pattern, template in zip(found, templates, strict=True)]


def _how_many(wanted: Wanted, before: tuple[Pattern, ...]) -> int:
    """The number of rounds; refuses more than there is time for."""
    rounds = wanted.rounds or len(before) or USUAL_ROUNDS
    if wanted.sizes is not None:
        rounds = len(plan_rules.round_sizes(wanted.sizes))
        if wanted.rounds not in (None, rounds):
            raise BadInput(
                f"--sizes speaks of {rounds} rounds, --rounds of {wanted.rounds}. One of them is enough."
            )
    if wanted.minutes and wanted.within:
        fit = int(wanted.within / wanted.minutes + 1e-9)
        if fit == 0:
            raise BadInput(f"Not even one round of {wanted.minutes:g} minutes fits in {wanted.within:g}.")
        rounds = rounds if wanted.rounds or wanted.sizes is not None else fit
        if rounds > fit:
            raise BadInput(
                f"{rounds} rounds of {wanted.minutes:g} minutes need {rounds * wanted.minutes:g}; there are "
                f"only {wanted.within:g}. {fit} {'round fits' if fit == 1 else 'rounds fit'}."
            )
    if rounds > MOST_ROUNDS:
        raise BadInput(f"{rounds:,} rounds are too many: at most {MOST_ROUNDS:,} can be planned.")
    return rounds


def _given(file: str, data: bytes) -> Problem:
    """The problem of a file; a plan.json of ours has it inside."""
    from rotation.problem_json import problem_from

    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8 text.") from error
    except json.JSONDecodeError as error:
        raise BadInput(f"{file} is not JSON: line {error.lineno}, column {error.colno}.") from error
    except (RecursionError, ValueError) as error:
        raise BadInput(f"{file} is not a problem file.") from error
    plan_of_ours = isinstance(document, dict) and "problem" in document
    return problem_from(document["problem"] if plan_of_ours else document)


def _refuse_steering(people: Iterable[Person]) -> None:
    """No text of ours may steer a terminal, or break a file that is written."""
    for person in people:
        for text in (person.id, person.role, *(word for trait in person.traits for word in trait)):
            if any(map(steers, text)):
                raise BadInput(f"“{text}” has signs that cannot be shown. Use letters, digits and spaces.")


def _refuse_both(wanted: Wanted) -> None:
    """One way to say how large rooms are."""
    given = [
        name
        for name, value in (("--size", wanted.size), ("--rooms", wanted.rooms), ("--sizes", wanted.sizes))
        if value is not None
    ]
    if len(given) > 1:
        raise BadInput(f"Give {' or '.join(given)}, not both.")
    if (wanted.minutes is None) != (wanted.within is None):
        raise BadInput("--minutes and --within go together: --minutes 12 --within 90.")


def _remark(request: Request, wanted: Wanted) -> None:
    """What may surprise about the rooms."""
    people, rounds = len(request.problem.people), request.problem.rounds
    most = people // 2
    if wanted.rooms and wanted.rooms > most:
        raise BadInput(
            f"{people} people cannot fill {wanted.rooms:,} rooms: nobody should sit alone, so {most} are the "
            "most."
        )
    if wanted.rooms and rounds and len(rounds[0]) < wanted.rooms:
        click.echo(f"{people} people fill only {len(rounds[0])} rooms: nobody should sit alone.", err=True)
    elif wanted.rooms is None and rounds and rounds[0] == (people,):
        click.echo(f"{people} people are one room.", err=True)

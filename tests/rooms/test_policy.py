"""Who may give which command."""

from __future__ import annotations

import typing

import pytest

from rooms import commands
from rooms.commands import CreateEvent, EditPerson, Join, Leave, OfferPlan, OpenEvent, StartRound, Wake
from rooms.model import SYSTEM, By, Newcomer
from rooms.policy import POLICY, allowed
from rotation import Plan
from tests.stories import HOST, ORGANISER, evening, guest, newcomer, refusal


def test_every_command_is_in_the_table() -> None:
    assert set(POLICY) == set(typing.get_args(commands.AnyCommand))


def test_an_organiser_may_do_all_that_a_facilitator_may() -> None:
    assert all("organiser" in roles for roles in POLICY.values() if "facilitator" in roles)


def test_what_comes_from_the_shell_comes_from_nobody_else() -> None:
    for command in (Wake(), OfferPlan(Plan(()), "")):
        assert allowed(command, SYSTEM)
        assert not any(allowed(command, by) for by in (ORGANISER, HOST, guest("a")))


@pytest.mark.parametrize("command", [CreateEvent("e", "E"), EditPerson(newcomer("a"))])
def test_facilitators_touch_neither_addresses_nor_the_event_itself(command: CreateEvent) -> None:
    assert allowed(command, ORGANISER)
    assert not allowed(command, HOST)


def test_guests_act_for_themselves_only() -> None:
    assert allowed(Join(newcomer("a")), guest("a"))
    assert not allowed(Join(newcomer("a")), guest("b"))
    assert allowed(Leave(), guest("a"))
    assert not allowed(Leave(), HOST)


def test_a_command_that_is_not_allowed_is_refused_before_anything_else() -> None:
    story = evening()
    assert refusal(story.when(StartRound(1), guest("a"))) == "not-allowed"
    assert refusal(story.when(OpenEvent(), By("participant", "zz"))) == "not-allowed"
    assert refusal(story.when(Join(Newcomer("b", "B")), guest("a"))) == "not-allowed"

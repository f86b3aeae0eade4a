"""Logs that people have kept: every later version reads them and tells the same evening."""

from __future__ import annotations

import typing
from pathlib import Path

import msgspec
import pytest

from rooms import facts
from rooms.evolve import replay
from rooms.facts import AnyFact
from rooms.report import Report, report
from tests.rooms.record_golden import everything

LOGS = sorted(Path(__file__).with_name("golden").glob("*.jsonl"))


def read(log: Path) -> list[AnyFact]:
    return [msgspec.json.decode(line, type=AnyFact) for line in log.read_bytes().splitlines()]


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_a_kept_log_replays_to_the_report_that_was_made_of_it(log: Path) -> None:
    kept = msgspec.json.decode(log.with_suffix(".report.json").read_bytes(), type=Report)
    assert report(replay(read(log))) == kept


def test_the_kept_logs_hold_every_kind_of_fact() -> None:
    kinds = {type(fact) for log in LOGS for fact in read(log)}
    assert kinds == set(typing.get_args(facts.AnyFact))


def test_the_evening_of_the_log_can_still_be_held() -> None:
    """With another planner other people may meet; what everybody did must not be refused."""
    assert everything().state.phase == "closed"

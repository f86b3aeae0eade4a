"""The laws of an event, under whatever people, hosts, the clock and lost connections can do to it.

`evenings.py` holds the random evenings and what is looked at after each step.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rooms.evenings import Evening


@pytest.mark.parametrize("seed", range(40))
def test_the_laws_hold(seed: int) -> None:
    Evening(Random(seed).choice).passes(70)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("hundred", range(10))
def test_the_laws_hold_in_a_thousand_evenings(hundred: int) -> None:
    for seed in range(100 * hundred + 1_000, 100 * hundred + 1_100):
        Evening(Random(seed).choice).passes(120)


@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_laws_hold_when_somebody_looks_for_the_shortest_way_to_break_them(data: st.DataObject) -> None:
    Evening(lambda options: data.draw(st.sampled_from(options))).passes(40)

"""Scripts of simulated guests: from a seed, and with as many absences as were asked for."""

from __future__ import annotations

from server.guests import SAMPLE_PEOPLE, Script, people, scripts


def evening(seed: int) -> list[Script]:
    return scripts(people(30), 6, no_shows=6, late=3, drops=4, seed=seed)


def test_the_same_seed_gives_the_same_evening_and_another_seed_another() -> None:
    assert evening(7) == evening(7)
    assert evening(7) != evening(8)


def test_as_many_are_absent_late_and_dropping_as_asked_for() -> None:
    for seed in range(20):
        found = evening(seed)
        assert sum(script.arrives == "never" for script in found) == 6
        assert sum(script.arrives == "late" for script in found) == 3
        gaps = [script.gap for script in found if script.gap is not None]
        assert sum(gap.seconds is None for gap in gaps) == 2
        assert all(40 <= gap.seconds <= 180 for gap in gaps if gap.seconds is not None)
        assert len(gaps) == 4
        assert all(1 <= gap.round <= 6 for gap in gaps)


def test_clocks_are_off_by_seconds_to_hours_and_lines_slow() -> None:
    for script in evening(7):
        assert 1_000 <= abs(script.ahead_ms) <= 32_000_000
        assert abs(script.drift) <= 5e-5
        assert 0.020 <= script.line.delay <= 0.200


def test_everyone_has_a_name_of_their_own() -> None:
    many = people(len(SAMPLE_PEOPLE) + 10)
    assert len({name for name, _ in many}) == len(SAMPLE_PEOPLE) + 10
    assert many[-1] == ("Guest 34", "")

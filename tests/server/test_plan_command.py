"""`intermingle plan` on a list of people: what it prints, what it writes, what it refuses."""

from __future__ import annotations

from click.testing import CliRunner

from server.plan_command import plan
from tests.server.plan_runs import names, run


def test_a_perfect_plan_is_called_provably_optimal() -> None:
    result = run(names(25), "--size", "5", "--rounds", "6")
    assert result.exit_code == 0
    assert "24 people met of 24 possible, no repeats, nobody alone: provably optimal." in result.stdout


def test_what_cannot_be_is_explained_with_the_nearest_possible() -> None:
    result = run(names(12), "--size", "4", "--rounds", "6")
    assert (
        "12 people in fours for 6 rounds must repeat: 108 meetings, only 66 pairs. "
        "This plan has 42 repeats, the fewest possible." in result.stdout
    )


def test_without_proof_nothing_is_called_optimal() -> None:
    result = run(names(54), "--size", "6", "--rounds", "12", "--seconds", "0")
    assert "optimal" not in result.stdout
    assert "of at most 53 possible" in result.stdout


def test_all_names_are_in_every_round_of_the_table() -> None:
    rounds, _, _ = run(names(9), "--size", "3", "--rounds", "4").stdout.partition("met\n")
    assert all(rounds.count(f"Guest {number}") == 4 for number in range(9))


def test_a_name_in_brackets_is_shown_as_it_is() -> None:
    assert "[bold]Ana" in run(b"Tom\nJonas\n[bold]Ana\n", "--rounds", "1").stdout


def test_the_same_seed_gives_the_same_plan() -> None:
    first, again, other = (run(names(16), "--rounds", "5", "--seed", seed).stdout for seed in ("1", "1", "2"))
    assert first == again != other


def test_namesakes_are_told_apart() -> None:
    result = run(b"Ana\nTom\nAna\n", "--rounds", "1")
    assert "Ana (row 1)" in result.stdout
    assert "Ana (row 3)" in result.stdout


def test_nobody_and_one_person_are_refused_kindly() -> None:
    assert (run(b"").exit_code, run(b"Ana\n").exit_code) == (2, 2)
    assert "Add at least one more." in run(b"Ana\n").stderr


def test_two_people_are_one_room() -> None:
    result = run(b"Ana\nTom\n", "--rounds", "1")
    assert result.exit_code == 0
    assert "2 people are one room." in result.stderr


def test_one_of_anything_is_spoken_of_as_one() -> None:
    printed = run(b"Ana\nTom\n", "--rounds", "2").stdout
    assert "2 meetings, only 1 pair. This plan has 1 repeat, the fewest possible." in printed
    assert "1 person met of 1 possible, 1 repeat, nobody alone: provably optimal." in printed


def test_more_rooms_than_there_are_pairs_are_refused() -> None:
    result = run(names(24), "--rooms", "50", "--rounds", "1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "24 people cannot fill 50 rooms: nobody should sit alone, so 12 are the most."
    )
    assert run(names(24), "--rooms", "12", "--rounds", "1").exit_code == 0


def test_one_who_wants_no_pair_is_spoken_of_as_one() -> None:
    refused = run(names(4), "--no-pair", "Guest 1", "--size", "2").stderr
    assert refused.startswith("1 person wants three or more, but round 1 has 0 seats in such rooms.")


def test_a_file_that_is_not_there_is_named() -> None:
    result = CliRunner().invoke(plan, ["nowhere.csv"])
    assert "nowhere.csv cannot be read" in result.stderr


def test_size_and_rooms_together_are_refused() -> None:
    assert "not both" in run(names(8), "--size", "4", "--rooms", "2").stderr

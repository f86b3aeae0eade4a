"""`--what-if` and `--explain`: numbers side by side, and reasons."""

from __future__ import annotations

from tests.server.plan_runs import names, quick, team


def table(printed: str) -> dict[str, list[str]]:
    """The rows of the comparison by their name."""
    lines = printed[printed.index("What if") :].splitlines()
    width = lines[0].index("people")
    rows = lines[1 : lines.index("")]
    return {row[:width].strip(): row[width:].split() for row in rows}


def test_every_change_has_its_line() -> None:
    found = table(
        quick(names(20), "--rounds", "4", "--what-if", "size=5,rooms=4", "--what-if", "rounds=5").stdout
    )
    assert found["as planned"] == ["20", "5", "4", "12", "12", "12", "0", "0", "✓"]
    assert found["fives"][:3] == ["20", "4", "4"]
    assert found["4 rooms"] == found["fives"]
    assert found["5 rounds"] == ["20", "5", "5", "15", "15", "15", "0", "0", "✓"]


def test_no_shows_are_compared_with_the_plan_kept_as_it_is() -> None:
    found = table(quick(names(20), "--size", "2", "--rounds", "4", "--what-if", "no-shows=20%").stdout)
    assert found["20 % do not come"][:3] == ["16", "8", "4"]
    kept = found["plan kept"]
    assert found["20 % do not come"][-2:] == ["0", "✓"]
    assert int(kept[-1]) >= 4 * (4 - 2)  # in each round at most one pair of them was at home together
    assert float(kept[3]) < 4


def test_rooms_named_one_by_one_become_fewer_for_fewer_people() -> None:
    found = table(quick(names(20), "--sizes", "5+5+5+5 10+10", "--what-if", "no-shows=10").stdout)
    assert found["10 do not come"][:2] == ["10", "1–2"]


def test_a_change_that_cannot_be_says_why() -> None:
    printed = quick(team(), "--apart-by", "employer", "--rounds", "1", "--what-if", "rooms=2").stdout
    assert "kept apart" in " ".join(table(printed)["2 rooms"])


def test_reasons_are_given_by_name_and_value() -> None:
    printed = quick(names(25), "--size", "5", "--explain").stdout
    found, _, limits = printed[printed.index("How it was found") :].partition("What no plan can exceed")
    assert found.splitlines()[2].split()[2:] == ["300", "24", "construction"]
    assert "300  allowed" in limits and "300  this plan" in limits
    assert "What each rule costs" not in printed


def test_rules_have_their_price() -> None:
    options = ("--size", "4", "--rounds", "4", "--apart-by", "employer", "--at-most", "3", "--explain")
    prices = quick(team(), *options).stdout.partition("What each rule costs")[2].splitlines()
    (pairs, people, rule), none = prices[2].split(), prices[3].split()
    assert rule == "apart-by" and 1 <= int(pairs) <= 12
    assert float(people) == round(2 * int(pairs) / 12, 1)
    assert none == ["0", "0.0", "at-most"]

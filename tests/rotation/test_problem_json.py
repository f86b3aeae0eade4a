"""Problems survive the way through JSON, mistakes are refused by name, and the schema says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rotation import Nonsense, Person, Problem, Rules, Template
from rotation.problem_json import problem_from, problem_to
from tests.rotation.problems import problems

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "problem.schema.json").read_text(encoding="utf-8"))
EVERYTHING = Problem(
    (Person("ana", "mentor", (("team", "red"),)), *map(Person, ("ben", "eva", "jon", "kim", "tom"))),
    ((3, 2), (3, 3), (3, 3)),
    Rules(
        apart=frozenset({("ana", "ben")}),
        apart_by=frozenset({"team"}),
        together=frozenset({frozenset({"eva", "jon"})}),
        meet=frozenset({("ana", "tom")}),
        at_most=2,
        hosts=frozenset({("ana", 1)}),
        stays=frozenset({"tom"}),
        pins=frozenset({("kim", 2, 2)}),
        away=frozenset({("ben", 1)}),
        at_least_three=frozenset({"eva"}),
        rooms_differ=True,
        soft=frozenset({"meet", "rooms_differ"}),
    ),
    templates=(
        Template(at_least=(("mentor", 0),)),
        Template(exactly=(("mentor", 1),), same_role=True),
        Template(),
    ),
    same_as=((3, 2),),
    profile="reach",
)


def fits(value: Any, schema: Any) -> bool:
    """Whether a value keeps a schema, as far as ours uses JSON Schema."""
    if "$ref" in schema and not fits(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]):
        return False
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
    if "type" in schema and type(value) is not kinds[schema["type"]]:
        return False
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        return False
    if "anyOf" in schema and not any(fits(value, each) for each in schema["anyOf"]):
        return False
    if "oneOf" in schema and sum(fits(value, each) for each in schema["oneOf"]) != 1:
        return False
    if isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties", {})
        return all(name in value for name in schema.get("required", ())) and all(
            (others is not False or name in known) and fits(each, known.get(name, others))
            for name, each in value.items()
        )
    if isinstance(value, list):
        firsts, others = schema.get("prefixItems", []), schema.get("items", {})
        long_enough = bool(schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)))
        return long_enough and all(
            fits(each, firsts[index] if index < len(firsts) else others) for index, each in enumerate(value)
        )
    if isinstance(value, str):
        return bool(len(value) >= schema.get("minLength", 0))
    return not isinstance(value, int) or bool(
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
    )


@settings(max_examples=30)
@given(problems())
def test_a_problem_survives_the_way_through_json(problem: Problem) -> None:
    document = json.loads(json.dumps(problem_to(problem)))
    assert problem_from(document) == problem
    assert fits(document, SCHEMA)


def test_every_rule_survives_the_way_through_json() -> None:
    document = json.loads(json.dumps(problem_to(EVERYTHING)))
    assert problem_from(document) == EVERYTHING
    assert fits(document, SCHEMA)
    assert set(SCHEMA["$defs"]["rules"]["properties"]) == set(Rules.__dataclass_fields__)


def test_short_forms_are_read() -> None:
    document = {"people": list("abcdefg"), "rounds": [[4, 3], {"size": 3}, {"rooms": 3}, {"sizes": [2]}]}
    assert problem_from(document).rounds == ((4, 3), (4, 3), (3, 2, 2), (2,))
    assert fits(document, SCHEMA)


@pytest.mark.parametrize("people", [[], ["ana"]])
def test_hardly_anybody_is_no_error(people: list[str]) -> None:
    assert problem_from({"people": people, "rounds": [{"size": 4}]}).rounds == ((),)


FOUR = ["ana", "ben", "eva", "tom"]


@pytest.mark.parametrize(
    ("document", "code", "told"),
    [
        ([], "not-a-problem", "The problem must be an object, not a list."),
        ({"people": FOUR}, "missing-field", "“rounds”"),
        ({"people": FOUR, "rounds": [], "extra": 1}, "unknown-field", "“extra”"),
        ({"people": FOUR, "rounds": [], "version": 2}, "unknown-version", "version 2"),
        ({"people": [{"id": 7}], "rounds": []}, "not-a-problem", "people[0].id must be text, not 7."),
        ({"people": ["ana", "ana"], "rounds": []}, "duplicate-person", "ana"),
        ({"people": [""], "rounds": []}, "blank-id", "id"),
        ({"people": FOUR, "rounds": [{"size": 2, "rooms": 2}]}, "missing-field", "rounds[0]"),
        ({"people": FOUR, "rounds": [{"size": 1}]}, "room-too-small", "two"),
        ({"people": FOUR, "rounds": [[3, 2]]}, "too-many-seats", "5 seats"),
        ({"people": FOUR, "rounds": [[2, 1]]}, "room-too-small", "Round 1"),
        ({"people": FOUR, "rounds": [[2.5]]}, "not-a-problem", "rounds[0].sizes[0] must be a whole number"),
        ({"people": FOUR, "rounds": [[True]]}, "not-a-problem", "not true"),
        ({"people": FOUR, "rounds": [{"size": 10**6}]}, "absurd-number", "1000000"),
        ({"people": FOUR, "rounds": [{"size": 10**9000}]}, "absurd-number", "far larger"),
        ({"people": [""] * 10_001, "rounds": []}, "too-many-people", "10001 people are too many"),
        ({"people": FOUR, "rounds": [0] * 1_001}, "too-many-rounds", "1001 rounds are too many"),
        (
            {"people": FOUR, "rounds": [], "rules": {"stays": ["zoe"]}},
            "unknown-person",
            "stays[0] names zoe",
        ),
        ({"people": FOUR, "rounds": [], "rules": {"apart": [["ana"]]}}, "not-a-problem", "two people, not 1"),
        ({"people": FOUR, "rounds": [], "rules": {"apart": [["ana", "ana"]]}}, "apart-from-self", "ana"),
        ({"people": FOUR, "rounds": [], "rules": {"meet": [["ana", "ana"]]}}, "meet-self", "ana"),
        (
            {"people": FOUR, "rounds": [[4]], "rules": {"away": [{"person": "ana", "round": 2}]}},
            "no-such-round",
            "rules.away[0].round is 2; rounds are numbered from 1 to 1.",
        ),
        ({"people": FOUR, "rounds": [], "rules": {"hosts": [{"person": "ana"}]}}, "missing-field", "“room”"),
        ({"people": FOUR, "rounds": [], "rules": {"soft": ["away"]}}, "not-soft", "away"),
        ({"people": FOUR, "rounds": [], "rules": {"at_most": -1}}, "negative-limit", "fewer than zero"),
        ({"people": FOUR, "rounds": [], "profile": "odd"}, "unknown-profile", "odd"),
        (
            {"people": FOUR, "rounds": [], "history": {"meetings": [["ana", 1]]}},
            "not-a-problem",
            "meetings[0]",
        ),
        ({"people": FOUR, "rounds": [{"size": 2, "same_as": 1}]}, "no-such-round", "earlier round"),
    ],
)
def test_a_mistake_is_refused_by_name(document: Any, code: str, told: str) -> None:
    with pytest.raises(Nonsense) as refused:
        problem_from(document)
    assert (refused.value.code, told in str(refused.value)) == (code, True), str(refused.value)


ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, -1, 0, 10**30, 1.5, "", "zoe", [], [[]], {}, {"": 0}, ["ana", "ana"]]
)


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_wrong_is_refused_in_words(data: st.DataObject) -> None:
    document = problem_to(EVERYTHING)
    at: Any = document
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(ODD)
    try:
        problem_from(document)
    except Nonsense as refused:
        assert refused.code and str(refused).endswith(".")

"""The graph of who has met whom, and how it leaves the program."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import networkx as nx  # type: ignore[import-untyped]

from rotation import Group, History, Person, Problem, Rules
from rotation.meetings import (
    colours,
    components,
    graph,
    history,
    inseparable,
    metrics,
    not_met,
    not_met_by,
    rule_graph,
    to_graphml,
    to_json,
)

PEOPLE = [Person("ana", "mentor"), Person("ben"), Person("eva"), Person("jon"), Person("zoe")]
ROUNDS: list[list[Group]] = [[("ana", "ben", "eva")], [("eva", "ana"), ("ben", "jon")]]
MET = graph(PEOPLE, ROUNDS)


def test_an_edge_knows_how_often_and_when() -> None:
    assert MET.edges["ana", "eva"] == {"count": 2, "rounds": (1, 2)}
    assert MET.edges["jon", "ben"] == {"count": 1, "rounds": (2,)}


def test_who_has_not_met_whom() -> None:
    assert not_met(MET) == (
        ("ana", "jon"),
        ("ana", "zoe"),
        ("ben", "zoe"),
        ("eva", "jon"),
        ("eva", "zoe"),
        ("jon", "zoe"),
    )
    assert not_met_by(MET, "jon") == ("ana", "eva", "zoe")


def test_circles_are_told_largest_first() -> None:
    assert components(MET) == (("ana", "ben", "eva", "jon"), ("zoe",))


def test_the_graph_is_the_history_of_the_next_problem() -> None:
    assert history(MET) == History(
        (("ana", "ben", 1), ("ana", "eva", 2), ("ben", "eva", 1), ("ben", "jon", 1))
    )


def test_json_holds_everything() -> None:
    written = json.loads(json.dumps(to_json(MET)))
    assert {"id": "ana", "role": "mentor"} in written["nodes"]
    assert {"source": "ana", "target": "eva", "count": 2, "rounds": [1, 2]} in written["edges"]


def test_graphml_is_read_by_other_programs() -> None:
    root = ElementTree.fromstring(to_graphml(MET))
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    assert len(root.findall(".//g:node", space)) == 5
    assert len(root.findall(".//g:edge", space)) == 4
    assert "1 2" in {data.text for data in root.findall(".//g:edge/g:data", space)}


def test_a_graph_in_numbers() -> None:
    apart = metrics(MET)
    assert (apart.people, apart.met, apart.not_met, apart.meetings) == (5, 4, 6, 5)
    assert (apart.density, apart.fewest, apart.most) == (0.4, 0, 3)
    assert (apart.circles, apart.steps) == (2, None)
    assert metrics(graph(PEOPLE[:4], ROUNDS)).steps == 2


def test_nobody_is_a_graph_too() -> None:
    nobody = metrics(graph([], []))
    assert (nobody.people, nobody.circles, nobody.density) == (0, 0, 0.0)


RULED = rule_graph(
    Problem(
        (
            *PEOPLE[:4],
            Person("zoe", traits=(("employer", "Acme"),)),
            Person("max", "", (("employer", "Acme"),)),
        ),
        ((3, 3), (2, 2, 2)),
        Rules(
            apart=frozenset({("ana", "ben"), ("ana", "gone")}),
            apart_by=frozenset({"employer"}),
            meet=frozenset({("ana", "jon")}),
            together=frozenset({frozenset({"ana", "jon"}), frozenset({"jon", "eva"})}),
        ),
    )
)


def test_an_edge_of_rules_names_them_all() -> None:
    assert RULED.edges["ana", "jon"] == {"rules": ("meet", "together")}
    assert RULED.edges["max", "zoe"] == {"rules": ("apart",)}
    assert "gone" not in RULED


def test_who_is_kept_together_with_the_same_is_kept_together() -> None:
    assert inseparable(RULED) == (("ana", "eva", "jon"),)


def test_the_apart_are_coloured_so_that_no_two_share_a_colour() -> None:
    sets = colours(RULED)
    assert sorted(person for each in sets for person in each) == ["ana", "ben", "max", "zoe"]
    assert len(sets) == 2
    assert not any({"ana", "ben"} <= set(each) or {"max", "zoe"} <= set(each) for each in sets)


def test_rules_leave_as_files_too() -> None:
    assert {"source": "ana", "target": "jon", "rules": ["meet", "together"]} in to_json(RULED)["edges"]
    assert "meet together" in to_graphml(RULED)


def test_other_programs_read_the_json() -> None:
    again = nx.node_link_graph(json.loads(json.dumps(to_json(MET))), edges="edges")
    assert nx.utils.graphs_equal(nx.Graph(again.edges), nx.Graph(MET.edges))


def test_planning_loads_no_networkx() -> None:
    probe = "import sys, rotation, rotation.meetings; print('networkx' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"

"""The graph of who has met whom, and how it leaves the program."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree

from rotation import Group, History, Person
from rotation.meetings import components, graph, history, not_met, not_met_by, to_graphml, to_json

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

"""The graph of who has met whom: history, circles, who has not met, and files for other graph programs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any, TypeAlias

import networkx as nx  # type: ignore[import-untyped]

from rotation.model import History, Pair, Person, PersonId, pair
from rotation.plan import Group

Meetings: TypeAlias = nx.Graph  # nodes are person ids


def graph(people: Iterable[Person], rounds_of_groups: Iterable[Iterable[Group]]) -> Meetings:
    """Who met whom. Every person is a node with a `role`.

    An edge has `count`, how often the two met, and `rounds`, the numbers of those rounds starting from 1.

    >>> from rotation.model import Person
    >>> met = graph([Person("a"), Person("b"), Person("c")], [[("a", "b")], [("b", "a")]])
    >>> met.edges["a", "b"]
    {'count': 2, 'rounds': (1, 2)}
    """
    met: Meetings = nx.Graph()
    for person in people:
        met.add_node(person.id, role=person.role)
    for number, groups in enumerate(rounds_of_groups, start=1):
        for group in groups:
            for a, b in combinations(group, 2):
                before: tuple[int, ...] = met.edges[a, b]["rounds"] if met.has_edge(a, b) else ()
                met.add_edge(a, b, count=len(before) + 1, rounds=(*before, number))
    return met


def history(met: Meetings) -> History:
    """The meetings of a graph as the history of a problem."""
    return History(meetings=tuple((a, b, edge["count"]) for a, b, edge in met.edges(data=True)))


def not_met(met: Meetings) -> tuple[Pair, ...]:
    """The pairs who have not met, sorted. O(people^2)."""
    return tuple(sorted(pair(a, b) for a, b in nx.non_edges(met)))


def not_met_by(met: Meetings, person: PersonId) -> tuple[PersonId, ...]:
    """Whom this person has not met, sorted."""
    return tuple(sorted(nx.non_neighbors(met, person)))


def components(met: Meetings) -> tuple[tuple[PersonId, ...], ...]:
    """Circles of people connected by meetings, largest first."""
    circles = (tuple(sorted(circle)) for circle in nx.connected_components(met))
    return tuple(sorted(circles, key=lambda circle: (-len(circle), circle)))


def to_json(met: Meetings) -> dict[str, Any]:
    """Nodes (`id`, `role`) and edges (`source`, `target`, `count`, `rounds`), ready for a JSON encoder."""
    return {
        "nodes": [{"id": person, "role": role} for person, role in met.nodes(data="role")],
        "edges": [
            {"source": a, "target": b, "count": edge["count"], "rounds": list(edge["rounds"])}
            for a, b, edge in met.edges(data=True)
        ],
    }


def to_graphml(met: Meetings) -> str:
    """GraphML text for other graph programs; `rounds` is a string such as `1 3`."""
    flat: Meetings = nx.Graph()
    flat.add_nodes_from(met.nodes(data=True))
    for a, b, edge in met.edges(data=True):
        flat.add_edge(a, b, count=edge["count"], rounds=" ".join(map(str, edge["rounds"])))
    return "\n".join(nx.generate_graphml(flat))

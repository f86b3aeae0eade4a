"""Graphs of a plan and of its rules: who has met whom and who not, circles, files for other graph programs.

networkx is loaded by the first graph that is made, because that takes longer than most plans.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeAlias

from rotation.model import History, Pair, Person, PersonId, Problem, pair
from rotation.plan import Group

if TYPE_CHECKING:
    import networkx as nx  # type: ignore[import-untyped]

    Meetings: TypeAlias = nx.Graph  # nodes are person ids


@dataclass(frozen=True, slots=True)
class Metrics:
    """A meeting graph in numbers."""

    people: int
    met: int
    """Pairs who have met."""
    not_met: int
    meetings: int
    """Meetings of all pairs, repeats included."""
    density: float
    """The share of all pairs who have met, from 0 to 1."""
    fewest: int
    """People met by the worst-off person."""
    most: int
    circles: int
    """Components: within one, everybody knows everybody over others."""
    steps: int | None
    """Handshakes between the two who are farthest apart; None when no chain of meetings joins everybody."""


def graph(people: Iterable[Person], rounds_of_groups: Iterable[Iterable[Group]]) -> Meetings:
    """Who met whom. Every person is a node with a `role`.

    An edge has `count`, how often the two met, and `rounds`, the numbers of those rounds starting from 1.

    >>> from rotation.model import Person
    >>> met = graph([Person("a"), Person("b"), Person("c")], [[("a", "b")], [("b", "a")]])
    >>> met.edges["a", "b"]
    {'count': 2, 'rounds': (1, 2)}
    """
    met = _empty(people)
    for number, groups in enumerate(rounds_of_groups, start=1):
        for group in groups:
            for a, b in combinations(group, 2):
                before: tuple[int, ...] = met.edges[a, b]["rounds"] if met.has_edge(a, b) else ()
                met.add_edge(a, b, count=len(before) + 1, rounds=(*before, number))
    return met


def metrics(met: Meetings) -> Metrics:
    """O(people * pairs met), for the chains."""
    import networkx as nx

    people, pairs = met.number_of_nodes(), met.number_of_edges()
    company = [degree for _, degree in met.degree]
    possible = people * (people - 1) // 2
    circles = nx.number_connected_components(met)
    return Metrics(
        people=people,
        met=pairs,
        not_met=possible - pairs,
        meetings=sum(count for _, _, count in met.edges(data="count")),
        density=pairs / possible if possible else 0.0,
        fewest=min(company, default=0),
        most=max(company, default=0),
        circles=circles,
        steps=nx.diameter(met) if circles == 1 else None,
    )


def history(met: Meetings) -> History:
    """The meetings of a graph as the history of a problem."""
    return History(meetings=tuple((a, b, edge["count"]) for a, b, edge in met.edges(data=True)))


def not_met(met: Meetings) -> tuple[Pair, ...]:
    """The pairs who have not met, sorted. O(people^2)."""
    import networkx as nx

    return tuple(sorted(pair(a, b) for a, b in nx.non_edges(met)))


def not_met_by(met: Meetings, person: PersonId) -> tuple[PersonId, ...]:
    """Whom this person has not met, sorted."""
    import networkx as nx

    return tuple(sorted(nx.non_neighbors(met, person)))


def components(met: Meetings) -> tuple[tuple[PersonId, ...], ...]:
    """Circles of people connected by meetings, largest first."""
    import networkx as nx

    circles = (tuple(sorted(circle)) for circle in nx.connected_components(met))
    return tuple(sorted(circles, key=lambda circle: (-len(circle), circle)))


# Rules


def rule_graph(problem: Problem) -> Meetings:
    """Who is bound to whom by a rule. An edge has `rules`, the sorted names of those about the two: apart,
    meet, together. People kept apart by a column count as apart."""
    bound = _empty(problem.people)
    rules, known = problem.rules, set(problem.ids)
    named = (
        ("apart", problem.apart | rules.apart),
        ("meet", rules.meet),
        ("together", {both for group in rules.together for both in combinations(sorted(group), 2)}),
    )
    for name, pairs in named:
        for a, b in sorted(pairs):
            if a in known and b in known:
                before: tuple[str, ...] = bound.edges[a, b]["rules"] if bound.has_edge(a, b) else ()
                bound.add_edge(a, b, rules=(*before, name))
    return bound


def only(bound: Meetings, rule: str) -> Meetings:
    """The part of a rule graph with one kind of rule, and the people it is about."""
    import networkx as nx

    kept: Meetings = nx.Graph()
    kept.add_edges_from((a, b) for a, b, rules in bound.edges(data="rules") if rule in rules)
    return kept


def colours(bound: Meetings) -> tuple[tuple[PersonId, ...], ...]:
    """People who are kept apart, in as few sets as a greedy colouring finds so that no set holds two of them.

    A round with so many rooms, large enough, can keep them apart; whether one with fewer can is not said.
    Saturation largest first (Brélaz, Communications of the ACM 22(4), 1979), O(people^2).
    """
    import networkx as nx

    colouring = nx.greedy_color(only(bound, "apart"), strategy="saturation_largest_first")
    sets: dict[int, list[PersonId]] = {}
    for person, colour in colouring.items():
        sets.setdefault(colour, []).append(person)
    return tuple(tuple(sorted(sets[colour])) for colour in sorted(sets))


def inseparable(bound: Meetings) -> tuple[tuple[PersonId, ...], ...]:
    """Who has to share a room in every round, chains of rules taken together; largest first."""
    return components(only(bound, "together"))


# Files


def to_json(met: Meetings) -> dict[str, Any]:
    """Node-link data as networkx and D3 read it: `nodes` with `id`, `edges` with `source` and `target`."""
    import networkx as nx

    data: dict[str, Any] = nx.node_link_data(met, edges="edges")
    for edge in data["edges"]:
        edge.update({key: list(value) for key, value in edge.items() if isinstance(value, tuple)})
    return data


def to_graphml(met: Meetings) -> str:
    """GraphML text for other graph programs; `rounds` is a string such as `1 3`."""
    import networkx as nx

    flat: Meetings = nx.Graph()
    flat.add_nodes_from(met.nodes(data=True))
    for a, b, edge in met.edges(data=True):
        flat.add_edge(a, b, **{key: _flat(value) for key, value in edge.items()})
    return "\n".join(nx.generate_graphml(flat))


def _flat(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, tuple) else value


def _empty(people: Iterable[Person]) -> Meetings:
    import networkx as nx

    bare: Meetings = nx.Graph()
    for person in people:
        bare.add_node(person.id, role=person.role)
    return bare

"""Labels are dealt so that rules are kept, wishes come true and old acquaintances stay apart."""

from __future__ import annotations

from itertools import combinations

from rotation import History, Person, Problem, Rules, Template, check, improve
from rotation.model import Pair
from rotation.relabel import label_search, relabelled
from rotation.task import Planned, Task


def people(many: int, mentors: int = 0) -> tuple[Person, ...]:
    return tuple(Person(f"p{i:02}", "mentor" if i < mentors else "mentee") for i in range(many))


def pairs(*numbers: tuple[int, int]) -> frozenset[Pair]:
    return frozenset((f"p{a:02}", f"p{b:02}") for a, b in numbers)


def constructed(problem: Problem) -> Planned:
    """The best design under labels, checked."""
    task = Task(problem, 1)
    for each in relabelled(task):
        task.offer(each.rounds(), "construction")
    assert task.best is not None
    assert not check(problem, task.best.plan)
    return task.best


def test_wishes_come_true_where_a_design_leaves_pairs_unmet() -> None:
    wishes = pairs(*((i, i + 1) for i in range(0, 36, 2)))
    for meet in (Rules(meet=wishes), Rules(meet=wishes, soft=frozenset({"meet"}))):
        plan = constructed(Problem(people(40), ((4,) * 10,) * 7, meet))
        assert plan.certificate.optimal
        assert plan.score.broken == 0


def test_pairs_kept_apart_are_those_who_do_not_meet() -> None:
    apart = Rules(pairs((0, 1), (2, 3), (4, 5), (0, 5), (7, 9)))
    assert constructed(Problem(people(49), ((7,) * 7,) * 7, apart)).certificate.optimal


def test_colleagues_make_a_column() -> None:
    staff = tuple(Person(f"p{i:02}", "", (("employer", str(i // 7)),)) for i in range(35))
    problem = Problem(staff, ((5,) * 7,) * 7, Rules(apart_by=frozenset({"employer"})))
    assert constructed(problem).certificate.optimal


def test_those_who_met_before_do_not_meet_again() -> None:
    met = tuple(
        (f"p{a:02}", f"p{b:02}", 1) for room in range(4) for a, b in combinations(range(room, 12, 4), 2)
    )
    plan = constructed(Problem(people(16), ((4,) * 4,) * 3, history=History(met)))
    assert plan.score.distinct == 3 * 4 * 6


def test_one_mentor_in_every_room() -> None:
    template = Template(exactly=(("mentor", 1),))
    plan = constructed(Problem(people(44, 11), ((4,) * 11,) * 11, templates=(template,) * 11))
    assert plan.certificate.optimal


def test_eighteen_mentors_and_twelve_mentees_meet_across_roles() -> None:
    template = Template(at_least=(("mentor", 1), ("mentee", 1)))
    problem = Problem(people(30, 18), ((3,) * 6 + (2,) * 6,) * 6, templates=(template,) * 6)
    assert constructed(problem).certificate.optimal


def test_hosts_find_their_rooms() -> None:
    hosts = frozenset((f"p{i:02}", i + 1) for i in range(7))
    problem = Problem(people(28), ((4,) * 7,) * 7, Rules(hosts=hosts))
    assert constructed(problem).certificate.optimal


def test_nobody_is_in_a_room_twice_where_there_are_rooms_enough() -> None:
    problem = Problem(people(44), ((4,) * 11,) * 2, Rules(rooms_differ=True))
    assert constructed(problem).certificate.optimal


def test_the_search_goes_on_while_labels_can_be_better() -> None:
    met = tuple((f"p{i:02}", f"p{j:02}", 1) for i in range(40) for j in range(i) if (i * 7 + j) % 11 == 0)
    task = Task(Problem(people(40), ((4,) * 10,) * 10, history=History(met)), 1)
    found = [task.best.score.distinct for _ in label_search(task) if task.best]
    assert found[-1] > found[0]
    assert found == sorted(found)


def test_no_design_is_tried_where_rounds_differ_or_people_stay_together() -> None:
    for problem in (
        Problem(people(12), ((4, 4, 4), (3, 3, 3, 3))),
        Problem(people(12), ((4, 4, 4),) * 2, Rules(together=frozenset({frozenset({"p00", "p01"})}))),
        Problem(people(12), ((4, 4),) * 2),
    ):
        assert relabelled(Task(problem, 1)) == []
        assert not check(problem, next(improve(problem, 1)).plan)

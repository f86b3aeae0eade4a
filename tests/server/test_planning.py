"""Plans come from another process: soon, better and better, and not when cancelled."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rooms.effects import ImprovePlan
from rotation import Nonsense, Person, Plan, Planned, Problem, Rules, check, digest, numbers
from server.planning import Better, Finished, InlinePlanner, Order, Planner, PlannerLike, _Job


def problem(people: int, size: int, rounds: int) -> Problem:
    return Problem(
        tuple(Person(f"p{number}") for number in range(people)), ((size,) * (people // size),) * rounds
    )


def request(of: Problem, previous: Plan | None = None) -> ImprovePlan:
    return ImprovePlan(of, digest(of), previous, seed=7)


EASY, HARD = problem(16, 4, 3), problem(50, 5, 12)  # nobody knows a plan as good as the limit
IMPOSSIBLE = Problem(  # two rooms of two, and a may sit with nobody
    tuple(Person(who) for who in "abcd"), ((2, 2),), Rules(frozenset({("a", "b"), ("a", "c"), ("a", "d")}))
)


class Heard:
    """Collects what a planner says about one request."""

    def __init__(self) -> None:
        self.plans: list[Plan] = []
        self.based_on: list[str] = []
        self.done = asyncio.Event()
        self.first = asyncio.Event()

    def better(self, plan: Plan, based_on: str) -> None:
        self.plans.append(plan)
        self.based_on.append(based_on)
        self.first.set()

    async def told(self) -> None:
        """Wait for another plan."""
        self.first.clear()
        await self.first.wait()


@pytest.fixture(scope="module")
async def warm() -> AsyncIterator[Planner]:
    planner = Planner()
    await planner.start()
    yield planner
    await planner.close()


@pytest.fixture(params=["process", "inline"])
async def planner(request: pytest.FixtureRequest, warm: Planner) -> PlannerLike:
    return warm if request.param == "process" else InlinePlanner()


async def test_a_valid_plan_comes_back_with_the_digest_it_answers(planner: PlannerLike) -> None:
    heard = Heard()
    planner.improve("e1", request(EASY), heard.better, seconds=1.0, on_done=heard.done.set)
    await asyncio.wait_for(heard.done.wait(), 60)
    assert check(EASY, heard.plans[-1]) == ()
    assert heard.based_on[-1] == digest(EASY)
    assert numbers(EASY, heard.plans[-1]).repeats == 0


async def test_the_previous_plan_is_mended_for_those_who_are_left(planner: PlannerLike) -> None:
    whole = Heard()
    planner.improve("e1", request(EASY), whole.better, seconds=0.2, on_done=whole.done.set)
    await asyncio.wait_for(whole.done.wait(), 60)
    fewer = problem(12, 4, 3)
    heard = Heard()
    planner.improve("e1", request(fewer, whole.plans[-1]), heard.better, seconds=0.1, on_done=heard.done.set)
    await asyncio.wait_for(heard.done.wait(), 60)
    assert check(fewer, heard.plans[-1]) == ()


async def test_a_cancelled_request_says_nothing_more(planner: PlannerLike) -> None:
    cancelled, other = Heard(), Heard()
    planner.improve("e1", request(HARD), cancelled.better, on_done=cancelled.done.set)
    planner.cancel("e1")
    planner.cancel("e1")
    planner.improve("e2", request(EASY), other.better, seconds=0.2, on_done=other.done.set)
    await asyncio.wait_for(other.done.wait(), 60)
    assert cancelled.plans == [] and not cancelled.done.is_set()


async def test_a_new_request_takes_the_place_of_the_old_one(planner: PlannerLike) -> None:
    old, new = Heard(), Heard()
    planner.improve("e1", request(HARD), old.better, on_done=old.done.set)
    planner.improve("e1", request(EASY), new.better, seconds=0.2, on_done=new.done.set)
    await asyncio.wait_for(new.done.wait(), 60)
    assert old.plans == [] and set(new.based_on) == {digest(EASY)}


async def test_what_if_answers_every_question_in_order(planner: PlannerLike) -> None:
    questions = [problem(12, size, 3) for size in (2, 3, 4, 6)]
    answers = await asyncio.wait_for(planner.what_if(questions, 0.4), 60)
    for question, answer in zip(questions, answers, strict=True):
        assert isinstance(answer, Planned)
        assert check(question, answer.plan) == ()


@pytest.mark.parametrize(("seconds", "work"), [(1000, 0), (0, 1000)])
def test_an_order_ends_with_its_work_as_with_its_time(seconds: float, work: float) -> None:
    better, finished = _Job(Order(1, HARD, None, 0, seconds, work)).step()
    assert isinstance(better, Better) and isinstance(finished, Finished)


@pytest.mark.long  # a search gives up after some seconds only
async def test_what_cannot_be_planned_is_answered_with_the_reason(warm: Planner) -> None:
    (answer,) = await asyncio.wait_for(warm.what_if([IMPOSSIBLE], 60), 60)
    assert isinstance(answer, Nonsense)
    assert answer.code == "cannot-keep-apart" and str(answer)


async def test_ever_better_plans_stream_in_while_the_worker_searches(warm: Planner) -> None:
    heard = Heard()
    warm.improve("e1", request(HARD), heard.better, seconds=60)
    async with asyncio.timeout(60):
        while len(heard.plans) < 2:
            await heard.told()
    warm.cancel("e1")
    distinct = [numbers(HARD, plan).distinct for plan in heard.plans]
    assert distinct == sorted(distinct)


async def test_two_events_are_planned_side_by_side(warm: Planner) -> None:
    long, short = Heard(), Heard()
    warm.improve("long", request(HARD), long.better, seconds=30, on_done=long.done.set)
    warm.improve("short", request(EASY), short.better, seconds=0.2, on_done=short.done.set)
    await asyncio.wait_for(short.done.wait(), 60)
    assert not long.done.is_set()
    warm.cancel("long")


async def test_cancelling_frees_the_worker_at_once_and_idle_it_uses_no_cpu(warm: Planner) -> None:
    heard = Heard()
    warm.improve("e1", request(HARD), heard.better, seconds=60)
    await asyncio.wait_for(heard.first.wait(), 60)
    warm.cancel("e1")
    await warm.what_if([EASY], 0.05)  # answered: the worker has read the cancellation
    while state(warm.pid) != "S":
        await asyncio.sleep(0.01)
    before = cpu_seconds(warm.pid)
    await asyncio.sleep(0.3)
    assert cpu_seconds(warm.pid) - before <= 0.02


async def test_when_the_worker_dies_another_finishes_its_orders() -> None:
    planner = Planner()
    await planner.start()
    heard = Heard()
    planner.improve("e1", request(HARD), heard.better, seconds=0.5, on_done=heard.done.set)
    first = planner.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await asyncio.wait_for(heard.done.wait(), 60)
    assert planner.pid not in (None, first)
    assert check(HARD, heard.plans[-1]) == ()
    await planner.close()


async def test_an_order_that_kills_the_worker_twice_is_dropped() -> None:
    planner = Planner()
    await planner.start()
    poison = Heard()
    planner.improve("e1", request(HARD), poison.better, seconds=60, on_done=poison.done.set)
    for _ in range(2):
        await asyncio.wait_for(poison.first.wait(), 60)
        assert planner.pid is not None
        os.kill(planner.pid, signal.SIGKILL)
        poison.first.clear()
    await asyncio.wait_for(poison.done.wait(), 60)
    (answer,) = await asyncio.wait_for(planner.what_if([EASY], 0.1), 60)
    assert isinstance(answer, Planned)
    await planner.close()


async def test_ctrl_c_is_left_to_the_server(warm: Planner) -> None:
    assert warm.pid is not None
    os.kill(warm.pid, signal.SIGINT)
    before = warm.pid
    await warm.what_if([EASY], 0.05)
    assert warm.pid == before


PARENT = """
import asyncio, sys
from server.planning import Planner
from tests_problem import HARD, request

async def main():
    planner = Planner()
    await planner.start()
    planner.improve("e", request(HARD), lambda *_: print(planner.pid, flush=True), seconds=600)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def test_the_worker_ends_when_the_server_is_killed(tmp_path: Path) -> None:
    (tmp_path / "tests_problem.py").write_text(
        "from rooms.effects import ImprovePlan\n"
        "from rotation import Person, Problem, digest\n"
        "HARD = Problem(tuple(Person(f'p{n}') for n in range(28)), ((4,) * 7,) * 9)\n"
        "def request(of): return ImprovePlan(of, digest(of), None, 7)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
        text=True,
    )
    assert parent.stdout is not None
    with parent, parent.stdout:
        worker = int(parent.stdout.readline())
        parent.kill()
    deadline = time.monotonic() + 60
    while alive(worker) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(worker)


def state(pid: int | None) -> str:
    """S for one that waits, Z for one that has ended."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def alive(pid: int) -> bool:
    try:
        return state(pid) != "Z"
    except FileNotFoundError:
        return False


def cpu_seconds(pid: int | None) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

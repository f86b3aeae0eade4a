"""An event with simulated guests, for whoever wants to see one before making their own."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Sequence

from rooms.commands import AddPeople, AnyCommand, CloseEvent, CreateEvent, OpenEvent
from rooms.model import By, Constellation, Newcomer, ParticipantId
from rooms.refused import Refused
from server.actor import EventActor
from server.bodies import Created
from server.browser import Browser, HttpProblem, View
from server.config import Config
from server.guests import Guest, Host, Script, all_held, is_over, people, scripts
from server.invitations import invite, personal
from server.problems import Trouble, of_refusal, refused
from server.protocol import Refusal
from server.registry import Registry
from server.tokens import Tokens

GUESTS, NO_SHOWS, LATE, DROPS = 21, 1, 2, 2
ROUNDS = tuple(
    Constellation(minutes=2, size=4, topic=topic, question=question)
    for topic, question in (
        ("What brought you here?", "What made you say yes to this evening?"),
        ("A mentor I never thanked", "What did they see in you?"),
        ("Advice worth keeping", "Which advice did you ignore, and were you right?"),
        ("The next step", "What would you try if nobody were watching?"),
    )
)
DEMOS = 3  # at once
PATIENCE_SECONDS = 30.0  # for a visitor who came as a guest only: then the demo starts by itself
FAREWELL_SECONDS = 60.0

SIMULATED = "sim"  # how the ids of simulated guests begin
ORGANISER = By("organiser", "demo", "Demo")

log = logging.getLogger("intermingle.demo")

Invited = Sequence[tuple[Script, str]]  # with their personal links


class Demo:
    """Runs a few at once; `close` ends them."""

    def __init__(self, config: Config, registry: Registry, tokens: Tokens, wall: Callable[[], float]) -> None:
        self._config, self._registry, self._tokens, self._wall = config, registry, tokens, wall
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, event: str) -> Created:
        """The links to a new event of this id, which its simulated guests are about to join."""
        if len(self._running) >= DEMOS:
            raise Trouble("busy", "Enough demos are running. Try again in a few minutes.")
        seed = secrets.randbelow(2**31)
        actor = await self._prepared(event, seed)
        created, _ = await invite(self._tokens, self._config.origin, event, int(self._wall()))
        task = asyncio.create_task(self._run(created, await self._invited(event, seed)), name=f"demo {event}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        log.info("demo started", extra={"event": actor.id})
        return created

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _prepared(self, event: str, seed: int) -> EventActor:
        """An open event with its list of people."""
        at = int(self._wall()) + 60_000
        title = "An evening with simulated guests"
        made = CreateEvent(event=event, title=title, starts_at=at, rounds=ROUNDS, seed=seed)
        actor = await self._registry.create(made, ORGANISER)
        if isinstance(actor, Refused):
            raise refused(actor.code, actor.message)
        listed = (
            Newcomer(guest_id(number), name, headline=headline)
            for number, (name, headline) in enumerate(people(GUESTS))
        )
        await give(actor, AddPeople(tuple(listed)))
        await give(actor, OpenEvent())
        return actor

    async def _invited(self, event: str, seed: int) -> Invited:
        origin, at = self._config.origin, int(self._wall())
        evenings = scripts(people(GUESTS), len(ROUNDS), no_shows=NO_SHOWS, late=LATE, drops=DROPS, seed=seed)
        return [
            (script, await personal(self._tokens, origin, event, guest_id(number), at))
            for number, script in enumerate(evenings)
        ]

    async def _run(self, created: Created, invited: Invited) -> None:
        url = self._config.local_url
        stage = Browser(url, chance=random.Random(created.event), origin=self._config.origin)
        await stage.come_by(created.links.host)
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(stage.stay(created.event, "facilitator"))
            if await stage.until(lambda view: bool(view)):
                everyone = [
                    tasks.create_task(
                        self._attend(Guest(script, url, link, number, self._config.origin), stage)
                    )
                    for number, (script, link) in enumerate(invited)
                ]
                await self._lead(stage)
                await asyncio.wait(everyone)
            stage.close()
            watching.cancel()

    async def _attend(self, guest: Guest, stage: Browser) -> None:
        try:
            await guest.attend(stage)
        except HttpProblem as problem:
            log.warning("simulated guest turned away", extra={"code": problem.code})

    async def _lead(self, stage: Browser) -> None:
        """Hosts who are people lead. To a visitor who is only a guest the demo shows itself."""
        host = Host(stage, "demo")
        await stage.until(lambda view: is_over(view) or begun(view) or visitors(view) > 0)
        await asyncio.sleep(PATIENCE_SECONDS)
        if not begun(stage.view) and not led(stage):
            await host.start(2)
        await stage.until(lambda view: is_over(view) or (begun(view) and all_held(view)))
        await asyncio.sleep(FAREWELL_SECONDS)
        if not is_over(stage.view) and not led(stage):
            await stage.do(CloseEvent())
        await stage.until(is_over)


def guest_id(number: int) -> ParticipantId:
    return f"{SIMULATED}{number}"


def begun(view: View) -> bool:
    return view["clock"]["number"] is not None or any(
        each["state"] in ("now", "done") for each in view["rounds"].values()
    )


def visitors(view: View) -> int:
    """Guests who are not simulated."""
    return sum(
        person["presence"] == "here" and not id.startswith(SIMULATED) for id, person in view["people"].items()
    )


def led(stage: Browser) -> bool:
    """Whether a host is here besides the simulated one."""
    hosts = stage.view["hosts"].items()
    return any(host["here"] for id, host in hosts if id != stage.you["id"])


async def give(actor: EventActor, command: AnyCommand) -> None:
    answer = await actor.do(command, ORGANISER)
    if isinstance(answer, Refusal):
        raise of_refusal(answer)

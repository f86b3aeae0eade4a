"""An event with simulated guests, for whoever wants to see one before making their own."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable

from rooms.commands import CreateEvent
from rooms.model import By, Constellation
from rooms.refused import Refused
from server.actor import EventActor
from server.bodies import Created
from server.config import Config
from server.invitations import invite
from server.problems import Trouble, refused
from server.registry import Registry
from server.tokens import Tokens

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
ORGANISER = By("organiser", "demo", "Demo")

log = logging.getLogger("intermingle.demo")


class Demo:
    """Runs a few at once; `close` ends them."""

    def __init__(self, config: Config, registry: Registry, tokens: Tokens, wall: Callable[[], float]) -> None:
        self._config, self._registry, self._tokens, self._wall = config, registry, tokens, wall
        self._running: set[asyncio.Task[None]] = set()

    async def start(self, event: str) -> Created:
        """The links to a new event of this id, which its simulated guests are about to join."""
        if len(self._running) >= DEMOS:
            raise Trouble("busy", "Enough demos are running. Try again in a few minutes.")
        actor = await self._registry.create(self._made(event), ORGANISER)
        if isinstance(actor, Refused):
            raise refused(actor.code, actor.message)
        created, _ = await invite(self._tokens, self._config.origin, event, int(self._wall()))
        task = asyncio.create_task(self._run(actor, created), name=f"demo {event}")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return created

    def _made(self, event: str) -> CreateEvent:
        return CreateEvent(
            event=event,
            title="An evening with simulated guests",
            starts_at=int(self._wall()) + 60_000,
            rounds=ROUNDS,
            seed=secrets.randbelow(2**31),
        )

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("demo failed", exc_info=error)

    async def close(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, actor: EventActor, created: Created) -> None:
        # Here, so that a visitor has the links before everything that simulated guests need is loaded.
        from server.demo_evening import hold, invited

        guests = await invited(actor, ORGANISER, self._tokens, self._config, int(self._wall()))
        try:
            await hold(created, guests, self._config)
        except* OSError:
            log.info("demo ended")  # its guests come to this server itself: it is stopping

"""Camera and microphone of a simulated guest, on only while somebody is there to see and hear.

Connects over the guest's own socket, as browsers do: `Call`, the server's offer, our answer. What is sent
comes from the process behind `SimulatedMedia`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from server.browser import Browser, View
from server.media.simulated import SimulatedMedia

AGAIN_SECONDS = 1.5  # after a connection was lost; browsers wait as long

log = logging.getLogger("intermingle.demo")


class Camera:
    """`who` is a name for `media`, `face` a number; `watched` says whether it is worth while."""

    def __init__(
        self, browser: Browser, media: SimulatedMedia, who: str, face: int, watched: Callable[[View], bool]
    ) -> None:
        self._browser, self._media, self._who, self._face = browser, media, who, face
        self._watched = watched
        self._on = False
        self._called_on = 0  # which of the browser's connections
        self._tasks: set[asyncio.Task[None]] = set()
        browser.on_call = self._told

    async def run(self) -> None:
        """Until the browser is closed."""
        try:
            while await self._browser.until(self._wanted):
                self._turn(True)
                if self._called_on != self._browser.record.connections:
                    self._call()
                await self._browser.until(lambda view: not self._wanted(view))
                self._turn(False)
        finally:
            for task in self._tasks:
                task.cancel()
            self._media.hang_up(self._who)

    def _wanted(self, view: View) -> bool:
        return self._browser.connected and self._watched(view)

    def _turn(self, on: bool) -> None:
        self._on = on
        self._media.show(self._who, on)

    def _call(self) -> None:
        self._called_on = self._browser.record.connections
        self._browser.tell({"type": "Call"})

    def _told(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "CallOffer":
                self._do(self._answer(message["sdp"]))
            case "CallLost":
                self._called_on = 0
                self._media.hang_up(self._who)
                self._do(self._again())

    async def _answer(self, offer: str) -> None:
        try:
            answer = await self._media.answer(self._who, self._face, offer)
        except (OSError, TimeoutError) as error:
            log.warning("A simulated guest has no picture. %s", error)
            return
        self._browser.tell({"type": "CallAnswer", "sdp": answer})
        self._media.show(self._who, self._on)

    async def _again(self) -> None:
        await asyncio.sleep(AGAIN_SECONDS)
        if self._on:  # else when somebody comes
            self._call()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""A host's page in front of an event that `rooms` plays: what the page commands is really decided."""

from __future__ import annotations

from typing import Any

import msgspec
from playwright.async_api import Browser, ViewportSize

from rooms.commands import AnyCommand
from rooms.decide import Refused
from rooms.facts import AnyFact
from rooms.model import By, Event
from rooms.report import report
from rooms.views import redact, view
from server import protocol
from server.bodies import Link, LinkRole, ListedLink, PublicEvent, WhatIf, WhatIfLine
from tests.e2e.sample_evening import MAJA
from tests.e2e.sample_views import EVENT, NOW
from tests.e2e.staged import DESKTOP, Staged, staged_as
from tests.stories import Story

LINKS = (
    ListedLink("own", "organiser", None, NOW, yours=True),
    ListedLink("hosts", "facilitator", None, NOW),
    ListedLink("guests", "participant", None, NOW, code="KAMOR-7QX"),
    ListedLink("hers", "participant", "p01", NOW),
)
QR = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 21 21"><path d="M0 0h7v7H0z"/></svg>'


class Played(Staged):
    """Each command goes to the story; what it changes comes back as a server would tell it."""

    story: Story
    who: By

    async def plays(self, story: Story, page: str, who: By = MAJA) -> None:
        """Open one of the event's pages at this moment of the story."""
        self.show(story, who)
        await self.page.add_init_script(f"localStorage.setItem('intermingle.host-name', '{who.name}')")
        await self.open(f"/e/{EVENT}/{page}")

    def show(self, story: Story, who: By = MAJA) -> None:
        self.story, self.who = story, who
        story.watchers.append(self._watch)
        event = story.state
        role: LinkRole = "organiser" if who.role == "organiser" else "facilitator"
        hosts = tuple(host.name for host in event.facilitators.values() if host.here)
        self.card = PublicEvent(
            EVENT, event.title, event.zone, event.starts_at, event.phase, hosts, (role,), None, 30
        )
        self.view = view(event, who)
        self.event_ms = story.now

    def you(self) -> protocol.You:
        return protocol.You(self.who.id, self.who.role, self.who.name)

    def jump(self, story: Story) -> None:
        """To another moment, without a word about the way there: a `Welcome` on the open line."""
        self.show(story, self.who)
        self._seq += 1
        self.welcome()

    def usual(self, key: str) -> tuple[int, object]:
        event = f"/api/v1/events/{EVENT}"
        answers: dict[str, object] = {
            f"GET {event}/what-if": WHAT_IF,
            f"GET {event}/report": report(self.story.state),
            f"GET {event}/links": LINKS,
            f"POST {event}/links": Link("l1", "https://example.org/j#secret", QR),
        }
        return (200, answers[key]) if key in answers else super().usual(key)

    def do(self, cid: str, command: dict[str, Any]) -> None:
        outcome = self.story.when(msgspec.convert(command, AnyCommand), self.who)
        if isinstance(outcome, Refused):
            self.tell(protocol.Refusal(cid, outcome.code, outcome.message))
        else:
            self.tell(protocol.Done(cid, self._seq))
            self.story.plans()

    def _watch(self, before: Event | None, fact: AnyFact, after: Event) -> None:
        assert before is not None
        change = redact(before, fact, after, self.who)
        if change is not None:
            self._seq += 1
            self.view = view(after, self.who)
            self.tell(protocol.Changed(self._seq, fact.at, (change,)))


async def play(browser: Browser, viewport: ViewportSize = DESKTOP) -> Played:
    """An organiser's fresh page. The caller closes its context."""
    return await staged_as(Played, browser, viewport)


def _line(value: int, mean: float, repeats: int = 0) -> WhatIfLine:
    return WhatIfLine(value, mean, repeats)


WHAT_IF = WhatIf(
    24,
    (_line(2, 5), _line(3, 10), _line(4, 14.9), _line(5, 17.8, 12), _line(6, 18.8, 70)),
    (_line(3, 9), _line(4, 12), _line(5, 14.9), _line(6, 17.4, 7), _line(7, 19.3, 20)),
)

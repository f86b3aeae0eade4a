"""`intermingle doctor`: looks at what an operator has set up, and says in words what to change.

It may run before the server is started and beside it, and changes nothing. The checks are in doctor_*.py.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict

from server.config import Config
from server.doctor_finding import Finding, Level
from server.doctor_machine import machine
from server.doctor_media import media
from server.doctor_pages import listening, pages

SIGNS: dict[Level, str] = {"good": "✓", "look": "!", "bad": "✗"}


async def examine(config: Config) -> AsyncIterator[Finding]:
    """Every check, as it is done."""
    async with listening(config) as there:
        for finding in await pages(config, there):
            yield finding
    async for finding in media(config, there.who == "server"):
        yield finding
    for finding in machine(config):
        yield finding


def told(finding: Finding) -> Iterator[str]:
    """For people: a line, and one for what to change."""
    yield f"{SIGNS[finding.level]} {finding.check:<14} {finding.sentence}"
    if finding.fix:
        yield f"  {'':<14} → {finding.fix}"


def verdict(findings: Iterable[Finding]) -> str:
    """The last line."""
    levels = [finding.level for finding in findings]
    if "bad" in levels:
        many = levels.count("bad")
        return f"{many} {'thing has' if many == 1 else 'things have'} to be changed (✗)."
    return "Ready. Look at what has a ! once more." if "look" in levels else "Ready."


def as_json(findings: list[Finding]) -> str:
    """For programs: `ok`, and each finding with its `level`: good, look or bad."""
    document = {"ok": well(findings), "findings": [asdict(each) for each in findings]}
    return json.dumps(document, indent=2, ensure_ascii=False)


def well(findings: Iterable[Finding]) -> bool:
    return all(finding.level != "bad" for finding in findings)

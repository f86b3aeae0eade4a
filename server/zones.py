"""Which names of time zones are believed: the database's that browsers know too."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rooms.commands import AnyCommand, CreateEvent, EditEvent
from rooms.refused import Refused

NOT_FOR_BROWSERS = ("posix/", "right/", "posixrules", "localtime", "Factory")


def refusal(command: AnyCommand) -> Refused | None:
    """Why a command cannot be given, if it names a zone that nobody can reckon in."""
    if not isinstance(command, CreateEvent | EditEvent) or is_zone(command.zone):
        return None
    return Refused("bad-zone", f"“{command.zone[:60]}” is no time zone; write it like Europe/Copenhagen.")


def is_zone(name: str) -> bool:
    if name.startswith(NOT_FOR_BROWSERS):
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # of an unknown name, a path, a folder
        return False
    return True

"""What the machine gives: open files, a place for the data, compiled parts."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from server.config import Config
from server.doctor_finding import Finding, Level

FEW_CONNECTIONS = 1_000
LITTLE_DISK, NO_DISK = 1 << 30, 100 << 20  # bytes


def machine(config: Config) -> list[Finding]:
    """Every check of this file."""
    return [connections(), *data(Path(config.data)), *compiled()]


def connections() -> Finding:
    """How many browsers may be connected at once."""
    from server.serving import connections_possible

    many = connections_possible()
    if many >= FEW_CONNECTIONS:
        return Finding("connections", "good", f"{many:,} browsers may be connected.")
    return Finding(
        "connections",
        "look",
        f"Only {many:,} browsers may be connected: each is an open file.",
        "Raise the limit: LimitNOFILE=65536 in systemd, ulimit -Hn elsewhere.",
    )


def data(path: Path) -> list[Finding]:
    """Whether everything can be kept, and for how long."""
    folder = path.absolute().parent
    if not folder.is_dir():
        sentence = f"There is no folder {folder} for the data file."
        return [Finding("data file", "bad", sentence, "Make it, or name another file by data.")]
    if path.is_dir():
        return [Finding("data file", "bad", f"{path} is a folder.", "Name a file by data.")]
    # SQLite writes files beside it, so the folder counts as well.
    for each in (folder, *([path] if path.exists() else [])):
        if not os.access(each, os.W_OK):
            sentence = f"This user may not write to {each}."
            return [Finding("data file", "bad", sentence, "Let it, or start the server as another user.")]
    kept = "is kept" if path.exists() else "will be made"
    return [Finding("data file", "good", f"{path} {kept}."), disk(shutil.disk_usage(folder).free)]


def disk(free: int) -> Finding:
    """`free` bytes."""
    if free >= LITTLE_DISK:
        return Finding("disk", "good", f"{free / (1 << 30):,.0f} GB are free.")
    level: Level = "look" if free >= NO_DISK else "bad"
    return Finding("disk", level, f"Only {free >> 20:,} MB are free.", "Make room before events.")


def compiled() -> list[Finding]:
    """Whether the planner and the forwarding of media have their fast half."""
    from rotation.native import library as planner
    from server.media.native import library as forwarder

    return [
        _compiled("planner", planner() is not None, "The same plans take some fifty times longer."),
        _compiled("forwarder", forwarder() is not None, "Sound and picture cost the processor more."),
    ]


def _compiled(part: str, there: bool, otherwise: str) -> Finding:
    if there:
        return Finding(part, "good", f"The {part} is compiled.")
    return Finding(
        part,
        "look",
        f"The {part} is not compiled. {otherwise}",
        "Install a C compiler (on Debian: apt install gcc libc6-dev), and install Intermingle again.",
    )

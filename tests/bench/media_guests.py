"""What simulated guests with faces cost: processor time of the process they perform in, and of the plane.

  ./run bench media-guests
  ./run bench media-guests --guests 24 --seconds 20 --json OUT

Everybody is connected, in rooms of four, and sends as if somebody watched each room. First their faces are
drawn and encoded, which is counted apart. Percent are of one core. Linux only: it reads /proc.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from itertools import permutations
from pathlib import Path
from typing import Any

from server.media.plane import FirstMedia, PlaneEvent
from server.media.simulated import SimulatedMedia
from server.media.worker import MediaWorker

EVENT, SIZE = "event", 4


def seconds_used(pid: int) -> float:
    """Processor time of a process, in user and kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def run(guests: int, seconds: float) -> dict[str, Any]:
    names = [f"g{number}" for number in range(guests)]
    plane = MediaWorker("127.0.0.1")
    await plane.start()
    seen: set[str] = set()
    everybody = asyncio.Event()

    def note(what: PlaneEvent) -> None:
        if isinstance(what, FirstMedia) and what.kind == "video":
            seen.add(what.participant)
            if len(seen) == guests:
                everybody.set()

    plane.listen(note)
    async with SimulatedMedia() as media:
        for face, who in enumerate(names):
            offer = await plane.open(EVENT, who, SIZE)
            await plane.answer(EVENT, who, await media.answer(who, face, offer.sdp))
        rooms = [names[first : first + SIZE] for first in range(0, guests, SIZE)]
        await plane.apply(EVENT, 1, [edge for room in rooms for edge in permutations(room, 2)])
        assert media._process is not None and plane._process is not None
        pids = media._process.pid, plane._process.pid
        await asyncio.sleep(2)
        before = seconds_used(pids[0])
        for who in names:
            media.show(who, True)
        await everybody.wait()
        drawn = seconds_used(pids[0])
        first, packets = [*map(seconds_used, pids)], (await plane.stats(EVENT)).packets
        await asyncio.sleep(seconds)
        last, forwarded = [*map(seconds_used, pids)], (await plane.stats(EVENT)).packets - packets
    await plane.stop()
    return {
        "guests": guests,
        "drawing_s_each": round((drawn - before) / guests, 2),
        "guests_percent": round(100 * (last[0] - first[0]) / seconds, 1),
        "plane_percent": round(100 * (last[1] - first[1]) / seconds, 1),
        "forwarded_per_second": round(forwarded / seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--guests", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--json", metavar="OUT", help="a file for the figures; - is the output")
    asked = parser.parse_args()
    found = asyncio.run(run(asked.guests, asked.seconds))
    if asked.json and asked.json != "-":
        Path(asked.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    elif asked.json:
        print(json.dumps(found))
    else:
        for name, figure in found.items():
            print(f"{name:22} {figure:>8}")


if __name__ == "__main__":
    main()

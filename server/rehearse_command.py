"""`intermingle rehearse`: a whole event with simulated guests on a real server, judged in numbers."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from server.browser import Record, View
from server.rehearsal import Evening, Settings, StoodStill, hold, judge

START_SECONDS = 20.0
STOP_SECONDS = 15.0


class ServerDied(Exception):
    """The server of the rehearsal ended by itself; the message is the end of its log."""


@click.command()
@click.option("--people", default=30, show_default=True, help="People on the list.")
@click.option("--size", default=4, show_default=True, help="People in a room.")
@click.option("--rounds", default=6, show_default=True, help="Number of rounds.")
@click.option("--minutes", default=8.0, show_default=True, help="Length of a round.")
@click.option("--no-shows", default="0", metavar="N|N%", help="How many on the list never come.")
@click.option("--late", default=0, help="How many come while a round is running.")
@click.option("--drops", default=0, help="How many lose the line or leave; every other one comes back.")
@click.option("--speed", default=20.0, show_default=True, help="How much faster than life.")
@click.option("--seed", default=7, show_default=True, help="Another seed, another evening.")
@click.option("--kill", default=0, metavar="N", help="Kill the server with -9 at N random moments.")
@click.option("--url", help="A running server that allows rehearsals; else one is started for it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of sentences.")
def rehearse(no_shows: str, kill: int, url: str | None, as_json: bool, people: int, **options: Any) -> None:
    """Run a whole event with simulated guests, judged in numbers."""
    if kill and url:
        raise click.UsageError("A server elsewhere cannot be killed: leave out --url or --kill.")
    settings = Settings(people=people, no_shows=_share(no_shows, people), **options)
    if settings.no_shows + settings.late + settings.drops > people:
        raise click.UsageError("More people are absent, late or dropping out than there are.")
    progress = Progress(settings, quiet=as_json)
    try:
        result = asyncio.run(_rehearse(settings, kill, url, progress))
    except StoodStill as still:
        raise click.ClickException(f"The event did not end in time:\n{still}") from still
    except ServerDied as died:
        raise click.ClickException(f"The server ended:\n{died}") from died
    progress.end()
    click.echo(json.dumps(result, indent=None) if as_json else summary(result))


def _share(text: str, of: int) -> int:
    """ "20%" of 30, or "6"."""
    try:
        return round(float(text[:-1]) * of / 100) if text.endswith("%") else int(text)
    except ValueError as error:
        raise click.BadParameter(f"“{text}” is neither a number nor a percentage.") from error


async def _rehearse(settings: Settings, kill: int, url: str | None, progress: Progress) -> dict[str, Any]:
    began = time.monotonic()
    if url is not None:
        evening = await hold(settings, url, progress.show)
        result = judge(evening)
    else:
        with tempfile.TemporaryDirectory(prefix="intermingle-") as folder:
            async with own_server(Path(folder)) as server:
                evening = await _while_it_lives(
                    server, hold(settings, server.url, progress.show), settings, kill
                )
            result = (
                judge(evening) | {"kills": server.kills} | saved(server.data, evening.event, evening.records)
            )
    return {"settings": settings.as_json(), **result, "took_s": round(time.monotonic() - began, 1)}


async def _while_it_lives(
    server: OwnServer, holding: Coroutine[Any, Any, Evening], settings: Settings, kill: int
) -> Evening:
    """The evening, with the server killed `kill` times. Raises `ServerDied` when it ends otherwise."""
    evening = asyncio.create_task(holding)
    others = [asyncio.create_task(server.watch()), asyncio.create_task(_kill(server, settings, kill))]
    try:
        done, _ = await asyncio.wait({evening, others[0]}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        return evening.result()
    except StoodStill as still:
        raise StoodStill(f"{still}\nThe server says:\n{server.log()}") from still
    finally:
        for task in (evening, *others):
            task.cancel()
        await asyncio.gather(evening, *others, return_exceptions=True)


# The server


class OwnServer:
    """A server process of our own on a free port, with a data file of its own."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "rehearsal.sqlite3"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.kills = 0
        self._log = folder / "server.log"
        self._process: asyncio.subprocess.Process
        self._killing = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def log(self) -> str:
        """The end of what the server has written."""
        return self._log.read_text(errors="replace")[-3000:]

    async def start(self) -> None:
        """Returns when it listens. Raises `ServerDied`."""
        path = os.pathsep.join(each for each in sys.path if each)
        # Settings of a server that runs here for real are not ours.
        clean = {name: value for name, value in os.environ.items() if not name.startswith("INTERMINGLE_")}
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "server.cli", "serve", "--rehearsals", "--port", str(self.port)),
                *("--data", str(self.data), "--log-level", "warning"),
                cwd=self.data.parent,
                env=clean | {"PYTHONPATH": path},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(START_SECONDS):
            while not await self._listens():
                if self._process.returncode is not None:
                    raise ServerDied(self.log())
                await asyncio.sleep(0.02)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        return True

    async def kill(self) -> None:
        """As a power cut would, then started again."""
        self._killing = True
        try:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()
            self.kills += 1
            await self.start()
        finally:
            self._killing = False

    async def watch(self) -> NoReturn:
        """Wait for an end that nobody asked for. Raises `ServerDied`."""
        while True:
            process = self._process
            await process.wait()
            if not self._killing:
                raise ServerDied(f"{self.log()}\nIts exit code was {process.returncode}.")
            await asyncio.sleep(0.1)  # it is being started again

    async def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@contextlib.asynccontextmanager
async def own_server(folder: Path) -> AsyncIterator[OwnServer]:
    server = OwnServer(folder)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _kill(server: OwnServer, settings: Settings, times: int) -> None:
    """Kill the server at random moments of the evening."""
    chance = random.Random(f"kill {settings.seed}")
    began = time.monotonic()
    for moment in sorted(chance.uniform(1, settings.seconds) for _ in range(times)):
        await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
        await server.kill()


def saved(data: Path, event: str, records: Iterable[Record]) -> dict[str, int]:
    """Compare what was acknowledged with what the data file holds.

    `lost`: acknowledged commands that the journal lacks; `doubled`: commands that it holds twice.
    """
    with contextlib.closing(sqlite3.connect(data)) as database:
        rows = database.execute(
            "SELECT cid, seq FROM entry WHERE event = ? AND cid != ''", (event,)
        ).fetchall()
    held = Counter(cid for cid, _ in rows)
    seqs = dict(rows)
    acknowledged = {cid: seq for record in records for cid, seq in record.acknowledged.items()}
    return {
        "acknowledged": len(acknowledged),
        "lost": sum(1 for cid, seq in acknowledged.items() if seqs.get(cid) != seq),
        "doubled": sum(1 for count in held.values() if count > 1),
    }


# Telling


class Progress:
    """One line on a terminal that says where the event is."""

    def __init__(self, settings: Settings, quiet: bool) -> None:
        self._settings = settings
        self._shown = not quiet and sys.stderr.isatty()
        self._last = ""

    def show(self, view: View) -> None:
        if not self._shown:
            return
        here = sum(1 for person in view["people"].values() if person["presence"] == "here")
        number, state = view["clock"]["number"], view["clock"]["state"]
        place = f"Round {number} of {self._settings.rounds}, {state}" if number else "In the lobby"
        rooms = sum(1 for room in view["rooms"].values() if room["people"])
        line = f"{place} · {here} here · {rooms} rooms"
        if line != self._last:
            click.echo(f"\r\x1b[K{line}", nl=False, err=True)
            self._last = line

    def end(self) -> None:
        if self._shown and self._last:
            click.echo("\r\x1b[K", nl=False, err=True)


def summary(result: dict[str, Any]) -> str:
    """The same numbers in sentences."""
    rounds = [
        f"  round {each['round']}  {each['rooms']:>3} rooms  {' '.join(map(str, each['sizes']))}"
        for each in result["rounds"]
    ]
    skew, replan = result["countdown_skew_ms"], result["replan_ms"]
    lines = [
        f"{result['people_came']} of {result['settings']['people']} people came.",
        *rounds,
        f"Everyone met {result['met_mean']} people on average, {result['met_min']} at least; "
        f"with what is known now {result['hindsight_mean']} were possible ({result['hindsight']:.1%}), "
        f"no plan makes more than {result['bound_mean']}. {result['repeats']} meetings were repeats.",
        f"Alone: {result['alone_person_seconds']} person-seconds, {result['longest_alone_s']} s at most. "
        f"In two rooms: {result['double_seated']}. Without a seat: {result['unseated_person_rounds']}.",
        f"Planned again {result['replans']} times, {replan['median']} ms each, {replan['max']} ms at most.",
        f"Screens switched within {skew['p99']} ms of the time (half of them {skew['p50']} ms).",
        "The report says what the guests saw."
        if result["report_matches_log"]
        else "THE REPORT DIFFERS FROM WHAT THE GUESTS SAW.",
    ]
    if "acknowledged" in result:
        lines.append(
            f"Server killed {result['kills']} times; of {result['acknowledged']} acknowledged commands "
            f"{result['lost']} were lost and {result['doubled']} doubled."
        )
    return "\n".join(lines)

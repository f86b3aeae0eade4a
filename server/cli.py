"""The command `intermingle`. A command imports what it needs when it runs, so that --help is fast."""

from __future__ import annotations

import asyncio
import importlib
import os
import socket
import sys
import webbrowser
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click
from msgspec.structs import replace

if TYPE_CHECKING:
    from server.app import Application
    from server.config import Config
    from server.journal import Entry

ELSEWHERE = {
    "plan": ("server.plan_command", "Plan all rounds for a list of people, with the proof."),
    "rehearse": ("server.rehearse_command", "Run a whole event with simulated guests, judged in numbers."),
}
DEMO_PORT = 8000


SETTINGS = (
    click.option(
        "--config", "file", type=click.Path(path_type=Path), help="A TOML file; else ./intermingle.toml."
    ),
    click.option("--host", help="Address to listen on. [127.0.0.1]"),
    click.option("--port", type=int, help="Port to listen on; 0 takes any. [8000]"),
    click.option("--public-url", help="What browsers see, when a proxy with TLS is in front."),
    click.option("--data", help="The file that keeps everything. [intermingle.sqlite3]"),
    click.option("--log-level", help="debug, info, warning or error. [info]"),
    click.option("--media-address", help="The IP address at which browsers reach this machine for media."),
    click.option("--media-port", type=int, help="Its UDP port for media; 0 takes any. [0]"),
    click.option("--media-thrifty/--no-media-thrifty", default=None, help="Spare guests on weak lines."),
    click.option("--turn-urls", multiple=True, help="A TURN server for guests without UDP: turn:host:port."),
    click.option("--turn-secret", help="What it shares with us; others may see flags, not the environment."),
    click.option("--allowed-origins", multiple=True, help="Another site whose pages may use this server."),
    click.option("--rehearsals/--no-rehearsals", default=None, help="Allow events at another speed."),
    click.option("--retention-days", type=int, help="Days that an event is kept after its end. [30]"),
)
"""Flags for every setting, and for the file that has them."""


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(SETTINGS):
        command = option(command)
    return command


class Commands(click.Group):
    """The commands below, and those of ELSEWHERE, loaded only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ELSEWHERE:
            command = getattr(importlib.import_module(ELSEWHERE[cmd_name][0]), cmd_name)
            assert isinstance(command, click.Command)
            return command
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Without loading any."""
        own = {name: command.get_short_help_str(80) for name, command in self.commands.items()}
        rows = sorted((own | {name: help for name, (_, help) in ELSEWHERE.items()}).items())
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.command(cls=Commands)
@click.version_option(package_name="intermingle")
def main() -> None:
    """Plans all rounds of a meeting event so that everyone meets new people, and runs them live."""


@main.command()
@with_settings
def serve(file: Path | None, **flags: Any) -> None:
    """Run a server for real events."""
    config = settings(flags, file)
    run_server(config, in_memory=False, announce=announce_address)


@main.command()
@with_settings
@click.option("--json", "for_programs", is_flag=True, help="One JSON object, for programs.")
def doctor(file: Path | None, for_programs: bool, **flags: Any) -> None:
    """Check what a server needs here, and say what to change. Takes the same settings as serve."""
    config = settings(flags, file)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # ✓ on any terminal
    if not asyncio.run(examined(config, for_programs)):
        sys.exit(1)


@main.command()
@click.option("--port", type=int, help="Port to listen on; else 8000, or any if that is taken.")
@click.option("--open/--no-open", "open_browser", default=True, help="Show the host's page in a browser.")
def demo(port: int | None, open_browser: bool) -> None:
    """Show an evening with simulated guests: prints links for organiser, host and guest. Keeps nothing."""
    flags = {"port": port or free_port("127.0.0.1", DEMO_PORT), "rehearsals": True, "log_level": "warning"}
    run_server(settings(flags, None), in_memory=True, announce=lambda app: announce_demo(app, open_browser))


@main.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when a file is not up to date.")
def schema(check: bool) -> None:
    """Write client/src/protocol.ts and the tables of docs/ from the Python types."""
    from server import schema as written

    if check and (stale := written.stale()):
        fail(f"Not up to date: {', '.join(map(str, stale))}. Run: intermingle schema")
    if not check:
        for path in written.write():
            click.echo(f"wrote {path}")


@main.command()
@click.argument("event")
@click.option("--data", help="The data file; else that of the settings.")
@click.option("--at", type=int, help="Print the whole event as it stood after this decision.")
def replay(event: str, data: str | None, at: int | None) -> None:
    """Tell what was decided at an event, from its journal. It holds names and e-mail addresses."""
    from server import replay as telling

    entries = asyncio.run(read_journal(settings({"data": data}, None).data, event))
    if not entries:
        fail(f"There is no event {event} in this data file.")
    if at is not None:
        try:
            click.echo(telling.state(entries, at))
        except ValueError as error:
            fail(str(error))
        return
    for line in telling.told(entries):
        click.echo(line)


# What they share


def fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(1)


def settings(flags: dict[str, Any], file: Path | None) -> Config:
    from server.config import FILE_VARIABLE, BadConfig, load

    if file is None and os.environ.get(FILE_VARIABLE):
        file = Path(os.environ[FILE_VARIABLE])
    given = {name: value for name, value in flags.items() if value != ()}  # what may come often has not
    try:
        return load(given, os.environ, file)
    except BadConfig as error:
        fail(str(error))


async def examined(config: Config, for_programs: bool) -> bool:
    """Print what the doctor finds; whether nothing has to be changed."""
    from server import doctor

    findings = []
    async for finding in doctor.examine(config):
        findings.append(finding)
        if not for_programs:
            click.echo("\n".join(doctor.told(finding)))
    click.echo(doctor.as_json(findings) if for_programs else f"\n{doctor.verdict(findings)}")
    return doctor.well(findings)


async def read_journal(data: str, event: str) -> list[Entry]:
    from server.journal import JournalFailed
    from server.journal_sqlite import SqliteJournal

    if not Path(data).is_file():
        fail(f"There is no data file {data}.")
    try:
        journal = await SqliteJournal.open(data)
        try:
            return await journal.read(event)
        finally:
            await journal.close()
    except JournalFailed as error:
        fail(str(error))


def free_port(host: str, wished: int) -> int:
    """The port wished for, or any when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (wished, 0):
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    fail(f"Nothing can listen on {host}: it is no address of this machine, or has no port free.")


Announce = Callable[["Application"], Awaitable[None]]


def run_server(config: Config, *, in_memory: bool, announce: Announce) -> None:
    """Serve until told to stop; `announce` runs once browsers can come."""
    from server import serving
    from server.app import create_app
    from server.journal import JournalFailed
    from server.journal_memory import MemoryJournal

    port = free_port(config.host, config.port)
    if config.port not in (0, port):
        fail(f"Port {config.port} on {config.host} is taken. Choose another with --port.")
    config = replace(config, port=port)

    async def build() -> Application:
        return await create_app(config, journal=MemoryJournal() if in_memory else None)

    try:
        serving.run(build, config, announce)
    except JournalFailed as error:
        fail(str(error))
    except KeyboardInterrupt:
        pass  # Ctrl-C is how a server is ended; by now it has ended calmly


async def announce_address(app: Application) -> None:
    from server.config import HERE

    click.echo(f"Intermingle is at {app.config.origin}")
    if app.config.host not in HERE and not app.config.public_url:
        click.echo(
            "Browsers on other machines need HTTPS: put a proxy in front, and name it by --public-url."
        )


async def announce_demo(app: Application, open_browser: bool) -> None:
    from server.api import new_id

    links = (await app.demo.start(new_id())).links
    click.echo(f"\n  organiser  {links.organiser}\n  host       {links.host}\n  guest      {links.guest}\n")
    click.echo("Start round 1 as host, and come in as a guest in another window. Ctrl-C ends it.")
    if open_browser:
        await asyncio.to_thread(webbrowser.open, links.host)


if __name__ == "__main__":
    main()

"""Whether sound and picture get through: the address that browsers are told, its UDP port, buffers, TURN."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import AsyncIterator
from ipaddress import ip_address

from server.addresses import family, is_own, outgoing
from server.config import Config
from server.doctor_finding import Finding
from server.turn import Turn, ways
from server.turn_client import PATIENCE_SECONDS, NotCarried, carry, way

BUFFER = 4 << 20  # bytes; what the media process asks for in each direction


async def media(config: Config, runs: bool, seconds: float = PATIENCE_SECONDS) -> AsyncIterator[Finding]:
    """Every check of this file. `runs`: there is a server already. `seconds` to wait for a TURN server."""
    if not config.media:
        yield Finding(
            "media address",
            "look",
            "Sound and picture are off: the event has chat only.",
            "Set media_address to the IP address at which browsers reach this machine.",
        )
        return
    yield address(config)
    yield port(config, runs)
    yield buffers()
    async for finding in relays(config, seconds):
        yield finding


def address(config: Config) -> Finding:
    """Whether browsers can mean this machine by media_address."""
    name, told = "media address", config.media
    kind = ip_address(told)
    if not is_own(told):
        mine = outgoing(told) or "none of the same kind"
        return Finding(
            name,
            "look",
            f"{told} is no address of this machine ({mine} is).",
            "Right behind a router or in a cloud that translates addresses, if it passes UDP on to here. "
            "Otherwise correct media_address.",
        )
    if not config.public_url:
        return Finding(name, "good", f"{told} is an address of this machine.")
    if kind.is_loopback:
        return Finding(
            name,
            "bad",
            f"{told} means each guest's own machine.",
            "Set media_address to the IP address at which browsers reach this machine.",
        )
    if kind.is_private or kind.is_link_local:
        return Finding(
            name,
            "look",
            f"{told} is a private address: only guests in the same network have sound and picture.",
            "For others set media_address to your router's public address, and let it pass UDP on to here.",
        )
    return Finding(name, "good", f"{told} is a public address of this machine.")


def port(config: Config, runs: bool) -> Finding:
    """Whether the UDP port can be had, and stays the same."""
    name = "media port"
    if config.media_port == 0:
        if config.public_url:
            sentence = "Media take another UDP port at each start, so no firewall can let them through."
            return Finding(name, "look", sentence, "Set media_port, for example 5004.")
        return Finding(name, "good", "Media take any UDP port that is free.")
    try:
        bound(config).close()
    except PermissionError:
        sentence = f"UDP port {config.media_port} needs more rights than this user has."
        return Finding(name, "bad", sentence, "Set media_port to one from 1024 on, for example 5004.")
    except OSError as error:
        if runs:
            return Finding(name, "good", f"UDP port {config.media_port} is in use, with the server running.")
        sentence = f"UDP port {config.media_port} cannot be had: {error.strerror}."
        return Finding(name, "bad", sentence, "Set media_port to another, or end the program that has it.")
    return Finding(
        name, "good", f"UDP port {config.media_port} is free. Only a guest elsewhere shows that it is open."
    )


def bound(config: Config) -> socket.socket:
    """A socket where the media process has its own. Raises OSError."""
    found = socket.socket(family(config.media_bind), socket.SOCK_DGRAM)
    try:
        found.bind((config.media_bind, config.media_port))
    except OSError:
        found.close()
        raise
    return found


def buffers() -> Finding:
    """Whether the system allows socket buffers that hold a round's key frames."""
    got = min(_buffer(option) for option in (socket.SO_RCVBUF, socket.SO_SNDBUF))
    if got >= BUFFER:
        return Finding("buffers", "good", f"UDP buffers can have {BUFFER >> 20} MB.")
    return Finding(
        "buffers",
        "look",
        f"UDP buffers can have {got >> 10:,} kB only: with many guests, pictures stall when a round begins.",
        f"sysctl -w net.core.rmem_max={BUFFER} net.core.wmem_max={BUFFER}, and the same in /etc/sysctl.d.",
    )


def _buffer(option: int) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.setsockopt(socket.SOL_SOCKET, option, BUFFER)
        except OSError:  # macOS refuses what Linux cuts down
            return probe.getsockopt(socket.SOL_SOCKET, option)
        got = probe.getsockopt(socket.SOL_SOCKET, option)
        return got // 2 if sys.platform == "linux" else got  # Linux counts its own administration too


async def relays(config: Config, seconds: float) -> AsyncIterator[Finding]:
    """Whether TURN servers carry media here, by each way that guests are told of."""
    if not config.turn_urls:
        yield _no_turn(config)
    credentials = Turn((), config.turn_secret, time.time).credentials("doctor", "doctor")
    for to in (way(each) for url in config.turn_urls for each in ways(url)):
        try:
            arrived = _free(config)
            port = arrived.getsockname()[1] if arrived else config.media_port
            try:
                await carry(to, credentials, (config.media, port), arrived, seconds)
            finally:
                if arrived:
                    arrived.close()
        except NotCarried as error:
            yield Finding("turn", "bad", str(error), error.fix)
        else:
            yield Finding("turn", "good", f"{to} carries to {config.media}.")


def _no_turn(config: Config) -> Finding:
    if not config.public_url:
        return Finding("turn", "good", "No TURN server, and none is needed on one machine.")
    return Finding(
        "turn",
        "look",
        "No TURN server: guests whose network lets no UDP through have the event with chat only.",
        "Set turn_urls and turn_secret; docs/operating.md shows how.",
    )


def _free(config: Config) -> socket.socket | None:
    try:
        return bound(config)
    except OSError:  # the server has it
        return None

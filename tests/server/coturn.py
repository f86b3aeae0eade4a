"""A real TURN server on the loopback, for tests: Debian's coturn, installed where that is ours to do."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from tests.conftest import install_from_debian

SECRET = "open sesame"
POLICY = Path("/usr/sbin/policy-rc.d")


def turnserver() -> str:
    """The program; skips the test where there is none."""
    with open(__file__) as one_at_a_time:  # tests that run side by side must not install it twice
        flock(one_at_a_time, LOCK_EX)
        if shutil.which("turnserver") is None:
            with no_service_starts():
                install_from_debian(["coturn"])
    found = shutil.which("turnserver")
    if found is None:
        pytest.skip("There is no coturn here. On Debian: apt install coturn")
    return found


@contextmanager
def no_service_starts() -> Iterator[None]:
    """Debian's packages start their service when they are installed, unless this says no."""
    if POLICY.exists() or not POLICY.parent.is_dir():
        yield
        return
    try:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    except OSError:  # not root: nothing will be installed either
        pass
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)


@asynccontextmanager
async def coturn(folder: Path, *more: str) -> AsyncIterator[int]:
    """Its port, UDP and TCP, on the loopback. `more` options of turnserver; it reads a file only by -c."""
    port = free_port()
    log = folder / "coturn.log"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            turnserver(),
            *("--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}"),
            *("--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=intermingle"),
            *("--no-cli", "--no-tls", "--no-dtls", "--log-file=stdout"),
            *(f"--pidfile={folder / 'pid'}", f"--userdb={folder / 'turndb'}"),
            *(more if "-c" in more else ("-n", *more)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        while not await listens(port):
            assert process.returncode is None, log.read_text()
            await asyncio.sleep(0.02)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

"""What forwarding a packet costs, and how many rooms of four one core carries: ours, in Python and compiled,
beside Janus 1.1, with the same packets in the same run.

  ./run bench media-forward
  ./run bench media-forward --rooms 20 --seconds 6 --json OUT

Everybody sends a voice (50 packets a second) and a picture (32 packets of 1.2 kB, 300 kbps) to the three
others of their room, all on this machine, encrypted by the keys of real handshakes. In Janus the rooms are
those of its videoroom plugin, with one connection up and one down for each person. The load is C
(`media_load.c`) and runs on one core; the server runs on another, and only its processor time counts, divided
by the packets that arrived; least of three runs, which the servers take by turns. The delay is from just
before a packet is sent to when the kernel has it for the receiver.

A core carries so many rooms that 99.9 % of the packets arrive and 99 of 100 take less than 20 ms. Run it
alone: with other work on the machine the costs stay roughly true beside each other, the rooms do not.

Needs Janus and a C compiler: installs them on Debian as root. Janus will not use the loopback interface, so
this machine needs another address; packets to it never leave the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, permutations
from pathlib import Path
from typing import Any

from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.media.sfu import stun
from server.media.sfu.sdp import OPUS, VP8
from server.media.synthetic import Synthetic, binding_request
from server.media.worker import MediaWorker

PACKAGES = ("janus", "gcc", "libc6-dev")
SERVER_CORE, LOAD_CORE = 0, 1
SETTLE_SECONDS, DELIVERED, P99_MS = 1.5, 0.999, 20.0
TRIES = 3  # a step fails when it fails so often: this machine may have had something else to do
STAY_SECONDS = 5.0  # between checks, as browsers do (RFC 7675)
STEPS = {"janus": 5, "python": 5, "native": 10}
BUCKETS = 10_000
PASSWORD = "synthetic" * 3


class Line(ctypes.Structure):
    """One connection, as `media_load.c` has it."""

    _fields_ = (
        *((name, ctypes.c_int32) for name in ("socket", "room", "person", "sends")),
        ("protect", ctypes.c_void_p),
        ("unprotect", ctypes.c_void_p),
        ("due", ctypes.c_int64 * 2),
        ("sequence", ctypes.c_uint16 * 2),
        ("timestamp", ctypes.c_uint32 * 2),
        ("pictures", ctypes.c_uint32),
    )


class Load(ctypes.Structure):
    """What runs and what it counted."""

    _fields_ = (
        ("protect_function", ctypes.c_void_p),
        ("unprotect_function", ctypes.c_void_p),
        ("lines", ctypes.c_int32),
        ("stop", ctypes.c_int32),
        ("counts_from", ctypes.c_int64),
        *((name, ctypes.c_int64) for name in ("sent", "arrived", "strays", "unread", "arrived_ever")),
        ("delays", ctypes.c_int64 * BUCKETS),
    )
    stop: int
    sent: int
    arrived: int
    strays: int
    arrived_ever: int
    delays: ctypes.Array[ctypes.c_int64]


@dataclass(frozen=True)
class Seen:
    """One run of the load."""

    rooms: int
    us: float
    """Processor time of the server for each packet that arrived."""
    delivered: float
    p99_ms: float
    core: float
    """Share of a core that the server took."""
    strays: int

    @property
    def complete(self) -> bool:
        return self.delivered >= DELIVERED

    @property
    def well(self) -> bool:
        return self.complete and self.p99_ms < P99_MS


@dataclass
class Connected:
    """Somebody's finished connection: its socket without asyncio, its keys, and how to keep it alive."""

    guest: Synthetic
    room: int
    person: int
    sends: bool
    socket: socket.socket = field(init=False)
    line: Line = field(init=False)
    """As the last run left it: numbers and times go on."""

    def __post_init__(self) -> None:
        transport = self.guest._transport
        assert transport is not None and self.guest._checks is not None
        self.socket = transport.get_extra_info("socket").dup()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self.guest._checks.cancel()
        transport.close()
        keys = self.guest._dtls
        self.line = Line(
            socket=self.socket.fileno(),
            room=self.room,
            person=self.person,
            sends=self.sends,
            protect=int(ffi.cast("uintptr_t", keys._tx_srtp._srtp[0])),
            unprotect=int(ffi.cast("uintptr_t", keys._rx_srtp._srtp[0])),
        )

    def stay(self) -> None:
        """Say that we are still here, as browsers do every few seconds."""
        self.socket.send(binding_request(f"{self.guest._ufrag}:synthetic", self.guest._password))


class Server:
    """One server under load: its process and everybody connected to it."""

    def __init__(self, name: str, pid: int) -> None:
        self.name, self.pid = name, pid
        self.people: list[Connected] = []
        pin(pid, SERVER_CORE)

    async def connect(self, rooms: range) -> None:
        """Fill these rooms, which are new."""
        raise NotImplementedError

    def cpu_seconds(self) -> float:
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


class Ours(Server):
    """The media process as the product starts it."""

    def __init__(self, name: str, plane: MediaWorker) -> None:
        assert plane._process is not None
        super().__init__(name, plane._process.pid)
        self.plane = plane

    async def connect(self, rooms: range) -> None:
        for room in rooms:
            names = [f"p{4 * room + i}" for i in range(4)]
            await asyncio.gather(*(self._come(room, name) for name in names))
            await self.plane.apply(f"event {room}", 1, list(permutations(names, 2)))

    async def _come(self, room: int, name: str) -> None:
        guest = Synthetic()
        offer = await self.plane.open(f"event {room}", name, 3)
        await self.plane.answer(f"event {room}", name, guest.answer())
        await guest.connect(offer.sdp)
        self.people.append(Connected(guest, room, int(name[1:]), sends=True))


class Caller(Synthetic):
    """Answers the checks that Janus sends, and begins the handshake a little later, when Janus listens."""

    def datagram_received(self, data: bytes, addr: object) -> None:
        request = stun.read(data)
        if request is not None:
            assert self._transport is not None
            here = self._transport.get_extra_info("sockname")
            self._send(stun.answer(request, PASSWORD, here))
        elif data[0] < 4:
            asyncio.get_running_loop().call_later(0.05, super().datagram_received, data, addr)
        else:
            super().datagram_received(data, addr)


class Janus(Server):
    """Janus and its videoroom plugin, asked over a WebSocket."""

    def __init__(self, pid: int, socket: ClientConnection) -> None:
        super().__init__("janus", pid)
        self._socket = socket
        self._numbers = count(1)
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._reader = asyncio.create_task(self._read())
        self._session = 0

    async def connect(self, rooms: range) -> None:
        if not self._session:
            self._session = (await self._ask({"janus": "create"}))["data"]["id"]
            self._manager = await self._attach()
        for room in rooms:
            await self._tell(
                self._manager,
                {"request": "create", "room": room + 1, "publishers": 4, "bitrate": 0, "videocodec": "vp8"},
            )
            feeds = [await self._publish(room, 4 * room + i) for i in range(4)]
            for i in range(4):
                await self._subscribe(room, 4 * room + i, [feed for feed in feeds if feed != feeds[i]])

    async def _publish(self, room: int, person: int) -> int:
        handle, guest = await self._attach(), Caller()
        sections = [
            (kind, str(mid), ["a=sendonly", f"a=ssrc:{1_000_000 + 2 * person + mid} cname:p{person}"])
            for mid, kind in enumerate(("audio", "video"))
        ]
        body = {
            "request": "joinandconfigure",
            "ptype": "publisher",
            "room": room + 1,
            "display": f"p{person}",
        }
        said = await self._tell(handle, body, {"type": "offer", "sdp": session(guest, sections)})
        await guest.connect(said["jsep"]["sdp"])
        self.people.append(Connected(guest, room, person, sends=True))
        return int(said["plugindata"]["data"]["id"])

    async def _subscribe(self, room: int, person: int, feeds: Sequence[int]) -> None:
        handle, guest = await self._attach(), Caller()
        streams = [{"feed": feed} for feed in feeds]
        body = {"request": "join", "ptype": "subscriber", "room": room + 1, "streams": streams}
        offer = (await self._tell(handle, body))["jsep"]["sdp"]
        sections = [
            (kind, mid, ["a=recvonly"])
            for kind, mid in re.findall(r"(?s)m=(audio|video) .*?a=mid:(\S+)", offer)
        ]
        answer = {"type": "answer", "sdp": session(guest, sections)}
        await self._tell(handle, {"request": "start"}, answer)
        await guest.connect(offer)
        self.people.append(Connected(guest, room, person, sends=False))

    async def _attach(self) -> int:
        asked = {"janus": "attach", "plugin": "janus.plugin.videoroom", "session_id": self._session}
        return int((await self._ask(asked))["data"]["id"])

    async def _tell(self, handle: int, body: dict[str, Any], jsep: object = None) -> dict[str, Any]:
        message = {"janus": "message", "session_id": self._session, "handle_id": handle, "body": body}
        said = await self._ask(message | ({"jsep": jsep} if jsep else {}))
        if "error" in said["plugindata"]["data"]:
            raise RuntimeError(f"Janus: {said['plugindata']['data']['error']}")
        return said

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        name = str(next(self._numbers))
        answer = self._waiting[name] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps(message | {"transaction": name}))
        async with asyncio.timeout(20):
            said: dict[str, Any] = await answer
        del self._waiting[name]
        if said["janus"] == "error":
            raise RuntimeError(f"Janus: {said['error']}")
        return said

    async def _read(self) -> None:
        async for text in self._socket:
            said = json.loads(text)
            waiting = self._waiting.get(said.get("transaction", ""))
            if waiting is not None and said["janus"] != "ack" and not waiting.done():
                waiting.set_result(said)


def session(guest: Synthetic, sections: Sequence[tuple[str, str, list[str]]]) -> str:
    """A session description with what our own browsers would say."""
    fingerprint = re.search(r"a=fingerprint:.*", guest.answer())
    assert fingerprint is not None
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines.append("a=group:BUNDLE " + " ".join(mid for _, mid, _ in sections))
    for kind, mid, way in sections:
        payload, name = (OPUS, "opus/48000/2") if kind == "audio" else (VP8, "VP8/90000")
        lines += [
            f"m={kind} 9 UDP/TLS/RTP/SAVPF {payload}",
            "c=IN IP4 0.0.0.0",
            "a=ice-ufrag:synthetic",
            f"a=ice-pwd:{PASSWORD}",
            fingerprint[0].strip(),
            "a=setup:active",
            f"a=mid:{mid}",
            "a=rtcp-mux",
            f"a=rtpmap:{payload} {name}",
            *(["a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level"] if kind == "audio" else []),
            "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
            *(
                [f"a=rtcp-fb:{payload} {what}" for what in ("nack", "nack pli", "goog-remb")]
                if kind == "video"
                else []
            ),
            *way,
        ]
    return "\r\n".join(lines) + "\r\n"


@asynccontextmanager
async def ours(name: str, address: str) -> AsyncIterator[Ours]:
    plane = MediaWorker(address, 0, address, native=name == "native")
    await plane.start()
    try:
        yield Ours(name, plane)
    finally:
        await plane.stop()


@asynccontextmanager
async def janus(address: str) -> AsyncIterator[Janus]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        (Path(folder) / "janus.jcfg").write_text(
            f'general: {{ interface = "{address}"\n debug_level = 2\n session_timeout = 0 }}\n'
            f'nat: {{ ice_lite = true\n ice_enforce_list = "{address}"\n ipv6 = false }}\n'
            'transports: { disable = "libjanus_http.so,libjanus_pfunix.so,libjanus_mqtt.so,'
            'libjanus_rabbitmq.so,libjanus_nanomsg.so" }\n'
            f'plugins: {{ disable = "{",".join(other_plugins())}" }}\n'
        )
        (Path(folder) / "janus.transport.websockets.jcfg").write_text(
            f'general: {{ ws = true\n ws_ip = "127.0.0.1"\n ws_port = {port} }}\n'
            "admin: { admin_ws = false }\n"
        )
        process = subprocess.Popen(
            ["janus", "--configs-folder", folder, "--disable-colors"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            async with await reached(port) as socket:
                yield Janus(process.pid, socket)
        finally:
            process.terminate()
            process.wait()


def other_plugins() -> list[str]:
    folders = Path("/usr/lib").glob("*/janus/plugins")
    return sorted(p.name for folder in folders for p in folder.glob("*.so") if "videoroom" not in p.name)


async def reached(port: int) -> ClientConnection:
    for _ in range(200):
        try:
            return await connect(
                f"ws://127.0.0.1:{port}",
                subprotocols=[Subprotocol("janus-protocol")],
                ping_interval=None,
                max_size=None,
            )
        except OSError:
            await asyncio.sleep(0.05)
    sys.exit("Janus did not start.")


class Generator:
    """The compiled load."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    async def run(self, server: Server, rooms: int, seconds: float) -> Seen:
        """So many of the server's rooms at once, for so long after they have begun."""
        chosen = [each for each in server.people if each.room < rooms]
        lines = (Line * len(chosen))(*(each.line for each in chosen))
        load = Load(
            protect_function=function("srtp_protect"),
            unprotect_function=function("srtp_unprotect"),
            lines=len(lines),
            counts_from=time.time_ns() + int(SETTLE_SECONDS * 1e9),
        )
        running = asyncio.create_task(asyncio.to_thread(self._run, load, lines))
        await asyncio.sleep(SETTLE_SECONDS)
        cpu, began, arrived = server.cpu_seconds(), time.monotonic(), load.arrived_ever
        await asyncio.sleep(seconds)
        cpu, took, arrived = server.cpu_seconds() - cpu, time.monotonic() - began, load.arrived_ever - arrived
        load.stop = 1
        await asyncio.sleep(1.0)
        load.stop = 2
        await running
        for each, line in zip(chosen, lines, strict=True):
            each.line = line
        return Seen(
            rooms,
            cpu / max(arrived, 1) * 1e6,
            load.arrived / max(3 * load.sent, 1),
            percentile(list(load.delays), 0.99) / 100,
            cpu / took,
            load.strays,
        )

    def _run(self, load: Load, lines: ctypes.Array[Line]) -> None:
        os.sched_setaffinity(0, {LOAD_CORE})  # of this thread
        if code := self._library.media_load_run(ctypes.byref(load), lines):
            raise OSError(code, os.strerror(code))


def percentile(buckets: Sequence[int], share: float) -> int:
    left = sum(buckets) * share
    for step, number in enumerate(buckets):
        left -= number
        if left <= 0:
            return step
    return len(buckets)


async def capacity(generator: Generator, server: Server, step: int, most: int, seconds: float) -> list[Seen]:
    """More and more rooms, until there are too many: the last run that went well is the answer."""
    runs: list[Seen] = []
    for rooms in range(step, most + 1, step):
        await server.connect(range(len({each.room for each in server.people}), rooms))
        if rooms < first_guess(runs, step):
            continue
        for _ in range(TRIES):
            seen = await generator.run(server, rooms, seconds)
            say(server.name, seen)
            if seen.well:
                break
        runs.append(seen)
        if not seen.well:
            break
    return runs


async def stay(servers: Sequence[Server]) -> None:
    """Nobody is given up while another server has its turn."""
    while True:
        for server in servers:
            for each in server.people:
                each.stay()
        await asyncio.sleep(STAY_SECONDS)


def first_guess(runs: Sequence[Seen], step: int) -> int:
    """While a core is far from busy, steps may be wide."""
    if not runs:
        return step
    spare = 0.7 / max(runs[-1].core, 0.01)
    return int(runs[-1].rooms * min(max(spare, 1.0), 2.0))


def say(name: str, seen: Seen) -> None:
    print(
        f"{name:7} {seen.rooms:4} rooms  {seen.us:5.1f} us  {100 * seen.delivered:7.3f} %"
        f"  p99 {seen.p99_ms:6.2f} ms  core {100 * seen.core:3.0f} %",
        flush=True,
    )


def function(name: str) -> int:
    return int(ffi.cast("uintptr_t", ffi.addressof(lib, name)))


def pin(pid: int, core: int) -> None:
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_address() -> str:
    """Of this machine's addresses one that Janus will use. Connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            sys.exit(
                "Janus needs an address besides 127.0.0.1: ip link add bench type dummy, and give it one."
            )
        return str(probe.getsockname()[0])


def provide() -> None:
    """Janus and a compiler, installed where that is ours to do. No service is started."""
    if shutil.which("janus") and shutil.which("cc"):
        return
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        sys.exit(f"This needs Janus and a C compiler. On Debian: apt install {' '.join(PACKAGES)}")
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "-qq", "--yes", "--no-install-recommends"]
        subprocess.run([*apt, "update"], env=quiet, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*apt, "install", *PACKAGES], env=quiet, check=True, stdout=subprocess.DEVNULL)
    finally:
        if ours:
            policy.unlink()


def compiled(folder: str) -> ctypes.CDLL:
    target = Path(folder) / "load.so"
    source = Path(__file__).with_name("media_load.c")
    subprocess.run(["cc", "-std=c11", "-O2", "-shared", "-fPIC", "-o", target, source], check=True)
    return ctypes.CDLL(str(target))


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rooms", type=int, default=15, help="at which the time per packet is measured")
    parser.add_argument("--seconds", type=float, default=5.0, help="of one run")
    parser.add_argument("--most", type=int, default=140, help="rooms to try")
    parser.add_argument("--only", nargs="*", choices=STEPS, default=list(STEPS))
    parser.add_argument("--cost-only", action="store_true", help="leave out how many rooms a core carries")
    parser.add_argument("--json", type=Path, help="write all figures there")
    options = parser.parse_args()
    provide()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    address = own_address()
    begin: dict[str, Callable[[], Any]] = {
        "janus": lambda: janus(address),
        "python": lambda: ours("python", address),
        "native": lambda: ours("native", address),
    }
    costs: dict[str, Seen] = {}
    carried: dict[str, list[Seen]] = {}
    async with AsyncExitStack() as stack:
        generator = Generator(compiled(stack.enter_context(tempfile.TemporaryDirectory())))
        servers = [await stack.enter_async_context(begin[name]()) for name in options.only]
        for server in servers:
            await server.connect(range(options.rooms))
        staying = asyncio.create_task(stay(servers))
        for _ in range(TRIES):  # by turns, so that whatever else the machine does hits all of them
            for server in servers:
                seen = await generator.run(server, options.rooms, options.seconds)
                say(server.name, seen)
                best = min(costs.get(server.name, seen), seen, key=lambda each: (not each.complete, each.us))
                costs[server.name] = best
        for server in servers if not options.cost_only else ():
            runs = await capacity(generator, server, STEPS[server.name], options.most, options.seconds)
            carried[server.name] = [seen for seen in runs if seen.well]
        staying.cancel()
    print(json.dumps(figures(costs, carried), indent=1))
    if options.json:
        options.json.write_text(json.dumps(figures(costs, carried)))


def figures(costs: dict[str, Seen], carried: dict[str, list[Seen]]) -> dict[str, Any]:
    found: dict[str, Any] = {"cores": os.cpu_count()}
    for name, seen in costs.items():
        found[f"{name}_us_per_packet"] = round(seen.us, 2)
        found[f"{name}_delivered"] = round(seen.delivered, 5)
        found[f"{name}_p99_ms"] = seen.p99_ms
        if "janus" in costs and name != "janus":
            found[f"{name}_of_janus"] = round(seen.us / costs["janus"].us, 3)
    for name, runs in carried.items():
        found[f"{name}_rooms_per_core"] = runs[-1].rooms if runs else 0
        if runs:
            found[f"{name}_rooms_delivered"] = round(runs[-1].delivered, 5)
            found[f"{name}_rooms_p99_ms"] = runs[-1].p99_ms
    return found


if __name__ == "__main__":
    asyncio.run(main())

"""The forwarding unit: one UDP port, all browsers' connections, and who may have whose packets.

It is a `Plane`. Everything happens on one event loop; a datagram is read, decrypted, rewritten for each
viewer and sent before the next is looked at. A viewer's trouble is theirs alone.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import pylibsrtp
from aiortc import RTCCertificate

from rooms.effects import Edge
from rooms.model import ParticipantId
from server.media.native import library
from server.media.native.forwarder import BATCH, NEWS, Forwarder, Happened, Status, Viewer
from server.media.plane import (
    HOST_SLOT,
    Connected,
    Drained,
    Failed,
    FirstMedia,
    Kind,
    NotOpen,
    Offer,
    PlaneEvent,
    PlaneStats,
    Quality,
    Slot,
    SlotMap,
    Speaking,
    StaleCutover,
    Switched,
)
from server.media.sfu import rtcp, rtp, sdp, stun
from server.media.sfu.line import LEAST, LOOK_MS, MOST, Picture
from server.media.sfu.peer import Address, Peer
from server.media.sfu.slots import arrange, with_host
from server.media.sfu.streams import Down, Source

log = logging.getLogger(__name__)

_BUFFER = 4 << 20  # a round of key frames for a whole event, while the loop is elsewhere
_DATAGRAM = 2_048
_TICK = 0.02  # seconds
_PAUSE = 0.001
_TURNS = 256  # datagrams, until others on the loop have theirs
_REPORTS_MS = 1_000
_REPORTS = 30  # of 28 bytes in a datagram
_PREWARM_MS = 300
_SILENT_MS = 30_000  # browsers ask for consent every 5 s (RFC 7675)
_HANDSHAKE_MS = 15_000
_PATHS = 64  # addresses that one connection may be used from: far more than a browser tries


@dataclass(slots=True)
class _Stage:
    """One event's part."""

    peers: dict[ParticipantId, Peer] = field(default_factory=dict)
    edges: frozenset[Edge] = frozenset()
    cutover: int = 0
    applied_ms: float = 0.0
    prepared: int = 0
    prewarm: asyncio.TimerHandle | None = None
    host: ParticipantId | None = None
    viewers: dict[tuple[ParticipantId, Kind], list[tuple[Peer, Slot, Down]]] = field(default_factory=dict)
    packets: int = 0
    """Of those who have left."""

    def senders(self, receiver: ParticipantId) -> list[ParticipantId]:
        return [sender for sender, to in self.edges if to == receiver]


class Unit:
    """`address` and `port` are what browsers are told; with port 0 the one that is bound.

    Packets are forwarded by the compiled part where it was built; `native=False` does without it. With
    `thrifty` voices take half as much of the line, and pictures no more than they need.
    """

    def __init__(
        self, address: str, port: int = 0, bind: str = "", native: bool = True, thrifty: bool = False
    ) -> None:
        family = socket.AF_INET6 if ":" in (bind or address) else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            self._socket.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
        self._socket.bind((bind or address, port))
        self.address, self.port = address, self._socket.getsockname()[1]
        self._certificate = RTCCertificate.generateCertificate()
        (self._fingerprint,) = (
            each.value for each in self._certificate.getFingerprints() if each.algorithm == "sha-256"
        )
        self._thrifty, self._most = thrifty, LEAST if thrifty else MOST
        compiled = library() if native else None
        self._forwarder = Forwarder(compiled, self._socket) if compiled else None
        self._by_number: dict[int, Peer] = {}
        self._stages: dict[str, _Stage] = {}
        self._by_ufrag: dict[str, Peer] = {}
        self._by_path: dict[Address, Peer] = {}
        self._tell: Callable[[PlaneEvent], None] = lambda _: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reader: asyncio.TimerHandle | None = None
        self._ticker: asyncio.TimerHandle | None = None
        self.dropped = 0
        """Datagrams not read or not sent: from nobody known, broken, or more than the line takes."""

    # Life

    def start(self) -> None:
        """Begin to read. Called on the loop that shall do it."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._come)
        self._tick()

    async def stop(self) -> None:
        """Hang up on everybody."""
        if self._loop is not None:
            self._loop.remove_reader(self._socket)
        if self._reader is not None:
            self._reader.cancel()
        if self._ticker is not None:
            self._ticker.cancel()
        for event, stage in list(self._stages.items()):
            for participant in list(stage.peers):
                await self.close(event, participant, "stopped")
        self._socket.close()

    # Plane

    def listen(self, tell: Callable[[PlaneEvent], None]) -> None:
        self._tell = tell

    async def open(self, event: str, participant: ParticipantId, slots: int) -> Offer:
        stage = self._stages.setdefault(event, _Stage())
        peer = stage.peers.get(participant)
        if peer is None:
            shown = arrange({}, slots, participant, stage.senders(participant), stage.host)
            peer = Peer(event, participant, slots, self._certificate, self._forwarder)
            peer.shown, peer.heard_at = shown, _now()
            peer.expect(set(shown) - {HOST_SLOT})
            peer.send = lambda data: self._to(peer, data)
            stage.peers[participant] = peer
            self._by_ufrag[peer.ufrag] = peer
            if peer.link is not None:
                self._by_number[peer.link.number] = peer
            self._point(stage)
        line = sdp.Line(self.address, self.port, peer.ufrag, peer.password, self._fingerprint)
        return Offer(sdp.offer(line, peer.size, self._thrifty), (), dict(peer.shown))

    async def answer(self, event: str, participant: ParticipantId, sdp_: str) -> None:
        peer = self._peer(event, participant)
        answer = sdp.read_answer(sdp_)
        if peer.answer is None:
            peer.begin(answer, lambda well: self._shaken(peer, well))

    async def close(self, event: str, participant: ParticipantId, reason: str) -> None:
        stage = self._stages.get(event)
        peer = stage.peers.pop(participant, None) if stage else None
        if stage is None or peer is None:
            return
        del self._by_ufrag[peer.ufrag]
        for path in peer.paths:
            self._by_path.pop(path, None)
            if self._forwarder is not None:
                self._forwarder.learn(path, None)
        if peer.link is not None:
            del self._by_number[peer.link.number]
            peer.link.point((), ())
        stage.packets += peer.packets
        self._point(stage)
        if not stage.peers:
            self._forget_prewarm(stage)
            if not stage.edges:
                del self._stages[event]
            self._tell(Drained(event))
        await peer.close()

    async def prepare(self, event: str, cutover: int, edges: Iterable[Edge], at: int) -> None:
        stage = self._stages.setdefault(event, _Stage())
        if cutover <= stage.cutover:
            raise StaleCutover(f"Cutover {cutover} is not after {stage.cutover}.")
        self._forget_prewarm(stage)
        stage.prepared = cutover
        gained = {sender for sender, _ in frozenset(edges) - stage.edges}
        assert self._loop is not None
        stage.prewarm = self._loop.call_later(
            max(0, at - _now() - _PREWARM_MS) / 1000, self._prewarm, stage, gained
        )

    async def apply(self, event: str, cutover: int, edges: Iterable[Edge]) -> SlotMap:
        stage, wanted = self._stages.setdefault(event, _Stage()), frozenset(edges)
        if cutover < stage.cutover or (cutover == stage.cutover and cutover and wanted != stage.edges):
            raise StaleCutover(f"Cutover {cutover} comes after {stage.cutover}.")
        if cutover > stage.cutover:
            self._switch(stage, cutover, wanted)
        slots = {who: dict(peer.shown) for who, peer in stage.peers.items()}
        if not stage.peers and not stage.edges:
            del self._stages[event]
        return slots

    async def broadcast(self, event: str, source: ParticipantId | None) -> None:
        stage = self._stages.setdefault(event, _Stage())
        stage.host = source
        for who, peer in stage.peers.items():
            peer.shown = with_host(peer.shown, who, source)
        self._point(stage)

    async def gate(self, event: str, participant: ParticipantId, kind: Kind, on: bool) -> None:
        source = self._peer(event, participant).sources[kind]
        if source.open == on:
            return
        source.gate(on)
        stage = self._stages[event]
        for peer, slot, down in stage.viewers.get((participant, kind), []):
            self._show(stage, peer, slot, down, source)

    async def stats(self, event: str) -> PlaneStats:
        stage = self._stages.get(event) or _Stage()
        packets = stage.packets + sum(peer.packets for peer in stage.peers.values())
        return PlaneStats(len(stage.peers), len(stage.edges), stage.cutover, packets)

    # Switching

    def _prewarm(self, stage: _Stage, sources: set[ParticipantId]) -> None:
        for who in sources:
            if (peer := stage.peers.get(who)) is not None:
                peer.sources["video"].want_key_frame()

    def _forget_prewarm(self, stage: _Stage) -> None:
        if stage.prewarm is not None:
            stage.prewarm.cancel()
            stage.prewarm = None

    def _switch(self, stage: _Stage, cutover: int, wanted: frozenset[Edge]) -> None:
        by_receiver: dict[ParticipantId, list[ParticipantId]] = {}
        for sender, receiver in wanted:
            by_receiver.setdefault(receiver, []).append(sender)
        arranged = {
            who: arrange(peer.shown, peer.size, who, by_receiver.get(who, ()), stage.host)
            for who, peer in stage.peers.items()
        }  # may raise: nothing has been changed yet
        self._forget_prewarm(stage)
        for who, shown in arranged.items():
            peer = stage.peers[who]
            peer.expect(slot for slot, sender in shown.items() if slot and peer.shown.get(slot) != sender)
            peer.shown = shown
        stage.edges, stage.cutover, stage.applied_ms = wanted, cutover, _now()
        self._point(stage)

    def _point(self, stage: _Stage) -> None:
        """Make every slot carry whom it shows, and nobody else."""
        stage.viewers = {}
        for peer in stage.peers.values():
            for slot, seat in peer.seats.items():
                sender = peer.shown.get(slot)
                other = None if sender is None else stage.peers.get(sender)
                for down in (seat.audio, seat.video):
                    source = None if other is None else other.sources[down.kind]
                    if other is not None:
                        viewers = stage.viewers.setdefault((other.participant, down.kind), [])
                        viewers.append((peer, slot, down))
                    if down.source is not source:
                        self._show(stage, peer, slot, down, source)
        for peer in stage.peers.values():
            if peer.link is not None:
                peer.link.point(self._links(stage, peer, "audio"), self._links(stage, peer, "video"))

    def _links(self, stage: _Stage, peer: Peer, kind: Kind) -> list[Viewer]:
        return [(viewer.link, down) for viewer, _, down in stage.viewers.get((peer.participant, kind), ())]

    def _show(self, stage: _Stage, peer: Peer, slot: Slot, down: Down, source: Source | None) -> None:
        if not peer.connected:
            down.source = source  # `_shaken` does the rest
            return
        for data in down.bind(source, _now()):
            self._pass(stage, peer, slot, down, data)

    def _pass(self, stage: _Stage, peer: Peer, slot: Slot, down: Down, data: bytes) -> None:
        path = peer.path
        try:
            data = peer.keys.protect(data)
            if path is not None:
                self._socket.sendto(data, path)
        except (pylibsrtp.Error, ValueError, OSError):  # too long; a full buffer, an address that is gone
            self.dropped += 1
        if down.fresh:
            down.fresh = False
            self._switched(stage, peer, slot)

    def _switched(self, stage: _Stage, peer: Peer, slot: Slot) -> None:
        ms = _now() - stage.applied_ms
        self._tell(Switched(peer.event, peer.participant, stage.cutover, slot, ms))

    # Datagrams

    def _come(self) -> None:
        """A datagram. As long as more come, they are looked for once in a while, and wake us no more."""
        assert self._loop is not None
        self._loop.remove_reader(self._socket)
        self._go_on()

    def _go_on(self) -> None:
        assert self._loop is not None
        if self._read() if self._forwarder is None else self._pump():
            self._reader = self._loop.call_later(_PAUSE, self._go_on)
        else:
            self._reader = None
            self._loop.add_reader(self._socket, self._come)

    def _read(self) -> bool:
        """Whether anything had come."""
        for turn in range(_TURNS):
            try:
                data, address = self._socket.recvfrom(_DATAGRAM)
            except BlockingIOError:
                return turn > 0
            except OSError:
                continue  # what the network said about something sent earlier
            if data:
                self._datagram(data, address[:2])
        return True

    def _pump(self) -> bool:
        """`_read`, where the compiled part takes what is media."""
        assert self._forwarder is not None
        turns = _TURNS
        while turns > 0:
            status = self._forwarder.pump(_now())
            if status & NEWS:
                status -= NEWS
                self.dropped += self._forwarder.take_dropped()
                for happened, number, value in self._forwarder.events():
                    self._note(happened, self._by_number[number], value)
            if status <= Status.DRAINED:
                return status == Status.DRAINED or turns < _TURNS
            turns -= BATCH if status == Status.MORE else 1
            if status == Status.DATAGRAM:
                self._datagram(*self._forwarder.datagram())
        return True

    def _note(self, happened: Happened, peer: Peer, value: int) -> None:
        match happened:
            case Happened.FIRST_MEDIA:
                self._tell(FirstMedia(peer.event, peer.participant, "video" if value else "audio"))
            case Happened.SPEAKING:
                self._tell(Speaking(peer.event, peer.participant, bool(value)))
            case Happened.SWITCHED:
                slot = next(slot for slot, seat in peer.seats.items() if seat.video.ssrc == value)
                self._switched(self._stages[peer.event], peer, slot)
            case Happened.ASKS_KEY_FRAME:
                self._ask_key_frame(peer, value)

    def _datagram(self, data: bytes, address: Address) -> None:
        first = data[0]
        if first < 4:
            self._check(data, address)
            return
        peer = self._by_path.get(address)
        if peer is None:
            self.dropped += 1
        elif 19 < first < 64:
            peer.handshake(data)
        elif 127 < first < 192 and peer.connected:
            try:
                if rtcp.is_rtcp(data):
                    self._feedback(peer, peer.keys.unprotect_rtcp(data))
                else:
                    self._packet(peer, peer.keys.unprotect(data))
            except (pylibsrtp.Error, ValueError):  # not encrypted with this connection's keys; too long
                self.dropped += 1

    def _check(self, data: bytes, address: Address) -> None:
        request = stun.read(data)
        peer = self._by_ufrag.get(request.ufrag) if request else None
        if request is None or peer is None or not stun.vouched(request, peer.password):
            self.dropped += 1
            return
        peer.heard_at = _now()
        if address not in peer.paths:
            if len(peer.paths) >= _PATHS:
                self.dropped += 1
                return
            peer.paths.add(address)
        if self._forwarder is not None and self._by_path.get(address) is not peer:
            self._forwarder.learn(address, peer.link)
        self._by_path[address] = peer
        if request.nominates or peer.path is None:
            peer.send_to(address)
        self._send(stun.answer(request, peer.password, address), address)

    def _packet(self, peer: Peer, data: bytes) -> None:
        packet = rtp.read(data)
        if packet is None:
            return
        kind: Kind = "audio" if packet.payload_type == sdp.OPUS else "video"
        if kind == "video" and packet.payload_type != sdp.VP8:
            return
        source, now = peer.sources[kind], _now()
        if source.ssrc is None:
            self._tell(FirstMedia(peer.event, peer.participant, kind))
        spoke = source.speaking
        if not source.receive(packet, now):
            return
        if source.speaking != spoke:
            self._tell(Speaking(peer.event, peer.participant, source.speaking))
        stage = self._stages[peer.event]
        for viewer, slot, down in stage.viewers.get((peer.participant, kind), ()):
            if viewer.connected:
                sent = down.forward(packet, now)
                if sent is not None:
                    self._pass(stage, viewer, slot, down, sent)
        if source.asks_key_frame(now):
            self._ask_key_frame(peer, source.ssrc)

    def _control(self, peer: Peer, data: bytes) -> None:
        try:
            self._to(peer, peer.keys.protect_rtcp(data))
        except (pylibsrtp.Error, ValueError):
            self.dropped += 1

    def _to(self, peer: Peer, data: bytes) -> None:
        if peer.path is not None:
            self._send(data, peer.path)

    def _send(self, data: bytes, address: Address) -> None:
        try:
            self._socket.sendto(data, address)
        except OSError:  # a full buffer, an address that is gone: what the network loses is repaired
            self.dropped += 1

    # Reports and requests

    def _feedback(self, peer: Peer, data: bytes) -> None:
        for packet in rtcp.read(data):
            match packet:
                case rtcp.RtcpRtpfbPacket():
                    self._resend(peer, packet.media_ssrc, rtcp.resends(packet))
                case rtcp.RtcpPsfbPacket():
                    for ssrc in rtcp.requests_picture(packet):
                        down = peer.downs.get(ssrc)
                        if down is not None and down.source is not None:
                            down.source.want_key_frame()
                    if (bits := rtcp.estimate(packet)) is not None:
                        peer.line.estimated(bits)
                case rtcp.RtcpSrPacket():
                    self._note_report(peer, packet)
                    self._note_losses(peer, packet.reports)
                case rtcp.RtcpRrPacket():
                    self._note_losses(peer, packet.reports)
                case _:
                    pass

    def _resend(self, peer: Peer, ssrc: int, sequences: list[int]) -> None:
        down = peer.downs.get(ssrc)
        if down is None:
            return
        for sequence in sequences:
            if (sent := down.again(sequence)) is not None:
                self._repair(peer, sent)

    def _repair(self, peer: Peer, data: bytes) -> None:
        try:
            data = peer.keys.protect(data)
        except (pylibsrtp.Error, ValueError):
            self.dropped += 1
            return
        for _ in range(peer.line.copies):
            self._to(peer, data)

    def _note_report(self, peer: Peer, packet: rtcp.RtcpSrPacket) -> None:
        for source in peer.sources.values():
            if source.ssrc == packet.ssrc:
                info, now = packet.sender_info, _now()
                theirs = rtcp.from_ntp(info.ntp_timestamp) * 1000
                source.reported = theirs, info.rtp_timestamp
                source.report = info.ntp_timestamp >> 16 & 0xFFFFFFFF, now
                offset = now - theirs
                # The quickest report had the least delay on the way.
                peer.offset_ms = offset if peer.offset_ms is None else min(peer.offset_ms, offset)

    def _note_losses(self, peer: Peer, reports: list[rtcp.RtcpReceiverInfo]) -> None:
        """What the browser says of the pictures that it receives."""
        pictures = [each for each in reports if each.lsr and each.ssrc in peer.pictures]
        if pictures:
            loss = sum(each.fraction_lost for each in pictures) / 256 / len(pictures)
            quickest = min(rtcp.round_trip_ms(each, time.time()) for each in pictures)
            peer.line.reported(loss, quickest, _now())

    def _ask_key_frame(self, peer: Peer, ssrc: int | None) -> None:
        if ssrc is not None and peer.connected:
            self._control(peer, rtcp.picture_request(ssrc))

    def _tick(self) -> None:
        """Every 20 ms: ask for what is missing; twice a second: look at lines; every second: report.

        Each connection at times of its own, so that packets never wait for all of them.
        """
        assert self._loop is not None
        now = _now()
        for peer in list(self._by_ufrag.values()):
            looks, reports = now >= peer.looks_at, now >= peer.reports_at
            if looks:
                peer.looks_at = now + LOOK_MS
            if reports:
                peer.reports_at = now + _REPORTS_MS
            try:
                self._attend(peer, now, looks, reports)
            except Exception:  # one connection's trouble must not stop the others' clock
                log.exception("media connection", extra={"event": peer.event})
        self._ticker = self._loop.call_later(_TICK, self._tick)

    def _attend(self, peer: Peer, now: float, looks: bool, reports: bool) -> None:
        if not peer.connected:
            if now - peer.heard_at > _HANDSHAKE_MS:
                self._fail(peer, "The connection could not be made.")
            return
        if now - peer.heard_at > _SILENT_MS:
            self._fail(peer, "Nothing has come for 30 seconds.")
            return
        for source in peer.sources.values():
            if not source.calm and source.ssrc is not None and (missing := source.asks_again(now)):
                self._control(peer, rtcp.resend_request(source.ssrc, missing))
        picture = peer.sources["video"]
        if not picture.calm and picture.asks_key_frame(now):
            self._ask_key_frame(peer, picture.ssrc)
        voice = peer.sources["audio"]
        if not voice.calm and voice.speaking:
            voice.hush(now)
            if not voice.speaking:
                self._tell(Speaking(peer.event, peer.participant, False))
        if looks:
            self._look(peer, now)
        if reports:
            self._report(peer, now)

    def _look(self, peer: Peer, now: float) -> None:
        """Spare the line of this one as a viewer, and say as a sender what others' lines take."""
        stage, line, before = self._stages[peer.event], peer.line, peer.line.stopped
        peer.look(now)
        line.look(self._pictures(stage, peer), now)
        if line.stopped != before:
            for slot, seat in peer.seats.items():
                seat.video.pause(slot in line.stopped)
            level: Literal["good", "poor"] = "poor" if line.stopped else "good"
            self._tell(Quality(peer.event, peer.participant, level, tuple(sorted(line.stopped))))
        if (ssrc := peer.sources["video"].ssrc) is not None:
            viewers = stage.viewers.get((peer.participant, "video"), ())
            shares = [
                viewer.line.share for viewer, _, down in viewers if viewer.connected and not down.paused
            ]
            self._control(peer, rtcp.send_at_most(min([self._most, *shares]), [ssrc]))

    def _pictures(self, stage: _Stage, peer: Peer) -> Iterator[Picture]:
        for slot, seat in peer.seats.items():
            other = stage.peers.get(peer.shown.get(slot, ""))
            if other is not None and other.sends_picture:
                yield Picture(slot, seat.video.octets, other.spoke_ms)

    def _report(self, peer: Peer, now: float) -> None:
        """On all streams, in as few datagrams as they need."""
        reports = []
        heard = [source for source in peer.sources.values() if source.ssrc is not None]
        if heard:
            reports.append(
                rtcp.receiver_report(
                    (source.ssrc or 0, source.receiver_report(), source.report[0], now - source.report[1])
                    for source in heard
                )
            )
        stage, wall = self._stages[peer.event], time.time()
        for slot, sender in peer.shown.items():
            other, seat = stage.peers.get(sender), peer.seats[slot]
            for down in (seat.audio, seat.video):
                told = None if other is None else down.report(now, other.offset_ms or 0.0)
                if told is not None:
                    reports.append(rtcp.sender_report(down.ssrc, wall, *told))
        for first in range(0, len(reports), _REPORTS):
            self._control(peer, b"".join(reports[first : first + _REPORTS]))

    def _shaken(self, peer: Peer, well: bool) -> None:
        if not well:
            self._fail(peer, "The handshake failed.")
            return
        stage = self._stages.get(peer.event)
        if stage is None or stage.peers.get(peer.participant) is not peer:
            return
        peer.heard_at = _now()
        for slot, seat in peer.seats.items():
            for down in (seat.audio, seat.video):
                self._show(stage, peer, slot, down, down.source)
        self._tell(Connected(peer.event, peer.participant))

    def _fail(self, peer: Peer, why: str) -> None:
        assert self._loop is not None
        self._tell(Failed(peer.event, peer.participant, why))
        task = self._loop.create_task(self._hang_up(peer))
        task.add_done_callback(lambda done: done.exception())

    async def _hang_up(self, peer: Peer) -> None:
        stage = self._stages.get(peer.event)
        if stage is not None and stage.peers.get(peer.participant) is peer:
            await self.close(peer.event, peer.participant, "failed")

    def _peer(self, event: str, participant: ParticipantId) -> Peer:
        stage = self._stages.get(event)
        if stage is None or participant not in stage.peers:
            raise NotOpen(f"{participant} has no connection in event {event}.")
        return stage.peers[participant]


def _now() -> float:
    return time.monotonic() * 1000

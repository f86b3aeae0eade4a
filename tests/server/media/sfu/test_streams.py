"""What becomes of packets: one smooth stream for the viewer, whichever source is in the slot."""

from __future__ import annotations

from itertools import pairwise

from server.media.plane import Kind
from server.media.sfu import rtp
from server.media.sfu.sdp import OPUS, VP8
from server.media.sfu.streams import Down, Source, ahead, later
from server.media.synthetic import KEY_FRAME, LATER_FRAME

SSRC = 10_001


def packet(
    sequence: int, timestamp: int, payload: bytes = LATER_FRAME, *, kind: Kind = "video", ssrc: int = 7
) -> rtp.Packet:
    header = rtp.HEADER.pack(
        0x80, VP8 if kind == "video" else OPUS, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    )
    found = rtp.read(header + payload)
    assert found is not None
    return found


class Camera:
    """A source, and a clock that its frames drive."""

    def __init__(self, ssrc: int, first: int = 0, stamp: int = 0) -> None:
        self.source = Source("video")
        self.ssrc, self.sequence, self.stamp = ssrc, first, stamp

    def frame(self, now: float, *, key: bool = False, packets: int = 1) -> list[rtp.Packet]:
        """One picture."""
        self.stamp += 3_000
        sent = []
        for i in range(packets):
            payload = (KEY_FRAME if i == 0 else b"\x00\x00") if key else LATER_FRAME
            sent.append(packet(self.sequence, self.stamp, payload, ssrc=self.ssrc))
            self.sequence += 1
        for each in sent:
            assert self.source.receive(each, now)
        return sent


def parts(data: bytes | None) -> tuple[int, int, int]:
    assert data is not None
    found = rtp.read(data)
    assert found is not None
    return found.ssrc, found.sequence, found.timestamp


def shown(down: Down, packets: list[rtp.Packet], now: float) -> list[tuple[int, int, int]]:
    return [parts(down.forward(each, now)) for each in packets]


def smooth(stream: list[tuple[int, int, int]]) -> bool:
    """One SSRC, no gap in the numbers, time never goes back."""
    return (
        {ssrc for ssrc, _, _ in stream} == {SSRC}
        and all(ahead(b[1], a[1]) == 1 for a, b in pairwise(stream))
        and all(later(b[2], a[2]) >= 0 for a, b in pairwise(stream))
    )


def test_a_picture_that_is_there_is_sent_at_once_and_the_stream_stays_smooth() -> None:
    first, second = Camera(7, 65_530, 0xFFFFF000), Camera(8, 100, 5)
    down = Down("video", SSRC)
    stream = [parts(each) for each in down.bind(first.source, 0)]
    stream += shown(down, first.frame(10, key=True, packets=3), 10)
    for turn in range(20):
        stream += shown(down, first.frame(43 + turn * 33), 43 + turn * 33)
    second.frame(700, key=True, packets=4)
    second.frame(733)
    burst = [parts(each) for each in down.bind(second.source, 750)]
    assert len(burst) == 5
    stream += burst + shown(down, second.frame(766), 766)
    assert smooth(stream)


def test_the_frames_of_a_burst_are_a_millisecond_apart_and_end_now() -> None:
    camera = Camera(7)
    for turn in range(5):
        camera.frame(turn * 33, key=turn == 0)
    burst = [parts(each) for each in Down("video", SSRC).bind(camera.source, 140)]
    stamps = [stamp for _, _, stamp in burst]
    assert [b - a for a, b in pairwise(stamps)] == [90] * 4
    assert stamps[-1] == 140 * 90


def test_the_rest_of_a_burst_s_last_frame_has_that_frame_s_time() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    camera.frame(0, key=True)
    begun = packet(1, camera.stamp + 3_000)
    camera.source.receive(begun, 33)
    burst = [parts(each) for each in down.bind(camera.source, 40)]
    rest = packet(2, camera.stamp + 3_000)
    camera.source.receive(rest, 41)
    assert parts(down.forward(rest, 41))[2] == burst[-1][2]


def test_without_a_picture_at_hand_the_stream_waits_for_a_key_frame_and_asks_for_one() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    camera.frame(0)
    assert down.bind(camera.source, 10) == [] and down.waiting
    assert camera.source.asks_key_frame(10) and not camera.source.asks_key_frame(300)
    assert camera.source.asks_key_frame(361)
    (late,) = camera.frame(370)
    assert down.forward(late, 370) is None
    assert smooth(shown(down, camera.frame(400, key=True, packets=2), 400))
    assert not camera.source.asks_key_frame(800)


def test_a_picture_of_long_ago_is_no_picture() -> None:
    camera = Camera(7)
    camera.frame(0, key=True)
    camera.frame(1_100)
    assert not camera.source.cache


def test_packets_from_before_a_binding_are_dropped() -> None:
    camera, down = Camera(7, first=50), Down("video", SSRC)
    camera.frame(0, key=True)
    down.bind(camera.source, 10)
    assert down.forward(packet(49, camera.stamp), 11) is None


def test_a_viewer_gets_again_exactly_what_was_sent() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    down.bind(camera.source, 0)
    sent = [down.forward(each, 5) for each in camera.frame(5, key=True, packets=2)]
    assert down.again(parts(sent[1])[1]) == sent[1]
    assert down.again(9_999) is None


def test_history_is_bounded() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    down.bind(camera.source, 0)
    first = parts(down.forward(camera.frame(0, key=True)[0], 0))[1]
    for turn in range(600):
        shown(down, camera.frame(turn), turn)
    assert down.again(first) is None


def test_a_repaired_packet_is_passed_on_in_its_own_place() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    down.bind(camera.source, 0)
    (key,) = camera.frame(0, key=True)
    before = parts(down.forward(key, 0))
    lost, after = packet(1, 6_000), packet(2, 9_000)
    assert camera.source.receive(after, 66)
    assert parts(down.forward(after, 66))[1] == before[1] + 2
    assert camera.source.asks_again(80) == [1] and camera.source.asks_again(81) == []
    assert camera.source.receive(lost, 90) and not camera.source.receive(lost, 91)
    assert parts(down.forward(lost, 90)) == (SSRC, before[1] + 1, before[2] + 3_000)


def test_a_packet_is_asked_for_only_so_often() -> None:
    source = Source("video")
    source.receive(packet(0, 0), 0)
    source.receive(packet(2, 0), 0)
    asked = [now for now in range(0, 2_000, 20) if source.asks_again(now)]
    assert 2 <= len(asked) <= 6


def test_voices_need_no_key_frame() -> None:
    source, down = Source("audio"), Down("audio", SSRC)
    down.bind(source, 0)
    sent = [packet(i, i * 960, b"opus", kind="audio") for i in range(3)]
    assert all(source.receive(each, 20.0 * i) for i, each in enumerate(sent))
    assert smooth([parts(down.forward(each, 20)) for each in sent])


def test_a_closed_gate_lets_nothing_through() -> None:
    source = Source("audio")
    source.gate(False)
    assert not source.receive(packet(0, 0, kind="audio"), 0)


def test_nothing_of_the_time_behind_a_closed_gate_is_shown_later() -> None:
    source, down = Source("video"), Down("video", SSRC)
    source.gate(False)
    source.want_key_frame()
    assert not source.receive(packet(0, 0, KEY_FRAME), 0)
    assert not source.asks_key_frame(0)
    source.gate(True)
    assert down.bind(source, 10) == []
    assert source.asks_key_frame(10)


def test_a_sender_that_begins_anew_is_followed_from_its_next_key_frame() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    down.bind(camera.source, 0)
    stream = shown(down, camera.frame(0, key=True), 0)
    camera.ssrc, camera.sequence, camera.stamp = 9, 40_000, 123
    (no_key,) = camera.frame(500)
    assert down.forward(no_key, 500) is None
    stream += shown(down, camera.frame(533, key=True), 533)
    assert smooth(stream)


def test_a_paused_picture_goes_on_with_a_key_frame() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    down.bind(camera.source, 0)
    stream = shown(down, camera.frame(0, key=True), 0)
    down.pause(True)
    assert [down.forward(each, 33) for each in camera.frame(33)] == [None]
    down.pause(False)
    assert camera.source.asks_key_frame(40)
    assert [down.forward(each, 66) for each in camera.frame(66)] == [None]
    stream += shown(down, camera.frame(99, key=True), 99)
    assert smooth(stream)


def test_someone_speaks_after_three_loud_packets_and_stops_after_a_pause() -> None:
    source = Source("audio")

    def hear(sequence: int, level: int, now: float) -> bool:
        header = rtp.HEADER.pack(0x90, OPUS, sequence, sequence * 960, 7)
        found = rtp.read(header + bytes([0xBE, 0xDE, 0, 1, 0x10, level, 0, 0]) + b"opus")
        assert found is not None
        source.receive(found, now)
        return source.speaking

    assert [hear(i, 30, i * 20) for i in range(3)] == [False, False, True]
    assert hear(3, 90, 60) and not hear(4, 90, 500)
    for i in range(5, 8):
        hear(i, 30, 600)
    source.hush(900)
    assert source.speaking
    source.hush(1_100)
    assert not source.speaking


def test_a_report_says_which_time_stands_for_now() -> None:
    camera, down = Camera(7), Down("video", SSRC)
    down.bind(camera.source, 0)
    assert down.report(0, 0) is None
    ((_, _, stamp),) = shown(down, camera.frame(100, key=True), 100)
    assert down.report(150, 0) == (stamp + 50 * 90, 1, 2)
    # The sender says that this frame was taken at 5,000 by its clock, which is 4,910 ahead of ours.
    camera.source.reported = 5_000, camera.stamp
    assert down.report(150, -4_910) == (stamp + 60 * 90, 1, 2)


def test_losses_are_counted_since_the_last_report() -> None:
    source = Source("video")
    for sequence in (0, 1, 3):
        source.receive(packet(sequence, 0), 0)
    fraction, lost, highest, _ = source.receiver_report()
    assert (fraction, lost, highest) == (64, 1, 3)
    source.receive(packet(4, 0), 0)
    assert source.receiver_report()[:3] == (0, 1, 4)

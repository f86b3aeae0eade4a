"""What a weak line is spared: pictures by who spoke last, and none for longer than need be."""

from __future__ import annotations

from itertools import pairwise

from server.media.plane import HOST_SLOT, Slot
from server.media.sfu.line import LEAST, LOOK_MS, MOST, Line, Picture

FIRST_MS = 5_000  # browsers say nothing before


class Viewer:
    """A browser on a line of so many bits per second. It estimates as browsers do: 85 % of what passes when
    more is sent, a little more each second while less is, and never over 1.5 times what it gets."""

    def __init__(self, bits: float, spoke: dict[Slot, float], each: float = LEAST) -> None:
        self.line, self.bits, self.each = Line(), bits, each
        self.spoke, self.octets = spoke, dict.fromkeys(spoke, 0)
        self.now, self.estimate = 0.0, 0.0

    @property
    def playing(self) -> set[Slot]:
        return set(self.spoke) - self.line.stopped

    def watch(self, seconds: float) -> list[set[Slot]]:
        """Which pictures played, at each look."""
        seen = []
        for _ in range(round(seconds * 1_000 / LOOK_MS)):
            self.now += LOOK_MS
            each = max(min(self.each, self.line.share), LEAST)
            for slot in self.playing:
                self.octets[slot] += round(each * LOOK_MS / 8_000)
            sent = each * len(self.playing)
            if sent > self.bits:
                self.estimate = 0.85 * self.bits
            elif self.now <= FIRST_MS:
                self.estimate = sent
            elif sent:
                self.estimate = max(self.estimate, min(self.estimate * 1.04, 1.5 * sent))
            if self.now > FIRST_MS:
                self.line.estimated(self.estimate)
            self.line.look(
                [Picture(slot, self.octets[slot], at) for slot, at in self.spoke.items()], self.now
            )
            seen.append(self.playing)
        return seen


def test_a_good_line_has_all_pictures_all_the_time() -> None:
    viewer = Viewer(5e6, {1: 0, 2: 0, 3: 0}, each=500_000)
    assert all(seen == {1, 2, 3} for seen in viewer.watch(60))


def test_still_pictures_say_nothing_of_the_line() -> None:
    viewer = Viewer(5e6, {1: 0, 2: 0}, each=5_000)
    assert all(seen == {1, 2} for seen in viewer.watch(60))


def test_senders_come_down_before_pictures_stop() -> None:
    viewer = Viewer(800_000, {1: 0, 2: 0, 3: 0}, each=500_000)
    assert all(seen == {1, 2, 3} for seen in viewer.watch(60))
    assert LEAST <= viewer.line.share < 300_000


def test_whoever_spoke_last_stays_in_sight() -> None:
    for bits, playing in ((400_000, {2, 3}), (200_000, {2})):
        viewer = Viewer(bits, {1: 10, 2: 30, 3: 20}, each=500_000)
        viewer.watch(9)
        assert viewer.playing == playing


def test_the_host_stays_in_sight_before_all() -> None:
    viewer = Viewer(200_000, {HOST_SLOT: 0, 1: 10})
    viewer.watch(9)
    assert viewer.playing == {HOST_SLOT}


def test_a_line_for_voices_only_has_no_pictures_and_is_tried_ever_more_seldom() -> None:
    viewer = Viewer(50_000, {1: 0, 2: 0})
    seen = [bool(playing) for playing in viewer.watch(300)]
    first, second = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    assert not seen[18] and sum(second) < sum(first) < len(first) / 3
    assert sum(second) > 0


def test_all_come_back_when_the_line_does() -> None:
    viewer = Viewer(50_000, {1: 0, 2: 0, 3: 0})
    viewer.watch(9)
    assert not viewer.playing
    viewer.bits = 5e6
    seen = viewer.watch(60)
    assert seen[-1] == {1, 2, 3}
    assert all(before <= after for before, after in pairwise(seen))


def test_a_picture_does_not_come_and_go_with_each_look() -> None:
    viewer = Viewer(350_000, {1: 10, 2: 30, 3: 20}, each=500_000)
    seen = viewer.watch(120)
    changes = sum(before != after for before, after in pairwise(seen))
    assert changes < 16


def test_who_stops_sending_is_not_called_stopped() -> None:
    viewer = Viewer(50_000, {1: 0, 2: 0})
    viewer.watch(9)
    assert viewer.line.stopped == {1, 2}
    viewer.line.look([Picture(2, viewer.octets[2], 0)], viewer.now + LOOK_MS)
    assert viewer.line.stopped <= {2}


def test_nobody_is_asked_for_more_than_the_most_or_less_than_the_least() -> None:
    for bits, share in ((50_000, LEAST), (5e6, MOST)):
        viewer = Viewer(bits, {1: 0}, each=2 * MOST)
        viewer.watch(20)
        assert viewer.line.share == share


def test_senders_may_send_more_again_when_the_line_takes_it() -> None:
    viewer = Viewer(250_000, {1: 0}, each=MOST)
    viewer.watch(20)
    assert viewer.line.share < 250_000
    viewer.bits = 5e6
    viewer.watch(30)
    assert viewer.line.share == MOST


def test_an_estimate_that_recovers_too_slowly_is_not_believed_when_reports_are_good() -> None:
    line, octets = Line(), 0
    for turn in range(60):
        now, octets = turn * LOOK_MS, octets + 20_000
        bad = 4 <= turn < 10
        line.reported(0.5 if bad else 0.0, 300.0 if bad else 20.0, now)
        line.estimated(1e6 if turn < 4 else 10_000)
        line.look([Picture(1, octets, 0), Picture(2, octets, 0)], now)
        if turn == 10:
            assert line.stopped
    assert not line.stopped


def test_losses_are_repaired_twice_unless_the_line_is_full() -> None:
    line = Line()
    reports = ((0.05, 20.0, 2), (0.05, 300.0, 2), (0.05, 300.0, 1), (0.05, 20.0, 2), (0.4, 20.0, 1))
    for loss, round_trip, copies in reports:
        line.reported(loss, round_trip, 0)
        line.look([], 0)
        assert line.copies == copies
    line.look([], 60_000)
    assert line.copies == 1


def test_what_passed_when_the_line_was_full_counts_more_than_a_lower_estimate() -> None:
    line = Line()
    for turn in range(8):
        line.reported(0.3, 400.0, turn * LOOK_MS)
        line.estimated(10_000)
        pictures = [Picture(slot, turn * 20_000, 0) for slot in (1, 2, 3)]
        line.look(pictures, turn * LOOK_MS)
    assert line.stopped == {3}

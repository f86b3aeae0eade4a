"""What operators can watch, in the text format of Prometheus. No label names a person or an event."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

STEPS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)  # seconds
GAPS = (20, 30, 40, 60, 80, 100, 150, 200, 300, 500, 1000)  # ms
SKEWS = (1, 2, 5, 10, 25, 50, 100, 250, 500, 1000)  # ms


class Metrics:
    """Counters of one server; built once and handed down."""

    def __init__(self) -> None:
        here = self.registry = CollectorRegistry()
        self.connections = Gauge("intermingle_connections", "Open WebSocket connections.", registry=here)
        self.sessions = Gauge("intermingle_sessions", "Browsers with a view.", ["role"], registry=here)
        self.events = Gauge("intermingle_events_live", "Events held in memory.", registry=here)
        self.inbox = Gauge(
            "intermingle_inbox_longest", "Commands waiting in the fullest event.", registry=here
        )
        self.handshakes = Counter(
            "intermingle_handshakes", "Answers to WebSocket handshakes.", ["status"], registry=here
        )
        self.hellos = Counter(
            "intermingle_hellos", "How browsers were brought up to date.", ["how"], registry=here
        )
        self.closes = Counter("intermingle_closes", "Connections closed by us.", ["name"], registry=here)
        self.commands = Counter("intermingle_commands", "Commands.", ["type", "outcome"], registry=here)
        self.recoveries = Counter(
            "intermingle_recoveries", "Events replayed from the journal after a fault.", registry=here
        )
        self.unsaved = Counter(
            "intermingle_unsaved", "Decisions that the journal did not take.", registry=here
        )
        self.frames = Counter("intermingle_frames_sent", "Frames of changes sent.", registry=here)
        self.bytes = Counter("intermingle_bytes_sent", "Bytes of changes sent.", registry=here)
        self.decide = Histogram(
            "intermingle_decide_seconds", "From command to facts.", buckets=STEPS, registry=here
        )
        self.append = Histogram(
            "intermingle_append_seconds", "Until the journal has the facts.", buckets=STEPS, registry=here
        )
        self.tell = Histogram(
            "intermingle_tell_seconds", "From facts to every browser's buffer.", buckets=STEPS, registry=here
        )
        self.planner = Histogram(
            "intermingle_planner_seconds",
            "From asking for a plan to each better one.",
            buckets=STEPS,
            registry=here,
        )
        self.skew = Histogram(
            "intermingle_skew_ms", "How far off browsers find their clock.", buckets=SKEWS, registry=here
        )
        self.gap = Histogram(
            "intermingle_switch_gap_ms",
            "From a switch to the first picture of somebody new.",
            buckets=GAPS,
            registry=here,
        )

    def text(self) -> bytes:
        """The body of `/metrics`."""
        return generate_latest(self.registry)

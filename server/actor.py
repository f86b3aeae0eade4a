"""EventActor: the only one who decides for an event, one command after the other.

A step is: decide → append (durable) → evolve → tell → run effects. What goes wrong before the facts are
durable is answered with a refusal; what goes wrong after it is mended by replaying the journal.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rooms import views
from rooms.commands import (
    AnyCommand,
    HostCame,
    HostWent,
    Join,
    MarkAway,
    MarkGone,
    MarkReturned,
    OfferPlan,
    Wake,
)
from rooms.decide import Refused, decide, standing_effects
from rooms.effects import ApplyMedia, BroadcastMedia, Effect, GateMedia, ImprovePlan, PrepareMedia, WakeAt
from rooms.facts import (
    AnyFact,
    FacilitatorWent,
    ParticipantJoined,
    ParticipantLeft,
    PersonRemoved,
    PlanAdopted,
)
from rooms.model import SYSTEM, By, Newcomer, ParticipantId
from server import protocol, zones
from server.attendance import Attendance
from server.calls import Calls
from server.chat import LENGTH, Chat, places
from server.clock import EventClock
from server.digest import digest
from server.frames import frame
from server.journal import Conflict, Entry, Journal, JournalFailed
from server.listeners import Listeners
from server.media.plane import Plane, PlaneEvent
from server.metrics import Metrics
from server.planning import PlannerLike
from server.session import SOFT_LIMIT, Credits, Session, command_credits
from server.step import Step

INBOX = 1_000  # commands waiting; more are refused
REMEMBERED = 256  # decisions that a returning browser can be told one by one
REFUSALS = 1_000  # answers kept for refused commands; those of the journal are kept all
RETRY_SECONDS = 1.0  # for what the server itself wants and the journal did not take
PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0  # after a fault, doubled with each one in a row
DIGEST_SECONDS = 0.05  # between two digests for anybody
PLAN_SECONDS, LIVE_PLAN_SECONDS = 5.0, 2.0

log = logging.getLogger("intermingle.actor")

Reply = Callable[[protocol.Done | protocol.Refusal], None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every actor works with. `wall` gives ms since 1970."""

    journal: Journal
    planner: PlannerLike
    plane: Plane | None
    """None: events run without sound and picture."""
    metrics: Metrics
    wall: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A command and who wants its answer. What the server itself asks for has no reply."""

    command: AnyCommand
    by: By
    cid: str = ""
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class _Came:
    """A browser that said hello, and the last change that it has seen."""

    session: Session
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class _Started:
    """Take up what was left undone when the journal was last written."""


@dataclass(frozen=True, slots=True)
class _Stopped:
    """The last one in the inbox."""


_Item = _Asked | _Came | _Started | _Stopped


def _who(item: _Item) -> str:
    """Whose doing it was: an id, or nothing."""
    match item:
        case _Asked():
            return item.by.id
        case _Came():
            return item.session.who.id
        case _Started() | _Stopped():
            return ""


class EventActor:
    """One event, live. Made by the registry, which also starts and stops it."""

    def __init__(self, entries: Iterable[Entry], around: Surroundings) -> None:
        """`entries` is the event's whole journal, at least its creation."""
        self._around, self._metrics, self.wall = around, around.metrics, around.wall
        self._loop = asyncio.get_running_loop()
        self._replay(entries)
        self.id = self.event.id
        self.clock = EventClock(self.event.created_at, self.event.rate, around.wall)
        self._inbox: asyncio.Queue[_Item] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._busy = self._stopped = False
        self._unanswered: _Asked | None = None
        self._listeners = Listeners(around.metrics)
        self._attendance = Attendance(self.clock, self._give, self._reconnecting)
        self._chat = Chat()
        self._calls = Calls(self.id, around.plane, self._listeners, lambda: self.event, self.wall)
        self._credits: dict[str, Credits] = {}
        self._refused: OrderedDict[tuple[str, str], protocol.Refusal] = OrderedDict()
        self._timer: asyncio.TimerHandle | None = None
        self._faults = 0  # in a row
        self._in_doubt = False  # the journal failed: it may hold an entry that we have not folded
        self._planner_works = False
        self._planned_at = 0.0
        self._digest_at = 0.0
        self.quiet_since = self._loop.time()

    def _replay(self, entries: Iterable[Entry]) -> None:
        self._recent: deque[Step] = deque(maxlen=REMEMBERED)
        self._done: dict[tuple[str, str], int] = {}
        for entry in entries:
            self._fold(entry)

    def _fold(self, entry: Entry) -> Step:
        last = self._recent[-1] if self._recent else None
        step = Step(last.after, entry, last.pass_look()) if last else Step(None, entry)
        self._recent.append(step)
        self.event, self.seq, self.epoch, self._term = step.after, entry.seq, entry.epoch, entry.term
        if entry.cid:
            self._done[entry.by, entry.cid] = entry.seq
        return step

    # Life

    def start(self, ended: Callable[[], None]) -> None:
        """Begin to work. Whoever was here counts as lost just now, and has time to come back.

        `ended` is called when the actor works no more, stopped or given up.
        """
        for person in self.event.participants.values():
            if person.presence in ("here", "away"):
                self._attendance.lost(person.id, "participant")
        for host in self.event.facilitators.values():
            if host.here:
                self._attendance.lost(host.id, "facilitator")
        self._inbox.put_nowait(_Started())
        self._task = self._loop.create_task(self._work(), name=f"event {self.id}")
        self._task.add_done_callback(lambda _: ended())

    async def stop(self) -> None:
        """Finish what is in the inbox, then end. Later commands are refused."""
        self._attendance.end()
        self._set_timer(None)
        self._around.planner.cancel(self.id)
        self._inbox.put_nowait(_Stopped())
        self._stopped = True
        if self._task is not None:
            await self._task
        self._set_timer(None)  # the last steps may have set it again
        self._calls.end()
        self._around.planner.cancel(self.id)

    def at_rest(self) -> bool:
        """Nobody is connected or awaited, no time is waited for, nothing is being done."""
        return not (self._listeners or self._attendance or self._timer or self.busy())

    def busy(self) -> bool:
        """Whether a step is under way, or waits."""
        return self._busy or self.waiting() > 0

    def waiting(self) -> int:
        """Commands in the inbox."""
        return self._inbox.qsize()

    async def _work(self) -> None:
        while True:
            item = await self._inbox.get()
            self._busy = True
            try:
                match item:
                    case _Asked():
                        if not self._overtaken(item):
                            await self._step(item)
                    case _Came():
                        await self._admit(item)
                    case _Started():
                        await self._run(standing_effects(self.event, self.clock.now()))
                    case _Stopped():
                        return
            except Exception:
                # Whatever broke must not end the event: log it, believe only the journal.
                try:
                    await self._recover(item)
                except Exception:
                    self._give_up()
                    return
            finally:
                self._busy = False

    def _overtaken(self, asked: _Asked) -> bool:
        """News of an absence that waited here while the person came back; nothing would ever correct it."""
        match asked.command:
            case MarkAway(who) | MarkGone(who) | HostWent(who):
                return bool(self._listeners.of(who))
        return False

    # Asking

    def ask(self, command: AnyCommand, by: By, cid: str, reply: Reply) -> None:
        """Put a command in the inbox; `reply` is called once with its answer, after its changes were sent."""
        if self._stopped:
            reply(protocol.Refusal(cid, "restarting", "The server is restarting. Try again in a moment."))
        elif self._inbox.qsize() >= INBOX:
            reply(protocol.Refusal(cid, "busy", "Too much is going on. Try again in a moment."))
        else:
            self._inbox.put_nowait(_Asked(command, by, cid, reply))

    async def do(self, command: AnyCommand, by: By, cid: str = "") -> protocol.Done | protocol.Refusal:
        """Give a command and wait for its answer. A repeated `cid` gets the first answer again."""
        answer: asyncio.Future[protocol.Done | protocol.Refusal] = self._loop.create_future()

        def reply(outcome: protocol.Done | protocol.Refusal) -> None:
            if not answer.done():  # whoever asked may have given up
                answer.set_result(outcome)

        self.ask(command, by, cid, reply)
        return await answer

    def _give(self, command: AnyCommand, by: By = SYSTEM) -> None:
        """What the server itself wants. Bounded by the number of people and timers, so never refused."""
        if not self._stopped:
            self._inbox.put_nowait(_Asked(command, by))

    # One step

    async def _step(self, asked: _Asked) -> None:
        self._unanswered = asked
        if self._in_doubt and not await self._caught_up():
            self._answer(asked, self._not_saved(asked))
        elif (known := self._known(asked)) is not None:
            self._answer(asked, known, "repeated")
        else:
            await self._decide(asked)

    async def _decide(self, asked: _Asked) -> None:
        now = self.clock.now()
        with self._metrics.decide.time():
            outcome = zones.refusal(asked.command) or decide(self.event, asked.command, asked.by, now)
        if isinstance(outcome, Refused):
            self._answer(asked, self._refuse(asked, outcome))
            return
        if outcome.facts and not await self._saved(self._entry(asked, now, outcome.facts)):
            self._answer(asked, self._not_saved(asked))
            return
        self._answer(asked, protocol.Done(asked.cid, self.seq))
        self._dismiss(asked, outcome.facts)
        self._expect_joined(outcome.facts)
        await self._run(outcome.effects)
        self._faults = 0

    def _entry(self, asked: _Asked, now: int, facts: tuple[AnyFact, ...]) -> Entry:
        return Entry(self.id, self.seq + 1, self.epoch, self._term, now, asked.by.id, asked.cid, facts)

    async def _saved(self, entry: Entry) -> bool:
        """Make a decision durable; only then fold it and tell everyone."""
        started = time.perf_counter()
        try:
            await self._around.journal.append(entry)
        except (JournalFailed, Conflict):
            log.exception("not saved", extra={"event": self.id, "seq": entry.seq, "by": entry.by})
            self._in_doubt = True
            return False
        self._metrics.append.observe(time.perf_counter() - started)
        self._tell(self._fold(entry))
        return True

    def _answer(self, asked: _Asked, answer: protocol.Done | protocol.Refusal, outcome: str = "") -> None:
        outcome = outcome or ("done" if isinstance(answer, protocol.Done) else answer.code)
        self._metrics.commands.labels(type(asked.command).__name__, outcome).inc()
        self._unanswered = None
        if asked.reply is not None:
            asked.reply(answer)

    def _known(self, asked: _Asked) -> protocol.Done | protocol.Refusal | None:
        """The answer that this command got when it was given first."""
        key = (asked.by.id, asked.cid)
        if asked.cid and key in self._done:
            return protocol.Done(asked.cid, self._done[key])
        return self._refused.get(key)

    def _refuse(self, asked: _Asked, refused: Refused) -> protocol.Refusal:
        answer = protocol.Refusal(asked.cid, refused.code, refused.message)
        if asked.cid:
            self._refused[asked.by.id, asked.cid] = answer
            if len(self._refused) > REFUSALS:
                self._refused.popitem(last=False)
        return answer

    def _not_saved(self, asked: _Asked) -> protocol.Refusal:
        """Nothing happened as far as anyone may know. The server asks again itself; a browser may."""
        self._metrics.unsaved.inc()
        if asked.reply is None and not self._stopped:
            self._loop.call_later(RETRY_SECONDS, self._give, asked.command, asked.by)
        return protocol.Refusal(asked.cid, "not-saved", "This could not be saved. Try again in a moment.")

    async def _caught_up(self) -> bool:
        """After a failure of the journal: fold what it has taken after all, perhaps without our knowing."""
        try:
            entries = await self._around.journal.read(self.id, after=self.seq)
        except JournalFailed:
            return False
        self._in_doubt = False
        for entry in entries:
            self._tell(self._fold(entry))
        if entries:
            await self._run(standing_effects(self.event, self.clock.now()))
        return True

    async def _recover(self, item: _Item) -> None:
        """Something that nobody expected: go back to what the journal says and show it to everyone."""
        self._faults += 1
        self._metrics.recoveries.inc()
        log.exception("fault", extra={"event": self.id, "seq": self.seq, "by": _who(item)})
        try:
            self._replay(await self._around.journal.read(self.id))
        except JournalFailed:
            self._in_doubt = True
        if self._unanswered is not None:
            fault = protocol.Refusal(self._unanswered.cid, "fault", "Something broke on our side. Try again.")
            self._answer(self._unanswered, self._known(self._unanswered) or fault)
        if isinstance(item, _Came) and item.session not in self._listeners:
            item.session.close("fault")
        for session in self._listeners:
            session.show(self.welcome(session))
        # What breaks each time it is tried must not keep the loop busy.
        pause = min(LONGEST_PAUSE_SECONDS, PAUSE_SECONDS * 2 ** (self._faults - 1))
        self._set_timer(self._loop.call_later(pause, self._inbox.put_nowait, _Started()))

    def _give_up(self) -> None:
        """Not even the journal can be followed. Everyone may come back: to a fresh actor, if that can."""
        log.critical("event given up", exc_info=True, extra={"event": self.id, "seq": self.seq})
        self._stopped = True
        self._attendance.end()
        self._set_timer(None)
        self._around.planner.cancel(self.id)
        for session in list(self._listeners):
            session.close("fault")
        while self._inbox.qsize():
            match self._inbox.get_nowait():
                case _Asked() as asked:
                    self._answer(asked, protocol.Refusal(asked.cid, "fault", "Something broke on our side."))
                case _Came(session):
                    session.close("fault")
                case _Started() | _Stopped():
                    pass

    # Telling

    def _tell(self, step: Step) -> None:
        with self._metrics.tell.time():
            self._listeners.tell(step)
            self._change_rooms(step)
        for fact in step.facts:
            if isinstance(fact, ParticipantJoined):
                for session in self._listeners.of(fact.person.id):
                    session.tell(frame(protocol.ChatCleared(self._lines(session.who))))
            if isinstance(fact, PlanAdopted):
                self._metrics.planner.observe(self._loop.time() - self._planned_at)
                self._listeners.signal(self._planning(), self._listeners.hosts())

    def _change_rooms(self, step: Step) -> None:
        """Whoever sits elsewhere now gets the lines of that place."""
        if step.before is None or step.before.round is step.after.round:
            return
        before, after = places(step.before), places(step.after)
        self._chat.keep(set(after.values()))
        for session in self._listeners.guests():
            place = after.get(session.who.id)
            if before.get(session.who.id) != place:
                session.tell(frame(protocol.ChatCleared(self._chat.lines(place))))

    def _dismiss(self, asked: _Asked, facts: tuple[AnyFact, ...]) -> None:
        """Whoever left, or was taken out, is told no more."""
        for fact in facts:
            if isinstance(fact, ParticipantLeft) and fact.person == asked.by.id:
                self.dismiss(fact.person, "left")
                self._calls.leave(fact.person)
            elif isinstance(fact, PersonRemoved):
                self.dismiss(fact.person, "removed")
                self._calls.leave(fact.person)
            elif isinstance(fact, FacilitatorWent):
                self._calls.leave(fact.id)

    def _expect_joined(self, facts: tuple[AnyFact, ...]) -> None:
        """Whoever joined over HTTP has to come by a socket as well, or is not here for long."""
        for fact in facts:
            if isinstance(fact, ParticipantJoined) and not self._listeners.of(fact.person.id):
                self._attendance.expect(fact.person.id, "participant")

    def dismiss(self, person: str, name: str) -> None:
        """Close someone's connections by a documented code."""
        for session in self._listeners.of(person):
            session.close(name)

    def _reconnecting(self, people: dict[ParticipantId, bool]) -> None:
        together = b"".join(frame(protocol.Reconnecting(person, on)) for person, on in people.items())
        for session in self._listeners:
            session.tell(together)

    def _planning(self) -> protocol.Planning:
        offered = self.event.offered
        distinct, bound = (offered.certificate.distinct, offered.certificate.bound) if offered else (0, 0)
        return protocol.Planning(self._planner_works, distinct, bound)

    def _set_planning(self, on: bool) -> None:
        self._planner_works = on
        self._listeners.signal(self._planning(), self._listeners.hosts())

    # Effects

    async def _run(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case WakeAt(at):
                    self._wake_at(at)
                case ImprovePlan():
                    self._improve(effect)
                case PrepareMedia():
                    at_ms = (self._loop.time() + self.clock.seconds_until(effect.at)) * 1000
                    await self._calls.prepare(effect.cutover, effect.edges, at_ms)
                case ApplyMedia():
                    await self._calls.apply(effect.cutover, effect.edges)
                case BroadcastMedia():
                    await self._calls.broadcast(effect.host)
                case GateMedia():
                    self._calls.gate(effect.person, effect.medium, effect.on)

    def _wake_at(self, at: int) -> None:
        self._set_timer(self._loop.call_later(self.clock.seconds_until(at), self._woken, at))

    def _woken(self, at: int) -> None:
        self._timer = None
        if self.clock.now() < at:
            self._wake_at(at)  # a loop's clock and the wall's need not agree to the millisecond
        else:
            self._give(Wake())

    def _set_timer(self, timer: asyncio.TimerHandle | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer

    def _improve(self, request: ImprovePlan) -> None:
        self._planned_at = self._loop.time()
        self._set_planning(True)
        self._around.planner.improve(
            self.id,
            request,
            lambda plan, based_on: self._give(OfferPlan(plan, based_on)),
            seconds=LIVE_PLAN_SECONDS if self.event.phase == "rounds" else PLAN_SECONDS,
            on_done=lambda: self._set_planning(False),
        )

    # Sound and picture

    def call(self, session: Session) -> None:
        """A browser wants to be connected for sound and picture."""
        self._calls.begin(session)

    def call_answer(self, session: Session, sdp: str) -> None:
        self._calls.answer(session, sdp)

    def gap(self, session: Session, cutover: int, ms: float) -> None:
        """How long a browser waited for the first new picture after a switch."""
        if self._calls.gap(session, cutover, ms):
            self._metrics.gap.observe(ms)

    def told(self, what: PlaneEvent) -> None:
        """News of this event from the media plane."""
        self._calls.told(what)

    # Browsers

    def attach(self, session: Session, epoch: int, seq: int) -> str | None:
        """Let a browser in; it is welcomed in turn. Or the name of the close code why not."""
        if self._stopped:
            return "restart"
        if not self._listeners.open(session.who.id):
            return "too-many-sockets"
        self._inbox.put_nowait(_Came(session, epoch, seq))
        return None

    def detach(self, session: Session) -> None:
        """A connection that was let in is gone."""
        self._listeners.shut(session)
        if self._listeners.remove(session):
            self._miss(session.who)

    def _miss(self, who: By) -> None:
        """Someone has no connection any more: if they are here, they are awaited."""
        if self._stopped:
            return
        if who.role == "participant":
            person = self.event.participants.get(who.id)
            awaited = person is not None and person.presence in ("here", "away")
        else:
            host = self.event.facilitators.get(who.id)
            awaited = host is not None and host.here
        if awaited:
            self._attendance.lost(who.id, who.role)

    async def _admit(self, came: _Came) -> None:
        session = came.session
        if session.closed:
            return
        if self._shut_out(session.who):
            session.close("removed")
            return
        self._attendance.back(session.who.id)
        arrival = self._arrival(session.who)
        if arrival is not None:
            await self._step(arrival)
        if not session.closed:
            self._listeners.add(session)
            self._attendance.back(session.who.id)  # joining has made them awaited
            self._bring_up_to_date(came)
            if self._planner_works and session.who.role != "participant":
                session.tell(frame(self._planning()))
        elif not self._listeners.of(session.who.id):
            self._miss(session.who)  # gone while their arrival was written down

    def _shut_out(self, who: By) -> bool:
        if who.role != "participant":
            return False
        person = self.event.participants.get(who.id)
        return person is None or person.presence == "removed"

    def _arrival(self, who: By) -> _Asked | None:
        """The command that makes someone present, if they are not."""
        if who.role != "participant":
            host = self.event.facilitators.get(who.id)
            same = host is not None and host.here and host.name == who.name
            # Whoever has not said a name only looks at the plan: guests are not told of them.
            return None if same or not who.name else _Asked(HostCame(who.id, who.name), SYSTEM)
        person = self.event.participants[who.id]
        match person.presence:
            case "here" | "removed" | "expected":
                return None  # someone on the list joins once they have said how they want to be seen
            case "away":
                return _Asked(MarkReturned(person.id), SYSTEM)
            case "left":
                known = Newcomer(person.id, person.name, person.email, person.role, person.headline)
                return _Asked(Join(known), who)

    def _bring_up_to_date(self, came: _Came) -> None:
        """Every change that was missed, or everything."""
        missed = self._missed(came)
        if missed is None:
            self._metrics.hellos.labels("welcome").inc()
            came.session.show(self.welcome(came.session))
        else:
            self._metrics.hellos.labels("resumed").inc()
            came.session.resume(self._resumed(came.session), came.seq, missed)

    def _missed(self, came: _Came) -> list[tuple[int, bytes]] | None:
        covered = came.epoch == self.epoch and self._recent[0].seq - 1 <= came.seq <= self.seq
        if not covered or came.seq == 0:
            return None
        frames = [(step.seq, step.frame(came.session.who)) for step in self._recent if step.seq > came.seq]
        missed = [(seq, ready) for seq, ready in frames if ready is not None]
        return missed if sum(len(ready) for _, ready in missed) <= SOFT_LIMIT else None

    def _you(self, who: By) -> protocol.You:
        person = self.event.participants.get(who.id) if who.role == "participant" else None
        return protocol.You(who.id, who.role, person.name if person else who.name)

    def _lines(self, who: By) -> tuple[protocol.Said, ...]:
        if who.role != "participant" or not self._takes_part(who.id):
            return ()
        return self._chat.lines(places(self.event).get(who.id))

    def welcome(self, session: Session) -> protocol.Welcome:
        """Everything that this browser may see, as of now."""
        wall = self.wall()
        return protocol.Welcome(
            version=protocol.VERSION,
            you=self._you(session.who),
            epoch=self.epoch,
            seq=self.seq,
            view=views.seen(self._recent[-1].look(), session.who),
            rate=self.clock.rate,
            event_ms=self.clock.at(wall),
            wall_ms=int(wall),
            reconnecting=self._attendance.reconnecting(),
            chat=self._lines(session.who),
        )

    def _resumed(self, session: Session) -> protocol.Resumed:
        wall = self.wall()
        return protocol.Resumed(
            you=self._you(session.who),
            epoch=self.epoch,
            seq=self.seq,
            rate=self.clock.rate,
            event_ms=self.clock.at(wall),
            wall_ms=int(wall),
            reconnecting=self._attendance.reconnecting(),
            chat=self._lines(session.who),
        )

    # What is not decided, only passed on

    def say(self, session: Session, text: str) -> None:
        """A guest's line of chat, to everyone in the same room or in the lobby."""
        text = text.strip()
        if session.who.role != "participant":
            session.answer(protocol.Refusal("", "guests-only", "Hosts write to everyone: send a message."))
        elif not self._takes_part(session.who.id):
            session.answer(protocol.Refusal("", "not-here", "Join the event first."))
        elif len(text) > LENGTH:
            session.answer(protocol.Refusal("", "too-long", f"A line has at most {LENGTH} characters."))
        elif text:
            self._say(session.who.id, text)

    def _takes_part(self, person: ParticipantId) -> bool:
        """Whether someone is here. Who is only on the list, or has left, neither writes nor reads along."""
        found = self.event.participants.get(person)
        return found is not None and found.presence in ("here", "away") and self.event.phase != "closed"

    def _say(self, by: ParticipantId, text: str) -> None:
        sitting = places(self.event)
        place = sitting.get(by)
        name = self.event.participants[by].name
        said = protocol.Said(by, name, text, self.clock.now(), place[1] if place else None)
        self._chat.add(place, said)
        there = (
            each
            for each in self._listeners.guests()
            if sitting.get(each.who.id) == place and self._takes_part(each.who.id)
        )
        self._listeners.signal(protocol.Chat(said), there)

    def credits(self, person: str) -> Credits:
        """What someone may still ask, over all their connections."""
        if person not in self._credits:
            self._credits[person] = command_credits(self._loop.time())
        return self._credits[person]

    def digest(self, who: By) -> str:
        """The fingerprint of someone's view, or nothing when another was made just now: views cost."""
        now = self._loop.time()
        if now - self._digest_at < DIGEST_SECONDS:
            return ""
        self._digest_at = now
        return digest(views.seen(self._recent[-1].look(), who))

"""One problem while it is being planned: people as positions, and the best plan so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, chain, combinations, pairwise, repeat

from rotation.bounds import least_unevenness, per_person
from rotation.chance import Chance
from rotation.copies import drop_copies, with_copies, without_copies
from rotation.costs import costs, kinds
from rotation.feasible import strict
from rotation.layout import Seats
from rotation.model import Pair, Problem
from rotation.places import places
from rotation.plan import Certificate, Plan, Seating
from rotation.repair import Before
from rotation.score import Score, Yardstick

# Everyone's places in positions: for each round its rooms and, last, who rests.
Rounds = list[list[list[int]]]


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what is known about it. `moves`: search steps spent until it was found."""

    plan: Plan
    certificate: Certificate
    score: Score
    moves: int
    strategy: str


class Task:
    """One problem being planned, and the best plan so far.

    Strategies offer rounds in positions. Where rules bind places (`places`), a search works on rounds that
    are dressed, under `seats`.
    """

    def __init__(self, problem: Problem, seed: int, gentle: bool = False) -> None:
        """`gentle`: begin by changing little, since people know the plan that is started from."""
        self.whole, self.gentle = problem, gentle
        core = without_copies(problem)
        self.problem = strict(core)
        """What is planned: copied rounds left out, and soft rules about places hard or gone."""
        self.people = len(problem.people)
        self.chance = Chance(seed)
        self.yardstick = Yardstick(core)
        self.places = places(self.problem)
        self.costs = costs(self.yardstick, self.places)
        rules = self.problem.rules
        limited = {"at_most", "rooms_differ"} - rules.soft
        lenient = any(getattr(rules, name) for name in limited) or bool(self.problem.apart)
        self.lenient_costs = costs(self.yardstick, self.places, strict=False) if lenient else None
        """Costs under which a search may exceed limits for a while; None when there are none."""
        self.seats = (
            Seats(self.places.kinds, self.places.masks, self.places.units) if self.places else Seats()
        )
        self.kinds = [kinds(sizes) for sizes in self.problem.rounds]
        self.moves = 0
        self.best: Planned | None = None
        self.rounds: Rounds = []
        """The places of `best`."""
        self.fault = ""
        """The name of a rule that `rounds` break while there is no best plan."""
        self._most_for_worst = per_person(self.problem, self.yardstick.outlook)
        self._least_unevenness = least_unevenness(self.problem, self.yardstick.outlook)
        self._hard = _Hard(self)

    @property
    def nothing_left(self) -> bool:
        """The best plan is as good as the bounds allow in every respect."""
        return self.best is not None and (
            self.best.certificate.optimal
            and self.best.score.broken == 0
            and self.best.score.over_cap == 0
            and self.best.score.worst == self._most_for_worst
            and self.best.score.spread <= 1
            and self.best.score.unevenness == self._least_unevenness
        )

    @property
    def only_polish(self) -> bool:
        """The best plan keeps what can be kept and meets as many as can meet; for the worst-off and for
        evenness more may be possible."""
        return self.best is not None and (
            self.best.certificate.optimal and not self.best.score.broken and not self.best.score.over_cap
        )

    @property
    def worst_off(self) -> list[int]:
        """Those who meet the fewest new people in the best plan."""
        met = self.yardstick.met((rooms[:-1], rooms[-1]) for rooms in self.rounds)
        fewest = min(met, default=0)
        return [person for person, count in enumerate(met) if count == fewest]

    def offer(self, rounds: Rounds, strategy: str) -> None:
        """Take these places as the best plan if they are better and keep the rules."""
        fault = self._hard.broken(rounds)
        if self.best is None and fault != PLACES:
            # Even a plan that breaks a rule is a place to search from, unless that cannot move people so.
            self.rounds, self.fault = rounds, fault
        if fault:
            return
        score = self.yardstick.score((rooms[:-1], rooms[-1]) for rooms in rounds)
        if self.best is None or score > self.best.score:
            self.rounds = rounds
            certificate = self.yardstick.certificate(score.distinct)
            plan = with_copies(self.whole, self._plan(rounds))
            self.best = Planned(plan, certificate, score, self.moves, strategy)

    def dressed(self, rounds: Rounds) -> Rounds:
        """The rounds as a search under `seats` takes them."""
        if self.places is None:
            return rounds
        dressed = self.places.dress(rounds)
        assert dressed is not None, "offers are dressed before they are believed"
        return dressed

    def undressed(self, rounds: Rounds) -> Rounds:
        """The rounds that such a search returns, as they are offered."""
        return rounds if self.places is None else self.places.undress(rounds)

    def planned_before(self, previous: Plan) -> list[Before]:
        """The rooms of an earlier plan, without those who are no longer there."""
        position, away = self.yardstick.position, self.problem.rules.away
        gone = {(position[who], number - 1) for who, number in away if who in position}
        rounds = []
        for r, seating in enumerate(drop_copies(self.whole, previous).seatings):
            people = list(map(position.get, chain.from_iterable(seating.groups), repeat(-1)))
            if gone:
                people = [-1 if (person, r) in gone else person for person in people]
            rounds.append(Before(list(map(len, seating.groups)), people))
        return rounds

    def _plan(self, rounds: Rounds) -> Plan:
        ids = self.problem.ids
        seatings = []
        for rooms in rounds:
            # Everyone at once, then cut up: in large events this is most of what a re-plan takes.
            names = tuple([ids[person] for person in chain.from_iterable(rooms)])
            groups = [names[a:b] for a, b in pairwise(accumulate(map(len, rooms), initial=0))]
            resting = groups.pop()
            seatings.append(Seating(tuple(groups), resting))
        return Plan(tuple(seatings))


PLACES = "places"


class _Hard:
    """The hard rules of a task, in positions."""

    def __init__(self, task: Task) -> None:
        problem, position = task.problem, task.yardstick.position
        rules, n = problem.rules, task.people
        self._places, self._people, self._past = task.places, n, task.yardstick.past

        def keys(pairs: Iterable[Pair]) -> set[int]:
            here = [(position[a], position[b]) for a, b in pairs if a in position and b in position]
            return {min(both) * n + max(both) for both in here}

        self._apart = keys(problem.apart)
        self._wanted = keys(rules.meet) if "meet" not in rules.soft else set()
        self._most = rules.at_most if "at_most" not in rules.soft else 0
        units = task.places.units if task.places else ()
        self._exempt = {a * n + b for unit in units for a, b in combinations(unit, 2)}
        self._once = task.places.roaming if task.places and "rooms_differ" not in rules.soft else ()

    def broken(self, rounds: Rounds) -> str:
        """The name of the first rule that these rounds break; empty when they keep all."""
        if self._places is not None:
            if self._places.dress(rounds) is None:
                return PLACES
            if not self._whole(rounds):
                return "together"
            if self._twice_in_a_room(rounds):
                return "rooms_differ"
        if not (self._apart or self._wanted or self._most):
            return ""
        n, most, past = self._people, self._most, self._past
        met = Counter(
            a * n + b for rooms in rounds for room in rooms[:-1] for a, b in combinations(sorted(room), 2)
        )
        if not self._apart.isdisjoint(met):
            return "apart"
        if most and any(
            times + past.get(key, 0) > most for key, times in met.items() if key not in self._exempt
        ):
            return "at_most"
        return "" if self._wanted <= met.keys() else "meet"

    def _whole(self, rounds: Rounds) -> bool:
        assert self._places is not None
        for rooms in rounds:
            room_of = {person: number for number, room in enumerate(rooms[:-1]) for person in room}
            for unit in self._places.units:
                if len({room_of[person] for person in unit if person in room_of}) > 1:
                    return False
        return True

    def _twice_in_a_room(self, rounds: Rounds) -> bool:
        been: set[tuple[int, int]] = set()
        roaming = set(self._once)
        for rooms in rounds if roaming else ():
            for number, room in enumerate(rooms[:-1]):
                for person in roaming.intersection(room):
                    if (person, number) in been:
                        return True
                    been.add((person, number))
        return False

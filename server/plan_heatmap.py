"""Who meets whom, how often, as a picture of characters; a summary where the picture would not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from rotation import Pair, Plan, Problem, pair
from server.plan_request import Request
from server.plan_tables import shortened
from server.plan_tally import meetings
from server.plan_words import count

MOST_PEOPLE = 60
MOST_BARS = 10
_BAR = 30
_NEVER, _ONCE, _BEFORE, _APART = "·", "■", "○", "×"
STYLES = {"never": "bright_black", "once": "cyan", "twice": "yellow", "more": "red"}


def heatmap(request: Request, plan: Plan, width: int) -> Iterator[Text]:
    """One line for each person, one or two columns for each other; a legend of what is there."""
    people = len(request.names)
    names = max(cell_len(shortened(name, _label(width, people))) for name in request.names.values())
    margin = names + len(str(people)) + 3
    if people > MOST_PEOPLE or margin + people > width:
        yield from summary(request.problem, plan)
        return
    step = 2 if margin + 2 * people <= width else 1
    met, before = meetings(plan), _met_before(request.problem)
    yield from _header(people, margin, step, width)
    for number, (who, name) in enumerate(request.names.items(), start=1):
        line = Text(set_cell_size(shortened(name, names), names))
        line.append(f" {number:>{len(str(people))}}  ", style="bright_black")
        for other in request.names:
            both = pair(who, other)
            sign, style = _cell(met[both], both in request.problem.apart, both in before)
            sign = " " if who == other else sign
            line.append(sign.ljust(step), style=style)
        line.rstrip()
        yield line
    yield Text()
    yield _legend(request.problem, met)


def summary(problem: Problem, plan: Plan) -> Iterator[Text]:
    """For many people: how many pairs meet how often, and how many people meet how many."""
    met = meetings(plan)
    people = len(problem.people)
    by_times = Counter(met.values())
    by_times[0] = people * (people - 1) // 2 - len(met)
    yield from _bars("Pairs that meet", {_often(times): by_times[times] for times in sorted(by_times)})
    company = Counter(who for both in met for who in both)
    others = Counter(company[who] for who in problem.ids)
    yield Text()
    yield from _bars("People who meet", dict(_ranges(others)))


def _ranges(others: Counter[int]) -> Iterator[tuple[str, int]]:
    """How many people meet so many others, most first; near numbers together where there are too many."""
    least, most = min(others), max(others)
    step = -(-(most - least + 1) // MOST_BARS)
    for low in range(least + (most - least) // step * step, least - 1, -step):
        high = min(low + step - 1, most)
        people = sum(others[many] for many in range(low, high + 1))
        if people:
            yield f"{low if low == high else f'{low}–{high}'} others", people


def _label(width: int, people: int) -> int:
    """The columns for names: fewer where people are many, but always enough to tell them."""
    return max(8, min(20, width - people - len(str(people)) - 3))


def _met_before(problem: Problem) -> set[Pair]:
    known = set(problem.ids)
    return {pair(a, b) for a, b, _ in problem.history.meetings if a in known and b in known}


def _cell(times: int, apart: bool, before: bool) -> tuple[str, str]:
    if times == 0:
        return _APART if apart else _BEFORE if before else _NEVER, STYLES["never"]
    if times == 1:
        return _ONCE, STYLES["once"]
    sign = str(times) if times < 10 else "+"
    return sign, STYLES["twice" if times == 2 else "more"]


def _header(people: int, margin: int, step: int, width: int) -> Iterator[Text]:
    """What this is, and every fifth number above its column."""
    title = "Who meets whom"
    if len(title) + 2 > margin:
        yield Text(title, style="bold")
        title = ""
    line = Text(title.ljust(margin), style="bold")
    for number in (1, *range(5, people + 1, 5)):
        at = margin + (number - 1) * step
        if at + len(str(number)) <= width:
            line.pad_right(max(0, at - cell_len(line.plain)))
            line.append(str(number), style="not bold bright_black")
    yield line


def _legend(problem: Problem, met: Counter[Pair]) -> Text:
    """What the signs mean, with how many pairs each stands for."""
    people = len(problem.people)
    by_times = Counter(met.values())
    never = people * (people - 1) // 2 - len(met)
    apart = sum(both not in met for both in problem.apart)
    before = len(_met_before(problem) - problem.apart - met.keys())
    parts = [
        (_ONCE, STYLES["once"], "once", by_times[1]),
        ("2", STYLES["twice"], "twice", by_times[2]),
        ("3", STYLES["more"], "more often", sum(many for times, many in by_times.items() if times > 2)),
        (_NEVER, STYLES["never"], "not", never - apart - before),
        (_BEFORE, STYLES["never"], "before", before),
        (_APART, STYLES["never"], "kept apart", apart),
    ]
    line = Text()
    for sign, style, words, many in parts:
        if many:
            line.append("   " if line.plain else "")
            line.append(sign, style=style)
            line.append(f" {words}: {count(many, 'pair')}")
    return line


def _bars(title: str, counted: dict[str, int]) -> Iterator[Text]:
    yield Text(title, style="bold")
    most = max(counted.values(), default=1) or 1
    label = max(map(len, counted), default=0)
    digits = max(len(f"{many:,}") for many in counted.values()) if counted else 0
    for words, many in counted.items():
        line = Text(f"{words:>{label}}  {many:>{digits},}  ")
        line.append("■" * max(many and 1, round(_BAR * many / most)), style=STYLES["once"])
        yield line


def _often(times: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(times, f"{times} times")

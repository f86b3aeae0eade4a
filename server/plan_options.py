"""How the options of `intermingle plan` are read and told of: in sections, and refused in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from server.plan_trouble import BadInput

SECTIONS = {
    "Rooms and rounds": "size rooms sizes rounds minutes within at_least_three template same_as",
    "Rules": "apart apart_by together meet at_most host stays pin away no_pair rooms_differ soft",
    "Earlier meetings": "history",
    "Search": "seconds seed profile",
    "Other evenings, and reasons": "what_if explain",
    "Output": "output wide",
}
"""The options in the order in which they are told of."""
FILES = "--history"


class Sectioned(click.Command):
    """A command whose help has sections, and whose --history takes all the files that follow it."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = {
            each.name: record
            for each in self.get_params(ctx)
            if isinstance(each, click.Option) and (record := each.get_help_record(ctx)) is not None
        }
        for title, names in SECTIONS.items():
            with formatter.section(title):
                rows = [records.pop(name) for name in names.split()]
                if title == "Output":
                    rows += records.values()  # --help itself
                formatter.write_dl(rows, col_max=28)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, spread(args))
        except click.UsageError as error:
            # One sentence, as for everything else that cannot be planned.
            raise BadInput(f"{error.format_message()} See --help.") from error


class Plain(click.Option):
    """An option whose help does not tell its limits: its refusal does."""

    def get_help_extra(self, ctx: click.Context) -> Any:
        extra = super().get_help_extra(ctx)
        extra.pop("range", None)
        return extra


class Whole(click.ParamType[int]):
    """A whole number within limits, both of them possible."""

    name = "number"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number = int(value)
        except ValueError:
            number = self.least - 1
        if not self.least <= number <= self.most:
            raise _refused(param, value, f"a whole number from {self.least} to {self.most:,}")
        return number


class Seconds(click.ParamType[float]):
    """A number of seconds or minutes that one can wait for; `some` of them rather than none."""

    name = "number"

    def __init__(self, some: bool = False) -> None:
        self.some = some

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not 0 <= number < float("inf") or (self.some and number == 0):
            raise _refused(param, value, "a number above 0" if self.some else "0 or a number above it")
        return number


def _refused(param: click.Parameter | None, value: object, take: str) -> BadInput:
    name = param.opts[0] if param else "This"
    return BadInput(f"{name} is “{value}”; take {take}.")


def option(*names: str, **settings: Any) -> Callable[[Any], Any]:
    return click.option(*names, cls=Plain, **settings)


def spread(args: list[str]) -> list[str]:
    """`--history a b` as `--history a --history b`, where the list of people is named before it.

    >>> spread(["people.csv", "--history", "a.json", "b.json", "--size", "3"])
    ['people.csv', '--history', 'a.json', '--history', 'b.json', '--size', '3']
    """
    if not args or FILES not in args or (args[0].startswith("-") and args[0] != "-"):
        return args
    found: list[str] = []
    follows = 0
    for word in args:
        follows = 1 if word == FILES else follows + 1 if follows and not word.startswith("-") else 0
        found += [FILES, word] if follows > 2 else [word]
    return found

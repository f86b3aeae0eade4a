"""What `intermingle plan` cannot do, as one sentence for people and exit code 2."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from rooms.typed import DIRECTIONS


def steers(sign: str) -> bool:
    """Whether a sign does something to what is around it, on a terminal or in a file, instead of being shown.

    >>> steers("\\x1b"), steers("ß"), steers("\\u200d")
    (True, False, False)
    """
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in DIRECTIONS


class BadInput(click.ClickException):
    """Nothing can be planned from this; the message says why and what to do."""

    exit_code = 2

    def __init__(self, sentence: str) -> None:
        # It may quote a file, and what is in a file shall not steer a terminal.
        super().__init__("".join("�" if steers(sign) else sign for sign in sentence))

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file, err=True)


@contextmanager
def nonsense_refused() -> Iterator[None]:
    """The planner's refusals, said as ours."""
    from rotation import Nonsense

    try:
        yield
    except Nonsense as nonsense:
        raise BadInput(str(nonsense)) from nonsense

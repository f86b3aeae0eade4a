"""What `intermingle plan` cannot do, as one sentence for people and exit code 2."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class BadInput(click.ClickException):
    """Nothing can be planned from this; the message says why and what to do."""

    exit_code = 2

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

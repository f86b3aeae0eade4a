"""The compiled part of the forwarding unit. It is optional, and told from its Python twin by speed only.

`hatch_build.py` makes it, and it is found, as the planner's.
"""

from __future__ import annotations

import ctypes
from functools import cache

from rotation.native import load


@cache
def library() -> ctypes.CDLL | None:
    """The functions of the C source; None where nothing was built, or for another machine. Loaded once."""
    return load(__name__)

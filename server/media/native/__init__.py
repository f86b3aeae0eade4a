"""The compiled part of the forwarding unit. It is optional, and told from its Python twin by speed only.

`hatch_build.py` makes one shared object of the C source beside this file. The hash of the source is in its
name, so that one built from an older source is never loaded.
"""

from __future__ import annotations

import ctypes
from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def library() -> ctypes.CDLL | None:
    """The functions of the C source; None where nothing was built, or for another machine. Loaded once."""
    try:
        return ctypes.CDLL(str(files(__name__).joinpath(built())))
    except OSError:
        return None


def built() -> str:
    """The name of the file that this source is built into; not .so, which Python takes for a module."""
    sources = [path for path in files(__name__).iterdir() if path.name.endswith((".c", ".h"))]
    content = b"".join(path.read_bytes() for path in sorted(sources, key=lambda path: path.name))
    return f"native-{sha256(content).hexdigest()[:16]}.shared"

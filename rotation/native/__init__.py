"""The compiled part of the planner. It is optional, and told from the Python it stands for by its speed only.

`hatch_build.py` makes one shared object of the C sources beside this file. The hash of the sources is in its
name, so that one built from older sources is never loaded.
"""

from __future__ import annotations

import ctypes
from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def library() -> ctypes.CDLL | None:
    """The functions of the C sources; None where nothing was built, or for another machine. Loaded once."""
    return load(__name__)


def load(package: str) -> ctypes.CDLL | None:
    """The same for the C sources of any package."""
    try:
        return ctypes.CDLL(str(files(package).joinpath(built(package))))
    except OSError:
        return None


def built(package: str) -> str:
    """The name of the file that its sources are built into; not .so, which Python takes for a module."""
    sources = [path for path in files(package).iterdir() if path.name.endswith((".c", ".h"))]
    content = b"".join(path.read_bytes() for path in sorted(sources, key=lambda path: path.name))
    return f"native-{sha256(content).hexdigest()[:16]}.shared"

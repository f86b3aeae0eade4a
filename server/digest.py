"""A short fingerprint of a view, to notice when following has gone wrong. Twin: `client/src/digest.ts`."""

from __future__ import annotations

import zlib
from typing import Any

import msgspec

from rooms.views import View
from server import protocol


def digest(view: View) -> str:
    """CRC-32 of the view as JSON with sorted keys, as 8 hex digits."""
    return f"{zlib.crc32(canonical(view)):08x}"


def canonical(view: View) -> bytes:
    """No spaces, and whole numbers without `.0`, as JavaScript writes them."""
    return msgspec.json.encode(_whole(protocol.as_builtins(view)), order="sorted")


def _whole(value: Any) -> Any:
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {key: _whole(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_whole(inner) for inner in value]
        case _:
            return value

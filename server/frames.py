"""Messages as WebSocket frames, ready to write: built once, sent to everyone they are for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server import protocol


def text_frame(payload: bytes) -> bytes:
    """An unmasked text frame of one fragment (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload


def frame(message: protocol.ToBrowser) -> bytes:
    return text_frame(protocol.encode(message))


def encoded(text: str) -> bytes:
    return protocol.encoder.encode(text)


def members(values: Mapping[str, Any] | Sequence[str]) -> bytes:
    """An object or a list as JSON without its brackets, to be joined with others."""
    return protocol.encoder.encode(values)[1:-1]


def changed_frame(seq: int, at: int, changes: Iterable[bytes]) -> bytes:
    """A `Changed` message put together from changes that are encoded already."""
    return text_frame(b'{"type":"Changed","seq":%d,"at":%d,"changes":[%s]}' % (seq, at, b",".join(changes)))

"""The keys of one connection: libsrtp's two sessions, used a little more directly than pylibsrtp does.

pylibsrtp makes new buffers for each packet, which takes a third of its time. Its function and session
pointers are as private as the DTLS transport's sessions; the same contract test holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pylibsrtp
from pylibsrtp import Session
from pylibsrtp._binding import ffi, lib  # type: ignore[import-not-found]

LONGEST = 1_500
_TRAILER = 16 + 128  # what protecting adds at most
_MEMORY = ffi.new("char[]", LONGEST + _TRAILER)  # libsrtp works in place, and packets come one by one
_BYTES, _SIZE = ffi.buffer(_MEMORY), ffi.new("int *")


class Keys:
    """Raise pylibsrtp.Error for what does not belong to them, and ValueError for what is too long.

    Before the handshake is over there are none, and nothing belongs.
    """

    def __init__(self, receives: Session | None = None, sends: Session | None = None) -> None:
        self.receives, self.sends = receives, sends
        self._receives = ffi.NULL if receives is None else receives._srtp[0]
        self._sends = ffi.NULL if sends is None else sends._srtp[0]

    def protect(self, data: bytes) -> bytes:
        return _changed(lib.srtp_protect, self._sends, data, LONGEST - _TRAILER)

    def unprotect(self, data: bytes) -> bytes:
        return _changed(lib.srtp_unprotect, self._receives, data, LONGEST)

    def protect_rtcp(self, data: bytes) -> bytes:
        return _changed(lib.srtp_protect_rtcp, self._sends, data, LONGEST - _TRAILER)

    def unprotect_rtcp(self, data: bytes) -> bytes:
        return _changed(lib.srtp_unprotect_rtcp, self._receives, data, LONGEST)


def _changed(by: Callable[..., int], session: Any, data: bytes, most: int) -> bytes:
    size = len(data)
    if size > most:
        raise ValueError("packet is too long")
    _BYTES[0:size] = data
    _SIZE[0] = size
    if not session or by(session, _MEMORY, _SIZE):
        raise pylibsrtp.Error("packet is not protected with these keys")
    changed: bytes = _BYTES[0 : _SIZE[0]]
    return changed

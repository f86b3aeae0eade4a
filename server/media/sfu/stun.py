"""ICE for a server that is always reachable: answering binding requests (RFC 8489; ICE lite, RFC 8445 2.5).

The server never checks its own paths. Whoever knows the password of a connection may use it from any address;
the browser says which one by USE-CANDIDATE.
"""

from __future__ import annotations

import hmac
import struct
import zlib
from dataclasses import dataclass
from hashlib import sha1
from ipaddress import ip_address

_COOKIE = 0x2112A442
_REQUEST, _SUCCESS = 0x0001, 0x0101
_USERNAME, _INTEGRITY, _XOR_ADDRESS = 0x0006, 0x0008, 0x0020
_USE_CANDIDATE, _FINGERPRINT = 0x0025, 0x8028
_HEADER = struct.Struct("!HHI12s")
_ATTRIBUTE = struct.Struct("!HH")
_LONGEST = 548  # what a binding request may take without being split on the way


@dataclass(frozen=True, slots=True)
class Request:
    """A binding request that nobody has vouched for yet: see `vouched`."""

    id: bytes
    ufrag: str
    """The server's half of the user name: which connection is meant."""
    nominates: bool
    """The browser will send and receive on this path."""
    signed: bytes
    """What the signature is over."""
    signature: bytes


def read(data: bytes) -> Request | None:
    """The binding request in a datagram, or None for anything else, however it is broken."""
    if not 20 <= len(data) <= _LONGEST:
        return None
    kind, length, cookie, id = _HEADER.unpack_from(data)
    if kind != _REQUEST or cookie != _COOKIE or length != len(data) - 20 or length % 4:
        return None
    ufrag, nominates, at = "", False, 20
    while at + 4 <= len(data):
        name, size = _ATTRIBUTE.unpack_from(data, at)
        value = data[at + 4 : at + 4 + size]
        if len(value) < size:
            return None
        if name == _INTEGRITY:
            if size != 20 or not ufrag:
                return None
            # The length in the signed header counts up to and with the signature (RFC 8489 14.5).
            signed = data[:2] + struct.pack("!H", at + 24 - 20) + data[4:at]
            return Request(id, ufrag, nominates, signed, value)
        if name == _USERNAME:
            ufrag = value.partition(b":")[0].decode("ascii", "replace")
        elif name == _USE_CANDIDATE:
            nominates = True
        at += 4 + size + -size % 4
    return None


def vouched(request: Request, password: str) -> bool:
    """Whether whoever sent this knows the password."""
    return hmac.compare_digest(hmac.digest(password.encode(), request.signed, sha1), request.signature)


def answer(request: Request, password: str, address: tuple[str, int]) -> bytes:
    """The response to a request from that address."""
    mapped = _xor_address(request.id, address)
    body = _ATTRIBUTE.pack(_XOR_ADDRESS, len(mapped)) + mapped
    signed = _HEADER.pack(_SUCCESS, len(body) + 24, _COOKIE, request.id) + body
    body += _ATTRIBUTE.pack(_INTEGRITY, 20) + hmac.digest(password.encode(), signed, sha1)
    whole = _HEADER.pack(_SUCCESS, len(body) + 8, _COOKIE, request.id) + body
    return whole + _ATTRIBUTE.pack(_FINGERPRINT, 4) + struct.pack("!I", zlib.crc32(whole) ^ 0x5354554E)


def _xor_address(id: bytes, address: tuple[str, int]) -> bytes:
    """RFC 8489 14.2: family, port and address, hidden from routers that rewrite addresses."""
    packed = ip_address(address[0]).packed
    mask = struct.pack("!I", _COOKIE) + id
    hidden = bytes(a ^ b for a, b in zip(packed, mask, strict=False))
    return struct.pack("!BBH", 0, 1 if len(packed) == 4 else 2, address[1] ^ _COOKIE >> 16) + hidden

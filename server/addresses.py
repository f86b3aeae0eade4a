"""Which addresses are this machine's own, and how one finds that out without asking anybody."""

from __future__ import annotations

import socket
from contextlib import suppress
from ipaddress import ip_address

ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # nobody's: for documentation


def is_own(address: str) -> bool:
    """Whether this machine can receive at that IP address itself."""
    with socket.socket(family(address), socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
        return True


def outgoing(like: str = "0.0.0.0") -> str:
    """The own address that packets to the world leave from, of the same family; none without a network."""
    kind = family(like)
    with socket.socket(kind, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect((ELSEWHERE[kind], 9))  # sends nothing: only looks up the way
        return str(probe.getsockname()[0])
    return ""


def family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ip_address(address).version == 6 else socket.AF_INET

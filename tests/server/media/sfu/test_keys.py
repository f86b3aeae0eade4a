"""A connection's keys: what pylibsrtp's sessions do, and refusals."""

from __future__ import annotations

import pylibsrtp
import pytest
from pylibsrtp import Policy, Session

from server.media.sfu import rtp
from server.media.sfu.keys import Keys

PACKET = rtp.HEADER.pack(0x80, 111, 7, 8, 9) + b"voice"
REPORT = b"\x80\xc9\0\1\0\0\0\1"


def session(kind: int) -> Session:
    profile = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
    return Session(Policy(key=bytes(range(28)), ssrc_type=kind, srtp_profile=profile))


def keys() -> Keys:
    return Keys(session(Policy.SSRC_ANY_INBOUND), session(Policy.SSRC_ANY_OUTBOUND))


def test_they_do_what_pylibsrtp_does() -> None:
    theirs = session(Policy.SSRC_ANY_OUTBOUND)
    assert keys().protect(PACKET) == theirs.protect(PACKET)
    assert keys().protect_rtcp(REPORT) == theirs.protect_rtcp(REPORT)


def test_what_was_protected_can_be_read() -> None:
    ours = keys()
    assert ours.unprotect(ours.protect(PACKET)) == PACKET
    assert ours.unprotect_rtcp(ours.protect_rtcp(REPORT)) == REPORT


@pytest.mark.parametrize("data", [b"", b"\x80", PACKET, PACKET + bytes(16)])
def test_what_is_protected_with_other_keys_is_refused(data: bytes) -> None:
    with pytest.raises(pylibsrtp.Error):
        keys().unprotect(data)


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError):
        keys().protect(bytes(1_400))
    with pytest.raises(ValueError):
        keys().unprotect(bytes(1_501))


def test_before_the_handshake_everything_is_refused() -> None:
    with pytest.raises(pylibsrtp.Error):
        Keys().protect(PACKET)
    with pytest.raises(pylibsrtp.Error):
        Keys().unprotect(PACKET)

"""Binding requests, as browsers send them and as nobody should."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu import stun
from server.media.synthetic import binding_request

PASSWORD = "p" * 32


def test_a_request_names_its_connection_and_is_vouched_for_by_the_password() -> None:
    request = stun.read(binding_request("server:browser", PASSWORD))
    assert request is not None
    assert request.ufrag == "server" and request.nominates
    assert stun.vouched(request, PASSWORD) and not stun.vouched(request, "q" * 32)


def test_a_request_that_does_not_nominate_says_so() -> None:
    request = stun.read(binding_request("server:browser", PASSWORD, nominates=False))
    assert request is not None and not request.nominates


def test_the_sample_request_of_rfc_5769_is_understood() -> None:
    data = bytes.fromhex(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74"
        "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
        "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
    )
    request = stun.read(data)
    assert request is not None and request.ufrag == "evtj"
    assert stun.vouched(request, "VOkJxbRl1RmTxUk/WvJxBt")


def test_the_answer_tells_the_address_as_seen_from_here() -> None:
    request = stun.read(binding_request("a:b", PASSWORD))
    assert request is not None
    answer = stun.answer(request, PASSWORD, ("192.0.2.1", 32853))
    kind, length, cookie, id = struct.unpack_from("!HHI12s", answer)
    assert (kind, length, cookie, id) == (0x0101, len(answer) - 20, 0x2112A442, request.id)
    name, size, _, family, port, address = struct.unpack_from("!HHBBHI", answer, 20)
    assert (name, size, family) == (0x0020, 8, 1)
    assert port ^ 0x2112 == 32853 and address ^ 0x2112A442 == 0xC0000201


@given(st.binary(max_size=600))
def test_whatever_comes_is_read_without_an_error(data: bytes) -> None:
    stun.read(data)


@given(st.integers(0, 83), st.integers(1, 255))
def test_a_request_that_was_changed_on_the_way_is_vouched_for_by_nobody(at: int, change: int) -> None:
    data = bytearray(binding_request("server:browser", PASSWORD))
    signed = len(data) - 8  # the fingerprint behind it is not covered
    data[at % signed] ^= change
    request = stun.read(bytes(data))
    assert request is None or not stun.vouched(request, PASSWORD)

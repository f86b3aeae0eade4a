"""What the doctor finds on machines that are well, and on those that are not."""

from __future__ import annotations

import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import rotation.native
from server import doctor, doctor_machine, doctor_media
from server.app import create_app
from server.cli import main
from server.config import Config, load
from server.doctor_finding import Finding
from server.doctor_pages import listening, pages
from server.journal_memory import MemoryJournal
from server.media.sfu import unit
from server.planning import InlinePlanner
from server.serving import running
from tests.server.coturn import SECRET, coturn, free_port

CHECKS = [
    *("port", "pages", "media address", "media port", "buffers", "turn"),
    *("connections", "data file", "disk", "planner", "forwarder"),
]


def levels(findings: list[Finding]) -> dict[str, str]:
    return {each.check: each.level for each in findings}


async def of_pages(config: Config) -> list[Finding]:
    async with listening(config) as there:
        return await pages(config, there)


async def of_turn(config: Config, seconds: float = 4.0) -> list[Finding]:
    return [each async for each in doctor_media.relays(config, seconds)]


@asynccontextmanager
async def proxy(to: int, drop: bytes = b"nothing") -> AsyncIterator[int]:
    """A proxy in front of that port; it drops header lines that begin so. Gives its own port."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        kept = [line for line in head.split(b"\r\n") if not line.lower().startswith(drop)]
        there, behind = await asyncio.open_connection("127.0.0.1", to)
        behind.write(b"\r\n".join(kept))
        writer.write(await there.read(4_096))
        await writer.drain()
        writer.close()
        behind.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


# The command


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["doctor", "--port", str(free_port()), *arguments])


def test_a_machine_for_oneself_is_ready(tmp_path: Path) -> None:
    result = run("--data", str(tmp_path / "x.sqlite3"))
    assert result.exit_code == 0
    lines = [line for line in result.output.splitlines() if line[:1] in ("✓", "!", "✗")]
    assert [line[2:17].strip() for line in lines] == CHECKS
    assert result.output.splitlines()[-1].startswith("Ready.")


def test_what_has_to_be_changed_ends_it_with_1_and_says_how(tmp_path: Path) -> None:
    result = run("--data", str(tmp_path / "nope" / "x.sqlite3"))
    assert result.exit_code == 1
    assert f"✗ data file      There is no folder {tmp_path / 'nope'} for the data file.\n" in result.output
    assert "→ Make it, or name another file by data.\n" in result.output
    assert result.output.endswith("1 thing has to be changed (✗).\n")


def test_programs_get_one_object_and_never_the_secret(tmp_path: Path) -> None:
    turn = ("--turn-urls", f"turn:127.0.0.1:{free_port()}?transport=tcp", "--turn-secret", SECRET)
    result = run("--json", "--data", str(tmp_path / "x.sqlite3"), *turn)
    assert result.exit_code == 1
    document = json.loads(result.output)
    assert document["ok"] is False
    assert [each["check"] for each in document["findings"]] == CHECKS
    assert set(document["findings"][0]) == {"check", "level", "sentence", "fix"}
    assert SECRET not in result.output


def test_settings_that_cannot_be_meant_are_said_as_for_the_server() -> None:
    result = run("--log-level", "loud")
    assert (result.exit_code, result.output.strip()) == (
        1,
        "log_level is 'loud'; write debug, info, warning or error.",
    )


# Pages


async def test_a_proxy_that_leads_here_is_found_before_the_server_runs() -> None:
    port = free_port()
    async with proxy(port) as front:
        config = load({"port": port, "public_url": f"http://localhost:{front}"})
        found = await of_pages(config)
    assert levels(found) == {"port": "good", "pages": "good", "websockets": "good"}


async def test_a_proxy_that_holds_websockets_back_is_named() -> None:
    port = free_port()
    async with proxy(port, drop=b"upgrade:") as front:
        *_, found = await of_pages(load({"port": port, "public_url": f"http://localhost:{front}"}))
    assert found.level == "bad" and "answers 200 rather than 101" in found.sentence


async def test_a_proxy_that_leads_elsewhere_is_named() -> None:
    elsewhere = free_port()
    async with listening(Config(port=elsewhere)), proxy(elsewhere) as front:
        *_, found = await of_pages(load({"port": free_port(), "public_url": f"http://localhost:{front}"}))
    assert found.level == "bad" and "it is not this server" in found.sentence


async def test_an_address_where_nothing_listens_is_named() -> None:
    nowhere = free_port()
    *_, found = await of_pages(load({"port": free_port(), "public_url": f"http://localhost:{nowhere}"}))
    assert (found.level, found.sentence) == ("bad", f"Nothing listens at http://localhost:{nowhere}.")


async def test_a_server_that_runs_already_is_no_trouble_but_asked_itself() -> None:
    app = await create_app(Config(), journal=MemoryJournal(), planner=InlinePlanner(), media=False)
    async with running(app) as port, proxy(port) as front:
        # The running server allows its own origin only, so WebSockets are asked for in that name.
        found = await of_pages(load({"port": port, "public_url": f"http://localhost:{front}"}))
    assert found[0].sentence == f"The server runs at http://127.0.0.1:{port}."
    assert levels(found[:2]) == {"port": "good", "pages": "good"}


async def test_a_port_that_another_program_has_is_named() -> None:
    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0) as taken:
        (found,) = await of_pages(Config(port=taken.sockets[0].getsockname()[1]))
    assert (found.check, found.level) == ("port", "bad") and "address already in use" in found.sentence


async def test_another_port_at_each_start_cannot_be_behind_a_proxy() -> None:
    (found,) = await of_pages(load({"port": 0, "public_url": "https://meet.example.org"}))
    assert (found.check, found.level) == ("port", "bad")


async def test_pages_for_others_without_https_are_looked_at_twice() -> None:
    _, found = await of_pages(Config(port=free_port(), host="0.0.0.0"))
    assert (found.check, found.level) == ("pages", "look")


# Sound and picture


@pytest.mark.parametrize(
    ("address", "public", "level", "words"),
    [
        ("127.0.0.1", "", "good", "is an address of this machine"),
        ("127.0.0.1", "https://meet.example.org", "bad", "each guest's own machine"),
        ("192.0.2.7", "", "look", "no address of this machine"),
        ("192.0.2.7", "https://meet.example.org", "look", "no address of this machine"),
    ],
)
def test_the_address_that_browsers_are_told_is_judged(
    address: str, public: str, level: str, words: str
) -> None:
    found = doctor_media.address(Config(media_address=address, public_url=public))
    assert found.level == level and words in found.sentence


@pytest.mark.parametrize(
    ("address", "level", "words"),
    [("192.168.0.7", "look", "a private address"), ("8.8.8.8", "good", "a public address")],
)
def test_a_private_address_is_told_from_a_public_one(
    monkeypatch: pytest.MonkeyPatch, address: str, level: str, words: str
) -> None:
    monkeypatch.setattr(doctor_media, "is_own", lambda _: True)
    found = doctor_media.address(Config(media_address=address, public_url="https://meet.example.org"))
    assert found.level == level and words in found.sentence


async def test_without_an_address_there_is_chat_only() -> None:
    config = Config(public_url="https://meet.example.org")
    (found,) = [each async for each in doctor_media.media(config, False)]
    assert (found.check, found.level) == ("media address", "look")


def test_a_media_port_is_free_or_taken_or_the_running_servers_own() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        config = Config(media_port=taken.getsockname()[1])
        assert doctor_media.port(config, runs=False).level == "bad"
        assert doctor_media.port(config, runs=True).level == "good"
    assert doctor_media.port(config, runs=False).level == "good"


def test_a_media_port_that_changes_suits_no_firewall() -> None:
    assert doctor_media.port(Config(), runs=False).level == "good"
    assert doctor_media.port(Config(public_url="https://meet.example.org"), runs=False).level == "look"


def test_small_buffers_are_said_with_the_command_that_mends_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_media, "_buffer", lambda _: 212_992)
    found = doctor_media.buffers()
    assert found.level == "look" and "208 kB" in found.sentence and "net.core.rmem_max=4194304" in found.fix
    assert doctor_media.BUFFER == unit._BUFFER


# TURN


async def test_guests_without_udp_are_thought_of_once_guests_are_elsewhere() -> None:
    assert [each.level for each in await of_turn(Config())] == ["good"]
    (found,) = await of_turn(Config(public_url="https://meet.example.org"))
    assert found.level == "look" and "chat only" in found.sentence


async def test_a_turn_server_that_does_not_answer_is_named_for_each_way() -> None:
    port = free_port()
    config = load({"turn_urls": [f"turn:127.0.0.1:{port}"], "turn_secret": SECRET})
    found = await of_turn(config, seconds=0.2)
    assert [(each.level, each.sentence) for each in found] == [
        ("bad", f"127.0.0.1:{port} by UDP does not answer."),
        ("bad", f"127.0.0.1:{port} by TCP does not answer."),
    ]


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_turn_server_that_carries_is_told_from_those_that_do_not(tmp_path: Path) -> None:
    def config(port: int, secret: str = SECRET) -> Config:
        return load({"turn_urls": [f"turn:127.0.0.1:{port}"], "turn_secret": secret})

    async with coturn(tmp_path, "--allow-loopback-peers") as port:
        assert [(each.level, each.sentence) for each in await of_turn(config(port))] == [
            ("good", f"127.0.0.1:{port} by UDP carries to 127.0.0.1."),
            ("good", f"127.0.0.1:{port} by TCP carries to 127.0.0.1."),
        ]
        for found in await of_turn(config(port, "another secret")):
            assert found.level == "bad" and "does not believe our credentials" in found.sentence
    async with coturn(tmp_path) as port:  # by itself it sends nothing to the loopback
        for found in await of_turn(config(port)):
            assert found.level == "bad" and "may not send to 127.0.0.1: 403" in found.sentence
            assert "allowed-peer-ip=127.0.0.1" in found.fix


@asynccontextmanager
async def self_signed(folder: Path) -> AsyncIterator[int]:
    """A TLS server for localhost whose certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    unlocked = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(unlocked + certificate.public_bytes(pem))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "both.pem")
    async with await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=tls
    ) as server:
        yield server.sockets[0].getsockname()[1]


async def test_certificates_that_browsers_refuse_are_said(tmp_path: Path) -> None:
    async with self_signed(tmp_path) as port:
        *_, found = await of_pages(load({"port": free_port(), "public_url": f"https://localhost:{port}"}))
        turn = load({"turn_urls": [f"turns:localhost:{port}"], "turn_secret": SECRET})
        (other,) = await of_turn(turn)
    for each in (found, other):
        assert each.level == "bad" and "Browsers will refuse the certificate of" in each.sentence


# The machine


def test_a_place_for_the_data_is_judged_before_anything_is_made(tmp_path: Path) -> None:
    assert levels(doctor_machine.data(tmp_path / "x.sqlite3")) == {"data file": "good", "disk": "good"}
    assert [each.level for each in doctor_machine.data(tmp_path)] == ["bad"]
    assert [each.level for each in doctor_machine.data(tmp_path / "nope" / "x.sqlite3")] == ["bad"]
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_bad_and_a_nearly_full_one_worth_a_look() -> None:
    assert [doctor_machine.disk(free).level for free in (50 << 20, 500 << 20, 50 << 30)] == [
        "bad",
        "look",
        "good",
    ]


def test_parts_that_are_not_compiled_are_worth_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each.check for each in doctor_machine.compiled()] == ["planner", "forwarder"]
    monkeypatch.setattr(rotation.native, "library", lambda: None)
    planner, _ = doctor_machine.compiled()
    assert planner.level == "look" and "fifty times longer" in planner.sentence


def test_what_is_worth_a_look_stops_nobody() -> None:
    assert doctor.well([Finding("a", "good", "A."), Finding("b", "look", "B.", "Do it.")])
    assert not doctor.well([Finding("c", "bad", "C.")])
    assert doctor.verdict([Finding("b", "look", "B.")]) == "Ready. Look at what has a ! once more."

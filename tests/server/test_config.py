"""Settings: where they come from, which wins, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.config import BadConfig, Config, load


def test_without_anything_the_server_is_for_this_machine_only() -> None:
    config = load()
    assert (config.host, config.port, config.origin) == ("127.0.0.1", 8000, "http://localhost:8000")
    assert not config.secure
    assert not config.rehearsals
    assert config.retention_days == 30


def test_flags_win_over_the_environment_and_the_environment_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "my.toml"
    file.write_text('port = 1\nhost = "a"\ndata = "file.sqlite3"\n')
    environment = {"INTERMINGLE_PORT": "2", "INTERMINGLE_HOST": "b", "HOME": "/", "INTERMINGLE_CONFIG": "x"}
    config = load({"port": 3, "host": None}, environment, file)
    assert (config.port, config.host, config.data) == (3, "b", "file.sqlite3")


def test_the_environment_is_text_and_becomes_what_it_means() -> None:
    config = load(
        None,
        {
            "INTERMINGLE_REHEARSALS": "true",
            "INTERMINGLE_RETENTION_DAYS": "7",
            "INTERMINGLE_ALLOWED_ORIGINS": "https://a.example, https://b.example:8443/",
        },
    )
    assert config.rehearsals
    assert config.retention_days == 7
    assert config.allowed_origins == ("https://a.example", "https://b.example:8443")


def test_a_file_in_the_working_directory_counts_without_being_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "intermingle.toml").write_text("port = 9\n")
    assert load().port == 9


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(BadConfig, match=r"`colour`.*Known are host, port"):
        load({"colour": "red"})
    with pytest.raises(BadConfig, match=r"`publicurl`"):
        load(None, {"INTERMINGLE_PUBLICURL": "https://x.example"})


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"port": "eighty"}, "port is 'eighty'; write a whole number"),
        ({"port": 70_000}, "port is 70000"),
        ({"retention_days": 0}, "retention_days"),
        ({"log_level": "loud"}, "log_level is 'loud'; write debug, info, warning or error"),
        ({"rehearsals": "perhaps"}, "rehearsals is 'perhaps'; write true or false"),
        ({"turn_urls": "turn:a.example"}, "turn_urls is 'turn:a.example'; write a list of texts"),
        (
            {"turn_urls": ["a.example:3478"], "turn_secret": "s"},
            "turn_urls has 'a.example:3478'; write it like",
        ),
        ({"turn_urls": ["turn:a.example"]}, "go together"),
        ({"turn_secret": "s"}, "go together"),
        ({"public_url": "meet.example.org"}, "https://meet.example.org"),
        ({"public_url": "https://meet.example.org/party"}, "no path"),
        ({"public_url": "https://me@meet.example.org"}, "no path"),
        ({"public_url": "https://meet.example.org:http"}, "write it like"),
        ({"public_url": "http://meet.example.org"}, "cameras"),
        ({"public_url": "http://192.168.0.7:8000"}, "cameras"),
        ({"allowed_origins": ["*"]}, "allowed_origins"),
    ],
)
def test_what_would_fail_later_is_refused_at_the_start(flags: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadConfig, match=sentence):
        load(flags)


def test_the_secret_is_shown_nowhere() -> None:
    with pytest.raises(BadConfig) as refused:
        load({"turn_secret": 20_261_124})
    assert str(refused.value) == "turn_secret is not usable; write text."
    config = load({"turn_urls": ["turn:a.example"], "turn_secret": "open sesame"})
    assert "sesame" not in f"{config} {config!r}" and "turn:a.example" in repr(config)


def test_a_missing_or_broken_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"gone\.toml"):
        load(file=tmp_path / "gone.toml")
    (tmp_path / "bad.toml").write_text("port = = 3")
    with pytest.raises(BadConfig, match=r"bad\.toml is not TOML"):
        load(file=tmp_path / "bad.toml")


def test_the_usual_port_goes_without_saying() -> None:
    config = Config(port=80)
    assert config.origin == "http://localhost"
    assert "http://127.0.0.1" in config.origins


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("192.0.2.7", "http://192.0.2.7:8000"),
    ],
)
def test_this_machine_finds_the_server_wherever_it_listens(host: str, url: str) -> None:
    assert Config(host=host, public_url="https://meet.example.org").local_url == url


def test_behind_a_proxy_cookies_are_secure_and_only_its_pages_are_ours() -> None:
    config = load({"public_url": "https://Meet.Example.org:443/"})
    assert config.origin == "https://meet.example.org"
    assert config.secure
    assert config.origins == {"https://meet.example.org"}


def test_on_this_machine_all_its_names_are_ours() -> None:
    assert Config(port=8123).origins == {
        "http://localhost:8123",
        "http://127.0.0.1:8123",
        "http://[::1]:8123",
    }

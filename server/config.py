"""What an operator can set: flags, then INTERMINGLE_* in the environment, then a TOML file, then defaults."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

PREFIX = "INTERMINGLE_"
FILE = "intermingle.toml"
FILE_VARIABLE = f"{PREFIX}CONFIG"  # names the TOML file
NOT_SETTINGS = (FILE_VARIABLE, f"{PREFIX}SERVER")  # the latter is for those who work on the pages
HERE = ("localhost", "127.0.0.1", "::1")
LISTS = ("allowed_origins", "turn_urls")  # separated by commas in the environment
SECRETS = ("turn_secret",)  # never shown

# RFC 7065: host, or address; an IPv6 address in brackets. Browsers know no turns: by UDP.
TURN_URL = re.compile(
    r"(?!turns:.*=udp)(?P<scheme>turns?):(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+)(:(?P<port>\d{1,5}))?"
    r"(\?transport=(?P<transport>udp|tcp))?"
)
LogLevel = Literal["debug", "info", "warning", "error"]


class BadConfig(Exception):
    """A setting that cannot be meant; the message names it and says what to write instead."""


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All settings. What stands behind them is what docs/operating.md says of them."""

    host: str = "127.0.0.1"  # the address to listen on; 0.0.0.0 for all
    port: int = 8000  # 0 takes any that is free
    public_url: str = ""  # what browsers see, when a proxy is in front; else http://localhost:port
    data: str = "intermingle.sqlite3"  # the file that keeps everything
    log_level: LogLevel = "info"  # debug, info, warning or error
    media_address: str = ""  # the IP address at which browsers reach this machine for sound and picture
    media_port: int = 0  # its UDP port; 0 takes any that is free
    media_thrifty: bool = False  # for guests on weak lines: voices take half as much, pictures are coarse
    turn_urls: tuple[str, ...] = ()  # TURN servers, for guests without UDP: turn:turn.example.org
    turn_secret: str = ""  # what they share with this server (coturn: static-auth-secret)
    allowed_origins: tuple[str, ...] = ()  # other sites whose pages may use this server
    rehearsals: bool = False  # whether events may run at another speed than life
    retention_days: int = 30  # how long an event is kept after its last day; then it is deleted

    def __repr__(self) -> str:
        """Without the secret: settings get into logs."""
        shown = ((name, getattr(self, name)) for name in names() if name not in SECRETS)
        return f"Config({', '.join(f'{name}={value!r}' for name, value in shown)})"

    @property
    def origin(self) -> str:
        """Scheme, host and port of every link: no slash at the end."""
        return self.public_url or local("localhost", self.port)

    @property
    def local_url(self) -> str:
        """Where this machine reaches the server, whatever proxies are in front."""
        anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}
        return local(anywhere.get(self.host, self.host), self.port)

    @property
    def media(self) -> str:
        """The address for sound and picture; none unless one is named or everybody is on this machine."""
        return self.media_address or ("127.0.0.1" if self.host in HERE and not self.public_url else "")

    @property
    def media_bind(self) -> str:
        """Where the media process listens: its address need not be this machine's own."""
        if self.media in HERE:
            return self.media
        return "::" if ":" in self.media else "0.0.0.0"

    @property
    def socket_origin(self) -> str:
        """The same for WebSockets: older browsers do not count them to 'self'."""
        return "ws" + self.origin.removeprefix("http")

    @property
    def secure(self) -> bool:
        """Whether cookies are for HTTPS only: everywhere but on this very machine."""
        return urlsplit(self.origin).scheme == "https"

    @property
    def origins(self) -> frozenset[str]:
        """Whose pages may talk to this server. On this machine, its three names mean the same."""
        here = urlsplit(self.origin)
        same = [local(name, here.port or 80) for name in HERE]
        return frozenset([self.origin, *self.allowed_origins, *([] if self.secure else same)])


def load(
    flags: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> Config:
    """The settings, checked. A flag that is None was not given. Raises BadConfig.

    Without `file`, intermingle.toml in the working directory counts if it is there.
    """
    given = {
        **from_file(file),
        **from_environment(environment or {}),
        **{name: value for name, value in (flags or {}).items() if value is not None},
    }
    unknown = next((name for name in given if name not in names()), None)
    if unknown is not None:
        raise BadConfig(f"There is no setting `{unknown}`. Known are {', '.join(names())}.")
    types = {field.name: field.type for field in msgspec.structs.fields(Config)}
    return checked(Config(**{name: meant(name, value, types[name]) for name, value in given.items()}))


def meant(name: str, value: Any, type: Any) -> Any:
    """The value of a setting, which the environment has as text. Raises BadConfig."""
    try:
        return msgspec.convert(value, type, strict=False)
    except msgspec.ValidationError as error:
        shown = "not usable" if name in SECRETS else repr(value)
        raise BadConfig(f"{name} is {shown}; write {allowed(type)}.") from error


def allowed(type: Any) -> str:
    """What a setting of this type can be.

    >>> allowed(bool), allowed(LogLevel)
    ('true or false', 'debug, info, warning or error')
    """
    if get_origin(type) is Literal:
        *most, last = get_args(type)
        return f"{', '.join(most)} or {last}"
    words = {bool: "true or false", int: "a whole number", str: "text"}
    return words.get(type, "a list of texts")


def names() -> tuple[str, ...]:
    return Config.__struct_fields__


def from_file(file: Path | None) -> dict[str, Any]:
    if file is None and not Path(FILE).is_file():
        return {}
    path = file or Path(FILE)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(f"The settings in {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path} is not TOML: {error}.") from error


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """INTERMINGLE_PORT and so on; lists are separated by commas."""
    found: dict[str, Any] = {}
    for name, value in environment.items():
        if name.startswith(PREFIX) and name not in NOT_SETTINGS:
            field = name.removeprefix(PREFIX).lower()
            parts = [each.strip() for each in value.split(",") if each.strip()]
            found[field] = parts if field in LISTS else value
    return found


def checked(config: Config) -> Config:
    """Refuse what would only fail later, in somebody's browser."""
    if not 0 <= config.port <= 65_535:
        raise BadConfig(f"port is {config.port}; take one from 1 to 65535, or 0 for any free one.")
    if not 0 <= config.media_port <= 65_535:
        raise BadConfig(
            f"media_port is {config.media_port}; take one from 1 to 65535, or 0 for any free one."
        )
    if config.media_address:
        try:
            ip_address(config.media_address)
        except ValueError as error:
            raise BadConfig(
                f"media_address is {config.media_address!r}; write the IP address at which browsers reach "
                "this machine, like 203.0.113.7."
            ) from error
    for url in config.turn_urls:
        if not TURN_URL.fullmatch(url):
            raise BadConfig(
                f"turn_urls has {url!r}; write it like turn:turn.example.org, "
                "turn:203.0.113.8:3478?transport=udp or turns:turn.example.org:443."
            )
    if bool(config.turn_urls) != bool(config.turn_secret):
        raise BadConfig(
            "turn_urls and turn_secret go together: where the TURN server is, and the secret that it knows "
            "(static-auth-secret of coturn)."
        )
    if config.retention_days < 1:
        raise BadConfig("retention_days is the number of days that events are kept: 1 or more.")
    origin = bare_origin("public_url", config.public_url) if config.public_url else ""
    parts = urlsplit(origin)
    if parts.scheme == "http" and parts.hostname not in HERE:
        raise BadConfig(
            f"public_url is {origin}: browsers give cameras, microphones and secure cookies only to https:// "
            "(and to http://localhost). Put a proxy with TLS in front and name its https:// address."
        )
    allowed = tuple(bare_origin("allowed_origins", each) for each in config.allowed_origins)
    return msgspec.structs.replace(config, public_url=origin, allowed_origins=allowed)


def local(host: str, port: int) -> str:
    """An origin as browsers write it: without the port that goes without saying.

    >>> local("::1", 8000), local("localhost", 80)
    ('http://[::1]:8000', 'http://localhost')
    """
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}" if port == 80 else f"http://{name}:{port}"


def bare_origin(setting: str, url: str) -> str:
    """Scheme, host and port as browsers write them in `Origin`."""
    parts = urlsplit(url.strip())
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1:
        raise BadConfig(f"{setting} is {url!r}; write it like https://meet.example.org.")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise BadConfig(f"{setting} is {url!r}; only scheme, host and port are possible, no path.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")

"""The log: one JSON object a line, on standard error. Ids may stand in it, names and addresses never."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime

import msgspec

PLAIN = frozenset(vars(logging.makeLogRecord({})))  # what every record has; the rest came as `extra`


class JsonLines(logging.Formatter):
    """`at` (UTC), `level`, `from`, `what`, then whatever was given as `extra`, then the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "what": record.getMessage(),
            **{key: value for key, value in vars(record).items() if key not in PLAIN and key != "message"},
        }
        line.pop("color_message", None)  # uvicorn's, for terminals
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line, enc_hook=repr).decode()


def set_up(level: str) -> None:
    """Log everything from `level` on ("debug", "info", "warning" or "error")."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("intermingle.websockets").setLevel(logging.WARNING)  # a line for each frame otherwise
    logging.getLogger("asyncio").setLevel(logging.WARNING)

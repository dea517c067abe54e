"""The server's log: one event is one line of JSON, whatever is in it, and never a long one."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

MOST = 8_000
"""Characters of a message, and of a traceback (its end: where it happened)."""


class JsonLines(logging.Formatter):
    """Events as JSON in ASCII: what a record says cannot end a line or speak to a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """One line: ``at``, ``level``, ``logger``, ``message`` and, of a failure, ``trace``."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname, "logger": record.name}
        line["message"] = record.getMessage()[:MOST]
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)[-MOST:]
        return json.dumps(line)


def log_to(stream: TextIO) -> None:
    """Send every warning and failure of this process there, as JSON lines."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def shown(text: str) -> str:
    """The text for a terminal, on one line: what is not printable becomes U+FFFD."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\ufffd" for char in text)

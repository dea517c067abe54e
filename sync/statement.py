"""What a person signs under a statement of the server's log."""

from __future__ import annotations

from typing import Any

from sync import canonical
from sync.pae import pae

LABEL = "lotbook/statement/1"


def statement_message(kind: str, body: dict[str, Any]) -> bytes:
    """The bytes a person signs when standing behind a statement."""
    return pae(LABEL, kind, canonical.dumps(body))

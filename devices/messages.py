"""Messages over pipes: JSON lines (instruments), or a four-byte length and bytes (decoder)."""

from __future__ import annotations

from typing import BinaryIO

RIG = "rig"
"""The name in events that concern the instruments process itself."""

_PREFIX = 4


def write_message(out: BinaryIO, data: bytes) -> None:
    """One length-prefixed message."""
    out.write(len(data).to_bytes(_PREFIX, "big") + data)
    out.flush()


def read_message(source: BinaryIO, limit: int) -> bytes | None:
    """One message; None at the end, or when it is cut off or longer than ``limit``."""
    head = source.read(_PREFIX)
    if len(head) < _PREFIX:
        return None
    size = int.from_bytes(head, "big")
    if size > limit:
        return None
    data = source.read(size)
    return data if len(data) == size else None


def read_line(source: BinaryIO, limit: int) -> bytes | None:
    """One line without its end; None at the end of input; an overlong line is empty (skipped)."""
    line = source.readline(limit)
    if not line:
        return None
    overlong = not line.endswith(b"\n")
    while line and not line.endswith(b"\n"):
        line = source.readline(limit)
    return b"" if overlong else line.rstrip(b"\r\n")

"""Where in a TOML text a key stands: for a mistake that is named by file, line and cure."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[{1,2}\s*([\w.-]+)\s*\]")
_PART = re.compile(r"(\w+)(?:\[([0-9]+)\])?")


def line_of(text: str, key: str) -> int:
    """The line (from 1) of ``station.origin`` or ``instruments[1].url``; 0 if it is not found.

    Of a key that is not there, the line of its table: where it should be added.
    """
    parts = _PART.findall(key)
    if not parts:
        return 0
    lines = text.splitlines()
    table, start = parts[0][0], -1
    wanted = int(parts[0][1] or 0)
    for at, line in enumerate(lines):
        if re.match(rf"\s*\[{{1,2}}\s*{re.escape(table)}\s*\]", line):
            start, wanted = (at, -1) if wanted == 0 else (start, wanted - 1)
        elif start < 0 and len(parts) == 1 and re.match(rf"\s*{re.escape(table)}\s*=", line):
            return at + 1
        if wanted < 0:
            break
    if start < 0:
        return 0
    names = [name for name, _ in parts[1:]]
    return _inside(lines, start, table, names) if names else start + 1


def _inside(lines: list[str], start: int, table: str, names: list[str]) -> int:
    """The line of the first of ``names`` in the table that begins at ``start``, or in its own."""
    own, wanted = True, f"{table}.{names[0]}"
    for at in range(start + 1, len(lines)):
        header = _HEADER.match(lines[at])
        if header is None:
            if own and re.match(rf"\s*{re.escape(names[0])}\s*=", lines[at]):
                return at + 1
        elif header[1] == wanted:
            return _inside(lines, at, wanted, names[1:]) if names[1:] else at + 1
        elif header[1].startswith(f"{table}."):
            own = False
        else:
            break
    return start + 1

"""The audit trail as a file: CSV for people and spreadsheets, JSON with proofs for machines."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec

from forms.terms import Text
from server.audit.diff import Change

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from server.audit.events import Events, Found
    from server.parts import Parts

COLUMNS = (
    "leaf", "at", "person", "role", "place", "kind", "what", "subject", "detail", "result", "why",
    "changes",
)  # fmt: skip
MOST_EXPORTED = 10_000
"""Events in one file; ask for a shorter time, or go on with ``stop``."""
MORE = Text(
    en="NOT ALL: more events before leaf {stop}. Ask for less, or go on with stop={stop}.",
    zh_CN="未完：日志 {stop} 之前还有事件。请缩小范围，或以 stop={stop} 继续导出。",
)
"""The last line of a file that does not hold everything."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is worked out by a spreadsheet: it is kept from that by an apostrophe."""


async def as_csv(events: Events, found: Found, language: str) -> AsyncIterator[bytes]:
    """UTF-8 with a byte order mark, as spreadsheets want it; a line for each event, one by one.

    A last line says that there are more, if there are.
    """
    yield b"\xef\xbb\xbf" + _line(COLUMNS)
    async for one in events.told(found.indexes):
        what = one.what.in_language(language) if one.what else one.kind
        texts = (
            str(one.index), one.at, one.person, one.role, one.place, one.kind, what,
            one.subject, one.detail, one.result, one.why, "; ".join(map(_told, one.changes)),
        )  # fmt: skip
        yield _line(map(cell, texts))
    if found.more is not None:
        said = MORE.in_language(language).format(stop=found.more)
        yield _line((str(found.more), "", "", "", "", "", said, "", "", "", "", ""))


def _line(texts: Iterable[str]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerow(texts)
    return out.getvalue().encode()


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _told(change: Change) -> str:
    return f"{change.name}: {change.old or '-'} -> {change.new or '-'}"


async def as_json(parts: Parts, found: Found) -> AsyncIterator[bytes]:
    """Each event with its leaf's bytes as text and the path from it to the checkpoint (RFC 9162).

    ``more``: the ``stop`` to go on with; null if this is all. Made and sent one by one: the answer
    is never whole in memory, and nobody waits for it but who asked.

    A leaf of kind ``entry`` is a station's record, whose own bytes the batch record has.
    """
    checkpoint, events = parts.reader.newest_checkpoint(), parts.oversight.reviews.events
    note = checkpoint.note + "".join(
        line for line in checkpoint.cosignatures if line not in checkpoint.note
    )
    body = {"format": "lotbook-trail/1", "checkpoint": note, "size": checkpoint.size}
    yield msgspec.json.encode(body | {"more": found.more})[:-1] + b',"events":['
    comma = b""
    async for one in events.told(index for index in found.indexes if index < checkpoint.size):
        path = parts.reader.inclusion_global(one.index, checkpoint.size)
        said = {
            "event": msgspec.to_builtins(one),
            "leaf": parts.reader.leaf(one.index).decode(),
            "path": [part.hex() for part in path],
        }
        yield comma + msgspec.json.encode(said)
        comma = b","
    yield b"]}"

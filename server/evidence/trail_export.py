"""The audit trail as a file: CSV for people and spreadsheets, JSON with proofs for machines."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import msgspec

from forms.terms import Text
from server.audit.diff import Change

if TYPE_CHECKING:
    from server.audit.events import Page
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


def as_csv(page: Page, language: str) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets want it; a line for each event.

    A last line says that there are more, if there are.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for one in page.events:
        what = one.what.in_language(language) if one.what else one.kind
        writer.writerow(
            cell(text)
            for text in (
                str(one.index), one.at, one.person, one.role, one.place, one.kind, what,
                one.subject, one.detail, one.result, one.why, "; ".join(map(_told, one.changes)),
            )
        )  # fmt: skip
    if page.more is not None:
        said = MORE.in_language(language).format(stop=page.more)
        writer.writerow((str(page.more), "", "", "", "", "", said, "", "", "", "", ""))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _told(change: Change) -> str:
    return f"{change.name}: {change.old or '-'} -> {change.new or '-'}"


def as_json(parts: Parts, page: Page) -> bytes:
    """Each event with its leaf's bytes as text and the path from it to the checkpoint (RFC 9162).

    ``more``: the ``stop`` to go on with; null if this is all.

    A leaf of kind ``entry`` is a station's record, whose own bytes the batch record has.
    """
    checkpoint = parts.reader.newest_checkpoint()
    found: list[dict[str, Any]] = []
    for one in page.events:
        if one.index < checkpoint.size:
            path = parts.reader.inclusion_global(one.index, checkpoint.size)
            found.append({
                "event": msgspec.to_builtins(one),
                "leaf": parts.reader.leaf(one.index).decode(),
                "path": [part.hex() for part in path],
            })  # fmt: skip
    note = checkpoint.note + "".join(
        line for line in checkpoint.cosignatures if line not in checkpoint.note
    )
    body = {"format": "lotbook-trail/1", "checkpoint": note, "size": checkpoint.size}
    body |= {"more": page.more}
    return msgspec.json.encode({**body, "events": found})

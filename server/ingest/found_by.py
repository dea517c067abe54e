"""What records are found by is short: an index of PostgreSQL takes no more than a third of a page.

A record of a station may name anything. One that names a lot by kilobytes would stop the fold of
everybody's records there for good; it is set aside instead, alike on every engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forms.entries import MeasurementTaken
from server.store.protocol import Unfit

if TYPE_CHECKING:
    from forms.entries import AnyEntry, Unread
    from server.store.protocol import Row

LONGEST = 500
"""Bytes of a name; of the tables' keys that hold two of them, both fit."""
_COLUMNS = ("job_order", "person")
_MEMBERS = ("item", "lot", "serial", "hold", "signature")


def refuse_long(record: Row, entry: AnyEntry | Unread | None) -> None:
    """Unfit for a record that would be found by a name too long."""
    names = {name: record[name] for name in _COLUMNS}
    names |= {name: getattr(entry, name, "") for name in _MEMBERS}
    if isinstance(entry, MeasurementTaken):
        names["instrument"] = entry.taken.instrument
    for name, value in names.items():
        if len(value) > LONGEST or len(value.encode()) > LONGEST:
            raise Unfit("records", name)

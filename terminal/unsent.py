"""What is on a station's disk and not yet at its server: read without opening the station."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.codec import decode_work_pack
from sync import envelope
from sync.export_folder import NotAnExport
from sync.faults import Fault
from sync.inbox import kept_content
from sync.journal_source import DatabaseJournal
from sync.sqlite import reading

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sync.engine import Connection


@dataclass(frozen=True, slots=True)
class Unsent:
    """Records that only this disk holds."""

    saved: int
    """Records on the disk."""
    unsent: int
    """Of these, how many the server did not confirm."""
    newest: datetime | None = None
    """When the newest of them was made, by the station's clock."""
    lots: tuple[str, ...] = ()
    """Lots they are about; the job order's name where its lot is not known."""
    unread: int = 0
    """How many of them cannot be read."""
    photos: int = 0
    """Photos and files that the server did not confirm."""


def look(database: Path) -> Unsent:
    """Count what is not sent. Raises Fault if the file cannot be read or holds no journal."""
    with reading(database) as connection:
        try:
            journal = DatabaseJournal(connection)
        except NotAnExport as error:
            raise Fault("database-unreadable", str(error)) from error
        size, accepted = journal.standing()
        newest, unread, orders = None, 0, dict[str, None]()
        for data in journal.after(accepted):
            try:
                sealed = envelope.check(data)
            except envelope.BadEnvelope:
                unread += 1
                continue
            newest = sealed.at.when()
            context = sealed.body.get("context")
            if isinstance(context, dict) and isinstance(context.get("job_order"), str):
                orders[context["job_order"]] = None
        lots, photos = _lots(connection), journal.waiting_files()
    named = tuple(lots.get(order, order) for order in orders if order)
    return Unsent(size, size - accepted, newest, named, unread, photos)


def _lots(connection: Connection) -> dict[str, str]:
    """Job order -> lot, by the newest work documents; empty if they cannot be read."""
    try:
        pack = decode_work_pack(kept_content(connection))
    except ValueError:
        return {}
    return {order.id: order.lot for order in pack.job_orders}

"""What is asked of the genealogy: a lot or a serial, as true at a time, as known at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from server.log.leaves import EntryLeaf, leaf_at
from server.trace.graph import moments
from server.trace.graph.reader import Reader
from server.trace.graph.spread import owners
from server.trace.graph.view import ALWAYS, When
from server.words import Refusal

if TYPE_CHECKING:
    from server.store.protocol import Store
    from server.trace.graph.view import View
    from server.trace.reach import LotId


def lot_of_serial(view: View, serial: str) -> LotId:
    """The lot of a serial; Refusal if there is none, or more than one: then they are named."""
    units, recent = view.base.units, view.recent
    rows = [row for row in units.names.find(serial) if row not in recent.dead_units]
    numbers: list[int] = owners(units.starts, np.array(rows, np.int64)).tolist()
    numbers += [one.lot for one in recent.serials.get(serial, ())]
    lots = sorted({Reader(view).lot(number) for number in numbers})
    if not lots:
        raise Refusal("not-found", what="serial", name=serial)
    if len(lots) > 1:
        named = ", ".join(f"{one.item}/{one.lot}" for one in lots)
        raise Refusal("bad-request", why=f"serial {serial} is in several lots: {named}")
    return lots[0]


def when_of(store: Store, size: int, true_at: str, known_at: str) -> When:
    """Both times as they are asked for; empty: now. Refusal for what is no time.

    ``known_at``: how many leaves of the log (of ``size``), or when they had come.
    """
    at = moments.micros(_time(true_at)) if true_at else ALWAYS
    if not known_at:
        return When(at)
    if known_at.isdecimal():
        return When(at, min(int(known_at[:15]), size))
    return When(at, _leaves_by(store, size, _time(known_at)))


def _time(text: str) -> datetime:
    try:
        when = datetime.fromisoformat(text)
        return when if when.tzinfo else when.replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal("bad-request", why=f"no RFC 3339 time: {text[:40]}") from error


def _leaves_by(store: Store, size: int, when: datetime) -> int:
    """How many leaves there were then, by halving: they are in the order of their times."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        leaf = leaf_at(store, middle)
        at = when if leaf is None else leaf.received_at if isinstance(leaf, EntryLeaf) else leaf.at
        low, high = (middle + 1, high) if at <= when else (low, middle)
    return low

"""Folding alarms, the audit trail, and evidence kept and looked at; pure, as ``statements`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.ingest import statements_forks as forks
from sync import canonical

if TYPE_CHECKING:
    from server.log.leaves import Statement
    from server.store.protocol import Store


def alarm_raised(store: Store, index: int, said: Statement) -> None:
    """An alarm: open until it is closed."""
    body = said.body
    store.put(
        "alarms",
        {
            "idx": index,
            "code": body["code"],
            "about": body["about"],
            "params": canonical.dumps(body["params"]),
            "raised_at": said.at.isoformat(),
            "closed_by": None,
            "closed_at": None,
        },
    )


def alarm_closed(store: Store, _index: int, said: Statement) -> None:
    """Closed by a person, or (``person`` empty) because what it was raised for is over."""
    row = store.one("alarms", idx=said.body["alarm"])
    if row is None:
        return
    closed = {"closed_by": said.body["person"], "closed_at": said.at.isoformat()}
    store.put("alarms", row | closed)
    forks.alarm_closed(store, row, said)


def audit(store: Store, index: int, said: Statement) -> None:
    """Somebody read, exported, tried or changed something."""
    body = said.body
    store.put(
        "audit",
        {
            "idx": index,
            "person": body["person"],
            "route": body["route"],
            "about": body["about"],
            "count": body["count"],
            "at": said.at.isoformat(),
        },
    )


def frozen(store: Store, index: int, said: Statement) -> None:
    """An evidence set was frozen: its document's digest, and what it was frozen for."""
    body = said.body
    store.put(
        "freezes",
        {
            "idx": index,
            "cause": body["cause"],
            "about": body["about"],
            "revision": body["revision"],
            "sha256": body["sha256"],
            "person": said.by[0].person,
            "at": said.at.isoformat(),
            "data": canonical.dumps(body),
        },
    )

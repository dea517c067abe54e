"""Folding what the server states about histories beside the log; pure, as ``statements`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync import canonical

if TYPE_CHECKING:
    from server.log.leaves import Statement
    from server.store.protocol import Row, Store

LOG_STANDS = "log"
"""Quality's decision that the records accepted first are the true ones."""


def found(store: Store, _index: int, said: Statement) -> None:
    """Another history of a log was found."""
    body = said.body
    store.put(
        "forks",
        {
            "origin": body["origin"],
            "branch": body["branch"],
            "at": said.at.isoformat(),
            "from_size": body["from"],
            "size": body["from"],
            "cause": body["cause"],
            "status": "open",
            "decision": "",
            "decided_by": "",
        },
    )


def kept(store: Store, _index: int, said: Statement) -> None:
    """More of it is kept, up to ``size``."""
    row = store.one("forks", origin=said.body["origin"], branch=said.body["branch"])
    if row is not None:
        store.put("forks", row | {"size": said.body["size"]})


def decided(store: Store, _index: int, said: Statement) -> None:
    """Quality decided which history is true."""
    body = said.body
    row = store.one("forks", origin=body["origin"], branch=body["branch"])
    if row is not None:
        _settle(store, row, body["decision"], said.by[0].person)


def alarm_closed(store: Store, alarm: Row, said: Statement) -> None:
    """Closing the alarm of a branch without more says that the log stands."""
    branch = canonical.loads(alarm["params"]).get("branch")
    for row in store.rows("forks", origin=alarm["about"], branch=branch, status="open"):
        _settle(store, row, LOG_STANDS, said.body["person"])


def _settle(store: Store, row: Row, decision: str, person: str) -> None:
    store.put("forks", row | {"status": "settled", "decision": decision, "decided_by": person})

"""Folding alarms, the audit trail, and evidence kept and looked at; pure, as ``statements`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.audit.kinds import KINDS, NOTABLE, sort_of
from server.ingest import statements_forks as forks
from sync import canonical

if TYPE_CHECKING:
    from server.log.leaves import Statement
    from server.store.protocol import Row, Store

PARAMETERS = "site-parameters"
"""The row of ``places`` that holds what the site asks of itself."""


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
    store.put("open_alarms", {"code": body["code"], "about": body["about"], "idx": index})


def alarm_closed(store: Store, _index: int, said: Statement) -> None:
    """Closed by a person, who said why."""
    row = store.one("alarms", idx=said.body["alarm"])
    if row is None:
        return
    closed = {"closed_by": said.body["person"], "closed_at": said.at.isoformat()}
    _close(store, row | closed)
    forks.alarm_closed(store, row, said)


def alarm_ended(store: Store, _index: int, said: Statement) -> None:
    """What an alarm was raised for is over."""
    row = store.one("alarms", idx=said.body["alarm"])
    if row is not None and row["closed_by"] is None:
        _close(store, row | {"closed_by": "", "closed_at": said.at.isoformat()})


def _close(store: Store, row: Row) -> None:
    store.put("alarms", row)
    store.remove("open_alarms", code=row["code"], about=row["about"], idx=row["idx"])


def parameters(store: Store, _index: int, said: Statement) -> None:
    """What the site asks of itself, from here on."""
    asked = {name: value for name, value in said.body.items() if name != "reason"}
    store.put("places", {"id": PARAMETERS, "data": canonical.dumps(asked)})


def reviewed(store: Store, index: int, said: Statement) -> None:
    """Somebody reviewed the trail up to a leaf."""
    store.put(
        "reviews",
        {
            "idx": index,
            **{name: said.body[name] for name in ("job", "start", "stop")},
            "person": said.by[0].person,
            "at": said.at.isoformat(),
            "data": canonical.dumps(said.body),
        },
    )


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
            **{name: str(body.get(name, "")) for name in ("role", "place", "result", "clock")},
        },
    )


def trail(store: Store, index: int, said: Statement) -> None:
    """Every statement is an event of the trail, whatever its kind."""
    kind = KINDS.get(said.kind)
    row = {
        "idx": index,
        "kind": said.kind,
        "sort": sort_of(said.kind, said.body),
        "subject": kind.about(said.body) if kind else "",
        "person": said.by[0].person if said.by else str(said.body.get("person", "")),
        "place": str(said.body.get("place", "")),
        "at": said.at.isoformat(),
    }
    store.put("trail", row)


def notable(store: Store, index: int, record: Row) -> None:
    """A station's record that a review of the trail looks at."""
    if record["kind"] in NOTABLE:
        row = {
            "idx": index,
            "kind": record["kind"],
            "sort": NOTABLE[record["kind"]].sort,
            "subject": f"job:{record['job_order']}" if record["job_order"] else "",
            "person": record["person"],
            "place": record["station"],
            "at": record["wall"],
        }
        store.put("trail", row)


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

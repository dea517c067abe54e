"""The tables, as data: truth (append-only), projections (recomputed), desk (short-lived)."""

from __future__ import annotations

from functools import cache
from typing import Literal

import msgspec

SCHEMA_VERSION = 2
VERSION_TABLE = "CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"
"""What alembic keeps its number in."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table: columns in order (the key first), how many of them are the key, what it is for."""

    columns: tuple[str, ...]
    """``name:type``; type is ``t`` text, ``i`` integer, ``b`` bytes."""
    key: int
    role: Literal["truth", "projection", "desk"]
    index: tuple[str, ...] = ()
    """Columns that get an index of their own."""
    wide: bool = False
    """Rows of a page's size: kept beside their key, in the order they came."""
    lags: bool = False
    """Entries are folded into it, which may be behind: reading it catches up first."""
    calm: bool = False
    """Read with every push and seldom written: its answers are remembered."""
    near: bool = False
    """Asked for one row with every push, which is then written: those rows are remembered."""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, in order."""
        return _names(self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the key's columns."""
        return self.names[: self.key]


@cache  # asked for with every statement
def _names(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column.split(":")[0] for column in columns)


def _truth(columns: str, key: int, index: str = "", *, wide: bool = False) -> Table:
    names, indexed = tuple(columns.split()), tuple(index.split())
    return Table(columns=names, key=key, role="truth", index=indexed, wide=wide)


def _projection(columns: str, key: int, index: str = "", *, calm: bool = False) -> Table:
    names, indexed = tuple(columns.split()), tuple(index.split())
    return Table(columns=names, key=key, role="projection", index=indexed, calm=calm)


def _folded(columns: str, key: int, index: str = "") -> Table:
    names, indexed = tuple(columns.split()), tuple(index.split())
    return Table(columns=names, key=key, role="projection", index=indexed, lags=True)


def _desk(columns: str, key: int, *, calm: bool = False, near: bool = False) -> Table:
    names = tuple(columns.split())
    return Table(columns=names, key=key, role="desk", calm=calm, near=near)


TRUTH: dict[str, Table] = {
    "facts": _truth("name:t value:t", 1),
    "leaves": _truth("idx:i kind:t data:b", 1, wide=True),
    "tiles": _truth("log:t level:i idx:i data:b", 3, wide=True),
    "entries": _truth("origin:t idx:i leaf:t data:b global_index:i received_at:t", 2, wide=True),
    "heads": _truth("origin:t size:i root:t note:t received_at:t", 2),
    "receipts": _truth("origin:t size:i data:b", 2),
    "branches": _truth("origin:t branch:i idx:i leaf:t data:b", 3),
    "branch_heads": _truth("origin:t branch:i size:i root:t note:t received_at:t", 3),
    "checkpoints": _truth("size:i root:t note:t signed_at:t", 1),
    "cosignatures": _truth("size:i name:t line:t received_at:t", 2),
    "timestamps": _truth("size:i token:b at:t", 1),
    "attachments": _truth("sha256:t size:i origin:t received_at:t", 1),
    "documents": _truth("sha256:t kind:t data:b", 1, wide=True),
    "packs": _truth("station:t number:i sha256:t signed:b issued_at:t expires_at:t", 2, "sha256"),
}
"""What may never change: rows are added, and triggers deny everything else."""

PROJECTIONS: dict[str, Table] = {
    "people": _projection(
        "id:t data:b badge_digest:t wrapped:t since:i changed:i", 1, "badge_digest"
    ),
    "person_keys": _projection("person:t idx:i public_key:t", 2),
    "badges": _projection("badge_digest:t person:t idx:i", 1),
    "identities": _projection("issuer:t subject:t person:t idx:i", 2, "person"),
    "factors": _projection("person:t sealed:t codes:t since:t", 1),
    "factor_uses": _projection("codes:t number:i at:t idx:i", 2),
    "stations": _projection(
        "id:t epoch:i origin:t public_key:t status:t requested_at:t valid_to:i work_units:t",
        2,
        calm=True,
    ),
    "station_keys": _projection("origin:t idx:i public_key:t", 2, calm=True),
    "approvals": _projection("station:t epoch:i person:t class:t global_index:i", 3, calm=True),
    "materials": _projection("item:t data:b", 1),
    "suppliers": _projection("id:t name:t", 1),
    "assets": _projection("id:t data:b", 1),
    "calibrations": _projection("asset:t idx:i performed:t person:t at:t data:b", 2),
    "deviations": _projection(
        "idx:i asset:t data:b opened_by:t opened_at:t conclusion:t closed_by:t closed_at:t", 1
    ),
    "readings": _folded(
        "asset:t global_index:i origin:t idx:i job:t operation:t step:t characteristic:t sample:i "
        "value:t unit:t person:t station:t wall:t quality:t received_at:t",
        2,
        "job",
    ),
    "lots": _folded("item:t lot:t data:b source:t since:i", 2, "lot"),
    "masters": _projection(
        "id:t revision:i digest:t status:t proposed_by:t checked_by:t approved_by:t approved_at:t",
        2,
        "digest",
    ),
    "orders": _projection("id:t data:b global_index:i", 1, calm=True),
    "allotted": _projection("kind:t value:t job:t", 3),
    "places": _projection("id:t data:b", 1, calm=True),
    "records": _folded(
        "origin:t idx:i ref:t kind:t job_order:t person:t station:t work_unit:t operation:t "
        "step:t wall:t quality:t sound:i read:i global_index:i",
        2,
        "job_order ref kind read",
    ),
    "jobs": _folded(
        "id:t lot:t item:t units:i master:t status:t records:i findings:i produced:i "
        "open_nonconformities:i operation:t",
        1,
        "lot status",
    ),
    "verdicts": _folded("job:t origin:t idx:i passed:i reasons:b", 3),
    "consumption": _folded(
        "job:t origin:t idx:i item:t lot:t quantity:t unit:t operation:t person:t station:t "
        "wall:t effect:i",
        3,
        "lot",
    ),
    "production": _folded(
        "job:t origin:t idx:i item:t lot:t serial:t expiry:t operation:t person:t station:t "
        "wall:t effect:i",
        3,
        "lot serial",
    ),
    "shipment_lines": _projection(
        "idx:i n:i shipment:t line:t consignee:t item:t lot:t quantity:t unit:t at:t person:t "
        "serials:b returned:i",
        2,
        "lot shipment",
    ),
    "transforms": _projection(
        "idx:i n:i kind:t item:t lot:t into_item:t into_lot:t quantity:t unit:t at:t person:t",
        2,
        "lot into_lot",
    ),
    "signatures": _folded(
        "origin:t idx:i job:t person:t meaning:t class:t time:t sound:i ref:t signature:t",
        2,
        "job signature",
    ),
    "nonconformities": _folded("job:t ref:t status:t disposition:t description:t", 2),
    "beside": _folded("what:t kind:t origin:t idx:i", 4),
    "packs_named": _folded("origin:t idx:i number:i", 2),
    "holds": _folded("item:t lot:t ref:t reason:t source:t placed:i lifted:i", 3, "ref"),
    "hold_scopes": _projection("ref:t item:t lot:t downstream:i event:t about:t at:t", 1),
    "hold_clearings": _projection("ref:t item:t lot:t reason:t person:t at:t idx:i", 3),
    "late_uses": _folded(
        "idx:i hold:t job:t data:b opened_at:t conclusion:t closed_by:t closed_at:t", 1
    ),
    "recall_steps": _projection("recall:t idx:i kind:t", 2),
    "disputed": _folded("origin:t idx:i job:t reasons:b", 2, "job"),
    "objections": _folded("origin:t idx:i job:t reasons:b", 2, "job"),
    "quarantine": _folded("origin:t idx:i leaf:t why:t global_index:i", 2),
    "awaited": _projection("origin:t idx:i leaf:t global_index:i received_at:t", 2, calm=True),
    "forks": _projection(
        "origin:t branch:i at:t from_size:i size:i cause:t status:t decision:t decided_by:t",
        2,
        calm=True,
    ),
    "alarms": _folded(
        "idx:i code:t about:t params:b raised_at:t closed_by:t closed_at:t", 1, "about"
    ),
    "open_alarms": _folded("code:t about:t idx:i", 3),
    "beacons": _folded("origin:t idx:i time:t", 2),
    "breaks": _projection(
        "origin:t next:t kept:i claimed:i at:t reason:t person:t named_size:i agrees:i", 1, "next"
    ),
    "label_marks": _projection("origin:t size:i prefix:t place:t finding:t person:t at:t", 3),
    "audit": _projection(
        "idx:i person:t route:t about:t count:i at:t role:t place:t result:t clock:t", 1, "about"
    ),
    "trail": _projection(
        "idx:i kind:t sort:t subject:t person:t place:t at:t", 1, "kind sort subject person"
    ),
    "reviews": _projection("idx:i job:t start:i stop:i person:t at:t data:b", 1, "job"),
    "freezes": _projection(
        "idx:i cause:t about:t revision:i sha256:t person:t at:t data:b", 1, "about"
    ),
    "history_files": _projection("sha256:t idx:i file:t rows:i", 1),
    "history_lots": _projection(
        "number:i lot_id:t lot_code:t item:t level:t supplier:t time:t source:i", 1, "lot_code"
    ),
    "history_edges": _projection("number:i parent:i child:i quantity:t event_time:t source:i", 1),
    "history_serials": _projection("number:i serial:t lot:i line:i source:i", 1, "serial"),
    "history_shipment_lines": _projection(
        "number:i line_id:t lot:i shipment:t customer:t quantity:t time:t source:i", 1
    ),
    "cursor": _projection("name:t idx:i", 1),
}
"""What is computed from the truth by folding the global log; ``rebuild`` recomputes it.

Of imported history: ``number`` counts rows from 0 over all imports; ``parent``, ``child``, ``lot``
are numbers of ``history_lots`` (a parent went into its child), ``line`` one of
``history_shipment_lines`` or NULL. Quantities are decimal text, times RFC 3339, empty where the
files had none. ``source`` is the leaf that brought the row: since when it is known.
"""

DESK: dict[str, Table] = {
    "sessions": _desk(
        "token:t who:t kind:t opened_at:t seen_at:t expires_at:t how:t", 1, near=True
    ),
    "factor_marks": _desk("person:t step:i told:i", 1),
    "factor_begun": _desk("person:t session:t sealed:b signature:t expires_at:t", 1),
    "attempts": _desk("badge_digest:t failures:i boot:t mono_ns:i", 1),
    "contacts": _desk("origin:t seen_at:t claimed:i", 1, near=True),
    "marks": _desk("origin:t mark:t after:t seen_at:t", 2),
    "presence": _desk("origin:t person:t since:t until:t seen:t told:i", 1, near=True),
    "nonces": _desk("nonce:t origin:t expires_at:t", 1),
    "witnesses": _desk("name:t size:i cosigned_at:t tried_at:t trouble:t why:t", 1),
    "recovery": _desk("id:i note:t learnt_at:t", 1),
    "going_on": _desk("id:i data:b", 1),
    "moving": _desk("id:i source:t began_at:t", 1),
    "scrub": _desk("round:i began_at:t ended_at:t area:t log:t number:i rows:i total:i found:i", 1),
}
"""Short-lived: sessions and the like; losing them costs a sign-in."""

TABLES: dict[str, Table] = {**TRUTH, **PROJECTIONS, **DESK}

_TYPES = {"t": "TEXT", "i": "INTEGER", "b": "BLOB"}


def _create(name: str, table: Table) -> list[str]:
    columns = [" ".join([part.split(":")[0], _TYPES[part.split(":")[1]]]) for part in table.columns]
    columns.append("".join(["PRIMARY KEY (", ", ".join(table.keys), ")"]))
    kind = "STRICT" if table.wide else "STRICT, WITHOUT ROWID"
    lines = ["".join(["CREATE TABLE ", name, " (", ", ".join(columns), ") ", kind])]
    lines += [f"CREATE INDEX {name}_{column} ON {name} ({column})" for column in table.index]
    if table.role == "truth":
        lines += [
            f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} "
            "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return lines


def statements() -> list[str]:
    """The SQL that makes an empty database, in order; also what start-up compares with."""
    return [VERSION_TABLE] + [
        line for name, table in TABLES.items() for line in _create(name, table)
    ]

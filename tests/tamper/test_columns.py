"""Every column of every table of evidence: blanked, nulled or changed, it is found and located."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pysqlite3
import pytest

from server.fsck import check
from server.store.schema import TRUTH
from sync.checkpoint import Checkpoint
from sync.engine import Connection
from sync.findings import Finding
from sync.sqlite import open_database
from sync.verdict import Verdict
from sync.verify_input import UnusableInput, verify_path
from tests.server.plant import Plant
from tests.server.test_timestamps import stamp, stamper
from tests.server.tsa_plant import TsaPlant
from tests.tamper.plant import worked
from tests.verify import journal_plant

UNSIGNED = {
    "heads.received_at",
    "branch_heads.received_at",
    "checkpoints.signed_at",
    "cosignatures.received_at",
    "attachments.origin",
    "attachments.received_at",
    "timestamps.token",
}
"""What the server noted for itself and no signed byte repeats: another plausible value is not told
from the true one; of a time stamp the authority's own signature, which needs its certificate
(``lotbook-verify --tsa``). ``docs/auditor`` says so. Emptied ones are found all the same."""


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plant]:
    path = tmp_path_factory.mktemp("columns")
    with worked(path) as plant:
        assert stamp(plant, stamper(plant, TsaPlant(path / "authority")))
        with plant.parts.book.unit():
            for number in range(256):  # a whole tile
                plant.parts.trail.note("P-AUD", "GET /api/jobs", str(number), 1)
        assert check(plant.parts).kept == []
        yield plant


def other(name: str, value: Any) -> Any:  # noqa: ANN401 - a cell
    """Another value of the same kind."""
    if isinstance(value, int):
        return value + 1_000
    if isinstance(value, bytes):
        return value[:-1] + bytes([value[-1] ^ 1])
    if name == "at" or name.endswith("_at"):
        return (datetime.fromisoformat(value) + timedelta(seconds=61)).isoformat()
    return value[:-1] + ("b" if value[-1:] != "b" else "c")


def tampered(
    connection: Connection, table: str, keys: tuple[str, ...], key: tuple[Any, ...], name: str,
    value: Any,  # noqa: ANN401 - a cell
) -> bool:  # fmt: skip
    """As a database administrator, in a transaction that is open; whether the engine let it."""
    kept = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = kept.fetchall()
    for trigger, _ in triggers:
        connection.execute(f"DROP TRIGGER {trigger}")
    where = " AND ".join(f"{one} = ?" for one in keys)
    refused: type[Exception] = connection.IntegrityError  # type: ignore[attr-defined]  # PEP 249
    try:
        # Names come from the schema only.
        connection.execute(f"UPDATE {table} SET {name} = ? WHERE {where}", (value, *key))  # noqa: S608
    except refused:
        return False
    for _, made in triggers:
        connection.execute(made)
    return True


def values(name: str, value: Any) -> list[Any]:  # noqa: ANN401 - a cell
    """What the cell is made to be."""
    blank: Any = {int: -1, str: "", bytes: b""}[type(value)]
    return [blank, None, other(name, value)]


@pytest.mark.covers("T10", "T13")
@pytest.mark.parametrize("table", sorted(TRUTH))
def test_every_column_of_the_server_is_looked_at(plant: Plant, table: str) -> None:
    spec, connection = TRUTH[table], plant.parts.store._connection  # type: ignore[attr-defined]
    count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
    assert count, "the plant has a row in every table"
    order, names = ", ".join(spec.keys), ", ".join(spec.names)
    asked = f"SELECT {names} FROM {table} ORDER BY {order} LIMIT 1 OFFSET ?"  # noqa: S608
    row = dict(zip(spec.names, connection.execute(asked, (count // 2,)).fetchone(), strict=True))
    key = tuple(row[one] for one in spec.keys)
    missed = []
    for name in spec.names:
        for value in values(name, row[name]):
            if value == row[name]:
                continue
            connection.execute("BEGIN")
            try:
                if tampered(connection, table, spec.keys, key, name, value) and not located(
                    check(plant.parts).kept, table, row
                ):
                    missed.append((name, value))
            finally:
                connection.execute("ROLLBACK")
    assert [one for one in missed if f"{table}.{one[0]}" not in UNSIGNED or not one[1]] == []


def located(found: list[Finding], table: str, row: dict[str, Any]) -> bool:
    """Whether a finding names the row: by its log and number, or its table and key."""
    place = (row.get("origin"), row.get("idx"))
    if table == "leaves":
        place = ("lotbook.test/S1/LOG/1", row["idx"])
    files = (table, f"log/{table}", "branches" if table == "branch_heads" else table)
    return any((one.origin, one.index) == place or one.member.startswith(files) for one in found)


STATION = {
    "journal": ("id", "format", "origin", "size", "range", "note", "accepted", "witnessed"),
    "entry": ("idx", "leaf", "data"),
    "receipt": ("size", "global_start", "global_stop", "note"),
    "attachment": ("sha256", "data"),
    "old_head": ("size", "note"),
    "witnessed": ("note",),
}
"""Evidence in a station's database; no column may be NULL there, the engine sees to it."""


@pytest.mark.covers("T10", "TC23")
@pytest.mark.parametrize("table", sorted(STATION))
def test_every_column_of_a_station_is_looked_at(tmp_path: Path, table: str) -> None:
    path = journal_plant.make(tmp_path / "station.db")
    database = open_database(path)
    with database.write() as connection:
        note = Checkpoint(journal_plant.ORIGIN, 9, bytes(32)).sign(journal_plant.STATION)
        connection.execute("INSERT INTO old_head VALUES (9, ?)", (note,))
    database.close()
    assert findings(path) == ()
    missed = []
    for name in STATION[table]:
        with closing(plain(path)) as connection:
            cell = connection.execute(f"SELECT {name} FROM {table} LIMIT 1").fetchone()[0]  # noqa: S608
        for value in values(name, cell):
            copy = tmp_path / "copy.db"
            shutil.copyfile(path, copy)
            with closing(plain(copy)) as connection:
                if not tampered(connection, table, (name,), (cell,), name, value):
                    continue
            found = findings(copy)
            if not any(one.member.startswith(MEMBERS[table]) for one in found):
                missed.append((name, value, [one.words("en") for one in found]))
    assert missed == []


MEMBERS = {
    "journal": ("journal", "head.note", "entries.jsonl"),
    "entry": ("entries.jsonl", "entry"),
    "receipt": ("receipt",),
    "attachment": ("attachment", "entries.jsonl"),
    "old_head": ("old_head",),
    "witnessed": ("witnessed",),
}
"""Where a finding about a table points to."""


def plain(path: Path) -> Connection:
    """The database as anybody opens it who has the disk."""
    return cast("Connection", pysqlite3.connect(str(path), isolation_level=None))


def findings(path: Path) -> tuple[Finding, ...]:
    """What ``lotbook-verify`` finds in the station's database; what it cannot open, it says."""
    try:
        found = verify_path(path, journal_plant.ring())
    except UnusableInput as error:
        return (Finding("unreadable", "journal", {"why": error.why}),)
    assert isinstance(found, Verdict)
    return found.findings

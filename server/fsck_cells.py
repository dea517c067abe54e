"""Every cell of evidence holds something of its kind, and what repeats signed text repeats it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from server.log.leaves import Statement, decode
from server.store.schema import SCHEMA_VERSION, TRUTH
from sync import timestamp
from sync.canonical import NotCanonical
from sync.checkpoint import BadNote, split_note
from sync.faults import Fault
from sync.findings import Finding
from sync.merkle import leaf_hash
from sync.signed_pack import open_pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.parts import Parts
    from server.store.protocol import Row, Store
    from sync.keys import Verifier
    from sync.verify_marks import Findings

MAY_BE_EMPTY = frozenset({("tiles", "log")})
"""The server's own log has no name in its tiles."""
_LINES = 3
_KINDS = {
    table: [(name, column[-1]) for name, column in zip(spec.names, spec.columns, strict=True)]
    for table, spec in TRUTH.items()
}
"""Name and kind of each column."""


def check_cells(parts: Parts, findings: Findings) -> bool:
    """Name every cell that is empty or no value of its kind; whether all can be read at all."""
    readable = True
    for table in TRUTH:
        for row in parts.store.scan(table):
            for finding in wrong_cells(table, row):
                findings.add(finding)
                readable = readable and row[finding.params["name"]] is not None
    return readable


def wrong_cells(table: str, row: Row) -> Iterator[Finding]:
    """Each cell of a row of evidence that is empty or no value of its kind."""
    for name, kind in _KINDS[table]:
        excused = row[name] == "" and (table, name) in MAY_BE_EMPTY
        if not excused and not _holds(name, kind, row[name]):
            yield _cell(table, name, row, TRUTH[table].keys)


def _holds(name: str, kind: str, value: object) -> bool:
    if kind == "i":
        return isinstance(value, int) and value >= 0
    if kind == "b":
        return isinstance(value, bytes) and len(value) > 0
    if not isinstance(value, str) or not value:
        return False
    return not (name == "at" or name.endswith("_at")) or _time(value) is not None


def _time(text: str) -> datetime | None:
    """An aware time; None if it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _cell(table: str, name: str, row: Row, keys: tuple[str, ...]) -> Finding:
    found = {"name": name, "key": " ".join(str(row[key]) for key in keys)}
    if isinstance(row.get("origin"), str) and isinstance(row.get("idx"), int):
        return Finding("cell", table, found, row["origin"], row["idx"])
    return Finding("cell", table, found)


def check_repeated(parts: Parts, findings: Findings) -> None:
    """Receipts, branches, cosignatures, stamps and facts: columns that say signed things again."""
    for table, wrong in (
        ("receipts", wrong_receipt),
        ("branches", wrong_branch),
        ("cosignatures", wrong_cosignature),
    ):
        for row in parts.store.scan(table):
            if name := wrong(row):
                key = " ".join(str(row[one]) for one in TRUTH[table].keys)
                findings.find("column", table, name=name, key=key)
    for row in parts.store.scan("timestamps"):
        if name := _stamp(parts, row):
            findings.find("column", "timestamps", name=name, key=str(row["size"]))
    founded_at = [str(version) for version in range(1, SCHEMA_VERSION + 1)]
    facts = [(row["name"], row["value"]) for row in parts.store.rows("facts")]
    if len(facts) != 1 or facts[0] not in {("schema", version) for version in founded_at}:
        findings.find("column", "facts", name="value", key="schema")


def check_branch_rows(parts: Parts, findings: Findings) -> None:
    """The entries of a second history follow one another from where it parts."""
    for fork in parts.store.rows("forks"):
        named = {"origin": fork["origin"], "branch": fork["branch"]}
        for at, row in enumerate(parts.store.scan("branches", **named), start=fork["from_size"]):
            if row["idx"] != at:
                key = f"{row['origin']} {row['branch']} {row['idx']}"
                findings.find("column", "branches", name="idx", key=key)
                break


def wrong_receipt(row: Row) -> str:
    """The column that is not what the receipt says; empty if none."""
    try:
        lines = split_note(bytes(row["data"]).decode())[0].split("\n")
    except (BadNote, UnicodeDecodeError):
        return "data"
    if len(lines) < _LINES or lines[1] != row["origin"]:
        return "origin"
    return "" if lines[2] == str(row["size"]) else "size"


def wrong_branch(row: Row) -> str:
    """The same of an entry of a second history."""
    return "" if leaf_hash(row["data"]).hex() == row["leaf"] else "leaf"


def wrong_cosignature(row: Row) -> str:
    """The same of a witness's line."""
    return "" if str(row["line"]).startswith(f"\u2014 {row['name']} ") else "name"


def _stamp(parts: Parts, row: Row) -> str:
    """Whose word the stamp is, a pack says; here it is over the checkpoint, and of that time."""
    checkpoint = parts.store.one("checkpoints", size=row["size"])
    if checkpoint is None:
        return "size"
    try:
        digest, at = timestamp.over(bytes(row["token"]))
    except timestamp.BadStamp:
        return "token"
    except timestamp.NoLibrary:
        return ""
    if digest != sha256(split_note(checkpoint["note"])[0].encode()).digest():
        return "token"
    return "" if _time(row["at"]) == at else "at"


def check_packs(parts: Parts, findings: Findings) -> None:
    """Every pack is one that this server signed and stated, and every one stated is there."""
    missing = _stated_packs(parts)
    for row in parts.store.scan("packs"):
        name = f"{row['station']} {row['number']}"
        stated = missing.pop((str(row["station"]), int(row["number"])), None)
        if why := _pack(parts, row, stated):
            findings.find("pack-row", "packs", name=name, why=why)
    for station, number in sorted(missing):
        findings.find("pack-row", "packs", name=f"{station} {number}", why="missing")


def _stated_packs(parts: Parts) -> dict[tuple[str, int], tuple[str, str]]:
    """Digest and end of every pack the log tells of; a damaged leaf is named elsewhere."""
    found: dict[tuple[str, int], tuple[str, str]] = {}
    for row in parts.store.scan("leaves", kind="pack.issued"):
        with suppress(NotCanonical, ValueError, KeyError, TypeError):
            leaf = decode(row["data"])
            if isinstance(leaf, Statement) and leaf.kind == "pack.issued":
                body = leaf.body
                found[body["station"], body["number"]] = (body["sha256"], body["expires_at"])
    return found


def _pack(parts: Parts, row: Row, stated: tuple[str, str] | None) -> str:
    if why := wrong_pack(parts.store, parts.verifier, row):
        return why
    return "" if stated == (row["sha256"], row["expires_at"]) else "the log does not tell of it so"


def wrong_pack(store: Store, server: Verifier, row: Row) -> str:
    """Why a pack is not one that the server signed and kept; empty if it is."""
    try:
        pack = open_pack(bytes(row["signed"]), server)
    except Fault as fault:
        return str(fault)
    if (pack.number, pack.sha256) != (row["number"], row["sha256"]):
        return "number or digest"
    if store.one("documents", sha256=row["sha256"], kind="pack") is None:
        return "its document is missing"
    issued = _time(row["issued_at"])
    if issued is None or issued.replace(microsecond=0) != _time(pack.issued_at):
        return "issued_at"
    return ""

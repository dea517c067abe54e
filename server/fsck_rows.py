"""Columns and tiles beside signed bytes: what the server reads quickly must be what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.log.edge import Edge
from server.log.leaves import EntryLeaf, leaf_at
from server.log.tree import GLOBAL
from sync.checkpoint import BadNote, parse_text, split_note
from sync.findings import Finding
from sync.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.parts import Parts
    from server.store.protocol import Row
    from sync.verify_leaves import Named
    from sync.verify_marks import Findings

NOTED = ("heads", "branch_heads", "checkpoints")
"""Tables with a note, and its size and root once more in columns."""


def check_columns(parts: Parts, named: dict[str, Named], findings: Findings) -> None:
    """Every column that repeats what signed bytes say."""
    for table in NOTED:
        for row in parts.store.scan(table):
            wrong = wrong_note(row)
            if wrong:
                findings.find("column", table, name=wrong, key=_key(row, "origin", "size"))
    for row in parts.store.scan("leaves"):
        kind = '"kind":"' + str(row["kind"]) + '"'
        if kind.encode() not in row["data"]:
            findings.find("column", "leaves", name="kind", key=str(row["idx"]))
    for row in parts.store.scan("entries"):
        for name in _entry_columns(parts, row, named):
            found = {"name": name, "key": _key(row, "origin", "idx")}
            findings.add(Finding("column", "entries", found, row["origin"], row["idx"]))


def wrong_note(row: Row) -> str:
    """The first column that is not what its note says; empty if none."""
    try:
        said = parse_text(split_note(str(row["note"]))[0])
    except BadNote:
        return "note"
    origin = row.get("origin", said.origin)
    for name, value in (("origin", said.origin), ("size", said.size), ("root", said.root.hex())):
        if {"origin": origin}.get(name, row.get(name)) != value:
            return name
    return ""


def _entry_columns(parts: Parts, row: Row, named: dict[str, Named]) -> Iterator[str]:
    log = named.get(row["origin"])
    index, position = int(row["idx"]), int(row["global_index"])
    if log is None or index >= len(log.positions):
        return  # the missing leaf is named already
    if log.positions[index] != position:
        yield "global_index"
        return
    leaf = leaf_at(parts.store, position)
    if isinstance(leaf, EntryLeaf) and leaf.received_at.isoformat() != row["received_at"]:
        yield "received_at"


def _key(row: Row, *names: str) -> str:
    return " ".join(str(row[name]) for name in names if name in row)


def check_tiles(parts: Parts, findings: Findings) -> None:
    """The tiles that the leaves make are those stored, in every log."""
    _tiles(parts, GLOBAL, (leaf_hash(row["data"]) for row in parts.store.scan("leaves")), findings)
    for station in parts.store.rows("stations"):
        origin = str(station["origin"])
        rows = parts.store.scan("entries", origin=origin)
        _tiles(parts, origin, (leaf_hash(row["data"]) for row in rows), findings)


def _tiles(parts: Parts, log: str, leaves: Iterator[bytes], findings: Findings) -> None:
    edge = Edge.empty()
    for leaf in leaves:
        for level, index, data in edge.extend([leaf]):
            row = parts.store.one("tiles", log=log, level=level, idx=index)
            if row is None or row["data"] != data:
                place = f"{level}/{index}"
                findings.find("tile", f"tiles {log}".strip(), place=place)

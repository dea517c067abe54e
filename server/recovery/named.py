"""What a statement of the log names that is kept beside it: documents, packs, evidence of forks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from server.ingest.history import STATED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server.log.leaves import Statement

NAMES: dict[str, tuple[str, ...]] = {
    "documents": ("sha256",),
    "packs": ("station", "number"),
    "branches": ("origin", "branch"),
    "branch_heads": ("origin", "branch"),
}
"""Table -> the columns by which a statement names its rows."""
Named = tuple[str, tuple[Any, ...]]
"""A table, and the values of those columns."""
_DIGEST = 64


def named(said: Statement) -> Iterator[Named]:
    """Everything that the statement names; of imported history nothing: its files come again."""
    for value in () if said.kind == STATED else digests(said.body):
        yield "documents", (value,)
    if said.kind == "pack.issued":
        yield name_of("packs", said.body)
    if {"origin", "branch"} <= set(said.body):
        yield name_of("branches", said.body)
        yield name_of("branch_heads", said.body)


def digests(said: object) -> Iterator[str]:
    """Every text that is as long as a digest, in lists and members too."""
    if isinstance(said, str) and len(said) == _DIGEST:
        yield said
    elif isinstance(said, dict | list):
        for one in said.values() if isinstance(said, dict) else said:
            yield from digests(one)


def name_of(table: str, row: Mapping[str, Any]) -> Named:
    """How a statement names that row."""
    return table, tuple(row[column] for column in NAMES[table])

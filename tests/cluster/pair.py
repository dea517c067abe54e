"""Two real PostgreSQL servers, the second a synchronous copy of the first; either can be killed."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from time import monotonic, sleep
from typing import Any

import psycopg

from tests import postgres

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_level = replica
max_wal_senders = 5
hot_standby = on
max_connections = 20
shared_buffers = 16MB
wal_receiver_status_interval = 1
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Machine:
    """One server: its folder, its port, its process."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it answers when this returns."""
        words = [program("postgres"), "-D", str(self.folder), "-p", str(self.port)]
        with (self.folder.parent / f"{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                words, stdout=log, stderr=log, user=owner(), start_new_session=True
            )
        wait_for(self.answers)

    def kill(self) -> None:
        """The machine is gone: every process of it, at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def answers(self) -> bool:
        try:
            self.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres?connect_timeout=2"
        with psycopg.connect(url, autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []

    def promote(self) -> None:
        """It was a copy; from now on it is the one that is written to."""
        self.ask("SELECT pg_promote(true, 30)")


def program(name: str) -> str:
    return str(postgres.server().bin_path / name)


def owner() -> str | None:
    """Whom its processes belong to: the server refuses to be run by root."""
    found = postgres.server().system_user
    return None if found is None else str(found)


def call(words: Sequence[str]) -> None:
    subprocess.run(words, check=True, capture_output=True, user=owner(), timeout=60)


def wait_for(holds: Any, seconds: float = 30.0) -> None:  # noqa: ANN401 - a question
    until = monotonic() + seconds
    while not holds():
        assert monotonic() < until, "waited in vain"
        sleep(0.05)


class Pair:
    """The first, the second, and the address of whichever is written to."""

    def __init__(self, folder: Path) -> None:
        self.first = Machine(folder / "first", free_port())
        self.second = Machine(folder / "second", free_port())
        hosts = f"127.0.0.1:{self.first.port},127.0.0.1:{self.second.port}"
        self.url = f"postgresql://postgres@{hosts}/lotbook?target_session_attrs=read-write"

    def start(self) -> None:
        """Both; what the first confirms, the second has on its disk as well."""
        first, second = self.first, self.second
        call([program("initdb"), "-D", str(first.folder), "-U", "postgres", "-A", "trust",
              "--no-sync", "-E", "UTF8", "--locale=C"])  # fmt: skip
        with (first.folder / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(SETTINGS)
        first.start()
        first.ask("CREATE DATABASE lotbook")
        call([program("pg_basebackup"), "-D", str(second.folder), "-h", "127.0.0.1", "-p",
              str(first.port), "-U", "postgres", "-X", "stream", "-R", "-c", "fast"])  # fmt: skip
        second.start()
        first.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        first.ask("SELECT pg_reload_conf()")
        state = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
        wait_for(lambda: first.ask(state) == [(1,)])

    def alone(self) -> None:
        """The second goes on without a copy: nobody answers to its commits but itself."""
        self.second.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.second.ask("SELECT pg_reload_conf()")


@contextmanager
def pair() -> Iterator[Pair]:
    """Two machines, gone afterwards."""
    memory = postgres.MEMORY if postgres.MEMORY.is_dir() else None
    folder = Path(mkdtemp(prefix="lotbook-pair-", dir=memory))
    name = owner()
    if name is not None:
        known = pwd.getpwnam(name)
        os.chown(folder, known.pw_uid, known.pw_gid)
    made = Pair(folder)
    try:
        made.start()
        yield made
    finally:
        for machine in (made.first, made.second):
            machine.kill()
        rmtree(folder, ignore_errors=True)

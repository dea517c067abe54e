"""Real Patroni on one machine: an etcd that decides, and PostgreSQL servers that it rules.

``packaging/set-up-cluster`` brings both. The times are the shortest that Patroni takes (ttl 20).
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx
import psycopg

from tests import postgres
from tests.cluster.pair import free_port, owner, wait_for

HOME = Path(__file__).resolve().parents[2] / ".venv-cluster"
TTL_S = 20
CONFIG = """
scope: lotbook
name: {name}
restapi: {{listen: '127.0.0.1:{rest}', connect_address: '127.0.0.1:{rest}'}}
etcd3: {{host: '127.0.0.1:{etcd}'}}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 3
    primary_start_timeout: 0
    maximum_lag_on_failover: 0
    synchronous_mode: {synchronous}
    synchronous_mode_strict: {synchronous}
    postgresql:
      use_pg_rewind: true
      parameters: {{synchronous_commit: 'on', fsync: 'on', full_page_writes: 'on',
        max_connections: 40, shared_buffers: 16MB, wal_log_hints: 'on'}}
  initdb: [encoding: UTF8, locale: C, no-sync]
postgresql:
  listen: '127.0.0.1:{port}'
  connect_address: '127.0.0.1:{port}'
  data_dir: {folder}/data
  bin_dir: {programs}
  pgpass: {folder}/pgpass
  pg_hba: ['host all all 127.0.0.1/32 trust', 'host replication all 127.0.0.1/32 trust']
  authentication:
    superuser: {{username: postgres, password: none}}
    replication: {{username: copies, password: none}}
    rewind: {{username: rewinds, password: none}}
  parameters: {{unix_socket_directories: ''}}
"""


class Node:
    """One machine: a Patroni and the PostgreSQL that it starts."""

    def __init__(self, folder: Path, name: str, etcd: int, *, synchronous: bool) -> None:
        self.folder, self.name = folder / name, name
        self.port, self.rest = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.folder.mkdir()
        self.config = self.folder / "patroni.yml"
        text = CONFIG.format(
            name=name, rest=self.rest, etcd=etcd, port=self.port, folder=self.folder,
            programs=postgres.server().bin_path, synchronous=str(synchronous).lower(),
        )  # fmt: skip
        self.config.write_text(text, encoding="utf-8")

    def start(self) -> None:
        words = [str(HOME / "bin" / "patroni"), str(self.config)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                words, stdout=log, stderr=log, user=owner(), start_new_session=True,
                cwd=self.folder, env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            )  # fmt: skip

    def kill(self) -> None:
        """The machine is gone: Patroni and every process of its PostgreSQL, at once."""
        if self.process is None:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):  # so that none sees another one die
            to_family(self.process.pid, number)
            to_family(self.postmaster(), number)
        self.process.wait()
        self.process = None

    def signal_database(self, number: int) -> None:
        """To PostgreSQL alone, all its processes."""
        to_family(self.postmaster(), number)

    def postmaster(self) -> int:
        try:
            return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError):
            return 0

    def role(self) -> str:
        """What it says to be: ``primary``, ``replica``; empty while it does not answer."""
        try:
            told = httpx.get(f"http://127.0.0.1:{self.rest}/patroni", timeout=2).json()
        except (httpx.HTTPError, ValueError):
            return ""
        return str(told.get("role", "")) if told.get("state") == "running" else ""

    def ask(self, statement: str, database: str = "lotbook") -> list[tuple[Any, ...]]:
        url = f"postgresql://postgres@127.0.0.1:{self.port}/{database}?connect_timeout=2"
        with psycopg.connect(url, autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []


def to_family(pid: int, number: int) -> None:
    """To a process and all those it began: each backend leads a group of its own."""
    for one in [pid, *children(pid)] if pid else []:
        with suppress(ProcessLookupError):
            os.kill(one, number)


def children(pid: int) -> list[int]:
    """The processes that it began and that live."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(word) for word in text.split()]


class Cluster:
    """Some nodes, and the address of whichever is the primary."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        hosts = ",".join(f"127.0.0.1:{one.port}" for one in nodes)
        self.url = f"postgresql://postgres@{hosts}/lotbook?target_session_attrs=read-write"

    def primary(self) -> Node | None:
        return next((one for one in self.nodes if one.role() in {"primary", "master"}), None)

    def start(self) -> None:
        """The first makes the database; the others copy it; commits wait for one of them."""
        first, *others = self.nodes
        first.start()
        wait_for(lambda: first.role() == "primary", 240)
        for one in others:
            one.start()
        for one in others:
            wait_for(lambda one=one: one.role() == "replica", 240)
        first.ask("CREATE DATABASE lotbook ENCODING 'UTF8' TEMPLATE template0", "postgres")

    def waits(self) -> bool:
        """Whether commits wait for a second machine."""
        primary = self.primary()
        state = "SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')"
        return primary is not None and primary.ask(state) != [(0,)]

    def logs(self) -> str:
        return "\n".join((one.folder / "log").read_text()[-3_000:] for one in self.nodes)


@contextmanager
def cluster(names: tuple[str, ...], *, synchronous: bool = True) -> Iterator[Cluster]:
    """Running, gone afterwards."""
    assert (HOME / ".made").exists(), "make cluster sets it up: packaging/set-up-cluster"
    memory = postgres.MEMORY if postgres.MEMORY.is_dir() else None
    folder = Path(mkdtemp(prefix="lotbook-patroni-", dir=memory))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        etcd = started_etcd(folder, stack)
        nodes = [Node(folder, name, etcd, synchronous=synchronous) for name in names]
        own(folder)
        for one in nodes:
            stack.callback(one.kill)
        made = Cluster(nodes)
        made.start()
        yield made


def started_etcd(folder: Path, stack: ExitStack) -> int:
    """One member: what is proved is not etcd. Its port."""
    port, peer = free_port(), free_port()
    at = f"http://127.0.0.1:{port}"
    words = [str(HOME / "etcd"), "--data-dir", str(folder / "etcd"), "--listen-client-urls", at,
             "--advertise-client-urls", at, "--listen-peer-urls", f"http://127.0.0.1:{peer}",
             "--initial-advertise-peer-urls", f"http://127.0.0.1:{peer}",
             "--initial-cluster", f"default=http://127.0.0.1:{peer}"]  # fmt: skip
    log = stack.enter_context((folder / "etcd.log").open("ab"))
    process = subprocess.Popen(words, stdout=log, stderr=log)
    stack.callback(process.wait)
    stack.callback(process.kill)
    wait_for(lambda: answers(f"{at}/health"))
    return port


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def own(folder: Path) -> None:
    """PostgreSQL refuses to be run by root: its folders are its user's."""
    name = owner()
    if name is None:
        return
    known = pwd.getpwnam(name)
    os.chown(folder, known.pw_uid, known.pw_gid)
    for path in folder.glob("*/"):
        if path.name != "etcd":
            os.chown(path, known.pw_uid, known.pw_gid)

"""What only PostgreSQL does to a store: its settings, another writer, a connection that breaks."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any, cast

import psycopg
import pytest

from server import cli
from server.folder import DataFolder
from server.plan import read_plan
from server.store import lease, postgres_door
from server.store.opening import DATABASE, FILE, keep_place, open_store
from server.store.postgres import PostgresStore
from server.store.postgres_door import AWAY, UNKNOWN, Door
from server.store.postgres_session import STATEMENT_S
from server.store.postgres_settings import DEMANDED, check_settings
from server.store.protocol import Store
from server.words import Refusal
from sync.faults import Fault
from sync.keys import TEST_COST
from tests import postgres
from tests.server.plant import Plant

SECRET = "s3cret-word"


def pid_of(store: PostgresStore) -> int:
    """Of the process that serves the store's connection; it is not asked, so nothing reconnects."""
    connection = store._door._connection
    assert connection is not None
    return connection.info.backend_pid


def kill_backend(store: PostgresStore) -> None:
    """As the machine does when memory is short: PostgreSQL starts all its processes anew."""
    os.kill(pid_of(store), signal.SIGKILL)
    back_again()


def kill_postmaster(_store: PostgresStore) -> None:
    os.kill(postgres.server().get_pid(), signal.SIGKILL)
    back_again()


def terminate(store: PostgresStore) -> None:
    postgres.order(f"SELECT pg_terminate_backend({pid_of(store)})")


def back_again() -> None:
    """Wait until the server takes connections, started if need be."""
    for _ in range(100):
        with suppress(psycopg.Error, subprocess.SubprocessError, AssertionError):
            postgres.server().ensure_postgres_running()
            psycopg.connect(postgres.server().get_uri(), connect_timeout=2).close()
            postgres.forget_chief()
            return
        sleep(0.1)
    raise TimeoutError


@pytest.mark.covers("F20", "A36")
@pytest.mark.parametrize("kill", [terminate, kill_backend, kill_postmaster])
def test_what_was_confirmed_outlives_a_kill_amid_commits(
    kill: Callable[[PostgresStore], None],
) -> None:
    """Whoever hears of a fault asks what is there and goes on: nothing is lost, nothing twice."""
    with closing(PostgresStore(postgres.fresh())) as store:
        killer, first = Thread(target=kill, args=[store]), pid_of(store)
        confirmed, faults, after = 0, list[str](), 0
        while after < 20:
            if confirmed == 60 and not killer.ident:
                killer.start()
            try:
                have = store.count("leaves")
                assert have >= confirmed, "a confirmed row is gone"
                with store.transaction():
                    store.add_rows("leaves", [(have + more, "k", b"") for more in range(3)])
                confirmed, after = have + 3, after + bool(killer.ident and not killer.is_alive())
            except Fault as fault:
                faults.append(fault.code)
                sleep(0.02)
        killer.join()
        assert pid_of(store) != first, "the kill met the connection"
        assert set(faults) <= {AWAY, UNKNOWN}
        assert [row["idx"] for row in store.scan("leaves")] == list(range(confirmed))


def test_a_connection_lost_within_a_transaction_undoes_it_and_nothing_after_it_stands() -> None:
    with closing(PostgresStore(postgres.fresh())) as store:

        def broken() -> None:
            with store.transaction():
                store.put("suppliers", {"id": "a", "name": ""})
                assert store.count("suppliers") == 1
                terminate(store)
                with pytest.raises(Fault, match=AWAY):
                    store.count("suppliers")
                store.put("suppliers", {"id": "b", "name": ""})

        with pytest.raises(Fault) as caught:
            broken()
        assert (caught.value.code, caught.value.kind) == (AWAY, "transient")
        assert store.count("suppliers") == 0, "and the next question finds a new connection"


@pytest.mark.covers("F20", "F43")
def test_a_database_that_hangs_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_door, "SOON_S", 0.3)
    monkeypatch.setattr(lease, "_WAIT", "SET lock_timeout = '50ms'")
    with closing(PostgresStore(postgres.fresh())) as store:
        assert store._door._patience_s == STATEMENT_S
        store._door._patience_s = 0.4
        pid = pid_of(store)
        os.kill(pid, signal.SIGSTOP)  # its machine's kernel goes on acknowledging
        try:
            with pytest.raises(Refusal, match="Another"):  # its session has the lease still
                store.confirm()
            with pytest.raises((Refusal, Fault)), store.transaction():
                store.count("leaves")
        finally:
            os.kill(pid, signal.SIGCONT)
        store._door._drop()


@pytest.mark.covers("F20")
def test_a_commit_that_nobody_answered_is_ambiguous() -> None:
    with closing(PostgresStore(postgres.fresh())) as store:

        def cut() -> None:
            with store.transaction():
                store.put("suppliers", {"id": "a", "name": ""})
                store.count("suppliers")
                terminate(store)

        with pytest.raises(Fault) as caught:
            cut()
        assert (caught.value.code, caught.value.kind) == (UNKNOWN, "ambiguous")
        assert store.count("suppliers") == 0


@pytest.mark.covers("F42", "F43")
def test_one_writes_at_a_time_and_who_was_away_meanwhile_starts_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lease, "_WAIT", "SET lock_timeout = '50ms'")
    url = postgres.fresh()
    with closing(PostgresStore(url)) as first:
        with pytest.raises(Refusal) as refused:
            PostgresStore(url)
        assert refused.value.code == "in-use"
        terminate(first)
        assert first.count("leaves") == 0, "nobody else came: it goes on"
        terminate(first)
        PostgresStore(url).close()
        with pytest.raises(Fault) as caught:
            first.count("leaves")
        assert (caught.value.code, caught.value.kind) == ("database-taken-over", "permanent")


class Settings:
    """A server that says what it is told to."""

    def __init__(self, **other: str) -> None:
        self.standby = other.pop("standby", "") == "yes"
        self.version = other.pop("version", "160004")
        self.found = {name: allowed[0] for name, allowed in DEMANDED.items()} | other

    def ask(self, statement: str, _values: object = ()) -> list[tuple[Any, ...]]:
        if "recovery" in statement:
            return [(self.standby,)]
        return [(self.version,)] if "version" in statement else list(self.found.items())

    def do(self, statement: str) -> None:
        assert statement.startswith("SET ")


@pytest.mark.covers("F20")
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("synchronous_commit", "off", "database-unsafe"),
        ("synchronous_commit", "local", "database-unsafe"),
        ("fsync", "off", "database-unsafe"),
        ("full_page_writes", "off", "database-unsafe"),
        ("server_encoding", "SQL_ASCII", "database-unsafe"),
        ("transaction_read_only", "on", "database-unsafe"),
        ("version", "130011", "database-unsafe"),
        ("standby", "yes", "database-standby"),
    ],
)
def test_a_server_that_could_lose_what_it_confirmed_is_refused(
    name: str, value: str, code: str
) -> None:
    check_settings(cast("Door", Settings(synchronous_commit="remote_apply")))
    with pytest.raises(Refusal) as refused:
        check_settings(cast("Door", Settings(**{name: value})))
    assert refused.value.code == code
    if code == "database-unsafe":
        assert name in refused.value.words("en")
        assert name in refused.value.hint("zh_CN")


@pytest.mark.covers("F20")
def test_a_real_server_set_to_lose_is_refused_at_start() -> None:
    url = postgres.fresh()
    name = url.split("?")[0].rsplit("/", 1)[1]
    postgres.order(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(Refusal, match="synchronous_commit is off"):
        PostgresStore(url)
    postgres.order(f"ALTER DATABASE {name} RESET synchronous_commit")
    PostgresStore(url).close()


@pytest.mark.covers("F42")
def test_who_follows_the_log_sees_a_slow_transaction_whole_or_not_at_all() -> None:
    url = postgres.fresh()
    with closing(PostgresStore(url)) as store, psycopg.connect(url, autocommit=True) as reader:

        def seen() -> list[int]:
            asked = "SELECT idx FROM leaves ORDER BY idx"
            return [row[0] for row in reader.execute(asked).fetchall()]

        with store.transaction():
            for index in range(3):
                store.add_rows("leaves", [(index, "k", b"")])
                store.count("leaves")
                assert seen() == []
        assert seen() == [0, 1, 2]
        with suppress(ZeroDivisionError), store.transaction():
            store.add_rows("leaves", [(3, "undone", b"")])
            raise ZeroDivisionError
        store.add_rows("leaves", [(3, "k", b"")])
        assert seen() == [0, 1, 2, 3]


def refusal_of(act: Callable[[], Store]) -> Refusal:
    with pytest.raises(Refusal) as refused:
        act()
    assert refused.value.code == "bad-database"
    assert SECRET not in str(refused.value)
    return refused.value


@pytest.mark.covers("T36")
@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://me:{SECRET}@127.0.0.1:1/x",
        f"postgresql://me:{SECRET}@127.0.0.1/x?no_such_thing=1",
        f"postgresql://me:{SECRET}@[::1/x",
        f"http://me:{SECRET}@host/x",
    ],
)
def test_no_complaint_repeats_the_password(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal_of(lambda: open_store(tmp_path, url))
    (tmp_path / FILE).write_text(f'url = "{url}"\n')
    refusal_of(lambda: open_store(tmp_path))
    assert cli.main(["keys", "--data", str(tmp_path)]) == 1
    assert cli.main(["fsck", "--data", str(tmp_path), "--database", url]) == 1
    out = capsys.readouterr()
    assert SECRET not in out.out + out.err


def test_database_toml_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    for text in ("url = ", f'password = "{SECRET}"', f'url = "{SECRET}"'):
        (tmp_path / FILE).write_text(text)
        refusal_of(lambda: open_store(tmp_path))
    (tmp_path / FILE).write_text('url = "postgresql://host/x"\npassword_file = "none"\n')
    assert "none" in str(refusal_of(lambda: open_store(tmp_path)))


def test_a_password_comes_from_its_file(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(f'url = "{postgres.fresh()}"\npassword_file = "word"\n')
    (tmp_path / "word").write_text(f"{SECRET}\n")
    with closing(open_store(tmp_path)) as store:
        assert isinstance(store, PostgresStore)
        assert f"password={SECRET}" in store._door._conninfo


def test_a_folder_whose_database_is_empty_is_not_a_server(plant: Plant, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(plant.folder.path, other, ignore=shutil.ignore_patterns(f"{DATABASE}*"))
    keep_place(other, postgres.fresh())
    folder = DataFolder(other, plant.clock, bytes, TEST_COST)
    with pytest.raises(Refusal) as refused, folder.open():
        raise AssertionError
    assert refused.value.code == "no-data"


def test_nobody_founds_over_a_server_that_is_there(plant: Plant, tmp_path: Path) -> None:
    plan = tmp_path / "plan" / "plan.yaml"
    folder = DataFolder(plant.folder.path, plant.clock, bytes, TEST_COST)
    folder.database = postgres.fresh()
    with pytest.raises(Refusal) as refused:
        folder.init(read_plan(plan), plan.parent, {})
    assert refused.value.code == "exists"
    assert (plant.folder.path / DATABASE).exists()


def test_what_killed_servers_left_in_memory_is_swept(tmp_path: Path) -> None:
    memory, processes = tmp_path / "shm", tmp_path / "proc"
    (processes / "7").mkdir(parents=True)
    memory.mkdir()
    (processes / "7" / "maps").write_text("7f00-7f01 rw-s 0 00:01 9   /dev/shm/PostgreSQL.1\n")
    for name in ("PostgreSQL.1", "PostgreSQL.12", "PostgreSQL.3", "other"):
        (memory / name).touch()
    for name in ("PostgreSQL.1", "PostgreSQL.12", "other"):
        os.utime(memory / name, (0, 0))
    swept = postgres.sweep(memory, processes)
    assert swept == ([] if os.getuid() else ["PostgreSQL.12"]), "one is mapped, one is fresh"

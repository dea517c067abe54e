"""A COMMIT whose answer is lost: nothing by halves, nothing confirmed that may be gone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from threading import Thread
from time import sleep

import psycopg
import pytest

from server.store import lease, postgres_door, postgres_settings
from server.store.postgres import PostgresStore
from server.store.postgres_door import AWAY, UNKNOWN
from server.store.protocol import AlreadyThere
from server.words import Refusal
from sync.faults import Fault
from tests import postgres
from tests.cluster.pair import wait_for
from tests.server.cut import line_to
from tests.server.test_postgres import pid_of


def write(store: PostgresStore, number: int, at_last: Callable[[], None] = lambda: None) -> None:
    """A row in two tables; ``at_last`` is done when nothing but the beginning was sent."""
    with store.transaction():
        store.add("leaves", {"idx": number, "kind": "k", "data": b"d"})
        store.put("suppliers", {"id": f"{number:06}", "name": "n"})
        at_last()


def lost(store: PostgresStore, at_last: Callable[[], None]) -> bool:
    """Write while the line breaks; whether it stands, wholly, by what the next line says."""
    number = store.count("leaves")
    with pytest.raises(Fault) as caught:
        write(store, number, at_last)
    assert (caught.value.code, caught.value.kind) == (UNKNOWN, "ambiguous")
    have = [row["idx"] for row in store.rows("leaves")]
    assert have == list(range(len(have)))
    assert [int(row["id"]) for row in store.rows("suppliers")] == have
    return len(have) == number + 1


def connected(store: PostgresStore, writes: int) -> int:
    """On a new connection after so many writes, which prepares statements; the next number."""
    store._door._drop()
    first = store.count("leaves")
    for number in range(first, first + writes):
        write(store, number)
    return first + writes


@pytest.mark.covers("F20", "F40", "A36")
@pytest.mark.parametrize("before", [0, 4], ids=["new", "prepared"])
def test_a_commit_cut_at_any_byte_is_whole_or_not_at_all(before: int) -> None:
    """Its last statements and the COMMIT are one piece on the wire: any beginning may arrive."""
    with line_to(postgres.fresh()) as line, closing(PostgresStore(line.url)) as store:
        begun: list[int] = []
        write(store, connected(store, before), lambda: begun.append(line.asked))
        length = line.asked - begun[0]
        stands = []
        for cut in [*range(0, length - 8, 23), *range(length - 8, length + 1)]:
            connected(store, before)
            stands.append(lost(store, lambda cut=cut: line.break_after(cut)))  # type: ignore[misc]
        assert not stands[0]
        assert stands[-1]
        assert stands == sorted(stands), "what has all of it commits, what has less does not"


@pytest.mark.covers("F20", "F40")
def test_a_commit_whose_answer_is_lost_stands() -> None:
    with line_to(postgres.fresh()) as line, closing(PostgresStore(line.url)) as store:
        for _ in range(5):
            assert lost(store, line.lose_the_answer)


@pytest.mark.covers("F20", "F43")
def test_a_commit_that_hangs_is_decided_before_anybody_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The session that is left has the lease until it ends, and with it whatever it commits."""
    monkeypatch.setattr(lease, "_WAIT", "SET lock_timeout = '50ms'")
    with closing(PostgresStore(postgres.fresh())) as store:
        for number in range(4):
            write(store, number)
        pid = pid_of(store)
        store._door._patience_s = 0.3
        try:
            with pytest.raises(Fault) as caught:
                write(store, 4, lambda: os.kill(pid, signal.SIGSTOP))
            assert (caught.value.code, caught.value.kind) == (UNKNOWN, "ambiguous")
            with pytest.raises(Refusal, match="Another"):
                store.count("leaves")
        finally:
            os.kill(pid, signal.SIGCONT)
        monkeypatch.setattr(lease, "_WAIT", "SET lock_timeout = '10s'")
        assert store.count("leaves") == 5 == store.count("suppliers")


@pytest.mark.covers("F20", "F43")
@pytest.mark.parametrize("writes", [1, 4], ids=["new", "prepared"])
def test_who_falls_silent_after_a_commit_loses_the_lease(
    writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that the driver sends after it stops the clock of the server."""
    short = [one.replace("'15s'", "'300ms'") for one in postgres_settings.PINNED]
    monkeypatch.setattr(postgres_settings, "PINNED", short)
    url = postgres.fresh()
    with closing(PostgresStore(url)) as store:
        connected(store, writes)
        lives = f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid_of(store)}"  # noqa: S608
        wait_for(lambda: not postgres.order(lives), 10)
        PostgresStore(url).close()
        with pytest.raises(Fault, match="database-taken-over"):
            store.count("leaves")


@pytest.mark.covers("F20", "F43")
def test_who_falls_silent_amid_a_transaction_loses_the_lease_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = [one.replace("'60s'", "'300ms'") for one in postgres_settings.PINNED]
    monkeypatch.setattr(postgres_settings, "PINNED", short)
    url = postgres.fresh()
    with closing(PostgresStore(url)) as store:
        connected(store, 1)
        lives = f"SELECT 1 FROM pg_stat_activity WHERE pid = {pid_of(store)}"  # noqa: S608

        def silence() -> None:
            wait_for(lambda: not postgres.order(lives), 10)
            PostgresStore(url).close()

        with pytest.raises(Fault):
            write(store, 1, silence)
        with closing(PostgresStore(url)) as other:
            assert other.count("leaves") == 1 == other.count("suppliers")


@contextmanager
def waits_for_nobody() -> Iterator[None]:
    """Commits wait for a second machine that is not there."""
    try:
        order("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        yield
    finally:
        order("ALTER SYSTEM RESET synchronous_standby_names")


def order(statement: str) -> None:
    postgres.order(statement)
    postgres.order("SELECT pg_reload_conf()")
    sleep(0.2)  # each session reads it by itself


WAITS = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def end_the_wait(how: str) -> None:
    """As an administrator does, against all advice, once somebody waits."""
    wait_for(lambda: postgres.order(WAITS))
    postgres.order(WAITS.replace("pid", f"{how}(pid)", 1))


@pytest.mark.covers("F20", "F40")
@pytest.mark.parametrize("how", ["pg_cancel_backend", "pg_terminate_backend"])
def test_a_commit_that_no_longer_waits_for_the_second_machine_is_not_confirmed(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands on one machine: whoever hears that it is saved hears what may be lost."""
    monkeypatch.setattr(postgres_door, "SOON_S", 0.5)
    with closing(PostgresStore(postgres.fresh())) as store:
        write(store, 0)
        with waits_for_nobody():
            ends = Thread(target=end_the_wait, args=[how])
            ends.start()
            with pytest.raises(Fault) as caught:
                write(store, 1)
            ends.join()
            assert (caught.value.code, caught.value.kind) == (UNKNOWN, "ambiguous")
            with pytest.raises(Fault, match=AWAY):
                store.count("leaves")  # nor told, until it is on both
        wait_for(lambda: not postgres.order(WAITS))
        assert store.count("leaves") == 2


@pytest.mark.covers("F09", "F20")
def test_statements_behind_one_that_failed_are_not_believed_prepared() -> None:
    """Else each later write to that table fails, until the connection is lost."""
    with closing(PostgresStore(postgres.fresh())) as store:
        with suppress(ZeroDivisionError), store.transaction():
            raise ZeroDivisionError  # an undone transaction while nothing is prepared yet
        for number in range(2):
            write(store, number)
        with pytest.raises(AlreadyThere):
            write(store, 0)
        for number in range(2, 6):
            write(store, number)
        assert store.count("leaves") == 6 == store.count("suppliers")


FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
  $$BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END$$;
CREATE TRIGGER full_disk BEFORE INSERT ON {} EXECUTE FUNCTION full_disk()"""


@pytest.mark.covers("F09", "F20")
@pytest.mark.parametrize("table", ["leaves", "suppliers"])
def test_a_disk_that_is_full_at_the_commit_is_called_that_and_costs_no_lease(table: str) -> None:
    """Wherever among the answers of that round trip the error comes."""
    url = postgres.fresh()
    with closing(PostgresStore(url)) as store:
        write(store, 0)
        pid = pid_of(store)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(FULL.format(table).encode())
            for _ in range(20):
                with pytest.raises(Fault) as caught:
                    write(store, 1)
                assert (caught.value.code, pid_of(store)) == ("disk-full", pid)
            admin.execute(b"DROP FUNCTION full_disk CASCADE")
        write(store, 1)
        assert store.count("leaves") == 2 == store.count("suppliers")


@pytest.mark.covers("F20")
def test_a_commit_that_is_answered_with_rollback_is_none() -> None:
    with closing(PostgresStore(postgres.fresh())) as store:
        session = store._door._connection
        assert session is not None
        session.begin("BEGIN", "")
        with pytest.raises(psycopg.errors.DivisionByZero):
            session.execute("SELECT 1 / 0")
        with pytest.raises(psycopg.InternalError, match="ROLLBACK"):
            session.commit_with([])


@pytest.mark.covers("F43")
def test_what_is_written_by_itself_is_fenced_too() -> None:
    url = postgres.fresh()
    with closing(PostgresStore(url)) as zombie:
        zombie.put("suppliers", {"id": "a", "name": ""})
        zombie._door.do("SELECT pg_advisory_unlock_all()")
        with closing(PostgresStore(url)) as store:
            acts: list[Callable[[], None]] = [
                lambda: zombie.put("suppliers", {"id": "b", "name": ""}),
                lambda: zombie.add("facts", {"name": "b", "value": ""}),
                lambda: zombie.remove("suppliers"),
            ]
            for act in acts:
                with pytest.raises(Fault, match="database-taken-over"):
                    act()
            assert [row["id"] for row in store.rows("suppliers")] == ["a"]

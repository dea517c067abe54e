"""Who serves and who lives, as the database knows it; the term as a fence around every write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from server import cli
from server.doctor import servers
from server.store import lease
from server.store.fleet import Copy, Fleet, Living, Serving
from server.store.onlooker import Onlooker
from server.store.opening import keep_place
from server.store.postgres import PostgresStore
from server.store.postgres_door import Door
from server.words import Refusal
from sync.faults import Fault
from tests import postgres
from tests.cluster.pair import wait_for
from tests.server.plant import Plant

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
SERVES = Serving(3, "one", "https://10.0.0.1:8443", NOW)
ONE, TWO = Living("one", "10.0.0.1", NOW, True), Living("two", "10.0.0.2", NOW, False)
SYNC = Copy("db2", "streaming", "sync", 0, 0.0)


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(lease, "_WAIT", "SET lock_timeout = '50ms'")
    return postgres.fresh()


def row(store: PostgresStore) -> int:
    count = store.count("facts")
    store.add("facts", {"name": f"x-{count}", "value": "1"})
    return count + 1


@pytest.mark.covers("F43")
def test_who_looks_on_sees_who_serves_from_the_moment_it_does(url: str) -> None:
    with closing(Onlooker(url, name="two")) as onlooker:
        assert onlooker.serving() is None, "nobody holds the lock, whatever the row says"
        with closing(PostgresStore(url)) as store:
            began = onlooker.serving()
            assert began is not None
            assert (began.term, began.address) == (store.term(), "")
            store.announce("one", "http://127.0.0.1:1")
            now = onlooker.serving()
            assert now is not None
            assert (now.name, now.address) == ("one", "http://127.0.0.1:1")
            assert abs((datetime.now(UTC) - now.since).total_seconds()) < 60
            fleet = store.fleet()
            assert [(one.name, one.serves) for one in fleet.servers] == [
                ("one", True), ("two", False)
            ]  # fmt: skip
            assert onlooker.fleet().serving == now
            store._door._drop()  # a new connection is called the same
            assert [one.name for one in store.fleet().servers] == ["one", "two"]
        wait_for(lambda: onlooker.serving() is None)
        wait_for(lambda: [one.name for one in onlooker.fleet().servers] == ["two"])


@pytest.mark.covers("F43", "F20")
def test_a_lock_lost_without_its_session_commits_nothing(url: str) -> None:
    with closing(PostgresStore(url)) as zombie:
        rows = row(zombie)
        zombie._door.do("SELECT pg_advisory_unlock_all()")  # as a pooler does
        with closing(PostgresStore(url)) as store:
            for act in (lambda: row(zombie), zombie.confirm, lambda: zombie.announce("z", "")):
                with pytest.raises(Fault, match="database-taken-over"):
                    guarded(zombie, act)
            assert store.count("facts") == rows
            store.confirm()


def guarded(store: PostgresStore, act: object) -> None:
    """As the server writes: in a transaction."""
    assert callable(act)
    with store.transaction():
        act()


@pytest.mark.covers("F43")
def test_nobody_begins_a_term_amid_a_commit(url: str) -> None:
    with closing(PostgresStore(url)) as first:
        first._door.do("SELECT pg_advisory_unlock_all()")
        with first.transaction():
            row(first)
            with pytest.raises(Fault, match="database-busy"):
                PostgresStore(url)
        PostgresStore(url).close()
        with pytest.raises(Fault, match="database-taken-over"):
            first.confirm()


@pytest.mark.covers("F43")
def test_a_snapshot_and_a_file_know_no_term(url: str, plant: Plant) -> None:
    with closing(PostgresStore(url, leased=False)) as snapshot:
        snapshot.confirm()
        snapshot.announce("x", "y")
        assert snapshot.term() == 0
    store = plant.parts.store
    store.confirm()
    store.announce("x", "y")
    assert (store.term(), store.fleet()) == (0, Fleet())


@pytest.mark.covers("F43")
def test_what_a_replica_says_is_not_believed(url: str) -> None:
    class Replica(Door):
        def __init__(self) -> None:
            pass

        def ask(self, statement: str, values: object = ()) -> list[tuple[object]]:
            return [("recovery" in statement,)]

    with closing(Onlooker(url)) as onlooker, pytest.raises(Refusal, match="standby"):
        onlooker._greet(Replica())
    with pytest.raises(Refusal, match="no tables"):
        Onlooker(postgres.url_of("postgres"))


@pytest.mark.covers("F43")
def test_status_says_who_serves(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_place(tmp_path, url)
    assert cli.main(["status", "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().out == ""
    with closing(PostgresStore(url)) as store, closing(Onlooker(url, name="two")):
        store.announce("one", "http://10.0.0.1:8080")
        assert cli.main(["status", "--data", str(tmp_path)]) == 0
        said = capsys.readouterr().out
        assert said.startswith("serves     one  http://10.0.0.1:8080  2")
        assert "stands by  two" in said
        assert cli.main(["--language", "zh_CN", "status", "--data", str(tmp_path)]) == 0
        assert "提供服务 one" in capsys.readouterr().out
        assert cli.main(["status", "--json", "--data", str(tmp_path)]) == 0
        assert '"serves":true' in capsys.readouterr().out
    assert cli.main(["status", "--data", str(tmp_path / "none")]) == 1
    assert "The database is a file" in capsys.readouterr().err


def said(*copies: Copy, serving: Serving | None = SERVES) -> Iterator[tuple[str, str]]:
    for one in servers.look(Fleet(serving, (ONE, TWO), copies)):
        assert one.what.en != one.what.zh_CN or one.check == "copies"
        yield one.check, one.state


@pytest.mark.covers("F43")
def test_the_doctor_knows_what_protects_and_what_does_not() -> None:
    assert servers.look(Fleet()) == []
    assert list(said()) == [("servers", "ok")]
    assert list(said(serving=None)) == [("servers", "broken")]
    unreached = Serving(3, "one", "", NOW)
    assert list(said(serving=unreached)) == [("servers", "attention")]
    assert list(said(SYNC))[1] == ("copies", "ok")
    for copy in (
        Copy("db2", "streaming", "async", 0, 0.0),
        Copy("db2", "streaming", "sync", 10**9, 60.0),
        Copy("db2", "", "", -1, 0.0),
    ):
        assert list(said(copy))[1] == ("copies", "attention")

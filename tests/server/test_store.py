"""The verbs of the store, each held to the same by SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any

import pytest

from server.store.phrases import tally
from server.store.postgres import FEW, PAGE, PostgresStore
from server.store.protocol import AlreadyThere, Row, Store, Unfit
from server.store.schema import TABLES, TRUTH
from server.store.sqlite import SqliteStore
from server.words import Refusal
from tests import postgres
from tests.server.engines import raw

TEXTS = ["", " ", "A", "Z", "a", "z", "~", "\u007f", "é", "ÿ", "中", "\uffff", "\U0001f600"]
"""By their UTF-8 bytes; the last two are the other way round in UTF-16."""


def entry(origin: str, index: int, data: bytes = b"") -> dict[str, object]:
    row = {"origin": origin, "idx": index, "leaf": "", "data": data}
    return row | {"global_index": 0, "received_at": "2026"}


def test_rows_come_by_key_and_text_by_its_bytes(store: Store) -> None:
    store.add_all("suppliers", [{"id": one, "name": one} for one in reversed(TEXTS)])
    assert [row["id"] for row in store.rows("suppliers")] == TEXTS
    assert [row["id"] for row in store.rows("suppliers", newest_first=True)] == TEXTS[::-1]
    assert [row["id"] for row in store.rows("suppliers", start="a", stop="é")] == TEXTS[4:8]
    assert [row["id"] for row in store.scan("suppliers")] == TEXTS
    assert store.newest("suppliers") == {"id": TEXTS[-1], "name": TEXTS[-1]}


def test_rows_between_bounds_so_many_of_those_that_match(store: Store) -> None:
    store.add_all("entries", [entry(one, index) for one in "ab" for index in range(5)])

    def found(**how: Any) -> list[tuple[str, int]]:  # noqa: ANN401
        return [(row["origin"], row["idx"]) for row in store.rows("entries", **how)]

    assert found(origin="b", start=1, stop=3) == [("b", 1), ("b", 2)]
    assert found(origin="b", start=3) == [("b", 3), ("b", 4)]
    assert found(origin="a", stop=4, newest_first=True, limit=2) == [("a", 3), ("a", 2)]
    assert found(limit=0) == found(origin="c") == []
    assert found(idx=2) == [("a", 2), ("b", 2)]
    assert store.count("entries") == 10
    assert store.count("entries", origin="a") == 5
    assert store.one("entries", origin="a", idx=7) is None
    newest = store.newest("entries", origin="a")
    assert newest is not None
    assert newest["idx"] == 4


def test_rows_between_bounds_are_counted_where_they_lie(store: Store) -> None:
    store.add_all("entries", [entry(one, index) for one in "ab" for index in range(5)])
    assert store.count("entries", start=3) == 4
    assert store.count("entries", origin="a", start=1, stop=4) == 3
    assert store.count("entries", origin="c", stop=4) == 0


def test_bounds_that_no_row_can_have_are_refused(store: Store) -> None:
    for bounds in ({"start": "a"}, {"stop": 2**64}):
        with pytest.raises(Unfit):
            store.rows("entries", **bounds)
    with pytest.raises(Unfit):
        store.rows("suppliers", start="\0")
    with pytest.raises(KeyError):
        store.rows("suppliers", colour="red")
    with pytest.raises(Unfit):
        store.add_rows("suppliers", [("a",)])


def test_values_come_back_as_they_were(store: Store) -> None:
    class Word(StrEnum):
        ONE = "one"

    class Number(IntEnum):
        TWO = 2

    whole = bytes(range(256))
    store.add("documents", {"sha256": Word.ONE, "kind": "'; --", "data": bytearray(whole)})
    found = store.rows("documents", sha256=Word.ONE)
    assert found == [{"sha256": "one", "kind": "'; --", "data": whole}]
    assert [type(value) for value in found[0].values()] == [str, str, bytes]
    for value in (0, -1, 2**63 - 1, -(2**63), Number.TWO, True):
        store.put("contacts", {"origin": "a", "seen_at": None, "claimed": value})
        row = store.rows("contacts", claimed=value)[0]
        assert row == {"origin": "a", "seen_at": None, "claimed": int(value)}
        assert type(row["claimed"]) is int
    assert store.rows("contacts", seen_at=None) == [], "nothing equals what is not there"


def test_a_scan_goes_on_over_pages_while_others_are_asked(store: Store) -> None:
    count = 2 * PAGE + 1
    with store.transaction():
        for name, many in (("a", count), ("b", PAGE)):
            store.add_all("entries", [entry(name, index) for index in range(many)])
    seen = list[int]()
    for row in store.scan("entries", origin="a"):
        seen.append(row["idx"])
        if row["idx"] % 100 == 0:
            assert store.one("entries", origin="b", idx=1) is not None
    assert seen == list(range(count))
    assert len(list(store.scan("entries", origin="b"))) == PAGE
    assert sum(1 for _ in store.scan("entries")) == count + PAGE


def test_large_rows_are_scanned_a_few_at_a_time_and_all_of_them(store: Store) -> None:
    for count in range(2 * FEW["documents"] + 2):
        assert sum(1 for _ in store.scan("documents")) == count
        store.add("documents", {"sha256": f"{count:064}", "kind": "key", "data": b"x"})


def test_integers_of_every_width_go_together(store: Store) -> None:
    widths = [0, 1, 2**15, 2**31, 2**62, -(2**63)]
    for chosen in (widths, widths[::-1]):
        store.remove("contacts")
        with store.transaction():
            for number, value in enumerate(chosen):
                store.put("contacts", {"origin": str(number), "seen_at": None, "claimed": value})
        assert [row["claimed"] for row in store.rows("contacts")] == chosen


def test_of_a_key_put_twice_the_last_stands(store: Store) -> None:
    with store.transaction():
        for name in ("first", "second", "third"):
            store.put("suppliers", {"id": "a", "name": name})
    store.put("cursor", {"name": "fold", "idx": 1})
    store.put("cursor", {"name": "fold", "idx": 2})
    store.put("person_keys", {"person": "a", "idx": 1, "public_key": ""})
    assert store.rows("suppliers") == [{"id": "a", "name": "third"}]
    assert store.rows("cursor") == [{"name": "fold", "idx": 2}]


@pytest.mark.parametrize("many", [1, 40, 300])
def test_truth_is_added_once_and_whole(store: Store, many: int) -> None:
    rows = [(index, "kind", b"%d" % index) for index in range(many)]
    store.add_rows("leaves", rows)
    with pytest.raises(AlreadyThere):
        store.add_rows("leaves", [*((row[0] + many, *row[1:]) for row in rows[1:]), rows[0]])
    assert store.count("leaves") in {many, 2 * many - 1}  # all or none only in a transaction

    def together() -> None:
        with store.transaction():
            store.add_rows("leaves", [(10_000 + row[0], *row[1:]) for row in rows])
            store.add_rows("leaves", rows)

    with pytest.raises(AlreadyThere):
        together()
    assert store.rows("leaves", start=10_000) == []


def test_who_catches_a_key_that_is_there_hears_of_it_again_at_the_end(store: Store) -> None:
    store.add("suppliers", {"id": "a", "name": ""})

    def caught() -> None:
        with store.transaction():
            store.add("suppliers", {"id": "b", "name": ""})
            store.add("suppliers", {"id": "a", "name": ""})
            with pytest.raises(AlreadyThere):
                store.count("suppliers")
            store.put("suppliers", {"id": "c", "name": ""})

    with pytest.raises(AlreadyThere):
        caught()
    assert [row["id"] for row in store.rows("suppliers")] == ["a"]


@pytest.mark.covers("T27")
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_no_statement_changes_truth(store: Store, verb: str) -> None:
    row: Row = {"sha256": "a", "kind": "key", "data": b"1"}
    store.add("documents", row)
    with pytest.raises(Exception, match="append-only"):
        raw(store, verb.format("documents", "kind", "kind"))
    with pytest.raises(AlreadyThere):
        store.put("documents", row)
    with pytest.raises(AlreadyThere):
        store.remove("documents")
    assert store.rows("documents") == [row]


def test_an_entry_is_mended_and_fixed_again(store: Store) -> None:
    store.add("entries", entry("a", 1, b"spoilt"))
    store.mend_entry("a", 1, "leaf", b"whole")
    found = store.one("entries", origin="a", idx=1)
    assert found is not None
    assert (found["leaf"], found["data"]) == ("leaf", b"whole")
    with pytest.raises(Exception, match="append-only"):
        raw(store, "UPDATE entries SET data = data")
    assert store.check() == []


@pytest.mark.parametrize(
    "order",
    [
        "CREATE TABLE foreign_one (x integer)",
        "CREATE INDEX foreign_two ON leaves (kind)",
        "CREATE VIEW foreign_three AS SELECT 1",
    ],
)
def test_what_is_not_ours_is_named(store: Store, order: str) -> None:
    raw(store, order)
    assert any("foreign_" in line for line in store.check())


def reopened_sqlite(path: Path) -> Callable[[], Store]:
    return lambda: SqliteStore(path)


def reopened_postgres() -> Callable[[], Store]:
    url = postgres.fresh()
    return lambda: PostgresStore(url)


@pytest.fixture(params=["sqlite", "postgres"])
def again(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], Store]:
    """Opens the same database each time."""
    if request.param == "postgres":
        return reopened_postgres()
    return reopened_sqlite(tmp_path / "store.db")


def trigger_of(store: Store, table: str) -> str:
    if isinstance(store, SqliteStore):
        return f"DROP TRIGGER {table}_no_update"
    return f"DROP TRIGGER {table}_append_only ON {table}"


@pytest.mark.covers("T27")
def test_what_was_written_is_there_again_and_a_changed_schema_is_refused(
    again: Callable[[], Store],
) -> None:
    store = again()
    store.add("documents", {"sha256": "a", "kind": "key", "data": b"1"})
    store.close()
    store = again()
    assert store.count("documents") == 1
    raw(store, trigger_of(store, "documents"))
    store.close()
    with pytest.raises(Refusal) as caught:
        again()
    assert caught.value.code == "damaged"
    assert "documents" in str(caught.value)


@pytest.mark.parametrize(("table", "name"), [("records", "read"), ("shipment_lines", "shipment")])
def test_what_every_answer_asks_looks_through_no_table(
    tmp_path: Path, table: str, name: str
) -> None:
    with closing(SqliteStore(tmp_path / "x.db")) as store:
        asked = "EXPLAIN QUERY PLAN " + tally(table, (name,))
        (plan,) = store._asked(asked, ["0"])
    assert f"{table}_{name}" in plan[-1], "what is not known yet is counted with every trace"


def test_every_table_takes_a_row_and_gives_it_back(store: Store) -> None:
    sample: dict[str, object] = {"t": "é", "i": 7, "b": b"\0"}
    for name, table in TABLES.items():
        row = {one.split(":")[0]: sample[one.split(":")[1]] for one in table.columns}
        if name not in TRUTH:
            store.put(name, row)
        else:
            store.add(name, row)
        keys = {key: row[key] for key in table.keys}
        assert store.rows(name, **keys) == [row]  # type: ignore[arg-type]
        if name not in TRUTH:
            store.remove(name, **keys)
            assert store.count(name, **keys) == 0  # type: ignore[arg-type]

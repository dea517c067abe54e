"""Rows that a transaction holds back: whoever reads finds them, whoever errs hears of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.store.protocol import AlreadyThere, Store, Unfit
from server.store.sqlite import SqliteStore
from server.store.unwritten import MOST

KEYS = st.sampled_from("abc")
STEPS = st.lists(
    st.tuples(st.sampled_from(("put", "put", "remove", "read", "count")), KEYS, st.integers(0, 9)),
    max_size=12,
)
GROUPS = st.lists(st.tuples(STEPS, st.booleans()), max_size=4)
ROW = {"origin": "a", "seen_at": "", "claimed": 1}


class Undo(Exception):
    """Takes a transaction back."""


def row_of(table: str, key: str, value: int) -> dict[str, object]:
    if table == "contacts":
        return {"origin": key, "seen_at": "é", "claimed": value}
    return {"id": key, "name": str(value)}


def play(store: Store, table: str, steps: list[tuple[str, str, int]],
         known: dict[str, dict[str, object]]) -> None:  # fmt: skip
    """Some steps of one transaction; what is read is what was written by then."""
    name = "origin" if table == "contacts" else "id"
    for verb, key, value in steps:
        if verb == "put":
            known[key] = row_of(table, key, value)
            store.put(table, known[key])
        elif verb == "remove":
            store.remove(table, **{name: key})
            known.pop(key, None)
        elif verb == "read":
            assert store.one(table, **{name: key}) == known.get(key)
        else:
            assert store.count(table) == len(known)


@pytest.mark.parametrize("table", ["contacts", "suppliers"])
def test_what_is_held_back_is_read_and_undone_as_if_written(store: Store, table: str) -> None:
    @given(GROUPS)
    def groups(chosen: list[tuple[list[tuple[str, str, int]], bool]]) -> None:
        known: dict[str, dict[str, object]] = {}
        store.remove(table)
        for steps, stands in chosen:
            before = dict(known)
            with suppress(Undo), store.transaction():
                play(store, table, steps, known)
                if not stands:
                    raise Undo
            known = known if stands else before
            assert store.rows(table) == [known[key] for key in sorted(known)]
            assert list(store.scan(table)) == store.rows(table)

    groups()


def test_a_row_that_is_changed_after_it_was_put_is_kept_as_it_was(store: Store) -> None:
    row = dict(ROW)
    with store.transaction():
        store.one("contacts", origin="a")
        store.put("contacts", row)
        row["claimed"] = 7
        found = store.one("contacts", origin="a")
        assert found == ROW
        found["claimed"] = 8
    assert store.one("contacts", origin="a") == ROW == store.rows("contacts")[0]


def test_rows_added_beside_one_that_is_remembered_are_found(store: Store) -> None:
    assert store.one("contacts", origin="a") is None
    store.add("contacts", ROW)
    assert store.one("contacts", origin="a") == ROW


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "\ud800"},
        {"origin": "a\0b"},
        {"claimed": 2**63},
        {"claimed": -(2**63) - 1},
        {"claimed": "many"},
        {"seen_at": b"bytes"},
        {"origin": None},
    ],
)
def test_what_not_every_engine_keeps_is_refused_by_both_and_undoes_nothing_else(
    store: Store, wrong: dict[str, Any]
) -> None:
    with store.transaction():
        store.put("contacts", {"origin": "b", "seen_at": "", "claimed": -(2**63)})
        for verb in (store.put, store.add):
            with pytest.raises(Unfit) as caught:
                verb("contacts", ROW | wrong)
            assert caught.value.code == "unfit-value"
            assert next(iter(wrong)) in str(caught.value)
    assert [one["origin"] for one in store.rows("contacts")] == ["b"]
    if None not in wrong.values():
        assert store.rows("contacts", **wrong) == [] == list(store.scan("contacts", **wrong))
        assert store.count("contacts", **wrong) == 0
        store.remove("contacts", **wrong)
        assert store.count("contacts") == 1


def add_both(store: Store, *names: str) -> None:
    with store.transaction():
        for name in names:
            store.add("facts", {"name": name, "value": "2"})


def test_a_key_that_is_there_already_undoes_the_transaction(store: Store) -> None:
    store.add("facts", {"name": "one", "value": "1"})
    for name in ("one", "two"):
        with pytest.raises(AlreadyThere):
            add_both(store, name, "two")
    assert store.rows("facts", name="one")[0]["value"] == "1"
    assert store.one("facts", name="two") is None


def test_only_so_many_rows_are_held_back(tmp_path: Path) -> None:
    store, asked = SqliteStore(tmp_path / "store.db"), list[str]()
    with store.transaction():
        store._connection.set_trace_callback(asked.append)  # type: ignore[attr-defined]
        for number in range(MOST + 1):
            store.add("facts", {"name": f"{number:03}", "value": ""})
        held = MOST + 1 - len(asked)
        store.add_rows("facts", [(f"more {number:03}", "") for number in range(MOST)])
        assert (held, len(asked)) == (1, 2 * MOST + 1)
    assert store.count("facts") == 2 * MOST + 2  # and the schema's own
    store.close()

"""Answers that the store remembers are never older than the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.store import remembered
from server.store.protocol import Store
from server.store.remembered import Remembered
from server.store.schema import TABLES

PLACES = st.sampled_from("abc")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), PLACES, st.binary(min_size=1, max_size=3)),
        st.tuples(st.just("remove"), PLACES, st.just(b"")),
        st.tuples(st.just("undone"), PLACES, st.binary(min_size=1, max_size=3)),
    ),
    max_size=12,
)


class Undo(Exception):
    """Takes a transaction back."""


def read(store: Store, place: str) -> bytes | None:
    row = store.one("places", id=place)
    return None if row is None else bytes(row["data"])


def undone(store: Store, place: str, data: bytes) -> None:
    """Write, read what was written, take it back."""
    with store.transaction():
        store.put("places", {"id": place, "data": data})
        assert read(store, place) == data
        raise Undo


def play(store: Store, steps: list[tuple[str, str, bytes]]) -> None:
    """Every step, and all is read before and after it, within a transaction too."""
    expected: dict[str, bytes] = {}
    store.remove("places")
    for verb, place, data in steps:
        if verb == "put":
            store.put("places", {"id": place, "data": data})
            expected[place] = data
        elif verb == "remove":
            store.remove("places", id=place)
            expected.pop(place, None)
        else:
            with pytest.raises(Undo):
                undone(store, place, data)
        assert {one: read(store, one) for one in "abc"} == {one: expected.get(one) for one in "abc"}
        assert store.count("places") == len(expected)


def test_what_is_read_is_what_was_written_or_undone(store: Store) -> None:
    @given(STEPS)
    def steps(chosen: list[tuple[str, str, bytes]]) -> None:
        play(store, chosen)

    steps()


def test_a_reader_who_changes_a_row_changes_only_its_own(store: Store) -> None:
    store.put("places", {"id": "a", "data": b"1"})
    row = store.one("places", id="a")
    assert row is not None
    row["data"] = b"2"
    assert read(store, "a") == b"1"


def test_only_so_many_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 3)
    kept = Remembered()
    found: list[int] = []

    def find() -> list[int]:
        found.append(len(found))
        return [found[-1]]

    answers = [kept.answer("places", ("?", (one,)), find) for one in (0, 1, 2, 3, 3, 0)]
    assert answers == [[0], [1], [2], [3], [3], [4]], "the fourth threw the first ones away"


def test_tables_with_records_are_not_remembered() -> None:
    calm = {name for name, table in TABLES.items() if table.calm}
    assert calm
    assert not calm & {name for name, table in TABLES.items() if table.lags or table.wide}


def test_what_was_derived_is_found_again_when_one_of_its_tables_is_written_to(
    store: Store,
) -> None:
    asked: list[str] = []

    def find(place: str) -> bytes | None:
        asked.append(place)
        return read(store, place)

    def derived(place: str) -> bytes | None:
        return store.derived(("orders", "places"), place, lambda: find(place))

    assert [derived("a"), derived("a")] == [None, None]
    store.put("suppliers", {"id": "x", "name": "X"})
    assert derived("a") is None
    assert asked == ["a"]
    store.put("places", {"id": "a", "data": b"1"})
    assert [derived("a"), derived("b")] == [b"1", None]
    store.put("orders", {"id": "a", "data": b"", "global_index": 0})
    assert derived("a") == b"1"
    assert asked == ["a", "a", "b", "a"]
    with pytest.raises(Undo):
        undone(store, "a", b"2")
    assert derived("a") == b"1"


def test_what_was_derived_is_bounded() -> None:
    here = Remembered()
    for key in range(remembered.MOST + 1):
        assert here.derived(("places",), key, lambda key=key: key) == key  # type: ignore[misc]
    assert here.derived(("places",), 0, lambda: -1) == -1

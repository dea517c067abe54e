"""Both stores driven by the same verbs: the same answers, the same refusals, the same rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from server.store.postgres import PostgresStore
from server.store.protocol import AlreadyThere, Store, Unfit
from server.store.schema import TABLES
from server.store.sqlite import SqliteStore
from tests import postgres
from tests.server.engines import clear

USED = ("facts", "entries", "suppliers", "places", "contacts", "cursor", "station_keys")
"""Truth and not, wide and not, calm, near, with one key column and with two."""
SAMPLES: dict[str, list[object]] = {
    "t": ["", "a", "b", "é", "\U0001f600", "\uffff", "a\0", "\ud800", None],
    "i": [0, 1, 2, -1, 2**63 - 1, 2**63, None],
    "b": [b"", b"\0", b"\xff" * 3, None],
}


def value_of(column: str) -> st.SearchStrategy[Any]:
    few = SAMPLES[column.split(":")[1]]
    return st.sampled_from(few[:3] * 4 + few)


def row_of(table: str) -> st.SearchStrategy[dict[str, Any]]:
    columns = TABLES[table].columns
    return st.fixed_dictionaries({one.split(":")[0]: value_of(one) for one in columns})


def some_of(table: str) -> st.SearchStrategy[dict[str, Any]]:
    columns = TABLES[table].columns
    chosen = {one.split(":")[0]: value_of(one) for one in columns[:3]}
    return st.fixed_dictionaries({}, optional=chosen)


ROWS = st.sampled_from(USED).flatmap(lambda one: st.tuples(st.just(one), row_of(one)))
MANY = st.sampled_from(USED).flatmap(
    lambda one: st.tuples(st.just(one), st.lists(row_of(one), max_size=40))
)
ASKED = st.sampled_from(USED).flatmap(lambda one: st.tuples(st.just(one), some_of(one)))
Bound = int | str | None
BOUND = st.one_of(st.none(), st.integers(-1, 3), st.sampled_from(["", "a", "é"]))


class Both(RuleBasedStateMachine):
    """One step on each; what each gives or raises is compared."""

    pair: tuple[Store, Store]

    def __init__(self) -> None:
        super().__init__()
        for store in self.pair:
            for table in USED:
                clear(store, table)
        self._open: list[Any] = []

    def _same(self, act: Callable[[Store], Any]) -> None:
        outcomes = [outcome(act, store) for store in self.pair]
        assert outcomes[0] == outcomes[1]
        if self._open and outcomes[0][0] == "AlreadyThere":
            self._end(undone=True)

    def _end(self, *, undone: bool) -> None:
        given = (AlreadyThere, AlreadyThere("facts"), None) if undone else (None, None, None)
        ends = [ended(one, given) for one in self._open]
        self._open = []
        assert ends[0] == ends[1]

    @rule(given=ROWS)
    def add(self, given: tuple[str, dict[str, Any]]) -> None:
        self._same(lambda store: store.add(*given))

    @rule(given=MANY)
    def add_all(self, given: tuple[str, list[dict[str, Any]]]) -> None:
        def all_or_none(store: Store) -> None:
            with store.transaction():
                store.add_all(*given)

        self._same(all_or_none)

    @rule(given=ROWS)
    def put(self, given: tuple[str, dict[str, Any]]) -> None:
        self._same(lambda store: store.put(*given))

    @rule(given=ASKED)
    def remove(self, given: tuple[str, dict[str, Any]]) -> None:
        self._same(lambda store: store.remove(given[0], **given[1]))

    @rule(given=ASKED, start=BOUND, stop=BOUND, newest=st.booleans(), limit=st.none() | st.just(2))
    def rows(
        self,
        given: tuple[str, dict[str, Any]],
        start: Bound,
        stop: Bound,
        newest: bool,
        limit: int | None,
    ) -> None:
        how: dict[str, Any] = {"start": start, "stop": stop, "newest_first": newest, "limit": limit}
        self._same(lambda store: store.rows(given[0], **(how | given[1])))

    @rule(given=ASKED)
    def asked(self, given: tuple[str, dict[str, Any]]) -> None:
        table, equal = given
        self._same(lambda store: store.one(table, **equal))
        self._same(lambda store: store.newest(table, **equal))
        self._same(lambda store: store.count(table, **equal))
        self._same(lambda store: list(store.scan(table, **equal)))

    @precondition(lambda self: not self._open)
    @rule()
    def begin(self) -> None:
        self._open = [store.transaction() for store in self.pair]
        for one in self._open:
            one.__enter__()

    @precondition(lambda self: self._open)
    @rule(undone=st.booleans())
    def end(self, undone: bool) -> None:
        self._end(undone=undone)

    def teardown(self) -> None:
        if self._open:
            self._end(undone=True)
        for table in USED:
            self._same(lambda store, table=table: list(store.scan(table)))  # type: ignore[misc]


def outcome(act: Callable[[Any], Any], store: Store | None) -> tuple[str, Any]:
    try:
        return "gave", act(store)
    except (AlreadyThere, Unfit) as error:
        return type(error).__name__, ""


def ended(one: Any, given: tuple[object, ...]) -> tuple[str, Any]:  # noqa: ANN401
    return outcome(lambda _: one.__exit__(*given), None)


def test_both_stores_give_the_same_answers_to_the_same_verbs(tmp_path: Path) -> None:
    pair = (SqliteStore(tmp_path / "store.db"), PostgresStore(postgres.fresh()))
    chosen = type("Chosen", (Both,), {"pair": pair})
    most = settings().max_examples // 4
    chosen.TestCase.settings = settings(max_examples=most, stateful_step_count=25)  # type: ignore[attr-defined]
    try:
        chosen.TestCase("runTest").runTest()  # type: ignore[attr-defined]
    finally:
        for store in pair:
            store.close()

"""The genealogy in arrays says what plain dicts say, whenever it is asked and merged."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.store.protocol import Store
from server.trace.genealogy import Genealogy, when
from server.trace.graph import walk as walking
from server.trace.graph.answers import lots_of, recall
from server.trace.graph.base import Base, flat, unflat
from server.trace.graph.graph import Graph
from server.trace.graph.merge import merging
from server.trace.not_known import Outstanding
from server.trace.reach import LotId
from tests.server.dict_store import DictStore
from tests.server.genealogies import BEGIN, Said, Written, lot, reference

LOTS, JOBS, DAYS = st.integers(0, 7), st.integers(0, 4), st.integers(-3, 9)
QUANTITIES = st.sampled_from(["3.0", "0", "12.5", "1000000000000000000000", "0.000001", "007"])
STEP = st.one_of(
    st.tuples(st.just("consumed"), JOBS, LOTS, DAYS, QUANTITIES),
    st.tuples(st.just("produced"), JOBS, st.sampled_from(["S1", "S2", "S3"]), DAYS),
    st.tuples(st.just("withdrawn"), JOBS),
    st.tuples(st.just("transformed"), LOTS, LOTS, DAYS),
    st.tuples(st.just("shipped"), LOTS, DAYS),
    st.tuples(st.just("back"), LOTS, DAYS),
    st.tuples(st.just("merge")),
    st.tuples(st.just("restart")),
    st.tuples(st.just("ask"), LOTS, st.none() | DAYS, st.none() | st.integers(0, 30)),
)


class Played:
    """Plays steps; every ask is compared."""

    def __init__(self, store: Store) -> None:
        self.store, self.written = store, Written(store)
        self.saved: tuple[Base, int] | None = None
        self.start()

    def start(self) -> None:
        """A process begins, with the arrays saved last."""
        self.graph = Graph(self.store, self.written.folded, self.saved)
        self.written.graph = self.graph
        outstanding = Outstanding(self.store, lambda: BEGIN)
        self.genealogy = Genealogy(self.store, self.graph, outstanding)

    def step(self, name: str, *more: Any) -> None:  # noqa: ANN401
        match name:
            case "merge":
                work, leaves = merging(self.graph)
                arrays = unflat(dict(flat(work())))
                self.graph.rebased(arrays, leaves)
                self.saved = arrays, leaves
            case "restart":
                self.start()
            case "ask":
                self.ask(lot(more[0]), *more[1:])
            case "shipped" | "back":
                self.written.shipped(*more, back=name == "back")
            case _:
                getattr(self.written, name)(*more)

    def ask(self, one: LotId, day: int | None, known_at: int | None) -> None:
        true_at = None if day is None else BEGIN + timedelta(days=day)
        facts = self.written.facts
        used = reference(facts, one, true_at, known_at, forward=True)
        came = reference(facts, one, true_at, known_at, forward=False)
        self._reach(one, true_at, known_at, used)
        at = when(true_at, known_at)
        for said, trace in (
            (used, self.genealogy.where_used(*one, at)),
            (came, self.genealogy.where_from(*one, at)),
        ):
            assert sorted(LotId(i, n) for i, n, _ in trace.finished) == sorted(
                set(said.depths) - {one}
            )
            uses = [
                (LotId(u.item, u.lot), LotId(u.into_item, u.into_lot), u.quantity)
                for u in trace.uses
            ]
            assert sorted(uses) == said.uses
        assert {i + n: s for i, n, s in self.genealogy.where_used(*one, at).finished} == {
            i + n: tuple(s) for (i, n), s in used.serials.items() if (i, n) != one
        }
        self._bytes(one, true_at, known_at, used, came)

    def _reach(
        self, one: LotId, true_at: datetime | None, known_at: int | None, said: Said
    ) -> None:
        found = self.genealogy.forward(*one, true_at=true_at, known_at=known_at)
        assert {LotId(x.item, x.lot): x.depth for x in found.lots} == said.depths
        assert {LotId(x.item, x.lot): list(x.serials) for x in found.lots} == said.serials
        assert sorted(x.line for x in found.shipment_lines) == said.lines
        assert sorted(x.line for x in found.returned) == said.returned
        assert all(x.serials == (f"S{x.line}",) for x in found.shipment_lines)

    def _bytes(
        self, one: LotId, true_at: datetime | None, known_at: int | None, used: Said, came: Said
    ) -> None:
        view = self.graph.view(when(true_at, known_at))
        start = view.recent.find(one)
        if start < 0:
            assert used.depths == {one: 0}
            return
        body = orjson.loads(recall(view, start))
        assert sorted(x["line"] for x in body["shipment_lines"]) == used.lines
        assert sorted(x["line"] for x in body["returned"]) == used.returned
        assert sum(body["levels"]) == len(used.depths)
        assert body["serials"] == sum(map(len, used.serials.values()))
        assert body["lines"] == sum(body["consignees"].values()) == len(used.lines)
        lots = orjson.loads(lots_of(view, view.backward, start))
        assert {LotId(x["item"], x["lot"]): x["depth"] for x in lots} == came.depths


@pytest.mark.parametrize("small", [0, walking.SMALL], ids=["wide", "small"])
@settings(deadline=None, max_examples=60)
@given(steps=st.lists(STEP, max_size=25))
def test_every_answer_is_the_reference_s(small: int, steps: list[tuple[Any, ...]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "SMALL", small)
        played = Played(cast("Store", DictStore()))
        for one in [*steps, ("ask", 1, None, None), ("merge",), ("ask", 1, None, None)]:
            played.step(*one)

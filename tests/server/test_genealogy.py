"""The genealogy in arrays says what plain dicts say, whenever it is asked and merged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any, TypeVar, cast

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.ingest.projector import dump
from server.store.protocol import Store
from server.trace.genealogy import Genealogy, when
from server.trace.graph import walk as walking
from server.trace.graph.answers import recall
from server.trace.graph.base import Base, flat, unflat
from server.trace.graph.graph import Graph
from server.trace.graph.keeper import Keeper
from server.trace.graph.merge import merging
from server.trace.graph.origins import origins
from server.trace.graph.snapshot import Snapshots
from server.trace.graph.view import ALWAYS, When
from server.trace.not_known import Outstanding
from server.trace.reach import LotId
from server.workers import Workers
from sync.faults import Fault
from tests.server.dict_store import DictStore
from tests.server.genealogies import BEGIN, Said, Written, lot, reference
from tests.server.plant import Plant, plant_at
from tests.server.test_history import bring, folder_with

T = TypeVar("T")
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
    st.tuples(st.sampled_from(["lost", "merge"]), st.integers(0, 20)),
    st.tuples(st.just("undone"), JOBS, LOTS, LOTS, st.integers(0, 30)),
    st.tuples(st.just("ask"), LOTS, st.none() | DAYS, st.none() | st.integers(0, 30)),
)


class Losing(DictStore):
    """A store whose connection is lost after so many readings."""

    def __init__(self) -> None:
        super().__init__()
        self.left: int | None = None

    def rows(self, table: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Fault("database-away")
        return super().rows(table, **more)

    @contextmanager
    def after(self, left: int | None = None) -> Iterator[None]:
        """After so many, and what it is asked for then is given up."""
        self.left = left
        with suppress(Fault):
            yield
        self.left = None


class Played:
    """Plays steps; every ask is compared."""

    def __init__(self) -> None:
        self.losing = Losing()
        self.store = cast("Store", self.losing)
        self.written = Written(self.store)
        self.saved: tuple[Base, int] | None = None
        self.start()

    def start(self) -> None:
        """A process begins, with the arrays saved last."""
        saved = self.saved
        self.graph = Graph(self.store, self.written.folded, lambda: saved)
        self.written.graph = self.graph
        outstanding = Outstanding(self.store, lambda: BEGIN)
        self.genealogy = Genealogy(self.store, self.graph, outstanding)

    def step(self, name: str, *more: Any) -> None:  # noqa: ANN401
        match name:
            case "merge":
                with self.losing.after(*more):
                    work, leaves = merging(self.graph)
                    arrays = unflat(dict(flat(work())))
                    self.graph.rebased(arrays, leaves)
                    self.saved = arrays, leaves
            case "restart":
                self.start()
            case "lost":
                with self.losing.after(*more):
                    self.graph.caught_up()
            case "undone":
                self.undone(*more)
            case "ask":
                self.ask(lot(more[0]), *more[1:])
            case "shipped" | "back":
                self.written.shipped(*more, back=name == "back")
            case _:
                getattr(self.written, name)(*more)

    def undone(self, job: int, one: int, other: int, left: int) -> None:
        """A unit in which somebody asked failed, at once or while they did."""
        written = self.written
        facts, size, entries = list(written.facts), written.size, written.entries
        written.consumed(job, one, 1, "5")
        written.transformed(one, other, 1)
        written.shipped(other, 1, back=False)
        with self.losing.after(left):
            self.graph.caught_up()
        for index in range(size, written.size):
            for table in ("leaves", "transforms", "shipment_lines"):
                self.store.remove(table, idx=index)
        for table in ("records", "consumption"):
            self.store.remove(table, idx=entries)
        written.facts, written.size, written.entries = facts, size, entries
        self.graph.undone()

    def ask(self, one: LotId, day: int | None, known_at: int | None) -> None:
        true_at = None if day is None else BEGIN + timedelta(days=day)
        facts = self.written.facts
        used = reference(facts, one, true_at, known_at, forward=True)
        came = reference(facts, one, true_at, known_at, forward=False)
        self._reach(one, true_at, known_at, used)
        self._downstream(one)
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
        if at.plain:
            self._summed_up(one, used, forward=True)
            self._summed_up(one, came, forward=False)

    def _summed_up(self, one: LotId, said: Said, *, forward: bool) -> None:
        found = self.genealogy.summary(one, forward=forward)
        if found is not None:
            assert (found.reached, found.uses()) == (len(said.depths) - 1, len(said.uses))

    def _downstream(self, one: LotId) -> None:
        """What holds ask with every push: it goes on from where it was."""
        said = set(reference(self.written.facts, one, None, None, forward=True).depths) - {one}
        found = self.genealogy.downstream(*one)
        assert sorted(found) == sorted(said)
        assert len(found) == len(said)
        assert {other for other in map(lot, range(8)) if other in found} == said
        assert ("nobody", "knows") not in found

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
        back = orjson.loads(origins(view, start))
        lots = [LotId(x["item"], x["lot"]) for x in back["lots"]]
        depths = [depth for depth, count in enumerate(back["levels"]) for _ in range(count)]
        assert dict(zip(lots, depths, strict=True)) == came.depths
        assert sum(back["levels"]) == len(lots)
        if view.when.plain:  # one by one all is told as it was prepared
            assert origins(self.graph.view(When(ALWAYS - 1)), start) == origins(view, start)
        uses = self.genealogy.where_from(*one, when(true_at, known_at)).uses
        assert sorted(map(tuple, edge_rows(back))) == sorted(
            (x.item, x.lot, x.into_item, x.into_lot, x.quantity, x.unit, x.at, x.kind)
            for x in uses
        )  # fmt: skip


def edge_rows(back: dict[str, Any]) -> list[list[str]]:
    """The edges of an answer about origins, read as its words say."""
    lots = {one["number"]: one for one in back["lots"]}
    return [
        [*(lots[end][name] for end in (parent, child) for name in ("item", "lot")),
         quantity, more[0] if more else "", at, more[1]["kind"] if more and more[1] else "history"]
        for child, into in lots.items()
        for parent, quantity, at, _, *more in into["made_of"]
    ]  # fmt: skip


@pytest.mark.parametrize("small", [0, walking.SMALL], ids=["wide", "small"])
@settings(deadline=None, max_examples=150)
@given(steps=st.lists(STEP, max_size=25))
def test_every_answer_is_the_reference_s(small: int, steps: list[tuple[Any, ...]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "SMALL", small)
        played = Played()
        for one in [*steps, ("ask", 1, None, None), ("merge",), ("ask", 1, None, None)]:
            played.step(*one)


@pytest.mark.parametrize("small", [0, walking.SMALL], ids=["wide", "small"])
def test_what_is_judged_anew_counts_no_more_and_all_else_does(small: int) -> None:
    before = [
        ("consumed", job, used, 1, "2") for job, used in ((0, 0), (0, 2), (1, 1), (1, 3), (2, 4))
    ]
    made = [("produced", job, f"S{job}{n}", 1) for job in (0, 1, 2) for n in (1, 2)]
    after = [("withdrawn", 0), ("produced", 0, "S03", 2), ("consumed", 0, 2, 2, "3")]
    every = [("ask", one, *when) for one in range(8) for when in ((None, None), (1, None))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walking, "SMALL", small)
        played = Played()
        for one in [*before, *made, ("ask", 0, None, None), ("merge",), *every, *after, *every,
                    ("merge",), *every]:  # fmt: skip
            played.step(*one)


class Late:
    """Workers during whose work an entry arrives."""

    def __init__(self, comes: Callable[[], None]) -> None:
        self._comes = comes

    async def read(self, work: Callable[[], T]) -> T:
        self._comes()
        return work()


@pytest.mark.covers("F41")
@pytest.mark.parametrize("asked", [False, True], ids=["unasked", "asked"])
@pytest.mark.parametrize("built", [False, True], ids=["merged", "built"])
def test_an_entry_that_comes_long_after_its_leaf_while_arrays_are_made_counts(
    tmp_path: Path, *, built: bool, asked: bool
) -> None:
    """After a restore stations send again what is missing; no new leaf tells of it."""
    played = Played()
    played.step("consumed", 0, 5, 1, "3.0")
    place = played.written.awaited(0)

    def comes() -> None:
        played.written.came(0, 4, place)
        if asked and not built:
            played.step("ask", 4, None, None)

    snapshots = Snapshots(tmp_path / "g", "1")
    keeper = Keeper(played.graph, played.store, snapshots, str)
    played.graph.building = 0 if built else None
    asyncio.run(keeper.keep(cast("Workers", Late(comes))))
    assert not (tmp_path / "g").exists(), "a restart would not hear of it"
    for one in (1, 4, 5):
        played.step("ask", one, None, None)


@pytest.mark.parametrize("built", [False, True], ids=["merged", "built"])
def test_arrays_of_what_was_undone_while_they_were_made_are_not_taken(
    tmp_path: Path, *, built: bool
) -> None:
    """A database that another machine goes on with lacks what only the first one had."""
    played, roots = Played(), ["first"]
    played.step("consumed", 0, 5, 1, "3.0")
    played.step("ask", 5, None, None)
    snapshots = Snapshots(tmp_path / "g", "1")
    keeper = Keeper(played.graph, played.store, snapshots, lambda _: roots[0])
    played.graph.building = 0 if built else None
    before = played.graph.numbering
    for changed in (True, False):
        comes = (lambda: roots.insert(0, "other")) if changed else (lambda: None)
        asyncio.run(keeper.keep(cast("Workers", Late(comes))))
        assert (played.graph.numbering == before) == changed
        assert (tmp_path / "g").exists() != changed
    played.step("ask", 5, None, None)


def test_a_snapshot_that_does_not_fit_is_thrown_away(tmp_path: Path) -> None:
    played = Played()
    for one in (("consumed", 0, 5, 1, "3.0"), ("produced", 0, "S1", 1), ("shipped", 1, 2)):
        played.step(*one)
    work, leaves = merging(played.graph)
    snapshots, base = Snapshots(tmp_path / "g", "1"), work()
    assert snapshots.load(lambda _: "aa") is None
    snapshots.save(base, leaves, "aa")
    found = snapshots.load(lambda size: "aa" if size == leaves else None)
    assert found is not None
    assert found[1] == leaves
    assert {k: v.tolist() for k, v in flat(found[0])} == {k: v.tolist() for k, v in flat(base)}
    played.saved = found
    played.step("restart")
    played.step("ask", 5, None, None)
    assert snapshots.load(lambda _: "bb") is None, "another log"
    assert Snapshots(tmp_path / "g", "2").load(lambda _: "aa") is None, "another program"
    (hurt,) = (tmp_path / "g").glob("arrays-*/edges.parents.npy")
    assert snapshots.sound()
    whole = hurt.read_bytes()
    hurt.write_bytes(whole[:-1] + b"\xff")
    assert not snapshots.sound(), "a file that is hurt"
    hurt.write_bytes(whole[:-1])
    assert snapshots.load(lambda _: "aa") is None, "a file that is short"
    snapshots.discard()
    assert snapshots.load(lambda _: "aa") is None


def test_what_a_failed_unit_brought_is_not_remembered() -> None:
    played = Played()
    written, graph = played.written, played.graph
    written.consumed(0, 5, 1, "3.0")
    played.step("ask", 5, None, None)
    graph.undone()
    played.step("ask", 5, None, None)
    facts, size = list(written.facts), written.size
    written.transformed(5, 6, 1)
    played.step("ask", 5, None, None)
    written.facts, written.size = facts, size  # the transaction was rolled back
    for table in ("transforms", "leaves"):
        played.store.remove(table, idx=size)
    graph.undone()
    played.step("ask", 5, None, None)


@pytest.mark.parametrize("left", range(8))
def test_what_was_read_in_part_when_the_connection_was_lost_is_read_again(left: int) -> None:
    played = Played()
    written, graph = played.written, played.graph
    written.consumed(0, 5, 1, "3.0")
    played.step("ask", 5, None, None)
    facts, size = list(written.facts), written.size
    written.transformed(5, 6, 1)
    written.transformed(6, 7, 1)
    played.step("lost", left)
    written.facts, written.size = facts, size  # and the transaction with it
    for table, index in product(("transforms", "leaves"), (size, size + 1)):
        played.store.remove(table, idx=index)
    graph.undone()
    written.transformed(5, 2, 1)  # another in its place
    for one in (5, 6, 7, 2):
        played.step("ask", one, None, None)


def test_what_was_undone_and_stated_again_is_told() -> None:
    """Asked in between; the second has the first one's place in the log."""
    played = Played()
    played.written.consumed(0, 5, 1, "3.0")
    for day in (1, 2):
        played.step("ask", 5, None, None)
        facts, size = list(played.written.facts), played.written.size
        played.written.transformed(5, 6, day)
        played.written.shipped(6, day, back=False)
        if day == 1:
            played.written.facts, played.written.size = facts, size
            for table in ("leaves", "transforms", "shipment_lines"):
                for index in (size, size + 1):
                    played.store.remove(table, idx=index)
            played.graph.undone()
        played.step("ask", 5, None, None)


def test_what_could_not_be_read_anew_is_read_when_it_can_be() -> None:
    played = Played()
    played.written.consumed(0, 5, 1, "3.0")
    played.step("ask", 5, None, None)
    played.written.transformed(5, 6, 1)
    played.graph.forget()
    played.step("lost", 0)
    assert played.graph.caught_up().size == 0, "all of it is in arrays"
    played.step("ask", 5, None, None)


def test_the_genealogy_is_kept_on_disk_and_goes_on_after_a_restart(tmp_path: Path) -> None:
    with plant_at(tmp_path) as plant, closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
        keeper = plant.parts.genealogy.keeper
        assert keeper is not None
        keeper.begin()
        plant.transport.run(keeper.keep(plant.parts.workers))
        station.sign_off("JO-1")
        station.outbox.drain()
        asked = {"item": "TUB-1", "lot": "T1"}
        before = plant.client("P-AUD").get("/api/trace/where-used", params=asked).json()
        again = _restarted(plant)
        found = again.where_used("TUB-1", "T1")
        assert [[*one[:2], list(one[2])] for one in found.finished] == before["finished"]
        assert [one.quantity for one in found.uses] == ["3.0"]
        plant.parts.projections.rebuild()
        assert plant.parts.genealogy.where_used("TUB-1", "T1").uses == found.uses


def _restarted(plant: Plant) -> Genealogy:
    parts = plant.parts
    snapshots = Snapshots(plant.folder.path / "genealogy", version("lotbook"))
    saved = snapshots.load(parts.book.root_at)
    assert saved is not None
    assert saved[1] < parts.book.size, "records newer than the snapshot"
    graph = Graph(parts.store, lambda: parts.book.size, lambda: saved)
    return Genealogy(parts.store, graph, Outstanding(parts.store, parts.clock))


def test_routes_answer_for_lots_and_serials(plant: Plant) -> None:
    with closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
    client = plant.client("P-AUD")

    def ask(direction: str, status: int = 200, **params: str) -> dict[str, Any]:
        answer = client.get(f"/api/trace/{direction}", params=params)
        assert answer.status_code == status, answer.text
        return dict(answer.json())

    by_lot, by_serial = ask("where-from", item="SET-1", lot="L1"), ask("where-from", serial="S001")
    assert by_lot["uses"] == by_serial["uses"]
    assert by_lot["uses"][0]["lot"] == "T1"
    reached = ask("recall", item="TUB-1", lot="T1")
    assert (reached["levels"], reached["serials"], reached["lines"]) == ([1, 1], 2, 0)
    size = plant.parts.book.size
    assert ask("recall", item="TUB-1", lot="T1", known_at=str(size))["levels"] == [1, 1]
    assert ask("recall", item="TUB-1", lot="T1", known_at="2001-01-01")["levels"] == [1]
    assert ask("recall", item="TUB-1", lot="T1", true_at="2001-01-01T00:00:00Z")["levels"] == [1]
    assert ask("recall", 404, item="TUB-1", lot="nobody")["code"] == "lot-unheard"
    assert ask("where-from", 404, serial="S999")["code"] == "not-found"
    assert ask("recall", 400, item="TUB-1", lot="T1", true_at="soon")["code"] == "bad-request"
    assert ask("recall", 400, item="TUB-1")["code"] == "bad-request"


def test_the_guide_shows_such_an_answer_as_origins_are(plant: Plant) -> None:
    with closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
    guide = Path("docs/guides/quality.md").read_text(encoding="utf-8")
    shown = orjson.loads(guide.split("```json\n")[1].split("```")[0])
    asked = {"item": "SET-1", "lot": "L1"}
    told = plant.client("P-AUD").get("/api/trace/origins", params=asked).json()
    assert told | {"known": shown["known"]} == shown
    path = plant.client().get("/openapi.json").json()["paths"]["/api/trace/origins"]
    assert "made_of" in path["get"]["description"]


def test_what_moves_is_in_the_very_next_answer(plant: Plant) -> None:
    with closing(plant.station()) as station:
        station.work("JO-1")
        station.outbox.drain()
    at = "2026-03-03T08:00:00+08:00"
    line = {"line": "1", "item": "SET-1", "lot": "L1", "quantity": "1", "unit": "ea"}
    shipment = {
        "id": "SH-1",
        "consignee": "诊所西",
        "at": at,
        "lines": [line | {"serials": ["S001"]}],
    }
    back = {"id": "RT-1", "consignee": "诊所西", "at": at, "lines": [line]}
    step = {"item": "SET-1", "lot": "L1", "into_item": "SET-1", "into_lot": "L1-R"}
    change = {"kind": "reworked", "at": at, "reason": "new label"}
    change["steps"] = [step | {"quantity": "1", "unit": "ea"}]  # type: ignore[assignment]

    def reached() -> dict[str, Any]:
        asked = {"item": "TUB-1", "lot": "T1"}
        return dict(plant.client("P-AUD").get("/api/trace/recall", params=asked).json())

    assert reached()["lines"] == 0
    assert plant.act("P-OP", "/api/shipments", **shipment).status_code == 403
    assert plant.act("P-SUP", "/api/shipments", **shipment).status_code == 201
    assert plant.act("P-SUP", "/api/shipments", **shipment).json()["code"] == "exists"
    assert reached()["consignees"] == {"诊所西": 1}
    assert reached()["shipment_lines"][0] == {
        **line, "shipment": "SH-1", "consignee": "诊所西", "at": at, "units": 1,
    }  # fmt: skip
    assert plant.act("P-SUP", "/api/returns", **back).status_code == 201
    assert [one["shipment"] for one in reached()["returned"]] == ["RT-1"]
    assert plant.act("P-SUP", "/api/lots/changes", **change).status_code == 201
    assert reached()["levels"] == [1, 1, 1]
    ring = step | {"lot": "L1-R", "into_lot": "L1", "quantity": "1", "unit": "ea"}
    assert plant.act("P-SUP", "/api/lots/changes", **change | {"steps": [ring]}).status_code == 201
    assert reached()["levels"] == [1, 1, 1], "a ring ends"
    asked = {"item": "SET-1", "lot": "L1"}
    came = plant.client("P-AUD").get("/api/trace/origins", params=asked).json()
    assert [one["lot"] for one in came["lots"]] == ["L1", "T1", "L1-R"]
    assert [one[-1] for one in edge_rows(came)].count("reworked") == 2
    for wrong in (
        shipment | {"id": "SH-2", "lines": [line | {"lot": "nobody"}]},
        shipment | {"id": "SH-2", "lines": [line, line]},
        shipment | {"id": "SH-2", "at": "2026-03-03T08:00:00"},
    ):
        assert plant.act("P-SUP", "/api/shipments", **wrong).status_code in {400, 404, 422}
    before, rows = reached(), dump(plant.parts.store)
    plant.parts.projections.rebuild()
    assert dump(plant.parts.store) == rows
    assert reached() | {"known": 0} == before | {"known": 0}


def test_imported_history_is_traced_and_shown(plant: Plant, tmp_path: Path) -> None:
    bring(plant, folder_with(tmp_path / "in"))
    client = plant.client("P-AUD")
    found = client.get("/api/trace/recall", params={"item": "RESIN", "lot": "R1"}).json()
    assert (found["levels"], found["serials"], found["lines"]) == ([1, 1, 1], 2, 1)
    assert found["consignees"] == {"Hospital": 1}
    came = client.get("/api/trace/where-from", params={"serial": "S2"}).json()
    assert [(use["lot"], use["quantity"]) for use in came["uses"]] == [("C1", "2"), ("R1", "1.500")]
    page = client.get("/console/trace", params={"item": "RESIN", "lot": "R1"})
    assert page.status_code == 200, page.text
    assert "Hospital" in page.text

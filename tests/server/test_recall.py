"""A recall from the suspect lot to its termination, and the drill that practises it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

import server.quality.holds
from server.fsck import examine
from server.ingest.projector import dump
from server.recall.case import Cause, RecallCase, fold
from server.recall.documents import digest_of
from server.recall.drill import Truth, shares
from server.recall.frozen import opened as reading
from server.recall.growth import Standing
from server.recall.scope import DOCUMENT
from server.words import Refusal
from server.workers import Workers
from sync.faults import Fault
from tests.server.gauged import Bench, calibration, with_instruments
from tests.server.plant import Plant, Station
from tests.server.reads import watched as reads
from tests.server.test_beside import dispatched
from tests.server.test_history import bring, folder_with
from tests.server.test_holds import acting, same_after_rebuild

T = TypeVar("T")
CAUSE = {"suspect": "lot", "item": "TUB-1", "lot": "T1"}


def opened(plant: Plant, **more: object) -> dict[str, Any]:
    body = {"cause": CAUSE, "reason": "leaks", "depth": "consumer", "classification": "II"} | more
    answer = plant.act("P-QA", "/api/recalls", **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def ship(plant: Plant, consignee: str, lot: str, quantity: str, line: str) -> None:
    """A shipment line, as its statement folds it."""
    store = plant.parts.store
    row = {
        "idx": plant.parts.book.size - 1, "n": int(line), "shipment": "SH-1", "line": line,
        "consignee": consignee, "item": "SET-1", "lot": lot, "quantity": quantity, "unit": "ea",
        "at": "2026-03-02T08:00:00+00:00", "person": "P-SUP", "serials": b"[]", "returned": 0,
    }  # fmt: skip
    store.put("shipment_lines", row)


def step(plant: Plant, case: str, name: str, **body: object) -> dict[str, Any]:
    answer = plant.act("P-QA", f"/api/recalls/{case}/{name}", **body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def points(plant: Plant, case: str) -> list[dict[str, Any]]:
    return list(plant.client("P-AUD").get(f"/api/recalls/{case}").json()["open"])


def codes(plant: Plant, case: str) -> list[str]:
    return [one["code"] for one in points(plant, case)]


def watched(plant: Plant) -> tuple[str, ...]:
    return plant.transport.run(plant.parts.recall.recalls.watch(plant.parts.workers))


def made(plant: Plant, station: Station) -> None:
    station.work("JO-1")
    station.outbox.drain()


@pytest.mark.covers("REC-806/7", "REC-ISO8.2.3/8.3.3")
def test_a_recall_from_the_suspect_lot_to_its_termination(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        ship(plant, "Clinic East", "L1", "1", "1")
        ship(plant, "诊所西", "L1", "1", "2")
        case = opened(plant)["case"]["id"]
        assert case == "R-0001"
        assert plant.parts.catalogue.held("TUB-1", "T1")
        assert plant.parts.catalogue.held("SET-1", "L1")
        found = plant.client("P-QA").get(f"/api/recalls/{case}").json()
        newest = found["case"]["revisions"][-1]
        assert (newest["lots"], newest["units"], newest["lines"]) == (2, 2, 2)
        assert codes(plant, case) == ["notice-missing", "check-missing", "balance-unknown"]
        refused = plant.act("P-QA", f"/api/recalls/{case}/terminate", conclusion="done")
        assert refused.status_code == 409
        assert "acknowledged" not in refused.json()["message"]
        step(plant, case, "notices", language="zh_CN")
        assert codes(plant, case)[:1] == ["notice-unsent"]
        pdf = plant.client("P-QA").get(
            f"/api/recalls/{case}/notice.pdf", params={"consignee": "诊所西", "language": "zh_CN"}
        )
        assert pdf.content.startswith(b"%PDF")
        early = plant.act(
            "P-QA", f"/api/recalls/{case}/acknowledged", by="Dr. A", consignees=["Clinic East"]
        )
        assert early.status_code == 409, "it was not sent"
        step(plant, case, "sent", how="registered letter")
        step(plant, case, "acknowledged", by="Dr. A", consignees=["Clinic East", "诊所西"])
        for name in ("Clinic East", "诊所西"):
            check = {"reached": True, "how": "telephone", "returned": "1", "destroyed": "0"}
            step(plant, case, "checks", consignee=name, **check)
        assert codes(plant, case) == ["balance-unknown"]
        balances = {one["lot"]: one for one in found["balances"]}
        assert (balances["L1"]["made"], balances["L1"]["unknown"]) == ("2", "0")
        assert (balances["T1"]["made"], balances["T1"]["used"]) == ("100", "3.0")
        count = {"item": "TUB-1", "lot": "T1", "in_stock": "97.0", "unit": "m"}
        step(plant, case, "counts", **count)
        assert codes(plant, case) == []
        done = step(plant, case, "terminate", conclusion="all returned")
        assert done["case"]["conclusion"] == "all returned"
        assert plant.act("P-QA", f"/api/recalls/{case}/sent", how="x").status_code == 409
        csv = plant.client("P-QA").get(f"/api/recalls/{case}/consignees.csv").text
        assert "诊所西" in csv


@pytest.mark.parametrize(("lots", "others"), [(2, 6), (9, 0)])
def test_a_case_reads_as_many_lots_as_it_has_or_as_were_made_the_fewer(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, lots: int, others: int
) -> None:
    dispatched(plant, *range(10, 10 + others))
    with closing(plant.station()) as station:
        made(plant, station)
        case = plant.parts.recall.recalls.steps.of(opened(plant)["case"]["id"])
        facts, workers = plant.parts.recall.recalls.facts, plant.parts.workers
        frozen = plant.transport.run(facts.frozen(case, workers))
        assert frozen is not None
        told = reads(plant.parts.store, monkeypatch)
        own = plant.transport.run(facts._own(frozen, lots, workers))
    assert own == [("TUB-1", "T1"), ("SET-1", "L1")]
    assert max(one.rows for one in told if one.table == "jobs") == (1 if others else 2)


@pytest.mark.covers("REC-806/7", "F54")
def test_records_that_come_later_enlarge_the_scope_and_the_old_one_is_kept(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        case = opened(plant)["case"]["id"]
        first = plant.parts.recall.recalls.steps.of(case).revisions[-1]
        assert watched(plant) == (), "nothing is new"
        station.away = True
        station.work("JO-2")
        station.outbox.drain()
        assert "scope-grew" in codes(plant, case)
        assert "late-use" in codes(plant, case)
        assert watched(plant) == (case,)
        now = plant.parts.recall.recalls.steps.of(case)
        assert [one.number for one in now.revisions] == [1, 2]
        assert (now.revisions[1].added_lots, now.revisions[1].person) == (1, "")
        assert "recall-grew" in [row["code"] for row in plant.parts.store.rows("alarms")]
        old = plant.parts.recall.recalls.facts.documents.get(DOCUMENT, first.scope)
        assert old is not None
        assert digest_of(old) == first.scope
        assert len(list(reading(old).lots())) == first.lots


class Aside:
    """Workers of which is seen what they were given; ``meanwhile``: what comes while they work."""

    def __init__(self) -> None:
        self.given = 0
        self.meanwhile: list[Callable[[], Awaitable[object]]] = []

    async def read(self, work: Callable[[], T]) -> T:
        """Run it, in another thread, and have something happen before the answer is looked at."""
        self.given += 1
        done = await asyncio.to_thread(work)
        while self.meanwhile:
            await self.meanwhile.pop()()
        return done

    render = read


def test_a_case_is_compared_aside_and_only_when_what_it_reaches_changed(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        recalls, aside = plant.parts.recall.recalls, Aside()
        case = opened(plant, hold=False)["case"]["id"]

        def watch() -> tuple[str, ...]:
            return plant.transport.run(recalls.watch(aside))  # type: ignore[arg-type]

        watch()
        given = aside.given
        for _ in range(3):  # the log grows, and nothing that the case reaches
            station.sign_in("P-SUP")
            station.outbox.drain()
            assert watch() == ()
        assert aside.given == given
        ship(plant, "Clinic", "L1", "1", "1")
        plant.parts.genealogy.graph.forget()
        assert plant.act("P-OP", "/api/holds", item="GLUE", lot="G1", reason="x").status_code < 500
        aside.meanwhile = [partial(recalls.freeze, case, acting(plant), aside)]  # type: ignore[arg-type]
        assert watch() == (), "a person froze it meanwhile"
        assert watch() == ()
        revisions = recalls.steps.of(case).revisions
        assert [(one.person, one.added_lines) for one in revisions] == [("P-QA", 0), ("P-QA", 1)]


@pytest.mark.covers("REC-806/7")
@pytest.mark.parametrize("at", ["hold.placed", "hold.scoped"])
def test_a_case_whose_lots_could_not_be_held_says_so_and_holds_them_later(
    plant: Plant, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        recalls = plant.parts.recall.recalls

        def full(*_: object, **__: object) -> str:
            raise Fault("disk-full")

        with monkeypatch.context() as broken:
            if at == "hold.placed":
                broken.setattr(plant.parts.office, "hold", full)
            else:
                broken.setattr(server.quality.holds, "stated", full)
            told = opened(plant)
            assert "not-held" in {one["code"] for one in told["open"]}, "it is open, and says so"
        again = {"cause": CAUSE, "reason": "leaks", "depth": "consumer", "classification": "II"}
        second = plant.act("P-QA", "/api/recalls", **again)
        assert (second.status_code, second.json()["case"]["id"]) == (200, told["case"]["id"])
        (case,) = recalls.steps.cases()
        (point,) = [one for one in points(plant, case.id) if one["code"] == "not-held"]
        assert "TUB-1/T1" in point["message"]
        assert not plant.parts.catalogue.held("SET-1", "L1")
        watched(plant)
        assert plant.parts.catalogue.held("SET-1", "L1"), "with everything made from it"
        assert "not-held" not in codes(plant, case.id)
        (hold,) = plant.parts.holds.open()
        plant.parts.holds.lift(hold.ref, "tested", acting(plant))
        watched(plant)
        assert not plant.parts.holds.open(), "what quality let go stays so"
        same_after_rebuild(plant)


@pytest.mark.covers("REC-806/7")
def test_a_station_that_was_not_heard_from_is_waited_for_or_accounted_for(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        plant.station("ST-02").close()
        plant.clock.pass_(3600)
        plant.tokens.clear()
        case = opened(plant)["case"]["id"]
        silent = [one for one in codes(plant, case) if one == "station-silent"]
        assert len(silent) == 2
        origin = points(plant, case)[0]["params"]["about"]
        step(plant, case, "accounted", origin=origin, reason="burnt, its disk was read")
        assert codes(plant, case).count("station-silent") == 1


@pytest.mark.covers("REC-806/7")
def test_records_nobody_could_read_are_open_until_so_many_are_accounted_for(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        case = opened(plant)["case"]["id"]
        row = {"origin": "x", "idx": 90, "leaf": "00", "why": "x", "global_index": 0}
        plant.parts.store.put("quarantine", row)
        (point,) = [one for one in points(plant, case) if one["code"] == "quarantined"]
        ended = plant.act("P-QA", f"/api/recalls/{case}/terminate", conclusion="all is back")
        assert "cannot be read" in ended.text
        name = point["params"]["about"]
        step(plant, case, "accounted", origin=name, reason="their photos were read by hand")
        assert "quarantined" not in codes(plant, case)
        plant.parts.store.put("quarantine", row | {"idx": 91})
        assert "quarantined" in codes(plant, case), "one more than was accounted for"


@pytest.mark.covers("REC-806/7", "VAL-PQ")
def test_a_drill_finds_everything_holds_nothing_and_sends_nothing(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        ship(plant, "Clinic East", "L1", "2", "1")
        truth = Truth(
            lots=frozenset({("TUB-1", "T1"), ("SET-1", "L1")}),
            lines=frozenset({("SH-1", "1")}),
        )
        packs = plant.parts.store.count("packs")
        drills = plant.parts.recall.drills
        workers, cause = plant.parts.workers, Cause(**CAUSE)  # type: ignore[arg-type]
        running = drills.run(cause, "yearly drill", acting(plant), workers, truth)
        case = plant.transport.run(running)
        report = case.drilled
        assert report is not None
        assert shares(report["lots_judged"]) == ("1.0000", "1.0000")
        assert shares(report["lines_judged"]) == ("1.0000", "1.0000")
        assert [name for name, _ in report["phases"]] == ["find", "list", "freeze", "packs", "sign"]
        assert report["stations"][0][:2] == ["ST-01", 1], "its pack would stop T1"
        assert report["offline"] == []
        assert not case.open
        assert not plant.parts.catalogue.held("TUB-1", "T1")
        assert plant.parts.store.count("packs") == packs, "no pack was issued"
        assert station.refresh().lots[0].hold_reason == ""
        with pytest.raises(Refusal) as refused:
            plant.transport.run(plant.parts.recall.recalls.hold(case.id, acting(plant), workers))
        assert refused.value.code == "wrong-state"
        answer = plant.act("P-QA", "/api/drills", reason="any lot")
        assert answer.status_code == 201, answer.text
        assert answer.json()["case"]["drilled"]["chosen"] == "random"
        before = dump(plant.parts.store)["recall_steps"]
        with plant.parts.book.unit():
            plant.parts.projections.rebuild()
        assert dump(plant.parts.store)["recall_steps"] == before


def test_in_a_drill_nothing_is_sent(plant: Plant) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        ship(plant, "Clinic East", "L1", "2", "1")
        case = opened(plant, drill=True)["case"]["id"]
        assert case == "D-0001"
        assert not plant.parts.catalogue.held("TUB-1", "T1")
        step(plant, case, "notices", language="en")
        for name, body in (("sent", {"how": "letter"}), ("holds", {})):
            refused = plant.act("P-QA", f"/api/recalls/{case}/{name}", **body)
            assert (refused.status_code, refused.json()["code"]) == (409, "drill-only")


def test_what_nobody_ever_heard_of_is_no_suspect(plant: Plant) -> None:
    for cause in (
        {"suspect": "lot", "item": "TUB-1", "lot": "T9"},
        {"suspect": "serial", "serial": "S404"},
        {"suspect": "supplier-lot", "supplier": "SUP-9"},
    ):
        answer = plant.act("P-QA", "/api/recalls", cause=cause, reason="x", depth="retail")
        assert answer.status_code == 404, answer.text
    found = plant.act(
        "P-QA", "/api/recalls", reason="x", depth="retail",
        cause={"suspect": "supplier-lot", "supplier": "SUP-1", "lot": "T1"},
    ).json()  # fmt: skip
    assert found["case"]["revisions"][0]["lots"] == 1
    assert plant.act("P-SUP", "/api/recalls", cause=CAUSE, reason="x", depth="retail"
                     ).status_code == 403  # fmt: skip


@pytest.mark.covers("REC-806/7", "ISO-7.6")
def test_what_an_instrument_measured_stays_suspect_when_it_is_calibrated(plant: Plant) -> None:
    with_instruments(plant)
    bench = Bench(plant)
    bench.weigh("0.40")
    bench.send()
    case = opened(plant, cause={"suspect": "asset", "asset": "BAL-1"})["case"]["id"]
    plant.clock.pass_(30 * 86_400)
    plant.tokens.clear()
    good = calibration("C-1", performed=plant.clock.wall().date().isoformat())
    assert plant.act("P-QA", "/api/assets/BAL-1/calibrations", **good).status_code == 201
    assert watched(plant) == (), "the server goes on, and nothing is new"
    assert plant.client("P-QA").get(f"/api/recalls/{case}").status_code == 200
    assert step(plant, case, "scope")["case"]["revisions"][-1]["lots"] == 1
    assert [one.lot for one in plant.parts.holds.open()] == ["GL1"]
    step(plant, case, "holds")
    assert len(plant.parts.holds.open()) == 1, "held once"


@pytest.mark.covers("REC-806/7")
def test_what_a_case_and_a_drill_keep_is_sound_to_fsck(plant: Plant, tmp_path: Path) -> None:
    bring(plant, folder_with(tmp_path / "in"))
    case = opened(plant, cause={"suspect": "lot", "item": "RESIN", "lot": "R1"})["case"]["id"]
    step(plant, case, "notices", language="en")
    assert plant.act("P-QA", "/api/drills", reason="yearly").status_code == 201
    kinds = {row["kind"] for row in plant.parts.store.scan("documents")}
    assert {"recall-scope", "recall-notice"} <= kinds
    assert examine(plant.parts) == []


@pytest.mark.covers("REC-806/7")
def test_a_case_is_folded_on_and_nothing_that_was_undone_stays_in_it(plant: Plant) -> None:
    """3,000 checks are 3,000 steps: none is read again with every further one."""
    steps = plant.parts.recall.recalls.steps
    case = opened(plant, reason="leaks")["case"]["id"]
    body = {"item": "TUB-1", "lot": "T1", "unit": "m", "scrapped": "0", "explained": ""}
    who = acting(plant)

    def count(much: str) -> RecallCase:
        steps.add("recall.counted", case, body | {"in_stock": much}, who)
        return steps.of(case)

    def undone() -> None:
        with plant.parts.book.unit():
            assert count("1").counts["TUB-1/T1"].in_stock == "1"
            raise Fault("disk-full")

    with pytest.raises(Fault):
        undone()
    assert count("2").counts["TUB-1/T1"].in_stock == "2", "another in its place"
    for number in range(3, 6):
        count(str(number))
    assert steps.of(case) == fold(steps.all_of(case))
    assert [one.body["step"] for one in steps.all_of(case)] == list(range(1, 7))


@pytest.mark.covers("REC-806/7")
def test_a_case_that_cannot_be_looked_at_keeps_no_other_from_it(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(plant.station()) as station:
        made(plant, station)
        cases = [opened(plant, hold=False, reason=reason)["case"]["id"] for reason in "ab"]
        ship(plant, "Clinic", "L1", "1", "1")
        plant.parts.genealogy.graph.forget()
        facts = plant.parts.recall.recalls.facts
        read = facts.standing
        for hurt in cases:

            async def refused(case: RecallCase, workers: Workers, one: str = hurt) -> Standing:
                if case.id == one:
                    raise Fault("database-corrupt")
                return await read(case, workers)

            with monkeypatch.context() as broken:
                broken.setattr(facts, "standing", refused)
                with pytest.raises(Fault):
                    watched(plant)
            kept = [len(plant.parts.recall.recalls.steps.of(one).revisions) for one in cases]
            assert kept[1 - cases.index(hurt)] == 2
